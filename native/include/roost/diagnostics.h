// What a person or a test wants to know about a model and a machine, beyond talking: exact logits and states,
// the self-test of a device, the bandwidth of the memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/model.h"
#include "roost/result.h"
#include "roost/session.h"

namespace roost {

struct LogitsRequest {
  std::vector<std::uint32_t> tokens;  // at least one
  std::vector<std::uint64_t> at;      // counts of tokens, ascending, each from 1 to tokens.size()
  std::vector<float> state;           // to begin from, in the order of an expectation file; empty: zero
  bool recurrent = false;             // token by token instead of matrix products over many
  std::uint32_t chunk = 256;          // tokens per step
};

struct LogitsAnswer {
  std::vector<float> logits;  // [at.size(), vocabulary]
  std::uint32_t vocabulary = 0;
  std::vector<float> state;  // after the last token
};

// Needs no vocabulary. Errors: as load_engine; tokens_invalid, invalid_argument, device_failed;
// snapshot_mismatch for a state of another size than the model's.
Result<LogitsAnswer> compute_logits(const std::string& path_utf8, const LoadOptions& options,
                                    const LogitsRequest& request);

struct KernelReport {
  std::string kernel;
  std::string shape;
  double nmse = 0;       // sum of squared errors over sum of squares of the reference
  double max_error = 0;  // over the reference's root mean square
  double bound = 0;      // for nmse
  bool passed = false;
};

struct SelfTest {
  std::string device, isa;
  bool passed = false;
  std::vector<KernelReport> kernels;
};

// Every kernel of the device against the scalar reference on random data; `isa` as LoadOptions has it.
// Errors: device_unavailable, out_of_memory, device_failed.
Result<SelfTest> run_self_test(const std::string& device, int threads, const std::string& isa = {});

// One set of kernels for the processor. Best first; the last is "scalar", the reference, and always usable.
struct InstructionSet {
  std::string name;  // as LoadOptions::isa takes it
  bool usable = false;
  std::string reason;  // why not, when it is not usable
};
std::vector<InstructionSet> list_instruction_sets();

struct MachineFacts {
  int physical_cores = 0;
  std::uint64_t total_memory = 0;  // bytes, or what a container may have
  std::uint64_t available_memory =
      0;  // could be allocated without swapping, file cache included; 0 when unknown
};
MachineFacts machine_facts();

struct BenchRequest {
  std::uint32_t prompt = 512;  // tokens read by each session
  std::uint32_t gen = 128;     // tokens written by each session
  std::uint32_t batch = 1;     // sessions at once
  std::uint32_t repeat = 5;
};

struct BenchSeries {
  std::vector<double> runs;  // in the order in which they ran
  double median() const;
  double least() const;
  double most() const;
};

struct BenchFigures {
  BenchSeries prefill_tok_s, decode_tok_s;  // of the whole batch
  BenchSeries snapshot_save_ms, snapshot_restore_ms;
  BenchSeries fork_ms;  // a copy of the session, state and all, within the memory
  std::uint64_t snapshot_bytes = 0;
};

struct BenchHooks {
  std::function<void(std::uint32_t run, const BenchFigures& so_far)> after_run;  // run counts from 1
  std::function<bool()> cancelled;                                               // polled
};

// How fast a loaded model reads and writes here; tokens of no meaning, greedy. Blocking. What else the engine
// generates meanwhile shares the passes and spoils the figures. Errors: as Session::generate; cancelled,
// invalid_argument (something is 0), out_of_memory.
Result<BenchFigures> run_bench(Engine& engine, const BenchRequest& request, const BenchHooks& hooks = {});

// Bytes per second that reading memory sustains with this many threads (0: as many as physical cores); of a
// device's own memory where one is named.
double measure_machine_bandwidth(int threads, const std::string& device = "cpu");

// Operations per second on numbers in registers, a multiplication and an addition being two; 0 of bytes where
// the processor has no instruction for them.
struct MachineArithmetic {
  double of_floats = 0, of_bytes = 0;
};
MachineArithmetic measure_machine_arithmetic(int threads);

}  // namespace roost
