// The recurrences of all generations: group y scans the tokens of sequence y, one after the other. The state
// lies [head][key][value]; lane i of a head's group owns the column of value i, in registers from the first
// token to the last where the head has 64 of them. What other lanes need of a token goes through group
// memory.
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

// wkv6 and wkv7 take heads of this size, wkv6_any and wkv7_any all up to as many numbers as they have lanes.
CONSTANT(U32, usual_head_size) = 64;

KERNEL(wkv4, Wkv4Args) {
  EACH_LANE(i) {
    const U32 c = GROUP_X * wkv4_lanes + i;
    if (c < args.columns) {
      const U64 at = args.slot[GROUP_Y] * args.state_stride + c;
      const float decay = args.decay[c], bonus = args.bonus[c];
      float aa = args.aa[at], bb = args.bb[at], pp = args.pp[at];
      for (U32 t = args.first[GROUP_Y]; t < args.first[GROUP_Y + 1]; ++t) {
        const U64 here = static_cast<U64>(t) * args.stride + c;
        const float k = args.k[here], v = args.v[here];
        // pp is the largest exponent so far: nothing below is raised above e^0.
        float q = rk_max(pp, bonus + k);
        float e1 = rk_exp(pp - q), e2 = rk_exp(bonus + k - q);
        args.out[here] = args.r[here] * ((e1 * aa + e2 * v) / (e1 * bb + e2));
        q = rk_max(pp + decay, k);
        e1 = rk_exp(pp + decay - q);
        e2 = rk_exp(k - q);
        aa = e1 * aa + e2 * v;
        bb = e1 * bb + e2;
        pp = q;
      }
      args.aa[at] = aa;
      args.bb[at] = bb;
      args.pp[at] = pp;
    }
  }
}

// Adds a register of every lane up over the group. `sums` has room for one number per subgroup.
template <U32 lanes>
FUNCTION void group_sum(CONTEXT, LANE_REF(float) value, GROUP_REF(float) sums) {
  SUBGROUP_SUM(value);
  EACH_LANE(i) {
    if (i % 32 == 0) sums[i / 32] = MINE(value);
  }
  BARRIER();
  EACH_LANE(i) {
    float sum = 0;
    UNROLL
    for (U32 s = 0; s < lanes / 32; ++s) sum += sums[s];
    MINE(value) = sum;
  }
}

// Of the n lanes of a head: y less its mean, over its standard deviation. `means` and `squares` have room for
// one number per subgroup.
template <U32 lanes>
FUNCTION void normalise(CONTEXT, LANE_REF(float) y, U32 n, float epsilon, GROUP_REF(float) means,
                        GROUP_REF(float) squares) {
  PER_LANE(float, sum);
  EACH_LANE(i) {
    MINE(sum) = MINE(y);
  }
  group_sum<lanes>(HERE, sum, means);
  EACH_LANE(i) {
    const float d = i < n ? MINE(y) - MINE(sum) / static_cast<float>(n) : 0.0f;
    MINE(y) = d;
    MINE(sum) = d * d;
  }
  group_sum<lanes>(HERE, sum, squares);
  EACH_LANE(i) {
    MINE(y) = MINE(y) * (1.0f / rk_sqrt(MINE(sum) / static_cast<float>(n) + epsilon));
  }
}

// Lane i's column of the state, to registers and back; size 0: it stays in memory.
template <U32 size, class V>
FUNCTION void take_column(CONTEXT, V from, U64 at, U32 n,
                          LANE_ARRAY_REF(float, state, (size == 0 ? 2 : size))) {
  EACH_LANE(i) {
    if (size != 0) {
      UNROLL
      for (U32 j = 0; j < (size == 0 ? 1 : size); ++j) MINE(state)[j] = from[at + j * n + i];
    }
  }
}
template <U32 size, class V>
FUNCTION void put_column(CONTEXT, V to, U64 at, U32 n, LANE_ARRAY_REF(float, state, (size == 0 ? 2 : size))) {
  EACH_LANE(i) {
    if (size != 0) {
      UNROLL
      for (U32 j = 0; j < (size == 0 ? 1 : size); ++j) to[at + j * n + i] = MINE(state)[j];
    }
  }
}

