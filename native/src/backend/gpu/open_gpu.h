// From the name of a device to a backend on it.
#pragma once

#include <memory>
#include <vector>

#include "backend/backend.h"

namespace roost::backend::gpu {

// Every GPU there is, and the emulated one; those that can't be used say why. Never throws.
std::vector<backend::Device> describe_gpus();

// Whether a name is one of ours: "emulated", "cuda", "metal", one of the latter with ":" and a number, or
// several of them with "+" between, over which a model is split.
bool is_gpu(const std::string& device);

// Errors: device_unavailable, out_of_memory.
Result<std::unique_ptr<Backend>> open_gpu(const OpenSettings& settings);

}  // namespace roost::backend::gpu
