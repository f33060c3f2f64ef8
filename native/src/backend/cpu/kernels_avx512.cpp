// AVX-512 F, BW, DQ, VL. Compiled with those flags alone: nothing from the standard library may be used here,
// since an inline function compiled for this instruction set could be merged into the rest of the program.
#include "backend/cpu/kernels.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#include <immintrin.h>

#include "backend/cpu/simd_words.h"

namespace roost::backend::cpu {
namespace {

constexpr const char* isa_name = "avx512";
using F = __m512;
using Bytes = __m512i;
constexpr int width = 16;
// 4 panels x 6 tokens: 24 accumulators, 4 weights and a broadcast in 32 registers.
constexpr int panels_for(int) {
  return 4;
}

ROOST_INLINE F zero() {
  return _mm512_setzero_ps();
}
ROOST_INLINE F set1(float x) {
  return _mm512_set1_ps(x);
}
ROOST_INLINE F load(const float* p) {
  return _mm512_loadu_ps(p);
}
ROOST_INLINE void store(float* p, F x) {
  _mm512_storeu_ps(p, x);
}
ROOST_INLINE __mmask16 first_lanes(std::uint32_t n) {
  return static_cast<__mmask16>((1u << n) - 1);
}
ROOST_INLINE F load_part(const float* p, std::uint32_t n) {
  return _mm512_maskz_loadu_ps(first_lanes(n), p);
}
ROOST_INLINE void store_part(float* p, F x, std::uint32_t n) {
  _mm512_mask_storeu_ps(p, first_lanes(n), x);
}
ROOST_INLINE F add(F a, F b) {
  return _mm512_add_ps(a, b);
}
ROOST_INLINE F sub(F a, F b) {
  return _mm512_sub_ps(a, b);
}
ROOST_INLINE F mul(F a, F b) {
  return _mm512_mul_ps(a, b);
}
ROOST_INLINE F div(F a, F b) {
  return _mm512_div_ps(a, b);
}
ROOST_INLINE F fma(F a, F b, F c) {
  return _mm512_fmadd_ps(a, b, c);
}
ROOST_INLINE F vmax(F c, F x) {
  return _mm512_max_ps(c, x);
}
ROOST_INLINE F vmin(F c, F x) {
  return _mm512_min_ps(c, x);
}
ROOST_INLINE float sum(F x) {
  return _mm512_reduce_add_ps(x);
}
ROOST_INLINE float square_root(float x) {
  return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}
ROOST_INLINE F bitwise_xor(F a, F b) {
  return _mm512_xor_ps(a, b);
}
ROOST_INLINE F absolute(F x) {
  return _mm512_abs_ps(x);
}
ROOST_INLINE F select_less(F a, F b, F x, F y) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), y, x);
}
ROOST_INLINE F round_nearest(F x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
ROOST_INLINE F power_of_two(F n) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
}
ROOST_INLINE F load_f16(const unsigned char* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
ROOST_INLINE F load_bf16_even(const unsigned char* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_loadu_si512(p), 16));
}
ROOST_INLINE F load_bf16_odd(const unsigned char* p) {
  return _mm512_castsi512_ps(
      _mm512_and_si512(_mm512_loadu_si512(p), _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
}
ROOST_INLINE void prefetch(const unsigned char* p) {
  _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0);
}
ROOST_INLINE Bytes load_bytes(const unsigned char* p) {
  return _mm512_loadu_si512(p);
}
template <int J>
ROOST_INLINE F byte_of(Bytes bytes) {
  const __m512i top = J == 3 ? bytes : _mm512_slli_epi32(bytes, 24 - 8 * J);
  return _mm512_cvtepi32_ps(_mm512_srai_epi32(top, 24));
}
template <int Shift>
ROOST_INLINE F half_byte_at(Bytes bytes) {
  return _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32(bytes, Shift), _mm512_set1_epi32(15)));
}
using I = __m512i;
ROOST_INLINE I load_int(const unsigned char* p) {
  return _mm512_loadu_si512(p);
}
ROOST_INLINE I set_all(std::int32_t x) {
  return _mm512_set1_epi32(x);
}
ROOST_INLINE I set_pair(const std::int16_t* p) {
  return _mm512_broadcastd_epi32(_mm_loadu_si32(p));
}
ROOST_INLINE I add_int(I a, I b) {
  return _mm512_add_epi32(a, b);
}
template <int Shift>
ROOST_INLINE I top16(I v) {
  return _mm512_srli_epi16(v, Shift);
}
template <int Shift>
ROOST_INLINE I both16(I v) {
  return _mm512_and_si512(Shift == 0 ? v : _mm512_srli_epi16(v, Shift), _mm512_set1_epi16(15));
}
template <bool Low>
ROOST_INLINE I signed_byte16(I v) {
  return _mm512_srai_epi16(Low ? _mm512_slli_epi16(v, 8) : v, 8);
}
ROOST_INLINE I multiply_pairs(I a, I b) {
  return _mm512_madd_epi16(a, b);
}
ROOST_INLINE F float_of(I v) {
  return _mm512_cvtepi32_ps(v);
}

// Which of x are not zero, in order: single numbers, or pairs of which one is not. n is a multiple of 16; up
// to 15 numbers behind the list are overwritten.
ROOST_INLINE std::uint32_t list_singles(const float* x, std::uint32_t n, std::uint32_t* list) {
  __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n; i += 16) {
    const __mmask16 some =
        _mm512_test_epi32_mask(_mm512_castps_si512(_mm512_loadu_ps(x + i)), _mm512_set1_epi32(0x7fffffff));
    _mm512_storeu_si512(list + found, _mm512_maskz_compress_epi32(some, index));
    found += static_cast<std::uint32_t>(_mm_popcnt_u32(some));
    index = _mm512_add_epi32(index, _mm512_set1_epi32(16));
  }
  return found;
}
ROOST_INLINE std::uint32_t list_pairs(const float* x, std::uint32_t n, std::uint32_t* list) {
  __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < n; i += 16) {
    const __mmask8 some =
        _mm512_test_epi64_mask(_mm512_castps_si512(_mm512_loadu_ps(x + i)), _mm512_set1_epi32(0x7fffffff));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(list + found), _mm256_maskz_compress_epi32(some, index));
    found += static_cast<std::uint32_t>(_mm_popcnt_u32(some));
    index = _mm256_add_epi32(index, _mm256_set1_epi32(8));
  }
  return found;
}

#define ROOST_SKIPS_ZEROS 1
#define ROOST_MULTIPLIES_PAIRS 1
#include "backend/cpu/simd_kernels.h"

}  // namespace

const Kernels* avx512_kernels() {
  return &table;
}

}  // namespace roost::backend::cpu
#else
namespace roost::backend::cpu {
const Kernels* avx512_kernels() {
  return nullptr;
}
}  // namespace roost::backend::cpu
#endif
