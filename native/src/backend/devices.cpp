#include "backend/backend.h"
#include "backend/cpu/cpu_backend.h"
#include "backend/cpu/isa.h"
#include "backend/gpu/open_gpu.h"

namespace roost::backend {

std::string_view name_of(DType type) {
  switch (type) {
    case DType::f32:
      return "f32";
    case DType::f16:
      return "f16";
    case DType::bf16:
      return "bf16";
    case DType::q8:
      return "q8";
    case DType::q4:
      return "q4";
    case DType::q4m:
      return "q4m";
  }
  return "unknown";
}

std::vector<Device> devices() {
  std::vector<Device> all = {cpu::describe_cpu()};
  for (Device& gpu : gpu::describe_gpus()) all.push_back(std::move(gpu));
  return all;
}

Result<std::unique_ptr<Backend>> open_backend(const OpenSettings& settings) {
  if (gpu::is_gpu(settings.device)) return gpu::open_gpu(settings);
  if (!settings.device.empty() && settings.device != "cpu") {
    return error(ErrorCode::device_unavailable, "There is no device \"" + settings.device + "\".");
  }
  ROOST_ASSIGN(const cpu::Kernels* kernels, cpu::choose_kernels(settings.isa));
  return std::unique_ptr<Backend>(std::make_unique<cpu::CpuBackend>(*kernels, settings.threads));
}

}  // namespace roost::backend
