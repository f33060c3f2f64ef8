// Which vocabulary a model reads text with, and where it is found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "formats/model_file.h"
#include "roost/sampler.h"
#include "text/tokenizer.h"

namespace roost::engine {

inline constexpr const char* world_file_name = "rwkv_vocab_v20230424.txt";
inline constexpr const char* neox_file_name = "20B_tokenizer.json";  // of Pile and Raven models
// Under this key a GGUF file carries a whole tokenizer.json.
inline constexpr const char* json_key = "tokenizer.huggingface.json";

// "embedded", "world", "neox", or "unknown" where no published list has this number of tokens.
std::string tokenizer_kind(const formats::ModelFile& file);

// `choice` and `folders` as LoadOptions::vocabulary and vocabulary_folders: with an empty choice the list in
// the model file, else the World or the GPT-NeoX-20B file, by the model's size, beside the model, else in the
// folders, in order. A path is read by its content. A list of another origin is accepted when its size agrees
// with the model's. Errors: vocabulary_missing, vocabulary_damaged, file_unreadable.
Result<std::shared_ptr<const text::Tokenizer>> find_vocabulary(const formats::ModelFile& file,
                                                               const std::string& choice,
                                                               const std::vector<std::string>& folders);

// The same, and the text of the tokenizer.json it was read from; empty where it was none.
struct FoundVocabulary {
  std::shared_ptr<const text::Tokenizer> list;
  std::string json;
};
Result<FoundVocabulary> find_vocabulary_text(const formats::ModelFile& file, const std::string& choice,
                                             const std::vector<std::string>& folders);

// A vocabulary without a model: "world" (also empty) or "neox" from the folders, or a path.
Result<std::shared_ptr<const text::Tokenizer>> read_vocabulary(const std::string& choice,
                                                               const std::vector<std::string>& folders);

// Reserved ids (beyond the list, or without text; 0 excepted) are never drawn.
std::shared_ptr<const TokenRules> rules_of(const text::Tokenizer& tokenizer, std::uint32_t vocabulary);

}  // namespace roost::engine
