// The native side of one JavaScript environment: everything a native thread may touch. It holds no JavaScript
// value, so it can outlive the environment; native threads own it together with the environment and know
// operations by number only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <node_api.h>

namespace roost::addon {

// What an operation reports between its start and its end. Written by a native thread, emptied by the
// JavaScript thread.
struct Stream {
  explicit Stream(std::uint64_t operation) : id(operation) {}

  const std::uint64_t id;
  std::mutex mutex;  // guards all below
  std::string text;
  std::vector<std::uint32_t> tokens;
  bool progressed = false;
  double done = 0, total = 0;  // prompt tokens of a generation; for a load, a fraction of 1
  bool listed = false;         // guarded by the mailbox's mutex: already in its list
};

struct Completion {
  std::uint64_t id;
  std::shared_ptr<void>
      result;  // a Result<T>; the operation's entry in Environment knows T. Null: out of memory
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // Reports are delivered at most once in this time, together; completions at once.
  static constexpr std::chrono::milliseconds kFrame{16};

  Mailbox() = default;
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // JavaScript thread. `wake` is the one thread-safe function of the environment; its queue is bounded, and a
  // full queue only means that a wake-up is on its way already.
  void open(napi_threadsafe_function wake);
  // JavaScript thread. Afterwards nothing calls the thread-safe function any more; what arrives is dropped.
  void close();

  // Any thread.
  void post(Completion completion);
  void report(const std::shared_ptr<Stream>& stream);  // the stream has something new

  struct Delivery {
    std::vector<std::shared_ptr<Stream>> streams;
    std::vector<Completion> completions;
  };
  Delivery take();  // JavaScript thread

  // Runs `job` on a thread of JobThreads and counts it as activity until its captures are released. False: no
  // thread.
  bool run_job(std::function<void()> job);
  void begin_activity();
  void end_activity();
  // Waits until nothing runs for this environment any more, at most `limit`. False: it still does.
  bool wait_until_idle(std::chrono::milliseconds limit);

 private:
  using Clock = std::chrono::steady_clock;
  void wake_locked();
  void pace();  // body of the courier

  std::mutex mutex_;
  std::condition_variable changed_;
  napi_threadsafe_function wake_ = nullptr;
  bool closed_ = true;
  bool flush_wanted_ = false;  // streams wait, and the courier knows
  bool flush_due_ = false;     // their frame has come: the next take() hands them out
  Clock::time_point last_flush_{};
  std::vector<std::shared_ptr<Stream>> streams_;
  std::vector<Completion> completions_;
  std::thread courier_;  // wakes JavaScript once per frame while streams have something new

  std::mutex activity_mutex_;
  std::condition_variable activity_changed_;
  int activity_ = 0;
};

}  // namespace roost::addon
