// Engine: a loaded model and the thread that advances everything which is generating. Session: one timeline
// over it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "roost/model.h"
#include "roost/result.h"
#include "roost/sampler.h"
#include "roost/tuned_state.h"

namespace roost {

struct GenerateRequest {
  std::vector<std::uint32_t> tokens;  // fed first; may be empty when the session already holds logits
  std::uint32_t max_tokens = 1024;
  SamplerOptions sampler;
  std::vector<std::string> stop;  // text; never part of the output, not even its beginning
  bool stop_at_end_token = true;  // id 0
  // Fills prompt_logprobs, which costs the logits of every prompt token; the session must have read something
  // before. `alternatives`: how many candidates for each prompt token as well; 32 at most, and a million in
  // all.
  bool score_prompt = false;
  std::uint32_t alternatives = 0;
};

struct TokenProbability {
  std::uint32_t id;
  std::string bytes;  // perhaps part of a character; empty for the end mark, and without a vocabulary
  float probability;  // over the whole vocabulary at temperature 1, before penalties and cuts
};

enum class FinishReason : std::uint8_t { stop_text, end_token, max_tokens, cancelled };

struct TokenEvent {
  std::uint32_t id;
  std::string text;  // whole UTF-8 characters that became certain with this token; may be empty
  float logprob;
};

// After a generation the session's state stands exactly behind `tokens`: a stop sequence that spans tokens is
// rolled back, a token that was drawn but ended the answer is not fed.
//
// `text` begins with the texts of all TokenEvents, in order. It may go on: text that was held back because it
// might have become a stop text, and did not, comes only here when the generation ends. Bytes of a character
// that is not whole yet stay in the session, for a continuation with empty `tokens`.
struct GenerateResult {
  FinishReason reason = FinishReason::max_tokens;
  std::string text;  // all of it, without stop text
  std::string tail;  // text that the last fed token carries beyond `text` (the beginning of a stop text)
  std::vector<std::uint32_t> tokens;  // generated and fed
  std::uint64_t seed = 0;             // the seed used
  std::uint64_t resumed_tokens = 0;   // tokens the state already held
  std::uint64_t prompt_tokens_processed = 0;
  double prefill_seconds = 0, decode_seconds = 0, first_token_seconds = 0;
  // With score_prompt, one entry per prompt token that was read: the natural logarithm of its probability,
  // and what else could have stood there.
  std::vector<float> prompt_logprobs;
  std::vector<std::vector<TokenProbability>> prompt_alternatives;
};

// All callbacks run on the engine's thread; they must return soon and not throw. on_done is called exactly
// once for every generate() that answered ok, and the session is free for the next call by then. After an
// error in on_done the session's state is undefined: only restore(), reset() and destruction are useful.
struct GenerateCallbacks {
  std::function<void(std::uint64_t done, std::uint64_t total)> on_prefill;  // prompt tokens
  std::function<void(const TokenEvent&)> on_token;
  std::function<void(Result<GenerateResult>)> on_done;
};

class Engine;

// Moves only. Destroying it while it generates cancels the generation and waits for the engine to let go.
class Session {
 public:
  virtual ~Session() = default;
  virtual std::uint64_t token_count() const = 0;
  // Starts; the result arrives through on_done. Errors at once: busy, closed, tokens_invalid,
  // invalid_argument.
  virtual Status generate(GenerateRequest request, GenerateCallbacks callbacks) = 0;
  // What may come after what was read, likeliest first. Errors: busy, tokens_invalid (nothing was read yet),
  // numeric_fault.
  virtual Result<std::vector<TokenProbability>> distribution(std::uint32_t count) = 0;
  virtual void cancel() = 0;  // asynchronous; the running generation ends with FinishReason::cancelled
  virtual Result<std::unique_ptr<Session>> fork() = 0;
  // Self-describing, checksummed; restoring it continues bit for bit on the same kind of device, and within
  // rounding on another. Errors: busy, out_of_memory.
  virtual Result<std::vector<std::byte>> snapshot() = 0;
  // Errors: snapshot_damaged, busy; snapshot_mismatch also where it stands on another initial state.
  virtual Status restore(std::span<const std::byte> snapshot) = 0;
  virtual Status reset() = 0;  // back to the initial state
  // Forgets everything and begins from this state; null: from the model's own, which is zero for all models
  // but those that carry a tuned one. It must fit (Engine::tuned_state sees to that). Errors: busy,
  // snapshot_mismatch.
  virtual Status begin_from(std::shared_ptr<const TunedState> initial) = 0;
  // Fingerprint of the initial state; empty: the model's own. Not during begin_from().
  virtual std::string initial_state() const = 0;
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  virtual ~Engine() = default;
  virtual const ModelInfo& info() const = 0;
  virtual std::string device() const = 0;
  virtual std::string isa() const = 0;
  virtual int threads() const = 0;
  virtual std::uint64_t weight_bytes() const = 0;
  // What one decoding step reads and writes; 0: not known.
  virtual std::uint64_t bytes_per_token() const { return 0; }
  // What reading one token of a prompt multiplies in matrices; 0: not known.
  virtual std::uint64_t multiplications_per_token() const { return 0; }
  virtual std::string tokenizer_fingerprint()
      const = 0;  // hex SHA-256 of the token list; empty without a vocabulary
  virtual Result<std::vector<std::uint32_t>> tokenize(std::string_view text) const = 0;
  virtual Result<std::string> detokenize(std::span<const std::uint32_t> ids) const = 0;  // raw bytes
  // Null: from the model's own state. Errors: closed, out_of_memory, snapshot_mismatch.
  virtual Result<std::unique_ptr<Session>> open_session(
      std::shared_ptr<const TunedState> initial = nullptr) = 0;
  // Reads a file and sees whether a session could begin from it. Errors: those of roost::read_tuned_state and
  // fits.
  virtual Result<std::shared_ptr<const TunedState>> tuned_state(const std::string& path_utf8) const = 0;
  // Cancels everything, waits for the scheduler to stop; afterwards every call answers `closed`.
  virtual void close() = 0;
};

}  // namespace roost
