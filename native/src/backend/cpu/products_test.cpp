// Matrices as the CPU backend packs them, and their products, of every instruction set this processor has:
// against sums in double precision, written here a second time, and against themselves in other company.
#include <limits>

#include "backend/cpu/kernels.h"
#include "backend/cpu/testing/kernel_fixtures.h"

using namespace roost;
using namespace roost::backend;
using namespace roost::backend::testing;

TEST(
    "a packed matrix gives back every stored number exactly, whatever its type, order, address and odd "
    "shape") {
  using formats::StorageType;
  const struct {
    StorageType stored;
    DType packed;
  } kinds[] = {
      {StorageType::f32, DType::f32},  {StorageType::f16, DType::f16},  {StorageType::bf16, DType::bf16},
      {StorageType::q8_0, DType::q8},  {StorageType::bf16, DType::f32}, {StorageType::f16, DType::f32},
      {StorageType::q8_0, DType::f32}, {StorageType::q4_0, DType::q4},  {StorageType::q4_1, DType::q4m},
      {StorageType::q5_0, DType::q8},  {StorageType::q4_k, DType::f32}};
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const auto kind : kinds) {
      for (const bool transposed : {false, true}) {
        const std::uint32_t block = formats::storage_format(kind.stored).block;
        const bool blocks = block > 1;
        if (blocks && transposed) continue;
        const std::uint32_t rows = 83, columns = blocks ? 2 * block : 37;
        const Stored stored = store(random_numbers(std::size_t{rows} * columns, -1, 1, 5), rows, columns,
                                    kind.stored, transposed);
        // One-hot inputs: token k reads column k. Times 1 and plus 0 change nothing.
        std::vector<float> x(std::size_t{columns} * columns, 0.0f);
        for (std::size_t k = 0; k < columns; ++k) x[k * columns + k] = 1;
        auto device = open(kernels->isa);
        const auto out = multiply(*device, stored.weight, kind.packed, x, columns);
        const auto expected = widened(stored.weight);
        // Integer activations hold 1 to within a few roundings.
        const float slack = kernels->quantise != nullptr && in_blocks(kind.packed) ? 3e-7f : 0.0f;
        // With a minimum a number is the difference of two that may be as large as any.
        float largest = 0;
        for (const float weight : expected) largest = std::max(largest, std::fabs(weight));
        bool same = true;
        for (std::size_t n = 0; n < rows; ++n) {
          for (std::size_t k = 0; k < columns; ++k) {
            const float weight = expected[n * columns + k];
            const float size = kind.packed == DType::q4m ? 2 * largest : std::fabs(weight);
            same = same && std::fabs(out[k * rows + n] - weight) <= slack * size;
          }
        }
        CHECK(same);
      }
    }
  }
}

TEST("a Q4_K weight is off by more than the rounding of its scale and minimum to f16") {
  const std::uint32_t rows = 70, columns = 512;
  const Stored stored = store(random_numbers(std::size_t{rows} * columns, -1, 1, 25), rows, columns,
                              formats::StorageType::q4_k, false);
  std::vector<float> x(std::size_t{columns} * columns, 0.0f);
  for (std::size_t k = 0; k < columns; ++k) x[k * columns + k] = 1;
  auto device = open("scalar");
  const auto out = multiply(*device, stored.weight, DType::q4m, x, columns);
  const auto expected = widened(stored.weight);
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t block = 0; block < columns; block += 32) {
      float low = expected[n * columns + block], high = low, worst_error = 0;
      for (std::size_t k = block; k < block + 32; ++k) {
        const float weight = expected[n * columns + k];
        low = std::min(low, weight);
        high = std::max(high, weight);
        worst_error = std::max(worst_error, std::fabs(out[k * rows + n] - weight));
      }
      // 15 scales and a minimum, each off by a relative 2^-11 at most.
      CHECK(worst_error <= (high - low + 2 * std::max(std::fabs(low), std::fabs(high))) * 0x1p-11f * 1.1f);
    }
  }
}

