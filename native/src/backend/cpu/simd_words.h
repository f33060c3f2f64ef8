// Compiler words used by the vector kernels.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define ROOST_INLINE __forceinline
#define ROOST_NOINLINE __declspec(noinline)
#define ROOST_UNROLL
#elif defined(__clang__)
#define ROOST_INLINE inline __attribute__((always_inline))
#define ROOST_NOINLINE __attribute__((noinline))
#define ROOST_UNROLL _Pragma("clang loop unroll(full)")
#else
#define ROOST_INLINE inline __attribute__((always_inline))
#define ROOST_NOINLINE __attribute__((noinline))
#define ROOST_UNROLL _Pragma("GCC unroll 16")
#endif
