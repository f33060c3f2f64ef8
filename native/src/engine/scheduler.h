// The one thread that owns a loaded model. It advances every generation of every session together: each step
// is one batch of a prompt chunk or a single token per session, so all of them share one pass over the
// weights.
//
// The size of a prompt chunk depends on the model alone, never on what else is running: a session reads its
// prompt in the same pieces whether it is alone or not, and after a restart.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/generation.h"
#include "engine/timeline.h"
#include "model/language_model.h"

namespace roost::engine {

// As large as pays off, and small enough that one chunk of a large model does not keep a stop button waiting.
std::uint32_t prompt_chunk(std::uint64_t parameters);

class Scheduler : public std::enable_shared_from_this<Scheduler> {
 public:
  // Takes the model over and starts the thread. Errors: out_of_memory, where the system has no thread for us.
  static Result<std::shared_ptr<Scheduler>> start(std::unique_ptr<model::LanguageModel> model,
                                                  std::uint32_t chunk);
  ~Scheduler();

  // Errors: closed, out_of_memory.
  Result<std::shared_ptr<Timeline>> open();
  // The session is gone: cancels its generation, waits for its on_done to return (not when called from a
  // callback) and gives the slot back.
  void release(const std::shared_ptr<Timeline>& timeline);

  // Errors: busy, closed, tokens_invalid (no prompt, and no logits to go on from), the timeline's fault.
  Status submit(const std::shared_ptr<Timeline>& timeline, std::unique_ptr<Generation> generation);
  // Runs `work` on the engine's thread, between two steps, while nothing else uses the timeline, and waits
  // for it. Errors: busy, closed, and those of `work`.
  Status run(const std::shared_ptr<Timeline>& timeline,
             const std::function<Status(model::LanguageModel&)>& work);

  // Ends every generation as cancelled, frees the model and waits for the thread; from one of its own
  // callbacks it does not wait. Any number of times, from any thread.
  void close();
  bool closed() const;

 private:
  struct Command {
    const std::function<Status(model::LanguageModel&)>* work = nullptr;
    Status status;
    bool done = false;
  };
  struct Arrival {
    std::shared_ptr<Timeline> timeline;
    std::unique_ptr<Generation> generation;
  };
  using Timelines = std::vector<std::shared_ptr<Timeline>>;

  Scheduler(std::unique_ptr<model::LanguageModel> model, std::uint32_t chunk);

  bool on_own_thread() const { return std::this_thread::get_id() == thread_id_; }
  void loop();
  void step();
  Timelines choose();
  Status forward(const Timelines& chosen, std::vector<std::size_t>& counts);
  // The same where the model draws for all of them. Fills drawn_.
  Status forward_and_draw(const Timelines& chosen, std::span<const model::Sequence> batch);
  void begin(Arrival arrival);
  void conclude(const std::shared_ptr<Timeline>& timeline, Result<GenerateResult> result);
  void give_back(Timeline& timeline);
  static Status guarded_run(const std::function<Status(model::LanguageModel&)>& work,
                            model::LanguageModel& model);

  const std::uint32_t chunk_;
  std::unique_ptr<model::LanguageModel> model_;  // the engine's thread only; null once it has ended
  Timelines running_;                            // the engine's thread only
  std::size_t next_prompt_ = 0;                  // whose prompt comes next, when not all can
  std::vector<model::DrawnToken> drawn_;         // of one step; empty: the logits came instead
  std::vector<float> logits_;  // of one step: a row per session, or per token of a scored one

  mutable std::mutex mutex_;
  std::condition_variable wake_;      // the engine's thread: something arrived
  std::condition_variable progress_;  // others: a command or a generation is done
  std::vector<Arrival> arrivals_;
  std::vector<Command*> commands_;
  std::vector<std::shared_ptr<Timeline>> departures_;  // whose slots go back
  bool closing_ = false;
  bool ended_ = false;

  std::mutex joining_;
  std::thread thread_;
  std::thread::id thread_id_;
};

}  // namespace roost::engine
