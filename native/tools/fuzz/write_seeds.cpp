// roost-fuzz-seeds FOLDER: for every target its seeds as FOLDER/<target>/<number>, and a dictionary for
// libFuzzer as FOLDER/<target>.dict.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "targets.h"

namespace {

std::string escaped(std::string_view word) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out + "\"\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: roost-fuzz-seeds FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path root(argv[1]);
  for (const roost::fuzz::Target& target : roost::fuzz::targets()) {
    const std::filesystem::path folder = root / target.name;
    std::filesystem::create_directories(folder);
    std::size_t number = 0;
    for (const std::string& seed : target.seeds()) {
      std::ofstream(folder / std::to_string(number++), std::ios::binary) << seed;
    }
    std::ofstream words(root / (std::string(target.name) + ".dict"), std::ios::binary);
    for (const std::string_view word : target.dictionary) words << escaped(word);
  }
  return 0;
}
