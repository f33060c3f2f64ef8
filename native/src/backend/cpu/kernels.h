// The table through which the CPU backend reaches its kernels: one table per instruction set, chosen at run
// time. Plain data only: this header is compiled with many different flags.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/number_types.h"

namespace roost::backend::cpu {

// Packed matrices are cut into panels of 16 output rows, and four panels lie side by side in a group, which
// is read front to back, once per product: one stream, because the hardware needs a while to see each new
// one. The last group may have g < 4 panels. Per group:
//   f32, f16  [k][g][16]
//   bf16      [k / 2][g][16][2]    an odd last column is followed by zeros
//   q8        per 32 columns: f16 scales [g][16], then int8 [8][g][16][4]
//   q4        per 32 columns: f16 scales [g][16], then pairs of 4 bits [4][g][16][4]; byte b of a row in part
//   c
//             holds column 8c + b in its low half and 8c + 4 + b in its high one
//   q4m       as q4, with f16 minima [g][16] behind the scales
// Rows past the last are zeros. One layout serves every instruction set.
constexpr std::uint32_t panel_rows = 16;
constexpr std::uint32_t group_panels = 4;
constexpr std::uint32_t group_rows = panel_rows * group_panels;
constexpr std::uint32_t block_columns = 32;
constexpr std::uint32_t scale_bytes = 2 * panel_rows;  // of a panel's block; minima take as many
// Of a panel, with everything.
constexpr std::uint32_t q8_block_bytes = scale_bytes + block_columns * panel_rows;
constexpr std::uint32_t q4_block_bytes = scale_bytes + block_columns / 2 * panel_rows;
constexpr std::uint32_t q4m_block_bytes = scale_bytes + q4_block_bytes;
// Sums run over 256 columns at a time, in order, and the partial sums are added in order. Every path keeps to
// this, so that a token's numbers do not depend on how many others it travels with, nor on the number of
// threads.
constexpr std::uint32_t k_block = 256;

struct PackedMatrix {
  DType type = DType::f32;
  std::uint32_t rows = 0, columns = 0;
  const unsigned char* data = nullptr;  // 64-byte aligned
  std::size_t panel_bytes = 0;          // a multiple of 32

