// One backend over several cards, for a model that fits none of them: matrices lie on the first card as far
// as its share goes, then on the next. An operation with matrices runs where they lie, any other where the
// one before it ran; what it reads is brought there through the processor's memory when it was written
// elsewhere. A step passes each card once, so that a token costs one such passage for each card but the last:
// some ten thousand bytes.
//
//   matrices   on one card
//   vectors    on every card: they are small
//   scratch    on every card; `latest` says who wrote it, and who has copies since
//   states     on every card, but each layer's part is right only where its operations run: `regions`
#pragma once

#include <memory>
#include <vector>

#include "backend/backend.h"

namespace roost::backend::gpu {

class SplitBackend final : public Backend {
 public:
  // At least one; all lay their tensors out alike.
  explicit SplitBackend(std::vector<std::unique_ptr<Backend>> parts);

  const backend::Device& device() const override { return description_; }
  std::string isa() const override { return parts_.front().backend->isa(); }
  int threads() const override { return parts_.front().backend->threads(); }

  Result<Tensor> allocate(Use use, std::uint32_t rows, std::uint32_t columns) override;
  void release(Tensor tensor) override;
  std::uint64_t free_bytes() const override;
  std::uint64_t packed_bytes(const formats::Weight& source, DType type) const override;
  Status reserve_weights(std::uint64_t bytes, std::uint64_t working) override;
  Result<Tensor> load_matrix(const formats::Weight& source, DType type) override;
  Result<Tensor> load_matrix_by_input(const formats::Weight& source, DType type) override;
  Result<Tensor> load_vector(const formats::Weight& source) override;
  Result<Tensor> load_table(const formats::Weight& source) override;
  std::uint64_t weight_bytes() const override;

  void write(Tensor to, std::span<const float> from) override;
  void read(std::span<float> to, Tensor from) override;
  void fill(Tensor tensor, float value) override;
  void copy(Tensor to, Tensor from) override;
  void write_transposed(Tensor to, std::span<const float> from, std::uint32_t size) override;
  void read_transposed(std::span<float> to, Tensor from, std::uint32_t size) override;

  void embed(Tensor out, Tensor table, std::span<const std::uint32_t> tokens, Tensor gain, Tensor bias,
             float epsilon) override;
  void layer_norm(Tensor out, Tensor x, Tensor gain, Tensor bias, float epsilon) override;
  void norm_shift_mix(std::span<const Mix> mixes, Tensor x, Tensor gain, Tensor bias, float epsilon,
                      Tensor last, Batch batch) override;
  void products(std::span<const Product> products) override;
  double product_error(DType type, std::uint32_t rows, std::uint32_t columns,
                       std::uint32_t tokens) const override;
  void blend(std::span<const Blend> blends, Tensor a, Tensor before) override;
  void gated_add(Tensor x, Tensor gate, Tensor value, float scale) override;
  void wkv4(const Wkv4& inputs, Batch batch) override;
  void wkv6(const Wkv6& inputs, Batch batch) override;
  void wkv7(const Wkv7& inputs, Batch batch) override;
  void gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) override;

  bool draws() const override;
  void draw(Tensor logits, std::span<const Draw> rows) override;
  void read_drawn(std::span<Drawn> to) override { parts_[drawn_on_].backend->read_drawn(to); }

  Status submit() override;
  Status wait() override;
  double measure_read_bandwidth() override { return parts_.front().backend->measure_read_bandwidth(); }

  // For tests: bytes of matrices on each card.
  std::vector<std::uint64_t> shares() const;

 private:
  static constexpr std::size_t everywhere = ~std::size_t{0};
  struct Part {
    std::unique_ptr<Backend> backend;
    std::uint64_t share = 0, used = 0;  // bytes of matrices
    bool recorded = false;              // since the last submit()
  };
  struct Place {
    std::uint64_t offset, columns;
    std::size_t part;
  };
  struct Buffer {
    std::vector<Tensor> on;  // by part; absent where it does not lie
    bool used = false, state = false;
    std::size_t latest = everywhere;
    std::vector<Place> copies;   // scratch: views that others have of what `latest` wrote
    std::vector<Place> regions;  // states: columns, and where their operations run
  };

  std::uint32_t new_buffer();
  Buffer& buffer_of(Tensor tensor) { return buffers_[tensor.buffer]; }
  Tensor on(std::size_t part, Tensor tensor) const;  // the same view there; absent stays absent
  Tensor input(std::size_t part, Tensor tensor);     // ... brought there
  Tensor output(std::size_t part, Tensor tensor);    // ... about to be written there
  std::size_t part_of(Tensor tensor) const;          // where a matrix lies, or who wrote scratch
  std::size_t part_of_state(Tensor tensor);          // where its operations run, from now on
  std::size_t place_matrix(std::uint64_t bytes);
  Result<Tensor> placed(std::size_t part, Result<Tensor> loaded);
  void flush(std::size_t part);
  Status told(Status status);
  Backend& record_on(std::size_t part);
  template <class Move>
  void from_regions(std::span<float> to, Tensor from, Move move);

  std::vector<Part> parts_;
  backend::Device description_;
  std::vector<Buffer> buffers_;
  std::size_t filling_ = 0;   // the part that takes the next matrix
  std::size_t current_ = 0;   // where the last products ran
  std::size_t drawn_on_ = 0;  // where the last draw() ran
  Status failure_;
};

}  // namespace roost::backend::gpu
