// SHA-256 (FIPS 180-4), the CRC-32 of ZIP files and CRC-32C.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace roost::support {

using Sha256Digest = std::array<std::uint8_t, 32>;

// Incremental. Uses the processor's SHA instructions where it has them (over 1 GB/s a core), plain code
// elsewhere.
class Sha256 {
 public:
  Sha256();
  void update(const void* data, std::size_t size);
  void update(std::span<const std::byte> bytes) { update(bytes.data(), bytes.size()); }
  void update(std::string_view text) { update(text.data(), text.size()); }
  // Ends the message; the object must not be used afterwards.
  Sha256Digest finish();

  // The reference implementation only, for the test that compares the two.
  static Sha256 scalar();
  static std::string_view implementation();  // "sha-ni", "armv8", "scalar"

 private:
  using Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);
  explicit Sha256(Compress compress);

  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;  // bytes so far
  Compress compress_;
};

Sha256Digest sha256(std::span<const std::byte> bytes);
Sha256Digest sha256(std::string_view text);

std::string to_hex(std::span<const std::uint8_t> bytes);  // lower case
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);

// CRC-32 of ZIP (reflected 0xEDB88320), continuing from `crc`; begin with 0.
std::uint32_t crc32(std::uint32_t crc, const void* data, std::size_t size);
// The CRC of A followed by B, from the CRC of each and the length of B: parts can be summed in any order.
std::uint32_t crc32_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b);

// CRC-32C (Castagnoli, RFC 3720; reflected 0x82F63B78), continuing from `crc`; begin with 0. By the
// processor's instruction where it has one (some 20 GB/s); finds every fault of up to 32 neighbouring bits.
std::uint32_t crc32c(std::uint32_t crc, const void* data, std::size_t size);
std::uint32_t crc32c_by_tables(std::uint32_t crc, const void* data,
                               std::size_t size);  // the reference, for tests

}  // namespace roost::support
