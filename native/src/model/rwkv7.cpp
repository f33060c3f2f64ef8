#include "model/rwkv7.h"

#include <algorithm>
#include <cassert>

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

constexpr float layer_norm_epsilon = 1e-5f;
constexpr float group_norm_epsilon = 64e-5f;
constexpr std::uint32_t row_capacity = 256;   // tokens in one pass
constexpr std::uint32_t logit_capacity = 32;  // rows of logits in one pass
constexpr std::uint32_t first_slots = 4;

}  // namespace

void Rwkv7::Step::clear() {
  tokens.clear();
  first.clear();
  slot.clear();
  logit_rows.clear();
  logit_offset.clear();
}

Rwkv7::Rwkv7(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
             Rwkv7Weights weights)
    : file_(std::move(file)), backend_(std::move(backend)), weights_(std::move(weights)) {
  const std::uint64_t layers = weights_.layers.size(), width = weights_.width;
  kv_floats_ = width * weights_.head_size;
  state_floats_ = layers * (2 * width + kv_floats_);
}

std::uint64_t Rwkv7::working_bytes(const formats::ModelFile& file) {
  const std::uint64_t width = file.width, slot = file.layers * width * (2 + std::uint64_t{file.head_size});
  // Some 15 matrices of the model's width and the ranks, which together stay below one more of its width.
  const std::uint64_t row = 16 * width + file.ffn;
  return (first_slots * slot + row_capacity * row + logit_capacity * (width + file.vocabulary)) *
         sizeof(float);
}

Result<std::unique_ptr<Rwkv7>> Rwkv7::create(std::shared_ptr<const formats::ModelFile> file,
                                             std::unique_ptr<backend::Backend> backend,
                                             Rwkv7Weights weights) {
  std::unique_ptr<Rwkv7> model(new Rwkv7(std::move(file), std::move(backend), std::move(weights)));
  ROOST_TRY(model->allocate_scratch());
  ROOST_TRY(model->grow_slots(first_slots));
  return model;
}

std::uint64_t Rwkv7::bytes_per_token() const {
  return weights_.matrix_bytes + weights_.embedding_row_bytes + 2 * state_floats_ * sizeof(float);
}

Status Rwkv7::allocate_scratch() {
  const auto matrix = [this](Tensor& tensor, std::uint32_t columns,
                             std::uint32_t rows = row_capacity) -> Status {
    ROOST_ASSIGN(tensor, backend_->allocate(backend::Use::scratch, rows, columns));
    return {};
  };
  Scratch& s = scratch_;
  for (Tensor* tensor : {&s.x, &s.x_r, &s.x_w, &s.x_k, &s.x_v, &s.x_a, &s.x_g, &s.r, &s.k, &s.v, &s.v_first,
                         &s.decay, &s.alpha, &s.v_mix, &s.gate}) {
    ROOST_TRY(matrix(*tensor, weights_.width));
  }
  std::uint32_t rank_w = 0, rank_a = 0, rank_v = 0, rank_g = 0;
  for (const Rwkv7Layer& layer : weights_.layers) {
    rank_w = std::max(rank_w, layer.w1.rows);
    rank_a = std::max(rank_a, layer.a1.rows);
    rank_v = std::max(rank_v, layer.v1.rows);
    rank_g = std::max(rank_g, layer.g1.rows);
  }
  ROOST_TRY(matrix(s.low_w, rank_w));
  ROOST_TRY(matrix(s.low_a, rank_a));
  ROOST_TRY(matrix(s.low_v, rank_v));
  ROOST_TRY(matrix(s.low_g, rank_g));
  ROOST_TRY(matrix(s.hidden, weights_.ffn));
  ROOST_TRY(matrix(s.last, weights_.width, logit_capacity));
  return matrix(s.logits, weights_.vocabulary, logit_capacity);
}

// ---- state ----
// A slot is one row: token-shift vectors of time mixing, layer after layer; S of every layer,
// [head][key][value]; token-shift vectors of channel mixing. Outside, S is [head][value][key].

