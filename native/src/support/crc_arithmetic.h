// CRCs of 32 bits as polynomials over GF(2), bit-reflected: bit 31 is the coefficient of x^0.
#pragma once

#include <cstdint>

namespace roost::support {

inline constexpr std::uint32_t crc32_polynomial = 0xedb88320u;   // ZIP
inline constexpr std::uint32_t crc32c_polynomial = 0x82f63b78u;  // Castagnoli, RFC 3720

// a(x) * b(x) modulo the polynomial.
template <std::uint32_t polynomial>
constexpr std::uint32_t crc_multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (std::uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b >> 1) ^ ((b & 1u) != 0 ? polynomial : 0u);
  }
  return product;
}

// What appending `length` bytes of zero multiplies by: x^(8 length).
template <std::uint32_t polynomial>
constexpr std::uint32_t crc_shift(std::uint64_t length) {
  std::uint32_t factor = 0x80000000u;  // x^0
  std::uint32_t power = 0x00800000u;   // x^8, squared once per bit of the length
  for (; length != 0; length >>= 1) {
    if ((length & 1u) != 0) factor = crc_multiply<polynomial>(factor, power);
    power = crc_multiply<polynomial>(power, power);
  }
  return factor;
}

}  // namespace roost::support
