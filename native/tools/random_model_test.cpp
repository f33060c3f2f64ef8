#include "random_model.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <vector>

#include "check.h"
#include "formats/model_file.h"
#include "support/path_text.h"

using namespace roost;
using namespace roost::tools;
using formats::ModelFile;

namespace {

struct Folder {
  Folder() {
    const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() / ("roost-random-model-test-" + std::to_string(stamp));
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string file(const std::string& name) const { return support::path_to_utf8(path / name); }
  std::filesystem::path path;
};

RandomModel small(RandomType type) {
  RandomModel model;
  model.layers = 2;
  model.width = 128;
  model.vocabulary = 300;
  model.type = type;
  return model;
}

std::shared_ptr<const ModelFile> make(const Folder& folder, const std::string& name,
                                      const RandomModel& model) {
  const Status written = write_random_model(folder.file(name), model);
  if (!written.ok()) std::fprintf(stderr, "  %s\n", written.failure().message.c_str());
  auto opened = formats::open_model_file(folder.file(name));
  if (!opened.ok()) {
    std::fprintf(stderr, "  %s\n", opened.failure().message.c_str());
    return nullptr;
  }
  return opened.value();
}

double largest_difference(const ModelFile& a, const ModelFile& b) {
  double largest = a.weights.size() == b.weights.size() ? 0 : INFINITY;
  for (const auto& [name, weight] : a.weights) {
    const formats::Weight* other = b.find(name);
    if (other == nullptr || other->rows != weight.rows || other->columns != weight.columns) return INFINITY;
    std::vector<float> left(weight.columns), right(weight.columns);
    for (std::uint64_t row = 0; row < weight.rows; ++row) {
      formats::read_row(weight, row, left.data());
      formats::read_row(*other, row, right.data());
      for (std::uint64_t i = 0; i < weight.columns; ++i) {
        largest = std::max(largest, std::fabs(static_cast<double>(left[i]) - right[i]));
      }
    }
  }
  return largest;
}

}  // namespace

TEST("random models open in every form, and equal seeds give equal weights") {
  const Folder folder;
  const auto exact = make(folder, "a.safetensors", small(RandomType::f32));
  const auto gguf = make(folder, "b.gguf", small(RandomType::f32));
  const auto bf16 = make(folder, "c.gguf", small(RandomType::bf16));
  const auto f16 = make(folder, "d.safetensors", small(RandomType::f16));
  const auto q8 = make(folder, "e.gguf", small(RandomType::q8_0));
  RandomModel seeded = small(RandomType::f32);
  seeded.seed = 2;
  const auto other = make(folder, "f.safetensors", seeded);
  REQUIRE(exact && gguf && bf16 && f16 && q8 && other);
  CHECK_EQUAL(exact->generation, "7");
  CHECK_EQUAL(gguf->ffn, 512u);
  CHECK_EQUAL(gguf->heads, 2u);
  CHECK_EQUAL(gguf->find("blocks.1.att.v1")->rows, 32u);
  CHECK_EQUAL(largest_difference(*exact, *gguf), 0.0);
  CHECK(largest_difference(*exact, *bf16) < 0.02);  // half a unit of 8 bits at 5
  CHECK(largest_difference(*exact, *f16) < 0.002);  // half a unit of 11 bits at 5
  CHECK(largest_difference(*exact, *q8) < 0.01);    // half a 127th of the largest matrix element, 1.73
  CHECK(largest_difference(*exact, *other) > 0.5);
  CHECK_EQUAL(q8->storage_types.at("Q8_0"), 2u + 2 * (4 + 2 + 2 + 2 + 2));
}

TEST("a random .gguf carries all bytes and distinct words as its vocabulary") {
  const Folder folder;
  const auto model = make(folder, "a.gguf", small(RandomType::f16));
  REQUIRE(model && model->embedded_vocabulary);
  const auto& tokens = model->embedded_vocabulary->tokens;
  REQUIRE(tokens.size() == 300);
  int wrong = 0;
  for (std::size_t byte = 0; byte < 256; ++byte)
    wrong += tokens[byte + 1] != std::string(1, static_cast<char>(byte));
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(tokens[257], "aa");
  CHECK_EQUAL(tokens[282], "az");
  CHECK_EQUAL(tokens[283], "ba");
  RandomModel bare = small(RandomType::f16);
  bare.with_vocabulary = false;
  const auto without = make(folder, "b.gguf", bare);
  REQUIRE(without);
  CHECK(!without->embedded_vocabulary);
}

TEST("what can't be written is refused, and nothing is left behind") {
  const Folder folder;
  RandomModel model = small(RandomType::q8_0);
  CHECK(write_random_model(folder.file("a.safetensors"), model).failure().code ==
        ErrorCode::invalid_argument);
  CHECK(write_random_model(folder.file("a.bin"), small(RandomType::f32)).failure().code ==
        ErrorCode::invalid_argument);
  model.width = 100;
  CHECK(write_random_model(folder.file("a.gguf"), model).failure().code == ErrorCode::invalid_argument);
  REQUIRE(write_random_model(folder.file("b.gguf"), small(RandomType::f16)).ok());
  CHECK(write_random_model(folder.file("b.gguf"), small(RandomType::f16)).failure().code ==
        ErrorCode::file_exists);
  CHECK(write_random_model(folder.file("no/such/c.gguf"), small(RandomType::f16)).failure().code ==
        ErrorCode::write_failed);
  CHECK_EQUAL(
      std::distance(std::filesystem::directory_iterator(folder.path), std::filesystem::directory_iterator()),
      1);
}

TEST_MAIN()
