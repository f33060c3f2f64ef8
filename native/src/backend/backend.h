// The seam between a model and the machine it runs on. A model speaks in operations on matrices; a backend
// keeps the numbers wherever it likes and in whatever layout its kernels want.
//
// Operations are recorded in the order of the calls and start at submit(); wait() returns when they are done.
// They can't fail one by one: a wrong shape is our own bug (asserted), and a fault of the device is reported
// once, by submit() or wait(), after which the backend is dead and says so again.
//
// Everything handed over as a span or Tensor must stay valid until wait() has returned.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/number_types.h"
#include "formats/model_file.h"
#include "roost/result.h"

namespace roost::backend {

std::string_view name_of(DType type);

enum class Use : std::uint8_t { state, scratch };

// A view of rows x columns numbers, row after row, `stride` numbers apart; copying it copies nothing. A
// vector is one row. Packed weights are views too, but of the backend's own layout: only products() may look
// inside.
struct Tensor {
  static constexpr std::uint32_t no_buffer = 0xffffffff;
  std::uint32_t buffer = no_buffer;
  DType type = DType::f32;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint64_t offset = 0;  // in numbers, from the start of the buffer
  std::uint64_t stride = 0;  // in numbers

  explicit operator bool() const { return buffer != no_buffer; }
  Tensor first_rows(std::uint32_t count) const {
    Tensor part = *this;
    part.rows = count;
    return part;
  }
  Tensor columns_from(std::uint64_t first, std::uint32_t count) const {
    Tensor part = *this;
    part.offset += first;
    part.columns = count;
    return part;
  }
  Tensor row(std::uint32_t index) const {
    Tensor part = *this;
    part.offset += index * stride;
    part.rows = 1;
    return part;
  }
};

// A ragged batch: sequence s owns the rows [first[s], first[s+1]) of every matrix of the step, in order of
// time, and row slot[s] of every state tensor. first has one entry more than slot; no sequence is empty;
// slots are distinct.
struct Batch {
  std::span<const std::uint32_t> first;
  std::span<const std::uint32_t> slot;
};

// out[t, n] = epilogue(sum over k of weight[n, k] * x[t, k])
struct Product {
  Tensor out, x, weight;
  Epilogue epilogue = Epilogue::none;
  Tensor bias;
  // Many numbers of x are exactly zero: their columns of the weights need not be read. Where weights are
  // finite this changes no bit of the result.
  bool sparse = false;
};

// What a mix takes from a token and the one before it.
enum class Take : std::uint8_t {
  blend,     // a[t] + (a[t-1] - a[t]) * mix
  current,   // a[t]
  previous,  // a[t-1]
};

struct Mix {
  Tensor out, mix;  // mix: 1 x width, for `blend` alone
  Take take = Take::blend;
};

// out[t] = a[t] + (before[t] - a[t]) * (base + weights[t]); out may be weights.
struct Blend {
  Tensor out, weights;  // tokens x width
  Tensor base;          // 1 x width
};

// Per token and channel, with state aa, bb, pp (rwkv-4, "time mixing"); pp is the largest exponent so far, by
// which aa and bb are divided, so that nothing overflows:
//   q = max(pp, bonus + k);  out = r * (e^(pp-q) aa + e^(bonus+k-q) v) / (e^(pp-q) bb + e^(bonus+k-q))
//   q = max(pp + decay, k);  aa = e^(pp+decay-q) aa + e^(k-q) v;  bb = e^(pp+decay-q) bb + e^(k-q);  pp = q
struct Wkv4 {
  Tensor out;           // tokens x width; may be r
  Tensor r, k, v;       // tokens x width
  Tensor decay, bonus;  // 1 x width; decay is a logarithm: below 0
  Tensor aa, bb, pp;    // slots x width
};

// Per token and head of size N, with state S[key][value] (rwkv-5 and rwkv-6, "time mixing"):
//   y[i] = sum_j r[j] (bonus[j] k[j] v[i] + S[j][i]);  S[j][i] = decay[j] S[j][i] + k[j] v[i]
//   out = (group_norm(y) * gain + bias) * gate                        (the gate left out where it is absent)
struct Wkv6 {
  Tensor out;                          // tokens x width
  Tensor r, k, v, gate;                // tokens x width; gate may be absent
  Tensor decay;                        // tokens x width, or 1 x width: the same for all
  Tensor bonus, norm_gain, norm_bias;  // 1 x width
  Tensor state;                        // slots x (heads * N * N), head after head, [key][value] within
  std::uint32_t head_size = 0;
  float norm_epsilon = 64e-5f;
};

// Per token and head of size N, with state S[key][value] (rwkv-7, "time mixing"):
//   k0 = k; kk = (k0 * k_k) / max(|k0 * k_k|, 1e-12); k = k0 * (1 + (alpha - 1) * k_a)
//   v += (v_first - v) * v_mix                                   (left out where v_mix is absent)
//   s[i] = -sum_j S[j][i] kk[j];  S[j][i] = S[j][i] decay[j] + s[i] kk[j] alpha[j] + v[i] k[j]
//   y[i] = sum_j S[j][i] r[j];  y = group_norm(y) * gain + bias; out = (y + (sum_j r k r_k) v) * gate
struct Wkv7 {
  Tensor out;                                  // tokens x width
  Tensor r, k, v, decay, alpha, gate;          // tokens x width
  Tensor v_mix, v_first;                       // tokens x width, or both absent
  Tensor k_k, k_a, r_k, norm_gain, norm_bias;  // 1 x width
  Tensor state;  // slots x (heads * N * N), head after head, [key][value] within
  std::uint32_t head_size = 0;
  float norm_epsilon = 64e-5f;
};

// How a token is drawn from a row of logits: as roost::Sampler does it, with the numbers it decided on
// before.
struct Adjustment {
  std::uint32_t token = 0;
  float added = 0;  // to its logit; minus infinity: never
};
struct Draw {
  float temperature = 1, top_p = 1, min_p = 0;   // temperature or top_p 0: the likeliest
  std::uint32_t top_k = 0;                       // 0: all
  float uniform = 0;                             // which one: from 0 up to, not including, 1
  std::span<const Adjustment> adjustments = {};  // of different tokens
};
struct Drawn {
  std::uint32_t token = 0;
  float logprob = 0;  // at temperature 1, before any cut
  bool good = false;  // false: a NaN, an infinity, or no finite logit
};

struct Device {
  std::string kind;  // "cpu"
  bool usable = false;
  std::string name;
  std::uint64_t memory_bytes = 0;
  std::string reason;  // why not, when it is not usable
  std::string driver;  // its version: what was found out about one says nothing about another; may be empty
};

// Operations per second on numbers that lie in registers, with all threads; a multiplication and the addition
// after it are two.
struct Arithmetic {
  double of_floats = 0;
  double of_bytes = 0;  // 0 where bytes are not multiplied as such
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual const Device& device() const = 0;
  virtual std::string isa()
      const = 0;  // "avx512vnni", "avx512", "avx2", "neon", "scalar"; a GPU's architecture
  virtual int threads() const = 0;

