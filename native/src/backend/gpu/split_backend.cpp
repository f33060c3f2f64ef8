#include "backend/gpu/split_backend.h"

#include <algorithm>
#include <cassert>

#include "formats/model_file.h"

namespace roost::backend::gpu {
namespace {

// Below this each part reserves room for all of it: shares mean little where single matrices are large.
constexpr std::uint64_t small_model = 1u << 20;

std::string in_megabytes(std::uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

SplitBackend::SplitBackend(std::vector<std::unique_ptr<Backend>> parts) {
  assert(!parts.empty());
  for (std::unique_ptr<Backend>& backend : parts) {
    const auto& device = backend->device();
    description_.kind = device.kind;
    description_.name += (description_.name.empty() ? "" : " + ") + device.name;
    description_.memory_bytes += device.memory_bytes;
    parts_.push_back({std::move(backend)});
  }
  description_.usable = true;
}

// ---- memory ----

std::uint32_t SplitBackend::new_buffer() {
  auto free = std::find_if(buffers_.begin(), buffers_.end(), [](const Buffer& one) { return !one.used; });
  if (free == buffers_.end()) free = buffers_.insert(buffers_.end(), Buffer{});
  *free = Buffer{};
  free->used = true;
  free->on.resize(parts_.size());
  return static_cast<std::uint32_t>(free - buffers_.begin());
}

Result<Tensor> SplitBackend::allocate(Use use, std::uint32_t rows, std::uint32_t columns) {
  std::vector<Tensor> made;
  for (Part& part : parts_) {
    auto tensor = part.backend->allocate(use, rows, columns);
    if (!tensor.ok()) {
      for (std::size_t p = 0; p < made.size(); ++p) parts_[p].backend->release(made[p]);
      return std::move(tensor).failure();
    }
    made.push_back(tensor.value());
  }
  Tensor tensor = made.front();
  tensor.buffer = new_buffer();
  Buffer& buffer = buffers_[tensor.buffer];
  buffer.on = std::move(made);
  buffer.state = use == Use::state;
  return tensor;
}

void SplitBackend::release(Tensor tensor) {
  if (!tensor) return;
  Buffer& buffer = buffer_of(tensor);
  for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].backend->release(buffer.on[p]);
  buffer = Buffer{};
}

std::uint64_t SplitBackend::free_bytes() const {
  std::uint64_t total = 0;
  for (const Part& part : parts_) total += part.backend->free_bytes();
  return total;
}

std::uint64_t SplitBackend::packed_bytes(const formats::Weight& source, DType type) const {
  return parts_.front().backend->packed_bytes(source, type);
}

// Shares in proportion to what is free. A part may end up to half a matrix beyond its own; the largest, the
// head of a small World model, is a quarter of all.
Status SplitBackend::reserve_weights(std::uint64_t bytes, std::uint64_t working) {
  std::vector<std::uint64_t> room;
  std::uint64_t all = 0;
  for (const Part& part : parts_) {
    const std::uint64_t free = part.backend->free_bytes();
    room.push_back(free - std::min(free, working));
    all += room.back();
  }
  if (bytes > all) {
    return error(ErrorCode::out_of_memory, "The model needs " +
                                               in_megabytes(bytes + working * parts_.size()) +
                                               " of memory on the devices " + description_.name + ", and " +
                                               in_megabytes(all + working * parts_.size()) + " are free.");
  }
  filling_ = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    Part& part = parts_[p];
    part.used = 0;
    part.share = static_cast<std::uint64_t>(static_cast<double>(bytes) * static_cast<double>(room[p]) /
                                            static_cast<double>(std::max<std::uint64_t>(all, 1)));
    const std::uint64_t wanted = bytes < small_model ? bytes : part.share + bytes / 3;
    const std::uint64_t reserve = std::min({bytes, wanted, room[p]});
    ROOST_TRY(part.backend->reserve_weights(reserve, working));
  }
  return {};
}

// In order: what is used one after the other lies together.
std::size_t SplitBackend::place_matrix(std::uint64_t bytes) {
  while (filling_ + 1 < parts_.size() && parts_[filling_].used > 0 &&
         parts_[filling_].used + bytes / 2 > parts_[filling_].share) {
    ++filling_;
  }
  parts_[filling_].used += bytes;
  return filling_;
}

Result<Tensor> SplitBackend::placed(std::size_t part, Result<Tensor> loaded) {
  if (!loaded.ok()) return loaded;
  Tensor tensor = loaded.value();
  tensor.buffer = new_buffer();
  buffers_[tensor.buffer].on[part] = loaded.value();
  buffers_[tensor.buffer].latest = part;
  return tensor;
}

Result<Tensor> SplitBackend::load_matrix(const formats::Weight& source, DType type) {
  const std::size_t part = place_matrix(packed_bytes(source, type));
  return placed(part, parts_[part].backend->load_matrix(source, type));
}

Result<Tensor> SplitBackend::load_matrix_by_input(const formats::Weight& source, DType type) {
  const std::size_t part = place_matrix(packed_bytes(source, type));
  return placed(part, parts_[part].backend->load_matrix_by_input(source, type));
}

Result<Tensor> SplitBackend::load_vector(const formats::Weight& source) {
  ROOST_ASSIGN(const Tensor tensor, allocate(Use::scratch, 1, static_cast<std::uint32_t>(source.count())));
  std::vector<float> numbers(source.count());
  for (std::uint64_t row = 0; row < source.rows; ++row)
    formats::read_row(source, row, numbers.data() + row * source.columns);
  write(tensor, numbers);
  ROOST_TRY(wait());
  return tensor;
}

Result<Tensor> SplitBackend::load_table(const formats::Weight& source) {
  return placed(0, parts_.front().backend->load_table(source));
}

std::uint64_t SplitBackend::weight_bytes() const {
  std::uint64_t total = 0;
  for (const Part& part : parts_) total += part.used;
  return total;
}

std::vector<std::uint64_t> SplitBackend::shares() const {
  std::vector<std::uint64_t> all;
  for (const Part& part : parts_) all.push_back(part.used);
  return all;
}

// ---- where things are ----

Tensor SplitBackend::on(std::size_t part, Tensor tensor) const {
  if (!tensor) return tensor;
  const Tensor there = buffers_[tensor.buffer].on[part];
  assert(there);
  Tensor view = tensor;
  view.buffer = there.buffer;
  return view;
}

std::size_t SplitBackend::part_of(Tensor tensor) const {
  const std::size_t latest = buffers_[tensor.buffer].latest;
  return latest == everywhere ? current_ : latest;
}

std::size_t SplitBackend::part_of_state(Tensor tensor) {
  Buffer& buffer = buffer_of(tensor);
  const std::uint64_t column = tensor.offset % tensor.stride;
  for (const Place& region : buffer.regions) {
    if (region.offset == column) return region.part;
  }
  buffer.regions.push_back({column, tensor.columns, current_});
  return current_;
}

void SplitBackend::flush(std::size_t part) {
  if (!parts_[part].recorded) return;
  parts_[part].recorded = false;
  Status status = parts_[part].backend->submit();
  if (status.ok()) status = parts_[part].backend->wait();
  if (failure_.ok() && !status.ok()) failure_ = std::move(status);
}

Backend& SplitBackend::record_on(std::size_t part) {
  parts_[part].recorded = true;
  return *parts_[part].backend;
}

Tensor SplitBackend::input(std::size_t part, Tensor tensor) {
  if (!tensor) return tensor;
  Buffer& buffer = buffer_of(tensor);
  if (buffer.latest == everywhere || buffer.latest == part) return on(part, tensor);
  for (const Place& copy : buffer.copies) {
    if (copy.part == part && copy.offset == tensor.offset && copy.columns == tensor.columns)
      return on(part, tensor);
  }
  // What was recorded there before must not see it.
  flush(buffer.latest);
  flush(part);
  std::vector<float> numbers(std::size_t{tensor.rows} * tensor.columns);
  if (failure_.ok()) {
    parts_[buffer.latest].backend->read(numbers, on(buffer.latest, tensor));
    parts_[part].backend->write(on(part, tensor), numbers);
  }
  buffer.copies.push_back({tensor.offset, tensor.columns, part});
  return on(part, tensor);
}

Tensor SplitBackend::output(std::size_t part, Tensor tensor) {
  Buffer& buffer = buffer_of(tensor);
  buffer.latest = part;
  buffer.copies.clear();
  return on(part, tensor);
}

// ---- at once ----

void SplitBackend::write(Tensor to, std::span<const float> from) {
  for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].backend->write(on(p, to), from);
}

