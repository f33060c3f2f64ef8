// The block formats against an independent implementation: tests/fixtures/quantised-blocks.* holds random
// blocks of every format and what the reference program of GGUF makes of them.
#include "formats/blocks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "check.h"
#include "fixtures.h"
#include "formats/container.h"
#include "support/half.h"
#include "support/json.h"

using namespace roost;
using formats::StorageType;

namespace {

constexpr StorageType all_types[] = {StorageType::q8_0, StorageType::q4_0, StorageType::q4_1,
                                     StorageType::q5_0, StorageType::q5_1, StorageType::q4_k,
                                     StorageType::q5_k, StorageType::q6_k};

std::map<std::string, std::string> sections() {
  std::map<std::string, std::string> all;
  const auto table = fixtures::find("quantised-blocks.json"), data = fixtures::find("quantised-blocks.bin");
  if (!table || !data) return all;
  const std::string bytes = fixtures::read(*data);
  const auto json = support::parse_json(fixtures::read(*table), "quantised-blocks.json");
  if (!json.ok()) return all;
  for (const auto& section : json.value().find("sections")->items()) {
    all[std::string(section.find("name")->text())] =
        bytes.substr(*section.find("offset")->whole(), *section.find("bytes")->whole());
  }
  return all;
}

// Numbers whose blocks differ much from each other: one in 32 is large, some blocks lie on one side of 0.
std::vector<float> uneven_numbers(std::size_t count) {
  std::vector<float> numbers(count);
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    const float x = static_cast<float>(state >> 8) * 0x1p-24f - 0.5f;
    const auto block = i / 32;
    numbers[i] = (block % 3 == 0 ? x + 0.75f : x) * std::ldexp(1.0f, static_cast<int>(block % 9) - 4);
    if (i % 32 == 7) numbers[i] *= 1.7f;
  }
  return numbers;
}

std::vector<float> there_and_back(StorageType type, const std::vector<float>& numbers) {
  const formats::StorageFormat& format = formats::storage_format(type);
  std::vector<std::byte> blocks(numbers.size() / format.block * format.bytes);
  std::vector<float> back(numbers.size());
  formats::encode_blocks(type, numbers.data(), numbers.size(), blocks.data());
  formats::decode_blocks(type, blocks.data(), numbers.size(), back.data());
  return back;
}

}  // namespace

TEST("a block format gives other bits than the reference program of GGUF") {
  const auto expected = sections();
  for (const StorageType type : all_types) {
    const formats::StorageFormat& format = formats::storage_format(type);
    const std::string name(format.name);
    REQUIRE(expected.contains(name + ".blocks") && expected.contains(name + ".values"));
    const std::string &blocks = expected.at(name + ".blocks"), &values = expected.at(name + ".values");
    const std::size_t count = values.size() / sizeof(float);
    CHECK_EQUAL(blocks.size() / format.bytes * format.block, count);
    CHECK(count >= 256);
    // At an odd address, as tensors may lie.
    const std::string shifted = "x" + blocks;
    std::vector<float> got(count);
    formats::decode_blocks(type, reinterpret_cast<const std::byte*>(shifted.data() + 1), count, got.data());
    CHECK(std::memcmp(got.data(), values.data(), values.size()) == 0);
  }
}

TEST("rounding to blocks errs by more than half a step, or more than the plainest choice of scale would") {
  const auto numbers = uneven_numbers(32 * 90);
  // Steps across the range of a block; q4_0 and q5_0 have one more on the side of the largest number.
  const struct {
    StorageType type;
    float steps;
    bool symmetric;
  } formats[] = {{StorageType::q8_0, 254, true},
                 {StorageType::q5_1, 31, false},
                 {StorageType::q5_0, 31, true},
                 {StorageType::q4_1, 15, false},
                 {StorageType::q4_0, 15, true}};
  for (const auto& format : formats) {
    CHECK(formats::can_encode(format.type));
    const auto back = there_and_back(format.type, numbers);
    double squares = 0, plain_squares = 0;
    for (std::size_t first = 0; first < numbers.size(); first += 32) {
      float low = numbers[first], high = low, extreme = 0;
      for (std::size_t i = first; i < first + 32; ++i) {
        low = std::min(low, numbers[i]);
        high = std::max(high, numbers[i]);
        if (std::fabs(numbers[i]) > std::fabs(extreme)) extreme = numbers[i];
      }
      const float range = format.symmetric ? 2 * std::fabs(extreme) : high - low;
      const float step = range / format.steps;
      for (std::size_t i = first; i < first + 32; ++i) {
        const double error = static_cast<double>(back[i]) - numbers[i];
        // Candidates may cut off an end by up to a step, when that serves the others.
        CHECK(std::fabs(error) <= 1.6 * step + std::fabs(numbers[i]) * 0x1p-10);
        squares += error * error;
        const float zero = format.symmetric ? 0 : low;
        const double plain = std::nearbyint((numbers[i] - zero) / step) * step + zero - numbers[i];
        plain_squares += plain * plain;
      }
    }
    CHECK(squares <= plain_squares * 1.02);
  }
}

TEST("numbers that blocks hold exactly come back changed") {
  // Whole multiples of a scale that f16 has, with both ends in use.
  for (const StorageType type : {StorageType::q8_0, StorageType::q4_0, StorageType::q5_0}) {
    const int half = type == StorageType::q8_0 ? 127 : type == StorageType::q5_0 ? 16 : 8;
    std::vector<float> numbers(64);
    for (int i = 0; i < 64; ++i) {
      const int q = i % 32 == 0 ? -half : (i * 7) % (2 * half) - half + (i % 32 == 1 ? 1 : 0);
      numbers[static_cast<std::size_t>(i)] = 0.03125f * static_cast<float>(std::clamp(q, -half, half - 1));
    }
    CHECK(there_and_back(type, numbers) == numbers);
  }
  CHECK(there_and_back(StorageType::q4_1, std::vector<float>(32, -0.625f)) ==
        std::vector<float>(32, -0.625f));
  CHECK(there_and_back(StorageType::q4_0, std::vector<float>(32, 0.0f)) == std::vector<float>(32, 0.0f));
}

TEST("a number that is not finite vanishes in its block") {
  for (const StorageType type :
       {StorageType::q8_0, StorageType::q4_0, StorageType::q4_1, StorageType::q5_0, StorageType::q5_1}) {
    for (const float damage :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      auto numbers = uneven_numbers(96);
      numbers[40] = damage;
      const auto back = there_and_back(type, numbers);
      CHECK(std::isnan(back[33]));
      CHECK(std::isfinite(back[0]) && std::isfinite(back[64]));
    }
  }
}

TEST_MAIN()
