// Memory, weights, and the way of a step to the device. The operations stand in gpu_operations.cpp.
#include "backend/gpu/gpu_backend.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>

#include "backend/gpu/recording.h"

namespace roost::backend::gpu {
namespace {

constexpr U64 row_alignment = 16;  // floats: rows begin at multiples of 64 bytes
constexpr U64 reserve_alignment = 256;

U64 rounded_up(U64 value, U64 step) {
  return (value + step - 1) / step * step;
}

std::string in_megabytes(U64 bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

U64 vector_bytes(U64 numbers) {
  return rounded_up(numbers * sizeof(float), 64);
}

}  // namespace

GpuBackend::GpuBackend(std::unique_ptr<Device> device, int threads)
    : device_(std::move(device)), pool_(threads) {
  const Limits& limits = device_->limits();
  description_.kind = limits.kind;
  description_.usable = true;
  description_.name = limits.name;
  description_.memory_bytes = limits.memory_bytes;
}

GpuBackend::~GpuBackend() {
  (void)device_->wait();
  for (const Buffer& buffer : buffers_) {
    if (buffer.used && buffer.own) device_->free(buffer.memory);
  }
  for (const StepMemory& step : step_memory_) device_->free(step.memory);
  for (const Memory& memory : retired_) device_->free(memory);
  if (staging_) device_->free(staging_);
  if (drawn_) device_->free(drawn_);
  if (partial_) device_->free(partial_);
  if (weights_) device_->free(weights_);
}

void GpuBackend::keep(Status status) {
  if (failure_.ok() && !status.ok()) failure_ = std::move(status);
}

// ---- memory ----

std::uint32_t GpuBackend::new_buffer() {
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    if (buffers_[i].used) continue;
    buffers_[i] = Buffer{};
    buffers_[i].used = true;
    return i;
  }
  buffers_.emplace_back().used = true;
  return static_cast<std::uint32_t>(buffers_.size() - 1);
}

Result<Tensor> GpuBackend::allocate(Use use, std::uint32_t rows, std::uint32_t columns) {
  ROOST_TRY(failure_);
  Tensor tensor;
  tensor.rows = rows;
  tensor.columns = columns;
  tensor.stride = rounded_up(columns, row_alignment);
  const U64 bytes = std::max<U64>(rows * tensor.stride * sizeof(float), 64);
  ROOST_ASSIGN(const Memory memory, device_->allocate(bytes, use == Use::state ? "state" : "scratch"));
  tensor.buffer = new_buffer();
  buffers_[tensor.buffer].memory = memory;
  buffers_[tensor.buffer].own = true;
  Tensor all = tensor;
  all.columns = static_cast<std::uint32_t>(tensor.stride);
  fill(all, 0);
  ROOST_TRY(failure_);
  return tensor;
}

void GpuBackend::release(Tensor tensor) {
  if (!tensor) return;
  Buffer& buffer = buffers_[tensor.buffer];
  if (buffer.own) {
    device_->free(buffer.memory);
  } else {
    --weights_alive_;
  }
  buffer = Buffer{};
}

View GpuBackend::view(Tensor tensor) const {
  assert(tensor && tensor.type == DType::f32 && buffers_[tensor.buffer].used);
  const Buffer& buffer = buffers_[tensor.buffer];
  const U64 numbers = tensor.rows == 0 ? 0 : (tensor.rows - 1) * tensor.stride + tensor.columns;
  assert((tensor.offset + numbers) * sizeof(float) <= rounded_up(buffer.memory.bytes, 64));
  return make_view(buffer.memory, tensor.offset * sizeof(float), numbers);
}

View GpuBackend::vector(Tensor tensor) const {
  return tensor ? view(tensor) : View{};
}

U64 GpuBackend::address(Tensor tensor) const {
  return view(tensor).address;
}

std::uint64_t GpuBackend::packed_bytes(const formats::Weight& source, DType type) const {
  // Which way it will lie is not known yet; the two differ by what fills the last vectors up.
  return std::max(packed_shape(source.rows, source.columns, type).bytes(),
                  packed_by_input(source.rows, source.columns, type).bytes());
}

Status GpuBackend::reserve_weights(std::uint64_t bytes, std::uint64_t working) {
  ROOST_TRY(failure_);
  assert(weights_alive_ == 0);
  if (weights_) device_->free(weights_);
  weights_ = {};
  weights_used_ = 0;
  const U64 free = device_->free_bytes();
  if (bytes + working > free) {
    return error(ErrorCode::out_of_memory, "The model needs " + in_megabytes(bytes + working) +
                                               " of memory on the device " + description_.name + ", and " +
                                               in_megabytes(free) + " are free.");
  }
  // Vectors are counted in steps of 64 bytes, matrices of 256; one step more, for a first of the other kind.
  ROOST_ASSIGN(weights_, device_->allocate(bytes + reserve_alignment, "weights"));
  return {};
}

Result<Tensor> GpuBackend::take_reserved(U64 bytes, const PackedShape& shape) {
  // Matrices are read in vectors of 16 bytes: 64 is aligned enough for all.
  if (weights_used_ + bytes > weights_.bytes)
    return error(ErrorCode::internal, "More weights were loaded than room was reserved for.");
  Tensor tensor;
  tensor.buffer = new_buffer();
  tensor.type = shape.type;
  tensor.rows = shape.rows;
  tensor.columns = shape.columns;
  tensor.stride = shape.columns;
  Buffer& buffer = buffers_[tensor.buffer];
  buffer.memory = {weights_.address + weights_used_, bytes, weights_.number};
  buffer.packed = shape;
  weights_used_ += bytes;
  ++weights_alive_;
  return tensor;
}

Result<Tensor> GpuBackend::load_matrix(const formats::Weight& source, DType type) {
  ROOST_TRY(failure_);
  const PackedShape shape = packed_shape(source.rows, source.columns, type);
  ROOST_ASSIGN(const Tensor tensor, take_reserved(shape.bytes(), shape));
  const U64 start = buffers_[tensor.buffer].memory.address;
  ROOST_TRY(pack(source, shape, pool_, [&](U64 offset, std::span<const std::byte> bytes) {
    return device_->write(start + offset, bytes);
  }));
  return tensor;
}

Result<Tensor> GpuBackend::load_matrix_by_input(const formats::Weight& source, DType type) {
  ROOST_TRY(failure_);
  const PackedShape shape = packed_by_input(source.rows, source.columns, type);
  ROOST_ASSIGN(const Tensor tensor, take_reserved(shape.bytes(), shape));
  const U64 start = buffers_[tensor.buffer].memory.address;
  ROOST_TRY(pack_by_input(source, shape, pool_, [&](U64 offset, std::span<const std::byte> bytes) {
    return device_->write(start + offset, bytes);
  }));
  return tensor;
}

Result<Tensor> GpuBackend::load_vector(const formats::Weight& source) {
  ROOST_TRY(failure_);
  PackedShape shape;
  shape.rows = 1;
  shape.columns = static_cast<U32>(source.count());
  ROOST_ASSIGN(const Tensor tensor, take_reserved(vector_bytes(source.count()), shape));
  std::vector<float> numbers(source.count());
  for (std::uint64_t row = 0; row < source.rows; ++row) {
    formats::read_row(source, row, numbers.data() + row * source.columns);
  }
  ROOST_TRY(device_->write(buffers_[tensor.buffer].memory.address, std::as_bytes(std::span(numbers))));
  return tensor;
}

// Rows keep the type of the file where that is f32, f16 or bf16, and become f32 otherwise.
Result<Tensor> GpuBackend::load_table(const formats::Weight& source) {
  ROOST_TRY(failure_);
  const DType type = source.type == formats::StorageType::f16    ? DType::f16
                     : source.type == formats::StorageType::bf16 ? DType::bf16
                                                                 : DType::f32;
  const PackedShape shape = packed_shape(source.rows, source.columns, type);
  ROOST_ASSIGN(const Memory memory, device_->allocate(std::max<U64>(shape.bytes(), 64), "embedding"));
  Tensor tensor;
  tensor.buffer = new_buffer();
  tensor.rows = shape.rows;
  tensor.columns = tensor.stride = shape.columns;
  Buffer& buffer = buffers_[tensor.buffer];
  buffer.memory = memory;
  buffer.own = true;
  buffer.packed = shape;
  ROOST_TRY(pack(source, shape, pool_, [&](U64 offset, std::span<const std::byte> bytes) {
    return device_->write(memory.address + offset, bytes);
  }));
  return tensor;
}

// ---- at once ----

void GpuBackend::write(Tensor to, std::span<const float> from) {
  assert(from.size() == std::size_t{to.rows} * to.columns);
  const U64 start = address(to);
  const std::size_t step = to.rows == 1 || to.stride == to.columns ? from.size() : to.columns;
  for (std::size_t done = 0, row = 0; done < from.size(); done += step, ++row) {
    keep(device_->write(start + row * to.stride * sizeof(float), std::as_bytes(from.subspan(done, step))));
  }
}

void GpuBackend::read(std::span<float> to, Tensor from) {
  assert(to.size() == std::size_t{from.rows} * from.columns);
  const U64 start = address(from);
  const std::size_t step = from.rows == 1 || from.stride == from.columns ? to.size() : from.columns;
  for (std::size_t done = 0, row = 0; done < to.size(); done += step, ++row) {
    keep(device_->read(std::as_writable_bytes(to.subspan(done, step)),
                       start + row * from.stride * sizeof(float)));
  }
}

void GpuBackend::fill(Tensor tensor, float value) {
  FillArgs args{};
  args.out = view(tensor);
  args.columns = tensor.columns;
  args.value = value;
  args.out_stride = tensor.stride;
  run_now(Kernel::fill_rows, groups_for(tensor.columns, Kernel::fill_rows), tensor.rows, args);
}

void GpuBackend::copy(Tensor to, Tensor from) {
  assert(to.rows == from.rows && to.columns == from.columns);
  CopyArgs args{};
  args.out = view(to);
  args.x = view(from);
  args.columns = to.columns;
  args.out_stride = to.stride;
  args.x_stride = from.stride;
  run_now(Kernel::copy_rows, groups_for(to.columns, Kernel::copy_rows), to.rows, args);
}

bool GpuBackend::grow(Memory& memory, U64 bytes, const char* name) {
  if (memory.bytes >= bytes) return true;
  // What is recorded may point there.
  if (memory) retired_.push_back(memory);
  memory = {};
  auto larger = device_->allocate(bytes, name);
  if (larger.ok()) {
    memory = larger.value();
  } else {
    keep(std::move(larger).failure());
  }
  return static_cast<bool>(memory);
}

void GpuBackend::write_transposed(Tensor to, std::span<const float> from, std::uint32_t size) {
  assert(to.rows == 1 && from.size() == to.columns);
  if (!grow(staging_, from.size_bytes(), "staging")) return;
  keep(device_->write(staging_.address, std::as_bytes(from)));
  TransposeArgs args{};
  args.out = view(to);
  args.x = make_view(staging_, 0, from.size());
  args.size = size;
  run_now(Kernel::transpose, groups_for(size * size, Kernel::transpose), to.columns / (size * size), args);
}

void GpuBackend::read_transposed(std::span<float> to, Tensor from, std::uint32_t size) {
  assert(from.rows == 1 && to.size() == from.columns);
  if (!grow(staging_, to.size_bytes(), "staging")) return;
  TransposeArgs args{};
  args.out = make_view(staging_, 0, to.size());
  args.x = view(from);
  args.size = size;
  run_now(Kernel::transpose, groups_for(size * size, Kernel::transpose), from.columns / (size * size), args);
  keep(device_->read(std::as_writable_bytes(to), staging_.address));
}

// ---- steps ----

Status GpuBackend::submit() {
  for (std::size_t i = 0; i < step_memory_.size() && failure_.ok(); ++i) {
    StepMemory& step = step_memory_[i];
    if (!step.words.empty()) keep(device_->write(step.memory.address, std::as_bytes(std::span(step.words))));
  }
  if (failure_.ok() && !recorded_.empty()) {
    std::vector<Launch> step;
    step.reserve(recorded_.size());
    const std::span<const std::byte> args = std::as_bytes(std::span(args_));
    for (const Recorded& one : recorded_) {
      step.push_back({one.kernel, one.groups_x, one.groups_y, args.subspan(one.args_offset, one.args_bytes)});
    }
    keep(device_->launch(step));
  }
  recorded_.clear();
  args_.clear();
  batches_.clear();
  for (StepMemory& step : step_memory_) step.words.clear();
  step_memories_ = 0;
  for (const Memory& memory : retired_) device_->free(memory);
  retired_.clear();
  return told();
}

Status GpuBackend::wait() {
  if (failure_.ok()) keep(device_->wait());
  return told();
}

Status GpuBackend::told() {
  const Status status = failure_;
  if (!status.ok() && status.failure().code == ErrorCode::out_of_memory) failure_ = {};
  return status;
}

double GpuBackend::measure_read_bandwidth() {
  using clock = std::chrono::steady_clock;
  // Far more than the caches of any GPU hold.
  const U64 bytes = device_->limits().kind == "emulated" ? U64{1} << 24 : U64{1} << 30;
  const U32 groups = 32 * device_->limits().multiprocessors;
  const auto block = device_->allocate(bytes, "bandwidth");
  if (!block.ok()) return 0;
  const auto out = device_->allocate(U64{groups} * facts_of(Kernel::read_memory).lanes * 4, "bandwidth");
  double best = 0;
  if (out.ok()) {
    FillArgs filled{};
    filled.out = make_view(block.value(), 0, bytes / 4);
    filled.columns = static_cast<U32>(bytes / 4);
    run_now(Kernel::fill_rows, groups_for(filled.columns, Kernel::fill_rows), 1, filled);
    ReadArgs args{};
    args.out = make_view(out.value(), 0, out.value().bytes / 4);
    args.x = make_view(block.value(), 0, bytes / 16);
    args.vectors = bytes / 16;
    args.groups = groups;
    keep(device_->wait());
    for (int pass = 0; pass < 7 && failure_.ok(); ++pass) {
      const auto start = clock::now();
      run_now(Kernel::read_memory, groups, 1, args);
      keep(device_->wait());
      const double seconds = std::chrono::duration<double>(clock::now() - start).count();
      best = std::max(best, static_cast<double>(bytes) / seconds);
    }
    device_->free(out.value());
  }
  device_->free(block.value());
  return best;
}

}  // namespace roost::backend::gpu
