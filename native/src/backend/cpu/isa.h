// Which instruction sets this processor has, and the kernels for the chosen one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/cpu/kernels.h"
#include "roost/result.h"

namespace roost::backend::cpu {

// Names of the tables that are built in and that this processor can run, best first; the last is "scalar".
std::vector<std::string> available_isas();

struct IsaReport {
  std::string name;
  bool usable = false;
  std::string reason;  // why not, when it is not usable
};
// All tables of this kind of processor, built in or not, best first; the last is "scalar".
std::vector<IsaReport> describe_isas();

// `wanted` empty: ROOST_ISA if that is set, else the best. Errors: device_unavailable.
Result<const Kernels*> choose_kernels(std::string_view wanted);

std::string processor_name();

}  // namespace roost::backend::cpu
