#include "formats/model_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

// The lengths that tensors have in common. The ranks are those of the low-rank factors.
enum Size : std::uint8_t {
  one,
  width,
  ffn,
  heads,
  head_size,
  vocabulary,
  rank_w,
  rank_a,
  rank_v,
  rank_g,
  rank_mix,
  rank_five_mixes,
  rank_decay,
  size_count,
};

constexpr std::array<const char*, size_count> kSizeNames{"1",
                                                         "width",
                                                         "feed-forward width",
                                                         "heads",
                                                         "head size",
                                                         "vocabulary",
                                                         "rank of w",
                                                         "rank of a",
                                                         "rank of v",
                                                         "rank of g",
                                                         "rank of the mixes",
                                                         "rank of all mixes",
                                                         "rank of the decay"};

enum class Form : std::uint8_t {
  vector,    // any shape with one dimension that is not 1
  matrix,    // [out, in] in every file
  low_rank,  // [in, out] in official files
  per_head,  // [heads, head_size], or flat
};

enum class Where : std::uint8_t { every, first, not_first };

struct Expected {
  std::string_view tail;  // behind "blocks.N."
  Form form;
  Size rows, columns;
  Where where = Where::every;
};

#define ROOST_NORM(name) \
  {name ".weight", Form::vector, one, width}, { name ".bias", Form::vector, one, width }
#define ROOST_VECTOR(name) \
  { name, Form::vector, one, width }
#define ROOST_SQUARE(name) \
  { name ".weight", Form::matrix, width, width }

constexpr Expected kEveryGeneration[] = {ROOST_NORM("ln1"),
                                         ROOST_NORM("ln2"),
                                         ROOST_SQUARE("att.key"),
                                         ROOST_SQUARE("att.value"),
                                         ROOST_SQUARE("att.receptance"),
                                         ROOST_SQUARE("att.output"),
                                         {"ffn.key.weight", Form::matrix, ffn, width},
                                         {"ffn.value.weight", Form::matrix, width, ffn}};

constexpr Expected kGeneration4[] = {ROOST_VECTOR("att.time_decay"), ROOST_VECTOR("att.time_first"),
                                     ROOST_VECTOR("att.time_mix_k"), ROOST_VECTOR("att.time_mix_v"),
                                     ROOST_VECTOR("att.time_mix_r"), ROOST_VECTOR("ffn.time_mix_k"),
                                     ROOST_VECTOR("ffn.time_mix_r"), ROOST_SQUARE("ffn.receptance")};

constexpr Expected kGeneration5[] = {ROOST_NORM("att.ln_x"),         ROOST_VECTOR("att.time_mix_k"),
                                     ROOST_VECTOR("att.time_mix_v"), ROOST_VECTOR("att.time_mix_r"),
                                     ROOST_VECTOR("ffn.time_mix_k"), ROOST_VECTOR("ffn.time_mix_r"),
                                     ROOST_SQUARE("ffn.receptance")};

constexpr Expected kGate5[] = {ROOST_VECTOR("att.time_mix_g"), ROOST_SQUARE("att.gate")};

constexpr Expected kGeneration6[] = {ROOST_NORM("att.ln_x"),
                                     ROOST_VECTOR("att.time_maa_x"),
                                     ROOST_VECTOR("att.time_maa_w"),
                                     ROOST_VECTOR("att.time_maa_k"),
                                     ROOST_VECTOR("att.time_maa_v"),
                                     ROOST_VECTOR("att.time_maa_r"),
                                     ROOST_VECTOR("att.time_maa_g"),
                                     {"att.time_maa_w1", Form::low_rank, rank_five_mixes, width},
                                     {"att.time_maa_w2.w", Form::low_rank, width, rank_mix},
                                     {"att.time_maa_w2.k", Form::low_rank, width, rank_mix},
                                     {"att.time_maa_w2.v", Form::low_rank, width, rank_mix},
                                     {"att.time_maa_w2.r", Form::low_rank, width, rank_mix},
                                     {"att.time_maa_w2.g", Form::low_rank, width, rank_mix},
                                     ROOST_VECTOR("att.time_decay"),
                                     {"att.time_decay_w1", Form::low_rank, rank_decay, width},
                                     {"att.time_decay_w2", Form::low_rank, width, rank_decay},
                                     {"att.time_faaaa", Form::per_head, heads, head_size},
                                     ROOST_SQUARE("att.gate"),
                                     ROOST_VECTOR("ffn.time_maa_k"),
                                     ROOST_VECTOR("ffn.time_maa_r"),
                                     ROOST_SQUARE("ffn.receptance")};

