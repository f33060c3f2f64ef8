#include "support/path_text.h"

#include "support/utf8.h"

namespace roost::support {

std::filesystem::path path_from_utf8(std::string_view text) {
#if defined(_WIN32)
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
#else
  return std::filesystem::path(std::string(text));
#endif
}

std::string path_to_utf8(const std::filesystem::path& path) {
#if defined(_WIN32)
  const std::u8string text = path.u8string();
  return std::string(text.begin(), text.end());
#else
  return path.string();
#endif
}

std::string file_label(std::string_view path_utf8) {
  while (path_utf8.size() > 1 && (path_utf8.back() == '/' || path_utf8.back() == '\\'))
    path_utf8.remove_suffix(1);
#if defined(_WIN32)
  const std::size_t slash = path_utf8.find_last_of("/\\");
#else
  const std::size_t slash = path_utf8.find_last_of('/');
#endif
  const std::string_view name =
      slash == std::string_view::npos || path_utf8.size() == 1 ? path_utf8 : path_utf8.substr(slash + 1);
  return name.empty() ? "(no name)" : printable(name, 200);
}

}  // namespace roost::support
