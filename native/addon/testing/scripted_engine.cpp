// An engine without a model, behind the same headers as the real one, for tests of the addon: it does what
// its path says, so that a test can have a load of ten seconds, a fault at the third token, or a crash. A
// path contains the word "scripted" and then key=number, any number of times; the keys are the members of
// Script.
//
// Its text is " t1 t2 t3 ..." where the number is the length of the history, one token each; a prompt token
// of any id is accepted. A snapshot is the history, so a continuation shows whether the state came back.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "roost/diagnostics.h"
#include "roost/model.h"
#include "roost/session.h"
#include "roost/snapshot.h"

namespace roost {

namespace {

constexpr std::string_view kWord = "scripted";
constexpr std::size_t kPrefillChunk = 16;

struct Script {
  long load_ms = 0;      // in 50 steps, each reporting progress and polling for cancellation
  long deaf = 0;         // 1: the load does not poll
  long load_error = 0;   // 1: the load fails with model_damaged
  long load_throws = 0;  // 1: std::runtime_error, 2: an int, 3: std::bad_alloc
  long inspect_ms = 0;
  long inspect_error = 0;   // 1: model_truncated
  long inspect_aborts = 0;  // 1: SIGABRT, 2: SIGSEGV
  long prefill_us = 0;      // per chunk of 16 tokens
  long token_us = 0;
  long fail_token = 0;       // device_failed at this token of a generation, counted from 1
  long generate_throws = 0;  // as load_throws
  long done_at_once = 0;     // 1: generate() calls on_done before it returns
  long open_error = 0;       // 1: out_of_memory
  long snapshot_ms = 0;
  long snapshot_bytes = 0;  // padding, to be as large as a real one
  long close_ms = 0;
};

Script parse(const std::string& path) {
  Script script;
  const std::pair<const char*, long Script::*> keys[] = {
      {"load_ms", &Script::load_ms},
      {"deaf", &Script::deaf},
      {"load_error", &Script::load_error},
      {"load_throws", &Script::load_throws},
      {"inspect_ms", &Script::inspect_ms},
      {"inspect_error", &Script::inspect_error},
      {"inspect_aborts", &Script::inspect_aborts},
      {"prefill_us", &Script::prefill_us},
      {"token_us", &Script::token_us},
      {"fail_token", &Script::fail_token},
      {"generate_throws", &Script::generate_throws},
      {"done_at_once", &Script::done_at_once},
      {"open_error", &Script::open_error},
      {"snapshot_ms", &Script::snapshot_ms},
      {"snapshot_bytes", &Script::snapshot_bytes},
      {"close_ms", &Script::close_ms},
  };
  for (const auto& [name, member] : keys) {
    const std::string wanted = std::string(name) + "=";
    const std::size_t at = path.find(wanted);
    if (at != std::string::npos) script.*member = std::atol(path.c_str() + at + wanted.size());
  }
  return script;
}

void sleep_us(long microseconds) {
  if (microseconds > 0) std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

void throw_as(long how) {
  if (how == 1) throw std::runtime_error("scripted exception");
  if (how == 2) throw 42;
  if (how == 3) throw std::bad_alloc();
}

ModelInfo describe(const std::string& path) {
  ModelInfo info;
  info.path = path;
  info.generation = std::string(1, '7');
  info.format = "gguf";
  info.layers = 1;
  info.width = info.ffn = info.head_size = 64;
  info.heads = 1;
  info.vocab = 65536;
  info.parameters = 1;
  info.file_bytes = 1;
  info.state_bytes = 64;
  info.fingerprint = "5c0117ed";
  info.tokenizer = "embedded";
  info.title = "scripted";
  return info;
}

class ScriptedSession final : public Session {
 public:
  ScriptedSession(Script script, std::vector<std::uint32_t> history)
      : script_(script), history_(std::move(history)), count_(history_.size()) {}

  ~ScriptedSession() override {
    cancelled_ = true;
    if (thread_.joinable()) thread_.join();
  }

  std::uint64_t token_count() const override { return count_; }

  Status generate(GenerateRequest request, GenerateCallbacks callbacks) override {
    throw_as(script_.generate_throws);
    if (running_.exchange(true)) return error(ErrorCode::busy, "scripted: busy");
    if (request.tokens.empty() && history_.empty()) {
      running_ = false;
      return error(ErrorCode::tokens_invalid, "scripted: nothing to continue from");
    }
    if (thread_.joinable()) thread_.join();
    cancelled_ = false;
    if (script_.done_at_once != 0) {
      running_ = false;
      callbacks.on_done(GenerateResult{});
      return {};
    }
    thread_ = std::thread([this, request = std::move(request), callbacks = std::move(callbacks)] {
      Result<GenerateResult> result = run(request, callbacks);
      count_ = history_.size();
      running_ = false;
      callbacks.on_done(std::move(result));
    });
    return {};
  }

  Result<std::vector<TokenProbability>> distribution(std::uint32_t count) override {
    if (running_) return error(ErrorCode::busy, "scripted: busy");
    if (history_.empty()) return error(ErrorCode::tokens_invalid, "scripted: nothing was read");
    return std::vector<TokenProbability>(count, {1, " t", 0.5f});
  }

  void cancel() override { cancelled_ = true; }

  Result<std::unique_ptr<Session>> fork() override {
    if (running_) return error(ErrorCode::busy, "scripted: busy");
    return std::unique_ptr<Session>(new ScriptedSession(script_, history_));
  }

  Result<std::vector<std::byte>> snapshot() override {
    if (running_) return error(ErrorCode::busy, "scripted: busy");
    sleep_us(script_.snapshot_ms * 1000);
    const std::uint64_t count = history_.size();
    std::vector<std::byte> bytes(sizeof count + count * sizeof(std::uint32_t) +
                                 static_cast<std::size_t>(script_.snapshot_bytes));
    std::memcpy(bytes.data(), &count, sizeof count);
    std::memcpy(bytes.data() + sizeof count, history_.data(), count * sizeof(std::uint32_t));
    return bytes;
  }

  Status restore(std::span<const std::byte> snapshot) override {
    if (running_) return error(ErrorCode::busy, "scripted: busy");
    std::uint64_t count = 0;
    if (snapshot.size() < sizeof count) return error(ErrorCode::snapshot_damaged, "scripted: too short");
    std::memcpy(&count, snapshot.data(), sizeof count);
    if (count > (snapshot.size() - sizeof count) / sizeof(std::uint32_t)) {
      return error(ErrorCode::snapshot_damaged, "scripted: too short for its count");
    }
    history_.resize(count);
    std::memcpy(history_.data(), snapshot.data() + sizeof count, count * sizeof(std::uint32_t));
    count_ = count;
    return {};
  }

  Status reset() override {
    history_.clear();
    count_ = 0;
    return {};
  }

  Status begin_from(std::shared_ptr<const TunedState> initial) override {
    if (running_) return error(ErrorCode::busy, "scripted: busy");
    initial_state_ = initial ? initial->info.fingerprint : std::string();
    return reset();
  }

  std::string initial_state() const override { return initial_state_; }

 private:
  Result<GenerateResult> run(const GenerateRequest& request, const GenerateCallbacks& callbacks) {
    GenerateResult result;
    result.resumed_tokens = history_.size();
    result.seed = request.sampler.seed;
    while (result.prompt_tokens_processed < request.tokens.size()) {
      if (cancelled_) return ended(std::move(result), FinishReason::cancelled);
      sleep_us(script_.prefill_us);
      const std::size_t at = result.prompt_tokens_processed;
      const std::size_t to = std::min(request.tokens.size(), at + kPrefillChunk);
      for (std::size_t i = at; i < to; ++i) history_.push_back(request.tokens[i]);
      result.prompt_tokens_processed = to;
      callbacks.on_prefill(to, request.tokens.size());
    }
    for (std::uint32_t i = 1; i <= request.max_tokens; ++i) {
      if (cancelled_) return ended(std::move(result), FinishReason::cancelled);
      sleep_us(script_.token_us);
      if (script_.fail_token == static_cast<long>(i)) {
        return error(ErrorCode::device_failed, "scripted: the device failed");
      }
      const auto id = static_cast<std::uint32_t>(history_.size() % 65535 + 1);
      std::string text = " t";
      text += std::to_string(history_.size());
      history_.push_back(id);
      result.tokens.push_back(id);
      result.text += text;
      callbacks.on_token({id, text, 0.0f});
    }
    return ended(std::move(result), FinishReason::max_tokens);
  }

  static GenerateResult ended(GenerateResult result, FinishReason reason) {
    result.reason = reason;
    return result;
  }

  const Script script_;
  std::vector<std::uint32_t> history_;
  std::string initial_state_;
  std::atomic<std::uint64_t> count_;
  std::atomic<bool> running_{false};
  std::atomic<bool> cancelled_{false};
  std::thread thread_;
};

class ScriptedEngine final : public Engine {
 public:
  explicit ScriptedEngine(const std::string& path) : script_(parse(path)), info_(describe(path)) {}

  const ModelInfo& info() const override { return info_; }
  std::string device() const override { return "scripted"; }
  std::string isa() const override { return "none"; }
  int threads() const override { return 1; }
  std::uint64_t weight_bytes() const override { return 1; }
  std::uint64_t bytes_per_token() const override { return 1; }
  std::string tokenizer_fingerprint() const override { return "70ce11"; }

  Result<std::vector<std::uint32_t>> tokenize(std::string_view text) const override {
    std::vector<std::uint32_t> ids;
    for (const char byte : text) ids.push_back(static_cast<unsigned char>(byte));
    return ids;
  }

  Result<std::string> detokenize(std::span<const std::uint32_t> ids) const override {
    std::string bytes;
    for (const std::uint32_t id : ids) {
      if (id > 255) return error(ErrorCode::tokens_invalid, "scripted: no such token");
      bytes.push_back(static_cast<char>(id));
    }
    return bytes;
  }

  Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const TunedState> initial) override {
    if (script_.open_error != 0) return error(ErrorCode::out_of_memory, "scripted: no memory for a state");
    std::unique_ptr<Session> session(new ScriptedSession(script_, {}));
    ROOST_TRY(session->begin_from(std::move(initial)));
    return session;
  }

  Result<std::shared_ptr<const TunedState>> tuned_state(const std::string& path_utf8) const override {
    if (path_utf8.find(kWord) == std::string::npos)
      return error(ErrorCode::file_missing, "scripted: no such file");
    auto state = std::make_shared<TunedState>();
    state->info.title = path_utf8;
    state->info.fingerprint = "57a7e";
    return std::shared_ptr<const TunedState>(std::move(state));
  }

  void close() override { sleep_us(script_.close_ms * 1000); }

 private:
  const Script script_;
  const ModelInfo info_;
};

}  // namespace

Result<ModelInfo> inspect_model(const std::string& path_utf8) {
  if (path_utf8.find(kWord) == std::string::npos)
    return error(ErrorCode::file_missing, "scripted: no such file");
  const Script script = parse(path_utf8);
  sleep_us(script.inspect_ms * 1000);
  if (script.inspect_aborts == 1) std::abort();
  if (script.inspect_aborts == 2) std::raise(SIGSEGV);
  if (script.inspect_error != 0) return error(ErrorCode::model_truncated, "scripted: the file ends early");
  return describe(path_utf8);
}

Result<std::shared_ptr<Engine>> load_engine(const std::string& path_utf8, const LoadOptions& options) {
  if (path_utf8.find(kWord) == std::string::npos)
    return error(ErrorCode::file_missing, "scripted: no such file");
  const Script script = parse(path_utf8);
  throw_as(script.load_throws);
  constexpr int kSteps = 50;
  for (int step = 0; step < kSteps; ++step) {
    if (script.deaf == 0 && options.cancelled && options.cancelled()) {
      return error(ErrorCode::cancelled, "scripted: cancelled");
    }
    sleep_us(script.load_ms * 1000 / kSteps);
    if (options.progress) options.progress((step + 1) / static_cast<double>(kSteps));
  }
  if (script.load_error != 0) return error(ErrorCode::model_damaged, "scripted: the file is damaged");
  return std::shared_ptr<Engine>(new ScriptedEngine(path_utf8));
}

std::vector<DeviceReport> list_devices() {
  return {{"scripted", true, "scripted", 0, "", ""}};
}

MachineFacts machine_facts() {
  return {1, 1u << 30, 1u << 29};
}

std::vector<InstructionSet> list_instruction_sets() {
  return {{"none", true, ""}};
}

Result<SelfTest> run_self_test(const std::string&, int, const std::string&) {
  return SelfTest{"scripted", "none", true, {}};
}

double measure_machine_bandwidth(int) {
  return 1e9;
}

Result<BenchFigures> run_bench(Engine&, const BenchRequest& request, const BenchHooks& hooks) {
  BenchFigures figures;
  for (std::uint32_t run = 1; run <= request.repeat; ++run) {
    if (hooks.cancelled && hooks.cancelled()) return error(ErrorCode::cancelled, "scripted: cancelled");
    sleep_us(2000);
    figures.prefill_tok_s.runs.push_back(1);
    figures.decode_tok_s.runs.push_back(1);
    if (hooks.after_run) hooks.after_run(run, figures);
  }
  return figures;
}

double BenchSeries::median() const {
  return runs.empty() ? 0 : runs.front();
}

Result<SnapshotHeader> inspect_snapshot(std::span<const std::byte>) {
  return error(ErrorCode::snapshot_damaged, "scripted: snapshots have no header");
}

Status verify_snapshot(std::span<const std::byte>, const ModelInfo&) {
  return {};
}

}  // namespace roost
