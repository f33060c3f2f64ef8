// A libcuda.so with emulated cards: the host code for CUDA runs against it wherever there is none. As lazy as
// a real one may be: what goes into a stream happens when somebody waits for it, so memory that the host
// changes too early, or reads too early, shows in the numbers.
#include "backend/gpu/cuda/testing/fake_driver.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "backend/gpu/emulated/emulated_device.h"

#define ROOST_FAKE extern "C" __attribute__((visibility("default"))) CUresult

namespace roost::backend::gpu::cuda {

using Action = std::function<Status()>;

struct CUctx_st {
  explicit CUctx_st(int number) : card(number), device(Checks::none) {}
  int card;
  EmulatedDevice device;
  std::map<CUdeviceptr, Memory> memory;
};
struct CUstream_st {
  std::deque<Action> waiting;
  std::deque<Action> recorded;
  bool recording = false;
};
struct CUmod_st {};
struct CUfunc_st {
  Kernel kernel;
};
struct CUevent_st {
  CUstream_st* stream = nullptr;
};
struct CUgraph_st {
  std::deque<Action> actions;
};
struct CUgraphExec_st {
  std::deque<Action> actions;
};

namespace {

FakeDriver fake;
CUctx_st* current = nullptr;

// CUDA's numbers of the errors that are used here.
constexpr CUresult invalid_value = 1;
constexpr CUresult not_found = 500;
constexpr CUresult illegal_address = 700;
constexpr CUresult invalid_context = 201;

// Counts a call that reaches the card; what it gives once the card has failed.
CUresult reached() {
  if (fake.calls_left > 0) {
    --fake.calls_left;
  } else if (fake.calls_left == 0) {
    return fake.failure;
  }
  return current == nullptr ? invalid_context : success;
}

CUresult run(CUstream_st& stream) {
  while (!stream.waiting.empty()) {
    const Action action = std::move(stream.waiting.front());
    stream.waiting.pop_front();
    if (!action().ok()) return illegal_address;
  }
  return success;
}

CUresult add(CUstream_st* stream, Action action) {
  (stream->recording ? stream->recorded : stream->waiting).push_back(std::move(action));
  return success;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) FakeDriver* roost_fake_driver() {
  return &fake;
}

ROOST_FAKE cuInit(unsigned) {
  return fake.init;
}
ROOST_FAKE cuDriverGetVersion(int* version) {
  *version = fake.version;
  return success;
}
ROOST_FAKE cuDeviceGetCount(int* count) {
  *count = static_cast<int>(fake.cards.size());
  return success;
}
ROOST_FAKE cuDeviceGet(CUdevice* device, int card) {
  if (card < 0 || static_cast<std::size_t>(card) >= fake.cards.size()) return 101;  // invalid device
  *device = card;
  return success;
}
ROOST_FAKE cuDeviceGetName(char* name, int size, CUdevice device) {
  std::strncpy(name, fake.cards[static_cast<std::size_t>(device)].name.c_str(),
               static_cast<std::size_t>(size));
  return success;
}
ROOST_FAKE cuDeviceTotalMem_v2(std::size_t* bytes, CUdevice device) {
  *bytes = fake.cards[static_cast<std::size_t>(device)].memory;
  return success;
}
ROOST_FAKE cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
  const FakeDriver::Card& card = fake.cards[static_cast<std::size_t>(device)];
  switch (attribute) {
    case multiprocessor_count:
      *value = 4;
      return success;
    case integrated:
      *value = 0;
      return success;
    case compute_capability_major:
      *value = card.major;
      return success;
    case compute_capability_minor:
      *value = card.minor;
      return success;
    default:
      return invalid_value;
  }
}
ROOST_FAKE cuGetErrorName(CUresult result, const char** name) {
  if (result == illegal_address) {
    *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
  } else if (result == no_binary_for_gpu) {
    *name = "CUDA_ERROR_NO_BINARY_FOR_GPU";
  } else {
    return invalid_value;
  }
  return success;
}
ROOST_FAKE cuGetErrorString(CUresult, const char** text) {
  *text = "as a test wanted it";
  return success;
}

ROOST_FAKE cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
  auto* const made = new CUctx_st(device);
  current = made;
  *context = made;
  ++fake.contexts_alive;
  return success;
}
ROOST_FAKE cuCtxDestroy_v2(CUcontext context) {
  auto* const gone = context;
  for (const auto& [address, memory] : gone->memory) fake.allocated -= memory.bytes;
  if (current == gone) current = nullptr;
  delete gone;
  --fake.contexts_alive;
  return success;
}
ROOST_FAKE cuCtxSetCurrent(CUcontext context) {
  current = context;
  return success;
}
ROOST_FAKE cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  *total = fake.cards[static_cast<std::size_t>(current->card)].memory;
  *free = *total - fake.allocated;
  return success;
}
ROOST_FAKE cuMemAlloc_v2(CUdeviceptr* address, std::size_t bytes) {
  if (const CUresult result = reached(); result != success) return result;
  if (fake.allocated + bytes > fake.cards[static_cast<std::size_t>(current->card)].memory) {
    return out_of_device_memory;
  }
  const auto memory = current->device.allocate(bytes, "memory of the fake card");
  if (!memory.ok()) return out_of_device_memory;
  *address = memory.value().address;
  current->memory[*address] = memory.value();
  fake.allocated += memory.value().bytes;
  return success;
}
ROOST_FAKE cuMemFree_v2(CUdeviceptr address) {
  if (const CUresult result = reached(); result != success) return result;
  const auto found = current->memory.find(address);
  if (found == current->memory.end()) return invalid_value;
  current->device.free(found->second);
  fake.allocated -= found->second.bytes;
  current->memory.erase(found);
  return success;
}
ROOST_FAKE cuMemAllocHost_v2(void** memory, std::size_t bytes) {
  *memory = std::malloc(bytes);
  if (*memory == nullptr) return out_of_device_memory;
  fake.host_memory += bytes;
  return success;
}
ROOST_FAKE cuMemFreeHost(void* memory) {
  std::free(memory);
  fake.host_memory = 0;
  return success;
}
ROOST_FAKE cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, std::size_t bytes, CUstream stream) {
  if (const CUresult result = reached(); result != success) return result;
  ++fake.copies_to_card;
  return add(stream, [context = current, to, from, bytes] {
    return context->device.write(to, {static_cast<const std::byte*>(from), bytes});
  });
}
ROOST_FAKE cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  if (const CUresult result = reached(); result != success) return result;
  ++fake.copies_to_host;
  return add(stream, [context = current, to, from, bytes] {
    return context->device.read({static_cast<std::byte*>(to), bytes}, from);
  });
}

