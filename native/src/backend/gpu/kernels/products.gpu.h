// Matrix products: out[t][n] = epilogue(sum over k of weight[n][k] * x[t][k]). Several products that do not
// depend on one another share a launch; each has a range of groups.
//
// products_one and products_few read every weight once: a subgroup takes rows_each rows of the weight, its
// lanes the vectors of a row in turn, 512 bytes at a time. Sums run in the same order whatever the number of
// tokens, so the two give the same bits. products_many is for more tokens, where arithmetic is what costs.
#pragma once

#include "backend/gpu/kernels/weights.gpu.h"

KERNELS_BEGIN

CONSTANT(U32, rows_each) = 2;
CONSTANT(U32, few_tokens) = 4;
CONSTANT(U32, rows_of_few) = products_few_lanes / 32 * rows_each;  // of a group

FUNCTION float sigmoid(float z) {
  return 1.0f / (1.0f + rk_exp(-z));
}

// `before` is what `add` accumulates onto, `bias` counts for those that have one.
FUNCTION float apply(U32 epilogue, float z, float bias, float before) {
  if (epilogue == epilogue_none) return z;
  if (epilogue == epilogue_add) return before + z;
  if (epilogue == epilogue_tanh) return rk_tanh(z);
  if (epilogue == epilogue_sigmoid) return sigmoid(z);
  if (epilogue == epilogue_bias_sigmoid) return sigmoid(bias + z);
  if (epilogue == epilogue_relu_squared) return z < 0 ? 0 : z * z;
  if (epilogue == epilogue_decay7) return rk_exp(-0.606531f * sigmoid(bias + z));
  if (epilogue == epilogue_decay6) return rk_exp(-rk_exp(bias + z));
  return z * sigmoid(z);
}
FUNCTION bool takes_bias(U32 epilogue) {
  return epilogue == epilogue_bias_sigmoid || epilogue == epilogue_decay7 || epilogue == epilogue_decay6;
}

template <class V, class B>
FUNCTION void finish(V out, B bias, ProductShape shape, U32 token, U32 row, float z) {
  const U64 at = static_cast<U64>(token) * shape.out_stride + row;
  const float before = shape.epilogue == epilogue_add ? static_cast<float>(out[at]) : 0.0f;
  const float added = takes_bias(shape.epilogue) ? static_cast<float>(bias[row]) : 0.0f;
  out[at] = apply(shape.epilogue, z, added, before);
}

// Four numbers of x from column k of the row that begins at `at`; zeros past the last column.
template <class V>
FUNCTION F4 four_of(V x, U64 at, U32 k, U32 columns) {
  F4 four{0, 0, 0, 0};
  if (k < columns) four.x = x[at + k];
  if (k + 1 < columns) four.y = x[at + k + 1];
  if (k + 2 < columns) four.z = x[at + k + 2];
  if (k + 3 < columns) four.w = x[at + k + 3];
  return four;
}

// Adds what vector v of rows_each rows contributes to the sums of `tile` tokens. `whole`: all its columns are
// there and x is aligned.
template <U32 tile, bool whole, class Type, class Weight, class Scales, class X>
FUNCTION void add_vector(Type type, Weight weight, Scales scales, X x, ProductShape shape, U32 first_row,
                         U32 first_token, U32 tokens, U32 v, LOCAL_REF(float, sums, rows_each* tile)) {
  float w[rows_each][Type::numbers];
  UNROLL
  for (U32 r = 0; r < rows_each; ++r) {
    // Past the last row the last one is read again, and the sum left unused.
    const U32 row = first_row + r < shape.rows ? first_row + r : shape.rows - 1;
    const U4 raw = STREAM(weight, static_cast<U64>(row) * shape.vectors + v);
    widen(type, raw, scale_of(type, scales, row * shape.blocks, v), w[r]);
  }
  UNROLL
  for (U32 t = 0; t < tile; ++t) {
    const U32 token = first_token + t < tokens ? first_token + t : tokens - 1;
    const U64 at = static_cast<U64>(token) * shape.x_stride;
    UNROLL
    for (U32 k = 0; k < Type::numbers; k += 4) {
      const U32 column = v * Type::numbers + k;
      const F4 four = whole ? LOAD4(x, at + column) : four_of(x, at, column, shape.columns);
      UNROLL
      for (U32 r = 0; r < rows_each; ++r) {
        float sum = sums[r * tile + t];
        sum += w[r][k] * four.x;
        sum += w[r][k + 1] * four.y;
        sum += w[r][k + 2] * four.z;
        sum += w[r][k + 3] * four.w;
        sums[r * tile + t] = sum;
      }
    }
  }
}

