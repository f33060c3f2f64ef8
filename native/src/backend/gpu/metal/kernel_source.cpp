#include "backend/gpu/metal/metal_device.h"

namespace roost::backend::gpu::metal {
namespace {
#include "kernels_metal.inc"
#if ROOST_METAL_COMPILED
#include "kernels_metallib.inc"
#endif
}  // namespace

KernelLibrary embedded_kernels() {
  KernelLibrary library;
#if ROOST_METAL_COMPILED
  library.compiled = std::as_bytes(std::span(kernels_compiled));
#endif
  library.source = {reinterpret_cast<const char*>(kernels_text), sizeof kernels_text};
  return library;
}

}  // namespace roost::backend::gpu::metal
