// The two 16-bit floating-point formats of model files, one number at a time. Exact in the widening
// direction; round-to-nearest-even in the other, with infinities, subnormal numbers and NaN kept as such.
// These are the references that vector code is tested against.
#pragma once

#include <bit>
#include <cstdint>

namespace roost::support {

// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits.
constexpr float f16_to_f32(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
  if (fraction == 0) return std::bit_cast<float>(sign);
  // Subnormal: fraction * 2^-24, which is a normal f32.
  std::uint32_t wide_exponent = 113;
  while ((fraction & 0x400u) == 0) {
    fraction <<= 1;
    --wide_exponent;
  }
  return std::bit_cast<float>(sign | (wide_exponent << 23) | ((fraction & 0x3ffu) << 13));
}

constexpr std::uint16_t f32_to_f16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);   // NaN, made quiet
  if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // rounds past 65504
  if (magnitude < 0x33000001u) return sign;  // at most half of the smallest subnormal: to even, zero
  std::uint32_t kept = 0, dropped_bits = 0;
  if (magnitude < 0x38800000u) {  // below 2^-14: subnormal, counted in units of 2^-24
    kept = 0x800000u | (magnitude & 0x7fffffu);
    dropped_bits = 126 - (magnitude >> 23);
  } else {
    kept = magnitude - 0x38000000u;  // exponent rebased from 127 to 15
    dropped_bits = 13;
  }
  const std::uint32_t half_unit = 1u << (dropped_bits - 1);
  const std::uint32_t odd = (kept >> dropped_bits) & 1u;
  return static_cast<std::uint16_t>(sign | ((kept + half_unit - 1 + odd) >> dropped_bits));
}

// The upper half of an f32: 1 sign, 8 exponent, 7 fraction bits.
constexpr float bf16_to_f32(std::uint16_t brain) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16);
}

constexpr std::uint16_t f32_to_bf16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

}  // namespace roost::support