template <U32 tile, class Type, class Weight, class Scales, class X, class Out, class Bias>
FUNCTION void rows_times_few(CONTEXT, Type type, Weight weight, Scales scales, X x, Out out, Bias bias,
                             ProductShape shape, U32 group, U32 first_token, U32 tokens) {
  PER_LANE_ARRAY(float, totals, rows_each* tile);
  EACH_LANE(i) {
    const U32 first_row = group * rows_of_few + i / 32 * rows_each;
    const U32 whole = shape.x_aligned != 0 ? shape.columns / Type::numbers : 0;
    float sums[rows_each * tile];
    UNROLL
    for (U32 s = 0; s < rows_each * tile; ++s) sums[s] = 0;
    U32 v = i % 32;
    UNROLL_BY((tile == 1 ? Type::turns : 1))
    for (; v < whole; v += 32) {
      add_vector<tile, true>(type, weight, scales, x, shape, first_row, first_token, tokens, v, sums);
    }
    UNROLL_BY(1)
    for (; v < shape.vectors; v += 32) {
      add_vector<tile, false>(type, weight, scales, x, shape, first_row, first_token, tokens, v, sums);
    }
    UNROLL
    for (U32 s = 0; s < rows_each * tile; ++s) MINE(totals)[s] = sums[s];
  }
  SUBGROUP_SUMS(totals, rows_each * tile);
  EACH_LANE(i) {
    // Every lane of a subgroup has every sum; lane r * tile + t stores that one.
    float z = 0;
    UNROLL
    for (U32 s = 0; s < rows_each * tile; ++s) {
      if (i % 32 == s) z = MINE(totals)[s];
    }
    const U32 row = group * rows_of_few + i / 32 * rows_each + i % 32 / tile;
    const U32 token = first_token + i % 32 % tile;
    if (i % 32 < rows_each * tile && row < shape.rows && token < tokens) {
      finish(out, bias, shape, token, row, z);
    }
  }
}

// The product that a group belongs to.
#define ROOST_PRODUCT_OF_GROUP(p) \
  U32 p = args.products - 1;      \
  while (args.shape[p].first_group > GROUP_X) --p

// Calls function(HERE, type, arguments of product p ..., the rest) for the format of its weights.
#define ROOST_BY_TYPE(function, ...)            \
  if (args.shape[p].type == type_f32) {         \
    function(HERE, WeightsF32{}, __VA_ARGS__);  \
  } else if (args.shape[p].type == type_f16) {  \
    function(HERE, WeightsF16{}, __VA_ARGS__);  \
  } else if (args.shape[p].type == type_bf16) { \
    function(HERE, WeightsBf16{}, __VA_ARGS__); \
  } else if (args.shape[p].type == type_q8) {   \
    function(HERE, WeightsQ8{}, __VA_ARGS__);   \
  } else if (args.shape[p].type == type_q4) {   \
    function(HERE, WeightsQ4{}, __VA_ARGS__);   \
  } else {                                      \
    function(HERE, WeightsQ4m{}, __VA_ARGS__);  \
  }

KERNEL(products_one, ProductsArgs) {
  ROOST_PRODUCT_OF_GROUP(p);
  const U32 group = GROUP_X - args.shape[p].first_group;
  ROOST_BY_TYPE(rows_times_few<1>, args.weight[p], args.scales[p], args.x[p], args.out[p], args.bias[p],
                args.shape[p], group, 0, 1)
}

// Group y takes few_tokens tokens.
KERNEL(products_few, ProductsArgs) {
  ROOST_PRODUCT_OF_GROUP(p);
  const U32 group = GROUP_X - args.shape[p].first_group;
  ROOST_BY_TYPE(rows_times_few<few_tokens>, args.weight[p], args.scales[p], args.x[p], args.out[p],
                args.bias[p], args.shape[p], group, GROUP_Y * few_tokens, args.tokens)
}

// ---- many tokens: a group takes 64 rows times 64 tokens (group y), a lane 4 by 4 of them ----

CONSTANT(U32, tile_side) = 64;
CONSTANT(U32, tile_depth) = 32;  // columns at a time: those that share scales
CONSTANT(U32, tile_pitch) = tile_side + 4;
CONSTANT(U32, tile_size) = (tile_depth - 1) * tile_pitch + tile_side;

// Columns first .. first + tile_depth - 1 of the group's rows, as [column][row]; zeros where there are none.
template <class Type, class Weight, class Scales>
FUNCTION void take_weights(CONTEXT, Type type, Weight weight, Scales scales, ProductShape shape,
                           U32 first_row, U32 first, GROUP_REF(float) w_tile) {
  EACH_LANE(i) {
    const U32 vectors = tile_depth / Type::numbers;  // of a row, in this piece
    for (U32 at = i; at < tile_side * vectors; at += products_many_lanes) {
      const U32 row = at / vectors, v = first / Type::numbers + at % vectors;
      float w[Type::numbers];
      UNROLL
      for (U32 k = 0; k < Type::numbers; ++k) w[k] = 0;
      if (first_row + row < shape.rows && v < shape.vectors) {
        const U4 raw = weight[static_cast<U64>(first_row + row) * shape.vectors + v];
        widen(type, raw, scale_of(type, scales, (first_row + row) * shape.blocks, v), w);
      }
      UNROLL
      for (U32 k = 0; k < Type::numbers; ++k) {
        w_tile[(at % vectors * Type::numbers + k) * tile_pitch + row] = w[k];
      }
    }
  }
}

