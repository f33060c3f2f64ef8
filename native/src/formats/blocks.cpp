#include "formats/blocks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "formats/container.h"
#include "support/half.h"

namespace roost::formats {
namespace {

using support::f16_to_f32;
using support::f32_to_f16;

constexpr std::size_t kSmall = 32;   // numbers of a block of the older formats
constexpr std::size_t kLarge = 256;  // of the formats with two levels of scales

unsigned byte_at(const std::byte* at) {
  return std::to_integer<unsigned>(*at);
}

float half_at(const std::byte* at) {
  std::uint16_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return f16_to_f32(bits);
}

void put_half(std::byte* at, std::uint16_t bits) {
  std::memcpy(at, &bits, sizeof bits);
}

// ---- decoding ----

// f16 scale; int8 [32].
void decode_q8_0(const std::byte* block, float* out) {
  const float scale = half_at(block);
  for (std::size_t i = 0; i < kSmall; ++i) {
    out[i] = scale * static_cast<float>(static_cast<std::int8_t>(byte_at(block + 2 + i)));
  }
}

// scale * q + minimum, or scale * (q - zero); the block begins with them.
float value_of(const std::byte* block, bool minimum, unsigned q, int zero) {
  const float scale = half_at(block);
  if (minimum) return static_cast<float>(q) * scale + half_at(block + 2);
  return static_cast<float>(static_cast<int>(q) - zero) * scale;
}

// f16 scale, for q4_1 an f16 minimum; [16] pairs: number i in the low half of byte i, number i + 16 in the
// high one. q4_0 counts from -8.
void decode_q4(const std::byte* block, bool minimum, float* out) {
  const std::byte* pairs = block + (minimum ? 4 : 2);
  for (std::size_t i = 0; i < 16; ++i) {
    const unsigned pair = byte_at(pairs + i);
    out[i] = value_of(block, minimum, pair & 15, 8);
    out[i + 16] = value_of(block, minimum, pair >> 4, 8);
  }
}

// As q4_0 and q4_1, with four bytes before the pairs: bit i is the fifth bit of number i. q5_0 counts from
// -16.
void decode_q5(const std::byte* block, bool minimum, float* out) {
  const std::byte* at = block + (minimum ? 4 : 2);
  std::uint32_t fifth;
  std::memcpy(&fifth, at, sizeof fifth);
  const std::byte* pairs = at + 4;
  for (std::size_t i = 0; i < 16; ++i) {
    const unsigned pair = byte_at(pairs + i);
    const unsigned low = (pair & 15) | (fifth >> i & 1) << 4;
    const unsigned high = (pair >> 4) | (fifth >> (i + 16) & 1) << 4;
    out[i] = value_of(block, minimum, low, 16);
    out[i + 16] = value_of(block, minimum, high, 16);
  }
}

// Eight scales and eight minima of 6 bits in 12 bytes: of the first four each byte's low 6 bits (scales, then
// minima); of the last four the low 4 bits in the last four bytes, the upper 2 in the top of the first eight.
struct ScaleAndMinimum {
  unsigned scale, minimum;
};
ScaleAndMinimum six_bits(const std::byte* packed, std::size_t index) {
  if (index < 4) return {byte_at(packed + index) & 63, byte_at(packed + index + 4) & 63};
  const unsigned low = byte_at(packed + index + 4);
  return {(low & 15) | byte_at(packed + index - 4) >> 6 << 4, low >> 4 | byte_at(packed + index) >> 6 << 4};
}

// f16 scale of scales, f16 scale of minima, 12 bytes of both (six_bits), q5_K: [32] bytes of fifth bits; then
// [128] pairs. Number i of sub-block s (32 numbers) is scale[s] * q - minimum[s]; sub-blocks 2p and 2p + 1
// share the bytes 32p ..., low halves and high halves; their fifth bits are the bits 2p and 2p + 1 of the
// bytes of fifth bits.
void decode_k4_or_k5(const std::byte* block, bool fifth_bits, float* out) {
  const float scale = half_at(block), minimum = half_at(block + 2);
  const std::byte* const packed = block + 4;
  const std::byte* const fifths = block + 16;
  const std::byte* const pairs = block + (fifth_bits ? 48 : 16);
  for (std::size_t sub = 0; sub < 8; ++sub) {
    const auto [six_scale, six_minimum] = six_bits(packed, sub);
    const float step = scale * static_cast<float>(six_scale);
    const float below = minimum * static_cast<float>(six_minimum);
    for (std::size_t i = 0; i < 32; ++i) {
      const unsigned pair = byte_at(pairs + sub / 2 * 32 + i);
      unsigned q = sub % 2 == 0 ? pair & 15 : pair >> 4;
      if (fifth_bits) q += (byte_at(fifths + i) >> sub & 1) << 4;
      out[sub * 32 + i] = step * static_cast<float>(q) - below;
    }
  }
}

// [128] low halves, [64] upper pairs of bits, int8 scales of 16 numbers each [16], f16 scale. Two halves of
// 128 numbers, each four quarters of 32: quarters 0 and 1 are the low halves of 64 bytes, 2 and 3 the high
// ones; the upper bits of quarter n are the bits 2n and 2n + 1 of 32 bytes. Counts from -32.
void decode_k6(const std::byte* block, float* out) {
  const float scale = half_at(block + 208);
  for (std::size_t i = 0; i < kLarge; ++i) {
    const std::size_t half = i / 128, quarter = i % 128 / 32, at = i % 32;
    const unsigned pair = byte_at(block + half * 64 + quarter % 2 * 32 + at);
    const unsigned low = quarter < 2 ? pair & 15 : pair >> 4;
    const unsigned upper = byte_at(block + 128 + half * 32 + at) >> (2 * quarter) & 3;
    const auto sub_scale = static_cast<std::int8_t>(byte_at(block + 192 + i / 16));
    out[i] =
        scale * static_cast<float>(sub_scale) * static_cast<float>(static_cast<int>(low | upper << 4) - 32);
  }
}

// ---- encoding ----

// To the nearest whole number, ties to even, for |x| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
// Unlike std::nearbyint it needs no call.
float rounded_to_whole(float x) {
  constexpr float shift = 12582912.0f;
  return (x + shift) - shift;
}

// 0, or NaN where a number is not finite.
float damage_of(const float* x) {
  float damage = 0;
  for (std::size_t i = 0; i < kSmall; ++i) damage += x[i] * 0.0f;
  return damage;
}

float inverse_of(float scale) {
  // A scale so small that its inverse overflows belongs to numbers that f16 can't tell from 0.
  return std::fabs(scale) > 1e-30f ? 1.0f / scale : 0.0f;
}

// The bound for what is no number: such a block's scale says it (damage_of), and its whole numbers mean
// nothing.
float within(float value, float low, float high) {
  return std::max(low, std::min(high, value));
}

void encode_q8_0(const float* x, std::byte* block) {
  float largest = 0;
  for (std::size_t i = 0; i < kSmall; ++i) largest = std::max(largest, std::fabs(x[i]));
  const std::uint16_t scale = f32_to_f16(largest / 127.0f + damage_of(x));
  const float inverse = inverse_of(f16_to_f32(scale));
  put_half(block, scale);
  for (std::size_t i = 0; i < kSmall; ++i) {
    const float quantum = within(rounded_to_whole(x[i] * inverse), -127.0f, 127.0f);
    block[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(quantum));
  }
}

// Sums over a block run in so many lanes at once, so that compilers can use vectors: they may not change the
// order of additions by themselves.
constexpr std::size_t kLanes = 8;
using Lanes = float[kLanes];

float total(const Lanes& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// Numbers as scale * q with whole q in [-half, half - 1]: the number of the largest magnitude takes the
// longer side, at about -half; around there the scale of the least squared error is looked for.
float symmetric_scale(const float* x, float half) {
  float extreme = 0;
  for (std::size_t i = 0; i < kSmall; ++i) {
    if (std::fabs(x[i]) > std::fabs(extreme)) extreme = x[i];
  }
  const float inverse_extreme = inverse_of(extreme);
  if (inverse_extreme == 0) return 0;
  float best_gain = -1, best_scale = 0;
  for (const float step : {-0.9f, -0.6f, -0.4f, -0.2f, 0.0f, 0.2f, 0.4f, 0.6f, 0.9f}) {
    const float inverse = -(half + step) * inverse_extreme;
    Lanes products{}, squares{};
    for (std::size_t i = 0; i < kSmall; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        float q = rounded_to_whole(x[i + lane] * inverse);
        q = q < -half ? -half : q;
        q = q > half - 1 ? half - 1 : q;
        products[lane] += q * x[i + lane];
        squares[lane] += q * q;
      }
    }
    // The best scale for these q is products / squares; it takes products^2 / squares off the squared error.
    const float product = total(products), square = total(squares);
    if (square > 0 && product * product > best_gain * square) {
      best_gain = product * product / square;
      best_scale = product / square;
    }
  }
  return best_scale;
}

struct Affine {
  float scale, minimum;
};

// Numbers as scale * q + minimum with whole q in [0, top]: for several widths of the range, the q are
// rounded, then scale and minimum fitted to them by linear regression.
Affine affine_scale(const float* x, float top) {
  float low = x[0], high = x[0];
  for (std::size_t i = 1; i < kSmall; ++i) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  const float inverse_range = inverse_of(high - low);
  if (inverse_range == 0) return {0, low};
  float above[kSmall];
  Lanes above_lanes{};
  for (std::size_t i = 0; i < kSmall; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      above[i + lane] = x[i + lane] - low;
      above_lanes[lane] += above[i + lane];
    }
  }
  constexpr auto n = static_cast<double>(kSmall);
  const double sum_x = total(above_lanes);
  Affine best{(high - low) / top, low};
  double best_gain = -1;
  for (const float step : {-0.6f, -0.3f, 0.0f, 0.2f, 0.4f, 0.6f, 0.8f, 1.0f}) {
    const float inverse = (top + step) * inverse_range;
    Lanes q_lanes{}, qq_lanes{}, qx_lanes{};
    for (std::size_t i = 0; i < kSmall; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        float q = rounded_to_whole(above[i + lane] * inverse);
        q = q > top ? top : q;
        q_lanes[lane] += q;
        qq_lanes[lane] += q * q;
        qx_lanes[lane] += q * above[i + lane];
      }
    }
    const double sum_q = total(q_lanes), sum_qq = total(qq_lanes), sum_qx = total(qx_lanes);
    const double determinant = n * sum_qq - sum_q * sum_q;
    if (!(determinant > 0)) continue;
    const double scale = (n * sum_qx - sum_q * sum_x) / determinant, minimum = (sum_x - scale * sum_q) / n;
    // What the fit takes off the sum of squares.
    const double gain = minimum * sum_x + scale * sum_qx;
    if (gain > best_gain) {
      best_gain = gain;
      best = {static_cast<float>(scale), low + static_cast<float>(minimum)};
    }
  }
  return best;
}

