#include "support/thread_pool.h"

#include <algorithm>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace roost::support {
namespace {

// About 20 to 60 microseconds: longer than the gap between two operations of a model, shorter than anybody
// notices.
constexpr int kSpins = 1500;

inline void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
  asm volatile("yield");
#endif
}

// Set while this thread runs a part: a nested loop would wait for itself.
thread_local int current_worker = -1;

}  // namespace

ThreadPool::ThreadPool(int threads) {
  const int wanted = std::clamp(threads > 0 ? threads : physical_cores(), 1, 1024);
  try {
    workers_.reserve(static_cast<std::size_t>(wanted - 1));
    for (int i = 1; i < wanted; ++i) workers_.emplace_back([this, i] { work(i); });
  } catch (...) {
    // The system has no more threads (or memory) for us: fewer workers are slower, not wrong.
  }
}

ThreadPool::~ThreadPool() {
  const std::lock_guard turn(turn_);
  stop_.store(true);
  epoch_.fetch_add(1);
  { const std::lock_guard lock(sleep_); }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run_part(int worker) {
  const std::size_t blocks = (count_ - 1) / grain_ + 1;
  const auto parts = static_cast<std::size_t>(parts_);
  const auto part = static_cast<std::size_t>(worker);
  if (part >= parts) return;
  // The first (blocks % parts) parts take one block more; written so that nothing can overflow.
  const std::size_t share = blocks / parts, extra = blocks % parts;
  const std::size_t first = part * share + std::min(part, extra);
  const std::size_t last = first + share + (part < extra ? 1 : 0);
  const std::size_t begin = first * grain_;
  const std::size_t end = last == blocks ? count_ : last * grain_;
  if (begin >= end) return;
  current_worker = worker;
  try {
    call_(context_, begin, end, worker);
  } catch (...) {
    threw_.store(true, std::memory_order_relaxed);
  }
  current_worker = -1;
}

bool ThreadPool::run(std::size_t count, std::size_t grain, void* context, Call call) {
  if (count == 0) return true;
  if (current_worker >= 0) {
    try {
      call(context, 0, count, current_worker);
      return true;
    } catch (...) {
      return false;
    }
  }
  const std::lock_guard turn(turn_);
  context_ = context;
  call_ = call;
  count_ = count;
  grain_ = std::max<std::size_t>(grain, 1);
  parts_ =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(threads()), (count - 1) / grain_ + 1));
  threw_.store(false, std::memory_order_relaxed);
  if (parts_ == 1) {
    run_part(0);
    return !threw_.load(std::memory_order_relaxed);
  }

  pending_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  // Sequentially consistent on both sides: either we see the sleeper, or it sees the new epoch before
  // sleeping.
  epoch_.fetch_add(1);
  if (sleepers_.load() > 0) {
    { const std::lock_guard lock(sleep_); }
    wake_.notify_all();
  }
  run_part(0);

  for (int spin = 0; spin < kSpins && pending_.load(std::memory_order_acquire) != 0; ++spin) relax();
  if (pending_.load(std::memory_order_acquire) != 0) {
    std::unique_lock lock(sleep_);
    caller_sleeps_.store(true);
    done_.wait(lock, [this] { return pending_.load() == 0; });
    caller_sleeps_.store(false);
  }
  return !threw_.load(std::memory_order_relaxed);
}

void ThreadPool::work(int worker) {
  std::uint64_t seen = 0;
  while (true) {
    for (int spin = 0; spin < kSpins && epoch_.load(std::memory_order_acquire) == seen; ++spin) relax();
    if (epoch_.load(std::memory_order_acquire) == seen) {
      std::unique_lock lock(sleep_);
      sleepers_.fetch_add(1);
      wake_.wait(lock, [this, seen] { return epoch_.load() != seen; });
      sleepers_.fetch_sub(1);
    }
    // A worker takes part in every loop before the next one can begin, so no epoch is ever skipped.
    ++seen;
    if (stop_.load()) return;
    run_part(worker);
    if (pending_.fetch_sub(1) == 1 && caller_sleeps_.load()) {
      { const std::lock_guard lock(sleep_); }
      done_.notify_one();
    }
  }
}

}  // namespace roost::support
