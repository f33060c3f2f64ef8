#include "engine/snapshot.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "support/hash.h"
#include "support/utf8.h"

namespace roost {
namespace engine {
namespace {

static_assert(std::endian::native == std::endian::little, "snapshots hold f32 as the processor does");

constexpr std::string_view magic = "RoostSnp";
constexpr std::uint32_t hashed_format_version = 1;
constexpr std::size_t checksum_offset = 24;
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t fields_offset = checksum_offset + checksum_bytes;
constexpr std::size_t header_limit = 4096;
constexpr std::size_t text_limit = 512;
constexpr std::uint32_t flag_logits = 1;
constexpr std::size_t sweep_bytes = 24576;  // what a sum and a test in turn find in the first-level cache

Error damaged(const std::string& what) {
  return error(ErrorCode::snapshot_damaged, "The snapshot is damaged: " + what + ".");
}

// Reads fields in order and never past the end; `good` says whether all of them were there.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> take(std::size_t count) {
    if (count > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const auto part = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return part;
  }
  template <class T>
  T number() {
    T value = 0;
    const auto part = take(sizeof(T));
    if (good_) std::memcpy(&value, part.data(), sizeof(T));
    return value;
  }
  std::string text() {
    const auto length = number<std::uint16_t>();
    if (length > text_limit) good_ = false;
    const auto part = take(good_ ? length : 0);
    return std::string(reinterpret_cast<const char*>(part.data()), part.size());
  }
  std::span<const std::byte> rest() const { return bytes_; }
  bool good() const { return good_; }

 private:
  std::span<const std::byte> bytes_;
  bool good_ = true;
};

class Writer {
 public:
  void raw(const void* data, std::size_t size) {
    const std::size_t at = out_.size();
    out_.resize(at + size);
    if (size > 0) std::memcpy(out_.data() + at, data, size);
  }
  template <class T>
  void number(T value) {
    raw(&value, sizeof value);
  }
  void text(std::string_view value) {
    const std::size_t length = std::min(value.size(), text_limit);
    number(static_cast<std::uint16_t>(length));
    raw(value.data(), length);
  }
  std::vector<std::byte>& out() { return out_; }

 private:
  std::vector<std::byte> out_;
};

std::uint32_t number_at(std::span<const std::byte> block, std::size_t offset) {
  std::uint32_t value = 0;
  std::memcpy(&value, block.data() + offset, sizeof value);
  return value;
}

bool all_finite(std::span<const std::byte> numbers) {
  // Exponent bits all set: infinite or NaN. Branch-free, since this runs over tens of megabytes.
  std::uint32_t bad = 0;
  for (std::size_t i = 0; i + 4 <= numbers.size(); i += 4) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, numbers.data() + i, 4);
    bad |= (bits & 0x7f800000u) == 0x7f800000u ? ~0u : 0u;
  }
  return bad == 0;
}

// What a block of its version carries as its checksum, and whether its payload's numbers are finite: found in
// one walk through memory. The block reaches to fields_offset at least; nothing else about it is known yet.
struct Sweep {
  std::array<std::byte, checksum_bytes> checksum{};
  bool finite = true;
};

Sweep sweep(std::span<const std::byte> block) {
  Sweep found;
  const bool hashed = number_at(block, 8) == hashed_format_version;
  support::Sha256 hash;
  std::uint32_t sum = 0;
  const auto add = [&](std::span<const std::byte> part) {
    if (hashed) {
      hash.update(part);
    } else {
      sum = support::crc32c(sum, part.data(), part.size());
    }
  };
  const std::size_t payload = std::clamp<std::size_t>(number_at(block, 12), fields_offset, block.size());
  add(block.first(checksum_offset));
  add(block.subspan(fields_offset, payload - fields_offset));
  for (auto rest = block.subspan(payload); !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), sweep_bytes));
    found.finite &= all_finite(part);
    add(part);
    rest = rest.subspan(part.size());
  }
  if (hashed) {
    const support::Sha256Digest digest = hash.finish();
    std::memcpy(found.checksum.data(), digest.data(), digest.size());
  } else {
    std::memcpy(found.checksum.data(), &sum, sizeof sum);
  }
  return found;
}

// As a person compares it: the digest as it is written, the number with its highest digit first.
std::string shown_checksum(std::span<const std::byte> block) {
  std::array<std::uint8_t, checksum_bytes> bytes{};
  std::memcpy(bytes.data(), block.data() + checksum_offset, checksum_bytes);
  if (number_at(block, 8) == hashed_format_version) return support::to_hex(bytes);
  std::reverse(bytes.begin(), bytes.begin() + 4);
  return support::to_hex(std::span(bytes).first(4));
}

