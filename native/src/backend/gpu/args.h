// The arguments of every kernel, once for all machines: fields of fixed size, memory first. Rows lie
// `..._stride` numbers apart. Field names are what the emulated device's reports call the buffers.
#pragma once

#include "backend/gpu/words.h"

KERNELS_BEGIN

// out[t] = layer_norm(x[t]) * gain + bias; group t. out may be x.
struct NormArgs {
  OUT(float, out);
  IN(float, x);
  IN(float, gain);
  IN(float, bias);
  U32 columns, out_stride, x_stride;
  float epsilon;
};

KERNELS_END
