// Commands that look at models, devices and logits without talking.
#include <algorithm>
#include <utility>

#include "arguments.h"
#include "commands.h"
#include "files.h"
#include "npy.h"
#include "roost/diagnostics.h"
#include "roost/tuned_state.h"
#include "support/json.h"

namespace roost::cli {
namespace {

using support::JsonWriter;

Error usage(const std::string& what) {
  return error(ErrorCode::invalid_argument, what);
}

Outcome printed(const JsonWriter& writer, int status = done) {
  if (!print(writer.text() + "\n"))
    return error(ErrorCode::write_failed, "Standard output can't be written.");
  return status;
}

std::size_t argmax(std::span<const float> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

Outcome print_tuned_state(const TunedStateInfo& info) {
  JsonWriter json;
  json.begin_object()
      .member("kind", "tuned_state")
      .member("format", info.format)
      .member("layers", info.layers)
      .member("heads", info.heads)
      .member("head_size", info.head_size);
  json.key("dtypes").begin_object();
  for (const auto& [type, count] : info.dtypes) json.member(type, count);
  json.end_object()
      .member("file_bytes", info.file_bytes)
      .member("fingerprint", info.fingerprint)
      .member("title", info.title)
      .end_object();
  return printed(json);
}

}  // namespace

Outcome inspect_command(std::span<const std::string> words) {
  // The common options are understood and change nothing: nothing is computed.
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, load_option_names(), {}));
  if (arguments.names().size() != 1) return usage("Usage: roost-engine inspect MODEL");
  auto inspected = inspect_model(arguments.names()[0]);
  if (!inspected.ok() && inspected.failure().code == ErrorCode::model_unsupported) {
    const auto state = inspect_tuned_state(arguments.names()[0]);
    if (state.ok()) return print_tuned_state(state.value());
  }
  ROOST_ASSIGN(const ModelInfo info, std::move(inspected));
  JsonWriter json;
  json.begin_object()
      .member("generation", info.generation)
      .member("format", info.format)
      .member("layers", info.layers)
      .member("width", info.width)
      .member("ffn", info.ffn)
      .member("heads", info.heads)
      .member("head_size", info.head_size)
      .member("vocab", info.vocab)
      .member("parameters", info.parameters);
  json.key("dtypes").begin_object();
  for (const auto& [type, count] : info.dtypes) json.member(type, count);
  json.end_object()
      .member("state_bytes", info.state_bytes)
      .member("file_bytes", info.file_bytes)
      .member("fingerprint", info.fingerprint)
      .member("tokenizer", info.tokenizer)
      .member("title", info.title);
  json.key("weight_memory").begin_object();
  for (const auto& [format, bytes] : info.weight_memory) json.member(format, bytes);
  json.end_object().key("held_as").begin_object();
  for (const auto& [stored, held] : info.held_as) json.member(stored, held);
  json.end_object();
  if (info.tuned_state) json.member("tuned_state", true);
  if (!info.basename.empty()) json.member("basename", info.basename);
  if (info.training_context) json.member("training_context", *info.training_context);
  json.end_object();
  return printed(json);
}

Outcome logits_command(std::span<const std::string> words) {
  std::vector<std::string_view> options = load_option_names();
  for (const char* name : {"tokens", "at", "out", "state-in", "state-out", "mode", "chunk"}) {
    options.emplace_back(name);
  }
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, {}));
  if (arguments.names().size() != 1 || !arguments.has("tokens")) {
    return usage("Usage: roost-engine logits MODEL --tokens FILE|1,2,3 --at 1,2,17 --out L.npy");
  }
  ROOST_ASSIGN(LoadOptions load, load_options(arguments));
  load.needs_vocabulary = false;
  LogitsRequest request;
  const std::string mode = arguments.text("mode", "sequence");
  if (mode != "sequence" && mode != "recurrent") return usage("--mode must be sequence or recurrent.");
  request.recurrent = mode == "recurrent";
  ROOST_ASSIGN(const std::uint64_t chunk, arguments.whole("chunk", request.chunk, 1, 1u << 20));
  request.chunk = static_cast<std::uint32_t>(chunk);
  ROOST_ASSIGN(request.tokens, read_tokens(arguments.text("tokens")));
  if (arguments.has("at")) {
    const auto at = whole_list(arguments.text("at"));
    if (!at) return usage("--at must be a list of counts such as 1,2,17.");
    request.at = *at;
  } else if (!request.tokens.empty()) {
    request.at = {request.tokens.size()};
  }
  if (arguments.has("state-in")) {
    ROOST_ASSIGN(Array state, read_npy(arguments.text("state-in")));
    request.state = std::move(state.values);
    if (request.state.empty())
      return error(ErrorCode::file_unreadable, arguments.text("state-in") + " is empty.");
  }
  auto computed = compute_logits(arguments.names()[0], load, request);
  if (!computed.ok() && computed.failure().code == ErrorCode::snapshot_mismatch) {
    return error(ErrorCode::snapshot_mismatch,
                 arguments.text("state-in") + ": " + computed.failure().message);
  }
  ROOST_ASSIGN(const LogitsAnswer answer, std::move(computed));

  if (arguments.has("out")) {
    const std::uint64_t shape[] = {request.at.size(), answer.vocabulary};
    ROOST_TRY(write_npy(arguments.text("out"), answer.logits, shape));
  }
  if (arguments.has("state-out")) {
    const std::uint64_t shape[] = {answer.state.size()};
    ROOST_TRY(write_npy(arguments.text("state-out"), answer.state, shape));
  }
  JsonWriter json;
  json.begin_object()
      .member("tokens", request.tokens.size())
      .member("vocab", answer.vocabulary)
      .member("mode", mode);
  json.key("at").begin_array();
  for (const std::uint64_t count : request.at) json.value(count);
  json.end_array();
  json.key("argmax").begin_array();
  for (std::size_t row = 0; row < request.at.size(); ++row) {
    json.value(argmax(std::span(answer.logits).subspan(row * answer.vocabulary, answer.vocabulary)));
  }
  json.end_array();
  for (const char* name : {"out", "state-out"}) {
    if (arguments.has(name))
      json.member(name == std::string("out") ? "out" : "state_out", arguments.text(name));
  }
  json.member("state_floats", answer.state.size()).end_object();
  return printed(json);
}

