#include "model_handle.h"

#include <atomic>
#include <optional>
#include <utility>

#include "session_handle.h"
#include "values.h"

namespace roost::addon {

void begin_use(ModelHolder& model) {
  ++model.active;
}

void end_use(Environment& environment, ModelHolder& model) {
  if (--model.active == 0 && model.close_operation != 0)
    environment.begin(std::exchange(model.close_operation, 0));
}

napi_value resolved(napi_env env) {
  const Napi::Promise::Deferred deferred(env);
  deferred.Resolve(Napi::Env(env).Undefined());
  return deferred.Promise();
}

void ModelHandle::install(Napi::Env env) {
  const Napi::Function made =
      DefineClass(env, "Model",
                  {
                      InstanceMethod<&ModelHandle::tokenize>("tokenize"),
                      InstanceMethod<&ModelHandle::detokenize>("detokenize"),
                      InstanceMethod<&ModelHandle::open_session>("openSession"),
                      InstanceMethod<&ModelHandle::inspect_tuned_state>("inspectTunedState"),
                      InstanceMethod<&ModelHandle::bench>("bench"),
                      InstanceMethod<&ModelHandle::close>("close"),
                  });
  Environment::of(env).model_class = Napi::Persistent(made);
}

ModelHandle::ModelHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ModelHandle>(info) {}

napi_value ModelHandle::wrap(Environment& environment, std::shared_ptr<ModelHolder> holder) {
  const napi_env env = environment.model_class.Env();
  napi_value constructor = nullptr, object = nullptr;
  void* native = nullptr;
  if (napi_get_reference_value(env, environment.model_class, &constructor) != napi_ok ||
      napi_new_instance(env, constructor, 0, nullptr, &object) != napi_ok ||
      napi_unwrap(env, object, &native) != napi_ok) {
    return nullptr;
  }
  const Engine& engine = *holder->engine;
  ObjectWriter facts(env);
  facts.value("info", write_model_info(env, engine.info()))
      .text("device", engine.device())
      .text("isa", engine.isa())
      .number("threads", engine.threads())
      .number("weightBytes", static_cast<double>(engine.weight_bytes()))
      .number("bytesPerToken", static_cast<double>(engine.bytes_per_token()))
      .text("tokenizerFingerprint", engine.tokenizer_fingerprint());
  napi_value described = facts.done();
  if (described == nullptr || napi_set_named_property(env, object, "facts", described) != napi_ok)
    return nullptr;
  environment.remember(holder);
  static_cast<ModelHandle*>(native)->holder_ = std::move(holder);
  return object;
}

const std::shared_ptr<ModelHolder>& ModelHandle::require_open(const Napi::CallbackInfo& info) const {
  if (!holder_ || holder_->closed) fail(info.Env(), ErrorCode::closed, "the model was closed");
  return holder_;
}

namespace {

// What every operation of a model has in common: it counts as active until it has completed.
Operation operation_on(const Napi::CallbackInfo& info, const std::shared_ptr<ModelHolder>& holder) {
  Environment& environment = Environment::of(info.Env());
  Operation operation;
  operation.handle = Napi::Persistent(info.This().As<Napi::Object>());
  operation.after = [&environment, holder] { end_use(environment, *holder); };
  return operation;
}

}  // namespace

Napi::Value ModelHandle::tokenize(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_open(info);
    std::string text = read_text(info[0], "text");
    Environment& environment = Environment::of(info.Env());
    using Tokens = std::vector<std::uint32_t>;
    const auto expected = environment.expect<Tokens>(
        operation_on(info, holder), [](napi_env env, Tokens& tokens) { return write_tokens(env, tokens); });
    begin_use(*holder);
    environment.launch<Tokens>(expected.id,
                               [holder, text = std::move(text)] { return holder->engine->tokenize(text); });
    return expected.promise;
  });
}

Napi::Value ModelHandle::detokenize(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_open(info);
    std::vector<std::uint32_t> ids = read_tokens(info[0], "ids");
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<std::string>(
        operation_on(info, holder), [](napi_env env, std::string& text) { return write_text(env, text); });
    begin_use(*holder);
    environment.launch<std::string>(
        expected.id, [holder, ids = std::move(ids)] { return holder->engine->detokenize(ids); });
    return expected.promise;
  });
}

