// What the words of a kernel mean in CUDA C++. See words.h.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

#define KERNELS_BEGIN
#define KERNELS_END
#define FUNCTION static __device__ __forceinline__
#define CONSTANT(T, name) constexpr T name
#define CONSTANT_MEMBER(T, name) static constexpr T name
#define UNROLL _Pragma("unroll")
#define ROOST_PRAGMA(text) _Pragma(#text)
#define UNROLL_BY(n) ROOST_PRAGMA(unroll n)

using U32 = unsigned int;
using I32 = int;
using U64 = unsigned long long;

struct alignas(16) U4 {
  U32 x, y, z, w;
};
struct alignas(16) F4 {
  float x, y, z, w;
};
struct F2 {
  float x, y;
};

template <class T>
struct Read {
  const T* at;
  U64 extent;
  __device__ __forceinline__ const T& operator[](U64 i) const { return at[i]; }
};
template <class T>
struct Write {
  T* at;
  U64 extent;
  __device__ __forceinline__ T& operator[](U64 i) const { return at[i]; }
};
static_assert(sizeof(Read<float>) == 16 && sizeof(Write<U4>) == 16);

#define IN(T, name) Read<T> name
#define OUT(T, name) Write<T> name
#define IN_LIST(T, name, n) Read<T> name[n]
#define OUT_LIST(T, name, n) Write<T> name[n]

struct Here {};
#define CONTEXT Here
#define HERE \
  Here {}
#define KERNEL(name, Args) \
  extern "C" __global__ void __launch_bounds__(name##_lanes) name(const __grid_constant__ Args args)
#define GROUP_X blockIdx.x
#define GROUP_Y blockIdx.y
#define GROUP_ARRAY(T, name, n) __shared__ alignas(32) T name[n]
#define GROUP_REF(T) T*
#define EACH_LANE(i) for (U32 i = threadIdx.x, once_##i = 1; once_##i; once_##i = 0)
#define BARRIER() __syncthreads()
#define PER_LANE(T, name) T name
#define PER_LANE_ARRAY(T, name, n) T name[n]
#define LANE_REF(T) T&
#define LANE_ARRAY_REF(T, name, n) T(&name)[n]
#define ARGS_REF(Args) const Args&
#define MINE(name) name
#define SUBGROUP_SUM(name) name = subgroup_sum(name)
#define SUBGROUP_SUMS(name, n) \
  UNROLL                       \
  for (U32 which_ = 0; which_ < n; ++which_) name[which_] = subgroup_sum(name[which_])
#define LOCAL_REF(T, name, n) T(&name)[n]
#define SUBGROUP_MAX(name) name = subgroup_max(name)
#define STREAM(view, i) stream((view).at, i)
#define LOAD4(view, i) (*reinterpret_cast<const F4*>((view).at + (i)))

FUNCTION float subgroup_sum(float value) {
  UNROLL
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(0xffffffffu, value, step);
  return value;
}
FUNCTION float subgroup_max(float value) {
  UNROLL
  for (int step = 16; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, step));
  return value;
}
FUNCTION U4 stream(const U4* at, U64 i) {
  const uint4 read = __ldcs(reinterpret_cast<const uint4*>(at) + i);
  return U4{read.x, read.y, read.z, read.w};
}

FUNCTION F2 unpack_f16(U32 word) {
  const float2 wide = __half22float2(*reinterpret_cast<const __half2*>(&word));
  return F2{wide.x, wide.y};
}
FUNCTION F2 unpack_bf16(U32 word) {
  return F2{__uint_as_float(word << 16), __uint_as_float(word & 0xffff0000u)};
}
FUNCTION I32 byte_of(U32 word, U32 i) {
  return static_cast<signed char>(word >> (8 * i));
}
FUNCTION float rk_exp(float x) {
  return expf(x);
}
FUNCTION float rk_tanh(float x) {
  return tanhf(x);
}
FUNCTION float rk_sqrt(float x) {
  return sqrtf(x);
}
FUNCTION float rk_log(float x) {
  return logf(x);
}
FUNCTION float rk_max(float a, float b) {
  return fmaxf(a, b);
}
FUNCTION float rk_min(float a, float b) {
  return fminf(a, b);
}
FUNCTION float as_float(U32 bits) {
  return __uint_as_float(bits);
}
FUNCTION U32 as_bits(float value) {
  return __float_as_uint(value);
}

// ---- matrix units: mma, through the fragments of mma.h ----

#define EACH_SUBGROUP(s) for (U32 s = threadIdx.x / 32, once_##s = 1; once_##s; once_##s = 0)
#define TILE_SUMS(name) TileSums name
#define TILE_REF TileSums&
#define TILE_CLEAR(name) tile_clear(name)
#define TILE_ADD(name, kind, a, a_at, b, b_at, pitch) tile_add(name, kind, (a) + (a_at), (b) + (b_at), pitch)
#define TILE_STORE(name, quarter, array, at) \
  nvcuda::wmma::store_matrix_sync((array) + (at), (name).part[quarter], 16, nvcuda::wmma::mem_row_major)

struct TileSums {
  nvcuda::wmma::fragment<nvcuda::wmma::accumulator, 16, 16, 16, float> part[4];
};
struct TileF16 {
  using Number = __half;
};
struct TileBf16 {
#if __CUDA_ARCH__ >= 800
  using Number = __nv_bfloat16;
#else
  using Number = __half;
#endif
};

FUNCTION U32 pack_pair(TileF16, float x, float y) {
  const float most = 65504.0f;
  const __half2 pair = __floats2half2_rn(fminf(fmaxf(x, -most), most), fminf(fmaxf(y, -most), most));
  return *reinterpret_cast<const U32*>(&pair);
}
FUNCTION U32 pack_pair(TileBf16, float x, float y) {
#if __CUDA_ARCH__ >= 800
  const __nv_bfloat162 pair = __floats2bfloat162_rn(x, y);
  return *reinterpret_cast<const U32*>(&pair);
#else
  return pack_pair(TileF16{}, x, y);
#endif
}
FUNCTION void tile_clear(TileSums& sums) {
  UNROLL
  for (U32 q = 0; q < 4; ++q) nvcuda::wmma::fill_fragment(sums.part[q], 0.0f);
}
template <class Kind>
FUNCTION void tile_add(TileSums& sums, Kind, const U32* a, const U32* b, U32 pitch) {
  using namespace nvcuda::wmma;
  using Number = typename Kind::Number;
  fragment<matrix_a, 16, 16, 16, Number, row_major> left[2];
  fragment<matrix_b, 16, 16, 16, Number, col_major> right[2];
  UNROLL
  for (U32 half = 0; half < 2; ++half) {
    load_matrix_sync(left[half], reinterpret_cast<const Number*>(a + 16 * half * pitch), 2 * pitch);
    load_matrix_sync(right[half], reinterpret_cast<const Number*>(b + 16 * half * pitch), 2 * pitch);
  }
  UNROLL
  for (U32 q = 0; q < 4; ++q) mma_sync(sums.part[q], left[q / 2], right[q % 2], sums.part[q]);
}
