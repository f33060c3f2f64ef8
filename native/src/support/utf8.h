// UTF-8 as the Unicode standard defines it (no overlong forms, no surrogates, at most U+10FFFF).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::support {

// What begins at text[0]: the length of one whole character (1 to 4); 0 where the bytes are a proper
// beginning of one but the text ends; -1 where no continuation could make it valid. `text` must not be empty.
int utf8_character(std::string_view text);

bool is_valid_utf8(std::string_view text);
std::string repair_utf8(std::string_view text);  // every byte that is part of no character becomes U+FFFD
void append_utf8(std::string& out, std::uint32_t code_point);

// For error messages: at most `limit` bytes of `text`, control characters and other invisible bytes as \xNN.
std::string printable(std::string_view text, std::size_t limit = 120);
std::string quoted(std::string_view text);  // printable, in double quotes

}  // namespace roost::support
