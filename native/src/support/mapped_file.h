// A whole file, readable as memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "roost/result.h"

namespace roost::support {

// What tells one file, and one version of it, from another.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified =
      0;  // nanoseconds (POSIX) or 100-nanosecond steps (Windows) since the system's epoch
  std::uint64_t volume = 0;
  std::uint64_t index = 0;  // inode, or file index
  bool operator==(const FileIdentity&) const = default;
};

// Read only. Keeps the file open, so it stays readable when it is deleted or replaced. A file that another
// process cuts short while it is read ends the process on POSIX: call unchanged() before longer use, and copy
// what must survive.
class MappedFile {
 public:
  // Errors: file_missing, file_unreadable (a folder or device, no permission, the system can't map it).
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path_utf8);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::string& path() const { return path_; }
  const FileIdentity& identity() const { return identity_; }

  // Ok while the path still leads to the file that was opened, as it was then. Error: model_changed.
  Status unchanged() const;

  // Tells the system that these bytes will be needed soon.
  void prefetch(std::uint64_t offset, std::uint64_t size) const;

 private:
  MappedFile() = default;

  std::string path_;
  FileIdentity identity_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
#if defined(_WIN32)
  void* file_ = nullptr;
  void* section_ = nullptr;
#else
  int file_ = -1;
#endif
};

}  // namespace roost::support
