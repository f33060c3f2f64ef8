// Products of weights in blocks with activations as whole numbers of 16 bits, for instruction sets that
// multiply pairs of those. Included by simd_kernels.h after it has defined everything else, where the
// including file has defined, beside the words listed there,
//   I, load_int set_pair zero_int add_int  as many 32-bit integers as F has floats
//   both16<s>(v)                  the low four bits of v >> s, in each 16 bits
//   top16<s>(v), signed_byte16<low>(v)     v >> s without sign; the low or the high byte with its sign
//   multiply_pairs(a, b)          per 32 bits: the sum of the two products of 16 bits
//   float_of(i)
// A block's sum is exact, so it does not depend on how tokens and panels are cut into tiles.

// The order of whole numbers within each four columns: bytes 0 and 2 of a row make one pair of 16 bits, 1 and
// 3 the other.
constexpr int pair_order[4] = {0, 2, 1, 3};

void quantise(IntegerBlock* out, const float* x, std::size_t n) {
  constexpr auto most = static_cast<float>(largest_whole);
  for (std::size_t first = 0; first < n; first += block_columns, ++out) {
    F magnitudes = zero(), damages = zero();
    for (std::uint32_t i = 0; i < block_columns; i += width) {
      const F numbers = load(x + first + i);
      magnitudes = vmax(magnitudes, absolute(numbers));
      damages = fma(numbers, zero(), damages);
    }
    float lanes[width];
    store(lanes, magnitudes);
    float largest = 0;
    for (const float lane : lanes) largest = lane > largest ? lane : largest;
    // 0 * x is 0, or NaN where x is not finite.
    const float damage = sum(damages);
    // A block so small that the inverse would overflow is nothing beside f32's smallest normal numbers.
    const bool vanishes = !(largest > 1e-30f) || !(damage == 0);
    out->scale = (vanishes ? 0.0f : largest / most) + damage;
    const F inverse = set1(vanishes ? 0.0f : most / largest);
    alignas(64) float rounded[block_columns] = {};
    if (!vanishes) {
      for (std::uint32_t i = 0; i < block_columns; i += width)
        store(rounded + i, round_nearest(mul(load(x + first + i), inverse)));
    }
    std::int32_t total = 0;
    for (std::uint32_t i = 0; i < block_columns; ++i) {
      const auto whole =
          static_cast<std::int32_t>(rounded[i / 4 * 4 + static_cast<std::uint32_t>(pair_order[i % 4])]);
      total += whole;
      out->whole[i] = static_cast<std::int16_t>(whole);
    }
    out->start[0] = -total;
    out->start[1] = 0;
    out->sum = out->scale * static_cast<float>(total);
  }
}

// What tells the formats apart. `add` multiplies what one load holds of a panel's part with its columns.
struct PairsQ8 {
  static constexpr std::uint32_t block_bytes = q8_block_bytes, headers = 1, columns = 4;
  static constexpr std::int32_t excess = 0;  // by which the bytes are too large
  template <int T>
  static ROOST_INLINE void add(I w, const I (&x)[T][4], I (&sums)[T]) {
    const I even = signed_byte16<true>(w), odd = signed_byte16<false>(w);
    ROOST_UNROLL for (int t = 0; t < T; ++t) {
      sums[t] = add_int(sums[t], multiply_pairs(even, x[t][0]));
      sums[t] = add_int(sums[t], multiply_pairs(odd, x[t][1]));
    }
  }
};
template <bool Minimum>
struct PairsQ4 {
  static constexpr std::uint32_t block_bytes = Minimum ? q4m_block_bytes : q4_block_bytes;
  static constexpr std::uint32_t headers = Minimum ? 2 : 1, columns = 8;
  static constexpr std::int32_t excess = Minimum ? 0 : 8;
  template <int T>
  static ROOST_INLINE void add(I w, const I (&x)[T][4], I (&sums)[T]) {
    const I parts[4] = {both16<0>(w), both16<8>(w), both16<4>(w), top16<12>(w)};
    ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int i = 0; i < 4; ++i) sums[t] =
        add_int(sums[t], multiply_pairs(parts[i], x[t][i]));
  }
};

