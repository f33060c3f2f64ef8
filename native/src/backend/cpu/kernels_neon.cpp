// Advanced SIMD of 64-bit Arm: part of the base instruction set, so no flags and no question at run time.
#include "backend/cpu/kernels.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>

#include "backend/cpu/simd_words.h"

namespace roost::backend::cpu {
namespace {

constexpr const char* isa_name = "neon";
using F = float32x4_t;
using Bytes = int32x4_t;
constexpr int width = 4;
// At most 24 accumulators of 32 registers.
constexpr int panels_for(int tokens) {
  return tokens == 1 ? 4 : tokens <= 3 ? 2 : 1;
}

ROOST_INLINE F zero() {
  return vdupq_n_f32(0);
}
ROOST_INLINE F set1(float x) {
  return vdupq_n_f32(x);
}
ROOST_INLINE F load(const float* p) {
  return vld1q_f32(p);
}
ROOST_INLINE void store(float* p, F x) {
  vst1q_f32(p, x);
}
ROOST_INLINE F load_part(const float* p, std::uint32_t n) {
  float lanes[4] = {0, 0, 0, 0};
  for (std::uint32_t i = 0; i < n; ++i) lanes[i] = p[i];
  return vld1q_f32(lanes);
}
ROOST_INLINE void store_part(float* p, F x, std::uint32_t n) {
  float lanes[4];
  vst1q_f32(lanes, x);
  for (std::uint32_t i = 0; i < n; ++i) p[i] = lanes[i];
}
ROOST_INLINE F add(F a, F b) {
  return vaddq_f32(a, b);
}
ROOST_INLINE F sub(F a, F b) {
  return vsubq_f32(a, b);
}
ROOST_INLINE F mul(F a, F b) {
  return vmulq_f32(a, b);
}
ROOST_INLINE F div(F a, F b) {
  return vdivq_f32(a, b);
}
ROOST_INLINE F fma(F a, F b, F c) {
  return vfmaq_f32(c, a, b);
}
// These give NaN where either is NaN.
ROOST_INLINE F vmax(F c, F x) {
  return vmaxq_f32(c, x);
}
ROOST_INLINE F vmin(F c, F x) {
  return vminq_f32(c, x);
}
ROOST_INLINE float sum(F x) {
  return vaddvq_f32(x);
}
ROOST_INLINE float square_root(float x) {
  return vgetq_lane_f32(vsqrtq_f32(vdupq_n_f32(x)), 0);
}
ROOST_INLINE F bitwise_xor(F a, F b) {
  return vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(a), vreinterpretq_u32_f32(b)));
}
ROOST_INLINE F absolute(F x) {
  return vabsq_f32(x);
}
ROOST_INLINE F select_less(F a, F b, F x, F y) {
  return vbslq_f32(vcltq_f32(a, b), x, y);
}
ROOST_INLINE F round_nearest(F x) {
  return vrndnq_f32(x);
}
ROOST_INLINE F power_of_two(F n) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
}
ROOST_INLINE F load_f16(const unsigned char* p) {
  return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(reinterpret_cast<const std::uint16_t*>(p))));
}
ROOST_INLINE F load_bf16_even(const unsigned char* p) {
  return vreinterpretq_f32_u32(vshlq_n_u32(vld1q_u32(reinterpret_cast<const std::uint32_t*>(p)), 16));
}
ROOST_INLINE F load_bf16_odd(const unsigned char* p) {
  return vreinterpretq_f32_u32(
      vandq_u32(vld1q_u32(reinterpret_cast<const std::uint32_t*>(p)), vdupq_n_u32(0xffff0000u)));
}
ROOST_INLINE void prefetch(const unsigned char* p) {
#if !defined(_MSC_VER)
  __builtin_prefetch(p);
#endif
}
ROOST_INLINE Bytes load_bytes(const unsigned char* p) {
  return vld1q_s32(reinterpret_cast<const std::int32_t*>(p));
}
template <int J>
ROOST_INLINE F byte_of(Bytes bytes) {
  if constexpr (J == 3)
    return vcvtq_f32_s32(vshrq_n_s32(bytes, 24));
  else
    return vcvtq_f32_s32(vshrq_n_s32(vshlq_n_s32(bytes, 24 - 8 * J), 24));
}
template <int Shift>
ROOST_INLINE F half_byte_at(Bytes bytes) {
  const uint32x4_t words = vreinterpretq_u32_s32(bytes), mask = vdupq_n_u32(15);
  // A shift by nothing has no instruction.
  if constexpr (Shift == 0)
    return vcvtq_f32_u32(vandq_u32(words, mask));
  else
    return vcvtq_f32_u32(vandq_u32(vshrq_n_u32(words, Shift), mask));
}

#include "backend/cpu/simd_kernels.h"

}  // namespace

const Kernels* neon_kernels() {
  return &table;
}

}  // namespace roost::backend::cpu
#else
namespace roost::backend::cpu {
const Kernels* neon_kernels() {
  return nullptr;
}
}  // namespace roost::backend::cpu
#endif
