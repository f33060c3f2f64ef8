// What writing a token asks of an NVIDIA card: whole models through the host code, on a driver with emulated
// cards.
#include <dlfcn.h>

#include "backend/gpu/cuda/cuda_device.h"
#include "backend/gpu/cuda/testing/fake_driver.h"
#include "backend/gpu/gpu_backend.h"
#include "model/rwkv7.h"
#include "model/testing/published.h"

using namespace roost;
using namespace roost::model;
using namespace roost::model::testing;
using namespace roost::backend::gpu;

namespace {

constexpr std::byte no_code[16] = {};
const cuda::KernelImage image{no_code, 13000};

cuda::FakeDriver& fake() {
  static cuda::FakeDriver* const settings = [] {
    void* const library = dlopen(ROOST_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
    CHECK(library != nullptr);
    return reinterpret_cast<cuda::FakeDriverEntry>(dlsym(library, "roost_fake_driver"))();
  }();
  return *settings;
}

std::unique_ptr<Rwkv7> model_on_card(const Result<cuda::Driver>& driver) {
  const auto file = open_fixture("rwkv7-l3-c128-f16.gguf");
  auto device = cuda::CudaDevice::open(driver.value(), image, 0);
  CHECK(device.ok());
  if (file == nullptr || !device.ok()) return nullptr;
  auto model = std::make_unique<Rwkv7>(file, std::make_unique<GpuBackend>(std::move(device).value(), 1));
  const Status loaded = model->load(LoadSettings{});
  CHECK(loaded.ok());
  return loaded.ok() ? std::move(model) : nullptr;
}

}  // namespace

TEST("a token costs more than one launch, one copy there and one back") {
  fake() = cuda::FakeDriver{};
  const auto driver = cuda::open_driver(ROOST_FAKE_CUDA);
  const auto model = model_on_card(driver);
  REQUIRE(model != nullptr);
  const std::uint32_t slot = model->acquire_slot().value(), other = model->acquire_slot().value();
  std::vector<float> logits(2 * std::size_t{vocabulary});
  std::uint32_t token = 5;
  for (int step = 0; step < 8; ++step) {
    const cuda::FakeDriver before = fake();
    const Sequence one[] = {{slot, std::span(&token, 1), Logits::last}};
    REQUIRE(model->forward(one, Mode::recurrent, std::span(logits).first(vocabulary)).ok());
    token = (token * 7 + 3) % vocabulary;
    if (step < 2) continue;  // launched by hand, then recorded
    CHECK_EQUAL(fake().kernels_launched - before.kernels_launched, std::uint64_t{0});
    CHECK_EQUAL(fake().graphs_launched - before.graphs_launched, std::uint64_t{1});
    CHECK_EQUAL(fake().copies_to_card - before.copies_to_card, std::uint64_t{1});
    CHECK_EQUAL(fake().copies_to_host - before.copies_to_host, std::uint64_t{1});
  }
  // Two sequences in turn with one, in slots that change: each kind of step is recorded once.
  const std::uint64_t made = fake().graphs_made;
  for (int step = 0; step < 6; ++step) {
    const std::uint32_t tokens[] = {7, 9};
    const Sequence two[] = {{step % 2 == 0 ? slot : other, std::span(tokens).first(1), Logits::last},
                            {step % 2 == 0 ? other : slot, std::span(tokens).last(1), Logits::last}};
    REQUIRE(model->forward(two, Mode::recurrent, logits).ok());
    const Sequence one[] = {{other, std::span(tokens).first(1), Logits::last}};
    REQUIRE(model->forward(one, Mode::recurrent, std::span(logits).first(vocabulary)).ok());
  }
  CHECK_EQUAL(fake().graphs_made, made + 1);
}

TEST("the launches of a token grow") {
  fake() = cuda::FakeDriver{};
  const auto driver = cuda::open_driver(ROOST_FAKE_CUDA);
  const auto model = model_on_card(driver);
  REQUIRE(model != nullptr);
  const std::uint32_t slot = model->acquire_slot().value();
  const std::uint32_t token = 1;
  std::vector<float> logits(vocabulary);
  const std::uint64_t before = fake().kernels_launched;
  const Sequence one[] = {{slot, std::span(&token, 1), Logits::last}};
  REQUIRE(model->forward(one, Mode::recurrent, logits).ok());
  // Of a layer: norm and mixes, inner products, outer products, recurrence, output, norm and mix, key, value
  // and its sum. Beside the layers: embedding, the rows that are wanted, their norm, the head.
  CHECK_EQUAL(fake().kernels_launched - before, std::uint64_t{layers * 9 + 4});
}

TEST_MAIN()
