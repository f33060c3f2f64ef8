// RWKV-6 ("Finch") as a composition of backend operations.
#pragma once

#include "model/gated_channel_mix.h"
#include "model/rwkv.h"

namespace roost::model {

class Rwkv6 final : public Rwkv {
 public:
  Rwkv6(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend);

 private:
  // The tensors of one block, named as in the model file.
  struct Layer {
    backend::Tensor ln1_gain, ln1_bias;
    backend::Tensor maa_x, maa_w, maa_k, maa_v, maa_r, maa_g;
    backend::Tensor maa_w1, maa_w2_w, maa_w2_k, maa_w2_v, maa_w2_r, maa_w2_g;
    backend::Tensor decay, decay_w1, decay_w2;
    backend::Tensor bonus;  // time_faaaa
    backend::Tensor receptance, key, value, gate, output;
    backend::Tensor ln_x_gain, ln_x_bias;
    GatedChannelMix ffn;
  };

  // Matrices of row_capacity rows that one pass works in.
  struct Scratch {
    backend::Tensor a, before, x_x;  // a token, the one before it, and their mix for the mixes
    backend::Tensor low_mix;         // the five mixes side by side, between the low-rank factors
    backend::Tensor x_w, x_k, x_v, x_r,
        x_g;  // first the part of a mix that depends on the token, then the mix
    backend::Tensor low_decay, decay, r, k, v, gate;
    GatedChannelMixScratch ffn;
  };

  void list_layer(Inventory& inventory, std::size_t index) override;
  void list_scratch(Inventory& inventory) override;
  void time_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;
  void channel_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;

  std::vector<Layer> layers_;
  Scratch scratch_;
};

}  // namespace roost::model
