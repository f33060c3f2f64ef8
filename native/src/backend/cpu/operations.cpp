// The operations of the CPU backend: how each is recorded, and what one task of it does.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "backend/cpu/cpu_backend.h"

namespace roost::backend::cpu {
namespace {

// Rows that one task takes: single ones where a few sequences decode together, more where taking a task would
// cost as much as doing it.
std::uint32_t rows_per_task(std::uint32_t rows) {
  return rows <= 32 ? 1 : 8;
}

std::uint32_t row_tasks(std::uint32_t rows) {
  return (rows + rows_per_task(rows) - 1) / rows_per_task(rows);
}

}  // namespace

void CpuBackend::embed(Tensor out, Tensor table, std::span<const std::uint32_t> tokens, Tensor gain,
                       Tensor bias, float epsilon) {
  assert(out.rows == tokens.size() && out.columns == table.columns);
  record(row_tasks(out.rows),
         EmbedTask{view(out), &buffers_[table.buffer]->table, tokens, vector(gain), vector(bias), epsilon});
}

void CpuBackend::run(const EmbedTask& op, std::uint32_t task, float*) {
  const std::uint32_t step = rows_per_task(op.out.rows), end = std::min((task + 1) * step, op.out.rows);
  for (std::uint32_t t = task * step; t < end; ++t) {
    float* const row = op.out.row(t);
    formats::read_row(*op.table, op.tokens[t], row);
    if (op.gain != nullptr) kernels_.layer_norm(row, row, op.gain, op.bias, op.out.columns, op.epsilon);
  }
}

void CpuBackend::layer_norm(Tensor out, Tensor x, Tensor gain, Tensor bias, float epsilon) {
  assert(out.rows == x.rows && out.columns == x.columns && gain.columns == x.columns &&
         bias.columns == x.columns);
  record(row_tasks(out.rows), NormTask{view(out), view(x), vector(gain), vector(bias), epsilon});
}

void CpuBackend::run(const NormTask& op, std::uint32_t task, float*) {
  const std::uint32_t step = rows_per_task(op.out.rows), end = std::min((task + 1) * step, op.out.rows);
  for (std::uint32_t t = task * step; t < end; ++t) {
    kernels_.layer_norm(op.out.row(t), op.x.row(t), op.gain, op.bias, op.x.columns, op.epsilon);
  }
}

void CpuBackend::gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) {
  assert(out.rows == rows.size() && out.columns == x.columns);
  record(row_tasks(out.rows), GatherTask{view(out), view(x), rows});
}

void CpuBackend::run(const GatherTask& op, std::uint32_t task, float*) {
  const std::uint32_t step = rows_per_task(op.out.rows), end = std::min((task + 1) * step, op.out.rows);
  for (std::uint32_t t = task * step; t < end; ++t) {
    assert(op.rows[t] < op.x.rows);
    std::memcpy(op.out.row(t), op.x.row(op.rows[t]), op.out.columns * sizeof(float));
  }
}

void CpuBackend::norm_shift_mix(std::span<const Mix> mixes, Tensor x, Tensor gain, Tensor bias, float epsilon,
                                Tensor last, Batch batch) {
  assert(batch.first.size() == batch.slot.size() + 1 && batch.first.back() == x.rows);
  const auto first = static_cast<std::uint32_t>(mixes_.size());
  for (const Mix& mix : mixes) {
    assert(mix.out.rows == x.rows && mix.out.columns == x.columns);
    assert(mix.take != Take::blend || mix.mix.columns == x.columns);
    mixes_.push_back({view(mix.out), vector(mix.mix), mix.take});
  }
  record(row_tasks(x.rows),
         MixTask{first, static_cast<std::uint32_t>(mixes.size()), view(x), view(last), vector(gain),
                 vector(bias), epsilon, batch},
         2 * (x.columns + std::size_t{16}));
}

