// Forward and backward kernels of RWKV-7 training on a processor, called from kernels.py through ctypes.
//
// All activations are float32, row-major, "flat": N tokens of many independent sequences laid end to end, C
// channels per token. `start[s] .. start[s+1]` are the tokens of sequence s. Every sequence begins with a
// zero state and a zero previous token. H = C / 64 heads of 64 channels. A gradient buffer of a parameter is
// added to; other outputs are overwritten. One call uses one thread: parallelism comes from worker processes
// (see train.py).
//
// Compiled with -ffast-math: no infinities and no NaNs are allowed to be meaningful here.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 64
#define SPAN 16  // tokens between two stored states of the recurrence

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
#define LANES 16
#define GROUPS (HEAD / LANES)

static inline lanes load(const float* p) {
  return *(const lanes*)p;
}
static inline void store(float* p, lanes x) {
  *(lanes*)p = x;
}
static inline lanes splat(float x) {
  return (lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}
static inline float total(lanes x) {
  typedef float half __attribute__((vector_size(32), aligned(4), may_alias));
  half h = *(half*)&x + *((half*)&x + 1);
  typedef float quarter __attribute__((vector_size(16), aligned(4), may_alias));
  quarter q = *(quarter*)&h + *((quarter*)&h + 1);
  return (q[0] + q[2]) + (q[1] + q[3]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Layer norm followed by token shift and M interpolations: out_j = a + (previous a - a) * mix_j.
// mean, rstd [N] and a [N,C] (the normalised rows) are kept for the backward pass. M = 0 is a plain layer
// norm.

void norm_mix_forward(const float* x, const float* gain, const float* bias, const float* mix,
                      const int32_t* start, int64_t sequences, int64_t C, int64_t M, float* a, float* mean,
                      float* rstd, float* const* out) {
  for (int64_t s = 0; s < sequences; s++)
    for (int64_t t = start[s]; t < start[s + 1]; t++) {
      const float* xt = x + t * C;
      float sum = 0, square = 0;
      for (int64_t c = 0; c < C; c++) sum += xt[c];
      float m = sum / (float)C;
      for (int64_t c = 0; c < C; c++) square += (xt[c] - m) * (xt[c] - m);
      float r = 1.0f / sqrtf(square / (float)C + 1e-5f);
      mean[t] = m;
      rstd[t] = r;
      float* at = a + t * C;
      for (int64_t c = 0; c < C; c++) at[c] = (xt[c] - m) * r * gain[c] + bias[c];
      if (t == start[s])
        for (int64_t j = 0; j < M; j++) {
          float* o = out[j] + t * C;
          const float* mj = mix + j * C;
          for (int64_t c = 0; c < C; c++) o[c] = at[c] - at[c] * mj[c];
        }
      else
        for (int64_t j = 0; j < M; j++) {
          float* o = out[j] + t * C;
          const float *mj = mix + j * C, *before = at - C;
          for (int64_t c = 0; c < C; c++) o[c] = at[c] + (before[c] - at[c]) * mj[c];
        }
    }
}

// gout holds M gradients [N,C]; for M = 0 it holds one, that of a itself.
void norm_mix_backward(const float* const* gout, const float* x, const float* gain, const float* mix,
                       const float* a, const float* mean, const float* rstd, const int32_t* start,
                       int64_t sequences, int64_t C, int64_t M, float* gx, float* ggain, float* gbias,
                       float* gmix) {
  float* ga = malloc(sizeof(float) * (size_t)C);
  for (int64_t s = 0; s < sequences; s++)
    for (int64_t t = start[s]; t < start[s + 1]; t++) {
      const float* at = a + t * C;
      int last = t + 1 == start[s + 1], first = t == start[s];
      if (M == 0)
        memcpy(ga, gout[0] + t * C, sizeof(float) * (size_t)C);
      else
        memset(ga, 0, sizeof(float) * (size_t)C);
      for (int64_t j = 0; j < M; j++) {
        const float *o = gout[j] + t * C, *mj = mix + j * C;
        float* gm = gmix + j * C;
        if (last)
          for (int64_t c = 0; c < C; c++) ga[c] += o[c] * (1.0f - mj[c]);
        else
          for (int64_t c = 0; c < C; c++) ga[c] += o[c] + (o[c + C] - o[c]) * mj[c];
        if (first)
          for (int64_t c = 0; c < C; c++) gm[c] -= o[c] * at[c];
        else
          for (int64_t c = 0; c < C; c++) gm[c] += o[c] * (at[c - C] - at[c]);
      }
      const float* xt = x + t * C;
      float m = mean[t], r = rstd[t], sum = 0, dot = 0;
      float* gxt = gx + t * C;
      for (int64_t c = 0; c < C; c++) {
        float h = (xt[c] - m) * r, g = ga[c] * gain[c];
        ggain[c] += ga[c] * h;
        gbias[c] += ga[c];
        sum += g;
        dot += g * h;
      }
      sum /= (float)C;
      dot /= (float)C;
      for (int64_t c = 0; c < C; c++) {
        float h = (xt[c] - m) * r;
        gxt[c] = r * (ga[c] * gain[c] - sum - h * dot);
      }
    }
  free(ga);
}

// ---------------------------------------------------------------------------------------------------------------------
// From the projections to the operands of the recurrence.
//   w = exp(-e^(-1/2) sigmoid(w0 + wl));  alpha = sigmoid(a0 + al);  kappa = k k_k / |k k_k| per head
//   k' = k (1 + (alpha - 1) k_a);  v' = v + (vf - v) sigmoid(v0 + vl), or v where vl is null (first layer)
//   a = -kappa;  b = kappa alpha
// sw, alpha [N,C], inverse [N,H] (1/norm) and sv [N,C] are kept. Sigmoids are computed here, in place of
// torch.

static inline float sigmoid(float x) {
  return 1.0f / (1.0f + expf(-x));
}
#define DECAY 0.6065306597126334f

void operands_forward(const float* wl, const float* al, const float* k, const float* v, const float* vl,
                      const float* vf, const float* w0, const float* a0, const float* k_k, const float* k_a,
                      const float* v0, int64_t N, int64_t C, float* w, float* k2, float* v2, float* a,
                      float* b, float* sw, float* alpha, float* inverse, float* sv) {
  for (int64_t t = 0; t < N; t++) {
    int64_t o = t * C;
    for (int64_t c = 0; c < C; c++) {
      float s = sigmoid(w0[c] + wl[o + c]);
      sw[o + c] = s;
      w[o + c] = expf(-DECAY * s);
    }
    for (int64_t c = 0; c < C; c++) {
      float s = sigmoid(a0[c] + al[o + c]);
      alpha[o + c] = s;
      k2[o + c] = k[o + c] * (1.0f + (s - 1.0f) * k_a[c]);
    }
    for (int64_t h = 0; h < C / HEAD; h++) {
      float square = 0;
      int64_t p = o + h * HEAD, q = h * HEAD;
      for (int c = 0; c < HEAD; c++) square += (k[p + c] * k_k[q + c]) * (k[p + c] * k_k[q + c]);
      float norm = sqrtf(square), i = 1.0f / (norm > 1e-12f ? norm : 1e-12f);
      inverse[t * (C / HEAD) + h] = i;
      for (int c = 0; c < HEAD; c++) {
        float kappa = k[p + c] * k_k[q + c] * i;
        a[p + c] = -kappa;
        b[p + c] = kappa * alpha[p + c];
      }
    }
    if (vl)
      for (int64_t c = 0; c < C; c++) {
        float s = sigmoid(v0[c] + vl[o + c]);
        sv[o + c] = s;
        v2[o + c] = v[o + c] + (vf[o + c] - v[o + c]) * s;
      }
    else
      memcpy(v2 + o, v + o, sizeof(float) * (size_t)C);
  }
}

void operands_backward(const float* gw, const float* gk2, const float* gv2, const float* ga, const float* gb,
                       const float* k, const float* v, const float* vf, const float* w, const float* a,
                       const float* sw, const float* alpha, const float* inverse, const float* sv,
                       const float* k_k, const float* k_a, int64_t residual, int64_t N, int64_t C, float* gwl,
                       float* gal, float* gk, float* gv, float* gvl, float* gvf, float* gw0, float* ga0,
                       float* gk_k, float* gk_a, float* gv0) {
  for (int64_t t = 0; t < N; t++) {
    int64_t o = t * C;
    for (int64_t c = 0; c < C; c++) {
      float s = sw[o + c], g = gw[o + c] * w[o + c] * -DECAY * s * (1.0f - s);
      gwl[o + c] = g;
      gw0[c] += g;
    }
    for (int64_t h = 0; h < C / HEAD; h++) {
      int64_t p = o + h * HEAD, q = h * HEAD;
      float dot = 0, i = inverse[t * (C / HEAD) + h], gkappa[HEAD];
      for (int c = 0; c < HEAD; c++) {
        gkappa[c] = gb[p + c] * alpha[p + c] - ga[p + c];
        dot -= gkappa[c] * a[p + c];
      }
      for (int c = 0; c < HEAD; c++) {
        float kappa = -a[p + c], gn = i * (gkappa[c] - kappa * dot);  // gradient of k k_k
        float s = alpha[p + c], scale = 1.0f + (s - 1.0f) * k_a[q + c], kc = k[p + c], g2 = gk2[p + c];
        gk[p + c] = gn * k_k[q + c] + g2 * scale;
        gk_k[q + c] += gn * kc;
        gk_a[q + c] += g2 * kc * (s - 1.0f);
        float g = (gb[p + c] * kappa + g2 * kc * k_a[q + c]) * s * (1.0f - s);
        gal[p + c] = g;
        ga0[q + c] += g;
      }
    }
    if (residual)
      for (int64_t c = 0; c < C; c++) {
        float s = sv[o + c], g = gv2[o + c], l = g * (vf[o + c] - v[o + c]) * s * (1.0f - s);
        gv[o + c] = g * (1.0f - s);
        gvf[o + c] = g * s;
        gvl[o + c] = l;
        gv0[c] += l;
      }
    else
      memcpy(gv + o, gv2 + o, sizeof(float) * (size_t)C);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The recurrence, per head, S[key][val]:  s = S' a;  S = diag(w) S + b s' + k v';  y = S' r.
// saved [N,C] keeps s. states keeps S before every SPAN-th token of each sequence: offset[sequence] counts
// stored states, each of H x 64 x 64 floats.

void wkv_forward(const float* r, const float* w, const float* k, const float* v, const float* a,
                 const float* b, const int32_t* start, const int64_t* offset, int64_t sequences, int64_t C,
                 float* y, float* saved, float* states) {
  int64_t H = C / HEAD;
  for (int64_t s = 0; s < sequences; s++)
    for (int64_t h = 0; h < H; h++) {
      float S[HEAD * HEAD] __attribute__((aligned(64)));
      memset(S, 0, sizeof S);
      lanes e[GROUPS] = {0};  // S' a of the token to come
      for (int64_t t = start[s]; t < start[s + 1]; t++) {
        int64_t n = t - start[s], p = t * C + h * HEAD;
        if (n % SPAN == 0) memcpy(states + ((offset[s] + n / SPAN) * H + h) * HEAD * HEAD, S, sizeof S);
        const float* next = a + (t + 1 < start[s + 1] ? p + C : p);
        lanes read[GROUPS] = {0}, ahead[GROUPS] = {0}, value[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
          store(saved + p + g * LANES, e[g]);
          value[g] = load(v + p + g * LANES);
        }
        for (int j = 0; j < HEAD; j++) {
          lanes wj = splat(w[p + j]), kj = splat(k[p + j]), bj = splat(b[p + j]), rj = splat(r[p + j]),
                aj = splat(next[j]);
#pragma GCC unroll 4
          for (int g = 0; g < GROUPS; g++) {
            float* cell = S + j * HEAD + g * LANES;
            lanes x = load(cell) * wj + bj * e[g] + kj * value[g];
            store(cell, x);
            read[g] += rj * x;
            ahead[g] += aj * x;
          }
        }
        for (int g = 0; g < GROUPS; g++) {
          store(y + p + g * LANES, read[g]);
          e[g] = ahead[g];
        }
      }
    }
}

void wkv_backward(const float* gy, const float* r, const float* w, const float* k, const float* v,
                  const float* a, const float* b, const float* saved, const float* states,
                  const int32_t* start, const int64_t* offset, int64_t sequences, int64_t C, float* gr,
                  float* gw, float* gk, float* gv, float* ga, float* gb) {
  int64_t H = C / HEAD;
  float* history = aligned_alloc(64, sizeof(float) * (SPAN + 1) * HEAD * HEAD);
  for (int64_t s = 0; s < sequences; s++)
    for (int64_t h = 0; h < H; h++) {
      float D[HEAD * HEAD] __attribute__((aligned(64)));  // gradient of S after the current token
      memset(D, 0, sizeof D);
      int64_t length = start[s + 1] - start[s];
      for (int64_t block = (length - 1) / SPAN; block >= 0; block--) {
        int64_t from = block * SPAN, to = from + SPAN < length ? from + SPAN : length;
        memcpy(history, states + ((offset[s] + block) * H + h) * HEAD * HEAD, sizeof D);
        for (int64_t n = from; n < to; n++) {
          const float* before = history + (n - from) * HEAD * HEAD;
          float* after = history + (n - from + 1) * HEAD * HEAD;
          int64_t p = (start[s] + n) * C + h * HEAD;
          lanes e[GROUPS], value[GROUPS];
          for (int g = 0; g < GROUPS; g++) {
            e[g] = load(saved + p + g * LANES);
            value[g] = load(v + p + g * LANES);
          }
          for (int j = 0; j < HEAD; j++) {
            lanes wj = splat(w[p + j]), kj = splat(k[p + j]), bj = splat(b[p + j]);
#pragma GCC unroll 4
            for (int g = 0; g < GROUPS; g++) {
              int i = j * HEAD + g * LANES;
              store(after + i, load(before + i) * wj + bj * e[g] + kj * value[g]);
            }
          }
        }
        for (int64_t n = to - 1; n >= from; n--) {
          const float *before = history + (n - from) * HEAD * HEAD, *after = before + HEAD * HEAD;
          int64_t p = (start[s] + n) * C + h * HEAD;
          lanes dy[GROUPS], e[GROUPS], value[GROUPS], de[GROUPS] = {0}, dv[GROUPS] = {0};
          for (int g = 0; g < GROUPS; g++) {
            dy[g] = load(gy + p + g * LANES);
            e[g] = load(saved + p + g * LANES);
            value[g] = load(v + p + g * LANES);
          }
          for (int j = 0; j < HEAD; j++) {
            lanes rj = splat(r[p + j]), kj = splat(k[p + j]), bj = splat(b[p + j]);
            lanes sr = {0}, sw = {0}, sk = {0}, sb = {0};
#pragma GCC unroll 4
            for (int g = 0; g < GROUPS; g++) {
              int i = j * HEAD + g * LANES;
              lanes d = load(D + i) + rj * dy[g];
              store(D + i, d);
              sr += load(after + i) * dy[g];
              sw += load(before + i) * d;
              sk += value[g] * d;
              sb += e[g] * d;
              dv[g] += kj * d;
              de[g] += bj * d;
            }
            gr[p + j] = total(sr);
            gw[p + j] = total(sw);
            gk[p + j] = total(sk);
            gb[p + j] = total(sb);
          }
          for (int j = 0; j < HEAD; j++) {
            lanes wj = splat(w[p + j]), aj = splat(a[p + j]), sa = {0};
#pragma GCC unroll 4
            for (int g = 0; g < GROUPS; g++) {
              int i = j * HEAD + g * LANES;
              sa += load(before + i) * de[g];
              store(D + i, load(D + i) * wj + aj * de[g]);
            }
            ga[p + j] = total(sa);
          }
          for (int g = 0; g < GROUPS; g++) store(gv + p + g * LANES, dv[g]);
        }
      }
    }
  free(history);
}

// ---------------------------------------------------------------------------------------------------------------------
// After the recurrence: out = (GroupNorm(y) + (sum over the head of r k r_k) v) gate.
// mean, rstd [N,H] and bonus [N,H] are kept.

void gather_forward(const float* y, const float* r, const float* k, const float* v, const float* gate,
                    const float* gain, const float* bias, const float* r_k, int64_t N, int64_t C, float* mean,
                    float* rstd, float* bonus, float* out) {
  int64_t H = C / HEAD;
  for (int64_t t = 0; t < N; t++)
    for (int64_t h = 0; h < H; h++) {
      int64_t p = t * C + h * HEAD, q = h * HEAD;
      float sum = 0, square = 0, dot = 0;
      for (int c = 0; c < HEAD; c++) {
        sum += y[p + c];
        dot += r[p + c] * k[p + c] * r_k[q + c];
      }
      float m = sum / HEAD;
      for (int c = 0; c < HEAD; c++) square += (y[p + c] - m) * (y[p + c] - m);
      float s = 1.0f / sqrtf(square / HEAD + 64e-5f);
      mean[t * H + h] = m;
      rstd[t * H + h] = s;
      bonus[t * H + h] = dot;
      for (int c = 0; c < HEAD; c++)
        out[p + c] = ((y[p + c] - m) * s * gain[q + c] + bias[q + c] + dot * v[p + c]) * gate[p + c];
    }
}

void gather_backward(const float* gout, const float* y, const float* r, const float* k, const float* v,
                     const float* gate, const float* gain, const float* bias, const float* r_k,
                     const float* mean, const float* rstd, const float* bonus, int64_t N, int64_t C,
                     float* gy, float* gr, float* gk, float* gv, float* ggate, float* ggain, float* gbias,
                     float* gr_k) {
  int64_t H = C / HEAD;
  for (int64_t t = 0; t < N; t++)
    for (int64_t h = 0; h < H; h++) {
      int64_t p = t * C + h * HEAD, q = h * HEAD;
      float m = mean[t * H + h], s = rstd[t * H + h], dot = bonus[t * H + h];
      float sum = 0, across = 0, gdot = 0, inner[HEAD];
      for (int c = 0; c < HEAD; c++) {
        float hat = (y[p + c] - m) * s, before = hat * gain[q + c] + bias[q + c] + dot * v[p + c];
        float g = gout[p + c] * gate[p + c];
        ggate[p + c] = gout[p + c] * before;
        gv[p + c] = g * dot;
        gdot += g * v[p + c];
        ggain[q + c] += g * hat;
        gbias[q + c] += g;
        inner[c] = g * gain[q + c];
        sum += inner[c];
        across += inner[c] * hat;
      }
      sum /= HEAD;
      across /= HEAD;
      for (int c = 0; c < HEAD; c++) {
        float hat = (y[p + c] - m) * s;
        gy[p + c] = s * (inner[c] - sum - hat * across);
        gr[p + c] = gdot * k[p + c] * r_k[q + c];
        gk[p + c] = gdot * r[p + c] * r_k[q + c];
        gr_k[q + c] += gdot * r[p + c] * k[p + c];
      }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Squared ReLU.

void relu2_forward(const float* x, int64_t n, float* out) {
  for (int64_t i = 0; i < n; i++) {
    float p = x[i] > 0 ? x[i] : 0;
    out[i] = p * p;
  }
}

void relu2_backward(const float* gout, const float* x, int64_t n, float* gx) {
  for (int64_t i = 0; i < n; i++) gx[i] = x[i] > 0 ? 2.0f * x[i] * gout[i] : 0;
}
