// RWKV-5 ("Eagle": 5.0, 5.1 and 5.2) as a composition of backend operations.
#pragma once

#include "model/gated_channel_mix.h"
#include "model/rwkv.h"

namespace roost::model {

class Rwkv5 final : public Rwkv {
 public:
  Rwkv5(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
        float group_norm_epsilon);

 private:
  // The tensors of one block, named as in the model file.
  struct Layer {
    backend::Tensor ln1_gain, ln1_bias;
    backend::Tensor mix_k, mix_v, mix_r, mix_g;
    backend::Tensor decay;                                 // exp(-exp(time_decay)) of every channel
    backend::Tensor bonus;                                 // exp(time_first) or time_faaaa, of every channel
    backend::Tensor receptance, key, value, gate, output;  // no gate (and no mix_g) in 5.0
    backend::Tensor ln_x_gain, ln_x_bias;
    GatedChannelMix ffn;
  };

  // Matrices of row_capacity rows that one pass works in.
  struct Scratch {
    backend::Tensor x_k, x_v, x_r, x_g;  // mixes with the token before
    backend::Tensor r, k, v, gate;
    GatedChannelMixScratch ffn;
  };

  void list_layer(Inventory& inventory, std::size_t index) override;
  void list_scratch(Inventory& inventory) override;
  void time_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;
  void channel_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;

  float group_norm_epsilon_;
  std::vector<Layer> layers_;
  Scratch scratch_;
};

}  // namespace roost::model
