// A whole small file in memory.
#pragma once

#include <cstdint>
#include <string>

#include "roost/result.h"

namespace roost::support {

// Reads at most `limit` bytes; a longer file is refused before it is read. Errors: file_missing,
// file_unreadable.
Result<std::string> read_file_text(const std::string& path_utf8, std::uint64_t limit);

}  // namespace roost::support
