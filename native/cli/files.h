// Files and standard streams as bytes; paths are UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"

namespace roost::cli {

// Errors: file_missing, file_unreadable (too long, a folder, no permission), out_of_memory.
Result<std::string> read_file(const std::string& path, std::uint64_t limit);
Result<std::string> read_standard_input(std::uint64_t limit);
// Under a temporary name first, then renamed: what lies at `path` is whole. Errors: write_failed, disk_full.
Status write_file(const std::string& path, std::span<const std::byte> bytes);
// Writes to standard output at once; false when nobody can read it any more.
bool print(std::string_view text);

// Token ids: "1,2,3", or a file with a JSON array of them, a JSON object with a member "tokens", or numbers
// separated by commas and white space. Errors: tokens_invalid and those of read_file.
Result<std::vector<std::uint32_t>> read_tokens(const std::string& spec);
// The same from text; `subject` names it in messages.
Result<std::vector<std::uint32_t>> parse_tokens(std::string_view text, const std::string& subject);

}  // namespace roost::cli
