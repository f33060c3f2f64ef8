// Metal behind the six calls. Memory is shared between processor and GPU, as it is on every Mac that this
// runs on: writing and reading are copies in memory once the GPU has come so far.
//
// Compiled with automatic reference counting where the compiler has it. Blocks, generics and literals of
// collections are not used: the tests compile this file with GCC, against a small framework of their own
// (testing/).
#include "backend/gpu/metal/metal_device.h"

#import <Foundation/Foundation.h>
#import <Metal/Metal.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <optional>
#include <string>

#if defined(__APPLE__)
#define ROOST_POOL @autoreleasepool
#else
#define ROOST_POOL
#endif

namespace roost::backend::gpu::metal {
namespace {

std::string text_of(NSString* text) {
  return text == nil ? std::string("no reason given") : std::string([text UTF8String]);
}
std::string reason_of(NSError* failure) {
  return failure == nil ? std::string("no reason given") : text_of([failure localizedDescription]);
}

std::string size_text(U64 bytes) {
  return bytes < 10'000'000 ? std::to_string(bytes / 1000) + " kB"
                            : std::to_string(bytes / 1'000'000) + " MB";
}

// Why this GPU can't run the kernels; empty: it can. They follow addresses that they find in memory, which is
// what Metal 3 brought.
std::string obstacle(id<MTLDevice> device) {
  if (![device supportsFamily:MTLGPUFamilyMetal3]) {
    return "The GPU does not support Metal 3, which the kernels are written for.";
  }
  if (![device hasUnifiedMemory]) {
    return "The GPU has memory of its own; only GPUs that share the processor's are supported.";
  }
  return {};
}

class MetalDevice final : public gpu::Device {
 public:
  explicit MetalDevice(id<MTLDevice> device) : device_(device) {}
  ~MetalDevice() override;
  MetalDevice(const MetalDevice&) = delete;
  MetalDevice& operator=(const MetalDevice&) = delete;

  Status begin(const KernelLibrary& kernels);

  const Limits& limits() const override { return limits_; }
  U64 free_bytes() const override;
  Result<Memory> allocate(U64 bytes, std::string_view name) override;
  void free(const Memory& memory) override;
  Status write(U64 address, std::span<const std::byte> from) override;
  Status read(std::span<std::byte> to, U64 address) override;
  Status launch(std::span<const Launch> step) override;
  Status wait() override;

 private:
  Status fail(const std::string& doing, const std::string& reason);
  std::byte* host_address(U64 address, U64 bytes);

