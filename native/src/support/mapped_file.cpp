#include "support/mapped_file.h"

#include "support/path_text.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#endif

namespace roost::support {
namespace {

Error changed(const std::string& path, const char* what) {
  return error(ErrorCode::model_changed,
               file_label(path) + " " + what + " since it was opened; open it again.");
}

}  // namespace

#if defined(_WIN32)

namespace {

bool identify(HANDLE file, FileIdentity& identity) {
  BY_HANDLE_FILE_INFORMATION info;
  if (!GetFileInformationByHandle(file, &info)) return false;
  identity.size = static_cast<std::uint64_t>(info.nFileSizeHigh) << 32 | info.nFileSizeLow;
  identity.modified =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(info.ftLastWriteTime.dwHighDateTime) << 32 |
                                info.ftLastWriteTime.dwLowDateTime);
  identity.volume = info.dwVolumeSerialNumber;
  identity.index = static_cast<std::uint64_t>(info.nFileIndexHigh) << 32 | info.nFileIndexLow;
  return true;
}

HANDLE open_for_reading(const std::string& path_utf8) {
  return CreateFileW(path_from_utf8(path_utf8).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE,
                     nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path_utf8) {
  const std::string label = file_label(path_utf8);
  const std::shared_ptr<MappedFile> mapped(new MappedFile);
  mapped->path_ = path_utf8;
  const DWORD attributes = GetFileAttributesW(path_from_utf8(path_utf8).c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return error(ErrorCode::file_unreadable, label + " is a folder, not a file.");
  }
  const HANDLE file = open_for_reading(path_utf8);
  if (file == INVALID_HANDLE_VALUE) {
    const DWORD reason = GetLastError();
    if (reason == ERROR_FILE_NOT_FOUND || reason == ERROR_PATH_NOT_FOUND || reason == ERROR_INVALID_NAME) {
      return error(ErrorCode::file_missing, label + ": there is no such file.");
    }
    return error(ErrorCode::file_unreadable,
                 label + " can't be opened (system error " + std::to_string(reason) + ").");
  }
  mapped->file_ = file;
  if (GetFileType(file) != FILE_TYPE_DISK || !identify(file, mapped->identity_)) {
    return error(ErrorCode::file_unreadable, label + " is not an ordinary file.");
  }
  if (mapped->identity_.size == 0) return std::shared_ptr<const MappedFile>(mapped);
  mapped->section_ = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
  const void* view =
      mapped->section_ != nullptr ? MapViewOfFile(mapped->section_, FILE_MAP_READ, 0, 0, 0) : nullptr;
  if (view == nullptr) {
    return error(ErrorCode::file_unreadable, label + " can't be mapped into memory (system error " +
                                                 std::to_string(GetLastError()) + ").");
  }
  mapped->data_ = static_cast<const std::byte*>(view);
  mapped->size_ = static_cast<std::size_t>(mapped->identity_.size);
  return std::shared_ptr<const MappedFile>(mapped);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) UnmapViewOfFile(data_);
  if (section_ != nullptr) CloseHandle(section_);
  if (file_ != nullptr) CloseHandle(file_);
}

Status MappedFile::unchanged() const {
  const HANDLE file = open_for_reading(path_);
  if (file == INVALID_HANDLE_VALUE) return changed(path_, "was removed or locked");
  FileIdentity now;
  const bool known = identify(file, now);
  CloseHandle(file);
  if (!known || now != identity_) return changed(path_, "was changed or replaced");
  return {};
}

void MappedFile::prefetch(std::uint64_t, std::uint64_t) const {}

#else

namespace {

FileIdentity identify(const struct stat& status) {
  FileIdentity identity;
  identity.size = static_cast<std::uint64_t>(status.st_size);
#if defined(__APPLE__)
  const struct timespec& modified = status.st_mtimespec;
#else
  const struct timespec& modified = status.st_mtim;
#endif
  identity.modified = static_cast<std::int64_t>(modified.tv_sec) * 1'000'000'000 + modified.tv_nsec;
  identity.volume = static_cast<std::uint64_t>(status.st_dev);
  identity.index = static_cast<std::uint64_t>(status.st_ino);
  return identity;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path_utf8) {
  const std::string label = file_label(path_utf8);
  if (path_utf8.find('\0') != std::string::npos) {
    return error(ErrorCode::file_missing, label + ": there is no such file.");
  }
  const std::shared_ptr<MappedFile> mapped(new MappedFile);
  mapped->path_ = path_utf8;
  // Not blocking: opening a named pipe would wait for its writer.
  mapped->file_ = ::open(path_utf8.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (mapped->file_ < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return error(ErrorCode::file_missing, label + ": there is no such file.");
    }
    return error(ErrorCode::file_unreadable, label + " can't be opened: " + std::strerror(errno) + ".");
  }
  struct stat status {};
  if (::fstat(mapped->file_, &status) != 0) {
    return error(ErrorCode::file_unreadable, label + " can't be examined: " + std::strerror(errno) + ".");
  }
  if (S_ISDIR(status.st_mode)) {
    return error(ErrorCode::file_unreadable, label + " is a folder, not a file.");
  }
  if (!S_ISREG(status.st_mode)) {
    return error(ErrorCode::file_unreadable, label + " is not an ordinary file.");
  }
  mapped->identity_ = identify(status);
  if (mapped->identity_.size == 0) return std::shared_ptr<const MappedFile>(mapped);
  if (mapped->identity_.size > PTRDIFF_MAX) {
    return error(ErrorCode::file_unreadable, label + " is too large to be mapped into memory.");
  }
  const auto size = static_cast<std::size_t>(mapped->identity_.size);
  void* const view = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, mapped->file_, 0);
  if (view == MAP_FAILED) {
    return error(ErrorCode::file_unreadable,
                 label + " can't be mapped into memory: " + std::strerror(errno) + ".");
  }
  mapped->data_ = static_cast<const std::byte*>(view);
  mapped->size_ = size;
  return std::shared_ptr<const MappedFile>(mapped);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
  if (file_ >= 0) ::close(file_);
}

Status MappedFile::unchanged() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return changed(path_, "was removed");
  if (identify(status) != identity_) return changed(path_, "was changed or replaced");
  return {};
}

void MappedFile::prefetch(std::uint64_t offset, std::uint64_t size) const {
  if (offset >= size_) return;
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = offset / page * page;
  const std::uint64_t end = size > size_ - offset ? size_ : offset + size;
  ::madvise(const_cast<std::byte*>(data_ + begin), static_cast<std::size_t>(end - begin), MADV_WILLNEED);
}

#endif

}  // namespace roost::support
