#include "backend/cpu/packing.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "formats/blocks.h"
#include "support/half.h"

namespace roost::backend::cpu {
namespace {

using formats::StorageType;
using formats::Weight;

// A block as it lies in an encoded row: its f16 headers (scale, minimum), then its quanta, four columns at a
// time. q8 is the block of files; q4 and q4m differ from theirs in which columns share a byte (kernels.h).
struct BlockShape {
  std::size_t headers;  // f16 each
  std::size_t parts;    // of 4 bytes: what one row has in each 64 bytes of a panel
  constexpr std::size_t bytes() const { return 2 * headers + 4 * parts; }
};
constexpr BlockShape q8_shape{1, 8}, q4_shape{1, 4}, q4m_shape{2, 4};

BlockShape block_shape(DType type) {
  return type == DType::q8 ? q8_shape : type == DType::q4 ? q4_shape : q4m_shape;
}

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
    case DType::q4:
    case DType::q4m:
      return false;
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
    case DType::q4:
    case DType::q4m:
      return columns / block_columns * block_shape(type).bytes();
  }
  return 0;
}

// ---- blocks of files to blocks in memory, without a rounding of the numbers ----

float half_at(const std::byte* at) {
  std::uint16_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return support::f16_to_f32(bits);
}

void put_half(unsigned char* at, float value) {
  const std::uint16_t bits = support::f32_to_f16(value);
  std::memcpy(at, &bits, sizeof bits);
}

// 32 quanta of 4 bits in the order of kernels.h.
void put_quanta(const unsigned* q, unsigned char* to) {
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t column = i / 4 * 8 + i % 4;
    to[i] = static_cast<unsigned char>(q[column] | q[column + 4] << 4);
  }
}

// A block of GGUF's Q4_0 or Q4_1: the same numbers.
void regroup_q4(const std::byte* from, std::size_t headers, unsigned char* to) {
  unsigned q[block_columns];
  for (std::size_t i = 0; i < 16; ++i) {
    const auto pair = std::to_integer<unsigned>(from[2 * headers + i]);
    q[i] = pair & 15;
    q[i + 16] = pair >> 4;
  }
  std::memcpy(to, from, 2 * headers);
  put_quanta(q, to + 2 * headers);
}

// A block of GGUF's Q5_0 as one of q8: the same numbers.
void widen_q5_0(const std::byte* from, unsigned char* to) {
  std::uint32_t fifth;
  std::memcpy(&fifth, from + 2, sizeof fifth);
  std::memcpy(to, from, 2);
  for (std::size_t i = 0; i < block_columns; ++i) {
    const auto pair = std::to_integer<unsigned>(from[6 + i % 16]);
    const unsigned q = (i < 16 ? pair & 15 : pair >> 4) | (fifth >> i & 1) << 4;
    to[2 + i] = static_cast<unsigned char>(static_cast<signed char>(static_cast<int>(q) - 16));
  }
}

// 256 numbers of GGUF's Q4_K as eight blocks of q4m: the same quanta; the eight scales and minima, products
// of an f16 and 6 bits, become f16, which moves a number by at most 2^-11 of its block's range.
void regroup_q4_k(const std::byte* from, unsigned char* to) {
  const float scale = half_at(from), minimum = half_at(from + 2);
  const auto packed = [from](std::size_t i) { return std::to_integer<unsigned>(from[4 + i]); };
  for (std::size_t sub = 0; sub < 8; ++sub, to += q4m_shape.bytes()) {
    unsigned six_scale = packed(sub) & 63, six_minimum = packed(sub + 4) & 63;
    if (sub >= 4) {
      six_scale = (packed(sub + 4) & 15) | packed(sub - 4) >> 6 << 4;
      six_minimum = packed(sub + 4) >> 4 | packed(sub) >> 6 << 4;
    }
    unsigned q[block_columns];
    for (std::size_t i = 0; i < block_columns; ++i) {
      const auto pair = std::to_integer<unsigned>(from[16 + sub / 2 * 32 + i]);
      q[i] = sub % 2 == 0 ? pair & 15 : pair >> 4;
    }
    put_half(to, scale * static_cast<float>(six_scale));
    put_half(to + 2, -(minimum * static_cast<float>(six_minimum)));
    put_quanta(q, to + 4);
  }
}

