#include "backend/cpu/memory.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace roost::backend::cpu {

#if defined(_WIN32)

Block::Block(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  data_ = static_cast<unsigned char*>(VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
  if (data_ == nullptr) size_ = 0;
}

Block::~Block() {
  if (data_ != nullptr) VirtualFree(data_, 0, MEM_RELEASE);
}

#else

namespace {
constexpr std::size_t huge_page = std::size_t{2} << 20;
}

Block::Block(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  // Memory that starts at a huge page's boundary can be made of huge pages from its first byte; the slack
  // before and behind is handed back.
  const std::size_t slack = bytes >= huge_page ? huge_page : 0;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t rounded = (bytes + page - 1) / page * page;
  void* mapped = mmap(nullptr, rounded + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    size_ = 0;
    return;
  }
  auto* start = static_cast<unsigned char*>(mapped);
  const std::size_t before =
      slack == 0 ? 0 : (huge_page - reinterpret_cast<std::uintptr_t>(start) % huge_page) % huge_page;
  if (before > 0) munmap(start, before);
  if (slack > before) munmap(start + before + rounded, slack - before);
  data_ = start + before;
#if defined(MADV_HUGEPAGE)
  if (slack > 0) madvise(data_, rounded, MADV_HUGEPAGE);
#endif
}

Block::~Block() {
  if (data_ == nullptr) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  munmap(data_, (size_ + page - 1) / page * page);
}

#endif

}  // namespace roost::backend::cpu
