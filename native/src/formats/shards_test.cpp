// A model in several files: read as if it were one, and refused where the files and their index disagree or
// lead elsewhere.
#include "formats/shards.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "check.h"
#include "formats/test_files.h"
#include "support/path_text.h"

using namespace roost;
using namespace test_files;

namespace {

struct Folder {
  Folder() {
    const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() / ("roost-shards-" + std::to_string(stamp)) / "Tiny model";
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path.parent_path(), ignored);
  }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path / name, std::ios::binary) << content;
  }
  std::string file(const std::string& name) const { return support::path_to_utf8(path / name); }
  std::filesystem::path path;
};

const char* const kIndex = "model.safetensors.index.json";

// The tiny model in two files and its index; `listed` may change what the index says.
void divide(const Folder& folder,
            const std::function<void(std::string& tensor, std::string& file)>& listed = {}) {
  std::vector<TestTensor> parts[2];
  std::string map;
  const std::vector<TestTensor> tensors = tiny_rwkv7();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const int part = i < tensors.size() / 3 ? 0 : 1;
    parts[part].push_back(tensors[i]);
    std::string tensor = tensors[i].name, file = part == 0 ? "a-1-of-2.safetensors" : "a-2-of-2.safetensors";
    if (listed) listed(tensor, file);
    if (!tensor.empty()) map += (map.empty() ? "\"" : ",\"") + tensor + "\":\"" + file + "\"";
  }
  folder.put("a-1-of-2.safetensors", make_safetensors(parts[0]));
  folder.put("a-2-of-2.safetensors", make_safetensors(parts[1]));
  folder.put(kIndex, "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}\n");
}

std::string refusal(const Folder& folder) {
  const auto model = formats::open_model_file(folder.file(kIndex));
  if (model.ok()) return "opened";
  return std::string(name_of(model.failure().code)) + " " + model.failure().message;
}

std::string refusal_of_name(const std::string& name) {
  const Folder folder;
  divide(folder, [&](std::string& tensor, std::string& file) {
    if (tensor == "head.weight") file = name;
  });
  return refusal(folder);
}

}  // namespace

TEST("a divided model has the weights and the fingerprint of the whole one") {
  const Folder folder;
  divide(folder);
  folder.put("whole.safetensors", make_safetensors(tiny_rwkv7()));
  const auto divided = formats::open_model_file(folder.file(kIndex));
  const auto whole = formats::open_model_file(folder.file("whole.safetensors"));
  REQUIRE(divided.ok() && whole.ok());
  CHECK_EQUAL(divided.value()->fingerprint, whole.value()->fingerprint);
  CHECK_EQUAL(divided.value()->container, "safetensors");
  CHECK_EQUAL(divided.value()->title, "Tiny model");
  CHECK_EQUAL(divided.value()->file_bytes,
              std::filesystem::file_size(folder.path / "a-1-of-2.safetensors") +
                  std::filesystem::file_size(folder.path / "a-2-of-2.safetensors"));
  CHECK_EQUAL(divided.value()->parameters, whole.value()->parameters);
  CHECK(divided.value()->unchanged().ok() && divided.value()->intact().ok());
  std::ofstream(folder.file("a-2-of-2.safetensors"), std::ios::binary | std::ios::app) << "x";
  CHECK(!divided.value()->unchanged().ok());
}

TEST("a part that is not there, or is cut, is named") {
  const Folder folder;
  divide(folder);
  std::filesystem::resize_file(folder.path / "a-2-of-2.safetensors", 5000);
  CHECK(refusal(folder).starts_with("model_truncated a-2-of-2.safetensors: "));
  std::filesystem::remove(folder.path / "a-2-of-2.safetensors");
  CHECK(refusal(folder).starts_with("file_missing model.safetensors.index.json: "));
  CHECK(refusal(folder).find("a-2-of-2.safetensors") != std::string::npos);
}

TEST("a part by itself is called incomplete") {
  const Folder folder;
  divide(folder);
  const auto part = formats::open_model_file(folder.file("a-1-of-2.safetensors"));
  REQUIRE(!part.ok());
  CHECK(part.failure().message.find("divided into several files") != std::string::npos);
}

TEST("no name in an index leads out of its folder") {
  for (const char* name :
       {"../a-2-of-2.safetensors", "/etc/a.safetensors", "sub/a.safetensors", "..\\\\a.safetensors",
        "C:a.safetensors", ".safetensors", "..safetensors", "a.pth", "", "a\\u0000.safetensors",
        "a\\n.safetensors", ".hidden.safetensors", "http://x/a.safetensors"}) {
    const std::string said = refusal_of_name(name);
    CHECK(said.starts_with("model_unsafe model.safetensors.index.json: "));
  }
  CHECK(refusal_of_name(std::string(300, 'a') + ".safetensors").starts_with("model_unsafe "));
}

TEST("an index and its files must agree on every tensor") {
  const Folder folder;
  divide(folder, [](std::string& tensor, std::string&) {
    if (tensor == "head.weight") tensor.clear();
  });
  CHECK(
      refusal(folder).starts_with("model_damaged a-2-of-2.safetensors: it holds the tensor \"head.weight\""));
  divide(folder, [](std::string& tensor, std::string& file) {
    if (tensor == "head.weight") file = "a-1-of-2.safetensors";
  });
  CHECK(
      refusal(folder).starts_with("model_damaged a-1-of-2.safetensors: it lacks the tensor \"head.weight\""));
  divide(folder, [](std::string& tensor, std::string&) {
    if (tensor == "head.weight") tensor = "emb.weight";
  });
  CHECK(refusal(folder).find("twice") != std::string::npos);
}

TEST("an index that is no index is refused in a sentence") {
  const Folder folder;
  for (const char* text :
       {"{\"weight_map\":{}}", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}",
        "{\"weight_map\":{\"a\":\"b\"", "{\"a\":{\"weight_map\":{\"a\":\"b.safetensors\"}}}",
        "{\"weight_map\":{\"\":\"b.safetensors\"}}"}) {
    folder.put(kIndex, text);
    CHECK(refusal(folder).starts_with("model_damaged model.safetensors.index.json: "));
  }
  std::string many = "{\"weight_map\":{";
  for (int i = 0; i < 600; ++i) {
    const std::string number = std::to_string(i);
    many += (i > 0 ? ",\"t" : "\"t") + number + "\":\"" + number + ".safetensors\"";
  }
  folder.put(kIndex, many + "}}");
  CHECK(refusal(folder).find("more than 512 files") != std::string::npos);
  folder.put(kIndex, "{\"weight_map\":{\"a\":\"model.safetensors.index.json.safetensors\"}}");
  CHECK(refusal(folder).starts_with("file_missing "));
}

TEST_MAIN()
