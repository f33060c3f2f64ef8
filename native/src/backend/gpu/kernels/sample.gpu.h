// Drawing a token, in the order of roost::Sampler: adjustments, top_p of the distribution at temperature 1,
// top_k, min_p, temperature. Nothing is sorted. Every cut keeps a beginning of the list that sorting would
// give, so each is a least logit, found four bits at a time: sum the weights at or above 15 thresholds, take
// the highest that has enough, go on below it. The draw itself is the same search with the drawn fraction as
// goal.
#pragma once

#include "backend/gpu/kernels/all_words.gpu.h"

KERNELS_BEGIN

CONSTANT(U32, sample_subgroups) = sample_lanes / 32;
CONSTANT(U32, thresholds) = 15;
CONSTANT(U32, scratch_size) = thresholds * sample_subgroups;

// Unsigned numbers in the order of the floats; -0 is taken for 0.
FUNCTION U32 key_of(float value) {
  const U32 bits = as_bits(value + 0.0f);
  return bits >> 31 != 0 ? ~bits : bits | 0x80000000u;
}
FUNCTION bool is_nan(float value) {
  return !(value <= 0) && !(value >= 0);
}

// What a logit counts for: `weighs` exp((logit - largest) * sharpness), or 1 for counting.
struct Weighing {
  float largest, sharpness;
  U32 counts;
};
FUNCTION float weight_of(Weighing by, float logit) {
  return by.counts != 0 ? 1.0f : rk_exp((logit - by.largest) * by.sharpness);
}

// Adds up over the group; every lane gets the sum.
FUNCTION void sum_of_group(CONTEXT, LANE_REF(float) value, GROUP_REF(float) scratch) {
  SUBGROUP_SUM(value);
  BARRIER();  // what was there has been read
  EACH_LANE(i) {
    if (i % 32 == 0) scratch[i / 32] = MINE(value);
  }
  BARRIER();
  EACH_LANE(i) {
    float sum = 0;
    for (U32 s = 0; s < sample_subgroups; ++s) sum += scratch[s];
    MINE(value) = sum;
  }
}
FUNCTION void max_of_group(CONTEXT, LANE_REF(float) value, GROUP_REF(float) scratch) {
  SUBGROUP_MAX(value);
  BARRIER();  // what was there has been read
  EACH_LANE(i) {
    if (i % 32 == 0) scratch[i / 32] = MINE(value);
  }
  BARRIER();
  EACH_LANE(i) {
    float largest = scratch[0];
    for (U32 s = 1; s < sample_subgroups; ++s) largest = rk_max(largest, scratch[s]);
    MINE(value) = largest;
  }
}

// The sum of the weights of all logits whose keys are at least MINE(least).
template <class V>
FUNCTION void sum_from(CONTEXT, V logits, U64 row, U32 columns, LANE_REF(float) largest, float sharpness,
                       U32 counts, LANE_REF(U32) least, LANE_REF(float) sum, GROUP_REF(float) scratch) {
  EACH_LANE(i) {
    const Weighing by{MINE(largest), sharpness, counts};
    float own = 0;
    for (U32 k = i; k < columns; k += sample_lanes) {
      const float logit = logits[row + k];
      if (key_of(logit) >= MINE(least)) own += weight_of(by, logit);
    }
    MINE(sum) = own;
  }
  sum_of_group(HERE, sum, scratch);
}

// found: the largest key, not below floor, from which on the weights sum up to at least MINE(goal), or, where
// `beyond` says so, to more. Where not even all of them do: floor.
template <class V>
FUNCTION void find_key(CONTEXT, V logits, U64 row, U32 columns, LANE_REF(float) largest, float sharpness,
                       U32 counts, U32 beyond, LANE_REF(float) goal, LANE_REF(U32) floor, LANE_REF(U32) found,
                       GROUP_REF(float) scratch) {
  PER_LANE_ARRAY(float, sums, thresholds);
  EACH_LANE(i) {
    MINE(found) = 0;
  }
  for (U32 step = 0; step < 8; ++step) {
    const U32 shift = 28 - 4 * step;
    EACH_LANE(i) {
      const Weighing by{MINE(largest), sharpness, counts};
      const U32 known = MINE(found);
      float own[thresholds];
      UNROLL
      for (U32 j = 0; j < thresholds; ++j) own[j] = 0;
      for (U32 k = i; k < columns; k += sample_lanes) {
        const float logit = logits[row + k];
        const U32 key = key_of(logit);
        if (key < MINE(floor)) continue;
        const float weight = weight_of(by, logit);
        UNROLL
        for (U32 j = 0; j < thresholds; ++j) {
          if (key >= (known | (j + 1) << shift)) own[j] += weight;
        }
      }
      UNROLL
      for (U32 j = 0; j < thresholds; ++j) MINE(sums)[j] = own[j];
    }
    SUBGROUP_SUMS(sums, thresholds);
    BARRIER();  // what was there has been read
    EACH_LANE(i) {
      if (i % 32 == 0) {
        UNROLL
        for (U32 j = 0; j < thresholds; ++j) scratch[j * sample_subgroups + i / 32] = MINE(sums)[j];
      }
    }
    BARRIER();
    EACH_LANE(i) {
      U32 enough = 0;
      for (U32 j = 0; j < thresholds; ++j) {
        float sum = 0;
        for (U32 s = 0; s < sample_subgroups; ++s) sum += scratch[j * sample_subgroups + s];
        if (beyond != 0 ? sum > MINE(goal) : sum >= MINE(goal)) enough = j + 1;
      }
      MINE(found) |= enough << shift;
    }
  }
  EACH_LANE(i) {
    if (MINE(found) < MINE(floor)) MINE(found) = MINE(floor);
  }
}

