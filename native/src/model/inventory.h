// What a model is made of: while it is put together, a generation lists the weights it takes from the file
// and the matrices its passes work in. Only then is it known how much memory all of it needs, and loading
// begins.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "model/language_model.h"

namespace roost::model {

// The low-rank factors are a few hundredths of all bytes, and rounding them to 4 bits costs up to three times
// what it costs to round as many of the other weights: q8 and q4 leave them as they are stored. The head, of
// which the same is true of some models, gets 8 bits from q4. docs/benchmarks.md has the figures.
// What comes out of a squared ReLU is zero in most places, which `after_relu` matrices are multiplied by.
enum class Role : std::uint8_t { matrix, after_relu, head, low_rank };

// What weights of a stored type are held as where nothing else is asked for.
backend::DType held_as(formats::StorageType stored);

constexpr std::uint32_t row_capacity = 256;   // tokens in one pass
constexpr std::uint32_t logit_capacity = 32;  // rows of logits in one pass

class Inventory {
 public:
  // All three must outlive the inventory, and the tensors that are named below must stay where they are until
  // load() and allocate() have filled them.
  Inventory(const formats::ModelFile& file, backend::Backend& backend, Precision precision)
      : file_(file), backend_(backend), precision_(precision) {}

  // Weights lie in memory in the order in which they are listed, which should be that of their use.
  void matrix(backend::Tensor& to, const std::string& name, Role role = Role::matrix);
  void vector(backend::Tensor& to, const std::string& name);
  // A vector that is computed from the file's.
  void vector(backend::Tensor& to, std::vector<float> numbers);
  void table(backend::Tensor& to, const std::string& name);
  // Numbers of a vector as the file has them; empty where it has no such tensor.
  std::vector<float> numbers(const std::string& name);
  // Of a matrix: how many numbers come out of it; 0 where the file has no such tensor.
  std::uint32_t rows(const std::string& name) const;
  // A matrix of scratch for one pass.
  void scratch(backend::Tensor& to, std::uint32_t columns, std::uint32_t rows = row_capacity);

  const std::string& missing() const { return missing_; }  // the first tensor that the file lacks, or empty
  std::uint64_t weight_bytes() const;                      // packed matrices and vectors
  // Of the matrices that every token passes through; not the head's, which only the rows take whose logits
  // are asked for.
  std::uint64_t multiplications() const;
  std::uint64_t table_row_bytes() const { return table_row_bytes_; }
  std::uint64_t scratch_bytes() const;

  // After reserve_weights(). Errors: cancelled, out_of_memory.
  Status load(const LoadSettings& settings);
  Status allocate();

 private:
  struct Item {
    formats::Weight weight;
    std::vector<float> numbers;  // of a computed vector: what weight.data points to
    backend::Tensor* to;
    bool is_vector;
    Role role;
    backend::DType type;
    std::uint64_t bytes;  // in the reserve
  };
  struct Matrix {
    backend::Tensor* to;
    std::uint32_t rows, columns;
  };

  const formats::Weight* find(const std::string& name);

  const formats::ModelFile& file_;
  backend::Backend& backend_;
  Precision precision_;
  std::deque<Item> items_;
  std::vector<Matrix> scratch_;
  std::vector<std::pair<formats::Weight, backend::Tensor*>> tables_;
  std::uint64_t table_row_bytes_ = 0;
  std::string missing_;
};

}  // namespace roost::model
