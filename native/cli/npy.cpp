#include "npy.h"

#include <charconv>
#include <cstring>
#include <optional>

#include "files.h"

namespace roost::cli {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint64_t file_limit = std::uint64_t{16} << 30;
constexpr std::size_t header_limit = 65536;
constexpr std::size_t dimensions_limit = 8;

// The header is a Python dictionary with three known keys. Read by hand: nothing else is accepted.
class Header {
 public:
  explicit Header(std::string_view text) : text_(text) {}

  bool read() {
    skip();
    if (!take('{')) return false;
    while (true) {
      skip();
      if (take('}')) break;
      const auto key = quoted();
      skip();
      if (!key || !take(':')) return false;
      skip();
      if (*key == "descr" && !descr) {
        descr = quoted();
        if (!descr) return false;
      } else if (*key == "fortran_order" && !fortran) {
        if (word("False")) {
          fortran = false;
        } else if (word("True")) {
          fortran = true;
        } else {
          return false;
        }
      } else if (*key == "shape" && !shape) {
        if (!tuple()) return false;
      } else {
        return false;
      }
      skip();
      if (take(',')) continue;
      skip();
      if (!take('}')) return false;
      break;
    }
    skip();
    return text_.empty() && descr && fortran && shape;
  }

  std::optional<std::string> descr;
  std::optional<bool> fortran;
  std::optional<std::vector<std::uint64_t>> shape;

 private:
  void skip() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  std::optional<std::string> quoted() {
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) return std::nullopt;
    const std::size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string inside(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return inside;
  }
  bool tuple() {
    if (!take('(')) return false;
    shape.emplace();
    while (true) {
      skip();
      if (take(')')) return true;
      std::uint64_t size = 0;
      const auto [end, trouble] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (trouble != std::errc() || shape->size() == dimensions_limit) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      shape->push_back(size);
      skip();
      if (take(',')) continue;
      return take(')');
    }
  }

  std::string_view text_;
};

}  // namespace

Result<Array> parse_npy(std::string_view bytes, const std::string& subject) {
  const auto wrong = [&subject](const std::string& what) {
    return error(ErrorCode::file_unreadable, subject + " is no usable .npy file: " + what + ".");
  };
  if (!bytes.starts_with(magic) || bytes.size() < 10) return wrong("it does not begin like one");
  const auto byte_at = [&bytes](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const std::size_t version = byte_at(6);
  std::size_t start = 10, length = 0;
  if (version == 1) {
    length = byte_at(8) | byte_at(9) << 8;
  } else if (version == 2 || version == 3) {
    if (bytes.size() < 12) return wrong("it is cut short");
    start = 12;
    length = byte_at(8) | byte_at(9) << 8 | byte_at(10) << 16 | byte_at(11) << 24;
  } else {
    return wrong("its format version " + std::to_string(version) + " is unknown");
  }
  if (length > header_limit || length > bytes.size() - start)
    return wrong("its header is cut short or too long");
  Header header(bytes.substr(start, length));
  if (!header.read()) return wrong("its header can't be understood");
  const std::size_t item = *header.descr == "<f4" ? 4 : *header.descr == "<f8" ? 8 : 0;
  if (item == 0) return wrong("its numbers are not little-endian f32 or f64");
  if (*header.fortran && header.shape->size() > 1) return wrong("it is stored column by column");

  const std::string_view data = bytes.substr(start + length);
  std::uint64_t count = 1;
  for (const std::uint64_t size : *header.shape) {
    if (size != 0 && count > data.size() / size) return wrong("its shape is larger than its data");
    count *= size;
  }
  if (data.size() % item != 0 || count != data.size() / item) {
    return wrong("it has " + std::to_string(data.size()) + " bytes of data for " + std::to_string(count) +
                 " numbers");
  }
  Array array;
  array.shape = *header.shape;
  array.values.resize(static_cast<std::size_t>(count));
  if (item == 4) {
    if (count > 0) std::memcpy(array.values.data(), data.data(), data.size());
  } else {
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      double value = 0;
      std::memcpy(&value, data.data() + i * 8, 8);
      array.values[i] = static_cast<float>(value);
    }
  }
  return array;
}

std::vector<std::byte> format_npy(std::span<const float> values, std::span<const std::uint64_t> shape) {
  std::string tuple = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    tuple += std::to_string(shape[i]) + (shape.size() == 1 ? "," : i + 1 < shape.size() ? ", " : "");
  }
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + tuple + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string text(magic);
  text += std::string("\x01\x00", 2);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  std::vector<std::byte> bytes(text.size() + values.size_bytes());
  std::memcpy(bytes.data(), text.data(), text.size());
  if (!values.empty()) std::memcpy(bytes.data() + text.size(), values.data(), values.size_bytes());
  return bytes;
}

Result<Array> read_npy(const std::string& path) {
  ROOST_ASSIGN(const std::string bytes, read_file(path, file_limit));
  return parse_npy(bytes, path);
}

Status write_npy(const std::string& path, std::span<const float> values,
                 std::span<const std::uint64_t> shape) {
  return write_file(path, format_npy(values, shape));
}

}  // namespace roost::cli
