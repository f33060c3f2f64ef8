// The kernels of every instruction set this processor has. The scalar table is held against the formulas in
// double precision, written here a second time; the others against the same, or, through the self-test,
// against the scalar one.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include "backend/backend.h"
#include "backend/cpu/cpu_backend.h"
#include "backend/cpu/isa.h"
#include "backend/cpu/packing.h"
#include "backend/selftest.h"
#include "check.h"
#include "formats/container.h"
#include "support/half.h"

using namespace roost;
using namespace roost::backend;

namespace {

std::vector<const cpu::Kernels*> all_kernels() {
  std::vector<const cpu::Kernels*> all;
  for (const std::string& isa : cpu::available_isas()) all.push_back(cpu::choose_kernels(isa).value());
  return all;
}

std::vector<float> random_numbers(std::size_t count, float low, float high, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<float> all(count);
  // Not uniform_real_distribution, whose numbers differ between standard libraries.
  for (float& x : all) x = low + (high - low) * static_cast<float>(engine() >> 8) * 0x1p-24f;
  return all;
}

// A matrix as a file would hold it: any type, either order, at an odd address.
struct Stored {
  std::vector<std::byte> bytes;
  formats::Weight weight;
};

Stored store(const std::vector<float>& numbers, std::size_t rows, std::size_t columns,
             formats::StorageType type, bool transposed) {
  Stored stored;
  auto& bytes = stored.bytes;
  bytes.push_back(std::byte{0});
  const auto append = [&bytes](const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), from, from + size);
  };
  const std::size_t outer = transposed ? columns : rows, inner = transposed ? rows : columns;
  for (std::size_t i = 0; i < outer; ++i) {
    for (std::size_t j = 0; j < inner; ++j) {
      const float x = transposed ? numbers[j * columns + i] : numbers[i * columns + j];
      const std::uint16_t half = support::f32_to_f16(x), brain = support::f32_to_bf16(x);
      switch (type) {
        case formats::StorageType::f32:
          append(&x, 4);
          break;
        case formats::StorageType::f16:
          append(&half, 2);
          break;
        case formats::StorageType::bf16:
          append(&brain, 2);
          break;
        case formats::StorageType::q8_0: {
          // Any scale and any bytes are a valid block.
          if (j % 32 == 0) {
            const std::uint16_t scale = support::f32_to_f16(0.001f + std::fabs(x) / 100);
            append(&scale, 2);
          }
          const auto quantum = static_cast<signed char>(std::lround(x * 100) % 128);
          append(&quantum, 1);
          break;
        }
        default: {
          // So it is with the other block types; a scale (and a minimum, or a scale of minima) comes first.
          const formats::StorageFormat& format = formats::storage_format(type);
          if (j % format.block != 0) break;
          std::vector<unsigned char> block(format.bytes);
          for (std::size_t b = 0; b < block.size(); ++b)
            block[b] =
                static_cast<unsigned char>(std::lround(std::fabs(x) * 9973) + static_cast<long>(b * b) * 31);
          const std::uint16_t scale = support::f32_to_f16(0.001f + std::fabs(x) / 100);
          const std::uint16_t second = support::f32_to_f16(-x / 8);
          std::memcpy(block.data(), &scale, 2);
          if (type == formats::StorageType::q4_1 || type == formats::StorageType::q4_k)
            std::memcpy(block.data() + 2, &second, 2);
          append(block.data(), block.size());
        }
      }
    }
  }
  formats::Weight& weight = stored.weight;
  weight.type = type;
  weight.rows = rows;
  weight.columns = columns;
  weight.row_stride = transposed ? 1 : static_cast<std::int64_t>(columns);
  weight.column_stride = transposed ? static_cast<std::int64_t>(rows) : 1;
  weight.data = bytes.data() + 1;
  return stored;
}

std::vector<float> widened(const formats::Weight& weight) {
  std::vector<float> all(weight.rows * weight.columns);
  for (std::size_t row = 0; row < weight.rows; ++row)
    formats::read_row(weight, row, &all[row * weight.columns]);
  return all;
}

Backend& operator*(const Result<std::unique_ptr<Backend>>& opened) {
  return *opened.value();
}

