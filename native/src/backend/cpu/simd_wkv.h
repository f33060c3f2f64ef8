// The recurrences of every generation, for simd_kernels.h, which includes this in its middle.

// ---- wkv4 ----

// exp saturates near 1e-38 instead of reaching 0, which is nothing beside the other term: that one has the
// largest exponent and therefore the factor 1.
struct Wkv4State {
  F aa, bb, pp;
};

ROOST_INLINE F wkv4_step(Wkv4State& s, F r, F k, F v, F decay, F bonus) {
  const F now = add(bonus, k);
  F q = vmax(s.pp, now);
  F e1 = exponential(sub(s.pp, q)), e2 = exponential(sub(now, q));
  const F out = mul(r, div(fma(e1, s.aa, mul(e2, v)), fma(e1, s.bb, e2)));
  const F faded = add(s.pp, decay);
  q = vmax(faded, k);
  e1 = exponential(sub(faded, q));
  e2 = exponential(sub(k, q));
  s.aa = fma(e1, s.aa, mul(e2, v));
  s.bb = fma(e1, s.bb, e2);
  s.pp = q;
  return out;
}

void wkv4(const Wkv4Channels& c) {
  std::uint32_t i = 0;
  for (; i + width <= c.channels; i += width) {
    Wkv4State s{load(c.aa + i), load(c.bb + i), load(c.pp + i)};
    const F decay = load(c.decay + i), bonus = load(c.bonus + i);
    for (std::uint32_t t = 0; t < c.tokens; ++t) {
      const std::size_t at = t * c.stride + i;
      store(c.out + at, wkv4_step(s, load(c.r + at), load(c.k + at), load(c.v + at), decay, bonus));
    }
    store(c.aa + i, s.aa);
    store(c.bb + i, s.bb);
    store(c.pp + i, s.pp);
  }
  if (i == c.channels) return;
  const std::uint32_t n = c.channels - i;
  Wkv4State s{load_part(c.aa + i, n), load_part(c.bb + i, n), load_part(c.pp + i, n)};
  const F decay = load_part(c.decay + i, n), bonus = load_part(c.bonus + i, n);
  for (std::uint32_t t = 0; t < c.tokens; ++t) {
    const std::size_t at = t * c.stride + i;
    const F r = load_part(c.r + at, n), k = load_part(c.k + at, n), v = load_part(c.v + at, n);
    store_part(c.out + at, wkv4_step(s, r, k, v, decay, bonus), n);
  }
  store_part(c.aa + i, s.aa, n);
  store_part(c.bb + i, s.bb, n);
  store_part(c.pp + i, s.pp, n);
}

// ---- wkv6 ----

// Columns [first, first + V * width) of the state for one token: read out against r, then update.
template <int V>
ROOST_INLINE void wkv6_strip(float* state, std::uint32_t size, const float* r, const float* k, const float* w,
                             const float* v, float bonus, float* y) {
  F value[V], out[V];
  ROOST_UNROLL for (int i = 0; i < V; ++i) {
    out[i] = zero();
    value[i] = load(v + i * width);
  }
  for (std::uint32_t j = 0; j < size; ++j) {
    const F rj = set1(r[j]), kj = set1(k[j]), wj = set1(w[j]);
    ROOST_UNROLL for (int i = 0; i < V; ++i) {
      float* at = state + j * size + i * width;
      const F cell = load(at);
      out[i] = fma(cell, rj, out[i]);
      store(at, fma(value[i], kj, mul(cell, wj)));
    }
  }
  ROOST_UNROLL for (int i = 0; i < V; ++i) store(y + i * width, fma(set1(bonus), value[i], out[i]));
}

void wkv6(const Wkv6Head& head) {
  const std::uint32_t n = head.head_size;
  if (n % width != 0) return scalar_kernels()->wkv6(head);
  float* const y = head.scratch;
  for (std::uint32_t t = 0; t < head.tokens; ++t) {
    const std::size_t row = t * head.stride;
    const float *r = head.r + row, *k = head.k + row, *v = head.v + row;
    const float* const w = head.decay + t * head.decay_stride;
    F products = zero();
    for (std::uint32_t i = 0; i < n; i += width) {
      products = fma(mul(load(r + i), load(head.bonus + i)), load(k + i), products);
    }
    const float bonus = sum(products);
    std::uint32_t first = 0;
    for (; first + 4 * width <= n; first += 4 * width) {
      wkv6_strip<4>(head.state + first, n, r, k, w, v + first, bonus, y + first);
    }
    for (; first < n; first += width) {
      wkv6_strip<1>(head.state + first, n, r, k, w, v + first, bonus, y + first);
    }
    layer_norm(y, y, head.norm_gain, head.norm_bias, n, head.norm_epsilon);
    for (std::uint32_t i = 0; i < n; i += width) {
      const F normed = load(y + i);
      store(head.out + row + i, head.gate == nullptr ? normed : mul(normed, load(head.gate + row + i)));
    }
  }
}

