// All kernels as plain C++ without checks.
#define ROOST_EMULATED_CHECKS 0
#include "backend/gpu/kernels/all.gpu.h"
// After the kernels, whose words it needs.
#include "backend/gpu/emulated/kernel_table.h"

namespace roost::backend::gpu::unchecked {
namespace {

template <class Args, void (*Run)(emulated::Group&, const Args&)>
void run(emulated::Group& group, const void* args) {
  Run(group, *static_cast<const Args*>(args));
}

}  // namespace

const EmulatedKernel kernel_table[] = {
#define ROOST_KERNEL(name, Args, lanes) &run<Args, &name>,
#include "backend/gpu/kernel_list.h"
#undef ROOST_KERNEL
};

}  // namespace roost::backend::gpu::unchecked
