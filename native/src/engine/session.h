// The public Session over a timeline of the scheduler.
#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"
#include "engine/scheduler.h"
#include "roost/session.h"

namespace roost::engine {

// What all sessions of an engine share; immutable.
struct Shared {
  Assembly parts;
  std::shared_ptr<const TokenRules> rules;
  std::string device, isa;
  int threads = 0;
  std::uint64_t weight_bytes = 0;
  std::uint64_t bytes_per_token = 0;
  std::uint64_t multiplications_per_token = 0;
  std::string tokenizer_fingerprint;
};

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const Shared> shared,
                                              std::shared_ptr<Scheduler> scheduler,
                                              std::shared_ptr<const TunedState> initial);

}  // namespace roost::engine
