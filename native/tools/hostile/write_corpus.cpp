// roost-hostile-corpus FOLDER: writes every file of the corpus, and one line for each on standard output: its
// name and the answer it must get.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "corpus.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: roost-hostile-corpus FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder(argv[1]);
  std::filesystem::create_directories(folder);
  for (const roost::hostile::HostileFile& file : roost::hostile::hostile_corpus()) {
    const std::filesystem::path path = folder / file.name;
    std::ofstream(path, std::ios::binary) << file.content;
    std::error_code trouble;
    if (file.length > file.content.size()) std::filesystem::resize_file(path, file.length, trouble);
    if (trouble) std::fprintf(stderr, "%s: this disk has no holes\n", file.name.c_str());
    std::printf("%s\t%s\n", file.name.c_str(), file.answer.c_str());
  }
  return 0;
}
