// What a session is on the engine's side: one state slot and everything that belongs to it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/language_model.h"
#include "roost/result.h"
#include "roost/tuned_state.h"

namespace roost::engine {

class Generation;

// What has been read, beside the state in the slot.
struct Position {
  std::uint64_t tokens = 0;
  std::array<std::uint8_t, 32> prefix{};  // SnapshotHeader::prefix_hash
  std::vector<float> logits;              // after the last token; empty while there are none
  std::string pending;                    // bytes of a character that is not whole yet

  void advance(std::span<const std::uint32_t> ids);
};

// Belongs to the engine's thread, but for the members marked otherwise. A session and the scheduler share it.
struct Timeline {
  // On the engine's thread, before the next step.
  Status fetch_logits(const model::LanguageModel& model);

  std::uint32_t slot = 0;
  Position position;
  // The last step drew on the device, and position.logits still lie there: row of model::last_logits().
  // Fetched by whoever needs them, and by the end of that step at the latest where the generation ended with
  // it.
  std::optional<std::size_t> logits_row;
  std::optional<Error> fault;              // set while the state is not to be trusted
  std::unique_ptr<Generation> generation;  // while one runs
  bool released = false;                   // its slot went back to the model

  std::atomic<bool> cancelled{false};         // any thread
  std::atomic<std::uint64_t> token_count{0};  // any thread reads it; position.tokens between steps

  // Guarded by the scheduler's mutex.
  bool busy = false;       // claimed by a call, or generating
  bool abandoned = false;  // its session is gone; the slot goes back when the generation ends
  int unanswered = 0;      // generations whose on_done has not returned
};

}  // namespace roost::engine