Status Rwkv7::grow_slots(std::uint32_t count) {
  ROOST_ASSIGN(const Tensor grown,
               backend_->allocate(backend::Use::state, count, static_cast<std::uint32_t>(state_floats_)));
  if (state_) {
    backend_->copy(grown.first_rows(state_.rows), state_);
    backend_->release(state_);
  }
  state_ = grown;
  slot_used_.resize(count, false);
  return {};
}

Result<std::uint32_t> Rwkv7::acquire_slot() {
  auto free = std::find(slot_used_.begin(), slot_used_.end(), false);
  if (free == slot_used_.end()) {
    const auto index = static_cast<std::ptrdiff_t>(slot_used_.size());
    ROOST_TRY(grow_slots(state_.rows * 2));
    free = slot_used_.begin() + index;
  }
  *free = true;
  const auto slot = static_cast<std::uint32_t>(free - slot_used_.begin());
  clear_slot(slot);
  return slot;
}

void Rwkv7::release_slot(std::uint32_t slot) {
  assert(slot < slot_used_.size() && slot_used_[slot]);
  slot_used_[slot] = false;
}

void Rwkv7::clear_slot(std::uint32_t slot) {
  backend_->fill(state_.row(slot), 0);
}

void Rwkv7::copy_slot(std::uint32_t to, std::uint32_t from) {
  if (to != from) backend_->copy(state_.row(to), state_.row(from));
}

Status Rwkv7::read_state(std::uint32_t slot, std::span<float> out) const {
  if (out.size() != state_floats_) return error(ErrorCode::invalid_argument, "The state has another size.");
  const std::uint64_t shift = weights_.layers.size() * weights_.width;
  const std::uint64_t kv = weights_.layers.size() * kv_floats_;
  const Tensor row = state_.row(slot);
  backend_->read(out.first(shift), row.columns_from(0, static_cast<std::uint32_t>(shift)));
  backend_->read_transposed(out.subspan(shift, kv), row.columns_from(shift, static_cast<std::uint32_t>(kv)),
                            weights_.head_size);
  backend_->read(out.last(shift), row.columns_from(shift + kv, static_cast<std::uint32_t>(shift)));
  return {};
}

Status Rwkv7::write_state(std::uint32_t slot, std::span<const float> in) {
  if (in.size() != state_floats_) return error(ErrorCode::invalid_argument, "The state has another size.");
  const std::uint64_t shift = weights_.layers.size() * weights_.width;
  const std::uint64_t kv = weights_.layers.size() * kv_floats_;
  const Tensor row = state_.row(slot);
  backend_->write(row.columns_from(0, static_cast<std::uint32_t>(shift)), in.first(shift));
  backend_->write_transposed(row.columns_from(shift, static_cast<std::uint32_t>(kv)), in.subspan(shift, kv),
                             weights_.head_size);
  backend_->write(row.columns_from(shift + kv, static_cast<std::uint32_t>(shift)), in.last(shift));
  return {};
}

// ---- forward ----

Status Rwkv7::check(std::span<const Sequence> batch, std::size_t logits) const {
  std::uint64_t rows = 0;
  std::vector<bool> seen(slot_used_.size(), false);
  for (const Sequence& sequence : batch) {
    if (sequence.tokens.empty()) return error(ErrorCode::tokens_invalid, "There is no token to read.");
    for (const std::uint32_t token : sequence.tokens) {
      if (token < weights_.vocabulary) continue;
      return error(ErrorCode::tokens_invalid, "Token " + std::to_string(token) +
                                                  " is outside the vocabulary of " +
                                                  std::to_string(weights_.vocabulary) + " entries.");
    }
    if (sequence.slot >= seen.size() || !slot_used_[sequence.slot] || seen[sequence.slot]) {
      return error(ErrorCode::internal,
                   "State slot " + std::to_string(sequence.slot) + " can't be used here.");
    }
    seen[sequence.slot] = true;
    if (sequence.logits == Logits::last) rows += 1;
    if (sequence.logits == Logits::all) rows += sequence.tokens.size();
  }
  if (logits != rows * weights_.vocabulary) {
    return error(ErrorCode::internal,
                 "The memory for logits has another size than the rows that were asked for.");
  }
  return {};
}

