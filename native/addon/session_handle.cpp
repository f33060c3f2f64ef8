#include "session_handle.h"

#include <atomic>
#include <utility>

#include "model_handle.h"
#include "values.h"

namespace roost::addon {

namespace {

// What every operation of a session has in common: the session is busy and its model in use until it has
// completed.
Operation operation_on(const Napi::CallbackInfo& info, const std::shared_ptr<SessionHolder>& holder) {
  Environment& environment = Environment::of(info.Env());
  Operation operation;
  operation.handle = Napi::Persistent(info.This().As<Napi::Object>());
  operation.after = [&environment, holder] {
    holder->token_count = holder->session->token_count();
    holder->initial_state = holder->session->initial_state();
    holder->started = false;
    holder->busy = false;
    if (holder->close_operation != 0) environment.begin(std::exchange(holder->close_operation, 0));
    end_use(environment, *holder->model);
  };
  return operation;
}

void begin_operation(SessionHolder& holder) {
  holder.busy = true;
  begin_use(*holder.model);
}

// The engine's side of one generation. Shared by its callbacks; refers to no session and no JavaScript value,
// so it does not matter which thread drops it last.
struct Generation {
  const std::uint64_t operation;
  const std::shared_ptr<Mailbox> mailbox;
  const std::shared_ptr<Stream> stream;
  std::shared_ptr<void> result;
  std::atomic<bool> ended{false};
  // It is over when the engine has called on_done *and* the job that started it has let go of the session.
  std::atomic<int> parties{2};

  Generation(std::uint64_t operation_in, std::shared_ptr<Mailbox> mailbox_in,
             std::shared_ptr<Stream> stream_in)
      : operation(operation_in), mailbox(std::move(mailbox_in)), stream(std::move(stream_in)) {}

  void prefilled(std::uint64_t done, std::uint64_t total) noexcept {
    {
      const std::lock_guard lock(stream->mutex);
      stream->progressed = true;
      stream->done = static_cast<double>(done);
      stream->total = static_cast<double>(total);
    }
    mailbox->report(stream);
  }

  void spoke(const TokenEvent& event) noexcept {
    try {
      const std::lock_guard lock(stream->mutex);
      stream->text += event.text;
      stream->tokens.push_back(event.id);
    } catch (const std::bad_alloc&) {
      return;  // the result holds the whole text; only its preview stands still
    }
    mailbox->report(stream);
  }

  void end(Result<GenerateResult> outcome) noexcept {
    if (ended.exchange(true)) return;
    result = Environment::shared(std::move(outcome));
    leave();
  }

