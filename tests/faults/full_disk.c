// Loaded before the C library of a test's process: while the file ROOST_FULL_DISK_MARK exists, every write to
// a file below ROOST_FULL_DISK_FOLDER fails as on a full disk. Reading, closing and deleting go on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int disk_is_full_for(int file) {
  const char* mark = getenv("ROOST_FULL_DISK_MARK");
  const char* folder = getenv("ROOST_FULL_DISK_FOLDER");
  if (mark == NULL || folder == NULL || access(mark, F_OK) != 0) return 0;
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return strncmp(path, folder, strlen(folder)) == 0;
}

ssize_t write(int file, const void* bytes, size_t count) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (file > 2 && disk_is_full_for(file)) {
    errno = ENOSPC;
    return -1;
  }
  return real(file, bytes, count);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (disk_is_full_for(file)) {
    errno = ENOSPC;
    return -1;
  }
  return real(file, bytes, count, offset);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  return pwrite64(file, bytes, count, offset);
}

int posix_fallocate64(int file, off64_t offset, off64_t length) {
  static int (*real)(int, off64_t, off64_t);
  if (real == NULL) real = (int (*)(int, off64_t, off64_t))dlsym(RTLD_NEXT, "posix_fallocate64");
  return disk_is_full_for(file) ? ENOSPC : real(file, offset, length);
}

int posix_fallocate(int file, off_t offset, off_t length) {
  return posix_fallocate64(file, offset, length);
}
