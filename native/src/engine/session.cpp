#include "engine/session.h"

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "engine/likelihood.h"
#include "engine/snapshot.h"

namespace roost::engine {
namespace {

constexpr std::size_t stop_texts_limit = 64;
constexpr std::size_t stop_bytes_limit = 4096;
constexpr std::size_t alternatives_limit = 32;
constexpr std::size_t all_alternatives_limit = 1'000'000;

// The initial state as LanguageModel::write_state takes it: shifts of zero, and the squares with the key
// index first before generation 7, the value index first from then on, as the files have it.
std::vector<float> written_state(const TunedState& initial, const ModelInfo& info) {
  const std::size_t layers = info.layers, width = info.width, side = info.head_size;
  std::vector<float> state(2 * layers * width + initial.squares.size(), 0.0f);
  float* out = state.data() + layers * width;
  if (info.generation == "7") {
    std::copy(initial.squares.begin(), initial.squares.end(), out);
    return state;
  }
  for (const float* in = initial.squares.data(); in != initial.squares.data() + initial.squares.size();
       in += side * side, out += side * side) {
    for (std::size_t value = 0; value < side; ++value) {
      for (std::size_t key = 0; key < side; ++key) out[key * side + value] = in[value * side + key];
    }
  }
  return state;
}

// No exception leaves a public function.
template <class Call>
auto guarded(Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory for this.");
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, std::string("The engine failed: ") + fault.what() + ".");
  }
}

class TimelineSession final : public Session {
 public:
  TimelineSession(std::shared_ptr<const Shared> shared, std::shared_ptr<Scheduler> scheduler,
                  std::shared_ptr<Timeline> timeline, std::shared_ptr<const TunedState> initial)
      : shared_(std::move(shared)),
        scheduler_(std::move(scheduler)),
        timeline_(std::move(timeline)),
        initial_(std::move(initial)) {}

  ~TimelineSession() override {
    try {
      scheduler_->release(timeline_);
    } catch (...) {
      // Out of memory while giving the slot back: it stays with the model until that is closed.
    }
  }

  std::uint64_t token_count() const override { return timeline_->token_count; }

  Status generate(GenerateRequest request, GenerateCallbacks callbacks) override {
    return guarded([&]() -> Status {
      if (scheduler_->closed()) return error(ErrorCode::closed, "The engine was closed.");
      ROOST_TRY(check(request));
      if (shared_->parts.file) ROOST_TRY(shared_->parts.file->unchanged());
      auto generation = std::make_unique<Generation>(std::move(request), std::move(callbacks),
                                                     shared_->parts.tokenizer, shared_->rules);
      return scheduler_->submit(timeline_, std::move(generation));
    });
  }

  Result<std::vector<TokenProbability>> distribution(std::uint32_t count) override {
    return guarded([&]() -> Result<std::vector<TokenProbability>> {
      std::vector<float> logits;
      ROOST_TRY(scheduler_->run(timeline_, [&](model::LanguageModel&) -> Status {
        if (timeline_->fault) return *timeline_->fault;
        logits = timeline_->position.logits;
        return {};
      }));
      if (logits.empty()) {
        return error(ErrorCode::tokens_invalid,
                     "There is nothing that something could follow: the session has read no token.");
      }
      return likeliest(logits, count, shared_->rules.get(), shared_->parts.tokenizer.get());
    });
  }

  void cancel() override { timeline_->cancelled = true; }

  Result<std::unique_ptr<Session>> fork() override {
    return guarded([&]() -> Result<std::unique_ptr<Session>> {
      auto copy = std::make_shared<Timeline>();
      ROOST_TRY(scheduler_->run(timeline_, [&](model::LanguageModel& model) -> Status {
        if (timeline_->fault) return *timeline_->fault;
        copy->position = timeline_->position;
        copy->token_count = copy->position.tokens;
        ROOST_ASSIGN(copy->slot, model.acquire_copy(timeline_->slot));
        return {};
      }));
      return std::unique_ptr<Session>(
          std::make_unique<TimelineSession>(shared_, scheduler_, std::move(copy), initial_));
    });
  }

  Result<std::vector<std::byte>> snapshot() override {
    return guarded([&]() -> Result<std::vector<std::byte>> {
      SnapshotBuilder builder;
      ROOST_TRY(scheduler_->run(timeline_, [&](model::LanguageModel& model) -> Status {
        if (timeline_->fault) return *timeline_->fault;
        const Position& position = timeline_->position;
        SnapshotContent content;
        content.header = header(position, model.state_floats());
        content.prefix = position.prefix;
        content.pending = position.pending;
        ROOST_ASSIGN(builder, begin_snapshot(content));
        if (!position.logits.empty()) {
          std::memcpy(builder.block.data() + builder.logits_offset, position.logits.data(),
                      position.logits.size() * sizeof(float));
        }
        auto* state = reinterpret_cast<float*>(builder.block.data() + builder.state_offset);
        return model.read_state(timeline_->slot, std::span(state, model.state_floats()));
      }));
      // Never write what could not be read again.
      if (!seal_snapshot(builder.block)) {
        return error(ErrorCode::numeric_fault,
                     "The session's state holds numbers that are not finite: the weights are damaged, or the "
                     "device computes wrongly.");
      }
      return std::move(builder.block);
    });
  }

