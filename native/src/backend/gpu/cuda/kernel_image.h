// The kernels as nvcc compiled them for every architecture, embedded in the program.
#pragma once

#include <cstddef>
#include <span>

namespace roost::backend::gpu::cuda {

struct KernelImage {
  std::span<const std::byte> fat_binary;  // empty: built without nvcc
  int toolkit = 0;                        // 13000: CUDA 13.0
};
KernelImage embedded_kernels();

}  // namespace roost::backend::gpu::cuda
