#include "engine/vocabulary.h"

#include <algorithm>
#include <optional>

#include "support/file_text.h"
#include "support/path_text.h"

namespace roost::engine {
namespace {

using text::WorldTokenizer;
using Tokenizer = std::shared_ptr<const WorldTokenizer>;

constexpr std::uint64_t file_limit = 32u << 20;

// Embedding tables are padded to a round number of rows; more than this apart is another list.
constexpr std::uint32_t padding_limit = 1024;

Result<Tokenizer> read_list(const std::string& path) {
  ROOST_ASSIGN(const std::string content, support::read_file_text(path, file_limit));
  return WorldTokenizer::from_file_text(content, support::file_label(path));
}

std::string in_folder(const std::string& folder) {
  return support::path_to_utf8(support::path_from_utf8(folder) / world_file_name);
}

Status fits(const WorldTokenizer& list, const std::string& list_name, const formats::ModelFile& file) {
  if (list.size() <= file.vocabulary && file.vocabulary - list.size() <= padding_limit) return {};
  return error(ErrorCode::vocabulary_missing, list_name + " has " + std::to_string(list.size()) +
                                                  " tokens and " + support::file_label(file.path) + " has " +
                                                  std::to_string(file.vocabulary) +
                                                  ": this is the vocabulary of another model.");
}

// The first usable World file of `places`. Where one exists that can't be used, its error is the more helpful
// one.
Result<std::optional<Tokenizer>> search(const std::vector<std::string>& places,
                                        const formats::ModelFile* file) {
  std::optional<Error> trouble;
  for (const std::string& place : places) {
    Result<Tokenizer> list = read_list(place);
    if (list.ok() && file != nullptr) {
      Status fitting = fits(*list.value(), support::file_label(place), *file);
      if (!fitting.ok()) list = std::move(fitting).failure();
    }
    if (list.ok()) return std::optional<Tokenizer>(std::move(list).value());
    if (list.failure().code != ErrorCode::file_missing && !trouble) trouble = std::move(list).failure();
  }
  if (trouble) return *std::move(trouble);
  return std::optional<Tokenizer>();
}

}  // namespace

std::string tokenizer_kind(const formats::ModelFile& file) {
  if (file.embedded_vocabulary) return "embedded";
  if (file.vocabulary >= 65536) return "world";
  if (file.vocabulary >= 50277) return "neox";
  return "unknown";
}

Result<Tokenizer> find_vocabulary(const formats::ModelFile& file, const std::string& choice,
                                  const std::vector<std::string>& folders) {
  const std::string label = support::file_label(file.path);
  const std::string kind = tokenizer_kind(file);
  if (choice == "neox" || (choice.empty() && kind == "neox")) {
    return error(
        ErrorCode::vocabulary_missing,
        label + " reads text with the GPT-NeoX-20B vocabulary, which this version does not support.");
  }
  if (!choice.empty() && choice != "world") {
    ROOST_ASSIGN(Tokenizer list, read_list(choice));
    ROOST_TRY(fits(*list, support::file_label(choice), file));
    return list;
  }
  if (choice.empty() && file.embedded_vocabulary) {
    ROOST_ASSIGN(Tokenizer list, WorldTokenizer::from_tokens(file.embedded_vocabulary->tokens, label));
    ROOST_TRY(fits(*list, "The vocabulary in " + label, file));
    return list;
  }
  std::vector<std::string> places{
      support::path_to_utf8(support::path_from_utf8(file.path).parent_path() / world_file_name)};
  for (const std::string& folder : folders) places.push_back(in_folder(folder));
  ROOST_ASSIGN(std::optional<Tokenizer> list, search(places, &file));
  if (list) return *std::move(list);
  return error(ErrorCode::vocabulary_missing, label + " needs its vocabulary: put the file " +
                                                  world_file_name +
                                                  " beside the model or into the application's data folder.");
}

Result<Tokenizer> read_vocabulary(const std::string& choice, const std::vector<std::string>& folders) {
  if (choice == "neox") {
    return error(ErrorCode::vocabulary_missing,
                 "The GPT-NeoX-20B vocabulary is not supported by this version.");
  }
  if (!choice.empty() && choice != "world") return read_list(choice);
  std::vector<std::string> places;
  for (const std::string& folder : folders) places.push_back(in_folder(folder));
  ROOST_ASSIGN(std::optional<Tokenizer> list, search(places, nullptr));
  if (list) return *std::move(list);
  return error(ErrorCode::vocabulary_missing,
               std::string("There is no ") + world_file_name + " in the folders that were searched.");
}

std::shared_ptr<const TokenRules> rules_of(const WorldTokenizer& tokenizer, std::uint32_t vocabulary) {
  auto rules = std::make_shared<TokenRules>();
  rules->never.resize(vocabulary);
  rules->uncounted.resize(vocabulary);
  constexpr std::string_view plain = " \t0123456789";
  for (std::uint32_t id = 0; id < vocabulary; ++id) {
    const std::string_view bytes = tokenizer.bytes_of(id);
    rules->never[id] = bytes.empty() && id != 0;
    rules->uncounted[id] = !bytes.empty() && bytes.find_first_not_of(plain) == std::string_view::npos;
  }
  return rules;
}

}  // namespace roost::engine
