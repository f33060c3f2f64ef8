// The words that kernels are written in. Each means the same on every machine; README.md shows them at work.
//
// In argument structs (args.h), each of 16 bytes:
//   IN(T, name)  OUT(T, name)      memory a kernel reads, or reads and writes, as elements of T
//   IN_LIST(T, name, n) ...        n of them
// T is float, U32, F4 or U4. On the host both are a View, filled by GpuBackend.
//
// In kernels:
//   KERNEL(name, Args) { }         args is in scope; lanes per group and name stand in kernel_list.h
//   FUNCTION                       before every other function
//   CONTEXT, HERE                  first parameter and first argument of a function that has regions
//   CONSTANT(T, name) = value;     at namespace scope; CONSTANT_MEMBER in a struct
//   GROUP_X, GROUP_Y               which group this is
//   GROUP_ARRAY(T, name, n);       memory of the group (declared in the kernel itself), undefined at first
//   GROUP_REF(T) name              parameter through which a function takes such an array
//   ARGS_REF(Args) args            parameter through which a function takes the arguments
//   EACH_LANE(i) { }               region: what lane i does. `continue` ends the lane's part of it
//   BARRIER();                     between regions: what was written before is seen after
//   PER_LANE(T, name);             a register of every lane, undefined at first
//   PER_LANE_ARRAY(T, name, n);    n registers: after unrolling, indices must be constants to stay in them
//   LANE_REF(T) name               parameter through which a function takes a register of every lane
//   LANE_ARRAY_REF(T, name, n)     ... or an array of registers of every lane
//   MINE(name)                     this lane's own, in a region
//   SUBGROUP_SUM(name);            between regions: a PER_LANE float becomes the sum over its 32 neighbours,
//   SUBGROUP_MAX(name);            added in the same tree on every machine; or the largest
//   SUBGROUP_SUMS(name, n);        the same for each of n registers of a PER_LANE_ARRAY
//   LOCAL_REF(T, name, n)          parameter through which a function takes an array of one lane
//   UNROLL, UNROLL_BY(n)           before a loop of constant length; before any loop, n turns at a time
// Matrix units:
//   EACH_SUBGROUP(s) { }           region: what subgroup s, of 32 lanes, does as one: TILE words alone
//   TILE_SUMS(name);               32 rows by 32 columns of f32 for every subgroup
//   TILE_REF name                  parameter through which a function takes them
//   TILE_CLEAR(name);              all zero
//   TILE_ADD(name, kind, a, a_at, b, b_at, pitch);    sums[r][c] += a[r][k] * b[c][k] over 16 k's
//                                  a, b: words of the group that hold two k's each (pack_pair), a row every
//                                  `pitch` words (a multiple of 4) from word a_at, b_at (multiples of 8).
//                                  Products are exact, sums rounded to f32 in an order of the machine's
//   TILE_STORE(name, quarter, array, at);             16 by 16 of them to floats of the group, row after row;
//                                  of the quarters 0 and 1 have the first rows, 0 and 2 the first columns
//   TileF16, TileBf16              kinds. Where a machine multiplies no bf16, TileBf16 is f16 as well
// Reading and converting:
//   LOAD4(view, i)                 elements i .. i+3 of a float view as F4; address and i multiples of four
//   STREAM(view, i)                view[i] of memory that is read only once per step: not kept in caches
//   unpack_f16(u), unpack_bf16(u)  two numbers of 16 bits as F2: x from the low half
//   pack_pair(kind, x, y)          two numbers as 16 bits each, x in the low half: rounded to the nearest,
//                                  those beyond the range of f16 to its largest
//   byte_of(u, i)                  byte i of a word as a signed integer
//   as_float(u), as_bits(f)        the same 32 bits
//   rk_exp rk_tanh rk_sqrt rk_log rk_max rk_min    in f32, within two units in the last place
//
// Rules. Outside of regions stands only what is the same for all lanes: control flow on args, GROUP_X and
// memory that this launch does not write. No region in a region, no barrier in a region, no return from a
// kernel. Lanes of a region may run in any order or at once; groups of a launch as well, and nothing orders
// them. Fast mathematics is off.
#pragma once

#if defined(__CUDACC__)
#include "backend/gpu/cuda/words_cuda.h"
#elif defined(__METAL_VERSION__)
#include "backend/gpu/metal/words_metal.h"
#elif defined(ROOST_EMULATED_CHECKS)
#include "backend/gpu/emulated/words_emulated.h"
#else
#include "backend/gpu/words_host.h"
#endif
