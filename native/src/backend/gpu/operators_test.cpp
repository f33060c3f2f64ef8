// Every operation of every generation through the kernels on the emulated device, all checks on, against the
// scalar code for the processor; and mistakes planted in every kernel, which the checks must find.
#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "backend/gpu/emulated/emulated_device.h"
#include "backend/gpu/gpu_backend.h"
#include "backend/selftest.h"
#include "check.h"

using namespace roost;
using namespace roost::backend;
using gpu::EmulatedDevice;
using gpu::Kernel;
using gpu::emulated::Fault;
using gpu::emulated::FaultKind;
using gpu::emulated::Planted;

namespace {

constexpr auto kernel_count = static_cast<std::size_t>(Kernel::count);

// What a kernel does in the cases of the self-test.
struct KernelUse {
  std::vector<std::size_t> cases;
  std::set<std::string> buffers;
  int barriers = 0;
};

// Hands the device's findings over when a case is done with its backend.
class Watched final : public gpu::Device {
 public:
  Watched(std::function<void(const EmulatedDevice&)> done, Kernel kernel, const Planted& planted)
      : done_(std::move(done)), device_(gpu::Checks::all) {
    if (kernel != Kernel::count) device_.plant(kernel, planted);
  }
  ~Watched() override { done_(device_); }
  const gpu::Limits& limits() const override { return device_.limits(); }
  gpu::U64 free_bytes() const override { return device_.free_bytes(); }
  Result<gpu::Memory> allocate(gpu::U64 bytes, std::string_view name) override {
    return device_.allocate(bytes, name);
  }
  void free(const gpu::Memory& memory) override { device_.free(memory); }
  Status write(gpu::U64 address, std::span<const std::byte> from) override {
    return device_.write(address, from);
  }
  Status read(std::span<std::byte> to, gpu::U64 address) override { return device_.read(to, address); }
  Status launch(std::span<const gpu::Launch> step) override { return device_.launch(step); }
  Status wait() override { return device_.wait(); }

 private:
  std::function<void(const EmulatedDevice&)> done_;
  EmulatedDevice device_;
};

std::vector<KernelUse>& uses() {
  static std::vector<KernelUse> all(kernel_count);
  return all;
}

// ---- what the self-test does not call, as more cases behind its own ----

// State copied, transposed, written and read.
void move_states(Backend& backend) {
  const auto a = backend.allocate(backend::Use::state, 2, 3 * 25 + 7);
  const auto b = backend.allocate(backend::Use::state, 3, 3 * 25 + 7);
  if (!a.ok() || !b.ok()) return;
  std::vector<float> numbers(3 * 25), back(3 * 25), plain(3 * 25), untouched(7, 1);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
  backend.write_transposed(a.value().row(1).columns_from(7, 3 * 25), numbers, 5);
  backend.copy(b.value().first_rows(2), a.value());
  const Tensor here = b.value().row(1).columns_from(7, 3 * 25);
  backend.read_transposed(back, here, 5);
  backend.read(plain, here);
  backend.read(untouched, b.value().row(1).columns_from(0, 7));
  if (!backend.wait().ok()) return;
  CHECK(back == numbers && untouched == std::vector<float>(7, 0));
  bool transposed = true;
  for (std::size_t i = 0; i < 25; ++i)
    transposed = transposed && plain[25 + i] == numbers[25 + i % 5 * 5 + i / 5];
  CHECK(transposed);
}

// Rows of logits with every kind of cut.
void draw_tokens(Backend& backend) {
  constexpr std::uint32_t rows = 4, columns = 1500;
  const auto logits = backend.allocate(backend::Use::scratch, rows, columns);
  if (!logits.ok()) return;
  std::vector<float> numbers(rows * columns);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i * 7919 % 1009) / 100;
  backend.write(logits.value(), numbers);
  const Adjustment adjusted[] = {{3, -1}, {7, 2}};
  const Draw draws[rows] = {{.temperature = 0.7f, .top_p = 0.9f, .uniform = 0.5f},
                            {.top_k = 20, .uniform = 0.3f, .adjustments = adjusted},
                            {.temperature = 0},
                            {.min_p = 0.01f, .uniform = 0.9f}};
  backend.draw(logits.value(), draws);
  (void)backend.submit();
  std::vector<Drawn> drawn(rows);
  if (!backend.wait().ok()) return;
  backend.read_drawn(drawn);
  for (const Drawn& one : drawn) CHECK(one.good && one.token < columns && one.logprob < 0);
}

