#include "engine/likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace roost::engine {

Result<double> log_total(std::span<const float> logits) {
  float greatest = -std::numeric_limits<float>::infinity();
  bool sound = true;
  for (const float logit : logits) {
    sound &= !std::isnan(logit);
    greatest = std::max(greatest, logit);
  }
  if (!sound || !std::isfinite(greatest)) {
    return error(
        ErrorCode::numeric_fault,
        "The model's logits are not finite: its weights are damaged, or the device computes wrongly.");
  }
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - greatest);
  return greatest + std::log(sum);
}

Result<std::vector<TokenProbability>> likeliest(std::span<const float> logits, std::uint32_t count,
                                                const TokenRules* rules, const text::Tokenizer* tokenizer) {
  ROOST_ASSIGN(const double total, log_total(logits));
  std::vector<std::uint32_t> ids;
  ids.reserve(logits.size());
  for (std::uint32_t id = 0; id < logits.size(); ++id) {
    const bool never = rules != nullptr && id < rules->never.size() && rules->never[id];
    if (!never) ids.push_back(id);
  }
  const auto shown = static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, ids.size()));
  std::partial_sort(ids.begin(), ids.begin() + shown, ids.end(), [&](std::uint32_t a, std::uint32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  std::vector<TokenProbability> list;
  for (std::ptrdiff_t i = 0; i < shown; ++i) {
    const std::uint32_t id = ids[static_cast<std::size_t>(i)];
    list.push_back({id, tokenizer != nullptr ? std::string(tokenizer->bytes_of(id)) : std::string(),
                    static_cast<float>(std::exp(logits[id] - total))});
  }
  return list;
}

}  // namespace roost::engine
