// What the tokenizers need of Unicode. Bytes that are part of no character stand for themselves: they are no
// letter, no number and no blank, and no operation changes or moves them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::text {

enum class CharacterKind : std::uint8_t { letter, number, blank, other };

// General categories L and N, and the property White_Space.
CharacterKind kind_of(std::uint32_t code_point);

struct Character {
  std::uint32_t code_point;  // not_a_character for a byte that belongs to none
  std::uint32_t length;      // bytes
};
inline constexpr std::uint32_t not_a_character = 0xffffffff;

// What begins at text[0]; `text` must not be empty.
Character first_character(std::string_view text);

// Normalisation form C. Linear in the length of the text but for runs of combining marks, which are sorted.
std::string normalise_nfc(std::string_view text);

}  // namespace roost::text
