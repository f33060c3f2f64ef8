// Metal over an emulated device, so that metal_device.mm runs where there is no Mac. As lazy as the real one
// may be: what is committed happens when somebody waits for it.
#include "backend/gpu/metal/testing/fake_metal.h"

#import <Metal/Metal.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>

#include "backend/gpu/emulated/emulated_device.h"

using namespace roost;
using namespace roost::backend::gpu;
using roost::backend::gpu::metal::fake_metal;

namespace roost::backend::gpu::metal {
FakeMetal& fake_metal() {
  static FakeMetal fake;
  return fake;
}
}  // namespace roost::backend::gpu::metal

@implementation NSObject
+ (id)alloc {
  return class_createInstance(self, 0);
}
- (id)init {
  return self;
}
@end

@implementation NSString
+ (NSString*)stringWithUTF8String:(const char*)text {
  return [[NSString alloc] initWithBytes:text length:std::strlen(text) encoding:NSUTF8StringEncoding];
}
- (id)initWithBytes:(const void*)bytes length:(NSUInteger)length encoding:(NSUInteger)encoding {
  text_ = new std::string(static_cast<const char*>(bytes), length);
  return self;
}
- (const char*)UTF8String {
  return text_->c_str();
}
@end

@implementation NSError
- (id)initWithReason:(const char*)reason {
  reason_ = [NSString stringWithUTF8String:reason];
  return self;
}
- (NSString*)localizedDescription {
  return reason_;
}
@end

@implementation NSArray
- (id)initWithItems:(id*)items count:(NSUInteger)count {
  items_ = static_cast<id*>(std::calloc(count + 1, sizeof(id)));
  for (NSUInteger i = 0; i < count; ++i) items_[i] = items[i];
  count_ = count;
  return self;
}
- (NSUInteger)count {
  return count_;
}
- (id)objectAtIndex:(NSUInteger)index {
  return items_[index];
}
@end

struct FakeDispatchData {
  std::string bytes;
};
dispatch_data_t dispatch_data_create(const void* bytes, std::size_t size, void*, void*) {
  return new FakeDispatchData{std::string(static_cast<const char*>(bytes), size)};
}

@implementation MTLCompileOptions
- (void)setFastMathEnabled:(BOOL)fast {
  fast_ = fast;
}
- (void)setLanguageVersion:(NSUInteger)version {
  version_ = version;
}
@end

namespace {

// One launch as it was encoded.
struct Encoded {
  Kernel kernel;
  U32 x, y;
  std::vector<F4> args;  // as aligned as kernels need it
  std::size_t args_bytes;
};
struct Commands {
  std::vector<Encoded> launches;
  NSUInteger status = MTLCommandBufferStatusNotEnqueued;
  NSError* error = nil;
};
// What all objects of one device share.
struct Shared {
  EmulatedDevice device{Checks::none};
  std::vector<Memory> buffers;
  std::vector<std::shared_ptr<Commands>> committed;
};

void run(Shared& shared) {
  for (const auto& commands : shared.committed) {
    commands->status = MTLCommandBufferStatusCompleted;
    ++fake_metal().steps;
    if (fake_metal().steps_left == 0) {
      commands->status = MTLCommandBufferStatusError;
      commands->error = [[NSError alloc] initWithReason:"Caused GPU Hang Error, as a test wanted it"];
      continue;
    }
    if (fake_metal().steps_left > 0) --fake_metal().steps_left;
    for (const Encoded& one : commands->launches) {
      const Launch launch{one.kernel, one.x, one.y, std::as_bytes(std::span(one.args)).first(one.args_bytes)};
      ++fake_metal().kernels;
      if (!shared.device.launch({&launch, 1}).ok())
        fake_metal().mistake = "a kernel failed on the emulated device";
    }
  }
  shared.committed.clear();
}

}  // namespace

@interface FakeBuffer : NSObject <MTLBuffer> {
 @public
  Memory* memory_;
}
@end
@implementation FakeBuffer
- (std::uint64_t)gpuAddress {
  return memory_->address;
}
- (void*)contents {
  return reinterpret_cast<void*>(memory_->address);
}
@end

