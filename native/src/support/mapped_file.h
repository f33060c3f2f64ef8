// A whole file, readable as memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "roost/result.h"
#include "support/page_faults.h"

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

enum class FileAccess : std::uint8_t {
  automatic,  // read where the volume may vanish (volume_kind.h) and memory is ample, else mapped
  mapped,     // pages come from the file when they are looked at
  read,       // all of it is read into memory first; the file is not needed afterwards
};

// For files that are read into memory, which takes as long as the disk does. Neither may throw.
struct ReadHooks {
  std::function<void(double fraction)> progress;
  std::function<bool()> cancelled;
};

// Read only. Keeps the file open, so it stays readable when it is deleted or replaced. Where it is mapped and
// loses bytes while they are looked at, they read as zeros and intact() says so: whoever used them asks
// afterwards.
class MappedFile {
 public:
  // Errors: file_missing, file_unreadable (a folder or device, no permission, the system can't map or read
  // it), model_changed (while it was read), out_of_memory (it should be read and is larger than what is
  // free), cancelled.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path_utf8,
                                                        FileAccess access = FileAccess::automatic,
                                                        const ReadHooks& hooks = {});
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::string& path() const { return path_; }
  const FileIdentity& identity() const { return identity_; }
  bool in_memory() const { return in_memory_; }

  // Ok while the path still leads to the file that was opened, as it was then; always for a file in memory.
  // Error: model_changed.
  Status unchanged() const;

  // Ok while what was read from bytes() so far is what the file held when it was opened. One system call:
  // cheap enough for every token. Error: model_changed.
  Status intact() const;

  // Tells the system that these bytes will be needed soon.
  void prefetch(std::uint64_t offset, std::uint64_t size) const;

  // Tells the system that these bytes will not be needed for a while: they stop counting as memory of this
  // process. Reading them again costs no disk while the system still holds them.
  void release(std::uint64_t offset, std::uint64_t size) const;

 private:
  MappedFile() = default;
  Status read_all(const ReadHooks& hooks);
  Status map();

  std::string path_;
  FileIdentity identity_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  bool in_memory_ = false;
  std::unique_ptr<PageFaultGuard> guard_;
#if defined(_WIN32)
  void* file_ = nullptr;
  void* section_ = nullptr;
#else
  int file_ = -1;
#endif
};

}  // namespace roost::support
