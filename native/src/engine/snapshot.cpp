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
constexpr std::size_t checksum_offset = 24;
constexpr std::size_t fields_offset = 56;
constexpr std::size_t header_limit = 4096;
constexpr std::size_t text_limit = 512;
constexpr std::uint32_t flag_logits = 1;

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

support::Sha256Digest checksum_of(std::span<const std::byte> block) {
  support::Sha256 hash;
  hash.update(block.first(checksum_offset));
  hash.update(block.subspan(fields_offset));
  return hash.finish();
}

bool all_finite(std::span<const std::byte> numbers) {
  // Exponent bits all set: infinite or NaN. Branch-free, since this runs over tens of megabytes.
  bool good = true;
  for (std::size_t i = 0; i + 4 <= numbers.size(); i += 4) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, numbers.data() + i, 4);
    good &= (bits & 0x7f800000u) != 0x7f800000u;
  }
  return good;
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
    writer.raw(magic.data(), magic.size());
    writer.number(snapshot_format_version);
    writer.number(std::uint32_t{0});  // header bytes, below
    writer.number(std::uint64_t{0});  // all bytes, below
    const std::array<std::uint8_t, 32> unset{};
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

    SnapshotBuilder builder;
    builder.block = std::move(writer.out());
    const auto header_bytes = static_cast<std::uint32_t>((builder.block.size() + 63) / 64 * 64);
    builder.state_offset = header_bytes;
    builder.logits_offset = builder.state_offset + static_cast<std::size_t>(header.state_floats) * 4;
    const std::uint64_t total =
        builder.logits_offset + (header.has_logits ? std::uint64_t{header.vocab} * 4 : 0);
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

void seal_snapshot(std::vector<std::byte>& block) {
  const support::Sha256Digest sum = checksum_of(block);
  std::memcpy(block.data() + checksum_offset, sum.data(), sum.size());
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
  if (header.format_version != snapshot_format_version) {
    return damaged("it has format version " + std::to_string(header.format_version) +
                   ", this program reads " + std::to_string(snapshot_format_version));
  }
  if (total != bytes.size()) {
    return damaged("it should have " + std::to_string(total) + " bytes and has " +
                   std::to_string(bytes.size()));
  }
  if (header_bytes < fields_offset || header_bytes > header_limit || header_bytes > bytes.size() ||
      header_bytes % 64 != 0) {
    return damaged("its header has an impossible size");
  }
  const support::Sha256Digest sum = checksum_of(bytes);
  if (std::memcmp(sum.data(), bytes.data() + checksum_offset, sum.size()) != 0) {
    return damaged("its checksum does not hold");
  }
  header.checksum = support::to_hex(sum);

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
  if (!all_finite(content.state) || !all_finite(content.logits)) {
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
