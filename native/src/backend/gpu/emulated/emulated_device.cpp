#include "backend/gpu/emulated/emulated_device.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <charconv>
#include <cstring>
#include <limits>
#include <new>

#include "backend/gpu/emulated/kernel_table.h"
#include "support/machine_memory.h"

namespace roost::backend::gpu {
namespace {

constexpr std::size_t memory_alignment = 256;  // as of CUDA's allocations

// Devices that were opened to be lost, in this process.
std::atomic<int> lost_devices{0};

}  // namespace

EmulatedFaults emulated_faults(std::string_view words) {
  EmulatedFaults faults;
  int losses = std::numeric_limits<int>::max();
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = word.substr(0, equals), value = word.substr(equals + 1);
    U64 number = 0;
    const bool counted = std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc();
    if (name == "memory" && counted) faults.memory = number;
    if (name == "lose-after" && counted) faults.lose_after = static_cast<int>(number);
    if (name == "losses" && counted) losses = static_cast<int>(number);
    for (std::size_t kernel = 0; name == "wrong" && kernel < std::size(kernel_facts); ++kernel) {
      if (value == kernel_facts[kernel].name) faults.left_out = static_cast<Kernel>(kernel);
    }
  }
  if (faults.lose_after >= 0 && lost_devices++ >= losses) faults.lose_after = -1;
  return faults;
}

EmulatedDevice::EmulatedDevice(Checks checks, const EmulatedFaults& faults)
    : checks_(checks),
      faults_(faults),
      seen_(static_cast<std::size_t>(Kernel::count)),
      calls_left_(faults.lose_after) {
  limits_.kind = "emulated";
  limits_.name = "Emulated GPU";
  limits_.architecture = checks == Checks::all ? "checked" : "unchecked";
  limits_.memory_bytes = faults.memory != 0 ? faults.memory : support::machine_memory().total;
}

U64 EmulatedDevice::free_bytes() const {
  if (faults_.memory != 0) return faults_.memory - std::min(faults_.memory, used_);
  return support::machine_memory().available;
}

Status EmulatedDevice::status() const {
  if (failure_) return *failure_;
  return {};
}

Status EmulatedDevice::count_call() {
  if (calls_left_ == 0 && !failure_) {
    failure_ = error(ErrorCode::device_failed, "The emulated device was lost, as a test wanted it.");
  }
  if (calls_left_ > 0) --calls_left_;
  return status();
}

Result<Memory> EmulatedDevice::allocate(U64 bytes, std::string_view name) {
  ROOST_TRY(count_call());
  const Error no_room = error(ErrorCode::out_of_memory, "The emulated device has no room for " +
                                                            std::to_string(bytes / 1'000'000) + " MB more (" +
                                                            std::string(name) + ").");
  if (faults_.memory != 0 && used_ + bytes > faults_.memory) return no_room;
  try {
    auto allocation = std::make_unique<emulated::Allocation>();
    allocation->size = std::max<U64>((bytes + 15) / 16 * 16, 16);
    allocation->storage.reset(new std::byte[allocation->size + memory_alignment]);
    const auto start = reinterpret_cast<std::uintptr_t>(allocation->storage.get());
    const std::uintptr_t aligned = (start + memory_alignment - 1) / memory_alignment * memory_alignment;
    allocation->bytes = allocation->storage.get() + (aligned - start);
    allocation->name = name;
    if (checks_ == Checks::all) {
      allocation->cells.resize(allocation->size / 4);
      std::memset(allocation->bytes, 0xff, allocation->size);  // NaN as floats
    }
    // Numbers are given once: a view of memory that was given back must not fit its successor.
    const auto number = static_cast<U32>(allocations_.size());
    Memory memory{reinterpret_cast<std::uintptr_t>(allocation->bytes), bytes, number};
    used_ += bytes;
    memory_.push_back(allocation.get());
    allocations_.push_back(std::move(allocation));
    return memory;
  } catch (const std::bad_alloc&) {
    return no_room;
  }
}

