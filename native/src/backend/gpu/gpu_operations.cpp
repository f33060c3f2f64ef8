// The operations of the GPU backend: which kernels each becomes, with which arguments.
#include <algorithm>
#include <bit>
#include <cassert>

#include "backend/gpu/gpu_backend.h"
#include "backend/gpu/kernels/all_words.gpu.h"
#include "backend/gpu/recording.h"

namespace roost::backend::gpu {
namespace {

// Kernels can't include the headers that these are declared in.
static_assert(type_f32 == static_cast<U32>(DType::f32) && type_f16 == static_cast<U32>(DType::f16) &&
              type_bf16 == static_cast<U32>(DType::bf16) && type_q8 == static_cast<U32>(DType::q8) &&
              type_q4 == static_cast<U32>(DType::q4) && type_q4m == static_cast<U32>(DType::q4m));
static_assert(epilogue_none == static_cast<U32>(Epilogue::none) &&
              epilogue_add == static_cast<U32>(Epilogue::add) &&
              epilogue_tanh == static_cast<U32>(Epilogue::tanh) &&
              epilogue_sigmoid == static_cast<U32>(Epilogue::sigmoid) &&
              epilogue_bias_sigmoid == static_cast<U32>(Epilogue::bias_sigmoid) &&
              epilogue_relu_squared == static_cast<U32>(Epilogue::relu_squared) &&
              epilogue_decay7 == static_cast<U32>(Epilogue::decay7) &&
              epilogue_decay6 == static_cast<U32>(Epilogue::decay6) &&
              epilogue_silu == static_cast<U32>(Epilogue::silu));
static_assert(take_blend == static_cast<U32>(Take::blend) &&
              take_current == static_cast<U32>(Take::current) &&
              take_previous == static_cast<U32>(Take::previous));

// Rows of results there is room for from the first draw on.
constexpr U64 most_drawn = 64;

constexpr std::size_t step_memory_words = std::size_t{1} << 14;

// products_few reads the weights once for every few_tokens tokens; from here on a tile of 64 costs less.
constexpr U32 most_few = 16;
// As in products.gpu.h and sparse.gpu.h.
// As in tiles.gpu.h. Below this many tokens or this size of a matrix its rounding buys no time.
constexpr U32 unit_rows_of_group = 128, unit_tokens_of_group = 64, least_for_units = 33, least_side = 512;
constexpr U32 few_tokens_at_once = 4, sparse_tokens_at_once = 2, few_rows_of_group = 8, many_side = 64;

U32 stride_of(Tensor tensor) {
  return static_cast<U32>(tensor.stride);
}

}  // namespace

// ---- what travels with a step ----

// Uploads go into pieces that never move: arguments of recorded launches point there, and a step of the same
// kind finds its words at the same address.
View GpuBackend::upload(std::span<const U32> words) {
  while (step_memories_ < step_memory_.size()) {
    StepMemory& step = step_memory_[step_memories_];
    if (step.words.size() + words.size() <= step.memory.bytes / sizeof(U32)) {
      const U64 first = step.words.size();
      step.words.insert(step.words.end(), words.begin(), words.end());
      return make_view(step.memory, first * sizeof(U32), words.size());
    }
    ++step_memories_;
  }
  auto memory = device_->allocate(std::max(step_memory_words, words.size()) * sizeof(U32), "step");
  if (!memory.ok()) {
    keep(std::move(memory).failure());
    return {};
  }
  step_memory_.push_back({memory.value(), {words.begin(), words.end()}});
  return make_view(memory.value(), 0, words.size());
}

// All layers of a step are given the same spans.
GpuBackend::Rows GpuBackend::rows_of(Batch batch) {
  const auto sequences = static_cast<U32>(batch.slot.size());
  assert(batch.first.size() == batch.slot.size() + 1);
  for (const Rows& known : batches_) {
    if (known.first_data == batch.first.data() && known.slot_data == batch.slot.data() &&
        known.sequences == sequences) {
      return known;
    }
  }
  const std::size_t count = batch.first.back();
  std::vector<U32> begin(count), end(count), slot(count);
  for (std::size_t s = 0; s < sequences; ++s) {
    for (U32 row = batch.first[s]; row < batch.first[s + 1]; ++row) {
      begin[row] = batch.first[s];
      end[row] = batch.first[s + 1];
      slot[row] = batch.slot[s];
    }
  }
  Rows rows{batch.first.data(), batch.slot.data(), upload(batch.first), upload(batch.slot),
            upload(begin),      upload(end),       upload(slot),        sequences};
  batches_.push_back(rows);
  return rows;
}

// ---- rows ----

void GpuBackend::embed(Tensor out, Tensor table, std::span<const std::uint32_t> tokens, Tensor gain,
                       Tensor bias, float epsilon) {
  assert(out.rows == tokens.size() && out.columns == table.columns);
  const Buffer& buffer = buffers_[table.buffer];
  EmbedArgs args{};
  args.out = view(out);
  const U64 row_bytes = U64{table.columns} * (buffer.packed.type == DType::f32 ? 4 : 2);
  const U64 words_before = (U64{table.rows} - 1) * buffer.packed.vectors * 4;
  args.table = make_view(buffer.memory, 0, words_before + (row_bytes + 3) / 4);
  args.tokens = upload(tokens);
  args.gain = vector(gain);
  args.bias = vector(bias);
  args.columns = out.columns;
  args.out_stride = stride_of(out);
  args.row_words = buffer.packed.vectors * 4;
  args.type = static_cast<U32>(buffer.packed.type);
  args.normalised = gain ? 1 : 0;
  args.epsilon = epsilon;
  record(Kernel::embed, out.rows, 1, args);
}

void GpuBackend::layer_norm(Tensor out, Tensor x, Tensor gain, Tensor bias, float epsilon) {
  assert(out.rows == x.rows && out.columns == x.columns && gain.columns == x.columns &&
         bias.columns == x.columns);
  NormArgs args{};
  args.out = view(out);
  args.x = view(x);
  args.gain = view(gain);
  args.bias = view(bias);
  args.columns = x.columns;
  args.out_stride = stride_of(out);
  args.x_stride = stride_of(x);
  args.epsilon = epsilon;
  record(Kernel::layer_norm, out.rows, 1, args);
}

void GpuBackend::norm_shift_mix(std::span<const Mix> mixes, Tensor x, Tensor gain, Tensor bias, float epsilon,
                                Tensor last, Batch batch) {
  assert(batch.first.back() == x.rows && !mixes.empty() && mixes.size() <= most_mixes);
  const Rows rows = rows_of(batch);
  MixArgs args{};
  for (std::size_t m = 0; m < mixes.size(); ++m) {
    assert(mixes[m].out.rows == x.rows && mixes[m].out.columns == x.columns);
    args.out[m] = view(mixes[m].out);
    args.mix[m] = vector(mixes[m].mix);
    args.take[m] = static_cast<U32>(mixes[m].take);
    args.out_stride[m] = stride_of(mixes[m].out);
  }
  args.x = view(x);
  args.gain = view(gain);
  args.bias = view(bias);
  args.last = view(last);
  args.begin = rows.row_begin;
  args.end = rows.row_end;
  args.slot = rows.row_slot;
  args.mixes = static_cast<U32>(mixes.size());
  args.columns = x.columns;
  args.x_stride = stride_of(x);
  args.epsilon = epsilon;
  args.last_stride = last.stride;
  record(Kernel::norm_shift_mix, x.rows, 1, args);
}

void GpuBackend::blend(std::span<const Blend> blends, Tensor a, Tensor before) {
  assert(before.rows == a.rows && before.columns == a.columns && blends.size() <= most_mixes);
  BlendArgs args{};
  for (std::size_t g = 0; g < blends.size(); ++g) {
    assert(blends[g].out.rows == a.rows && blends[g].out.columns == a.columns);
    assert(blends[g].weights.rows == a.rows && blends[g].weights.columns == a.columns);
    args.out[g] = view(blends[g].out);
    args.weights[g] = view(blends[g].weights);
    args.base[g] = view(blends[g].base);
    args.out_stride[g] = stride_of(blends[g].out);
    args.weights_stride[g] = stride_of(blends[g].weights);
  }
  args.a = view(a);
  args.before = view(before);
  args.blends = static_cast<U32>(blends.size());
  args.columns = a.columns;
  args.a_stride = stride_of(a);
  args.before_stride = stride_of(before);
  record(Kernel::blend, groups_for(a.columns, Kernel::blend), a.rows, args);
}

void GpuBackend::gated_add(Tensor x, Tensor gate, Tensor value, float scale) {
  assert(gate.rows == x.rows && gate.columns == x.columns && value.rows == x.rows &&
         value.columns == x.columns);
  GatedAddArgs args{};
  args.x = view(x);
  args.gate = view(gate);
  args.value = view(value);
  args.columns = x.columns;
  args.x_stride = stride_of(x);
  args.gate_stride = stride_of(gate);
  args.value_stride = stride_of(value);
  args.scale = scale;
  record(Kernel::gated_add, groups_for(x.columns, Kernel::gated_add), x.rows, args);
}

void GpuBackend::gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) {
  assert(out.rows == rows.size() && out.columns == x.columns);
  CopyArgs args{};
  args.out = view(out);
  args.x = view(x);
  args.rows = upload(rows);
  args.columns = x.columns;
  args.chosen = 1;
  args.out_stride = out.stride;
  args.x_stride = x.stride;
  record(Kernel::copy_rows, groups_for(x.columns, Kernel::copy_rows), out.rows, args);
}

