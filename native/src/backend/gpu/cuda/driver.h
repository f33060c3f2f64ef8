// NVIDIA's driver library, opened at run time: one program runs on machines with and without a card.
#pragma once

#include <string>

#include "backend/gpu/cuda/driver_api.h"
#include "roost/result.h"

namespace roost::backend::gpu::cuda {

// Its functions. Stays open until the process ends: drivers do not like to be unloaded.
struct Driver {
#define ROOST_CUDA_MEMBER(name, symbol, ...) CUresult(ROOST_CUDA_CALL* name)(__VA_ARGS__) = nullptr;
  ROOST_CUDA_FUNCTIONS(ROOST_CUDA_MEMBER)
#undef ROOST_CUDA_MEMBER

  // "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered"
  std::string describe(CUresult result) const;
};

// The library of this system, loaded and initialised once. Errors: device_unavailable, with a sentence that
// says what is missing: no driver, a driver too old to have a function, or what the driver itself says.
const Result<Driver>& system_driver();

// The same of the library at `path`, for tests.
Result<Driver> open_driver(const char* path);

}  // namespace roost::backend::gpu::cuda
