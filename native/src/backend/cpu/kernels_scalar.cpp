// The kernels in plain C++: what runs on a processor without any known vector instructions, and the reference
// that every other table is tested against. Written to be read, in the order of the formulas in backend.h.
#include <cmath>
#include <cstring>

#include "backend/cpu/kernels.h"
#include "support/half.h"

namespace roost::backend::cpu {
namespace {

std::uint16_t u16_at(const unsigned char* p) {
  std::uint16_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// Number k of a row of a group that has `panels` panels.
float weight_at(DType type, const unsigned char* group, std::size_t panels, std::size_t row, std::size_t k) {
  const std::size_t width = panels * panel_rows;
  switch (type) {
    case DType::f32: {
      float value;
      std::memcpy(&value, group + (k * width + row) * 4, 4);
      return value;
    }
    case DType::f16:
      return support::f16_to_f32(u16_at(group + (k * width + row) * 2));
    case DType::bf16:
      return support::bf16_to_f32(u16_at(group + ((k / 2 * width + row) * 2 + k % 2) * 2));
    case DType::q8: {
      const unsigned char* block = group + k / block_columns * panels * q8_block_bytes;
      const std::size_t in_block = k % block_columns;
      const auto quantum = static_cast<signed char>(
          block[panels * scale_bytes + (in_block / 4 * width + row) * 4 + in_block % 4]);
      return static_cast<float>(quantum) * support::f16_to_f32(u16_at(block + 2 * row));
    }
    case DType::q4:
    case DType::q4m: {
      const bool minimum = type == DType::q4m;
      const std::size_t header = panels * scale_bytes * (minimum ? 2 : 1);
      const unsigned char* block =
          group + k / block_columns * panels * (minimum ? q4m_block_bytes : q4_block_bytes);
      const std::size_t in_block = k % block_columns;
      const unsigned pair = block[header + (in_block / 8 * width + row) * 4 + in_block % 4];
      const unsigned quantum = in_block % 8 < 4 ? pair & 15 : pair >> 4;
      const float scale = support::f16_to_f32(u16_at(block + 2 * row));
      if (!minimum) return static_cast<float>(static_cast<int>(quantum) - 8) * scale;
      return static_cast<float>(quantum) * scale +
             support::f16_to_f32(u16_at(block + panels * scale_bytes + 2 * row));
    }
  }
  return 0;
}

void product(const ProductTask& task) {
  const PackedMatrix& matrix = *task.weight;
  const std::uint32_t panels = matrix.panels_of(task.group);
  for (std::uint32_t n = 0; n < panels * panel_rows; ++n) {
    if (task.group * group_rows + n >= matrix.rows) return;
    for (std::uint32_t first = 0; first < matrix.columns; first += k_block) {
      const std::uint32_t count = matrix.columns - first < k_block ? matrix.columns - first : k_block;
      float* const weights = task.scratch;
      for (std::uint32_t k = 0; k < count; ++k) {
        weights[k] = weight_at(matrix.type, matrix.group(task.group), panels, n, first + k);
      }
      for (std::uint32_t t = 0; t < task.tokens; ++t) {
        const float* x = task.x + t * task.x_stride + first;
        float sum = 0;
        for (std::uint32_t k = 0; k < count; ++k) sum += weights[k] * x[k];
        float& out = task.out[t * task.out_stride + n];
        out = task.accumulate || first > 0 ? out + sum : sum;
      }
    }
  }
}

float sigmoid(float z) {
  return 1.0f / (1.0f + std::exp(-z));
}

void epilogue(Epilogue kind, float* values, const float* bias, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    float& z = values[i];
    switch (kind) {
      case Epilogue::none:
      case Epilogue::add:
        return;
      case Epilogue::tanh:
        z = std::tanh(z);
        break;
      case Epilogue::sigmoid:
        z = sigmoid(z);
        break;
      case Epilogue::bias_sigmoid:
        z = sigmoid(bias[i] + z);
        break;
      case Epilogue::relu_squared:
        z = z < 0 ? 0 : z * z;
        break;
      case Epilogue::decay7:
        z = std::exp(-0.606531f * sigmoid(bias[i] + z));
        break;
      case Epilogue::decay6:
        z = std::exp(-std::exp(bias[i] + z));
        break;
      case Epilogue::silu:
        z = z * sigmoid(z);
        break;
    }
  }
}

void layer_norm(float* out, const float* x, const float* gain, const float* bias, std::size_t n,
                float epsilon) {
  double total = 0, squares = 0;
  for (std::size_t i = 0; i < n; ++i) total += x[i];
  const double mean = total / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) squares += (x[i] - mean) * (x[i] - mean);
  const double scale = 1.0 / std::sqrt(squares / static_cast<double>(n) + static_cast<double>(epsilon));
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>((x[i] - mean) * scale) * gain[i] + bias[i];
}

void mix(float* out, const float* a, const float* before, const float* weight, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] + (before[i] - a[i]) * weight[i];
}

void blend(float* out, const float* a, const float* before, const float* weights, const float* base,
           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] + (before[i] - a[i]) * (base[i] + weights[i]);
}

