#include "formats/tuned_state.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>

#include "formats/container.h"
#include "formats/container_kind.h"
#include "formats/pth.h"
#include "formats/safetensors.h"
#include "support/hash.h"
#include "support/mapped_file.h"
#include "support/path_text.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

constexpr std::uint64_t numbers_limit = std::uint64_t{128} << 20;  // the largest published model: 16 million
constexpr std::uint64_t layer_limit = 1024;
constexpr std::uint64_t head_limit = 4096;
constexpr std::uint64_t size_limit = 256;
constexpr std::string_view tail = ".att.time_state";

// The index in "...blocks.<index>.att.time_state", whatever stands before it.
std::optional<std::uint64_t> layer_of(std::string_view name) {
  if (!name.ends_with(tail)) return std::nullopt;
  name.remove_suffix(tail.size());
  constexpr std::string_view head = "blocks.";
  const std::size_t at = name.rfind(head);
  if (at == std::string_view::npos || (at > 0 && name[at - 1] != '.')) return std::nullopt;
  name.remove_prefix(at + head.size());
  std::uint64_t index = 0;
  const auto [end, trouble] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (name.empty() || trouble != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return index;
}

// Row `row` of the matrix [rows, last dimension] that the tensor is.
Weight rows_of(const Tensor& tensor, std::uint64_t head) {
  Weight weight;
  weight.type = tensor.type;
  weight.rows = tensor.shape[1];
  weight.columns = tensor.shape[2];
  weight.row_stride = static_cast<std::int64_t>(tensor.strides[1]);
  weight.column_stride = static_cast<std::int64_t>(tensor.strides[2]);
  weight.data = tensor.data + head * tensor.strides[0] * storage_format(tensor.type).bytes;
  return weight;
}

Result<Container> read(const Source& source) {
  ROOST_ASSIGN(const ContainerKind kind, recognise(source));
  if (kind == ContainerKind::zip) return read_pth(source);
  if (kind == ContainerKind::safetensors) return read_safetensors(source);
  return source.fail(ErrorCode::not_a_model, "this is no tuned initial state: those come as .pth files.");
}

Status check_sums(const Source& source, const Container& container) {
  for (const ChecksummedRange& range : container.checksums) {
    if (support::crc32(0, range.bytes.data(), range.bytes.size()) != range.crc) {
      return source.damaged("the checksum of its part " + support::quoted(range.name) + " does not hold.");
    }
  }
  return {};
}

// One entry per layer, in their order.
Result<std::vector<const Tensor*>> in_order(const Source& source, const Container& container) {
  std::vector<const Tensor*> layers;
  for (const Tensor& tensor : container.tensors) {
    const auto layer = layer_of(tensor.name);
    if (!layer) {
      return source.fail(ErrorCode::not_a_model, "this is no tuned initial state: it also holds a tensor " +
                                                     support::quoted(tensor.name) + ".");
    }
    if (*layer >= layer_limit) return source.damaged("it has a layer " + std::to_string(*layer) + ".");
    if (layers.size() <= *layer) layers.resize(static_cast<std::size_t>(*layer) + 1);
    if (layers[static_cast<std::size_t>(*layer)] != nullptr) {
      return source.damaged("it has layer " + std::to_string(*layer) + " twice.");
    }
    layers[static_cast<std::size_t>(*layer)] = &tensor;
  }
  if (layers.empty()) return source.fail(ErrorCode::not_a_model, "it holds no tensors at all.");
  const auto gap = std::find(layers.begin(), layers.end(), nullptr);
  if (gap != layers.end()) {
    return source.damaged("it lacks the state of layer " + std::to_string(gap - layers.begin()) + ".");
  }
  return layers;
}

Status check_shapes(const Source& source, const std::vector<const Tensor*>& layers) {
  const Tensor& first = *layers.front();
  for (const Tensor* layer : layers) {
    const auto& shape = layer->shape;
    if (shape.size() != 3 || shape[1] != shape[2] || shape[0] < 1 || shape[0] > head_limit || shape[1] < 1 ||
        shape[1] > size_limit || shape != first.shape) {
      return source.damaged("its tensor " + support::quoted(layer->name) + " is " + describe_shape(shape) +
                            ", not [heads, size, size] as in every layer.");
    }
    if (storage_format(layer->type).block != 1) {
      return source.unsupported("a tuned initial state in a quantised format is not supported.");
    }
  }
  return {};
}

std::string fingerprint_of(const TunedState& state) {
  support::Sha256 hash;
  hash.update(std::string_view("roost-tuned-state-1\n"));
  hash.update(std::to_string(state.info.layers) + " " + std::to_string(state.info.heads) + " " +
              std::to_string(state.info.head_size) + "\n");
  hash.update(state.squares.data(), state.squares.size() * sizeof(float));
  return support::to_hex(hash.finish());
}

Result<TunedState> parse(std::span<const std::byte> bytes, const std::string& path) {
  const Source source{support::file_label(path), bytes};
  ROOST_ASSIGN(const Container container, read(source));
  ROOST_ASSIGN(const std::vector<const Tensor*> layers, in_order(source, container));
  ROOST_TRY(check_shapes(source, layers));
  ROOST_TRY(check_sums(source, container));
  // The conversion to .st swaps the two sides of each square.
  const bool swapped = container.kind == "safetensors";

  TunedState state;
  TunedStateInfo& info = state.info;
  info.title =
      support::repair_utf8(support::path_to_utf8(support::path_from_utf8(support::repair_utf8(path)).stem()));
  info.format = container.kind;
  info.file_bytes = bytes.size();
  info.layers = static_cast<std::uint32_t>(layers.size());
  info.heads = static_cast<std::uint32_t>(layers.front()->shape[0]);
  info.head_size = static_cast<std::uint32_t>(layers.front()->shape[1]);
  const std::size_t size = info.head_size;
  // Bounded: tensors may share storage, so the file's size bounds it only twofold.
  const std::uint64_t numbers = std::uint64_t{info.layers} * info.heads * size * size;
  if (numbers > numbers_limit) return source.damaged("its states have more numbers than any.");
  state.squares.resize(static_cast<std::size_t>(numbers));
  std::vector<float> row(size);
  float* square = state.squares.data();
  for (const Tensor* layer : layers) {
    ++info.dtypes[std::string(storage_format(layer->type).name)];
    for (std::size_t head = 0; head < info.heads; ++head, square += size * size) {
      const Weight weight = rows_of(*layer, head);
      for (std::size_t i = 0; i < size; ++i) {
        read_row(weight, i, row.data());
        for (std::size_t j = 0; j < size; ++j) square[swapped ? j * size + i : i * size + j] = row[j];
      }
    }
  }
  if (!std::all_of(state.squares.begin(), state.squares.end(), [](float v) { return std::isfinite(v); })) {
    return source.damaged("it holds numbers that are not finite.");
  }
  info.fingerprint = fingerprint_of(state);
  return state;
}

}  // namespace

