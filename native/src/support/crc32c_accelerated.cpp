#include "support/crc32c_accelerated.h"

#include <cstring>

#include "support/crc_arithmetic.h"

#if defined(__x86_64__) || defined(_M_X64)
#define ROOST_CRC_X86 1
#include <nmmintrin.h>
#if defined(_MSC_VER)
#include <intrin.h>
#define ROOST_TARGET_CRC
#else
#include <cpuid.h>
#define ROOST_TARGET_CRC __attribute__((target("sse4.2")))
#endif
#elif (defined(__aarch64__) && (defined(__APPLE__) || defined(__linux__))) || defined(_M_ARM64)
#define ROOST_CRC_ARM 1
#if defined(_MSC_VER) && !defined(__clang__)
#include <arm64_neon.h>
#include <intrin.h>
#else
#include <arm_acle.h>
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(_MSC_VER)
#include <windows.h>
#endif
#if defined(_MSC_VER) || defined(__APPLE__)
#define ROOST_TARGET_CRC
#elif defined(__clang__)
#define ROOST_TARGET_CRC __attribute__((target("crc")))
#else
#define ROOST_TARGET_CRC __attribute__((target("+crc")))
#endif
#endif

namespace roost::support {

#if defined(ROOST_CRC_X86) || defined(ROOST_CRC_ARM)

namespace {

#if defined(ROOST_CRC_X86)

bool available() {
#if defined(_MSC_VER)
  int registers[4] = {};
  __cpuid(registers, 1);
  return (static_cast<unsigned>(registers[2]) >> 20) & 1u;
#else
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && ((c >> 20) & 1u);
#endif
}

ROOST_TARGET_CRC inline std::uint32_t step8(std::uint32_t crc, std::uint64_t word) {
  return static_cast<std::uint32_t>(_mm_crc32_u64(crc, word));
}
ROOST_TARGET_CRC inline std::uint32_t step1(std::uint32_t crc, std::uint8_t byte) {
  return _mm_crc32_u8(crc, byte);
}

#else

bool available() {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) & (1ul << 7)) != 0;  // HWCAP_CRC32
#elif defined(__APPLE__)
  return true;
#else
  return IsProcessorFeaturePresent(PF_ARM_V8_CRC32_INSTRUCTIONS_AVAILABLE) != 0;
#endif
}

ROOST_TARGET_CRC inline std::uint32_t step8(std::uint32_t crc, std::uint64_t word) {
  return __crc32cd(crc, word);
}
ROOST_TARGET_CRC inline std::uint32_t step1(std::uint32_t crc, std::uint8_t byte) {
  return __crc32cb(crc, byte);
}

#endif

// The instruction takes eight bytes in each cycle and has its result three cycles later, so three sums run
// side by side over neighbouring stretches and are put together at the end of each.
constexpr std::size_t stretch = 8192;
constexpr std::uint32_t over_one = crc_shift<crc32c_polynomial>(stretch);
constexpr std::uint32_t over_two = crc_shift<crc32c_polynomial>(2 * stretch);

inline std::uint64_t word_at(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

ROOST_TARGET_CRC std::uint32_t by_instructions(std::uint32_t crc, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  crc = ~crc;
  for (; size >= 3 * stretch; size -= 3 * stretch, bytes += 3 * stretch) {
    std::uint32_t second = 0, third = 0;
    for (std::size_t i = 0; i < stretch; i += 8) {
      crc = step8(crc, word_at(bytes + i));
      second = step8(second, word_at(bytes + stretch + i));
      third = step8(third, word_at(bytes + 2 * stretch + i));
    }
    crc = crc_multiply<crc32c_polynomial>(over_two, crc) ^ crc_multiply<crc32c_polynomial>(over_one, second) ^
          third;
  }
  for (; size >= 8; size -= 8, bytes += 8) crc = step8(crc, word_at(bytes));
  for (; size > 0; --size, ++bytes) crc = step1(crc, *bytes);
  return ~crc;
}

}  // namespace

Crc32c crc32c_accelerated() {
  return available() ? by_instructions : nullptr;
}

#else

Crc32c crc32c_accelerated() {
  return nullptr;
}

#endif

}  // namespace roost::support
