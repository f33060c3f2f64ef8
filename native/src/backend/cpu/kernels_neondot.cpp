// 64-bit Arm with the dot product instructions: weights in blocks are multiplied as bytes, four at a time,
// with activations split into two digits. Everything else is the table of kernels_neon.cpp. Nothing from the
// standard library may be used here.
#include "backend/cpu/kernels.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
#include <arm_neon.h>

#include "backend/cpu/simd_words.h"

namespace roost::backend::cpu {
namespace {

void quantise(IntegerBlock* out, const float* x, std::size_t n) {
  constexpr auto most = static_cast<float>(largest_whole);
  for (std::size_t first = 0; first < n; first += block_columns, ++out) {
    float32x4_t numbers[8], magnitudes = vdupq_n_f32(0), damages = vdupq_n_f32(0);
    for (int i = 0; i < 8; ++i) {
      numbers[i] = vld1q_f32(x + first + 4 * i);
      magnitudes = vmaxq_f32(magnitudes, vabsq_f32(numbers[i]));
      damages = vfmaq_n_f32(damages, numbers[i], 0.0f);
    }
    const float largest = vmaxvq_f32(magnitudes);
    const float damage = vaddvq_f32(damages);  // 0, or NaN where a number is not finite
    // A block so small that the inverse would overflow is nothing beside f32's smallest normal numbers.
    const bool vanishes = !(largest > 1e-30f) || !(damage == 0);
    out->scale = (vanishes ? 0.0f : largest / most) + damage;
    const float inverse = vanishes ? 0.0f : most / largest;
    int32x4_t wholes = vdupq_n_s32(0), lows = wholes;
    for (int i = 0; i < 8; i += 4) {
      int16x8_t high[2], low[2];
      for (int h = 0; h < 2; ++h) {
        const int32x4_t a = vcvtnq_s32_f32(vmulq_n_f32(numbers[i + 2 * h], inverse));
        const int32x4_t b = vcvtnq_s32_f32(vmulq_n_f32(numbers[i + 2 * h + 1], inverse));
        const int32x4_t low_a = vshrq_n_s32(vshlq_n_s32(a, 24), 24),
                        low_b = vshrq_n_s32(vshlq_n_s32(b, 24), 24);
        wholes = vaddq_s32(wholes, vaddq_s32(a, b));
        lows = vaddq_s32(lows, vaddq_s32(low_a, low_b));
        low[h] = vcombine_s16(vmovn_s32(low_a), vmovn_s32(low_b));
        high[h] = vcombine_s16(vmovn_s32(vshrq_n_s32(vsubq_s32(a, low_a), 8)),
                               vmovn_s32(vshrq_n_s32(vsubq_s32(b, low_b), 8)));
      }
      vst1q_s8(out->digit[0] + 4 * i, vcombine_s8(vmovn_s16(high[0]), vmovn_s16(high[1])));
      vst1q_s8(out->digit[1] + 4 * i, vcombine_s8(vmovn_s16(low[0]), vmovn_s16(low[1])));
    }
    const std::int32_t total = vaddvq_s32(wholes), low_total = vaddvq_s32(lows);
    out->start[0] = -((total - low_total) / 2);  // total = 256 * high + low
    out->start[1] = -128 * low_total;
    out->sum = out->scale * static_cast<float>(total);
  }
}

// The digits of a block, quad after quad, in the lanes that the products name.
struct Digits {
  int8x16_t at[digits][2];
};

ROOST_INLINE Digits digits_of(const IntegerBlock& block) {
  Digits all;
  ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) ROOST_UNROLL for (int h = 0; h < 2; ++h)
      all.at[d][h] = vld1q_s8(block.digit[d] + 16 * h);
  return all;
}

template <int Quad>
ROOST_INLINE void multiply(int32x4_t (&sums)[digits], int8x16_t w, const Digits& x) {
  ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) sums[d] =
      vdotq_laneq_s32(sums[d], w, x.at[d][Quad / 4], Quad % 4);
}

// What tells the formats apart: `add` multiplies four rows of a panel's part, 16 bytes, with its columns.
struct DotQ8 {
  static constexpr std::uint32_t block_bytes = q8_block_bytes, headers = 1, parts = 8;
  static constexpr std::int32_t excess = 0;  // by which the numbers are too large
  template <int Part>
  static ROOST_INLINE void add(int32x4_t (&sums)[digits], int8x16_t w, const Digits& x) {
    multiply<Part>(sums, w, x);
  }
};
template <bool Minimum>
struct DotQ4 {
  static constexpr std::uint32_t block_bytes = Minimum ? q4m_block_bytes : q4_block_bytes;
  static constexpr std::uint32_t headers = Minimum ? 2 : 1, parts = 4;
  static constexpr std::int32_t excess = Minimum ? 0 : 8;
  template <int Part>
  static ROOST_INLINE void add(int32x4_t (&sums)[digits], int8x16_t w, const Digits& x) {
    const uint8x16_t pairs = vreinterpretq_u8_s8(w);
    multiply<2 * Part>(sums, vreinterpretq_s8_u8(vandq_u8(pairs, vdupq_n_u8(15))), x);
    multiply<2 * Part + 1>(sums, vreinterpretq_s8_u8(vshrq_n_u8(pairs, 4)), x);
  }
};

ROOST_INLINE float32x4_t four_halves(const unsigned char* at) {
  return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(at)));
}

