#include "model/rwkv7.h"

#include <algorithm>

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

constexpr float group_norm_epsilon = 64e-5f;

enum Section : std::size_t { att_x_prev, att_kv, ffn_x_prev };

// The backend's S is [head][key][value], the published one [head][value][key].
std::vector<StateSection> sections_of(const formats::ModelFile& file) {
  return {{file.width}, {std::uint64_t{file.width} * file.head_size, 0, true}, {file.width}};
}

}  // namespace

Rwkv7::Rwkv7(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend)
    : Rwkv(file, std::move(backend), sections_of(*file)), layers_(file->layers) {}

// In the order of use, which is the order in memory.
void Rwkv7::list_layer(Inventory& inventory, std::size_t index) {
  Layer& layer = layers_[index];
  const std::string att = block(index) + "att.", ffn = block(index) + "ffn.";
  inventory.vector(layer.ln1_gain, block(index) + "ln1.weight");
  inventory.vector(layer.ln1_bias, block(index) + "ln1.bias");
  inventory.vector(layer.x_r, att + "x_r");
  inventory.vector(layer.x_w, att + "x_w");
  inventory.vector(layer.x_k, att + "x_k");
  inventory.vector(layer.x_v, att + "x_v");
  inventory.vector(layer.x_a, att + "x_a");
  inventory.vector(layer.x_g, att + "x_g");
  inventory.matrix(layer.receptance, att + "receptance.weight");
  inventory.matrix(layer.key, att + "key.weight");
  inventory.matrix(layer.value, att + "value.weight");
  inventory.matrix(layer.w1, att + "w1", Role::low_rank);
  inventory.matrix(layer.a1, att + "a1", Role::low_rank);
  inventory.matrix(layer.g1, att + "g1", Role::low_rank);
  if (index > 0) inventory.matrix(layer.v1, att + "v1", Role::low_rank);
  inventory.vector(layer.w0, att + "w0");
  inventory.vector(layer.a0, att + "a0");
  inventory.matrix(layer.w2, att + "w2", Role::low_rank);
  inventory.matrix(layer.a2, att + "a2", Role::low_rank);
  inventory.matrix(layer.g2, att + "g2", Role::low_rank);
  if (index > 0) {
    inventory.vector(layer.v0, att + "v0");
    inventory.matrix(layer.v2, att + "v2", Role::low_rank);
  }
  inventory.vector(layer.k_k, att + "k_k");
  inventory.vector(layer.k_a, att + "k_a");
  inventory.vector(layer.r_k, att + "r_k");
  inventory.vector(layer.ln_x_gain, att + "ln_x.weight");
  inventory.vector(layer.ln_x_bias, att + "ln_x.bias");
  inventory.matrix(layer.output, att + "output.weight");
  inventory.vector(layer.ln2_gain, block(index) + "ln2.weight");
  inventory.vector(layer.ln2_bias, block(index) + "ln2.bias");
  inventory.vector(layer.ffn_x_k, ffn + "x_k");
  inventory.matrix(layer.ffn_key, ffn + "key.weight");
  inventory.matrix(layer.ffn_value, ffn + "value.weight", Role::after_relu);
}

void Rwkv7::list_scratch(Inventory& inventory) {
  Scratch& s = scratch_;
  for (Tensor* tensor : {&s.x_r, &s.x_w, &s.x_k, &s.x_v, &s.x_a, &s.x_g, &s.r, &s.k, &s.v, &s.v_first,
                         &s.decay, &s.alpha, &s.v_mix, &s.gate}) {
    inventory.scratch(*tensor, file().width);
  }
  std::uint32_t rank_w = 0, rank_a = 0, rank_v = 0, rank_g = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    rank_w = std::max(rank_w, inventory.rows(block(i) + "att.w1"));
    rank_a = std::max(rank_a, inventory.rows(block(i) + "att.a1"));
    rank_v = std::max(rank_v, inventory.rows(block(i) + "att.v1"));
    rank_g = std::max(rank_g, inventory.rows(block(i) + "att.g1"));
  }
  inventory.scratch(s.low_w, rank_w);
  inventory.scratch(s.low_a, rank_a);
  inventory.scratch(s.low_v, rank_v);
  inventory.scratch(s.low_g, rank_g);
  inventory.scratch(s.hidden, file().ffn);
}

void Rwkv7::time_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Layer& layer = layers_[index];
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
  ops().norm_shift_mix(mixes, x(rows), layer.ln1_gain, layer.ln1_bias, layer_norm_epsilon,
                       state(att_x_prev, index), batch);

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
  ops().products(inner);
  ops().products(outer);

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
  wkv.state = state(att_kv, index);
  wkv.head_size = file().head_size;
  wkv.norm_epsilon = group_norm_epsilon;
  ops().wkv7(wkv, batch);

  const backend::Product output[] = {{x(rows), part(s.x_r), layer.output, Epilogue::add, {}}};
  ops().products(output);
}

void Rwkv7::channel_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Layer& layer = layers_[index];
  const Tensor mixed = scratch_.x_k.first_rows(rows);
  const Tensor hidden = scratch_.hidden.first_rows(rows);

  const backend::Mix mixes[] = {{mixed, layer.ffn_x_k}};
  ops().norm_shift_mix(mixes, x(rows), layer.ln2_gain, layer.ln2_bias, layer_norm_epsilon,
                       state(ffn_x_prev, index), batch);
  const backend::Product up[] = {{hidden, mixed, layer.ffn_key, Epilogue::relu_squared, {}}};
  ops().products(up);
  const backend::Product down[] = {{x(rows), hidden, layer.ffn_value, Epilogue::add, {}, true}};
  ops().products(down);
}

}  // namespace roost::model
