// Paths cross our interfaces as UTF-8 text, whatever the system's own form is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace roost::support {

std::filesystem::path path_from_utf8(std::string_view text);
std::string path_to_utf8(const std::filesystem::path& path);

// The last part of a path, fit for a message: "model.pth". Messages never hold whole paths.
std::string file_label(std::string_view path_utf8);

}  // namespace roost::support
