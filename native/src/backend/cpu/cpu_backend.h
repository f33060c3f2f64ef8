// The backend that every machine has. Operations are kept in a list; submit() sends every thread of the pool
// through it once. Each operation is cut into tasks that threads take from a counter, and nobody passes an
// operation before all its tasks are done. A thread that the system has suspended between tasks holds up
// nobody.
//
// Tasks are cut along rows and heads, never along a sum, so the numbers do not depend on who takes which
// task.
#pragma once

#include <atomic>
#include <variant>

#include "backend/backend.h"
#include "backend/cpu/kernels.h"
#include "backend/cpu/memory.h"
#include "support/thread_pool.h"

namespace roost::backend::cpu {

class CpuBackend final : public Backend {
 public:
  CpuBackend(const Kernels& kernels, int threads);
  ~CpuBackend() override = default;

  const Device& device() const override { return device_; }
  std::string isa() const override { return kernels_.isa; }
  int threads() const override { return pool_.threads(); }

  Result<Tensor> allocate(Use use, std::uint32_t rows, std::uint32_t columns) override;
  void release(Tensor tensor) override;

  std::uint64_t packed_bytes(const formats::Weight& source, DType type) const override;
  Status reserve_weights(std::uint64_t bytes, std::uint64_t working) override;
  Result<Tensor> load_matrix(const formats::Weight& source, DType type) override;
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
  void blend(std::span<const Blend> blends, Tensor a, Tensor before) override;
  void gated_add(Tensor x, Tensor gate, Tensor value, float scale) override;
  void wkv4(const Wkv4& inputs, Batch batch) override;
  void wkv6(const Wkv6& inputs, Batch batch) override;
  void wkv7(const Wkv7& inputs, Batch batch) override;
  void gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) override;

  Status submit() override;
  Status wait() override { return {}; }

  double measure_read_bandwidth() override;
  Arithmetic measure_arithmetic() override;

 private:
  struct Buffer {
    Block block;  // of allocate(); weights lie in weights_
    float* numbers = nullptr;
    PackedMatrix matrix;    // of load_matrix()
    formats::Weight table;  // of load_table()
    bool used = false;
  };

  // A matrix that tasks can reach: row t starts at data + t * stride.
  struct View {
    float* data;
    std::size_t stride;
    std::uint32_t rows, columns;
    float* row(std::size_t index) const { return data + index * stride; }
  };

  struct EmbedTask {
    View out;
    const formats::Weight* table;
    std::span<const std::uint32_t> tokens;
    const float *gain, *bias;
    float epsilon;
  };
  struct NormTask {
    View out, x;
    const float *gain, *bias;
    float epsilon;
  };
  struct MixTask {
    std::uint32_t first_mix, mixes;  // into mixes_
    View x, last;
    const float *gain, *bias;
    float epsilon;
    Batch batch;
  };
  struct ProductsTask {
    std::uint32_t first_product, products;  // into products_
  };
  struct QuantiseTask {
    std::uint32_t first_input, inputs;  // into inputs_
  };
  struct BlendTask {
    std::uint32_t first_blend, blends;  // into blends_
    View a, before;
  };
  struct GatedAddTask {
    View x, gate, value;
    float scale;
  };
  struct Wkv4Task {
    Wkv4Channels channels;  // all of row 0; state of slot 0
    std::size_t state_stride;
    Batch batch;
  };
  struct Wkv6Task {
    Wkv6Head head;  // of head 0, row 0; state of slot 0
    std::size_t state_stride;
    std::uint32_t heads;
    Batch batch;
  };
  struct Wkv7Task {
    Wkv7Head head;  // of head 0, row 0; state of slot 0
    std::size_t state_stride;
    std::uint32_t heads;
    Batch batch;
  };
  struct GatherTask {
    View out, x;
    std::span<const std::uint32_t> rows;
  };
  struct Operation {
    std::uint32_t tasks;
    std::variant<EmbedTask, NormTask, MixTask, QuantiseTask, ProductsTask, BlendTask, GatedAddTask, Wkv4Task,
                 Wkv6Task, Wkv7Task, GatherTask>
        body;
  };
  struct RecordedMix {
    View out;
    const float* weight;
    Take take;
  };
  struct RecordedBlend {
    View out, weights;
    const float* base;
  };
  struct RecordedProduct {
    View out, x;
    const PackedMatrix* weight;
    Epilogue epilogue;
    const float* bias;
    std::uint32_t first_task, token_blocks, block_tokens;
    bool sparse;
    std::uint32_t input;  // into inputs_, where the kernel wants integers; else no_input
  };
  static constexpr std::uint32_t no_input = 0xffffffff;
  // A matrix of activations that is needed as integers.
  struct RecordedInput {
    View x;
    std::size_t first_block;  // into integers_
    std::uint32_t first_task;
  };
  struct alignas(64) Progress {
    std::atomic<std::uint32_t> next{0};  // task to take
    std::atomic<std::uint32_t> done{0};
  };

  std::uint32_t new_buffer();
  View view(Tensor tensor) const;
  const float* vector(Tensor tensor) const;
  void record_quantise(std::uint32_t first_product);
  IntegerBlock* integers(const RecordedInput& input) {
    return reinterpret_cast<IntegerBlock*>(integers_.data()) + input.first_block;
  }
  void forget_recorded();
  void record(std::uint32_t tasks, decltype(Operation::body) body, std::size_t scratch_floats = 0);
  void work(int worker);
  void ask_for_weights(std::size_t operation, int worker) const;
  void run(const EmbedTask& op, std::uint32_t task, float* scratch);
  void run(const NormTask& op, std::uint32_t task, float* scratch);
  void run(const MixTask& op, std::uint32_t task, float* scratch);
  void run(const QuantiseTask& op, std::uint32_t task, float* scratch);
  void run(const ProductsTask& op, std::uint32_t task, float* scratch);
  void run(const BlendTask& op, std::uint32_t task, float* scratch);
  void run(const GatedAddTask& op, std::uint32_t task, float* scratch);
  void run(const Wkv4Task& op, std::uint32_t task, float* scratch);
  void run(const Wkv6Task& op, std::uint32_t task, float* scratch);
  void run(const Wkv7Task& op, std::uint32_t task, float* scratch);
  void run(const GatherTask& op, std::uint32_t task, float* scratch);
  template <class Move>
  void in_parts(std::size_t floats, Move&& move);
  unsigned char* take_reserved(std::uint64_t bytes);

  const Kernels& kernels_;
  Device device_;
  support::ThreadPool pool_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  Block weights_;
  std::uint64_t weights_used_ = 0;

  std::vector<Operation> operations_;
  std::vector<RecordedMix> mixes_;
  std::vector<RecordedBlend> blends_;
  std::vector<RecordedProduct> products_;
  std::vector<RecordedInput> inputs_;
  std::unique_ptr<Progress[]> progress_;
  std::size_t progress_size_ = 0;
  Block scratch_;   // one part per thread
  Block integers_;  // activations of the products that are being computed
  std::size_t integer_blocks_ = 0;
  std::size_t scratch_floats_ = product_scratch;
};

Device describe_cpu();

}  // namespace roost::backend::cpu