constexpr Expected kGeneration7[] = {ROOST_NORM("att.ln_x"),
                                     ROOST_VECTOR("att.x_r"),
                                     ROOST_VECTOR("att.x_w"),
                                     ROOST_VECTOR("att.x_k"),
                                     ROOST_VECTOR("att.x_v"),
                                     ROOST_VECTOR("att.x_a"),
                                     ROOST_VECTOR("att.x_g"),
                                     ROOST_VECTOR("att.w0"),
                                     {"att.w1", Form::low_rank, rank_w, width},
                                     {"att.w2", Form::low_rank, width, rank_w},
                                     ROOST_VECTOR("att.a0"),
                                     {"att.a1", Form::low_rank, rank_a, width},
                                     {"att.a2", Form::low_rank, width, rank_a},
                                     {"att.v0", Form::vector, one, width, Where::not_first},
                                     {"att.v1", Form::low_rank, rank_v, width, Where::not_first},
                                     {"att.v2", Form::low_rank, width, rank_v, Where::not_first},
                                     {"att.g1", Form::low_rank, rank_g, width},
                                     {"att.g2", Form::low_rank, width, rank_g},
                                     ROOST_VECTOR("att.k_k"),
                                     ROOST_VECTOR("att.k_a"),
                                     {"att.r_k", Form::per_head, heads, head_size},
                                     ROOST_VECTOR("ffn.x_k")};

#undef ROOST_NORM
#undef ROOST_VECTOR
#undef ROOST_SQUARE

// The number in "blocks.N.", without sign or leading zeros; nullopt when the name is not of that form.
std::optional<std::uint32_t> layer_of(std::string_view name) {
  constexpr std::string_view prefix = "blocks.";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 5 || (dot > 1 && name[0] == '0'))
    return std::nullopt;
  std::uint32_t layer = 0;
  for (const char c : name.substr(0, dot)) {
    if (c < '0' || c > '9') return std::nullopt;
    layer = layer * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return layer;
}

class ModelCheck {
 public:
  ModelCheck(const Source& source, const Container& container, const OfficialTensors& official,
             ModelFile& model)
      : source_(source), container_(container), official_(official), model_(model) {}

  Status run() {
    ROOST_TRY(index());
    ROOST_TRY(find_sizes());
    ROOST_TRY(take_all());
    if (!unused_.empty()) {
      return source_.unsupported("it has a tensor " + quoted(*unused_.begin()) + ", which RWKV-" +
                                 model_.generation + " does not have.");
    }
    ROOST_TRY(compare_with_metadata());
    model_.width = static_cast<std::uint32_t>(sizes_[width]);
    model_.ffn = static_cast<std::uint32_t>(sizes_[ffn]);
    model_.heads = static_cast<std::uint32_t>(sizes_[heads]);
    model_.head_size = static_cast<std::uint32_t>(sizes_[head_size]);
    model_.vocabulary = static_cast<std::uint32_t>(sizes_[vocabulary]);
    return {};
  }

 private:
  Status index() {
    std::uint32_t last = 0;
    bool any_layer = false;
    for (const OfficialTensor& entry : official_.tensors) {
      const std::string& name = entry.tensor.name;
      if (!by_name_.emplace(name, &entry).second) {
        return source_.damaged("two of its tensors mean " + quoted(name) + ".");
      }
      unused_.insert(name);
      if (const auto layer = layer_of(name)) {
        last = std::max(last, *layer);
        any_layer = true;
      }
    }
    if (!any_layer) return source_.damaged("it has no layers.");
    if (last >= kMaximumLayers) return source_.damaged("it has a layer " + std::to_string(last) + ".");
    model_.layers = last + 1;
    return {};
  }

  Result<const OfficialTensor*> require(const std::string& name) {
    const auto at = by_name_.find(name);
    if (at == by_name_.end()) {
      return source_.damaged("the tensor " + quoted(name) +
                             " is missing; the model may be incomplete or divided into " + "several files.");
    }
    return at->second;
  }