// Panels panel ... panel + P of a group times T tokens, all columns.
template <class W, int P, int T>
ROOST_NOINLINE void blocks_tile(const ProductTask& task, std::uint32_t panel, std::uint32_t token) {
  constexpr int vectors = P * vectors_per_panel;
  const PackedMatrix& matrix = *task.weight;
  const std::size_t panels = matrix.panels_of(task.group);
  const IntegerBlock* const x = task.x_blocks + token * task.x_blocks_stride;
  const unsigned char* block = matrix.group(task.group);
  F totals[vectors][T];
  ROOST_UNROLL for (int q = 0; q < vectors; ++q) ROOST_UNROLL for (int t = 0; t < T; ++t) totals[q][t] =
      zero();
  for (std::uint32_t b = 0; b < matrix.columns / block_columns; ++b, block += panels * W::block_bytes) {
    I sums[vectors][T];
    ROOST_UNROLL for (int t = 0; t < T; ++t) {
      const std::int32_t start = W::excess * x[t * task.x_blocks_stride + b].start[0];
      ROOST_UNROLL for (int q = 0; q < vectors; ++q) sums[q][t] = set_all(start);
    }
    const unsigned char* quanta = block + panels * W::headers * scale_bytes + panel * 64;
    for (std::uint32_t column = 0; column < block_columns; column += W::columns, quanta += panels * 64) {
      I pairs[T][4];
      ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (std::uint32_t i = 0; i < W::columns / 2; ++i)
          pairs[t][i] = set_pair(x[t * task.x_blocks_stride + b].whole + column + 2 * i);
      ROOST_UNROLL for (int q = 0; q < vectors; ++q)
          W::template add<T>(load_int(quanta + q * width * 4), pairs, sums[q]);
    }
    ROOST_UNROLL for (int q = 0; q < vectors; ++q) {
      const unsigned char* const header = block + panel * scale_bytes + q * width * 2;
      const F scale = load_f16(header);
      ROOST_UNROLL for (int t = 0; t < T; ++t) {
        const IntegerBlock& numbers = x[t * task.x_blocks_stride + b];
        if constexpr (W::headers == 2)
          totals[q][t] = fma(load_f16(header + panels * scale_bytes), set1(numbers.sum), totals[q][t]);
        totals[q][t] = fma(float_of(sums[q][t]), mul(scale, set1(numbers.scale)), totals[q][t]);
      }
    }
  }
  const std::uint32_t left = matrix.rows - task.group * group_rows;
  ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int q = 0; q < vectors; ++q) {
    const std::uint32_t first = panel * panel_rows + static_cast<std::uint32_t>(q * width);
    if (first >= left) continue;
    float* const to = task.out + (token + static_cast<std::uint32_t>(t)) * task.out_stride + first;
    const std::uint32_t n = left - first < width ? left - first : width;
    if (n == width) {
      store(to, task.accumulate ? add(load(to), totals[q][t]) : totals[q][t]);
    } else {
      store_part(to, task.accumulate ? add(load_part(to, n), totals[q][t]) : totals[q][t], n);
    }
  }
}

// For one token, tiles as wide as the group: its weights come from memory once, in order. For more, tiles
// that do more with each weight they have widened.
template <class W>
ROOST_INLINE void blocks_product_of(const ProductTask& task) {
  constexpr std::uint32_t most = width == 16 ? 4 : 2;
  const std::uint32_t panels = task.weight->panels_of(task.group);
  std::uint32_t t = 0;
  const auto tiles = [&](auto run_wide, auto run_pair, auto run_one) {
    if (panels == 4) return run_wide();
    std::uint32_t panel = 0;
    for (; panel + 2 <= panels; panel += 2) run_pair(panel);
    if (panel < panels) run_one(panel);
  };
  for (; t + most <= task.tokens; t += most) {
    tiles(
        [&] {
          blocks_tile<W, 2, most>(task, 0, t);
          blocks_tile<W, 2, most>(task, 2, t);
        },
        [&](std::uint32_t panel) { blocks_tile<W, 2, most>(task, panel, t); },
        [&](std::uint32_t panel) { blocks_tile<W, 1, most>(task, panel, t); });
  }
  for (; t < task.tokens; ++t) {
    tiles([&] { blocks_tile<W, 4, 1>(task, 0, t); },
          [&](std::uint32_t panel) { blocks_tile<W, 2, 1>(task, panel, t); },
          [&](std::uint32_t panel) { blocks_tile<W, 1, 1>(task, panel, t); });
  }
}

void product_blocks(const ProductTask& task) {
  switch (task.weight->type) {
    case DType::q8:
      return blocks_product_of<PairsQ8>(task);
    case DType::q4:
      return blocks_product_of<PairsQ4<false>>(task);
    case DType::q4m:
      return blocks_product_of<PairsQ4<true>>(task);
    case DType::f32:
    case DType::f16:
    case DType::bf16:
      return;  // these go to `product`
  }
}
