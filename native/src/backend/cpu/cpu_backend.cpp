#include "backend/cpu/cpu_backend.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>

#include "backend/cpu/isa.h"
#include "backend/cpu/packing.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#elif defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>
#endif

namespace roost::backend::cpu {
namespace {

constexpr std::uint64_t alignment_floats = 16;  // 64 bytes: a vector of AVX-512, a cache line

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t step) {
  return (value + step - 1) / step * step;
}

std::string in_megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

Error too_little_memory(std::uint64_t needed, std::uint64_t available) {
  return error(ErrorCode::out_of_memory, "The model needs " + in_megabytes(needed) + " of memory, and " +
                                             in_megabytes(available) + " are free.");
}

inline void prefetch([[maybe_unused]] const unsigned char* at) {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T1);
#elif defined(__GNUC__)
  __builtin_prefetch(at, 0, 2);
#endif
}

// Tells the core that this is a waiting loop.
inline void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
  asm volatile("yield");
#endif
}

}  // namespace

Device describe_cpu() {
  Device device;
  device.kind = "cpu";
  device.usable = true;
  device.name = processor_name();
  device.memory_bytes = machine_memory().total;
  return device;
}

CpuBackend::CpuBackend(const Kernels& kernels, int threads)
    : kernels_(kernels), device_(describe_cpu()), pool_(threads) {}

// ---- memory ----

std::uint32_t CpuBackend::new_buffer() {
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    if (!buffers_[i]->used) {
      *buffers_[i] = Buffer{};
      buffers_[i]->used = true;
      return i;
    }
  }
  buffers_.push_back(std::make_unique<Buffer>());
  buffers_.back()->used = true;
  return static_cast<std::uint32_t>(buffers_.size() - 1);
}

Result<Tensor> CpuBackend::allocate(Use, std::uint32_t rows, std::uint32_t columns) {
  Tensor tensor;
  tensor.rows = rows;
  tensor.columns = columns;
  tensor.stride = rounded_up(columns, alignment_floats);
  const std::uint64_t bytes = std::max<std::uint64_t>(rows * tensor.stride * sizeof(float), 64);
  Block block(bytes);
  if (block.data() == nullptr) return too_little_memory(bytes, machine_memory().available);
  tensor.buffer = new_buffer();
  Buffer& buffer = *buffers_[tensor.buffer];
  buffer.block = std::move(block);
  buffer.numbers = reinterpret_cast<float*>(buffer.block.data());
  return tensor;
}

void CpuBackend::release(Tensor tensor) {
  if (!tensor) return;
  Buffer& buffer = *buffers_[tensor.buffer];
  buffer.block = Block();
  buffer.numbers = nullptr;
  buffer.used = false;
}

CpuBackend::View CpuBackend::view(Tensor tensor) const {
  assert(tensor && tensor.type == DType::f32 && buffers_[tensor.buffer]->numbers != nullptr);
  return {buffers_[tensor.buffer]->numbers + tensor.offset, tensor.stride, tensor.rows, tensor.columns};
}

const float* CpuBackend::vector(Tensor tensor) const {
  return tensor ? view(tensor).data : nullptr;
}

std::uint64_t CpuBackend::packed_bytes(const formats::Weight& source, DType type) const {
  return cpu::packed_bytes(packed_shape(source.rows, source.columns, type));
}

Status CpuBackend::reserve_weights(std::uint64_t bytes, std::uint64_t working) {
  assert(weights_.data() == nullptr);
  const MachineMemory memory = machine_memory();
  if (memory.available != 0 && bytes + working > memory.available) {
    return too_little_memory(bytes + working, memory.available);
  }
  weights_ = Block(std::max<std::uint64_t>(bytes, 64));
  if (weights_.data() == nullptr) return too_little_memory(bytes + working, memory.available);
  return {};
}

unsigned char* CpuBackend::take_reserved(std::uint64_t bytes) {
  const std::uint64_t rounded = rounded_up(bytes, 64);
  if (weights_used_ + rounded > weights_.size()) return nullptr;
  unsigned char* const start = weights_.data() + weights_used_;
  weights_used_ += rounded;
  return start;
}