  // Zero-filled. Errors: out_of_memory.
  virtual Result<Tensor> allocate(Use use, std::uint32_t rows, std::uint32_t columns) = 0;
  virtual void release(Tensor tensor) = 0;
  virtual std::uint64_t free_bytes() const { return 0; }  // of the device now; 0: not known

  // Weights. `packed_bytes` is what load_matrix will take from the reserve. reserve_weights() is called once,
  // before the first load (of a GPU again when all weights were released); it fails with out_of_memory,
  // naming the needed and the free bytes, where the machine has not room for `bytes` and the `working` bytes
  // that will be allocated beside them.
  virtual std::uint64_t packed_bytes(const formats::Weight& source, DType type) const = 0;
  virtual Status reserve_weights(std::uint64_t bytes, std::uint64_t working) = 0;
  // For products(): converted to `type` (exact where the source already is of it) and packed, with all
  // threads.
  virtual Result<Tensor> load_matrix(const formats::Weight& source, DType type) = 0;
  // For products whose x is mostly zeros: laid out, where the backend knows how, so that what a zero is
  // multiplied by need not be read.
  virtual Result<Tensor> load_matrix_by_input(const formats::Weight& source, DType type) {
    return load_matrix(source, type);
  }
  // For vectors and biases: one row of f32. Taken from the reserve as well: count * 4 bytes, rounded up
  // to 64.
  virtual Result<Tensor> load_vector(const formats::Weight& source) = 0;
  // For embed(). May go on reading `source`'s memory, which must then outlive the backend.
  virtual Result<Tensor> load_table(const formats::Weight& source) = 0;
  virtual std::uint64_t weight_bytes() const = 0;  // resident: packed matrices and vectors

