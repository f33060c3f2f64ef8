// The backend on top of any Device: what the model asks for becomes launches, which are kept until submit()
// hands them over as one step.
//
// Two steps of the same kind (same operations on the same tensors and as many rows) give the same launches
// with the same arguments, so that a device may replay what it made of the first. What differs between them,
// tokens and rows and slots, is written to step memory before.
//
// Memory of the device: one piece for all weights (reserve_weights), one for every other tensor.
#pragma once

#include <memory>
#include <vector>

#include "backend/backend.h"
#include "backend/gpu/device.h"
#include "backend/gpu/packing.h"
#include "support/thread_pool.h"

namespace roost::backend::gpu {

class GpuBackend final : public Backend {
 public:
  // `threads` of the processor prepare the weights; 0: one for each core.
  GpuBackend(std::unique_ptr<Device> device, int threads);
  ~GpuBackend() override;

  const backend::Device& device() const override { return description_; }
  std::string isa() const override { return device_->limits().architecture; }
  int threads() const override { return pool_.threads(); }

  Result<Tensor> allocate(Use use, std::uint32_t rows, std::uint32_t columns) override;
  void release(Tensor tensor) override;
  std::uint64_t free_bytes() const override { return device_->free_bytes(); }

  std::uint64_t packed_bytes(const formats::Weight& source, DType type) const override;
  Status reserve_weights(std::uint64_t bytes, std::uint64_t working) override;
  Result<Tensor> load_matrix(const formats::Weight& source, DType type) override;
  Result<Tensor> load_matrix_by_input(const formats::Weight& source, DType type) override;
  Result<Tensor> load_vector(const formats::Weight& source) override;
  Result<Tensor> load_table(const formats::Weight& source) override;
  std::uint64_t weight_bytes() const override { return weights_used_; }

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

  bool draws() const override { return true; }
  void draw(Tensor logits, std::span<const Draw> rows) override;
  void read_drawn(std::span<Drawn> to) override;

  Status submit() override;
  Status wait() override;

  double measure_read_bandwidth() override;

  Device& machine() { return *device_; }  // for tests

 private:
  struct Buffer {
    Memory memory;  // of a weight or vector: a part of weights_
    bool own = false;
    bool used = false;
    PackedShape packed;  // of load_matrix(); of load_table() only type and size
  };
  // A ragged batch as kernels read it.
  struct Rows {
    const void *first_data, *slot_data;  // the spans it was made of, by which it is known again
    View first, slot;                    // per sequence
    View row_begin, row_end, row_slot;   // per row
    U32 sequences;
  };
  // Words that travel to the device before the step; the memory stays where it is.
  struct StepMemory {
    Memory memory;
    std::vector<U32> words;
  };
  struct Recorded {
    Kernel kernel;
    U32 groups_x, groups_y;
    std::size_t args_offset, args_bytes;  // into args_
  };

  template <class Args>
  void record(Kernel kernel, U32 groups_x, U32 groups_y, const Args& args);
  template <class Args>
  void run_now(Kernel kernel, U32 groups_x, U32 groups_y, const Args& args);
  void keep(Status status);  // the first failure stays
  // For want of memory a step is not begun, and nothing has changed: it is told once. All else is final.
  Status told();
  std::uint32_t new_buffer();
  Result<Tensor> take_reserved(U64 bytes, const PackedShape& shape);
  View view(Tensor tensor) const;
  View view_like(Tensor out, Tensor tensor) const;  // asserts that both are laid out alike
  View vector(Tensor tensor) const;                 // absent where there is none
  U64 address(Tensor tensor) const;
  View upload(std::span<const U32> words);
  Rows rows_of(Batch batch);
  void record_products(std::span<const Product> products, bool on_units);
  void record_sparse(const Product& product);
  template <class Args, class Inputs>
  void record_heads(Kernel usual, Kernel any, Args& args, const Inputs& inputs, Batch batch);
  ProductShape shape_of(const Product& product) const;
  View weight_view(const Buffer& buffer) const;
  View scales_view(const Buffer& buffer) const;
  bool grow(Memory& memory, U64 bytes, const char* name);  // to at least that; false where that failed

  std::unique_ptr<Device> device_;
  backend::Device description_;
  support::ThreadPool pool_;
  std::vector<Buffer> buffers_;
  Memory weights_;
  std::uint64_t weights_used_ = 0;
  std::size_t weights_alive_ = 0;  // tensors in weights_
  Memory staging_;                 // of matrices that are transposed on their way
  Memory drawn_;                   // results of draw()
  Memory partial_;                 // sums of products_sparse
  std::vector<Memory> retired_;    // replaced by larger ones, given back at submit()

  std::vector<Recorded> recorded_;
  struct alignas(16) ArgsUnit {
    std::byte bytes[16];
  };
  std::vector<ArgsUnit> args_;  // argument structs, one after the other
  std::vector<StepMemory> step_memory_;
  std::size_t step_memories_ = 0;  // in use by what is recorded
  std::vector<Rows> batches_;
  Status failure_;
};

}  // namespace roost::backend::gpu
