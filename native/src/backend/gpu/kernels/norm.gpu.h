// Layer norms, and what is done with a row on its way through one.
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

CONSTANT(U32, norm_lanes) = 256;
CONSTANT(U32, norm_subgroups) = norm_lanes / 32;
// Of group memory that row_statistics() wants.
CONSTANT(U32, statistics_size) = 2 * norm_subgroups;

// Mean, and one over the standard deviation, of columns x[at] ...; every lane gets both. Two passes, because
// a mean far from zero would eat the digits of one. Lane i reads columns i, i + norm_lanes ..., so that a
// kernel may call this on what its lanes have written in the same order.
template <class V>
FUNCTION void row_statistics(CONTEXT, V x, U64 at, U32 columns, float epsilon, GROUP_REF(float) partial,
                             LANE_REF(float) mean, LANE_REF(float) scale) {
  EACH_LANE(i) {
    float sum = 0;
    for (U32 k = i; k < columns; k += norm_lanes) sum += x[at + k];
    MINE(mean) = sum;
  }
  SUBGROUP_SUM(mean);
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
  // A second call may write its means now: everybody has read the first one's.
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
  const U64 from = static_cast<U64>(GROUP_X) * args.x_stride,
            to = static_cast<U64>(GROUP_X) * args.out_stride;
  row_statistics(HERE, args.x, from, args.columns, args.epsilon, partial, mean, scale);
  EACH_LANE(i) {
    for (U32 k = i; k < args.columns; k += norm_lanes) {
      args.out[to + k] = (args.x[from + k] - MINE(mean)) * MINE(scale) * args.gain[k] + args.bias[k];
    }
  }
}

KERNEL(embed, EmbedArgs) {
  GROUP_ARRAY(float, partial, statistics_size);
  PER_LANE(float, mean);
  PER_LANE(float, scale);
  const U64 from = static_cast<U64>(args.tokens[GROUP_X]) * args.row_words;
  const U64 to = static_cast<U64>(GROUP_X) * args.out_stride;
  EACH_LANE(i) {
    for (U32 k = i; k < args.columns; k += norm_lanes) {
      float number = 0;
      if (args.type == type_f32) {
        number = as_float(args.table[from + k]);
      } else {
        const U32 pair = args.table[from + k / 2];
        const F2 both = args.type == type_f16 ? unpack_f16(pair) : unpack_bf16(pair);
        number = k % 2 == 0 ? both.x : both.y;
      }
      args.out[to + k] = number;
    }
  }
  if (args.normalised != 0) {
    row_statistics(HERE, args.out, to, args.columns, args.epsilon, partial, mean, scale);
    EACH_LANE(i) {
      for (U32 k = i; k < args.columns; k += norm_lanes) {
        args.out[to + k] = (args.out[to + k] - MINE(mean)) * MINE(scale) * args.gain[k] + args.bias[k];
      }
    }
  }
}

KERNEL(norm_shift_mix, MixArgs) {
  GROUP_ARRAY(float, partial, statistics_size);
  PER_LANE(float, mean);
  PER_LANE(float, scale);
  // Of the row before, or, for a sequence's first row, of its last: see below.
  PER_LANE(float, other_mean);
  PER_LANE(float, other_scale);
  const U32 t = GROUP_X;
  const bool starts = args.begin[t] == t;
  const U32 final_row = args.end[t] - 1;
  const U32 other = starts ? final_row : t - 1;
  const U64 row = static_cast<U64>(t) * args.x_stride, other_row = static_cast<U64>(other) * args.x_stride;
  const U64 carried = args.slot[t] * args.last_stride;
  row_statistics(HERE, args.x, row, args.columns, args.epsilon, partial, mean, scale);
  row_statistics(HERE, args.x, other_row, args.columns, args.epsilon, partial, other_mean, other_scale);
  EACH_LANE(i) {
    for (U32 k = i; k < args.columns; k += norm_lanes) {
      const float gain = args.gain[k], bias = args.bias[k];
      const float now = (args.x[row + k] - MINE(mean)) * MINE(scale) * gain + bias;
      const float there = (args.x[other_row + k] - MINE(other_mean)) * MINE(other_scale) * gain + bias;
      float before = there;
      if (starts) {
        // Only this lane of this group reads the carried number, so only it may replace it: by the
        // sequence's last row, which costs one more norm and no second launch.
        before = args.last[carried + k];
        args.last[carried + k] = there;
      }
      for (U32 m = 0; m < args.mixes; ++m) {
        float result = args.take[m] == take_current ? now : before;
        if (args.take[m] == take_blend) result = now + (before - now) * args.mix[m][k];
        args.out[m][static_cast<U64>(t) * args.out_stride[m] + k] = result;
      }
    }
  }
}

KERNELS_END
