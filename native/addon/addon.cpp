// The Node-API addon: the engine as JavaScript sees it. electron/engine/addon-types.ts describes these
// exports, and is the only other place that knows them. Everything is asynchronous; errors are Error objects
// whose `code` is one of error_codes.def.
#include <napi.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "convert_exports.h"
#include "diagnostics_exports.h"
#include "environment.h"
#include "model_handle.h"
#include "session_handle.h"
#include "values.h"

namespace roost::addon {

namespace {

// Node unloads an addon with the worker that loaded it. Our threads may still be on their way out then, so
// the code stays.
void keep_loaded() {
  static const char here = 0;
#ifdef _WIN32
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&here), &module);
#else
  Dl_info place{};
  if (dladdr(&here, &place) != 0) dlopen(place.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
}

Napi::Value live(const Napi::CallbackInfo& info) {
  const Napi::Object counts = Napi::Object::New(info.Env());
  counts.Set("models", live_counts().models.load());
  counts.Set("sessions", live_counts().sessions.load());
  return counts;
}

// Destructors of static objects run after the event 'exit', while native threads still compute: so they stop
// at the event.
void stop_at_exit(Napi::Env env) {
  const Napi::Value process = env.Global().Get("process");
  if (!process.IsObject()) return;
  const Napi::Value once = process.As<Napi::Object>().Get("once");
  if (!once.IsFunction()) return;
  const auto stop = [](const Napi::CallbackInfo& info) { Environment::of(info.Env()).shut_down(); };
  once.As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), Napi::Function::New(env, stop)});
}

Napi::Object install(Napi::Env env, Napi::Object exports) {
  keep_loaded();
  Environment::install(env);
  ModelHandle::install(env);
  SessionHandle::install(env);
  stop_at_exit(env);
  exports.Set("inspect", Napi::Function::New<inspect>(env, "inspect"));
  exports.Set("load", Napi::Function::New<load>(env, "load"));
  export_diagnostics(env, exports);
  export_conversion(env, exports);
  exports.Set("live", Napi::Function::New<live>(env, "live"));
  return exports;
}

}  // namespace

}  // namespace roost::addon

static Napi::Object roost_init(Napi::Env env, Napi::Object exports) {
  return roost::addon::install(env, exports);
}
NODE_API_MODULE(roost, roost_init)
