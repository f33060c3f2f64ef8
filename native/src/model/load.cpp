// From a parsed model file to a model that runs: which number format each matrix takes, room for all of them
// at once, then tensor by tensor into the backend.
#include <algorithm>
#include <string>

#include "backend/backend.h"
#include "model/language_model.h"
#include "model/mapped_pages.h"
#include "model/rwkv7.h"
#include "support/path_text.h"

namespace roost::model {
namespace {

using backend::DType;
using backend::Tensor;
using formats::StorageType;
using formats::Weight;

DType stored_type(const Weight& weight) {
  switch (weight.type) {
    case StorageType::f32:
      return DType::f32;
    case StorageType::f16:
      return DType::f16;
    case StorageType::bf16:
      return DType::bf16;
    case StorageType::q8_0:
      return DType::q8;
  }
  return DType::f32;
}

// The low-rank factors are a few hundredths of all bytes, and rounding them to 8 bits costs far more than
// that: q8 leaves them as they are stored.
enum class Role { matrix, low_rank };

DType type_in_memory(const Weight& weight, Precision precision, Role role) {
  switch (precision) {
    case Precision::f32:
      return DType::f32;
    case Precision::f16:
      return DType::f16;
    case Precision::bf16:
      return DType::bf16;
    case Precision::q8:
      if (role == Role::matrix && weight.columns % 32 == 0) return DType::q8;
      return stored_type(weight);
    case Precision::file:
    case Precision::q4:
      break;
  }
  return stored_type(weight);
}

// One tensor to load: where to put it, and as what.
struct Item {
  const Weight* weight;
  Tensor* to;
  bool is_vector;
  DType type;
  std::uint64_t bytes;  // in the reserve
};

class Loader {
 public:
  Loader(std::shared_ptr<const formats::ModelFile> file, const LoadSettings& settings)
      : file_(std::move(file)), settings_(settings) {}

  Result<std::unique_ptr<LanguageModel>> load() {
    backend::OpenSettings open;
    open.device = settings_.device;
    open.threads = settings_.threads;
    open.isa = settings_.isa;
    ROOST_ASSIGN(backend_, backend::open_backend(open));
    list();
    if (!missing_.empty()) {
      return error(ErrorCode::model_damaged, file_->path + " lacks the tensor " + missing_ + ".");
    }
    std::uint64_t total = 0;
    for (const Item& item : items_) total += item.bytes;
    ROOST_TRY(backend_->reserve_weights(total, Rwkv7::working_bytes(*file_)));

    std::uint64_t done = 0;
    for (const Item& item : items_) {
      if (settings_.cancelled && settings_.cancelled())
        return error(ErrorCode::cancelled, "Loading was cancelled.");
      ROOST_ASSIGN(*item.to, item.is_vector ? backend_->load_vector(*item.weight)
                                            : backend_->load_matrix(*item.weight, item.type));
      // Packed now: the pages of the file would only count twice.
      if (file_->mapping != nullptr) drop_mapped_pages(item.weight->data, stored_bytes(*item.weight));
      done += item.bytes;
      if (settings_.progress) settings_.progress(static_cast<double>(done) / static_cast<double>(total));
    }
    ROOST_ASSIGN(weights_.embedding, backend_->load_table(*embedding_));
    weights_.matrix_bytes = total;
    weights_.embedding_row_bytes = stored_bytes(*embedding_) / embedding_->rows;
    ROOST_ASSIGN(std::unique_ptr<Rwkv7> model,
                 Rwkv7::create(std::move(file_), std::move(backend_), std::move(weights_)));
    return std::unique_ptr<LanguageModel>(std::move(model));
  }

 private:
  // Bytes from the first to the last element; 0 where they do not follow each other.
  static std::uint64_t stored_bytes(const Weight& weight) {
    if (weight.column_stride < 0 || weight.row_stride < 0) return 0;
    switch (weight.type) {
      case StorageType::f32:
        return weight.count() * 4;
      case StorageType::f16:
      case StorageType::bf16:
        return weight.count() * 2;
      case StorageType::q8_0:
        return weight.count() / 32 * 34;
    }
    return 0;
  }

  const Weight* find(const std::string& name) {
    const Weight* const weight = file_->find(name);
    if (weight == nullptr && missing_.empty()) missing_ = name;
    return weight;
  }

  void matrix(Tensor& to, const std::string& name, Role role) {
    const Weight* const weight = find(name);
    if (weight == nullptr) return;
    const DType type = type_in_memory(*weight, settings_.precision, role);
    items_.push_back({weight, &to, false, type, backend_->packed_bytes(*weight, type)});
  }

