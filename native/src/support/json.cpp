#include "support/json.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>
#include <utility>

#include "support/utf8.h"

namespace roost::support {

std::optional<bool> Json::boolean() const {
  return kind_ == Kind::boolean ? std::optional(boolean_) : std::nullopt;
}

std::optional<double> Json::number() const {
  return kind_ == Kind::number ? std::optional(std::get<double>(contents_)) : std::nullopt;
}

std::optional<std::uint64_t> Json::whole() const {
  if (kind_ != Kind::number || !whole_) return std::nullopt;
  return static_cast<std::uint64_t>(std::get<double>(contents_));
}

std::string_view Json::text() const {
  const auto* const text = std::get_if<std::string>(&contents_);
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

const std::vector<Json>& Json::items() const {
  static const std::vector<Json> none;
  const auto* const items = std::get_if<std::vector<Json>>(&contents_);
  return items != nullptr ? *items : none;
}

const std::vector<Json::Member>& Json::members() const {
  static const std::vector<Member> none;
  const auto* const members = std::get_if<std::vector<Member>>(&contents_);
  return members != nullptr ? *members : none;
}

const Json* Json::find(std::string_view key) const {
  const std::vector<Member>& all = members();
  const auto at =
      std::lower_bound(all.begin(), all.end(), key,
                       [](const Member& member, std::string_view wanted) { return member.key < wanted; });
  return at != all.end() && at->key == key ? &at->value : nullptr;
}

// One pass with a stack of the open arrays and objects. An open container holds its own contents; closing it
// moves it into the one below.
class JsonReader {
 public:
  JsonReader(std::string_view text, std::string_view subject, ErrorCode failure, JsonLimits limits)
      : text_(text), subject_(subject), failure_(failure), limits_(limits) {}

  Result<Json> read() {
    Json root;
    bool have_root = false;
    skip_space();
    while (true) {
      // Here a value must begin.
      if (++values_ > limits_.values)
        return wrong("has more than " + std::to_string(limits_.values) + " values");
      Json value;
      if (at_end()) return wrong("ends where a value should be");
      const char first = text_[position_];
      if (first == '{' || first == '[') {
        if (open_.size() >= limits_.depth)
          return wrong("is nested more than " + std::to_string(limits_.depth) + " deep");
        ++position_;
        value.kind_ = first == '{' ? Json::Kind::object : Json::Kind::array;
        if (first == '{') {
          value.contents_.emplace<std::vector<Json::Member>>();
        } else {
          value.contents_.emplace<std::vector<Json>>();
        }
        open_.push_back({std::move(value), {}});
        skip_space();
        if (!take(first == '{' ? '}' : ']')) {
          if (first == '{') ROOST_TRY(read_key());
          continue;
        }
        ROOST_ASSIGN(value, close());
      } else {
        ROOST_TRY(read_scalar(value));
      }
      // A value is complete: give it to what surrounds it, and close what closes.
      while (true) {
        skip_space();
        if (open_.empty()) {
          root = std::move(value);
          have_root = true;
          break;
        }
        Open& around = open_.back();
        const bool object = around.value.kind_ == Json::Kind::object;
        if (object) {
          std::get<std::vector<Json::Member>>(around.value.contents_)
              .push_back({std::move(around.key), std::move(value)});
        } else {
          std::get<std::vector<Json>>(around.value.contents_).push_back(std::move(value));
        }
        if (take(',')) {
          skip_space();
          if (object) ROOST_TRY(read_key());
          break;
        }
        if (!take(object ? '}' : ']')) return wrong(object ? "needs ',' or '}'" : "needs ',' or ']'");
        ROOST_ASSIGN(value, close());
      }
      if (have_root) break;
    }
    if (!at_end()) return wrong("goes on after the value");
    return root;
  }

 private:
  struct Open {
    Json value;
    std::string key;  // of the member being read
  };

  Error wrong(const std::string& what) const {
    return error(failure_,
                 std::string(subject_) + ": the JSON " + what + " (byte " + std::to_string(position_) + ").");
  }

  bool at_end() const { return position_ >= text_.size(); }

  bool take(char wanted) {
    if (at_end() || text_[position_] != wanted) return false;
    ++position_;
    return true;
  }

  void skip_space() {
    while (!at_end() && (text_[position_] == ' ' || text_[position_] == '\n' || text_[position_] == '\r' ||
                         text_[position_] == '\t')) {
      ++position_;
    }
  }

  // Ends the innermost container. Members are sorted by key, which shows the duplicates.
  Result<Json> close() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    auto* const held = std::get_if<std::vector<Json::Member>>(&value.contents_);
    if (held == nullptr) return value;
    std::vector<Json::Member>& members = *held;
    std::sort(members.begin(), members.end(),
              [](const Json::Member& a, const Json::Member& b) { return a.key < b.key; });
    const auto twice =
        std::adjacent_find(members.begin(), members.end(),
                           [](const Json::Member& a, const Json::Member& b) { return a.key == b.key; });
    if (twice != members.end())
      return wrong("has the key " + json_quoted(twice->key.substr(0, 100)) + " twice");
    return value;
  }

  Status read_key() {
    ROOST_ASSIGN(open_.back().key, read_string());
    skip_space();
    if (!take(':')) return wrong("needs ':' after a key");
    skip_space();
    return {};
  }

  Status read_scalar(Json& value) {
    const char first = text_[position_];
    if (first == '"') {
      ROOST_ASSIGN(std::string text, read_string());
      value.contents_ = std::move(text);
      value.kind_ = Json::Kind::string;
      return {};
    }
    if (take_word("true")) {
      value.kind_ = Json::Kind::boolean;
      value.boolean_ = true;
      return {};
    }
    if (take_word("false")) {
      value.kind_ = Json::Kind::boolean;
      return {};
    }
    if (take_word("null")) return {};
    if (first == '-' || (first >= '0' && first <= '9')) return read_number(value);
    return wrong("has something that is no value");
  }

  bool take_word(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) return false;
    position_ += word.size();
    return true;
  }

