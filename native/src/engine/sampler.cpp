// The order of operations is that of rwkv-reference 5.3; the numbers are computed in f64 wherever they
// decide.
#include "roost/sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace roost {
namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

// Steele, Lea and Flood's SplitMix64 as a counter-based generator: draw n of a seed is a pure function of
// both, the same on every machine.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
  return value ^ (value >> 31);
}

// Uniform in [0, 1), a multiple of 2^-53.
double uniform(std::uint64_t seed, std::uint64_t draw) {
  const std::uint64_t bits = mixed(mixed(seed) + (draw + 1) * 0x9e3779b97f4a7c15ull);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

// Never 0, and exact as a JavaScript number.
std::uint64_t system_seed() {
  try {
    std::random_device device;
    const std::uint64_t bits = (static_cast<std::uint64_t>(device()) << 32) | device();
    return (bits >> 11) | 1u;
  } catch (...) {
    return 1;
  }
}

// exp(x) for x <= 0 in plain f32 arithmetic that compilers vectorise; relative error below 3e-7. Only sums of
// many of them are used.
float fast_exp(float x) {
  x = std::max(x, -87.0f);
  const float shifted = x * 1.44269504f + 12582912.0f;  // rounds to the nearest integer in the low bits
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693145752f) - n * 1.42860677e-6f;
  float p = 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) + 127u) << 23;
  return p * std::bit_cast<float>(exponent);
}

// In lanes, for vector instructions; std::max_element waits for each comparison.
float largest_of(std::span<const float> logits) {
  constexpr std::size_t lanes = 16;
  float best[lanes];
  std::fill(best, best + lanes, minus_infinity);
  std::size_t i = 0;
  for (; i + lanes <= logits.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      best[lane] = logits[i + lane] > best[lane] ? logits[i + lane] : best[lane];
    }
  }
  float largest = *std::max_element(best, best + lanes);
  for (; i < logits.size(); ++i) largest = std::max(largest, logits[i]);
  return largest;
}

double sum_of_exponentials(std::span<const float> logits, float largest) {
  constexpr std::size_t lanes = 16;
  double total = 0;
  std::size_t i = 0;
  while (i + lanes <= logits.size()) {
    float sums[lanes] = {};
    const std::size_t end = std::min(logits.size() - logits.size() % lanes, i + lanes * 32);
    for (; i < end; i += lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += fast_exp(logits[i + lane] - largest);
    }
    for (const float sum : sums) total += static_cast<double>(sum);
  }
  for (; i < logits.size(); ++i) total += static_cast<double>(fast_exp(logits[i] - largest));
  return total;
}

Error no_number() {
  return error(ErrorCode::numeric_fault,
               "The model's output is not a number for some token, or leaves no token to choose: the weights "
               "are damaged, or the device computes wrongly.");
}

Error out_of_range(const char* field, const char* range) {
  return error(ErrorCode::invalid_argument, std::string(field) + " must be " + range + ".");
}

}  // namespace

Status validate(const SamplerOptions& options) {
  const auto within = [](float value, float low, float high) { return value >= low && value <= high; };
  if (!within(options.temperature, 0.0f, 100.0f)) return out_of_range("temperature", "from 0 to 100");
  if (!within(options.top_p, 0.0f, 1e9f)) return out_of_range("top-p", "0 or more");
  if (!within(options.min_p, 0.0f, 1.0f)) return out_of_range("min-p", "from 0 to 1");
  if (!within(options.presence, -100.0f, 100.0f)) return out_of_range("presence", "from -100 to 100");
  if (!within(options.frequency, -100.0f, 100.0f)) return out_of_range("frequency", "from -100 to 100");
  if (!within(options.penalty_decay, 0.0f, 1.0f)) return out_of_range("penalty-decay", "from 0 to 1");
  for (const auto& [id, bias] : options.logit_bias) {
    if (std::isnan(bias) || bias == std::numeric_limits<float>::infinity()) {
      return out_of_range("logit-bias", "a finite number, or minus infinity, for every token");
    }
  }
  return {};
}

// The candidates after all cuts with their logits, likeliest first (by id where nothing was cut), and the
// logarithm of the sum of all exponentials.
struct Sampler::Weighed {
  struct Entry {
    std::uint32_t id;
    float logit;
    double weight;  // p^(1/temperature), up to a factor common to all
  };
  std::vector<Entry> kept;
  bool sorted = false;
  float largest = 0;
  double log_total = 0;  // of exp(logit - largest)
};

