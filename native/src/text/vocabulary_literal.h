// The string literals of the vocabulary file, read strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::text {

// The bytes that a literal stands for: '...' or "..." is text, whose escapes are code points that become
// UTF-8; b'...' or b"..." is bytes. Escapes: \\ \' \" \n \r \t \xNN and, in text, \uNNNN and \UNNNNNNNN.
// Nothing for any other form, for raw control characters and for what is no valid UTF-8.
std::optional<std::string> parse_vocabulary_literal(std::string_view literal);

}  // namespace roost::text
