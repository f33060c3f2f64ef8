#include "support/hash.h"

#include <random>
#include <string>
#include <vector>

#include "check.h"

using namespace roost::support;

// The vectors of FIPS 180-4 and its examples.
TEST("SHA-256: the published examples") {
  CHECK_EQUAL(sha256_hex(std::string_view("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK_EQUAL(sha256_hex(std::string_view("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_EQUAL(sha256_hex(std::string_view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_EQUAL(sha256_hex(std::string_view(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST("SHA-256: however the message is divided, and whichever implementation runs, the digest is the same") {
  std::mt19937 random(7);
  std::vector<std::uint8_t> message(5000);
  for (auto& byte : message) byte = static_cast<std::uint8_t>(random());
  int different = 0;
  for (std::size_t size = 0; size < 400; ++size) {
    Sha256 plain = Sha256::scalar();
    plain.update(message.data(), size);
    Sha256 pieces;
    for (std::size_t at = 0; at < size;) {
      const std::size_t step = std::min<std::size_t>(size - at, 1 + random() % 150);
      pieces.update(message.data() + at, step);
      at += step;
    }
    different += plain.finish() != pieces.finish();
  }
  Sha256 plain = Sha256::scalar(), quick;
  plain.update(message.data(), message.size());
  quick.update(message.data(), message.size());
  different += plain.finish() != quick.finish();
  CHECK_EQUAL(different, 0);
  CHECK(!Sha256::implementation().empty());
}

TEST("CRC-32: the check value of the ZIP polynomial, and sums of parts") {
  CHECK_EQUAL(crc32(0, "123456789", 9), 0xcbf43926u);
  CHECK_EQUAL(crc32(0, nullptr, 0), 0u);
  const std::string fox = "The quick brown fox jumps over the lazy dog";
  CHECK_EQUAL(crc32(0, fox.data(), fox.size()), 0x414fa339u);
  for (std::size_t cut = 0; cut <= fox.size(); ++cut) {
    const std::uint32_t first = crc32(0, fox.data(), cut);
    const std::uint32_t second = crc32(0, fox.data() + cut, fox.size() - cut);
    CHECK_EQUAL(crc32_combine(first, second, fox.size() - cut), 0x414fa339u);
    CHECK_EQUAL(crc32(first, fox.data() + cut, fox.size() - cut), 0x414fa339u);
  }
}

// RFC 3720, B.4, and the check value of the catalogues of CRCs.
TEST("CRC-32C: the published examples, by instructions and by tables") {
  std::vector<std::uint8_t> rising(32), falling(32);
  for (std::size_t i = 0; i < 32; ++i) {
    rising[i] = static_cast<std::uint8_t>(i);
    falling[i] = static_cast<std::uint8_t>(31 - i);
  }
  for (const auto sum : {crc32c, crc32c_by_tables}) {
    CHECK_EQUAL(sum(0, "123456789", 9), 0xe3069283u);
    CHECK_EQUAL(sum(0, nullptr, 0), 0u);
    CHECK_EQUAL(sum(0, std::vector<std::uint8_t>(32, 0x00).data(), 32), 0x8a9136aau);
    CHECK_EQUAL(sum(0, std::vector<std::uint8_t>(32, 0xff).data(), 32), 0x62a8ab43u);
    CHECK_EQUAL(sum(0, rising.data(), 32), 0x46dd794eu);
    CHECK_EQUAL(sum(0, falling.data(), 32), 0x113fdb5cu);
  }
}

// Lengths on both sides of where three stretches are summed side by side, and addresses that are not aligned.
TEST("CRC-32C: however long, wherever it lies, however divided, instructions and tables agree") {
  std::mt19937 random(11);
  std::vector<std::uint8_t> message(90'000);
  for (auto& byte : message) byte = static_cast<std::uint8_t>(random());
  int different = 0;
  for (const std::size_t size :
       {1u, 7u, 8u, 9u, 63u, 8192u, 24575u, 24576u, 24577u, 49151u, 49152u, 49160u, 80'003u}) {
    for (const std::size_t offset : {0u, 1u, 5u}) {
      const std::uint8_t* begin = message.data() + offset;
      const std::uint32_t whole = crc32c_by_tables(0, begin, size);
      const std::size_t cut = random() % size;
      different += crc32c(0, begin, size) != whole;
      different += crc32c(crc32c(0, begin, cut), begin + cut, size - cut) != whole;
    }
  }
  CHECK_EQUAL(different, 0);
}

TEST_MAIN()
