// The fixture models through the front door. Single values were read from the files by other means (NumPy),
// facts about the files are those of tests/fixtures/README.md.
#include "formats/model_file.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "fixtures.h"

using namespace roost;
using namespace roost::formats;

namespace {

const std::string kFixtures = std::string(ROOST_SOURCE_DIR) + "/tests/fixtures/";

std::shared_ptr<const ModelFile> open(const std::string& name) {
  auto model = open_model_file(kFixtures + name);
  if (!model.ok()) {
    std::fprintf(stderr, "%s\n", model.failure().message.c_str());
    return nullptr;
  }
  return model.value();
}

float value_at(const ModelFile& model, const std::string& name, std::uint64_t row, std::uint64_t column) {
  const Weight* weight = model.find(name);
  if (weight == nullptr || row >= weight->rows || column >= weight->columns) return NAN;
  std::vector<float> out(weight->columns);
  read_row(*weight, row, out.data());
  return out[column];
}

double sum_of(const ModelFile& model, const std::string& name) {
  const Weight* weight = model.find(name);
  if (weight == nullptr) return NAN;
  std::vector<float> out(weight->columns);
  double sum = 0;
  for (std::uint64_t row = 0; row < weight->rows; ++row) {
    read_row(*weight, row, out.data());
    for (const float value : out) sum += value;
  }
  return sum;
}

// The largest difference between all weights of two files; infinite when they do not have the same ones.
double largest_difference(const ModelFile& a, const ModelFile& b) {
  double largest = a.weights.size() == b.weights.size() ? 0 : INFINITY;
  for (const auto& [name, weight] : a.weights) {
    const Weight* other = b.find(name);
    if (other == nullptr || other->rows != weight.rows || other->columns != weight.columns) return INFINITY;
    std::vector<float> left(weight.columns), right(weight.columns);
    for (std::uint64_t row = 0; row < weight.rows; ++row) {
      read_row(weight, row, left.data());
      read_row(*other, row, right.data());
      for (std::uint64_t i = 0; i < weight.columns; ++i) {
        largest = std::max(largest, std::fabs(static_cast<double>(left[i]) - right[i]));
      }
    }
  }
  return largest;
}

bool describes_fixture(const ModelFile& model) {
  return model.generation == "7" && model.layers == 3 && model.width == 128 && model.ffn == 512 &&
         model.heads == 2 && model.head_size == 64 && model.vocabulary == 400 && model.parameters == 822'912;
}

}  // namespace

TEST("RWKV-7 from .pth: dimensions, number formats and values") {
  const auto model = open("rwkv7-l3-c128-bf16.pth");
  REQUIRE(model != nullptr);
  CHECK(describes_fixture(*model));
  CHECK_EQUAL(model->container, "pth");
  CHECK_EQUAL(model->title, "rwkv7-l3-c128-bf16");
  CHECK_EQUAL(model->storage_types.at("BF16"), 105u);
  CHECK_EQUAL(model->file_bytes, 1'677'512u);
  CHECK(!model->embedded_vocabulary);
  CHECK(model->unchanged().ok());
  CHECK_EQUAL(value_at(*model, "emb.weight", 399, 0), 0.671875f);
  CHECK_EQUAL(value_at(*model, "emb.weight", 0, 127), -0.59765625f);
  // Stored [in, out] = [128, 32]: element [7, 31] is row 31, column 7 here.
  CHECK_EQUAL(value_at(*model, "blocks.1.att.w1", 31, 7), -0.0223388671875f);
  CHECK_EQUAL(value_at(*model, "blocks.2.att.g2", 5, 63), -0.0123291015625f);
  CHECK_EQUAL(value_at(*model, "blocks.2.att.r_k", 1, 3), 0.1494140625f);
  CHECK_EQUAL(value_at(*model, "blocks.0.att.x_g", 0, 100), 0.53515625f);
  CHECK_EQUAL(value_at(*model, "blocks.1.ffn.value.weight", 127, 511), 0.0020294189453125f);
  CHECK_EQUAL(value_at(*model, "ln_out.bias", 0, 64), -0.06005859375f);
  CHECK_NEAR(sum_of(*model, "emb.weight"), -83.10272604227066, 1e-9);
  CHECK_NEAR(sum_of(*model, "blocks.1.att.w1"), 0.9483417272567749, 1e-9);
  CHECK_NEAR(sum_of(*model, "blocks.2.ffn.key.weight"), 18.173536710441113, 1e-9);
}

