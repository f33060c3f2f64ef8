// Finds stop texts in a stream of bytes and holds back whatever may still become one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roost::text {

// Works on bytes, before they are decoded: UTF-8 can't be misread in the middle of a character, and a stop
// text may begin or end inside a token. The result does not depend on how the bytes are cut into pieces: the
// first stop text to be complete wins, and of several that are complete with the same byte the longest.
class StopSequences {
 public:
  // Empty texts are left out.
  explicit StopSequences(const std::vector<std::string>& stops);

  // Takes the next bytes and returns those that can be no part of a stop text any more. Once a stop text is
  // complete nothing more is taken: see matched().
  std::string push(std::string_view bytes);

  bool matched() const { return matched_; }
  // Offset of the first byte that is held back; all that was pushed when nothing is. After a match: where the
  // stop text begins, which is the end of the output.
  std::uint64_t held_from() const { return held_from_; }
  // Ends the stream without a match: the bytes held back were no stop text after all.
  std::string release();

 private:
  struct Pattern {
    std::string bytes;
    std::vector<std::uint32_t> fallback;  // longest proper prefix of bytes[0..i] that is also its suffix
    std::uint32_t length = 0;             // bytes of it that the stream ends with
  };
  std::vector<Pattern> patterns_;
  std::string held_;
  std::uint64_t taken_ = 0;
  std::uint64_t held_from_ = 0;
  bool matched_ = false;
};

}  // namespace roost::text
