// One JavaScript environment (the main thread, or a worker): its operations that have not completed, and the
// one thread-safe function by which native threads wake it. Everything here belongs to the JavaScript thread.
//
// An operation: expect() makes its promise and its entry; launch() runs its work on a job thread, which posts
// a completion with the entry's number to the mailbox; deliver() finds the entry and settles the promise.
// Native threads never hold a JavaScript value, so an environment may end at any moment: its entries are
// dropped, its completions find a closed mailbox.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

#include <napi.h>

#include "handles.h"
#include "mailbox.h"
#include "roost/result.h"

namespace roost::addon {

struct Nothing {};
inline Result<Nothing> without_value(Status status) {
  if (!status.ok()) return std::move(status).failure();
  return Nothing{};
}

// Runs `work`; what it throws becomes an error. Nothing of ours throws on purpose, but memory can end
// anywhere.
template <class T, class Work>
Result<T> guarded(Work&& work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, {}};
  } catch (const std::exception& problem) {
    try {
      return Error{ErrorCode::internal, problem.what()};
    } catch (...) {
      return Error{ErrorCode::internal, {}};
    }
  } catch (...) {
    return Error{ErrorCode::internal, {}};
  }
}

struct Operation {
  napi_deferred deferred = nullptr;
  Napi::ObjectReference handle;         // the model or session it works on: not garbage-collected meanwhile
  Napi::FunctionReference on_progress;  // (done, total)
  Napi::FunctionReference on_text;      // (text, tokens)
  std::shared_ptr<Stream> stream;       // where it reports; null: it does not
  std::function<void()> cancel;         // null: it can't be
  std::function<void()> begin;          // a close that waits for others: starts it
  Napi::ObjectReference thrown;         // by one of its callbacks: what the promise is rejected with
  std::function<void()> after;          // frees what it had reserved; runs before the promise settles
  std::function<napi_value(napi_env, void* result, napi_value* error)> settle;
};

class Environment {
 public:
  static void install(Napi::Env env);
  static Environment& of(Napi::Env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  const std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  Napi::FunctionReference model_class;
  Napi::FunctionReference session_class;

  struct Expected {
    std::uint64_t id;
    napi_value promise;
  };
  // The entry of an operation that will complete with a Result<T>. `write` turns its value into a JavaScript
  // one (null where that fails). Throws Napi::Error where no promise can be made or the environment has
  // ended.
  template <class T>
  Expected expect(Operation operation, std::function<napi_value(napi_env, T&)> write) {
    operation.settle = [write = std::move(write)](napi_env env, void* raw, napi_value* error) -> napi_value {
      auto* result = static_cast<Result<T>*>(raw);
      if (result == nullptr) {
        *error = write_failure(env, Error{ErrorCode::out_of_memory, {}});
        return nullptr;
      }
      if (!result->ok()) {
        *error = write_failure(env, result->failure());
        return nullptr;
      }
      return write(env, result->value());
    };
    return add(std::move(operation));
  }

  // The operation's stream, made on first use.
  std::shared_ptr<Stream> stream_of(std::uint64_t id);

  // Runs `work` on a job thread and completes operation `id` with what it returns.
  template <class T>
  void launch(std::uint64_t id, std::function<Result<T>()> work) {
    const bool accepted = mailbox->run_job(
        [target = mailbox, id, work = std::move(work)] { complete<T>(*target, id, guarded<T>(work)); });
    if (!accepted) {
      complete<T>(*mailbox, id, Error{ErrorCode::out_of_memory, "no thread could be started for this work"});
    }
  }

  // Any thread: completes operation `id`.
  template <class T>
  static void complete(Mailbox& target, std::uint64_t id, Result<T> result) noexcept {
    target.post({id, shared(std::move(result))});
  }
  // Null where there is no memory for it.
  template <class T>
  static std::shared_ptr<void> shared(Result<T> result) noexcept {
    try {
      return std::make_shared<Result<T>>(std::move(result));
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  // A close waits for what runs: when_begun() says what it will do, begin() lets it start. Nothing where it
  // is gone.
  void when_begun(std::uint64_t id, std::function<void()> start);
  void begin(std::uint64_t id);

  void remember(const std::shared_ptr<ModelHolder>& model);

  // Cancels everything, waits a moment for the engine, gives all memory back. From then on nothing can be
  // started. Called by the process event 'exit' (the destructors of static objects follow while native
  // threads still run) and when the environment is torn down, whichever comes first.
  void shut_down() noexcept;

 private:
  explicit Environment(Napi::Env env);
  Expected add(Operation operation);
  static napi_value write_failure(napi_env env, const Error& failure);
  static void wake(napi_env env, napi_value, void* self, void*);
  void deliver();
  void report(std::uint64_t id);
  void hand_out(Operation& operation);
  void finish(const Completion& completion);
  // Calls a callback of JavaScript. What it throws is kept as the operation's outcome, and the operation is
  // cancelled.
  void call(Operation& operation, const Napi::FunctionReference& callback, std::size_t count,
            napi_value* arguments);

  const napi_env env_;
  napi_threadsafe_function wake_ = nullptr;
  bool ended_ = false;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Operation>> operations_;
  std::vector<std::weak_ptr<ModelHolder>> models_;
};

// Runs `begin`, which returns the promise of an operation. What it throws becomes a rejected promise.
Napi::Value promised(const Napi::CallbackInfo& info, const std::function<napi_value()>& begin);
// Throws a Napi::Error with this code.
[[noreturn]] void fail(napi_env env, ErrorCode code, const char* message);

}  // namespace roost::addon
