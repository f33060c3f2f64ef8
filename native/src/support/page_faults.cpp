#include "support/page_faults.h"

#if !defined(_WIN32)
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#endif

namespace roost::support {

#if defined(_WIN32)

PageFaultGuard::PageFaultGuard(const void*, std::size_t) {}
PageFaultGuard::~PageFaultGuard() = default;
bool PageFaultGuard::broken() const {
  return false;
}

#else

namespace {

// What the handler reads. It may run on any thread at any instruction, so there are no locks: a range counts
// while `begin` is not zero, and is written last and cleared first.
struct Range {
  std::atomic<std::uintptr_t> begin{0}, end{0};
  std::atomic<bool> broken{false};
};

constexpr int range_limit = 1024;  // a model of many parts has one for each
std::array<Range, range_limit> ranges;
std::mutex ranges_mutex;  // among guards, not with the handler
struct sigaction previous {};
std::uintptr_t page_size = 0;
bool installed = false;

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

// Zeros for everything from the page that failed to the end of its range: what comes behind a cut is gone as
// well, and a disk that failed once is not asked again for every page.
bool give_zeros(std::uintptr_t address) {
  for (Range& range : ranges) {
    const std::uintptr_t begin = range.begin.load(std::memory_order_acquire);
    const std::uintptr_t end = range.end.load(std::memory_order_acquire);
    if (begin == 0 || address < begin || address >= end) continue;
    const std::uintptr_t page = address / page_size * page_size;
    const std::uintptr_t last = (end + page_size - 1) / page_size * page_size;
    void* const zeros = ::mmap(reinterpret_cast<void*>(page), last - page, PROT_READ,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) return false;
    range.broken.store(true, std::memory_order_release);
    return true;
  }
  return false;
}

void on_fault(int signal, siginfo_t* info, void* context) {
  const int error_before = errno;
  // Only faults that the kernel reports have an address; kill() has none.
  const bool fault = info != nullptr && info->si_code > 0;
  const bool mended = fault && give_zeros(reinterpret_cast<std::uintptr_t>(info->si_addr));
  errno = error_before;
  if (mended) return;
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    // As if we had never been here: a fault happens again when we return, a signal is sent again.
    ::sigaction(signal, &previous, nullptr);
    if (!fault) ::raise(signal);
  }
}

bool install() {
  if (installed) return true;
  page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  installed = ::sigaction(SIGBUS, &action, &previous) == 0;
  return installed;
}

}  // namespace

PageFaultGuard::PageFaultGuard(const void* begin, std::size_t size) {
  const std::lock_guard lock(ranges_mutex);
  if (size == 0 || !install()) return;
  for (int i = 0; i < range_limit; ++i) {
    Range& range = ranges[static_cast<std::size_t>(i)];
    if (range.begin.load(std::memory_order_relaxed) != 0) continue;
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    range.broken.store(false, std::memory_order_relaxed);
    range.end.store(address + size, std::memory_order_release);
    range.begin.store(address, std::memory_order_release);
    place_ = i;
    return;
  }
}

PageFaultGuard::~PageFaultGuard() {
  if (place_ < 0) return;
  const std::lock_guard lock(ranges_mutex);
  ranges[static_cast<std::size_t>(place_)].begin.store(0, std::memory_order_release);
}

bool PageFaultGuard::broken() const {
  return place_ >= 0 && ranges[static_cast<std::size_t>(place_)].broken.load(std::memory_order_acquire);
}

#endif

}  // namespace roost::support