void EmulatedDevice::free(const Memory& memory) {
  assert(memory.number < allocations_.size() && allocations_[memory.number]);
  used_ -= memory.bytes;
  memory_[memory.number] = nullptr;
  allocations_[memory.number].reset();
}

emulated::Allocation* EmulatedDevice::owner(U64 address, U64 bytes) {
  for (const auto& allocation : allocations_) {
    if (!allocation) continue;
    const U64 start = reinterpret_cast<std::uintptr_t>(allocation->bytes);
    if (address >= start && address + bytes <= start + allocation->size) return allocation.get();
  }
  return nullptr;
}

Status EmulatedDevice::write(U64 address, std::span<const std::byte> from) {
  ROOST_TRY(count_call());
  emulated::Allocation* const allocation = owner(address, from.size());
  if (allocation == nullptr || address % 4 != 0 || from.size() % 4 != 0) {
    failure_ = error(ErrorCode::device_failed, "The host writes where the device has no memory.");
    return *failure_;
  }
  std::memcpy(reinterpret_cast<void*>(address), from.data(), from.size());
  if (!allocation->cells.empty()) {
    const std::size_t first = (address - reinterpret_cast<std::uintptr_t>(allocation->bytes)) / 4;
    for (std::size_t i = 0; i < from.size() / 4; ++i) allocation->cells[first + i].written = true;
  }
  return {};
}

Status EmulatedDevice::read(std::span<std::byte> to, U64 address) {
  ROOST_TRY(count_call());
  const emulated::Allocation* const allocation = owner(address, to.size());
  if (allocation == nullptr || address % 4 != 0 || to.size() % 4 != 0) {
    failure_ = error(ErrorCode::device_failed, "The host reads where the device has no memory.");
    return *failure_;
  }
  if (!allocation->cells.empty()) {
    const std::size_t first = (address - reinterpret_cast<std::uintptr_t>(allocation->bytes)) / 4;
    for (std::size_t i = 0; i < to.size() / 4; ++i) {
      if (allocation->cells[first + i].written) continue;
      failure_ = error(ErrorCode::device_failed, "The host reads word " + std::to_string(first + i) +
                                                     " of the memory \"" + allocation->name +
                                                     "\", which nobody has written.");
      return *failure_;
    }
  }
  std::memcpy(to.data(), reinterpret_cast<const void*>(address), to.size());
  return {};
}

Status EmulatedDevice::launch(std::span<const Launch> step) {
  ROOST_TRY(count_call());
  for (const Launch& launch : step) {
    try {
      run(launch);
    } catch (const emulated::Fault& fault) {
      fault_ = fault;
      failure_ = error(ErrorCode::device_failed, fault.sentence);
    } catch (const std::bad_alloc&) {
      failure_ = error(ErrorCode::out_of_memory, "The emulated device has no room for a group's memory.");
    }
    emulated::Group::running() = nullptr;
    arena_.back_to(0);
    ROOST_TRY(status());
  }
  return {};
}

void EmulatedDevice::run(const Launch& launch) {
  if (launch.kernel == faults_.left_out) return;
  const KernelFacts& facts = facts_of(launch.kernel);
  assert(launch.args.size() == facts.args_bytes && facts.lanes % 32 == 0);
  const auto index = static_cast<std::size_t>(launch.kernel);
  const EmulatedKernel kernel =
      checks_ == Checks::all ? checked::kernel_table[index] : unchecked::kernel_table[index];
  static const emulated::Planted nothing;
  const emulated::Planted& planted = launch.kernel == planted_kernel_ ? planted_ : nothing;
  emulated::Group group(facts.name, facts.lanes, ++launches_, memory_, arena_, planted);
  emulated::Group::running() = &group;
  Seen& seen = seen_[index];
  ++seen.launches;
  U32 number = 0;
  for (U32 y = 0; y < launch.groups_y; ++y) {
    for (U32 x = 0; x < launch.groups_x; ++x) {
      group.start(x, y, number++);
      kernel(group, launch.args.data());
      seen.barriers = std::max(seen.barriers, group.barriers());
    }
  }
  for (const char* buffer : group.seen()) seen.buffers.insert(buffer);
}

}  // namespace roost::backend::gpu