// `move(backend, tensor, span)` for each piece of a view, from where it is right. A piece of a state is a
// layer's.
template <class Move>
void SplitBackend::from_regions(std::span<float> to, Tensor from, Move move) {
  const Buffer& buffer = buffer_of(from);
  const std::size_t whole = buffer.latest == everywhere ? 0 : buffer.latest;
  move(*parts_[whole].backend, on(whole, from), to);
  const std::uint64_t begin = from.offset % from.stride, end = begin + from.columns;
  for (const Place& region : buffer.regions) {
    if (region.part == whole || region.offset < begin || region.offset + region.columns > end) continue;
    // Rows of a view of several are not next to each other in `to`: states are read slot by slot.
    assert(from.rows == 1);
    const Tensor piece = from.columns_from(region.offset - begin, static_cast<std::uint32_t>(region.columns));
    move(*parts_[region.part].backend, on(region.part, piece),
         to.subspan(region.offset - begin, region.columns));
  }
}

void SplitBackend::read(std::span<float> to, Tensor from) {
  from_regions(to, from,
               [](Backend& backend, Tensor piece, std::span<float> part) { backend.read(part, piece); });
}

void SplitBackend::fill(Tensor tensor, float value) {
  for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].backend->fill(on(p, tensor), value);
}

void SplitBackend::copy(Tensor to, Tensor from) {
  for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].backend->copy(on(p, to), on(p, from));
  // A larger pool of slots takes over where each layer's states are right.
  if (buffer_of(to).regions.empty()) buffer_of(to).regions = buffer_of(from).regions;
}

