// Published models of all generations through the GPU kernels on the emulated device: the whole way from the
// file to logits, as a card would go it. ROOST_TEST_DEVICE names another device to run them on (cuda, metal).
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "model/testing/published.h"

using namespace roost;
using namespace roost::model;
using namespace roost::model::testing;

namespace {

struct Fixture {
  const char *model, *expectations;
};
constexpr Fixture all[] = {{"rwkv4-l3-c128-fp32.pth", "rwkv4-l3-c128-fp32"},
                           {"rwkv5.0-l3-c128-fp32.pth", "rwkv5.0-l3-c128-fp32"},
                           {"rwkv5.1-l3-c128-bf16.pth", "rwkv5.1-l3-c128-bf16"},
                           {"rwkv5.2-l3-c128-fp32.pth", "rwkv5.2-l3-c128-fp32"},
                           {"rwkv6-l3-c128-bf16.pth", "rwkv6-l3-c128-bf16"},
                           {"rwkv6-l3-c128-f16.gguf", "rwkv6-l3-c128-f16.gguf"},
                           {"rwkv7-l3-c128-bf16.pth", "rwkv7-l3-c128-bf16"},
                           {"rwkv7-l3-c128-f16.gguf", "rwkv7-l3-c128-f16.gguf"},
                           {"rwkv7-l3-c128-q8_0.gguf", "rwkv7-l3-c128-q8_0.gguf"}};

// Those that are here; the others are named once. Those in the repository always are.
const std::vector<Fixture>& present() {
  static const std::vector<Fixture> here = [] {
    std::vector<Fixture> found(std::begin(all), std::end(all));
    std::erase_if(found, [](const Fixture& f) {
      return !fixtures::find(f.model) || !fixtures::find(std::string(f.expectations) + ".expected.bin");
    });
    return found;
  }();
  CHECK(here.size() >= 4);
  return here;
}

const std::string& tested_device() {
  static const std::string device = [] {
    const char* const named = std::getenv("ROOST_TEST_DEVICE");
    return std::string(named == nullptr || *named == 0 ? "emulated" : named);
  }();
  return device;
}

LoadSettings on_device(Precision precision = Precision::file, const char* checks = "") {
  LoadSettings settings;
  settings.device = tested_device();
  settings.threads = 1;
  settings.precision = precision;
  settings.isa = checks;
  return settings;
}

}  // namespace

TEST("logits, states, argmax or the greedy continuation differ from the published ones") {
  for (const Fixture& f : present()) {
    const auto start = std::chrono::steady_clock::now();
    const Expected expected = expected_of(f.expectations);
    const auto model = load(f.model, on_device());
    REQUIRE(model != nullptr && expected.tokens.size() == 96 && expected.greedy.size() == 32);
    CHECK_EQUAL(model->device(), tested_device().substr(0, tested_device().find_first_of(":+")));
    const std::span<const std::uint32_t> tokens = expected.tokens;
    double worst_logits = 0, worst_state = 0;
    // Chunks of 1, of a few, and of many tokens go through different kernels.
    for (const auto& [mode, chunk] : {std::pair{Mode::recurrent, std::size_t{96}},
                                      {Mode::sequence, std::size_t{96}},
                                      {Mode::sequence, std::size_t{7}}}) {
      const std::uint32_t slot = model->acquire_slot().value();
      auto logits = feed(*model, slot, tokens.first(64), mode, chunk);
      worst_state = std::max(worst_state,
                             excess(state_of(*model, slot), expected_state(expected, "64"), state_relative));
      const auto rest = feed(*model, slot, tokens.subspan(64), mode, chunk);
      logits.insert(logits.end(), rest.begin(), rest.end());
      worst_state = std::max(worst_state,
                             excess(state_of(*model, slot), expected_state(expected, "96"), state_relative));
      for (const std::size_t n : {1, 2, 17, 64, 96}) {
        worst_logits = std::max(
            worst_logits, excess(row_of(logits, n - 1), expected.sections.at("logits." + std::to_string(n))));
      }
      for (std::size_t i = 0; i < 96; ++i) CHECK_EQUAL(argmax(row_of(logits, i)), expected.argmax[i]);
      std::vector<std::uint32_t> greedy = {argmax(row_of(logits, 95))};
      while (greedy.size() < 32) {
        const Sequence sequence[] = {{slot, std::span(greedy).last(1), Logits::last}};
        std::vector<float> row(vocabulary);
        REQUIRE(model->forward(sequence, Mode::recurrent, row).ok());
        greedy.push_back(argmax(row));
      }
      CHECK(greedy == expected.greedy);
      model->release_slot(slot);
    }
    CHECK(worst_logits <= logit_tolerance);
    CHECK(worst_state <= state_tolerance);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("     %-32s logits %.1e, state %.1e, %.1f s\n", f.model, worst_logits, worst_state, seconds);
  }
}

