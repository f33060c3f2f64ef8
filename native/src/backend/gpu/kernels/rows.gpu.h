// What is done to rows element by element.
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

// Of a row of columns, which group x takes from here ...
CONSTANT(U32, rows_lanes) = 256;

KERNEL(blend, BlendArgs) {
  EACH_LANE(i) {
    const U32 k = GROUP_X * rows_lanes + i;
    const U64 t = GROUP_Y;
    if (k < args.columns) {
      const float a = args.a[t * args.a_stride + k], before = args.before[t * args.before_stride + k];
      for (U32 g = 0; g < args.blends; ++g) {
        const float weight = args.base[g][k] + args.weights[g][t * args.weights_stride[g] + k];
        args.out[g][t * args.out_stride[g] + k] = a + (before - a) * weight;
      }
    }
  }
}

KERNEL(gated_add, GatedAddArgs) {
  EACH_LANE(i) {
    const U32 k = GROUP_X * rows_lanes + i;
    const U64 t = GROUP_Y;
    if (k < args.columns) {
      args.x[t * args.x_stride + k] +=
          args.scale * args.gate[t * args.gate_stride + k] * args.value[t * args.value_stride + k];
    }
  }
}

KERNEL(copy_rows, CopyArgs) {
  const U64 row = args.chosen != 0 ? args.rows[GROUP_Y] : GROUP_Y;
  EACH_LANE(i) {
    const U32 k = GROUP_X * rows_lanes + i;
    if (k < args.columns) args.out[GROUP_Y * args.out_stride + k] = args.x[row * args.x_stride + k];
  }
}

KERNEL(fill_rows, FillArgs) {
  EACH_LANE(i) {
    const U32 k = GROUP_X * rows_lanes + i;
    if (k < args.columns) args.out[GROUP_Y * args.out_stride + k] = args.value;
  }
}

KERNEL(transpose, TransposeArgs) {
  const U64 matrix = static_cast<U64>(GROUP_Y) * args.size * args.size;
  EACH_LANE(i) {
    const U32 at = GROUP_X * rows_lanes + i;
    if (at < args.size * args.size) {
      args.out[matrix + at] = args.x[matrix + at % args.size * args.size + at / args.size];
    }
  }
}

KERNEL(read_memory, ReadArgs) {
  EACH_LANE(i) {
    const U32 lane = GROUP_X * read_memory_lanes + i;
    const U64 step = static_cast<U64>(args.groups) * read_memory_lanes;
    U32 folded = 0;
    UNROLL_BY(8)
    for (U64 v = lane; v < args.vectors; v += step) {
      const U4 read = STREAM(args.x, v);
      folded ^= read.x ^ read.y ^ read.z ^ read.w;
    }
    args.out[lane] = folded;
  }
}

KERNELS_END
