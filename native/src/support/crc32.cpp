// CRC-32 of ZIP and CRC-32C by tables; CRC-32C by the processor's instruction where it has one.
#include <array>

#include "support/crc32c_accelerated.h"
#include "support/crc_arithmetic.h"
#include "support/hash.h"

namespace roost::support {
namespace {

// tables[k][b]: the CRC of byte b followed by k zero bytes. Sixteen of them let one step consume sixteen
// bytes.
using Tables = std::array<std::array<std::uint32_t, 256>, 16>;

constexpr Tables make_tables(std::uint32_t polynomial) {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? polynomial : 0u);
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

constexpr Tables kZipTables = make_tables(crc32_polynomial);
constexpr Tables kCastagnoliTables = make_tables(crc32c_polynomial);

std::uint32_t by_tables(const Tables& tables, std::uint32_t crc, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  crc = ~crc;
  for (; size >= 16; size -= 16, bytes += 16) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint32_t folded = i < 4 ? (crc >> (8 * i)) & 0xffu : 0u;
      sum ^= tables[15 - i][bytes[i] ^ folded];
    }
    crc = sum;
  }
  for (; size > 0; --size, ++bytes) crc = (crc >> 8) ^ tables[0][(crc ^ *bytes) & 0xffu];
  return ~crc;
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t size) {
  return by_tables(kZipTables, crc, data, size);
}

std::uint32_t crc32_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
  // The initial and final complements cancel out.
  return crc_multiply<crc32_polynomial>(crc_shift<crc32_polynomial>(length_b), crc_a) ^ crc_b;
}

std::uint32_t crc32c_by_tables(std::uint32_t crc, const void* data, std::size_t size) {
  return by_tables(kCastagnoliTables, crc, data, size);
}

std::uint32_t crc32c(std::uint32_t crc, const void* data, std::size_t size) {
  static const Crc32c instructions = crc32c_accelerated();
  return (instructions != nullptr ? instructions : crc32c_by_tables)(crc, data, size);
}

}  // namespace roost::support
