#include "backend/gpu/packing.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <vector>

#include "formats/blocks.h"
#include "support/half.h"

namespace roost::backend::gpu {
namespace {

using formats::StorageType;
using formats::Weight;

constexpr std::size_t block_columns = 32;
constexpr std::size_t piece_bytes = std::size_t{8} << 20;

U32 numbers_of_vector(DType type) {
  switch (type) {
    case DType::f32:
      return 4;
    case DType::f16:
    case DType::bf16:
      return 8;
    case DType::q8:
      return 16;
    case DType::q4:
    case DType::q4m:
      return 32;
  }
  return 4;
}

U32 headers_of_block(DType type) {
  return type == DType::q4m ? 2 : 1;
}

bool stored_as(const Weight& source, DType type) {
  return (source.type == StorageType::f32 && type == DType::f32) ||
         (source.type == StorageType::f16 && type == DType::f16) ||
         (source.type == StorageType::bf16 && type == DType::bf16);
}

float half_at(const std::byte* at) {
  std::uint16_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return support::f16_to_f32(bits);
}

// One block on its way: f16 headers (scale, minimum) and 32 quanta, signed for q8, from 0 to 15 for q4.
struct Block {
  std::uint16_t headers[2];
  std::int8_t q[block_columns];
};

void put_block(const Block& block, DType type, std::byte* quanta, std::byte* headers) {
  std::memcpy(headers, block.headers, 2 * headers_of_block(type));
  if (type == DType::q8) {
    std::memcpy(quanta, block.q, block_columns);
    return;
  }
  for (std::size_t i = 0; i < block_columns / 2; ++i) {
    quanta[i] = static_cast<std::byte>(block.q[2 * i] | block.q[2 * i + 1] << 4);
  }
}

// The layouts of GGUF's blocks: Q8_0, Q4_0, Q4_1, Q5_0.
Block block_of(StorageType type, const std::byte* from) {
  Block block{};
  std::memcpy(block.headers, from, type == StorageType::q4_1 ? 4 : 2);
  if (type == StorageType::q8_0) {
    std::memcpy(block.q, from + 2, block_columns);
    return block;
  }
  std::uint32_t fifth = 0;
  const std::byte* pairs = from + (type == StorageType::q4_0 ? 2 : type == StorageType::q4_1 ? 4 : 6);
  if (type == StorageType::q5_0) std::memcpy(&fifth, from + 2, sizeof fifth);
  for (std::size_t i = 0; i < block_columns; ++i) {
    const auto pair = std::to_integer<unsigned>(pairs[i % 16]);
    int q = static_cast<int>(i < 16 ? pair & 15 : pair >> 4);
    if (type == StorageType::q5_0) q += static_cast<int>(fifth >> i & 1) * 16 - 16;
    block.q[i] = static_cast<std::int8_t>(q);
  }
  return block;
}

// Block `sub` of eight in 256 numbers of Q4_K. Scales and minima, products of an f16 and 6 bits, become f16.
Block block_of_q4_k(const std::byte* from, std::size_t sub) {
  const auto packed = [from](std::size_t i) { return std::to_integer<unsigned>(from[4 + i]); };
  unsigned scale = packed(sub) & 63, minimum = packed(sub + 4) & 63;
  if (sub >= 4) {
    scale = (packed(sub + 4) & 15) | packed(sub - 4) >> 6 << 4;
    minimum = packed(sub + 4) >> 4 | packed(sub) >> 6 << 4;
  }
  Block block{};
  block.headers[0] = support::f32_to_f16(half_at(from) * static_cast<float>(scale));
  block.headers[1] = support::f32_to_f16(-(half_at(from + 2) * static_cast<float>(minimum)));
  for (std::size_t i = 0; i < block_columns; ++i) {
    const auto pair = std::to_integer<unsigned>(from[16 + sub / 2 * 32 + i]);
    block.q[i] = static_cast<std::int8_t>(sub % 2 == 0 ? pair & 15 : pair >> 4);
  }
  return block;
}

// The block type of files in which numbers for `type` are stored, or rounded to.
StorageType file_type(DType type) {
  return type == DType::q8 ? StorageType::q8_0 : type == DType::q4 ? StorageType::q4_0 : StorageType::q4_1;
}

bool kept(const Weight& source, DType type) {
  return source.type == file_type(type) || (source.type == StorageType::q5_0 && type == DType::q8) ||
         (source.type == StorageType::q4_k && type == DType::q4m);
}

// A row of blocks: quanta to `vectors`, headers to `scales`.
void pack_blocks(const Weight& source, std::size_t row, DType type, std::byte* vectors, std::byte* scales,
                 std::vector<float>& wide, std::vector<std::byte>& encoded) {
  const std::size_t blocks = source.columns / block_columns;
  const std::size_t quanta = type == DType::q8 ? 32 : 16, headers = 2 * headers_of_block(type);
  StorageType from_type = file_type(type);
  const std::byte* from = nullptr;
  if (kept(source, type)) {
    from_type = source.type;
    const formats::StorageFormat& format = formats::storage_format(from_type);
    from = source.data + row * (source.columns / format.block) * format.bytes;
  } else {
    wide.resize(source.columns);
    encoded.resize(blocks * formats::storage_format(from_type).bytes);
    formats::read_row(source, row, wide.data());
    formats::encode_blocks(from_type, wide.data(), source.columns, encoded.data());
    from = encoded.data();
  }
  const std::size_t bytes = formats::storage_format(from_type).bytes;
  for (std::size_t b = 0; b < blocks; ++b) {
    const Block block = from_type == StorageType::q4_k ? block_of_q4_k(from + b / 8 * bytes, b % 8)
                                                       : block_of(from_type, from + b * bytes);
    put_block(block, type, vectors + b * quanta, scales + b * headers);
  }
}

void pack_numbers(const Weight& source, std::size_t row, DType type, std::byte* to,
                  std::vector<float>& wide) {
  const std::size_t bytes = type == DType::f32 ? 4 : 2;
  if (stored_as(source, type) && source.column_stride == 1) {
    std::memcpy(to, source.data + row * static_cast<std::size_t>(source.row_stride) * bytes,
                source.columns * bytes);
    return;
  }
  wide.resize(source.columns);
  formats::read_row(source, row, wide.data());
  for (std::size_t k = 0; k < source.columns; ++k) {
    if (type == DType::f32) {
      std::memcpy(to + 4 * k, &wide[k], 4);
    } else {
      const std::uint16_t narrow =
          type == DType::f16 ? support::f32_to_f16(wide[k]) : support::f32_to_bf16(wide[k]);
      std::memcpy(to + 2 * k, &narrow, 2);
    }
  }
}

// One row of a matrix that lies by input: number k goes to column n of row k. Rows that share bytes (32 of
// them at most) must be packed by the same thread.
void scatter_row(const Weight& source, const PackedShape& shape, std::size_t n, std::byte* matrix,
                 std::vector<float>& wide, std::vector<std::byte>& vectors, std::vector<std::byte>& scales) {
  const std::size_t pitch = std::size_t{shape.vectors} * 16;  // bytes of one k
  const std::size_t columns = source.columns;
  if (!in_blocks(shape.type)) {
    const std::size_t bytes = shape.type == DType::f32 ? 4 : 2;
    vectors.resize(columns * bytes);
    pack_numbers(source, n, shape.type, vectors.data(), wide);
    for (std::size_t k = 0; k < columns; ++k)
      std::memcpy(matrix + k * pitch + n * bytes, vectors.data() + k * bytes, bytes);
    return;
  }
  const std::size_t blocks = columns / block_columns, header = 2 * headers_of_block(shape.type);
  const std::size_t quanta = shape.type == DType::q8 ? 32 : 16;
  vectors.resize(blocks * quanta);
  scales.resize(blocks * header);
  std::vector<std::byte> encoded;
  pack_blocks(source, n, shape.type, vectors.data(), scales.data(), wide, encoded);
  const std::size_t scale_pitch = std::size_t{shape.vectors} * numbers_of_vector(shape.type) * header;
  for (std::size_t b = 0; b < blocks; ++b) {
    std::memcpy(matrix + shape.scales_offset() + b * scale_pitch + n * header, scales.data() + b * header,
                header);
  }
  for (std::size_t k = 0; k < columns; ++k) {
    if (shape.type == DType::q8) {
      matrix[k * pitch + n] = vectors[k];
      continue;
    }
    const unsigned pair = std::to_integer<unsigned>(vectors[k / 2]);
    const unsigned q = k % 2 == 0 ? pair & 15 : pair >> 4;
    matrix[k * pitch + n / 2] |= static_cast<std::byte>(q << n % 2 * 4);
  }
}

}  // namespace

PackedShape packed_shape(std::uint64_t rows, std::uint64_t columns, DType type) {
  assert(!in_blocks(type) || columns % block_columns == 0);
  PackedShape shape;
  shape.type = type;
  shape.rows = static_cast<U32>(rows);
  shape.columns = static_cast<U32>(columns);
  const U32 numbers = numbers_of_vector(type);
  shape.vectors = (shape.columns + numbers - 1) / numbers;
  if (in_blocks(type)) {
    shape.blocks = shape.columns / block_columns;
    shape.scale_bytes = (rows * shape.blocks * 2 * headers_of_block(type) + 3) / 4 * 4;
  }
  return shape;
}

Status pack(const Weight& source, const PackedShape& shape, support::ThreadPool& pool,
            const std::function<Status(U64 offset, std::span<const std::byte>)>& put) {
  const Error too_little =
      error(ErrorCode::out_of_memory, "There is not enough memory to prepare the weights.");
  try {
    const std::size_t row_bytes = std::size_t{shape.vectors} * 16;
    const std::size_t step = std::clamp<std::size_t>(piece_bytes / std::max<std::size_t>(row_bytes, 1), 1,
                                                     std::max<std::size_t>(shape.rows, 1));
    std::vector<std::byte> piece(step * row_bytes);
    std::vector<std::byte> scales(shape.scale_bytes);
    const std::size_t scale_row = std::size_t{shape.blocks} * 2 * headers_of_block(shape.type);
    for (std::size_t first = 0; first < shape.rows; first += step) {
      const std::size_t count = std::min<std::size_t>(step, shape.rows - first);
      const bool good = pool.parallel_for(count, 8, [&](std::size_t begin, std::size_t end, int) {
        std::vector<float> wide;
        std::vector<std::byte> encoded;
        for (std::size_t r = begin; r < end; ++r) {
          std::byte* const to = piece.data() + r * row_bytes;
          if (in_blocks(shape.type)) {
            pack_blocks(source, first + r, shape.type, to, scales.data() + (first + r) * scale_row, wide,
                        encoded);
          } else {
            std::memset(to + row_bytes - 16, 0, 16);  // what fills the last vector up
            pack_numbers(source, first + r, shape.type, to, wide);
          }
        }
      });
      if (!good) return too_little;
      ROOST_TRY(put(first * row_bytes, std::span(piece).first(count * row_bytes)));
    }
    if (!scales.empty()) ROOST_TRY(put(shape.scales_offset(), scales));
    return {};
  } catch (const std::bad_alloc&) {
    return too_little;
  }
}

PackedShape packed_by_input(std::uint64_t rows, std::uint64_t columns, DType type) {
  PackedShape shape = packed_shape(rows, columns, type);
  shape.by_input = true;
  const U32 numbers = numbers_of_vector(type);
  shape.vectors = (shape.rows + numbers - 1) / numbers;
  if (in_blocks(type)) {
    shape.scale_bytes = U64{shape.blocks} * shape.vectors * numbers * 2 * headers_of_block(type);
  }
  return shape;
}

Status pack_by_input(const Weight& source, const PackedShape& shape, support::ThreadPool& pool,
                     const std::function<Status(U64 offset, std::span<const std::byte>)>& put) {
  const Error too_little =
      error(ErrorCode::out_of_memory, "There is not enough memory to prepare the weights.");
  try {
    std::vector<std::byte> matrix(shape.bytes());
    const bool good =
        pool.parallel_for(shape.rows, block_columns, [&](std::size_t begin, std::size_t end, int) {
          std::vector<float> wide;
          std::vector<std::byte> vectors, scales;
          for (std::size_t n = begin; n < end; ++n)
            scatter_row(source, shape, n, matrix.data(), wide, vectors, scales);
        });
    if (!good) return too_little;
    return put(0, matrix);
  } catch (const std::bad_alloc&) {
    return too_little;
  }
}

}  // namespace roost::backend::gpu
