#include "text/unicode.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "support/utf8.h"
#include "text/unicode_tables.h"

namespace roost::text {
namespace {

// Below it every text is in form C, and every character has class 0.
constexpr std::uint32_t first_mark = 0x300;

// Hangul syllables are composed by arithmetic (chapter 3.12 of the standard).
constexpr std::uint32_t syllable_base = 0xac00, lead_base = 0x1100, vowel_base = 0x1161, trail_base = 0x11a7;
constexpr std::uint32_t lead_count = 19, vowel_count = 21, trail_count = 28;
constexpr std::uint32_t syllable_count = lead_count * vowel_count * trail_count;

// Code points are below this; a byte that is part of no character is carried as byte_base + byte.
constexpr std::uint32_t byte_base = 0x110000;

bool lies_in(std::span<const CodeRange> ranges, std::uint32_t code) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code,
                       [](std::uint32_t c, const CodeRange& range) { return c < range.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

std::uint32_t combining_class(std::uint32_t code) {
  if (code < first_mark) return 0;
  const std::span ranges(class_ranges, class_ranges_count);
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code,
                       [](std::uint32_t c, const ClassRange& range) { return c < range.first; });
  if (after == ranges.begin() || code > std::prev(after)->last) return 0;
  return std::prev(after)->combining_class;
}

const Decomposition* decomposition_of(std::uint32_t code) {
  const Decomposition* end = decompositions + decompositions_count;
  const Decomposition* at = std::lower_bound(
      decompositions, end, code, [](const Decomposition& entry, std::uint32_t c) { return entry.code < c; });
  return at != end && at->code == code ? at : nullptr;
}

// Depth: at most four steps in the published tables, each of which shortens the rest.
void decompose(std::uint32_t code, std::vector<std::uint32_t>& out) {
  if (code - syllable_base < syllable_count) {
    const std::uint32_t index = code - syllable_base;
    out.push_back(lead_base + index / (vowel_count * trail_count));
    out.push_back(vowel_base + index % (vowel_count * trail_count) / trail_count);
    if (index % trail_count != 0) out.push_back(trail_base + index % trail_count);
    return;
  }
  const Decomposition* entry = code < byte_base ? decomposition_of(code) : nullptr;
  if (entry == nullptr) return out.push_back(code);
  decompose(entry->first, out);
  if (entry->second != 0) decompose(entry->second, out);
}

struct Pair {
  std::uint32_t first, second, code;
  bool operator<(const Pair& other) const {
    return first != other.first ? first < other.first : second < other.second;
  }
};

// 0 where the two do not go together.
std::uint32_t composed(std::uint32_t first, std::uint32_t second) {
  if (first - lead_base < lead_count && second - vowel_base < vowel_count) {
    return syllable_base + ((first - lead_base) * vowel_count + (second - vowel_base)) * trail_count;
  }
  if (first - syllable_base < syllable_count && (first - syllable_base) % trail_count == 0 &&
      second > trail_base && second < trail_base + trail_count) {
    return first + (second - trail_base);
  }
  static const std::vector<Pair> pairs = [] {
    std::vector<Pair> all;
    for (const Decomposition& entry : std::span(decompositions, decompositions_count)) {
      if (entry.composes != 0) all.push_back({entry.first, entry.second, entry.code});
    }
    std::sort(all.begin(), all.end());
    return all;
  }();
  const Pair wanted{first, second, 0};
  const auto at = std::lower_bound(pairs.begin(), pairs.end(), wanted);
  return at != pairs.end() && at->first == first && at->second == second ? at->code : 0;
}

// Marks behind one base, by class; equal ones keep their order.
void reorder(std::vector<std::uint32_t>& codes) {
  for (std::size_t i = 0; i < codes.size();) {
    if (combining_class(codes[i]) == 0) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < codes.size() && combining_class(codes[end]) != 0) ++end;
    std::stable_sort(
        codes.begin() + static_cast<std::ptrdiff_t>(i), codes.begin() + static_cast<std::ptrdiff_t>(end),
        [](std::uint32_t a, std::uint32_t b) { return combining_class(a) < combining_class(b); });
    i = end;
  }
}

// In place. A mark joins the last base unless one of its own class, or a base, stands between them.
void compose(std::vector<std::uint32_t>& codes) {
  constexpr std::size_t none = ~std::size_t{0};
  std::size_t base = none, kept = 0;
  std::uint32_t last_class = 0;
  for (const std::uint32_t code : codes) {
    const std::uint32_t own = combining_class(code);
    const bool adjacent = base != none && kept == base + 1;
    if (base != none && (adjacent || (last_class != 0 && last_class < own))) {
      const std::uint32_t joined = composed(codes[base], code);
      if (joined != 0) {
        codes[base] = joined;
        continue;
      }
    }
    if (own == 0) base = kept;
    last_class = own;
    codes[kept++] = code;
  }
  codes.resize(kept);
}

}  // namespace

CharacterKind kind_of(std::uint32_t code) {
  if (code < 0x80) {
    if ((code | 0x20) - 'a' < 26u) return CharacterKind::letter;
    if (code - '0' < 10u) return CharacterKind::number;
    return code == ' ' || code - 9u < 5u ? CharacterKind::blank : CharacterKind::other;
  }
  if (code == 0x85 || code == 0xa0 || code == 0x1680 || code - 0x2000 < 11u || code == 0x2028 ||
      code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000) {
    return CharacterKind::blank;
  }
  if (lies_in(std::span(letter_ranges, letter_ranges_count), code)) return CharacterKind::letter;
  return lies_in(std::span(number_ranges, number_ranges_count), code) ? CharacterKind::number
                                                                      : CharacterKind::other;
}

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const int length = support::utf8_character(text);
  switch (length) {
    case 1:
      return {byte(0), 1};
    case 2:
      return {(byte(0) & 31) << 6 | (byte(1) & 63), 2};
    case 3:
      return {(byte(0) & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63), 3};
    case 4:
      return {(byte(0) & 7) << 18 | (byte(1) & 63) << 12 | (byte(2) & 63) << 6 | (byte(3) & 63), 4};
    default:
      return {not_a_character, 1};
  }
}

std::string normalise_nfc(std::string_view text) {
  std::vector<std::uint32_t> codes;
  bool may_change = false;
  for (std::string_view rest = text; !rest.empty();) {
    const Character character = first_character(rest);
    const bool whole = character.code_point != not_a_character;
    if (whole && character.code_point >= first_mark) may_change = true;
    codes.push_back(whole ? character.code_point : byte_base + static_cast<unsigned char>(rest[0]));
    rest.remove_prefix(character.length);
  }
  if (!may_change) return std::string(text);
  std::vector<std::uint32_t> parts;
  parts.reserve(codes.size() + codes.size() / 4);
  for (const std::uint32_t code : codes) decompose(code, parts);
  reorder(parts);
  compose(parts);
  std::string out;
  out.reserve(text.size());
  for (const std::uint32_t code : parts) {
    if (code >= byte_base) {
      out += static_cast<char>(code - byte_base);
    } else {
      support::append_utf8(out, code);
    }
  }
  return out;
}

}  // namespace roost::text
