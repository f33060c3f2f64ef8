// What a person or a test wants to know about a model and a machine, beyond talking: exact logits and states,
// the self-test of a device, the bandwidth of the memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "roost/model.h"
#include "roost/result.h"

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

// Every kernel of the device against the scalar reference on random data. Errors: device_unavailable,
// out_of_memory, device_failed.
Result<SelfTest> run_self_test(const std::string& device, int threads);

// Bytes per second that reading memory sustains with this many threads (0: as many as physical cores).
double measure_machine_bandwidth(int threads);

}  // namespace roost