void gated_add(float* x, const float* gate, const float* value, float scale, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] += scale * gate[i] * value[i];
}

void wkv4(const Wkv4Channels& c) {
  for (std::uint32_t i = 0; i < c.channels; ++i) {
    float aa = c.aa[i], bb = c.bb[i], pp = c.pp[i];
    for (std::uint32_t t = 0; t < c.tokens; ++t) {
      const std::size_t at = t * c.stride + i;
      const float k = c.k[at], v = c.v[at], now = c.bonus[i] + k;
      float q = pp > now ? pp : now;
      float e1 = std::exp(pp - q), e2 = std::exp(now - q);
      c.out[at] = c.r[at] * ((e1 * aa + e2 * v) / (e1 * bb + e2));
      const float faded = pp + c.decay[i];
      q = faded > k ? faded : k;
      e1 = std::exp(faded - q);
      e2 = std::exp(k - q);
      aa = e1 * aa + e2 * v;
      bb = e1 * bb + e2;
      pp = q;
    }
    c.aa[i] = aa;
    c.bb[i] = bb;
    c.pp[i] = pp;
  }
}

void wkv6(const Wkv6Head& head) {
  const std::uint32_t n = head.head_size;
  float* const y = head.scratch;
  for (std::uint32_t t = 0; t < head.tokens; ++t) {
    const std::size_t row = t * head.stride;
    const float *r = head.r + row, *k = head.k + row, *v = head.v + row;
    const float* const w = head.decay + t * head.decay_stride;
    float bonus = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      bonus += r[i] * head.bonus[i] * k[i];
      y[i] = 0;
    }
    for (std::uint32_t j = 0; j < n; ++j) {
      for (std::uint32_t i = 0; i < n; ++i) {
        float& cell = head.state[std::size_t{j} * n + i];
        y[i] += cell * r[j];
        cell = cell * w[j] + v[i] * k[j];
      }
    }
    for (std::uint32_t i = 0; i < n; ++i) y[i] += bonus * v[i];
    layer_norm(y, y, head.norm_gain, head.norm_bias, n, head.norm_epsilon);
    for (std::uint32_t i = 0; i < n; ++i) {
      head.out[row + i] = head.gate == nullptr ? y[i] : y[i] * head.gate[row + i];
    }
  }
}

void wkv7(const Wkv7Head& head) {
  const std::uint32_t n = head.head_size;
  float *kk = head.scratch, *k = kk + n, *v = k + n, *s = v + n, *y = s + n;
  for (std::uint32_t t = 0; t < head.tokens; ++t) {
    const std::size_t row = t * head.stride;
    const float *r = head.r + row, *w = head.decay + row, *alpha = head.alpha + row;

    float squares = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      kk[i] = head.k[row + i] * head.k_k[i];
      squares += kk[i] * kk[i];
    }
    const float norm = std::sqrt(squares);
    float bonus = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      kk[i] /= norm < 1e-12f ? 1e-12f : norm;
      k[i] = head.k[row + i] * (1 + (alpha[i] - 1) * head.k_a[i]);
      v[i] = head.v[row + i];
      if (head.v_mix != nullptr) v[i] += (head.v_first[row + i] - v[i]) * head.v_mix[row + i];
      bonus += r[i] * k[i] * head.r_k[i];
      s[i] = y[i] = 0;
    }
    for (std::uint32_t j = 0; j < n; ++j) {
      for (std::uint32_t i = 0; i < n; ++i) s[i] -= head.state[std::size_t{j} * n + i] * kk[j];
    }
    for (std::uint32_t j = 0; j < n; ++j) {
      for (std::uint32_t i = 0; i < n; ++i) {
        float& cell = head.state[std::size_t{j} * n + i];
        cell = cell * w[j] + s[i] * (kk[j] * alpha[j]) + v[i] * k[j];
        y[i] += cell * r[j];
      }
    }
    layer_norm(y, y, head.norm_gain, head.norm_bias, n, head.norm_epsilon);
    for (std::uint32_t i = 0; i < n; ++i) head.out[row + i] = (y[i] + bonus * v[i]) * head.gate[row + i];
  }
}

std::uint64_t read_block(const unsigned char* block, std::size_t bytes) {
  std::uint64_t folded = 0;
  for (std::size_t i = 0; i + 8 <= bytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, block + i, 8);
    folded ^= word;
  }
  return folded;
}

std::uint64_t multiply_floats(std::uint64_t rounds, float* sink) {
  float sums[8] = {};
  const float factor = sink[0], term = sink[1];
  for (std::uint64_t i = 0; i < rounds; ++i) {
    for (float& sum : sums) sum = sum * factor + term;
  }
  for (int i = 0; i < 8; ++i) sink[i] = sums[i];
  return rounds * 16;
}

constexpr Kernels table{"scalar", product,   nullptr, false, nullptr, epilogue,   layer_norm,      mix,
                        blend,    gated_add, wkv4,    wkv6,  wkv7,    read_block, multiply_floats, nullptr};

}  // namespace

const Kernels* scalar_kernels() {
  return &table;
}

}  // namespace roost::backend::cpu
