// How GpuBackend makes launches out of operations. Private to its files.
#pragma once

#include <algorithm>
#include <cstring>

#include "backend/gpu/gpu_backend.h"

namespace roost::backend::gpu {

inline View make_view(const Memory& memory, U64 byte_offset, U64 elements) {
  return {memory.address + byte_offset, U64{memory.number} << 40 | elements};
}

// Groups whose lanes take one of `count` each.
inline U32 groups_for(U64 count, Kernel kernel) {
  const U32 lanes = facts_of(kernel).lanes;
  return static_cast<U32>((count + lanes - 1) / lanes);
}

template <class Args>
void GpuBackend::record(Kernel kernel, U32 groups_x, U32 groups_y, const Args& args) {
  static_assert(sizeof(Args) % 8 == 0 && std::is_trivially_copyable_v<Args>);
  if (groups_x == 0 || groups_y == 0) return;
  const std::size_t first = args_.size();
  args_.resize(first + (sizeof(Args) + sizeof(ArgsUnit) - 1) / sizeof(ArgsUnit));
  std::memcpy(args_.data() + first, &args, sizeof(Args));
  recorded_.push_back({kernel, groups_x, groups_y, first * sizeof(ArgsUnit), sizeof(Args)});
}

template <class Args>
void GpuBackend::run_now(Kernel kernel, U32 groups_x, U32 groups_y, const Args& args) {
  if (groups_x == 0 || groups_y == 0 || !failure_.ok()) return;
  alignas(16) const Args aligned = args;
  const Launch step[] = {{kernel, groups_x, groups_y, std::as_bytes(std::span(&aligned, 1))}};
  keep(device_->launch(step));
}

}  // namespace roost::backend::gpu
