#include "model/gated_channel_mix.h"

#include "model/rwkv.h"

namespace roost::model {

using backend::Epilogue;
using backend::Tensor;

void list_mix(Inventory& inventory, Tensor& to, const std::string& name, MixOf stored) {
  std::vector<float> weights = inventory.numbers(name);
  if (stored == MixOf::current) {
    for (float& weight : weights) weight = 1 - weight;
  }
  inventory.vector(to, std::move(weights));
}

void GatedChannelMix::list(Inventory& inventory, const std::string& block, const std::string& mix,
                           MixOf stored) {
  inventory.vector(ln2_gain, block + "ln2.weight");
  inventory.vector(ln2_bias, block + "ln2.bias");
  list_mix(inventory, mix_k, block + "ffn." + mix + "k", stored);
  list_mix(inventory, mix_r, block + "ffn." + mix + "r", stored);
  inventory.matrix(key, block + "ffn.key.weight");
  inventory.matrix(receptance, block + "ffn.receptance.weight");
  inventory.matrix(value, block + "ffn.value.weight", Role::after_relu);
}

void GatedChannelMixScratch::list(Inventory& inventory, std::uint32_t width, std::uint32_t ffn) {
  for (Tensor* tensor : {&x_k, &x_r, &gate, &out}) inventory.scratch(*tensor, width);
  inventory.scratch(hidden, ffn);
}

void run_channel_mix(backend::Backend& backend, const GatedChannelMix& layer,
                     const GatedChannelMixScratch& scratch, Tensor x, Tensor last, backend::Batch batch) {
  const Tensor x_k = scratch.x_k.first_rows(x.rows), x_r = scratch.x_r.first_rows(x.rows);
  const Tensor gate = scratch.gate.first_rows(x.rows), hidden = scratch.hidden.first_rows(x.rows);
  const Tensor out = scratch.out.first_rows(x.rows);
  const backend::Mix mixes[] = {{x_k, layer.mix_k}, {x_r, layer.mix_r}};
  backend.norm_shift_mix(mixes, x, layer.ln2_gain, layer.ln2_bias, layer_norm_epsilon, last, batch);
  const backend::Product up[] = {{hidden, x_k, layer.key, Epilogue::relu_squared, {}},
                                 {gate, x_r, layer.receptance, Epilogue::sigmoid, {}}};
  backend.products(up);
  const backend::Product down[] = {{out, hidden, layer.value, Epilogue::none, {}, true}};
  backend.products(down);
  backend.gated_add(x, gate, out, layer.value_scale);
}

}  // namespace roost::model