// ---- products ----

View GpuBackend::weight_view(const Buffer& buffer) const {
  return make_view(buffer.memory, 0, buffer.packed.vector_bytes() / sizeof(U4));
}

View GpuBackend::scales_view(const Buffer& buffer) const {
  return make_view(buffer.memory, buffer.packed.scales_offset(), buffer.packed.scale_bytes / sizeof(U32));
}

ProductShape GpuBackend::shape_of(const Product& product) const {
  const PackedShape& packed = buffers_[product.weight.buffer].packed;
  assert(product.weight && product.x.columns == packed.columns && product.out.columns == packed.rows);
  assert(product.out.rows == product.x.rows);
  assert(!product.bias || product.bias.columns == product.out.columns);
  ProductShape shape{};
  shape.rows = packed.rows;
  shape.columns = packed.columns;
  shape.vectors = packed.vectors;
  shape.blocks = packed.blocks;
  shape.type = static_cast<U32>(packed.type);
  shape.epilogue = static_cast<U32>(product.epilogue);
  shape.x_stride = stride_of(product.x);
  shape.out_stride = stride_of(product.out);
  shape.x_aligned = product.x.offset % 4 == 0 && product.x.stride % 4 == 0 ? 1 : 0;
  shape.by_input = packed.by_input ? 1 : 0;
  return shape;
}

