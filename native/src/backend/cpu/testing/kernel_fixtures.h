// What the tests of the CPU's kernels share: every instruction set of this machine, matrices as files hold
// them, and one product through the backend.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu/isa.h"
#include "check.h"
#include "formats/container.h"
#include "support/half.h"

namespace roost::backend::testing {

inline std::vector<const cpu::Kernels*> all_kernels() {
  std::vector<const cpu::Kernels*> all;
  for (const std::string& isa : cpu::available_isas()) all.push_back(cpu::choose_kernels(isa).value());
  return all;
}

inline std::vector<float> random_numbers(std::size_t count, float low, float high, unsigned seed) {
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

inline Stored store(const std::vector<float>& numbers, std::size_t rows, std::size_t columns,
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

inline std::vector<float> widened(const formats::Weight& weight) {
  std::vector<float> all(weight.rows * weight.columns);
  for (std::size_t row = 0; row < weight.rows; ++row)
    formats::read_row(weight, row, &all[row * weight.columns]);
  return all;
}

inline Backend& operator*(const Result<std::unique_ptr<Backend>>& opened) {
  return *opened.value();
}

inline Result<std::unique_ptr<Backend>> open(const std::string& isa, int threads = 1) {
  OpenSettings settings;
  settings.isa = isa;
  settings.threads = threads;
  return open_backend(settings);
}

inline std::vector<float> multiply(Backend& device, const formats::Weight& weight, DType type,
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

inline double worst(const std::vector<float>& got, const std::vector<double>& expected) {
  double largest = got.size() == expected.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
    const double d = std::fabs(got[i] - expected[i]);
    if (!(d <= largest)) largest = d;
  }
  return largest;
}

}  // namespace roost::backend::testing
