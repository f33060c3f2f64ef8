// Compiler words used by the vector kernels. ROOST_LOAD_AGAIN(): what was loaded before is not kept for
// after.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define ROOST_INLINE __forceinline
#define ROOST_NOINLINE __declspec(noinline)
#define ROOST_UNROLL
#define ROOST_LOAD_AGAIN()
#elif defined(__clang__)
#define ROOST_INLINE inline __attribute__((always_inline))
#define ROOST_NOINLINE __attribute__((noinline))
#define ROOST_UNROLL _Pragma("clang loop unroll(full)")
#define ROOST_LOAD_AGAIN() __asm__ volatile("" ::: "memory")
#else
#define ROOST_INLINE inline __attribute__((always_inline))
#define ROOST_NOINLINE __attribute__((noinline))
#define ROOST_UNROLL _Pragma("GCC unroll 16")
#define ROOST_LOAD_AGAIN() __asm__ volatile("" ::: "memory")
#endif
