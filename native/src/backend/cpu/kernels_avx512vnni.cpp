// AVX-512 with VNNI: weights in blocks are multiplied as bytes, four at a time, with activations split into
// two digits. Everything else is the table of kernels_avx512.cpp. Nothing from the standard library may be
// used here.
#include "backend/cpu/kernels.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && (defined(__AVX512VNNI__) || defined(_MSC_VER))
#include <immintrin.h>

#include <cstring>

#include "backend/cpu/simd_words.h"

namespace roost::backend::cpu {
namespace {

void quantise(IntegerBlock* out, const float* x, std::size_t n) {
  constexpr auto most = static_cast<float>(largest_whole);
  for (std::size_t first = 0; first < n; first += block_columns, ++out) {
    const __m512 half[2] = {_mm512_loadu_ps(x + first), _mm512_loadu_ps(x + first + 16)};
    const float largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(half[0]), _mm512_abs_ps(half[1])));
    // 0 * x is 0, or NaN where x is not finite.
    const __m512 nothing = _mm512_setzero_ps();
    const float damage =
        _mm512_reduce_add_ps(_mm512_fmadd_ps(half[0], nothing, _mm512_mul_ps(half[1], nothing)));
    // A block so small that the inverse would overflow is nothing beside f32's smallest normal numbers.
    const bool vanishes = !(largest > 1e-30f);
    out->scale = (vanishes ? 0.0f : largest / most) + damage;
    const __m512 inverse = _mm512_set1_ps(vanishes ? 0.0f : most / largest);
    __m512i whole_sum = _mm512_setzero_si512(), low_sum = _mm512_setzero_si512();
    for (int h = 0; h < 2; ++h) {
      const __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(half[h], inverse));
      const __m512i low = _mm512_srai_epi32(_mm512_slli_epi32(whole, 24), 24);
      const __m512i high = _mm512_srai_epi32(_mm512_sub_epi32(whole, low), 8);
      whole_sum = _mm512_add_epi32(whole_sum, whole);
      low_sum = _mm512_add_epi32(low_sum, low);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out->digit[0] + 16 * h), _mm512_cvtepi32_epi8(high));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out->digit[1] + 16 * h), _mm512_cvtepi32_epi8(low));
    }
    // Unsigned, because what was not finite left any number here; it wraps round, and the scale is NaN then.
    const auto total = static_cast<std::uint32_t>(_mm512_reduce_add_epi32(whole_sum));
    const auto low = static_cast<std::uint32_t>(_mm512_reduce_add_epi32(low_sum));
    // total = 256 * high + low, so this is -128 times the sum of the high digits.
    out->start[0] = -(static_cast<std::int32_t>(total - low) / 2);
    out->start[1] = static_cast<std::int32_t>(0u - 128u * low);
    out->sum = out->scale * static_cast<float>(static_cast<std::int32_t>(total));
  }
}

ROOST_INLINE __m512i four_digits(const std::int8_t* at) {
  std::int32_t quad;
  std::memcpy(&quad, at, 4);
  return _mm512_set1_epi32(quad);
}

// What tells the formats apart. A block's weights are unsigned bytes, too large by `excess`; `w` gives the
// bytes of four columns of one panel, of which each 64 bytes of memory hold `quads_per_load`.
struct BlocksQ8 {
  static constexpr std::uint32_t block_bytes = q8_block_bytes, headers = 1, quads_per_load = 1, excess = 128;
  template <int Quad>
  static ROOST_INLINE __m512i w(const unsigned char* at) {
    return _mm512_xor_si512(_mm512_loadu_si512(at), _mm512_set1_epi8(static_cast<char>(0x80)));
  }
};
template <bool Minimum>
struct BlocksQ4 {
  static constexpr std::uint32_t block_bytes = Minimum ? q4m_block_bytes : q4_block_bytes;
  static constexpr std::uint32_t headers = Minimum ? 2 : 1, quads_per_load = 2, excess = Minimum ? 0 : 8;
  template <int Quad>
  static ROOST_INLINE __m512i w(const unsigned char* at) {
    const __m512i pairs = _mm512_loadu_si512(at);
    const __m512i quad = Quad == 0 ? pairs : _mm512_srli_epi16(pairs, 4);
    return _mm512_and_si512(quad, _mm512_set1_epi8(15));
  }
};

template <int P, int T>
struct Products {
  __m512i at[T][P][digits];
};

