// The host code for NVIDIA cards, run against a driver with emulated cards (testing/fake_driver.cpp).
#include "backend/gpu/cuda/cuda_device.h"

#include <cstdlib>
#include <cstring>

#include <dlfcn.h>

#include "backend/gpu/cuda/testing/fake_driver.h"
#include "check.h"

using namespace roost;
using namespace roost::backend::gpu;
using namespace roost::backend::gpu::cuda;

namespace {

constexpr std::byte no_code[16] = {};
const KernelImage image{no_code, 13000};
constexpr CUresult illegal_address = 700;

// As a new machine: default settings, nothing counted.
FakeDriver& fake() {
  static FakeDriver* const settings = [] {
    void* const library = dlopen(ROOST_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
    CHECK(library != nullptr);
    return reinterpret_cast<FakeDriverEntry>(dlsym(library, "roost_fake_driver"))();
  }();
  return *settings;
}
FakeDriver& fresh() {
  return fake() = FakeDriver{};
}
Result<Driver> driver() {
  return open_driver(ROOST_FAKE_CUDA);
}

std::vector<std::byte> pattern(std::size_t bytes, U32 seed) {
  std::vector<std::byte> made(bytes);
  U32 state = seed;
  for (std::byte& one : made) {
    state = state * 1664525 + 1013904223;
    one = static_cast<std::byte>(state >> 24);
  }
  return made;
}

// Rows of numbers, each filled by a launch of its own: what a step of several kernels is to a device.
struct Rows {
  explicit Rows(roost::backend::gpu::Device& on, U32 width) : device(on), columns(width) {
    memory = device.allocate(U64{columns} * 4 * 2, "rows").value();
    for (U32 row = 0; row < 2; ++row) {
      args[row].out = {memory.address + U64{row} * columns * 4, U64{memory.number} << 40 | columns};
      args[row].columns = columns;
      args[row].out_stride = columns;
      args[row].value = static_cast<float>(row + 1);
      step[row] = {Kernel::fill_rows, (columns + 255) / 256, 1, std::as_bytes(std::span(&args[row], 1))};
    }
  }
  std::vector<float> read() {
    std::vector<float> values(std::size_t{columns} * 2);
    CHECK(device.read(std::as_writable_bytes(std::span(values)), memory.address).ok());
    return values;
  }
  roost::backend::gpu::Device& device;
  U32 columns;
  Memory memory;
  alignas(16) FillArgs args[2]{};
  Launch step[2];
};

}  // namespace

TEST(
    "no driver, no kernels, an old driver, no card, an old card, cards hidden by a quoted variable: silence "
    "instead of a reason") {
  const auto only_reason = [](const Result<Driver>& found, const KernelImage& kernels) {
    const auto cards = describe_cards(found, kernels);
    CHECK_EQUAL(cards.size(), std::size_t{1});
    CHECK(!cards[0].usable);
    std::printf("     %s\n", cards[0].reason.c_str());
    return cards[0].reason;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(only_reason(open_driver("/no/such/libcuda.so.1"), image), "No NVIDIA driver is installed"));
  CHECK(has(only_reason(open_driver(ROOST_NOT_A_DRIVER), image), "too old: it does not have cuInit"));
  fresh();
  CHECK(has(only_reason(driver(), KernelImage{}), "nvcc was not there"));
  fresh().version = 12080;
  CHECK(has(only_reason(driver(), image), "supports CUDA 12.8, and 13.0 or newer is needed"));
  fresh().cards.clear();
  CHECK(has(only_reason(driver(), image), "finds no card"));
  fresh().init = no_device;
  setenv("CUDA_VISIBLE_DEVICES", "\"0\"", 1);
  CHECK(has(only_reason(driver(), image), "quotation marks"));
  setenv("CUDA_VISIBLE_DEVICES", "7", 1);
  CHECK(has(only_reason(driver(), image), "CUDA_VISIBLE_DEVICES is \"7\""));
  unsetenv("CUDA_VISIBLE_DEVICES");
  fresh().init = 803;
  CHECK(has(only_reason(driver(), image), "does not start (error 803)"));

  fresh().cards = {{"GTX 1080", 6, 1, 8u << 20}, {"RTX 4090", 8, 9, 24u << 20}};
  const auto found = driver();
  const auto cards = describe_cards(found, image);
  CHECK_EQUAL(cards.size(), std::size_t{2});
  CHECK(!cards[0].usable && has(cards[0].reason, "compute capability 6.1"));
  CHECK(cards[1].usable && cards[1].kind == "cuda:1" && cards[1].name == "RTX 4090");
  CHECK_EQUAL(cards[1].memory_bytes, std::uint64_t{24u << 20});
}

TEST("memory that is larger than the staging arrives changed, or in another order") {
  fresh();
  const auto found = driver();
  auto device = std::move(CudaDevice::open(found.value(), image, 0).value());
  const std::size_t bytes = (45u << 20) + 4;  // more than all staging together, and not a multiple of it
  const Memory memory = device->allocate(bytes, "large").value();
  const auto large = pattern(bytes, 1);
  CHECK(device->write(memory.address, large).ok());
  // Small ones over it, one after the other in the same place: the last one counts.
  std::vector<std::byte> small;
  for (U32 i = 0; i < 3000; ++i) {
    small = pattern(4096, i);
    CHECK(device->write(memory.address + 8192, small).ok());
    std::fill(small.begin(), small.end(), std::byte{0xee});  // copied before write() returned
  }
  auto expected = large;
  const auto last = pattern(4096, 2999);
  std::copy(last.begin(), last.end(), expected.begin() + 8192);
  std::vector<std::byte> back(bytes);
  CHECK(device->read(back, memory.address).ok());
  CHECK(back == expected);
  // What is written after a read has not overwritten what was read.
  CHECK(device->write(memory.address, pattern(1u << 20, 5)).ok());
  CHECK(back == expected);
}

TEST("a step that comes again is launched anew, or replayed with another step's arguments") {
  FakeDriver& counted = fresh();
  const auto found = driver();
  auto device = std::move(CudaDevice::open(found.value(), image, 0).value());
  Rows rows(*device, 300);
  const auto zero = std::vector<std::byte>(2400);
  for (int time = 0; time < 5; ++time) {
    CHECK(device->write(rows.memory.address, zero).ok());
    CHECK(device->launch(rows.step).ok());
    const auto values = rows.read();
    CHECK(values[0] == 1 && values[299] == 1 && values[300] == 2 && values[599] == 2);
  }
  // Once by hand, once recorded; the other times the host launched no kernel.
  CHECK_EQUAL(counted.kernels_launched, std::uint64_t{4});
  CHECK_EQUAL(counted.graphs_made, std::uint64_t{1});
  CHECK_EQUAL(counted.graphs_launched, std::uint64_t{4});
  rows.args[1].value = 7;
  CHECK(device->launch(rows.step).ok());
  const auto changed = rows.read();
  CHECK_EQUAL(changed[300], 7.f);
  // Many other steps push it out, and it is recorded anew.
  for (int other = 0; other < 40; ++other) {
    rows.args[0].value = static_cast<float>(100 + other);
    for (int time = 0; time < 2; ++time) CHECK(device->launch(rows.step).ok());
    const auto values = rows.read();
    CHECK_EQUAL(values[0], static_cast<float>(100 + other));
  }
  CHECK(counted.graphs_alive <= 12);
}

TEST("a card without room is taken for a broken one") {
  fresh().cards[0].memory = 1u << 20;
  const auto found = driver();
  auto device = std::move(CudaDevice::open(found.value(), image, 0).value());
  const auto first = device->allocate(900'000, "weights");
  CHECK(first.ok());
  const auto second = device->allocate(900'000, "state");
  CHECK(!second.ok() && second.failure().code == ErrorCode::out_of_memory);
  CHECK(second.failure().message.find("900 kB more (state)") != std::string::npos);
  std::printf("     %s\n", second.failure().message.c_str());
  device->free(first.value());
  CHECK(device->allocate(900'000, "state").ok());
}

TEST("a card that is lost brings the program down, goes on with wrong numbers, or leaks what it had") {
  for (int call = 0; call < 40; ++call) {
    FakeDriver& lost = fresh();
    const auto found = driver();
    {
      auto device = std::move(CudaDevice::open(found.value(), image, 0).value());
      lost.calls_left = call;
      lost.failure = illegal_address;
      Status status;
      const auto memory = device->allocate(64 << 10, "memory");
      if (!memory.ok()) {
        status = memory.failure();
      } else {
        std::vector<std::byte> bytes(64 << 10);
        for (int time = 0; time < 8 && status.ok(); ++time) {
          status = device->write(memory.value().address, bytes);
          FillArgs args{};
          args.out = {memory.value().address, U64{memory.value().number} << 40 | 100};
          args.columns = args.out_stride = 100;
          const Launch step[] = {{Kernel::fill_rows, 1, 1, std::as_bytes(std::span(&args, 1))}};
          if (status.ok()) status = device->launch(step);
          if (status.ok()) status = device->read(bytes, memory.value().address);
        }
      }
      if (lost.calls_left == 0) {
        CHECK(!status.ok() && status.failure().code == ErrorCode::device_failed);
        CHECK(status.failure().message.find("CUDA_ERROR_ILLEGAL_ADDRESS") != std::string::npos);
        // And says so again.
        const Status again = device->wait();
        CHECK_EQUAL(again.failure().message, status.failure().message);
        CHECK(!device->allocate(16, "more").ok());
      } else {
        CHECK(status.ok());
      }
    }
    CHECK_EQUAL(lost.contexts_alive + lost.streams_alive + lost.events_alive + lost.modules_alive,
                std::uint64_t{0});
    CHECK_EQUAL(lost.graphs_alive, std::uint64_t{0});
    CHECK_EQUAL(lost.allocated, std::size_t{0});
    // A new one works at once.
    lost = FakeDriver{};
    CHECK(CudaDevice::open(found.value(), image, 0).ok());
  }
}

TEST("a card that can't run the kernels is opened") {
  fresh().load = no_binary_for_gpu;
  const auto found = driver();
  const auto device = CudaDevice::open(found.value(), image, 0);
  CHECK(!device.ok() && device.failure().code == ErrorCode::device_unavailable);
  std::printf("     %s\n", device.failure().message.c_str());
  CHECK(device.failure().message.find("sm_89") != std::string::npos);
  fresh();
  CHECK(!CudaDevice::open(found.value(), image, 3).ok());
}

TEST_MAIN()
