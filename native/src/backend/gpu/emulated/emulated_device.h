// The device that every machine has: kernels run on the processor, group by group, and every access can be
// checked. For tests, and for finding out whether a wrong number is a kernel's fault or a driver's.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backend/gpu/device.h"
#include "backend/gpu/emulated/group.h"

namespace roost::backend::gpu {

enum class Checks : std::uint8_t { none, all };

// What a whole application is tried against: see emulated_faults().
struct EmulatedFaults {
  U64 memory = 0;                   // bytes that the device has; 0: as many as the machine
  int lose_after = -1;              // calls until the device is lost; -1: never
  Kernel left_out = Kernel::count;  // launches of this kernel do nothing
};
// From words "memory=BYTES", "lose-after=CALLS", "losses=DEVICES" (only the first so many that this process
// opens are lost) and "wrong=KERNEL", with commas between. Words that mean nothing are left out.
EmulatedFaults emulated_faults(std::string_view words);

class EmulatedDevice final : public Device {
 public:
  explicit EmulatedDevice(Checks checks, const EmulatedFaults& faults = {});
  ~EmulatedDevice() override = default;

  const Limits& limits() const override { return limits_; }
  U64 free_bytes() const override;
  Result<Memory> allocate(U64 bytes, std::string_view name) override;
  void free(const Memory& memory) override;
  Status write(U64 address, std::span<const std::byte> from) override;
  Status read(std::span<std::byte> to, U64 address) override;
  Status launch(std::span<const Launch> step) override;
  Status wait() override { return status(); }

  // ---- for tests ----
  const std::optional<emulated::Fault>& fault() const { return fault_; }
  // In launches of `kernel` from now on; the views must outlive the device.
  void plant(Kernel kernel, const emulated::Planted& planted) {
    planted_kernel_ = kernel;
    planted_ = planted;
  }
  // Buffers that a kernel has touched in checked launches, and the most barriers that one of its groups
  // passed.
  struct Seen {
    std::set<std::string> buffers;
    int barriers = 0;
    std::uint64_t launches = 0;
  };
  const Seen& seen(Kernel kernel) const { return seen_[static_cast<std::size_t>(kernel)]; }
  // From now on the n-th call of allocate, write, read or launch (0: the next) fails as a lost device does.
  void lose_after(int calls) { calls_left_ = calls; }

 private:
  Status status() const;
  Status count_call();
  emulated::Allocation* owner(U64 address, U64 bytes);
  void run(const Launch& launch);

  Limits limits_;
  Checks checks_;
  EmulatedFaults faults_;
  U64 used_ = 0;                                                    // bytes
  std::vector<std::unique_ptr<emulated::Allocation>> allocations_;  // by number; null: given back
  std::vector<emulated::Allocation*> memory_;
  emulated::Arena arena_;
  std::uint32_t launches_ = 0;
  Kernel planted_kernel_ = Kernel::count;
  emulated::Planted planted_;
  std::vector<Seen> seen_;
  std::optional<emulated::Fault> fault_;
  std::optional<Error> failure_;
  int calls_left_ = -1;
};

}  // namespace roost::backend::gpu
