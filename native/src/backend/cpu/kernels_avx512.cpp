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