namespace {

bool for_units(DType type, U32 rows, U32 columns, U32 tokens) {
  return type != DType::f32 && tokens >= least_for_units && rows >= least_side && columns >= least_side;
}

}  // namespace

// Half a unit in the last place of x, squared, and as much for a weight that is rounded once more.
double GpuBackend::product_error(DType type, std::uint32_t rows, std::uint32_t columns,
                                 std::uint32_t tokens) const {
  if (!for_units(type, rows, columns, tokens)) return 0;
  return type == DType::bf16 ? 0x1p-16 : type == DType::f16 ? 0x1p-22 : 0x1p-21;
}

void GpuBackend::products(std::span<const Product> products) {
  std::vector<Product> on_units, together;
  const auto add = [this](std::vector<Product>& list, const Product& product, bool units) {
    list.push_back(product);
    if (list.size() < most_products) return;
    record_products(list, units);
    list.clear();
  };
  for (const Product& product : products) {
    const PackedShape& packed = buffers_[product.weight.buffer].packed;
    if (packed.by_input && product.x.rows <= most_few) {
      record_sparse(product);
    } else if (for_units(packed.type, packed.rows, packed.columns, product.x.rows)) {
      add(on_units, product, true);
    } else {
      add(together, product, false);
    }
  }
  if (!on_units.empty()) record_products(on_units, true);
  if (!together.empty()) record_products(together, false);
}

