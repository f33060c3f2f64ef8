// A mapped file can lose its bytes under the reader: another process cuts it, the disk is pulled out, the
// network goes. The next look at such a page is a fault that ends the process, and here the process is the
// application. A range that stands under this guard reads as zeros from then on, and says so.
//
// POSIX only. Windows does not let anybody cut a file that is mapped, and volumes that can vanish are read
// into memory there (mapped_file.h).
#pragma once

#include <atomic>
#include <cstddef>

namespace roost::support {

class PageFaultGuard {
 public:
  // Guards [begin, begin + size), which must be whole pages of one mapping (the last may be begun) and
  // outlive the guard. The first guard of a process installs a handler for SIGBUS; faults elsewhere go to the
  // handler that was there before.
  PageFaultGuard(const void* begin, std::size_t size);
  ~PageFaultGuard();
  PageFaultGuard(const PageFaultGuard&) = delete;
  PageFaultGuard& operator=(const PageFaultGuard&) = delete;

  // False where there is no handler, or no room for one more range: then do not read a mapping that may
  // break.
  bool active() const { return place_ >= 0; }
  // A page could not be delivered. What was read since may be zeros that the file does not hold.
  bool broken() const;

 private:
  int place_ = -1;
};

}  // namespace roost::support
