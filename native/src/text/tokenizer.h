// What every tokenizer can do, whatever its rule for cutting text is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"

namespace roost::text {

// Immutable: any number of threads may read it.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  // Errors: tokens_invalid, for a list that lacks what the text needs.
  virtual Result<std::vector<std::uint32_t>> encode(std::string_view text) const = 0;
  // The bytes of one token, perhaps part of a character; empty for end marks and reserved ids.
  virtual std::string_view bytes_of(std::uint32_t id) const = 0;
  virtual std::uint32_t size() const = 0;  // largest id + 1
  // Ids from size() to here are rows of published models that mean nothing.
  virtual std::uint32_t reserved_end() const { return size(); }
  // Hex SHA-256 over everything that decides which text gives which tokens: equal for equal lists and rules,
  // wherever they came from, and different for different ones.
  virtual const std::string& fingerprint() const = 0;

  std::string decode(std::span<const std::uint32_t> ids) const {  // raw bytes, perhaps no valid UTF-8
    std::string bytes;
    for (const std::uint32_t id : ids) bytes += bytes_of(id);
    return bytes;
  }
};

}  // namespace roost::text