Result<Tensor> CpuBackend::load_matrix(const formats::Weight& source, DType type) {
  PackedMatrix shape = packed_shape(source.rows, source.columns, type);
  unsigned char* const to = take_reserved(cpu::packed_bytes(shape));
  if (to == nullptr)
    return error(ErrorCode::internal, "More weights were loaded than room was reserved for.");
  if (!pack(source, shape, to, pool_))
    return too_little_memory(source.columns * 64, machine_memory().available);
  shape.data = to;
  Tensor tensor;
  tensor.buffer = new_buffer();
  tensor.type = type;
  tensor.rows = shape.rows;
  tensor.columns = tensor.stride = shape.columns;
  buffers_[tensor.buffer]->matrix = shape;
  return tensor;
}

Result<Tensor> CpuBackend::load_vector(const formats::Weight& source) {
  Tensor tensor;
  tensor.rows = 1;
  tensor.columns = static_cast<std::uint32_t>(source.count());
  tensor.stride = rounded_up(tensor.columns, alignment_floats);
  unsigned char* const to = take_reserved(tensor.columns * sizeof(float));
  if (to == nullptr)
    return error(ErrorCode::internal, "More weights were loaded than room was reserved for.");
  auto* const numbers = reinterpret_cast<float*>(to);
  for (std::uint64_t row = 0; row < source.rows; ++row) {
    formats::read_row(source, row, numbers + row * source.columns);
  }
  tensor.buffer = new_buffer();
  buffers_[tensor.buffer]->numbers = numbers;
  return tensor;
}

Result<Tensor> CpuBackend::load_table(const formats::Weight& source) {
  Tensor tensor;
  tensor.rows = static_cast<std::uint32_t>(source.rows);
  tensor.columns = tensor.stride = static_cast<std::uint32_t>(source.columns);
  tensor.buffer = new_buffer();
  buffers_[tensor.buffer]->table = source;
  return tensor;
}

// Rows of a megabyte and more, which are states, are shared among the threads: one of them can't use all of
// the memory's bandwidth.
template <class Move>
void CpuBackend::in_parts(std::size_t floats, Move&& move) {
  constexpr std::size_t part = std::size_t{1} << 16;
  if (floats < 4 * part) return move(0, floats);
  pool_.parallel_for(floats, part,
                     [&](std::size_t begin, std::size_t end, int) { move(begin, end - begin); });
}

void CpuBackend::write(Tensor to, std::span<const float> from) {
  const View out = view(to);
  assert(from.size() == std::size_t{out.rows} * out.columns);
  for (std::size_t t = 0; t < out.rows; ++t) {
    in_parts(out.columns, [&](std::size_t first, std::size_t count) {
      std::memcpy(out.row(t) + first, from.data() + t * out.columns + first, count * sizeof(float));
    });
  }
}

void CpuBackend::read(std::span<float> to, Tensor from) {
  const View in = view(from);
  assert(to.size() == std::size_t{in.rows} * in.columns);
  for (std::size_t t = 0; t < in.rows; ++t) {
    in_parts(in.columns, [&](std::size_t first, std::size_t count) {
      std::memcpy(to.data() + t * in.columns + first, in.row(t) + first, count * sizeof(float));
    });
  }
}

void CpuBackend::fill(Tensor tensor, float value) {
  const View out = view(tensor);
  for (std::size_t t = 0; t < out.rows; ++t) {
    in_parts(out.columns,
             [&](std::size_t first, std::size_t count) { std::fill_n(out.row(t) + first, count, value); });
  }
}

void CpuBackend::copy(Tensor to, Tensor from) {
  const View out = view(to), in = view(from);
  assert(out.rows == in.rows && out.columns == in.columns);
  for (std::size_t t = 0; t < out.rows; ++t) {
    in_parts(out.columns, [&](std::size_t first, std::size_t count) {
      std::memcpy(out.row(t) + first, in.row(t) + first, count * sizeof(float));
    });
  }
}