// inspectTunedState(path) -> Promise<description>
Napi::Value ModelHandle::inspect_tuned_state(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_open(info);
    std::string path = read_text(info[0], "path");
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<TunedStateInfo>(
        operation_on(info, holder),
        [](napi_env env, TunedStateInfo& description) { return write_tuned_state(env, description); });
    begin_use(*holder);
    environment.launch<TunedStateInfo>(
        expected.id, [holder, path = std::move(path)]() -> Result<TunedStateInfo> {
          ROOST_ASSIGN(const std::shared_ptr<const TunedState> state, holder->engine->tuned_state(path));
          return state->info;
        });
    return expected.promise;
  });
}

// openSession(tunedState) -> Promise<session>; '' or nothing: from the zero state
Napi::Value ModelHandle::open_session(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto holder = require_open(info);
    std::string path = info[0].IsUndefined() ? std::string() : read_text(info[0], "tunedState");
    Environment& environment = Environment::of(info.Env());
    using Made = std::shared_ptr<SessionHolder>;
    const auto expected = environment.expect<Made>(
        operation_on(info, holder),
        [&environment](napi_env, Made& session) { return SessionHandle::wrap(environment, session); });
    begin_use(*holder);
    environment.launch<Made>(expected.id, [holder, path = std::move(path)]() -> Result<Made> {
      std::shared_ptr<const TunedState> initial;
      if (!path.empty()) {
        ROOST_ASSIGN(initial, holder->engine->tuned_state(path));
      }
      ROOST_ASSIGN(std::unique_ptr<Session> session, holder->engine->open_session(std::move(initial)));
      return SessionHolder::make(holder, std::move(session));
    });
    return expected.promise;
  });
}

Napi::Value ModelHandle::close(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    if (!closing_.IsEmpty()) return closing_.Value();
    if (!holder_) return resolved(info.Env());  // never loaded
    const std::shared_ptr<ModelHolder> holder = holder_;
    Environment& environment = Environment::of(info.Env());
    Operation operation;
    operation.handle = Napi::Persistent(info.This().As<Napi::Object>());
    const auto expected = environment.expect<Nothing>(
        std::move(operation), [](napi_env env, Nothing&) { return write_undefined(env); });
    holder->closed = true;
    for (const std::weak_ptr<SessionHolder>& weak : holder->sessions) {
      if (const auto session = weak.lock()) {
        session->closed = true;
        session->cancel();
      }
    }
    environment.when_begun(expected.id, [&environment, id = expected.id, holder] {
      environment.launch<Nothing>(id, [holder]() -> Result<Nothing> {
        holder->destroy();
        return Nothing{};
      });
    });
    if (holder->active == 0) {
      environment.begin(expected.id);
    } else {
      holder->close_operation = expected.id;
    }
    closing_ = Napi::Persistent(Napi::Object(info.Env(), expected.promise));
    return expected.promise;
  });
}

Napi::Value inspect(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    std::string path = read_text(info[0], "path");
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<ModelInfo>(
        Operation{}, [](napi_env env, ModelInfo& description) { return write_model_info(env, description); });
    environment.launch<ModelInfo>(expected.id, [path = std::move(path)] { return inspect_model(path); });
    return expected.promise;
  });
}

// load(path, options, onProgress) -> { model: Promise<Model>, cancel(): void }
Napi::Value load(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value promise = promised(info, [&]() -> napi_value {
    std::string path = read_text(info[0], "path");
    LoadOptions options = read_load_options(info[1]);
    Operation operation;
    operation.on_progress = read_callback(info[2], "onProgress");
    operation.cancel = [cancelled] { *cancelled = true; };
    Environment& environment = Environment::of(env);
    using Loaded = std::shared_ptr<ModelHolder>;
    const auto expected = environment.expect<Loaded>(
        std::move(operation),
        [&environment](napi_env, Loaded& holder) { return ModelHandle::wrap(environment, holder); });
    const std::shared_ptr<Mailbox> mailbox = environment.mailbox;
    options.cancelled = [cancelled] { return cancelled->load(); };
    options.progress = [mailbox, stream = environment.stream_of(expected.id)](double fraction) {
      {
        const std::lock_guard lock(stream->mutex);
        stream->progressed = true;
        stream->done = fraction;
        stream->total = 1;
      }
      mailbox->report(stream);
    };
    environment.launch<Loaded>(
        expected.id, [mailbox, path = std::move(path), options = std::move(options)]() -> Result<Loaded> {
          ROOST_ASSIGN(std::shared_ptr<Engine> engine, load_engine(path, options));
          return ModelHolder::make(mailbox, std::move(engine));
        });
    return expected.promise;
  });
  const Napi::Object load = Napi::Object::New(env);
  load.Set("model", promise);
  load.Set("cancel", Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { *cancelled = true; }));
  return load;
}

}  // namespace roost::addon
