// The only way in which the parsers touch file bytes: a cursor that compares every request with what is left,
// and arithmetic that cannot wrap.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace roost::formats {

inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
  return a <= UINT64_MAX - b ? std::optional(a + b) : std::nullopt;
}

inline std::optional<std::uint64_t> checked_multiply(std::uint64_t a, std::uint64_t b) {
  return a == 0 || b <= UINT64_MAX / a ? std::optional(a * b) : std::nullopt;
}

// Little-endian. A call that needs more than is left returns false, moves nothing and leaves its output
// alone.
class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }
  bool need(std::uint64_t count) const { return count <= left(); }

  bool seek(std::uint64_t position) {
    if (position > bytes_.size()) return false;
    position_ = static_cast<std::size_t>(position);
    return true;
  }

  bool skip(std::uint64_t count) {
    if (!need(count)) return false;
    position_ += static_cast<std::size_t>(count);
    return true;
  }

  template <class T>
  bool read(T& out) {
    static_assert(std::is_arithmetic_v<T>);
    if (!need(sizeof(T))) return false;
    std::memcpy(&out, bytes_.data() + position_, sizeof(T));
    position_ += sizeof(T);
    return true;
  }

  bool take(std::uint64_t count, std::span<const std::byte>& out) {
    if (!need(count)) return false;
    out = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += static_cast<std::size_t>(count);
    return true;
  }

  bool take(std::uint64_t count, std::string_view& out) {
    std::span<const std::byte> taken;
    if (!take(count, taken)) return false;
    out = {reinterpret_cast<const char*>(taken.data()), taken.size()};
    return true;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

static_assert(std::endian::native == std::endian::little,
              "the readers copy little-endian numbers as they are");

}  // namespace roost::formats
