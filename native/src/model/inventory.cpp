#include "model/inventory.h"

#include "formats/container.h"
#include "model/mapped_pages.h"

namespace roost::model {
namespace {

using backend::DType;
using backend::Tensor;
using formats::StorageType;
using formats::Weight;

bool is_smaller(DType a, DType b) {
  const auto size = [](DType type) {
    return type == DType::f32 ? 4 : type == DType::q8 ? 1 : in_blocks(type) ? 0 : 2;
  };
  return size(a) < size(b);
}

DType type_in_memory(const Weight& weight, Precision precision, Role role) {
  const DType stored = held_as(weight.type);
  DType quantised = DType::q8;
  switch (precision) {
    case Precision::f32:
      return DType::f32;
    case Precision::f16:
      return DType::f16;
    case Precision::bf16:
      return DType::bf16;
    case Precision::file:
      return stored;
    case Precision::q8:
      break;
    case Precision::q4:
      if (role == Role::matrix || role == Role::after_relu) quantised = DType::q4m;
      break;
  }
  // Rounding never makes a weight larger than it is stored.
  if (role == Role::low_rank || weight.columns % 32 != 0 || !is_smaller(quantised, stored)) return stored;
  return quantised;
}

// Bytes from the first to the last element; 0 where they do not follow each other.
std::uint64_t stored_bytes(const Weight& weight) {
  if (weight.column_stride < 0 || weight.row_stride < 0) return 0;
  const formats::StorageFormat& format = formats::storage_format(weight.type);
  return weight.count() / format.block * format.bytes;
}

std::uint64_t vector_bytes(std::uint64_t count) {
  return (count * sizeof(float) + 63) / 64 * 64;
}

}  // namespace

// What a stored type is held as when nothing else is asked for: the smallest type with kernels that keeps its
// numbers (f32 to q4_1 and q5_0: all of them, bit for bit) or keeps them closely enough. docs/benchmarks.md
// has what the latter costs: Q4_K loses less than a thousandth of its own rounding, and Q5_1, Q5_K and Q6_K
// are rounded once more, to 8 bits.
DType held_as(StorageType stored) {
  switch (stored) {
    case StorageType::f32:
      return DType::f32;
    case StorageType::f16:
      return DType::f16;
    case StorageType::bf16:
      return DType::bf16;
    case StorageType::q4_0:
      return DType::q4;
    case StorageType::q4_1:
    case StorageType::q4_k:
      return DType::q4m;
    case StorageType::q8_0:
    case StorageType::q5_0:
    case StorageType::q5_1:
    case StorageType::q5_k:
    case StorageType::q6_k:
      return DType::q8;
  }
  return DType::f32;
}

const Weight* Inventory::find(const std::string& name) {
  const Weight* const weight = file_.find(name);
  if (weight == nullptr && missing_.empty()) missing_ = name;
  return weight;
}

void Inventory::matrix(Tensor& to, const std::string& name, Role role) {
  const Weight* const weight = find(name);
  if (weight == nullptr) return;
  const DType type = type_in_memory(*weight, precision_, role);
  items_.push_back({*weight, {}, &to, false, role, type, backend_.packed_bytes(*weight, type)});
}

void Inventory::vector(Tensor& to, const std::string& name) {
  const Weight* const weight = find(name);
  if (weight == nullptr) return;
  items_.push_back({*weight, {}, &to, true, Role::low_rank, DType::f32, vector_bytes(weight->count())});
}

void Inventory::vector(Tensor& to, std::vector<float> numbers) {
  if (numbers.empty()) return;
  Weight weight;
  weight.columns = numbers.size();
  weight.row_stride = static_cast<std::int64_t>(numbers.size());
  items_.push_back(
      {weight, std::move(numbers), &to, true, Role::low_rank, DType::f32, vector_bytes(weight.columns)});
  Item& item = items_.back();
  item.weight.data = reinterpret_cast<const std::byte*>(item.numbers.data());
}

void Inventory::table(Tensor& to, const std::string& name) {
  const Weight* const weight = find(name);
  if (weight == nullptr) return;
  tables_.emplace_back(*weight, &to);
  table_row_bytes_ += stored_bytes(*weight) / weight->rows;
}

std::vector<float> Inventory::numbers(const std::string& name) {
  const Weight* const weight = find(name);
  if (weight == nullptr) return {};
  std::vector<float> all(weight->count());
  for (std::uint64_t row = 0; row < weight->rows; ++row) {
    formats::read_row(*weight, row, all.data() + row * weight->columns);
  }
  return all;
}

std::uint32_t Inventory::rows(const std::string& name) const {
  const Weight* const weight = file_.find(name);
  return weight == nullptr ? 0 : static_cast<std::uint32_t>(weight->rows);
}

void Inventory::scratch(Tensor& to, std::uint32_t columns, std::uint32_t rows) {
  scratch_.push_back({&to, rows, columns});
}

std::uint64_t Inventory::weight_bytes() const {
  std::uint64_t total = 0;
  for (const Item& item : items_) total += item.bytes;
  return total;
}

std::uint64_t Inventory::multiplications() const {
  std::uint64_t total = 0;
  for (const Item& item : items_) {
    if (!item.is_vector && item.role != Role::head) total += item.weight.count();
  }
  return total;
}

std::uint64_t Inventory::scratch_bytes() const {
  std::uint64_t total = 0;
  for (const Matrix& matrix : scratch_) total += std::uint64_t{matrix.rows} * matrix.columns * sizeof(float);
  return total;
}

Status Inventory::load(const LoadSettings& settings) {
  const auto total = static_cast<double>(weight_bytes());
  std::uint64_t done = 0;
  // Opening the file read all of it for its fingerprint. Kept, those pages and the packed weights would stand
  // side by side, and a load would need twice the memory of the model.
  if (file_.mapping != nullptr && file_.pages_return) {
    for (const Item& item : items_) {
      if (item.numbers.empty()) drop_mapped_pages(item.weight.data, stored_bytes(item.weight));
    }
    for (const auto& [weight, to] : tables_) drop_mapped_pages(weight.data, stored_bytes(weight));
  }
  for (const Item& item : items_) {
    if (settings.cancelled && settings.cancelled()) {
      return error(ErrorCode::cancelled, "Loading was cancelled.");
    }
    ROOST_ASSIGN(*item.to, item.is_vector ? backend_.load_vector(item.weight)
                           : item.role == Role::after_relu
                               ? backend_.load_matrix_by_input(item.weight, item.type)
                               : backend_.load_matrix(item.weight, item.type));
    // Packed now: the pages of the file would only count twice.
    if (file_.mapping != nullptr && file_.pages_return && item.numbers.empty()) {
      drop_mapped_pages(item.weight.data, stored_bytes(item.weight));
    }
    done += item.bytes;
    if (settings.progress) settings.progress(static_cast<double>(done) / total);
  }
  for (const auto& [weight, to] : tables_) {
    ROOST_ASSIGN(*to, backend_.load_table(weight));
  }
  return {};
}

Status Inventory::allocate() {
  for (const Matrix& matrix : scratch_) {
    ROOST_ASSIGN(*matrix.to, backend_.allocate(backend::Use::scratch, matrix.rows, matrix.columns));
  }
  return {};
}

}  // namespace roost::model