// size 0: args.head_size, and the state stays in memory.
template <U32 size, U32 lanes>
FUNCTION void wkv6_head(CONTEXT, ARGS_REF(Wkv6Args) args, GROUP_REF(float) r, GROUP_REF(float) k,
                        GROUP_REF(float) w, GROUP_REF(float) bonuses, GROUP_REF(float) means,
                        GROUP_REF(float) squares) {
  PER_LANE_ARRAY(float, state, (size == 0 ? 2 : size));
  PER_LANE(float, v);
  PER_LANE(float, bonus);
  PER_LANE(float, y);
  const U32 n = size == 0 ? args.head_size : size;
  const U32 channel = GROUP_X * n;
  const U64 at = args.slot[GROUP_Y] * args.state_stride + static_cast<U64>(channel) * n;
  take_column<size>(HERE, args.state, at, n, state);
  for (U32 t = args.first[GROUP_Y]; t < args.first[GROUP_Y + 1]; ++t) {
    const U64 row = static_cast<U64>(t) * args.stride + channel;
    EACH_LANE(i) {
      MINE(bonus) = 0;
      if (i < n) {
        const float own_r = args.r[row + i], own_k = args.k[row + i];
        r[i] = own_r;
        k[i] = own_k;
        w[i] = args.decay[static_cast<U64>(t) * args.decay_stride + channel + i];
        MINE(v) = args.v[row + i];
        MINE(bonus) = own_r * args.bonus[channel + i] * own_k;
      }
    }
    group_sum<lanes>(HERE, bonus, bonuses);
    EACH_LANE(i) {
      float sum = 0;
      if (i < n) {
        UNROLL
        for (U32 j = 0; j < n; ++j) {
          const float cell = size != 0 ? MINE(state)[j] : static_cast<float>(args.state[at + j * n + i]);
          sum += cell * r[j];
          const float next = cell * w[j] + MINE(v) * k[j];
          if (size != 0) {
            MINE(state)[j] = next;
          } else {
            args.state[at + j * n + i] = next;
          }
        }
        sum += MINE(bonus) * MINE(v);
      }
      MINE(y) = sum;
    }
    normalise<lanes>(HERE, y, n, args.epsilon, means, squares);
    EACH_LANE(i) {
      if (i < n) {
        const float normal = MINE(y) * args.gain[channel + i] + args.bias[channel + i];
        args.out[row + i] = args.gated != 0 ? normal * args.gate[row + i] : normal;
      }
    }
  }
  put_column<size>(HERE, args.state, at, n, state);
}

