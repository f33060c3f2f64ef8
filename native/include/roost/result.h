// Result<T>: a value or an Error. No exception and no abort leaves a public function of the engine.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace roost {

enum class ErrorCode : std::uint16_t {
#define ROOST_ERROR(code, kind) code,
#include "roost/error_codes.def"
#undef ROOST_ERROR
};

// The spelling used in JSON, logs and the TypeScript contract, for example "model_truncated".
constexpr std::string_view name_of(ErrorCode code) {
  switch (code) {
#define ROOST_ERROR(code, kind) \
  case ErrorCode::code:         \
    return #code;
#include "roost/error_codes.def"
#undef ROOST_ERROR
  }
  return "internal";
}

struct Error {
  ErrorCode code;
  std::string message;  // one sentence: which file or argument, what was expected, what was found
};

inline Error error(ErrorCode code, std::string message) {
  return Error{code, std::move(message)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error failure) : content_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  const Error& failure() const& { return std::get<1>(content_); }
  Error&& failure() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error failure) : failure_(std::move(failure)), failed_(true) {}

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& failure() const& { return failure_; }
  Error&& failure() && { return std::move(failure_); }

 private:
  Error failure_{};
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace roost

// Returns from the enclosing function with the error of `expression`, if it is one.
#define ROOST_TRY(expression)                         \
  do {                                                \
    if (auto status_ = (expression); !status_.ok()) { \
      return std::move(status_).failure();            \
    }                                                 \
  } while (false)

#define ROOST_JOIN2(a, b) a##b
#define ROOST_JOIN(a, b) ROOST_JOIN2(a, b)
// ROOST_ASSIGN(auto x, f()): x = the value of f(), or return its error.
#define ROOST_ASSIGN(declaration, expression)                  \
  auto ROOST_JOIN(result_, __LINE__) = (expression);           \
  if (!ROOST_JOIN(result_, __LINE__).ok()) {                   \
    return std::move(ROOST_JOIN(result_, __LINE__)).failure(); \
  }                                                            \
  declaration = std::move(ROOST_JOIN(result_, __LINE__)).value()
