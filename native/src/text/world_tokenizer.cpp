#include "text/world_tokenizer.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "support/hash.h"
#include "support/utf8.h"
#include "text/vocabulary_literal.h"

namespace roost::text {
namespace {

constexpr std::string_view world_sha256 = "e6dee3d4e31b4d5c40ac99508ac6c701ceef4bed681bf2167ce9a908552bca89";
constexpr std::uint32_t id_limit = 1u << 20;  // far above any published list
// The World list's longest token has 128 bytes, all of them together half a million. A token is as many steps
// as encoding may go back at every byte of a text, and a byte of the list becomes up to a node of the trie.
constexpr std::size_t token_bytes_limit = 512;
constexpr std::size_t all_bytes_limit = 4u << 20;

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (trouble != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

Error damaged(std::string_view subject, const std::string& what) {
  return error(ErrorCode::vocabulary_damaged,
               std::string(subject) + " is no usable vocabulary: " + what + ".");
}

}  // namespace

Result<std::shared_ptr<const WorldTokenizer>> WorldTokenizer::from_file_text(std::string_view content,
                                                                             std::string_view subject) {
  auto tokenizer = std::shared_ptr<WorldTokenizer>(new WorldTokenizer());
  support::Sha256 hash;
  tokenizer->offsets_.push_back(0);
  std::size_t line_number = 0;
  std::string_view rest = content;
  while (!rest.empty()) {
    ++line_number;
    const std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    hash.update(line);
    hash.update(std::string_view("\n"));

    const std::string where = "line " + std::to_string(line_number);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || last <= first + 1) {
      return damaged(subject, where + " is not of the form \"id literal length\" (\"" +
                                  support::printable(line, 40) + "\")");
    }
    const auto id = whole_number(line.substr(0, first));
    const auto length = whole_number(line.substr(last + 1));
    const auto bytes = parse_vocabulary_literal(line.substr(first + 1, last - first - 1));
    if (!id || *id == 0 || *id >= id_limit)
      return damaged(subject, where + " does not begin with a token id");
    if (*id < tokenizer->size()) return damaged(subject, where + ": the ids do not ascend");
    if (!bytes) return damaged(subject, where + " holds no well-formed string literal");
    if (!length || *length != bytes->size()) {
      return damaged(subject, where + ": the literal has " + std::to_string(bytes->size()) +
                                  " bytes, the line says " + support::printable(line.substr(last + 1), 20));
    }
    if (bytes->empty() || bytes->size() > token_bytes_limit) {
      return damaged(subject, where + ": a token of " + std::to_string(bytes->size()) + " bytes");
    }
    if (tokenizer->bytes_.size() + bytes->size() > all_bytes_limit) {
      return damaged(subject, "more than 4 MiB of tokens");
    }
    while (tokenizer->size() < *id) tokenizer->offsets_.push_back(tokenizer->offsets_.back());
    tokenizer->bytes_ += *bytes;
    tokenizer->offsets_.push_back(static_cast<std::uint32_t>(tokenizer->bytes_.size()));
  }
  if (line_number == 0) return damaged(subject, "it is empty");
  ROOST_TRY(tokenizer->build(subject));
  tokenizer->is_world_ = support::to_hex(hash.finish()) == world_sha256;
  return std::shared_ptr<const WorldTokenizer>(std::move(tokenizer));
}

Result<std::shared_ptr<const WorldTokenizer>> WorldTokenizer::from_tokens(std::span<const std::string> tokens,
                                                                          std::string_view subject) {
  auto tokenizer = std::shared_ptr<WorldTokenizer>(new WorldTokenizer());
  if (tokens.size() >= id_limit) return damaged(subject, "it has more than a million tokens");
  tokenizer->offsets_.push_back(0);
  for (const std::string& token : tokens) {
    if (token.size() > token_bytes_limit || tokenizer->bytes_.size() + token.size() > all_bytes_limit) {
      return damaged(subject, "a token of " + std::to_string(token.size()) + " bytes");
    }
    tokenizer->bytes_ += token;
    tokenizer->offsets_.push_back(static_cast<std::uint32_t>(tokenizer->bytes_.size()));
  }
  ROOST_TRY(tokenizer->build(subject));
  return std::shared_ptr<const WorldTokenizer>(std::move(tokenizer));
}

std::string_view WorldTokenizer::bytes_of(std::uint32_t id) const {
  if (id >= size()) return {};
  return std::string_view(bytes_).substr(offsets_[id], offsets_[id + 1] - offsets_[id]);
}

// Breadth first over ranges of the sorted tokens, so that the edges of every node lie side by side.
Status WorldTokenizer::build(std::string_view subject) {
  support::Sha256 hash;
  const auto put_u32 = [&hash](std::uint32_t value) {
    const unsigned char bytes[4] = {static_cast<unsigned char>(value), static_cast<unsigned char>(value >> 8),
                                    static_cast<unsigned char>(value >> 16),
                                    static_cast<unsigned char>(value >> 24)};
    hash.update(bytes, 4);
  };
  std::vector<std::uint32_t> sorted;
  for (std::uint32_t id = 0; id < size(); ++id) {
    const std::string_view bytes = bytes_of(id);
    if (bytes.empty()) continue;
    longest_ = std::max(longest_, static_cast<std::uint32_t>(bytes.size()));
    put_u32(id);
    put_u32(static_cast<std::uint32_t>(bytes.size()));
    hash.update(bytes);
    sorted.push_back(id);
  }
  if (sorted.empty()) return damaged(subject, "it holds no token with text");
  fingerprint_ = support::to_hex(hash.finish());
  std::sort(sorted.begin(), sorted.end(),
            [this](std::uint32_t a, std::uint32_t b) { return bytes_of(a) < bytes_of(b); });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (bytes_of(sorted[i - 1]) == bytes_of(sorted[i])) {
      return damaged(subject, "tokens " + std::to_string(sorted[i - 1]) + " and " +
                                  std::to_string(sorted[i]) + " have the same bytes");
    }
  }

