// The World tokenizer (rwkv-reference 4.1): greedy longest match over bytes. No normalisation, no
// pre-splitting, no special marks inside the text.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"
#include "text/tokenizer.h"

namespace roost::text {

// Immutable after construction: any number of threads may read it.
class WorldTokenizer final : public Tokenizer {
 public:
  // Lines of `<id> <literal> <length in bytes>`, ids ascending, LF or CRLF line ends, the last one optional.
  // `subject` names the file in messages. Errors: vocabulary_damaged, with the line and what is wrong with
  // it.
  static Result<std::shared_ptr<const WorldTokenizer>> from_file_text(std::string_view content,
                                                                      std::string_view subject);
  // Entry i is the bytes of token i, empty for ids that no text gives. Errors: vocabulary_damaged.
  static Result<std::shared_ptr<const WorldTokenizer>> from_tokens(std::span<const std::string> tokens,
                                                                   std::string_view subject);

  // Errors: tokens_invalid, only for a list that lacks a single byte which the text needs (the World list has
  // all 256).
  Result<std::vector<std::uint32_t>> encode(std::string_view text) const override;
  // The bytes of one token; empty for 0 and for reserved ids.
  std::string_view bytes_of(std::uint32_t id) const override;

  std::uint32_t size() const override { return static_cast<std::uint32_t>(offsets_.size() - 1); }
  std::uint32_t reserved_end() const override { return is_world_ ? 65536 : size(); }
  std::uint32_t longest() const { return longest_; }  // bytes
  // Hex SHA-256 over all tokens (id and length as u32 little-endian, bytes): equal for equal lists, wherever
  // they came from.
  const std::string& fingerprint() const override { return fingerprint_; }
  // True for the published list rwkv_vocab_v20230424, by the checksum of its file.
  bool is_world() const { return is_world_; }

 private:
  WorldTokenizer() = default;
  Status build(std::string_view subject);

  static constexpr std::uint32_t none = 0xffffffff;
  // A trie in arrays. The children of a node are the edges [first_edge, first_edge of the next node), sorted
  // by byte. The root's children and grandchildren are found by table, since most steps end there.
  struct Node {
    std::uint32_t first_edge = 0;
    std::uint32_t token = none;
  };
  std::uint32_t child(std::uint32_t node, unsigned char byte) const;

  std::string bytes_;                   // all tokens, one after the other
  std::vector<std::uint32_t> offsets_;  // token i is bytes_[offsets_[i], offsets_[i + 1])
  std::vector<Node> nodes_;             // one more than there are nodes
  std::vector<unsigned char> edge_bytes_;
  std::vector<std::uint32_t> edge_nodes_;
  std::array<std::uint32_t, 256> first_{};
  std::vector<std::uint32_t> second_;  // 65,536 entries: node after two bytes
  std::uint32_t longest_ = 0;
  std::string fingerprint_;
  bool is_world_ = false;
};

}  // namespace roost::text
