#include "support/sha256_accelerated.h"

#if defined(__x86_64__) || defined(_M_X64)
#define ROOST_SHA_X86 1
#include <immintrin.h>
#if defined(_MSC_VER)
#include <intrin.h>
#define ROOST_TARGET_SHA
#else
#include <cpuid.h>
#define ROOST_TARGET_SHA __attribute__((target("sha,sse4.1,ssse3")))
#endif
#elif (defined(__aarch64__) && (defined(__APPLE__) || defined(__linux__))) || defined(_M_ARM64)
#define ROOST_SHA_ARM 1
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(_MSC_VER)
#include <windows.h>
#endif
#if defined(_MSC_VER) || defined(__APPLE__)
#define ROOST_TARGET_SHA
#elif defined(__clang__)
#define ROOST_TARGET_SHA __attribute__((target("sha2")))
#else
#define ROOST_TARGET_SHA \
  __attribute__((target("+crypto")))  // what GCC asks for; only SHA-2 instructions are used
#endif
#endif

namespace roost::support {
namespace {

#if defined(ROOST_SHA_X86)

bool available() {
#if defined(_MSC_VER)
  int registers[4] = {};
  __cpuid(registers, 0);
  if (registers[0] < 7) return false;
  __cpuid(registers, 1);
  const unsigned features = static_cast<unsigned>(registers[2]);
  __cpuidex(registers, 7, 0);
  const unsigned extended = static_cast<unsigned>(registers[1]);
#else
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
  const unsigned features = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  const unsigned extended = b;
#endif
  const bool ssse3 = (features >> 9) & 1u, sse41 = (features >> 19) & 1u, sha = (extended >> 29) & 1u;
  return ssse3 && sse41 && sha;
}

// The instructions keep the eight state words as two registers, (a b e f) and (c d g h) from the top down,
// and do two rounds each; the message schedule moves through four registers of four words.
ROOST_TARGET_SHA void compress_blocks(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  const __m128i swap_bytes = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state));
  __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4));
  dcba = _mm_shuffle_epi32(dcba, 0xb1);  // words c d a b, from the top
  hgfe = _mm_shuffle_epi32(hgfe, 0x1b);  // words e f g h
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);

  for (; count > 0; --count, blocks += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i words[4];
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC unroll 16
#endif
    for (int group = 0; group < 16; ++group) {
      __m128i& current = words[group & 3];
      if (group < 4) {
        current = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks + 16 * group)),
                                   swap_bytes);
      } else {
        const __m128i last = words[(group - 1) & 3];
        const __m128i seven_back = _mm_alignr_epi8(last, words[(group - 2) & 3], 4);
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(current, words[(group - 3) & 3]), seven_back);
        current = _mm_sha256msg2_epu32(sum, last);
      }
      const __m128i constants =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(sha256_round_constants + 4 * group));
      const __m128i rounds = _mm_add_epi32(current, constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, rounds);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(rounds, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }

  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#elif defined(ROOST_SHA_ARM)

bool available() {
#if defined(__APPLE__)
  return true;  // every 64-bit processor of theirs
#elif defined(__linux__)
  return (getauxval(AT_HWCAP) & (1ul << 6)) != 0;  // HWCAP_SHA2
#else
  return IsProcessorFeaturePresent(PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE) != 0;
#endif
}

ROOST_TARGET_SHA void compress_blocks(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
  uint32x4_t abcd = vld1q_u32(state);
  uint32x4_t efgh = vld1q_u32(state + 4);
  for (; count > 0; --count, blocks += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t words[4];
    for (int group = 0; group < 16; ++group) {
      uint32x4_t& current = words[group & 3];
      if (group < 4) {
        current = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * group)));
      } else {
        current = vsha256su1q_u32(vsha256su0q_u32(current, words[(group - 3) & 3]), words[(group - 2) & 3],
                                  words[(group - 1) & 3]);
      }
      const uint32x4_t rounds = vaddq_u32(current, vld1q_u32(sha256_round_constants + 4 * group));
      const uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, rounds);
      efgh = vsha256h2q_u32(efgh, abcd_now, rounds);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

#endif

}  // namespace

Sha256Compress sha256_accelerated() {
#if defined(ROOST_SHA_X86) || defined(ROOST_SHA_ARM)
  static const bool usable = available();
  return usable ? compress_blocks : nullptr;
#else
  return nullptr;
#endif
}

const char* sha256_accelerated_name() {
#if defined(ROOST_SHA_X86)
  return "sha-ni";
#else
  return "armv8";
#endif
}

}  // namespace roost::support