void GpuBackend::record_products(std::span<const Product> products, bool on_units) {
  const U32 tokens = products.front().x.rows;
  const bool many = tokens > most_few;
  const U32 rows_of_group = on_units ? unit_rows_of_group : many ? many_side : few_rows_of_group;
  ProductsArgs args{};
  U32 groups = 0;
  for (std::size_t p = 0; p < products.size(); ++p) {
    const Product& product = products[p];
    const Buffer& weight = buffers_[product.weight.buffer];
    assert(product.x.rows == tokens);
    args.out[p] = view(product.out);
    args.weight[p] = weight_view(weight);
    args.scales[p] = scales_view(weight);
    args.x[p] = view(product.x);
    args.bias[p] = vector(product.bias);
    args.shape[p] = shape_of(product);
    args.shape[p].first_group = groups;
    groups += (args.shape[p].rows + rows_of_group - 1) / rows_of_group;
  }
  args.products = static_cast<U32>(products.size());
  args.tokens = tokens;
  if (on_units) {
    record(Kernel::products_tiles, groups, (tokens + unit_tokens_of_group - 1) / unit_tokens_of_group, args);
  } else if (many) {
    record(Kernel::products_many, groups, (tokens + many_side - 1) / many_side, args);
  } else if (tokens > 1) {
    record(Kernel::products_few, groups, (tokens + few_tokens_at_once - 1) / few_tokens_at_once, args);
  } else {
    record(Kernel::products_one, groups, 1, args);
  }
}

// Every group leaves its sums in memory of its own: added up there by a second launch, they come out the same
// in every run.
void GpuBackend::record_sparse(const Product& product) {
  const Buffer& weight = buffers_[product.weight.buffer];
  SparseArgs args{};
  args.shape = shape_of(product);
  args.tokens = product.x.rows;
  args.pieces = (args.shape.vectors + sparse_depth - 1) / sparse_depth;
  args.depths = (args.shape.columns + sparse_depth - 1) / sparse_depth;
  const U64 partials = U64{args.depths} * args.tokens * args.shape.rows;
  // At once for as many tokens as there can be: a larger place would make every step a new one.
  const U64 most = U64{args.depths} * most_few * args.shape.rows;
  if (!grow(partial_, most * sizeof(float), "partial sums")) return;
  args.out = view(product.out);
  args.weight = weight_view(weight);
  args.scales = scales_view(weight);
  args.x = view(product.x);
  args.bias = vector(product.bias);
  args.partial = make_view(partial_, 0, partials);
  if (args.tokens == 1) {
    record(Kernel::products_sparse, args.pieces, args.depths, args);
  } else {
    const U32 tiles = (args.tokens + sparse_tokens_at_once - 1) / sparse_tokens_at_once;
    record(Kernel::products_sparse_few, args.pieces * tiles, args.depths, args);
  }
  record(Kernel::sum_partials, groups_for(args.shape.rows, Kernel::sum_partials), args.tokens, args);
}

// ---- sampling ----

void GpuBackend::draw(Tensor logits, std::span<const Draw> rows) {
  assert(logits.rows == rows.size() && !rows.empty());
  std::vector<U32> settings, adjustments;
  for (const Draw& row : rows) {
    const auto begin = static_cast<U32>(adjustments.size() / 2);
    for (const Adjustment& one : row.adjustments) {
      adjustments.push_back(one.token);
      adjustments.push_back(std::bit_cast<U32>(one.added));
    }
    const auto end = static_cast<U32>(adjustments.size() / 2);
    for (const float number : {row.temperature, row.top_p, row.min_p, row.uniform})
      settings.push_back(std::bit_cast<U32>(number));
    settings.insert(settings.end(), {row.top_k, begin, end});
  }
  const U64 words = U64{rows.size()} * sample_results;
  if (!grow(drawn_, std::max<U64>(words, most_drawn * sample_results) * sizeof(U32), "drawn")) return;
  SampleArgs args{};
  args.logits = view(logits);
  args.settings = upload(settings);
  args.adjustments = upload(adjustments);
  args.results = make_view(drawn_, 0, words);
  args.columns = logits.columns;
  args.logits_stride = stride_of(logits);
  record(Kernel::sample, logits.rows, 1, args);
}

