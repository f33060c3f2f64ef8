#include "values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

namespace roost::addon {

namespace {

constexpr double kLargestInteger = 9007199254740991.0;  // 2^53 - 1

[[noreturn]] void refuse(napi_env env, const char* name, const char* expected) {
  napi_value error = write_error(env, "invalid_argument", std::string(name) + " must be " + expected);
  if (error == nullptr) throw Napi::Error::New(env, "invalid_argument");
  throw Napi::Error(env, error);
}

// The elements of a typed array of this kind; data may be null when it is empty.
std::span<const std::byte> contents(const Napi::Value& value, const char* name, napi_typedarray_type wanted,
                                    std::size_t element_bytes, const char* expected) {
  if (!value.IsTypedArray()) refuse(value.Env(), name, expected);
  napi_typedarray_type type{};
  std::size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != wanted) {
    refuse(value.Env(), name, expected);
  }
  if (data == nullptr) length = 0;  // detached
  return {static_cast<const std::byte*>(data), length * element_bytes};
}

Napi::Object read_object(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) refuse(value.Env(), name, "an object");
  return value.As<Napi::Object>();
}

}  // namespace

std::string read_text(const Napi::Value& value, const char* name) {
  if (!value.IsString()) refuse(value.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

double read_number(const Napi::Value& value, const char* name) {
  if (!value.IsNumber()) refuse(value.Env(), name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(number)) refuse(value.Env(), name, "a finite number");
  return number;
}

std::uint64_t read_count(const Napi::Value& value, const char* name, std::uint64_t most) {
  const double number = read_number(value, name);
  if (number < 0 || number > kLargestInteger || number != std::floor(number) ||
      number > static_cast<double>(most)) {
    refuse(value.Env(), name, "a whole number in its range");
  }
  return static_cast<std::uint64_t>(number);
}

std::vector<std::string> read_texts(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) refuse(value.Env(), name, "an array of strings");
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < array.Length(); ++i) texts.push_back(read_text(array.Get(i), name));
  return texts;
}

std::vector<std::uint32_t> read_tokens(const Napi::Value& value, const char* name) {
  const auto bytes = contents(value, name, napi_uint32_array, sizeof(std::uint32_t), "a Uint32Array");
  std::vector<std::uint32_t> tokens(bytes.size() / sizeof(std::uint32_t));
  if (!tokens.empty()) std::memcpy(tokens.data(), bytes.data(), bytes.size());
  return tokens;
}

std::vector<std::byte> read_bytes(const Napi::Value& value, const char* name) {
  const auto bytes = contents(value, name, napi_uint8_array, 1, "a Uint8Array");
  return {bytes.begin(), bytes.end()};
}

namespace {

WeightFormat read_weight_format(const Napi::Value& value) {
  if (value.IsUndefined()) return WeightFormat::file;
  constexpr std::string_view names[] = {"file", "f32", "f16", "bf16", "q8", "q4"};
  const std::string wanted = read_text(value, "weights");
  const auto at = std::find(std::begin(names), std::end(names), wanted);
  if (at == std::end(names)) refuse(value.Env(), "weights", "one of file, f32, f16, bf16, q8 and q4");
  return static_cast<WeightFormat>(at - std::begin(names));
}

}  // namespace

LoadOptions read_load_options(const Napi::Value& value) {
  const Napi::Object object = read_object(value, "options");
  LoadOptions options;
  options.threads = static_cast<int>(read_count(object.Get("threads"), "threads", 1024));
  if (const Napi::Value device = object.Get("device"); !device.IsUndefined())
    options.device = read_text(device, "device");
  if (const Napi::Value isa = object.Get("isa"); !isa.IsUndefined()) options.isa = read_text(isa, "isa");
  options.weights = read_weight_format(object.Get("weights"));
  options.vocabulary_folders = read_texts(object.Get("vocabularyFolders"), "vocabularyFolders");
  return options;
}

