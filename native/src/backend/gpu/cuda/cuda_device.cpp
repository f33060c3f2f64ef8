#include "backend/gpu/cuda/cuda_device.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <fstream>

namespace roost::backend::gpu::cuda {
namespace {

// Large enough that a copy takes the full speed of the bus, small enough to be given up without regret.
constexpr std::size_t staging_bytes = 8u << 20;
// Decoding with a few batch sizes repeats a few steps; reading a prompt repeats few.
constexpr std::size_t most_steps = 12;
// What a card must be able to do for our kernels: sm_75, the oldest that the toolkit still compiles for.
constexpr int oldest_capability = 75;

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string size_text(U64 bytes) {
  return bytes < 10'000'000 ? std::to_string(bytes / 1000) + " kB"
                            : std::to_string(bytes / 1'000'000) + " MB";
}

// Why the cards of this machine can't be used, whichever they are; empty: they can.
std::string obstacle(const Result<Driver>& driver, const KernelImage& image) {
  if (!driver.ok()) return driver.failure().message;
  if (image.fat_binary.empty()) {
    return "This build of Roost has no kernels for NVIDIA cards: nvcc was not there when it was built.";
  }
  int version = 0;
  const CUresult result = driver.value().driver_version(&version);
  if (result != success)
    return "The NVIDIA driver does not answer (" + driver.value().describe(result) + ").";
  // Drivers run what toolkits of their own major version compiled.
  if (version / 1000 < image.toolkit / 1000) {
    return "The NVIDIA driver is too old: it supports CUDA " + version_text(version) + ", and " +
           version_text(image.toolkit / 1000 * 1000) + " or newer is needed. A newer driver helps.";
  }
  return {};
}

// Of the driver itself, which changes more often than the interface it offers; empty where the system does
// not tell. The first line of the file goes "NVRM version: NVIDIA UNIX ... Kernel Module  580.65.06  date".
std::string module_version() {
#if defined(__linux__)
  std::ifstream file("/proc/driver/nvidia/version");
  std::string word;
  while (file >> word) {
    const bool version =
        word.find('.') != std::string::npos && word.find_first_not_of("0123456789.") == std::string::npos;
    if (version) return ", driver " + word;
  }
#endif
  return {};
}

}  // namespace

std::vector<backend::Device> describe_cards(const Result<Driver>& driver, const KernelImage& image) {
  backend::Device none;
  none.kind = "cuda";
  none.name = "NVIDIA";
  none.reason = obstacle(driver, image);
  if (!none.reason.empty()) return {none};
  const Driver& api = driver.value();
  int count = 0;
  if (const CUresult result = api.device_count(&count); result != success || count == 0) {
    none.reason = result == success
                      ? "The NVIDIA driver finds no card."
                      : "The NVIDIA driver does not tell its cards (" + api.describe(result) + ").";
    return {none};
  }
  int version = 0;
  (void)api.driver_version(&version);
  const std::string described_driver = "CUDA " + version_text(version) + module_version();
  std::vector<backend::Device> cards;
  for (int card = 0; card < count; ++card) {
    backend::Device described;
    described.kind = "cuda:" + std::to_string(card);
    described.driver = described_driver;
    CUdevice device = 0;
    char name[256] = {};
    std::size_t bytes = 0;
    int major = 0;
    int minor = 0;
    CUresult result = api.device_get(&device, card);
    if (result == success) result = api.device_name(name, sizeof name - 1, device);
    if (result == success) result = api.device_memory(&bytes, device);
    if (result == success) result = api.device_attribute(&major, compute_capability_major, device);
    if (result == success) result = api.device_attribute(&minor, compute_capability_minor, device);
    described.name = name;
    described.memory_bytes = bytes;
    if (result != success) {
      described.reason = "The NVIDIA driver does not describe this card (" + api.describe(result) + ").";
    } else if (major * 10 + minor < oldest_capability) {
      described.reason = "The card is too old: it has compute capability " + std::to_string(major) + "." +
                         std::to_string(minor) + ", and 7.5 is needed.";
    } else {
      described.usable = true;
    }
    cards.push_back(std::move(described));
  }
  return cards;
}

Result<std::unique_ptr<gpu::Device>> CudaDevice::open(const Driver& driver, const KernelImage& image,
                                                      int card) {
  std::unique_ptr<CudaDevice> device(new CudaDevice(driver));
  const Status status = device->begin(image, card);
  if (!status.ok()) {
    const Error& failure = status.failure();
    if (failure.code == ErrorCode::out_of_memory) return failure;
    return error(ErrorCode::device_unavailable, failure.message);
  }
  return std::unique_ptr<gpu::Device>(std::move(device));
}

Status CudaDevice::begin(const KernelImage& image, int card) {
  const char* const doing = "while the card is being prepared";
  CUdevice device = 0;
  ROOST_TRY(check(driver_.device_get(&device, card), doing));
  char name[256] = {};
  std::size_t bytes = 0;
  int major = 0;
  int minor = 0;
  int multiprocessors = 0;
  ROOST_TRY(check(driver_.device_name(name, sizeof name - 1, device), doing));
  ROOST_TRY(check(driver_.device_memory(&bytes, device), doing));
  ROOST_TRY(check(driver_.device_attribute(&major, compute_capability_major, device), doing));
  ROOST_TRY(check(driver_.device_attribute(&minor, compute_capability_minor, device), doing));
  ROOST_TRY(check(driver_.device_attribute(&multiprocessors, multiprocessor_count, device), doing));
  limits_.kind = "cuda";
  limits_.name = name;
  limits_.architecture = "sm_" + std::to_string(major) + std::to_string(minor);
  limits_.memory_bytes = bytes;
  limits_.multiprocessors = static_cast<U32>(std::max(multiprocessors, 1));
  // A context of our own, not the shared one: with it goes whatever a fault has left behind.
  ROOST_TRY(check(driver_.context_create(&context_, 0, device), doing));
  const CUresult loaded = driver_.module_load(&module_, image.fat_binary.data());
  if (loaded == no_binary_for_gpu || loaded == invalid_image || loaded == unsupported_ptx_version) {
    return error(ErrorCode::device_unavailable, limits_.name + " (" + limits_.architecture +
                                                    ") can't run the kernels of this build (" +
                                                    driver_.describe(loaded) + ").");
  }
  ROOST_TRY(check(loaded, doing));
  for (std::size_t kernel = 0; kernel < kernels_.size(); ++kernel) {
    ROOST_TRY(check(driver_.module_function(&kernels_[kernel], module_, kernel_facts[kernel].name), doing));
  }
  ROOST_TRY(check(driver_.stream_create(&stream_, stream_non_blocking), doing));
  for (Staging& piece : staging_) {
    void* memory = nullptr;
    ROOST_TRY(check(driver_.host_allocate(&memory, staging_bytes), doing));
    piece.memory = static_cast<std::byte*>(memory);
    ROOST_TRY(check(driver_.event_create(&piece.passed, event_disable_timing), doing));
  }
  return {};
}

CudaDevice::~CudaDevice() {
  if (context_ == nullptr) return;
  // Nothing is checked here: after a fault all of these fail, and destroying the context frees the rest.
  driver_.context_set(context_);
  if (stream_ != nullptr) driver_.stream_wait(stream_);
  for (const Step& step : steps_) {
    if (step.graph != nullptr) driver_.graph_exec_destroy(step.graph);
  }
  for (const Staging& piece : staging_) {
    if (piece.passed != nullptr) driver_.event_destroy(piece.passed);
    if (piece.memory != nullptr) driver_.host_free(piece.memory);
  }
  if (stream_ != nullptr) driver_.stream_destroy(stream_);
  if (module_ != nullptr) driver_.module_unload(module_);
  driver_.context_destroy(context_);
}

Status CudaDevice::check(CUresult result, const char* doing) {
  if (result == success) return {};
  if (result == out_of_device_memory) {
    return error(ErrorCode::out_of_memory, limits_.name + " has no memory left " + doing + ".");
  }
  if (!failure_) {
    failure_ = error(ErrorCode::device_failed,
                     limits_.name + " failed " + doing + " (" + driver_.describe(result) + ").");
  }
  return *failure_;
}

// Any thread may call, one at a time; the driver wants to know for which context.
Status CudaDevice::enter() {
  if (failure_) return *failure_;
  return check(driver_.context_set(context_), "while it was being called");
}

U64 CudaDevice::free_bytes() const {
  std::size_t free = 0;
  std::size_t total = 0;
  if (failure_ || driver_.context_set(context_) != success) return 0;
  return driver_.memory_info(&free, &total) == success ? free : 0;
}

Result<Memory> CudaDevice::allocate(U64 bytes, std::string_view name) {
  ROOST_TRY(enter());
  CUdeviceptr address = 0;
  const CUresult result = driver_.memory_allocate(&address, std::max<U64>(bytes, 16));
  if (result == out_of_device_memory) {
    return error(ErrorCode::out_of_memory, limits_.name + " has no room for " + size_text(bytes) + " more (" +
                                               std::string(name) + "); " + size_text(free_bytes()) +
                                               " are free.");
  }
  ROOST_TRY(check(result, "while memory was being reserved"));
  return Memory{address, bytes, allocations_++ & 0xffffffu};
}

void CudaDevice::free(const Memory& memory) {
  if (!enter().ok()) return;
  // Waits for the stream: what was asked for before may still use it.
  if (wait().ok()) (void)check(driver_.memory_free(memory.address), "while memory was being given back");
}

// The next piece of staging memory, free to be filled.
Status CudaDevice::next_staging() {
  const char* const doing = "while memory was being written";
  ROOST_TRY(check(driver_.event_record(staging_[staging_now_].passed, stream_), doing));
  staging_now_ = (staging_now_ + 1) % staging_.size();
  staging_used_ = 0;
  // Of an event that was never recorded this returns at once.
  return check(driver_.event_wait(staging_[staging_now_].passed), doing);
}

Status CudaDevice::write(U64 address, std::span<const std::byte> from) {
  assert(address % 4 == 0 && from.size() % 4 == 0);
  ROOST_TRY(enter());
  while (!from.empty()) {
    if (staging_used_ == staging_bytes) ROOST_TRY(next_staging());
    const std::size_t part = std::min(from.size(), staging_bytes - staging_used_);
    std::byte* const staged = staging_[staging_now_].memory + staging_used_;
    std::memcpy(staged, from.data(), part);
    ROOST_TRY(
        check(driver_.copy_to_device(address, staged, part, stream_), "while memory was being written"));
    staging_used_ += part;
    address += part;
    from = from.subspan(part);
  }
  return {};
}

// Two pieces in turn: while one is copied on to its place, the card fills the other.
Status CudaDevice::read(std::span<std::byte> to, U64 address) {
  assert(address % 4 == 0 && to.size() % 4 == 0);
  ROOST_TRY(enter());
  const char* const doing = "while memory was being read";
  std::span<std::byte> pending;
  const Staging* pending_from = nullptr;
  while (!to.empty() || pending_from != nullptr) {
    std::span<std::byte> asked;
    const Staging* asked_from = nullptr;
    if (!to.empty()) {
      ROOST_TRY(next_staging());
      Staging& piece = staging_[staging_now_];
      asked = to.first(std::min(to.size(), staging_bytes));
      ROOST_TRY(check(driver_.copy_to_host(piece.memory, address, asked.size(), stream_), doing));
      ROOST_TRY(check(driver_.event_record(piece.passed, stream_), doing));
      staging_used_ = staging_bytes;  // not for writing as well
      asked_from = &piece;
      address += asked.size();
      to = to.subspan(asked.size());
    }
    if (pending_from != nullptr) {
      ROOST_TRY(check(driver_.event_wait(pending_from->passed), doing));
      std::memcpy(pending.data(), pending_from->memory, pending.size());
    }
    pending = asked;
    pending_from = asked_from;
  }
  return {};
}

Status CudaDevice::launch_each(std::span<const Launch> step) {
  for (const Launch& one : step) {
    const KernelFacts& facts = facts_of(one.kernel);
    assert(one.args.size() == facts.args_bytes);
    // The driver copies the arguments before it returns.
    void* arguments[] = {const_cast<std::byte*>(one.args.data())};
    const CUresult result =
        driver_.launch(kernels_[static_cast<std::size_t>(one.kernel)], one.groups_x, one.groups_y, 1,
                       facts.lanes, 1, 1, 0, stream_, arguments, nullptr);
    ROOST_TRY(check(result, "when a kernel was started"));
  }
  return {};
}

// In every token: nothing is copied.
bool CudaDevice::is(const Step& known, std::span<const Launch> step) {
  if (known.launches.size() != step.size()) return false;
  const std::byte* args = known.args.data();
  for (std::size_t i = 0; i < step.size(); ++i) {
    const Shape& shape = known.launches[i];
    const Launch& one = step[i];
    if (shape.kernel != one.kernel || shape.groups_x != one.groups_x || shape.groups_y != one.groups_y ||
        std::memcmp(args, one.args.data(), one.args.size()) != 0) {
      return false;
    }
    args += one.args.size();
  }
  return true;
}

// The same step as before, if it is one of the last few; else a new entry for it in place of the oldest.
CudaDevice::Step* CudaDevice::recall(std::span<const Launch> step) {
  for (Step& known : steps_) {
    if (!known.launches.empty() && is(known, step)) return &known;
  }
  if (steps_.size() < most_steps) return &steps_.emplace_back();
  Step& oldest = *std::min_element(steps_.begin(), steps_.end(),
                                   [](const Step& a, const Step& b) { return a.last_use < b.last_use; });
  if (oldest.graph != nullptr) driver_.graph_exec_destroy(oldest.graph);
  oldest.graph = nullptr;
  oldest.launches.clear();
  oldest.args.clear();
  return &oldest;
}

Status CudaDevice::capture(Step& known, std::span<const Launch> step) {
  const char* const doing = "while a step was being recorded";
  CUgraph graph = nullptr;
  ROOST_TRY(check(driver_.capture_begin(stream_, capture_thread_local), doing));
  const Status launched = launch_each(step);
  // Also after a failure: the stream must not stay in this mode.
  const CUresult ended = driver_.capture_end(stream_, &graph);
  ROOST_TRY(launched);
  ROOST_TRY(check(ended, doing));
  const CUresult made = driver_.graph_make(&known.graph, graph, 0);
  driver_.graph_destroy(graph);
  return check(made, doing);
}

Status CudaDevice::launch(std::span<const Launch> step) {
  ROOST_TRY(enter());
  Step& known = *recall(step);
  known.last_use = ++uses_;
  if (known.launches.empty()) {
    for (const Launch& one : step) {
      known.launches.push_back({one.kernel, one.groups_x, one.groups_y});
      known.args.insert(known.args.end(), one.args.begin(), one.args.end());
    }
    return launch_each(step);
  }
  if (known.graph == nullptr) ROOST_TRY(capture(known, step));
  return check(driver_.graph_launch(known.graph, stream_), "while a step was being started");
}

Status CudaDevice::wait() {
  ROOST_TRY(enter());
  return check(driver_.stream_wait(stream_), "while computing");
}

}  // namespace roost::backend::gpu::cuda
