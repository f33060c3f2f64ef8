// The JavaScript object of a session: one timeline over a loaded model.
#pragma once

#include <memory>

#include <napi.h>

#include "environment.h"

namespace roost::addon {

// Made by openSession() and fork() only: one that JavaScript constructs is empty, and every method of it
// rejects with `closed`.
class SessionHandle : public Napi::ObjectWrap<SessionHandle> {
 public:
  static void install(Napi::Env env);
  static napi_value wrap(Environment& environment, std::shared_ptr<SessionHolder> holder);
  explicit SessionHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value generate(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value distribution(const Napi::CallbackInfo& info);
  Napi::Value fork(const Napi::CallbackInfo& info);
  Napi::Value snapshot(const Napi::CallbackInfo& info);
  Napi::Value restore(const Napi::CallbackInfo& info);
  Napi::Value restore_tuned_state(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value token_count(const Napi::CallbackInfo& info);
  Napi::Value tuned_state(const Napi::CallbackInfo& info);
  const std::shared_ptr<SessionHolder>& require_free(const Napi::CallbackInfo& info) const;

  std::shared_ptr<SessionHolder> holder_;
  Napi::ObjectReference closing_;  // the promise of the first close()
};

}  // namespace roost::addon
