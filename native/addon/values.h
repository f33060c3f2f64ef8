// Between JavaScript values and ours. Reading throws Napi::Error (the caller rejects its promise with it);
// writing never throws, because it also happens while an environment is ending and JavaScript can no longer
// run.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <napi.h>

#include "roost/model.h"
#include "roost/session.h"

namespace roost::addon {

// Reading. `name` appears in the sentence of the error, whose code is "invalid_argument".
std::string read_text(const Napi::Value& value, const char* name);
double read_number(const Napi::Value& value, const char* name);
// An integer in 0 ..= most; most is at most 2^53 - 1.
std::uint64_t read_count(const Napi::Value& value, const char* name, std::uint64_t most);
std::vector<std::string> read_texts(const Napi::Value& value, const char* name);
// The contents of a Uint32Array or a Uint8Array, copied: JavaScript may change or transfer the buffer
// meanwhile.
std::vector<std::uint32_t> read_tokens(const Napi::Value& value, const char* name);
std::vector<std::byte> read_bytes(const Napi::Value& value, const char* name);
LoadOptions read_load_options(const Napi::Value& value);
GenerateRequest read_generate_request(const Napi::Value& value);
// A function, or empty for null and undefined.
Napi::FunctionReference read_callback(const Napi::Value& value, const char* name);

// Writing. Null where it failed.
napi_value write_error(napi_env env, std::string_view code, std::string_view message);
napi_value write_error(napi_env env, const Error& failure);
napi_value write_undefined(napi_env env);
napi_value write_number(napi_env env, double value);
napi_value write_text(napi_env env, std::string_view text);  // what is not UTF-8 becomes U+FFFD
napi_value write_tokens(napi_env env, std::span<const std::uint32_t> tokens);  // Uint32Array
// Uint8Array over memory that JavaScript allocated: Electron forbids array buffers over foreign memory.
napi_value write_bytes(napi_env env, std::span<const std::byte> bytes);
napi_value write_floats(napi_env env, std::span<const float> numbers);  // Float32Array
napi_value write_candidates(napi_env env, std::span<const TokenProbability> candidates);
napi_value write_tuned_state(napi_env env, const TunedStateInfo& info);
napi_value write_model_info(napi_env env, const ModelInfo& info);
napi_value write_generate_result(napi_env env, const GenerateResult& result);

class ObjectWriter {
 public:
  explicit ObjectWriter(napi_env env);
  ObjectWriter& value(const char* name, napi_value value);
  ObjectWriter& number(const char* name, double number) { return value(name, write_number(env_, number)); }
  ObjectWriter& text(const char* name, std::string_view content) {
    return value(name, write_text(env_, content));
  }
  ObjectWriter& truth(const char* name, bool truth);
  napi_value done() const { return failed_ ? nullptr : object_; }

 private:
  napi_env env_;
  napi_value object_ = nullptr;
  bool failed_ = false;
};

}  // namespace roost::addon
