// From weights as they lie in a file to the groups of panels that the product kernels read (kernels.h).
#pragma once

#include <cstdint>

#include "backend/cpu/kernels.h"
#include "formats/model_file.h"
#include "support/thread_pool.h"

namespace roost::backend::cpu {

// The shape a matrix of this size takes; `data` is left null. Blocks (q8, q4, q4m) need a multiple of
// 32 columns.
PackedMatrix packed_shape(std::uint64_t rows, std::uint64_t columns, DType type);
std::uint64_t packed_bytes(const PackedMatrix& shape);

// Fills `to` (packed_bytes(shape) long), group by group, on all threads. Numbers whose stored type is the
// target's are kept bit for bit, as are those of Q4_0 in q4, of Q4_1 in q4m and of Q5_0 in q8; Q4_K becomes
// q4m with its scales and minima rounded to f16. All others are widened to f32 and rounded to the nearest, in
// blocks as formats/blocks.h says. False when a thread ran out of memory.
bool pack(const formats::Weight& source, const PackedMatrix& shape, unsigned char* to,
          support::ThreadPool& pool);

}  // namespace roost::backend::cpu
