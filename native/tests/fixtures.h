// Where test data lies: in tests/fixtures of the repository, or, for what may not be copied there, in the
// folder named by ROOST_FIXTURES (default: ../shared/fixtures beside the repository).
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace fixtures {

inline std::optional<std::string> find(const std::string& name) {
  const std::filesystem::path root(ROOST_SOURCE_DIR);
  const char* elsewhere = std::getenv("ROOST_FIXTURES");
  for (const std::filesystem::path& folder :
       {root / "tests" / "fixtures",
        elsewhere != nullptr ? std::filesystem::path(elsewhere) : root / ".." / "shared" / "fixtures"}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(folder / name, ignored)) return (folder / name).string();
  }
  std::fprintf(stderr,
               "ABSENT %s: set ROOST_FIXTURES to the folder that holds it; what needs it is not checked\n",
               name.c_str());
  return std::nullopt;
}

inline std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace fixtures