Result<std::unique_ptr<Backend>> open(const std::string& isa, int threads = 1) {
  OpenSettings settings;
  settings.isa = isa;
  settings.threads = threads;
  return open_backend(settings);
}

std::vector<float> multiply(Backend& device, const formats::Weight& weight, DType type,
                            const std::vector<float>& x, std::uint32_t tokens, bool sparse = false) {
  const auto rows = static_cast<std::uint32_t>(weight.rows),
             columns = static_cast<std::uint32_t>(weight.columns);
  CHECK(device.reserve_weights(device.packed_bytes(weight, type), 0).ok());
  const Tensor matrix = device.load_matrix(weight, type).value();
  const Tensor in = device.allocate(Use::scratch, tokens, columns).value();
  const Tensor out = device.allocate(Use::scratch, tokens, rows).value();
  device.write(in, x);
  const Product product[] = {{out, in, matrix, Epilogue::none, {}, sparse}};
  device.products(product);
  CHECK(device.submit().ok());
  CHECK(device.wait().ok());
  std::vector<float> result(std::size_t{tokens} * rows);
  device.read(result, out);
  return result;
}

double worst(const std::vector<float>& got, const std::vector<double>& expected) {
  double largest = got.size() == expected.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
    const double d = std::fabs(got[i] - expected[i]);
    if (!(d <= largest)) largest = d;
  }
  return largest;
}

}  // namespace

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

TEST("an epilogue is inaccurate somewhere on the line, or turns damage into numbers") {
  std::vector<float> z;
  for (int i = -4000; i <= 4000; ++i) z.push_back(static_cast<float>(i) * 0.005f);
  for (int e = -40; e <= 12; ++e) z.insert(z.end(), {std::ldexp(1.3f, e), -std::ldexp(1.3f, e)});
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (const cpu::Kernels* kernels : all_kernels()) {
    const std::vector<float> bias(z.size(), 0.25f);
    const auto check = [&](Epilogue kind, double tolerance, bool relative, auto&& formula) {
      std::vector<float> values = z;
      kernels->epilogue(kind, values.data(), bias.data(), values.size());
      double largest = 0;
      for (std::size_t i = 0; i < z.size(); ++i) {
        const double expected = formula(static_cast<double>(z[i]));
        const double scale = relative ? std::max(std::fabs(expected), 1e-37) : 1;
        const double d = std::fabs(values[i] - expected) / scale;
        if (!(d <= largest)) largest = d;
      }
      CHECK(largest <= tolerance);
      std::vector<float> damaged(19, std::numeric_limits<float>::quiet_NaN());
      kernels->epilogue(kind, damaged.data(), bias.data(), damaged.size());
      CHECK(std::all_of(damaged.begin(), damaged.end(), [](float x) { return std::isnan(x); }));
    };
    check(Epilogue::tanh, 4e-7, true, [](double x) { return std::tanh(x); });
    // exp saturates at e^88, where the logistic function has long been 0 for every practical end.
    check(Epilogue::sigmoid, 2e-7, false, logistic);
    check(Epilogue::bias_sigmoid, 2e-7, false, [&](double x) { return logistic(x + 0.25); });
    check(Epilogue::relu_squared, 1e-7, true, [](double x) { return x > 0 ? x * x : 0; });
    // Both ends of the line are 1 and 0; between them the inner exponential's error is multiplied by at
    // most 1.
    check(Epilogue::decay6, 3e-7, false, [](double x) { return std::exp(-std::exp(x + 0.25)); });
    check(Epilogue::silu, 2e-6, false, [&](double x) { return x * logistic(x); });
    check(Epilogue::decay7, 2e-7, true, [&](double x) { return std::exp(-0.606531 * logistic(x + 0.25)); });
  }
}

