#include "diagnostics_exports.h"

#include <atomic>
#include <utility>

#include "environment.h"
#include "model_handle.h"
#include "roost/diagnostics.h"
#include "values.h"

namespace roost::addon {
namespace {

constexpr std::uint64_t most_threads = 1024;
constexpr std::uint64_t most_tokens = 1u << 20;
constexpr std::uint64_t most_sessions = 256;
constexpr std::uint64_t most_runs = 1000;

napi_value write_flag(napi_env env, bool flag) {
  napi_value result = nullptr;
  return napi_get_boolean(env, flag, &result) == napi_ok ? result : nullptr;
}

// An array of what `write` makes of each item. Null where that failed.
template <class Items, class Write>
napi_value write_list(napi_env env, const Items& items, const Write& write) {
  napi_value array = nullptr;
  if (napi_create_array_with_length(env, items.size(), &array) != napi_ok) return nullptr;
  std::uint32_t index = 0;
  for (const auto& item : items) {
    napi_value value = write(item);
    if (value == nullptr || napi_set_element(env, array, index++, value) != napi_ok) return nullptr;
  }
  return array;
}

struct MachineReport {
  MachineFacts facts;
  std::vector<DeviceReport> devices;
  std::vector<InstructionSet> instruction_sets;
};

napi_value write_machine(napi_env env, const MachineReport& report) {
  return ObjectWriter(env)
      .number("physicalCores", report.facts.physical_cores)
      .number("totalMemoryBytes", static_cast<double>(report.facts.total_memory))
      .number("availableMemoryBytes", static_cast<double>(report.facts.available_memory))
      .value("devices", write_list(env, report.devices,
                                   [env](const DeviceReport& device) {
                                     return ObjectWriter(env)
                                         .text("kind", device.kind)
                                         .value("usable", write_flag(env, device.usable))
                                         .text("name", device.name)
                                         .number("memoryBytes", static_cast<double>(device.memory_bytes))
                                         .text("reason", device.reason)
                                         .text("driver", device.driver)
                                         .done();
                                   }))
      .value("instructionSets", write_list(env, report.instruction_sets,
                                           [env](const InstructionSet& set) {
                                             return ObjectWriter(env)
                                                 .text("name", set.name)
                                                 .value("usable", write_flag(env, set.usable))
                                                 .text("reason", set.reason)
                                                 .done();
                                           }))
      .done();
}

// machine() -> Promise<{ devices, instructionSets }>
Napi::Value machine(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<MachineReport>(
        Operation{}, [](napi_env env, MachineReport& report) { return write_machine(env, report); });
    environment.launch<MachineReport>(expected.id, []() -> Result<MachineReport> {
      return MachineReport{machine_facts(), list_devices(), list_instruction_sets()};
    });
    return expected.promise;
  });
}

// What is computed with; not given: the processor.
std::string read_device(const Napi::Value& value) {
  return value.IsUndefined() ? "cpu" : read_text(value, "device");
}

// selfTest(isa, threads, device) -> Promise<{ device, isa, passed, failed: [{ kernel, shape, nmse, bound }]
// }>
Napi::Value self_test(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    std::string isa = read_text(info[0], "isa");
    const auto threads = static_cast<int>(read_count(info[1], "threads", most_threads));
    std::string device = read_device(info[2]);
    Environment& environment = Environment::of(info.Env());
    const auto expected =
        environment.expect<SelfTest>(Operation{}, [](napi_env env, SelfTest& test) -> napi_value {
          std::vector<KernelReport> failed;
          for (const KernelReport& kernel : test.kernels) {
            if (!kernel.passed) failed.push_back(kernel);
          }
          return ObjectWriter(env)
              .text("device", test.device)
              .text("isa", test.isa)
              .value("passed", write_flag(env, test.passed))
              .number("kernels", static_cast<double>(test.kernels.size()))
              .value("failed", write_list(env, failed,
                                          [env](const KernelReport& kernel) {
                                            return ObjectWriter(env)
                                                .text("kernel", kernel.kernel)
                                                .text("shape", kernel.shape)
                                                .number("nmse", kernel.nmse)
                                                .number("bound", kernel.bound)
                                                .done();
                                          }))
              .done();
        });
    environment.launch<SelfTest>(expected.id, [isa = std::move(isa), device = std::move(device), threads] {
      return run_self_test(device, threads, isa);
    });
    return expected.promise;
  });
}