  Status restore(std::span<const std::byte> bytes) override {
    return guarded([&]() -> Status {
      ROOST_ASSIGN(const SnapshotContent content, decode_snapshot(bytes));
      const Assembly& parts = shared_->parts;
      // States of other kinds of device count: they differ by rounding, as those of instruction sets do, and
      // a conversation goes on when its device is lost.
      ROOST_TRY(
          compare_snapshot(content.header, parts.info, shared_->tokenizer_fingerprint, parts.weights, ""));
      ROOST_TRY(compare_initial_state(content.header, initial_state()));
      Position position;
      position.tokens = content.header.token_count;
      position.prefix = content.prefix;
      position.pending = content.pending;
      // Copied, since the block may lie at any address.
      position.logits.resize(content.logits.size() / sizeof(float));
      if (!position.logits.empty()) {
        std::memcpy(position.logits.data(), content.logits.data(), content.logits.size());
      }
      std::vector<float> aligned;
      std::span<const float> state;
      const std::size_t floats = content.state.size() / sizeof(float);
      if (reinterpret_cast<std::uintptr_t>(content.state.data()) % alignof(float) == 0) {
        state = {reinterpret_cast<const float*>(content.state.data()), floats};
      } else {
        aligned.resize(floats);
        std::memcpy(aligned.data(), content.state.data(), content.state.size());
        state = aligned;
      }
      return scheduler_->run(timeline_, [&](model::LanguageModel& model) -> Status {
        timeline_->fault = error(ErrorCode::internal, "Restoring the session's state failed half way.");
        ROOST_TRY(model.write_state(timeline_->slot, state));
        settle(std::move(position));
        return {};
      });
    });
  }

  Status reset() override { return begin_from(initial_); }

  Status begin_from(std::shared_ptr<const TunedState> initial) override {
    return guarded([&]() -> Status {
      std::vector<float> state;
      if (initial) {
        ROOST_TRY(fits(initial->info, shared_->parts.info));
        state = written_state(*initial, shared_->parts.info);
      }
      Status begun = scheduler_->run(timeline_, [&](model::LanguageModel& model) -> Status {
        timeline_->fault = error(ErrorCode::internal, "Setting the session's initial state failed half way.");
        model.clear_slot(timeline_->slot);
        if (initial) ROOST_TRY(model.write_state(timeline_->slot, state));
        settle(Position());
        return {};
      });
      if (begun.ok()) initial_ = std::move(initial);
      return begun;
    });
  }

  std::string initial_state() const override { return initial_ ? initial_->info.fingerprint : std::string(); }

 private:
  // On the engine's thread: the state in the slot is what `position` says.
  void settle(Position position) {
    timeline_->position = std::move(position);
    timeline_->token_count = timeline_->position.tokens;
    timeline_->fault.reset();
  }

  SnapshotHeader header(const Position& position, std::uint64_t state_floats) const {
    const ModelInfo& info = shared_->parts.info;
    SnapshotHeader header;
    header.model_fingerprint = info.fingerprint;
    header.tokenizer_fingerprint = shared_->tokenizer_fingerprint;
    header.generation = info.generation;
    header.weights = shared_->parts.weights;
    header.device = shared_->device;
    header.layers = info.layers;
    header.width = info.width;
    header.heads = info.heads;
    header.head_size = info.head_size;
    header.vocab = info.vocab;
    header.token_count = position.tokens;
    header.state_floats = state_floats;
    header.has_logits = !position.logits.empty();
    header.initial_state = initial_state();
    return header;
  }

  // What can be said at once. Whether there are logits to continue from is known on the engine's thread only.
  Status check(const GenerateRequest& request) const {
    for (const std::uint32_t id : request.tokens) {
      if (id >= shared_->parts.info.vocab) {
        return error(ErrorCode::tokens_invalid, "Token " + std::to_string(id) +
                                                    " is outside the model's vocabulary of " +
                                                    std::to_string(shared_->parts.info.vocab) + ".");
      }
    }
    ROOST_TRY(validate(request.sampler));
    if (request.score_prompt && request.tokens.empty()) {
      return error(ErrorCode::tokens_invalid, "There is no token to score.");
    }
    if (request.alternatives > alternatives_limit ||
        request.alternatives * request.tokens.size() > all_alternatives_limit) {
      return error(ErrorCode::invalid_argument,
                   "There may be at most 32 alternatives for each token, and a million in all.");
    }
    if (request.stop.size() > stop_texts_limit) {
      return error(ErrorCode::invalid_argument, "There may be at most 64 stop texts.");
    }
    for (const std::string& stop : request.stop) {
      if (stop.empty() || stop.size() > stop_bytes_limit) {
        return error(ErrorCode::invalid_argument, "A stop text must have from 1 to 4096 bytes.");
      }
    }
    if (!request.stop.empty() && !shared_->parts.tokenizer) {
      return error(ErrorCode::vocabulary_missing, "Stop texts need the model's vocabulary.");
    }
    return {};
  }

  const std::shared_ptr<const Shared> shared_;
  const std::shared_ptr<Scheduler> scheduler_;
  const std::shared_ptr<Timeline> timeline_;
  std::shared_ptr<const TunedState> initial_;  // null: the zero state
};

}  // namespace

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Shared> shared,
                                              std::shared_ptr<Scheduler> scheduler,
                                              std::shared_ptr<const TunedState> initial) {
  return guarded([&]() -> Result<std::unique_ptr<Session>> {
    ROOST_ASSIGN(std::shared_ptr<Timeline> timeline, scheduler->open());
    std::unique_ptr<Session> session = std::make_unique<TimelineSession>(
        std::move(shared), std::move(scheduler), std::move(timeline), nullptr);
    if (initial) ROOST_TRY(session->begin_from(std::move(initial)));
    return session;
  });
}

}  // namespace roost::engine