TEST("layer 0 has no v0, v1, v2, whether the file has them or not; the other layers do") {
  for (const char* name : {"rwkv7-l3-c128-bf16.pth", "rwkv7-l3-c128-f16.gguf"}) {
    const auto model = open(name);
    REQUIRE(model != nullptr);
    for (const char* tail : {"v0", "v1", "v2"}) {
      CHECK(model->find(std::string("blocks.0.att.") + tail) == nullptr);
      CHECK(model->find(std::string("blocks.1.att.") + tail) != nullptr);
    }
    CHECK_EQUAL(model->weights.size(), 33u * 3 + 6 - 3);
  }
}

TEST("the same model from .pth and .safetensors: equal weights, equal fingerprint") {
  const auto pth = open("rwkv7-l3-c128-bf16.pth");
  const auto safetensors = open("rwkv7-l3-c128-bf16.safetensors");
  REQUIRE(pth != nullptr && safetensors != nullptr);
  CHECK(describes_fixture(*safetensors));
  CHECK_EQUAL(safetensors->container, "safetensors");
  CHECK_EQUAL(largest_difference(*pth, *safetensors), 0.0);
  CHECK_EQUAL(pth->fingerprint, safetensors->fingerprint);
  CHECK_EQUAL(pth->fingerprint.size(), 64u);
}

TEST("F16 GGUF of the same model: fused, renamed and transposed weights come out as the originals") {
  const auto pth = open("rwkv7-l3-c128-bf16.pth");
  const auto gguf = open("rwkv7-l3-c128-f16.gguf");
  REQUIRE(pth != nullptr && gguf != nullptr);
  CHECK(describes_fixture(*gguf));
  CHECK_EQUAL(gguf->title, "Rwkv7 L3 C128");
  CHECK_EQUAL(gguf->storage_types.at("F16"), 38u);
  CHECK_EQUAL(gguf->storage_types.at("F32"), 52u);
  CHECK(!gguf->training_context);
  CHECK(largest_difference(*pth, *gguf) <= 3e-8);
  CHECK(pth->fingerprint != gguf->fingerprint);
}

TEST("Q8_0 GGUF: blocks are widened as their definition says") {
  const auto gguf = open("rwkv7-l3-c128-q8_0.gguf");
  const auto pth = open("rwkv7-l3-c128-bf16.pth");
  REQUIRE(gguf != nullptr && pth != nullptr);
  CHECK(describes_fixture(*gguf));
  CHECK_EQUAL(gguf->storage_types.at("Q8_0"), 38u);
  CHECK_EQUAL(value_at(*gguf, "emb.weight", 399, 77), -0.18640518188476562f);
  CHECK_EQUAL(value_at(*gguf, "blocks.1.att.a1", 31, 127), 0.0639495849609375f);
  CHECK_EQUAL(value_at(*gguf, "blocks.2.ffn.value.weight", 100, 300), 0.020890235900878906f);
  CHECK_NEAR(sum_of(*gguf, "emb.weight"), -82.83380508422852, 1e-9);
  CHECK_NEAR(sum_of(*gguf, "blocks.2.ffn.value.weight"), -10.625654458999634, 1e-9);
  // Half a step of the largest scale.
  CHECK(largest_difference(*pth, *gguf) < 0.02);
}

TEST("GGUF carries the vocabulary: escapes undone, reserved entries empty") {
  const auto gguf = open("rwkv7-l3-c128-f16.gguf");
  REQUIRE(gguf != nullptr && gguf->embedded_vocabulary);
  const auto& tokens = gguf->embedded_vocabulary->tokens;
  REQUIRE(tokens.size() == 400);
  CHECK(tokens[0].empty());
  int wrong = 0;
  for (int byte = 0; byte < 256; ++byte) {
    wrong += tokens[static_cast<std::size_t>(byte) + 1] != std::string(1, static_cast<char>(byte));
  }
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(tokens[257], std::string("\t\t"));
  CHECK_EQUAL(tokens[261], std::string("\n\n"));
  CHECK_EQUAL(tokens[399], std::string("\"}"));
}

TEST("another generation opens as well and is described") {
  const auto model = open("rwkv5.1-l3-c128-bf16.pth");
  REQUIRE(model != nullptr);
  CHECK_EQUAL(model->generation, "5.1");
  CHECK_EQUAL(model->ffn, 448u);
  CHECK_EQUAL(model->heads, 2u);
  CHECK_EQUAL(model->vocabulary, 400u);
  REQUIRE(model->find("blocks.2.att.time_decay") != nullptr);
  CHECK_EQUAL(model->find("blocks.2.att.time_decay")->columns, 2u);
  CHECK(model->find("blocks.0.att.gate.weight") != nullptr);
}

