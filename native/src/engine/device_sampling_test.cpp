// Tokens drawn by the GPU kernel, on the emulated device, against the sampler of the processor.
#include <algorithm>
#include <cmath>
#include <limits>

#include "backend/backend.h"
#include "check.h"
#include "roost/sampler.h"

using namespace roost;
using backend::Adjustment;
using backend::Draw;
using backend::Drawn;

namespace {

constexpr std::uint32_t columns = 3000;

struct Random {
  std::uint64_t state;
  double next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-53;
  }
};

std::vector<float> random_logits(std::uint64_t seed, bool ties) {
  Random random{seed};
  std::vector<float> logits(columns);
  for (float& logit : logits) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.next();
    logit = static_cast<float>(3 * sum);
    if (ties) logit = std::round(logit);
  }
  return logits;
}

struct Setting {
  const char* name;
  SamplerOptions options;
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  const auto add = [&](const char* name, float temperature, float top_p, std::uint32_t top_k, float min_p) {
    SamplerOptions options;
    options.temperature = temperature;
    options.top_p = top_p;
    options.top_k = top_k;
    options.min_p = min_p;
    all.push_back({name, options});
  };
  add("nothing cut", 1, 1, 0, 0);
  add("warm", 1.7f, 1, 0, 0);
  add("top_p", 1, 0.8f, 0, 0);
  add("top_p, cool", 0.6f, 0.5f, 0, 0);
  add("top_k", 1, 1, 40, 0);
  add("top_k of one", 1, 1, 1, 0);
  add("top_k of more than there are", 1, 1, columns + 5, 0);
  add("min_p", 1, 1, 0, 0.05f);
  add("all", 1.3f, 0.9f, 200, 0.02f);
  add("greedy", 0, 1, 0, 0);
  add("greedy by top_p", 1, 0, 0, 0);
  return all;
}

Draw draw_of(const SamplerOptions& options, float uniform, std::span<const Adjustment> adjustments = {}) {
  return {options.temperature, options.top_p, options.min_p, options.top_k, uniform, adjustments};
}

class Bench {
 public:
  Bench() {
    backend::OpenSettings open;
    open.device = "emulated";
    open.isa = "checked";
    open.threads = 1;
    backend_ = backend::open_backend(open).value();
  }
  std::vector<Drawn> draw(const std::vector<float>& logits, std::span<const Draw> draws) {
    const auto rows = static_cast<std::uint32_t>(draws.size());
    const auto tensor = backend_->allocate(backend::Use::scratch, rows, columns).value();
    for (std::uint32_t row = 0; row < rows; ++row) backend_->write(tensor.row(row), logits);
    backend_->draw(tensor, draws);
    const Status submitted = backend_->submit();
    if (!submitted.ok()) std::fprintf(stderr, "  %s\n", submitted.failure().message.c_str());
    CHECK(submitted.ok() && backend_->wait().ok());
    std::vector<Drawn> drawn(rows);
    backend_->read_drawn(drawn);
    backend_->release(tensor);
    return drawn;
  }

 private:
  std::unique_ptr<backend::Backend> backend_;
};

}  // namespace

TEST("a drawn token is not the one that the sampler of the processor finds at that place") {
  Bench bench;
  int compared = 0;
  for (const bool ties : {false, true}) {
    const auto logits = random_logits(ties ? 5 : 4, ties);
    for (const Setting& setting : settings()) {
      const Sampler sampler(setting.options, nullptr);
      // Likeliest first, equals by number: the order of the draw where something is cut.
      auto kept = sampler.distribution(logits);
      REQUIRE(!kept.empty());
      const SamplerOptions& o = setting.options;
      const bool cut = o.top_p < 1 || (o.top_k > 0 && o.top_k < columns) || o.min_p > 0;
      if (!cut) std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
      double sum = 0;
      for (const auto& one : kept) sum += static_cast<double>(one.probability);
      std::vector<Draw> draws;
      for (const float uniform : {0.0f, 0.013f, 0.27f, 0.5f, 0.77f, 0.93f, 0.999f})
        draws.push_back(draw_of(o, uniform));
      const auto drawn = bench.draw(logits, draws);
      for (std::size_t i = 0; i < draws.size(); ++i) {
        double before = 0;
        const double target = static_cast<double>(draws[i].uniform) * sum;
        const Candidate* expected = &kept.back();
        double margin = 1;
        for (const auto& one : kept) {
          const double after = before + static_cast<double>(one.probability);
          if (after > target) {
            expected = &one;
            margin = std::min(after - target, before == 0 ? 1.0 : target - before);
            break;
          }
          before = after;
        }
        CHECK(drawn[i].good);
        // Where the place lies on the border of two tokens, rounding may decide for the other.
        if (margin < 1e-5) continue;
        ++compared;
        if (drawn[i].token != expected->id)
          std::fprintf(stderr, "  %s at %g: %u, not %u\n", setting.name,
                       static_cast<double>(draws[i].uniform), drawn[i].token, expected->id);
        CHECK_EQUAL(drawn[i].token, expected->id);
      }
    }
  }
  CHECK(compared > 120);
}

TEST("the probability that comes with a token is not that of the whole distribution") {
  Bench bench;
  const auto logits = random_logits(9, false);
  double total = 0;
  for (const float logit : logits) total += std::exp(static_cast<double>(logit));
  const Draw draws[] = {
      {.temperature = 0.5f, .top_p = 0.7f, .uniform = 0.4f}, {.temperature = 0}, {.uniform = 0.2f}};
  for (const Drawn& drawn : bench.draw(logits, draws)) {
    CHECK_NEAR(drawn.logprob, static_cast<double>(logits[drawn.token]) - std::log(total), 1e-4);
  }
}

TEST("adjustments miss their tokens, or a forbidden token is drawn") {
  Bench bench;
  auto logits = random_logits(11, false);
  const auto likeliest =
      static_cast<std::uint32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  constexpr float never = -std::numeric_limits<float>::infinity();
  const Adjustment forbids[] = {{likeliest, never}}, favours[] = {{17, 100}};
  const Draw draws[] = {{.temperature = 0, .adjustments = forbids},
                        {.temperature = 0, .adjustments = favours},
                        {.temperature = 0.05f, .top_k = 3, .uniform = 0.1f, .adjustments = forbids}};
  const auto drawn = bench.draw(logits, draws);
  const float best = logits[likeliest];
  logits[likeliest] = never;
  const auto second =
      static_cast<std::uint32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  CHECK_EQUAL(drawn[0].token, second);
  CHECK_EQUAL(drawn[1].token, 17u);
  CHECK(drawn[2].token != likeliest && logits[drawn[2].token] <= best);
}

TEST("numbers that are none lead to a token") {
  Bench bench;
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto logits = random_logits(13, false);
    logits[columns - 1] = wrong;
    const Draw draws[] = {{.uniform = 0.5f}, {.temperature = 0}, {.top_p = 0.5f, .uniform = 0.5f}};
    for (const Drawn& drawn : bench.draw(logits, draws)) CHECK(!drawn.good);
  }
  const std::vector<float> nothing(columns, -std::numeric_limits<float>::infinity());
  const Draw draws[] = {{.uniform = 0.5f}, {.temperature = 0}, {.top_p = 0.5f, .uniform = 0.5f}};
  for (const Drawn& drawn : bench.draw(nothing, draws)) CHECK(!drawn.good);
}

TEST_MAIN()
