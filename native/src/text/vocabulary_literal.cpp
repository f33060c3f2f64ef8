#include "text/vocabulary_literal.h"

#include <cstdint>

#include "support/utf8.h"

namespace roost::text {
namespace {

std::optional<std::uint32_t> hex_digits(std::string_view text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(0, count)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

}  // namespace

std::optional<std::string> parse_vocabulary_literal(std::string_view literal) {
  const bool is_bytes = !literal.empty() && literal[0] == 'b';
  if (is_bytes) literal.remove_prefix(1);
  if (literal.size() < 2) return std::nullopt;
  const char quote = literal[0];
  if ((quote != '\'' && quote != '"') || literal.back() != quote) return std::nullopt;
  std::string_view body = literal.substr(1, literal.size() - 2);

  std::string out;
  while (!body.empty()) {
    if (body[0] != '\\') {
      const auto byte = static_cast<unsigned char>(body[0]);
      if (body[0] == quote || byte < 0x20 || byte == 0x7f) return std::nullopt;
      if (is_bytes && byte >= 0x80) return std::nullopt;
      const int length = support::utf8_character(body);
      if (length <= 0) return std::nullopt;
      out += body.substr(0, static_cast<std::size_t>(length));
      body.remove_prefix(static_cast<std::size_t>(length));
      continue;
    }
    if (body.size() < 2) return std::nullopt;
    const char kind = body[1];
    body.remove_prefix(2);
    std::size_t digits = 0;
    switch (kind) {
      case '\\':
      case '\'':
      case '"':
        out += kind;
        continue;
      case 'n':
        out += '\n';
        continue;
      case 'r':
        out += '\r';
        continue;
      case 't':
        out += '\t';
        continue;
      case 'x':
        digits = 2;
        break;
      case 'u':
        digits = 4;
        break;
      case 'U':
        digits = 8;
        break;
      default:
        return std::nullopt;
    }
    if (is_bytes && kind != 'x') return std::nullopt;
    const std::optional<std::uint32_t> value = hex_digits(body, digits);
    if (!value) return std::nullopt;
    body.remove_prefix(digits);
    if (is_bytes) {
      out += static_cast<char>(*value);
    } else {
      if (*value > 0x10ffff || (*value >= 0xd800 && *value <= 0xdfff)) return std::nullopt;
      support::append_utf8(out, *value);
    }
  }
  return out;
}

}  // namespace roost::text