Outcome distribution_command(std::span<const std::string> words) {
  std::vector<std::string_view> options = sampling_option_names();
  for (const char* name : {"logits", "row", "history"}) options.emplace_back(name);
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, {}));
  if (!arguments.names().empty() || !arguments.has("logits")) {
    return usage(
        "Usage: roost-engine distribution --logits L.npy --row R [sampling options] [--history FILE]");
  }
  ROOST_ASSIGN(const SamplerOptions sampling, sampling_options(arguments));
  ROOST_ASSIGN(const std::uint64_t row, arguments.whole("row", 0, 0, std::uint64_t{1} << 40));
  const std::string path = arguments.text("logits");
  ROOST_ASSIGN(const Array array, read_npy(path));
  if (array.shape.empty() || array.shape.size() > 2) {
    return error(ErrorCode::file_unreadable, path + " holds neither one row of logits nor several.");
  }
  const std::uint64_t rows = array.shape.size() == 2 ? array.shape[0] : 1;
  const std::uint64_t vocabulary = array.shape.back();
  if (row >= rows) {
    return error(ErrorCode::file_unreadable, path + " has " + std::to_string(rows) +
                                                 " rows; there is no row " + std::to_string(row) + ".");
  }
  const auto logits =
      std::span(array.values)
          .subspan(static_cast<std::size_t>(row * vocabulary), static_cast<std::size_t>(vocabulary));
  Sampler sampler(sampling);
  if (arguments.has("history")) {
    ROOST_ASSIGN(const std::vector<std::uint32_t> history, read_tokens(arguments.text("history")));
    for (const std::uint32_t id : history) {
      if (id >= vocabulary) {
        return error(ErrorCode::tokens_invalid, "Token " + std::to_string(id) +
                                                    " of the history is outside the " +
                                                    std::to_string(vocabulary) + " logits.");
      }
      sampler.record(id);
    }
  }
  const std::vector<Candidate> candidates = sampler.distribution(logits);
  if (candidates.empty()) {
    return error(ErrorCode::numeric_fault,
                 path + " holds no finite logit in this row, or one that is no number.");
  }
  JsonWriter json;
  json.begin_object().key("ids").begin_array();
  for (const Candidate& candidate : candidates) json.value(candidate.id);
  json.end_array().key("probabilities").begin_array();
  for (const Candidate& candidate : candidates) json.value(candidate.probability);
  json.end_array().end_object();
  return printed(json);
}

Outcome selftest_command(std::span<const std::string> words) {
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, load_option_names(), {}));
  if (!arguments.names().empty()) return usage("Usage: roost-engine selftest [--device DEVICE]");
  ROOST_ASSIGN(const LoadOptions load, load_options(arguments));
  ROOST_ASSIGN(const SelfTest test, run_self_test(load.device, load.threads));
  JsonWriter json;
  json.begin_object()
      .member("device", test.device)
      .member("isa", test.isa)
      .member("passed", test.passed)
      .key("kernels")
      .begin_array();
  for (const KernelReport& kernel : test.kernels) {
    json.begin_object()
        .member("kernel", kernel.kernel)
        .member("shape", kernel.shape)
        .member("nmse", kernel.nmse)
        .member("max_error", kernel.max_error)
        .member("bound", kernel.bound)
        .member("passed", kernel.passed)
        .end_object();
  }
  json.end_array().end_object();
  return printed(json, test.passed ? done : machine_failed);
}

Outcome devices_command(std::span<const std::string> words) {
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, {}, {}));
  if (!arguments.names().empty()) return usage("Usage: roost-engine devices");
  JsonWriter json;
  json.begin_object().key("devices").begin_array();
  for (const DeviceReport& device : list_devices()) {
    json.begin_object()
        .member("kind", device.kind)
        .member("usable", device.usable)
        .member("name", device.name)
        .member("memory_bytes", device.memory_bytes);
    if (!device.usable) json.member("reason", device.reason);
    if (!device.driver.empty()) json.member("driver", device.driver);
    json.end_object();
  }
  json.end_array().end_object();
  return printed(json);
}

}  // namespace roost::cli
