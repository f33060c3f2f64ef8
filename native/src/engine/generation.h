// One answer being written: which tokens the model must read next, and what follows from its logits.
//
//   prompt ──(all read)──► drawing ──draw──► fed ──► drawing ...
//     │                      │  │                        a stop text is complete
//     │ cancelled            │  └──────────────► replaying ──(nothing left)──► done
//     └──────────► done ◄────┘ end token, token limit, cancelled
//
// A stop text may span tokens that were already fed when its last byte came. So, before a token is fed that
// may turn out to lie behind the end of the answer, the state is copied to a checkpoint slot; when the stop
// text is complete the state goes back there, and the tokens that do belong to the answer are fed again
// ("replaying"), one by one as the first time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/timeline.h"
#include "model/language_model.h"
#include "roost/session.h"
#include "text/stop_sequences.h"
#include "text/tokenizer.h"
#include "text/utf8_stream.h"

namespace roost::engine {

class Generation {
 public:
  using Outcome = std::optional<Result<GenerateResult>>;  // none: it goes on

  // `tokenizer` may be null: text is then empty and stop texts never match.
  Generation(GenerateRequest request, GenerateCallbacks callbacks,
             std::shared_ptr<const text::Tokenizer> tokenizer, std::shared_ptr<const TokenRules> rules);

  // It begins with logits that are there already.
  bool needs_logits() const { return request_.tokens.empty() || request_.score_prompt; }
  // Asks for the logits of every token of wanted(), and is told them by score().
  bool scores() const { return request_.score_prompt && in_prompt(); }

  // All of the following on the engine's thread.
  // Takes what it needs from the model; draws the first token where the prompt is empty.
  Outcome begin(Timeline& timeline, model::LanguageModel& model);
  // Ends a generation that is still reading its prompt and was cancelled, without waiting for its turn.
  Outcome poll(Timeline& timeline);
  bool in_prompt() const { return prompt_done_ < request_.tokens.size(); }
  // What the model must read next: at most `chunk` tokens of the prompt, else one. Never empty.
  std::span<const std::uint32_t> wanted(std::uint32_t chunk) const;
  // While scores() is true, before advance(): the tokens of wanted() that the next step reads and the logits
  // that came before each of them: `first`, then the rows of `others` but the last.
  // A fault of the numbers is told by advance().
  void score(std::span<const float> first, std::span<const float> others, std::size_t count);
  // Whether a token is drawn when `count` tokens of wanted() were read, and how; for models that draw by
  // themselves.
  bool draws_after(const Timeline& timeline, std::size_t count) const;
  DrawPlan plan(std::uint32_t vocabulary) const { return sampler_.plan(vocabulary); }
  // `timeline` stands behind the first `count` tokens of wanted(), with their logits, or, where the model
  // drew, with what it drew.
  Outcome advance(Timeline& timeline, model::LanguageModel& model, std::size_t count,
                  const model::DrawnToken* drawn = nullptr);
  // After an error of the model, or where it never began.
  Result<GenerateResult> end(Error failure);
  Result<GenerateResult> end_unbegun();
  // Gives the checkpoint's slot back. Call it before on_done.
  void release(model::LanguageModel& model);
  void call_done(Result<GenerateResult> result);

 private:
  Status score_rows(std::span<const float> first, std::span<const float> others, std::size_t count);

  using Clock = std::chrono::steady_clock;
  struct Checkpoint {
    bool set = false;
    std::size_t kept = 0;  // tokens_ before it
    Position position;
  };

  Outcome draw(Timeline& timeline, model::LanguageModel& model, const model::DrawnToken* drawn = nullptr);
  Outcome stop(Timeline& timeline, model::LanguageModel& model, std::uint32_t id, std::uint64_t start,
               const std::string& certain, float logprob);
  Result<GenerateResult> finish(Timeline& timeline, FinishReason reason);
  void emit(std::uint32_t id, std::string text, float logprob);
  std::uint64_t end_of(std::size_t token) const;  // offset behind the bytes of tokens_[token]

  GenerateRequest request_;
  GenerateCallbacks callbacks_;
  std::shared_ptr<const text::Tokenizer> tokenizer_;
  std::shared_ptr<const TokenRules> rules_;
  Sampler sampler_;
  text::StopSequences stops_;
  text::Utf8Stream characters_;

  std::size_t prompt_done_ = 0;
  std::vector<std::uint32_t> tokens_;  // drawn and fed, or about to be
  std::vector<std::uint64_t> starts_;  // offset of each one's first byte among all bytes drawn
  std::uint64_t bytes_drawn_ = 0;
  std::size_t fed_ = 0;  // of tokens_
  std::string text_;
  std::string tail_;
  std::optional<Error> score_fault_;
  std::vector<float> prompt_logprobs_;
  std::vector<std::vector<TokenProbability>> prompt_alternatives_;
  bool stopped_ = false;  // a stop text is complete: only feeding remains
  std::optional<std::uint32_t> checkpoint_slot_;
  Checkpoint checkpoint_;

  std::uint64_t resumed_ = 0;
  Clock::time_point asked_, prompt_read_;
  std::optional<Clock::time_point> first_token_;
};

}  // namespace roost::engine