// token: the first, by number, up to which the weights of keys from `least` to `most` sum up to more than
// goal; the last one that weighs something where rounding lets none do so.
template <class V>
FUNCTION void walk(CONTEXT, V logits, U64 row, U32 columns, LANE_REF(float) largest, float sharpness,
                   U32 counts, LANE_REF(U32) least, LANE_REF(U32) most, LANE_REF(float) goal,
                   LANE_REF(U32) token, GROUP_REF(float) scratch, GROUP_REF(float) parts) {
  PER_LANE(float, whole);
  const U32 share = (columns + sample_lanes - 1) / sample_lanes;  // neighbours that a lane takes
  EACH_LANE(i) {
    const Weighing by{MINE(largest), sharpness, counts};
    float own = 0;
    for (U32 k = i * share; k < (i + 1) * share && k < columns; ++k) {
      const float logit = logits[row + k];
      const U32 key = key_of(logit);
      if (key >= MINE(least) && key <= MINE(most)) own += weight_of(by, logit);
    }
    parts[i] = own;
    MINE(whole) = own;
  }
  SUBGROUP_SUM(whole);
  BARRIER();  // of `scratch`, what was there has been read
  EACH_LANE(i) {
    if (i % 32 == 0) scratch[i / 32] = MINE(whole);
  }
  BARRIER();
  // Everybody takes the same way: down to the subgroup, the lane, the token.
  EACH_LANE(i) {
    const Weighing by{MINE(largest), sharpness, counts};
    float before = 0;
    U32 subgroup = 0;
    for (U32 s = 0; s < sample_subgroups; ++s) {
      if (before + scratch[s] > MINE(goal)) break;
      before += scratch[s];
      subgroup = s + 1;
    }
    U32 lane = subgroup * 32;
    for (; lane < sample_lanes; ++lane) {
      if (before + parts[lane] > MINE(goal)) break;
      before += parts[lane];
    }
    U32 chosen = columns;
    for (U32 k = lane * share; k < columns; ++k) {
      const float logit = logits[row + k];
      const U32 key = key_of(logit);
      if (key < MINE(least) || key > MINE(most)) continue;
      const float weight = weight_of(by, logit);
      if (weight > 0) chosen = k;
      before += weight;
      if (before > MINE(goal)) break;
    }
    // Sums in another order may end below the goal: then it is the last that weighs something.
    for (U32 k = columns; chosen == columns && k > 0; --k) {
      const float logit = logits[row + k - 1];
      const U32 key = key_of(logit);
      if (key >= MINE(least) && key <= MINE(most) && weight_of(by, logit) > 0) chosen = k - 1;
    }
    MINE(token) = chosen;
  }
}

