#include "engine/vocabulary.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "check.h"
#include "text/world_tokenizer.h"

using namespace roost;
using namespace roost::engine;

namespace {

struct Folder {
  Folder() {
    path =
        std::filesystem::temp_directory_path() /
        ("roost-vocabulary-" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string put(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << content;
    return (path / name).string();
  }
  std::filesystem::path path;
};

const std::string list = "1 'a' 1\n2 'b' 1\n3 'ab' 2\n";

formats::ModelFile model_in(const Folder& folder, std::uint32_t vocabulary = 4) {
  formats::ModelFile file;
  file.path = (folder.path / "model.pth").string();
  file.vocabulary = vocabulary;
  return file;
}

std::string third(const formats::ModelFile& file, const std::string& choice,
                  const std::vector<std::string>& folders) {
  const auto found = find_vocabulary(file, choice, folders);
  return found.ok() ? std::string(found.value()->bytes_of(3)) : found.failure().message;
}

}  // namespace

TEST("the vocabulary in the model file comes first, then the one beside it, then the folders") {
  const Folder folder;
  formats::ModelFile file = model_in(folder);
  const auto missing = find_vocabulary(file, "", {});
  REQUIRE(!missing.ok());
  CHECK(missing.failure().code == ErrorCode::vocabulary_missing);
  CHECK(missing.failure().message.find(world_file_name) != std::string::npos);

  folder.put(std::string("second/") + world_file_name, list);
  const std::vector<std::string> folders{(folder.path / "first").string(), (folder.path / "second").string()};
  const auto found = find_vocabulary(file, "", folders);
  REQUIRE(found.ok());
  CHECK_EQUAL(found.value()->bytes_of(3), "ab");

  folder.put(world_file_name, "1 'a' 1\n2 'b' 1\n3 'aa' 2\n");
  CHECK_EQUAL(third(file, "", folders), "aa");

  file.embedded_vocabulary = formats::EmbeddedVocabulary{{"", "a", "b", "ba"}};
  CHECK_EQUAL(tokenizer_kind(file), "embedded");
  CHECK_EQUAL(third(file, "", folders), "ba");
  CHECK_EQUAL(third(file, "world", folders), "aa");
  const std::string chosen = folder.put("mine.txt", list);
  CHECK_EQUAL(third(file, chosen, folders), "ab");
}

TEST("a list of another size is not taken for the model's, nor a damaged one") {
  const Folder folder;
  folder.put(world_file_name, list);
  const auto small = find_vocabulary(model_in(folder, 3), "", {});
  REQUIRE(!small.ok());
  CHECK(small.failure().message.find("another model") != std::string::npos);
  CHECK(!find_vocabulary(model_in(folder, 5000), "", {}).ok());
  CHECK(find_vocabulary(model_in(folder, 64), "", {}).ok());  // padded with unused rows
  folder.put(world_file_name, "not a vocabulary");
  const auto damaged = find_vocabulary(model_in(folder), "", {});
  REQUIRE(!damaged.ok());
  CHECK(damaged.failure().code == ErrorCode::vocabulary_damaged);
  CHECK(find_vocabulary(model_in(folder), (folder.path / "absent").string(), {}).failure().code ==
        ErrorCode::file_missing);
}

TEST("a model of GPT-NeoX-20B's size reads its file, and no other model does") {
  const Folder folder, elsewhere;
  const std::vector<std::string> folders{elsewhere.path.string()};
  const auto pile = model_in(folder, 50277);
  const auto missing = find_vocabulary(pile, "", folders);
  REQUIRE(!missing.ok());
  CHECK(missing.failure().code == ErrorCode::vocabulary_missing);
  for (const std::string& part :
       {std::string(neox_file_name), std::string("beside the model"), elsewhere.path.filename().string()}) {
    CHECK(missing.failure().message.find(part) != std::string::npos);
  }
  // The World list is not taken for it, though it lies in all the right places.
  folder.put(world_file_name, list);
  CHECK(find_vocabulary(pile, "", folders).failure().code == ErrorCode::vocabulary_missing);
  // A list of four tokens stands for the published one, which may not be copied here.
  const std::string json =
      R"({"normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},)"
      R"("model":{"type":"BPE","vocab":{"a":1,"b":2,"ab":3},"merges":["a b"]}})";
  elsewhere.put(neox_file_name, json);
  CHECK(find_vocabulary(pile, "", folders).failure().message.find("another model") != std::string::npos);
  CHECK_EQUAL(third(model_in(folder), "neox", folders), "ab");
  CHECK_EQUAL(third(model_in(folder), elsewhere.put("mine.json", json), {}), "ab");  // a path, by its content
  auto carrying = model_in(folder);
  carrying.texts.emplace(json_key, json);
  CHECK_EQUAL(tokenizer_kind(carrying), "embedded");
  CHECK_EQUAL(third(carrying, "", {}), "ab");
  carrying.texts[json_key] = "{}";
  CHECK(find_vocabulary(carrying, "", {}).failure().code == ErrorCode::vocabulary_damaged);
  const auto bpe = find_vocabulary(model_in(folder), "neox", folders),
             world = find_vocabulary(model_in(folder), "", {});
  REQUIRE(bpe.ok() && world.ok());
  CHECK(bpe.value()->fingerprint() != world.value()->fingerprint());  // though the texts are the same
}

TEST("the kind of vocabulary follows from the number of tokens") {
  const Folder folder;
  CHECK_EQUAL(tokenizer_kind(model_in(folder, 65536)), "world");
  CHECK_EQUAL(tokenizer_kind(model_in(folder, 50277)), "neox");
  CHECK_EQUAL(tokenizer_kind(model_in(folder, 50304)), "neox");
  CHECK_EQUAL(tokenizer_kind(model_in(folder, 400)), "unknown");
}

TEST("ids without text are reserved, but for the end of text") {
  const std::vector<std::string> tokens{"", "a", "", "7 ", "12x"};
  const auto tokenizer = text::WorldTokenizer::from_tokens(tokens, "t");
  REQUIRE(tokenizer.ok());
  const auto rules = rules_of(*tokenizer.value(), 7);
  CHECK((rules->never == std::vector<bool>{false, false, true, false, false, true, true}));
  CHECK((rules->uncounted == std::vector<bool>{false, false, false, true, false, false, false}));
}

TEST_MAIN()
