#include "text/bpe_tokenizer.h"

#include <algorithm>
#include <map>

#include "support/hash.h"
#include "support/json.h"
#include "support/utf8.h"
#include "text/unicode.h"

namespace roost::text {
namespace {

constexpr std::uint32_t id_limit = 1u << 20;  // far above any published list
constexpr std::size_t token_bytes_limit = 4096;
constexpr std::size_t all_bytes_limit = 32u << 20;
constexpr std::size_t marks_limit = 512;
constexpr std::size_t mark_bytes_limit = 256;
constexpr std::size_t word_limit = 64u << 20;

using support::Json;

Error damaged(std::string_view subject, const std::string& what) {
  return error(ErrorCode::vocabulary_damaged,
               std::string(subject) + " is no usable vocabulary: " + what + ".");
}

// Byte-level lists write every byte as a visible character: printable Latin-1 stands for itself, the other 68
// bytes, in their order, are U+0100 and on. 0xffff: a character that stands for no byte.
std::array<std::uint16_t, 512> bytes_by_character() {
  std::array<std::uint16_t, 512> bytes;
  bytes.fill(0xffff);
  std::uint32_t next = 256;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    bytes[visible ? byte : next++] = static_cast<std::uint16_t>(byte);
  }
  return bytes;
}

bool to_bytes(std::string_view written, std::string& bytes) {
  static const std::array<std::uint16_t, 512> table = bytes_by_character();
  bytes.clear();
  while (!written.empty()) {
    const Character character = first_character(written);
    if (character.code_point >= table.size() || table[character.code_point] > 255) return false;
    bytes += static_cast<char>(table[character.code_point]);
    written.remove_prefix(character.length);
  }
  return true;
}

// ---- words ----

CharacterKind kind_at(std::string_view text, Character& character) {
  character = first_character(text);
  return character.code_point == not_a_character ? CharacterKind::other : kind_of(character.code_point);
}

// Bytes at the beginning of `text` whose characters are all of this kind.
std::size_t run_of(std::string_view text, CharacterKind kind) {
  std::size_t length = 0;
  Character character{};
  while (length < text.size() && kind_at(text.substr(length), character) == kind) length += character.length;
  return length;
}

// English endings that are words of their own: 's 't 're 've 'm 'll 'd.
std::size_t ending(std::string_view text) {
  for (const std::string_view one : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (text.starts_with(one)) return one.size();
  }
  return 0;
}

// Blanks before a word belong to nobody but the last one, and that only if it is a space.
std::size_t blanks(std::string_view text) {
  const std::size_t run = run_of(text, CharacterKind::blank);
  if (run == text.size()) return run;
  std::size_t last = run - 1;  // where the last of them begins
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0) == 0x80) --last;
  return last > 0 ? last : run;
}

// The length of the first word of `text`, which must not be empty.
std::size_t word_length(std::string_view text) {
  if (const std::size_t length = ending(text); length > 0) return length;
  const std::size_t space = text[0] == ' ' ? 1 : 0;
  if (space < text.size()) {
    Character character{};
    const CharacterKind kind = kind_at(text.substr(space), character);
    if (kind != CharacterKind::blank) return space + run_of(text.substr(space), kind);
  }
  return blanks(text);
}

}  // namespace

// ---- reading the file ----

class BpeReader {
 public:
  BpeReader(const Json& root, std::string_view subject)
      : root_(root), subject_(subject), made_(new BpeTokenizer()) {}

  Result<std::shared_ptr<const BpeTokenizer>> read() {
    ROOST_TRY(read_rules());
    ROOST_TRY(read_tokens());
    ROOST_TRY(read_merges());
    sum_up();
    return std::shared_ptr<const BpeTokenizer>(std::move(made_));
  }

 private:
  Error damaged(const std::string& what) const { return text::damaged(subject_, what); }

  static bool absent(const Json* value) { return value == nullptr || value->is(Json::Kind::null); }
  static std::string_view type_of(const Json* value) {
    const Json* type = value != nullptr ? value->find("type") : nullptr;
    return type != nullptr ? type->text() : std::string_view();
  }
  static bool flag(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    return value != nullptr && value->boolean().value_or(false);
  }

