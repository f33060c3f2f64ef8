// What every generation must pass: the walks over published numbers, and the batch in which nobody may
// disturb anybody. Each reports what it finds with CHECK.
#pragma once

#include <cstdio>

#include "model/testing/published.h"

namespace roost::model::testing {

struct Fixture {
  const char *model, *expectations;
};

// Logits, states and the likeliest token over all 96 published tokens, in one mode and pieces of `chunk`.
inline void check_published(LanguageModel& model, const Fixture& fixture, const Expected& expected, Mode mode,
                            std::size_t chunk) {
  REQUIRE(expected.tokens.size() == 96 && expected.argmax.size() == 96);
  CHECK_EQUAL(model.state_floats(), expected_state(expected, "64").size());
  const auto slot = model.acquire_slot();
  REQUIRE(slot.ok());
  const std::span<const std::uint32_t> tokens = expected.tokens;
  auto logits = feed(model, slot.value(), tokens.first(64), mode, chunk);
  const auto after_64 = state_of(model, slot.value());
  const auto rest = feed(model, slot.value(), tokens.subspan(64), mode, chunk);
  logits.insert(logits.end(), rest.begin(), rest.end());
  const auto after_96 = state_of(model, slot.value());
  model.release_slot(slot.value());

  double worst_logits = 0;
  for (const std::size_t n : {1, 2, 17, 64, 96}) {
    const auto& section = expected.sections.at("logits." + std::to_string(n));
    worst_logits = std::max(worst_logits, excess(row_of(logits, n - 1), section));
  }
  const double worst_state = std::max(excess(after_64, expected_state(expected, "64"), state_relative),
                                      excess(after_96, expected_state(expected, "96"), state_relative));
  std::printf("     %-32s %-10s %-9s %3zu  logits %.1e, state %.1e\n", fixture.model, model.isa().c_str(),
              mode == Mode::sequence ? "sequence" : "recurrent", chunk, worst_logits, worst_state);
  CHECK(worst_logits <= logit_tolerance);
  CHECK(worst_state <= state_tolerance);
  for (std::size_t i = 0; i < 96; ++i) CHECK_EQUAL(argmax(row_of(logits, i)), expected.argmax[i]);
}

// The 32 likeliest tokens after the published ones.
inline void check_greedy(const Fixture& fixture) {
  const Expected expected = expected_of(fixture.expectations);
  const auto model = load(fixture.model);
  REQUIRE(model != nullptr && expected.greedy.size() == 32);
  const std::uint32_t slot = model->acquire_slot().value();
  std::vector<float> logits(vocabulary);
  std::vector<std::uint32_t> next = expected.tokens, greedy;
  while (greedy.size() < 32) {
    const Sequence sequence[] = {{slot, next, Logits::last}};
    REQUIRE(model->forward(sequence, next.size() > 1 ? Mode::sequence : Mode::recurrent, logits).ok());
    greedy.push_back(argmax(logits));
    next = {greedy.back()};
  }
  CHECK(greedy == expected.greedy);
}

// The published state after 64 tokens, written and continued with the other 32.
inline void check_written_state(const Fixture& fixture) {
  const Expected expected = expected_of(fixture.expectations);
  const auto model = load(fixture.model);
  REQUIRE(model != nullptr);
  const std::uint32_t slot = model->acquire_slot().value();
  const auto state = expected_state(expected, "64");
  REQUIRE(model->write_state(slot, state).ok());
  CHECK(same_bits(state_of(*model, slot), state));
  const auto logits = feed(*model, slot, std::span(expected.tokens).subspan(64), Mode::sequence);
  CHECK(excess(row_of(logits, 31), expected.sections.at("logits.96")) <= logit_tolerance);
  CHECK(excess(state_of(*model, slot), expected_state(expected, "96"), state_relative) <= state_tolerance);
  CHECK(!model->write_state(slot, std::span(state).first(state.size() - 1)).ok());
}

// Sequences of different lengths in one batch, against each of them alone.
inline void check_batch(LanguageModel& model) {
  const std::vector<std::uint32_t> tokens[] = {many_tokens(5, 1), many_tokens(300, 2), many_tokens(41, 3)};
  for (const Mode mode : {Mode::sequence, Mode::recurrent}) {
    std::vector<std::uint32_t> slots;
    for (int i = 0; i < 3; ++i) slots.push_back(model.acquire_slot().value());
    const Sequence batch[] = {{slots[2], tokens[0], Logits::all},
                              {slots[0], tokens[1], Logits::last},
                              {slots[1], tokens[2], Logits::none}};
    std::vector<float> logits(6 * vocabulary);
    REQUIRE(model.forward(batch, mode, logits).ok());
    // A second round, in which carried rows matter and one sequence sits out.
    const Sequence second[] = {{slots[1], tokens[0], Logits::last}, {slots[2], tokens[2], Logits::last}};
    std::vector<float> later(2 * vocabulary);
    REQUIRE(model.forward(second, mode, later).ok());

    const std::uint32_t alone = model.acquire_slot().value();
    CHECK(same_bits(feed(model, alone, tokens[0], mode), std::span(logits).first(5 * vocabulary)));
    CHECK(same_bits(row_of(feed(model, alone, tokens[2], mode), 40), row_of(later, 1)));
    CHECK(same_bits(state_of(model, alone), state_of(model, slots[2])));
    model.clear_slot(alone);
    CHECK(same_bits(row_of(feed(model, alone, tokens[1], mode), 299), row_of(logits, 5)));
    CHECK(same_bits(state_of(model, alone), state_of(model, slots[0])));
    model.clear_slot(alone);
    feed(model, alone, tokens[2], mode);
    CHECK(same_bits(row_of(feed(model, alone, tokens[0], mode), 4), row_of(later, 0)));
    CHECK(same_bits(state_of(model, alone), state_of(model, slots[1])));
    model.release_slot(alone);
    for (const std::uint32_t slot : slots) model.release_slot(slot);
  }
}

}  // namespace roost::model::testing
