// Stands in for a fuzzing engine where the compiler has none: runs every file of the folders and files it is
// given, then changes each of them at random, `ROOST_FUZZ_RUNS` times (default 1,000), with a fixed seed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void mutate(std::string input, long runs) {
  std::mt19937 random(1);
  for (long i = 0; i < runs && !input.empty(); ++i) {
    std::string changed = input;
    for (unsigned change = 0; change < 1 + random() % 6; ++change) {
      const std::size_t place = random() % changed.size();
      switch (random() % 4) {
        case 0:
          changed[place] = static_cast<char>(random());
          break;
        case 1:
          changed.erase(place, 1 + random() % 8);
          break;
        case 2:
          changed.insert(place, changed.substr(random() % changed.size(), 1 + random() % 32));
          break;
        default:
          changed[place] = static_cast<char>(changed[place] ^ (1 << random() % 8));
      }
      if (changed.empty()) break;
    }
    run(changed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* const wanted = std::getenv("ROOST_FUZZ_RUNS");
  const long runs = wanted != nullptr ? std::atol(wanted) : 1000;
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  for (const auto& file : files) {
    const std::string input = read(file);
    run(input);
    mutate(input, runs);
  }
  std::fprintf(stderr, "%zu inputs, %ld changes of each: no fault\n", files.size(), runs);
  return files.empty() ? 2 : 0;
}
