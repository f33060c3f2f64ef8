// The host's meaning of the words in argument structs: where memory lies, and how much of it belongs to the
// tensor. See words.h.
#pragma once

#include <cstdint>

namespace roost::backend::gpu {

using U32 = std::uint32_t;
using I32 = std::int32_t;
using U64 = std::uint64_t;

struct U4 {
  U32 x, y, z, w;
};
struct F4 {
  float x, y, z, w;
};
struct F2 {
  float x, y;
};

// `extent`: elements in the lower 40 bits, the device's number of the allocation in the upper 24. Only the
// emulated device looks at it.
struct View {
  U64 address = 0;
  U64 extent = 0;
};
static_assert(sizeof(View) == 16);

}  // namespace roost::backend::gpu

#define KERNELS_BEGIN namespace roost::backend::gpu {
#define KERNELS_END }
#define CONSTANT(T, name) constexpr T name
#define IN(T, name) ::roost::backend::gpu::View name
#define OUT(T, name) ::roost::backend::gpu::View name
#define IN_LIST(T, name, n) ::roost::backend::gpu::View name[n]
#define OUT_LIST(T, name, n) ::roost::backend::gpu::View name[n]
