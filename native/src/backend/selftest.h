// Whether a device computes what it should: every kernel against the scalar reference. Run by tests, by
// `roost-engine selftest`, and by the application before it trusts a device.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace roost::backend {

struct KernelCheck {
  std::string kernel;    // "products f16 tanh", "wkv7" ...
  std::string shape;     // "65x257, 7 tokens"
  double nmse = 0;       // sum of squared errors over sum of squares of the reference
  double max_error = 0;  // largest absolute error over the reference's root mean square
  double bound = 0;      // for nmse; max_error may reach 100 times its square root
  std::string reason;    // why the bound is what it is
  bool passed = false;   // false, too, where anything is not finite
};

struct InstructionSetReport {
  std::string name;
  bool usable = false;
  std::string reason;  // why not, when it is not usable
};
// Of this kind of processor, best first; the last is "scalar". OpenSettings::isa takes the usable names.
std::vector<InstructionSetReport> instruction_sets();

// Fills in the figures and the verdict; `bound` must be set.
void judge(const std::vector<float>& got, const std::vector<float>& expected, KernelCheck& check);

// Seeded random data, odd shapes. Takes about a tenth of a second. Errors: device_unavailable, out_of_memory,
// device_failed.
Result<std::vector<KernelCheck>> run_selftest(const OpenSettings& settings);
// The same for a backend that the caller makes, one for each kernel; `wanted`: only the cases of these
// numbers, in order of the full list.
Result<std::vector<KernelCheck>> run_selftest(
    const std::function<Result<std::unique_ptr<Backend>>()>& open_tested,
    const std::function<bool(std::size_t)>& wanted = {});

}  // namespace roost::backend
