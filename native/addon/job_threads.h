// Threads for work that blocks: reading a model, waiting for the engine, giving memory back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace roost::addon {

// One per process, shared by all JavaScript environments, and never destroyed: a job may outlive the
// environment that asked for it. libuv's own threads are not used, because a load would hold one of its four
// for minutes while files wait.
class JobThreads {
 public:
  static JobThreads& instance();

  // Runs `job` on one of at most 16 threads, in order of arrival. The job must not throw. False: there is no
  // thread and none can be started; the job will not run.
  bool run(std::function<void()> job);

 private:
  static constexpr int kMostThreads = 16;

  JobThreads() = default;
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  int threads_ = 0;
  int idle_ = 0;
};

}  // namespace roost::addon
