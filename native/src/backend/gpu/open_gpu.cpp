#include "backend/gpu/open_gpu.h"

#include "backend/gpu/emulated/emulated_device.h"
#include "backend/gpu/gpu_backend.h"

namespace roost::backend::gpu {

std::vector<backend::Device> describe_gpus() {
  const EmulatedDevice emulated(Checks::none);
  backend::Device device;
  device.kind = emulated.limits().kind;
  device.usable = true;
  device.name = emulated.limits().name;
  device.memory_bytes = emulated.limits().memory_bytes;
  return {device};
}

bool is_gpu(const std::string& device) {
  const std::string kind = device.substr(0, device.find(':'));
  return kind == "emulated" || kind == "cuda" || kind == "metal";
}

Result<std::unique_ptr<Backend>> open_gpu(const OpenSettings& settings) {
  if (settings.device == "emulated") {
    const Checks checks = settings.isa == "checked" ? Checks::all : Checks::none;
    return std::unique_ptr<Backend>(
        std::make_unique<GpuBackend>(std::make_unique<EmulatedDevice>(checks), settings.threads));
  }
  return error(ErrorCode::device_unavailable,
               "This build has no support for the device \"" + settings.device + "\".");
}

}  // namespace roost::backend::gpu
