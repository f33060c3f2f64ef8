#include "engine/generation.h"

#include <algorithm>
#include <utility>

#include "engine/likelihood.h"
#include "support/utf8.h"

namespace roost::engine {
namespace {

// Of tokens whose logits are all wanted at once: a row of a World model is a quarter of a megabyte.
constexpr std::size_t score_chunk = 64;

// Callbacks must not throw; one that does must not take the engine with it.
template <class Call>
void guarded(Call&& call) {
  try {
    call();
  } catch (...) {
  }
}

}  // namespace

Generation::Generation(GenerateRequest request, GenerateCallbacks callbacks,
                       std::shared_ptr<const text::Tokenizer> tokenizer,
                       std::shared_ptr<const TokenRules> rules)
    : request_(std::move(request)),
      callbacks_(std::move(callbacks)),
      tokenizer_(std::move(tokenizer)),
      rules_(std::move(rules)),
      sampler_(request_.sampler, rules_),
      stops_(request_.stop),
      asked_(Clock::now()),
      prompt_read_(asked_) {}

Generation::Outcome Generation::begin(Timeline& timeline, model::LanguageModel& model) {
  resumed_ = timeline.position.tokens;
  if (request_.max_tokens > 0 && tokenizer_ && !request_.stop.empty()) {
    auto slot = model.acquire_slot();
    if (!slot.ok()) return Result<GenerateResult>(std::move(slot).failure());
    checkpoint_slot_ = slot.value();
  }
  // Bytes of a character that the last answer left unfinished go on only where the text itself does.
  if (request_.tokens.empty()) characters_.push(timeline.position.pending);
  if (timeline.cancelled) return finish(timeline, FinishReason::cancelled);
  return in_prompt() ? std::nullopt : draw(timeline, model);
}

Generation::Outcome Generation::poll(Timeline& timeline) {
  if (!in_prompt() || !timeline.cancelled) return std::nullopt;
  return finish(timeline, FinishReason::cancelled);
}

std::span<const std::uint32_t> Generation::wanted(std::uint32_t chunk) const {
  if (in_prompt()) {
    const auto rest = std::span(request_.tokens).subspan(prompt_done_);
    const std::size_t most = request_.score_prompt ? std::min<std::size_t>(chunk, score_chunk) : chunk;
    return rest.first(std::min(rest.size(), most));
  }
  return std::span(tokens_).subspan(fed_, 1);
}

Status Generation::score_rows(std::span<const float> first, std::span<const float> others,
                              std::size_t count) {
  const std::size_t vocabulary = first.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto logits = i == 0 ? first : others.subspan((i - 1) * vocabulary, vocabulary);
    ROOST_ASSIGN(const double total, log_total(logits));
    const float logit = logits[request_.tokens[prompt_done_ + i]];
    prompt_logprobs_.push_back(static_cast<float>(logit - total));
    if (request_.alternatives == 0) continue;
    ROOST_ASSIGN(auto list, likeliest(logits, request_.alternatives, rules_.get(), tokenizer_.get()));
    prompt_alternatives_.push_back(std::move(list));
  }
  return {};
}

void Generation::score(std::span<const float> first, std::span<const float> others, std::size_t count) {
  Status status = score_rows(first, others, count);
  if (!status.ok()) score_fault_ = std::move(status).failure();
}

bool Generation::draws_after(const Timeline& timeline, std::size_t count) const {
  if (scores() || stopped_ || timeline.cancelled || tokens_.size() >= request_.max_tokens) return false;
  return in_prompt() ? prompt_done_ + count == request_.tokens.size() : fed_ + count == tokens_.size();
}

Generation::Outcome Generation::advance(Timeline& timeline, model::LanguageModel& model, std::size_t count,
                                        const model::DrawnToken* drawn) {
  if (in_prompt()) {
    if (score_fault_) return Result<GenerateResult>(*std::move(score_fault_));
    prompt_done_ += count;
    prompt_read_ = Clock::now();
    if (callbacks_.on_prefill) {
      guarded([&] { callbacks_.on_prefill(prompt_done_, request_.tokens.size()); });
    }
    if (timeline.cancelled) return finish(timeline, FinishReason::cancelled);
    if (in_prompt()) return std::nullopt;
    return draw(timeline, model, drawn);
  }
  fed_ += count;
  if (fed_ < tokens_.size()) return std::nullopt;  // replaying
  if (stopped_) return finish(timeline, FinishReason::stop_text);
  if (timeline.cancelled) return finish(timeline, FinishReason::cancelled);
  return draw(timeline, model, drawn);
}