// The same of weights that lie by input.
template <class Type, class Weight, class Scales>
FUNCTION void take_weights_by_input(CONTEXT, Type type, Weight weight, Scales scales, ProductShape shape,
                                    U32 first_row, U32 first, GROUP_REF(float) w_tile) {
  EACH_LANE(i) {
    const U32 vectors = tile_side / Type::numbers;  // of a column, in this piece
    for (U32 at = i; at < tile_depth * vectors; at += products_many_lanes) {
      const U32 k = at / vectors, v = first_row / Type::numbers + at % vectors;
      float w[Type::numbers];
      UNROLL
      for (U32 j = 0; j < Type::numbers; ++j) w[j] = 0;
      if (first + k < shape.columns && v < shape.vectors) {
        const U4 raw = weight[static_cast<U64>(first + k) * shape.vectors + v];
        float scale[Type::numbers], minimum[Type::numbers];
        const U32 block = first / tile_depth;
        scales_of(type, scales, (block * shape.vectors + v) * static_cast<U32>(Type::numbers), scale,
                  minimum);
        widen(type, raw, F2{1, 0}, w);
        UNROLL
        for (U32 j = 0; j < Type::numbers; ++j) w[j] = w[j] * scale[j] + minimum[j];
      }
      UNROLL
      for (U32 j = 0; j < Type::numbers; ++j) {
        w_tile[k * tile_pitch + at % vectors * Type::numbers + j] = w[j];
      }
    }
  }
}

KERNEL(products_many, ProductsArgs) {
  GROUP_ARRAY(float, w_tile, tile_size);
  GROUP_ARRAY(float, x_tile, tile_size);
  PER_LANE_ARRAY(float, sums, 16);
  ROOST_PRODUCT_OF_GROUP(p);
  const U32 first_row = (GROUP_X - args.shape[p].first_group) * tile_side;
  const U32 first_token = GROUP_Y * tile_side;
  const U32 columns = args.shape[p].columns, rows = args.shape[p].rows;
  EACH_LANE(i) {
    UNROLL
    for (U32 s = 0; s < 16; ++s) MINE(sums)[s] = 0;
  }
  for (U32 first = 0; first < columns; first += tile_depth) {
    if (first > 0) BARRIER();  // the last piece has been used
    if (args.shape[p].by_input != 0) {
      ROOST_BY_TYPE(take_weights_by_input, args.weight[p], args.scales[p], args.shape[p], first_row, first,
                    w_tile)
    } else {
      ROOST_BY_TYPE(take_weights, args.weight[p], args.scales[p], args.shape[p], first_row, first, w_tile)
    }
    EACH_LANE(i) {
      for (U32 at = i; at < tile_side * tile_depth / 4; at += products_many_lanes) {
        const U32 token = at / (tile_depth / 4), k = at % (tile_depth / 4) * 4;
        F4 four{0, 0, 0, 0};
        if (first_token + token < args.tokens) {
          const U64 row = static_cast<U64>(first_token + token) * args.shape[p].x_stride;
          const bool whole = args.shape[p].x_aligned != 0 && first + k + 4 <= columns;
          four = whole ? LOAD4(args.x[p], row + first + k) : four_of(args.x[p], row, first + k, columns);
        }
        x_tile[k * tile_pitch + token] = four.x;
        x_tile[(k + 1) * tile_pitch + token] = four.y;
        x_tile[(k + 2) * tile_pitch + token] = four.z;
        x_tile[(k + 3) * tile_pitch + token] = four.w;
      }
    }
    BARRIER();
    EACH_LANE(i) {
      const U32 row = i % 16 * 4, token = i / 16 * 4;
      float own[16];
      UNROLL
      for (U32 s = 0; s < 16; ++s) own[s] = MINE(sums)[s];
      UNROLL_BY(4)
      for (U32 k = 0; k < tile_depth; ++k) {
        float w[4], v[4];
        UNROLL
        for (U32 j = 0; j < 4; ++j) {
          w[j] = w_tile[k * tile_pitch + row + j];
          v[j] = x_tile[k * tile_pitch + token + j];
        }
        UNROLL
        for (U32 s = 0; s < 16; ++s) own[s] += w[s % 4] * v[s / 4];
      }
      UNROLL
      for (U32 s = 0; s < 16; ++s) MINE(sums)[s] = own[s];
    }
  }
  EACH_LANE(i) {
    UNROLL
    for (U32 s = 0; s < 16; ++s) {
      const U32 row = first_row + i % 16 * 4 + s % 4, token = first_token + i / 16 * 4 + s / 4;
      if (row < rows && token < args.tokens) {
        finish(args.out[p], args.bias[p], args.shape[p], token, row, MINE(sums)[s]);
      }
    }
  }
}

KERNELS_END
