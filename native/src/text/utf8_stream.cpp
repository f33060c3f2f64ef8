#include "text/utf8_stream.h"

#include "support/utf8.h"

namespace roost::text {

std::string Utf8Stream::push(std::string_view bytes) {
  pending_ += bytes;
  std::string out;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const int length = support::utf8_character(rest);
    if (length == 0) break;
    if (length > 0) {
      out += rest.substr(0, static_cast<std::size_t>(length));
      rest.remove_prefix(static_cast<std::size_t>(length));
    } else {
      out += "\xef\xbf\xbd";
      rest.remove_prefix(1);
    }
  }
  pending_ = std::string(rest);
  return out;
}

std::string Utf8Stream::finish() {
  std::string out = support::repair_utf8(pending_);
  pending_.clear();
  return out;
}

}  // namespace roost::text