namespace {

// Four rows of four numbers become four columns. Every processor of these kinds has the instructions.
inline void transpose_four([[maybe_unused]] float* to, [[maybe_unused]] const float* from,
                           [[maybe_unused]] std::size_t size) {
#if defined(__x86_64__) || defined(_M_X64)
  __m128 rows[4] = {_mm_loadu_ps(from), _mm_loadu_ps(from + size), _mm_loadu_ps(from + 2 * size),
                    _mm_loadu_ps(from + 3 * size)};
  _MM_TRANSPOSE4_PS(rows[0], rows[1], rows[2], rows[3]);
  for (std::size_t i = 0; i < 4; ++i) _mm_storeu_ps(to + i * size, rows[i]);
#elif defined(__aarch64__) || defined(_M_ARM64)
  const float32x4x2_t first = vtrnq_f32(vld1q_f32(from), vld1q_f32(from + size));
  const float32x4x2_t second = vtrnq_f32(vld1q_f32(from + 2 * size), vld1q_f32(from + 3 * size));
  for (std::size_t i = 0; i < 2; ++i) {
    vst1q_f32(to + i * size, vcombine_f32(vget_low_f32(first.val[i]), vget_low_f32(second.val[i])));
    vst1q_f32(to + (i + 2) * size, vcombine_f32(vget_high_f32(first.val[i]), vget_high_f32(second.val[i])));
  }
#else
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) to[i * size + j] = from[j * size + i];
  }
#endif
}

// A square of 64, as most are, lies in the first-level cache together with its transpose.
void transpose(float* to, const float* from, std::size_t size) {
  const std::size_t whole = size / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    for (std::size_t j = 0; j < whole; j += 4) transpose_four(to + i * size + j, from + j * size + i, size);
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i < whole ? whole : 0; j < size; ++j) to[i * size + j] = from[j * size + i];
  }
}

}  // namespace

void CpuBackend::write_transposed(Tensor to, std::span<const float> from, std::uint32_t size) {
  const View out = view(to);
  const std::size_t square = std::size_t{size} * size;
  assert(out.rows == 1 && from.size() == out.columns && out.columns % square == 0);
  pool_.parallel_for(out.columns / square, 8, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t m = begin; m < end; ++m)
      transpose(out.data + m * square, from.data() + m * square, size);
  });
}

void CpuBackend::read_transposed(std::span<float> to, Tensor from, std::uint32_t size) {
  const View in = view(from);
  const std::size_t square = std::size_t{size} * size;
  assert(in.rows == 1 && to.size() == in.columns && in.columns % square == 0);
  pool_.parallel_for(in.columns / square, 8, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t m = begin; m < end; ++m) transpose(to.data() + m * square, in.data + m * square, size);
  });
}

// ---- the walk through the list ----

void CpuBackend::record(std::uint32_t tasks, decltype(Operation::body) body, std::size_t scratch_floats) {
  scratch_floats_ = std::max(scratch_floats_, rounded_up(scratch_floats, alignment_floats));
  operations_.push_back({tasks, std::move(body)});
}

void CpuBackend::forget_recorded() {
  operations_.clear();
  mixes_.clear();
  blends_.clear();
  products_.clear();
  inputs_.clear();
}

Status CpuBackend::submit() {
  if (operations_.empty()) return {};
  const std::size_t scratch_bytes =
      scratch_floats_ * sizeof(float) * static_cast<std::size_t>(pool_.threads());
  if (scratch_.size() < scratch_bytes) scratch_ = Block(scratch_bytes);
  const std::size_t integer_bytes = integer_blocks_ * sizeof(IntegerBlock);
  if (integers_.size() < integer_bytes) integers_ = Block(integer_bytes);
  if (scratch_.size() < scratch_bytes || integers_.size() < integer_bytes) {
    forget_recorded();
    return too_little_memory(scratch_bytes + integer_bytes, machine_memory().available);
  }
  if (progress_size_ < operations_.size()) {
    progress_size_ = operations_.size() * 2;
    progress_ = std::make_unique<Progress[]>(progress_size_);
  }
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    progress_[i].next.store(0, std::memory_order_relaxed);
    progress_[i].done.store(0, std::memory_order_relaxed);
  }
  const bool good = pool_.run_on_all([this](int worker) { work(worker); });
  forget_recorded();
  if (!good) return error(ErrorCode::device_failed, "A thread of the processor backend failed.");
  return {};
}

