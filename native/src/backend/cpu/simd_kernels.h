// The vector kernels, written once. Included by one file per instruction set, inside an unnamed namespace,
// after that file has defined
//   F, width                      a vector of floats and how many (16, 8 or 4)
//   zero set1 load store load_part store_part add sub mul fma (a*b+c) div vmax vmin bitwise_xor square_root
//   (of one float) sum                           of all lanes, in a fixed order select_less(a, b, x, y) a < b
//   ? x : y absolute, round_nearest, power_of_two (of a whole number in [-126, 127]) load_f16(p) width halves
//   prefetch(p)                   asks for a cache line
//   load_bf16_even(p), load_bf16_odd(p)     2 * width brain floats: lanes of the even, of the odd ones
//   Bytes, load_bytes(p), byte_of<j>(bytes)     4 * width int8: the j-th of each group of four, as floats
//   half_byte_at<s>(bytes)        (each lane's 32 bits >> s) & 15, as floats
//   panels_for(tokens)            how many panels a tile of so many tokens holds in registers: 4, 2 or 1
// vmax(c, x) and vmin(c, x) must give x where x is NaN, so that damage stays visible.

constexpr int vectors_per_panel = 16 / width;
constexpr int max_tile_tokens = 6;

// ---- products ----
// A weight format knows how to add k numbers of P panels, times those of T tokens, to the accumulators, and
// how to widen one panel to f32. Every accumulator is one chain over k, in order, in all formats and tile
// shapes.

template <int P, int T>
struct Accumulators {
  F at[T][P * vectors_per_panel];
};

template <int P, int T>
ROOST_INLINE void multiply_add(Accumulators<P, T>& sums, const F* w, const float* x, std::size_t x_stride) {
  ROOST_UNROLL for (int t = 0; t < T; ++t) {
    const F b = set1(x[t * x_stride]);
    ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) sums.at[t][q] = fma(w[q], b, sums.at[t][q]);
  }
}

// Asks for `bytes` of what comes after the weights that are being multiplied. With one or two tokens the
// hardware reads ahead far enough by itself; with more, the arithmetic between two lines is too long, or the
// tiles too narrow, for it to see the stream. Asking past the end of the weights is harmless.
template <int T>
ROOST_INLINE void ask_ahead(const unsigned char* ahead, int bytes) {
  if constexpr (T >= 3) {
    ROOST_UNROLL for (int line = 0; line < bytes; line += 64) prefetch(ahead + line);
  }
}

// Each format: `w` is the first of P panels in a group of `panels`, at the first of `count` columns; `ahead`
// is what to ask for meanwhile.
struct WeightF32 {
  static constexpr std::uint32_t columns_together = 0;  // 0: never sparse
  static constexpr int most_panels = 4;
  static constexpr bool widens = false;
  static constexpr std::size_t panel_step = 64;        // bytes from a panel to its neighbour
  static constexpr std::size_t bytes_per_column = 64;  // of one panel
  template <int P, int T>
  static ROOST_INLINE void run(const unsigned char* w, std::size_t panels, const float* x,
                               std::size_t x_stride, std::uint32_t count, const unsigned char*,
                               Accumulators<P, T>& sums) {
    for (std::uint32_t k = 0; k < count; ++k, w += panels * 64) {
      F row[P * vectors_per_panel];
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] =
          load(reinterpret_cast<const float*>(w) + q * width);
      multiply_add<P, T>(sums, row, x + k, x_stride);
    }
  }
};

struct WeightF16 {
  static constexpr std::uint32_t columns_together = 1;  // of which one that is not zero calls for all
#ifdef ROOST_SKIPS_ZEROS
  static ROOST_INLINE std::uint32_t list_nonzero(const float* x, std::uint32_t n, std::uint32_t* list) {
    return list_singles(x, n, list);
  }
  static ROOST_INLINE void add_columns(const unsigned char* w, const float* x, F* sums) {
    const F b = set1(x[0]);
    ROOST_UNROLL for (int q = 0; q < 4 * vectors_per_panel; ++q) sums[q] =
        fma(load_f16(w + q * width * 2), b, sums[q]);
  }
#endif
  static constexpr int most_panels = 4;
  static constexpr bool widens = false;
  static constexpr std::size_t panel_step = 32;
  static constexpr std::size_t bytes_per_column = 32;
  template <int P, int T>
  static ROOST_INLINE void run(const unsigned char* w, std::size_t panels, const float* x,
                               std::size_t x_stride, std::uint32_t count, const unsigned char* ahead,
                               Accumulators<P, T>& sums) {
    for (std::uint32_t k = 0; k < count; ++k, w += panels * 32) {
      F row[P * vectors_per_panel];
      ask_ahead<T>(ahead + k * (P * 32), P * 32);
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] = load_f16(w + q * width * 2);
      multiply_add<P, T>(sums, row, x + k, x_stride);
    }
  }
};

