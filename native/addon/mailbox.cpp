#include "mailbox.h"

#include <system_error>
#include <utility>

#include "job_threads.h"

namespace roost::addon {

Mailbox::~Mailbox() {
  close();
}

void Mailbox::open(napi_threadsafe_function wake) {
  const std::lock_guard lock(mutex_);
  wake_ = wake;
  closed_ = false;
}

void Mailbox::close() {
  std::thread courier;
  std::vector<std::shared_ptr<Stream>> streams;
  std::vector<Completion> completions;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_ = nullptr;
    courier = std::move(courier_);
    streams = std::move(streams_);
    completions = std::move(completions_);
  }
  changed_.notify_all();
  if (courier.joinable()) {
    // The last owner can be a job on any thread, never the courier: it holds no reference.
    courier.join();
  }
}

void Mailbox::post(Completion completion) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  completions_.push_back(std::move(completion));
  wake_locked();
}

void Mailbox::report(const std::shared_ptr<Stream>& stream) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  if (!stream->listed) {
    stream->listed = true;
    streams_.push_back(stream);
  }
  if (flush_wanted_ || flush_due_) return;
  flush_wanted_ = true;
  if (!courier_.joinable()) {
    try {
      courier_ = std::thread([this] { pace(); });
    } catch (const std::system_error&) {
      // Without a courier every report wakes JavaScript by itself: more often than needed, but nothing is
      // lost.
      flush_wanted_ = false;
      flush_due_ = true;
      wake_locked();
      return;
    }
  }
  changed_.notify_one();
}

void Mailbox::pace() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    changed_.wait(lock, [this] { return closed_ || flush_wanted_; });
    const Clock::time_point due = last_flush_ + kFrame;
    changed_.wait_until(lock, due, [this] { return closed_; });
    if (closed_) return;
    flush_wanted_ = false;
    flush_due_ = true;
    wake_locked();
  }
}

Mailbox::Delivery Mailbox::take() {
  const std::lock_guard lock(mutex_);
  Delivery delivery;
  delivery.completions = std::move(completions_);
  completions_.clear();
  if (flush_due_) {
    flush_due_ = false;
    last_flush_ = Clock::now();
    delivery.streams = std::move(streams_);
    streams_.clear();
    for (const std::shared_ptr<Stream>& stream : delivery.streams) stream->listed = false;
  }
  return delivery;
}

void Mailbox::wake_locked() {
  if (wake_ == nullptr) return;
  const napi_status status = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
  if (status == napi_closing) {
    wake_ = nullptr;  // must not be used again once it has said so
  }
}

bool Mailbox::run_job(std::function<void()> job) {
  begin_activity();
  auto self = shared_from_this();
  const bool accepted = JobThreads::instance().run([self, job = std::move(job)]() mutable {
    job();
    job = nullptr;
    self->end_activity();
  });
  if (!accepted) end_activity();
  return accepted;
}

void Mailbox::begin_activity() {
  const std::lock_guard lock(activity_mutex_);
  ++activity_;
}

void Mailbox::end_activity() {
  const std::lock_guard lock(activity_mutex_);
  if (--activity_ == 0) activity_changed_.notify_all();
}

bool Mailbox::wait_until_idle(std::chrono::milliseconds limit) {
  std::unique_lock lock(activity_mutex_);
  return activity_changed_.wait_for(lock, limit, [this] { return activity_ == 0; });
}

}  // namespace roost::addon