  // Vocabulary, width, feed-forward width and heads, from the tensors that define them.
  Status find_sizes() {
    sizes_[one] = 1;
    ROOST_ASSIGN(const OfficialTensor* embedding, require("emb.weight"));
    ROOST_TRY(require_two_dimensions(embedding->tensor));
    sizes_[vocabulary] = embedding->tensor.shape[0];
    sizes_[width] = embedding->tensor.shape[1];
    ROOST_ASSIGN(const OfficialTensor* key, require("blocks.0.ffn.key.weight"));
    ROOST_TRY(require_two_dimensions(key->tensor));
    sizes_[ffn] = key->tensor.shape[0];
    for (const Size size : {vocabulary, width, ffn}) {
      if (sizes_[size] > kMaximumSize) {
        return source_.damaged(std::string("its ") + kSizeNames[size] + " is " +
                               std::to_string(sizes_[size]) + ".");
      }
    }
    if (model_.generation == "4") return {};

    const char* const per_head = model_.generation == "7"   ? "blocks.0.att.r_k"
                                 : model_.generation == "6" ? "blocks.0.att.time_faaaa"
                                                            : "blocks.0.att.time_decay";
    ROOST_ASSIGN(const OfficialTensor* head, require(per_head));
    const auto stated = container_.whole(container_.text("general.architecture") + ".wkv.head_size");
    if (container_.kind == "gguf") {
      if (!stated || *stated == 0 || sizes_[width] % *stated != 0) {
        return source_.damaged("its head size " +
                               (stated ? std::to_string(*stated) : std::string("is not given and")) +
                               " does not divide its width " + std::to_string(sizes_[width]) + ".");
      }
      sizes_[heads] = sizes_[width] / *stated;
    } else {
      sizes_[heads] = head->tensor.shape.empty() ? 1 : head->tensor.shape[0];
    }
    if (sizes_[width] % sizes_[heads] != 0) {
      return source_.damaged("its width " + std::to_string(sizes_[width]) + " can't be divided among " +
                             std::to_string(sizes_[heads]) + " heads.");
    }
    sizes_[head_size] = sizes_[width] / sizes_[heads];
    return {};
  }

  Status require_two_dimensions(const Tensor& tensor) {
    if (tensor.shape.size() == 2) return {};
    return source_.damaged("the tensor " + quoted(tensor.name) + " has the shape " +
                           describe_shape(tensor.shape) + ", not two dimensions.");
  }

  Status take_all() {
    ROOST_TRY(take("emb.weight", {"", Form::matrix, vocabulary, width}));
    ROOST_TRY(take("head.weight", {"", Form::matrix, vocabulary, width}));
    ROOST_TRY(take("ln_out.weight", {"", Form::vector, one, width}));
    ROOST_TRY(take("ln_out.bias", {"", Form::vector, one, width}));
    if (official_.ln0_may_be_folded && !by_name_.contains("blocks.0.ln0.weight") &&
        !by_name_.contains("blocks.0.ln0.bias")) {
      model_.ln0_in_embedding = true;
    } else {
      ROOST_TRY(take("blocks.0.ln0.weight", {"", Form::vector, one, width}));
      ROOST_TRY(take("blocks.0.ln0.bias", {"", Form::vector, one, width}));
    }
    for (std::uint32_t layer = 0; layer < model_.layers; ++layer) ROOST_TRY(take_layer(layer));
    // Generation 4 has no state of this form, GGUF no name for it.
    const bool tuned =
        model_.generation != "4" && container_.kind != "gguf" && by_name_.contains("blocks.0.att.time_state");
    for (std::uint32_t layer = 0; tuned && layer < model_.layers; ++layer) ROOST_TRY(take_state(layer));
    model_.tuned_state = tuned;
    return {};
  }

