// The table of contents of a ZIP archive, read strictly: one disk, nothing encrypted, nothing ambiguous.
// Entries are located inside the mapping, never unpacked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::formats {

struct ZipEntry {
  std::string_view name;  // in the mapping; not yet checked by anything but its length
  std::uint16_t flags = 0;
  std::uint16_t method = 0;  // 0: stored
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t header_offset = 0;
  bool is_link = false;
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;
  std::uint64_t begin = 0;  // offset of the directory: entries end before it
};

// Errors: model_truncated when the end of the archive is missing, model_damaged when the directory
// contradicts itself or the file.
Result<ZipDirectory> read_zip_directory(const Source& source);

// The bytes of every entry, in the order of the directory, after all the checks a checkpoint must pass:
// stored, not encrypted, no links, harmless and unique names, local headers that agree, no overlap. Contents
// are not summed here. Errors: model_damaged, model_unsupported (compressed), model_unsafe (names that lead
// outside).
Result<std::vector<std::span<const std::byte>>> locate_zip_entries(const Source& source,
                                                                   const ZipDirectory& directory);

}  // namespace roost::formats