void CpuBackend::run(const MixTask& op, std::uint32_t task, float* scratch) {
  const std::size_t n = op.x.columns;
  float* current = scratch;
  float* previous = scratch + (n + 15) / 16 * 16;
  const std::uint32_t step = rows_per_task(op.x.rows), begin = task * step;
  const std::uint32_t end = std::min(begin + step, op.x.rows);
  // The sequence that owns row `begin`.
  const auto after = std::upper_bound(op.batch.first.begin(), op.batch.first.end(), begin);
  auto sequence = static_cast<std::size_t>(after - op.batch.first.begin()) - 1;

  for (std::uint32_t t = begin; t < end; ++t) {
    if (t == op.batch.first[sequence + 1]) ++sequence;
    const bool starts = t == op.batch.first[sequence];
    float* const carried = op.last.row(op.batch.slot[sequence]);
    if (!starts && t == begin) {
      kernels_.layer_norm(previous, op.x.row(t - 1), op.gain, op.bias, n, op.epsilon);
    }
    kernels_.layer_norm(current, op.x.row(t), op.gain, op.bias, n, op.epsilon);
    for (std::uint32_t m = 0; m < op.mixes; ++m) {
      const RecordedMix& mix = mixes_[op.first_mix + m];
      const float* const before = starts ? carried : previous;
      if (mix.take == Take::blend) {
        kernels_.mix(mix.out.row(t), current, before, mix.weight, n);
      } else {
        std::memcpy(mix.out.row(t), mix.take == Take::current ? current : before, n * sizeof(float));
      }
    }
    if (starts) {
      // Only this task reads the carried row, so only this task may replace it: by the sequence's last row,
      // which costs one layer norm more and no wait.
      const std::uint32_t final_row = op.batch.first[sequence + 1] - 1;
      if (final_row == t) {
        std::memcpy(carried, current, n * sizeof(float));
      } else {
        kernels_.layer_norm(carried, op.x.row(final_row), op.gain, op.bias, n, op.epsilon);
      }
    }
    std::swap(current, previous);
  }
}

void CpuBackend::products(std::span<const Product> products) {
  // Rows of x that one task takes while its weights stay in the second-level cache; a multiple of what a tile
  // holds.
  constexpr std::uint32_t most_tokens = 96, tile_tokens = 6;
  const auto first = static_cast<std::uint32_t>(products_.size());
  std::uint32_t tasks = 0;
  for (const Product& product : products) {
    assert(product.weight && product.x.columns == product.weight.columns);
    assert(product.out.columns == product.weight.rows && product.out.rows == product.x.rows);
    assert(!product.bias || product.bias.columns == product.out.columns);
    const PackedMatrix& matrix = buffers_[product.weight.buffer]->matrix;
    const std::uint32_t tokens = product.x.rows;
    const std::uint32_t blocks = (tokens + most_tokens - 1) / most_tokens;
    const std::uint32_t even_share = (tokens + blocks - 1) / blocks;
    const std::uint32_t block_tokens = (even_share + tile_tokens - 1) / tile_tokens * tile_tokens;
    const std::uint32_t token_blocks = (tokens + block_tokens - 1) / block_tokens;
    products_.push_back({view(product.out), view(product.x), &matrix, product.epilogue, vector(product.bias),
                         tasks, token_blocks, block_tokens, product.sparse, no_input});
    tasks += matrix.groups() * token_blocks;
  }
  if (kernels_.quantise != nullptr) record_quantise(first);
  record(tasks, ProductsTask{first, static_cast<std::uint32_t>(products.size())});
}

namespace {
constexpr std::uint32_t columns_per_quantise = 1024;

std::uint32_t column_parts(std::uint32_t columns) {
  return (columns + columns_per_quantise - 1) / columns_per_quantise;
}
}  // namespace

// Every matrix that is multiplied by weights in blocks becomes integers once, in an operation of its own
// before the products.
void CpuBackend::record_quantise(std::uint32_t first_product) {
  const auto first = static_cast<std::uint32_t>(inputs_.size());
  std::uint32_t tasks = 0;
  std::size_t blocks = 0;
  for (std::size_t i = first_product; i < products_.size(); ++i) {
    RecordedProduct& product = products_[i];
    if (!in_blocks(product.weight->type)) continue;
    for (std::uint32_t known = first; known < inputs_.size(); ++known) {
      if (inputs_[known].x.data == product.x.data && inputs_[known].x.columns == product.x.columns) {
        product.input = known;
      }
    }
    if (product.input != no_input) continue;
    product.input = static_cast<std::uint32_t>(inputs_.size());
    inputs_.push_back({product.x, blocks, tasks});
    tasks += product.x.rows * column_parts(product.x.columns);
    blocks += std::size_t{product.x.rows} * (product.x.columns / block_columns);
  }
  integer_blocks_ = std::max(integer_blocks_, blocks);
  if (tasks > 0) record(tasks, QuantiseTask{first, static_cast<std::uint32_t>(inputs_.size()) - first});
}

