// RWKV-7 ("Goose") as a composition of backend operations.
#pragma once

#include "model/rwkv.h"

namespace roost::model {

class Rwkv7 final : public Rwkv {
 public:
  Rwkv7(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend);

 private:
  // All tensors of one block, named as in the model file.
  struct Layer {
    backend::Tensor ln1_gain, ln1_bias, ln2_gain, ln2_bias;
    backend::Tensor x_r, x_w, x_k, x_v, x_a, x_g;
    backend::Tensor w0, w1, w2, a0, a1, a2, g1, g2;
    backend::Tensor v0, v1, v2;  // absent in layer 0
    backend::Tensor k_k, k_a, r_k, ln_x_gain, ln_x_bias;
    backend::Tensor receptance, key, value, output;
    backend::Tensor ffn_x_k, ffn_key, ffn_value;
  };

  // Matrices of row_capacity rows that one pass works in.
  struct Scratch {
    backend::Tensor x_r, x_w, x_k, x_v, x_a, x_g;  // mixes with the token before
    backend::Tensor r, k, v, v_first, decay, alpha, v_mix, gate;
    backend::Tensor low_w, low_a, low_v, low_g;  // between the two low-rank factors
    backend::Tensor hidden;                      // channel mixing
  };

  void list_layer(Inventory& inventory, std::size_t index) override;
  void list_scratch(Inventory& inventory) override;
  void time_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;
  void channel_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) override;

  std::vector<Layer> layers_;
  Scratch scratch_;
};

}  // namespace roost::model