Sampler::Sampler(const SamplerOptions& options, std::shared_ptr<const TokenRules> rules)
    : options_(options), rules_(std::move(rules)), seed_(options.seed != 0 ? options.seed : system_seed()) {
  if (!rules_) return;
  for (std::uint32_t id = 0; id < rules_->never.size(); ++id) {
    if (rules_->never[id]) never_.push_back(id);
  }
}

std::uint64_t Sampler::seed() const {
  return seed_;
}

// Fills adjusted_. False where nothing could be drawn: a NaN, an infinity, or no finite logit.
bool Sampler::adjust(std::span<const float> logits) const {
  adjusted_.assign(logits.begin(), logits.end());
  for (const auto& [id, bias] : options_.logit_bias) {
    if (id < adjusted_.size()) adjusted_[id] += bias;
  }
  for (const Penalty& penalty : penalties_) {
    if (penalty.id >= adjusted_.size()) continue;
    adjusted_[penalty.id] -= options_.penalty_kind == PenaltyKind::occurrence
                                 ? options_.presence + penalty.value * options_.frequency
                                 : penalty.value;
  }
  for (const std::uint32_t id : never_) {
    // A NaN stays visible: it means that the numbers are wrong, whichever token it stands at.
    if (id < adjusted_.size() && !std::isnan(adjusted_[id])) adjusted_[id] = minus_infinity;
  }
  bool good = true, some = false;
  for (const float logit : adjusted_) {
    good &= logit < std::numeric_limits<float>::infinity();  // false for NaN
    some |= logit > minus_infinity;
  }
  return good && some;
}

Sampler::Weighed Sampler::weigh() const {
  Weighed result;
  result.largest = largest_of(adjusted_);
  const double total = sum_of_exponentials(adjusted_, result.largest);
  result.log_total = std::log(total);
  if (options_.temperature == 0.0f || options_.top_p == 0.0f) {
    const auto first = std::find(adjusted_.begin(), adjusted_.end(), result.largest);
    result.kept.push_back({static_cast<std::uint32_t>(first - adjusted_.begin()), result.largest, 1.0});
    result.sorted = true;
    return result;
  }

  const bool cut_p = options_.top_p < 1.0f;
  const bool cut_k = options_.top_k > 0 && options_.top_k < adjusted_.size();
  const bool cut_min = options_.min_p > 0.0f;
  const auto collect = [&](float lowest) {
    double sum = 0;
    result.kept.clear();
    for (std::uint32_t id = 0; id < adjusted_.size(); ++id) {
      if (!(adjusted_[id] >= lowest) || adjusted_[id] == minus_infinity) continue;
      const double weight =
          std::exp(static_cast<double>(adjusted_[id]) - static_cast<double>(result.largest));
      sum += weight;
      result.kept.push_back({id, adjusted_[id], weight});
    }
    return sum;
  };
  // Every cut keeps a beginning of the sorted list, so it is enough to sort the likely ones, if a cut is
  // certain to fall among them. Most distributions are decided by a few.
  double sum = 0, whole = total;
  bool enough = false;
  for (float near = 3.0f; !enough && near < 13.0f && (cut_p || cut_k || cut_min); near += 3.0f) {
    sum = collect(result.largest - near);
    enough = (cut_p && sum >= static_cast<double>(options_.top_p) * total) ||
             (cut_k && result.kept.size() >= options_.top_k) || (cut_min && std::log(options_.min_p) > -near);
  }
  if (!enough) whole = sum = collect(minus_infinity);

  if (cut_p || cut_k || cut_min) {
    std::sort(result.kept.begin(), result.kept.end(), [](const auto& a, const auto& b) {
      return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
    });
    result.sorted = true;
  }
  if (cut_p) {
    double cumulative = 0;
    float cutoff = minus_infinity;  // kept where rounding lets no sum reach top_p
    for (const auto& entry : result.kept) {
      cumulative += entry.weight;
      if (cumulative >= static_cast<double>(options_.top_p) * whole) {
        cutoff = entry.logit;
        break;
      }
    }
    std::erase_if(result.kept, [cutoff](const auto& entry) { return entry.logit < cutoff; });
  }
  if (cut_k && result.kept.size() > options_.top_k) result.kept.resize(options_.top_k);
  if (cut_min) {
    std::erase_if(result.kept, [this](const auto& entry) {
      return entry.weight < static_cast<double>(options_.min_p);  // the likeliest weighs 1
    });
  }
  if (options_.temperature != 1.0f) {
    for (auto& entry : result.kept) {
      entry.weight = std::exp((static_cast<double>(entry.logit) - static_cast<double>(result.largest)) /
                              static_cast<double>(options_.temperature));
    }
  }
  return result;
}

