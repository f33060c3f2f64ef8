#include "arguments.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace roost::cli {
namespace {

Error usage(const std::string& what) {
  return error(ErrorCode::invalid_argument, what);
}

bool contains(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// At most one line a second, so that quick loads say nothing.
std::function<void(double)> progress_lines() {
  using Clock = std::chrono::steady_clock;
  return [last = Clock::now()](double fraction) mutable {
    if (Clock::now() - last < std::chrono::seconds(1)) return;
    last = Clock::now();
    std::fprintf(stderr, "loading: %.0f %%\n", fraction * 100);
  };
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<const std::string> words,
                                   std::span<const std::string_view> options,
                                   std::span<const std::string_view> flags) {
  Arguments arguments;
  bool only_names = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (only_names || !word.starts_with("--")) {
      arguments.names_.push_back(word);
      continue;
    }
    if (word == "--") {
      only_names = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (contains(flags, name)) {
      if (equals != std::string::npos) return usage("--" + name + " takes no value.");
      arguments.values_[name].emplace_back();
    } else if (contains(options, name)) {
      if (equals != std::string::npos) {
        arguments.values_[name].push_back(word.substr(equals + 1));
      } else if (i + 1 < words.size()) {
        arguments.values_[name].push_back(words[++i]);
      } else {
        return usage("--" + name + " needs a value.");
      }
    } else {
      return usage("There is no option --" + name + " for this command.");
    }
  }
  return arguments;
}

bool Arguments::has(std::string_view option) const {
  return values_.contains(option);
}

std::string Arguments::text(std::string_view option, std::string fallback) const {
  const auto at = values_.find(option);
  return at == values_.end() ? std::move(fallback) : at->second.back();
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  const auto at = values_.find(option);
  return at == values_.end() ? std::vector<std::string>() : at->second;
}

Result<std::uint64_t> Arguments::whole(std::string_view option, std::uint64_t fallback, std::uint64_t low,
                                       std::uint64_t high) const {
  if (!has(option)) return fallback;
  const std::string given = text(option);
  std::uint64_t value = 0;
  const auto [end, trouble] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (given.empty() || trouble != std::errc() || end != given.data() + given.size() || value < low ||
      value > high) {
    return usage("--" + std::string(option) + " must be a whole number from " + std::to_string(low) + " to " +
                 std::to_string(high) + ".");
  }
  return value;
}

Result<float> Arguments::number(std::string_view option, float fallback) const {
  if (!has(option)) return fallback;
  const std::string given = text(option);
  // strtof and not from_chars, which not every library of 2022 has for floating point. Our locale is "C".
  char* end = nullptr;
  const float value = std::strtof(given.c_str(), &end);
  if (given.empty() || given.front() == ' ' || end != given.c_str() + given.size()) {
    return usage("--" + std::string(option) + " must be a number.");
  }
  return value;
}

std::optional<std::vector<std::uint64_t>> whole_list(std::string_view text) {
  std::vector<std::uint64_t> list;
  while (true) {
    std::uint64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc()) return std::nullopt;
    list.push_back(value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return list;
    if (text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
  }
}

std::vector<std::string_view> load_option_names() {
  return {"device", "weights", "threads", "vocab", "access"};
}

std::vector<std::string> vocabulary_folders() {
  std::vector<std::string> folders{"."};
  if (const char* data = std::getenv("ROOST_DATA"); data != nullptr && *data != '\0')
    folders.emplace_back(data);
  return folders;
}

namespace {

// Empty, or names of devices with "+" between; which of them there are, the engine knows.
bool names_devices(std::string_view devices) {
  constexpr std::string_view kinds[] = {"cpu", "emulated", "cuda", "metal"};
  while (!devices.empty()) {
    const std::string_view one = devices.substr(0, devices.find('+'));
    if (one.size() + 1 == devices.size()) return false;  // ends in "+"
    devices.remove_prefix(std::min(devices.size(), one.size() + 1));
    const std::size_t colon = one.find(':');
    const std::string_view kind = one.substr(0, colon);
    if (!contains(kinds, kind)) return false;
    if (colon == std::string_view::npos) continue;
    const std::string_view number = one.substr(colon + 1);
    const bool digits = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits || (kind != "cuda" && kind != "metal")) return false;
  }
  return true;
}

}  // namespace

Result<LoadOptions> load_options(const Arguments& arguments) {
  LoadOptions options;
  options.device = arguments.text("device");
  if (!names_devices(options.device) || (arguments.has("device") && options.device.empty())) {
    return usage(
        "--device must be cpu, emulated, cuda or metal, the last two perhaps with a number: cuda:1; several "
        "with + "
        "between share a model.");
  }
  constexpr std::string_view formats[] = {"file", "f32", "f16", "bf16", "q8", "q4"};
  const std::string weights = arguments.text("weights", "file");
  const auto at = std::find(std::begin(formats), std::end(formats), weights);
  if (at == std::end(formats)) return usage("--weights must be f32, f16, bf16, q8, q4 or file.");
  options.weights = static_cast<WeightFormat>(at - std::begin(formats));
  ROOST_ASSIGN(const std::uint64_t threads, arguments.whole("threads", 0, 0, 1024));
  options.threads = static_cast<int>(threads);
  options.vocabulary = arguments.text("vocab");
  const std::string access = arguments.text("access", "auto");
  if (access != "auto" && access != "memory") return usage("--access must be auto or memory.");
  options.read_into_memory = access == "memory";
  options.vocabulary_folders = vocabulary_folders();
  options.progress = progress_lines();
  return options;
}

std::vector<std::string_view> sampling_option_names() {
  return {"temperature", "top-p",         "top-k",        "min-p", "presence",
          "frequency",   "penalty-decay", "penalty-kind", "seed"};
}

Result<SamplerOptions> sampling_options(const Arguments& arguments) {
  SamplerOptions options;
  ROOST_ASSIGN(options.temperature, arguments.number("temperature", options.temperature));
  ROOST_ASSIGN(options.top_p, arguments.number("top-p", options.top_p));
  ROOST_ASSIGN(const std::uint64_t top_k, arguments.whole("top-k", 0, 0, 0xffffffff));
  options.top_k = static_cast<std::uint32_t>(top_k);
  ROOST_ASSIGN(options.min_p, arguments.number("min-p", options.min_p));
  ROOST_ASSIGN(options.presence, arguments.number("presence", options.presence));
  ROOST_ASSIGN(options.frequency, arguments.number("frequency", options.frequency));
  ROOST_ASSIGN(options.penalty_decay, arguments.number("penalty-decay", options.penalty_decay));
  const std::string kind = arguments.text("penalty-kind", "occurrence");
  if (kind != "occurrence" && kind != "accumulated") {
    return usage("--penalty-kind must be occurrence or accumulated.");
  }
  options.penalty_kind = kind == "occurrence" ? PenaltyKind::occurrence : PenaltyKind::accumulated;
  ROOST_ASSIGN(options.seed, arguments.whole("seed", 0, 0, ~std::uint64_t{0}));
  ROOST_TRY(validate(options));
  return options;
}

}  // namespace roost::cli