Generation::Outcome Generation::draw(Timeline& timeline, model::LanguageModel& model,
                                     const model::DrawnToken* drawn) {
  if (tokens_.size() >= request_.max_tokens) return finish(timeline, FinishReason::max_tokens);
  const auto choice = drawn != nullptr ? sampler_.drawn(drawn->token, drawn->logprob, drawn->good)
                                       : sampler_.sample(timeline.position.logits);
  if (!choice.ok()) return Result<GenerateResult>(choice.failure());
  const std::uint32_t id = choice.value().id;
  if (id == 0 && request_.stop_at_end_token) return finish(timeline, FinishReason::end_token);

  const std::string_view bytes = tokenizer_ ? tokenizer_->bytes_of(id) : std::string_view();
  const std::uint64_t start = bytes_drawn_;
  bytes_drawn_ += bytes.size();
  std::string certain = characters_.push(stops_.push(bytes));
  if (stops_.matched()) return stop(timeline, model, id, start, certain, choice.value().logprob);

  if (stops_.held_from() > start) {
    checkpoint_.set = false;  // whatever comes, this token is part of the answer
  } else if (!checkpoint_.set && checkpoint_slot_) {
    const Status fetched = timeline.fetch_logits(model);
    if (!fetched.ok()) return Result<GenerateResult>(fetched.failure());
    model.copy_slot(*checkpoint_slot_, timeline.slot);
    checkpoint_.position = timeline.position;
    checkpoint_.kept = tokens_.size();
    checkpoint_.set = true;
  }
  tokens_.push_back(id);
  starts_.push_back(start);
  emit(id, std::move(certain), choice.value().logprob);
  return std::nullopt;
}

// The stop text begins at byte stops_.held_from() of the answer; tokens that begin before it are kept.
Generation::Outcome Generation::stop(Timeline& timeline, model::LanguageModel& model, std::uint32_t id,
                                     std::uint64_t start, const std::string& certain, float logprob) {
  const std::uint64_t end = stops_.held_from();
  stopped_ = true;
  std::string last = certain + characters_.finish();
  if (start < end) {
    tail_ = support::repair_utf8(tokenizer_->bytes_of(id).substr(static_cast<std::size_t>(end - start)));
    tokens_.push_back(id);
    starts_.push_back(start);
    emit(id, std::move(last), logprob);
    return std::nullopt;  // to be fed, then done
  }
  text_ += last;
  const auto kept =
      static_cast<std::size_t>(std::lower_bound(starts_.begin(), starts_.end(), end) - starts_.begin());
  if (kept > 0 && end_of(kept - 1) > end) {
    const std::string_view bytes = tokenizer_->bytes_of(tokens_[kept - 1]);
    tail_ =
        support::repair_utf8(bytes.substr(bytes.size() - static_cast<std::size_t>(end_of(kept - 1) - end)));
  }
  const std::size_t fed = tokens_.size();
  tokens_.resize(kept);
  starts_.resize(kept);
  if (kept == fed) return finish(timeline, FinishReason::stop_text);

  if (!checkpoint_.set || checkpoint_.kept > kept) {
    return Result<GenerateResult>(
        error(ErrorCode::internal, "A stop text began before every state that could be returned to."));
  }
  model.copy_slot(timeline.slot, *checkpoint_slot_);
  timeline.position = std::move(checkpoint_.position);
  timeline.logits_row.reset();  // the last step's are not those of the place gone back to
  fed_ = checkpoint_.kept;
  if (fed_ == kept) return finish(timeline, FinishReason::stop_text);
  return std::nullopt;
}

std::uint64_t Generation::end_of(std::size_t token) const {
  return starts_[token] + tokenizer_->bytes_of(tokens_[token]).size();
}

void Generation::emit(std::uint32_t id, std::string text, float logprob) {
  if (!first_token_) first_token_ = Clock::now();
  text_ += text;
  if (callbacks_.on_token) {
    guarded([&] { callbacks_.on_token(TokenEvent{id, std::move(text), logprob}); });
  }
}

Result<GenerateResult> Generation::finish(Timeline& timeline, FinishReason reason) {
  if (reason != FinishReason::stop_text) text_ += characters_.push(stops_.release());
  timeline.position.pending = characters_.pending();

  const auto seconds = [](Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
  };
  GenerateResult result;
  result.reason = reason;
  result.text = std::move(text_);
  result.tail = std::move(tail_);
  result.tokens = std::move(tokens_);
  result.seed = sampler_.seed();
  result.resumed_tokens = resumed_;
  result.prompt_tokens_processed = prompt_done_;
  result.prompt_logprobs = std::move(prompt_logprobs_);
  result.prompt_alternatives = std::move(prompt_alternatives_);
  result.prefill_seconds = seconds(prompt_read_ - asked_);
  result.decode_seconds = seconds(Clock::now() - prompt_read_);
  result.first_token_seconds = first_token_ ? seconds(*first_token_ - asked_) : 0;
  return result;
}

Result<GenerateResult> Generation::end(Error failure) {
  return failure;
}

Result<GenerateResult> Generation::end_unbegun() {
  GenerateResult result;
  result.reason = FinishReason::cancelled;
  result.seed = sampler_.seed();
  result.resumed_tokens = resumed_;
  return result;
}

void Generation::release(model::LanguageModel& model) {
  if (checkpoint_slot_) model.release_slot(*std::exchange(checkpoint_slot_, std::nullopt));
}

void Generation::call_done(Result<GenerateResult> result) {
  if (!callbacks_.on_done) return;
  guarded([&] { callbacks_.on_done(std::move(result)); });
}

}  // namespace roost::engine
