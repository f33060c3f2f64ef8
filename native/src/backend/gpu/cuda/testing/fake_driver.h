// What a test tells the fake driver. The library exports `roost_fake_driver`, which gives its settings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/gpu/cuda/driver_api.h"

namespace roost::backend::gpu::cuda {

struct FakeDriver {
  struct Card {
    std::string name = "Fake RTX";
    int major = 8;
    int minor = 9;
    std::size_t memory = 256u << 20;
  };
  std::vector<Card> cards = {{}};
  int version = 13000;
  CUresult init = success;
  CUresult load = success;  // of a module
  // The n-th call that reaches a card from now on (0: the next) gives `failure`, and all after it do.
  int calls_left = -1;
  CUresult failure = success;
  // Memory of a card that is taken, in bytes.
  std::size_t allocated = 0;
  // What happened.
  std::uint64_t kernels_launched = 0;  // by the host, or while a step was recorded
  std::uint64_t copies_to_card = 0, copies_to_host = 0;
  std::uint64_t graphs_made = 0, graphs_launched = 0, graphs_alive = 0;
  std::uint64_t contexts_alive = 0, streams_alive = 0, events_alive = 0, modules_alive = 0;
  std::size_t host_memory = 0;
};
using FakeDriverEntry = FakeDriver* (*)();

}  // namespace roost::backend::gpu::cuda
