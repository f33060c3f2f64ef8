#include "convert_exports.h"

#include <atomic>
#include <utility>

#include "environment.h"
#include "roost/convert.h"
#include "values.h"

namespace roost::addon {
namespace {

constexpr std::uint64_t most_threads = 1024;

ConvertOptions read_convert_options(const Napi::Value& value) {
  if (!value.IsObject()) fail(value.Env(), ErrorCode::invalid_argument, "options must be an object");
  const Napi::Object object = value.As<Napi::Object>();
  ConvertOptions options;
  options.type = read_text(object.Get("type"), "type");
  options.threads = static_cast<int>(read_count(object.Get("threads"), "threads", most_threads));
  options.vocabulary_folders = read_texts(object.Get("vocabularyFolders"), "vocabularyFolders");
  return options;
}

napi_value write_report(napi_env env, const ConvertReport& report) {
  return ObjectWriter(env)
      .text("type", report.type)
      .number("bytes", static_cast<double>(report.bytes))
      .number("compared", report.compared)
      .number("sameBest", report.same_best)
      .number("meanDivergence", report.mean_divergence)
      .number("largestDivergence", report.largest_divergence)
      .number("seconds", report.seconds)
      .done();
}

// convert(from, to, { type, threads, vocabularyFolders }, onProgress)
//   -> { report: Promise<{ type, bytes, compared, ... }>, cancel(): void }
Napi::Value convert(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value promise = promised(info, [&]() -> napi_value {
    std::string from = read_text(info[0], "from");
    std::string to = read_text(info[1], "to");
    ConvertOptions options = read_convert_options(info[2]);
    Operation operation;
    operation.on_progress = read_callback(info[3], "onProgress");
    operation.cancel = [cancelled] { *cancelled = true; };
    Environment& environment = Environment::of(env);
    const auto expected = environment.expect<ConvertReport>(
        std::move(operation),
        [](napi_env scope, ConvertReport& report) { return write_report(scope, report); });
    options.cancelled = [cancelled] { return cancelled->load(); };
    options.progress = [mailbox = environment.mailbox,
                        stream = environment.stream_of(expected.id)](double fraction) {
      {
        const std::lock_guard lock(stream->mutex);
        stream->progressed = true;
        stream->done = fraction;
        stream->total = 1;
      }
      mailbox->report(stream);
    };
    environment.launch<ConvertReport>(
        expected.id, [from = std::move(from), to = std::move(to), options = std::move(options)] {
          return convert_model(from, to, options);
        });
    return expected.promise;
  });
  const Napi::Object running = Napi::Object::New(env);
  running.Set("report", promise);
  running.Set("cancel",
              Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { *cancelled = true; }));
  return running;
}

}  // namespace

void export_conversion(Napi::Env env, Napi::Object exports) {
  exports.Set("convert", Napi::Function::New<convert>(env, "convert"));
}

}  // namespace roost::addon
