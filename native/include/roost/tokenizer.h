// Text to tokens and back, without a model.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"

namespace roost {

// Immutable: any number of threads may use it.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  virtual Result<std::vector<std::uint32_t>> encode(std::string_view text) const = 0;
  // Raw bytes, perhaps no valid UTF-8. Reserved ids give nothing; tokens_invalid for ids past all of them.
  virtual Result<std::string> decode(std::span<const std::uint32_t> ids) const = 0;
};

// "" or "world": the World vocabulary from the folders, in order; "neox": the GPT-NeoX-20B one; else the path
// of a file of either form. Errors: vocabulary_missing, vocabulary_damaged, file_missing, file_unreadable.
Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const std::string& vocabulary,
                                                        const std::vector<std::string>& folders);

}  // namespace roost