void CpuBackend::work(int worker) {
  // About as long as one product of a small model; beyond that the core is better left to others.
  constexpr int spins = 4000;
  float* const scratch =
      reinterpret_cast<float*>(scratch_.data()) + static_cast<std::size_t>(worker) * scratch_floats_;
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    const Operation& operation = operations_[i];
    Progress& progress = progress_[i];
    while (true) {
      const std::uint32_t task = progress.next.fetch_add(1, std::memory_order_relaxed);
      if (task >= operation.tasks) break;
      std::visit([&](const auto& body) { run(body, task, scratch); }, operation.body);
      if (progress.done.fetch_add(1, std::memory_order_acq_rel) + 1 == operation.tasks)
        progress.done.notify_all();
    }
    if (i + 1 < operations_.size() && progress.done.load(std::memory_order_relaxed) != operation.tasks)
      ask_for_weights(i + 1, worker);
    for (int spin = 0;; ++spin) {
      const std::uint32_t done = progress.done.load(std::memory_order_acquire);
      if (done == operation.tasks) break;
      if (spin < spins) {
        relax();
      } else {
        progress.done.wait(done, std::memory_order_acquire);
      }
    }
  }
}

// While others finish, memory would stand still: the waiting thread asks for the beginning of the weights
// that come next. Which task it will take then is a guess, but one of the first.
void CpuBackend::ask_for_weights(std::size_t operation, int worker) const {
  constexpr std::size_t most_operations = 3, most_bytes = 32 << 10, line = 64;
  const std::size_t end = std::min(operation + most_operations, operations_.size());
  for (; operation < end; ++operation) {
    const auto* const products = std::get_if<ProductsTask>(&operations_[operation].body);
    if (products == nullptr) continue;
    std::uint32_t task = static_cast<std::uint32_t>(worker);
    for (std::uint32_t p = 0; p < products->products; ++p) {
      const RecordedProduct& product = products_[products->first_product + p];
      if (product.token_blocks > 1 || product.sparse)
        return;  // prefill has other troubles; who knows what is zero
      const std::uint32_t groups = product.weight->groups();
      if (task >= groups) {
        task -= groups;
        continue;
      }
      const unsigned char* const from = product.weight->group(task);
      const std::size_t bytes = product.weight->panel_bytes * product.weight->panels_of(task);
      for (std::size_t at = 0; at < std::min(bytes, most_bytes); at += line) prefetch(from + at);
      return;
    }
    return;
  }
}

Arithmetic CpuBackend::measure_arithmetic() {
  using clock = std::chrono::steady_clock;
  const auto best_of = [this](std::uint64_t (*burst)(std::uint64_t, float*)) {
    double best = 0;
    if (burst == nullptr) return best;
    for (int pass = 0; pass < 5; ++pass) {
      std::atomic<std::uint64_t> operations{0};
      const auto start = clock::now();
      pool_.run_on_all([&](int) {
        float sink[16] = {0.5f, 0.25f};
        operations.fetch_add(burst(1'000'000, sink), std::memory_order_relaxed);
      });
      const double seconds = std::chrono::duration<double>(clock::now() - start).count();
      best = std::max(best, static_cast<double>(operations.load()) / seconds);
    }
    return best;
  };
  return {best_of(kernels_.multiply_floats), best_of(kernels_.multiply_bytes)};
}

double CpuBackend::measure_read_bandwidth() {
  using clock = std::chrono::steady_clock;
  constexpr std::size_t chunk = std::size_t{1} << 20;
  std::size_t bytes = std::size_t{256} << 20;  // far more than most caches hold
  const std::uint64_t available = machine_memory().available;
  while (available != 0 && bytes > available / 2 && bytes > (chunk << 4)) bytes /= 2;
  const Block block(bytes);
  if (block.data() == nullptr) return 0;
  const std::size_t chunks = bytes / chunk;
  pool_.parallel_for(chunks, 1, [&](std::size_t begin, std::size_t end, int) {
    std::memset(block.data() + begin * chunk, 1, (end - begin) * chunk);
  });
  std::atomic<std::uint64_t> kept{0};
  double best = 0;
  for (int pass = 0; pass < 7; ++pass) {
    const auto start = clock::now();
    std::atomic<std::size_t> next{0};
    pool_.run_on_all([&](int) {
      std::uint64_t sum = 0;
      for (std::size_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) {
        sum += kernels_.read_block(block.data() + i * chunk, chunk);
      }
      kept.fetch_add(sum, std::memory_order_relaxed);
    });
    const double seconds = std::chrono::duration<double>(clock::now() - start).count();
    best = std::max(best, static_cast<double>(bytes) / seconds);
  }
  return best;
}

}  // namespace roost::backend::cpu