// The whole numbers of a block, 0 ... 2 * half - 1, after its scale (and minimum) have been written.
void symmetric_block(const float* x, float half, std::byte* block, unsigned* q) {
  const std::uint16_t scale = f32_to_f16(symmetric_scale(x, half) + damage_of(x));
  const float inverse = inverse_of(f16_to_f32(scale));
  put_half(block, scale);
  for (std::size_t i = 0; i < kSmall; ++i) {
    q[i] = static_cast<unsigned>(within(rounded_to_whole(x[i] * inverse), -half, half - 1) + half);
  }
}

void affine_block(const float* x, float top, std::byte* block, unsigned* q) {
  const Affine affine = affine_scale(x, top);
  const std::uint16_t scale = f32_to_f16(affine.scale + damage_of(x)), minimum = f32_to_f16(affine.minimum);
  const float inverse = inverse_of(f16_to_f32(scale)), base = f16_to_f32(minimum);
  put_half(block, scale);
  put_half(block + 2, minimum);
  for (std::size_t i = 0; i < kSmall; ++i) {
    q[i] = static_cast<unsigned>(within(rounded_to_whole((x[i] - base) * inverse), 0.0f, top));
  }
}

void put_pairs(const unsigned* q, std::byte* pairs) {
  for (std::size_t i = 0; i < 16; ++i) pairs[i] = static_cast<std::byte>((q[i] & 15) | (q[i + 16] & 15) << 4);
}

