// How many cores are worth a thread each: arithmetic gains nothing from a second thread on the same core.
#include <algorithm>
#include <thread>

#include "support/thread_pool.h"

#if defined(__linux__)
#include <sched.h>

#include <cstdio>
#include <set>
#include <utility>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(_WIN32)
#include <windows.h>

#include <vector>
#endif

namespace roost::support {
namespace {

#if defined(__linux__)

bool read_number(const char* path, long long& value) {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return false;
  const bool good = std::fscanf(file, "%lld", &value) == 1;
  std::fclose(file);
  return good;
}

// Whole processors a container may use, 0 when there is no limit.
int container_quota() {
  std::FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file != nullptr) {
    long long quota = 0, period = 0;
    const bool limited = std::fscanf(file, "%lld %lld", &quota, &period) == 2;  // "max 100000" has no number
    std::fclose(file);
    return limited && quota > 0 && period > 0
               ? static_cast<int>(std::clamp((quota + period - 1) / period, 1LL, 65536LL))
               : 0;
  }
  long long quota = 0, period = 0;
  if (read_number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota) &&
      read_number("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period) && quota > 0 && period > 0) {
    return static_cast<int>(std::clamp((quota + period - 1) / period, 1LL, 65536LL));
  }
  return 0;
}

int count_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  std::set<std::pair<long long, long long>> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    char path[128];
    long long package = 0, core = cpu;
    std::snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
    read_number(path, package);
    std::snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/core_id", cpu);
    read_number(path, core);
    cores.emplace(package, core);
  }
  int count = static_cast<int>(cores.size());
  if (const int quota = container_quota(); quota > 0) count = std::min(count, quota);
  return count;
}

#elif defined(__APPLE__)

int count_cores() {
  int count = 0;
  std::size_t size = sizeof count;
  // Efficiency cores would hold up every statically divided loop.
  if (sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nullptr, 0) == 0 && count > 0) return count;
  size = sizeof count;
  return sysctlbyname("hw.physicalcpu", &count, &size, nullptr, 0) == 0 ? count : 0;
}

#elif defined(_WIN32)

int count_cores() {
  DWORD bytes = 0;
  GetLogicalProcessorInformation(nullptr, &bytes);
  std::vector<SYSTEM_LOGICAL_PROCESSOR_INFORMATION> entries(
      bytes / sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION) + 1);
  bytes = static_cast<DWORD>(entries.size() * sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION));
  if (!GetLogicalProcessorInformation(entries.data(), &bytes)) return 0;
  int count = 0;
  for (std::size_t i = 0; i < bytes / sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION); ++i) {
    count += entries[i].Relationship == RelationProcessorCore;
  }
  return count;
}

#else

int count_cores() {
  return 0;
}

#endif

}  // namespace

int physical_cores() {
  const int counted = count_cores();
  return counted > 0 ? counted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace roost::support
