#include "roost/diagnostics.h"
#include "support/machine_memory.h"
#include "support/thread_pool.h"

namespace roost {

MachineFacts machine_facts() {
  const support::MachineMemory memory = support::machine_memory();
  return {support::physical_cores(), memory.total, memory.available};
}

}  // namespace roost
