// The kernels of every instruction set this processor has. The scalar table is held against the formulas in
// double precision, written here a second time; the others against the same, or, through the self-test,
// against the scalar one.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include "backend/cpu/cpu_backend.h"
#include "backend/cpu/testing/kernel_fixtures.h"
#include "backend/selftest.h"

using namespace roost;
using namespace roost::backend;
using namespace roost::backend::testing;

TEST("an epilogue is inaccurate somewhere on the line, or turns damage into numbers") {
  std::vector<float> z;
  for (int i = -4000; i <= 4000; ++i) z.push_back(static_cast<float>(i) * 0.005f);
  for (int e = -40; e <= 12; ++e) z.insert(z.end(), {std::ldexp(1.3f, e), -std::ldexp(1.3f, e)});
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (const cpu::Kernels* kernels : all_kernels()) {
    const std::vector<float> bias(z.size(), 0.25f);
    const auto check = [&](Epilogue kind, double tolerance, bool relative, auto&& formula) {
      std::vector<float> values = z;
      kernels->epilogue(kind, values.data(), bias.data(), values.size());
      double largest = 0;
      for (std::size_t i = 0; i < z.size(); ++i) {
        const double expected = formula(static_cast<double>(z[i]));
        const double scale = relative ? std::max(std::fabs(expected), 1e-37) : 1;
        const double d = std::fabs(values[i] - expected) / scale;
        if (!(d <= largest)) largest = d;
      }
      CHECK(largest <= tolerance);
      std::vector<float> damaged(19, std::numeric_limits<float>::quiet_NaN());
      kernels->epilogue(kind, damaged.data(), bias.data(), damaged.size());
      CHECK(std::all_of(damaged.begin(), damaged.end(), [](float x) { return std::isnan(x); }));
    };
    check(Epilogue::tanh, 4e-7, true, [](double x) { return std::tanh(x); });
    // exp saturates at e^88, where the logistic function has long been 0 for every practical end.
    check(Epilogue::sigmoid, 2e-7, false, logistic);
    check(Epilogue::bias_sigmoid, 2e-7, false, [&](double x) { return logistic(x + 0.25); });
    check(Epilogue::relu_squared, 1e-7, true, [](double x) { return x > 0 ? x * x : 0; });
    // Both ends of the line are 1 and 0; between them the inner exponential's error is multiplied by at
    // most 1.
    check(Epilogue::decay6, 3e-7, false, [](double x) { return std::exp(-std::exp(x + 0.25)); });
    check(Epilogue::silu, 2e-6, false, [&](double x) { return x * logistic(x); });
    check(Epilogue::decay7, 2e-7, true, [&](double x) { return std::exp(-0.606531 * logistic(x + 0.25)); });
  }
}

TEST(
    "layer_norm differs from the formula in double, at an offset that a one-pass variance does not survive") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    for (const std::size_t n : {64u, 130u, 768u}) {
      auto x = random_numbers(n, -1, 1, 9);
      for (float& value : x) value += 100;
      const auto gain = random_numbers(n, 0.5f, 2, 10), bias = random_numbers(n, -1, 1, 11);
      double mean = 0, variance = 0;
      for (const float value : x) mean += value / static_cast<double>(n);
      for (const float value : x) variance += (value - mean) * (value - mean) / static_cast<double>(n);
      std::vector<double> expected(n);
      for (std::size_t i = 0; i < n; ++i)
        expected[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i];
      std::vector<float> out(n);
      kernels->layer_norm(out.data(), x.data(), gain.data(), bias.data(), n, 1e-5f);
      // The mean itself is known to 100 x 6e-8 only.
      CHECK(worst(out, expected) < 5e-5);
    }
  }
}

