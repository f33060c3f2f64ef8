// The part of NVIDIA's driver interface that Roost uses, declared here so that neither their headers nor
// their library are needed to build: the library is opened at run time (driver.h). Names, types and numbers
// are the driver's own.
#pragma once

#include <cstddef>

#if defined(_WIN32)
#define ROOST_CUDA_CALL __stdcall
#else
#define ROOST_CUDA_CALL
#endif

namespace roost::backend::gpu::cuda {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st*;
using CUmodule = struct CUmod_st*;
using CUfunction = struct CUfunc_st*;
using CUstream = struct CUstream_st*;
using CUevent = struct CUevent_st*;
using CUgraph = struct CUgraph_st*;
using CUgraphExec = struct CUgraphExec_st*;

enum : CUresult {
  success = 0,
  out_of_device_memory = 2,
  no_device = 100,
  invalid_image = 200,
  no_binary_for_gpu = 209,
  unsupported_ptx_version = 222,
};

enum DeviceAttribute : int {
  multiprocessor_count = 16,
  integrated = 18,
  compute_capability_major = 75,
  compute_capability_minor = 76,
};

enum : unsigned {
  stream_non_blocking = 1,
  event_disable_timing = 2,
  capture_thread_local = 1,
};

// Every function, as it is exported: the suffix belongs to the version whose parameters these are.
#define ROOST_CUDA_FUNCTIONS(F)                                                                     \
  F(init, cuInit, unsigned)                                                                         \
  F(driver_version, cuDriverGetVersion, int*)                                                       \
  F(device_count, cuDeviceGetCount, int*)                                                           \
  F(device_get, cuDeviceGet, CUdevice*, int)                                                        \
  F(device_name, cuDeviceGetName, char*, int, CUdevice)                                             \
  F(device_memory, cuDeviceTotalMem_v2, std::size_t*, CUdevice)                                     \
  F(device_attribute, cuDeviceGetAttribute, int*, int, CUdevice)                                    \
  F(error_name, cuGetErrorName, CUresult, const char**)                                             \
  F(error_text, cuGetErrorString, CUresult, const char**)                                           \
  F(context_create, cuCtxCreate_v2, CUcontext*, unsigned, CUdevice)                                 \
  F(context_destroy, cuCtxDestroy_v2, CUcontext)                                                    \
  F(context_set, cuCtxSetCurrent, CUcontext)                                                        \
  F(memory_info, cuMemGetInfo_v2, std::size_t*, std::size_t*)                                       \
  F(memory_allocate, cuMemAlloc_v2, CUdeviceptr*, std::size_t)                                      \
  F(memory_free, cuMemFree_v2, CUdeviceptr)                                                         \
  F(host_allocate, cuMemAllocHost_v2, void**, std::size_t)                                          \
  F(host_free, cuMemFreeHost, void*)                                                                \
  F(copy_to_device, cuMemcpyHtoDAsync_v2, CUdeviceptr, const void*, std::size_t, CUstream)          \
  F(copy_to_host, cuMemcpyDtoHAsync_v2, void*, CUdeviceptr, std::size_t, CUstream)                  \
  F(module_load, cuModuleLoadData, CUmodule*, const void*)                                          \
  F(module_unload, cuModuleUnload, CUmodule)                                                        \
  F(module_function, cuModuleGetFunction, CUfunction*, CUmodule, const char*)                       \
  F(launch, cuLaunchKernel, CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, \
    unsigned, CUstream, void**, void**)                                                             \
  F(stream_create, cuStreamCreate, CUstream*, unsigned)                                             \
  F(stream_destroy, cuStreamDestroy_v2, CUstream)                                                   \
  F(stream_wait, cuStreamSynchronize, CUstream)                                                     \
  F(event_create, cuEventCreate, CUevent*, unsigned)                                                \
  F(event_destroy, cuEventDestroy_v2, CUevent)                                                      \
  F(event_record, cuEventRecord, CUevent, CUstream)                                                 \
  F(event_wait, cuEventSynchronize, CUevent)                                                        \
  F(capture_begin, cuStreamBeginCapture_v2, CUstream, int)                                          \
  F(capture_end, cuStreamEndCapture, CUstream, CUgraph*)                                            \
  F(graph_make, cuGraphInstantiateWithFlags, CUgraphExec*, CUgraph, unsigned long long)             \
  F(graph_launch, cuGraphLaunch, CUgraphExec, CUstream)                                             \
  F(graph_destroy, cuGraphDestroy, CUgraph)                                                         \
  F(graph_exec_destroy, cuGraphExecDestroy, CUgraphExec)

}  // namespace roost::backend::gpu::cuda
