#include "engine/scheduler.h"

#include <algorithm>
#include <new>
#include <span>
#include <system_error>
#include <utility>

namespace roost::engine {
namespace {

Error closed_error() {
  return error(ErrorCode::closed, "The engine was closed.");
}

Error memory_error() {
  return error(ErrorCode::out_of_memory, "There is not enough memory to go on.");
}

// While others are writing, one prompt chunk per step; alone, two may share a pass over the weights. Short
// prompts share a chunk: many short questions are read in few passes.
constexpr std::size_t chunks_beside_answers = 1;
constexpr std::size_t chunks_alone = 2;

// Prompt tokens per step whose logits are wanted all, for all sessions together (one session may have more):
// 32 MB of a World model.
constexpr std::size_t scored_rows = 128;

}  // namespace

std::uint32_t prompt_chunk(std::uint64_t parameters) {
  // About 40 billion multiplications and additions a chunk, in whole blocks of 32 tokens.
  const std::uint64_t tokens = 20'000'000'000ull / std::max<std::uint64_t>(parameters, 1);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(tokens / 32 * 32, 32, 256));
}

Scheduler::Scheduler(std::unique_ptr<model::LanguageModel> model, std::uint32_t chunk)
    : chunk_(chunk), model_(std::move(model)) {}

Result<std::shared_ptr<Scheduler>> Scheduler::start(std::unique_ptr<model::LanguageModel> model,
                                                    std::uint32_t chunk) {
  std::shared_ptr<Scheduler> scheduler(new Scheduler(std::move(model), chunk));
  try {
    // The thread keeps the scheduler alive until it ends; it begins once thread_id_ is known.
    const std::lock_guard lock(scheduler->mutex_);
    scheduler->thread_ = std::thread([scheduler] { scheduler->loop(); });
    scheduler->thread_id_ = scheduler->thread_.get_id();
  } catch (const std::system_error&) {
    return error(ErrorCode::out_of_memory, "The system has no thread left for the engine.");
  }
  return scheduler;
}

Scheduler::~Scheduler() {
  if (!thread_.joinable()) return;
  if (on_own_thread()) {
    thread_.detach();  // the last owner was a callback or the thread itself: it ends with this
  } else {
    close();
  }
}

Result<std::shared_ptr<Timeline>> Scheduler::open() {
  auto timeline = std::make_shared<Timeline>();
  ROOST_TRY(run(timeline, [&timeline](model::LanguageModel& model) -> Status {
    ROOST_ASSIGN(timeline->slot, model.acquire_slot());
    return {};
  }));
  return timeline;
}

void Scheduler::release(const std::shared_ptr<Timeline>& timeline) {
  timeline->cancelled = true;
  std::unique_lock lock(mutex_);
  if (on_own_thread()) {
    timeline->abandoned = true;
    if (!timeline->busy) give_back(*timeline);
    return;
  }
  progress_.wait(lock, [&] { return (!timeline->busy && timeline->unanswered == 0) || ended_; });
  timeline->abandoned = true;
  if (ended_) return;
  departures_.push_back(timeline);
  wake_.notify_one();
}

Status Scheduler::submit(const std::shared_ptr<Timeline>& timeline, std::unique_ptr<Generation> generation) {
  const std::lock_guard lock(mutex_);
  if (closing_) return closed_error();
  if (timeline->busy) return error(ErrorCode::busy, "The session is already at work.");
  // Nobody else touches the position of a timeline that is not busy.
  if (timeline->fault) return *timeline->fault;
  if (generation->needs_logits() && timeline->position.logits.empty()) {
    return error(ErrorCode::tokens_invalid,
                 "There is nothing to continue from: the session has read no token.");
  }
  arrivals_.push_back({timeline, std::move(generation)});
  timeline->busy = true;
  timeline->cancelled = false;
  ++timeline->unanswered;
  wake_.notify_one();
  return {};
}

Status Scheduler::guarded_run(const std::function<Status(model::LanguageModel&)>& work,
                              model::LanguageModel& model) {
  try {
    return work(model);
  } catch (const std::bad_alloc&) {
    return memory_error();
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, std::string("The engine failed: ") + fault.what() + ".");
  }
}

Status Scheduler::run(const std::shared_ptr<Timeline>& timeline,
                      const std::function<Status(model::LanguageModel&)>& work) {
  std::unique_lock lock(mutex_);
  if (closing_) return closed_error();
  if (timeline->busy) return error(ErrorCode::busy, "The session is already at work.");
  if (on_own_thread()) {
    lock.unlock();
    return guarded_run(work, *model_);
  }
  Command command{&work, {}, false};
  commands_.push_back(&command);
  timeline->busy = true;
  wake_.notify_one();
  progress_.wait(lock, [&command] { return command.done; });
  timeline->busy = false;
  progress_.notify_all();  // release() may wait for it
  return std::move(command.status);
}

