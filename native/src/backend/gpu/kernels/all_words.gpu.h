// What every kernel file begins with: the words, the arguments, and what numbers in arguments stand for.
#pragma once

#include "backend/gpu/args.h"
#include "backend/gpu/words.h"

KERNELS_BEGIN

// name_lanes of every kernel.
#define ROOST_KERNEL(name, Args, lanes) CONSTANT(U32, name##_lanes) = lanes;
#include "backend/gpu/kernel_list.h"
#undef ROOST_KERNEL

// DType, Epilogue and Take of number_types.h and backend.h, which kernels can't include; gpu_backend.cpp
// asserts that they agree.
CONSTANT(U32, type_f32) = 0;
CONSTANT(U32, type_f16) = 1;
CONSTANT(U32, type_bf16) = 2;
CONSTANT(U32, type_q8) = 3;
CONSTANT(U32, type_q4) = 4;
CONSTANT(U32, type_q4m) = 5;

CONSTANT(U32, epilogue_none) = 0;
CONSTANT(U32, epilogue_add) = 1;
CONSTANT(U32, epilogue_tanh) = 2;
CONSTANT(U32, epilogue_sigmoid) = 3;
CONSTANT(U32, epilogue_bias_sigmoid) = 4;
CONSTANT(U32, epilogue_relu_squared) = 5;
CONSTANT(U32, epilogue_decay7) = 6;
CONSTANT(U32, epilogue_decay6) = 7;
CONSTANT(U32, epilogue_silu) = 8;

CONSTANT(U32, take_blend) = 0;
CONSTANT(U32, take_current) = 1;
CONSTANT(U32, take_previous) = 2;

KERNELS_END