TEST("products differ from sums in double by more than f32 rounding") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const std::uint32_t tokens : {1u, 6u, 40u}) {
      const std::uint32_t rows = 70, columns = 600;
      const Stored stored = store(random_numbers(std::size_t{rows} * columns, -1, 1, 6), rows, columns,
                                  formats::StorageType::bf16, false);
      const auto x = random_numbers(std::size_t{tokens} * columns, -1, 1, 7);
      const auto weights = widened(stored.weight);
      std::vector<double> expected(std::size_t{tokens} * rows, 0);
      for (std::size_t t = 0; t < tokens; ++t) {
        for (std::size_t n = 0; n < rows; ++n) {
          for (std::size_t k = 0; k < columns; ++k) {
            expected[t * rows + n] += static_cast<double>(weights[n * columns + k]) * x[t * columns + k];
          }
        }
      }
      auto device = open(kernels->isa);
      // Sums of 600 terms below 1: a few dozen roundings of 6e-8 times their size of about 8.
      CHECK(worst(multiply(*device, stored.weight, DType::bf16, x, tokens), expected) < 2e-5);
    }
  }
}

TEST(
    "rounding to 8 bits is off by more than half a step, or the step is not the block's largest number over "
    "127") {
  const std::uint32_t rows = 20, columns = 96;
  const auto numbers = random_numbers(std::size_t{rows} * columns, -3, 3, 8);
  const Stored stored = store(numbers, rows, columns, formats::StorageType::f32, false);
  std::vector<float> x(std::size_t{columns} * columns, 0.0f);
  for (std::size_t k = 0; k < columns; ++k) x[k * columns + k] = 1;
  auto device = open("scalar");
  const auto out = multiply(*device, stored.weight, DType::q8, x, columns);
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t block = 0; block < columns; block += 32) {
      float largest = 0, error = 0;
      for (std::size_t k = block; k < block + 32; ++k) {
        largest = std::max(largest, std::fabs(numbers[n * columns + k]));
        error = std::max(error, std::fabs(numbers[n * columns + k] - out[k * rows + n]));
      }
      CHECK(error <= largest / 127 * 0.51f + 127 * largest / 127 * 0x1p-11f);
    }
  }
}

TEST("activations as integers are off by more than half a step, spill over a digit, or hide damage") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    if (kernels->quantise == nullptr) continue;
    const auto quantise = kernels->quantise;
    const bool in_digits = kernels->in_digits;
    for (const float scale : {1e-25f, 1e-6f, 1.0f, 3e20f}) {
      auto x = random_numbers(std::size_t{64} * 32, -scale, scale, 30);
      // Largest numbers of every last digit, of either sign, and a block of nothing.
      for (std::size_t b = 0; b < 64; ++b)
        x[b * 32 + b % 32] = (b % 2 == 0 ? 1.0f : -1.0f) * scale * (1 + 0.013f * b);
      std::fill_n(x.begin(), 32, 0.0f);
      std::vector<cpu::IntegerBlock> blocks(64);
      quantise(blocks.data(), x.data(), x.size());
      for (std::size_t b = 0; b < blocks.size(); ++b) {
        double largest = 0, error = 0;
        int sum = 0;
        for (std::size_t k = 0; k < 32; ++k) {
          // Pairs of 16 bits lie in the order 0 2 1 3 of every four.
          const std::size_t at = k % 4 == 1 ? k + 1 : k % 4 == 2 ? k - 1 : k;
          const int whole =
              in_digits ? 256 * blocks[b].digit[0][k] + blocks[b].digit[1][k] : int{blocks[b].whole[at]};
          sum += whole;
          largest = std::max(largest, std::fabs(static_cast<double>(x[b * 32 + k])));
          error = std::max(error, std::fabs(static_cast<double>(whole) * blocks[b].scale - x[b * 32 + k]));
        }
        // Half a step, and the rounding of the scale.
        CHECK(error <= largest * (0.5 / cpu::largest_whole + 2.5e-7));
        if (!in_digits) {
          CHECK_EQUAL(blocks[b].start[0], -sum);
          continue;
        }
        for (std::size_t d = 0; d < cpu::digits; ++d) {
          int digits = 0;
          for (const std::int8_t digit : blocks[b].digit[d]) digits += digit;
          CHECK_EQUAL(blocks[b].start[d], -128 * digits);
        }
      }
      for (const float damage :
           {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        x[100] = damage;
        quantise(blocks.data(), x.data(), x.size());
        CHECK(std::isnan(blocks[3].scale) && !std::isnan(blocks[2].scale) && !std::isnan(blocks[4].scale));
      }
    }
  }
}

