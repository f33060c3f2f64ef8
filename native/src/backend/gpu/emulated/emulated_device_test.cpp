// Whether the emulated device finds the mistakes that a GPU would hide: each is planted in a kernel that is
// right, and must be reported by the names of kernel and buffer.
#include <cmath>
#include <cstring>

#include "backend/gpu/emulated/emulated_device.h"
#include "check.h"

using namespace roost;
using namespace roost::backend::gpu;
using emulated::FaultKind;
using emulated::Planted;

namespace {

constexpr U32 rows = 3, columns = 70, stride = 80;

// A device with one layer norm on it.
struct Bench {
  explicit Bench(Checks checks = Checks::all) : device(checks) {
    x = numbers("x", rows * stride);
    gain = numbers("gain", columns);
    bias = numbers("bias", columns);
    out = device.allocate(rows * stride * 4, "out").value();
    args.out = view(out);
    args.x = view(x);
    args.gain = view(gain);
    args.bias = view(bias);
    // Up to the last number of the last row: what lies behind it is nobody's.
    args.out.extent = args.x.extent -= stride - columns;
    args.out.extent = (U64{out.number} << 40) | ((rows - 1) * stride + columns);
    args.columns = columns;
    args.out_stride = args.x_stride = stride;
    args.epsilon = 1e-5f;
  }
  Memory numbers(const char* name, U32 count) {
    const Memory memory = device.allocate(count * 4, name).value();
    std::vector<float> values(count);
    for (U32 i = 0; i < count; ++i) values[i] = static_cast<float>(i * 37 % 101) / 50 - 1;
    CHECK(device.write(memory.address, std::as_bytes(std::span(values))).ok());
    return memory;
  }
  static View view(const Memory& memory) {
    return {memory.address, U64{memory.number} << 40 | memory.bytes / 4};
  }
  Status run() {
    const Launch step[] = {{Kernel::layer_norm, rows, 1, std::as_bytes(std::span(&args, 1))}};
    return device.launch(step);
  }
  // The report, or an empty one.
  emulated::Fault fault() {
    const Status status = run();
    if (!device.fault()) return {};
    CHECK(!status.ok() && status.failure().code == ErrorCode::device_failed);
    CHECK_EQUAL(status.failure().message, device.fault()->sentence);
    std::printf("     %s\n", device.fault()->sentence.c_str());
    CHECK(!device.wait().ok());
    return *device.fault();
  }

  EmulatedDevice device;
  Memory x, gain, bias, out;
  alignas(16) NormArgs args{};
};

}  // namespace

TEST("a kernel computes something else than its formula, with checks or without") {
  for (const Checks checks : {Checks::all, Checks::none}) {
    Bench bench(checks);
    REQUIRE(bench.run().ok() && bench.device.wait().ok());
    std::vector<float> in(columns), got(columns);
    CHECK(bench.device.read(std::as_writable_bytes(std::span(in)), bench.x.address + stride * 4).ok());
    CHECK(bench.device.read(std::as_writable_bytes(std::span(got)), bench.out.address + stride * 4).ok());
    double mean = 0, variance = 0;
    for (const float number : in) mean += static_cast<double>(number) / columns;
    for (const float number : in) variance += (number - mean) * (number - mean) / columns;
    for (U32 i = 0; i < columns; ++i) {
      const double own = static_cast<double>(i * 37 % 101) / 50 - 1;
      CHECK_NEAR(got[i], (in[i] - mean) / std::sqrt(variance + 1e-5) * own + own, 1e-5);
    }
  }
}

TEST("a missing barrier goes unnoticed") {
  Bench whole;
  REQUIRE(whole.run().ok());
  const int barriers = whole.device.seen(Kernel::layer_norm).barriers;
  CHECK_EQUAL(barriers, 2);
  for (int n = 0; n < barriers; ++n) {
    Bench bench;
    bench.device.plant(Kernel::layer_norm, {.without_barrier = n});
    const auto fault = bench.fault();
    CHECK(fault.kind == FaultKind::race);
    CHECK_EQUAL(fault.kernel, "layer_norm");
    CHECK_EQUAL(fault.buffer, "partial");
  }
}

TEST("an index that is one too far, or a buffer that is one too short, goes unnoticed") {
  Bench whole;
  REQUIRE(whole.run().ok());
  const auto buffers = whole.device.seen(Kernel::layer_norm).buffers;
  CHECK_EQUAL(buffers.size(), 5u);  // four buffers and the group's memory
  for (const std::string& name : buffers) {
    for (const bool shift : {false, true}) {
      Bench bench;
      bench.device.plant(Kernel::layer_norm, shift ? Planted{.shifted = name} : Planted{.shortened = name});
      const auto fault = bench.fault();
      // One too far in the group's memory is still in it, but nobody has written there.
      const bool inside = shift && name == "partial";
      CHECK(fault.kind == (inside ? FaultKind::uninitialised : FaultKind::bounds));
      CHECK_EQUAL(fault.kernel, "layer_norm");
      CHECK_EQUAL(fault.buffer, name);
    }
  }
}

TEST("memory that nobody has written is read") {
  Bench bench;
  const Memory fresh = bench.device.allocate(columns * 4, "fresh").value();
  bench.args.gain = Bench::view(fresh);
  const auto fault = bench.fault();
  CHECK(fault.kind == FaultKind::uninitialised);
  CHECK_EQUAL(fault.buffer, "gain");
  Bench other;
  std::vector<float> back(columns);
  CHECK(!other.device.read(std::as_writable_bytes(std::span(back)), other.out.address).ok());
}

TEST("two groups that write the same row go unnoticed") {
  Bench bench;
  bench.args.out_stride = 0;
  const auto fault = bench.fault();
  CHECK(fault.kind == FaultKind::race);
  CHECK_EQUAL(fault.buffer, "out");
}

TEST("memory that was given back is still used") {
  Bench bench;
  bench.device.free(bench.bias);
  const auto fault = bench.fault();
  CHECK(fault.kind == FaultKind::bounds);
  CHECK_EQUAL(fault.buffer, "bias");
}

TEST("a lost device goes on answering") {
  Bench bench;
  bench.device.lose_after(1);
  CHECK(bench.run().ok());
  CHECK(bench.run().failure().code == ErrorCode::device_failed);
  CHECK(!bench.device.wait().ok());
  CHECK(!bench.device.allocate(16, "more").ok());
}

TEST_MAIN()