  void vector(Tensor& to, const std::string& name) {
    const Weight* const weight = find(name);
    if (weight == nullptr) return;
    items_.push_back({weight, &to, true, DType::f32, (weight->count() * 4 + 63) / 64 * 64});
  }

  void list() {
    weights_.width = file_->width;
    weights_.ffn = file_->ffn;
    weights_.heads = file_->heads;
    weights_.head_size = file_->head_size;
    weights_.vocabulary = file_->vocabulary;
    weights_.layers.resize(file_->layers);
    embedding_ = find("emb.weight");
    if (!file_->ln0_in_embedding) {
      vector(weights_.ln0_gain, "blocks.0.ln0.weight");
      vector(weights_.ln0_bias, "blocks.0.ln0.bias");
    }
    for (std::size_t i = 0; i < weights_.layers.size(); ++i) list_layer(i);
    vector(weights_.ln_out_gain, "ln_out.weight");
    vector(weights_.ln_out_bias, "ln_out.bias");
    matrix(weights_.head, "head.weight", Role::matrix);
  }

  // In the order of use, which is the order in memory.
  void list_layer(std::size_t index) {
    Rwkv7Layer& layer = weights_.layers[index];
    const std::string block = "blocks." + std::to_string(index) + ".", att = block + "att.",
                      ffn = block + "ffn.";
    vector(layer.ln1_gain, block + "ln1.weight");
    vector(layer.ln1_bias, block + "ln1.bias");
    vector(layer.x_r, att + "x_r");
    vector(layer.x_w, att + "x_w");
    vector(layer.x_k, att + "x_k");
    vector(layer.x_v, att + "x_v");
    vector(layer.x_a, att + "x_a");
    vector(layer.x_g, att + "x_g");
    matrix(layer.receptance, att + "receptance.weight", Role::matrix);
    matrix(layer.key, att + "key.weight", Role::matrix);
    matrix(layer.value, att + "value.weight", Role::matrix);
    matrix(layer.w1, att + "w1", Role::low_rank);
    matrix(layer.a1, att + "a1", Role::low_rank);
    matrix(layer.g1, att + "g1", Role::low_rank);
    if (index > 0) matrix(layer.v1, att + "v1", Role::low_rank);
    vector(layer.w0, att + "w0");
    vector(layer.a0, att + "a0");
    matrix(layer.w2, att + "w2", Role::low_rank);
    matrix(layer.a2, att + "a2", Role::low_rank);
    matrix(layer.g2, att + "g2", Role::low_rank);
    if (index > 0) {
      vector(layer.v0, att + "v0");
      matrix(layer.v2, att + "v2", Role::low_rank);
    }
    vector(layer.k_k, att + "k_k");
    vector(layer.k_a, att + "k_a");
    vector(layer.r_k, att + "r_k");
    vector(layer.ln_x_gain, att + "ln_x.weight");
    vector(layer.ln_x_bias, att + "ln_x.bias");
    matrix(layer.output, att + "output.weight", Role::matrix);
    vector(layer.ln2_gain, block + "ln2.weight");
    vector(layer.ln2_bias, block + "ln2.bias");
    vector(layer.ffn_x_k, ffn + "x_k");
    matrix(layer.ffn_key, ffn + "key.weight", Role::matrix);
    matrix(layer.ffn_value, ffn + "value.weight", Role::matrix);
  }

  std::shared_ptr<const formats::ModelFile> file_;
  const LoadSettings& settings_;
  std::unique_ptr<backend::Backend> backend_;
  Rwkv7Weights weights_;
  const Weight* embedding_ = nullptr;
  std::vector<Item> items_;
  std::string missing_;
};

}  // namespace

Status check_generation(const formats::ModelFile& file) {
  if (file.generation == "7") return {};
  return error(ErrorCode::model_unsupported, support::file_label(file.path) + " is an RWKV-" +
                                                 file.generation +
                                                 " model; this version runs models of generation 7.");
}

Result<std::unique_ptr<LanguageModel>> load_language_model(std::shared_ptr<const formats::ModelFile> file,
                                                           const LoadSettings& settings) {
  ROOST_TRY(check_generation(*file));
  if (settings.precision == Precision::q4) {
    return error(ErrorCode::invalid_argument, "Weights of 4 bits are not supported by this version.");
  }
  return Loader(std::move(file), settings).load();
}

double measure_read_bandwidth(int threads) {
  backend::OpenSettings settings;
  settings.threads = threads;
  auto opened = backend::open_backend(settings);
  return opened.ok() ? opened.value()->measure_read_bandwidth() : 0;
}

}  // namespace roost::model