bool is_hex_or_empty(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Result<SnapshotBuilder> begin_snapshot(const SnapshotContent& content) {
  const SnapshotHeader& header = content.header;
  try {
    Writer writer;
    SnapshotBuilder builder;
    const std::uint64_t payload =
        header.state_floats * 4 + (header.has_logits ? std::uint64_t{header.vocab} * 4 : 0);
    writer.out().reserve(static_cast<std::size_t>(header_limit + payload));
    writer.raw(magic.data(), magic.size());
    writer.number(snapshot_format_version);
    writer.number(std::uint32_t{0});  // header bytes, below
    writer.number(std::uint64_t{0});  // all bytes, below
    const std::array<std::uint8_t, checksum_bytes> unset{};
    writer.raw(unset.data(), unset.size());
    for (const std::uint32_t value : {header.layers, header.width, header.heads, header.head_size,
                                      header.vocab, header.has_logits ? flag_logits : 0u}) {
      writer.number(value);
    }
    writer.number(header.token_count);
    writer.number(header.state_floats);
    writer.raw(content.prefix.data(), content.prefix.size());
    for (const std::string* text : {&header.model_fingerprint, &header.tokenizer_fingerprint,
                                    &header.generation, &header.weights, &header.device, &content.pending}) {
      writer.text(*text);
    }
    if (!header.initial_state.empty()) writer.text(header.initial_state);

    builder.block = std::move(writer.out());
    const auto header_bytes = static_cast<std::uint32_t>((builder.block.size() + 63) / 64 * 64);
    builder.state_offset = header_bytes;
    builder.logits_offset = builder.state_offset + static_cast<std::size_t>(header.state_floats) * 4;
    const std::uint64_t total = header_bytes + payload;
    builder.block.resize(static_cast<std::size_t>(total));
    std::memcpy(builder.block.data() + 12, &header_bytes, 4);
    std::memcpy(builder.block.data() + 16, &total, 8);
    return builder;
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory for a snapshot of " +
                                               std::to_string(header.state_floats * 4) + " bytes.");
  } catch (const std::length_error&) {
    return error(ErrorCode::out_of_memory, "A snapshot of this model is larger than memory can be.");
  }
}

bool seal_snapshot(std::span<std::byte> block) {
  const Sweep found = sweep(block);
  std::memcpy(block.data() + checksum_offset, found.checksum.data(), checksum_bytes);
  return found.finite;
}

Result<SnapshotContent> decode_snapshot(std::span<const std::byte> bytes) {
  if (bytes.size() < magic.size() || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
    return damaged("it does not begin like one");
  }
  Reader start(bytes.subspan(magic.size()));
  SnapshotContent content;
  SnapshotHeader& header = content.header;
  header.format_version = start.number<std::uint32_t>();
  const auto header_bytes = start.number<std::uint32_t>();
  const auto total = start.number<std::uint64_t>();
  if (!start.good() || bytes.size() < fields_offset) return damaged("it is cut short");
  if (header.format_version != snapshot_format_version && header.format_version != hashed_format_version) {
    return damaged("it has format version " + std::to_string(header.format_version) +
                   ", this program reads " + std::to_string(hashed_format_version) + " and " +
                   std::to_string(snapshot_format_version));
  }
  if (total != bytes.size()) {
    return damaged("it should have " + std::to_string(total) + " bytes and has " +
                   std::to_string(bytes.size()));
  }
  if (header_bytes < fields_offset || header_bytes > header_limit || header_bytes > bytes.size() ||
      header_bytes % 64 != 0) {
    return damaged("its header has an impossible size");
  }
  const Sweep found = sweep(bytes);
  if (std::memcmp(found.checksum.data(), bytes.data() + checksum_offset, checksum_bytes) != 0) {
    return damaged("its checksum does not hold");
  }
  header.checksum = shown_checksum(bytes);

  Reader reader(bytes.subspan(fields_offset, header_bytes - fields_offset));
  header.layers = reader.number<std::uint32_t>();
  header.width = reader.number<std::uint32_t>();
  header.heads = reader.number<std::uint32_t>();
  header.head_size = reader.number<std::uint32_t>();
  header.vocab = reader.number<std::uint32_t>();
  const auto flags = reader.number<std::uint32_t>();
  header.token_count = reader.number<std::uint64_t>();
  header.state_floats = reader.number<std::uint64_t>();
  const auto prefix = reader.take(content.prefix.size());
  header.model_fingerprint = reader.text();
  header.tokenizer_fingerprint = reader.text();
  header.generation = reader.text();
  header.weights = reader.text();
  header.device = reader.text();
  content.pending = reader.text();
  if (reader.rest().size() >= sizeof(std::uint16_t)) header.initial_state = reader.text();
  if (!reader.good()) return damaged("its header is cut short");
  if ((flags & ~flag_logits) != 0 || content.pending.size() > 3 ||
      !is_hex_or_empty(header.model_fingerprint) || !is_hex_or_empty(header.initial_state) ||
      !is_hex_or_empty(header.tokenizer_fingerprint) || !support::is_valid_utf8(header.generation) ||
      !support::is_valid_utf8(header.weights) || !support::is_valid_utf8(header.device) ||
      std::any_of(reader.rest().begin(), reader.rest().end(),
                  [](std::byte b) { return b != std::byte{0}; })) {
    return damaged("its header holds what no header holds");
  }
  std::memcpy(content.prefix.data(), prefix.data(), prefix.size());
  header.prefix_hash = support::to_hex(content.prefix);
  header.has_logits = (flags & flag_logits) != 0;

  const std::uint64_t payload = bytes.size() - header_bytes;
  const std::uint64_t logits_bytes = header.has_logits ? std::uint64_t{header.vocab} * 4 : 0;
  if (header.state_floats > payload / 4 || header.state_floats * 4 + logits_bytes != payload) {
    return damaged("its payload has " + std::to_string(payload) + " bytes, not the announced number");
  }
  content.state = bytes.subspan(header_bytes, static_cast<std::size_t>(header.state_floats * 4));
  content.logits = bytes.subspan(header_bytes + content.state.size());
  if (!found.finite) {
    return damaged("it holds numbers that are not finite");
  }
  return content;
}

