// What is fuzzed: one entry for every parser that meets bytes from outside. The same table serves the
// libFuzzer programs, the replay that every test run makes, and the program that writes seeds.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roost::fuzz {

struct Target {
  std::string_view name;
  // Whatever the bytes are, the answer is a value or a typed error; anything else aborts.
  void (*run)(std::span<const std::byte> bytes);
  std::vector<std::string> (*seeds)();       // small valid inputs, the same on every call
  std::vector<std::string_view> dictionary;  // what a mutation may write: names, tags, instructions
};

const std::vector<Target>& targets();
const Target* find_target(std::string_view name);

}  // namespace roost::fuzz
