// roost-engine bench: how fast a model is here, beside how fast this machine's memory is.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>

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
using Sessions = std::vector<std::unique_ptr<Session>>;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Lets every session run the same request and waits for all. Returns the seconds it took.
Result<double> run_all(Sessions& sessions, const GenerateRequest& request) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t answered = 0;
  std::optional<Error> failure;
  const Clock::time_point start = Clock::now();
  std::size_t running = 0;
  for (auto& session : sessions) {
    GenerateCallbacks calls;
    calls.on_done = [&](Result<GenerateResult> result) {
      const std::lock_guard lock(mutex);
      if (!result.ok()) failure = result.failure();
      ++answered;
      changed.notify_all();
    };
    const Status status = session->generate(request, std::move(calls));
    if (!status.ok()) {
      const std::lock_guard lock(mutex);
      failure = status.failure();
      break;
    }
    ++running;
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return answered == running; });
  if (failure) return *failure;
  return seconds_since(start);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Tokens of no meaning, the same in every run.
std::vector<std::uint32_t> prompt_of(std::size_t count, std::uint32_t vocabulary) {
  std::vector<std::uint32_t> tokens(count);
  std::uint32_t seed = 1;
  for (std::uint32_t& token : tokens) {
    seed = seed * 1664525u + 1013904223u;
    token = (seed >> 8) % vocabulary;
  }
  return tokens;
}

struct Figures {
  std::vector<double> prefill, decode, save_ms, restore_ms;
  std::size_t snapshot_bytes = 0;
};

Status run_once(Engine& engine, std::size_t batch, const GenerateRequest& reading,
                const GenerateRequest& writing, Figures& figures) {
  Sessions sessions;
  for (std::size_t i = 0; i < batch; ++i) {
    ROOST_ASSIGN(std::unique_ptr<Session> session, engine.open_session());
    sessions.push_back(std::move(session));
  }
  ROOST_ASSIGN(const double read_s, run_all(sessions, reading));
  ROOST_ASSIGN(const double write_s, run_all(sessions, writing));
  const auto count = static_cast<double>(batch);
  figures.prefill.push_back(count * static_cast<double>(reading.tokens.size()) / read_s);
  figures.decode.push_back(count * static_cast<double>(writing.max_tokens) / write_s);
  Clock::time_point start = Clock::now();
  ROOST_ASSIGN(const std::vector<std::byte> bytes, sessions[0]->snapshot());
  figures.save_ms.push_back(seconds_since(start) * 1e3);
  figures.snapshot_bytes = bytes.size();
  start = Clock::now();
  ROOST_TRY(sessions[0]->restore(bytes));
  figures.restore_ms.push_back(seconds_since(start) * 1e3);
  return {};
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

  GenerateRequest reading, writing;
  reading.tokens = prompt_of(static_cast<std::size_t>(prompt), engine->info().vocab);
  reading.max_tokens = 0;
  writing.max_tokens = static_cast<std::uint32_t>(gen);
  writing.sampler.temperature = 0;
  writing.stop_at_end_token = false;
  Figures figures;
  for (std::uint64_t i = 0; i < repeat; ++i) {
    ROOST_TRY(run_once(*engine, static_cast<std::size_t>(batch), reading, writing, figures));
    std::fprintf(stderr, "run %llu of %llu: prefill %.1f, decode %.1f tokens/s\n",
                 static_cast<unsigned long long>(i + 1), static_cast<unsigned long long>(repeat),
                 figures.prefill.back(), figures.decode.back());
  }
  const double decode = median(figures.decode);
  // Each step reads the weights once for the whole batch.
  const double bandwidth =
      static_cast<double>(engine->bytes_per_token()) * decode / static_cast<double>(batch) / 1e9;
  const std::uint64_t peak = peak_memory_bytes();  // before the measurement below takes a block of its own
  const double machine = measure_machine_bandwidth(engine->threads()) / 1e9;

  support::JsonWriter json;
  json.begin_object()
      .member("prefill_tok_s", median(figures.prefill))
      .member("decode_tok_s", decode)
      .member("bytes_per_token", engine->bytes_per_token())
      .member("bandwidth_gb_s", bandwidth)
      .member("machine_bandwidth_gb_s", machine)
      .member("bandwidth_fraction", machine > 0 ? bandwidth / machine : 0)
      .member("load_s", load_s)
      .member("peak_rss_bytes", peak)
      .member("snapshot_bytes", figures.snapshot_bytes)
      .member("snapshot_save_ms", median(figures.save_ms))
      .member("snapshot_restore_ms", median(figures.restore_ms))
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
  for (const auto& [name, values] :
       {std::pair("prefill_tok_s", &figures.prefill), std::pair("decode_tok_s", &figures.decode),
        std::pair("snapshot_save_ms", &figures.save_ms),
        std::pair("snapshot_restore_ms", &figures.restore_ms)}) {
    const auto [least, most] = std::minmax_element(values->begin(), values->end());
    json.key(name).begin_array().value(*least).value(*most).end_array();
  }
  json.end_object().end_object();
  if (!print(json.text() + "\n")) return error(ErrorCode::write_failed, "Standard output can't be written.");
  return done;
}

}  // namespace roost::cli