TEST(
    "layer_norm differs from the formula in double, at an offset that a one-pass variance does not survive") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const std::size_t n : {64u, 130u, 768u}) {
      auto x = random_numbers(n, -1, 1, 9);
      for (float& value : x) value += 100;
      const auto gain = random_numbers(n, 0.5f, 2, 10), bias = random_numbers(n, -1, 1, 11);
      double mean = 0, variance = 0;
      for (const float value : x) mean += value / static_cast<double>(n);
      for (const float value : x) variance += (value - mean) * (value - mean) / static_cast<double>(n);
      std::vector<double> expected(n);
      for (std::size_t i = 0; i < n; ++i)
        expected[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i];
      std::vector<float> out(n);
      kernels->layer_norm(out.data(), x.data(), gain.data(), bias.data(), n, 1e-5f);
      // The mean itself is known to 100 x 6e-8 only.
      CHECK(worst(out, expected) < 5e-5);
    }
  }
}

TEST("wkv7 differs from the published recurrence in double, decays at both ends of their range") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    const std::size_t n = 64, tokens = 40;
    const auto row = [&](float low, float high, unsigned seed) {
      return random_numbers(n * tokens, low, high, seed);
    };
    const auto r = row(-1, 1, 1), k = row(-1, 1, 2), v = row(-1, 1, 3), alpha = row(0, 1, 4),
               gate = row(-1, 1, 5);
    const auto v_mix = row(0, 1, 6), v_first = row(-1, 1, 7);
    auto decay = row(0.5453f, 1, 8);
    for (std::size_t i = 0; i < decay.size(); i += 3) decay[i] = i % 2 == 0 ? 0.5453f : 0.99999994f;
    const auto k_k = random_numbers(n, 0.5f, 1.5f, 9), k_a = random_numbers(n, 0, 1, 10),
               r_k = random_numbers(n, -1, 1, 11), gain = random_numbers(n, 0.5f, 1.5f, 12),
               bias = random_numbers(n, -1, 1, 13);
    auto state = random_numbers(n * n, -1, 1, 14);

    // S[value][key], as published; the kernel keeps [key][value].
    std::vector<double> S(n * n), expected(n * tokens);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) S[i * n + j] = state[j * n + i];
    }
    for (std::size_t t = 0; t < tokens; ++t) {
      const std::size_t o = t * n;
      double norm = 0, bonus = 0, mean = 0, variance = 0;
      for (std::size_t j = 0; j < n; ++j) norm += std::pow(static_cast<double>(k[o + j]) * k_k[j], 2);
      norm = std::max(std::sqrt(norm), 1e-12);
      std::vector<double> kk(n), kt(n), vt(n), y(n);
      for (std::size_t j = 0; j < n; ++j) {
        kk[j] = k[o + j] * static_cast<double>(k_k[j]) / norm;
        kt[j] = k[o + j] * (1 + (alpha[o + j] - 1.0) * k_a[j]);
        vt[j] = v[o + j] + (static_cast<double>(v_first[o + j]) - v[o + j]) * v_mix[o + j];
        bonus += r[o + j] * kt[j] * r_k[j];
      }
      for (std::size_t i = 0; i < n; ++i) {
        double s = 0;
        for (std::size_t j = 0; j < n; ++j) s += S[i * n + j] * -kk[j];
        for (std::size_t j = 0; j < n; ++j) {
          S[i * n + j] = S[i * n + j] * decay[o + j] + s * (kk[j] * alpha[o + j]) + vt[i] * kt[j];
          y[i] += S[i * n + j] * r[o + j];
        }
        mean += y[i] / static_cast<double>(n);
      }
      for (std::size_t i = 0; i < n; ++i) variance += (y[i] - mean) * (y[i] - mean) / static_cast<double>(n);
      for (std::size_t i = 0; i < n; ++i) {
        const double normed = (y[i] - mean) / std::sqrt(variance + 64e-5) * gain[i] + bias[i];
        expected[o + i] = (normed + bonus * vt[i]) * gate[o + i];
      }
    }

    std::vector<float> out(n * tokens), scratch(cpu::wkv7_scratch(64));
    cpu::Wkv7Head head{};
    head.out = out.data();
    head.r = r.data();
    head.k = k.data();
    head.v = v.data();
    head.decay = decay.data();
    head.alpha = alpha.data();
    head.gate = gate.data();
    head.v_mix = v_mix.data();
    head.v_first = v_first.data();
    head.stride = n;
    head.k_k = k_k.data();
    head.k_a = k_a.data();
    head.r_k = r_k.data();
    head.norm_gain = gain.data();
    head.norm_bias = bias.data();
    head.state = state.data();
    head.tokens = tokens;
    head.head_size = n;
    head.norm_epsilon = 64e-5f;
    head.scratch = scratch.data();
    kernels->wkv7(head);
    CHECK(worst(out, expected) < 1e-4);
    std::vector<float> published(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) published[i * n + j] = state[j * n + i];
    }
    CHECK(worst(published, S) < 1e-4);
  }
}