#define ROOST_WKV6(name, size)                                                   \
  KERNEL(name, Wkv6Args) {                                                       \
    GROUP_ARRAY(float, r, name##_lanes);                                         \
    GROUP_ARRAY(float, k, name##_lanes);                                         \
    GROUP_ARRAY(float, w, name##_lanes);                                         \
    GROUP_ARRAY(float, bonuses, name##_lanes / 32);                              \
    GROUP_ARRAY(float, means, name##_lanes / 32);                                \
    GROUP_ARRAY(float, squares, name##_lanes / 32);                              \
    wkv6_head<size, name##_lanes>(HERE, args, r, k, w, bonuses, means, squares); \
  }
ROOST_WKV6(wkv6, usual_head_size)
ROOST_WKV6(wkv6_any, 0)

// size 0: args.head_size, and the state stays in memory. Three barriers a token; each group array is written
// again only after a barrier that comes behind its last reading.
template <U32 size, U32 lanes>
FUNCTION void wkv7_head(CONTEXT, ARGS_REF(Wkv7Args) args, GROUP_REF(float) r, GROUP_REF(float) k,
                        GROUP_REF(float) w, GROUP_REF(float) kk, GROUP_REF(float) added,
                        GROUP_REF(float) lengths, GROUP_REF(float) bonuses, GROUP_REF(float) means,
                        GROUP_REF(float) squares) {
  PER_LANE_ARRAY(float, state, (size == 0 ? 2 : size));
  PER_LANE(float, v);
  PER_LANE(float, length);
  PER_LANE(float, bonus);
  PER_LANE(float, y);
  const U32 n = size == 0 ? args.head_size : size;
  const U32 channel = GROUP_X * n;
  const U64 at = args.slot[GROUP_Y] * args.state_stride + static_cast<U64>(channel) * n;
  take_column<size>(HERE, args.state, at, n, state);
  for (U32 t = args.first[GROUP_Y]; t < args.first[GROUP_Y + 1]; ++t) {
    const U64 row = static_cast<U64>(t) * args.stride + channel;
    EACH_LANE(i) {
      MINE(length) = MINE(bonus) = 0;
      if (i < n) {
        const float raw = args.k[row + i], alpha = args.alpha[row + i], own_r = args.r[row + i];
        const float key = raw * args.k_k[channel + i];
        const float own_k = raw * (1 + (alpha - 1) * args.k_a[channel + i]);
        float value = args.v[row + i];
        if (args.mixes_values != 0) value += (args.v_first[row + i] - value) * args.v_mix[row + i];
        r[i] = own_r;
        k[i] = own_k;
        w[i] = args.decay[row + i];
        kk[i] = key;  // divided by its length when that is known
        added[i] = key * alpha;
        MINE(v) = value;
        MINE(length) = key * key;
        MINE(bonus) = own_r * own_k * args.r_k[channel + i];
      }
    }
    SUBGROUP_SUM(bonus);
    EACH_LANE(i) {
      if (i % 32 == 0) bonuses[i / 32] = MINE(bonus);
    }
    group_sum<lanes>(HERE, length, lengths);
    EACH_LANE(i) {
      float all = 0;
      UNROLL
      for (U32 s = 0; s < lanes / 32; ++s) all += bonuses[s];
      MINE(bonus) = all;
      float sum = 0;
      if (i < n) {
        const float inverse = 1.0f / rk_max(rk_sqrt(MINE(length)), 1e-12f);
        float removed = 0;
        UNROLL
        for (U32 j = 0; j < n; ++j) {
          const float cell = size != 0 ? MINE(state)[j] : static_cast<float>(args.state[at + j * n + i]);
          removed -= cell * kk[j];
        }
        removed *= inverse * inverse;
        UNROLL
        for (U32 j = 0; j < n; ++j) {
          const float cell = size != 0 ? MINE(state)[j] : static_cast<float>(args.state[at + j * n + i]);
          const float next = cell * w[j] + removed * added[j] + MINE(v) * k[j];
          sum += next * r[j];
          if (size != 0) {
            MINE(state)[j] = next;
          } else {
            args.state[at + j * n + i] = next;
          }
        }
      }
      MINE(y) = sum;
    }
    normalise<lanes>(HERE, y, n, args.epsilon, means, squares);
    EACH_LANE(i) {
      if (i < n) {
        const float normal = MINE(y) * args.gain[channel + i] + args.bias[channel + i];
        args.out[row + i] = (normal + MINE(bonus) * MINE(v)) * args.gate[row + i];
      }
    }
  }
  put_column<size>(HERE, args.state, at, n, state);
}

#define ROOST_WKV7(name, size)                                                                       \
  KERNEL(name, Wkv7Args) {                                                                           \
    GROUP_ARRAY(float, r, name##_lanes);                                                             \
    GROUP_ARRAY(float, k, name##_lanes);                                                             \
    GROUP_ARRAY(float, w, name##_lanes);                                                             \
    GROUP_ARRAY(float, kk, name##_lanes);                                                            \
    GROUP_ARRAY(float, added, name##_lanes);                                                         \
    GROUP_ARRAY(float, lengths, name##_lanes / 32);                                                  \
    GROUP_ARRAY(float, bonuses, name##_lanes / 32);                                                  \
    GROUP_ARRAY(float, means, name##_lanes / 32);                                                    \
    GROUP_ARRAY(float, squares, name##_lanes / 32);                                                  \
    wkv7_head<size, name##_lanes>(HERE, args, r, k, w, kk, added, lengths, bonuses, means, squares); \
  }
ROOST_WKV7(wkv7, usual_head_size)
ROOST_WKV7(wkv7_any, 0)

KERNELS_END
