#include "support/file_text.h"

#include <fstream>
#include <new>
#include <system_error>

#include "support/path_text.h"

namespace roost::support {

Result<std::string> read_file_text(const std::string& path_utf8, std::uint64_t limit) {
  const std::string label = file_label(path_utf8);
  try {
    const std::filesystem::path path = path_from_utf8(path_utf8);
    std::error_code trouble;
    const std::filesystem::file_status status = std::filesystem::status(path, trouble);
    if (status.type() == std::filesystem::file_type::not_found) {
      return error(ErrorCode::file_missing, label + ": there is no such file.");
    }
    if (status.type() != std::filesystem::file_type::regular) {
      return error(ErrorCode::file_unreadable, label + " is not an ordinary file.");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) return error(ErrorCode::file_unreadable, label + " can't be opened.");
    std::string text;
    char part[65536];
    while (file.read(part, sizeof part) || file.gcount() > 0) {
      text.append(part, static_cast<std::size_t>(file.gcount()));
      if (text.size() > limit) {
        return error(ErrorCode::file_unreadable,
                     label + " is longer than the " + std::to_string(limit) + " bytes expected at most.");
      }
    }
    if (file.bad()) return error(ErrorCode::file_unreadable, label + " can't be read to its end.");
    return text;
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, label + ": not enough memory to read it.");
  } catch (const std::exception&) {
    return error(ErrorCode::file_unreadable, label + " can't be read.");
  }
}

}  // namespace roost::support
