#include "job_threads.h"

#include <system_error>
#include <thread>
#include <utility>

namespace roost::addon {

JobThreads& JobThreads::instance() {
  static JobThreads* const threads = new JobThreads();  // leaked on purpose, see the class
  return *threads;
}

bool JobThreads::run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int>(waiting_.size()) >= idle_ && threads_ < kMostThreads) {
    try {
      std::thread([this] { work(); }).detach();
      ++threads_;
    } catch (const std::system_error&) {
      if (threads_ == 0) return false;
    }
  }
  waiting_.push_back(std::move(job));
  wake_.notify_one();
  return true;
}

void JobThreads::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return !waiting_.empty(); });
    --idle_;
    {
      std::function<void()> job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      job();
      // The job's captures are released here, outside the lock: they may destroy sessions and start further
      // jobs.
    }
    lock.lock();
  }
}

}  // namespace roost::addon