  // The state of a layer before the first token, [heads, head size, head size], as one matrix for every head.
  Status take_state(std::uint32_t layer) {
    const std::string name = "blocks." + std::to_string(layer) + ".att.time_state";
    ROOST_ASSIGN(const OfficialTensor* found, require(name));
    const Tensor& tensor = found->tensor;
    unused_.erase(name);
    const std::vector<std::uint64_t> expected{sizes_[heads], sizes_[head_size], sizes_[head_size]};
    if (tensor.shape != expected) {
      return source_.damaged("the tensor " + quoted(name) + " has the shape " + describe_shape(tensor.shape) +
                             " where " + describe_shape(expected) + " is expected.");
    }
    // By value, then by key. Squares of different heads must not lie within one another: each is summed from
    // its first element to its last.
    std::vector<std::uint64_t> strides(tensor.strides.begin() + 1, tensor.strides.end());
    const std::uint64_t last = (expected[1] - 1) * strides[0] + (expected[2] - 1) * strides[1];
    if (expected[0] > 1 && tensor.strides[0] <= last) {
      return source_.unsupported("the tensor " + quoted(name) + " lies in an order that is not supported.");
    }
    if (found->low_rank_out_in) std::swap(strides[0], strides[1]);
    Tensor square = tensor;
    for (std::uint64_t head = 0; head < expected[0]; ++head) {
      square.data = tensor.data + head * tensor.strides[0] * storage_format(tensor.type).bytes;
      ROOST_TRY(add_weight(name + "." + std::to_string(head), square, {expected[1], expected[2]}, strides));
    }
    return {};
  }

  Status take_layer(std::uint32_t layer) {
    const std::string& generation = model_.generation;
    const auto each = [&](std::span<const Expected> table) -> Status {
      for (const Expected& expected : table) {
        const std::string name = "blocks." + std::to_string(layer) + "." + std::string(expected.tail);
        if (expected.where == Where::not_first && layer == 0) {
          unused_.erase(name);  // present in some files, never used
          continue;
        }
        ROOST_TRY(take(name, expected));
      }
      return {};
    };
    ROOST_TRY(each(kEveryGeneration));
    if (generation == "4") return each(kGeneration4);
    if (generation == "6") return each(kGeneration6);
    if (generation == "7") return each(kGeneration7);
    ROOST_TRY(each(kGeneration5));
    // The bonus of generation 5 has two names with two meanings; which one it is stays visible in the name.
    const std::string_view bonus =
        by_name_.contains("blocks.0.att.time_faaaa") ? "att.time_faaaa" : "att.time_first";
    const bool full = generation == "5.2";
    const Form form = full ? Form::per_head : Form::vector;
    const Size rows = full ? heads : one, columns = full ? head_size : heads;
    const Expected decay[] = {{"att.time_decay", form, rows, columns}, {bonus, form, rows, columns}};
    ROOST_TRY(each(decay));
    return generation == "5.0" ? Status() : each(kGate5);
  }