struct WeightBf16 {
  static constexpr std::uint32_t columns_together = 2;
#ifdef ROOST_SKIPS_ZEROS
  static ROOST_INLINE std::uint32_t list_nonzero(const float* x, std::uint32_t n, std::uint32_t* list) {
    return list_pairs(x, n, list);
  }
  static ROOST_INLINE void add_columns(const unsigned char* w, const float* x, F* sums) {
    const F first = set1(x[0]), second = set1(x[1]);
    ROOST_UNROLL for (int q = 0; q < 4 * vectors_per_panel; ++q) {
      sums[q] = fma(load_bf16_even(w + q * width * 4), first, sums[q]);
      sums[q] = fma(load_bf16_odd(w + q * width * 4), second, sums[q]);
    }
  }
#endif
  static constexpr int most_panels = 4;
  static constexpr bool widens = false;
  static constexpr std::size_t panel_step = 64;  // of a pair of columns
  static constexpr std::size_t bytes_per_column = 32;
  template <int P, int T>
  static ROOST_INLINE void run(const unsigned char* w, std::size_t panels, const float* x,
                               std::size_t x_stride, std::uint32_t count, const unsigned char* ahead,
                               Accumulators<P, T>& sums) {
    for (std::uint32_t k = 0; k < count; k += 2, w += panels * 64) {
      F row[P * vectors_per_panel];
      ask_ahead<T>(ahead + k * (P * 32), P * 64);
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] = load_bf16_even(w + q * width * 4);
      multiply_add<P, T>(sums, row, x + k, x_stride);
      if (k + 1 == count) return;
      ROOST_LOAD_AGAIN();  // rather than keep the pairs in registers that the sums need
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] = load_bf16_odd(w + q * width * 4);
      multiply_add<P, T>(sums, row, x + k + 1, x_stride);
    }
  }
};

struct WeightQ8 {
  static constexpr std::uint32_t columns_together = 0;
  static constexpr int most_panels = 4;
  static constexpr bool widens = true;
  static constexpr std::size_t bytes_per_column = 17;  // 544 bytes for 32 columns
  template <int P, int T, int J>
  static ROOST_INLINE void quarter(const Bytes* bytes, const F* scale, const float* x, std::size_t x_stride,
                                   Accumulators<P, T>& sums) {
    // int8 times f16 has at most 18 significant bits: the widened weight is exact.
    F row[P * vectors_per_panel];
    ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] = mul(byte_of<J>(bytes[q]), scale[q]);
    multiply_add<P, T>(sums, row, x + J, x_stride);
  }
  // Panels first_panel ... of the group, whose scales and bytes lie apart.
  template <int P, int T>
  static ROOST_INLINE void run(const unsigned char* group, std::size_t panels, std::size_t first_panel,
                               const float* x, std::size_t x_stride, std::uint32_t count,
                               Accumulators<P, T>& sums) {
    for (std::uint32_t block = 0; block < count / 32; ++block, group += panels * 544) {
      F scale[P * vectors_per_panel];
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) scale[q] =
          load_f16(group + first_panel * 32 + q * width * 2);
      const unsigned char* at = group + panels * 32 + first_panel * 64;
      for (std::uint32_t k = 0; k < 32; k += 4, at += panels * 64) {
        Bytes bytes[P * vectors_per_panel];
        ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) bytes[q] =
            load_bytes(at + q * width * 4);
        const float* here = x + block * 32 + k;
        quarter<P, T, 0>(bytes, scale, here, x_stride, sums);
        quarter<P, T, 1>(bytes, scale, here, x_stride, sums);
        quarter<P, T, 2>(bytes, scale, here, x_stride, sums);
        quarter<P, T, 3>(bytes, scale, here, x_stride, sums);
      }
    }
  }
  // A whole group to the layout of f32.
  static ROOST_INLINE void widen(const unsigned char* group, std::size_t panels, std::uint32_t count,
                                 float* out) {
    const std::size_t vectors = panels * vectors_per_panel, row = panels * 16;
    for (std::uint32_t block = 0; block < count / 32; ++block, group += panels * 544) {
      for (std::size_t q = 0; q < vectors; ++q) {
        const F scale = load_f16(group + q * width * 2);
        for (std::uint32_t k = 0; k < 32; k += 4) {
          const Bytes bytes = load_bytes(group + panels * 32 + k / 4 * panels * 64 + q * width * 4);
          float* to = out + (block * 32 + k) * row + q * width;
          store(to, mul(byte_of<0>(bytes), scale));
          store(to + row, mul(byte_of<1>(bytes), scale));
          store(to + 2 * row, mul(byte_of<2>(bytes), scale));
          store(to + 3 * row, mul(byte_of<3>(bytes), scale));
        }
      }
    }
  }
};