Status compare_snapshot(const SnapshotHeader& header, const ModelInfo& info, const std::string& tokenizer,
                        const std::string& weights, const std::string& device) {
  const auto differs = [](const char* what, const std::string& snapshot, const std::string& model) {
    const auto shown = [](const std::string& text) {
      return text.empty() ? std::string("none") : support::printable(text.substr(0, 16), 32);
    };
    return error(ErrorCode::snapshot_mismatch, std::string("The snapshot is of another model: its ") + what +
                                                   " is " + shown(snapshot) + ", the model's is " +
                                                   shown(model) + ".");
  };
  struct Number {
    const char* name;
    std::uint64_t snapshot, model;
  };
  if (header.generation != info.generation) return differs("generation", header.generation, info.generation);
  for (const Number& number :
       {Number{"number of layers", header.layers, info.layers}, Number{"width", header.width, info.width},
        Number{"number of heads", header.heads, info.heads},
        Number{"head size", header.head_size, info.head_size}, Number{"vocabulary", header.vocab, info.vocab},
        Number{"state size", header.state_floats * 4, info.state_bytes}}) {
    if (number.snapshot != number.model) {
      return differs(number.name, std::to_string(number.snapshot), std::to_string(number.model));
    }
  }
  if (header.model_fingerprint != info.fingerprint) {
    return differs("fingerprint of the weights", header.model_fingerprint, info.fingerprint);
  }
  // A session without a vocabulary only ever deals in ids, which mean the same with any list of this model.
  if (!tokenizer.empty() && !header.tokenizer_fingerprint.empty() &&
      header.tokenizer_fingerprint != tokenizer) {
    return differs("vocabulary list", header.tokenizer_fingerprint, tokenizer);
  }
  if (!weights.empty() && header.weights != weights) {
    return differs("weight format (the state depends on it)", header.weights, weights);
  }
  if (!device.empty() && header.device != device) {
    return differs("kind of device (states are continued on the same kind only)", header.device, device);
  }
  return {};
}

Status compare_initial_state(const SnapshotHeader& header, const std::string& initial_state) {
  if (header.initial_state == initial_state) return {};
  const auto named = [](const std::string& state) {
    return state.empty() ? std::string("the zero state") : "the tuned initial state " + state.substr(0, 16);
  };
  return error(ErrorCode::snapshot_mismatch, "The snapshot stands on " + named(header.initial_state) +
                                                 ", the session on " + named(initial_state) + ".");
}

}  // namespace engine

Result<SnapshotHeader> inspect_snapshot(std::span<const std::byte> bytes) {
  try {
    ROOST_ASSIGN(engine::SnapshotContent content, engine::decode_snapshot(bytes));
    return content.header;
  } catch (const std::exception&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory to read the snapshot.");
  }
}

Status verify_snapshot(std::span<const std::byte> bytes, const ModelInfo& info) {
  try {
    ROOST_ASSIGN(engine::SnapshotContent content, engine::decode_snapshot(bytes));
    return engine::compare_snapshot(content.header, info, "", "", "");
  } catch (const std::exception&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory to read the snapshot.");
  }
}

}  // namespace roost
