// Command lines: names, "--option value" and "--option=value", flags; nothing else is understood.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/model.h"
#include "roost/result.h"
#include "roost/sampler.h"

namespace roost::cli {

class Arguments {
 public:
  // `options` take a value, `flags` none. Errors: invalid_argument for anything unknown or incomplete.
  static Result<Arguments> parse(std::span<const std::string> words,
                                 std::span<const std::string_view> options,
                                 std::span<const std::string_view> flags);

  const std::vector<std::string>& names() const { return names_; }  // what is no option, in order
  bool has(std::string_view option) const;
  std::string text(std::string_view option, std::string fallback = {}) const;  // the last one given
  std::vector<std::string> all(std::string_view option) const;
  // Errors: invalid_argument, with the option and its range.
  Result<std::uint64_t> whole(std::string_view option, std::uint64_t fallback, std::uint64_t low,
                              std::uint64_t high) const;
  Result<float> number(std::string_view option, float fallback) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// A list such as "1,2,17"; nothing for anything else.
std::optional<std::vector<std::uint64_t>> whole_list(std::string_view text);

// --device --weights --threads --vocab, with progress on standard error.
std::vector<std::string_view> load_option_names();
Result<LoadOptions> load_options(const Arguments& arguments);
std::vector<std::string> vocabulary_folders();

// --temperature --top-p --top-k --min-p --presence --frequency --penalty-decay --penalty-kind --seed
std::vector<std::string_view> sampling_option_names();
Result<SamplerOptions> sampling_options(const Arguments& arguments);

}  // namespace roost::cli
