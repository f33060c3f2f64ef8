// How a vector of 16 bytes becomes numbers, for every format of weights (args.h, ProductShape).
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

// `numbers`: in one vector. `turns`: vectors that a lane should ask for before it waits for the first.
struct WeightsF32 {
  CONSTANT_MEMBER(U32, numbers) = 4;
  CONSTANT_MEMBER(U32, turns) = 4;
};
struct WeightsF16 {
  CONSTANT_MEMBER(U32, numbers) = 8;
  CONSTANT_MEMBER(U32, turns) = 4;
};
struct WeightsBf16 {
  CONSTANT_MEMBER(U32, numbers) = 8;
  CONSTANT_MEMBER(U32, turns) = 4;
};
struct WeightsQ8 {
  CONSTANT_MEMBER(U32, numbers) = 16;
  CONSTANT_MEMBER(U32, turns) = 2;
};
struct WeightsQ4 {
  CONSTANT_MEMBER(U32, numbers) = 32;
  CONSTANT_MEMBER(U32, turns) = 2;
};
struct WeightsQ4m {
  CONSTANT_MEMBER(U32, numbers) = 32;
  CONSTANT_MEMBER(U32, turns) = 2;
};

// Scale (x) and minimum (y) of vector v of a row whose scales begin at `first`.
template <class Type, class V>
FUNCTION F2 scale_of(Type, V, U32, U32) {
  return F2{1, 0};
}
template <class V>
FUNCTION F2 scale_of(WeightsQ8, V scales, U32 first, U32 v) {
  const U32 block = first + v / 2;
  const F2 pair = unpack_f16(scales[block / 2]);
  return F2{block % 2 == 0 ? pair.x : pair.y, 0};
}
template <class V>
FUNCTION F2 scale_of(WeightsQ4, V scales, U32 first, U32 v) {
  const U32 block = first + v;
  const F2 pair = unpack_f16(scales[block / 2]);
  const float scale = block % 2 == 0 ? pair.x : pair.y;
  return F2{scale, -8 * scale};
}
template <class V>
FUNCTION F2 scale_of(WeightsQ4m, V scales, U32 first, U32 v) {
  return unpack_f16(scales[first + v]);
}

FUNCTION void widen(WeightsF32, U4 raw, F2, LOCAL_REF(float, w, 4)) {
  w[0] = as_float(raw.x);
  w[1] = as_float(raw.y);
  w[2] = as_float(raw.z);
  w[3] = as_float(raw.w);
}
FUNCTION void put_pair(F2 pair, U32 at, LOCAL_REF(float, w, 8)) {
  w[at] = pair.x;
  w[at + 1] = pair.y;
}
FUNCTION void widen(WeightsF16, U4 raw, F2, LOCAL_REF(float, w, 8)) {
  put_pair(unpack_f16(raw.x), 0, w);
  put_pair(unpack_f16(raw.y), 2, w);
  put_pair(unpack_f16(raw.z), 4, w);
  put_pair(unpack_f16(raw.w), 6, w);
}
FUNCTION void widen(WeightsBf16, U4 raw, F2, LOCAL_REF(float, w, 8)) {
  put_pair(unpack_bf16(raw.x), 0, w);
  put_pair(unpack_bf16(raw.y), 2, w);
  put_pair(unpack_bf16(raw.z), 4, w);
  put_pair(unpack_bf16(raw.w), 6, w);
}
FUNCTION U32 word_of(U4 raw, U32 i) {
  return i == 0 ? raw.x : i == 1 ? raw.y : i == 2 ? raw.z : raw.w;
}
FUNCTION void widen(WeightsQ8, U4 raw, F2 scale, LOCAL_REF(float, w, 16)) {
  UNROLL
  for (U32 i = 0; i < 16; ++i) w[i] = scale.x * static_cast<float>(byte_of(word_of(raw, i / 4), i % 4));
}
FUNCTION void widen_q4(U4 raw, F2 scale, LOCAL_REF(float, w, 32)) {
  UNROLL
  for (U32 i = 0; i < 32; ++i) {
    const U32 quantum = word_of(raw, i / 8) >> (4 * (i % 8)) & 15u;
    w[i] = scale.x * static_cast<float>(quantum) + scale.y;
  }
}
FUNCTION void widen(WeightsQ4, U4 raw, F2 scale, LOCAL_REF(float, w, 32)) {
  widen_q4(raw, scale, w);
}
FUNCTION void widen(WeightsQ4m, U4 raw, F2 scale, LOCAL_REF(float, w, 32)) {
  widen_q4(raw, scale, w);
}

// Scales and minima of the outputs of a vector where weights lie by input, the first of them at `first`.
template <class Type, class V, U32 numbers>
FUNCTION void scales_of(Type, V, U32, LOCAL_REF(float, scale, numbers), LOCAL_REF(float, minimum, numbers)) {
  UNROLL
  for (U32 j = 0; j < numbers; ++j) {
    scale[j] = 1;
    minimum[j] = 0;
  }
}
template <class V>
FUNCTION void scales_of(WeightsQ8, V scales, U32 first, LOCAL_REF(float, scale, 16),
                        LOCAL_REF(float, minimum, 16)) {
  UNROLL
  for (U32 j = 0; j < 16; j += 2) {
    const F2 pair = unpack_f16(scales[(first + j) / 2]);
    scale[j] = pair.x;
    scale[j + 1] = pair.y;
    minimum[j] = minimum[j + 1] = 0;
  }
}
template <class V>
FUNCTION void scales_of(WeightsQ4, V scales, U32 first, LOCAL_REF(float, scale, 32),
                        LOCAL_REF(float, minimum, 32)) {
  UNROLL
  for (U32 j = 0; j < 32; j += 2) {
    const F2 pair = unpack_f16(scales[(first + j) / 2]);
    scale[j] = pair.x;
    scale[j + 1] = pair.y;
    minimum[j] = -8 * pair.x;
    minimum[j + 1] = -8 * pair.y;
  }
}
template <class V>
FUNCTION void scales_of(WeightsQ4m, V scales, U32 first, LOCAL_REF(float, scale, 32),
                        LOCAL_REF(float, minimum, 32)) {
  UNROLL
  for (U32 j = 0; j < 32; ++j) {
    const F2 pair = unpack_f16(scales[first + j]);
    scale[j] = pair.x;
    minimum[j] = pair.y;
  }
}

KERNELS_END
