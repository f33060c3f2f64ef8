// How fast a loaded model is: the measurement behind `roost-engine bench` and the application's benchmark
// page.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "roost/diagnostics.h"

namespace roost {
namespace {

using Clock = std::chrono::steady_clock;
using Sessions = std::vector<std::unique_ptr<Session>>;

constexpr std::chrono::milliseconds cancel_poll(50);

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Lets every session run the same request and waits for all. Returns the seconds it took.
Result<double> run_all(Sessions& sessions, const GenerateRequest& request,
                       const std::function<bool()>& cancelled) {
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
      if (!result.ok()) {
        failure = result.failure();
      } else if (result.value().reason == FinishReason::cancelled && !failure) {
        failure = error(ErrorCode::cancelled, "The measurement was cancelled.");
      }
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
  bool told = false;
  while (!changed.wait_for(lock, cancel_poll, [&] { return answered == running; })) {
    if (told || !((cancelled && cancelled()) || failure)) continue;
    told = true;
    lock.unlock();  // on_done takes it
    for (auto& session : sessions) session->cancel();
    lock.lock();
  }
  if (failure) return *failure;
  return seconds_since(start);
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

Status run_once(Engine& engine, const BenchRequest& request, const BenchHooks& hooks,
                const GenerateRequest& reading, const GenerateRequest& writing, BenchFigures& figures) {
  Sessions sessions;
  for (std::uint32_t i = 0; i < request.batch; ++i) {
    ROOST_ASSIGN(std::unique_ptr<Session> session, engine.open_session());
    sessions.push_back(std::move(session));
  }
  ROOST_ASSIGN(const double read_s, run_all(sessions, reading, hooks.cancelled));
  ROOST_ASSIGN(const double write_s, run_all(sessions, writing, hooks.cancelled));
  const auto count = static_cast<double>(request.batch);
  figures.prefill_tok_s.runs.push_back(count * static_cast<double>(request.prompt) / read_s);
  figures.decode_tok_s.runs.push_back(count * static_cast<double>(request.gen) / write_s);
  Clock::time_point start = Clock::now();
  ROOST_ASSIGN(const std::unique_ptr<Session> copy, sessions[0]->fork());
  figures.fork_ms.runs.push_back(seconds_since(start) * 1e3);
  start = Clock::now();
  ROOST_ASSIGN(const std::vector<std::byte> bytes, sessions[0]->snapshot());
  figures.snapshot_save_ms.runs.push_back(seconds_since(start) * 1e3);
  figures.snapshot_bytes = bytes.size();
  start = Clock::now();
  ROOST_TRY(sessions[0]->restore(bytes));
  figures.snapshot_restore_ms.runs.push_back(seconds_since(start) * 1e3);
  return {};
}

}  // namespace

double BenchSeries::median() const {
  if (runs.empty()) return 0;
  std::vector<double> values = runs;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double BenchSeries::least() const {
  return runs.empty() ? 0 : *std::min_element(runs.begin(), runs.end());
}

double BenchSeries::most() const {
  return runs.empty() ? 0 : *std::max_element(runs.begin(), runs.end());
}

Result<BenchFigures> run_bench(Engine& engine, const BenchRequest& request, const BenchHooks& hooks) {
  if (request.prompt == 0 || request.gen == 0 || request.batch == 0 || request.repeat == 0) {
    return error(ErrorCode::invalid_argument,
                 "A measurement needs at least one token to read, one to write, one session and one run.");
  }
  try {
    GenerateRequest reading, writing;
    reading.tokens = prompt_of(request.prompt, engine.info().vocab);
    reading.max_tokens = 0;
    writing.max_tokens = request.gen;
    writing.sampler.temperature = 0;
    writing.stop_at_end_token = false;
    // What happens once only, the first touch of memory and the start of threads, is nobody's speed.
    BenchRequest little = request;
    little.prompt = std::min(request.prompt, 32u);
    GenerateRequest first = reading, second = writing;
    first.tokens.resize(little.prompt);
    second.max_tokens = 1;
    BenchFigures unused, figures;
    ROOST_TRY(run_once(engine, little, hooks, first, second, unused));
    for (std::uint32_t run = 1; run <= request.repeat; ++run) {
      ROOST_TRY(run_once(engine, request, hooks, reading, writing, figures));
      if (hooks.after_run) hooks.after_run(run, figures);
    }
    return figures;
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory for the measurement.");
  }
}

}  // namespace roost
