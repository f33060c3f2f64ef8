// RWKV-4 ("Dove") as a composition of backend operations.
#pragma once

#include "model/gated_channel_mix.h"
#include "model/rwkv.h"

namespace roost::model {

class Rwkv4 final : public Rwkv {
 public:
  Rwkv4(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend);

 private:
  // The tensors of one block, named as in the model file.
  struct Layer {
    backend::Tensor ln1_gain, ln1_bias;
    backend::Tensor mix_k, mix_v, mix_r;
    backend::Tensor decay;  // -exp(time_decay): a logarithm
    backend::Tensor bonus;  // time_first
    backend::Tensor receptance, key, value, output;
    GatedChannelMix ffn;
  };

  // Matrices of row_capacity rows that one pass works in.
  struct Scratch {
    backend::Tensor x_k, x_v, x_r;  // mixes with the token before
    backend::Tensor r, k, v;
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
