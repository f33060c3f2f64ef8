// The few parts of Apple's Metal that metal_device.mm uses, over an emulated device. Tests only; fake_metal.h
// says what a test can set.
#pragma once

#import <Foundation/Foundation.h>

#include <cstdint>

enum { MTLGPUFamilyMetal3 = 5001 };
enum { MTLResourceStorageModeShared = 0 };
enum { MTLResourceUsageRead = 1, MTLResourceUsageWrite = 2 };
enum { MTLLanguageVersion3_0 = (3 << 16) + 0 };
enum {
  MTLCommandBufferStatusNotEnqueued = 0,
  MTLCommandBufferStatusCompleted = 4,
  MTLCommandBufferStatusError = 5
};

struct MTLSize {
  NSUInteger width, height, depth;
};
inline MTLSize MTLSizeMake(NSUInteger width, NSUInteger height, NSUInteger depth) {
  return MTLSize{width, height, depth};
}

@interface MTLCompileOptions : NSObject {
 @public
  BOOL fast_;
  NSUInteger version_;
}
- (void)setFastMathEnabled:(BOOL)fast;
- (void)setLanguageVersion:(NSUInteger)version;
@end

@protocol MTLBuffer
- (std::uint64_t)gpuAddress;
- (void*)contents;
@end

@protocol MTLFunction
@end

@protocol MTLLibrary
- (id<MTLFunction>)newFunctionWithName:(NSString*)name;
@end

@protocol MTLComputePipelineState
- (NSUInteger)maxTotalThreadsPerThreadgroup;
- (NSUInteger)threadExecutionWidth;
@end

@protocol MTLComputeCommandEncoder
- (void)useResource:(id<MTLBuffer>)buffer usage:(NSUInteger)usage;
- (void)setComputePipelineState:(id<MTLComputePipelineState>)state;
- (void)setBytes:(const void*)bytes length:(NSUInteger)length atIndex:(NSUInteger)index;
- (void)dispatchThreadgroups:(MTLSize)groups threadsPerThreadgroup:(MTLSize)lanes;
- (void)endEncoding;
@end

@protocol MTLCommandBuffer
- (id<MTLComputeCommandEncoder>)computeCommandEncoder;
- (void)commit;
- (void)waitUntilCompleted;
- (NSUInteger)status;
- (NSError*)error;
@end

@protocol MTLCommandQueue
- (id<MTLCommandBuffer>)commandBuffer;
@end

@protocol MTLDevice
- (NSString*)name;
- (BOOL)supportsFamily:(NSUInteger)family;
- (BOOL)hasUnifiedMemory;
- (std::uint64_t)recommendedMaxWorkingSetSize;
- (NSUInteger)currentAllocatedSize;
- (NSUInteger)maxBufferLength;
- (id<MTLCommandQueue>)newCommandQueue;
- (id<MTLBuffer>)newBufferWithLength:(NSUInteger)length options:(NSUInteger)options;
- (id<MTLLibrary>)newLibraryWithData:(dispatch_data_t)data error:(NSError**)error;
- (id<MTLLibrary>)newLibraryWithSource:(NSString*)source
                               options:(MTLCompileOptions*)options
                                 error:(NSError**)error;
- (id<MTLComputePipelineState>)newComputePipelineStateWithFunction:(id<MTLFunction>)function
                                                             error:(NSError**)error;
@end

NSArray* MTLCopyAllDevices();