// q4 and, with minima, q4m.
template <bool Minimum>
struct WeightQ4 {
  static constexpr std::uint32_t columns_together = 0;
  static constexpr int most_panels = width == 16 ? 4 : 2;  // 4 spill narrow vectors: a third slower
  static constexpr bool widens = true;
  static constexpr std::size_t headers = Minimum ? 2 : 1;  // scales, minima
  static constexpr std::size_t block_bytes = headers * 32 + 256;
  static constexpr std::size_t bytes_per_column = block_bytes / 32;
  // What is added to scale * q. For q4 minus 8 scales: the sum is (q - 8) * scale, and exact.
  static ROOST_INLINE F base_of(const unsigned char* header, std::size_t panels, F scale) {
    if constexpr (Minimum) return load_f16(header + panels * 32);
    return mul(scale, set1(-8.0f));
  }
  template <int P, int T, int Shift>
  static ROOST_INLINE void column(const Bytes* bytes, const F* scale, const F* base, const float* x,
                                  std::size_t x_stride, Accumulators<P, T>& sums) {
    F row[P * vectors_per_panel];
    ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) row[q] =
        fma(half_byte_at<Shift>(bytes[q]), scale[q], base[q]);
    multiply_add<P, T>(sums, row, x, x_stride);
  }
  template <int P, int T>
  static ROOST_INLINE void run(const unsigned char* group, std::size_t panels, std::size_t first_panel,
                               const float* x, std::size_t x_stride, std::uint32_t count,
                               Accumulators<P, T>& sums) {
    for (std::uint32_t block = 0; block < count / 32; ++block, group += panels * block_bytes) {
      F scale[P * vectors_per_panel], base[P * vectors_per_panel];
      ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) {
        const unsigned char* const header = group + first_panel * 32 + q * width * 2;
        scale[q] = load_f16(header);
        base[q] = base_of(header, panels, scale[q]);
      }
      const unsigned char* at = group + panels * headers * 32 + first_panel * 64;
      for (std::uint32_t k = 0; k < 32; k += 8, at += panels * 64) {
        Bytes bytes[P * vectors_per_panel];
        ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) bytes[q] =
            load_bytes(at + q * width * 4);
        const float* here = x + block * 32 + k;
        column<P, T, 0>(bytes, scale, base, here, x_stride, sums);
        column<P, T, 8>(bytes, scale, base, here + 1, x_stride, sums);
        column<P, T, 16>(bytes, scale, base, here + 2, x_stride, sums);
        column<P, T, 24>(bytes, scale, base, here + 3, x_stride, sums);
        column<P, T, 4>(bytes, scale, base, here + 4, x_stride, sums);
        column<P, T, 12>(bytes, scale, base, here + 5, x_stride, sums);
        column<P, T, 20>(bytes, scale, base, here + 6, x_stride, sums);
        column<P, T, 28>(bytes, scale, base, here + 7, x_stride, sums);
      }
    }
  }
  // A whole group to the layout of f32.
  static ROOST_INLINE void widen(const unsigned char* group, std::size_t panels, std::uint32_t count,
                                 float* out) {
    const std::size_t vectors = panels * vectors_per_panel, row = panels * 16;
    for (std::uint32_t block = 0; block < count / 32; ++block, group += panels * block_bytes) {
      for (std::size_t q = 0; q < vectors; ++q) {
        const unsigned char* const header = group + q * width * 2;
        const F scale = load_f16(header), base = base_of(header, panels, scale);
        for (std::uint32_t k = 0; k < 32; k += 8) {
          const Bytes bytes = load_bytes(group + panels * headers * 32 + k / 8 * panels * 64 + q * width * 4);
          float* to = out + (block * 32 + k) * row + q * width;
          store(to, fma(half_byte_at<0>(bytes), scale, base));
          store(to + row, fma(half_byte_at<8>(bytes), scale, base));
          store(to + 2 * row, fma(half_byte_at<16>(bytes), scale, base));
          store(to + 3 * row, fma(half_byte_at<24>(bytes), scale, base));
          store(to + 4 * row, fma(half_byte_at<4>(bytes), scale, base));
          store(to + 5 * row, fma(half_byte_at<12>(bytes), scale, base));
          store(to + 6 * row, fma(half_byte_at<20>(bytes), scale, base));
          store(to + 7 * row, fma(half_byte_at<28>(bytes), scale, base));
        }
      }
    }
  }
};

