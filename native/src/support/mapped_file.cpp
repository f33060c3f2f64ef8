#include "support/mapped_file.h"

#include <algorithm>

#include "support/machine_memory.h"
#include "support/path_text.h"
#include "support/volume_kind.h"

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

constexpr std::size_t read_part = std::size_t{4} << 20;

Error changed(const std::string& path, const char* what) {
  return error(ErrorCode::model_changed,
               file_label(path) + " " + what + " since it was opened; open it again.");
}

Error lost(const std::string& path) {
  return error(ErrorCode::model_changed,
               file_label(path) + " could not be read to its end: it was cut short, or its disk is gone.");
}

// Before memory for a whole file is asked for: a system that promises more than it has would end us later.
Status check_memory(const std::string& path, std::uint64_t size) {
  const MachineMemory memory = machine_memory();
  if (size > PTRDIFF_MAX || (memory.available != 0 && size > memory.available)) {
    return error(ErrorCode::out_of_memory,
                 file_label(path) + " has to be read into memory as a whole, which takes " +
                     std::to_string(size >> 20) + " MiB; " + std::to_string(memory.available >> 20) +
                     " MiB are free. Copy it to a disk of this machine, or free memory.");
  }
  return {};
}

// A file that nobody asked to be read is mapped where reading it would take more than half of the free
// memory: the model that is made of it needs as much again.
bool should_read(const std::string& path, std::uint64_t size, FileAccess access) {
  if (access != FileAccess::automatic) return access == FileAccess::read;
  return size <= machine_memory().available / 2 && volume_may_vanish(path);
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

std::byte* allocate(std::size_t size) {
  return static_cast<std::byte*>(VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
}

std::int64_t read_some(HANDLE file, std::byte* to, std::size_t size) {
  DWORD count = 0;
  return ReadFile(file, to, static_cast<DWORD>(size), &count, nullptr) ? static_cast<std::int64_t>(count)
                                                                       : -1;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path_utf8, FileAccess access,
                                                           const ReadHooks& hooks) {
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
  ROOST_TRY(should_read(path_utf8, mapped->identity_.size, access) ? mapped->read_all(hooks) : mapped->map());
  return std::shared_ptr<const MappedFile>(mapped);
}

Status MappedFile::map() {
  section_ = CreateFileMappingW(file_, nullptr, PAGE_READONLY, 0, 0, nullptr);
  const void* view = section_ != nullptr ? MapViewOfFile(section_, FILE_MAP_READ, 0, 0, 0) : nullptr;
  if (view == nullptr) {
    return error(ErrorCode::file_unreadable, file_label(path_) +
                                                 " can't be mapped into memory (system error " +
                                                 std::to_string(GetLastError()) + ").");
  }
  data_ = static_cast<const std::byte*>(view);
  size_ = static_cast<std::size_t>(identity_.size);
  return {};
}

MappedFile::~MappedFile() {
  if (data_ != nullptr && in_memory_) VirtualFree(const_cast<std::byte*>(data_), 0, MEM_RELEASE);
  if (data_ != nullptr && !in_memory_) UnmapViewOfFile(data_);
  if (section_ != nullptr) CloseHandle(section_);
  if (file_ != nullptr) CloseHandle(file_);
}

Status MappedFile::unchanged() const {
  if (in_memory_) return {};
  const HANDLE file = open_for_reading(path_);
  if (file == INVALID_HANDLE_VALUE) return changed(path_, "was removed or locked");
  FileIdentity now;
  const bool known = identify(file, now);
  CloseHandle(file);
  if (!known || now != identity_) return changed(path_, "was changed or replaced");
  return {};
}

Status MappedFile::intact() const {
  return {};  // a mapped file can't be cut or written here
}

void MappedFile::prefetch(std::uint64_t, std::uint64_t) const {}

void MappedFile::release(std::uint64_t, std::uint64_t) const {}  // the system trims mapped pages by itself

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

// Straight from the system and not from the heap: as large as a model, and given back as a whole.
std::byte* allocate(std::size_t size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

std::int64_t read_some(int file, std::byte* to, std::size_t size) {
  ssize_t count = 0;
  do {
    count = ::read(file, to, size);
  } while (count < 0 && errno == EINTR);
  return static_cast<std::int64_t>(count);
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path_utf8, FileAccess access,
                                                           const ReadHooks& hooks) {
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
  ROOST_TRY(should_read(path_utf8, mapped->identity_.size, access) ? mapped->read_all(hooks) : mapped->map());
  return std::shared_ptr<const MappedFile>(mapped);
}

Status MappedFile::map() {
  const auto size = static_cast<std::size_t>(identity_.size);
  void* const view = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file_, 0);
  if (view == MAP_FAILED) {
    return error(ErrorCode::file_unreadable,
                 file_label(path_) + " can't be mapped into memory: " + std::strerror(errno) + ".");
  }
  data_ = static_cast<const std::byte*>(view);
  size_ = size;
  guard_ = std::make_unique<PageFaultGuard>(view, size);
  if (!guard_->active()) {
    return error(ErrorCode::file_unreadable,
                 file_label(path_) + " can't be mapped safely: too many files are open in this way.");
  }
  return {};
}

MappedFile::~MappedFile() {
  guard_.reset();  // before the range can mean something else
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
  if (file_ >= 0) ::close(file_);
}

Status MappedFile::unchanged() const {
  if (in_memory_) return {};
  if (guard_ && guard_->broken()) return lost(path_);
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return changed(path_, "was removed");
  if (identify(status) != identity_) return changed(path_, "was changed or replaced");
  return {};
}

Status MappedFile::intact() const {
  if (in_memory_) return {};
  if (guard_ && guard_->broken()) return lost(path_);
  struct stat status {};
  if (::fstat(file_, &status) != 0) return lost(path_);
  const FileIdentity now = identify(status);
  if (now.size != identity_.size || now.modified != identity_.modified) return changed(path_, "was changed");
  return {};
}

void MappedFile::prefetch(std::uint64_t offset, std::uint64_t size) const {
  if (offset >= size_ || in_memory_) return;
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = offset / page * page;
  const std::uint64_t end = size > size_ - offset ? size_ : offset + size;
  ::madvise(const_cast<std::byte*>(data_ + begin), static_cast<std::size_t>(end - begin), MADV_WILLNEED);
}

void MappedFile::release(std::uint64_t offset, std::uint64_t size) const {
  if (offset >= size_ || in_memory_) return;  // what was read into memory is nowhere else
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = (offset + page - 1) / page * page;
  const std::uint64_t end = (size > size_ - offset ? size_ : offset + size) / page * page;
  if (end <= begin) return;
  ::madvise(const_cast<std::byte*>(data_ + begin), static_cast<std::size_t>(end - begin), MADV_DONTNEED);
}

#endif

// The size was compared with what the system says the file has; the file may still end earlier, or later.
Status MappedFile::read_all(const ReadHooks& hooks) {
  ROOST_TRY(check_memory(path_, identity_.size));
  const auto size = static_cast<std::size_t>(identity_.size);
  std::byte* const memory = allocate(size);
  if (memory == nullptr) {
    return error(ErrorCode::out_of_memory, file_label(path_) + ": there is no memory for its " +
                                               std::to_string(identity_.size >> 20) + " MiB.");
  }
  data_ = memory;
  size_ = size;
  in_memory_ = true;
  for (std::size_t done = 0; done < size;) {
    if (hooks.cancelled && hooks.cancelled()) {
      return error(ErrorCode::cancelled, file_label(path_) + ": opening it was cancelled.");
    }
    const std::int64_t count = read_some(file_, memory + done, std::min(read_part, size - done));
    if (count <= 0) return lost(path_);
    done += static_cast<std::size_t>(count);
    if (hooks.progress) hooks.progress(static_cast<double>(done) / static_cast<double>(size));
  }
#if defined(_WIN32)
  FileIdentity now;
  const bool known = identify(file_, now);
#else
  struct stat status {};
  const bool known = ::fstat(file_, &status) == 0;
  const FileIdentity now = identify(status);
#endif
  if (!known || now.size != identity_.size || now.modified != identity_.modified) {
    return changed(path_, "was changed");
  }
  return {};
}

}  // namespace roost::support
