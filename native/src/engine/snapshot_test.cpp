#include "engine/snapshot.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "check.h"
#include "support/hash.h"

using namespace roost;
using namespace roost::engine;

namespace {

constexpr std::uint32_t vocabulary = 10;
constexpr std::uint64_t state_floats = 2 * (2 * 4 + 1 * 4 * 4);

SnapshotContent content(bool with_logits = true) {
  SnapshotContent made;
  SnapshotHeader& header = made.header;
  header.model_fingerprint = std::string(64, 'a');
  header.tokenizer_fingerprint = std::string(64, 'b');
  header.generation = "7";
  header.weights = "file";
  header.device = "cpu";
  header.layers = 2;
  header.width = 4;
  header.heads = 1;
  header.head_size = 4;
  header.vocab = vocabulary;
  header.token_count = 12;
  header.state_floats = state_floats;
  header.has_logits = with_logits;
  made.prefix.fill(3);
  made.pending = "\xe4\xbd";
  return made;
}

ModelInfo model() {
  ModelInfo info;
  info.fingerprint = std::string(64, 'a');
  info.generation = "7";
  info.layers = 2;
  info.width = 4;
  info.heads = 1;
  info.head_size = 4;
  info.vocab = vocabulary;
  info.state_bytes = state_floats * 4;
  return info;
}

std::vector<std::byte> block(const SnapshotContent& from, float last_state = 1.5f) {
  auto builder = begin_snapshot(from).value();
  std::vector<float> numbers((builder.block.size() - builder.state_offset) / 4, 0.25f);
  numbers[state_floats - 1] = last_state;
  std::memcpy(builder.block.data() + builder.state_offset, numbers.data(), numbers.size() * 4);
  seal_snapshot(builder.block);
  return std::move(builder.block);
}

// As version 1 sealed it.
void seal_by_hash(std::vector<std::byte>& bytes) {
  support::Sha256 hash;
  hash.update(std::span<const std::byte>(bytes).first(24));
  hash.update(std::span<const std::byte>(bytes).subspan(56));
  const auto sum = hash.finish();
  std::memcpy(bytes.data() + 24, sum.data(), sum.size());
}

// CRC-32C bit by bit, from its definition in RFC 3720.
std::uint32_t sum_by_bits(std::span<const std::byte> bytes, std::uint32_t crc = 0) {
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1u ? 0x82f63b78u : 0u);
  }
  return ~crc;
}

void seal_by_bits(std::vector<std::byte>& bytes) {
  const auto all = std::span<const std::byte>(bytes);
  const std::uint32_t sum = sum_by_bits(all.subspan(56), sum_by_bits(all.first(24)));
  std::memset(bytes.data() + 24, 0, 32);
  std::memcpy(bytes.data() + 24, &sum, 4);
}

bool mismatch(const SnapshotContent& from, const char* names) {
  const Status status = verify_snapshot(block(from), model());
  return !status.ok() && status.failure().code == ErrorCode::snapshot_mismatch &&
         status.failure().message.find(names) != std::string::npos;
}

}  // namespace

TEST("a snapshot says what it is and gives its payload back") {
  for (const bool with_logits : {true, false}) {
    const auto bytes = block(content(with_logits));
    const auto decoded = decode_snapshot(bytes);
    REQUIRE(decoded.ok());
    const SnapshotHeader& header = decoded.value().header;
    CHECK_EQUAL(header.format_version, 2u);
    CHECK_EQUAL(header.token_count, 12u);
    CHECK_EQUAL(header.state_floats, state_floats);
    CHECK_EQUAL(header.has_logits, with_logits);
    CHECK_EQUAL(header.device, "cpu");
    CHECK_EQUAL(header.prefix_hash,
                "03030303030303030303030303030303"
                "03030303030303030303030303030303");
    CHECK_EQUAL(header.checksum.size(), std::size_t{8});
    CHECK(decoded.value().pending == "\xe4\xbd");
    CHECK_EQUAL(decoded.value().state.size(), state_floats * 4);
    CHECK_EQUAL(decoded.value().logits.size(), with_logits ? vocabulary * 4u : 0u);
    float last = 0;
    std::memcpy(&last, decoded.value().state.data() + (state_floats - 1) * 4, 4);
    CHECK_EQUAL(last, 1.5f);
    CHECK(inspect_snapshot(bytes).ok());
    CHECK(verify_snapshot(bytes, model()).ok());
  }
}

TEST("the checksum is CRC-32C of all but itself, in four bytes and 28 zeros") {
  const auto bytes = block(content());
  auto expected = bytes;
  seal_by_bits(expected);
  CHECK(bytes == expected);
  char digits[9] = {};
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + 24, 4);
  std::snprintf(digits, sizeof digits, "%08x", sum);
  CHECK_EQUAL(inspect_snapshot(bytes).value().checksum, std::string(digits));
}

// Larger than what one step of the walk over the payload takes, faults in its last numbers.
TEST("a fault far behind in a large state is found") {
  SnapshotContent large = content();
  large.header.state_floats = 30'001;
  auto builder = begin_snapshot(large).value();
  CHECK(seal_snapshot(builder.block));
  REQUIRE(decode_snapshot(builder.block).ok());
  auto bad = builder.block;
  bad[bad.size() - 5] ^= std::byte{1};
  CHECK(decode_snapshot(bad).failure().message.find("checksum") != std::string::npos);
  const float infinite = std::numeric_limits<float>::infinity();
  std::memcpy(builder.block.data() + builder.block.size() - 4, &infinite, 4);
  CHECK(!seal_snapshot(builder.block));
  CHECK(decode_snapshot(builder.block).failure().message.find("finite") != std::string::npos);
}

