#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "check.h"
#include "support/file_text.h"
#include "support/mapped_file.h"
#include "support/path_text.h"
#include "support/utf8.h"

using namespace roost;
using namespace roost::support;

namespace {

// A folder of its own that is removed at the end.
struct Folder {
  Folder() {
    static int number = 0;
    const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() /
           ("roost-files-test-" + std::to_string(stamp) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string put(std::string_view name, std::string_view content) const {
    const std::filesystem::path file = path / path_from_utf8(name);
    std::ofstream(file, std::ios::binary) << content;
    return path_to_utf8(file);
  }
  std::filesystem::path path;
};

}  // namespace

TEST("mapped file: the bytes of the file, under a name that is not ASCII") {
  const Folder folder;
  const std::string path = folder.put("modèle 模型.bin", "hello mapping");
  const auto mapped = MappedFile::open(path);
  REQUIRE(mapped.ok());
  const auto bytes = mapped.value()->bytes();
  REQUIRE(bytes.size() == 13);
  CHECK(std::memcmp(bytes.data(), "hello mapping", 13) == 0);
  CHECK(mapped.value()->unchanged().ok());
}

TEST("mapped file: an empty file has no bytes and is no error") {
  const Folder folder;
  const auto mapped = MappedFile::open(folder.put("empty", ""));
  REQUIRE(mapped.ok());
  CHECK(mapped.value()->bytes().empty());
}

TEST("mapped file: a missing file, a folder and a device are told apart from a file") {
  const Folder folder;
  const auto missing = MappedFile::open(path_to_utf8(folder.path / "absent"));
  REQUIRE(!missing.ok());
  CHECK(missing.failure().code == ErrorCode::file_missing);
  CHECK(missing.failure().message.find("absent") != std::string::npos);
  CHECK(missing.failure().message.find(path_to_utf8(folder.path)) == std::string::npos);
  const auto directory = MappedFile::open(path_to_utf8(folder.path));
  REQUIRE(!directory.ok());
  CHECK(directory.failure().code == ErrorCode::file_unreadable);
#if !defined(_WIN32)
  const auto device = MappedFile::open("/dev/null");
  REQUIRE(!device.ok());
  CHECK(device.failure().code == ErrorCode::file_unreadable);
#endif
}

#if !defined(_WIN32)
TEST("mapped file: a file that grew, was replaced or removed is reported as changed") {
  const Folder folder;
  const std::string grown = folder.put("grown", "12345678");
  const auto first = MappedFile::open(grown);
  REQUIRE(first.ok());
  std::ofstream(grown, std::ios::binary | std::ios::app) << "more";
  REQUIRE(!first.value()->unchanged().ok());
  CHECK(first.value()->unchanged().failure().code == ErrorCode::model_changed);

  const std::string replaced = folder.put("replaced", "12345678");
  const auto second = MappedFile::open(replaced);
  REQUIRE(second.ok());
  std::filesystem::rename(folder.put("other", "87654321"), replaced);
  CHECK(!second.value()->unchanged().ok());
  CHECK(std::memcmp(second.value()->bytes().data(), "12345678", 8) == 0);

  const std::string removed = folder.put("removed", "12345678");
  const auto third = MappedFile::open(removed);
  REQUIRE(third.ok());
  std::filesystem::remove(removed);
  CHECK(!third.value()->unchanged().ok());
}
#endif

TEST("a file that is read into memory needs its disk no more") {
  const Folder folder;
  const std::string content(9'000'000, 'x');  // more than one read
  const std::string path = folder.put("kept", content + "end");
  std::vector<double> fractions;
  ReadHooks hooks;
  hooks.progress = [&](double fraction) { fractions.push_back(fraction); };
  const auto kept = MappedFile::open(path, FileAccess::read, hooks);
  REQUIRE(kept.ok());
  CHECK(kept.value()->in_memory());
  REQUIRE(fractions.size() > 1);
  CHECK_EQUAL(fractions.back(), 1.0);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "gone";
  const auto bytes = kept.value()->bytes();
  REQUIRE(bytes.size() == content.size() + 3);
  CHECK(std::memcmp(bytes.data(), content.data(), content.size()) == 0);
  CHECK(std::memcmp(bytes.data() + content.size(), "end", 3) == 0);
  CHECK(kept.value()->intact().ok() && kept.value()->unchanged().ok());
  hooks.cancelled = [] { return true; };
  CHECK(MappedFile::open(folder.put("other", "12"), FileAccess::read, hooks).failure().code ==
        ErrorCode::cancelled);
}

#if !defined(_WIN32)
TEST("a file that claims more than the memory there is, is not read into it") {
  const Folder folder;
  const std::string path = folder.put("sparse", "x");
  std::error_code trouble;
  std::filesystem::resize_file(path, std::uintmax_t{1} << 43, trouble);
  if (trouble) std::filesystem::resize_file(path, std::uintmax_t{1} << 40, trouble);
  REQUIRE(!trouble);
  const auto kept = MappedFile::open(path, FileAccess::read);
  REQUIRE(!kept.ok());
  CHECK(kept.failure().code == ErrorCode::out_of_memory);
  CHECK(kept.failure().message.find("sparse") != std::string::npos);
}

TEST("a mapped file that is cut while it is read gives zeros and an error, not a fault") {
  const Folder folder;
  const std::string path = folder.put("cut", std::string(1'000'000, 'x'));
  const auto mapped = MappedFile::open(path, FileAccess::mapped);
  const auto other = MappedFile::open(folder.put("other", std::string(1'000'000, 'y')), FileAccess::mapped);
  REQUIRE(mapped.ok() && other.ok());
  CHECK(!mapped.value()->in_memory());
  const auto bytes = mapped.value()->bytes();
  CHECK(bytes[500'000] == std::byte{'x'});
  CHECK(mapped.value()->intact().ok());
  std::filesystem::resize_file(path, 100'000);
  // Even before anything is looked at, then at the page behind the end, the last one, and one that is still
  // there.
  CHECK(mapped.value()->intact().failure().code == ErrorCode::model_changed);
  CHECK(bytes[600'000] == std::byte{0});
  CHECK(bytes[999'999] == std::byte{0});
  CHECK(bytes[200'000] == std::byte{0});
  CHECK(bytes[50'000] == std::byte{'x'});
  const auto lost = mapped.value()->intact();
  REQUIRE(!lost.ok());
  CHECK(lost.failure().code == ErrorCode::model_changed);
  CHECK(lost.failure().message.find("cut") != std::string::npos);
  // It does not come back to life when the file does.
  std::ofstream(path, std::ios::binary | std::ios::trunc) << std::string(1'000'000, 'x');
  CHECK(!mapped.value()->intact().ok());
  CHECK(other.value()->bytes()[999'999] == std::byte{'y'} && other.value()->intact().ok());
}

TEST("many threads meet the cut at once") {
  const Folder folder;
  const std::string path = folder.put("cut", std::string(8'000'000, 'x'));
  const auto mapped = MappedFile::open(path, FileAccess::mapped);
  REQUIRE(mapped.ok());
  std::filesystem::resize_file(path, 0);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const auto bytes = mapped.value()->bytes();
      for (std::size_t i = 0; i < bytes.size(); i += 4096) {
        const std::size_t at = t % 2 == 0 ? i : bytes.size() - 1 - i;
        wrong += bytes[at] != std::byte{0};
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQUAL(wrong.load(), 0);
  CHECK(!mapped.value()->intact().ok());
}

// Mending what is not ours would hide faults of everybody else in the process.
TEST("a fault outside the guarded files still ends the process") {
  const Folder folder;
  const auto guarded = MappedFile::open(folder.put("ours", "12345678"), FileAccess::mapped);
  REQUIRE(guarded.ok());  // the handler is installed
  const std::string path = folder.put("theirs", std::string(100'000, 'x'));
  constexpr int survived = 42;  // a sanitizer ends the process with another status instead of the signal
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(path.c_str(), O_RDONLY);
    const auto* view =
        static_cast<const volatile char*>(::mmap(nullptr, 100'000, PROT_READ, MAP_PRIVATE, file, 0));
    std::filesystem::resize_file(path, 0);
    const int fresh = ::open("/dev/null", O_WRONLY);
    ::dup2(fresh, 2);  // a sanitizer describes the fault at length
    [[maybe_unused]] const char touched = view[50'000];
    ::_exit(survived);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) != survived));
}
#endif

TEST("file text: a small file is read whole, a longer one refused") {
  const Folder folder;
  const std::string path = folder.put("text", "one\r\ntwo");
  const auto text = read_file_text(path, 100);
  REQUIRE(text.ok());
  CHECK_EQUAL(text.value(), "one\r\ntwo");
  CHECK(!read_file_text(path, 7).ok());
  CHECK(read_file_text(path_to_utf8(folder.path / "absent"), 7).failure().code == ErrorCode::file_missing);
  CHECK(read_file_text(path_to_utf8(folder.path), 7).failure().code == ErrorCode::file_unreadable);
}

TEST("UTF-8: well-formed text is told from overlong forms, surrogates and cut characters") {
  CHECK(is_valid_utf8("aé漢😀"));
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe6\xbc", "\xff"}) {
    CHECK(!is_valid_utf8(text));
  }
  CHECK_EQUAL(utf8_character("\xe6\xbc"), 0);
  CHECK_EQUAL(utf8_character("\xe6\x41"), -1);
  CHECK_EQUAL(utf8_character("\xf0\x9f\x98\x80z"), 4);
  CHECK_EQUAL(repair_utf8("a\xff"
                          "b\xe6\xbc"),
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd\xef\xbf\xbd");
}

TEST("messages show no control characters, direction marks or endless names") {
  CHECK_EQUAL(printable("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
  CHECK_EQUAL(printable("x\xe2\x80\xaey"), "x\\xe2\\x80\\xaey");
  CHECK_EQUAL(printable(std::string(500, 'q'), 10), "qqqqqqqqqq...");
  CHECK_EQUAL(file_label("/home/someone/models/tiny.pth"), "tiny.pth");
  CHECK_EQUAL(file_label("/"), "/");
}

TEST_MAIN()