// ---- wkv7 ----

// Columns [first, first + V * width) of the state for one token: read out against a, update, read out against
// r.
template <int V>
ROOST_INLINE void wkv7_strip(float* state, std::uint32_t size, const float* a, const float* b, const float* k,
                             const float* w, const float* r, const float* v, float* y) {
  F s[V], value[V], out[V];
  ROOST_UNROLL for (int i = 0; i < V; ++i) {
    s[i] = zero();
    out[i] = zero();
    value[i] = load(v + i * width);
  }
  for (std::uint32_t j = 0; j < size; ++j) {
    const F aj = set1(a[j]);
    ROOST_UNROLL for (int i = 0; i < V; ++i) s[i] = fma(load(state + j * size + i * width), aj, s[i]);
  }
  for (std::uint32_t j = 0; j < size; ++j) {
    const F wj = set1(w[j]), bj = set1(b[j]), kj = set1(k[j]), rj = set1(r[j]);
    ROOST_UNROLL for (int i = 0; i < V; ++i) {
      float* at = state + j * size + i * width;
      const F updated = fma(value[i], kj, fma(s[i], bj, mul(load(at), wj)));
      store(at, updated);
      out[i] = fma(updated, rj, out[i]);
    }
  }
  ROOST_UNROLL for (int i = 0; i < V; ++i) store(y + i * width, out[i]);
}

void wkv7(const Wkv7Head& head) {
  const std::uint32_t n = head.head_size;
  if (n % width != 0) return scalar_kernels()->wkv7(head);
  float *a = head.scratch, *b = a + n, *k = b + n, *v = k + n, *y = v + n;
  for (std::uint32_t t = 0; t < head.tokens; ++t) {
    const std::size_t row = t * head.stride;
    const float *r = head.r + row, *w = head.decay + row;
    F squares = zero();
    for (std::uint32_t i = 0; i < n; i += width) {
      const F kk = mul(load(head.k + row + i), load(head.k_k + i));
      squares = fma(kk, kk, squares);
      store(b + i, kk);
    }
    const float norm = square_root(sum(squares));
    const F inverse = set1(1.0f / (norm < 1e-12f ? 1e-12f : norm));
    F bonus_sum = zero();
    for (std::uint32_t i = 0; i < n; i += width) {
      const F kk = mul(load(b + i), inverse), alpha = load(head.alpha + row + i);
      store(a + i, sub(zero(), kk));
      store(b + i, mul(kk, alpha));
      const F scaled =
          mul(load(head.k + row + i), fma(sub(alpha, set1(1.0f)), load(head.k_a + i), set1(1.0f)));
      store(k + i, scaled);
      bonus_sum = fma(mul(load(r + i), scaled), load(head.r_k + i), bonus_sum);
      F value = load(head.v + row + i);
      if (head.v_mix != nullptr) {
        value = fma(sub(load(head.v_first + row + i), value), load(head.v_mix + row + i), value);
      }
      store(v + i, value);
    }
    std::uint32_t first = 0;
    for (; first + 4 * width <= n; first += 4 * width) {
      wkv7_strip<4>(head.state + first, n, a, b, k, w, r, v + first, y + first);
    }
    for (; first < n; first += width)
      wkv7_strip<1>(head.state + first, n, a, b, k, w, r, v + first, y + first);

    layer_norm(y, y, head.norm_gain, head.norm_bias, n, head.norm_epsilon);
    const F bonus = set1(sum(bonus_sum));
    for (std::uint32_t i = 0; i < n; i += width) {
      const F read = fma(bonus, load(v + i), load(y + i));
      store(head.out + row + i, mul(read, load(head.gate + row + i)));
    }
  }
}