  std::size_t take_digits() {
    const std::size_t begin = position_;
    while (!at_end() && text_[position_] >= '0' && text_[position_] <= '9') ++position_;
    return position_ - begin;
  }

  Status read_number(Json& value) {
    const std::size_t begin = position_;
    const bool negative = take('-');
    const bool zero_first = !at_end() && text_[position_] == '0';
    const std::size_t digits = take_digits();
    if (digits == 0 || (zero_first && digits > 1)) return wrong("has a malformed number");
    bool plain = !negative;
    if (take('.')) {
      plain = false;
      if (take_digits() == 0) return wrong("has a malformed number");
    }
    if (take('e') || take('E')) {
      plain = false;
      if (!take('+')) take('-');
      if (take_digits() == 0) return wrong("has a malformed number");
    }
    const std::string_view literal = text_.substr(begin, position_ - begin);
    if (literal.size() > 400) return wrong("has a number of more than 400 characters");
    value.kind_ = Json::Kind::number;
    if (plain && digits <= 16) {
      std::uint64_t whole = 0;
      for (const char digit : literal) whole = whole * 10 + static_cast<std::uint64_t>(digit - '0');
      value.whole_ = whole <= (std::uint64_t{1} << 53);
      value.contents_ = static_cast<double>(whole);
      return {};
    }
    // One stream for all numbers: making one costs more than reading from it.
    if (!stream_) {
      stream_.emplace();
      stream_->imbue(std::locale::classic());  // the process's own may write numbers with a comma
    }
    stream_->clear();
    stream_->str(std::string(literal));
    double number = 0;
    *stream_ >> number;
    if (stream_->fail() || !std::isfinite(number)) return wrong("has a number out of range");
    value.contents_ = number;
    return {};
  }

  Result<std::uint32_t> read_four_hex() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++position_) {
      const char c = at_end() ? '\0' : text_[position_];
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<std::uint32_t>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<std::uint32_t>(c - 'A') + 10;
      } else {
        return wrong("has a malformed \\u escape");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  Result<std::string> read_string() {
    if (!take('"')) return wrong("needs a string");
    std::string out;
    while (true) {
      const std::size_t begin = position_;
      while (!at_end() && text_[position_] != '"' && text_[position_] != '\\' &&
             static_cast<unsigned char>(text_[position_]) >= 0x20) {
        ++position_;
      }
      const std::string_view run = text_.substr(begin, position_ - begin);
      if (!is_valid_utf8(run)) return wrong("has a string that is not UTF-8");
      out += run;
      if (at_end()) return wrong("ends within a string");
      if (take('"')) return out;
      if (!take('\\')) return wrong("has a control character within a string");
      if (at_end()) return wrong("ends within a string");
      const char escape = text_[position_++];
      switch (escape) {
        case '"':
        case '\\':
        case '/':
          out += escape;
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u': {
          ROOST_ASSIGN(std::uint32_t code, read_four_hex());
          if (code >= 0xd800 && code < 0xdc00) {
            if (!take_word("\\u")) return wrong("has half of a surrogate pair");
            ROOST_ASSIGN(const std::uint32_t low, read_four_hex());
            if (low < 0xdc00 || low > 0xdfff) return wrong("has half of a surrogate pair");
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          } else if (code >= 0xdc00 && code <= 0xdfff) {
            return wrong("has half of a surrogate pair");
          }
          append_utf8(out, code);
          break;
        }
        default:
          return wrong("has an unknown escape in a string");
      }
    }
  }

  std::string_view text_;
  std::string_view subject_;
  ErrorCode failure_;
  JsonLimits limits_;
  std::size_t position_ = 0;
  std::size_t values_ = 0;
  std::vector<Open> open_;
  std::optional<std::istringstream> stream_;
};

Result<Json> parse_json(std::string_view text, std::string_view subject, ErrorCode failure,
                        JsonLimits limits) {
  return JsonReader(text, subject, failure, limits).read();
}

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  text_ += '[';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  text_ += json_quoted(name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += json_quoted(text);
  return *this;
}

namespace {

template <class Number>
std::string shortest(Number number) {
  for (const int digits : {6, 9, 15, 16, 17}) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(digits);
    out << number;
    std::istringstream in(out.str());
    in.imbue(std::locale::classic());
    Number back = 0;
    if ((in >> back && back == number) || digits == 17) return out.str();
  }
  return "0";
}

}  // namespace

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  text_ += shortest(number);
  return *this;
}

JsonWriter& JsonWriter::value(float number) {
  if (!std::isfinite(number)) return null();
  separate();
  text_ += shortest(number);
  return *this;
}

JsonWriter& JsonWriter::value(bool boolean) {
  separate();
  text_ += boolean ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::whole(std::uint64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  const std::string whole = is_valid_utf8(text) ? std::string(text) : repair_utf8(text);
  for (const char c : whole) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          static constexpr char digits[] = "0123456789abcdef";
          out += "\\u00";
          out += digits[static_cast<unsigned char>(c) >> 4];
          out += digits[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace roost::support
