#include "support/volume_kind.h"

#include "support/path_text.h"

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <sys/mount.h>
#include <sys/param.h>
#elif defined(__linux__)
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#endif

namespace roost::support {

#if defined(_WIN32)

bool volume_may_vanish(const std::string& path_utf8) {
  wchar_t root[MAX_PATH + 1] = {};
  if (!GetVolumePathNameW(path_from_utf8(path_utf8).c_str(), root, MAX_PATH)) return false;
  const UINT kind = GetDriveTypeW(root);
  return kind == DRIVE_REMOTE || kind == DRIVE_REMOVABLE || kind == DRIVE_CDROM;
}

#elif defined(__APPLE__)

bool volume_may_vanish(const std::string& path_utf8) {
  struct statfs status {};
  if (::statfs(path_utf8.c_str(), &status) != 0) return false;
  if ((status.f_flags & MNT_LOCAL) == 0) return true;
#if defined(MNT_REMOVABLE)
  if ((status.f_flags & MNT_REMOVABLE) != 0) return true;
#endif
  return false;
}

#elif defined(__linux__)

namespace {

// File system types as statfs() numbers them.
constexpr std::array<std::uint32_t, 15> vanishing{
    0x6969,      // nfs
    0x517b,      // smb
    0xff534d42,  // cifs
    0xfe534d42,  // smb2
    0x65735546,  // fuse: sshfs and whatever else a program serves
    0x01021997,  // 9p: folders of a virtual machine's host
    0x786f4256,  // vboxsf
    0x00c36400,  // ceph
    0x5346414f,  // afs
    0x73757245,  // coda
    0x564c,      // ncp
    0x4d44,      // vfat: memory sticks and cards
    0x2011bab0,  // exfat
    0x9660,      // CD
    0x15013346,  // DVD
};

// The kernel marks whole disks, so a partition is asked through the disk it belongs to.
bool on_removable_disk(dev_t device) {
  for (const char* form : {"/sys/dev/block/%u:%u/removable", "/sys/dev/block/%u:%u/../removable"}) {
    char path[96];
    std::snprintf(path, sizeof path, form, major(device), minor(device));
    std::FILE* const file = std::fopen(path, "re");
    if (file == nullptr) continue;
    const int mark = std::fgetc(file);
    std::fclose(file);
    return mark == '1';
  }
  return false;
}

}  // namespace

bool volume_may_vanish(const std::string& path_utf8) {
  struct statfs system {};
  if (::statfs(path_utf8.c_str(), &system) != 0) return false;
  const auto type = static_cast<std::uint32_t>(system.f_type);
  if (std::find(vanishing.begin(), vanishing.end(), type) != vanishing.end()) return true;
  struct stat status {};
  return ::stat(path_utf8.c_str(), &status) == 0 && on_removable_disk(status.st_dev);
}

#else

bool volume_may_vanish(const std::string&) {
  return false;
}

#endif

}  // namespace roost::support