std::vector<Candidate> Sampler::distribution(std::span<const float> logits) const {
  if (!adjust(logits)) return {};
  Weighed weighed = weigh();
  if (!weighed.sorted) {
    std::stable_sort(weighed.kept.begin(), weighed.kept.end(),
                     [](const auto& a, const auto& b) { return a.logit > b.logit; });
  }
  double sum = 0;
  for (const auto& entry : weighed.kept) sum += entry.weight;
  std::vector<Candidate> out;
  out.reserve(weighed.kept.size());
  for (const auto& entry : weighed.kept) {
    const auto probability = static_cast<float>(entry.weight / sum);
    if (probability > 0.0f) out.push_back({entry.id, probability});
  }
  return out;
}

Result<Choice> Sampler::sample(std::span<const float> logits) {
  if (!adjust(logits)) return no_number();
  const Weighed weighed = weigh();
  const Weighed::Entry* chosen = &weighed.kept.front();
  if (weighed.kept.size() > 1) {
    double sum = 0;
    for (const auto& entry : weighed.kept) sum += entry.weight;
    const double target = uniform(seed_, draws_) * sum;
    double cumulative = 0;
    for (const auto& entry : weighed.kept) {
      if (entry.weight <= 0) continue;
      chosen = &entry;  // the last one possible, where rounding lets the sum end below the target
      cumulative += entry.weight;
      if (cumulative > target) break;
    }
  }
  ++draws_;
  record(chosen->id);
  const double logprob =
      static_cast<double>(chosen->logit) - static_cast<double>(weighed.largest) - weighed.log_total;
  return Choice{chosen->id, static_cast<float>(std::min(logprob, 0.0))};
}

DrawPlan Sampler::plan(std::uint32_t vocabulary) const {
  DrawPlan plan;
  plan.temperature = options_.temperature;
  plan.top_p = options_.top_p;
  plan.min_p = options_.min_p;
  plan.top_k = options_.top_k;
  // 24 of the 53 bits, cut off: never 1.
  plan.uniform = static_cast<float>(std::floor(uniform(seed_, draws_) * 0x1p24) * 0x1p-24);
  std::map<std::uint32_t, float> added = options_.logit_bias;
  for (const Penalty& penalty : penalties_) {
    added[penalty.id] -= options_.penalty_kind == PenaltyKind::occurrence
                             ? options_.presence + penalty.value * options_.frequency
                             : penalty.value;
  }
  for (const std::uint32_t id : never_) added[id] = minus_infinity;
  for (const auto& [id, value] : added) {
    if (id < vocabulary) plan.adjustments.emplace_back(id, value);
  }
  return plan;
}

Result<Choice> Sampler::drawn(std::uint32_t id, float logprob, bool good) {
  if (!good) return no_number();
  ++draws_;
  record(id);
  return Choice{id, std::min(logprob, 0.0f)};
}

void Sampler::record(std::uint32_t id) {
  if (options_.presence == 0.0f && options_.frequency == 0.0f) return;
  for (Penalty& penalty : penalties_) penalty.value *= options_.penalty_decay;
  auto at = std::find_if(penalties_.begin(), penalties_.end(), [id](const Penalty& p) { return p.id == id; });
  if (options_.penalty_kind == PenaltyKind::occurrence) {
    const bool uncounted =
        options_.spare_digits && rules_ && id < rules_->uncounted.size() && rules_->uncounted[id];
    const float weight = uncounted ? 0.0f : 1.0f;
    if (at == penalties_.end()) {
      penalties_.push_back({id, weight});
    } else {
      at->value += weight;
    }
    return;
  }
  if (at == penalties_.end()) at = penalties_.insert(at, {id, 0.0f});
  at->value += at->value == 0.0f ? options_.presence : options_.frequency;
}

}  // namespace roost