  id<MTLDevice> device_;
  id<MTLCommandQueue> queue_ = nil;
  std::array<id<MTLComputePipelineState>, static_cast<std::size_t>(Kernel::count)> kernels_{};
  struct Buffer {
    id<MTLBuffer> buffer = nil;  // nil: given back
    U64 address = 0;
    U64 bytes = 0;
  };
  std::vector<Buffer> buffers_;  // by number
  id<MTLCommandBuffer> running_ = nil;
  Limits limits_;
  std::optional<Error> failure_;
};

Status MetalDevice::begin(const KernelLibrary& kernels) {
  limits_.kind = "metal";
  limits_.name = text_of([device_ name]);
  limits_.architecture = "metal3";
  limits_.memory_bytes = [device_ recommendedMaxWorkingSetSize];
  queue_ = [device_ newCommandQueue];
  if (queue_ == nil) return fail("while it was being prepared", "it gives no command queue");

  id<MTLLibrary> library = nil;
  NSError* problem = nil;
  if (!kernels.compiled.empty()) {
    // Copied: the system may keep it longer than we do.
    dispatch_data_t data = dispatch_data_create(kernels.compiled.data(), kernels.compiled.size(), nullptr,
                                                DISPATCH_DATA_DESTRUCTOR_DEFAULT);
    library = [device_ newLibraryWithData:data error:&problem];
  } else {
    NSString* const source = [[NSString alloc] initWithBytes:kernels.source.data()
                                                      length:kernels.source.size()
                                                    encoding:NSUTF8StringEncoding];
    MTLCompileOptions* const options = [[MTLCompileOptions alloc] init];
    [options setFastMathEnabled:NO];
    [options setLanguageVersion:MTLLanguageVersion3_0];
    library = [device_ newLibraryWithSource:source options:options error:&problem];
  }
  if (library == nil) return fail("while its kernels were being loaded", reason_of(problem));

  for (std::size_t kernel = 0; kernel < kernels_.size(); ++kernel) {
    const KernelFacts& facts = kernel_facts[kernel];
    NSString* const name = [NSString stringWithUTF8String:facts.name];
    id<MTLFunction> const function = [library newFunctionWithName:name];
    if (function == nil)
      return fail("while its kernels were being loaded", std::string(facts.name) + " is missing");
    kernels_[kernel] = [device_ newComputePipelineStateWithFunction:function error:&problem];
    if (kernels_[kernel] == nil) {
      return fail(std::string("while the kernel ") + facts.name + " was being prepared", reason_of(problem));
    }
    const U64 most = [kernels_[kernel] maxTotalThreadsPerThreadgroup];
    const U64 width = [kernels_[kernel] threadExecutionWidth];
    if (most < facts.lanes || width != 32) {
      return fail(std::string("while the kernel ") + facts.name + " was being prepared",
                  "it runs " + std::to_string(most) + " lanes in subgroups of " + std::to_string(width) +
                      ", and " + std::to_string(facts.lanes) + " in subgroups of 32 are needed");
    }
  }
  return {};
}

MetalDevice::~MetalDevice() {
  // The GPU may still be at work on memory that goes now.
  ROOST_POOL {
    if (running_ != nil) [running_ waitUntilCompleted];
  }
}

Status MetalDevice::fail(const std::string& doing, const std::string& reason) {
  failure_ = error(ErrorCode::device_failed, limits_.name + " failed " + doing + " (" + reason + ").");
  return *failure_;
}

U64 MetalDevice::free_bytes() const {
  const U64 taken = [device_ currentAllocatedSize];
  return taken < limits_.memory_bytes ? limits_.memory_bytes - taken : 0;
}

Result<Memory> MetalDevice::allocate(U64 bytes, std::string_view name) {
  if (failure_) return *failure_;
  ROOST_POOL {
    const U64 size = std::max<U64>(bytes, 16);
    // Metal hands out more than there is, and becomes slow or fails later: better a sentence now.
    const bool room = size <= free_bytes() && size <= [device_ maxBufferLength];
    id<MTLBuffer> const buffer =
        room ? [device_ newBufferWithLength:size options:MTLResourceStorageModeShared] : nil;
    if (buffer == nil) {
      return error(ErrorCode::out_of_memory, limits_.name + " has no room for " + size_text(bytes) +
                                                 " more (" + std::string(name) + "); " +
                                                 size_text(free_bytes()) + " are free.");
    }
    Memory memory;
    memory.address = [buffer gpuAddress];
    memory.bytes = bytes;
    memory.number = static_cast<U32>(buffers_.size());
    buffers_.push_back(Buffer{buffer, memory.address, size});
    return memory;
  }
}

void MetalDevice::free(const Memory& memory) {
  assert(memory.number < buffers_.size());
  (void)wait();  // what was asked for before may still use it
  buffers_[memory.number].buffer = nil;
}

// Where the processor finds what the GPU knows as `address`; null: it is nobody's.
std::byte* MetalDevice::host_address(U64 address, U64 bytes) {
  for (const Buffer& one : buffers_) {
    if (one.buffer == nil || address < one.address || address + bytes > one.address + one.bytes) continue;
    return static_cast<std::byte*>([one.buffer contents]) + (address - one.address);
  }
  return nullptr;
}

Status MetalDevice::write(U64 address, std::span<const std::byte> from) {
  ROOST_TRY(wait());
  std::byte* const to = host_address(address, from.size());
  if (to == nullptr) return fail("while memory was being written", "the host writes where it has no memory");
  std::memcpy(to, from.data(), from.size());
  return {};
}

Status MetalDevice::read(std::span<std::byte> to, U64 address) {
  ROOST_TRY(wait());
  const std::byte* const from = host_address(address, to.size());
  if (from == nullptr) return fail("while memory was being read", "the host reads where it has no memory");
  std::memcpy(to.data(), from, to.size());
  return {};
}

Status MetalDevice::launch(std::span<const Launch> step) {
  if (failure_) return *failure_;
  ROOST_POOL {
    id<MTLCommandBuffer> const commands = [queue_ commandBuffer];
    // Serial: a kernel begins when the one before it is done, and sees what that has written.
    id<MTLComputeCommandEncoder> const encoder = [commands computeCommandEncoder];
    if (encoder == nil) return fail("when a step was started", "it gives no command encoder");
    // Kernels find addresses in their arguments, so Metal can't see by itself what they use.
    for (const Buffer& one : buffers_) {
      if (one.buffer == nil) continue;
      [encoder useResource:one.buffer usage:MTLResourceUsageRead | MTLResourceUsageWrite];
    }
    for (const Launch& one : step) {
      const KernelFacts& facts = facts_of(one.kernel);
      assert(one.args.size() == facts.args_bytes);
      [encoder setComputePipelineState:kernels_[static_cast<std::size_t>(one.kernel)]];
      [encoder setBytes:one.args.data() length:one.args.size() atIndex:0];
      [encoder dispatchThreadgroups:MTLSizeMake(one.groups_x, one.groups_y, 1)
              threadsPerThreadgroup:MTLSizeMake(facts.lanes, 1, 1)];
    }
    [encoder endEncoding];
    // Steps run in the order of the queue; waiting for the last one waits for all, but a fault of an earlier
    // one would then go unseen.
    if (running_ != nil && [running_ status] == MTLCommandBufferStatusError) return wait();
    [commands commit];
    running_ = commands;
  }
  return {};
}

Status MetalDevice::wait() {
  if (failure_) return *failure_;
  if (running_ == nil) return {};
  ROOST_POOL {
    [running_ waitUntilCompleted];
    if ([running_ status] == MTLCommandBufferStatusError) {
      NSError* const problem = [running_ error];
      const std::string reason = reason_of(problem);
      return fail("while computing", reason);
    }
    running_ = nil;
  }
  return {};
}

}  // namespace

std::vector<backend::Device> describe_gpus() {
  std::vector<backend::Device> gpus;
  ROOST_POOL {
    NSArray* const all = MTLCopyAllDevices();
    for (NSUInteger i = 0; all != nil && i < [all count]; ++i) {
      id<MTLDevice> const device = [all objectAtIndex:i];
      backend::Device described;
      described.kind = "metal:" + std::to_string(i);
      described.name = text_of([device name]);
      described.memory_bytes = [device recommendedMaxWorkingSetSize];
      described.reason = obstacle(device);
      described.usable = described.reason.empty();
      gpus.push_back(std::move(described));
    }
  }
  if (gpus.empty()) {
    backend::Device none;
    none.kind = "metal";
    none.name = "Metal";
    none.reason =
        "The system shows no GPU; in a virtual machine or over a remote connection there may be none.";
    gpus.push_back(std::move(none));
  }
  return gpus;
}

Result<std::unique_ptr<gpu::Device>> open_gpu(int number, const KernelLibrary& kernels) {
  ROOST_POOL {
    NSArray* const all = MTLCopyAllDevices();
    if (all == nil || number < 0 || static_cast<NSUInteger>(number) >= [all count]) {
      return error(ErrorCode::device_unavailable,
                   "There is no GPU with the number " + std::to_string(number) + ".");
    }
    id<MTLDevice> const device = [all objectAtIndex:static_cast<NSUInteger>(number)];
    if (const std::string reason = obstacle(device); !reason.empty()) {
      return error(ErrorCode::device_unavailable, reason);
    }
    auto opened = std::make_unique<MetalDevice>(device);
    if (const Status status = opened->begin(kernels); !status.ok()) {
      return error(ErrorCode::device_unavailable, status.failure().message);
    }
    return std::unique_ptr<gpu::Device>(std::move(opened));
  }
}

}  // namespace roost::backend::gpu::metal