void CpuBackend::run(const QuantiseTask& op, std::uint32_t task, float*) {
  std::uint32_t index = op.first_input + op.inputs - 1;
  while (inputs_[index].first_task > task) --index;
  const RecordedInput& input = inputs_[index];
  const std::uint32_t parts = column_parts(input.x.columns), local = task - input.first_task;
  const std::size_t row = local / parts, column = std::size_t{local % parts} * columns_per_quantise;
  const std::size_t count = std::min<std::size_t>(columns_per_quantise, input.x.columns - column);
  IntegerBlock* const out = integers(input) + (row * input.x.columns + column) / block_columns;
  kernels_.quantise(out, input.x.row(row) + column, count);
}

void CpuBackend::run(const ProductsTask& op, std::uint32_t task, float* scratch) {
  std::uint32_t index = op.first_product + op.products - 1;
  while (products_[index].first_task > task) --index;
  const RecordedProduct& product = products_[index];
  const PackedMatrix& matrix = *product.weight;
  const std::uint32_t local = task - product.first_task;
  const std::uint32_t first_token = local % product.token_blocks * product.block_tokens;
  const std::uint32_t group = local / product.token_blocks, first_row = group * group_rows;

  ProductTask part{};
  part.weight = &matrix;
  part.group = group;
  part.x = product.x.row(first_token);
  part.x_stride = product.x.stride;
  part.tokens = std::min(product.block_tokens, product.x.rows - first_token);
  part.out = product.out.row(first_token) + first_row;
  part.out_stride = product.out.stride;
  part.accumulate = product.epilogue == Epilogue::add;
  part.sparse = product.sparse;
  part.scratch = scratch;
  if (product.input == no_input) {
    kernels_.product(part);
  } else {
    part.x_blocks_stride = matrix.columns / block_columns;
    part.x_blocks = integers(inputs_[product.input]) + first_token * part.x_blocks_stride;
    kernels_.product_blocks(part);
  }

  if (product.epilogue == Epilogue::none || product.epilogue == Epilogue::add) return;
  const std::uint32_t rows = std::min(group_rows, matrix.rows - first_row);
  const float* const bias = product.bias == nullptr ? nullptr : product.bias + first_row;
  for (std::uint32_t t = 0; t < part.tokens; ++t) {
    kernels_.epilogue(product.epilogue, part.out + t * part.out_stride, bias, rows);
  }
}

void CpuBackend::blend(std::span<const Blend> blends, Tensor a, Tensor before) {
  const auto first = static_cast<std::uint32_t>(blends_.size());
  assert(before.rows == a.rows && before.columns == a.columns);
  for (const Blend& blend : blends) {
    assert(blend.out.rows == a.rows && blend.out.columns == a.columns && blend.base.columns == a.columns);
    assert(blend.weights.rows == a.rows && blend.weights.columns == a.columns);
    blends_.push_back({view(blend.out), view(blend.weights), vector(blend.base)});
  }
  record(row_tasks(a.rows),
         BlendTask{first, static_cast<std::uint32_t>(blends.size()), view(a), view(before)});
}

void CpuBackend::run(const BlendTask& op, std::uint32_t task, float*) {
  const std::uint32_t step = rows_per_task(op.a.rows), end = std::min((task + 1) * step, op.a.rows);
  for (std::uint32_t t = task * step; t < end; ++t) {
    for (std::uint32_t i = 0; i < op.blends; ++i) {
      const RecordedBlend& blend = blends_[op.first_blend + i];
      kernels_.blend(blend.out.row(t), op.a.row(t), op.before.row(t), blend.weights.row(t), blend.base,
                     op.a.columns);
    }
  }
}