TEST("a token's numbers depend on how many travel with it, or on the number of threads") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
      const std::uint32_t rows = 200, columns = 544, tokens = 120;
      const Stored stored = store(random_numbers(std::size_t{rows} * columns, -1, 1, 20), rows, columns,
                                  formats::StorageType::f32, false);
      const auto x = random_numbers(std::size_t{tokens} * columns, -1, 1, 21);
      auto together = open(kernels->isa, 1);
      const auto all = multiply(*together, stored.weight, type, x, tokens);
      for (const std::uint32_t count : {1u, 2u, 5u, 11u, 97u}) {
        auto apart = open(kernels->isa, 3);
        const auto some = multiply(
            *apart, stored.weight, type,
            {x.begin(), x.begin() + static_cast<std::ptrdiff_t>(std::size_t{count} * columns)}, count);
        CHECK(std::memcmp(some.data(), all.data(), some.size() * sizeof(float)) == 0);
      }
    }
  }
}

TEST("skipping the weights of zeros changes a bit, misses a number, or hides damage") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
      // A last group that is not whole, and a length that is no multiple of what sums run over.
      const std::uint32_t rows = 150, columns = 544;
      const Stored stored = store(random_numbers(std::size_t{rows} * columns, -1, 1, 40), rows, columns,
                                  formats::StorageType::f32, false);
      for (const unsigned kept : {0u, 1u, 10u, 30u, 60u, 100u}) {  // in a hundred
        auto x = random_numbers(columns, 0.1f, 1, 41 + kept);
        std::mt19937 engine(42 + kept);
        for (float& number : x) number = engine() % 100 < kept ? number : 0.0f;
        x[columns - 1] = 0.5f;
        const auto dense = multiply(*open(kernels->isa), stored.weight, type, x, 1);
        const auto sparse = multiply(*open(kernels->isa), stored.weight, type, x, 1, true);
        CHECK(std::memcmp(dense.data(), sparse.data(), dense.size() * sizeof(float)) == 0);
        x[100] = std::numeric_limits<float>::quiet_NaN();
        for (const float sum : multiply(*open(kernels->isa), stored.weight, type, x, 1, true))
          CHECK(std::isnan(sum));
      }
    }
  }
}

// Sizes that are whole fours, that are not, and none of either.
TEST("the squares of a state come out turned wrongly, or spill over their ends") {
  for (const std::uint32_t size : {1u, 3u, 4u, 6u, 32u, 64u}) {
    const std::uint32_t squares = 3, count = squares * size * size;
    auto device = open("scalar", 2);
    const auto numbers = random_numbers(count, -1, 1, 60);
    const Tensor all = (*device).allocate(Use::state, 1, count + 20).value();
    (*device).fill(all, 7.0f);
    (*device).write_transposed(all.columns_from(10, count), numbers, size);
    std::vector<float> held(count + 20), back(count);
    (*device).read(held, all);
    (*device).read_transposed(back, all.columns_from(10, count), size);
    CHECK(back == numbers);
    bool turned = true;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t square = i / (size * size), row = i / size % size, column = i % size;
      turned = turned && held[10 + i] == numbers[(square * size + column) * size + row];
    }
    CHECK(turned);
    for (std::uint32_t i = 0; i < 10; ++i) CHECK(held[i] == 7.0f && held[10 + count + i] == 7.0f);
  }
}

TEST_MAIN()
