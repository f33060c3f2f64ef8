// RWKV-7 ("Goose") as a composition of backend operations.
#pragma once

#include <memory>
#include <vector>

#include "backend/backend.h"
#include "model/language_model.h"

namespace roost::model {

// All tensors of one block, named as in the model file.
struct Rwkv7Layer {
  backend::Tensor ln1_gain, ln1_bias, ln2_gain, ln2_bias;
  backend::Tensor x_r, x_w, x_k, x_v, x_a, x_g;
  backend::Tensor w0, w1, w2, a0, a1, a2, g1, g2;
  backend::Tensor v0, v1, v2;  // absent in layer 0
  backend::Tensor k_k, k_a, r_k, ln_x_gain, ln_x_bias;
  backend::Tensor receptance, key, value, output;
  backend::Tensor ffn_x_k, ffn_key, ffn_value;
};

struct Rwkv7Weights {
  backend::Tensor embedding, ln0_gain,
      ln0_bias;  // ln0 absent where the file has it folded into the embedding
  backend::Tensor ln_out_gain, ln_out_bias, head;
  std::vector<Rwkv7Layer> layers;
  std::uint32_t width = 0, ffn = 0, heads = 0, head_size = 0, vocabulary = 0;
  std::uint64_t matrix_bytes = 0;  // packed matrices and vectors, all read once per token
  std::uint64_t embedding_row_bytes = 0;
};

class Rwkv7 final : public LanguageModel {
 public:
  // Bytes of state and of scratch that create() will allocate.
  static std::uint64_t working_bytes(const formats::ModelFile& file);
  // `file` is kept, because the embedding is read where it lies. Errors: out_of_memory.
  static Result<std::unique_ptr<Rwkv7>> create(std::shared_ptr<const formats::ModelFile> file,
                                               std::unique_ptr<backend::Backend> backend,
                                               Rwkv7Weights weights);

  std::uint32_t vocabulary() const override { return weights_.vocabulary; }
  std::uint64_t state_floats() const override { return state_floats_; }
  std::uint64_t weight_bytes() const override { return backend_->weight_bytes(); }
  std::uint64_t bytes_per_token() const override;
  std::string device() const override { return backend_->device().kind; }
  std::string isa() const override { return backend_->isa(); }
  int threads() const override { return backend_->threads(); }

  Result<std::uint32_t> acquire_slot() override;
  void release_slot(std::uint32_t slot) override;
  void clear_slot(std::uint32_t slot) override;
  void copy_slot(std::uint32_t to, std::uint32_t from) override;
  Status read_state(std::uint32_t slot, std::span<float> out) const override;
  Status write_state(std::uint32_t slot, std::span<const float> in) override;

  Status forward(std::span<const Sequence> batch, Mode mode, std::span<float> logits) override;

 private:
  // Rows of one pass through the layers: tokens of any number of sequences.
  struct Step {
    std::vector<std::uint32_t> tokens, first, slot;
    std::vector<std::uint32_t> logit_rows;    // whose logits are asked for
    std::vector<std::uint64_t> logit_offset;  // where they go, in floats
    void clear();
  };

  // Matrices of row_capacity rows that one pass works in.
  struct Scratch {
    backend::Tensor x, x_r, x_w, x_k, x_v, x_a, x_g;  // residual; mixes with the token before
    backend::Tensor r, k, v, v_first, decay, alpha, v_mix, gate;
    backend::Tensor low_w, low_a, low_v, low_g;  // between the two low-rank factors
    backend::Tensor hidden;                      // channel mixing
    backend::Tensor last, logits;                // of the rows whose logits are asked for
  };

  Rwkv7(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
        Rwkv7Weights weights);
  Status allocate_scratch();
  Status grow_slots(std::uint32_t count);
  Status check(std::span<const Sequence> batch, std::size_t logits) const;
  Status run(const Step& step, std::span<float> logits);
  void time_mix(std::size_t index, std::uint32_t rows, backend::Batch batch);
  void channel_mix(std::size_t index, std::uint32_t rows, backend::Batch batch);
  void head(std::uint32_t rows, std::span<const std::uint32_t> wanted);

  std::shared_ptr<const formats::ModelFile> file_;
  std::unique_ptr<backend::Backend> backend_;
  Rwkv7Weights weights_;
  std::uint64_t state_floats_ = 0, kv_floats_ = 0;  // of a slot; of one layer's S
  backend::Tensor state_;                           // slots x state_floats
  std::vector<bool> slot_used_;
  Scratch scratch_;
  Step step_;
};

}  // namespace roost::model