void SplitBackend::write_transposed(Tensor to, std::span<const float> from, std::uint32_t size) {
  for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].backend->write_transposed(on(p, to), from, size);
}

void SplitBackend::read_transposed(std::span<float> to, Tensor from, std::uint32_t size) {
  from_regions(to, from, [size](Backend& backend, Tensor piece, std::span<float> part) {
    backend.read_transposed(part, piece, size);
  });
}

// ---- recorded ----

void SplitBackend::embed(Tensor out, Tensor table, std::span<const std::uint32_t> tokens, Tensor gain,
                         Tensor bias, float epsilon) {
  const std::size_t part = part_of(table);
  current_ = part;
  const Tensor there = output(part, out);
  record_on(part).embed(there, on(part, table), tokens, on(part, gain), on(part, bias), epsilon);
}

void SplitBackend::layer_norm(Tensor out, Tensor x, Tensor gain, Tensor bias, float epsilon) {
  const std::size_t part = part_of(x);
  const Tensor in = input(part, x), there = output(part, out);
  record_on(part).layer_norm(there, in, on(part, gain), on(part, bias), epsilon);
}

void SplitBackend::norm_shift_mix(std::span<const Mix> mixes, Tensor x, Tensor gain, Tensor bias,
                                  float epsilon, Tensor last, Batch batch) {
  const std::size_t part = part_of_state(last);
  const Tensor in = input(part, x);
  std::vector<Mix> there;
  for (const Mix& mix : mixes) there.push_back({output(part, mix.out), on(part, mix.mix), mix.take});
  record_on(part).norm_shift_mix(there, in, on(part, gain), on(part, bias), epsilon, on(part, last), batch);
}

void SplitBackend::products(std::span<const Product> products) {
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    std::vector<Product> own;
    for (const Product& product : products) {
      if (part_of(product.weight) != part) continue;
      Product there = product;
      there.x = input(part, product.x);
      if (product.epilogue == Epilogue::add) (void)input(part, product.out);
      there.weight = on(part, product.weight);
      there.bias = on(part, product.bias);
      own.push_back(there);
    }
    if (own.empty()) continue;
    std::size_t next = 0;
    for (const Product& product : products) {
      if (part_of(product.weight) == part) own[next++].out = output(part, product.out);
    }
    record_on(part).products(own);
    current_ = part;
  }
}

double SplitBackend::product_error(DType type, std::uint32_t rows, std::uint32_t columns,
                                   std::uint32_t tokens) const {
  return parts_.front().backend->product_error(type, rows, columns, tokens);
}