template <class W, int Quad, int P, int T>
ROOST_INLINE void multiply_quad(Products<P, T>& products, const unsigned char* quanta, const IntegerBlock* x,
                                std::size_t x_stride, std::uint32_t column) {
  __m512i w[P];
  ROOST_UNROLL for (int p = 0; p < P; ++p) w[p] = W::template w<Quad>(quanta + p * 64);
  ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) {
    const __m512i digit = four_digits(x[t * x_stride].digit[d] + column);
    ROOST_UNROLL for (int p = 0; p < P; ++p) products.at[t][p][d] =
        _mm512_dpbusd_epi32(products.at[t][p][d], w[p], digit);
  }
}

// Panels panel ... panel + P of a group times T tokens, all columns.
template <class W, int P, int T>
ROOST_NOINLINE void tile(const ProductTask& task, std::uint32_t panel, std::uint32_t token) {
  const PackedMatrix& matrix = *task.weight;
  const std::size_t panels = matrix.panels_of(task.group);
  const IntegerBlock* const x = task.x_blocks + token * task.x_blocks_stride;
  __m512 sums[T][P];
  ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int p = 0; p < P; ++p) sums[t][p] =
      _mm512_setzero_ps();
  const std::uint32_t blocks = matrix.columns / block_columns;
  const unsigned char* block = matrix.group(task.group);
  for (std::uint32_t b = 0; b < blocks; ++b, block += panels * W::block_bytes) {
    Products<P, T> products;
    ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int p = 0; p < P; ++p)
        ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) {
      // Exact: start is a multiple of 128.
      constexpr std::int32_t share = W::excess == 0 ? 1 : 128 / static_cast<std::int32_t>(W::excess);
      products.at[t][p][d] = W::excess == 0
                                 ? _mm512_setzero_si512()
                                 : _mm512_set1_epi32(x[t * task.x_blocks_stride + b].start[d] / share);
    }
    const unsigned char* quanta = block + panels * W::headers * scale_bytes + panel * 64;
    // With 4-bit weights there is so much arithmetic between two lines that one token gains a twentieth from
    // asking for them; with 8-bit ones, and for more tokens, it loses more. Asking past the end of the
    // weights is harmless.
    if constexpr (W::quads_per_load == 2 && P == static_cast<int>(group_panels) && T == 1) {
      ROOST_UNROLL for (std::size_t line = 0; line < P * W::block_bytes; line += 64)
          _mm_prefetch(reinterpret_cast<const char*>(block + 4096 + line), _MM_HINT_T0);
    }
    ROOST_UNROLL for (std::uint32_t column = 0; column < block_columns; column += 4 * W::quads_per_load) {
      multiply_quad<W, 0, P, T>(products, quanta, x + b, task.x_blocks_stride, column);
      if constexpr (W::quads_per_load == 2)
        multiply_quad<W, 1, P, T>(products, quanta, x + b, task.x_blocks_stride, column + 4);
      quanta += panels * 64;
    }
    __m512 scale[P], minimum[P];
    ROOST_UNROLL for (int p = 0; p < P; ++p) {
      const unsigned char* const header = block + (panel + static_cast<unsigned>(p)) * scale_bytes;
      scale[p] = _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(header)));
      minimum[p] = W::headers == 1 ? _mm512_setzero_ps()
                                   : _mm512_cvtph_ps(_mm256_loadu_si256(
                                         reinterpret_cast<const __m256i*>(header + panels * scale_bytes)));
    }
    ROOST_UNROLL for (int t = 0; t < T; ++t) {
      const IntegerBlock& numbers = x[t * task.x_blocks_stride + b];
      const __m512 x_scale = _mm512_set1_ps(numbers.scale);
      ROOST_UNROLL for (int p = 0; p < P; ++p) {
        // The sum of 32 products of 7 bits and 15 is below 2^27.
        const __m512 whole = _mm512_cvtepi32_ps(
            _mm512_add_epi32(_mm512_slli_epi32(products.at[t][p][0], 8), products.at[t][p][1]));
        if constexpr (W::headers == 2)
          sums[t][p] = _mm512_fmadd_ps(minimum[p], _mm512_set1_ps(numbers.sum), sums[t][p]);
        sums[t][p] = _mm512_fmadd_ps(whole, _mm512_mul_ps(scale[p], x_scale), sums[t][p]);
      }
    }
  }
  const std::uint32_t rows = matrix.rows - task.group * group_rows;
  ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int p = 0; p < P; ++p) {
    const std::uint32_t first = (panel + static_cast<std::uint32_t>(p)) * panel_rows;
    const std::uint32_t n = rows - first < panel_rows ? rows - first : panel_rows;
    const auto lanes = static_cast<__mmask16>((1u << n) - 1);
    float* const to = task.out + (token + static_cast<std::uint32_t>(t)) * task.out_stride + first;
    const __m512 before = task.accumulate ? _mm512_maskz_loadu_ps(lanes, to) : _mm512_setzero_ps();
    _mm512_mask_storeu_ps(to, lanes, task.accumulate ? _mm512_add_ps(before, sums[t][p]) : sums[t][p]);
  }
}