void Scheduler::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  if (on_own_thread()) return;
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

bool Scheduler::closed() const {
  const std::lock_guard lock(mutex_);
  return closing_;
}

void Scheduler::loop() {
  while (true) {
    std::vector<Arrival> arrivals;
    std::vector<Command*> commands;
    Timelines departures;
    bool closing = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] {
        return closing_ || !running_.empty() || !arrivals_.empty() || !commands_.empty() ||
               !departures_.empty();
      });
      arrivals.swap(arrivals_);
      commands.swap(commands_);
      departures.swap(departures_);
      closing = closing_;
    }
    for (const auto& timeline : departures) give_back(*timeline);
    for (Command* command : commands) {
      Status status = closing ? Status(closed_error()) : guarded_run(*command->work, *model_);
      const std::lock_guard lock(mutex_);
      command->status = std::move(status);
      command->done = true;
      progress_.notify_all();
    }
    if (closing) {
      for (const auto& timeline : running_) timeline->cancelled = true;
      for (Arrival& arrival : arrivals) {
        arrival.timeline->generation = std::move(arrival.generation);
        conclude(arrival.timeline, arrival.timeline->generation->end_unbegun());
      }
    } else {
      for (Arrival& arrival : arrivals) begin(std::move(arrival));
    }
    if (!running_.empty()) {
      step();
    } else if (closing) {
      break;
    }
  }
  model_.reset();
  const std::lock_guard lock(mutex_);
  ended_ = true;
  progress_.notify_all();
}

void Scheduler::begin(Arrival arrival) {
  Timeline& timeline = *arrival.timeline;
  timeline.generation = std::move(arrival.generation);
  Generation::Outcome outcome;
  try {
    running_.reserve(running_.size() + 1);
    outcome = timeline.generation->begin(timeline, *model_);
  } catch (const std::bad_alloc&) {
    outcome = Result<GenerateResult>(memory_error());
  } catch (const std::exception& fault) {
    outcome = Result<GenerateResult>(
        error(ErrorCode::internal, std::string("The engine failed: ") + fault.what() + "."));
  }
  if (outcome) {
    conclude(arrival.timeline, *std::move(outcome));
  } else {
    running_.push_back(std::move(arrival.timeline));
  }
}

// Everyone who is writing, and as many of those still reading their prompt as keeps the step short, in turns.
Scheduler::Timelines Scheduler::choose() {
  Timelines chosen, reading;
  for (const auto& timeline : running_) {
    (timeline->generation->in_prompt() ? reading : chosen).push_back(timeline);
  }
  const std::size_t room = chunk_ * (chosen.empty() ? chunks_alone : chunks_beside_answers);
  std::size_t tokens = 0, scored = 0, taken = 0;
  for (; taken < reading.size(); ++taken) {
    const auto& timeline = reading[(next_prompt_ + taken) % reading.size()];
    const std::size_t wanted = timeline->generation->wanted(chunk_).size();
    tokens += wanted;
    if (timeline->generation->scores()) scored += wanted;
    if (taken > 0 && (tokens > room || scored > scored_rows)) break;
    chosen.push_back(timeline);
  }
  next_prompt_ = reading.empty() ? 0 : (next_prompt_ + taken) % reading.size();
  return chosen;
}

// One pass over the weights for all of `chosen`. counts[i]: tokens that chosen[i] has read.
Status Scheduler::forward(const Timelines& chosen, std::vector<std::size_t>& counts) {
  const std::size_t vocabulary = model_->vocabulary();
  std::vector<model::Sequence> batch;
  std::size_t rows = 0;  // of logits
  bool draw = true;
  drawn_.clear();
  for (const auto& timeline : chosen) {
    const bool scores = timeline->generation->scores();
    batch.push_back({timeline->slot, timeline->generation->wanted(chunk_),
                     scores ? model::Logits::all : model::Logits::last});
    counts.push_back(batch.back().tokens.size());
    rows += scores ? counts.back() : 1;
    draw = draw && timeline->generation->draws_after(*timeline, counts.back());
  }
  if (draw && model_->can_draw(batch)) return forward_and_draw(chosen, batch);
  for (const auto& timeline : chosen) {
    if (!timeline->generation->scores()) timeline->position.logits.resize(vocabulary);
  }
  // One row goes where it belongs; scored rows are told before the old logits go.
  const bool direct = chosen.size() == 1 && !chosen.front()->generation->scores();
  if (!direct) logits_.resize(rows * vocabulary);
  ROOST_TRY(model_->forward(batch, model::Mode::sequence,
                            direct ? std::span(chosen.front()->position.logits) : std::span(logits_)));
  std::span<const float> left = logits_;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    Position& position = chosen[i]->position;
    Generation& generation = *chosen[i]->generation;
    if (!direct) {
      const auto own = left.first((generation.scores() ? counts[i] : 1) * vocabulary);
      left = left.subspan(own.size());
      if (generation.scores()) generation.score(position.logits, own, counts[i]);
      const auto last = own.last(vocabulary);
      std::copy(last.begin(), last.end(), position.logits.begin());
    }
    position.advance(batch[i].tokens);
    chosen[i]->token_count = position.tokens;
  }
  return {};
}

