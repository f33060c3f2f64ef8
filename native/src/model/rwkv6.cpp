#include "model/rwkv6.h"

#include <cmath>

namespace roost::model {
namespace {

using backend::Batch;
using backend::Epilogue;
using backend::Tensor;

constexpr float group_norm_epsilon = 64e-5f;

enum Section : std::size_t { att_x_prev, att_kv, ffn_x_prev };

// S is [head][key][value] here as in the backend.
std::vector<StateSection> sections_of(const formats::ModelFile& file) {
  return {{file.width}, {std::uint64_t{file.width} * file.head_size}, {file.width}};
}

// See ModelFile::rescale_every_layers.
float divided_by(const formats::ModelFile& file, std::size_t layer) {
  if (file.rescale_every_layers == 0) return 1;
  return std::ldexp(1.0f, static_cast<int>(layer / file.rescale_every_layers));
}

std::vector<float> times(float factor, std::vector<float> numbers) {
  for (float& number : numbers) number *= factor;
  return numbers;
}

}  // namespace

Rwkv6::Rwkv6(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend)
    : Rwkv(file, std::move(backend), sections_of(*file)), layers_(file->layers) {}

// In the order of use, which is the order in memory.
void Rwkv6::list_layer(Inventory& inventory, std::size_t index) {
  Layer& layer = layers_[index];
  const std::string att = block(index) + "att.", maa = att + "time_maa_";
  inventory.vector(layer.ln1_gain, block(index) + "ln1.weight");
  inventory.vector(layer.ln1_bias, block(index) + "ln1.bias");
  inventory.vector(layer.maa_x, maa + "x");
  inventory.matrix(layer.maa_w1, maa + "w1", Role::low_rank);
  inventory.matrix(layer.maa_w2_w, maa + "w2.w", Role::low_rank);
  inventory.matrix(layer.maa_w2_k, maa + "w2.k", Role::low_rank);
  inventory.matrix(layer.maa_w2_v, maa + "w2.v", Role::low_rank);
  inventory.matrix(layer.maa_w2_r, maa + "w2.r", Role::low_rank);
  inventory.matrix(layer.maa_w2_g, maa + "w2.g", Role::low_rank);
  inventory.vector(layer.maa_w, maa + "w");
  inventory.vector(layer.maa_k, maa + "k");
  inventory.vector(layer.maa_v, maa + "v");
  inventory.vector(layer.maa_r, maa + "r");
  inventory.vector(layer.maa_g, maa + "g");
  inventory.matrix(layer.receptance, att + "receptance.weight");
  inventory.matrix(layer.key, att + "key.weight");
  inventory.matrix(layer.value, att + "value.weight");
  inventory.matrix(layer.gate, att + "gate.weight");
  inventory.matrix(layer.decay_w1, att + "time_decay_w1", Role::low_rank);
  inventory.vector(layer.decay, att + "time_decay");
  inventory.matrix(layer.decay_w2, att + "time_decay_w2", Role::low_rank);
  inventory.vector(layer.bonus, att + "time_faaaa");
  // What the file has divided in the output matrix is multiplied into what goes through that matrix. Powers
  // of two change no digit of any product, and x never has to be halved, which would move the layer norms'
  // epsilon.
  const float scale = divided_by(file(), index);
  inventory.vector(layer.ln_x_gain, times(scale, inventory.numbers(att + "ln_x.weight")));
  inventory.vector(layer.ln_x_bias, times(scale, inventory.numbers(att + "ln_x.bias")));
  inventory.matrix(layer.output, att + "output.weight");
  layer.ffn.value_scale = scale;
  layer.ffn.list(inventory, block(index), "time_maa_", MixOf::previous);
}

void Rwkv6::list_scratch(Inventory& inventory) {
  Scratch& s = scratch_;
  for (Tensor* tensor : {&s.a, &s.before, &s.x_x, &s.x_w, &s.x_k, &s.x_v, &s.x_r, &s.x_g, &s.decay, &s.r,
                         &s.k, &s.v, &s.gate}) {
    inventory.scratch(*tensor, file().width);
  }
  // The ranks are the same in all layers.
  inventory.scratch(s.low_mix, inventory.rows(block(0) + "att.time_maa_w1"));
  inventory.scratch(s.low_decay, inventory.rows(block(0) + "att.time_decay_w1"));
  s.ffn.list(inventory, file().width, file().ffn);
}

void Rwkv6::time_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  const Layer& layer = layers_[index];
  const Scratch& s = scratch_;
  const auto part = [rows](Tensor tensor) { return tensor.first_rows(rows); };

