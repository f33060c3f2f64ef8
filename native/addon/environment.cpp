#include "environment.h"

#include "values.h"

namespace roost::addon {

namespace {

constexpr std::chrono::milliseconds kPatience{2000};  // how long an exit may wait for the engine
constexpr std::size_t kWakeQueue = 2;  // one that runs, one that waits: more would say nothing new

}  // namespace

void Environment::install(Napi::Env env) {
  env.SetInstanceData<Environment>(new Environment(env));
}

Environment& Environment::of(Napi::Env env) {
  return *env.GetInstanceData<Environment>();
}

Environment::Environment(Napi::Env env) : env_(env) {
  napi_value name = write_text(env, "roost");
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, kWakeQueue, 1, nullptr, nullptr, this,
                                      wake, &wake_) != napi_ok) {
    throw Napi::Error::New(env, "the engine's thread-safe function could not be made");
  }
  // Only operations that have not completed keep the process running.
  napi_unref_threadsafe_function(env, wake_);
  mailbox->open(wake_);
  napi_add_env_cleanup_hook(
      env,
      [](void* self) {
        auto* environment = static_cast<Environment*>(self);
        environment->shut_down();
        napi_release_threadsafe_function(environment->wake_, napi_tsfn_abort);
      },
      this);
}

Environment::~Environment() {
  mailbox->close();
}

void Environment::shut_down() noexcept {
  if (ended_) return;
  ended_ = true;
  mailbox->close();
  for (const auto& [id, operation] : operations_) {
    if (operation->cancel) operation->cancel();
  }
  std::vector<std::shared_ptr<ModelHolder>> models;
  for (const std::weak_ptr<ModelHolder>& weak : models_) {
    if (std::shared_ptr<ModelHolder> model = weak.lock()) models.push_back(std::move(model));
  }
  for (const std::shared_ptr<ModelHolder>& model : models) model->closed = true;
  const bool idle = mailbox->wait_until_idle(kPatience);
  operations_.clear();
  if (!idle) return;  // something hangs; it keeps what it uses, and the process ends all the same
  for (const std::shared_ptr<ModelHolder>& model : models) {
    (void)guarded<Nothing>([&]() -> Result<Nothing> {
      model->destroy();
      return Nothing{};
    });
  }
  models.clear();
  mailbox->wait_until_idle(kPatience);
}

Environment::Expected Environment::add(Operation operation) {
  if (ended_) fail(env_, ErrorCode::closed, "the application is ending");
  napi_value promise = nullptr;
  if (napi_create_promise(env_, &operation.deferred, &promise) != napi_ok) {
    throw Napi::Error::New(env_, "internal");
  }
  const std::uint64_t id = ++last_id_;
  operations_.emplace(id, std::make_shared<Operation>(std::move(operation)));
  if (operations_.size() == 1) napi_ref_threadsafe_function(env_, wake_);
  return {id, promise};
}

std::shared_ptr<Stream> Environment::stream_of(std::uint64_t id) {
  Operation& operation = *operations_.at(id);
  if (!operation.stream) operation.stream = std::make_shared<Stream>(id);
  return operation.stream;
}

void Environment::when_begun(std::uint64_t id, std::function<void()> start) {
  operations_.at(id)->begin = std::move(start);
}

void Environment::begin(std::uint64_t id) {
  const auto found = operations_.find(id);
  if (found == operations_.end() || !found->second->begin) return;
  const std::function<void()> begin = std::exchange(found->second->begin, nullptr);
  begin();
}

void Environment::remember(const std::shared_ptr<ModelHolder>& model) {
  std::erase_if(models_, [](const std::weak_ptr<ModelHolder>& weak) { return weak.expired(); });
  models_.push_back(model);
}

napi_value Environment::write_failure(napi_env env, const Error& failure) {
  return write_error(env, failure);
}

void Environment::wake(napi_env env, napi_value, void* self, void*) {
  if (env == nullptr) return;  // the environment is ending
  try {
    static_cast<Environment*>(self)->deliver();
  } catch (...) {
    // Memory has ended while reports were handed out. Nothing can be said here; a throw would take the
    // process down.
  }
}

void Environment::deliver() {
  const Napi::HandleScope scope(env_);
  const Mailbox::Delivery delivery = mailbox->take();
  for (const std::shared_ptr<Stream>& stream : delivery.streams) report(stream->id);
  for (const Completion& completion : delivery.completions) finish(completion);
}

void Environment::report(std::uint64_t id) {
  const auto found = operations_.find(id);
  if (found == operations_.end()) return;
  const std::shared_ptr<Operation> operation = found->second;  // a callback may end the environment
  hand_out(*operation);
}