Status Rwkv7::forward(std::span<const Sequence> batch, Mode mode, std::span<float> logits) {
  ROOST_TRY(check(batch, logits.size()));
  std::vector<std::size_t> position(batch.size(), 0);
  std::vector<std::uint64_t> offset(batch.size(), 0);
  for (std::size_t s = 0, next = 0; s < batch.size(); ++s) {
    offset[s] = next * weights_.vocabulary;
    if (batch[s].logits == Logits::last) next += 1;
    if (batch[s].logits == Logits::all) next += batch[s].tokens.size();
  }
  const std::size_t most = mode == Mode::sequence ? row_capacity : 1;

  // Passes are filled with sequences in order; which rows travel together changes no number.
  for (std::size_t begin = 0; begin < batch.size();) {
    step_.clear();
    for (std::size_t s = begin; s < batch.size() && step_.tokens.size() < row_capacity; ++s) {
      const Sequence& sequence = batch[s];
      const std::size_t left = sequence.tokens.size() - position[s];
      const std::size_t count = std::min({left, most, row_capacity - step_.tokens.size()});
      if (count == 0) continue;
      const auto tokens = sequence.tokens.subspan(position[s], count);
      const auto first_row = static_cast<std::uint32_t>(step_.tokens.size());
      step_.first.push_back(first_row);
      step_.slot.push_back(sequence.slot);
      step_.tokens.insert(step_.tokens.end(), tokens.begin(), tokens.end());
      for (std::size_t i = 0; i < count; ++i) {
        const bool final_token = position[s] + i + 1 == sequence.tokens.size();
        if (sequence.logits == Logits::none || (sequence.logits == Logits::last && !final_token)) continue;
        step_.logit_rows.push_back(first_row + static_cast<std::uint32_t>(i));
        const std::uint64_t index = sequence.logits == Logits::all ? position[s] + i : 0;
        step_.logit_offset.push_back(offset[s] + index * weights_.vocabulary);
      }
      position[s] += count;
    }
    step_.first.push_back(static_cast<std::uint32_t>(step_.tokens.size()));
    ROOST_TRY(run(step_, logits));
    while (begin < batch.size() && position[begin] == batch[begin].tokens.size()) ++begin;
  }
  return {};
}

Status Rwkv7::run(const Step& step, std::span<float> logits) {
  const auto rows = static_cast<std::uint32_t>(step.tokens.size());
  const Batch batch{step.first, step.slot};
  backend_->embed(scratch_.x.first_rows(rows), weights_.embedding, step.tokens, weights_.ln0_gain,
                  weights_.ln0_bias, layer_norm_epsilon);
  for (std::size_t index = 0; index < weights_.layers.size(); ++index) {
    time_mix(index, rows, batch);
    channel_mix(index, rows, batch);
  }
  const std::span<const std::uint32_t> wanted = step.logit_rows;
  for (std::size_t done = 0;;) {
    const std::size_t count = std::min<std::size_t>(wanted.size() - done, logit_capacity);
    if (count > 0) head(rows, wanted.subspan(done, count));
    ROOST_TRY(backend_->submit());
    ROOST_TRY(backend_->wait());
    for (std::size_t i = 0; i < count; ++i) {
      backend_->read(logits.subspan(step.logit_offset[done + i], weights_.vocabulary),
                     scratch_.logits.row(static_cast<std::uint32_t>(i)));
    }
    done += count;
    if (done == wanted.size()) return {};
  }
}