  std::uint32_t groups() const { return (rows + group_rows - 1) / group_rows; }
  const unsigned char* group(std::uint32_t index) const {
    return data + index * (panel_bytes * group_panels);
  }
  std::uint32_t panels_of(std::uint32_t index) const {
    const std::uint32_t left = (rows - index * group_rows + panel_rows - 1) / panel_rows;
    return left < group_panels ? left : group_panels;
  }
};

// Activations as integers, for kernels that multiply bytes: per 32 columns a scale and whole numbers of 16
// bits, x = scale * whole to within 1 / 2^16 of the block's largest magnitude. Weights in blocks are
// themselves rounded to 2^-8 of theirs at best; a third byte would cost half as much arithmetic again. What
// it costs is in docs/benchmarks.md.
constexpr std::uint32_t digits = 2;
constexpr std::int32_t largest_whole = 127 * 256 + 127;  // both digits in [-128, 127], of either sign
struct IntegerBlock {
  float scale;  // NaN where a number of the block is not finite
  float sum;    // of the block's numbers, as the whole ones have them
  // Makes up for weights that are read as unsigned and are too large: with digits (high, low) -128 times the
  // sum of each, else minus the sum of the whole numbers, and 0.
  std::int32_t start[digits];
  // Tables that multiply bytes want two signed digits to the base of 256, those that multiply pairs of 16
  // bits the whole.
  union {
    std::int8_t digit[digits][block_columns];
    std::int16_t whole[block_columns];
  };
};

// One group: out[t][n] = (accumulate ? out[t][n] : 0) + sum over k of w[64 * group + n][k] * x[t][k]
struct ProductTask {
  const PackedMatrix* weight;
  std::uint32_t group;
  const float* x;
  std::size_t x_stride;
  const IntegerBlock* x_blocks;  // instead of x, where the table has `quantise` and the weight is in blocks
  std::size_t x_blocks_stride;
  std::uint32_t tokens;
  float* out;  // of the group's first row
  std::size_t out_stride;
  bool accumulate;
  bool sparse;     // many numbers of x are zero; a kernel may skip their weights
  float* scratch;  // product_scratch floats, 64-byte aligned
};
// Zeros are skipped where less than 3 / 8 of the weights is left to read: in pieces of 128 to 256 bytes
// memory is so much slower than in one stream that half of them take longer than all.
constexpr std::uint32_t skip_below = 3, skip_below_of = 8;
constexpr std::size_t product_scratch = std::size_t{k_block} * group_rows;

// One head over all tokens of one sequence, see backend.h (Wkv7). Pointers are those of the head's first
// channel.
struct Wkv7Head {
  float* out;
  const float *r, *k, *v, *decay, *alpha, *gate;
  const float *v_mix, *v_first;  // or both null
  std::size_t stride;            // between tokens, of all of the above
  const float *k_k, *k_a, *r_k, *norm_gain, *norm_bias;
  float* state;  // [key][value]
  std::uint32_t tokens, head_size;
  float norm_epsilon;
  float* scratch;  // wkv7_scratch(head_size) floats, 64-byte aligned
};
constexpr std::size_t wkv7_scratch(std::uint32_t head_size) {
  return std::size_t{8} * head_size;
}

// `channels` channels over all tokens of one sequence, see backend.h (Wkv4). Pointers are those of the first.
struct Wkv4Channels {
  float* out;
  const float *r, *k, *v;
  std::size_t stride;  // between tokens, of all of the above
  const float *decay, *bonus;
  float *aa, *bb, *pp;
  std::uint32_t tokens, channels;
};

// One head over all tokens of one sequence, see backend.h (Wkv6). Pointers are those of the head's first
// channel.
struct Wkv6Head {
  float* out;
  const float *r, *k, *v, *gate;  // gate may be null
  const float* decay;
  std::size_t stride;        // between tokens, of all but decay
  std::size_t decay_stride;  // 0 where the decay is the same for all tokens
  const float *bonus, *norm_gain, *norm_bias;
  float* state;  // [key][value]
  std::uint32_t tokens, head_size;
  float norm_epsilon;
  float* scratch;  // head_size floats, 64-byte aligned
};

struct Kernels {
  const char* isa;
  void (*product)(const ProductTask& task);
  // Null in tables that multiply weights in blocks as floats. n is a multiple of 32.
  void (*quantise)(IntegerBlock* out, const float* x, std::size_t n);
  bool in_digits;  // whether quantise leaves digits, or whole numbers
  void (*product_blocks)(const ProductTask& task);
  // In place on `n` numbers; bias may be null where the epilogue has none. `add` and `none` do nothing here.
  void (*epilogue)(Epilogue kind, float* values, const float* bias, std::size_t n);
  void (*layer_norm)(float* out, const float* x, const float* gain, const float* bias, std::size_t n,
                     float epsilon);
  void (*mix)(float* out, const float* a, const float* before, const float* mix, std::size_t n);
  // The two below element by element, see backend.h.
  void (*blend)(float* out, const float* a, const float* before, const float* weights, const float* base,
                std::size_t n);
  void (*gated_add)(float* x, const float* gate, const float* value, float scale, std::size_t n);
  void (*wkv4)(const Wkv4Channels& channels);
  void (*wkv6)(const Wkv6Head& head);
  void (*wkv7)(const Wkv7Head& head);
  // Reads every byte of a block (a multiple of 256 bytes); the result only keeps the reads from being left
  // out.
  std::uint64_t (*read_block)(const unsigned char* block, std::size_t bytes);
  // As many multiplications and additions as the core can do in `rounds`, all in registers. Returns how many
  // operations that were; `sink` (16 numbers) only keeps them from being left out.
  std::uint64_t (*multiply_floats)(std::uint64_t rounds, float* sink);
  std::uint64_t (*multiply_bytes)(std::uint64_t rounds, float* sink);  // null where `in_digits` is false
};

// Null where this program was not built with the instruction set. The processor must have it: see isa.h.
const Kernels* scalar_kernels();      // never null; the reference the others are tested against
const Kernels* avx2_kernels();        // AVX2, FMA, F16C
const Kernels* avx512_kernels();      // AVX-512 F, BW, DQ, VL
const Kernels* avx512vnni_kernels();  // the same with VNNI
const Kernels* neon_kernels();
const Kernels* neondot_kernels();  // the same with dot products of bytes

}  // namespace roost::backend::cpu
