#include "model/rwkv5.h"

#include <cmath>

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

enum Section : std::size_t { att_x_prev, att_kv, ffn_x_prev };

// S is [head][key][value] here as in the backend.
std::vector<StateSection> sections_of(const formats::ModelFile& file) {
  return {{file.width}, {std::uint64_t{file.width} * file.head_size}, {file.width}};
}

// 5.0 and 5.1 have one number per head, 5.2 one per channel.
std::vector<float> of_every_channel(const std::vector<float>& numbers, std::size_t width) {
  std::vector<float> all(numbers.empty() ? 0 : width);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = numbers[i * numbers.size() / width];
  return all;
}

}  // namespace

Rwkv5::Rwkv5(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
             float group_norm_epsilon)
    : Rwkv(file, std::move(backend), sections_of(*file)),
      group_norm_epsilon_(group_norm_epsilon),
      layers_(file->layers) {}

// In the order of use, which is the order in memory.
void Rwkv5::list_layer(Inventory& inventory, std::size_t index) {
  Layer& layer = layers_[index];
  const std::string att = block(index) + "att.";
  const bool gated = file().generation != "5.0";
  inventory.vector(layer.ln1_gain, block(index) + "ln1.weight");
  inventory.vector(layer.ln1_bias, block(index) + "ln1.bias");
  list_mix(inventory, layer.mix_k, att + "time_mix_k", MixOf::current);
  list_mix(inventory, layer.mix_v, att + "time_mix_v", MixOf::current);
  list_mix(inventory, layer.mix_r, att + "time_mix_r", MixOf::current);
  if (gated) list_mix(inventory, layer.mix_g, att + "time_mix_g", MixOf::current);
  inventory.matrix(layer.receptance, att + "receptance.weight");
  inventory.matrix(layer.key, att + "key.weight");
  inventory.matrix(layer.value, att + "value.weight");
  if (gated) inventory.matrix(layer.gate, att + "gate.weight");
  std::vector<float> decay = inventory.numbers(att + "time_decay");
  for (float& d : decay) d = std::exp(-std::exp(d));
  inventory.vector(layer.decay, of_every_channel(decay, file().width));
  const bool raw = file().find(att + "time_faaaa") != nullptr;
  std::vector<float> bonus = inventory.numbers(att + (raw ? "time_faaaa" : "time_first"));
  if (!raw) {
    for (float& b : bonus) b = std::exp(b);
  }
  inventory.vector(layer.bonus, of_every_channel(bonus, file().width));
  inventory.vector(layer.ln_x_gain, att + "ln_x.weight");
  inventory.vector(layer.ln_x_bias, att + "ln_x.bias");
  inventory.matrix(layer.output, att + "output.weight");
  layer.ffn.list(inventory, block(index), "time_mix_", MixOf::current);
}

void Rwkv5::list_scratch(Inventory& inventory) {
  Scratch& s = scratch_;
  for (Tensor* tensor : {&s.x_k, &s.x_v, &s.x_r, &s.r, &s.k, &s.v}) {
    inventory.scratch(*tensor, file().width);
  }
  if (file().generation != "5.0") {
    inventory.scratch(s.x_g, file().width);
    inventory.scratch(s.gate, file().width);
  }
  s.ffn.list(inventory, file().width, file().ffn);
}

void Rwkv5::time_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Layer& layer = layers_[index];
  const Scratch& s = scratch_;
  const auto part = [rows](Tensor tensor) { return tensor.first_rows(rows); };

  std::vector<backend::Mix> mixes = {
      {part(s.x_k), layer.mix_k}, {part(s.x_v), layer.mix_v}, {part(s.x_r), layer.mix_r}};
  std::vector<backend::Product> inner = {{part(s.r), part(s.x_r), layer.receptance, Epilogue::none, {}},
                                         {part(s.k), part(s.x_k), layer.key, Epilogue::none, {}},
                                         {part(s.v), part(s.x_v), layer.value, Epilogue::none, {}}};
  if (layer.gate) {
    mixes.push_back({part(s.x_g), layer.mix_g});
    inner.push_back({part(s.gate), part(s.x_g), layer.gate, Epilogue::silu, {}});
  }
  ops().norm_shift_mix(mixes, x(rows), layer.ln1_gain, layer.ln1_bias, layer_norm_epsilon,
                       state(att_x_prev, index), batch);
  ops().products(inner);

  backend::Wkv6 wkv;
  wkv.out = part(s.x_r);  // the mix is used up
  wkv.r = part(s.r);
  wkv.k = part(s.k);
  wkv.v = part(s.v);
  if (layer.gate) wkv.gate = part(s.gate);
  wkv.decay = layer.decay;
  wkv.bonus = layer.bonus;
  wkv.norm_gain = layer.ln_x_gain;
  wkv.norm_bias = layer.ln_x_bias;
  wkv.state = state(att_kv, index);
  wkv.head_size = file().head_size;
  wkv.norm_epsilon = group_norm_epsilon_;
  ops().wkv6(wkv, batch);

  const backend::Product output[] = {{x(rows), part(s.x_r), layer.output, Epilogue::add, {}}};
  ops().products(output);
}

void Rwkv5::channel_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  run_channel_mix(ops(), layers_[index].ffn, scratch_.ffn, x(rows), state(ffn_x_prev, index), batch);
}

}  // namespace roost::model