  struct Range {
    std::uint32_t begin, end, depth;  // tokens of `sorted` that share the first `depth` bytes
  };
  std::vector<Range> ranges{{0, static_cast<std::uint32_t>(sorted.size()), 0}};
  for (std::size_t node = 0; node < ranges.size(); ++node) {
    auto [begin, end, depth] = ranges[node];
    Node entry{static_cast<std::uint32_t>(edge_bytes_.size()), none};
    if (depth > 0 && bytes_of(sorted[begin]).size() == depth) entry.token = sorted[begin++];
    nodes_.push_back(entry);
    while (begin < end) {
      const char byte = bytes_of(sorted[begin])[depth];
      std::uint32_t next = begin + 1;
      while (next < end && bytes_of(sorted[next])[depth] == byte) ++next;
      edge_bytes_.push_back(static_cast<unsigned char>(byte));
      edge_nodes_.push_back(static_cast<std::uint32_t>(ranges.size()));
      ranges.push_back({begin, next, depth + 1});
      begin = next;
    }
  }
  nodes_.push_back({static_cast<std::uint32_t>(edge_bytes_.size()), none});

  first_.fill(none);
  second_.assign(65536, none);
  for (std::uint32_t a = nodes_[0].first_edge; a < nodes_[1].first_edge; ++a) {
    const std::uint32_t node = edge_nodes_[a];
    first_[edge_bytes_[a]] = node;
    for (std::uint32_t b = nodes_[node].first_edge; b < nodes_[node + 1].first_edge; ++b) {
      second_[edge_bytes_[a] * 256u + edge_bytes_[b]] = edge_nodes_[b];
    }
  }
  return {};
}

std::uint32_t WorldTokenizer::child(std::uint32_t node, unsigned char byte) const {
  const auto begin = edge_bytes_.begin() + nodes_[node].first_edge;
  const auto end = edge_bytes_.begin() + nodes_[node + 1].first_edge;
  const auto at = std::lower_bound(begin, end, byte);
  return at != end && *at == byte ? edge_nodes_[static_cast<std::size_t>(at - edge_bytes_.begin())] : none;
}

Result<std::vector<std::uint32_t>> WorldTokenizer::encode(std::string_view text) const {
  std::vector<std::uint32_t> ids;
  std::size_t position = 0;
  while (position < text.size()) {
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::uint32_t token = none;
    std::size_t end = position;
    std::size_t next = position + 1;
    std::uint32_t node = first_[byte_at(position)];
    while (node != none) {
      if (nodes_[node].token != none) {
        token = nodes_[node].token;
        end = next;
      }
      if (next == text.size()) break;
      node = next == position + 1 ? second_[byte_at(position) * 256u + byte_at(next)]
                                  : child(node, byte_at(next));
      ++next;
    }
    if (token == none) {
      return error(ErrorCode::tokens_invalid, "The vocabulary has no token for the byte " +
                                                  std::to_string(byte_at(position)) + " at position " +
                                                  std::to_string(position) + " of the text.");
    }
    ids.push_back(token);
    position = end;
  }
  return ids;
}

}  // namespace roost::text
