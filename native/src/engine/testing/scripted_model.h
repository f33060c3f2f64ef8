// A model without weights, for tests of everything around it. Its state is a checksum of the tokens it has
// read and their number, exact in f32, so that a token read twice, out of order or not at all shows in the
// next logits and in every snapshot. What it wants to say can be scripted by position.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "model/language_model.h"
#include "text/world_tokenizer.h"

namespace roost::engine::testing {

inline constexpr std::uint32_t scripted_vocabulary = 320;

// What a test sees of the model while the engine owns it.
struct Observed {
  std::atomic<int> slots{0};    // in use
  std::atomic<int> steps{0};    // calls of forward
  std::atomic<int> widest{0};   // sequences in one step
  std::atomic<int> longest{0};  // tokens of one sequence in one step
  std::atomic<int> misuses{0};  // what no model may be asked to do
  std::atomic<bool> alive{true};
};

struct Script {
  std::map<std::uint64_t, std::uint32_t> wanted;  // after so many tokens of the timeline: this one
  std::chrono::microseconds per_token{0};
  int fail_at_step = -1;                        // device_failed
  int throw_at_step = -1;                       // std::bad_alloc
  std::uint64_t nan_after = ~std::uint64_t{0};  // logits after so many tokens are NaN
  std::function<void()> on_step;
};

class ScriptedModel final : public model::LanguageModel {
 public:
  ScriptedModel(Script script, std::shared_ptr<Observed> observed)
      : script_(std::move(script)), observed_(std::move(observed)) {}
  ~ScriptedModel() override { observed_->alive = false; }

  std::uint32_t vocabulary() const override { return scripted_vocabulary; }
  std::uint64_t state_floats() const override { return floats; }
  std::uint64_t weight_bytes() const override { return 1000; }
  std::uint64_t bytes_per_token() const override { return 1100; }
  std::string device() const override { return "cpu"; }
  std::string isa() const override { return "scripted"; }
  int threads() const override { return 1; }

  Result<std::uint32_t> acquire_slot() override {
    std::uint32_t slot = 0;
    while (used_.contains(slot)) ++slot;
    used_.insert(slot);
    observed_->slots = static_cast<int>(used_.size());
    if (states_.size() <= slot) states_.resize(slot + 1);
    states_[slot] = {};
    return slot;
  }
  void release_slot(std::uint32_t slot) override {
    if (used_.erase(slot) != 1) ++observed_->misuses;
    observed_->slots = static_cast<int>(used_.size());
    states_[slot] = {-1, -1, -1, -1};  // whoever still uses it reads nonsense
  }
  void clear_slot(std::uint32_t slot) override { state(slot) = {}; }
  void copy_slot(std::uint32_t to, std::uint32_t from) override { state(to) = state(from); }
  Status read_state(std::uint32_t slot, std::span<float> out) const override {
    std::copy(states_[slot].begin(), states_[slot].end(), out.begin());
    return {};
  }
  Status write_state(std::uint32_t slot, std::span<const float> in) override {
    std::copy(in.begin(), in.end(), state(slot).begin());
    return {};
  }

  Status forward(std::span<const model::Sequence> batch, model::Mode, std::span<float> logits) override {
    if (inside_.exchange(true)) ++observed_->misuses;
    const int step = observed_->steps++;
    if (script_.on_step) script_.on_step();
    observed_->widest = std::max(observed_->widest.load(), static_cast<int>(batch.size()));
    std::set<std::uint32_t> seen;
    std::size_t rows = 0;
    for (const model::Sequence& sequence : batch) {
      if (!seen.insert(sequence.slot).second || sequence.tokens.empty()) ++observed_->misuses;
      observed_->longest = std::max(observed_->longest.load(), static_cast<int>(sequence.tokens.size()));
      for (const std::uint32_t& token : sequence.tokens) {
        if (token >= scripted_vocabulary) ++observed_->misuses;
        read(state(sequence.slot), token);
        if (script_.per_token.count() > 0) std::this_thread::sleep_for(script_.per_token);
        const bool last = &token == &sequence.tokens.back();
        if (sequence.logits != model::Logits::all && !(last && sequence.logits == model::Logits::last))
          continue;
        if ((rows + 1) * scripted_vocabulary > logits.size()) {
          ++observed_->misuses;
          break;
        }
        speak(states_[sequence.slot], logits.subspan(rows++ * scripted_vocabulary, scripted_vocabulary));
      }
    }
    if (rows * scripted_vocabulary != logits.size()) ++observed_->misuses;
    inside_ = false;
    if (step == script_.throw_at_step) throw std::bad_alloc();
    if (step == script_.fail_at_step) return error(ErrorCode::device_failed, "The scripted device failed.");
    return {};
  }

  static constexpr std::uint64_t floats = 4;

 private:
  using State = std::array<float, floats>;  // checksum (16 bits), checksum, number of tokens, the last one