ROOST_FAKE cuModuleLoadData(CUmodule* module, const void*) {
  if (fake.load != success) return fake.load;
  *module = new CUmod_st;
  ++fake.modules_alive;
  return success;
}
ROOST_FAKE cuModuleUnload(CUmodule module) {
  delete module;
  --fake.modules_alive;
  return success;
}
ROOST_FAKE cuModuleGetFunction(CUfunction* function, CUmodule, const char* name) {
  static std::array<CUfunc_st, static_cast<std::size_t>(Kernel::count)> functions;
  for (std::size_t kernel = 0; kernel < functions.size(); ++kernel) {
    if (std::string_view(kernel_facts[kernel].name) != name) continue;
    functions[kernel].kernel = static_cast<Kernel>(kernel);
    *function = &functions[kernel];
    return success;
  }
  return not_found;
}
ROOST_FAKE cuLaunchKernel(CUfunction function, unsigned x, unsigned y, unsigned z, unsigned lanes, unsigned,
                          unsigned, unsigned shared, CUstream stream, void** arguments, void**) {
  if (const CUresult result = reached(); result != success) return result;
  const Kernel kernel = function->kernel;
  const KernelFacts& facts = facts_of(kernel);
  if (z != 1 || lanes != facts.lanes || shared != 0 || x == 0 || y == 0) return invalid_value;
  ++fake.kernels_launched;
  const auto* const first = static_cast<const std::byte*>(arguments[0]);
  // Vectors of F4 so that the copy is aligned as kernels need it.
  auto copy = std::make_shared<std::vector<F4>>((facts.args_bytes + sizeof(F4) - 1) / sizeof(F4));
  std::memcpy(copy->data(), first, facts.args_bytes);
  return add(stream, [context = current, kernel, x, y, copy, &facts] {
    const Launch launch{kernel, x, y, std::as_bytes(std::span(*copy)).first(facts.args_bytes)};
    return context->device.launch({&launch, 1});
  });
}

ROOST_FAKE cuStreamCreate(CUstream* stream, unsigned) {
  *stream = new CUstream_st;
  ++fake.streams_alive;
  return success;
}
ROOST_FAKE cuStreamDestroy_v2(CUstream stream) {
  delete stream;
  --fake.streams_alive;
  return success;
}
ROOST_FAKE cuStreamSynchronize(CUstream stream) {
  if (const CUresult result = reached(); result != success) return result;
  return run(*stream);
}
ROOST_FAKE cuEventCreate(CUevent* event, unsigned) {
  *event = new CUevent_st;
  ++fake.events_alive;
  return success;
}
ROOST_FAKE cuEventDestroy_v2(CUevent event) {
  delete event;
  --fake.events_alive;
  return success;
}
ROOST_FAKE cuEventRecord(CUevent event, CUstream stream) {
  if (const CUresult result = reached(); result != success) return result;
  // Everything that was put into the stream up to here: whoever waits runs all of it.
  auto* const recorded = event;
  recorded->stream = stream;
  recorded->stream->waiting.push_back([recorded] {
    recorded->stream = nullptr;
    return Status{};
  });
  return success;
}
ROOST_FAKE cuEventSynchronize(CUevent event) {
  if (const CUresult result = reached(); result != success) return result;
  const auto* const waited = event;
  while (waited->stream != nullptr) {
    CUstream_st& stream = *waited->stream;
    const Action action = std::move(stream.waiting.front());
    stream.waiting.pop_front();
    if (!action().ok()) return illegal_address;
  }
  return success;
}

ROOST_FAKE cuStreamBeginCapture_v2(CUstream stream, int) {
  auto* const into = stream;
  into->recording = true;
  into->recorded.clear();
  return success;
}
ROOST_FAKE cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  auto* const from = stream;
  from->recording = false;
  *graph = new CUgraph_st{std::move(from->recorded)};
  return success;
}
ROOST_FAKE cuGraphInstantiateWithFlags(CUgraphExec* made, CUgraph graph, unsigned long long) {
  if (const CUresult result = reached(); result != success) return result;
  *made = new CUgraphExec_st{graph->actions};
  ++fake.graphs_made;
  ++fake.graphs_alive;
  return success;
}
ROOST_FAKE cuGraphLaunch(CUgraphExec graph, CUstream stream) {
  if (const CUresult result = reached(); result != success) return result;
  auto& waiting = stream->waiting;
  const auto& actions = graph->actions;
  waiting.insert(waiting.end(), actions.begin(), actions.end());
  ++fake.graphs_launched;
  return success;
}
ROOST_FAKE cuGraphDestroy(CUgraph graph) {
  delete graph;
  return success;
}
ROOST_FAKE cuGraphExecDestroy(CUgraphExec graph) {
  delete graph;
  --fake.graphs_alive;
  return success;
}

}  // namespace roost::backend::gpu::cuda
