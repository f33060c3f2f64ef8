// The kernels as the emulated device calls them: both ways of compiling them.
#pragma once

#include "backend/gpu/emulated/group.h"

namespace roost::backend::gpu {

// Runs one group; `args` points to the kernel's argument struct. In the order of Kernel.
using EmulatedKernel = void (*)(emulated::Group& group, const void* args);

namespace checked {
extern const EmulatedKernel kernel_table[];
}
namespace unchecked {
extern const EmulatedKernel kernel_table[];
}

}  // namespace roost::backend::gpu
