// Layer norms, and the shift that goes with them.
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

CONSTANT(U32, norm_lanes) = layer_norm_lanes;
CONSTANT(U32, norm_subgroups) = norm_lanes / 32;
// Of group memory that row_statistics() wants.
CONSTANT(U32, statistics_size) = 2 * norm_subgroups;

// Mean, and one over the standard deviation, of columns x[at] ...; every lane gets both. Two passes, because
// a mean far from zero would eat the digits of one.
template <class V>
FUNCTION void row_statistics(CONTEXT, V x, U64 at, U32 columns, float epsilon, GROUP_REF(float) partial,
                             LANE_REF(float) mean, LANE_REF(float) scale) {
  EACH_LANE(i) {
    float sum = 0;
    for (U32 k = i; k < columns; k += norm_lanes) sum += x[at + k];
    MINE(mean) = sum;
  }
  SUBGROUP_SUM(mean);
  BARRIER();  // of an earlier call, somebody may still be reading
  EACH_LANE(i) {
    if (i % 32 == 0) partial[i / 32] = MINE(mean);
  }
  BARRIER();
  EACH_LANE(i) {
    float sum = 0;
    for (U32 s = 0; s < norm_subgroups; ++s) sum += partial[s];
    MINE(mean) = sum / static_cast<float>(columns);
    float squares = 0;
    for (U32 k = i; k < columns; k += norm_lanes) {
      const float d = x[at + k] - MINE(mean);
      squares += d * d;
    }
    MINE(scale) = squares;
  }
  SUBGROUP_SUM(scale);
  EACH_LANE(i) {
    if (i % 32 == 0) partial[norm_subgroups + i / 32] = MINE(scale);
  }
  BARRIER();
  EACH_LANE(i) {
    float squares = 0;
    for (U32 s = 0; s < norm_subgroups; ++s) squares += partial[norm_subgroups + s];
    MINE(scale) = 1.0f / rk_sqrt(squares / static_cast<float>(columns) + epsilon);
  }
}

KERNEL(layer_norm, NormArgs) {
  GROUP_ARRAY(float, partial, statistics_size);
  PER_LANE(float, mean);
  PER_LANE(float, scale);
  const U64 from = static_cast<U64>(GROUP_X) * args.x_stride, to = static_cast<U64>(GROUP_X) * args.out_stride;
  row_statistics(HERE, args.x, from, args.columns, args.epsilon, partial, mean, scale);
  EACH_LANE(i) {
    for (U32 k = i; k < args.columns; k += norm_lanes) {
      args.out[to + k] = (args.x[from + k] - MINE(mean)) * MINE(scale) * args.gain[k] + args.bias[k];
    }
  }
}

KERNELS_END