void CpuBackend::gated_add(Tensor x, Tensor gate, Tensor value, float scale) {
  assert(gate.rows == x.rows && gate.columns == x.columns && value.rows == x.rows &&
         value.columns == x.columns);
  record(row_tasks(x.rows), GatedAddTask{view(x), view(gate), view(value), scale});
}

void CpuBackend::run(const GatedAddTask& op, std::uint32_t task, float*) {
  const std::uint32_t step = rows_per_task(op.x.rows), end = std::min((task + 1) * step, op.x.rows);
  for (std::uint32_t t = task * step; t < end; ++t) {
    kernels_.gated_add(op.x.row(t), op.gate.row(t), op.value.row(t), op.scale, op.x.columns);
  }
}

namespace {
// A few cache lines of every matrix: enough for whole vectors, few enough for all threads to have some.
constexpr std::uint32_t wkv4_channels_per_task = 128;
}  // namespace

void CpuBackend::wkv4(const Wkv4& inputs, Batch batch) {
  const View out = view(inputs.out), aa = view(inputs.aa);
  Wkv4Task op{};
  const auto rows = [&](Tensor tensor) {
    const View other = view(tensor);
    assert(other.rows == out.rows && other.columns == out.columns && other.stride == out.stride);
    return other.data;
  };
  const auto state = [&](Tensor tensor) {
    const View other = view(tensor);
    assert(other.columns == out.columns && other.stride == aa.stride);
    return other.data;
  };
  assert(batch.first.back() == out.rows);
  op.channels = {out.data,
                 rows(inputs.r),
                 rows(inputs.k),
                 rows(inputs.v),
                 out.stride,
                 vector(inputs.decay),
                 vector(inputs.bonus),
                 state(inputs.aa),
                 state(inputs.bb),
                 state(inputs.pp),
                 0,
                 out.columns};
  op.state_stride = aa.stride;
  op.batch = batch;
  const std::uint32_t parts = (out.columns + wkv4_channels_per_task - 1) / wkv4_channels_per_task;
  record(static_cast<std::uint32_t>(batch.slot.size()) * parts, op);
}

void CpuBackend::run(const Wkv4Task& op, std::uint32_t task, float*) {
  Wkv4Channels c = op.channels;
  const std::uint32_t parts = (c.channels + wkv4_channels_per_task - 1) / wkv4_channels_per_task;
  const std::uint32_t sequence = task / parts, channel = task % parts * wkv4_channels_per_task;
  const std::size_t at = op.batch.first[sequence] * c.stride + channel;
  const std::size_t state = op.batch.slot[sequence] * op.state_stride + channel;
  c.tokens = op.batch.first[sequence + 1] - op.batch.first[sequence];
  c.channels = std::min(wkv4_channels_per_task, c.channels - channel);
  c.out += at;
  c.r += at;
  c.k += at;
  c.v += at;
  c.decay += channel;
  c.bonus += channel;
  c.aa += state;
  c.bb += state;
  c.pp += state;
  kernels_.wkv4(c);
}

void CpuBackend::wkv6(const Wkv6& inputs, Batch batch) {
  const View out = view(inputs.out), state = view(inputs.state), decay = view(inputs.decay);
  const std::uint32_t n = inputs.head_size;
  Wkv6Task op{};
  op.heads = out.columns / n;
  op.state_stride = state.stride;
  op.batch = batch;
  const auto same_shape = [&](Tensor tensor) {
    const View other = view(tensor);
    assert(other.rows == out.rows && other.columns == out.columns && other.stride == out.stride);
    return other.data;
  };
  assert(state.columns == std::uint64_t{op.heads} * n * n && batch.first.back() == out.rows);
  assert(decay.columns == out.columns && (decay.rows == 1 || decay.rows == out.rows));
  op.head.out = out.data;
  op.head.r = same_shape(inputs.r);
  op.head.k = same_shape(inputs.k);
  op.head.v = same_shape(inputs.v);
  op.head.gate = inputs.gate ? same_shape(inputs.gate) : nullptr;
  op.head.stride = out.stride;
  op.head.decay = decay.data;
  // With one row of tokens both readings of a decay of one row are the same.
  op.head.decay_stride = decay.rows == 1 ? 0 : decay.stride;
  op.head.bonus = vector(inputs.bonus);
  op.head.norm_gain = vector(inputs.norm_gain);
  op.head.norm_bias = vector(inputs.norm_bias);
  op.head.state = state.data;
  op.head.head_size = n;
  op.head.norm_epsilon = inputs.norm_epsilon;
  record(static_cast<std::uint32_t>(batch.slot.size()) * op.heads, op, n);
}