Result<TunedState> parse_tuned_state(std::span<const std::byte> bytes, const std::string& path) {
  try {
    return parse(bytes, path);
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, support::file_label(path) + ": not enough memory to read it.");
  } catch (const std::exception&) {
    return error(ErrorCode::internal,
                 support::file_label(path) + ": reading it failed in an unforeseen way.");
  }
}

}  // namespace roost::formats

namespace roost {

Result<TunedState> read_tuned_state(const std::string& path_utf8) {
  try {
    // Mapped, not read: what is no tuned state is known by its first page.
    ROOST_ASSIGN(const auto file, support::MappedFile::open(path_utf8));
    Result<TunedState> state = formats::parse_tuned_state(file->bytes(), path_utf8);
    ROOST_TRY(file->intact());  // a file that was cut meanwhile reads as zeros
    return state;
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(path_utf8) + ": not enough memory to read it.");
  }
}

Result<TunedStateInfo> inspect_tuned_state(const std::string& path_utf8) {
  ROOST_ASSIGN(TunedState state, read_tuned_state(path_utf8));
  return std::move(state.info);
}

Status fits(const TunedStateInfo& state, const ModelInfo& model) {
  const auto size = [](std::uint32_t layers, std::uint32_t heads, std::uint32_t head_size) {
    return std::to_string(layers) + " layers of " + std::to_string(heads) + " heads of size " +
           std::to_string(head_size);
  };
  const std::string state_name = support::quoted(state.title), model_name = support::quoted(model.title);
  if (model.generation == "4") {
    return error(ErrorCode::snapshot_mismatch, "The tuned state " + state_name + " has " +
                                                   size(state.layers, state.heads, state.head_size) +
                                                   ", but " + model_name +
                                                   " is an RWKV-4, whose state is of another kind.");
  }
  if (state.layers == model.layers && state.heads == model.heads && state.head_size == model.head_size) {
    return {};
  }
  return error(ErrorCode::snapshot_mismatch, "The tuned state " + state_name + " is for a model of " +
                                                 size(state.layers, state.heads, state.head_size) + ", " +
                                                 model_name + " has " +
                                                 size(model.layers, model.heads, model.head_size) + ".");
}

}  // namespace roost