void put_fifth_bits(const unsigned* q, std::byte* at) {
  std::uint32_t fifth = 0;
  for (std::size_t i = 0; i < kSmall; ++i) fifth |= (q[i] >> 4 & 1u) << i;
  std::memcpy(at, &fifth, sizeof fifth);
}

void encode_block(StorageType type, const float* x, std::byte* block) {
  unsigned q[kSmall];
  switch (type) {
    case StorageType::q8_0:
      return encode_q8_0(x, block);
    case StorageType::q4_0:
      symmetric_block(x, 8, block, q);
      return put_pairs(q, block + 2);
    case StorageType::q4_1:
      affine_block(x, 15, block, q);
      return put_pairs(q, block + 4);
    case StorageType::q5_0:
      symmetric_block(x, 16, block, q);
      put_fifth_bits(q, block + 2);
      return put_pairs(q, block + 6);
    case StorageType::q5_1:
      affine_block(x, 31, block, q);
      put_fifth_bits(q, block + 4);
      return put_pairs(q, block + 8);
    default:
      return;  // see can_encode()
  }
}

void decode_block(StorageType type, const std::byte* block, float* out) {
  switch (type) {
    case StorageType::q8_0:
      return decode_q8_0(block, out);
    case StorageType::q4_0:
    case StorageType::q4_1:
      return decode_q4(block, type == StorageType::q4_1, out);
    case StorageType::q5_0:
    case StorageType::q5_1:
      return decode_q5(block, type == StorageType::q5_1, out);
    case StorageType::q4_k:
    case StorageType::q5_k:
      return decode_k4_or_k5(block, type == StorageType::q5_k, out);
    case StorageType::q6_k:
      return decode_k6(block, out);
    case StorageType::f32:
    case StorageType::f16:
    case StorageType::bf16:
      return;  // no blocks
  }
}

}  // namespace

void decode_blocks(StorageType type, const std::byte* from, std::size_t count, float* out) {
  const StorageFormat& format = storage_format(type);
  for (std::size_t i = 0; i < count; i += format.block, from += format.bytes)
    decode_block(type, from, out + i);
}

bool can_encode(StorageType type) {
  switch (type) {
    case StorageType::q8_0:
    case StorageType::q4_0:
    case StorageType::q4_1:
    case StorageType::q5_0:
    case StorageType::q5_1:
      return true;
    default:
      return false;
  }
}

void encode_blocks(StorageType type, const float* from, std::size_t count, std::byte* out) {
  const StorageFormat& format = storage_format(type);
  for (std::size_t i = 0; i < count; i += format.block, out += format.bytes)
    encode_block(type, from + i, out);
}

}  // namespace roost::formats
