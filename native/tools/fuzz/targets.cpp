#include "targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "engine/snapshot.h"
#include "formats/gguf.h"
#include "formats/model_file.h"
#include "formats/parse_model.h"
#include "formats/pickle.h"
#include "formats/shards.h"
#include "formats/test_files.h"
#include "formats/tuned_state.h"
#include "formats/zip_directory.h"
#include "npy.h"
#include "seeds.h"
#include "support/json.h"
#include "text/bpe_tokenizer.h"
#include "text/vocabulary_literal.h"
#include "text/world_tokenizer.h"

namespace roost::fuzz {
namespace {

using namespace roost::formats;
using Bytes = std::span<const std::byte>;

// A condition that no input may break. Prints it, since the abort alone does not say which.
#define DEMAND(condition)                                                  \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

template <class T>
void demand_sentence(const Result<T>& result, std::initializer_list<ErrorCode> allowed) {
  const Error& failure = result.failure();
  DEMAND(std::find(allowed.begin(), allowed.end(), failure.code) != allowed.end());
  DEMAND(!failure.message.empty() && failure.message.size() <= 2000);
}

// A model that opens also gives the first and the last row of every weight: the ranges it promises are there,
// and all of them together are no more than twice the file.
void run_model(Bytes bytes) {
  const auto model = parse_model(bytes, "input", nullptr);
  if (!model.ok()) {
    demand_sentence(model, {ErrorCode::not_a_model, ErrorCode::model_unsafe, ErrorCode::model_unsupported,
                            ErrorCode::model_truncated, ErrorCode::model_damaged});
    return;
  }
  std::vector<float> row;
  std::uint64_t numbers = 0;
  for (const auto& [name, weight] : model.value()->weights) {
    numbers += weight.count();
    // Half a byte is the least that any format spends on a number.
    DEMAND(numbers <= 4 * bytes.size());
    row.resize(static_cast<std::size_t>(weight.columns));
    read_row(weight, 0, row.data());
    read_row(weight, weight.rows - 1, row.data());
  }
  DEMAND(model.value()->fingerprint.size() == 64);
}

void run_zip(Bytes bytes) {
  const Source source{"input", bytes};
  if (const auto directory = read_zip_directory(source); directory.ok()) {
    if (const auto contents = locate_zip_entries(source, directory.value()); contents.ok()) {
      for (const Bytes content : contents.value()) {
        DEMAND(content.data() >= bytes.data() && content.size() <= bytes.size() &&
               content.data() + content.size() <= bytes.data() + bytes.size());
      }
    }
  }
  run_model(bytes);
}

void run_pickle(Bytes bytes) {
  const auto document = read_pickle({"input", bytes}, bytes);
  if (!document.ok()) {
    demand_sentence(document,
                    {ErrorCode::model_unsafe, ErrorCode::model_truncated, ErrorCode::model_damaged});
    return;
  }
  const PickleDocument& found = document.value();
  DEMAND(found.root < found.values.size());
  for (const PickleValue& value : found.values) {
    for (const PickleRef item : value.items) DEMAND(item < found.values.size());
  }
}

// The input is the pickle of a sound archive whose storage is that of the seed: a changed byte of a whole
// .pth would only ever meet the archive's checksum.
void run_pth(Bytes bytes) {
  static const std::vector<test_files::ZipItem> storages = pth_storages();
  std::vector<test_files::ZipItem> items{{"m/data.pkl", std::string(text_of(bytes))}};
  items.insert(items.end(), storages.begin(), storages.end());
  const std::string file = test_files::make_zip(items);
  const std::vector<std::byte> exact(bytes_of(file).begin(), bytes_of(file).end());
  run_model(exact);
}

// The other reader of checkpoints: states that were tuned.
void run_state(Bytes bytes) {
  const auto state = parse_tuned_state(bytes, "input");
  if (!state.ok()) {
    demand_sentence(state, {ErrorCode::not_a_model, ErrorCode::model_unsafe, ErrorCode::model_unsupported,
                            ErrorCode::model_truncated, ErrorCode::model_damaged});
    return;
  }
  const TunedState& found = state.value();
  DEMAND(found.squares.size() ==
         std::size_t{found.info.layers} * found.info.heads * found.info.head_size * found.info.head_size);
  DEMAND(found.squares.size() <= 2 * bytes.size());  // two bytes are a number, and may stand for two
}

void run_json(Bytes bytes) {
  const auto value = support::parse_json(text_of(bytes), "input");
  if (!value.ok()) return demand_sentence(value, {ErrorCode::invalid_argument});
  // Iterative, as the reader is.
  std::vector<const support::Json*> open{&value.value()};
  std::size_t seen = 0;
  while (!open.empty()) {
    const support::Json& at = *open.back();
    open.pop_back();
    DEMAND(++seen <= bytes.size() + 1);
    for (const support::Json& item : at.items()) open.push_back(&item);
    for (const auto& member : at.members()) {
      DEMAND(at.find(member.key) == &member.value);
      open.push_back(&member.value);
    }
  }
}

void check_snapshot(Bytes bytes) {
  const auto content = engine::decode_snapshot(bytes);
  if (!content.ok()) return demand_sentence(content, {ErrorCode::snapshot_damaged});
  const engine::SnapshotContent& found = content.value();
  DEMAND(found.state.size() == found.header.state_floats * 4);
  DEMAND(found.state.data() + found.state.size() <= bytes.data() + bytes.size());
  DEMAND(found.logits.data() + found.logits.size() == bytes.data() + bytes.size());
  DEMAND(found.logits.size() == (found.header.has_logits ? found.header.vocab * std::size_t{4} : 0));
  for (std::size_t i = 0; i + 4 <= found.state.size(); i += 4) {
    float number = 0;
    std::memcpy(&number, found.state.data() + i, 4);
    DEMAND(std::isfinite(number));
  }
  DEMAND(inspect_snapshot(bytes).ok());
  (void)verify_snapshot(bytes, ModelInfo{});
}

// As it is, and once more with its length and checksum made right: what stands behind them must be reached.
void run_snapshot(Bytes bytes) {
  check_snapshot(bytes);
  std::vector<std::byte> sealed(bytes.begin(), bytes.end());
  if (sealed.size() < 56) return;
  const std::uint64_t total = sealed.size();
  std::memcpy(sealed.data() + 16, &total, sizeof total);
  engine::seal_snapshot(sealed);
  check_snapshot(sealed);
}

void check_tokenizer(const Result<std::shared_ptr<const text::WorldTokenizer>>& list,
                     std::string_view sample) {
  if (!list.ok()) return demand_sentence(list, {ErrorCode::vocabulary_damaged});
  const text::WorldTokenizer& tokenizer = *list.value();
  DEMAND(tokenizer.fingerprint().size() == 64);
  const auto ids = tokenizer.encode(sample);
  if (!ids.ok()) return demand_sentence(ids, {ErrorCode::tokens_invalid});
  DEMAND(ids.value().size() <= sample.size());
  DEMAND(tokenizer.decode(ids.value()) == sample);
}

// Lines of the World list, as a file brings them; the text itself is what is then encoded.
void run_vocabulary(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  check_tokenizer(text::WorldTokenizer::from_file_text(text, "input"), text);
  (void)text::parse_vocabulary_literal(text);
}

// Lines of escaped tokens, as GGUF metadata brings them.
void run_tokens(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  std::vector<std::string> tokens{""};
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto token = unescape_token(rest.substr(0, end));
    if (token) DEMAND(token->size() <= end);
    tokens.push_back(token.value_or(""));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  check_tokenizer(text::WorldTokenizer::from_tokens(tokens, "input"), text);
}

// A tokenizer.json; its own text is what is then encoded.
void run_bpe(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  const auto list = text::BpeTokenizer::from_json(text, "input");
  if (!list.ok()) return demand_sentence(list, {ErrorCode::vocabulary_damaged});
  const text::BpeTokenizer& tokenizer = *list.value();
  DEMAND(tokenizer.fingerprint().size() == 64);
  const auto ids = tokenizer.encode(text);
  if (!ids.ok()) return demand_sentence(ids, {ErrorCode::tokens_invalid});
  for (const std::uint32_t id : ids.value()) DEMAND(id < tokenizer.size());
  (void)tokenizer.decode(ids.value());
}

// The index of a divided model: no name it gives may be more than the name of a file.
void run_index(Bytes bytes) {
  const auto index = read_shard_index({"input", bytes});
  if (!index.ok()) return demand_sentence(index, {ErrorCode::model_damaged, ErrorCode::model_unsafe});
  for (const auto& [name, tensors] : index.value().files) {
    DEMAND(!tensors.empty() && name.find_first_of(std::string_view("/\\:\0", 4)) == name.npos &&
           name != "..");
  }
}

void run_npy(Bytes bytes) {
  const auto array = cli::parse_npy(text_of(bytes), "input");
  if (!array.ok()) return demand_sentence(array, {ErrorCode::file_unreadable});
  DEMAND(array.value().values.size() * 4 <= bytes.size());
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"pickle", run_pickle, pickle_seeds, pickle_words()},
      {"zip", run_zip, zip_seeds, zip_words()},
      {"pth", run_pth, pth_seeds, pickle_words()},
      {"safetensors", run_model, safetensors_seeds, safetensors_words()},
      {"gguf", run_model, gguf_seeds, gguf_words()},
      {"state", run_state, state_seeds, safetensors_words()},
      {"json", run_json, json_seeds, json_words()},
      {"snapshot", run_snapshot, snapshot_seeds, snapshot_words()},
      {"vocabulary", run_vocabulary, vocabulary_seeds, vocabulary_words()},
      {"tokens", run_tokens, tokens_seeds, vocabulary_words()},
      {"bpe", run_bpe, bpe_seeds, bpe_words()},
      {"index", run_index, index_seeds, json_words()},
      {"npy", run_npy, npy_seeds, npy_words()},
  };
  return all;
}

const Target* find_target(std::string_view name) {
  for (const Target& target : targets()) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

}  // namespace roost::fuzz