GenerateRequest read_generate_request(const Napi::Value& value) {
  const Napi::Object object = read_object(value, "request");
  const auto real = [&](const char* name) { return static_cast<float>(read_number(object.Get(name), name)); };
  GenerateRequest request;
  request.tokens = read_tokens(object.Get("tokens"), "tokens");
  request.max_tokens =
      static_cast<std::uint32_t>(read_count(object.Get("maxTokens"), "maxTokens", UINT32_MAX));
  request.stop = read_texts(object.Get("stop"), "stop");
  request.sampler.temperature = real("temperature");
  request.sampler.top_p = real("topP");
  request.sampler.top_k = static_cast<std::uint32_t>(read_count(object.Get("topK"), "topK", UINT32_MAX));
  request.sampler.min_p = real("minP");
  request.sampler.presence = real("presence");
  request.sampler.frequency = real("frequency");
  request.sampler.penalty_decay = real("penaltyDecay");
  request.sampler.seed = read_count(object.Get("seed"), "seed", static_cast<std::uint64_t>(kLargestInteger));
  const Napi::Value score = object.Get("scorePrompt");
  request.score_prompt = score.IsBoolean() && score.As<Napi::Boolean>().Value();
  const Napi::Value alternatives = object.Get("alternatives");
  if (!alternatives.IsUndefined()) {
    request.alternatives = static_cast<std::uint32_t>(read_count(alternatives, "alternatives", UINT32_MAX));
  }
  return request;
}

Napi::FunctionReference read_callback(const Napi::Value& value, const char* name) {
  if (value.IsNull() || value.IsUndefined()) return {};
  if (!value.IsFunction()) refuse(value.Env(), name, "a function or null");
  return Napi::Persistent(value.As<Napi::Function>());
}

napi_value write_error(napi_env env, std::string_view code, std::string_view message) {
  napi_value error = nullptr;
  napi_value code_value = write_text(env, code);
  napi_value message_value = write_text(env, message);
  if (code_value == nullptr || message_value == nullptr) return nullptr;
  return napi_create_error(env, code_value, message_value, &error) == napi_ok ? error : nullptr;
}

napi_value write_error(napi_env env, const Error& failure) {
  return write_error(env, name_of(failure.code), failure.message);
}

napi_value write_undefined(napi_env env) {
  napi_value result = nullptr;
  return napi_get_undefined(env, &result) == napi_ok ? result : nullptr;
}

napi_value write_number(napi_env env, double value) {
  napi_value result = nullptr;
  return napi_create_double(env, value, &result) == napi_ok ? result : nullptr;
}

napi_value write_text(napi_env env, std::string_view text) {
  napi_value result = nullptr;
  return napi_create_string_utf8(env, text.data(), text.size(), &result) == napi_ok ? result : nullptr;
}

namespace {

napi_value write_typed_array(napi_env env, napi_typedarray_type type, std::size_t length, const void* from,
                             std::size_t bytes) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  if (napi_create_arraybuffer(env, bytes, &data, &buffer) != napi_ok) return nullptr;
  if (bytes > 0) std::memcpy(data, from, bytes);
  return napi_create_typedarray(env, type, length, buffer, 0, &array) == napi_ok ? array : nullptr;
}

}  // namespace

napi_value write_tokens(napi_env env, std::span<const std::uint32_t> tokens) {
  return write_typed_array(env, napi_uint32_array, tokens.size(), tokens.data(), tokens.size_bytes());
}

napi_value write_bytes(napi_env env, std::span<const std::byte> bytes) {
  return write_typed_array(env, napi_uint8_array, bytes.size(), bytes.data(), bytes.size());
}

napi_value write_floats(napi_env env, std::span<const float> numbers) {
  return write_typed_array(env, napi_float32_array, numbers.size(), numbers.data(), numbers.size_bytes());
}

namespace {

// An array of what `write` makes of each; null where one fails.
template <class T, class Write>
napi_value write_list(napi_env env, std::span<const T> items, Write write) {
  napi_value list = nullptr;
  if (napi_create_array_with_length(env, items.size(), &list) != napi_ok) return nullptr;
  for (std::size_t i = 0; i < items.size(); ++i) {
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return nullptr;
    napi_value item = write(items[i]);
    const bool placed =
        item != nullptr && napi_set_element(env, list, static_cast<std::uint32_t>(i), item) == napi_ok;
    napi_close_handle_scope(env, scope);
    if (!placed) return nullptr;
  }
  return list;
}

}  // namespace

