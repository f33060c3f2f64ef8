#include "backend/gpu/open_gpu.h"

#include <cstdlib>

#include "backend/gpu/cuda/cuda_device.h"
#include "backend/gpu/emulated/emulated_device.h"
#include "backend/gpu/gpu_backend.h"
#include "backend/gpu/split_backend.h"
#if defined(__APPLE__)
#include "backend/gpu/metal/metal_device.h"
#endif

namespace roost::backend::gpu {
namespace {

// Of one kind, usable or not. Where there is none, one entry that says why.
std::vector<backend::Device> describe(const std::string& kind) {
  if (kind == "cuda") return cuda::describe_cards(cuda::system_driver(), cuda::embedded_kernels());
#if defined(__APPLE__)
  return metal::describe_gpus();
#else
  backend::Device none;
  none.kind = "metal";
  none.name = "Metal";
  none.reason = "Metal is there on Macs only.";
  return {none};
#endif
}

Result<std::unique_ptr<Device>> open(const std::string& kind, int number) {
  if (kind == "cuda") {
    const auto& driver = cuda::system_driver();
    if (!driver.ok()) return driver.failure();
    static const cuda::KernelImage kernels = cuda::embedded_kernels();
    return cuda::CudaDevice::open(driver.value(), kernels, number);
  }
#if defined(__APPLE__)
  return metal::open_gpu(number, metal::embedded_kernels());
#else
  return error(ErrorCode::device_unavailable, "This build has no support for the device \"" + kind + "\".");
#endif
}

// The one that is named, or the usable one with most memory. Errors: device_unavailable, with its reason.
Result<int> choose(const std::string& kind, const std::string& name) {
  const std::vector<backend::Device> all = describe(kind);
  std::string reason;
  int best = -1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (name != kind && name != all[i].kind) continue;
    if (!all[i].usable) {
      if (reason.empty()) reason = all[i].reason;
    } else if (best < 0 || all[i].memory_bytes > all[static_cast<std::size_t>(best)].memory_bytes) {
      best = static_cast<int>(i);
    }
  }
  if (best >= 0) return best;
  if (reason.empty() && all.size() == 1 && !all[0].usable) reason = all[0].reason;
  if (reason.empty()) reason = "There is no device \"" + name + "\".";
  return error(ErrorCode::device_unavailable, reason);
}

}  // namespace

std::vector<backend::Device> describe_gpus() {
  const EmulatedDevice emulated(Checks::none);
  backend::Device device;
  device.kind = emulated.limits().kind;
  device.usable = true;
  device.name = emulated.limits().name;
  device.memory_bytes = emulated.limits().memory_bytes;
  std::vector<backend::Device> all = {device};
  for (const char* kind : {"cuda", "metal"}) {
    for (backend::Device& one : describe(kind)) all.push_back(std::move(one));
  }
  return all;
}

bool is_gpu(const std::string& device) {
  const std::string kind = device.substr(0, device.find_first_of(":+"));
  return kind == "emulated" || kind == "cuda" || kind == "metal";
}

Result<std::unique_ptr<Backend>> open_gpu(const OpenSettings& settings) {
  if (settings.device.find('+') != std::string::npos) {
    std::vector<std::unique_ptr<Backend>> parts;
    OpenSettings one = settings;
    for (std::size_t at = 0; at <= settings.device.size(); at += one.device.size() + 1) {
      one.device = settings.device.substr(at, settings.device.find('+', at) - at);
      if (!is_gpu(one.device))
        return error(ErrorCode::device_unavailable, "There is no device \"" + one.device + "\".");
      ROOST_ASSIGN(std::unique_ptr<Backend> part, open_gpu(one));
      parts.push_back(std::move(part));
    }
    return std::unique_ptr<Backend>(std::make_unique<SplitBackend>(std::move(parts)));
  }
  if (settings.device == "emulated") {
    const Checks checks = settings.isa == "checked" ? Checks::all : Checks::none;
    // Faults on purpose, for tests of everything above: what happens when a device runs out of memory, is
    // lost, or computes wrongly.
    const char* const words = std::getenv("ROOST_EMULATED");
    auto device = std::make_unique<EmulatedDevice>(checks, emulated_faults(words == nullptr ? "" : words));
    return std::unique_ptr<Backend>(std::make_unique<GpuBackend>(std::move(device), settings.threads));
  }
  const std::string kind = settings.device.substr(0, settings.device.find(':'));
  ROOST_ASSIGN(const int number, choose(kind, settings.device));
  ROOST_ASSIGN(std::unique_ptr<Device> device, open(kind, number));
  return std::unique_ptr<Backend>(std::make_unique<GpuBackend>(std::move(device), settings.threads));
}

}  // namespace roost::backend::gpu