struct TilePlace {
  const unsigned char* w;  // the group, at the first of `count` columns
  std::size_t panels;      // of the group
  const float* x;
  std::size_t x_stride;
  std::uint32_t count;  // of columns
  float* out;
  std::size_t out_stride;
  std::uint32_t rows;  // of the group that exist
  bool accumulate;
};

template <class W, int P, int T>
ROOST_INLINE void tile(const TilePlace& at, std::uint32_t panel) {
  Accumulators<P, T> sums;
  ROOST_UNROLL for (int t = 0; t < T; ++t) ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q)
      sums.at[t][q] = zero();
  if constexpr (W::widens) {
    W::template run<P, T>(at.w, at.panels, panel, at.x, at.x_stride, at.count, sums);
  } else {
    // A tile as wide as the group runs along its stream; a narrower one comes back for its neighbours, and
    // asks for its share of the next block of columns.
    const unsigned char* const ahead =
        P == group_panels ? at.w + 4096 : at.w + at.count * W::bytes_per_column * (at.panels + panel);
    W::template run<P, T>(at.w + panel * W::panel_step, at.panels, at.x, at.x_stride, at.count, ahead, sums);
  }
  ROOST_UNROLL for (int t = 0; t < T; ++t) {
    float* const out = at.out + t * at.out_stride;
    ROOST_UNROLL for (int q = 0; q < P * vectors_per_panel; ++q) {
      const std::uint32_t first = panel * 16 + q * width;
      if (first + width <= at.rows) {
        const F sum = at.accumulate ? add(load(out + first), sums.at[t][q]) : sums.at[t][q];
        store(out + first, sum);
      } else if (first < at.rows) {
        const std::uint32_t n = at.rows - first;
        const F sum = at.accumulate ? add(load_part(out + first, n), sums.at[t][q]) : sums.at[t][q];
        store_part(out + first, sum, n);
      }
    }
  }
}

// How many panels a tile of so many tokens holds in registers. Scales and minima take registers too.
template <class W>
constexpr int panels_of(int tokens) {
  return panels_for(tokens) < W::most_panels ? panels_for(tokens) : W::most_panels;
}

// All panels of a group for T tokens.
template <class W, int T>
ROOST_NOINLINE void tile_row(const TilePlace& at) {
  for (std::uint32_t panel = 0; panel < at.panels;) {
    const std::size_t left = at.panels - panel;
    if (left >= 4 && panels_of<W>(T) >= 4) {
      if constexpr (panels_of<W>(T) >= 4) tile<W, 4, T>(at, panel);
      panel += 4;
    } else if (left >= 2 && panels_of<W>(T) >= 2) {
      if constexpr (panels_of<W>(T) >= 2) tile<W, 2, T>(at, panel);
      panel += 2;
    } else {
      tile<W, 1, T>(at, panel);
      panel += 1;
    }
  }
}

