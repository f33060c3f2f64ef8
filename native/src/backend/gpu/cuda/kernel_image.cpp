#include "backend/gpu/cuda/kernel_image.h"

#if ROOST_CUDA_TOOLKIT
namespace {
#include "kernels.inc"
}
#endif

namespace roost::backend::gpu::cuda {

KernelImage embedded_kernels() {
#if ROOST_CUDA_TOOLKIT
  return {std::as_bytes(std::span(roost_cuda_fat_binary)), ROOST_CUDA_TOOLKIT};
#else
  return {};
#endif
}

}  // namespace roost::backend::gpu::cuda