  // At once, never recorded, and only between wait() and the next recording. `tensor` is f32 and may be a
  // view.
  virtual void write(Tensor to, std::span<const float> from) = 0;
  virtual void read(std::span<float> to, Tensor from) = 0;
  virtual void fill(Tensor tensor, float value) = 0;
  virtual void copy(Tensor to, Tensor from) = 0;  // same shape
  // `matrices` square matrices of side `size`, one after the other in a one-row view, each transposed on its
  // way.
  virtual void write_transposed(Tensor to, std::span<const float> from, std::uint32_t size) = 0;
  virtual void read_transposed(std::span<float> to, Tensor from, std::uint32_t size) = 0;

  // Recorded operations. x, out and the like are f32 with as many rows as the step has tokens.
  // out[t] = layer_norm(table[tokens[t]]) * gain + bias; without a gain the row as it is.
  virtual void embed(Tensor out, Tensor table, std::span<const std::uint32_t> tokens, Tensor gain,
                     Tensor bias, float epsilon) = 0;
  virtual void layer_norm(Tensor out, Tensor x, Tensor gain, Tensor bias, float epsilon) = 0;
  // a = layer_norm(x), then every mix of a with the row before it; the row before a sequence's first is
  // last[slot], which becomes the sequence's last row of a.
  virtual void norm_shift_mix(std::span<const Mix> mixes, Tensor x, Tensor gain, Tensor bias, float epsilon,
                              Tensor last, Batch batch) = 0;
  // Products that do not depend on one another.
  virtual void products(std::span<const Product> products) = 0;
  // What products() adds to the sum of squared errors over that of squares, of such a weight and so many
  // tokens, by rounding x on purpose. Where it is not 0, x should stay below 65,504 (the rest counts as
  // that).
  virtual double product_error(DType type, std::uint32_t rows, std::uint32_t columns,
                               std::uint32_t tokens) const {
    return 0;
  }
  // Of rows whose mixes depend on the token: `a` and `before` as norm_shift_mix took them.
  virtual void blend(std::span<const Blend> blends, Tensor a, Tensor before) = 0;
  // x += scale * gate * value, element by element.
  virtual void gated_add(Tensor x, Tensor gate, Tensor value, float scale) = 0;
  virtual void wkv4(const Wkv4& inputs, Batch batch) = 0;
  virtual void wkv6(const Wkv6& inputs, Batch batch) = 0;
  virtual void wkv7(const Wkv7& inputs, Batch batch) = 0;
  virtual void gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) = 0;  // out[i] = x[rows[i]]

  // Where draws() is true: a token from each row, so that no logits need to travel. Changes the logits.
  virtual bool draws() const { return false; }
  virtual void draw(Tensor logits, std::span<const Draw> rows) {}
  // What the last draw() of a step found, once wait() has returned.
  virtual void read_drawn(std::span<Drawn> to) {}

  virtual Status submit() = 0;
  virtual Status wait() = 0;

  // Bytes per second that reading a large block sustains with all threads, best of several passes.
  virtual double measure_read_bandwidth() = 0;
  // Zeros where nobody knows.
  virtual Arithmetic measure_arithmetic() { return {}; }
};

// Never throws, never empty.
std::vector<Device> devices();

struct OpenSettings {
  std::string device = "cpu";  // or a kind of devices(), or several with "+" between, which share a model
  int threads = 0;             // 0: physical cores
  std::string isa;             // empty: ROOST_ISA if set, else the best this processor has
};
// Errors: device_unavailable.
Result<std::unique_ptr<Backend>> open_backend(const OpenSettings& settings);

}  // namespace roost::backend
