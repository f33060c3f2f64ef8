// Bytes in, whole characters out: what a window may show while an answer is still being written.
#pragma once

#include <string>
#include <string_view>

namespace roost::text {

// A character whose last bytes have not come yet is held back (at most three bytes). A byte that no
// continuation could make valid becomes U+FFFD at once, so that one bad byte never stalls what follows it.
class Utf8Stream {
 public:
  // The whole characters that became certain with `bytes`.
  std::string push(std::string_view bytes);
  // No more bytes will come that continue the pending ones: each of them becomes U+FFFD.
  std::string finish();
  const std::string& pending() const { return pending_; }

 private:
  std::string pending_;
};

}  // namespace roost::text