TEST("format version 1 is read as it was written, and a fault in it is found") {
  auto old = block(content());
  old[8] = std::byte{1};
  CHECK(!inspect_snapshot(old).ok());
  seal_by_hash(old);
  const auto decoded = decode_snapshot(old);
  REQUIRE(decoded.ok());
  CHECK_EQUAL(decoded.value().header.format_version, 1u);
  CHECK_EQUAL(decoded.value().header.checksum.size(), std::size_t{64});
  CHECK_EQUAL(decoded.value().header.token_count, 12u);
  CHECK(verify_snapshot(old, model()).ok());
  auto sealed = old;
  std::memset(sealed.data() + 24, 0, 32);
  CHECK(seal_snapshot(sealed));
  CHECK(sealed == old);
  for (std::size_t i = 0; i < old.size(); ++i) {
    auto bad = old;
    bad[i] ^= std::byte{0x10};
    CHECK(!inspect_snapshot(bad).ok());
  }
}

TEST("the first difference to the model is named") {
  CHECK(verify_snapshot(block(content()), model()).ok());
  const auto changed = [](auto change) {
    SnapshotContent other = content();
    change(other.header);
    return other;
  };
  CHECK(mismatch(changed([](auto& h) { h.model_fingerprint = std::string(64, 'c'); }), "fingerprint"));
  CHECK(mismatch(changed([](auto& h) { h.generation = "6"; }), "generation"));
  CHECK(mismatch(changed([](auto& h) { h.layers = 3; }), "layers"));
  CHECK(mismatch(changed([](auto& h) { h.width = 8; }), "width"));
  CHECK(mismatch(changed([](auto& h) { h.heads = 2; }), "heads"));
  CHECK(mismatch(changed([](auto& h) { h.head_size = 2; }), "head size"));
  CHECK(mismatch(changed([](auto& h) { h.vocab = 11; }), "vocabulary"));
  SnapshotContent longer = content(false);
  longer.header.state_floats += 1;
  CHECK(mismatch(longer, "state size"));
  const SnapshotHeader header = content().header;
  CHECK(compare_snapshot(header, model(), std::string(64, 'b'), "file", "cpu").ok());
  CHECK(!compare_snapshot(header, model(), std::string(64, 'd'), "file", "cpu").ok());
  CHECK(!compare_snapshot(header, model(), "", "q8", "cpu").ok());
  CHECK(!compare_snapshot(header, model(), "", "file", "cuda").ok());
}

TEST("numbers that are not finite are refused") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    const auto result = inspect_snapshot(block(content(), bad));
    REQUIRE(!result.ok());
    CHECK(result.failure().code == ErrorCode::snapshot_damaged);
    CHECK(result.failure().message.find("finite") != std::string::npos);
  }
}

TEST("every single changed byte and every shorter length is refused") {
  const auto good = block(content());
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= std::byte{0x10};
    CHECK(!inspect_snapshot(bad).ok());
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(!inspect_snapshot(std::span(good).first(size)).ok());
  }
}

TEST("a thousand mutated snapshots with a valid checksum are refused or read, never a crash") {
  std::mt19937 random(9);
  int refused = 0, named = 0;
  for (int round = 0; round < 1000; ++round) {
    auto bytes = block(content(random() % 2 != 0));
    const std::size_t changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      // Mostly in the header, where lengths and counts lie.
      const std::size_t at = random() % (random() % 4 ? 320 : bytes.size());
      bytes[at] = random() % 3 ? std::byte{0xff} : static_cast<std::byte>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % (bytes.size() * 2));
    if (bytes.size() >= 64) {
      const bool old = random() % 2 != 0;
      if (random() % 2) {
        const std::uint64_t size = bytes.size();
        std::memcpy(bytes.data() + 16, &size, 8);
        std::memcpy(bytes.data(), old ? "RoostSnp\x01\0\0" : "RoostSnp\x02\0\0", 12);
      }
      // Whoever writes a block can compute these as well.
      if (old) {
        seal_by_hash(bytes);
      } else {
        seal_by_bits(bytes);
      }
    }
    const auto result = inspect_snapshot(bytes);
    const Status fit = verify_snapshot(bytes, model());
    refused += fit.ok() ? 0 : 1;
    if (!result.ok()) {
      CHECK(result.failure().code == ErrorCode::snapshot_damaged);
      named += result.failure().message.size() > 10 ? 1 : 0;
    }
  }
  CHECK(refused > 800);
  CHECK(named > 100);
}

TEST("what can't be a snapshot is refused at once") {
  std::vector<std::byte> zeros(4096);
  CHECK(!inspect_snapshot(zeros).ok());
  CHECK(!inspect_snapshot({}).ok());
  auto newer = block(content());
  newer[8] = std::byte{3};
  const auto result = inspect_snapshot(newer);
  REQUIRE(!result.ok());
  CHECK(result.failure().message.find("version 3") != std::string::npos);
}

TEST_MAIN()