// measureBandwidth(threads, device) -> Promise<bytes per second>
Napi::Value measure_bandwidth(const Napi::CallbackInfo& info) {
  return promised(info, [&]() -> napi_value {
    const auto threads = static_cast<int>(read_count(info[0], "threads", most_threads));
    std::string device = read_device(info[1]);
    Environment& environment = Environment::of(info.Env());
    const auto expected = environment.expect<double>(
        Operation{}, [](napi_env env, double& rate) { return write_number(env, rate); });
    environment.launch<double>(expected.id, [threads, device = std::move(device)]() -> Result<double> {
      const double rate = measure_machine_bandwidth(threads, device);
      if (rate > 0) return rate;
      return error(ErrorCode::out_of_memory, "There is not enough memory to measure its bandwidth.");
    });
    return expected.promise;
  });
}

napi_value write_figures(napi_env env, const BenchFigures& figures) {
  const auto runs = [env](const BenchSeries& series) {
    return write_list(env, series.runs, [env](double value) { return write_number(env, value); });
  };
  return ObjectWriter(env)
      .number("prefillTokensPerSecond", figures.prefill_tok_s.median())
      .number("decodeTokensPerSecond", figures.decode_tok_s.median())
      .value("prefillRuns", runs(figures.prefill_tok_s))
      .value("decodeRuns", runs(figures.decode_tok_s))
      .number("snapshotSaveMs", figures.snapshot_save_ms.median())
      .number("snapshotRestoreMs", figures.snapshot_restore_ms.median())
      .number("snapshotBytes", static_cast<double>(figures.snapshot_bytes))
      .done();
}

}  // namespace

// bench({ prompt, gen, batch, repeat }, onProgress) -> { figures: Promise<BenchFigures>, cancel(): void }
Napi::Value ModelHandle::bench(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value promise = promised(info, [&]() -> napi_value {
    const auto holder = require_open(info);
    if (!info[0].IsObject()) fail(env, ErrorCode::invalid_argument, "request must be an object");
    const Napi::Object object = info[0].As<Napi::Object>();
    const auto count = [&](const char* name, std::uint64_t most) {
      return static_cast<std::uint32_t>(read_count(object.Get(name), name, most));
    };
    BenchRequest request;
    request.prompt = count("prompt", most_tokens);
    request.gen = count("gen", most_tokens);
    request.batch = count("batch", most_sessions);
    request.repeat = count("repeat", most_runs);
    Environment& environment = Environment::of(env);
    Operation operation;
    operation.handle = Napi::Persistent(info.This().As<Napi::Object>());
    operation.on_progress = read_callback(info[1], "onProgress");
    operation.cancel = [cancelled] { *cancelled = true; };
    operation.after = [&environment, holder] { end_use(environment, *holder); };
    const auto expected = environment.expect<BenchFigures>(
        std::move(operation),
        [](napi_env scope, BenchFigures& measured) { return write_figures(scope, measured); });
    begin_use(*holder);
    BenchHooks hooks;
    hooks.cancelled = [cancelled] { return cancelled->load(); };
    hooks.after_run = [mailbox = environment.mailbox, stream = environment.stream_of(expected.id),
                       repeat = request.repeat](std::uint32_t run, const BenchFigures&) {
      {
        const std::lock_guard lock(stream->mutex);
        stream->progressed = true;
        stream->done = run;
        stream->total = repeat;
      }
      mailbox->report(stream);
    };
    environment.launch<BenchFigures>(expected.id, [holder, request, hooks = std::move(hooks)] {
      return run_bench(*holder->engine, request, hooks);
    });
    return expected.promise;
  });
  const Napi::Object running = Napi::Object::New(env);
  running.Set("figures", promise);
  running.Set("cancel",
              Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { *cancelled = true; }));
  return running;
}

void export_diagnostics(Napi::Env env, Napi::Object exports) {
  exports.Set("machine", Napi::Function::New<machine>(env, "machine"));
  exports.Set("selfTest", Napi::Function::New<self_test>(env, "selfTest"));
  exports.Set("measureBandwidth", Napi::Function::New<measure_bandwidth>(env, "measureBandwidth"));
}

}  // namespace roost::addon