TEST("wkv7 differs from the published recurrence in double, decays at both ends of their range") {
  for (const cpu::Kernels* kernels : all_kernels()) {
    const std::size_t n = 64, tokens = 40;
    const auto row = [&](float low, float high, unsigned seed) {
      return random_numbers(n * tokens, low, high, seed);
    };
    const auto r = row(-1, 1, 1), k = row(-1, 1, 2), v = row(-1, 1, 3), alpha = row(0, 1, 4),
               gate = row(-1, 1, 5);
    const auto v_mix = row(0, 1, 6), v_first = row(-1, 1, 7);
    auto decay = row(0.5453f, 1, 8);
    for (std::size_t i = 0; i < decay.size(); i += 3) decay[i] = i % 2 == 0 ? 0.5453f : 0.99999994f;
    const auto k_k = random_numbers(n, 0.5f, 1.5f, 9), k_a = random_numbers(n, 0, 1, 10),
               r_k = random_numbers(n, -1, 1, 11), gain = random_numbers(n, 0.5f, 1.5f, 12),
               bias = random_numbers(n, -1, 1, 13);
    auto state = random_numbers(n * n, -1, 1, 14);

    // S[value][key], as published; the kernel keeps [key][value].
    std::vector<double> S(n * n), expected(n * tokens);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) S[i * n + j] = state[j * n + i];
    }
    for (std::size_t t = 0; t < tokens; ++t) {
      const std::size_t o = t * n;
      double norm = 0, bonus = 0, mean = 0, variance = 0;
      for (std::size_t j = 0; j < n; ++j) norm += std::pow(static_cast<double>(k[o + j]) * k_k[j], 2);
      norm = std::max(std::sqrt(norm), 1e-12);
      std::vector<double> kk(n), kt(n), vt(n), y(n);
      for (std::size_t j = 0; j < n; ++j) {
        kk[j] = k[o + j] * static_cast<double>(k_k[j]) / norm;
        kt[j] = k[o + j] * (1 + (alpha[o + j] - 1.0) * k_a[j]);
        vt[j] = v[o + j] + (static_cast<double>(v_first[o + j]) - v[o + j]) * v_mix[o + j];
        bonus += r[o + j] * kt[j] * r_k[j];
      }
      for (std::size_t i = 0; i < n; ++i) {
        double s = 0;
        for (std::size_t j = 0; j < n; ++j) s += S[i * n + j] * -kk[j];
        for (std::size_t j = 0; j < n; ++j) {
          S[i * n + j] = S[i * n + j] * decay[o + j] + s * (kk[j] * alpha[o + j]) + vt[i] * kt[j];
          y[i] += S[i * n + j] * r[o + j];
        }
        mean += y[i] / static_cast<double>(n);
      }
      for (std::size_t i = 0; i < n; ++i) variance += (y[i] - mean) * (y[i] - mean) / static_cast<double>(n);
      for (std::size_t i = 0; i < n; ++i) {
        const double normed = (y[i] - mean) / std::sqrt(variance + 64e-5) * gain[i] + bias[i];
        expected[o + i] = (normed + bonus * vt[i]) * gate[o + i];
      }
    }

    std::vector<float> out(n * tokens), scratch(cpu::wkv7_scratch(64));
    cpu::Wkv7Head head{};
    head.out = out.data();
    head.r = r.data();
    head.k = k.data();
    head.v = v.data();
    head.decay = decay.data();
    head.alpha = alpha.data();
    head.gate = gate.data();
    head.v_mix = v_mix.data();
    head.v_first = v_first.data();
    head.stride = n;
    head.k_k = k_k.data();
    head.k_a = k_a.data();
    head.r_k = r_k.data();
    head.norm_gain = gain.data();
    head.norm_bias = bias.data();
    head.state = state.data();
    head.tokens = tokens;
    head.head_size = n;
    head.norm_epsilon = 64e-5f;
    head.scratch = scratch.data();
    kernels->wkv7(head);
    CHECK(worst(out, expected) < 1e-4);
    std::vector<float> published(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) published[i * n + j] = state[j * n + i];
    }
    CHECK(worst(published, S) < 1e-4);
  }
}

TEST("the self-test fails on an instruction set, or leaves one of the kernels out") {
  for (const std::string& isa : cpu::available_isas()) {
    OpenSettings settings;
    settings.isa = isa;
    settings.threads = 3;
    const auto checks = run_selftest(settings);
    REQUIRE(checks.ok());
    std::string kernels;
    for (const KernelCheck& check : checks.value()) {
      if (!check.passed)
        std::fprintf(stderr, "  %s %s %s\n", isa.c_str(), check.kernel.c_str(), check.shape.c_str());
      CHECK(check.passed);
      CHECK(!check.reason.empty());
      kernels += check.kernel + ";";
    }
    for (const char* name :
         {"products f32;", "products f16;", "products bf16;", "products q8;", "tanh", "bias_sigmoid",
          "relu_squared", "decay7", "decay6", "silu", "layer_norm", "norm_shift_mix", "blend", "gated_add",
          "wkv4", "wkv6", "wkv7", "embed", "gather"}) {
      CHECK(kernels.find(name) != std::string::npos);
    }
  }
}

