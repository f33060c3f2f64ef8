// The arguments of every kernel, once for all machines: fields of fixed size, memory first. Rows lie
// `..._stride` numbers apart. Field names are what the emulated device's reports call the buffers.
//
// Memory that is absent has a view of no elements. `rows` of a step: row t belongs to the sequence whose rows
// are begin[t] .. end[t] - 1 and whose state lies in slot[t].
#pragma once

#include "backend/gpu/words.h"

KERNELS_BEGIN

// ---- whole rows (kernels/norm.gpu.h, kernels/rows.gpu.h) ----

// out[t] = layer_norm(x[t]) * gain + bias; group t. out may be x.
struct NormArgs {
  OUT(float, out);
  IN(float, x);
  IN(float, gain);
  IN(float, bias);
  U32 columns, out_stride, x_stride;
  float epsilon;
};

// out[t] = layer_norm(table[tokens[t]]) * gain + bias, or the row itself; group t.
struct EmbedArgs {
  OUT(float, out);
  IN(U32, table);  // rows of row_words words
  IN(U32, tokens);
  IN(float, gain);
  IN(float, bias);
  U32 columns, out_stride, row_words;
  U32 type;  // DType: f32, f16 or bf16
  U32 normalised;
  float epsilon;
};

// See Backend::norm_shift_mix(); group t. take: 0 blend, 1 current, 2 previous.
CONSTANT(U32, most_mixes) = 8;
struct MixArgs {
  OUT_LIST(float, out, most_mixes);
  IN_LIST(float, mix, most_mixes);
  IN(float, x);
  IN(float, gain);
  IN(float, bias);
  OUT(float, last);
  IN(U32, begin);
  IN(U32, end);
  IN(U32, slot);
  U32 take[most_mixes], out_stride[most_mixes];
  U32 mixes, columns, x_stride;
  float epsilon;
  U64 last_stride;
};

// out[g][t] = a[t] + (before[t] - a[t]) * (base[g] + weights[g][t]); group x of row t = group y.
struct BlendArgs {
  OUT_LIST(float, out, most_mixes);  // weights, too, where they are the same
  IN_LIST(float, weights, most_mixes);
  IN_LIST(float, base, most_mixes);
  IN(float, a);
  IN(float, before);
  U32 out_stride[most_mixes], weights_stride[most_mixes];
  U32 blends, columns, a_stride, before_stride;
};

// x[t] += scale * gate[t] * value[t]; group x of row t = group y.
struct GatedAddArgs {
  OUT(float, x);
  IN(float, gate);
  IN(float, value);
  U32 columns, x_stride, gate_stride, value_stride;
  float scale;
};

// out[t] = x[rows[t]], or x[t] where rows is absent; group x of row t = group y.
struct CopyArgs {
  OUT(float, out);
  IN(float, x);
  IN(U32, rows);
  U32 columns, chosen;
  U64 out_stride, x_stride;
};

struct FillArgs {
  OUT(float, out);
  U32 columns;
  float value;
  U64 out_stride;
};

// Square matrices of side `size`, one after the other, each transposed: group x of matrix y.
struct TransposeArgs {
  OUT(float, out);
  IN(float, x);
  U32 size;
};

// Reads all of x once, for measuring how fast that goes; every lane of `groups` groups leaves a word.
struct ReadArgs {
  OUT(U32, out);
  IN(U4, x);
  U64 vectors;
  U32 groups;
};

// ---- products (kernels/products.gpu.h) ----

// Weights lie row after row, in vectors of 16 bytes, the last of a row filled up with zeros:
//   f32 4 numbers, f16 and bf16 8, q8 16, q4 and q4m 32: a vector's first number in the lowest bits
// and apart from them, row after row, a scale for every 32 columns: f16, for q4m followed by the minimum.
CONSTANT(U32, most_products) = 8;
struct ProductShape {
  U32 rows, columns;
  U32 vectors;      // of a row
  U32 blocks;       // scales of a row
  U32 first_group;  // of group x
  U32 type;         // DType
  U32 epilogue;     // Epilogue
  U32 x_stride, out_stride;
  U32 x_aligned;  // rows of x begin at multiples of 16 bytes
  U32 by_input;   // the weights lie as SparseArgs has them
  U32 unused;
};
struct ProductsArgs {
  OUT_LIST(float, out, most_products);
  IN_LIST(U4, weight, most_products);
  IN_LIST(U32, scales, most_products);
  IN_LIST(float, x, most_products);
  IN_LIST(float, bias, most_products);
  ProductShape shape[most_products];
  U32 products, tokens;
};

// A product whose x is zero in most places, with weights that lie by input (kernels/sparse.gpu.h): for every
// column k all rows in vectors, their scales apart, for every 32 columns those of all rows. `shape.vectors`
// is then of a column.
CONSTANT(U32, sparse_depth) = 128;  // columns that a group takes; also its lanes
struct SparseArgs {
  OUT(float, out);
  IN(U4, weight);
  IN(U32, scales);
  IN(float, x);
  IN(float, bias);
  OUT(float, partial);  // [depths][tokens][rows]
  ProductShape shape;
  U32 tokens;
  U32 pieces;  // groups that the vectors of a column make
  U32 depths;  // groups that the columns make
  U32 unused;
};

// ---- sampling (kernels/sample.gpu.h) ----

// Group x draws a token from row x of the logits, after adding the row's adjustments to them. Numbers of a
// row of settings, as bits: temperature, top_p, min_p, uniform (from 0 up to, not including, 1), top_k, then
// where its adjustments begin and end; an adjustment is a token and a float. A row of results: token,
// logarithm of its probability, and 1 where nothing could be drawn: a NaN, an infinity, or no finite logit.
CONSTANT(U32, sample_settings) = 7;
CONSTANT(U32, sample_results) = 3;
struct SampleArgs {
  OUT(float, logits);
  IN(U32, settings);
  IN(U32, adjustments);
  OUT(U32, results);
  U32 columns, logits_stride;
};

// ---- recurrences (kernels/wkv.gpu.h): group x is a head or a piece of the width, group y a sequence ----

struct Wkv4Args {
  OUT(float, out);
  IN(float, r);
  IN(float, k);
  IN(float, v);
  IN(float, decay);
  IN(float, bonus);
  OUT(float, aa);
  OUT(float, bb);
  OUT(float, pp);
  IN(U32, first);
  IN(U32, slot);
  U32 columns, stride;
  U64 state_stride;
};

struct Wkv6Args {
  OUT(float, out);
  IN(float, r);
  IN(float, k);
  IN(float, v);
  IN(float, gate);
  IN(float, decay);
  IN(float, bonus);
  IN(float, gain);
  IN(float, bias);
  OUT(float, state);
  IN(U32, first);
  IN(U32, slot);
  U32 head_size, stride;
  U32 decay_stride;  // 0: the same for all tokens
  U32 gated;
  float epsilon;
  U64 state_stride;
};

struct Wkv7Args {
  OUT(float, out);
  IN(float, r);
  IN(float, k);
  IN(float, v);
  IN(float, decay);
  IN(float, alpha);
  IN(float, gate);
  IN(float, v_mix);
  IN(float, v_first);
  IN(float, k_k);
  IN(float, k_a);
  IN(float, r_k);
  IN(float, gain);
  IN(float, bias);
  OUT(float, state);
  IN(U32, first);
  IN(U32, slot);
  U32 head_size, stride;
  U32 mixes_values;
  float epsilon;
  U64 state_stride;
};

KERNELS_END