  // Everything that changes which tokens a text gives must be known here.
  Status read_rules() {
    const Json* model = root_.find("model");
    if (model == nullptr || type_of(model) != "BPE") return damaged("it holds no BPE model");
    for (const char* name : {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"}) {
      const Json* value = model->find(name);
      const bool empty = !absent(value) && value->is(Json::Kind::string) && value->text().empty();
      if (!absent(value) && !empty) return damaged(std::string("its rule ") + name + " is not supported");
    }
    if (flag(*model, "byte_fallback") || flag(*model, "ignore_merges")) {
      return damaged("its rules byte_fallback and ignore_merges are not supported");
    }
    const Json* normalizer = root_.find("normalizer");
    if (!absent(normalizer) && type_of(normalizer) != "NFC") {
      return damaged("its normalizer " + support::quoted(type_of(normalizer)) + " is not supported");
    }
    made_->nfc_ = !absent(normalizer);
    const Json* cutter = root_.find("pre_tokenizer");
    const Json* regular = cutter != nullptr ? cutter->find("use_regex") : nullptr;
    if (type_of(cutter) != "ByteLevel" || flag(*cutter, "add_prefix_space") ||
        (regular != nullptr && !regular->boolean().value_or(true))) {
      return damaged("its pre_tokenizer is not ByteLevel as GPT-NeoX-20B has it");
    }
    return {};
  }

  Status place(std::uint64_t id, std::string bytes) {
    if (id >= id_limit) return damaged("a token has the id " + std::to_string(id));
    if (bytes.empty() || bytes.size() > token_bytes_limit) {
      return damaged("token " + std::to_string(id) + " has " + std::to_string(bytes.size()) + " bytes");
    }
    total_ += bytes.size();
    if (total_ > all_bytes_limit) return damaged("it has more than 32 MiB of tokens");
    if (!tokens_.emplace(static_cast<std::uint32_t>(id), std::move(bytes)).second) {
      return damaged("two tokens have the id " + std::to_string(id));
    }
    return {};
  }

  Status read_tokens() {
    const Json* vocabulary = root_.find("model")->find("vocab");
    if (vocabulary == nullptr || vocabulary->members().empty()) return damaged("it holds no tokens");
    std::map<std::uint32_t, std::string> added;
    ROOST_TRY(read_marks(added));
    std::string bytes;
    for (const auto& [written, value] : vocabulary->members()) {
      const auto id = value.whole();
      if (!id || *id >= id_limit) return damaged("a token has no usable id");
      const auto mark = added.find(static_cast<std::uint32_t>(*id));
      if (mark != added.end()) {
        if (mark->second != written) return damaged("token " + std::to_string(*id) + " has two texts");
      } else {
        if (!to_bytes(written, bytes)) {
          return damaged("token " + std::to_string(*id) + " is not written in the byte-level alphabet");
        }
        ROOST_TRY(place(*id, bytes));
      }
      if (!ids_.emplace(written, static_cast<std::uint32_t>(*id)).second)
        return damaged("a token occurs twice");
    }
    for (auto& [id, mark] : added) ROOST_TRY(place(id, std::move(mark)));

    BpeTokenizer& made = *made_;
    made.offsets_.push_back(0);
    for (const auto& [id, token] : tokens_) {
      while (made.size() < id) made.offsets_.push_back(made.offsets_.back());
      // End marks and padding are no text.
      if (!special_.contains(id)) made.bytes_ += token;
      made.offsets_.push_back(static_cast<std::uint32_t>(made.bytes_.size()));
    }
    made.single_.fill(BpeTokenizer::none);
    for (const auto& [written, id] : ids_) {
      if (to_bytes(written, bytes) && bytes.size() == 1)
        made.single_[static_cast<unsigned char>(bytes[0])] = id;
    }
    return {};
  }

  Status read_marks(std::map<std::uint32_t, std::string>& added) {
    const Json* list = root_.find("added_tokens");
    if (absent(list)) return {};
    if (list->items().size() > marks_limit) return damaged("it has more than 512 added tokens");
    for (const Json& entry : list->items()) {
      const Json* number = entry.find("id");
      const Json* content = entry.find("content");
      const auto id = number != nullptr ? number->whole() : std::nullopt;
      if (!id || *id >= id_limit || content == nullptr || content->text().empty() ||
          content->text().size() > mark_bytes_limit) {
        return damaged("an added token lacks a usable id or text");
      }
      if (flag(entry, "single_word") || flag(entry, "lstrip") || flag(entry, "rstrip")) {
        return damaged("the rules single_word, lstrip and rstrip are not supported");
      }
      const auto key = static_cast<std::uint32_t>(*id);
      if (!added.emplace(key, std::string(content->text())).second) {
        return damaged("two added tokens have the id " + std::to_string(*id));
      }
      if (flag(entry, "special")) special_.emplace(key, true);
      (flag(entry, "normalized") ? made_->normalised_ : made_->raw_).add(std::string(content->text()), key);
    }
    made_->raw_.finish();
    made_->normalised_.finish();
    return {};
  }

  Status read_merges() {
    const Json* list = root_.find("model")->find("merges");
    if (list == nullptr || !list->is(Json::Kind::array)) return damaged("it holds no merges");
    std::vector<std::pair<std::uint32_t, BpeTokenizer::Merge>> all;
    std::uint32_t rank = 0;
    for (const Json& entry : list->items()) {
      std::string_view left, right;
      if (entry.is(Json::Kind::array) && entry.items().size() == 2) {
        left = entry.items()[0].text();
        right = entry.items()[1].text();
      } else {
        const std::string_view both = entry.text();
        const std::size_t space = both.find(' ');
        left = both.substr(0, space);
        if (space != std::string_view::npos) right = both.substr(space + 1);
      }
      const auto a = ids_.find(left), b = ids_.find(right),
                 c = ids_.find(std::string(left) + std::string(right));
      if (left.empty() || right.empty() || a == ids_.end() || b == ids_.end() || c == ids_.end()) {
        return damaged("its merge " + std::to_string(rank) + " is of tokens that it does not hold");
      }
      all.push_back({a->second, {b->second, rank++, c->second}});
    }
    // Of a pair that occurs twice the last one counts.
    std::sort(all.begin(), all.end(), [](const auto& x, const auto& y) {
      if (x.first != y.first) return x.first < y.first;
      return x.second.right != y.second.right ? x.second.right < y.second.right
                                              : x.second.rank > y.second.rank;
    });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const auto& x, const auto& y) {
                            return x.first == y.first && x.second.right == y.second.right;
                          }),
              all.end());
    BpeTokenizer& made = *made_;
    made.first_merge_.assign(made.size() + 1, 0);
    for (const auto& [left, merge] : all) {
      ++made.first_merge_[left + 1];
      made.merges_.push_back(merge);
    }
    for (std::size_t i = 1; i < made.first_merge_.size(); ++i)
      made.first_merge_[i] += made.first_merge_[i - 1];
    return {};
  }

  void sum_up() {
    support::Sha256 hash;
    const auto number = [&hash](std::uint32_t value) {
      const unsigned char bytes[4] = {
          static_cast<unsigned char>(value), static_cast<unsigned char>(value >> 8),
          static_cast<unsigned char>(value >> 16), static_cast<unsigned char>(value >> 24)};
      hash.update(bytes, 4);
    };
    const BpeTokenizer& made = *made_;
    hash.update(std::string_view("roost-byte-level-bpe-1\n"));
    number(made.nfc_ ? 1 : 0);
    for (const auto& [id, token] : tokens_) {
      number(id);
      number(static_cast<std::uint32_t>(token.size()));
      hash.update(token);
      number(special_.contains(id) ? 1 : 0);
    }
    for (std::size_t left = 0; left + 1 < made.first_merge_.size(); ++left) {
      for (std::uint32_t i = made.first_merge_[left]; i < made.first_merge_[left + 1]; ++i) {
        const BpeTokenizer::Merge& merge = made.merges_[i];
        for (const std::uint32_t value :
             {static_cast<std::uint32_t>(left), merge.right, merge.rank, merge.result})
          number(value);
      }
    }
    for (const auto* marks : {&made.raw_, &made.normalised_}) {
      number(static_cast<std::uint32_t>(marks->all().size()));
      for (const auto& mark : marks->all()) number(mark.id);
    }
    made_->fingerprint_ = support::to_hex(hash.finish());
  }

  const Json& root_;
  const std::string_view subject_;
  std::shared_ptr<BpeTokenizer> made_;
  std::map<std::uint32_t, std::string> tokens_;  // bytes by id
  std::map<std::uint32_t, bool> special_;
  std::map<std::string, std::uint32_t, std::less<>> ids_;  // by the text in the file
  std::size_t total_ = 0;
};

