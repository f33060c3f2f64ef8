// The JavaScript object of a loaded model, and load() that makes one.
#pragma once

#include <memory>

#include <napi.h>

#include "environment.h"

namespace roost::addon {

// Made by load() only: one that JavaScript constructs is empty, and every method of it rejects with `closed`.
class ModelHandle : public Napi::ObjectWrap<ModelHandle> {
 public:
  static void install(Napi::Env env);
  // Null where JavaScript can no longer run.
  static napi_value wrap(Environment& environment, std::shared_ptr<ModelHolder> holder);
  explicit ModelHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value tokenize(const Napi::CallbackInfo& info);
  Napi::Value detokenize(const Napi::CallbackInfo& info);
  Napi::Value open_session(const Napi::CallbackInfo& info);
  Napi::Value inspect_tuned_state(const Napi::CallbackInfo& info);
  Napi::Value bench(const Napi::CallbackInfo& info);  // diagnostics_exports.cpp
  Napi::Value close(const Napi::CallbackInfo& info);
  const std::shared_ptr<ModelHolder>& require_open(const Napi::CallbackInfo& info) const;

  std::shared_ptr<ModelHolder> holder_;
  Napi::ObjectReference closing_;  // the promise of the first close()
};

// Marks an operation of a model as running; end_use() starts a close() that waited for it. JavaScript thread.
void begin_use(ModelHolder& model);
void end_use(Environment& environment, ModelHolder& model);

// A promise that is resolved with undefined.
napi_value resolved(napi_env env);

Napi::Value inspect(const Napi::CallbackInfo& info);
Napi::Value load(const Napi::CallbackInfo& info);

}  // namespace roost::addon