TEST("activations as integers are off by more than half a step, spill over a digit, or hide damage") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    if (kernels->quantise == nullptr) continue;
    for (const float scale : {1e-25f, 1e-6f, 1.0f, 3e20f}) {
      auto x = random_numbers(std::size_t{64} * 32, -scale, scale, 30);
      // Largest numbers of every last digit, of either sign, and a block of nothing.
      for (std::size_t b = 0; b < 64; ++b)
        x[b * 32 + b % 32] = (b % 2 == 0 ? 1.0f : -1.0f) * scale * (1 + 0.013f * b);
      std::fill_n(x.begin(), 32, 0.0f);
      std::vector<cpu::IntegerBlock> blocks(64);
      kernels->quantise(blocks.data(), x.data(), x.size());
      for (std::size_t b = 0; b < blocks.size(); ++b) {
        double largest = 0, error = 0;
        int sum = 0;
        for (std::size_t k = 0; k < 32; ++k) {
          // Pairs of 16 bits lie in the order 0 2 1 3 of every four.
          const std::size_t at = k % 4 == 1 ? k + 1 : k % 4 == 2 ? k - 1 : k;
          const int whole = kernels->in_digits ? 256 * blocks[b].digit[0][k] + blocks[b].digit[1][k]
                                               : int{blocks[b].whole[at]};
          sum += whole;
          largest = std::max(largest, std::fabs(static_cast<double>(x[b * 32 + k])));
          error = std::max(error, std::fabs(static_cast<double>(whole) * blocks[b].scale - x[b * 32 + k]));
        }
        // Half a step, and the rounding of the scale.
        CHECK(error <= largest * (0.5 / cpu::largest_whole + 2.5e-7));
        if (!kernels->in_digits) {
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
        kernels->quantise(blocks.data(), x.data(), x.size());
        CHECK(std::isnan(blocks[3].scale) && !std::isnan(blocks[2].scale) && !std::isnan(blocks[4].scale));
      }
    }
  }
}

TEST("the self-test fails on an instruction set, or leaves one of the kernels out") {
  for (const std::string& isa : cpu::available_isas()) {
    OpenSettings settings;
    settings.isa = isa;
    settings.threads = 3;
    const auto checks = run_selftest(settings);
    REQUIRE(checks.ok());
    std::string kernels;
    for (const KernelCheck& check : checks.value()) {
      if (!check.passed)
        std::fprintf(stderr, "  %s %s %s\n", isa.c_str(), check.kernel.c_str(), check.shape.c_str());
      CHECK(check.passed);
      CHECK(!check.reason.empty());
      kernels += check.kernel + ";";
    }
    for (const char* name :
         {"products f32;", "products f16;", "products bf16;", "products q8;", "tanh", "bias_sigmoid",
          "relu_squared", "decay7", "decay6", "silu", "layer_norm", "norm_shift_mix", "blend", "gated_add",
          "wkv4", "wkv6", "wkv7", "embed", "gather"}) {
      CHECK(kernels.find(name) != std::string::npos);
    }
  }
}

namespace {

// The best kernels of this machine with one of them replaced by a slightly wrong one, as a bug of a compiler
// or of a processor would have it. A function pointer holds nothing, so the right one stands here.
cpu::Kernels right;

std::vector<std::string> failures_of(const cpu::Kernels& wrong) {
  const auto checks = run_selftest(
      [&wrong] { return Result<std::unique_ptr<Backend>>(std::make_unique<cpu::CpuBackend>(wrong, 2)); });
  std::vector<std::string> failed;
  if (!checks.ok()) return {checks.failure().message};
  for (const KernelCheck& check : checks.value()) {
    if (!check.passed) failed.push_back(check.kernel);
  }
  return failed;
}

bool fails_only(const std::vector<std::string>& failed, const std::string& part) {
  return !failed.empty() && std::all_of(failed.begin(), failed.end(), [&part](const std::string& kernel) {
    return kernel.find(part) != std::string::npos;
  });
}

}  // namespace

