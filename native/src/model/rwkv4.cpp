#include "model/rwkv4.h"

#include <cmath>

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

enum Section : std::size_t { att_x_prev, att_aa, att_bb, att_pp, ffn_x_prev };

// Below every exponent that occurs, and far enough from the end of f32 that a decay can be added.
constexpr float no_exponent_yet = -1e30f;

std::vector<StateSection> sections_of(const formats::ModelFile& file) {
  return {{file.width}, {file.width}, {file.width}, {file.width, no_exponent_yet}, {file.width}};
}

}  // namespace

Rwkv4::Rwkv4(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend)
    : Rwkv(file, std::move(backend), sections_of(*file)), layers_(file->layers) {}

// In the order of use, which is the order in memory.
void Rwkv4::list_layer(Inventory& inventory, std::size_t index) {
  Layer& layer = layers_[index];
  const std::string att = block(index) + "att.";
  inventory.vector(layer.ln1_gain, block(index) + "ln1.weight");
  inventory.vector(layer.ln1_bias, block(index) + "ln1.bias");
  list_mix(inventory, layer.mix_k, att + "time_mix_k", MixOf::current);
  list_mix(inventory, layer.mix_v, att + "time_mix_v", MixOf::current);
  list_mix(inventory, layer.mix_r, att + "time_mix_r", MixOf::current);
  inventory.matrix(layer.receptance, att + "receptance.weight");
  inventory.matrix(layer.key, att + "key.weight");
  inventory.matrix(layer.value, att + "value.weight");
  std::vector<float> decay = inventory.numbers(att + "time_decay");
  for (float& d : decay) d = -std::exp(d);
  inventory.vector(layer.decay, std::move(decay));
  inventory.vector(layer.bonus, att + "time_first");
  inventory.matrix(layer.output, att + "output.weight");
  layer.ffn.list(inventory, block(index), "time_mix_", MixOf::current);
}

void Rwkv4::list_scratch(Inventory& inventory) {
  Scratch& s = scratch_;
  for (Tensor* tensor : {&s.x_k, &s.x_v, &s.x_r, &s.r, &s.k, &s.v}) {
    inventory.scratch(*tensor, file().width);
  }
  s.ffn.list(inventory, file().width, file().ffn);
}

void Rwkv4::time_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Layer& layer = layers_[index];
  const Scratch& s = scratch_;
  const auto part = [rows](Tensor tensor) { return tensor.first_rows(rows); };

  const backend::Mix mixes[] = {
      {part(s.x_k), layer.mix_k}, {part(s.x_v), layer.mix_v}, {part(s.x_r), layer.mix_r}};
  ops().norm_shift_mix(mixes, x(rows), layer.ln1_gain, layer.ln1_bias, layer_norm_epsilon,
                       state(att_x_prev, index), batch);
  const backend::Product inner[] = {{part(s.r), part(s.x_r), layer.receptance, Epilogue::sigmoid, {}},
                                    {part(s.k), part(s.x_k), layer.key, Epilogue::none, {}},
                                    {part(s.v), part(s.x_v), layer.value, Epilogue::none, {}}};
  ops().products(inner);

  backend::Wkv4 wkv;
  wkv.out = wkv.r = part(s.r);
  wkv.k = part(s.k);
  wkv.v = part(s.v);
  wkv.decay = layer.decay;
  wkv.bonus = layer.bonus;
  wkv.aa = state(att_aa, index);
  wkv.bb = state(att_bb, index);
  wkv.pp = state(att_pp, index);
  ops().wkv4(wkv, batch);

  const backend::Product output[] = {{x(rows), part(s.r), layer.output, Epilogue::add, {}}};
  ops().products(output);
}

void Rwkv4::channel_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  run_channel_mix(ops(), layers_[index].ffn, scratch_.ffn, x(rows), state(ffn_x_prev, index), batch);
}

}  // namespace roost::model
