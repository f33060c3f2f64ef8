#include "support/machine_memory.h"

#include <algorithm>
#include <cstdio>

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <mach/mach.h>
#include <sys/sysctl.h>
#include <unistd.h>
#endif

namespace roost::support {

#if defined(_WIN32)

MachineMemory machine_memory() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  if (!GlobalMemoryStatusEx(&status)) return {};
  return {status.ullTotalPhys, std::min(status.ullAvailPhys, status.ullAvailPageFile)};
}

#elif defined(__APPLE__)

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

}  // namespace roost::support
