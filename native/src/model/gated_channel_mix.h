// Channel mixing of the generations 4, 5 and 6: x += sigmoid(R x_r) * (V relu(K x_k)^2), with x_r and x_k
// mixes of a token and the one before it.
#pragma once

#include <string>

#include "backend/backend.h"
#include "model/inventory.h"

namespace roost::model {

// What a generation's mix weighs: 4 and 5 store the weight of the current token, 6 that of the one before.
enum class MixOf : std::uint8_t { current, previous };

// A mix as the backend wants it: the weight of the token before.
void list_mix(Inventory& inventory, backend::Tensor& to, const std::string& name, MixOf stored);

struct GatedChannelMix {
  backend::Tensor ln2_gain, ln2_bias, mix_k, mix_r;
  backend::Tensor receptance, key, value;
  // value may be stored divided by this, a power of two.
  float value_scale = 1;

  // `block` is "blocks.<index>."; the mixes are called `mix` + "k" and "r".
  void list(Inventory& inventory, const std::string& block, const std::string& mix, MixOf stored);
};

// Matrices that one pass works in.
struct GatedChannelMixScratch {
  backend::Tensor x_k, x_r, gate, hidden, out;
  void list(Inventory& inventory, std::uint32_t width, std::uint32_t ffn);
};

// `last` is the layer's state: the layer norm of each sequence's last token.
void run_channel_mix(backend::Backend& backend, const GatedChannelMix& layer,
                     const GatedChannelMixScratch& scratch, backend::Tensor x, backend::Tensor last,
                     backend::Batch batch);

}  // namespace roost::model