void Environment::hand_out(Operation& operation) {
  if (!operation.stream) return;
  const Napi::HandleScope scope(env_);
  std::string text;
  std::vector<std::uint32_t> tokens;
  bool progressed = false;
  double done = 0, total = 0;
  {
    const std::lock_guard lock(operation.stream->mutex);
    text.swap(operation.stream->text);
    tokens.swap(operation.stream->tokens);
    progressed = std::exchange(operation.stream->progressed, false);
    done = operation.stream->done;
    total = operation.stream->total;
  }
  if (progressed) {
    napi_value arguments[] = {write_number(env_, done), write_number(env_, total)};
    call(operation, operation.on_progress, 2, arguments);
  }
  if (!text.empty() || !tokens.empty()) {
    napi_value arguments[] = {write_text(env_, text), write_tokens(env_, tokens)};
    call(operation, operation.on_text, 2, arguments);
  }
}

void Environment::call(Operation& operation, const Napi::FunctionReference& callback, std::size_t count,
                       napi_value* arguments) {
  if (callback.IsEmpty() || !operation.thrown.IsEmpty()) return;
  for (std::size_t i = 0; i < count; ++i) {
    if (arguments[i] == nullptr) return;
  }
  napi_value function = nullptr, receiver = nullptr;
  if (napi_get_reference_value(env_, callback, &function) != napi_ok || function == nullptr) return;
  if (napi_get_undefined(env_, &receiver) != napi_ok) return;
  if (napi_call_function(env_, receiver, function, count, arguments, nullptr) == napi_ok) return;
  // Plain calls instead of Napi::Error: what was thrown may be null, or JavaScript may not run any more.
  bool pending = false;
  if (napi_is_exception_pending(env_, &pending) != napi_ok || !pending) return;
  napi_value thrown = nullptr;
  if (napi_get_and_clear_last_exception(env_, &thrown) != napi_ok || thrown == nullptr) return;
  napi_valuetype type{};
  if (napi_typeof(env_, thrown, &type) != napi_ok) return;
  if (type != napi_object && type != napi_function) {
    thrown = write_error(env_, "internal", "a callback threw something that is not an error");
    if (thrown == nullptr) return;
  }
  napi_ref reference = nullptr;
  if (napi_create_reference(env_, thrown, 1, &reference) != napi_ok) return;
  operation.thrown = Napi::ObjectReference(env_, reference);
  if (operation.cancel) operation.cancel();
}

void Environment::finish(const Completion& completion) {
  const Napi::HandleScope scope(env_);
  const auto found = operations_.find(completion.id);
  if (found == operations_.end()) return;
  const std::shared_ptr<Operation> operation = found->second;
  hand_out(*operation);  // what was said before the end comes before the end
  operations_.erase(completion.id);
  if (operations_.empty()) napi_unref_threadsafe_function(env_, wake_);
  if (operation->after) operation->after();

  napi_value error = nullptr;
  napi_value value = nullptr;
  if (!operation->thrown.IsEmpty()) {
    napi_get_reference_value(env_, operation->thrown, &error);
  } else {
    value = operation->settle(env_, completion.result.get(), &error);
    if (value == nullptr && error == nullptr) {
      bool pending = false;
      if (napi_is_exception_pending(env_, &pending) == napi_ok && pending) {
        napi_get_and_clear_last_exception(env_, &error);
      } else {
        error = write_error(env_, "internal", "the result could not be handed to JavaScript");
      }
    }
  }
  if (value != nullptr) {
    napi_resolve_deferred(env_, operation->deferred, value);
  } else if (error != nullptr) {
    napi_reject_deferred(env_, operation->deferred, error);
  }
}

Napi::Value promised(const Napi::CallbackInfo& info, const std::function<napi_value()>& begin) {
  const Napi::Env env = info.Env();
  const auto rejected = [env](napi_value reason) -> Napi::Value {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    if (reason == nullptr || napi_create_promise(env, &deferred, &promise) != napi_ok) return env.Undefined();
    napi_reject_deferred(env, deferred, reason);
    return Napi::Value(env, promise);
  };
  try {
    return Napi::Value(env, begin());
  } catch (const Napi::Error& error) {
    return rejected(error.Value());
  } catch (const std::bad_alloc&) {
    return rejected(write_error(env, Error{ErrorCode::out_of_memory, {}}));
  } catch (const std::exception& problem) {
    return rejected(write_error(env, "internal", problem.what()));
  }
}

void fail(napi_env env, ErrorCode code, const char* message) {
  napi_value error = write_error(env, name_of(code), message);
  if (error == nullptr) throw Napi::Error::New(env, "internal");
  throw Napi::Error(env, error);
}

}  // namespace roost::addon