@interface FakeFunction : NSObject <MTLFunction> {
 @public
  Kernel kernel_;
}
@end
@implementation FakeFunction
@end

@interface FakeLibrary : NSObject <MTLLibrary>
@end
@implementation FakeLibrary
- (id<MTLFunction>)newFunctionWithName:(NSString*)name {
  const std::string wanted = [name UTF8String];
  if (wanted == fake_metal().missing) return nil;
  for (std::size_t kernel = 0; kernel < static_cast<std::size_t>(Kernel::count); ++kernel) {
    if (wanted != kernel_facts[kernel].name) continue;
    FakeFunction* const found = [[FakeFunction alloc] init];
    found->kernel_ = static_cast<Kernel>(kernel);
    return found;
  }
  return nil;
}
@end

@interface FakePipeline : NSObject <MTLComputePipelineState> {
 @public
  Kernel kernel_;
}
@end
@implementation FakePipeline
- (NSUInteger)maxTotalThreadsPerThreadgroup {
  return fake_metal().lanes;
}
- (NSUInteger)threadExecutionWidth {
  return fake_metal().width;
}
@end

@interface FakeEncoder : NSObject <MTLComputeCommandEncoder> {
 @public
  Shared* shared_;
  Commands* commands_;
  FakePipeline* pipeline_;
  std::vector<std::byte>* args_;
  std::set<U64>* used_;  // addresses of buffers
  BOOL ended_;
}
@end
@implementation FakeEncoder
- (void)useResource:(id<MTLBuffer>)buffer usage:(NSUInteger)usage {
  if (usage == (MTLResourceUsageRead | MTLResourceUsageWrite)) used_->insert([buffer gpuAddress]);
}
- (void)setComputePipelineState:(id<MTLComputePipelineState>)state {
  pipeline_ = (FakePipeline*)state;
}
- (void)setBytes:(const void*)bytes length:(NSUInteger)length atIndex:(NSUInteger)index {
  if (index != 0 || length > 4096) fake_metal().mistake = "arguments that Metal does not take";
  const auto* const first = static_cast<const std::byte*>(bytes);
  args_->assign(first, first + length);
}
- (void)dispatchThreadgroups:(MTLSize)groups threadsPerThreadgroup:(MTLSize)lanes {
  const KernelFacts& facts = facts_of(pipeline_->kernel_);
  if (lanes.width != facts.lanes || lanes.height != 1 || lanes.depth != 1 || groups.depth != 1 ||
      groups.width == 0 || groups.height == 0 || args_->size() != facts.args_bytes) {
    fake_metal().mistake = std::string("a wrong launch of ") + facts.name;
    return;
  }
  // An address in the arguments whose buffer Metal was not told of may not be resident.
  for (std::size_t at = 0; at + 8 <= args_->size(); at += 8) {
    U64 word = 0;
    std::memcpy(&word, args_->data() + at, 8);
    for (const Memory& memory : shared_->buffers) {
      if (word >= memory.address && word < memory.address + memory.bytes &&
          used_->count(memory.address) == 0) {
        fake_metal().mistake = std::string(facts.name) + " uses a buffer that was not made known";
      }
    }
  }
  Encoded encoded{
      pipeline_->kernel_, static_cast<U32>(groups.width), static_cast<U32>(groups.height), {}, args_->size()};
  encoded.args.resize((args_->size() + sizeof(F4) - 1) / sizeof(F4));
  std::memcpy(encoded.args.data(), args_->data(), args_->size());
  commands_->launches.push_back(std::move(encoded));
}
- (void)endEncoding {
  ended_ = YES;
}
@end

