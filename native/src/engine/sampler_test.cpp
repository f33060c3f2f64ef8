#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "check.h"
#include "fixtures.h"
#include "roost/sampler.h"
#include "support/json.h"

using namespace roost;

namespace {

SamplerOptions open_options() {
  SamplerOptions options;
  options.top_p = 1.0f;
  options.seed = 7;
  return options;
}

std::vector<float> random_logits(std::mt19937& random, std::size_t size, float spread = 3.0f) {
  std::normal_distribution<float> normal(0.0f, spread);
  std::vector<float> logits(size);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

// The rule as it is written down, in f64 and with a full sort.
std::map<std::uint32_t, double> by_the_book(const std::vector<float>& logits, const SamplerOptions& options) {
  std::vector<std::pair<double, std::uint32_t>> sorted;
  double total = 0;
  for (std::uint32_t id = 0; id < logits.size(); ++id) total += std::exp(static_cast<double>(logits[id]));
  for (std::uint32_t id = 0; id < logits.size(); ++id) {
    sorted.push_back({-std::exp(static_cast<double>(logits[id])) / total, id});
  }
  std::sort(sorted.begin(), sorted.end());
  double cumulative = 0, cutoff = 0;
  for (const auto& [negative, id] : sorted) {
    cumulative -= negative;
    if (options.top_p < 1 && cumulative >= static_cast<double>(options.top_p)) {
      cutoff = -negative;
      break;
    }
  }
  std::map<std::uint32_t, double> kept;
  double sum = 0;
  for (const auto& [negative, id] : sorted) {
    if (-negative < cutoff || (options.top_k > 0 && kept.size() >= options.top_k)) break;
    if (-negative < static_cast<double>(options.min_p) * -sorted.front().first) break;
    kept[id] = std::pow(-negative, 1.0 / static_cast<double>(options.temperature));
    sum += kept[id];
  }
  for (auto& [id, probability] : kept) probability /= sum;
  return kept;
}

}  // namespace

TEST("the distributions are those of the reference sampler") {
  const auto path = fixtures::find("sampler.json");
  REQUIRE(path.has_value());
  const auto parsed = support::parse_json(fixtures::read(*path), "sampler.json");
  REQUIRE(parsed.ok());
  std::size_t cases = 0;
  for (const auto& entry : parsed.value().find("cases")->items()) {
    SamplerOptions options;
    options.temperature = static_cast<float>(entry.find("temperature")->number().value());
    options.top_p = static_cast<float>(entry.find("top_p")->number().value());
    options.top_k = static_cast<std::uint32_t>(entry.find("top_k")->whole().value());
    std::vector<float> logits;
    for (const auto& item : entry.find("logits")->items()) {
      logits.push_back(item.number() ? static_cast<float>(*item.number())
                                     : -std::numeric_limits<float>::infinity());
    }
    std::map<std::uint32_t, double> expected;
    for (const auto& pair : entry.find("probs")->items()) {
      expected[static_cast<std::uint32_t>(pair.items()[0].whole().value())] =
          pair.items()[1].number().value();
    }
    const auto got = Sampler(options).distribution(logits);
    CHECK_EQUAL(got.size(), static_cast<std::size_t>(entry.find("support")->whole().value()));
    for (const Candidate& candidate : got) {
      CHECK_NEAR(candidate.probability, expected[candidate.id], 1e-6);
    }
    ++cases;
  }
  CHECK_EQUAL(cases, std::size_t{6});
}

TEST("the quick selection gives what sorting everything gives, at a real vocabulary's size") {
  std::mt19937 random(1);
  for (int round = 0; round < 40; ++round) {
    const auto logits = random_logits(random, round % 2 ? 65536 : 777, round % 3 ? 3.0f : 0.3f);
    SamplerOptions options = open_options();
    if (round % 5 != 0) options.top_p = 0.05f + 0.9f * static_cast<float>(random() % 1000) / 1000.0f;
    if (round % 4 == 0) options.top_k = 1 + random() % 900;
    if (round % 7 == 0) options.min_p = 0.1f;
    if (round % 3 == 0) options.temperature = 0.5f + static_cast<float>(random() % 3);
    const auto expected = by_the_book(logits, options);
    const auto got = Sampler(options).distribution(logits);
    // A sum that lands within rounding of top_p may take one token more or less.
    CHECK(got.size() + 1 >= expected.size() && got.size() <= expected.size() + 1);
    for (const Candidate& candidate : got) {
      const auto at = expected.find(candidate.id);
      CHECK_NEAR(candidate.probability, at == expected.end() ? 0.0 : at->second,
                 2e-6 + 1.0 / (40.0 * 65536.0));
    }
    for (std::size_t i = 1; i < got.size(); ++i) CHECK(got[i - 1].probability >= got[i].probability);
  }
}

TEST("draws follow the distribution they are made from") {
  std::mt19937 random(2);
  const auto logits = random_logits(random, 50, 1.5f);
  for (const bool cut : {false, true}) {
    SamplerOptions options = open_options();
    if (cut) options.top_p = 0.8f;
    Sampler sampler(options);
    std::map<std::uint32_t, int> counts;
    constexpr int draws = 40000;
    for (int i = 0; i < draws; ++i) ++counts[sampler.sample(logits).value().id];
    for (const Candidate& candidate : sampler.distribution(logits)) {
      const double p = static_cast<double>(candidate.probability);
      // Five standard deviations of a binomial count.
      CHECK_NEAR(counts[candidate.id], p * draws, 5 * std::sqrt(draws * p * (1 - p)) + 1);
      counts.erase(candidate.id);
    }
    CHECK(counts.empty());
  }
}

TEST("one seed gives one text, another seed another") {
  std::mt19937 random(3);
  const auto logits = random_logits(random, 1000);
  const auto text = [&](std::uint64_t seed) {
    SamplerOptions options = open_options();
    options.seed = seed;
    Sampler sampler(options);
    CHECK_EQUAL(sampler.seed(), seed);
    std::vector<std::uint32_t> ids;
    for (int i = 0; i < 64; ++i) ids.push_back(sampler.sample(logits).value().id);
    return ids;
  };
  CHECK(text(11) == text(11));
  CHECK(text(11) != text(12));
  // Written down once: the generator must be the same on every platform and in every version.
  SamplerOptions flat = open_options();
  flat.seed = 42;
  Sampler sampler(flat);
  const std::vector<float> even(1000, 0.0f);
  std::vector<std::uint32_t> drawn;
  for (int i = 0; i < 5; ++i) drawn.push_back(sampler.sample(even).value().id);
  const auto reference = [](std::uint64_t draw) {  // SplitMix64, restated
    const auto mix = [](std::uint64_t z) {
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      return z ^ (z >> 31);
    };
    const double u =
        static_cast<double>(mix(mix(42) + (draw + 1) * 0x9e3779b97f4a7c15u) >> 11) / 9007199254740992.0;
    return static_cast<std::uint32_t>(u * 1000);
  };
  for (std::uint64_t i = 0; i < 5; ++i) CHECK_EQUAL(drawn[i], reference(i));
  SamplerOptions unset = open_options();
  unset.seed = 0;
  const std::uint64_t chosen = Sampler(unset).seed();
  CHECK(chosen != 0 && chosen < (std::uint64_t{1} << 53));
}

TEST("temperature 0 and top-p 0 take the likeliest, the first of equals") {
  const std::vector<float> logits{1, 5, 5, 2};
  for (const bool by_top_p : {false, true}) {
    SamplerOptions options = open_options();
    (by_top_p ? options.top_p : options.temperature) = 0;
    Sampler sampler(options);
    CHECK(sampler.sample(logits).value().id == 1u);
    CHECK_EQUAL(sampler.distribution(logits).size(), std::size_t{1});
  }
}

TEST("the logarithm belongs to the probability before any cut") {
  const std::vector<float> logits{0, 1, 2};
  SamplerOptions options = open_options();
  options.temperature = 0;
  const Choice choice = Sampler(options).sample(logits).value();
  CHECK_EQUAL(choice.id, 2u);
  CHECK_NEAR(choice.logprob, 2 - std::log(1 + std::exp(1.0) + std::exp(2.0)), 1e-5);
}

TEST("occurrence penalties: presence stays, counts decay") {
  SamplerOptions options = open_options();
  options.presence = 0.5f;
  options.frequency = 0.25f;
  options.penalty_decay = 0.5f;
  Sampler sampler(options);
  sampler.record(1);
  sampler.record(1);  // count 1 * 0.5 + 1
  sampler.record(2);  // count of 1: 0.75
  const std::vector<float> logits{0, 0, 0};
  std::map<std::uint32_t, double> p;
  for (const Candidate& candidate : sampler.distribution(logits)) {
    p[candidate.id] = static_cast<double>(candidate.probability);
  }
  CHECK_NEAR(std::log(p[0] / p[1]), 0.5 + 0.75 * 0.25, 1e-5);
  CHECK_NEAR(std::log(p[0] / p[2]), 0.5 + 1.0 * 0.25, 1e-5);
}

TEST("accumulated penalties: one number that decays as a whole") {
  SamplerOptions options = open_options();
  options.penalty_kind = PenaltyKind::accumulated;
  options.presence = 0.5f;
  options.frequency = 0.25f;
  options.penalty_decay = 0.5f;
  Sampler sampler(options);
  sampler.record(1);  // 0.5
  sampler.record(1);  // 0.25 + 0.25
  sampler.record(2);  // 1: 0.25, 2: 0.5
  const std::vector<float> logits{0, 0, 0};
  std::map<std::uint32_t, double> p;
  for (const Candidate& candidate : sampler.distribution(logits)) {
    p[candidate.id] = static_cast<double>(candidate.probability);
  }
  CHECK_NEAR(std::log(p[0] / p[1]), 0.25, 1e-5);
  CHECK_NEAR(std::log(p[0] / p[2]), 0.5, 1e-5);
}

TEST("digits can be spared the growing penalty, not the constant one") {
  auto rules = std::make_shared<TokenRules>();
  rules->uncounted = {false, true, false};
  SamplerOptions options = open_options();
  options.presence = 0.5f;
  options.frequency = 1.0f;
  options.spare_digits = true;
  Sampler sampler(options, rules);
  for (int i = 0; i < 3; ++i) sampler.record(1);
  std::map<std::uint32_t, double> p;
  for (const Candidate& candidate : sampler.distribution(std::vector<float>{0, 0, 0})) {
    p[candidate.id] = static_cast<double>(candidate.probability);
  }
  CHECK_NEAR(std::log(p[0] / p[1]), 0.5, 1e-5);
}

TEST("reserved ids are never drawn, bias moves and bans") {
  auto rules = std::make_shared<TokenRules>();
  rules->never = {false, true, false, false};
  SamplerOptions options = open_options();
  options.logit_bias = {{2, 1.0f}, {3, -std::numeric_limits<float>::infinity()}, {9999, 1.0f}};
  const auto got = Sampler(options, rules).distribution(std::vector<float>{0, 100, 0, 50});
  REQUIRE(got.size() == 2);
  CHECK_EQUAL(got[0].id, 2u);
  CHECK_NEAR(got[0].probability, std::exp(1.0) / (1 + std::exp(1.0)), 1e-6);
}

TEST("what is no number, or leaves nothing to draw, is a fault and no token") {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::vector<float>& logits : std::vector<std::vector<float>>{
           {}, {nan, 1}, {1, nan}, {inf, 1}, {-inf, -inf}, std::vector<float>(4096, -inf)}) {
    for (const float temperature : {0.0f, 1.0f}) {
      SamplerOptions options = open_options();
      options.temperature = temperature;
      Sampler sampler(options);
      const auto choice = sampler.sample(logits);
      REQUIRE(!choice.ok());
      CHECK(choice.failure().code == ErrorCode::numeric_fault);
      CHECK(sampler.distribution(logits).empty());
    }
  }
  // A reserved id may hold NaN no more than any other.
  auto rules = std::make_shared<TokenRules>();
  rules->never = {true, false};
  CHECK(!Sampler(open_options(), rules).sample(std::vector<float>{nan, 1}).ok());
  SamplerOptions options = open_options();
  options.temperature = 1e-6f;  // p^(1/T) of all but the likeliest vanishes
  CHECK(Sampler(options).sample(std::vector<float>{-3e38f, 3e38f, 1e30f}).value().id == 1u);
  for (int id = 0; id < 4; ++id) CHECK(Sampler(open_options()).sample(std::vector<float>(4, 0.0f)).ok());
}

TEST("options out of range are refused by name") {
  const auto refused = [](auto change, const char* name) {
    SamplerOptions options;
    change(options);
    const Status status = validate(options);
    CHECK(!status.ok());
    if (!status.ok()) CHECK(status.failure().message.find(name) != std::string::npos);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(validate(SamplerOptions()).ok());
  refused([](auto& o) { o.temperature = -1; }, "temperature");
  refused([nan](auto& o) { o.temperature = nan; }, "temperature");
  refused([](auto& o) { o.top_p = -0.1f; }, "top-p");
  refused([](auto& o) { o.min_p = 1.5f; }, "min-p");
  refused([nan](auto& o) { o.presence = nan; }, "presence");
  refused([](auto& o) { o.frequency = 1e9f; }, "frequency");
  refused([](auto& o) { o.penalty_decay = 2; }, "penalty-decay");
  refused([nan](auto& o) { o.logit_bias[1] = nan; }, "logit-bias");
}

TEST_MAIN()
