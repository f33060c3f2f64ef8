// What every generation has in common: residual stream, embedding and head, state slots, and the passes that
// a ragged batch is cut into. A generation adds its weights, its state and what its two mixers do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "model/inventory.h"
#include "model/language_model.h"

namespace roost::model {

constexpr float layer_norm_epsilon = 1e-5f;

// One part of a slot, of all layers, in the order of LanguageModel's state.
struct StateSection {
  std::uint64_t floats;  // of one layer
  float initial = 0;
  // Outside, the squares of side head_size lie the other way round.
  bool transposed = false;
};

class Rwkv : public LanguageModel {
 public:
  // Lists everything, checks that it fits, loads it. `file` is kept, because the embedding is read where it
  // lies. Errors: cancelled, model_damaged (a tensor is missing), out_of_memory.
  Status load(const LoadSettings& settings);

  // What load() will reserve for the packed weights. Errors: model_damaged.
  Result<std::uint64_t> weight_memory(Precision precision);

  std::uint32_t vocabulary() const override { return file_->vocabulary; }
  std::uint64_t state_floats() const override { return state_floats_; }
  std::uint64_t weight_bytes() const override { return backend_->weight_bytes(); }
  std::uint64_t bytes_per_token() const override;
  std::uint64_t multiplications_per_token() const override { return multiplications_; }
  std::string device() const override { return backend_->device().kind; }
  std::string isa() const override { return backend_->isa(); }
  int threads() const override { return backend_->threads(); }

  Result<std::uint32_t> acquire_slot() override;
  void release_slot(std::uint32_t slot) override;
  void clear_slot(std::uint32_t slot) override;
  void copy_slot(std::uint32_t to, std::uint32_t from) override;
  Result<std::uint32_t> acquire_copy(std::uint32_t from) override;
  Status read_state(std::uint32_t slot, std::span<float> out) const override;
  Status write_state(std::uint32_t slot, std::span<const float> in) override;

  Status forward(std::span<const Sequence> batch, Mode mode, std::span<float> logits) override;
  bool can_draw(std::span<const Sequence> batch) const override;
  Status forward_and_draw(std::span<const Sequence> batch, std::span<const TokenDraw> draws,
                          std::span<DrawnToken> drawn) override;
  Status last_logits(std::size_t i, std::span<float> out) const override;

 protected:
  Rwkv(std::shared_ptr<const formats::ModelFile> file, std::unique_ptr<backend::Backend> backend,
       std::vector<StateSection> sections);

  // "blocks.<index>."
  static std::string block(std::size_t index) { return "blocks." + std::to_string(index) + "."; }

  virtual void list_layer(Inventory& inventory, std::size_t index) = 0;
  virtual void list_scratch(Inventory& inventory) = 0;
  // Each adds its output to the residual stream, x().
  virtual void time_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) = 0;
  virtual void channel_mix(std::size_t index, std::uint32_t rows, backend::Batch batch) = 0;

  const formats::ModelFile& file() const { return *file_; }
  backend::Backend& ops() const { return *backend_; }
  backend::Tensor x(std::uint32_t rows) const { return x_.first_rows(rows); }
  // One layer's part of a section, of all slots.
  backend::Tensor state(std::size_t section, std::size_t layer) const;

 private:
  // Rows of one pass through the layers: tokens of any number of sequences.
  struct Step {
    std::vector<std::uint32_t> tokens, first, slot;
    std::vector<std::uint32_t> logit_rows;    // whose logits are asked for
    std::vector<std::uint64_t> logit_offset;  // where they go, in floats
    void clear();
  };

  void list(Inventory& inventory);
  // Errors: model_damaged, model_changed.
  Status read_tuned_state();
  Status rehearse();
  Status grow_slots(std::uint32_t count);
  Result<std::uint32_t> take_slot();  // holds anything
  Status check(std::span<const Sequence> batch, std::size_t logits) const;
  // Layer after layer: the residual stream of all rows of the step.
  void through_layers(const Step& step);
  Status run(const Step& step, std::span<float> logits);
  void head(std::uint32_t rows, std::span<const std::uint32_t> wanted);

  std::shared_ptr<const formats::ModelFile> file_;
  std::unique_ptr<backend::Backend> backend_;
  std::vector<StateSection> sections_;
  std::vector<std::uint64_t> section_start_;  // in floats, from the start of a slot
  std::uint64_t state_floats_ = 0;            // of a slot
  std::uint64_t weights_per_token_ = 0;       // bytes: packed weights and one row of the embedding
  std::uint64_t multiplications_ = 0;
  backend::Tensor embedding_, ln0_gain_, ln0_bias_;  // ln0 absent where it is folded into the embedding
  backend::Tensor ln_out_gain_, ln_out_bias_, head_;
  backend::Tensor x_;               // residual stream
  std::uint32_t logit_rows_;        // of the following, in one pass
  backend::Tensor last_, logits_;   // of the rows whose logits are asked for
  backend::Tensor drawing_;         // where the backend draws: logits that it may change
  backend::Tensor state_;           // slots x state_floats
  std::vector<float> tuned_state_;  // what att_kv begins at, [layer, head, value, key]; empty: at zero
  std::vector<bool> slot_used_;
  Step step_;
};

}  // namespace roost::model