template <class W>
ROOST_INLINE void tile_rows(TilePlace at, std::uint32_t tokens) {
  while (tokens > 0) {
    const std::uint32_t taken = tokens < max_tile_tokens ? tokens : max_tile_tokens;
    switch (taken) {
      case 1:
        tile_row<W, 1>(at);
        break;
      case 2:
        tile_row<W, 2>(at);
        break;
      case 3:
        tile_row<W, 3>(at);
        break;
      case 4:
        tile_row<W, 4>(at);
        break;
      case 5:
        tile_row<W, 5>(at);
        break;
      default:
        tile_row<W, 6>(at);
        break;
    }
    tokens -= taken;
    at.x += taken * at.x_stride;
    at.out += taken * at.out_stride;
  }
}

#ifdef ROOST_SKIPS_ZEROS
// One token whose numbers are mostly zero: only the columns of the others are read, each of them two or four
// cache lines of a whole group. The sums are those of `tile`, without terms that are zero.
template <class W>
ROOST_INLINE bool product_sparse(const ProductTask& task) {
  constexpr int vectors = group_panels * vectors_per_panel;
  constexpr std::uint32_t step = W::columns_together, ahead = 32;
  constexpr std::size_t step_bytes = step * group_panels * W::bytes_per_column;
  const PackedMatrix& matrix = *task.weight;
  const std::uint32_t columns = matrix.columns;
  // The list takes the scratch; a last odd column and a narrow group are left to the dense kernel.
  if (columns > product_scratch - 2 * width || columns % 16 != 0 ||
      matrix.rows - task.group * group_rows < group_rows)
    return false;
  auto* const list = reinterpret_cast<std::uint32_t*>(task.scratch);
  const std::uint32_t found = W::list_nonzero(task.x, columns, list);
  if (found * step > columns / skip_below_of * skip_below) return false;
  const unsigned char* const group = matrix.group(task.group);
  for (std::uint32_t i = 0, k = 0; k < columns; k += k_block) {
    F sums[vectors];
    ROOST_UNROLL for (int q = 0; q < vectors; ++q) sums[q] = zero();
    for (; i < found && list[i] * step < k + k_block; ++i) {
      const unsigned char* const soon = group + list[i + ahead < found ? i + ahead : i] * step_bytes;
      ROOST_UNROLL for (std::size_t line = 0; line < step_bytes; line += 64) prefetch(soon + line);
      W::add_columns(group + list[i] * step_bytes, task.x + list[i] * step, sums);
    }
    ROOST_UNROLL for (int q = 0; q < vectors; ++q) {
      float* const out = task.out + q * width;
      store(out, task.accumulate || k > 0 ? add(load(out), sums[q]) : sums[q]);
    }
  }
  return true;
}
#endif

template <class W>
ROOST_INLINE void product_of(const ProductTask& task) {
#ifdef ROOST_SKIPS_ZEROS
  if constexpr (W::columns_together > 0) {
    if (task.sparse && task.tokens == 1 && product_sparse<W>(task)) return;
  }
#endif
  const PackedMatrix& matrix = *task.weight;
  TilePlace at{};
  at.panels = matrix.panels_of(task.group);
  at.x_stride = task.x_stride;
  at.out = task.out;
  at.out_stride = task.out_stride;
  const std::uint32_t left = matrix.rows - task.group * group_rows;
  at.rows = left < group_rows ? left : group_rows;
  for (std::uint32_t k = 0; k < matrix.columns; k += k_block) {
    at.count = matrix.columns - k < k_block ? matrix.columns - k : k_block;
    at.x = task.x + k;
    at.accumulate = task.accumulate || k > 0;
    at.w = matrix.group(task.group) + k * (W::bytes_per_column * at.panels);
    if constexpr (W::widens) {
      // Many tokens: widen the weights once, then read them as f32 from the second-level cache.
      if (task.tokens > 2 * max_tile_tokens) {
        W::widen(at.w, at.panels, at.count, task.scratch);
        at.w = reinterpret_cast<const unsigned char*>(task.scratch);
        tile_rows<WeightF32>(at, task.tokens);
        continue;
      }
    }
    tile_rows<W>(at, task.tokens);
  }
}

