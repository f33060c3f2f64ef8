// A machine with its own memory that runs our kernels: six calls, which is all that a new kind of device has
// to bring. GpuBackend is written on top of them, once.
//
// What is asked for happens in the order of the calls; only wait() and read() wait for it. The first fault is
// final: from then on every call returns it. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "backend/backend.h"
#include "backend/gpu/args.h"

namespace roost::backend::gpu {

enum class Kernel : std::uint16_t {
#define ROOST_KERNEL(name, Args, lanes) name,
#include "backend/gpu/kernel_list.h"
#undef ROOST_KERNEL
  count,
};

struct KernelFacts {
  const char* name;
  std::uint32_t lanes;
  std::uint32_t args_bytes;
};
inline constexpr KernelFacts kernel_facts[] = {
#define ROOST_KERNEL(name, Args, lanes) {#name, lanes, sizeof(Args)},
#include "backend/gpu/kernel_list.h"
#undef ROOST_KERNEL
};
constexpr const KernelFacts& facts_of(Kernel kernel) {
  return kernel_facts[static_cast<std::size_t>(kernel)];
}

// One piece of device memory. `address` is what kernels see, at least 256-byte aligned; `number` is the
// device's own, below 2^24, and goes into every View of it.
struct Memory {
  U64 address = 0;
  U64 bytes = 0;
  U32 number = 0;
  explicit operator bool() const { return bytes != 0; }
};

// `groups_x` times `groups_y` groups of facts_of(kernel).lanes lanes. `args` is the kernel's argument struct,
// 16-byte aligned; it is copied before launch() returns.
struct Launch {
  Kernel kernel;
  U32 groups_x = 1, groups_y = 1;
  std::span<const std::byte> args;
};

struct Limits {
  std::string kind;          // "emulated", "cuda", "metal"
  std::string name;          // "NVIDIA H200"
  std::string architecture;  // "sm_90", "apple9"; of the emulated device "checked" or "unchecked"
  U64 memory_bytes = 0;
  U32 multiprocessors = 1;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual const Limits& limits() const = 0;
  virtual U64 free_bytes() const = 0;

  // Undefined contents. `name` is for reports. Errors: out_of_memory, device_failed.
  virtual Result<Memory> allocate(U64 bytes, std::string_view name) = 0;
  // What was asked for before may still use it; the device sees to that.
  virtual void free(const Memory& memory) = 0;
  // `from` is copied before write() returns. Addresses and sizes are multiples of 4. Errors: device_failed.
  virtual Status write(U64 address, std::span<const std::byte> from) = 0;
  // Fills `to` before it returns. Errors: device_failed.
  virtual Status read(std::span<std::byte> to, U64 address) = 0;
  // The launches of one step, in order. A device may recognise a step that it has been given before, and
  // replay what it made of it: that is why all that changes between two steps of a kind travels through
  // write(), not in arguments. Errors: device_failed.
  virtual Status launch(std::span<const Launch> step) = 0;
  virtual Status wait() = 0;
};

}  // namespace roost::backend::gpu
