#include "formats/zip_directory.h"

#include <algorithm>
#include <numeric>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

constexpr std::uint32_t kEntrySignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kWideEndSignature = 0x06064b50;
constexpr std::uint32_t kWideLocatorSignature = 0x07064b50;
constexpr std::uint64_t kEndSize = 22, kWideEndSize = 56, kWideLocatorSize = 20, kEntrySize = 46;
constexpr std::uint32_t kFull32 = 0xffffffffu;
constexpr std::uint16_t kFull16 = 0xffffu;

// Flags a checkpoint may have: sizes in a descriptor behind the data (bit 3) and UTF-8 names (bit 11).
constexpr std::uint16_t kEncrypted = 1u << 0, kDescriptor = 1u << 3, kUtf8 = 1u << 11;

struct End {
  std::uint64_t entries = 0, size = 0, offset = 0;
  std::uint64_t position = 0;  // where the directory must end
};

Result<End> read_end(const Source& source) {
  const std::string_view all(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
  ByteReader reader(source.bytes);
  std::uint32_t signature = 0;
  if (source.bytes.size() < kEndSize || !reader.seek(source.bytes.size() - kEndSize) ||
      !reader.read(signature) || signature != kEndSignature) {
    // The record may stand before bytes that do not belong to the archive; that is not how checkpoints are
    // written.
    const std::size_t begin = all.size() > 66000 ? all.size() - 66000 : 0;
    const std::string_view last = all.substr(begin);
    const std::size_t at = last.rfind("PK\x05\x06");
    if (at != std::string_view::npos && last.size() - at > kEndSize) {
      return source.damaged("there is something behind the end of the archive.");
    }
    return source.truncated(
        "the end of the archive, which lists its contents, is missing: the file is cut short.");
  }
  std::uint16_t disk = 0, directory_disk = 0, entries_here = 0, entries = 0, comment = 0;
  std::uint32_t size = 0, offset = 0;
  reader.read(disk);
  reader.read(directory_disk);
  reader.read(entries_here);
  reader.read(entries);
  reader.read(size);
  reader.read(offset);
  reader.read(comment);
  End end{entries, size, offset, source.bytes.size() - kEndSize};
  const bool wide_needed = entries == kFull16 || size == kFull32 || offset == kFull32;

  std::uint64_t locator = 0;
  bool wide = false;
  if (end.position >= kWideLocatorSize + kWideEndSize) {
    locator = end.position - kWideLocatorSize;
    reader.seek(locator);
    wide = reader.read(signature) && signature == kWideLocatorSignature;
  }
  if (wide) {
    std::uint32_t record_disk = 0, disks = 0;
    std::uint64_t record = 0, record_size = 0, wide_here = 0;
    std::uint16_t made_by = 0, needed = 0;
    std::uint32_t disk32 = 0, directory_disk32 = 0;
    reader.read(record_disk);
    reader.read(record);
    reader.read(disks);
    End whole{0, 0, 0, record};
    const bool good = record_disk == 0 && disks == 1 && record == locator - kWideEndSize &&
                      reader.seek(record) && reader.read(signature) && signature == kWideEndSignature &&
                      reader.read(record_size) && record_size == kWideEndSize - 12 && reader.read(made_by) &&
                      reader.read(needed) && reader.read(disk32) && disk32 == 0 &&
                      reader.read(directory_disk32) && directory_disk32 == 0 && reader.read(wide_here) &&
                      reader.read(whole.entries) && reader.read(whole.size) && reader.read(whole.offset) &&
                      wide_here == whole.entries;
    const bool agrees = (entries == kFull16 || entries == whole.entries) &&
                        (size == kFull32 || size == whole.size) &&
                        (offset == kFull32 || offset == whole.offset);
    if (!good || !agrees) return source.damaged("the 64-bit end record of the archive is inconsistent.");
    end = whole;
  } else if (wide_needed) {
    return source.damaged("the archive is too large for the end record it has.");
  }
  if (comment != 0 || (disk != 0 && disk != kFull16) || (directory_disk != 0 && directory_disk != kFull16) ||
      entries_here != entries) {
    return source.damaged("the end record of the archive is inconsistent.");
  }
  const auto directory_end = checked_add(end.offset, end.size);
  if (!directory_end || *directory_end != end.position) {
    return source.damaged("the directory of the archive does not lie where its end record says.");
  }
  if (end.entries > kMaximumEntries || end.entries > end.size / kEntrySize) {
    return source.damaged("the archive claims " + std::to_string(end.entries) +
                          " entries in a directory of " + std::to_string(end.size) + " bytes.");
  }
  return end;
}

// Replaces the fields that are too narrow by those of the 64-bit extra field. False when the extra fields are
// malformed or lack what is needed.
bool widen(std::span<const std::byte> extra, std::initializer_list<std::uint64_t*> fields) {
  ByteReader reader(extra);
  bool found = false;
  while (reader.left() > 0) {
    std::uint16_t tag = 0, size = 0;
    std::span<const std::byte> body;
    if (!reader.read(tag) || !reader.read(size) || !reader.take(size, body)) return false;
    if (tag != 1) continue;
    if (found) return false;
    found = true;
    ByteReader values(body);
    for (std::uint64_t* field : fields) {
      if (*field == kFull32 && !values.read(*field)) return false;
    }
  }
  return found || std::all_of(fields.begin(), fields.end(),
                              [](const std::uint64_t* field) { return *field != kFull32; });
}

// Parts separated by '/', none empty, "." or "..", no character that some system gives a meaning.
bool harmless(std::string_view name) {
  if (name.empty() || !support::is_valid_utf8(name) ||
      name.find_first_of(std::string_view("\\:\0", 3)) != name.npos) {
    return false;
  }
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

// Checks the local header of an entry against the directory and finds the data behind it.
Result<std::span<const std::byte>> locate(const Source& source, const ZipEntry& entry, std::uint64_t limit) {
  ByteReader reader(source.bytes.first(static_cast<std::size_t>(limit)));
  std::uint32_t signature = 0, crc = 0, packed32 = 0, size32 = 0;
  std::uint16_t needed = 0, flags = 0, method = 0, time = 0, date = 0, name_size = 0, extra_size = 0;
  std::string_view name;
  std::span<const std::byte> extra, data;
  const bool read = reader.seek(entry.header_offset) && reader.read(signature) &&
                    signature == kLocalSignature && reader.read(needed) && reader.read(flags) &&
                    reader.read(method) && reader.read(time) && reader.read(date) && reader.read(crc) &&
                    reader.read(packed32) && reader.read(size32) && reader.read(name_size) &&
                    reader.read(extra_size) && reader.take(name_size, name) && reader.take(extra_size, extra);
  if (!read)
    return source.damaged("the archive entry " + quoted(entry.name) +
                          " does not begin where the directory says.");
  std::uint64_t packed = packed32, size = size32;
  bool agrees = name == entry.name && method == entry.method && flags == entry.flags;
  if ((flags & kDescriptor) == 0) {
    agrees = agrees && widen(extra, {&size, &packed}) && size == entry.size && packed == entry.packed_size &&
             crc == entry.crc;
  } else {
    // The true values stand behind the data; what is given here may be zero but not something else.
    agrees = agrees && (size32 == 0 || size32 == kFull32 || size == entry.size) &&
             (packed32 == 0 || packed32 == kFull32 || packed == entry.packed_size) &&
             (crc == 0 || crc == entry.crc);
  }
  if (!agrees)
    return source.damaged("the archive entry " + quoted(entry.name) + " contradicts the directory.");
  if (!reader.take(entry.size, data)) {
    return source.damaged("the archive entry " + quoted(entry.name) + " with " + std::to_string(entry.size) +
                          " bytes reaches past the data of the file.");
  }
  return data;
}

}  // namespace

Result<ZipDirectory> read_zip_directory(const Source& source) {
  ROOST_ASSIGN(const End end, read_end(source));
  ZipDirectory directory;
  directory.begin = end.offset;
  ByteReader reader(source.bytes.first(static_cast<std::size_t>(end.position)));
  reader.seek(end.offset);
  for (std::uint64_t i = 0; i < end.entries; ++i) {
    std::uint32_t signature = 0, packed = 0, size = 0, attributes = 0, offset = 0;
    std::uint16_t made_by = 0, needed = 0, time = 0, date = 0, name_size = 0, extra_size = 0,
                  comment_size = 0;
    std::uint16_t disk = 0, internal_attributes = 0;
    std::span<const std::byte> extra;
    ZipEntry entry;
    const bool read =
        reader.read(signature) && signature == kEntrySignature && reader.read(made_by) &&
        reader.read(needed) && reader.read(entry.flags) && reader.read(entry.method) && reader.read(time) &&
        reader.read(date) && reader.read(entry.crc) && reader.read(packed) && reader.read(size) &&
        reader.read(name_size) && reader.read(extra_size) && reader.read(comment_size) && reader.read(disk) &&
        reader.read(internal_attributes) && reader.read(attributes) && reader.read(offset) &&
        reader.take(name_size, entry.name) && reader.take(extra_size, extra) && reader.skip(comment_size);
    if (!read)
      return source.damaged("the directory of the archive ends within entry " + std::to_string(i) + ".");
    entry.packed_size = packed;
    entry.size = size;
    entry.header_offset = offset;
    if (name_size > kMaximumNameBytes || (disk != 0 && disk != kFull16) ||
        !widen(extra, {&entry.size, &entry.packed_size, &entry.header_offset})) {
      return source.damaged("entry " + std::to_string(i) + " in the directory of the archive is malformed.");
    }
    // Upper half of the attributes: Unix file mode, where the archive was made on such a system.
    entry.is_link = (made_by >> 8) == 3 && ((attributes >> 16) & 0xf000u) == 0xa000u;
    directory.entries.push_back(entry);
  }
  if (reader.left() != 0) return source.damaged("the directory of the archive is longer than its entries.");
  return directory;
}

Result<std::vector<std::span<const std::byte>>> locate_zip_entries(const Source& source,
                                                                   const ZipDirectory& directory) {
  const std::vector<ZipEntry>& entries = directory.entries;
  std::vector<std::span<const std::byte>> contents;
  contents.reserve(entries.size());
  for (const ZipEntry& entry : entries) {
    if (!harmless(entry.name)) {
      return source.fail(ErrorCode::model_unsafe, "the archive holds an entry with the name " +
                                                      quoted(entry.name) + ", which no checkpoint has.");
    }
    if (entry.is_link) {
      return source.fail(ErrorCode::model_unsafe, "the archive entry " + quoted(entry.name) + " is a link.");
    }
    if ((entry.flags & kEncrypted) != 0) return source.unsupported("the archive is encrypted.");
    if (entry.method != 0) {
      return source.unsupported("the archive entry " + quoted(entry.name) +
                                " is compressed; checkpoints are stored uncompressed.");
    }
    if ((entry.flags & ~(kDescriptor | kUtf8)) != 0 || entry.packed_size != entry.size) {
      return source.damaged("the archive entry " + quoted(entry.name) + " contradicts itself.");
    }
    ROOST_ASSIGN(const std::span<const std::byte> data, locate(source, entry, directory.begin));
    contents.push_back(data);
  }

  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return entries[a].name < entries[b].name; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (entries[order[i - 1]].name == entries[order[i]].name) {
      return source.damaged("the archive has two entries called " + quoted(entries[order[i]].name) + ".");
    }
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return entries[a].header_offset < entries[b].header_offset;
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::span<const std::byte> before = contents[order[i - 1]];
    const auto before_end = static_cast<std::uint64_t>(before.data() - source.bytes.data()) + before.size();
    if (entries[order[i]].header_offset < before_end) {
      return source.damaged("the archive entries " + quoted(entries[order[i - 1]].name) + " and " +
                            quoted(entries[order[i]].name) + " overlap.");
    }
  }
  return contents;
}

}  // namespace roost::formats