void product(const ProductTask& task) {
  switch (task.weight->type) {
    case DType::f32:
      return product_of<WeightF32>(task);
    case DType::f16:
      return product_of<WeightF16>(task);
    case DType::bf16:
      return product_of<WeightBf16>(task);
    case DType::q8:
      return product_of<WeightQ8>(task);
    case DType::q4:
      return product_of<WeightQ4<false>>(task);
    case DType::q4m:
      return product_of<WeightQ4<true>>(task);
  }
}

// ---- functions of one number ----

// Within 2 units in the last place of exp over the whole range of f32; saturates instead of overflowing.
ROOST_INLINE F exponential(F x) {
  x = vmin(set1(88.3f), vmax(set1(-87.3f), x));
  const F n = round_nearest(mul(x, set1(1.44269504f)));
  // ln 2 in two parts, the first with so few bits that n times it is exact.
  F r = fma(n, set1(-0.693359375f), x);
  r = fma(n, set1(2.12194440e-4f), r);
  // Taylor's polynomial up to r^7 / 7! on |r| <= 0.347: remainder below 6e-9.
  F p = set1(1.0f / 5040);
  p = fma(p, r, set1(1.0f / 720));
  p = fma(p, r, set1(1.0f / 120));
  p = fma(p, r, set1(1.0f / 24));
  p = fma(p, r, set1(1.0f / 6));
  p = fma(p, r, set1(0.5f));
  p = fma(p, r, set1(1.0f));
  p = fma(p, r, set1(1.0f));
  return mul(p, power_of_two(n));
}

ROOST_INLINE F sigmoid(F z) {
  return div(set1(1.0f), add(set1(1.0f), exponential(sub(zero(), z))));
}

ROOST_INLINE F hyperbolic_tangent(F z) {
  const F far = sub(set1(1.0f), div(set1(2.0f), add(set1(1.0f), exponential(add(z, z)))));
  // Near zero 1 - 2/(1+e) would cancel: the odd series up to z^15, |z| < 0.5: remainder below 1e-8 relative.
  const F s = mul(z, z);
  F p = set1(-929569.0f / 638512875.0f);
  p = fma(p, s, set1(21844.0f / 6081075));
  p = fma(p, s, set1(-1382.0f / 155925));
  p = fma(p, s, set1(62.0f / 2835));
  p = fma(p, s, set1(-17.0f / 315));
  p = fma(p, s, set1(2.0f / 15));
  p = fma(p, s, set1(-1.0f / 3));
  const F near = fma(mul(p, s), z, z);
  return select_less(absolute(z), set1(0.5f), near, far);
}

template <class Function>
ROOST_INLINE void for_each(float* values, const float* bias, std::size_t n, Function function) {
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    F z = load(values + i);
    if (bias != nullptr) z = add(z, load(bias + i));
    store(values + i, function(z));
  }
  if (i < n) {
    F z = load_part(values + i, static_cast<std::uint32_t>(n - i));
    if (bias != nullptr) z = add(z, load_part(bias + i, static_cast<std::uint32_t>(n - i)));
    store_part(values + i, function(z), static_cast<std::uint32_t>(n - i));
  }
}

void epilogue(Epilogue kind, float* values, const float* bias, std::size_t n) {
  switch (kind) {
    case Epilogue::none:
    case Epilogue::add:
      return;
    case Epilogue::tanh:
      return for_each(values, nullptr, n, [](F z) { return hyperbolic_tangent(z); });
    case Epilogue::sigmoid:
      return for_each(values, nullptr, n, [](F z) { return sigmoid(z); });
    case Epilogue::bias_sigmoid:
      return for_each(values, bias, n, [](F z) { return sigmoid(z); });
    case Epilogue::relu_squared:
      return for_each(values, nullptr, n, [](F z) {
        const F positive = vmax(zero(), z);
        return mul(positive, positive);
      });
    case Epilogue::decay7:
      return for_each(values, bias, n, [](F z) { return exponential(mul(set1(-0.606531f), sigmoid(z))); });
    case Epilogue::decay6:
      return for_each(values, bias, n, [](F z) { return exponential(sub(zero(), exponential(z))); });
    case Epilogue::silu:
      return for_each(values, nullptr, n, [](F z) { return mul(z, sigmoid(z)); });
  }
}

// ---- rows ----

