// What the words of a kernel mean in the Metal Shading Language (3.0: argument structs hold device pointers,
// which the host writes as gpuAddress). See words.h.
#pragma once

#include <metal_simdgroup_matrix>
#include <metal_stdlib>

#define KERNELS_BEGIN
#define KERNELS_END
#define FUNCTION static inline
#define CONSTANT(T, name) constant constexpr T name
#define CONSTANT_MEMBER(T, name) static constant constexpr T name
#define UNROLL _Pragma("unroll")
#define ROOST_PRAGMA(text) _Pragma(#text)
#define UNROLL_BY(n) ROOST_PRAGMA(unroll(n))

using U32 = uint;
using I32 = int;
using U64 = ulong;
using U4 = uint4;
using F4 = float4;
using F2 = float2;

template <class T>
struct Read {
  device const T* at;
  U64 extent;
  device const T& operator[](U64 i) const { return at[i]; }
  device const T& operator[](U64 i) const constant { return at[i]; }
};
template <class T>
struct Write {
  device T* at;
  U64 extent;
  device T& operator[](U64 i) const { return at[i]; }
  device T& operator[](U64 i) const constant { return at[i]; }
};
static_assert(sizeof(Read<float>) == 16 && sizeof(Write<U4>) == 16, "a view on the host has 16 bytes");

#define IN(T, name) Read<T> name
#define OUT(T, name) Write<T> name
#define IN_LIST(T, name, n) Read<T> name[n]
#define OUT_LIST(T, name, n) Write<T> name[n]

#define CONTEXT uint3 group_, uint lane_
#define HERE group_, lane_
#define KERNEL(name, Args)                                                              \
  [[max_total_threads_per_threadgroup(name##_lanes)]] kernel void name(                 \
      constant Args& args [[buffer(0)]], uint3 group_ [[threadgroup_position_in_grid]], \
      uint lane_ [[thread_index_in_threadgroup]])
#define GROUP_X group_.x
#define GROUP_Y group_.y
#define GROUP_ARRAY(T, name, n) threadgroup T name[n]
#define GROUP_REF(T) threadgroup T*
#define EACH_LANE(i) for (U32 i = lane_, once_##i = 1; once_##i; once_##i = 0)
#define BARRIER() threadgroup_barrier(metal::mem_flags::mem_threadgroup | metal::mem_flags::mem_device)
#define PER_LANE(T, name) T name
#define PER_LANE_ARRAY(T, name, n) T name[n]
#define LANE_REF(T) thread T&
#define LANE_ARRAY_REF(T, name, n) thread T(&name)[n]
#define ARGS_REF(Args) constant Args&
#define MINE(name) name
#define SUBGROUP_SUM(name) name = subgroup_sum(name)
#define SUBGROUP_SUMS(name, n) \
  UNROLL                       \
  for (U32 which_ = 0; which_ < n; ++which_) name[which_] = subgroup_sum(name[which_])
#define LOCAL_REF(T, name, n) thread T(&name)[n]
#define SUBGROUP_MAX(name) name = subgroup_max(name)
#define STREAM(view, i) ((view)[i])
#define LOAD4(view, i) (*reinterpret_cast<device const F4*>((view).at + (i)))

FUNCTION float subgroup_sum(float value) {
  UNROLL
  for (ushort step = 16; step > 0; step /= 2) value += metal::simd_shuffle_xor(value, step);
  return value;
}
FUNCTION float subgroup_max(float value) {
  UNROLL
  for (ushort step = 16; step > 0; step /= 2)
    value = metal::fmax(value, metal::simd_shuffle_xor(value, step));
  return value;
}

FUNCTION F2 unpack_f16(U32 word) {
  return F2(as_type<half2>(word));
}
FUNCTION F2 unpack_bf16(U32 word) {
  return F2(as_type<float>(word << 16), as_type<float>(word & 0xffff0000u));
}
FUNCTION I32 byte_of(U32 word, U32 i) {
  return static_cast<char>(word >> (8 * i));
}
FUNCTION float rk_exp(float x) {
  return metal::precise::exp(x);
}
FUNCTION float rk_tanh(float x) {
  return metal::precise::tanh(x);
}
FUNCTION float rk_sqrt(float x) {
  return metal::precise::sqrt(x);
}
FUNCTION float rk_log(float x) {
  return metal::precise::log(x);
}
FUNCTION float rk_max(float a, float b) {
  return metal::fmax(a, b);
}
FUNCTION float rk_min(float a, float b) {
  return metal::fmin(a, b);
}
FUNCTION float as_float(U32 bits) {
  return as_type<float>(bits);
}
FUNCTION U32 as_bits(float value) {
  return as_type<U32>(value);
}

// ---- matrix units: simdgroup matrices of 8 by 8 ----

#define EACH_SUBGROUP(s) for (U32 s = lane_ / 32, once_##s = 1; once_##s; once_##s = 0)
#define TILE_SUMS(name) TileSums name
#define TILE_REF thread TileSums&
#define TILE_CLEAR(name) tile_clear(name)
#define TILE_ADD(name, kind, a, a_at, b, b_at, pitch) tile_add(name, (a) + (a_at), (b) + (b_at), pitch)
#define TILE_STORE(name, quarter, array, at) tile_store(name, quarter, (array) + (at))

struct TileSums {
  metal::simdgroup_float8x8 part[16];
};
// bf16 is part of the language from Metal 3.1 on only.
struct TileF16 {};
struct TileBf16 {};

FUNCTION U32 pack_pair(TileF16, float x, float y) {
  const float most = 65504.0f;
  return as_type<U32>(half2(half(metal::clamp(x, -most, most)), half(metal::clamp(y, -most, most))));
}
FUNCTION U32 pack_pair(TileBf16, float x, float y) {
  return pack_pair(TileF16{}, x, y);
}
FUNCTION void tile_clear(thread TileSums& sums) {
  UNROLL
  for (U32 q = 0; q < 16; ++q) sums.part[q] = metal::make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
}
FUNCTION void tile_add(thread TileSums& sums, threadgroup const U32* a, threadgroup const U32* b, U32 pitch) {
  UNROLL
  for (U32 k = 0; k < 2; ++k) {
    metal::simdgroup_half8x8 left[4], right[4];
    UNROLL
    for (U32 q = 0; q < 4; ++q) {
      const U32 at = 8 * q * pitch + 4 * k;
      metal::simdgroup_load(left[q], reinterpret_cast<threadgroup const half*>(a + at), 2 * pitch);
      metal::simdgroup_load(right[q], reinterpret_cast<threadgroup const half*>(b + at), 2 * pitch, ulong2(0),
                            true);
    }
    UNROLL
    for (U32 q = 0; q < 16; ++q) {
      metal::simdgroup_multiply_accumulate(sums.part[q], left[q / 4], right[q % 4], sums.part[q]);
    }
  }
}
FUNCTION void tile_store(thread TileSums& sums, U32 quarter, threadgroup float* to) {
  UNROLL
  for (U32 q = 0; q < 4; ++q) {
    const U32 row = quarter / 2 * 2 + q / 2, column = quarter % 2 * 2 + q % 2;
    metal::simdgroup_store(sums.part[row * 4 + column], to + q / 2 * 128 + q % 2 * 8, 16);
  }
}
