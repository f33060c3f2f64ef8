#include "backend/cpu/memory.h"

#include <algorithm>
#include <cstdio>

#if defined(_WIN32)
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif
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

MachineMemory machine_memory() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  if (!GlobalMemoryStatusEx(&status)) return {};
  return {status.ullTotalPhys, std::min(status.ullAvailPhys, status.ullAvailPageFile)};
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

#if defined(__APPLE__)

MachineMemory machine_memory() {
  MachineMemory memory;
  std::size_t size = sizeof memory.total;
  sysctlbyname("hw.memsize", &memory.total, &size, nullptr, 0);
  vm_statistics64_data_t pages{};
  mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
  if (host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages), &count) ==
      KERN_SUCCESS) {
    memory.available = (std::uint64_t{pages.free_count} + pages.inactive_count + pages.purgeable_count) *
                       static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  return memory;
}

#else

namespace {

bool first_number(const char* path, std::uint64_t& value) {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return false;
  unsigned long long number = 0;
  const bool good = std::fscanf(file, "%llu", &number) == 1;
  std::fclose(file);
  value = number;
  return good;
}

// The value, in bytes, of a line "name  number" of a statistics file, 0 when it is not there.
std::uint64_t named_number(const char* path, const char* pattern) {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return 0;
  char line[256];
  unsigned long long number = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, pattern, &number) == 1) break;
  }
  std::fclose(file);
  return number;
}

}  // namespace

MachineMemory machine_memory() {
  MachineMemory memory;
  memory.total = named_number("/proc/meminfo", "MemTotal: %llu kB") * 1024;
  memory.available = named_number("/proc/meminfo", "MemAvailable: %llu kB") * 1024;
  // A container may be allowed less; what it holds as file cache can be had back.
  std::uint64_t limit = 0, used = 0;
  if (first_number("/sys/fs/cgroup/memory.max", limit) &&
      first_number("/sys/fs/cgroup/memory.current", used)) {
    const std::uint64_t cache = named_number("/sys/fs/cgroup/memory.stat", "inactive_file %llu") +
                                named_number("/sys/fs/cgroup/memory.stat", "active_file %llu");
    const std::uint64_t held = used > cache ? used - cache : 0;
    memory.available = std::min(memory.available, limit > held ? limit - held : 0);
    memory.total = std::min(memory.total, limit);
  }
  return memory;
}

#endif

#endif

}  // namespace roost::backend::cpu
