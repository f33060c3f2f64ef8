// What a container parser hands on: tensors under the names of the file, with ranges that lie inside it, and
// the few facts that only the container knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "formats/limits.h"
#include "formats/model_file.h"
#include "roost/result.h"

namespace roost::formats {

// The file being parsed, and the beginning of every sentence about it.
struct Source {
  std::string label;  // its name, fit for a message
  std::span<const std::byte> bytes;

  Error fail(ErrorCode code, const std::string& sentence) const {
    return error(code, label + ": " + sentence);
  }
  Error damaged(const std::string& sentence) const { return fail(ErrorCode::model_damaged, sentence); }
  Error truncated(const std::string& sentence) const { return fail(ErrorCode::model_truncated, sentence); }
  Error unsupported(const std::string& sentence) const {
    return fail(ErrorCode::model_unsupported, sentence);
  }
};

// Dimensions outermost first; strides in elements. Every element lies in [data, data + bytes). Elements of a
// block type are contiguous, in rows of whole blocks.
struct Tensor {
  std::string name;
  StorageType type = StorageType::f32;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> strides;
  const std::byte* data = nullptr;
  std::uint64_t bytes = 0;

  std::uint64_t count() const;
};

std::string describe_shape(const std::vector<std::uint64_t>& shape);  // "[65536, 768]"

// The number of elements and bytes of a dense tensor. Errors: no sentence, nullopt when it overflows, has a
// zero dimension, or rows that are no whole blocks.
std::optional<std::uint64_t> dense_bytes(StorageType type, const std::vector<std::uint64_t>& shape);
std::vector<std::uint64_t> dense_strides(const std::vector<std::uint64_t>& shape);

// Bytes whose CRC-32 the container states; summed later, together with the fingerprint, so that the file is
// read once.
struct ChecksummedRange {
  std::string name;
  std::span<const std::byte> bytes;
  std::uint32_t crc = 0;
};

using MetadataValue = std::variant<std::uint64_t, std::int64_t, double, bool, std::string>;

struct Container {
  std::string kind;  // "pth", "safetensors", "gguf"
  std::vector<Tensor> tensors;
  std::vector<ChecksummedRange> checksums;
  std::map<std::string, MetadataValue, std::less<>> metadata;  // GGUF: scalars and strings
  std::optional<EmbeddedVocabulary> vocabulary;                // GGUF

  std::optional<std::uint64_t> whole(std::string_view key) const;  // a non-negative integer of any width
  std::string text(std::string_view key) const;                    // empty when absent
};

// Refuses names that occur twice, byte ranges that overlap without being identical (`shared_allowed`) or at
// all, and tensors that together have far more numbers than the file has room for.
Status check_tensors(const Source& source, const std::vector<Tensor>& tensors, bool shared_allowed);

}  // namespace roost::formats
