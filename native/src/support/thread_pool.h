// A fixed set of threads that share the index ranges of one loop at a time.
//
// parallel_for() costs a few hundred nanoseconds while the workers are awake, allocates nothing, and returns
// only when every part is done. Workers spin briefly after each loop, because the next one of a model usually
// follows within microseconds, and then sleep: an idle pool costs no processor time.
//
// The parts are fixed by (count, grain, threads) alone, so a computation that writes only its own range gives
// the same numbers in every run.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace roost::support {

// Cores this process may use: physical ones, within its affinity mask and its container's processor quota. At
// least 1.
int physical_cores();

class ThreadPool {
 public:
  // `threads` counts the calling thread: 1 starts none. 0 or less: physical_cores(). When the system refuses
  // a thread the pool goes on with those it got.
  explicit ThreadPool(int threads = 0);
  // Waits for a loop that is still running on another thread.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(begin, end, worker) for at most threads() contiguous parts of [0, count), each a multiple of
  // `grain` long but for the last; `worker` in [0, threads()) is different for each part and may index
  // scratch memory. Returns false when a body threw; the other parts ran all the same. Called from several
  // threads, the loops take turns; called from within a body, it runs there and then as one part with that
  // body's worker.
  template <class Body>
  bool parallel_for(std::size_t count, std::size_t grain, Body&& body) {
    using Callable = std::remove_reference_t<Body>;
    return run(count, grain, const_cast<void*>(static_cast<const void*>(&body)),
               [](void* context, std::size_t begin, std::size_t end, int worker) {
                 (*static_cast<Callable*>(context))(begin, end, worker);
               });
  }

  // Calls body(worker) once for every worker, at the same time.
  template <class Body>
  bool run_on_all(Body&& body) {
    return parallel_for(static_cast<std::size_t>(threads()), 1,
                        [&body](std::size_t begin, std::size_t end, int) {
                          for (std::size_t i = begin; i < end; ++i) body(static_cast<int>(i));
                        });
  }

 private:
  using Call = void (*)(void* context, std::size_t begin, std::size_t end, int worker);

  bool run(std::size_t count, std::size_t grain, void* context, Call call);
  void work(int worker);
  void run_part(int worker);

  // The loop in progress: written by run() before epoch_ moves, read by workers after they saw it move.
  void* context_ = nullptr;
  Call call_ = nullptr;
  std::size_t count_ = 0;
  std::size_t grain_ = 1;
  int parts_ = 0;

  alignas(64) std::atomic<std::uint64_t> epoch_{0};
  alignas(64) std::atomic<int> pending_{0};  // workers that have not finished this loop
  std::atomic<bool> threw_{false};
  alignas(64) std::atomic<int> sleepers_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stop_{false};

  std::mutex turn_;  // held for a whole loop
  std::mutex sleep_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> workers_;
};

}  // namespace roost::support