void GpuBackend::read_drawn(std::span<Drawn> to) {
  std::vector<U32> words(to.size() * sample_results);
  if (drawn_.bytes < words.size() * sizeof(U32)) return;
  keep(device_->read(std::as_writable_bytes(std::span(words)), drawn_.address));
  if (!failure_.ok()) return;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const U32* const word = words.data() + i * sample_results;
    to[i] = {word[0], std::bit_cast<float>(word[1]), word[2] == 0};
  }
}

// ---- recurrences ----

// Kernels of recurrences take one stride for all that has a row per token.
View GpuBackend::view_like(Tensor out, Tensor tensor) const {
  assert(tensor.rows == out.rows && tensor.columns == out.columns && tensor.stride == out.stride);
  return view(tensor);
}

void GpuBackend::wkv4(const Wkv4& inputs, Batch batch) {
  const Rows rows = rows_of(batch);
  const auto same = [&](Tensor tensor) { return view_like(inputs.out, tensor); };
  Wkv4Args args{};
  args.out = view(inputs.out);
  args.r = same(inputs.r);
  args.k = same(inputs.k);
  args.v = same(inputs.v);
  args.decay = view(inputs.decay);
  args.bonus = view(inputs.bonus);
  args.aa = view(inputs.aa);
  args.bb = view(inputs.bb);
  args.pp = view(inputs.pp);
  assert(inputs.bb.stride == inputs.aa.stride && inputs.pp.stride == inputs.aa.stride);
  args.first = rows.first;
  args.slot = rows.slot;
  args.columns = inputs.out.columns;
  args.stride = stride_of(inputs.out);
  args.state_stride = inputs.aa.stride;
  record(Kernel::wkv4, groups_for(inputs.out.columns, Kernel::wkv4), rows.sequences, args);
}

// Recurrences with a state per head: what they have in common, and the launch.
template <class Args, class Inputs>
void GpuBackend::record_heads(Kernel usual, Kernel any, Args& args, const Inputs& inputs, Batch batch) {
  const Rows rows = rows_of(batch);
  args.out = view(inputs.out);
  args.r = view_like(inputs.out, inputs.r);
  args.k = view_like(inputs.out, inputs.k);
  args.v = view_like(inputs.out, inputs.v);
  args.gain = view(inputs.norm_gain);
  args.bias = view(inputs.norm_bias);
  args.state = view(inputs.state);
  args.first = rows.first;
  args.slot = rows.slot;
  args.head_size = inputs.head_size;
  args.stride = stride_of(inputs.out);
  args.epsilon = inputs.norm_epsilon;
  args.state_stride = inputs.state.stride;
  assert(inputs.head_size <= facts_of(any).lanes);
  record(inputs.head_size == facts_of(usual).lanes ? usual : any, inputs.out.columns / inputs.head_size,
         rows.sequences, args);
}

void GpuBackend::wkv6(const Wkv6& inputs, Batch batch) {
  Wkv6Args args{};
  args.gate = inputs.gate ? view_like(inputs.out, inputs.gate) : View{};
  args.gated = inputs.gate ? 1 : 0;
  args.decay = view(inputs.decay);
  args.decay_stride = inputs.decay.rows == 1 ? 0 : stride_of(inputs.decay);
  args.bonus = view(inputs.bonus);
  record_heads(Kernel::wkv6, Kernel::wkv6_any, args, inputs, batch);
}

void GpuBackend::wkv7(const Wkv7& inputs, Batch batch) {
  const auto same = [&](Tensor tensor) { return view_like(inputs.out, tensor); };
  Wkv7Args args{};
  args.decay = same(inputs.decay);
  args.alpha = same(inputs.alpha);
  args.gate = same(inputs.gate);
  if (inputs.v_mix) {
    args.v_mix = same(inputs.v_mix);
    args.v_first = same(inputs.v_first);
    args.mixes_values = 1;
  }
  args.k_k = view(inputs.k_k);
  args.k_a = view(inputs.k_a);
  args.r_k = view(inputs.r_k);
  record_heads(Kernel::wkv7, Kernel::wkv7_any, args, inputs, batch);
}

}  // namespace roost::backend::gpu
