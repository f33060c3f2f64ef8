// What every kernel file begins with: the words, the arguments, and the lanes of each kernel as name_lanes.
#pragma once

#include "backend/gpu/args.h"
#include "backend/gpu/words.h"

KERNELS_BEGIN
#define ROOST_KERNEL(name, Args, lanes) CONSTANT(U32, name##_lanes) = lanes;
#include "backend/gpu/kernel_list.h"
#undef ROOST_KERNEL
KERNELS_END