namespace {

// The best kernels of this machine with one of them replaced by a slightly wrong one, as a bug of a compiler
// or of a processor would have it. A function pointer holds nothing, so the right one stands here.
cpu::Kernels right;

std::vector<std::string> failures_of(const cpu::Kernels& wrong) {
  const auto checks = run_selftest(
      [&wrong] { return Result<std::unique_ptr<Backend>>(std::make_unique<cpu::CpuBackend>(wrong, 2)); });
  std::vector<std::string> failed;
  if (!checks.ok()) return {checks.failure().message};
  for (const KernelCheck& check : checks.value()) {
    if (!check.passed) failed.push_back(check.kernel);
  }
  return failed;
}

bool fails_only(const std::vector<std::string>& failed, const std::string& part) {
  return !failed.empty() && std::all_of(failed.begin(), failed.end(), [&part](const std::string& kernel) {
    return kernel.find(part) != std::string::npos;
  });
}

}  // namespace

TEST("a kernel that is wrong by a hundredth passes the self-test, or spoils the verdict over the others") {
  right = *cpu::choose_kernels(cpu::available_isas().front()).value();
  CHECK(failures_of(right).empty());
  cpu::Kernels wrong = right;
  wrong.layer_norm = [](float* out, const float* x, const float* gain, const float* bias, std::size_t n,
                        float epsilon) {
    right.layer_norm(out, x, gain, bias, n, epsilon);
    out[n - 1] += 0.5f;
  };
  CHECK(!failures_of(wrong).empty());
  wrong = right;
  wrong.wkv7 = [](const cpu::Wkv7Head& head) {
    right.wkv7(head);
    for (std::uint32_t i = 0; i < head.head_size; ++i) head.out[i] *= 1.01f;
  };
  CHECK(fails_only(failures_of(wrong), "wkv7"));
  wrong = right;
  wrong.product = [](const cpu::ProductTask& task) {
    right.product(task);
    task.out[0] = -task.out[0] + 1.0f;
  };
  CHECK(!failures_of(wrong).empty());
}

TEST("the self-test accepts a wrong, a missing or an infinite number") {
  KernelCheck check;
  check.bound = 1e-10;
  const std::vector<float> good(1000, 1.5f);
  judge(good, good, check);
  CHECK(check.passed);
  const auto refused = [&](const std::vector<float>& got) {
    KernelCheck fresh;
    fresh.bound = 1e-10;
    judge(got, good, fresh);
    return !fresh.passed;
  };
  auto bad = good;
  bad[999] = 1.51f;
  CHECK(refused(bad));
  bad[999] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused(bad));
  bad[999] = std::numeric_limits<float>::infinity();
  CHECK(refused(bad));
  CHECK(refused(std::vector<float>(999, 1.5f)));
  CHECK(refused({}));
}

TEST("a model larger than the machine ends in anything but out_of_memory with both sizes named") {
  auto device = open("");
  const Status status = (*device).reserve_weights(std::uint64_t{1} << 52, 0);
  REQUIRE(!status.ok());
  CHECK(status.failure().code == ErrorCode::out_of_memory);
  CHECK(status.failure().message.find("4503599628 MB") != std::string::npos);
  CHECK(status.failure().message.find("are free") != std::string::npos);
}

TEST("an unknown instruction set or device is taken for another one") {
  const auto isa = open("mmx");
  CHECK(!isa.ok() && isa.failure().code == ErrorCode::device_unavailable);
  OpenSettings settings;
  settings.device = "cuda";
  const auto device = open_backend(settings);
  CHECK(!device.ok() && device.failure().code == ErrorCode::device_unavailable);
  CHECK(!devices().empty() && devices()[0].kind == "cpu" && devices()[0].usable);
}

TEST("ROOST_ISA is ignored, or overrules a caller that names an instruction set") {
#if defined(_WIN32)
  const auto set = [](const char* value) { _putenv_s("ROOST_ISA", value); };
#else
  const auto set = [](const char* value) { setenv("ROOST_ISA", value, 1); };
#endif
  const char* const inherited = std::getenv("ROOST_ISA");
  const std::string before = inherited == nullptr ? "" : inherited;
  set("scalar");
  CHECK_EQUAL(std::string(cpu::choose_kernels("").value()->isa), "scalar");
  const std::string best = cpu::available_isas().front();
  CHECK_EQUAL(std::string(cpu::choose_kernels(best).value()->isa), best);
  set("mmx");
  CHECK(!cpu::choose_kernels("").ok());
  set("");
  CHECK_EQUAL(std::string(cpu::choose_kernels("").value()->isa), best);
  set(before.c_str());
}

TEST_MAIN()
