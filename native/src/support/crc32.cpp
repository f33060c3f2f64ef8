// CRC-32 as polynomials over GF(2), bit-reflected: bit 31 is the coefficient of x^0.
#include <array>

#include "support/hash.h"

namespace roost::support {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320u;

// tables[k][b]: the CRC of byte b followed by k zero bytes. Sixteen of them let one step consume sixteen
// bytes.
constexpr std::array<std::array<std::uint32_t, 256>, 16> make_tables() {
  std::array<std::array<std::uint32_t, 256>, 16> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? kPolynomial : 0u);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < 16; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xffu];
    }
  }
  return tables;
}

constexpr auto kTables = make_tables();

// a(x) * b(x) modulo the polynomial.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (std::uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b >> 1) ^ ((b & 1u) != 0 ? kPolynomial : 0u);
  }
  return product;
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  crc = ~crc;
  for (; size >= 16; size -= 16, bytes += 16) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint32_t folded = i < 4 ? (crc >> (8 * i)) & 0xffu : 0u;
      sum ^= kTables[15 - i][bytes[i] ^ folded];
    }
    crc = sum;
  }
  for (; size > 0; --size, ++bytes) crc = (crc >> 8) ^ kTables[0][(crc ^ *bytes) & 0xffu];
  return ~crc;
}

std::uint32_t crc32_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
  // Appending n bytes multiplies by x^(8n); the initial and final complements cancel out.
  std::uint32_t factor = 0x80000000u;  // x^0
  std::uint32_t power = 0x00800000u;   // x^8, squared once per bit of the length
  for (; length_b != 0; length_b >>= 1) {
    if ((length_b & 1u) != 0) factor = multiply(factor, power);
    power = multiply(power, power);
  }
  return multiply(factor, crc_a) ^ crc_b;
}

}  // namespace roost::support
