// A model and a session as JavaScript handles own them: the native object, and the state of the handle.
//
// Lifetimes. Whoever drops the last reference, the native object is destroyed on a thread of JobThreads:
// destroying it waits for the engine, and neither the JavaScript thread (a garbage collection) nor the
// engine's own thread may wait for that.
//
// Exclusion. A session does one thing at a time: `busy` is set on the JavaScript thread when an operation
// starts and cleared there when it has completed; a job may touch `session` only in between. A model closes
// when `active` is 0.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "mailbox.h"
#include "roost/session.h"

namespace roost::addon {

struct SessionHolder;

struct ModelHolder {
  const std::shared_ptr<Mailbox> mailbox;
  std::shared_ptr<Engine> engine;  // null once closed
  // Held while a session or the engine is being destroyed: a session whose handle was garbage-collected may
  // go at the very moment in which the model closes.
  std::mutex teardown;

  // JavaScript thread only:
  bool closed = false;                // close() was called: nothing new may start
  unsigned active = 0;                // operations of the model and its sessions that have not completed
  std::uint64_t close_operation = 0;  // to begin when `active` reaches 0; 0: none
  std::vector<std::weak_ptr<SessionHolder>> sessions;

  static std::shared_ptr<ModelHolder> make(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<Engine> engine);
  // Blocking; only while nothing is active. Destroys the sessions, then the engine.
  void destroy();

 private:
  ModelHolder(std::shared_ptr<Mailbox> mailbox_in, std::shared_ptr<Engine> engine_in);
};

struct SessionHolder {
  const std::shared_ptr<ModelHolder> model;
  std::unique_ptr<Session> session;  // null once closed

  std::atomic<bool> started{false};           // the running generation has been accepted by the engine
  std::atomic<bool> cancel_requested{false};  // asked for before or after that

  // JavaScript thread only:
  bool closed = false;
  bool busy = false;
  std::uint64_t close_operation = 0;  // to begin when `busy` ends; 0: none
  std::uint64_t token_count = 0;      // as of the last completed operation
  std::string initial_state;          // as well; hex, empty for the zero state

  static std::shared_ptr<SessionHolder> make(std::shared_ptr<ModelHolder> model,
                                             std::unique_ptr<Session> session);
  // JavaScript thread. Ends a running generation soon; harmless otherwise.
  void cancel();
  // Blocking; only while it is not busy.
  void destroy();

 private:
  SessionHolder(std::shared_ptr<ModelHolder> model_in, std::unique_ptr<Session> session_in);
};

// Native models and sessions that exist in this process, whoever still refers to them: what a leak would
// raise.
struct LiveCounts {
  std::atomic<int> models{0};
  std::atomic<int> sessions{0};
};
LiveCounts& live_counts();

}  // namespace roost::addon
