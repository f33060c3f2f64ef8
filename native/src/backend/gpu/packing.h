// From weights as they lie in a file to the vectors and scales that kernels read (args.h, ProductShape).
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "backend/gpu/args.h"
#include "backend/number_types.h"
#include "formats/model_file.h"
#include "roost/result.h"
#include "support/thread_pool.h"

namespace roost::backend::gpu {

struct PackedShape {
  DType type = DType::f32;
  U32 rows = 0, columns = 0;
  bool by_input = false;  // as SparseArgs has it: rows and columns change places, but for their names
  U32 vectors = 0;        // of 16 bytes, of a row, or by input of a column
  U32 blocks = 0;         // scales of a row
  U64 scale_bytes = 0;    // of all rows, whole words

  U64 vector_bytes() const { return U64{by_input ? columns : rows} * vectors * 16; }
  // Both parts begin at multiples of 256 bytes, scales behind the vectors.
  U64 scales_offset() const { return (vector_bytes() + 255) / 256 * 256; }
  U64 bytes() const { return scales_offset() + (scale_bytes + 255) / 256 * 256; }
};

// Blocks (q8, q4, q4m) need a multiple of 32 columns.
PackedShape packed_shape(std::uint64_t rows, std::uint64_t columns, DType type);

// Gives the packed bytes away piece by piece: `put(offset, bytes)` from the start of the matrix, each a
// multiple of 4. Numbers whose stored type is the target's are kept bit for bit, as are those of Q4_0 in q4,
// of Q4_1 in q4m and of Q5_0 in q8; Q4_K becomes q4m with its scales and minima rounded to f16. All others
// are widened to f32 and rounded to the nearest. Errors: out_of_memory, and what `put` returns.
Status pack(const formats::Weight& source, const PackedShape& shape, support::ThreadPool& pool,
            const std::function<Status(U64 offset, std::span<const std::byte>)>& put);

// The same for weights that lie by input.
PackedShape packed_by_input(std::uint64_t rows, std::uint64_t columns, DType type);
Status pack_by_input(const formats::Weight& source, const PackedShape& shape, support::ThreadPool& pool,
                     const std::function<Status(U64 offset, std::span<const std::byte>)>& put);

}  // namespace roost::backend::gpu
