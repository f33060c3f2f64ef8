// Changes files at random, the same way for the same seed: what fails once is found again by its number. This
// is what every test run does; docs/fuzzing.md has the long runs with a fuzzer that is led by coverage.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mutation {

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  // Changes that mostly fall into the first `structure` bytes (0: anywhere), where a small change means much;
  // and into as many of the last ones, with `at_end`. `words` may be written over or between.
  Mutator& structure(std::size_t bytes, bool at_end) {
    structure_ = bytes;
    at_end_ = at_end;
    return *this;
  }
  Mutator& words(const std::vector<std::string_view>& words) {
    words_ = words;
    return *this;
  }
  // Lengths are kept: for formats in which every insertion would only shift everything.
  Mutator& in_place() {
    in_place_ = true;
    return *this;
  }

  std::string change(std::string_view original) {
    std::string file(original);
    const unsigned changes = 1 + random_() % 8;
    for (unsigned i = 0; i < changes && !file.empty(); ++i) change_once(file);
    return file;
  }

 private:
  std::size_t place_in(const std::string& file) {
    std::size_t place = random_() % file.size();
    if (structure_ != 0 && structure_ < file.size() && random_() % 8 != 0) place = random_() % structure_;
    if (at_end_ && random_() % 2 == 0) place = file.size() - 1 - place;
    return place;
  }

  void change_once(std::string& file) {
    static constexpr unsigned char edges[] = {0x00, 0xff, 0x7f, 0x80, 0x01};
    const std::size_t place = place_in(file);
    switch (random_() % (in_place_ ? 5 : 8)) {
      case 0:
        file[place] = static_cast<char>(file[place] ^ (1 << random_() % 8));
        break;
      case 1:
        file[place] = static_cast<char>(random_());
        break;
      case 2:
        file[place] = static_cast<char>(edges[random_() % 5]);
        break;
      case 3:
        file[place] = file[place_in(file)];
        break;
      case 4:
        if (!words_.empty()) write_word(file, place, words_[random_() % words_.size()]);
        break;
      case 5:
        file.erase(place, 1 + random_() % 8);
        break;
      case 6:
        file.insert(place, file.substr(place_in(file), 1 + random_() % 32));
        break;
      default:
        if (!words_.empty()) file.insert(place, words_[random_() % words_.size()]);
    }
  }

  static void write_word(std::string& file, std::size_t place, std::string_view word) {
    for (std::size_t i = 0; i < word.size() && place + i < file.size(); ++i) file[place + i] = word[i];
  }

  std::mt19937 random_;
  std::size_t structure_ = 0;
  bool at_end_ = false;
  bool in_place_ = false;
  std::vector<std::string_view> words_;
};

}  // namespace mutation