Result<std::shared_ptr<const BpeTokenizer>> BpeTokenizer::from_json(std::string_view content,
                                                                    std::string_view subject) {
  ROOST_ASSIGN(const Json root, support::parse_json(content, subject, ErrorCode::vocabulary_damaged));
  return BpeReader(root, subject).read();
}

// ---- marks ----

void BpeTokenizer::Marks::add(std::string text, std::uint32_t id) {
  marks_.push_back({std::move(text), id});
}

void BpeTokenizer::Marks::finish() {
  const auto first = [](const Mark& mark) { return static_cast<unsigned char>(mark.text[0]); };
  std::sort(marks_.begin(), marks_.end(), [&](const Mark& a, const Mark& b) {
    if (first(a) != first(b)) return first(a) < first(b);
    return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.text < b.text;
  });
  first_.fill(0);
  for (const Mark& mark : marks_) ++first_[first(mark) + 1u];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

const BpeTokenizer::Mark* BpeTokenizer::Marks::at(std::string_view text) const {
  const auto byte = static_cast<unsigned char>(text[0]);
  for (std::uint32_t i = first_[byte]; i < first_[byte + 1u]; ++i) {
    if (text.starts_with(marks_[i].text)) return &marks_[i];
  }
  return nullptr;
}

// ---- encoding ----

std::string_view BpeTokenizer::bytes_of(std::uint32_t id) const {
  if (id >= size()) return {};
  return std::string_view(bytes_).substr(offsets_[id], offsets_[id + 1] - offsets_[id]);
}

const BpeTokenizer::Merge* BpeTokenizer::find(std::uint32_t left, std::uint32_t right) const {
  const auto begin = merges_.begin() + first_merge_[left], end = merges_.begin() + first_merge_[left + 1];
  const auto at = std::lower_bound(
      begin, end, right, [](const Merge& merge, std::uint32_t wanted) { return merge.right < wanted; });
  return at != end && at->right == right ? &*at : nullptr;
}

template <class Piece>
Status BpeTokenizer::split(const Marks& marks, std::string_view text, std::vector<std::uint32_t>& ids,
                           Piece piece) const {
  std::size_t begun = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Mark* mark = marks.at(text.substr(i));
    if (mark == nullptr) {
      ++i;
      continue;
    }
    if (i > begun) ROOST_TRY(piece(text.substr(begun, i - begun)));
    ids.push_back(mark->id);
    i += mark->text.size();
    begun = i;
  }
  if (begun < text.size()) ROOST_TRY(piece(text.substr(begun)));
  return {};
}

