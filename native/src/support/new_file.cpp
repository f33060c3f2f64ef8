#include "support/new_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

#include "support/path_text.h"

namespace roost::support {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

#if !defined(_WIN32)
// A new name is only kept through a power failure when its folder was written too.
void write_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);  // not every file system can; the data itself is safe
  ::close(handle);
}
#endif

}  // namespace

NewFile::~NewFile() {
  if (ours_) {
    // While the lock is held nobody else can have begun to write this name.
    std::error_code ignored;
#if defined(_WIN32)
    close();
    std::filesystem::remove(part_, ignored);
#else
    std::filesystem::remove(part_, ignored);
    close();
#endif
  }
  close();
}

void NewFile::close() {
  if (file_ != nullptr) std::fclose(file_);
  file_ = nullptr;
}

Error NewFile::failed(const char* what, int reason) const {
  bool full = reason == ENOSPC;
#if defined(EDQUOT)
  full = full || reason == EDQUOT;
#endif
  if (full) return error(ErrorCode::disk_full, label_ + ": there is not enough space on the disk.");
  return error(ErrorCode::write_failed,
               label_ + " can't be " + what + ": " + std::generic_category().message(reason) + ".");
}

Status NewFile::open(const std::string& path_utf8) {
  label_ = file_label(path_utf8);
  place_ = path_from_utf8(path_utf8);
  std::error_code trouble;
  if (std::filesystem::exists(std::filesystem::symlink_status(place_, trouble))) {
    return error(ErrorCode::file_exists, label_ + " exists already and is not overwritten.");
  }
  const std::filesystem::path folder = place_.has_parent_path() ? place_.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, trouble)) {
    return error(ErrorCode::file_missing,
                 "The folder that " + label_ + " should be written to is not there.");
  }
  part_ = place_;
  part_ += ".part";
#if defined(_WIN32)
  int handle = -1;
  const errno_t opened = _wsopen_s(&handle, part_.c_str(), _O_CREAT | _O_WRONLY | _O_BINARY | _O_TRUNC,
                                   _SH_DENYWR, _S_IREAD | _S_IWRITE);
  if (opened == EACCES) {
    return error(ErrorCode::busy, label_ + " is being written by another program, or may not be written.");
  }
  if (opened != 0) return failed("written", opened);
  file_ = _fdopen(handle, "wb");
#else
  const int handle = ::open(part_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (handle < 0) return failed("written", errno);
  if (::flock(handle, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(handle);
    return error(ErrorCode::busy, label_ + " is being written by another program.");
  }
  // Only now: what another program was writing must stay.
  if (::ftruncate(handle, 0) != 0) {
    const int reason = errno;
    ::close(handle);
    return failed("written", reason);
  }
  file_ = ::fdopen(handle, "wb");
#endif
  if (file_ == nullptr) return failed("written", errno);
  ours_ = true;
  std::setvbuf(file_, nullptr, _IOFBF, buffer_bytes);
  return {};
}

Status NewFile::expect(std::uint64_t bytes) const {
  std::error_code trouble;
  const std::filesystem::path folder = place_.has_parent_path() ? place_.parent_path() : ".";
  const std::filesystem::space_info space = std::filesystem::space(folder, trouble);
  if (trouble || space.available == static_cast<std::uintmax_t>(-1) || space.available >= bytes) return {};
  const auto megabytes = [](std::uint64_t count) { return std::to_string((count + 999'999) / 1'000'000); };
  return error(ErrorCode::disk_full, label_ + " needs " + megabytes(bytes) + " MB, the disk has " +
                                         megabytes(space.available) + " MB left.");
}

Status NewFile::write(const void* data, std::size_t size) {
  if (size > 0 && std::fwrite(data, 1, size, file_) != size) return failed("written", errno);
  size_ += size;
  return {};
}

Status NewFile::finish() {
  if (std::fflush(file_) != 0) return failed("written", errno);
#if defined(_WIN32)
  if (_commit(_fileno(file_)) != 0) return failed("written", errno);
  // Nobody could read it while it is open for writing.
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (!closed) return failed("written", errno);
#else
  if (::fsync(::fileno(file_)) != 0) return failed("written", errno);
#endif
  return {};
}

std::string NewFile::part_path() const {
  return path_to_utf8(part_);
}

Status NewFile::publish() {
#if defined(_WIN32)
  if (!MoveFileExW(part_.c_str(), place_.c_str(), MOVEFILE_WRITE_THROUGH)) {
    const DWORD reason = GetLastError();
    if (reason == ERROR_ALREADY_EXISTS || reason == ERROR_FILE_EXISTS)
      return error(ErrorCode::file_exists, label_ + " appeared meanwhile and is not overwritten.");
    return error(ErrorCode::write_failed, label_ + " can't be renamed: " +
                                              std::system_category().message(static_cast<int>(reason)) + ".");
  }
#else
  // A link fails where the name is taken; a rename would write over it.
  if (::link(part_.c_str(), place_.c_str()) == 0) {
    ::unlink(part_.c_str());
  } else if (errno == EEXIST) {
    return error(ErrorCode::file_exists, label_ + " appeared meanwhile and is not overwritten.");
  } else {
    // File systems without links.
    std::error_code trouble;
    if (std::filesystem::exists(std::filesystem::symlink_status(place_, trouble))) {
      return error(ErrorCode::file_exists, label_ + " appeared meanwhile and is not overwritten.");
    }
    if (::rename(part_.c_str(), place_.c_str()) != 0) return failed("renamed", errno);
  }
  write_folder(place_.parent_path());
#endif
  ours_ = false;
  close();
  return {};
}

}  // namespace roost::support
