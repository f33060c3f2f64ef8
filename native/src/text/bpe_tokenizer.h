// Byte-level byte pair encoding as GPT-NeoX-20B's tokenizer.json defines it: special marks are found, the
// rest is normalised (NFC), runs of blanks that are tokens are found, what lies between is cut into words,
// and in each word the pair of neighbours with the lowest rank is merged until none is left.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"
#include "text/tokenizer.h"

namespace roost::text {

// Time grows with n log n in the longest word, memory by about 40 bytes for each of its bytes.
class BpeTokenizer final : public Tokenizer {
 public:
  // The text of a tokenizer.json: a BPE model over bytes, with the rules named above and no others. `subject`
  // names the file in messages. Errors: vocabulary_damaged, with what is wrong or not understood.
  static Result<std::shared_ptr<const BpeTokenizer>> from_json(std::string_view content,
                                                               std::string_view subject);

  // Such lists hold no tokens for bytes that no text has: those are read as U+FFFD.
  // Errors: tokens_invalid for a word of more than 64 MiB, and for a list that lacks a byte the text needs.
  Result<std::vector<std::uint32_t>> encode(std::string_view text) const override;
  std::string_view bytes_of(std::uint32_t id) const override;
  std::uint32_t size() const override { return static_cast<std::uint32_t>(offsets_.size() - 1); }
  std::uint32_t reserved_end() const override { return size() == neox_size ? neox_rows : size(); }
  const std::string& fingerprint() const override { return fingerprint_; }

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  // Of the published list: its own size, and the rows that later models give it.
  static constexpr std::uint32_t neox_size = 50277, neox_rows = 50304;

  struct Merge {
    std::uint32_t right, rank, result;
  };
  // Texts that are one token wherever they stand, found before words are cut; of those that begin at one
  // place the longest.
  struct Mark {
    std::string text;
    std::uint32_t id;
  };
  class Marks {
   public:
    void add(std::string text, std::uint32_t id);
    void finish();
    // The longest one that text begins with; null where there is none.
    const Mark* at(std::string_view text) const;
    const std::vector<Mark>& all() const { return marks_; }

   private:
    std::vector<Mark> marks_;  // by first byte, then longest first
    std::array<std::uint32_t, 257> first_{};
  };
  struct Symbol {
    std::uint32_t token, before, after;  // neighbours by index, none at the ends. A merged one has no token.
  };
  struct Candidate {
    std::uint32_t rank, at;
    // The heap's first is the largest: the lowest rank, of equal ones the leftmost.
    bool operator<(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : at > other.at;
    }
  };
  struct Scratch {
    std::vector<Symbol> symbols;
    std::vector<Candidate> heap;
  };

  BpeTokenizer() = default;
  friend class BpeReader;
  // Appends the tokens of one word, which must not be empty.
  Status merge(std::string_view word, Scratch& scratch, std::vector<std::uint32_t>& ids) const;
  const Merge* find(std::uint32_t left, std::uint32_t right) const;
  // Hands every piece between marks to `piece`, every mark's id to the list.
  template <class Piece>
  Status split(const Marks& marks, std::string_view text, std::vector<std::uint32_t>& ids, Piece piece) const;

  std::string bytes_;                   // all tokens, one after the other
  std::vector<std::uint32_t> offsets_;  // token i is bytes_[offsets_[i], offsets_[i + 1])
  std::array<std::uint32_t, 256> single_{};
  std::vector<Merge> merges_;               // by left token, then by `right`
  std::vector<std::uint32_t> first_merge_;  // of each left token; one more than there are tokens
  Marks raw_, normalised_;                  // found before normalisation, and after it
  bool nfc_ = false;
  std::string fingerprint_;
};

}  // namespace roost::text
