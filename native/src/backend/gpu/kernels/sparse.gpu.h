// Products of rows in which most numbers are zero: the hidden layer of a channel mix, behind its squared
// ReLU. Weights lie by input here: all that a number of x is multiplied by in one piece, and nothing of it is
// read where that number is zero.
//
// products_sparse: group x takes some columns of `out` and some tokens, group y sparse_depth numbers of x;
// a lane owns one vector of weights, so as many outputs as that holds numbers. What it sums up goes to
// `partial`, from where sum_partials adds the groups up, always in the same order.
#pragma once

#include "backend/gpu/kernels/products.gpu.h"

KERNELS_BEGIN

CONSTANT(U32,
         sparse_tokens) = 2;      // that products_sparse_few takes at once: more would not fit into registers
CONSTANT(U32, block_depth) = 32;  // numbers of x that share scales
CONSTANT(U32, sparse_blocks) = sparse_depth / block_depth;

// `input`, `value`: per block the numbers of x that are not zero in all tokens, packed together; `count`: how
// many. A tile of one token or of sparse_tokens.
template <U32 tile, class Type, class Weight, class Scales, class Partial>
FUNCTION void add_inputs(CONTEXT, Type type, Weight weight, Scales scales, Partial partial,
                         ProductShape shape, U32 first_input, U32 first_vector, U32 first_token, U32 tokens,
                         U32 depth_index, GROUP_REF(U32) input, GROUP_REF(float) value,
                         GROUP_REF(U32) count) {
  EACH_LANE(i) {
    const U32 v = first_vector + i;
    if (v < shape.vectors) {
      float totals[tile][Type::numbers];
      UNROLL
      for (U32 t = 0; t < tile; ++t) {
        UNROLL
        for (U32 j = 0; j < Type::numbers; ++j) totals[t][j] = 0;
      }
      for (U32 b = 0; b < sparse_blocks; ++b) {
        const U32 entries = count[b];
        if (entries == 0) continue;
        float sums[tile][Type::numbers], weight_sums[tile];
        UNROLL
        for (U32 t = 0; t < tile; ++t) {
          weight_sums[t] = 0;
          UNROLL
          for (U32 j = 0; j < Type::numbers; ++j) sums[t][j] = 0;
        }
        UNROLL_BY((tile == 1 ? 4 : 1))
        for (U32 e = 0; e < entries; ++e) {
          const U32 at = b * block_depth + e;
          const U4 raw = STREAM(weight, static_cast<U64>(input[at]) * shape.vectors + v);
          float w[Type::numbers];
          widen(type, raw, F2{1, 0}, w);
          UNROLL
          for (U32 t = 0; t < tile; ++t) {
            const float x = value[t * sparse_depth + at];
            weight_sums[t] += x;
            UNROLL
            for (U32 j = 0; j < Type::numbers; ++j) sums[t][j] += w[j] * x;
          }
        }
        float scale[Type::numbers], minimum[Type::numbers];
        const U32 first_scale =
            ((first_input / block_depth + b) * shape.vectors + v) * static_cast<U32>(Type::numbers);
        scales_of(type, scales, first_scale, scale, minimum);
        UNROLL
        for (U32 t = 0; t < tile; ++t) {
          UNROLL
          for (U32 j = 0; j < Type::numbers; ++j) {
            totals[t][j] += scale[j] * sums[t][j] + minimum[j] * weight_sums[t];
          }
        }
      }
      UNROLL
      for (U32 t = 0; t < tile; ++t) {
        if (first_token + t < tokens) {
          const U64 to = (static_cast<U64>(depth_index) * tokens + first_token + t) * shape.rows;
          UNROLL
          for (U32 j = 0; j < Type::numbers; ++j) {
            const U32 row = v * Type::numbers + j;
            if (row < shape.rows) partial[to + row] = totals[t][j];
          }
        }
      }
    }
  }
}

template <U32 tile>
FUNCTION void sparse_group(CONTEXT, ARGS_REF(SparseArgs) args, GROUP_REF(float) numbers, GROUP_REF(U32) input,
                           GROUP_REF(float) value, GROUP_REF(U32) count) {
  const U32 first_input = GROUP_Y * sparse_depth;
  const U32 piece = GROUP_X % args.pieces, first_token = GROUP_X / args.pieces * tile;
  const U32 columns = args.shape.columns;
  EACH_LANE(i) {
    UNROLL
    for (U32 t = 0; t < tile; ++t) {
      const U32 token = first_token + t, k = first_input + i;
      numbers[t * sparse_depth + i] =
          token < args.tokens && k < columns
              ? static_cast<float>(args.x[static_cast<U64>(token) * args.shape.x_stride + k])
              : 0.0f;
    }
  }
  BARRIER();
  // Lane i moves number i to the place that the numbers before it in its block leave.
  EACH_LANE(i) {
    const U32 block = i / block_depth * block_depth;
    U32 place = block;
    bool counts = false;
    for (U32 k = block; k <= i; ++k) {
      bool some = false;
      UNROLL
      for (U32 t = 0; t < tile; ++t) some = some || !(numbers[t * sparse_depth + k] == 0);
      if (k < i && some) ++place;
      counts = some;
    }
    if (counts) {
      input[place] = first_input + i;
      UNROLL
      for (U32 t = 0; t < tile; ++t) {
        value[t * sparse_depth + place] = numbers[t * sparse_depth + i];
      }
    }
    if (i % block_depth == block_depth - 1) count[i / block_depth] = place + (counts ? 1 : 0) - block;
  }
  BARRIER();
  const U32 first_vector = piece * sparse_depth;
  const U32 type = args.shape.type;
#define ROOST_ADD(Type)                                                                           \
  add_inputs<tile>(HERE, Type{}, args.weight, args.scales, args.partial, args.shape, first_input, \
                   first_vector, first_token, args.tokens, GROUP_Y, input, value, count)
  if (type == type_f32) {
    ROOST_ADD(WeightsF32);
  } else if (type == type_f16) {
    ROOST_ADD(WeightsF16);
  } else if (type == type_bf16) {
    ROOST_ADD(WeightsBf16);
  } else if (type == type_q8) {
    ROOST_ADD(WeightsQ8);
  } else if (type == type_q4) {
    ROOST_ADD(WeightsQ4);
  } else {
    ROOST_ADD(WeightsQ4m);
  }
#undef ROOST_ADD
}

#define ROOST_SPARSE(name, tile)                                  \
  KERNEL(name, SparseArgs) {                                      \
    GROUP_ARRAY(float, numbers, tile* sparse_depth);              \
    GROUP_ARRAY(U32, input, sparse_depth);                        \
    GROUP_ARRAY(float, value, tile* sparse_depth);                \
    GROUP_ARRAY(U32, count, sparse_blocks);                       \
    sparse_group<tile>(HERE, args, numbers, input, value, count); \
  }
ROOST_SPARSE(products_sparse, 1)
ROOST_SPARSE(products_sparse_few, sparse_tokens)

// out[t][n] = epilogue(sum of what the groups found); group x of token = group y.
KERNEL(sum_partials, SparseArgs) {
  EACH_LANE(i) {
    const U32 row = GROUP_X * sum_partials_lanes + i;
    if (row < args.shape.rows) {
      float sum = 0;
      UNROLL_BY(8)
      for (U32 g = 0; g < args.depths; ++g) {
        sum += args.partial[(static_cast<U64>(g) * args.tokens + GROUP_Y) * args.shape.rows + row];
      }
      finish(args.out, args.bias, args.shape, GROUP_Y, row, sum);
    }
  }
}

KERNELS_END
