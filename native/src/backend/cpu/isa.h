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

// `wanted` empty: ROOST_ISA if that is set, else the best. Errors: device_unavailable.
Result<const Kernels*> choose_kernels(std::string_view wanted);

std::string processor_name();

}  // namespace roost::backend::cpu
