// Whole model files that were cut, or changed in random places, end in a model or a typed error: never in a
// crash, an abort, an exception or a large reservation. tools/fuzz/replay_test.cpp does the same to the
// smallest inputs of every parser.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "allocation_meter.h"
#include "check.h"
#include "formats/test_files.h"
#include "mutator.h"

using namespace test_files;

namespace {

// The budget of a refusal: far below what a model needs, far above what a table of contents needs.
constexpr std::size_t kBudget = std::size_t{32} << 20;

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(ROOST_SOURCE_DIR) + "/tests/fixtures/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Parses and, where that succeeds, reads every weight: its ranges must lie inside the file.
struct Tally {
  int opened = 0, refused = 0, untyped = 0;
  std::size_t most = 0;

  void run(const std::string& bytes) {
    // A copy of exactly this size on the heap, so that an address sanitizer sees every step outside.
    const std::string file(bytes.data(), bytes.size());
    const allocation_meter::Meter meter;
    {
      const auto model = parse(file);
      if (model.ok()) {
        ++opened;
        std::vector<float> row;
        float sum = 0;
        for (const auto& [name, weight] : model.value()->weights) {
          row.resize(weight.columns);
          read_row(weight, 0, row.data());
          read_row(weight, weight.rows - 1, row.data());
          sum += row[0];
        }
        untyped += !model.value()->fingerprint.size();
        volatile float kept = sum;
        (void)kept;
      } else {
        ++refused;
        const auto& failure = model.failure();
        const bool typed = failure.code == roost::ErrorCode::model_damaged ||
                           failure.code == roost::ErrorCode::model_truncated ||
                           failure.code == roost::ErrorCode::model_unsafe ||
                           failure.code == roost::ErrorCode::model_unsupported ||
                           failure.code == roost::ErrorCode::not_a_model;
        if (!typed || !failure.message.starts_with("hostile.bin: ") || failure.message.size() > 1000) {
          std::fprintf(stderr, "  %s %s\n", std::string(roost::name_of(failure.code)).c_str(),
                       failure.message.c_str());
          ++untyped;
        }
      }
    }
    most = std::max(most, meter.peak());
  }
};

void cut_everywhere(const std::string& whole) {
  Tally tally;
  for (std::size_t part = 0; part < 64; ++part) tally.run(whole.substr(0, whole.size() * part / 64));
  // The last bytes one by one: the end records of archives, the last tensor.
  for (std::size_t missing = 1; missing < 120; ++missing) tally.run(whole.substr(0, whole.size() - missing));
  CHECK_EQUAL(tally.opened, 0);
  CHECK_EQUAL(tally.untyped, 0);
  CHECK(tally.most < kBudget);
}

// Lengths stay as they are: a shift of a file of megabytes is only ever seen as a shift.
void mutate(const std::string& whole, std::size_t structure, bool structure_at_end, unsigned seed,
            int count) {
  mutation::Mutator mutator(seed);
  mutator.structure(structure, structure_at_end).in_place();
  Tally tally;
  for (int i = 0; i < count; ++i) tally.run(mutator.change(whole));
  CHECK_EQUAL(tally.untyped, 0);
  CHECK(tally.refused > count / 10);
  CHECK(tally.most < kBudget);
}

}  // namespace

TEST("a .pth that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-bf16.pth"));
}
TEST("a .safetensors that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-bf16.safetensors"));
}
TEST("a .gguf that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-q8_0.gguf"));
}

TEST("200 damaged copies of each fixture") {
  mutate(fixture("rwkv7-l3-c128-bf16.pth"), 12000, true, 15, 200);
  mutate(fixture("rwkv7-l3-c128-bf16.safetensors"), 9000, false, 16, 200);
  mutate(fixture("rwkv7-l3-c128-f16.gguf"), 12000, false, 17, 200);
}

TEST_MAIN()