  const backend::Mix mixes[] = {{part(s.x_x), layer.maa_x},
                                {part(s.a), {}, backend::Take::current},
                                {part(s.before), {}, backend::Take::previous}};
  ops().norm_shift_mix(mixes, x(rows), layer.ln1_gain, layer.ln1_bias, layer_norm_epsilon,
                       state(att_x_prev, index), batch);

  // In the order of the five mixes within maa_w1.
  const Tensor low = part(s.low_mix);
  const backend::Product low_mix[] = {{low, part(s.x_x), layer.maa_w1, Epilogue::tanh, {}}};
  ops().products(low_mix);
  const std::uint32_t rank = low.columns / 5;
  const auto mix = [&](std::uint32_t which) { return low.columns_from(std::uint64_t{which} * rank, rank); };
  const backend::Product weights[] = {{part(s.x_w), mix(0), layer.maa_w2_w, Epilogue::none, {}},
                                      {part(s.x_k), mix(1), layer.maa_w2_k, Epilogue::none, {}},
                                      {part(s.x_v), mix(2), layer.maa_w2_v, Epilogue::none, {}},
                                      {part(s.x_r), mix(3), layer.maa_w2_r, Epilogue::none, {}},
                                      {part(s.x_g), mix(4), layer.maa_w2_g, Epilogue::none, {}}};
  ops().products(weights);
  const backend::Blend blends[] = {{part(s.x_w), part(s.x_w), layer.maa_w},
                                   {part(s.x_k), part(s.x_k), layer.maa_k},
                                   {part(s.x_v), part(s.x_v), layer.maa_v},
                                   {part(s.x_r), part(s.x_r), layer.maa_r},
                                   {part(s.x_g), part(s.x_g), layer.maa_g}};
  ops().blend(blends, part(s.a), part(s.before));

  const backend::Product inner[] = {{part(s.r), part(s.x_r), layer.receptance, Epilogue::none, {}},
                                    {part(s.k), part(s.x_k), layer.key, Epilogue::none, {}},
                                    {part(s.v), part(s.x_v), layer.value, Epilogue::none, {}},
                                    {part(s.gate), part(s.x_g), layer.gate, Epilogue::silu, {}},
                                    {part(s.low_decay), part(s.x_w), layer.decay_w1, Epilogue::tanh, {}}};
  ops().products(inner);
  const backend::Product decay[] = {
      {part(s.decay), part(s.low_decay), layer.decay_w2, Epilogue::decay6, layer.decay}};
  ops().products(decay);

  backend::Wkv6 wkv;
  wkv.out = part(s.x_r);  // the mix is used up
  wkv.r = part(s.r);
  wkv.k = part(s.k);
  wkv.v = part(s.v);
  wkv.gate = part(s.gate);
  wkv.decay = part(s.decay);
  wkv.bonus = layer.bonus;
  wkv.norm_gain = layer.ln_x_gain;
  wkv.norm_bias = layer.ln_x_bias;
  wkv.state = state(att_kv, index);
  wkv.head_size = file().head_size;
  wkv.norm_epsilon = group_norm_epsilon;
  ops().wkv6(wkv, batch);

  const backend::Product output[] = {{x(rows), part(s.x_r), layer.output, Epilogue::add, {}}};
  ops().products(output);
}

void Rwkv6::channel_mix(std::size_t index, std::uint32_t rows, Batch batch) {
  run_channel_mix(ops(), layers_[index].ffn, scratch_.ffn, x(rows), state(ffn_x_prev, index), batch);
}

}  // namespace roost::model