  State& state(std::uint32_t slot) {
    if (!used_.contains(slot)) ++observed_->misuses;
    return states_[slot];
  }
  static void read(State& state, std::uint32_t token) {
    const auto a = static_cast<std::uint32_t>(state[0]), b = static_cast<std::uint32_t>(state[1]);
    state[0] = static_cast<float>((a * 31 + token * 7 + b + 1) & 0xffff);
    state[1] = static_cast<float>((b * 17 + a + token) & 0xffff);
    state[2] += 1;
    state[3] = static_cast<float>(token);
  }
  void speak(const State& state, std::span<float> logits) const {
    std::uint32_t seed = static_cast<std::uint32_t>(state[0]) * 65536u + static_cast<std::uint32_t>(state[1]);
    for (float& logit : logits) {
      seed = seed * 1664525u + 1013904223u;
      logit = static_cast<float>(seed >> 20) / 1024.0f;
    }
    const auto count = static_cast<std::uint64_t>(state[2]);
    const auto wanted = script_.wanted.find(count);
    if (wanted != script_.wanted.end()) {
      logits[wanted->second] = 50.0f;
    } else {
      logits[0] = -50.0f;  // no end of text by chance
    }
    if (count >= script_.nan_after) logits[5] = std::numeric_limits<float>::quiet_NaN();
  }

  Script script_;
  std::shared_ptr<Observed> observed_;
  std::set<std::uint32_t> used_;
  std::vector<State> states_;
  std::atomic<bool> inside_{false};
};

// Token 0 ends the text, 1..256 are the single bytes, then some longer ones; the rest is reserved.
inline const std::vector<std::string>& scripted_tokens() {
  static const std::vector<std::string> tokens = [] {
    std::vector<std::string> list(1);
    for (int byte = 0; byte < 256; ++byte) list.emplace_back(1, static_cast<char>(byte));
    for (const char* more : {"\n\n", "\nUser", "User", "User:", ".\n", "\n\nUser: hi", " yes", "no.\n\n",
                             "\xc3\xa9", "\xe4\xbd\xa0",
                             "\xa0"
                             "a",
                             ":x"}) {
      list.emplace_back(more);
    }
    return list;
  }();
  return tokens;
}

struct Made {
  std::shared_ptr<Engine> engine;
  std::shared_ptr<Observed> observed;
};

inline Made make_scripted(Script script = {}, std::uint32_t chunk = 16,
                          const std::string& fingerprint = "ab12") {
  Made made;
  made.observed = std::make_shared<Observed>();
  Assembly assembly;
  assembly.info.generation = "7";
  assembly.info.layers = 1;
  assembly.info.vocab = scripted_vocabulary;
  assembly.info.state_bytes = ScriptedModel::floats * 4;
  assembly.info.fingerprint = fingerprint;
  assembly.chunk = chunk;
  assembly.tokenizer = text::WorldTokenizer::from_tokens(scripted_tokens(), "scripted").value();
  made.engine =
      make_engine(std::make_unique<ScriptedModel>(std::move(script), made.observed), std::move(assembly))
          .value();
  return made;
}

// One generation, waited for.
class Run {
 public:
  Result<GenerateResult> wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return result_.has_value(); });
    return *result_;
  }
  bool finished() {
    const std::lock_guard lock(mutex_);
    return result_.has_value();
  }
  GenerateCallbacks callbacks(std::function<void(const TokenEvent&)> on_token = {}) {
    GenerateCallbacks calls;
    calls.on_prefill = [this](std::uint64_t done, std::uint64_t total) { prefill.push_back({done, total}); };
    calls.on_token = [this, on_token = std::move(on_token)](const TokenEvent& event) {
      events.push_back(event);
      if (on_token) on_token(event);
    };
    calls.on_done = [this](Result<GenerateResult> result) {
      const std::lock_guard lock(mutex_);
      ++answers;
      result_ = std::move(result);
      done_.notify_all();
    };
    return calls;
  }
  std::string streamed() const {
    std::string text;
    for (const TokenEvent& event : events) text += event.text;
    return text;
  }

  std::vector<TokenEvent> events;  // read them after wait()
  std::vector<std::pair<std::uint64_t, std::uint64_t>> prefill;
  std::atomic<int> answers{0};

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<Result<GenerateResult>> result_;
};

inline GenerateRequest greedy(std::vector<std::uint32_t> tokens, std::uint32_t max_tokens,
                              std::vector<std::string> stop = {}) {
  GenerateRequest request;
  request.tokens = std::move(tokens);
  request.max_tokens = max_tokens;
  request.sampler.temperature = 0;
  request.stop = std::move(stop);
  return request;
}

inline Result<GenerateResult> generate(Session& session, GenerateRequest request) {
  Run run;
  const Status started = session.generate(std::move(request), run.callbacks());
  if (!started.ok()) return started.failure();
  return run.wait();
}

}  // namespace roost::engine::testing