Status Scheduler::forward_and_draw(const Timelines& chosen, std::span<const model::Sequence> batch) {
  std::vector<model::TokenDraw> draws;
  for (const auto& timeline : chosen) {
    DrawPlan plan = timeline->generation->plan(model_->vocabulary());
    draws.push_back(
        {plan.temperature, plan.top_p, plan.min_p, plan.top_k, plan.uniform, std::move(plan.adjustments)});
  }
  drawn_.resize(chosen.size());
  ROOST_TRY(model_->forward_and_draw(batch, draws, drawn_));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    Timeline& timeline = *chosen[i];
    timeline.position.logits.clear();
    timeline.logits_row = i;
    timeline.position.advance(batch[i].tokens);
    timeline.token_count = timeline.position.tokens;
  }
  return {};
}

void Scheduler::step() {
  struct Ended {
    std::shared_ptr<Timeline> timeline;
    Result<GenerateResult> result;
  };
  std::vector<Ended> ended;
  Timelines chosen;
  try {
    ended.reserve(running_.size());
    for (std::size_t i = 0; i < running_.size();) {
      Generation::Outcome outcome = running_[i]->generation->poll(*running_[i]);
      if (outcome) {
        ended.push_back({std::move(running_[i]), *std::move(outcome)});
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    chosen = choose();
    std::vector<std::size_t> counts;
    const Status status = chosen.empty() ? Status() : forward(chosen, counts);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      Timeline& timeline = *chosen[i];
      if (!status.ok()) {
        ended.push_back({chosen[i], timeline.generation->end(status.failure())});
        continue;
      }
      const model::DrawnToken* const drawn = drawn_.empty() ? nullptr : &drawn_[i];
      Generation::Outcome outcome = timeline.generation->advance(timeline, *model_, counts[i], drawn);
      if (outcome && outcome->ok()) {
        // The session goes on from here, perhaps from a snapshot: its logits are no longer the device's
        // affair.
        const Status fetched = timeline.fetch_logits(*model_);
        if (!fetched.ok()) outcome = Result<GenerateResult>(fetched.failure());
      }
      timeline.logits_row.reset();
      if (outcome) ended.push_back({chosen[i], *std::move(outcome)});
    }
  } catch (const std::exception& fault) {
    // Memory ran out in the middle of a step, or worse: whoever took part in it has an uncertain state.
    const bool memory = dynamic_cast<const std::bad_alloc*>(&fault) != nullptr;
    const Error failure = memory
                              ? memory_error()
                              : error(ErrorCode::internal, std::string("The engine failed: ") + fault.what());
    for (const auto& timeline : chosen.empty() ? running_ : chosen) {
      const auto same = [&timeline](const Ended& one) { return one.timeline == timeline; };
      if (std::none_of(ended.begin(), ended.end(), same)) {
        ended.push_back({timeline, timeline->generation->end(failure)});
      }
    }
  }
  for (Ended& one : ended) {
    std::erase(running_, one.timeline);
    conclude(one.timeline, std::move(one.result));
  }
}

// The session is free again before on_done is called, and counted as answered after it.
void Scheduler::conclude(const std::shared_ptr<Timeline>& timeline, Result<GenerateResult> result) {
  const std::unique_ptr<Generation> generation = std::move(timeline->generation);
  generation->release(*model_);
  timeline->logits_row.reset();
  if (!result.ok()) timeline->fault = result.failure();
  timeline->token_count = timeline->position.tokens;
  {
    const std::lock_guard lock(mutex_);
    timeline->busy = false;
    if (timeline->abandoned) give_back(*timeline);
  }
  generation->call_done(std::move(result));
  const std::lock_guard lock(mutex_);
  --timeline->unanswered;
  progress_.notify_all();
}

// On the engine's thread.
void Scheduler::give_back(Timeline& timeline) {
  if (timeline.released) return;
  timeline.released = true;
  model_->release_slot(timeline.slot);
}

}  // namespace roost::engine
