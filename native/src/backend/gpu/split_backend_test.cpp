// Operations on several emulated devices that share them, against the scalar code for the processor.
#include "backend/gpu/split_backend.h"

#include <cmath>

#include "backend/gpu/emulated/emulated_device.h"
#include "backend/gpu/gpu_backend.h"
#include "backend/selftest.h"
#include "check.h"

using namespace roost;
using namespace roost::backend;
using gpu::Checks;
using gpu::EmulatedDevice;
using gpu::GpuBackend;
using gpu::SplitBackend;

namespace {

std::unique_ptr<SplitBackend> split_over(const std::vector<gpu::U64>& memories,
                                         Checks checks = Checks::none) {
  std::vector<std::unique_ptr<Backend>> parts;
  for (const gpu::U64 memory : memories) {
    gpu::EmulatedFaults faults;
    faults.memory = memory;
    parts.push_back(std::make_unique<GpuBackend>(std::make_unique<EmulatedDevice>(checks, faults), 1));
  }
  return std::make_unique<SplitBackend>(std::move(parts));
}

formats::Weight as_weight(const std::vector<float>& numbers, std::uint32_t rows, std::uint32_t columns) {
  formats::Weight weight;
  weight.rows = rows;
  weight.columns = columns;
  weight.row_stride = columns;
  weight.data = reinterpret_cast<const std::byte*>(numbers.data());
  return weight;
}

}  // namespace

TEST("an operation over three devices differs from the scalar reference") {
  const auto checks = run_selftest([] { return Result<std::unique_ptr<Backend>>(split_over({0, 0, 0})); });
  REQUIRE(checks.ok());
  for (const KernelCheck& check : checks.value()) {
    if (!check.passed)
      std::fprintf(stderr, "  %s, %s: nmse %.2e\n", check.kernel.c_str(), check.shape.c_str(), check.nmse);
    CHECK(check.passed);
  }
}

TEST("matrices do not lie in order, or not in proportion to the memory of the devices") {
  const auto backend = split_over({8u << 20, 4u << 20, 4u << 20}, Checks::all);
  constexpr std::uint32_t side = 64, rows = 3;
  constexpr std::size_t count = 40;
  std::vector<float> numbers(side * side);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = (static_cast<float>(i % 13) - 6) / 16;
  const formats::Weight weight = as_weight(numbers, side, side);
  const std::uint64_t each = backend->packed_bytes(weight, DType::f32);
  REQUIRE(backend->reserve_weights(count * each, 1 << 20).ok());
  std::vector<Tensor> matrices;
  for (std::size_t i = 0; i < count; ++i)
    matrices.push_back(backend->load_matrix(weight, DType::f32).value());
  const auto shares = backend->shares();
  CHECK(shares[0] > shares[1] && shares[1] > 0 && shares[2] > 0);
  CHECK_EQUAL(shares[0] + shares[1] + shares[2], count * each);
  // A walk over all of them: each reads what the one before wrote, wherever that was.
  const Tensor a = backend->allocate(Use::scratch, rows, side).value(),
               b = backend->allocate(Use::scratch, rows, side).value();
  std::vector<float> from(rows * side), to(rows * side);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<float>(i % 7) / 8;
  backend->write(a, from);
  for (std::size_t i = 0; i < count; ++i) {
    const Product product[] = {{i % 2 == 0 ? b : a, i % 2 == 0 ? a : b, matrices[i], Epilogue::sigmoid, {}}};
    backend->products(product);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t n = 0; n < side; ++n) {
        double sum = 0;
        for (std::size_t k = 0; k < side; ++k)
          sum += static_cast<double>(numbers[n * side + k]) * static_cast<double>(from[row * side + k]);
        to[row * side + n] = static_cast<float>(1 / (1 + std::exp(-sum)));
      }
    }
    from.swap(to);
  }
  REQUIRE(backend->submit().ok() && backend->wait().ok());
  std::vector<float> got(rows * side);
  backend->read(got, a);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK_NEAR(got[i], from[i], 1e-4);
}

TEST("a model too large for all devices together is begun to be loaded") {
  const auto backend = split_over({8u << 20, 4u << 20});
  const Status refused = backend->reserve_weights(13u << 20, 1 << 20);
  REQUIRE(!refused.ok());
  CHECK(refused.failure().code == ErrorCode::out_of_memory);
  std::printf("     %s\n", refused.failure().message.c_str());
}

TEST_MAIN()