// A row of the file in the target's encoding, by one of the ways above. False where there is none.
bool regroup_row(const Weight& source, std::size_t row, DType type, unsigned char* to) {
  const formats::StorageFormat& format = formats::storage_format(source.type);
  const std::byte* from = source.data + row * (source.columns / format.block) * format.bytes;
  const auto each = [&](std::size_t to_bytes, auto&& regroup) {
    for (std::size_t k = 0; k < source.columns; k += format.block, from += format.bytes, to += to_bytes)
      regroup(from, to);
    return true;
  };
  if (source.type == StorageType::q4_0 && type == DType::q4)
    return each(q4_shape.bytes(), [](auto* a, auto* b) { regroup_q4(a, 1, b); });
  if (source.type == StorageType::q4_1 && type == DType::q4m)
    return each(q4m_shape.bytes(), [](auto* a, auto* b) { regroup_q4(a, 2, b); });
  if (source.type == StorageType::q4_k && type == DType::q4m)
    return each(8 * q4m_shape.bytes(), [](auto* a, auto* b) { regroup_q4_k(a, b); });
  if (source.type == StorageType::q5_0 && type == DType::q8)
    return each(q8_shape.bytes(), [](auto* a, auto* b) { widen_q5_0(a, b); });
  return false;
}

// ---- numbers to the target's encoding ----

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
      formats::encode_blocks(StorageType::q8_0, from, columns, reinterpret_cast<std::byte*>(to));
      return;
    case DType::q4:
    case DType::q4m: {
      const BlockShape shape = block_shape(type);
      const StorageType as_file = type == DType::q4 ? StorageType::q4_0 : StorageType::q4_1;
      std::byte block[q4m_shape.bytes()];
      for (std::size_t k = 0; k < columns; k += block_columns, to += shape.bytes()) {
        formats::encode_blocks(as_file, from + k, block_columns, block);
        regroup_q4(block, shape.headers, to);
      }
      return;
    }
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

void interleave_blocks(const EncodedRows& rows, std::size_t columns, BlockShape shape, unsigned char* group,
                       std::size_t panels, std::size_t panel) {
  const std::size_t panel_bytes = shape.headers * scale_bytes + shape.parts * panel_rows * 4;
  for (std::size_t block = 0; block < columns / block_columns; ++block, group += panels * panel_bytes) {
    unsigned char* const headers = group + panel * scale_bytes;
    unsigned char* const quanta = group + panels * shape.headers * scale_bytes + panel * panel_rows * 4;
    for (std::size_t r = 0; r < panel_rows; ++r) {
      if (rows.row[r] == nullptr) continue;
      const unsigned char* from = rows.row[r] + block * shape.bytes();
      for (std::size_t h = 0; h < shape.headers; ++h)
        std::memcpy(headers + h * panels * scale_bytes + 2 * r, from + 2 * h, 2);
      from += 2 * shape.headers;
      for (std::size_t part = 0; part < shape.parts; ++part)
        std::memcpy(quanta + (part * panels * panel_rows + r) * 4, from + part * 4, 4);
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
      shape.panel_bytes = columns / block_columns * q8_block_bytes;
      break;
    case DType::q4:
      shape.panel_bytes = columns / block_columns * q4_block_bytes;
      break;
    case DType::q4m:
      shape.panel_bytes = columns / block_columns * q4m_block_bytes;
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
            unsigned char* const row = encoded.data() + r * row_bytes;
            if (!regroup_row(source, first + r, shape.type, row)) {
              formats::read_row(source, first + r, wide.data());
              encode(wide.data(), columns, shape.type, row);
            }
            rows.row[r] = row;
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
          case DType::q4:
          case DType::q4m:
            interleave_blocks(rows, columns, block_shape(shape.type), group, panels, panel);
            break;
        }
      }
    }
  });
}

}  // namespace roost::backend::cpu
