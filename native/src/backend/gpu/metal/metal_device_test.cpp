// The host code for Metal, run against a framework over an emulated device (testing/).
#include "backend/gpu/metal/metal_device.h"

#include <algorithm>
#include <cstring>

#include "backend/gpu/metal/testing/fake_metal.h"
#include "check.h"

using namespace roost;
using namespace roost::backend::gpu;
using namespace roost::backend::gpu::metal;

namespace {

FakeMetal& fresh() {
  return fake_metal() = FakeMetal{};
}

std::vector<float> read(roost::backend::gpu::Device& device, const Memory& memory) {
  std::vector<float> values(memory.bytes / 4);
  CHECK(device.read(std::as_writable_bytes(std::span(values)), memory.address).ok());
  return values;
}

// Two rows of numbers, each filled by a launch of its own.
struct Rows {
  Rows(roost::backend::gpu::Device& device, U32 columns)
      : memory(device.allocate(U64{columns} * 8, "rows").value()) {
    for (U32 row = 0; row < 2; ++row) {
      args[row].out = {memory.address + U64{row} * columns * 4, U64{memory.number} << 40 | columns};
      args[row].columns = args[row].out_stride = columns;
      args[row].value = static_cast<float>(row + 1);
      step[row] = {Kernel::fill_rows, (columns + 255) / 256, 1, std::as_bytes(std::span(&args[row], 1))};
    }
  }
  Memory memory;
  alignas(16) FillArgs args[2]{};
  Launch step[2];
};

}  // namespace

TEST("no GPU, one without Metal 3, or one with memory of its own: silence instead of a reason") {
  fresh().gpus.clear();
  const auto none = describe_gpus();
  CHECK(none.size() == 1 && !none[0].usable && none[0].reason.find("no GPU") != std::string::npos);
  fresh().gpus = {
      {"Old", false, true, 1u << 20}, {"Radeon", true, false, 1u << 20}, {"M9", true, true, 1u << 20}};
  const auto gpus = describe_gpus();
  CHECK_EQUAL(gpus.size(), std::size_t{3});
  CHECK(!gpus[0].usable && gpus[0].reason.find("Metal 3") != std::string::npos);
  CHECK(!gpus[1].usable && gpus[1].reason.find("memory of its own") != std::string::npos);
  CHECK(gpus[2].usable && gpus[2].kind == "metal:2" && gpus[2].name == "M9" &&
        gpus[2].memory_bytes == 1u << 20);
  for (const int number : {0, 9}) {
    const auto device = open_gpu(number, embedded_kernels());
    CHECK(!device.ok() && device.failure().code == ErrorCode::device_unavailable);
  }
}

TEST(
    "the text of the kernels lacks one, asks for a folder of headers, or is compiled with fast mathematics") {
  FakeMetal& seen = fresh();
  CHECK(open_gpu(0, embedded_kernels()).ok());
  CHECK(!seen.fast_math);
  for (const KernelFacts& facts : kernel_facts) {
    CHECK(seen.source.find(std::string("KERNEL(") + facts.name + ",") != std::string::npos);
  }
  CHECK(seen.source.find("#include \"") == std::string::npos);
  CHECK(seen.source.find("#include <metal_stdlib>") != std::string::npos);
  const auto broken = open_gpu(0, KernelLibrary{{}, "nothing"});
  CHECK(!broken.ok() && broken.failure().code == ErrorCode::device_unavailable);
  CHECK(broken.failure().message.find("no kernel") != std::string::npos);
  seen.missing = "layer_norm";
  CHECK(open_gpu(0, embedded_kernels()).failure().message.find("layer_norm is missing") != std::string::npos);
  fresh().width = 64;
  CHECK(open_gpu(0, embedded_kernels()).failure().message.find("subgroups of 32") != std::string::npos);
  fresh().lanes = 64;
  CHECK(!open_gpu(0, embedded_kernels()).ok());
  // Compiled ones are taken as they are.
  const std::byte compiled[] = {std::byte{'M'}, std::byte{'T'}, std::byte{'L'}, std::byte{'B'}};
  FakeMetal& with_compiled = fresh();
  CHECK(open_gpu(0, KernelLibrary{compiled, {}}).ok());
  CHECK_EQUAL(with_compiled.source, std::string("MTLB"));
}

TEST("steps run out of order, with another's arguments, or on memory that Metal was not told of") {
  FakeMetal& seen = fresh();
  auto device = std::move(open_gpu(0, embedded_kernels()).value());
  Rows first(*device, 300);
  Rows second(*device, 70);
  CHECK(device->launch(first.step).ok());
  first.args[0].value = 50;  // the arguments were copied
  CHECK(device->launch(second.step).ok());
  const auto ones = read(*device, first.memory);
  CHECK(ones[0] == 1 && ones[299] == 1 && ones[300] == 2 && ones[599] == 2);
  CHECK(device->launch(first.step).ok());
  const std::vector<float> zero(600);
  // Comes after the step.
  CHECK(device->write(first.memory.address, std::as_bytes(std::span(zero))).ok());
  const auto cleared = read(*device, first.memory);
  CHECK_EQUAL(cleared[0], 0.f);
  const auto others = read(*device, second.memory);
  CHECK(others[0] == 1 && others[69] == 1 && others[70] == 2);
  CHECK_EQUAL(seen.mistake, std::string());
  CHECK_EQUAL(seen.kernels, std::uint64_t{6});
}

TEST("a GPU without room takes memory that it does not have") {
  fresh().gpus[0].memory = 1u << 20;
  auto device = std::move(open_gpu(0, embedded_kernels()).value());
  CHECK(device->allocate(900'000, "weights").ok());
  const auto second = device->allocate(900'000, "state");
  CHECK(!second.ok() && second.failure().code == ErrorCode::out_of_memory);
  CHECK(second.failure().message.find("900 kB more (state)") != std::string::npos);
  CHECK(device->wait().ok());
}

TEST("a GPU that hangs goes unnoticed, or brings the program down") {
  for (int step = 0; step < 4; ++step) {
    FakeMetal& hanging = fresh();
    auto device = std::move(open_gpu(0, embedded_kernels()).value());
    Rows rows(*device, 40);
    hanging.steps_left = step;
    Status status;
    for (int time = 0; time < 4 && status.ok(); ++time) {
      status = device->launch(rows.step);
      if (status.ok() && time % 2 == 1) status = device->wait();
    }
    CHECK(!status.ok() && status.failure().code == ErrorCode::device_failed);
    CHECK(status.failure().message.find("GPU Hang") != std::string::npos);
    CHECK(!device->wait().ok() && !device->launch(rows.step).ok() && !device->allocate(16, "more").ok());
  }
}

TEST_MAIN()
