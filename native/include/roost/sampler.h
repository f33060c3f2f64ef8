// From logits to a token. Order of the official sampler: penalties, softmax, top-p cut, top-k cut,
// temperature, draw.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "roost/result.h"

namespace roost {

// How repetition is penalised; both are in use with RWKV models, under the same parameter names.
//  occurrence: logits[t] -= presence + count[t] * frequency; every count decays by `decay` per step, presence
//  does not. accumulated: one number per token decays as a whole and grows by presence (first time) or
//  frequency (again).
enum class PenaltyKind : std::uint8_t { occurrence, accumulated };

struct SamplerOptions {
  float temperature = 1.0f;  // 0: greedy
  float top_p = 0.3f;        // >= 1: no cut; 0: greedy
  std::uint32_t top_k = 0;   // 0: no cut
  float min_p = 0.0f;        // drop what is less likely than min_p times the likeliest
  float presence = 0.0f;
  float frequency = 0.0f;
  float penalty_decay = 0.996f;
  PenaltyKind penalty_kind = PenaltyKind::occurrence;
  std::uint64_t seed = 0;  // 0: drawn from the system, below 2^53
  std::map<std::uint32_t, float> logit_bias;
  // Tokens of nothing but digits, space and tab are not counted for `frequency` (as the official pipeline
  // does, so that numbers and tables survive). Needs TokenRules.
  bool spare_digits = false;
};

Status validate(const SamplerOptions& options);  // invalid_argument names the field and its range

struct Candidate {
  std::uint32_t id;
  float probability;
};

struct Choice {
  std::uint32_t id;
  float logprob;  // natural logarithm of the probability before truncation
};

// What the vocabulary says about each id; ids past the end of a list have no mark.
struct TokenRules {
  std::vector<bool> never;      // reserved, untrained: never drawn
  std::vector<bool> uncounted;  // only digits, space and tab
};

// What a draw comes down to, for devices that draw by themselves: the logits with these added (of different
// tokens), and which token of what the cuts leave.
struct DrawPlan {
  float temperature = 1, top_p = 1, min_p = 0;
  std::uint32_t top_k = 0;
  float uniform = 0;  // from 0 up to, not including, 1
  std::vector<std::pair<std::uint32_t, float>> adjustments;
};

class Sampler {
 public:
  explicit Sampler(const SamplerOptions& options, std::shared_ptr<const TokenRules> rules = nullptr);
  // The distribution a draw is made from, likeliest first; ids that can't be drawn are left out.
  std::vector<Candidate> distribution(std::span<const float> logits) const;
  // Draws, and records the draw for the penalties. Errors: numeric_fault where no finite logit exists or one
  // is NaN.
  Result<Choice> sample(std::span<const float> logits);
  // The next draw, made elsewhere over `vocabulary` tokens; drawn() then records what came out. Errors of
  // drawn(): as sample(), where it says that the logits were not `good`.
  DrawPlan plan(std::uint32_t vocabulary) const;
  Result<Choice> drawn(std::uint32_t id, float logprob, bool good);
  void record(std::uint32_t id);  // as if it had been drawn
  std::uint64_t seed() const;     // the one in use

 private:
  struct Weighed;
  bool adjust(std::span<const float> logits) const;
  Weighed weigh() const;

  SamplerOptions options_;
  std::shared_ptr<const TokenRules> rules_;
  std::vector<std::uint32_t> never_;  // the ids that rules_ marks so
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  struct Penalty {
    std::uint32_t id;
    float value;  // occurrence: the decayed count; accumulated: what is subtracted
  };
  std::vector<Penalty> penalties_;
  mutable std::vector<float> adjusted_;  // logits after bias, rules and penalties
};

}  // namespace roost