TEST("a kernel that is wrong by a hundredth passes the self-test, or spoils the verdict over the others") {
  right = *cpu::choose_kernels(cpu::available_isas().front()).value();
  CHECK(failures_of(right).empty());
  cpu::Kernels wrong = right;
  wrong.layer_norm = [](float* out, const float* x, const float* gain, const float* bias, std::size_t n,
                        float epsilon) {
    right.layer_norm(out, x, gain, bias, n, epsilon);
    out[n - 1] += 0.5f;
  };
  CHECK(!failures_of(wrong).empty());
  wrong = right;
  wrong.wkv7 = [](const cpu::Wkv7Head& head) {
    right.wkv7(head);
    for (std::uint32_t i = 0; i < head.head_size; ++i) head.out[i] *= 1.01f;
  };
  CHECK(fails_only(failures_of(wrong), "wkv7"));
  wrong = right;
  wrong.product = [](const cpu::ProductTask& task) {
    right.product(task);
    task.out[0] = -task.out[0] + 1.0f;
  };
  CHECK(!failures_of(wrong).empty());
}

TEST("the self-test accepts a wrong, a missing or an infinite number") {
  KernelCheck check;
  check.bound = 1e-10;
  const std::vector<float> good(1000, 1.5f);
  judge(good, good, check);
  CHECK(check.passed);
  const auto refused = [&](const std::vector<float>& got) {
    KernelCheck fresh;
    fresh.bound = 1e-10;
    judge(got, good, fresh);
    return !fresh.passed;
  };
  auto bad = good;
  bad[999] = 1.51f;
  CHECK(refused(bad));
  bad[999] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused(bad));
  bad[999] = std::numeric_limits<float>::infinity();
  CHECK(refused(bad));
  CHECK(refused(std::vector<float>(999, 1.5f)));
  CHECK(refused({}));
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
      for (const std::uint32_t count : {1u, 5u, 7u, 97u}) {
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

TEST("a model larger than the machine ends in anything but out_of_memory with both sizes named") {
  auto device = open("");
  const Status status = (*device).reserve_weights(std::uint64_t{1} << 52, 0);
  REQUIRE(!status.ok());
  CHECK(status.failure().code == ErrorCode::out_of_memory);
  CHECK(status.failure().message.find("4503599628 MB") != std::string::npos);
  CHECK(status.failure().message.find("are free") != std::string::npos);
}

TEST("an unknown instruction set or device is taken for another one") {
  const auto isa = open("mmx");
  CHECK(!isa.ok() && isa.failure().code == ErrorCode::device_unavailable);
  OpenSettings settings;
  settings.device = "cuda";
  const auto device = open_backend(settings);
  CHECK(!device.ok() && device.failure().code == ErrorCode::device_unavailable);
  CHECK(!devices().empty() && devices()[0].kind == "cpu" && devices()[0].usable);
}

TEST("ROOST_ISA is ignored, or overrules a caller that names an instruction set") {
#if defined(_WIN32)
  const auto set = [](const char* value) { _putenv_s("ROOST_ISA", value); };
#else
  const auto set = [](const char* value) { setenv("ROOST_ISA", value, 1); };
#endif
  const char* const inherited = std::getenv("ROOST_ISA");
  const std::string before = inherited == nullptr ? "" : inherited;
  set("scalar");
  CHECK_EQUAL(std::string(cpu::choose_kernels("").value()->isa), "scalar");
  const std::string best = cpu::available_isas().front();
  CHECK_EQUAL(std::string(cpu::choose_kernels(best).value()->isa), best);
  set("mmx");
  CHECK(!cpu::choose_kernels("").ok());
  set("");
  CHECK_EQUAL(std::string(cpu::choose_kernels("").value()->isa), best);
  set(before.c_str());
}

TEST_MAIN()
