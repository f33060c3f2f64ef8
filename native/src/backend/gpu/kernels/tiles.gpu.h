// Products of many tokens on matrix units: weights and x rounded to 16 bits, sums in f32. A group takes 128
// rows of the weight times 64 tokens (group y), a subgroup 32 by 32 of them.
//
// The rounding of x is what it costs: for weights of 16 bits a product is off by half a unit in the last
// place of each x (bf16 2^-8, f16 2^-11), for those in blocks by that of the widened weight as well.
// Backend::product_error() says it to the tests.
#pragma once

#include "backend/gpu/kernels/products.gpu.h"

KERNELS_BEGIN

CONSTANT(U32, unit_rows) = 128;
CONSTANT(U32, unit_tokens) = 64;
CONSTANT(U32, unit_depth) = 32;                  // columns at a time: those that share scales
CONSTANT(U32, unit_pitch) = unit_depth / 2 + 4;  // words: rows begin in different banks
CONSTANT(U32, unit_words) = unit_depth / 2;      // of a row that count
CONSTANT(U32, unit_w_size) = (unit_rows - 1) * unit_pitch + unit_words;
CONSTANT(U32, unit_x_size) = (unit_tokens - 1) * unit_pitch + unit_words;
CONSTANT(U32, unit_subgroups) = products_tiles_lanes / 32;
CONSTANT(U32, unit_finished) = 256;  // sums of a subgroup on their way out

// Columns first .. first + unit_depth - 1 of the group's rows, two to a word; zeros where there are none.
template <class Kind, class Type, class Weight, class Scales>
FUNCTION void pack_weights(CONTEXT, Type type, Kind kind, Weight weight, Scales scales, ProductShape shape,
                           U32 first_row, U32 first, GROUP_REF(U32) w_tile) {
  EACH_LANE(i) {
    const U32 vectors = unit_depth / Type::numbers;  // of a row, in this piece
    for (U32 at = i; at < unit_rows * vectors; at += products_tiles_lanes) {
      const U32 row = at / vectors, v = first / Type::numbers + at % vectors;
      float w[Type::numbers];
      UNROLL
      for (U32 k = 0; k < Type::numbers; ++k) w[k] = 0;
      if (first_row + row < shape.rows && v < shape.vectors) {
        const U4 raw = weight[static_cast<U64>(first_row + row) * shape.vectors + v];
        widen(type, raw, scale_of(type, scales, (first_row + row) * shape.blocks, v), w);
      }
      UNROLL
      for (U32 k = 0; k < Type::numbers; k += 2) {
        w_tile[row * unit_pitch + (at % vectors * Type::numbers + k) / 2] = pack_pair(kind, w[k], w[k + 1]);
      }
    }
  }
}

// The outputs of vector v at input k, of weights that lie by input; zeros past the last input or output.
template <class Type, class Weight, class Scales>
FUNCTION void outputs_of(Type type, Weight weight, Scales scales, ProductShape shape, U32 k, U32 v,
                         LOCAL_REF(float, w, Type::numbers)) {
  UNROLL
  for (U32 j = 0; j < Type::numbers; ++j) w[j] = 0;
  if (k < shape.columns && v < shape.vectors) {
    const U4 raw = weight[static_cast<U64>(k) * shape.vectors + v];
    float scale[Type::numbers], minimum[Type::numbers];
    scales_of(type, scales, (k / unit_depth * shape.vectors + v) * static_cast<U32>(Type::numbers), scale,
              minimum);
    widen(type, raw, F2{1, 0}, w);
    UNROLL
    for (U32 j = 0; j < Type::numbers; ++j) w[j] = w[j] * scale[j] + minimum[j];
  }
}

template <class Kind, class Type, class Weight, class Scales>
FUNCTION void pack_weights_by_input(CONTEXT, Type type, Kind kind, Weight weight, Scales scales,
                                    ProductShape shape, U32 first_row, U32 first, GROUP_REF(U32) w_tile) {
  EACH_LANE(i) {
    const U32 vectors = unit_rows / Type::numbers;  // of a column, in this piece
    for (U32 at = i; at < unit_depth / 2 * vectors; at += products_tiles_lanes) {
      const U32 pair = at / vectors, v = first_row / Type::numbers + at % vectors;
      float even[Type::numbers], odd[Type::numbers];
      outputs_of(type, weight, scales, shape, first + 2 * pair, v, even);
      outputs_of(type, weight, scales, shape, first + 2 * pair + 1, v, odd);
      UNROLL
      for (U32 j = 0; j < Type::numbers; ++j) {
        w_tile[(at % vectors * Type::numbers + j) * unit_pitch + pair] = pack_pair(kind, even[j], odd[j]);
      }
    }
  }
}