// A product whose x has many zeros, all zeros in one place and none in another, against the scalar code.
std::vector<float> sparse_product(Backend& backend, DType type, std::uint32_t rows, std::uint32_t columns,
                                  std::uint32_t tokens) {
  std::vector<float> w(std::size_t{rows} * columns), x(std::size_t{tokens} * columns), before(tokens * rows);
  std::uint32_t state = rows * 31 + columns;
  const auto next = [&] {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(state >> 8) * 0x1p-23f - 1;
  };
  for (float& number : w) number = next();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t k = i % columns;
    const float number = next();
    const bool zero = k < 64 ? k >= 32 : k + 32 < columns && number < 0.5f;
    x[i] = zero ? 0 : number;
  }
  for (float& number : before) number = next();
  formats::Weight source;
  source.rows = rows;
  source.columns = columns;
  source.row_stride = columns;
  source.data = reinterpret_cast<const std::byte*>(w.data());
  std::vector<float> got(before.size());
  if (!backend.reserve_weights(backend.packed_bytes(source, type), 0).ok()) return {};
  const auto weight = backend.load_matrix_by_input(source, type);
  const auto in = backend.allocate(backend::Use::scratch, tokens, columns);
  const auto out = backend.allocate(backend::Use::scratch, tokens, rows);
  if (!weight.ok() || !in.ok() || !out.ok()) return {};
  backend.write(in.value(), x);
  backend.write(out.value(), before);
  const Product product[] = {{out.value(), in.value(), weight.value(), Epilogue::add, {}}};
  backend.products(product);
  (void)backend.submit();
  if (!backend.wait().ok()) return {};
  backend.read(got, out.value());
  return got;
}

struct Sparse {
  DType type;
  std::uint32_t rows, columns, tokens;
};
constexpr Sparse sparse[] = {
    {DType::f32, 70, 257, 1},   {DType::f32, 64, 256, 3},  {DType::f32, 70, 257, 20},
    {DType::f16, 1030, 96, 1},  {DType::f16, 65, 300, 7},  {DType::f16, 65, 300, 18},
    {DType::bf16, 130, 290, 1}, {DType::bf16, 33, 64, 16}, {DType::bf16, 33, 64, 65},
    {DType::q8, 130, 288, 1},   {DType::q8, 65, 416, 5},   {DType::q8, 65, 416, 33},
    {DType::q4, 130, 288, 1},   {DType::q4, 65, 416, 5},   {DType::q4, 65, 416, 33},
    {DType::q4m, 130, 288, 1},  {DType::q4m, 65, 416, 5},  {DType::q4m, 65, 416, 33}};

constexpr std::size_t first_extra = 10'000;

std::vector<std::function<void(Backend&)>> extra_cases() {
  std::vector<std::function<void(Backend&)>> all = {move_states, draw_tokens};
  for (const Sparse& one : sparse) {
    all.push_back([one](Backend& backend) {
      (void)sparse_product(backend, one.type, one.rows, one.columns, one.tokens);
    });
  }
  return all;
}

// The report of a mistake planted in a kernel, in the first case that meets it; none where none does.
Fault report_of(Kernel kernel, const Planted& planted) {
  Fault found{FaultKind::bounds, "", "", ""};
  const auto watch = [&](const EmulatedDevice& device) {
    if (device.fault() && found.sentence.empty()) found = *device.fault();
  };
  for (const std::size_t number : uses()[static_cast<std::size_t>(kernel)].cases) {
    const auto open = [&] {
      return Result<std::unique_ptr<Backend>>(
          std::make_unique<gpu::GpuBackend>(std::make_unique<Watched>(watch, kernel, planted), 1));
    };
    if (number >= first_extra) {
      extra_cases()[number - first_extra](*open().value());
    } else {
      (void)run_selftest(open, [number](std::size_t n) { return n == number; });
    }
    if (!found.sentence.empty()) break;
  }
  return found;
}

}  // namespace

TEST("an operation on the emulated device differs from the scalar reference, or breaks a rule") {
  const auto start = std::chrono::steady_clock::now();
  std::size_t number = 0;
  const auto watch = [&](const EmulatedDevice& device) {
    for (std::size_t k = 0; k < kernel_count; ++k) {
      const auto& seen = device.seen(static_cast<Kernel>(k));
      if (seen.launches == 0) continue;
      KernelUse& use = uses()[k];
      use.cases.push_back(number);
      use.buffers.insert(seen.buffers.begin(), seen.buffers.end());
      use.barriers = std::max(use.barriers, seen.barriers);
    }
    ++number;
  };
  const auto open = [&] {
    return Result<std::unique_ptr<Backend>>(
        std::make_unique<gpu::GpuBackend>(std::make_unique<Watched>(watch, Kernel::count, Planted{}), 1));
  };
  const auto checks = run_selftest(open);
  if (!checks.ok()) std::fprintf(stderr, "  %s\n", checks.failure().message.c_str());
  REQUIRE(checks.ok());
  CHECK(checks.value().size() > 90 && checks.value().size() == number);
  for (const KernelCheck& check : checks.value()) {
    if (!check.passed) {
      std::fprintf(stderr, "  %s, %s: nmse %.2e (bound %.0e), largest error %.2e\n", check.kernel.c_str(),
                   check.shape.c_str(), check.nmse, check.bound, check.max_error);
    }
    CHECK(check.passed);
  }
  number = first_extra;
  for (const auto& extra : extra_cases()) {
    const auto backend = open().value();
    extra(*backend);
    const Status status = backend->wait();
    if (!status.ok()) std::fprintf(stderr, "  %s\n", status.failure().message.c_str());
    CHECK(status.ok());
  }
  CHECK(open().value()->measure_read_bandwidth() > 0);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("     %zu cases in %.1f s\n", checks.value().size(), seconds);
}

