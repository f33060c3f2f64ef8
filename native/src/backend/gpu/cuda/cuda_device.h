// A card by NVIDIA, through its driver. What is asked for goes into one stream; nothing waits but read() and
// wait().
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/gpu/cuda/driver.h"
#include "backend/gpu/cuda/kernel_image.h"
#include "backend/gpu/device.h"

namespace roost::backend::gpu::cuda {

// Every card, usable or not, as "cuda:0", "cuda:1" ...; where there is no driver or none of our kernels, one
// entry "cuda" that says so. Never fails.
std::vector<backend::Device> describe_cards(const Result<Driver>& driver, const KernelImage& image);

class CudaDevice final : public gpu::Device {
 public:
  // `driver` and `image` must outlive the device. Errors: device_unavailable, out_of_memory.
  static Result<std::unique_ptr<gpu::Device>> open(const Driver& driver, const KernelImage& image, int card);

  ~CudaDevice() override;
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;

  const Limits& limits() const override { return limits_; }
  U64 free_bytes() const override;
  Result<Memory> allocate(U64 bytes, std::string_view name) override;
  void free(const Memory& memory) override;
  Status write(U64 address, std::span<const std::byte> from) override;
  Status read(std::span<std::byte> to, U64 address) override;
  Status launch(std::span<const Launch> step) override;
  Status wait() override;

 private:
  // Host memory that the card reads by itself; a piece is used again once the card has passed `passed`.
  struct Staging {
    std::byte* memory = nullptr;
    CUevent passed = nullptr;
  };
  // A step that came twice is captured: the card then runs it without a launch from the host per kernel.
  struct Shape {
    Kernel kernel;
    U32 groups_x, groups_y;
  };
  struct Step {
    std::vector<Shape> launches;
    std::vector<std::byte> args;  // of all of them; how long each is, its kernel says
    CUgraphExec graph = nullptr;  // null: was given once, launch by launch
    U64 last_use = 0;
  };

  explicit CudaDevice(const Driver& driver) : driver_(driver) {}
  Status begin(const KernelImage& image, int card);
  // Success, or the error, which is final but for out_of_memory. `doing`: "while reading memory".
  Status check(CUresult result, const char* doing);
  Status enter();
  Status next_staging();
  Status launch_each(std::span<const Launch> step);
  Status capture(Step& known, std::span<const Launch> step);
  static bool is(const Step& known, std::span<const Launch> step);
  Step* recall(std::span<const Launch> step);

  const Driver& driver_;
  Limits limits_;
  CUcontext context_ = nullptr;
  CUmodule module_ = nullptr;
  CUstream stream_ = nullptr;
  std::array<CUfunction, static_cast<std::size_t>(Kernel::count)> kernels_{};
  std::array<Staging, 4> staging_{};
  std::size_t staging_now_ = 0;
  std::size_t staging_used_ = 0;  // bytes of the present piece
  std::vector<Step> steps_;
  U64 uses_ = 0;
  U32 allocations_ = 0;
  std::optional<Error> failure_;
};

}  // namespace roost::backend::gpu::cuda