template <class W, int T, int Part>
ROOST_INLINE void add_parts(int32x4_t (&sums)[T][4][digits], const unsigned char* quanta, std::size_t step,
                            const Digits (&x)[T]) {
  if constexpr (Part < static_cast<int>(W::parts)) {
    ROOST_UNROLL for (int r = 0; r < 4; ++r) {
      const int8x16_t w = vreinterpretq_s8_u8(vld1q_u8(quanta + 16 * r));
      ROOST_UNROLL for (int t = 0; t < T; ++t) W::template add<Part>(sums[t][r], w, x[t]);
    }
    add_parts<W, T, Part + 1>(sums, quanta + step, step, x);
  }
}

// A whole group times T tokens. Blocks are read in order, panel after panel.
template <class W, int T>
ROOST_NOINLINE void tile(const ProductTask& task, std::uint32_t token) {
  const PackedMatrix& matrix = *task.weight;
  const std::size_t panels = matrix.panels_of(task.group);
  const IntegerBlock* const x = task.x_blocks + token * task.x_blocks_stride;
  const unsigned char* block = matrix.group(task.group);
  float32x4_t totals[group_panels][T][4];
  for (auto& panel : totals) {
    for (auto& one : panel) {
      for (float32x4_t& four : one) four = vdupq_n_f32(0);
    }
  }
  for (std::uint32_t b = 0; b < matrix.columns / block_columns; ++b, block += panels * W::block_bytes) {
    Digits all[T];
    std::int32_t start[T][digits];
    ROOST_UNROLL for (int t = 0; t < T; ++t) {
      const IntegerBlock& numbers = x[t * task.x_blocks_stride + b];
      all[t] = digits_of(numbers);
      ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) start[t][d] =
          numbers.start[d] / 128 * W::excess;
    }
    const unsigned char* const quanta = block + panels * W::headers * scale_bytes;
    for (std::size_t panel = 0; panel < panels; ++panel) {
      int32x4_t sums[T][4][digits];
      ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int r = 0; r < 4; ++r)
          ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) sums[t][r][d] = vdupq_n_s32(start[t][d]);
      add_parts<W, T, 0>(sums, quanta + panel * 64, panels * 64, all);
      ROOST_UNROLL for (int r = 0; r < 4; ++r) {
        const unsigned char* const header = block + panel * scale_bytes + 8 * r;
        const float32x4_t scale = four_halves(header);
        ROOST_UNROLL for (int t = 0; t < T; ++t) {
          const IntegerBlock& numbers = x[t * task.x_blocks_stride + b];
          float32x4_t total = totals[panel][t][r];
          if constexpr (W::headers == 2)
            total = vfmaq_n_f32(total, four_halves(header + panels * scale_bytes), numbers.sum);
          // The sum of 32 products of 7 bits and 15 is below 2^27.
          const int32x4_t whole = vaddq_s32(vshlq_n_s32(sums[t][r][0], 8), sums[t][r][1]);
          totals[panel][t][r] = vfmaq_f32(total, vcvtq_f32_s32(whole), vmulq_n_f32(scale, numbers.scale));
        }
      }
    }
  }
  const std::uint32_t left = matrix.rows - task.group * group_rows;
  const std::uint32_t rows = left < group_rows ? left : group_rows;
  for (int t = 0; t < T; ++t) {
    float* const to = task.out + (token + static_cast<std::uint32_t>(t)) * task.out_stride;
    for (std::uint32_t row = 0; row < rows; row += 4) {
      const float32x4_t total = totals[row / panel_rows][t][row % panel_rows / 4];
      if (row + 4 <= rows) {
        vst1q_f32(to + row, task.accumulate ? vaddq_f32(vld1q_f32(to + row), total) : total);
      } else {
        float lanes[4];
        vst1q_f32(lanes, total);
        for (std::uint32_t i = 0; row + i < rows; ++i)
          to[row + i] = task.accumulate ? to[row + i] + lanes[i] : lanes[i];
      }
    }
  }
}

template <class W>
ROOST_INLINE void product_of(const ProductTask& task) {
  std::uint32_t t = 0;
  for (; t + 2 <= task.tokens; t += 2) tile<W, 2>(task, t);
  if (t < task.tokens) tile<W, 1>(task, t);
}

void product_blocks(const ProductTask& task) {
  switch (task.weight->type) {
    case DType::q8:
      return product_of<DotQ8>(task);
    case DType::q4:
      return product_of<DotQ4<false>>(task);
    case DType::q4m:
      return product_of<DotQ4<true>>(task);
    case DType::f32:
    case DType::f16:
    case DType::bf16:
      return;  // these go to `product`
  }
}

std::uint64_t multiply_bytes(std::uint64_t rounds, float* sink) {
  constexpr int chains = 16;
  int32x4_t sums[chains];
  ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = vdupq_n_s32(i);
  const int8x16_t a = vdupq_n_s8(static_cast<std::int8_t>(sink[0])),
                  b = vdupq_n_s8(static_cast<std::int8_t>(sink[1]));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = vdotq_s32(sums[i], a, b);
  }
  ROOST_UNROLL for (int i = 1; i < chains; ++i) sums[0] = vaddq_s32(sums[0], sums[i]);
  sink[2] = static_cast<float>(vaddvq_s32(sums[0]));
  return rounds * chains * 16 * 2;
}

}  // namespace

const Kernels* neondot_kernels() {
  static Kernels table = [] {
    Kernels kernels = *neon_kernels();
    kernels.isa = "neondot";
    kernels.quantise = quantise;
    kernels.in_digits = true;
    kernels.product_blocks = product_blocks;
    kernels.multiply_bytes = multiply_bytes;
    return kernels;
  }();
  return &table;
}

}  // namespace roost::backend::cpu
#else
namespace roost::backend::cpu {
const Kernels* neondot_kernels() {
  return nullptr;
}
}  // namespace roost::backend::cpu
#endif