  void leave() noexcept {
    if (--parties > 0) return;
    mailbox->post({operation, std::move(result)});
    mailbox->end_activity();
  }
};

GenerateCallbacks callbacks_of(const std::shared_ptr<Generation>& generation) {
  GenerateCallbacks callbacks;
  callbacks.on_prefill = [generation](std::uint64_t done, std::uint64_t total) {
    generation->prefilled(done, total);
  };
  callbacks.on_token = [generation](const TokenEvent& event) { generation->spoke(event); };
  callbacks.on_done = [generation](Result<GenerateResult> result) { generation->end(std::move(result)); };
  return callbacks;
}

}  // namespace

void SessionHandle::install(Napi::Env env) {
  const Napi::Function made =
      DefineClass(env, "Session",
                  {
                      InstanceMethod<&SessionHandle::generate>("generate"),
                      InstanceMethod<&SessionHandle::cancel>("cancel"),
                      InstanceMethod<&SessionHandle::distribution>("distribution"),
                      InstanceMethod<&SessionHandle::fork>("fork"),
                      InstanceMethod<&SessionHandle::snapshot>("snapshot"),
                      InstanceMethod<&SessionHandle::restore>("restore"),
                      InstanceMethod<&SessionHandle::restore_tuned_state>("restoreTunedState"),
                      InstanceMethod<&SessionHandle::close>("close"),
                      InstanceMethod<&SessionHandle::token_count>("tokenCount"),
                      InstanceMethod<&SessionHandle::tuned_state>("tunedState"),
                  });
  Environment::of(env).session_class = Napi::Persistent(made);
}

SessionHandle::SessionHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SessionHandle>(info) {}

napi_value SessionHandle::wrap(Environment& environment, std::shared_ptr<SessionHolder> holder) {
  const napi_env env = environment.session_class.Env();
  napi_value constructor = nullptr, object = nullptr;
  void* native = nullptr;
  if (napi_get_reference_value(env, environment.session_class, &constructor) != napi_ok ||
      napi_new_instance(env, constructor, 0, nullptr, &object) != napi_ok ||
      napi_unwrap(env, object, &native) != napi_ok) {
    return nullptr;
  }
  auto& sessions = holder->model->sessions;
  std::erase_if(sessions, [](const std::weak_ptr<SessionHolder>& weak) { return weak.expired(); });
  sessions.push_back(holder);
  // The model may have been asked to close while the session was being made.
  holder->closed = holder->model->closed;
  static_cast<SessionHandle*>(native)->holder_ = std::move(holder);
  return object;
}

const std::shared_ptr<SessionHolder>& SessionHandle::require_free(const Napi::CallbackInfo& info) const {
  if (!holder_ || holder_->closed) fail(info.Env(), ErrorCode::closed, "the session was closed");
  if (holder_->busy) fail(info.Env(), ErrorCode::busy, "the session is at work already");
  return holder_;
}

// generate(request, onPrefill, onText) -> Promise<result>
Napi::Value SessionHandle::generate(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    auto request = std::make_shared<GenerateRequest>(read_generate_request(info[0]));
    Operation operation = operation_on(info, holder);
    operation.on_progress = read_callback(info[1], "onPrefill");
    operation.on_text = read_callback(info[2], "onText");
    operation.cancel = [holder] { holder->cancel(); };
    if (holder->busy || holder->closed) {  // reading the request ran JavaScript: it may have used the session
      fail(info.Env(), ErrorCode::busy, "the session is at work already");
    }
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<GenerateResult>(
        std::move(operation),
        [](napi_env env, GenerateResult& result) { return write_generate_result(env, result); });
    holder->started = false;
    holder->cancel_requested = false;
    begin_operation(*holder);
    const std::shared_ptr<Generation> generation(
        new Generation(expected.id, environment.mailbox, environment.stream_of(expected.id)));
    // Counted from here until the engine has called on_done, which may be long after the job below has ended.
    environment.mailbox->begin_activity();
    const bool accepted = environment.mailbox->run_job([holder, generation, request] {
      Result<Nothing> accepted_by_engine = guarded<Nothing>([&] {
        return without_value(holder->session->generate(std::move(*request), callbacks_of(generation)));
      });
      if (!accepted_by_engine.ok()) {
        generation->end(std::move(accepted_by_engine).failure());
      } else {
        // Either cancel() sees `started`, or we see its request.
        holder->started = true;
        if (holder->cancel_requested) holder->session->cancel();
      }
      generation->leave();
    });
    if (!accepted) {
      generation->end(Error{ErrorCode::out_of_memory, "no thread could be started for this work"});
      generation->leave();
    }
    return expected.promise;
  });
}

Napi::Value SessionHandle::cancel(const Napi::CallbackInfo& info) {
  if (holder_ && holder_->busy) holder_->cancel();
  return info.Env().Undefined();
}

// distribution(count) -> Promise<candidates>
Napi::Value SessionHandle::distribution(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    const auto count = static_cast<std::uint32_t>(read_count(info[0], "count", UINT32_MAX));
    Environment& environment = Environment::of(info.Env());
    using Candidates = std::vector<TokenProbability>;
    const auto expected = environment.expect<Candidates>(
        operation_on(info, holder),
        [](napi_env env, Candidates& candidates) { return write_candidates(env, candidates); });
    begin_operation(*holder);
    environment.launch<Candidates>(expected.id,
                                   [holder, count] { return holder->session->distribution(count); });
    return expected.promise;
  });
}

