// The bytes of a GGUF header, version 3: keys, then one entry per tensor, in the order in which they are
// added.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/model_file.h"

namespace roost::formats {

// Where every tensor's data begins; the default that files need not state.
inline constexpr std::uint64_t gguf_alignment = 32;

class GgufHeader {
 public:
  void text(std::string_view key, std::string_view value);
  void whole(std::string_view key, std::uint32_t value);
  void real(std::string_view key, float value);
  void truth(std::string_view key, bool value);
  void texts(std::string_view key, std::uint64_t count,
             const std::function<std::string(std::uint64_t)>& item);
  void wholes(std::string_view key, std::uint64_t count,
              const std::function<std::int32_t(std::uint64_t)>& item);
  // `shape` outermost first (the file has it the other way round), of 1 to 4 dimensions. The data of tensors
  // follow the header in the order of these calls, each padded to gguf_alignment.
  void tensor(std::string_view name, const std::vector<std::uint64_t>& shape, StorageType type);

  std::string bytes() const;  // padded: the data begins behind it
  std::uint64_t data_bytes() const { return data_bytes_; }

 private:
  void begin(std::string_view key, std::uint32_t type);

  std::string keys_, tensors_;
  std::uint64_t key_count_ = 0, tensor_count_ = 0, data_bytes_ = 0;
};

// A token as the body of a Python bytes literal, which is how GGUF keeps the vocabularies of this family; the
// inverse of unescape_token() (gguf.h).
std::string escape_token(std::string_view bytes);

}  // namespace roost::formats