  // Gives the tensor its logical orientation and compares it with what it must be. A rank that is met for the
  // first time is learned, from then on it must agree.
  Status take(const std::string& name, const Expected& expected) {
    ROOST_ASSIGN(const OfficialTensor* found, require(name));
    const Tensor& tensor = found->tensor;
    unused_.erase(name);
    std::vector<std::uint64_t> shape = tensor.shape, strides = tensor.strides;
    const auto misshapen = [&](const std::string& wanted) {
      return source_.damaged("the tensor " + quoted(name) + " has the shape " + describe_shape(tensor.shape) +
                             " where " + wanted + " is expected.");
    };

    if (expected.form == Form::vector || expected.form == Form::per_head) {
      // Dimensions of length one carry nothing.
      for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] == 1 && shape.size() > 1) {
          shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(i));
          strides.erase(strides.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
      if (shape.empty()) {
        shape = {1};
        strides = {1};
      }
      if (shape.size() == 1) {
        const std::uint64_t rows = sizes_[expected.rows], columns = sizes_[expected.columns];
        if (shape[0] != rows * columns) return misshapen(std::to_string(rows * columns) + " elements");
        shape = {rows, columns};
        strides = {strides[0] * columns, strides[0]};
      }
    }
    if (shape.size() != 2) return misshapen("a matrix");
    if (expected.form == Form::low_rank && !found->low_rank_out_in) {
      std::swap(shape[0], shape[1]);
      std::swap(strides[0], strides[1]);
    }
    for (const auto& [size, length] :
         {std::pair(expected.rows, shape[0]), std::pair(expected.columns, shape[1])}) {
      if (sizes_[size] == 0) ROOST_TRY(learn(size, length, name));
    }
    if (shape[0] != sizes_[expected.rows] || shape[1] != sizes_[expected.columns]) {
      return misshapen(describe_shape({sizes_[expected.rows], sizes_[expected.columns]}) + " (" +
                       kSizeNames[expected.rows] + " x " + kSizeNames[expected.columns] + ")");
    }
    return add_weight(name, tensor, shape, strides);
  }

  Status learn(Size size, std::uint64_t length, const std::string& name) {
    if (length > kMaximumSize) return source_.damaged("the tensor " + quoted(name) + " is too large.");
    if (size == rank_five_mixes) {
      if (length % 5 != 0)
        return source_.damaged("the tensor " + quoted(name) + " does not hold five mixes.");
      sizes_[rank_mix] = length / 5;
    }
    sizes_[size] = length;
    return {};
  }

  Status add_weight(const std::string& name, const Tensor& tensor, const std::vector<std::uint64_t>& shape,
                    const std::vector<std::uint64_t>& strides) {
    Weight weight;
    weight.type = tensor.type;
    weight.rows = shape[0];
    weight.columns = shape[1];
    // A stride along a dimension of length one means nothing; a fixed value keeps the fingerprint stable.
    weight.column_stride = shape[1] == 1 ? 1 : static_cast<std::int64_t>(strides[1]);
    weight.row_stride =
        shape[0] == 1 ? static_cast<std::int64_t>(shape[1]) : static_cast<std::int64_t>(strides[0]);
    weight.data = tensor.data;
    if (storage_format(tensor.type).block > 1 &&
        (weight.column_stride != 1 || weight.row_stride != static_cast<std::int64_t>(weight.columns) ||
         weight.columns % storage_format(tensor.type).block != 0)) {
      return source_.unsupported("the tensor " + quoted(name) + " is quantised along the wrong dimension.");
    }
    model_.weights.emplace(name, weight);
    return {};
  }

  // GGUF states many sizes a second time.
  Status compare_with_metadata() {
    if (container_.kind != "gguf") return {};
    const std::string prefix = container_.text("general.architecture") + ".";
    const struct {
      const char* key;
      std::uint64_t actual;
    } stated[] = {{"embedding_length", sizes_[width]},
                  {"block_count", model_.layers},
                  {"feed_forward_length", sizes_[ffn]},
                  {"vocab_size", sizes_[vocabulary]},
                  {"attention.decay_lora_rank", sizes_[rank_w]},
                  {"attention.iclr_lora_rank", sizes_[rank_a]},
                  {"attention.value_residual_mix_lora_rank", sizes_[rank_v]},
                  {"attention.gate_lora_rank", sizes_[rank_g]},
                  {"time_mix_extra_dim", sizes_[rank_mix]},
                  {"time_decay_extra_dim", sizes_[rank_decay]}};
    for (const auto& entry : stated) {
      const auto value = container_.whole(prefix + entry.key);
      // A model of one layer has no rank of v to compare with.
      if (value && entry.actual != 0 && *value != entry.actual) {
        return source_.damaged("its metadata gives " + prefix + entry.key + " as " + std::to_string(*value) +
                               ", its tensors as " + std::to_string(entry.actual) + ".");
      }
    }
    if (container_.vocabulary && container_.vocabulary->tokens.size() != sizes_[vocabulary]) {
      return source_.damaged("it carries " + std::to_string(container_.vocabulary->tokens.size()) +
                             " tokens, but its embedding has " + std::to_string(sizes_[vocabulary]) +
                             " rows.");
    }
    const std::uint64_t rescale = container_.whole(prefix + "rescale_every_n_layers").value_or(0);
    if (rescale > kMaximumLayers)
      return source_.damaged("its rescale_every_n_layers is " + std::to_string(rescale) + ".");
    if (rescale < model_.layers) model_.rescale_every_layers = static_cast<std::uint32_t>(rescale);
    return {};
  }

  const Source& source_;
  const Container& container_;
  const OfficialTensors& official_;
  ModelFile& model_;
  std::array<std::uint64_t, size_count> sizes_{};
  std::map<std::string_view, const OfficialTensor*> by_name_;
  std::set<std::string_view> unused_;
};

}  // namespace

Status check_model(const Source& source, const Container& container, const OfficialTensors& official,
                   ModelFile& model) {
  return ModelCheck(source, container, official, model).run();
}

}  // namespace roost::formats