void CpuBackend::run(const Wkv6Task& op, std::uint32_t task, float* scratch) {
  const std::uint32_t sequence = task / op.heads, index = task % op.heads;
  const std::uint32_t n = op.head.head_size, first = op.batch.first[sequence];
  const std::size_t channel = std::size_t{index} * n, at = first * op.head.stride + channel;
  Wkv6Head head = op.head;
  head.tokens = op.batch.first[sequence + 1] - first;
  head.out += at;
  head.r += at;
  head.k += at;
  head.v += at;
  if (head.gate != nullptr) head.gate += at;
  head.decay += first * head.decay_stride + channel;
  head.bonus += channel;
  head.norm_gain += channel;
  head.norm_bias += channel;
  head.state += op.batch.slot[sequence] * op.state_stride + channel * n;
  head.scratch = scratch;
  kernels_.wkv6(head);
}

void CpuBackend::wkv7(const Wkv7& inputs, Batch batch) {
  const View out = view(inputs.out), state = view(inputs.state);
  const std::uint32_t n = inputs.head_size;
  Wkv7Task op{};
  op.heads = out.columns / n;
  op.state_stride = state.stride;
  op.batch = batch;
  op.head.stride = out.stride;
  const auto same_shape = [&](Tensor tensor) {
    const View other = view(tensor);
    assert(other.rows == out.rows && other.columns == out.columns && other.stride == out.stride);
    return other.data;
  };
  op.head.out = out.data;
  op.head.r = same_shape(inputs.r);
  op.head.k = same_shape(inputs.k);
  op.head.v = same_shape(inputs.v);
  op.head.decay = same_shape(inputs.decay);
  op.head.alpha = same_shape(inputs.alpha);
  op.head.gate = same_shape(inputs.gate);
  if (inputs.v_mix) {
    op.head.v_mix = same_shape(inputs.v_mix);
    op.head.v_first = same_shape(inputs.v_first);
  }
  assert(state.columns == std::uint64_t{op.heads} * n * n && batch.first.back() == out.rows);
  op.head.k_k = vector(inputs.k_k);
  op.head.k_a = vector(inputs.k_a);
  op.head.r_k = vector(inputs.r_k);
  op.head.norm_gain = vector(inputs.norm_gain);
  op.head.norm_bias = vector(inputs.norm_bias);
  op.head.state = state.data;
  op.head.head_size = n;
  op.head.norm_epsilon = inputs.norm_epsilon;
  record(static_cast<std::uint32_t>(batch.slot.size()) * op.heads, op, wkv7_scratch(n));
}

void CpuBackend::run(const Wkv7Task& op, std::uint32_t task, float* scratch) {
  const std::uint32_t sequence = task / op.heads, index = task % op.heads;
  const std::uint32_t n = op.head.head_size;
  const std::size_t row = op.batch.first[sequence] * op.head.stride, channel = std::size_t{index} * n;
  Wkv7Head head = op.head;
  head.tokens = op.batch.first[sequence + 1] - op.batch.first[sequence];
  head.out += row + channel;
  head.r += row + channel;
  head.k += row + channel;
  head.v += row + channel;
  head.decay += row + channel;
  head.alpha += row + channel;
  head.gate += row + channel;
  if (head.v_mix != nullptr) {
    head.v_mix += row + channel;
    head.v_first += row + channel;
  }
  head.k_k += channel;
  head.k_a += channel;
  head.r_k += channel;
  head.norm_gain += channel;
  head.norm_bias += channel;
  head.state += op.batch.slot[sequence] * op.state_stride + channel * n;
  head.scratch = scratch;
  kernels_.wkv7(head);
}

}  // namespace roost::backend::cpu