void layer_norm(float* out, const float* x, const float* gain, const float* bias, std::size_t n,
                float epsilon) {
  F sums[4] = {zero(), zero(), zero(), zero()};
  std::size_t i = 0;
  for (; i + 4 * width <= n; i += 4 * width) {
    for (int v = 0; v < 4; ++v) sums[v] = add(sums[v], load(x + i + v * width));
  }
  float total = sum(add(add(sums[0], sums[1]), add(sums[2], sums[3])));
  for (; i < n; ++i) total += x[i];
  const float mean = total / static_cast<float>(n);
  const F center = set1(mean);

  for (int v = 0; v < 4; ++v) sums[v] = zero();
  for (i = 0; i + 4 * width <= n; i += 4 * width) {
    for (int v = 0; v < 4; ++v) {
      const F d = sub(load(x + i + v * width), center);
      sums[v] = fma(d, d, sums[v]);
    }
  }
  total = sum(add(add(sums[0], sums[1]), add(sums[2], sums[3])));
  for (; i < n; ++i) total += (x[i] - mean) * (x[i] - mean);
  const float scale = 1.0f / square_root(total / static_cast<float>(n) + epsilon);

  const F factor = set1(scale);
  for (i = 0; i + width <= n; i += width) {
    store(out + i, fma(mul(sub(load(x + i), center), factor), load(gain + i), load(bias + i)));
  }
  for (; i < n; ++i) out[i] = (x[i] - mean) * scale * gain[i] + bias[i];
}

void mix(float* out, const float* a, const float* before, const float* weight, std::size_t n) {
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    const F current = load(a + i);
    store(out + i, fma(sub(load(before + i), current), load(weight + i), current));
  }
  for (; i < n; ++i) out[i] = a[i] + (before[i] - a[i]) * weight[i];
}

void blend(float* out, const float* a, const float* before, const float* weights, const float* base,
           std::size_t n) {
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    const F current = load(a + i);
    store(out + i, fma(sub(load(before + i), current), add(load(base + i), load(weights + i)), current));
  }
  for (; i < n; ++i) out[i] = a[i] + (before[i] - a[i]) * (base[i] + weights[i]);
}

void gated_add(float* x, const float* gate, const float* value, float scale, std::size_t n) {
  const F factor = set1(scale);
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    store(x + i, fma(mul(factor, load(gate + i)), load(value + i), load(x + i)));
  }
  for (; i < n; ++i) x[i] += scale * gate[i] * value[i];
}

#include "backend/cpu/simd_wkv.h"

std::uint64_t read_block(const unsigned char* block, std::size_t bytes) {
  F sums[4] = {zero(), zero(), zero(), zero()};
  for (std::size_t i = 0; i + 64 * sizeof(float) <= bytes; i += 64 * sizeof(float)) {
    const float* at = reinterpret_cast<const float*>(block + i);
    for (int v = 0; v < 64 / width; ++v) sums[v % 4] = bitwise_xor(sums[v % 4], load(at + v * width));
  }
  float folded[width];
  store(folded, bitwise_xor(bitwise_xor(sums[0], sums[1]), bitwise_xor(sums[2], sums[3])));
  std::uint64_t result = 0;
  for (int v = 0; v < width; ++v) result = result * 31 + (folded[v] == 1.0f ? 1 : 0);
  return result;
}

std::uint64_t multiply_floats(std::uint64_t rounds, float* sink) {
  constexpr int chains = 12;  // two units, four or five cycles each
  F sums[chains];
  ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = set1(static_cast<float>(i));
  const F factor = set1(sink[0]), term = set1(sink[1]);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    ROOST_UNROLL for (int i = 0; i < chains; ++i) sums[i] = fma(sums[i], factor, term);
  }
  ROOST_UNROLL for (int i = 1; i < chains; ++i) sums[0] = add(sums[0], sums[i]);
  sink[2] = sum(sums[0]);
  return rounds * chains * width * 2;
}

#ifdef ROOST_MULTIPLIES_PAIRS
#include "backend/cpu/simd_blocks.h"
#else
constexpr decltype(Kernels::quantise) quantise = nullptr;
constexpr decltype(Kernels::product_blocks) product_blocks = nullptr;
#endif

constexpr Kernels table{isa_name,   product,    quantise,        false,     product_blocks, epilogue,
                        layer_norm, mix,        blend,           gated_add, wkv4,           wkv6,
                        wkv7,       read_block, multiply_floats, nullptr};