// The index of the lowest bit that is set.
ROOST_INLINE std::uint32_t lowest(std::uint32_t bits) {
  return static_cast<std::uint32_t>(_mm_popcnt_u32(~bits & (bits - 1)));
}

// One token whose numbers are mostly zero, times a whole group: what one load holds of the weights (4
// columns, or 8) is read where one of its columns is not. The sums are exact, so they are those of `tile`.
template <class W>
ROOST_NOINLINE void tile_sparse(const ProductTask& task) {
  constexpr std::uint32_t loads = block_columns / (4 * W::quads_per_load), panels = group_panels;
  constexpr std::size_t block_bytes = panels * W::block_bytes,
                        quanta_start = panels * W::headers * scale_bytes;
  const PackedMatrix& matrix = *task.weight;
  const IntegerBlock* const x = task.x_blocks;
  const std::uint32_t blocks = matrix.columns / block_columns;
  const auto wanted = [x](std::uint32_t b) {
    if (x[b].scale != x[b].scale) return 0x55u;  // damage has no digits, and must stay visible
    const __m256i any = _mm256_or_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x[b].digit[0])),
                                        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x[b].digit[1])));
    const auto quads = static_cast<std::uint32_t>(_mm256_test_epi32_mask(any, any));
    return W::quads_per_load == 1 ? quads : (quads | quads >> 1) & 0x55u;
  };
  __m512 sums[panels];
  ROOST_UNROLL for (std::uint32_t p = 0; p < panels; ++p) sums[p] = _mm512_setzero_ps();
  const unsigned char* block = matrix.group(task.group);
  constexpr std::uint32_t ahead = 3;  // blocks
  for (std::uint32_t b = 0; b < blocks; ++b, block += block_bytes) {
    if (b + ahead < blocks) {
      const unsigned char* const soon = block + ahead * block_bytes;
      std::uint32_t later = wanted(b + ahead);
      if (later != 0) {
        for (std::size_t line = 0; line < quanta_start; line += 64)
          _mm_prefetch(reinterpret_cast<const char*>(soon + line), _MM_HINT_T0);
      }
      for (; later != 0; later &= later - 1) {
        const std::size_t load = static_cast<std::size_t>(lowest(later)) / W::quads_per_load;
        ROOST_UNROLL for (std::uint32_t p = 0; p < panels; ++p) _mm_prefetch(
            reinterpret_cast<const char*>(soon + quanta_start + (load * panels + p) * 64), _MM_HINT_T0);
      }
    }
    std::uint32_t left = wanted(b);
    if (left == 0) continue;
    Products<panels, 1> products;
    ROOST_UNROLL for (std::uint32_t p = 0; p < panels; ++p)
        ROOST_UNROLL for (std::uint32_t d = 0; d < digits; ++d) {
      constexpr std::int32_t share = W::excess == 0 ? 1 : 128 / static_cast<std::int32_t>(W::excess);
      products.at[0][p][d] =
          W::excess == 0 ? _mm512_setzero_si512() : _mm512_set1_epi32(x[b].start[d] / share);
    }
    for (; left != 0; left &= left - 1) {
      const std::uint32_t quad = lowest(left);
      const unsigned char* const quanta =
          block + quanta_start + std::size_t{quad / W::quads_per_load} * panels * 64;
      multiply_quad<W, 0, panels, 1>(products, quanta, x + b, 0, 4 * quad);
      if constexpr (W::quads_per_load == 2)
        multiply_quad<W, 1, panels, 1>(products, quanta, x + b, 0, 4 * quad + 4);
    }
    ROOST_UNROLL for (std::uint32_t p = 0; p < panels; ++p) {
      const unsigned char* const header = block + p * scale_bytes;
      const __m512 scale = _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(header)));
      const __m512 whole = _mm512_cvtepi32_ps(
          _mm512_add_epi32(_mm512_slli_epi32(products.at[0][p][0], 8), products.at[0][p][1]));
      if constexpr (W::headers == 2) {
        const __m512 minimum = _mm512_cvtph_ps(
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(header + panels * scale_bytes)));
        sums[p] = _mm512_fmadd_ps(minimum, _mm512_set1_ps(x[b].sum), sums[p]);
      }
      sums[p] = _mm512_fmadd_ps(whole, _mm512_mul_ps(scale, _mm512_set1_ps(x[b].scale)), sums[p]);
    }
  }
  static_assert(loads * W::quads_per_load == 8);
  ROOST_UNROLL for (std::uint32_t p = 0; p < panels; ++p) {
    float* const to = task.out + p * panel_rows;
    _mm512_storeu_ps(to, task.accumulate ? _mm512_add_ps(_mm512_loadu_ps(to), sums[p]) : sums[p]);
  }
}

