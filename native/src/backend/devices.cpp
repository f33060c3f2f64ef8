#include "backend/backend.h"
#include "backend/cpu/cpu_backend.h"
#include "backend/cpu/isa.h"

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
  return {cpu::describe_cpu()};
}

Result<std::unique_ptr<Backend>> open_backend(const OpenSettings& settings) {
  if (!settings.device.empty() && settings.device != "cpu") {
    return error(
        ErrorCode::device_unavailable,
        "This version computes on the processor only; there is no device \"" + settings.device + "\".");
  }
  ROOST_ASSIGN(const cpu::Kernels* kernels, cpu::choose_kernels(settings.isa));
  return std::unique_ptr<Backend>(std::make_unique<cpu::CpuBackend>(*kernels, settings.threads));
}

}  // namespace roost::backend
