#include "engine/vocabulary.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "support/file_text.h"
#include "support/path_text.h"
#include "support/utf8.h"
#include "text/bpe_tokenizer.h"
#include "text/world_tokenizer.h"

namespace roost::engine {
namespace {

using text::BpeTokenizer;
using text::WorldTokenizer;
using Tokenizer = std::shared_ptr<const text::Tokenizer>;
using Found = FoundVocabulary;

constexpr std::uint64_t file_limit = 32u << 20;

// Embedding tables are padded to a round number of rows; more than this apart is another list.
constexpr std::uint32_t padding_limit = 1024;

// A tokenizer.json begins like an object, lines of the World list with a number.
bool looks_like_json(std::string_view content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '{';
}

Result<Found> read_list(const std::string& path) {
  ROOST_ASSIGN(std::string content, support::read_file_text(path, file_limit));
  const std::string label = support::file_label(path);
  if (looks_like_json(content)) {
    ROOST_ASSIGN(Tokenizer list, BpeTokenizer::from_json(content, label));
    return Found{std::move(list), std::move(content)};
  }
  ROOST_ASSIGN(Tokenizer list, WorldTokenizer::from_file_text(content, label));
  return Found{std::move(list), {}};
}

std::string in_folder(const std::filesystem::path& folder, const char* name) {
  return support::path_to_utf8(folder / name);
}

Status fits(const text::Tokenizer& list, const std::string& list_name, const formats::ModelFile& file) {
  if (list.size() <= file.vocabulary && file.vocabulary - list.size() <= padding_limit) return {};
  return error(ErrorCode::vocabulary_missing, list_name + " has " + std::to_string(list.size()) +
                                                  " tokens and " + support::file_label(file.path) + " has " +
                                                  std::to_string(file.vocabulary) +
                                                  ": this is the vocabulary of another model.");
}

// The first usable file of `places`. Where one exists that can't be used, its error is the more helpful one.
Result<std::optional<Found>> search(const std::vector<std::string>& places, const formats::ModelFile* file) {
  std::optional<Error> trouble;
  for (const std::string& place : places) {
    Result<Found> found = read_list(place);
    if (found.ok() && file != nullptr) {
      Status fitting = fits(*found.value().list, support::file_label(place), *file);
      if (!fitting.ok()) found = std::move(fitting).failure();
    }
    if (found.ok()) return std::optional<Found>(std::move(found).value());
    if (found.failure().code != ErrorCode::file_missing && !trouble) trouble = std::move(found).failure();
  }
  if (trouble) return *std::move(trouble);
  return std::optional<Found>();
}

// Looks for `name` beside the model, where there is one, and in the folders. `who` needs it.
Result<Found> look_for(const char* name, const std::string& who, const formats::ModelFile* file,
                       const std::vector<std::string>& folders) {
  std::vector<std::string> places;
  if (file != nullptr) {
    places.push_back(in_folder(support::path_from_utf8(file->path).parent_path(), name));
  }
  std::string names;
  for (const std::string& folder : folders) {
    places.push_back(in_folder(support::path_from_utf8(folder), name));
    names += (names.empty() ? " " : ", ") + support::quoted(support::file_label(folder));
  }
  ROOST_ASSIGN(std::optional<Found> found, search(places, file));
  if (found) return *std::move(found);
  std::string where = file != nullptr ? "beside the model" : "";
  if (!names.empty()) where += (where.empty() ? "in" : " nor in") + names;
  return error(ErrorCode::vocabulary_missing,
               who + " needs the vocabulary file " + name + ", which is not " +
                   (where.empty() ? "there" : where) +
                   "; put it beside the model or into the application's data folder.");
}

}  // namespace

std::string tokenizer_kind(const formats::ModelFile& file) {
  if (file.embedded_vocabulary || file.texts.contains(json_key)) return "embedded";
  if (file.vocabulary >= 65536) return "world";
  if (file.vocabulary >= 50277) return "neox";
  return "unknown";
}

Result<FoundVocabulary> find_vocabulary_text(const formats::ModelFile& file, const std::string& choice,
                                             const std::vector<std::string>& folders) {
  const std::string label = support::file_label(file.path);
  if (!choice.empty() && choice != "world" && choice != "neox") {
    ROOST_ASSIGN(Found found, read_list(choice));
    ROOST_TRY(fits(*found.list, support::file_label(choice), file));
    return found;
  }
  if (choice.empty() && file.embedded_vocabulary) {
    ROOST_ASSIGN(Tokenizer list, WorldTokenizer::from_tokens(file.embedded_vocabulary->tokens, label));
    ROOST_TRY(fits(*list, "The vocabulary in " + label, file));
    return Found{std::move(list), {}};
  }
  if (const auto json = file.texts.find(json_key); choice.empty() && json != file.texts.end()) {
    ROOST_ASSIGN(Tokenizer list, BpeTokenizer::from_json(json->second, "The vocabulary in " + label));
    ROOST_TRY(fits(*list, "The vocabulary in " + label, file));
    return Found{std::move(list), json->second};
  }
  const bool neox = choice.empty() ? tokenizer_kind(file) == "neox" : choice == "neox";
  return look_for(neox ? neox_file_name : world_file_name, label, &file, folders);
}

Result<Tokenizer> find_vocabulary(const formats::ModelFile& file, const std::string& choice,
                                  const std::vector<std::string>& folders) {
  ROOST_ASSIGN(Found found, find_vocabulary_text(file, choice, folders));
  return std::move(found.list);
}

Result<Tokenizer> read_vocabulary(const std::string& choice, const std::vector<std::string>& folders) {
  const bool path = !choice.empty() && choice != "world" && choice != "neox";
  ROOST_ASSIGN(Found found, path ? read_list(choice)
                                 : look_for(choice == "neox" ? neox_file_name : world_file_name,
                                            "This command", nullptr, folders));
  return std::move(found.list);
}

std::shared_ptr<const TokenRules> rules_of(const text::Tokenizer& tokenizer, std::uint32_t vocabulary) {
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
