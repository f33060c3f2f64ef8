// AVX2, FMA, F16C. Compiled with those flags alone: nothing from the standard library may be used here, since
// an inline function compiled for this instruction set could be merged into the rest of the program.
#include "backend/cpu/kernels.h"

// MSVC's /arch:AVX2 implies FMA and F16C without defining their macros.
#if defined(__AVX2__) && ((defined(__FMA__) && defined(__F16C__)) || defined(_MSC_VER))
#include <immintrin.h>

#include "backend/cpu/simd_words.h"

namespace roost::backend::cpu {
namespace {

constexpr const char* isa_name = "avx2";
using F = __m256;
using Bytes = __m256i;
constexpr int width = 8;
// At most 12 accumulators, so that weights and a broadcast fit beside them in 16 registers.
constexpr int panels_for(int tokens) {
  return tokens == 1 ? 4 : tokens <= 3 ? 2 : 1;
}

ROOST_INLINE F zero() {
  return _mm256_setzero_ps();
}
ROOST_INLINE F set1(float x) {
  return _mm256_set1_ps(x);
}
ROOST_INLINE F load(const float* p) {
  return _mm256_loadu_ps(p);
}
ROOST_INLINE void store(float* p, F x) {
  _mm256_storeu_ps(p, x);
}
ROOST_INLINE __m256i first_lanes(std::uint32_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
ROOST_INLINE F load_part(const float* p, std::uint32_t n) {
  return _mm256_maskload_ps(p, first_lanes(n));
}
ROOST_INLINE void store_part(float* p, F x, std::uint32_t n) {
  _mm256_maskstore_ps(p, first_lanes(n), x);
}
ROOST_INLINE F add(F a, F b) {
  return _mm256_add_ps(a, b);
}
ROOST_INLINE F sub(F a, F b) {
  return _mm256_sub_ps(a, b);
}
ROOST_INLINE F mul(F a, F b) {
  return _mm256_mul_ps(a, b);
}
ROOST_INLINE F div(F a, F b) {
  return _mm256_div_ps(a, b);
}
ROOST_INLINE F fma(F a, F b, F c) {
  return _mm256_fmadd_ps(a, b, c);
}
ROOST_INLINE F vmax(F c, F x) {
  return _mm256_max_ps(c, x);
}
ROOST_INLINE F vmin(F c, F x) {
  return _mm256_min_ps(c, x);
}
ROOST_INLINE float sum(F x) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}
ROOST_INLINE float square_root(float x) {
  return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}
ROOST_INLINE F bitwise_xor(F a, F b) {
  return _mm256_xor_ps(a, b);
}
ROOST_INLINE F absolute(F x) {
  return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}
ROOST_INLINE F select_less(F a, F b, F x, F y) {
  return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
ROOST_INLINE F round_nearest(F x) {
  return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
ROOST_INLINE F power_of_two(F n) {
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
ROOST_INLINE F load_f16(const unsigned char* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
ROOST_INLINE F load_bf16_even(const unsigned char* p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)), 16));
}
ROOST_INLINE F load_bf16_odd(const unsigned char* p) {
  return _mm256_castsi256_ps(_mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)),
                                              _mm256_set1_epi32(static_cast<int>(0xffff0000u))));
}
ROOST_INLINE void prefetch(const unsigned char* p) {
  _mm_prefetch(reinterpret_cast<const char*>(p), _MM_HINT_T0);
}
ROOST_INLINE Bytes load_bytes(const unsigned char* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
template <int J>
ROOST_INLINE F byte_of(Bytes bytes) {
  const __m256i top = J == 3 ? bytes : _mm256_slli_epi32(bytes, 24 - 8 * J);
  return _mm256_cvtepi32_ps(_mm256_srai_epi32(top, 24));
}
template <int Shift>
ROOST_INLINE F half_byte_at(Bytes bytes) {
  return _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(bytes, Shift), _mm256_set1_epi32(15)));
}
using I = __m256i;
ROOST_INLINE I load_int(const unsigned char* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
ROOST_INLINE I set_all(std::int32_t x) {
  return _mm256_set1_epi32(x);
}
ROOST_INLINE I set_pair(const std::int16_t* p) {
  return _mm256_broadcastd_epi32(_mm_loadu_si32(p));
}
ROOST_INLINE I add_int(I a, I b) {
  return _mm256_add_epi32(a, b);
}
template <int Shift>
ROOST_INLINE I top16(I v) {
  return _mm256_srli_epi16(v, Shift);
}
template <int Shift>
ROOST_INLINE I both16(I v) {
  return _mm256_and_si256(Shift == 0 ? v : _mm256_srli_epi16(v, Shift), _mm256_set1_epi16(15));
}
template <bool Low>
ROOST_INLINE I signed_byte16(I v) {
  return _mm256_srai_epi16(Low ? _mm256_slli_epi16(v, 8) : v, 8);
}
ROOST_INLINE I multiply_pairs(I a, I b) {
  return _mm256_madd_epi16(a, b);
}
ROOST_INLINE F float_of(I v) {
  return _mm256_cvtepi32_ps(v);
}

#define ROOST_MULTIPLIES_PAIRS 1
#include "backend/cpu/simd_kernels.h"

}  // namespace

const Kernels* avx2_kernels() {
  return &table;
}

}  // namespace roost::backend::cpu
#else
namespace roost::backend::cpu {
const Kernels* avx2_kernels() {
  return nullptr;
}
}  // namespace roost::backend::cpu
#endif