TEST("a state that is written and continued leads elsewhere, or does not come back bit for bit") {
  for (const Fixture& f : present()) {
    const Expected expected = expected_of(f.expectations);
    const auto model = load(f.model, on_device());
    REQUIRE(model != nullptr);
    const std::uint32_t slot = model->acquire_slot().value();
    const auto state = expected_state(expected, "64");
    REQUIRE(model->write_state(slot, state).ok());
    CHECK(same_bits(state_of(*model, slot), state));
    const auto logits = feed(*model, slot, std::span(expected.tokens).subspan(64), Mode::sequence);
    CHECK(excess(row_of(logits, 31), expected.sections.at("logits.96")) <= logit_tolerance);
  }
}

TEST("sequences of different lengths disturb one another in a batch") {
  const std::vector<std::uint32_t> tokens[] = {many_tokens(5, 1), many_tokens(70, 2), many_tokens(41, 3)};
  for (const Fixture& f : present()) {
    const auto model = load(f.model, on_device());
    REQUIRE(model != nullptr);
    for (const Mode mode : {Mode::sequence, Mode::recurrent}) {
      std::vector<std::uint32_t> slots;
      for (int i = 0; i < 3; ++i) slots.push_back(model->acquire_slot().value());
      const Sequence batch[] = {{slots[2], tokens[0], Logits::all},
                                {slots[0], tokens[1], Logits::last},
                                {slots[1], tokens[2], Logits::none}};
      std::vector<float> logits(6 * vocabulary);
      REQUIRE(model->forward(batch, mode, logits).ok());
      // A second round, in which carried rows matter and one sequence sits out.
      const Sequence second[] = {{slots[1], tokens[0], Logits::last}, {slots[2], tokens[2], Logits::last}};
      std::vector<float> later(2 * vocabulary);
      REQUIRE(model->forward(second, mode, later).ok());
      const std::uint32_t alone = model->acquire_slot().value();
      // Alone, other kernels may add in another order.
      CHECK(excess(feed(*model, alone, tokens[0], mode), std::span(logits).first(5 * vocabulary)) <=
            logit_tolerance);
      CHECK(excess(row_of(feed(*model, alone, tokens[2], mode), 40), row_of(later, 1)) <= logit_tolerance);
      CHECK(excess(state_of(*model, alone), state_of(*model, slots[2]), state_relative) <= state_tolerance);
      model->clear_slot(alone);
      CHECK(excess(row_of(feed(*model, alone, tokens[1], mode), 69), row_of(logits, 5)) <= logit_tolerance);
      CHECK(excess(state_of(*model, alone), state_of(*model, slots[0]), state_relative) <= state_tolerance);
    }
  }
}

TEST("a whole model breaks a rule of the device: unwritten memory, a race, a bound") {
  for (const Fixture& f : present()) {
    const auto model = load(f.model, on_device(Precision::file, "checked"));
    REQUIRE(model != nullptr);
    if (tested_device().starts_with("emulated")) CHECK_EQUAL(model->isa(), "checked");
    std::vector<std::uint32_t> slots;
    for (int i = 0; i < 5; ++i) slots.push_back(model->acquire_slot().value());  // the pool grows once
    const auto tokens = many_tokens(21, 4);
    const Sequence batch[] = {{slots[4], std::span(tokens).first(17), Logits::last},
                              {slots[1], std::span(tokens).last(4), Logits::all}};
    std::vector<float> logits(5 * vocabulary);
    CHECK(model->forward(batch, Mode::sequence, logits).ok());
    const Sequence one[] = {{slots[4], std::span(tokens).first(1), Logits::last}};
    CHECK(model->forward(one, Mode::recurrent, std::span(logits).first(vocabulary)).ok());
    CHECK(model->write_state(slots[0], state_of(*model, slots[4])).ok());
  }
}

TEST("weights of 8 or 4 bits on the device are others than on the processor") {
  for (const Fixture& f : present()) {
    for (const Precision precision : {Precision::q8, Precision::q4, Precision::f16}) {
      const auto here = load(f.model, with("scalar", 1, precision)),
                 there = load(f.model, on_device(precision));
      REQUIRE(here != nullptr && there != nullptr);
      const auto tokens = many_tokens(9, 7);
      const auto a = feed(*here, here->acquire_slot().value(), tokens, Mode::sequence);
      const auto b = feed(*there, there->acquire_slot().value(), tokens, Mode::sequence);
      CHECK(excess(a, b) <= logit_tolerance);
    }
  }
}

TEST_MAIN()