Result<std::vector<std::uint32_t>> BpeTokenizer::encode(std::string_view text) const {
  if (!support::is_valid_utf8(text)) return encode(support::repair_utf8(text));
  std::vector<std::uint32_t> ids;
  Scratch scratch;
  const auto words = [&](std::string_view piece) -> Status {
    while (!piece.empty()) {
      const std::size_t length = word_length(piece);
      ROOST_TRY(merge(piece.substr(0, length), scratch, ids));
      piece.remove_prefix(length);
    }
    return {};
  };
  ROOST_TRY(split(raw_, text, ids, [&](std::string_view part) {
    return split(normalised_, nfc_ ? normalise_nfc(part) : std::string(part), ids, words);
  }));
  return ids;
}

// Symbols are a doubly linked list; a heap holds every pair of neighbours that may be merged. A pair that was
// changed meanwhile has another rank by then and is skipped, so every merge costs the heap's logarithm.
Status BpeTokenizer::merge(std::string_view word, Scratch& scratch, std::vector<std::uint32_t>& ids) const {
  if (word.size() > word_limit) {
    return error(ErrorCode::tokens_invalid, "The text holds a word of more than 64 MiB.");
  }
  auto& [symbols, heap] = scratch;
  symbols.clear();
  heap.clear();
  const auto count = static_cast<std::uint32_t>(word.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t token = single_[static_cast<unsigned char>(word[i])];
    if (token == none) {
      return error(ErrorCode::tokens_invalid, "The vocabulary has no token for a byte of this text.");
    }
    symbols.push_back({token, i == 0 ? none : i - 1, i + 1 == count ? none : i + 1});
  }
  const auto merge_at = [&](std::uint32_t at) -> const Merge* {
    const std::uint32_t next = symbols[at].after;
    return next == none ? nullptr : find(symbols[at].token, symbols[next].token);
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    if (const Merge* merge = merge_at(i)) heap.push_back({merge->rank, i});
  }
  std::make_heap(heap.begin(), heap.end());
  const auto offer = [&](std::uint32_t at) {
    const Merge* merge = merge_at(at);
    if (merge == nullptr) return;
    heap.push_back({merge->rank, at});
    std::push_heap(heap.begin(), heap.end());
  };
  while (!heap.empty()) {
    const Candidate top = heap.front();
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    Symbol& left = symbols[top.at];
    if (left.token == none) continue;
    const Merge* merge = merge_at(top.at);
    if (merge == nullptr || merge->rank != top.rank) continue;
    Symbol& right = symbols[left.after];
    left.token = merge->result;
    left.after = right.after;
    right.token = none;
    if (left.after != none) symbols[left.after].before = top.at;
    if (left.before != none) offer(left.before);
    offer(top.at);
  }
  for (std::uint32_t at = 0; at != none; at = symbols[at].after) ids.push_back(symbols[at].token);
  return {};
}

}  // namespace roost::text