TEST("a product that skips zeros differs from the one that does not") {
  OpenSettings settings;
  settings.threads = 1;
  settings.isa = "scalar";
  for (const Sparse& one : sparse) {
    const auto scalar = open_backend(settings);
    REQUIRE(scalar.ok());
    gpu::GpuBackend backend(std::make_unique<EmulatedDevice>(gpu::Checks::none), 1);
    const auto expected = sparse_product(*scalar.value(), one.type, one.rows, one.columns, one.tokens);
    const auto got = sparse_product(backend, one.type, one.rows, one.columns, one.tokens);
    KernelCheck check{};
    check.bound = 1e-11;  // as for the dense ones
    judge(got, expected, check);
    if (!check.passed) {
      std::fprintf(stderr, "  type %d, %ux%u, %u tokens: nmse %.2e\n", static_cast<int>(one.type), one.rows,
                   one.columns, one.tokens, check.nmse);
    }
    CHECK(check.passed);
  }
}

TEST("a kernel is not run by any case") {
  for (std::size_t k = 0; k < kernel_count; ++k) {
    if (uses()[k].cases.empty()) std::fprintf(stderr, "  %s\n", gpu::kernel_facts[k].name);
    CHECK(!uses()[k].cases.empty());
  }
}

TEST("a barrier is missing in a kernel and nobody says so") {
  int planted = 0;
  for (std::size_t k = 0; k < kernel_count; ++k) {
    // In loops over tokens or columns the same barriers come round again.
    const int most = std::min(uses()[k].barriers, 8);
    for (int n = 0; n < most; ++n, ++planted) {
      // The first sum of a group waits for earlier readers of its scratch, of whom there are none yet.
      if (static_cast<Kernel>(k) == Kernel::sample && n == 1) continue;
      const Fault fault = report_of(static_cast<Kernel>(k), {.without_barrier = n});
      const bool good = fault.kind == FaultKind::race && fault.kernel == gpu::kernel_facts[k].name;
      if (!good)
        std::fprintf(stderr, "  %s without barrier %d: %s\n", gpu::kernel_facts[k].name, n,
                     fault.sentence.c_str());
      CHECK(good);
    }
  }
  CHECK(planted > 20);
  std::printf("     %d barriers left out\n", planted);
}

TEST("a buffer is one element too short or an index one too far, and nobody says so") {
  int planted = 0, elsewhere = 0;
  for (std::size_t k = 0; k < kernel_count; ++k) {
    for (const std::string& name : uses()[k].buffers) {
      for (const bool shift : {false, true}) {
        if (static_cast<Kernel>(k) == Kernel::read_memory) continue;  // its case is no case of the list
        const Fault fault =
            report_of(static_cast<Kernel>(k), shift ? Planted{.shifted = name} : Planted{.shortened = name});
        ++planted;
        bool good = fault.kernel == gpu::kernel_facts[k].name;
        if (shift && good && fault.buffer != name) {
          // A wrong index that was read, or a lane in its neighbour's place, shows where it leads to.
          ++elsewhere;
        } else {
          good = good && fault.buffer == name;
        }
        if (!good) {
          std::fprintf(stderr, "  %s, %s %s: %s\n", gpu::kernel_facts[k].name, name.c_str(),
                       shift ? "shifted" : "shortened", fault.sentence.c_str());
        }
        CHECK(good);
      }
    }
  }
  CHECK(planted > 250);
  CHECK(elsewhere <= planted / 20);
  std::printf("     %d buffers shortened or shifted, %d reported by what followed\n", planted, elsewhere);
}

TEST("a device that is lost in the middle leaves the backend answering as if nothing had happened") {
  for (int calls = 0; calls < 12; ++calls) {
    auto device = std::make_unique<EmulatedDevice>(gpu::Checks::none);
    device->lose_after(calls);
    gpu::GpuBackend backend(std::move(device), 1);
    const auto a = backend.allocate(backend::Use::scratch, 2, 64),
               b = backend.allocate(backend::Use::scratch, 2, 64);
    if (!a.ok() || !b.ok()) {
      CHECK((a.ok() ? b : a).failure().code == ErrorCode::device_failed);
      continue;
    }
    const std::vector<float> numbers(128, 2);
    backend.write(a.value(), numbers);
    const std::uint32_t rows[] = {1, 0};
    backend.gather(b.value(), a.value(), rows);
    const Status submitted = backend.submit();
    const Status waited = backend.wait();
    std::vector<float> back(128);
    if (waited.ok()) backend.read(back, b.value());
    const Status after = backend.wait();
    if (after.ok()) {
      CHECK(submitted.ok() && waited.ok() && back == numbers);
    } else {
      CHECK(after.failure().code == ErrorCode::device_failed);
      // Dead, and says so again.
      backend.gather(b.value(), a.value(), rows);
      CHECK(!backend.submit().ok() && !backend.wait().ok());
      CHECK(!backend.allocate(backend::Use::scratch, 1, 1).ok());
    }
  }
}

TEST_MAIN()