void Rwkv7::time_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Rwkv7Layer& layer = weights_.layers[index];
  const std::uint64_t width = weights_.width, layers = weights_.layers.size();
  const auto part = [rows](Tensor tensor) { return tensor.first_rows(rows); };
  const auto low = [rows](Tensor tensor, Tensor factor) {
    return tensor.first_rows(rows).columns_from(0, factor.rows);
  };
  const Scratch& s = scratch_;
  const bool first_layer = index == 0;
  // The first layer's value is what every later layer mixes its own with.
  const Tensor value = part(first_layer ? s.v_first : s.v);

  const backend::Mix mixes[] = {{part(s.x_r), layer.x_r}, {part(s.x_w), layer.x_w}, {part(s.x_k), layer.x_k},
                                {part(s.x_v), layer.x_v}, {part(s.x_a), layer.x_a}, {part(s.x_g), layer.x_g}};
  backend_->norm_shift_mix(mixes, part(s.x), layer.ln1_gain, layer.ln1_bias, layer_norm_epsilon,
                           state_.columns_from(index * width, weights_.width), batch);

  std::vector<backend::Product> inner = {
      {part(s.r), part(s.x_r), layer.receptance, Epilogue::none, {}},
      {part(s.k), part(s.x_k), layer.key, Epilogue::none, {}},
      {value, part(s.x_v), layer.value, Epilogue::none, {}},
      {low(s.low_w, layer.w1), part(s.x_w), layer.w1, Epilogue::tanh, {}},
      {low(s.low_a, layer.a1), part(s.x_a), layer.a1, Epilogue::none, {}},
      {low(s.low_g, layer.g1), part(s.x_g), layer.g1, Epilogue::sigmoid, {}},
  };
  std::vector<backend::Product> outer = {
      {part(s.decay), low(s.low_w, layer.w1), layer.w2, Epilogue::decay7, layer.w0},
      {part(s.alpha), low(s.low_a, layer.a1), layer.a2, Epilogue::bias_sigmoid, layer.a0},
      {part(s.gate), low(s.low_g, layer.g1), layer.g2, Epilogue::none, {}},
  };
  if (!first_layer) {
    inner.push_back({low(s.low_v, layer.v1), part(s.x_v), layer.v1, Epilogue::none, {}});
    outer.push_back({part(s.v_mix), low(s.low_v, layer.v1), layer.v2, Epilogue::bias_sigmoid, layer.v0});
  }
  backend_->products(inner);
  backend_->products(outer);

  backend::Wkv7 wkv;
  wkv.out = part(s.x_r);  // the mix is used up
  wkv.r = part(s.r);
  wkv.k = part(s.k);
  wkv.v = value;
  wkv.decay = part(s.decay);
  wkv.alpha = part(s.alpha);
  wkv.gate = part(s.gate);
  if (!first_layer) {
    wkv.v_mix = part(s.v_mix);
    wkv.v_first = part(s.v_first);
  }
  wkv.k_k = layer.k_k;
  wkv.k_a = layer.k_a;
  wkv.r_k = layer.r_k;
  wkv.norm_gain = layer.ln_x_gain;
  wkv.norm_bias = layer.ln_x_bias;
  wkv.state =
      state_.columns_from(layers * width + index * kv_floats_, static_cast<std::uint32_t>(kv_floats_));
  wkv.head_size = weights_.head_size;
  wkv.norm_epsilon = group_norm_epsilon;
  backend_->wkv7(wkv, batch);

  const backend::Product output[] = {{part(s.x), part(s.x_r), layer.output, Epilogue::add, {}}};
  backend_->products(output);
}

void Rwkv7::channel_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Rwkv7Layer& layer = weights_.layers[index];
  const std::uint64_t width = weights_.width, layers = weights_.layers.size();
  const Tensor x = scratch_.x.first_rows(rows), mixed = scratch_.x_k.first_rows(rows);
  const Tensor hidden = scratch_.hidden.first_rows(rows);

  const backend::Mix mixes[] = {{mixed, layer.ffn_x_k}};
  backend_->norm_shift_mix(
      mixes, x, layer.ln2_gain, layer.ln2_bias, layer_norm_epsilon,
      state_.columns_from(layers * width + layers * kv_floats_ + index * width, weights_.width), batch);
  const backend::Product up[] = {{hidden, mixed, layer.ffn_key, Epilogue::relu_squared, {}}};
  backend_->products(up);
  const backend::Product down[] = {{x, hidden, layer.ffn_value, Epilogue::add, {}}};
  backend_->products(down);
}

void Rwkv7::head(std::uint32_t rows, std::span<const std::uint32_t> wanted) {
  const auto count = static_cast<std::uint32_t>(wanted.size());
  const Tensor last = scratch_.last.first_rows(count);
  backend_->gather(last, scratch_.x.first_rows(rows), wanted);
  backend_->layer_norm(last, last, weights_.ln_out_gain, weights_.ln_out_bias, layer_norm_epsilon);
  const backend::Product logits[] = {
      {scratch_.logits.first_rows(count), last, weights_.head, Epilogue::none, {}}};
  backend_->products(logits);
}

}  // namespace roost::model
