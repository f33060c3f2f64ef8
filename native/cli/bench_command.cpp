// roost-engine bench: how fast a model is here, beside how fast this machine's memory is.
#include <chrono>
#include <cstdio>

#include "arguments.h"
#include "commands.h"
#include "files.h"
#include "peak_memory.h"
#include "roost/diagnostics.h"
#include "roost/session.h"
#include "support/json.h"

namespace roost::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Outcome bench_command(std::span<const std::string> words) {
  std::vector<std::string_view> options = load_option_names();
  for (const char* name : {"prompt", "gen", "batch", "repeat"}) options.emplace_back(name);
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, {}));
  if (arguments.names().size() != 1) {
    return error(ErrorCode::invalid_argument,
                 "Usage: roost-engine bench MODEL [--prompt 512] [--gen 128] [--batch 1] [--repeat 5]");
  }
  ROOST_ASSIGN(const std::uint64_t prompt, arguments.whole("prompt", 512, 1, 1u << 20));
  ROOST_ASSIGN(const std::uint64_t gen, arguments.whole("gen", 128, 1, 1u << 20));
  ROOST_ASSIGN(const std::uint64_t batch, arguments.whole("batch", 1, 1, 256));
  ROOST_ASSIGN(const std::uint64_t repeat, arguments.whole("repeat", 5, 1, 1000));
  ROOST_ASSIGN(LoadOptions load, load_options(arguments));
  load.needs_vocabulary = false;
  const Clock::time_point start = Clock::now();
  ROOST_ASSIGN(const std::shared_ptr<Engine> engine, load_engine(arguments.names()[0], load));
  const double load_s = seconds_since(start);

  BenchRequest request;
  request.prompt = static_cast<std::uint32_t>(prompt);
  request.gen = static_cast<std::uint32_t>(gen);
  request.batch = static_cast<std::uint32_t>(batch);
  request.repeat = static_cast<std::uint32_t>(repeat);
  BenchHooks hooks;
  hooks.after_run = [repeat](std::uint32_t run, const BenchFigures& so_far) {
    std::fprintf(stderr, "run %u of %llu: prefill %.1f, decode %.1f tokens/s\n", run,
                 static_cast<unsigned long long>(repeat), so_far.prefill_tok_s.runs.back(),
                 so_far.decode_tok_s.runs.back());
  };
  ROOST_ASSIGN(const BenchFigures figures, run_bench(*engine, request, hooks));
  const double decode = figures.decode_tok_s.median();
  // Each step reads the weights once for the whole batch.
  const double bandwidth =
      static_cast<double>(engine->bytes_per_token()) * decode / static_cast<double>(batch) / 1e9;
  const std::uint64_t peak = peak_memory_bytes();  // before the measurement below takes a block of its own
  const double machine = measure_machine_bandwidth(engine->threads(), engine->device()) / 1e9;
  const MachineArithmetic peak_rate = measure_machine_arithmetic(engine->threads());
  const double arithmetic =
      2 * static_cast<double>(engine->multiplications_per_token()) * figures.prefill_tok_s.median() / 1e9;

  support::JsonWriter json;
  json.begin_object()
      .member("prefill_tok_s", figures.prefill_tok_s.median())
      .member("decode_tok_s", decode)
      .member("bytes_per_token", engine->bytes_per_token())
      .member("bandwidth_gb_s", bandwidth)
      .member("machine_bandwidth_gb_s", machine)
      .member("bandwidth_fraction", machine > 0 ? bandwidth / machine : 0)
      .member("arithmetic_gop_s", arithmetic)
      .member("machine_f32_gop_s", peak_rate.of_floats / 1e9)
      .member("machine_int8_gop_s", peak_rate.of_bytes / 1e9)
      .member("f32_fraction", peak_rate.of_floats > 0 ? arithmetic * 1e9 / peak_rate.of_floats : 0)
      .member("load_s", load_s)
      .member("peak_rss_bytes", peak)
      .member("snapshot_bytes", figures.snapshot_bytes)
      .member("snapshot_save_ms", figures.snapshot_save_ms.median())
      .member("snapshot_restore_ms", figures.snapshot_restore_ms.median())
      .member("fork_ms", figures.fork_ms.median())
      .member("device", engine->device())
      .member("isa", engine->isa())
      .member("threads", engine->threads())
      .member("weight_bytes", engine->weight_bytes())
      .member("parameters", engine->info().parameters)
      .member("prompt", prompt)
      .member("gen", gen)
      .member("batch", batch)
      .member("repeat", repeat);
  json.key("spread").begin_object();  // [least, most] of all runs
  for (const auto& [name, series] :
       {std::pair("prefill_tok_s", &figures.prefill_tok_s), std::pair("decode_tok_s", &figures.decode_tok_s),
        std::pair("snapshot_save_ms", &figures.snapshot_save_ms),
        std::pair("snapshot_restore_ms", &figures.snapshot_restore_ms)}) {
    json.key(name).begin_array().value(series->least()).value(series->most()).end_array();
  }
  json.end_object().end_object();
  if (!print(json.text() + "\n")) return error(ErrorCode::write_failed, "Standard output can't be written.");
  return done;
}

}  // namespace roost::cli