KERNEL(sample, SampleArgs) {
  GROUP_ARRAY(float, scratch, scratch_size);
  GROUP_ARRAY(float, parts, sample_lanes);
  PER_LANE(float, largest);
  PER_LANE(float, bad);
  PER_LANE(float, total);
  PER_LANE(float, goal);
  PER_LANE(float, quota);
  PER_LANE(float, tied);
  PER_LANE(U32, floor);
  PER_LANE(U32, above);
  PER_LANE(U32, key);
  PER_LANE(U32, token);
  const U64 row = static_cast<U64>(GROUP_X) * args.logits_stride;
  const U32 columns = args.columns, own = GROUP_X * sample_settings;
  const float temperature = as_float(args.settings[own]), top_p = as_float(args.settings[own + 1]);
  const float min_p = as_float(args.settings[own + 2]), uniform = as_float(args.settings[own + 3]);
  const U32 top_k = args.settings[own + 4], end = args.settings[own + 6];
  const bool greedy = temperature == 0 || top_p == 0;

  EACH_LANE(i) {
    for (U32 a = args.settings[own + 5] + i; a < end; a += sample_lanes) {
      args.logits[row + args.adjustments[2 * a]] += as_float(args.adjustments[2 * a + 1]);
    }
  }
  BARRIER();
  EACH_LANE(i) {
    float most = -as_float(0x7f800000u), wrong = 0;
    for (U32 k = i; k < columns; k += sample_lanes) {
      const float logit = args.logits[row + k];
      if (is_nan(logit) || logit == as_float(0x7f800000u)) wrong = 1;
      most = rk_max(most, logit);
    }
    MINE(largest) = most;
    MINE(bad) = wrong;
  }
  max_of_group(HERE, largest, scratch);
  max_of_group(HERE, bad, scratch);
  EACH_LANE(i) {
    // With nothing finite the numbers below would be NaN; they are not used.
    if (MINE(largest) == -as_float(0x7f800000u)) MINE(bad) = 1;
    MINE(floor) = 0;
    MINE(above) = 0xffffffffu;
  }
  sum_from(HERE, args.logits, row, columns, largest, 1.0f, 0, floor, total, scratch);

  // Whether something is cut is the same for all rows of a kind only; so this reads the settings, not the
  // lanes.
  const float sharpness = greedy ? 1.0f : 1.0f / temperature;
  const bool cut = top_p < 1 || (top_k > 0 && top_k < columns) || min_p > 0;
  PER_LANE(float, sum);
  if (greedy) {
    EACH_LANE(i) {
      MINE(floor) = MINE(above) = key_of(MINE(largest));
      MINE(goal) = 0;
    }
    walk(HERE, args.logits, row, columns, largest, 0.0f, 1, floor, above, goal, token, scratch, parts);
  } else {
    EACH_LANE(i) {
      MINE(quota) = static_cast<float>(columns);
    }
    if (top_p < 1) {
      EACH_LANE(i) {
        MINE(goal) = top_p * MINE(total);
      }
      find_key(HERE, args.logits, row, columns, largest, 1.0f, 0, 0, goal, floor, key, scratch);
      EACH_LANE(i) {
        MINE(floor) = MINE(key);
      }
    }
    if (top_k > 0 && top_k < columns) {
      EACH_LANE(i) {
        MINE(goal) = static_cast<float>(top_k);
      }
      find_key(HERE, args.logits, row, columns, largest, 1.0f, 1, 0, goal, floor, key, scratch);
      EACH_LANE(i) {
        MINE(floor) = MINE(key);
        MINE(quota) = static_cast<float>(top_k);
      }
    }
    if (min_p > 0) {
      EACH_LANE(i) {
        // exp is monotone: the least logit whose weight reaches min_p, found like the other cuts, is the one
        // from which on everything is kept.
        const U32 least = key_of(MINE(largest) + rk_log(min_p));
        if (least > MINE(floor)) MINE(floor) = least;
      }
    }
    // Of the least logit that is kept, only so many tokens are as top_k leaves room for.
    EACH_LANE(i) {
      MINE(key) = MINE(floor) + 1;
    }
    sum_from(HERE, args.logits, row, columns, largest, 1.0f, 1, key, tied, scratch);
    EACH_LANE(i) {
      MINE(quota) = MINE(quota) - MINE(tied);
    }
    sum_from(HERE, args.logits, row, columns, largest, 1.0f, 1, floor, goal, scratch);
    EACH_LANE(i) {
      MINE(tied) = rk_min(MINE(quota), MINE(goal) - MINE(tied));
    }
    sum_from(HERE, args.logits, row, columns, largest, sharpness, 0, key, sum, scratch);
    EACH_LANE(i) {
      const U32 bits = MINE(floor) >> 31 != 0 ? MINE(floor) & 0x7fffffffu : ~MINE(floor);
      const Weighing by{MINE(largest), sharpness, 0};
      const float least = MINE(tied) > 0 ? weight_of(by, as_float(bits)) * MINE(tied) : 0.0f;
      MINE(goal) = uniform * (MINE(sum) + least);
    }
    if (!cut) {
      walk(HERE, args.logits, row, columns, largest, sharpness, 0, floor, above, goal, token, scratch, parts);
    } else {
      find_key(HERE, args.logits, row, columns, largest, sharpness, 0, 1, goal, floor, key, scratch);
      // Which of the tokens with this very logit: as many further as their weight fits into what is left.
      EACH_LANE(i) {
        MINE(above) = MINE(key) + 1;
      }
      sum_from(HERE, args.logits, row, columns, largest, sharpness, 0, above, sum, scratch);
      EACH_LANE(i) {
        const U32 bits = MINE(key) >> 31 != 0 ? MINE(key) & 0x7fffffffu : ~MINE(key);
        const Weighing by{MINE(largest), sharpness, 0};
        const float rest = (MINE(goal) - MINE(sum)) / weight_of(by, as_float(bits));
        float further = static_cast<float>(static_cast<U32>(rk_max(rest, 0)));
        if (MINE(key) == MINE(floor)) further = rk_min(further, MINE(tied) - 1);
        MINE(above) = MINE(key);
        MINE(goal) = rk_max(further, 0);
      }
      walk(HERE, args.logits, row, columns, largest, 0.0f, 1, key, above, goal, token, scratch, parts);
    }
  }
  EACH_LANE(i) {
    if (i == 0) {
      const U32 at = GROUP_X * sample_results;
      const bool none = MINE(bad) != 0 || MINE(token) >= columns;
      const float logit = none ? 0.0f : static_cast<float>(args.logits[row + MINE(token)]);
      args.results[at] = none ? 0u : MINE(token);
      args.results[at + 1] = as_bits(none ? 0.0f : rk_min(logit - MINE(largest) - rk_log(MINE(total)), 0));
      args.results[at + 2] = none ? 1u : 0u;
    }
  }
}

KERNELS_END
