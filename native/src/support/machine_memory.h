// What the machine has left.
#pragma once

#include <cstdint>

namespace roost::support {

struct MachineMemory {
  std::uint64_t total = 0;      // bytes
  std::uint64_t available = 0;  // could be allocated without swapping, file cache included; 0 when unknown
};
MachineMemory machine_memory();

}  // namespace roost::support
