#include "support/new_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "check.h"
#include "support/path_text.h"

using namespace roost;
using support::NewFile;

namespace {

class Folder {
 public:
  explicit Folder(const char* name) : path_(std::filesystem::temp_directory_path() / name) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return support::path_to_utf8(path_ / name); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

std::string content(const std::string& path) {
  std::ifstream file(support::path_from_utf8(path), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void put(const std::string& path, const std::string& text) {
  std::ofstream(support::path_from_utf8(path), std::ios::binary) << text;
}

}  // namespace

TEST("a new file is there before it is whole, or is not what was written") {
  const Folder folder("roost-new-file-whole");
  const std::string path = folder.file("a.gguf");
  NewFile file;
  REQUIRE(file.open(path).ok());
  CHECK(file.write("begin").ok());
  CHECK(file.write("ning").ok());
  CHECK_EQUAL(file.size(), std::uint64_t{9});
  CHECK(!std::filesystem::exists(support::path_from_utf8(path)));
  REQUIRE(file.finish().ok());
  CHECK(!std::filesystem::exists(support::path_from_utf8(path)));
  CHECK_EQUAL(content(file.part_path()), std::string("beginning"));
  REQUIRE(file.publish().ok());
  CHECK_EQUAL(content(path), std::string("beginning"));
  CHECK_EQUAL(folder.files(), std::size_t{1});
}

TEST("a file that was given up leaves something behind") {
  const Folder folder("roost-new-file-given-up");
  {
    NewFile file;
    REQUIRE(file.open(folder.file("a.gguf")).ok());
    CHECK(file.write(std::string(3'000'000, 'x')).ok());
  }
  {
    NewFile file;
    REQUIRE(file.open(folder.file("b.gguf")).ok());
    CHECK(file.finish().ok());
  }
  CHECK_EQUAL(folder.files(), std::size_t{0});
}

TEST("a file is written over: one that was there before, or one that came meanwhile") {
  const Folder folder("roost-new-file-taken");
  const std::string path = folder.file("a.gguf");
  put(path, "mine");
  NewFile file;
  const Status opened = file.open(path);
  REQUIRE(!opened.ok());
  CHECK(opened.failure().code == ErrorCode::file_exists);
  CHECK_EQUAL(content(path), std::string("mine"));
  CHECK_EQUAL(folder.files(), std::size_t{1});

  const std::string later = folder.file("later.gguf");
  {
    NewFile second;
    REQUIRE(second.open(later).ok());
    CHECK(second.write("new").ok());
    REQUIRE(second.finish().ok());
    put(later, "theirs");
    const Status published = second.publish();
    REQUIRE(!published.ok());
    CHECK(published.failure().code == ErrorCode::file_exists);
  }
  CHECK_EQUAL(content(later), std::string("theirs"));
  CHECK_EQUAL(folder.files(), std::size_t{2});
}

TEST("what a killed program left in the way makes the next attempt fail, or shows up in it") {
  const Folder folder("roost-new-file-leftover");
  const std::string path = folder.file("a.gguf");
  put(path + ".part", std::string(1000, 'o'));
  NewFile file;
  REQUIRE(file.open(path).ok());
  CHECK(file.write("new").ok());
  REQUIRE(file.finish().ok());
  REQUIRE(file.publish().ok());
  CHECK_EQUAL(content(path), std::string("new"));
}

#if !defined(_WIN32)
TEST("two writers of one file mix their bytes") {
  const Folder folder("roost-new-file-two");
  const std::string path = folder.file("a.gguf");
  NewFile first;
  REQUIRE(first.open(path).ok());
  CHECK(first.write("first").ok());
  {
    NewFile second;
    const Status opened = second.open(path);
    REQUIRE(!opened.ok());
    CHECK(opened.failure().code == ErrorCode::busy);
  }
  REQUIRE(first.finish().ok());
  REQUIRE(first.publish().ok());
  CHECK_EQUAL(content(path), std::string("first"));
}
#endif

TEST("a missing folder or a full disk is found out late") {
  const Folder folder("roost-new-file-place");
  NewFile nowhere;
  const Status opened = nowhere.open(folder.file("no/such/folder.gguf"));
  REQUIRE(!opened.ok());
  CHECK(opened.failure().code == ErrorCode::file_missing);

  NewFile file;
  REQUIRE(file.open(folder.file("a.gguf")).ok());
  CHECK(file.expect(1000).ok());
  const Status expected = file.expect(std::uint64_t{1} << 60);
  REQUIRE(!expected.ok());
  CHECK(expected.failure().code == ErrorCode::disk_full);
  CHECK(expected.failure().message.find("a.gguf") == 0);
}

TEST_MAIN()
