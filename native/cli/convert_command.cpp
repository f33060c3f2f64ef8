// roost-engine convert: a model file as GGUF.
#include <chrono>
#include <cstdio>

#include "arguments.h"
#include "commands.h"
#include "files.h"
#include "roost/convert.h"
#include "support/json.h"

namespace roost::cli {
namespace {

// At most one line a second, so that small models say nothing.
std::function<void(double)> converting_lines() {
  using Clock = std::chrono::steady_clock;
  return [last = Clock::now()](double fraction) mutable {
    if (Clock::now() - last < std::chrono::seconds(1)) return;
    last = Clock::now();
    std::fprintf(stderr, "converting: %.0f %%\n", fraction * 100);
  };
}

}  // namespace

Outcome convert_command(std::span<const std::string> words) {
  constexpr std::string_view options[] = {"weights", "threads", "vocab", "device"};
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, {}));
  if (arguments.names().size() != 2) {
    return error(ErrorCode::invalid_argument,
                 "Usage: roost-engine convert IN OUT.gguf --weights f32|f16|bf16|q8_0|q5_1|q5_0|q4_1|q4_0");
  }
  ConvertOptions convert;
  convert.type = arguments.text("weights", convert.type);
  ROOST_ASSIGN(const std::uint64_t threads, arguments.whole("threads", 0, 0, 1024));
  convert.threads = static_cast<int>(threads);
  convert.vocabulary = arguments.text("vocab");
  convert.vocabulary_folders = vocabulary_folders();
  convert.progress = converting_lines();
  const std::string& to = arguments.names()[1];
  ROOST_ASSIGN(const ConvertReport report, convert_model(arguments.names()[0], to, convert));

  support::JsonWriter json;
  json.begin_object()
      .member("out", to)
      .member("architecture", report.architecture)
      .member("weights", report.type)
      .member("bytes", report.bytes)
      .member("has_vocabulary", report.has_vocabulary);
  json.key("dtypes").begin_object();
  for (const auto& [type, count] : report.dtypes) json.member(type, count);
  json.end_object();
  json.member("compared", report.compared);
  if (report.compared > 0) {
    json.member("same_best", report.same_best)
        .member("mean_divergence", report.mean_divergence)
        .member("largest_divergence", report.largest_divergence);
  }
  json.member("seconds", report.seconds).end_object();
  if (!print(json.text() + "\n")) return error(ErrorCode::write_failed, "Standard output can't be written.");
  return done;
}

}  // namespace roost::cli