napi_value write_candidates(napi_env env, std::span<const TokenProbability> candidates) {
  return write_list(env, candidates, [env](const TokenProbability& candidate) {
    ObjectWriter object(env);
    object.number("id", candidate.id)
        .value("bytes", write_bytes(env, std::as_bytes(std::span(candidate.bytes))))
        .number("probability", candidate.probability);
    return object.done();
  });
}

napi_value write_tuned_state(napi_env env, const TunedStateInfo& info) {
  ObjectWriter object(env);
  object.text("fingerprint", info.fingerprint)
      .text("title", info.title)
      .number("layers", info.layers)
      .number("heads", info.heads)
      .number("headSize", info.head_size)
      .number("fileBytes", static_cast<double>(info.file_bytes));
  return object.done();
}

ObjectWriter::ObjectWriter(napi_env env) : env_(env) {
  failed_ = napi_create_object(env, &object_) != napi_ok;
}

ObjectWriter& ObjectWriter::value(const char* name, napi_value value) {
  failed_ = failed_ || value == nullptr || napi_set_named_property(env_, object_, name, value) != napi_ok;
  return *this;
}

ObjectWriter& ObjectWriter::truth(const char* name, bool truth) {
  napi_value value = nullptr;
  if (napi_get_boolean(env_, truth, &value) != napi_ok) value = nullptr;
  return this->value(name, value);
}

napi_value write_model_info(napi_env env, const ModelInfo& info) {
  ObjectWriter object(env), weight_memory(env), held_as(env);
  for (const auto& [format, bytes] : info.weight_memory)
    weight_memory.number(format.c_str(), static_cast<double>(bytes));
  for (const auto& [stored, held] : info.held_as) held_as.text(stored.c_str(), held);
  // Only inspecting a file fills these in.
  if (!info.weight_memory.empty()) {
    object.value("weightMemory", weight_memory.done()).value("heldAs", held_as.done());
  }
  if (info.tuned_state) object.truth("tunedState", true);
  object.text("generation", info.generation)
      .text("format", info.format)
      .number("layers", info.layers)
      .number("width", info.width)
      .number("ffn", info.ffn)
      .number("heads", info.heads)
      .number("headSize", info.head_size)
      .number("vocabulary", info.vocab)
      .number("parameters", static_cast<double>(info.parameters))
      .number("fileBytes", static_cast<double>(info.file_bytes))
      .number("stateBytes", static_cast<double>(info.state_bytes))
      .text("fingerprint", info.fingerprint)
      .text("tokenizer", info.tokenizer)
      .text("title", info.title)
      .text("basename", info.basename)
      .text("chatTemplate", info.chat_template)
      .number("trainingContext", info.training_context ? *info.training_context : 0);
  return object.done();
}

namespace {

const char* finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop_text:
      return "stop_text";
    case FinishReason::end_token:
      return "end_token";
    case FinishReason::max_tokens:
      return "max_tokens";
    case FinishReason::cancelled:
      break;
  }
  return "cancelled";
}

}  // namespace

napi_value write_generate_result(napi_env env, const GenerateResult& result) {
  ObjectWriter object(env);
  object.text("reason", finish_name(result.reason))
      .text("text", result.text)
      .text("tail", result.tail)
      .value("tokens", write_tokens(env, result.tokens))
      .number("seed", static_cast<double>(result.seed))
      .number("resumedTokens", static_cast<double>(result.resumed_tokens))
      .number("promptTokensProcessed", static_cast<double>(result.prompt_tokens_processed))
      .number("prefillSeconds", result.prefill_seconds)
      .number("decodeSeconds", result.decode_seconds)
      .number("firstTokenSeconds", result.first_token_seconds)
      .value("promptLogprobs", write_floats(env, result.prompt_logprobs));
  using Candidates = std::vector<TokenProbability>;
  object.value("promptAlternatives",
               write_list(env, std::span<const Candidates>(result.prompt_alternatives),
                          [env](const Candidates& list) { return write_candidates(env, list); }));
  return object.done();
}

}  // namespace roost::addon