// The files of the other generations are too many for the repository; where they lie elsewhere, they are
// checked too.
TEST("every generation opens, and generation 6 is the same from all three containers") {
  const struct {
    const char* file;
    const char* generation;
    std::uint32_t ffn, heads;
    std::size_t weights;
  } models[] = {
      {"rwkv4-l3-c128-fp32.pth", "4", 512, 0, 60},     {"rwkv5.0-l3-c128-fp32.pth", "5.0", 512, 2, 66},
      {"rwkv5.1-l3-c128-bf16.pth", "5.1", 448, 2, 72}, {"rwkv5.2-l3-c128-fp32.pth", "5.2", 448, 2, 72},
      {"rwkv6-l3-c128-bf16.pth", "6", 448, 2, 102},    {"rwkv6-l3-c128-bf16.safetensors", "6", 448, 2, 102},
      {"rwkv6-l3-c128-f16.gguf", "6", 448, 2, 102}};
  std::vector<std::shared_ptr<const ModelFile>> sixes;
  std::size_t opened = 0, absent = 0;
  for (const auto& expected : models) {
    const auto path = fixtures::find(expected.file);
    if (!path) {
      ++absent;
      continue;
    }
    const auto result = open_model_file(*path);
    if (!result.ok()) std::fprintf(stderr, "  %s\n", result.failure().message.c_str());
    REQUIRE(result.ok());
    ++opened;
    const ModelFile& model = *result.value();
    CHECK_EQUAL(model.generation, expected.generation);
    CHECK(model.layers == 3 && model.width == 128 && model.vocabulary == 400);
    CHECK_EQUAL(model.ffn, expected.ffn);
    CHECK_EQUAL(model.heads, expected.heads);
    CHECK_EQUAL(model.weights.size(), expected.weights);
    if (model.generation == "6") sixes.push_back(result.value());
  }
  CHECK_EQUAL(opened + absent, std::size(models));
  if (sixes.size() < 3) return;
  CHECK_EQUAL(sixes[0]->fingerprint, sixes[1]->fingerprint);
  CHECK(largest_difference(*sixes[0], *sixes[2]) <= 3e-8);
  CHECK_EQUAL(sixes[2]->rescale_every_layers, 0u);
  for (const auto& six : {sixes[0], sixes[2]}) {
    // time_maa_w2 [3, 10, 77] of the file: fourth mix (r), rank 10, channel 77.
    CHECK_NEAR(value_at(*six, "blocks.1.att.time_maa_w2.r", 77, 10), -0.10595703125, 3e-8);
    CHECK_NEAR(value_at(*six, "blocks.2.att.time_maa_w1", 37, 100), -0.06494140625, 3e-8);
    CHECK_NEAR(value_at(*six, "blocks.0.att.time_faaaa", 1, 63), 0.482421875, 3e-8);
    CHECK_NEAR(value_at(*six, "blocks.1.att.time_decay_w2", 1, 63), -0.06298828125, 3e-8);
    CHECK_NEAR(value_at(*six, "blocks.2.ffn.time_maa_r", 0, 9), 0.134765625, 3e-8);
  }
}

TEST("a file that is missing, a folder, or no model: a typed error that names it") {
  const auto missing = open_model_file(kFixtures + "absent.pth");
  REQUIRE(!missing.ok());
  CHECK(missing.failure().code == ErrorCode::file_missing);
  CHECK(missing.failure().message.find("absent.pth") != std::string::npos);
  CHECK(open_model_file(kFixtures).failure().code == ErrorCode::file_unreadable);
  CHECK(open_model_file(kFixtures + "README.md").failure().code == ErrorCode::not_a_model);
  CHECK(open_model_file(kFixtures + "sampler.json").failure().code == ErrorCode::not_a_model);
  CHECK(open_model_file(kFixtures + "rwkv7-l3-c128-bf16.expected.bin").failure().code ==
        ErrorCode::not_a_model);
}

TEST("opening reports its progress and can be cancelled") {
  std::vector<double> fractions;
  OpenHooks hooks;
  hooks.progress = [&](double fraction) { fractions.push_back(fraction); };
  REQUIRE(open_model_file(kFixtures + "rwkv7-l3-c128-bf16.pth", hooks).ok());
  REQUIRE(fractions.size() >= 2);
  CHECK(std::is_sorted(fractions.begin(), fractions.end()));
  CHECK(fractions.front() >= 0.0);
  CHECK_EQUAL(fractions.back(), 1.0);
  hooks.cancelled = [] { return true; };
  CHECK(open_model_file(kFixtures + "rwkv7-l3-c128-bf16.pth", hooks).failure().code == ErrorCode::cancelled);
}

TEST_MAIN()
