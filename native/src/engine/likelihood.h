// What logits say about tokens, before any sampler has its way.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "roost/result.h"
#include "roost/session.h"
#include "text/tokenizer.h"

namespace roost::engine {

// The logarithm of the sum of exp(logits), by which a logit becomes the logarithm of a probability. Sums in
// double, in the order of ids. Errors: numeric_fault where one is NaN or +infinity, or none is finite.
Result<double> log_total(std::span<const float> logits);

// The likeliest tokens, at most `count`, equal ones by id. Probabilities are over all of the logits; ids that
// `rules` marks as never drawn are left out. Either may be null. Errors: numeric_fault.
Result<std::vector<TokenProbability>> likeliest(std::span<const float> logits, std::uint32_t count,
                                                const TokenRules* rules, const text::Tokenizer* tokenizer);

}  // namespace roost::engine
