#include "text/stop_sequences.h"

#include <algorithm>

namespace roost::text {

StopSequences::StopSequences(const std::vector<std::string>& stops) {
  for (const std::string& stop : stops) {
    if (stop.empty()) continue;
    Pattern pattern;
    pattern.bytes = stop;
    pattern.fallback.assign(stop.size(), 0);
    for (std::size_t i = 1; i < stop.size(); ++i) {
      std::uint32_t length = pattern.fallback[i - 1];
      while (length > 0 && stop[length] != stop[i]) length = pattern.fallback[length - 1];
      if (stop[length] == stop[i]) ++length;
      pattern.fallback[i] = length;
    }
    patterns_.push_back(std::move(pattern));
  }
}

std::string StopSequences::push(std::string_view bytes) {
  std::string released;
  for (const char byte : bytes) {
    if (matched_) break;
    held_ += byte;
    ++taken_;
    std::uint32_t longest = 0;
    for (Pattern& pattern : patterns_) {
      while (pattern.length > 0 && pattern.bytes[pattern.length] != byte) {
        pattern.length = pattern.fallback[pattern.length - 1];
      }
      if (pattern.bytes[pattern.length] == byte) ++pattern.length;
      if (pattern.length == pattern.bytes.size()) {
        // Of two complete ones the longer begins earlier, and an incomplete one no longer counts.
        longest = matched_ ? std::max(longest, pattern.length) : pattern.length;
        matched_ = true;
      } else if (!matched_) {
        longest = std::max(longest, pattern.length);
      }
    }
    const std::size_t certain = held_.size() - longest;
    released.append(held_, 0, certain);
    held_.erase(0, certain);
    held_from_ = taken_ - longest;
  }
  return released;
}

std::string StopSequences::release() {
  if (matched_) return {};
  std::string rest = std::move(held_);
  held_.clear();
  held_from_ = taken_;
  for (Pattern& pattern : patterns_) pattern.length = 0;
  return rest;
}

}  // namespace roost::text
