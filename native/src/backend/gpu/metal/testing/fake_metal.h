// What a test tells the fake Metal, and what it is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace roost::backend::gpu::metal {

struct FakeMetal {
  struct Gpu {
    std::string name = "Fake M9";
    bool metal3 = true;
    bool unified = true;
    std::uint64_t memory = 64u << 20;
  };
  std::vector<Gpu> gpus = {{}};
  std::uint64_t lanes = 1024, width = 32;  // of every pipeline
  std::string missing;                     // a kernel that the library does not have
  int steps_left = -1;                     // the n-th step from now on (0: the next) fails
  std::uint64_t allocated = 0;
  std::uint64_t steps = 0, kernels = 0;
  bool fast_math = false;
  std::string source;   // of the library
  std::string mistake;  // of the host's code, in words
};
FakeMetal& fake_metal();

}  // namespace roost::backend::gpu::metal
