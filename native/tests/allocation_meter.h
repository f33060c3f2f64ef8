// Counts what operator new hands out. To be included by one source file of a program: it replaces the
// operators for all of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace allocation_meter {

inline std::atomic<std::size_t> in_use{0}, most{0};

// The largest number of bytes in use since the meter was made, less what was in use then.
class Meter {
 public:
  Meter() : before_(in_use.load()) { most.store(before_); }
  std::size_t peak() const { return most.load() - before_; }

 private:
  std::size_t before_;
};

// The size stands before the block, in a space that keeps the alignment.
inline constexpr std::size_t kSpace = 2 * sizeof(std::max_align_t);

// Null where there is no room.
inline void* counted(std::size_t size) noexcept {
  auto* const block =
      size <= SIZE_MAX - kSpace ? static_cast<std::size_t*>(std::malloc(size + kSpace)) : nullptr;
  if (block == nullptr) return nullptr;
  *block = size;
  const std::size_t now = in_use.fetch_add(size) + size;
  std::size_t before = most.load();
  while (before < now && !most.compare_exchange_weak(before, now)) {
  }
  return reinterpret_cast<char*>(block) + kSpace;
}

inline void* counted_or_thrown(std::size_t size) {
  void* const pointer = counted(size);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

inline void release(void* pointer) noexcept {
  if (pointer == nullptr) return;
  auto* const block = reinterpret_cast<std::size_t*>(static_cast<char*>(pointer) - kSpace);
  in_use.fetch_sub(*block);
  std::free(block);
}

}  // namespace allocation_meter

void* operator new(std::size_t size) {
  return allocation_meter::counted_or_thrown(size);
}
void* operator new[](std::size_t size) {
  return allocation_meter::counted_or_thrown(size);
}
// Under a sanitizer these do not come from the two above by themselves, but their memory goes to the same
// delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocation_meter::counted(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocation_meter::counted(size);
}
void operator delete(void* pointer) noexcept {
  allocation_meter::release(pointer);
}
void operator delete[](void* pointer) noexcept {
  allocation_meter::release(pointer);
}
void operator delete(void* pointer, const std::nothrow_t&) noexcept {
  allocation_meter::release(pointer);
}
void operator delete[](void* pointer, const std::nothrow_t&) noexcept {
  allocation_meter::release(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
  allocation_meter::release(pointer);
}
void operator delete[](void* pointer, std::size_t) noexcept {
  allocation_meter::release(pointer);
}
