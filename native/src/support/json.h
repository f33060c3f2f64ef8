// JSON (RFC 8259) for what we read from others and what the command line program prints.
//
// The reader is strict: valid UTF-8 only, no duplicate keys, nothing after the value, limited depth and
// number of values, so that neither stack nor memory can be exhausted by a small input. It never recurses on
// input depth.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "roost/result.h"

namespace roost::support {

class JsonReader;

class Json {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  struct Member;

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }

  std::optional<bool> boolean() const;
  std::optional<double> number() const;
  // A number written without fraction or exponent, from 0 to 2^53: what a size or an id may look like.
  std::optional<std::uint64_t> whole() const;
  // Empty views and lists for values of another kind: check kind() where that matters.
  std::string_view text() const;
  const std::vector<Json>& items() const;
  const std::vector<Member>& members() const;    // sorted by key
  const Json* find(std::string_view key) const;  // null when absent or not an object

 private:
  friend class JsonReader;
  // One place for all contents: two bytes of input can be a value, so its size decides what a hostile text
  // costs.
  using Contents = std::variant<double, std::string, std::vector<Json>, std::vector<Member>>;

  Contents contents_;
  Kind kind_ = Kind::null;
  bool boolean_ = false;
  bool whole_ = false;
};

struct Json::Member {
  std::string key;
  Json value;
};

struct JsonLimits {
  std::size_t depth = 32;
  std::size_t values = 1'000'000;
};

// Errors: `failure` with a sentence that gives `subject` (the file or argument), the byte and what is wrong
// there.
Result<Json> parse_json(std::string_view text, std::string_view subject,
                        ErrorCode failure = ErrorCode::invalid_argument, JsonLimits limits = {});

// Builds one JSON text. Calls must form a value; commas and colons come by themselves.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);  // bytes that are no UTF-8 become U+FFFD
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  // shortest form that reads back equal; null when not finite
  JsonWriter& value(float number);
  JsonWriter& value(bool boolean);
  template <std::integral T>
  JsonWriter& value(T number) {
    if constexpr (std::is_signed_v<T>) return integer(static_cast<std::int64_t>(number));
    return whole(static_cast<std::uint64_t>(number));
  }
  JsonWriter& null();
  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }

 private:
  JsonWriter& integer(std::int64_t number);
  JsonWriter& whole(std::uint64_t number);
  void separate();
  std::string text_;
  bool needs_comma_ = false;
};

// `text` as a JSON string with its quotes.
std::string json_quoted(std::string_view text);

}  // namespace roost::support