Napi::Value SessionHandle::fork(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    Environment& environment = Environment::of(info.Env());
    using Made = std::shared_ptr<SessionHolder>;
    const auto expected = environment.expect<Made>(
        operation_on(info, holder),
        [&environment](napi_env, Made& session) { return wrap(environment, session); });
    begin_operation(*holder);
    environment.launch<Made>(expected.id, [holder]() -> Result<Made> {
      ROOST_ASSIGN(std::unique_ptr<Session> session, holder->session->fork());
      return SessionHolder::make(holder->model, std::move(session));
    });
    return expected.promise;
  });
}

Napi::Value SessionHandle::snapshot(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    Environment& environment = Environment::of(info.Env());
    using Bytes = std::vector<std::byte>;
    const auto expected = environment.expect<Bytes>(
        operation_on(info, holder), [](napi_env env, Bytes& bytes) { return write_bytes(env, bytes); });
    begin_operation(*holder);
    environment.launch<Bytes>(expected.id, [holder] { return holder->session->snapshot(); });
    return expected.promise;
  });
}

Napi::Value SessionHandle::restore(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    auto bytes = std::make_shared<std::vector<std::byte>>(read_bytes(info[0], "snapshot"));
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<Nothing>(
        operation_on(info, holder), [](napi_env env, Nothing&) { return write_undefined(env); });
    begin_operation(*holder);
    environment.launch<Nothing>(expected.id,
                                [holder, bytes] { return without_value(holder->session->restore(*bytes)); });
    return expected.promise;
  });
}

// restoreTunedState(path) -> Promise<void>; '': the zero state
Napi::Value SessionHandle::restore_tuned_state(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_free(info);
    std::string path = read_text(info[0], "path");
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<Nothing>(
        operation_on(info, holder), [](napi_env env, Nothing&) { return write_undefined(env); });
    begin_operation(*holder);
    environment.launch<Nothing>(expected.id, [holder, path = std::move(path)]() -> Result<Nothing> {
      std::shared_ptr<const TunedState> initial;
      if (!path.empty()) {
        ROOST_ASSIGN(initial, holder->model->engine->tuned_state(path));
      }
      return without_value(holder->session->begin_from(std::move(initial)));
    });
    return expected.promise;
  });
}

Napi::Value SessionHandle::close(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    if (!closing_.IsEmpty()) return closing_.Value();
    Environment& environment = Environment::of(info.Env());
    const std::shared_ptr<SessionHolder> holder = holder_;
    if (!holder || holder->closed) return resolved(info.Env());  // never opened, or its model closes it
    Operation operation;
    operation.handle = Napi::Persistent(info.This().As<Napi::Object>());
    operation.after = [&environment, holder] { end_use(environment, *holder->model); };
    const auto expected = environment.expect<Nothing>(
        std::move(operation), [](napi_env env, Nothing&) { return write_undefined(env); });
    holder->closed = true;
    begin_use(*holder->model);
    environment.when_begun(expected.id, [&environment, id = expected.id, holder] {
      environment.launch<Nothing>(id, [holder]() -> Result<Nothing> {
        holder->destroy();
        return Nothing{};
      });
    });
    if (holder->busy) {
      holder->close_operation = expected.id;
      holder->cancel();
    } else {
      environment.begin(expected.id);
    }
    closing_ = Napi::Persistent(Napi::Object(info.Env(), expected.promise));
    return expected.promise;
  });
}

Napi::Value SessionHandle::token_count(const Napi::CallbackInfo& info) {
  const double count = holder_ ? static_cast<double>(holder_->token_count) : 0;
  return Napi::Number::New(info.Env(), count);
}

Napi::Value SessionHandle::tuned_state(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), holder_ ? holder_->initial_state : std::string());
}

}  // namespace roost::addon
