// All kernels as CUDA: what nvcc compiles for every architecture.
#include "backend/gpu/kernels/all.gpu.h"