@interface FakeCommandBuffer : NSObject <MTLCommandBuffer> {
 @public
  Shared* shared_;
  std::shared_ptr<Commands>* commands_;
  FakeEncoder* encoder_;
}
@end
@implementation FakeCommandBuffer
- (id<MTLComputeCommandEncoder>)computeCommandEncoder {
  encoder_ = [[FakeEncoder alloc] init];
  encoder_->shared_ = shared_;
  encoder_->commands_ = commands_->get();
  encoder_->args_ = new std::vector<std::byte>;
  encoder_->used_ = new std::set<U64>;
  return encoder_;
}
- (void)commit {
  if (encoder_ != nil && !encoder_->ended_)
    fake_metal().mistake = "a step is committed before its encoder has ended";
  shared_->committed.push_back(*commands_);
}
- (void)waitUntilCompleted {
  run(*shared_);
}
- (NSUInteger)status {
  return (*commands_)->status;
}
- (NSError*)error {
  return (*commands_)->error;
}
@end

@interface FakeQueue : NSObject <MTLCommandQueue> {
 @public
  Shared* shared_;
}
@end
@implementation FakeQueue
- (id<MTLCommandBuffer>)commandBuffer {
  FakeCommandBuffer* const buffer = [[FakeCommandBuffer alloc] init];
  buffer->shared_ = shared_;
  buffer->commands_ = new std::shared_ptr<Commands>(std::make_shared<Commands>());
  return buffer;
}
@end

@interface FakeDevice : NSObject <MTLDevice> {
 @public
  Shared* shared_;
  NSUInteger number_;
}
@end
@implementation FakeDevice
- (NSString*)name {
  return [NSString stringWithUTF8String:fake_metal().gpus[number_].name.c_str()];
}
- (BOOL)supportsFamily:(NSUInteger)family {
  return family == MTLGPUFamilyMetal3 && fake_metal().gpus[number_].metal3 ? YES : NO;
}
- (BOOL)hasUnifiedMemory {
  return fake_metal().gpus[number_].unified ? YES : NO;
}
- (std::uint64_t)recommendedMaxWorkingSetSize {
  return fake_metal().gpus[number_].memory;
}
- (NSUInteger)currentAllocatedSize {
  return fake_metal().allocated;
}
- (NSUInteger)maxBufferLength {
  return fake_metal().gpus[number_].memory;
}
- (id<MTLCommandQueue>)newCommandQueue {
  FakeQueue* const queue = [[FakeQueue alloc] init];
  queue->shared_ = shared_;
  return queue;
}
- (id<MTLBuffer>)newBufferWithLength:(NSUInteger)length options:(NSUInteger)options {
  if (options != MTLResourceStorageModeShared) return nil;
  const auto memory = shared_->device.allocate(length, "memory of the fake GPU");
  if (!memory.ok()) return nil;
  fake_metal().allocated += length;
  shared_->buffers.push_back(memory.value());
  FakeBuffer* const buffer = [[FakeBuffer alloc] init];
  buffer->memory_ = new Memory(memory.value());
  return buffer;
}
- (id<MTLLibrary>)newLibraryWithData:(dispatch_data_t)data error:(NSError**)error {
  fake_metal().source = data->bytes;
  return [[FakeLibrary alloc] init];
}
- (id<MTLLibrary>)newLibraryWithSource:(NSString*)source
                               options:(MTLCompileOptions*)options
                                 error:(NSError**)error {
  fake_metal().source = [source UTF8String];
  fake_metal().fast_math = options->fast_ == YES;
  if (fake_metal().source.find("KERNEL(") == std::string::npos) {
    *error = [[NSError alloc] initWithReason:"program_source:1:1: error: no kernel"];
    return nil;
  }
  return [[FakeLibrary alloc] init];
}
- (id<MTLComputePipelineState>)newComputePipelineStateWithFunction:(id<MTLFunction>)function
                                                             error:(NSError**)error {
  FakePipeline* const pipeline = [[FakePipeline alloc] init];
  pipeline->kernel_ = ((FakeFunction*)function)->kernel_;
  return pipeline;
}
@end

NSArray* MTLCopyAllDevices() {
  std::vector<id> devices;
  for (NSUInteger i = 0; i < fake_metal().gpus.size(); ++i) {
    FakeDevice* const device = [[FakeDevice alloc] init];
    device->shared_ = new Shared;
    device->number_ = i;
    devices.push_back(device);
  }
  return [[NSArray alloc] initWithItems:devices.data() count:devices.size()];
}