template <class Kind, class X>
FUNCTION void pack_inputs(CONTEXT, Kind kind, X x, ProductShape shape, U32 first_token, U32 tokens, U32 first,
                          GROUP_REF(U32) x_tile) {
  EACH_LANE(i) {
    for (U32 at = i; at < unit_tokens * unit_depth / 4; at += products_tiles_lanes) {
      const U32 token = at / (unit_depth / 4), k = at % (unit_depth / 4) * 4;
      F4 four{0, 0, 0, 0};
      if (first_token + token < tokens) {
        const U64 row = static_cast<U64>(first_token + token) * shape.x_stride;
        const bool whole = shape.x_aligned != 0 && first + k + 4 <= shape.columns;
        four = whole ? LOAD4(x, row + first + k) : four_of(x, row, first + k, shape.columns);
      }
      x_tile[token * unit_pitch + k / 2] = pack_pair(kind, four.x, four.y);
      x_tile[token * unit_pitch + k / 2 + 1] = pack_pair(kind, four.z, four.w);
    }
  }
}

template <class Kind>
FUNCTION void multiply_tiles(CONTEXT, Kind kind, TILE_REF sums, GROUP_REF(U32) w_tile,
                             GROUP_REF(U32) x_tile) {
  EACH_SUBGROUP(s) {
    const U32 row = s % 4 * 32 * unit_pitch, token = s / 4 * 32 * unit_pitch;
    UNROLL
    for (U32 k = 0; k < unit_depth / 2; k += 8) {
      TILE_ADD(sums, kind, w_tile, row + k, x_tile, token + k, unit_pitch);
    }
  }
}

// Calls function(HERE, type, kind, the rest) for the format of the weights, which is none of 32 bits.
#define ROOST_UNITS_BY_TYPE(function, ...)                  \
  if (args.shape[p].type == type_f16) {                     \
    function(HERE, WeightsF16{}, TileF16{}, __VA_ARGS__);   \
  } else if (args.shape[p].type == type_bf16) {             \
    function(HERE, WeightsBf16{}, TileBf16{}, __VA_ARGS__); \
  } else if (args.shape[p].type == type_q8) {               \
    function(HERE, WeightsQ8{}, TileF16{}, __VA_ARGS__);    \
  } else if (args.shape[p].type == type_q4) {               \
    function(HERE, WeightsQ4{}, TileF16{}, __VA_ARGS__);    \
  } else {                                                  \
    function(HERE, WeightsQ4m{}, TileF16{}, __VA_ARGS__);   \
  }

KERNEL(products_tiles, ProductsArgs) {
  GROUP_ARRAY(U32, w_tile, unit_w_size);
  GROUP_ARRAY(U32, x_tile, unit_x_size);
  GROUP_ARRAY(float, finished, unit_subgroups* unit_finished);
  TILE_SUMS(sums);
  ROOST_PRODUCT_OF_GROUP(p);
  const U32 first_row = (GROUP_X - args.shape[p].first_group) * unit_rows;
  const U32 first_token = GROUP_Y * unit_tokens;
  const bool bf16 = args.shape[p].type == type_bf16;
  EACH_SUBGROUP(s) {
    TILE_CLEAR(sums);
  }
  for (U32 first = 0; first < args.shape[p].columns; first += unit_depth) {
    if (first > 0) BARRIER();  // the last piece has been used
    if (args.shape[p].by_input != 0) {
      ROOST_UNITS_BY_TYPE(pack_weights_by_input, args.weight[p], args.scales[p], args.shape[p], first_row,
                          first, w_tile)
    } else {
      ROOST_UNITS_BY_TYPE(pack_weights, args.weight[p], args.scales[p], args.shape[p], first_row, first,
                          w_tile)
    }
    if (bf16) {
      pack_inputs(HERE, TileBf16{}, args.x[p], args.shape[p], first_token, args.tokens, first, x_tile);
    } else {
      pack_inputs(HERE, TileF16{}, args.x[p], args.shape[p], first_token, args.tokens, first, x_tile);
    }
    BARRIER();
    if (bf16) {
      multiply_tiles(HERE, TileBf16{}, sums, w_tile, x_tile);
    } else {
      multiply_tiles(HERE, TileF16{}, sums, w_tile, x_tile);
    }
  }
  for (U32 quarter = 0; quarter < 4; ++quarter) {
    if (quarter > 0) BARRIER();  // the last quarter has been taken out
    EACH_SUBGROUP(s) {
      TILE_STORE(sums, quarter, finished, s * unit_finished);
    }
    BARRIER();
    EACH_LANE(i) {
      const U32 s = i / 32;
      // Rows are neighbours in what is written.
      for (U32 at = i % 32; at < unit_finished; at += 32) {
        const U32 row = first_row + s % 4 * 32 + quarter / 2 * 16 + at % 16;
        const U32 token = first_token + s / 4 * 32 + quarter % 2 * 16 + at / 16;
        if (row < args.shape[p].rows && token < args.tokens) {
          finish(args.out[p], args.bias[p], args.shape[p], token, row,
                 finished[s * unit_finished + at % 16 * 16 + at / 16]);
        }
      }
    }
  }
}

KERNELS_END
