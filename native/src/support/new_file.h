// A file that appears under its name whole, or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "roost/result.h"

namespace roost::support {

// Written beside its place as "<name>.part", which nobody else may write meanwhile; what an earlier attempt
// left there is written over. Destroying it before publish() removes what was written. Messages name the
// file, never its folder. Not thread-safe.
class NewFile {
 public:
  NewFile() = default;
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // Errors: file_exists, file_missing (no such folder), busy (another program writes the same file),
  // disk_full, write_failed.
  Status open(const std::string& path_utf8);
  // Whether the disk has room for `bytes` in all. Error: disk_full, with both numbers. Where the system can't
  // say, ok.
  Status expect(std::uint64_t bytes) const;
  Status write(const void* data, std::size_t size);
  Status write(std::string_view text) { return write(text.data(), text.size()); }
  std::uint64_t size() const { return size_; }  // written so far
  // Everything is on the disk, readable under part_path().
  Status finish();
  std::string part_path() const;  // UTF-8
  // After finish(): under its name, which must still be free. Errors: file_exists, write_failed.
  Status publish();

 private:
  Error failed(const char* what, int reason) const;
  void close();

  std::string label_;
  std::filesystem::path place_, part_;
  std::FILE* file_ = nullptr;
  std::uint64_t size_ = 0;
  bool ours_ = false;  // part_ is there and must be removed
};

}  // namespace roost::support