// Whether a sparse token spares enough of the weights.
template <class W>
ROOST_INLINE bool worth_skipping(const ProductTask& task) {
  const std::uint32_t blocks = task.weight->columns / block_columns;
  std::uint32_t read = 0;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    const __m256i any =
        _mm256_or_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(task.x_blocks[b].digit[0])),
                        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(task.x_blocks[b].digit[1])));
    const auto quads = static_cast<std::uint32_t>(_mm256_test_epi32_mask(any, any));
    read += static_cast<std::uint32_t>(
        _mm_popcnt_u32(W::quads_per_load == 1 ? quads : (quads | quads >> 1) & 0x55u));
  }
  constexpr std::uint32_t quads = block_columns / 4;
  return read * W::quads_per_load < blocks * quads / skip_below_of * skip_below;
}

template <class W, int P, int Most>
ROOST_INLINE void tiles(const ProductTask& task, std::uint32_t panel) {
  std::uint32_t t = 0;
  for (; t + Most <= task.tokens; t += Most) tile<W, P, Most>(task, panel, t);
  if constexpr (Most > 2) {
    for (; t + 2 <= task.tokens; t += 2) tile<W, P, 2>(task, panel, t);
  }
  if (t < task.tokens) tile<W, P, 1>(task, panel, t);
}

template <class W>
ROOST_INLINE void product_of(const ProductTask& task) {
  // For few tokens, tiles as wide as the group: its weights come from memory once, in order. For many, tiles
  // that do more with each weight they load from the cache.
  constexpr std::uint32_t many = 12;
  const std::uint32_t panels = task.weight->panels_of(task.group);
  const bool full = task.weight->rows - task.group * group_rows >= group_rows;
  if (task.sparse && task.tokens == 1 && full && worth_skipping<W>(task)) return tile_sparse<W>(task);
  if (panels == 4 && task.tokens < many) return tiles<W, 4, 2>(task, 0);
  for (std::uint32_t panel = 0; panel + 2 <= panels; panel += 2) tiles<W, 2, 4>(task, panel);
  if (panels % 2 == 1) tiles<W, 1, 4>(task, panels - 1);
}

void product_blocks(const ProductTask& task) {
  switch (task.weight->type) {
    case DType::q8:
      return product_of<BlocksQ8>(task);
    case DType::q4:
      return product_of<BlocksQ4<false>>(task);
    case DType::q4m:
      return product_of<BlocksQ4<true>>(task);
    case DType::f32:
    case DType::f16:
    case DType::bf16:
      return;  // these go to `product`
  }
}

std::uint64_t multiply_bytes(std::uint64_t rounds, float* sink) {
  constexpr int chains = 12;
  __m512i sums[chains];
  ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = _mm512_set1_epi32(i);
  const __m512i a = _mm512_set1_epi8(static_cast<char>(sink[0])),
                b = _mm512_set1_epi8(static_cast<char>(sink[1]));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
  }
  ROOST_UNROLL for (int i = 1; i < chains; ++i) sums[0] = _mm512_add_epi32(sums[0], sums[i]);
  sink[2] = static_cast<float>(_mm512_reduce_add_epi32(sums[0]));
  return rounds * chains * 64 * 2;
}

}  // namespace

const Kernels* avx512vnni_kernels() {
  static Kernels table = [] {
    Kernels kernels = *avx512_kernels();
    kernels.isa = "avx512vnni";
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
const Kernels* avx512vnni_kernels() {
  return nullptr;
}
}  // namespace roost::backend::cpu
#endif
