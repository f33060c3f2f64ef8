// From weights as they lie in a file to the groups of panels that the product kernels read (kernels.h).
#pragma once

#include <cstdint>

#include "backend/cpu/kernels.h"
#include "formats/model_file.h"
#include "support/thread_pool.h"

namespace roost::backend::cpu {

// The shape a matrix of this size takes; `data` is left null. q8 needs a multiple of 32 columns.
PackedMatrix packed_shape(std::uint64_t rows, std::uint64_t columns, DType type);
std::uint64_t packed_bytes(const PackedMatrix& shape);

// Fills `to` (packed_bytes(shape) long), group by group, on all threads. Numbers whose stored type is the
// target's are kept bit for bit; all others are widened to f32 and rounded to the nearest; q8 takes the
// largest magnitude of each block of 32 as 127. False when a thread ran out of memory.
bool pack(const formats::Weight& source, const PackedMatrix& shape, unsigned char* to,
          support::ThreadPool& pool);

}  // namespace roost::backend::cpu
