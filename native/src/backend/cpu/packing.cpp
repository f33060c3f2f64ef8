#include "backend/cpu/packing.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "support/half.h"

namespace roost::backend::cpu {
namespace {

using formats::StorageType;
using formats::Weight;

// One row of Q8_0 as files hold it.
constexpr std::size_t file_block_bytes = 34;

bool stored_as(const Weight& source, DType type) {
  switch (type) {
    case DType::f32:
      return source.type == StorageType::f32;
    case DType::f16:
      return source.type == StorageType::f16;
    case DType::bf16:
      return source.type == StorageType::bf16;
    case DType::q8:
      return source.type == StorageType::q8_0;
  }
  return false;
}

// Rows in the target's own encoding, one after the other: either inside the file, or converted.
struct EncodedRows {
  const unsigned char* row[panel_rows] = {};  // null past the last row
};

std::size_t encoded_row_bytes(DType type, std::size_t columns) {
  switch (type) {
    case DType::f32:
      return columns * 4;
    case DType::f16:
    case DType::bf16:
      return columns * 2;
    case DType::q8:
      return columns / q8_columns * file_block_bytes;
  }
  return 0;
}

// To the nearest whole number, ties to even, for |x| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
// Unlike std::nearbyint it needs no call.
float rounded_to_whole(float x) {
  constexpr float shift = 12582912.0f;
  return (x + shift) - shift;
}

void encode_q8(const float* from, std::size_t columns, unsigned char* to) {
  for (std::size_t first = 0; first < columns; first += q8_columns, to += file_block_bytes) {
    float largest = 0;
    for (std::size_t k = 0; k < q8_columns; ++k) largest = std::max(largest, std::fabs(from[first + k]));
    const std::uint16_t scale = support::f32_to_f16(largest / 127.0f);
    const float rounded = support::f16_to_f32(scale);
    const float inverse = rounded > 0 ? 1.0f / rounded : 0.0f;
    std::memcpy(to, &scale, 2);
    for (std::size_t k = 0; k < q8_columns; ++k) {
      const float quantum = std::clamp(rounded_to_whole(from[first + k] * inverse), -127.0f, 127.0f);
      to[2 + k] = static_cast<unsigned char>(static_cast<signed char>(quantum));
    }
  }
}

void encode(const float* from, std::size_t columns, DType type, unsigned char* to) {
  switch (type) {
    case DType::f32:
      std::memcpy(to, from, columns * 4);
      return;
    case DType::f16:
      for (std::size_t k = 0; k < columns; ++k) {
        const std::uint16_t half = support::f32_to_f16(from[k]);
        std::memcpy(to + 2 * k, &half, 2);
      }
      return;
    case DType::bf16:
      for (std::size_t k = 0; k < columns; ++k) {
        const std::uint16_t brain = support::f32_to_bf16(from[k]);
        std::memcpy(to + 2 * k, &brain, 2);
      }
      return;
    case DType::q8:
      encode_q8(from, columns, to);
      return;
  }
}

// Each writes one panel of a group, whose columns lie `step` bytes apart. Files align nothing, so numbers are
// moved by memcpy, which compiles to plain loads and stores.
template <std::size_t Bytes>
void interleave(const EncodedRows& rows, std::size_t columns, unsigned char* to, std::size_t step) {
  for (std::size_t k = 0; k < columns; ++k, to += step) {
    for (std::size_t r = 0; r < panel_rows; ++r) {
      if (rows.row[r] != nullptr) std::memcpy(to + r * Bytes, rows.row[r] + k * Bytes, Bytes);
    }
  }
}

void interleave_pairs(const EncodedRows& rows, std::size_t columns, unsigned char* to, std::size_t step) {
  std::size_t k = 0;
  for (; k + 2 <= columns; k += 2, to += step) {
    for (std::size_t r = 0; r < panel_rows; ++r) {
      if (rows.row[r] != nullptr) std::memcpy(to + r * 4, rows.row[r] + k * 2, 4);
    }
  }
  if (k < columns) {
    for (std::size_t r = 0; r < panel_rows; ++r) {
      if (rows.row[r] != nullptr) std::memcpy(to + r * 4, rows.row[r] + k * 2, 2);
    }
  }
}

void interleave_q8(const EncodedRows& rows, std::size_t columns, unsigned char* group, std::size_t panels,
                   std::size_t panel) {
  for (std::size_t block = 0; block < columns / q8_columns; ++block, group += panels * q8_block_bytes) {
    unsigned char* const scales = group + panel * q8_scale_bytes;
    unsigned char* const quanta = group + panels * q8_scale_bytes + panel * panel_rows * 4;
    for (std::size_t r = 0; r < panel_rows; ++r) {
      if (rows.row[r] == nullptr) continue;
      const unsigned char* from = rows.row[r] + block * file_block_bytes;
      std::memcpy(scales + 2 * r, from, 2);
      for (std::size_t quad = 0; quad < q8_columns / 4; ++quad) {
        std::memcpy(quanta + (quad * panels * panel_rows + r) * 4, from + 2 + quad * 4, 4);
      }
    }
  }
}

}  // namespace

PackedMatrix packed_shape(std::uint64_t rows, std::uint64_t columns, DType type) {
  PackedMatrix shape;
  shape.type = type;
  shape.rows = static_cast<std::uint32_t>(rows);
  shape.columns = static_cast<std::uint32_t>(columns);
  switch (type) {
    case DType::f32:
      shape.panel_bytes = columns * panel_rows * 4;
      break;
    case DType::f16:
      shape.panel_bytes = columns * panel_rows * 2;
      break;
    case DType::bf16:
      shape.panel_bytes = (columns + 1) / 2 * panel_rows * 4;
      break;
    case DType::q8:
      shape.panel_bytes = columns / q8_columns * q8_block_bytes;
      break;
  }
  return shape;
}

std::uint64_t packed_bytes(const PackedMatrix& shape) {
  const std::uint64_t panels = (shape.rows + panel_rows - 1) / panel_rows;
  return (panels * shape.panel_bytes + 63) / 64 * 64;
}

bool pack(const Weight& source, const PackedMatrix& shape, unsigned char* to, support::ThreadPool& pool) {
  const std::size_t columns = shape.columns;
  const std::size_t row_bytes = encoded_row_bytes(shape.type, columns);
  const bool in_place = stored_as(source, shape.type) && source.column_stride == 1;

  return pool.parallel_for(shape.groups(), 1, [&](std::size_t begin, std::size_t end, int) {
    std::vector<float> wide(in_place ? 0 : columns);
    std::vector<unsigned char> encoded(in_place ? 0 : row_bytes * panel_rows);
    for (std::size_t index = begin; index < end; ++index) {
      const std::size_t panels = shape.panels_of(static_cast<std::uint32_t>(index));
      const std::size_t first_row = index * group_rows;
      unsigned char* const group = to + index * group_panels * shape.panel_bytes;
      if (first_row + group_rows > shape.rows || columns % 2 != 0)
        std::memset(group, 0, panels * shape.panel_bytes);
      for (std::size_t panel = 0; panel < panels; ++panel) {
        EncodedRows rows;
        const std::size_t first = first_row + panel * panel_rows;
        const std::size_t count = std::min<std::size_t>(panel_rows, shape.rows - first);
        for (std::size_t r = 0; r < count; ++r) {
          if (in_place) {
            const auto stride = static_cast<std::size_t>(source.row_stride);
            rows.row[r] = reinterpret_cast<const unsigned char*>(source.data) +
                          (first + r) * encoded_row_bytes(shape.type, stride);
          } else {
            formats::read_row(source, first + r, wide.data());
            encode(wide.data(), columns, shape.type, encoded.data() + r * row_bytes);
            rows.row[r] = encoded.data() + r * row_bytes;
          }
        }
        switch (shape.type) {
          case DType::f32:
            interleave<4>(rows, columns, group + panel * 64, panels * 64);
            break;
          case DType::f16:
            interleave<2>(rows, columns, group + panel * 32, panels * 32);
            break;
          case DType::bf16:
            interleave_pairs(rows, columns, group + panel * 64, panels * 64);
            break;
          case DType::q8:
            interleave_q8(rows, columns, group, panels, panel);
            break;
        }
      }
    }
  });
}

}  // namespace roost::backend::cpu
