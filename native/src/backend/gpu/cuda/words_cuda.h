// What the words of a kernel mean in CUDA C++. See words.h.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

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
#define GROUP_ARRAY(T, name, n) __shared__ alignas(16) T name[n]
#define GROUP_REF(T) T*
#define EACH_LANE(i) for (U32 i = threadIdx.x, once_##i = 1; once_##i; once_##i = 0)
#define BARRIER() __syncthreads()
#define PER_LANE(T, name) T name
#define PER_LANE_ARRAY(T, name, n) T name[n]
#define LANE_REF(T) T&
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
