// The recurrences of the generations 4, 5 and 6 in every instruction set, against their formulas in double
// precision, written here a second time.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "backend/cpu/isa.h"
#include "check.h"

using namespace roost;
using namespace roost::backend;

namespace {

std::vector<const cpu::Kernels*> all_kernels() {
  std::vector<const cpu::Kernels*> all;
  for (const std::string& isa : cpu::available_isas()) all.push_back(cpu::choose_kernels(isa).value());
  return all;
}

std::vector<float> random_numbers(std::size_t count, float low, float high, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<float> all(count);
  for (float& x : all) x = low + (high - low) * static_cast<float>(engine() >> 8) * 0x1p-24f;
  return all;
}

// Largest difference, relative to what is expected where that is above 1.
double worst(const std::vector<float>& got, const std::vector<double>& expected) {
  double largest = got.size() == expected.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double d = std::fabs(got[i] - expected[i]) / std::fmax(1, std::fabs(expected[i]));
    if (!(d <= largest)) largest = d;
  }
  return largest;
}

}  // namespace

TEST("wkv4 differs from the weighted mean it stands for, at exponents whose exp does not fit into a number") {
  const std::size_t n = 21, tokens = 30;
  const auto r = random_numbers(n * tokens, 0, 1, 1), v = random_numbers(n * tokens, -1, 1, 2);
  const auto k = random_numbers(n * tokens, -200, 300, 3);
  const auto decay = random_numbers(n, -3, -0.01f, 4), bonus = random_numbers(n, -4, 4, 5);
  // The mean of all values so far, each weighted by exp(k + what it has faded since), and of the current one
  // by exp(bonus + k): here from the start for every token, with the largest exponent known beforehand.
  std::vector<double> expected(n * tokens);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t t = 0; t < tokens; ++t) {
      const double now = static_cast<double>(bonus[i]) + k[t * n + i];
      double largest = now, above = 0, below = 0;
      for (std::size_t s = 0; s < t; ++s) {
        largest = std::fmax(largest, k[s * n + i] + static_cast<double>(t - 1 - s) * decay[i]);
      }
      for (std::size_t s = 0; s < t; ++s) {
        const double weight = std::exp(k[s * n + i] + static_cast<double>(t - 1 - s) * decay[i] - largest);
        above += weight * v[s * n + i];
        below += weight;
      }
      above += std::exp(now - largest) * v[t * n + i];
      below += std::exp(now - largest);
      expected[t * n + i] = r[t * n + i] * above / below;
    }
  }
  for (const cpu::Kernels* kernels : all_kernels()) {
    std::vector<float> out(n * tokens), aa(n, 0.0f), bb(n, 0.0f), pp(n, -1e30f);
    cpu::Wkv4Channels c{out.data(),   r.data(),  k.data(),  v.data(),  n, decay.data(),
                        bonus.data(), aa.data(), bb.data(), pp.data(), 0, static_cast<std::uint32_t>(n)};
    // In two calls: the second goes on from the state of the first.
    c.tokens = 11;
    kernels->wkv4(c);
    c.out += 11 * n;
    c.r += 11 * n;
    c.k += 11 * n;
    c.v += 11 * n;
    c.tokens = tokens - 11;
    kernels->wkv4(c);
    // Exponents of 300 are known to 300 x 6e-8 only, over 30 additions of a decay.
    CHECK(worst(out, expected) < 2e-4);

    // Damage stays visible, and stays in its channel.
    auto damaged = k;
    damaged[3] = std::numeric_limits<float>::quiet_NaN();
    c.out = out.data();
    c.r = r.data();
    c.k = damaged.data();
    c.v = v.data();
    c.tokens = tokens;
    kernels->wkv4(c);
    for (std::size_t t = 0; t < tokens; ++t) {
      for (std::size_t i = 0; i < n; ++i) CHECK_EQUAL(std::isnan(out[t * n + i]), i == 3);
    }
  }
}

TEST("wkv6 differs from the published recurrence in double, decays at both ends of their range") {
  const std::size_t tokens = 40;
  for (const std::size_t n : {64u, 10u}) {
    for (const bool per_token : {true, false}) {
      const auto row = [&](unsigned seed) { return random_numbers(n * tokens, -1, 1, seed); };
      const auto r = row(1), k = row(2), v = row(3), gate = row(4);
      auto decay = random_numbers(n * (per_token ? tokens : 1), 0, 1, 5);
      for (std::size_t i = 0; i < decay.size(); i += 3) decay[i] = i % 2 == 0 ? 0.0f : 0.99999994f;
      const auto bonus = random_numbers(n, -1, 2, 6), gain = random_numbers(n, 0.5f, 1.5f, 7),
                 bias = random_numbers(n, -1, 1, 8);
      const auto start = random_numbers(n * n, -1, 1, 9);
      std::vector<double> S(start.begin(), start.end()), expected(n * tokens);
      for (std::size_t t = 0; t < tokens; ++t) {
        const std::size_t o = t * n;
        std::vector<double> y(n);
        double mean = 0, variance = 0;
        for (std::size_t j = 0; j < n; ++j) {
          for (std::size_t i = 0; i < n; ++i) {
            const double kv = static_cast<double>(k[o + j]) * v[o + i];
            y[i] += r[o + j] * (bonus[j] * kv + S[j * n + i]);
            S[j * n + i] = S[j * n + i] * decay[per_token ? o + j : j] + kv;
          }
        }
        for (const double value : y) mean += value / static_cast<double>(n);
        for (const double value : y) variance += (value - mean) * (value - mean) / static_cast<double>(n);
        for (std::size_t i = 0; i < n; ++i) {
          expected[o + i] = ((y[i] - mean) / std::sqrt(variance + 64e-5) * gain[i] + bias[i]) * gate[o + i];
        }
      }
      for (const cpu::Kernels* kernels : all_kernels()) {
        std::vector<float> out(n * tokens), state = start;
        alignas(64) float scratch[64];
        cpu::Wkv6Head head{};
        head.out = out.data();
        head.r = r.data();
        head.k = k.data();
        head.v = v.data();
        head.gate = gate.data();
        head.decay = decay.data();
        head.stride = n;
        head.decay_stride = per_token ? n : 0;
        head.bonus = bonus.data();
        head.norm_gain = gain.data();
        head.norm_bias = bias.data();
        head.state = state.data();
        head.tokens = tokens;
        head.head_size = static_cast<std::uint32_t>(n);
        head.norm_epsilon = 64e-5f;
        head.scratch = scratch;
        kernels->wkv6(head);
        CHECK(worst(out, expected) < 1e-4);
        CHECK(worst(state, S) < 1e-5);
      }
    }
  }
}

TEST_MAIN()
