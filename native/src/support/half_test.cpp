#include "support/half.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "check.h"

using roost::support::bf16_to_f32;
using roost::support::f16_to_f32;
using roost::support::f32_to_bf16;
using roost::support::f32_to_f16;

TEST("f16: the values of the standard widen exactly") {
  CHECK_EQUAL(f16_to_f32(0x3c00), 1.0f);
  CHECK_EQUAL(f16_to_f32(0xc000), -2.0f);
  CHECK_EQUAL(f16_to_f32(0x7bff), 65504.0f);
  CHECK_EQUAL(f16_to_f32(0x0001), 5.9604644775390625e-08f);
  CHECK_EQUAL(f16_to_f32(0x03ff), 6.097555160522461e-05f);
  CHECK_EQUAL(f16_to_f32(0x0400), 6.103515625e-05f);
  CHECK_EQUAL(f16_to_f32(0x3555), 0.333251953125f);
  CHECK(std::isinf(f16_to_f32(0x7c00)));
  CHECK(std::isnan(f16_to_f32(0x7e00)));
  CHECK(std::signbit(f16_to_f32(0x8000)) && f16_to_f32(0x8000) == 0.0f);
}

TEST("f16: every number survives widening and narrowing") {
  int wrong = 0;
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const float wide = f16_to_f32(static_cast<std::uint16_t>(half));
    if (std::isnan(wide)) {
      wrong += !std::isnan(f16_to_f32(f32_to_f16(wide)));
    } else {
      wrong += f32_to_f16(wide) != half;
    }
  }
  CHECK_EQUAL(wrong, 0);
}

TEST("f16: narrowing rounds to nearest, ties to even, and overflows where the standard says") {
  CHECK_EQUAL(f32_to_f16(1.0f + 0x1p-11f), 0x3c00);             // tie, even below
  CHECK_EQUAL(f32_to_f16(1.0f + 0x3p-11f), 0x3c02);             // tie, even above
  CHECK_EQUAL(f32_to_f16(1.0f + 0x1p-11f + 0x1p-23f), 0x3c01);  // just past the tie
  CHECK_EQUAL(f32_to_f16(65519.996f), 0x7bff);
  CHECK_EQUAL(f32_to_f16(65520.0f), 0x7c00);
  CHECK_EQUAL(f32_to_f16(-1e30f), 0xfc00);
  CHECK_EQUAL(f32_to_f16(0x1p-25f), 0x0000);         // tie between 0 and the smallest number
  CHECK_EQUAL(f32_to_f16(0x1.000002p-25f), 0x0001);  // just past it
  CHECK_EQUAL(f32_to_f16(0x1.8p-24f), 0x0002);       // tie between 1 and 2 units
  CHECK_EQUAL(f32_to_f16(0x1.ffffp-15f), 0x0400);    // a subnormal that rounds up to the smallest normal
  CHECK_EQUAL(f32_to_f16(std::numeric_limits<float>::denorm_min()), 0x0000);
}

#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || defined(__x86_64__))
TEST("f16: narrowing equals the compiler's own conversion on a sweep of all exponents") {
  std::uint32_t wrong = 0;
  for (std::uint64_t bits = 0; bits < 0x100000000ull; bits += 4099) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isnan(value)) continue;
    wrong += f32_to_f16(value) != std::bit_cast<std::uint16_t>(static_cast<_Float16>(value));
  }
  CHECK_EQUAL(wrong, 0u);
}
#endif

TEST("bf16: widening is exact, narrowing rounds to even and keeps NaN and infinity") {
  CHECK_EQUAL(bf16_to_f32(0x3f80), 1.0f);
  CHECK_EQUAL(bf16_to_f32(0xc040), -3.0f);
  CHECK_EQUAL(f32_to_bf16(1.0f), 0x3f80);
  CHECK_EQUAL(f32_to_bf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);
  CHECK_EQUAL(f32_to_bf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);
  CHECK_EQUAL(f32_to_bf16(std::bit_cast<float>(0x3f808001u)), 0x3f81);
  CHECK_EQUAL(f32_to_bf16(std::numeric_limits<float>::max()), 0x7f80);
  CHECK_EQUAL(f32_to_bf16(-std::numeric_limits<float>::infinity()), 0xff80);
  CHECK(std::isnan(bf16_to_f32(f32_to_bf16(std::bit_cast<float>(0x7f800001u)))));
}

TEST_MAIN()
