#include "support/utf8.h"

namespace roost::support {

int utf8_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  int length = 0;
  // The range of the second byte is what excludes overlong forms, surrogates and values past U+10FFFF.
  unsigned char low = 0x80, high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  } else {
    return -1;
  }
  for (int i = 1; i < length; ++i) {
    if (static_cast<std::size_t>(i) >= text.size()) return 0;
    const auto next = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
    if (next < low || next > high) return -1;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const int length = utf8_character(text);
    if (length <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const int length = utf8_character(text);
    if (length > 0) {
      out += text.substr(0, static_cast<std::size_t>(length));
      text.remove_prefix(static_cast<std::size_t>(length));
    } else {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    }
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3f));
    put(0x80 | ((code_point >> 6) & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

std::string printable(std::string_view text, std::size_t limit) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    if (out.size() >= limit) return out + "...";
    const int length = utf8_character(text);
    const auto first = static_cast<unsigned char>(text[0]);
    // U+0080..U+009F are controls, U+200B..U+200F, U+2028..U+202E, U+2060..U+206F and U+FEFF invisible or
    // turning.
    const bool hidden =
        length <= 0 || first < 0x20 || first == 0x7f ||
        (length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) ||
        (length == 3 && first == 0xe2 && static_cast<unsigned char>(text[1]) == 0x80 &&
         ((static_cast<unsigned char>(text[2]) >= 0x8b && static_cast<unsigned char>(text[2]) <= 0x8f) ||
          (static_cast<unsigned char>(text[2]) >= 0xa8 && static_cast<unsigned char>(text[2]) <= 0xae))) ||
        (length == 3 && first == 0xe2 && static_cast<unsigned char>(text[1]) == 0x81 &&
         static_cast<unsigned char>(text[2]) >= 0xa0 && static_cast<unsigned char>(text[2]) <= 0xaf) ||
        text.substr(0, 3) == "\xef\xbb\xbf";
    const auto taken = static_cast<std::size_t>(length > 0 ? length : 1);
    if (hidden) {
      for (const char c : text.substr(0, taken)) {
        out += "\\x";
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
      }
    } else {
      out += text.substr(0, taken);
    }
    text.remove_prefix(taken);
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out(1, '"');
  out += printable(text);
  out += '"';
  return out;
}

}  // namespace roost::support
