// A GPU of a Mac, through Metal. The header is plain C++: only metal_device.mm sees Objective-C.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "backend/gpu/device.h"

namespace roost::backend::gpu::metal {

// The kernels, compiled when Roost was built (by `xcrun metal`), or as text for the system's own compiler.
struct KernelLibrary {
  std::span<const std::byte> compiled;  // empty: not compiled
  std::string_view source;
};
KernelLibrary embedded_kernels();

// Every GPU, usable or not, as "metal:0", "metal:1" ...; without one, an entry "metal" that says so. Never
// fails.
std::vector<backend::Device> describe_gpus();

// Errors: device_unavailable, out_of_memory.
Result<std::unique_ptr<gpu::Device>> open_gpu(int number, const KernelLibrary& kernels);

}  // namespace roost::backend::gpu::metal