void SplitBackend::blend(std::span<const Blend> blends, Tensor a, Tensor before) {
  const std::size_t part = current_;
  const Tensor now = input(part, a), then = input(part, before);
  std::vector<Blend> there;
  for (const Blend& one : blends) {
    const Tensor weights = input(part, one.weights);
    there.push_back({{}, weights, on(part, one.base)});
  }
  for (std::size_t i = 0; i < blends.size(); ++i) there[i].out = output(part, blends[i].out);
  record_on(part).blend(there, now, then);
}

void SplitBackend::gated_add(Tensor x, Tensor gate, Tensor value, float scale) {
  const std::size_t part = current_;
  const Tensor by = input(part, gate), added = input(part, value);
  (void)input(part, x);
  record_on(part).gated_add(output(part, x), by, added, scale);
}

void SplitBackend::wkv4(const Wkv4& inputs, Batch batch) {
  const std::size_t part = part_of_state(inputs.aa);
  Wkv4 there = inputs;
  for (Tensor* tensor : {&there.r, &there.k, &there.v}) *tensor = input(part, *tensor);
  for (Tensor* tensor : {&there.decay, &there.bonus}) *tensor = on(part, *tensor);
  for (Tensor* tensor : {&there.aa, &there.bb, &there.pp}) {
    const std::size_t same = current_;
    current_ = part;  // all three where the first is
    const std::size_t own = part_of_state(*tensor);
    current_ = same;
    assert(own == part);
    *tensor = on(own, *tensor);
  }
  there.out = output(part, inputs.out);
  record_on(part).wkv4(there, batch);
}

void SplitBackend::wkv6(const Wkv6& inputs, Batch batch) {
  const std::size_t part = part_of_state(inputs.state);
  Wkv6 there = inputs;
  for (Tensor* tensor : {&there.r, &there.k, &there.v, &there.gate, &there.decay})
    *tensor = input(part, *tensor);
  for (Tensor* tensor : {&there.bonus, &there.norm_gain, &there.norm_bias, &there.state})
    *tensor = on(part, *tensor);
  there.out = output(part, inputs.out);
  record_on(part).wkv6(there, batch);
}

void SplitBackend::wkv7(const Wkv7& inputs, Batch batch) {
  const std::size_t part = part_of_state(inputs.state);
  Wkv7 there = inputs;
  for (Tensor* tensor :
       {&there.r, &there.k, &there.v, &there.decay, &there.alpha, &there.gate, &there.v_mix, &there.v_first})
    *tensor = input(part, *tensor);
  for (Tensor* tensor :
       {&there.k_k, &there.k_a, &there.r_k, &there.norm_gain, &there.norm_bias, &there.state})
    *tensor = on(part, *tensor);
  there.out = output(part, inputs.out);
  record_on(part).wkv7(there, batch);
}

void SplitBackend::gather(Tensor out, Tensor x, std::span<const std::uint32_t> rows) {
  const std::size_t part = part_of(x);
  const Tensor in = input(part, x);
  record_on(part).gather(output(part, out), in, rows);
}

bool SplitBackend::draws() const {
  return std::all_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.backend->draws(); });
}

void SplitBackend::draw(Tensor logits, std::span<const Draw> rows) {
  drawn_on_ = part_of(logits);
  const Tensor there = input(drawn_on_, logits);
  record_on(drawn_on_).draw(there, rows);
  (void)output(drawn_on_, logits);
}

// As of one card: a step for which memory is missing was not finished anywhere, and what it wrote is worth
// nothing, but the devices go on.
Status SplitBackend::told(Status status) {
  failure_ = {};
  if (!status.ok() && status.failure().code != ErrorCode::out_of_memory) failure_ = status;
  return status;
}

Status SplitBackend::submit() {
  Status status = failure_;
  for (Part& part : parts_) {
    if (!part.recorded) continue;
    part.recorded = false;
    const Status submitted = part.backend->submit();
    if (status.ok() && !submitted.ok()) status = submitted;
  }
  return told(status);
}

Status SplitBackend::wait() {
  Status status = failure_;
  for (Part& part : parts_) {
    const Status waited = part.backend->wait();
    if (status.ok() && !waited.ok()) status = waited;
  }
  return told(status);
}

}  // namespace roost::backend::gpu
