#include "formats/container.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {

const StorageFormat& storage_format(StorageType type) {
  static constexpr std::array<StorageFormat, 11> formats{{{StorageType::f32, "F32", 1, 4},
                                                          {StorageType::f16, "F16", 1, 2},
                                                          {StorageType::bf16, "BF16", 1, 2},
                                                          {StorageType::q8_0, "Q8_0", 32, 34},
                                                          {StorageType::q4_0, "Q4_0", 32, 18},
                                                          {StorageType::q4_1, "Q4_1", 32, 20},
                                                          {StorageType::q5_0, "Q5_0", 32, 22},
                                                          {StorageType::q5_1, "Q5_1", 32, 24},
                                                          {StorageType::q4_k, "Q4_K", 256, 144},
                                                          {StorageType::q5_k, "Q5_K", 256, 176},
                                                          {StorageType::q6_k, "Q6_K", 256, 210}}};
  return formats[static_cast<std::size_t>(type)];
}

std::uint64_t Tensor::count() const {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

std::string describe_shape(const std::vector<std::uint64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

std::optional<std::uint64_t> dense_bytes(StorageType type, const std::vector<std::uint64_t>& shape) {
  const StorageFormat& format = storage_format(type);
  if (!shape.empty() && shape.back() % format.block != 0) return std::nullopt;
  std::optional<std::uint64_t> count = 1;
  for (const std::uint64_t size : shape) {
    if (size == 0) return std::nullopt;
    count = checked_multiply(*count, size);
    if (!count) return std::nullopt;
  }
  return checked_multiply(*count / format.block, format.bytes);
}

std::vector<std::uint64_t> dense_strides(const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> strides(shape.size());
  std::uint64_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

std::optional<std::uint64_t> Container::whole(std::string_view key) const {
  const auto at = metadata.find(key);
  if (at == metadata.end()) return std::nullopt;
  if (const auto* value = std::get_if<std::uint64_t>(&at->second)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&at->second); value != nullptr && *value >= 0) {
    return static_cast<std::uint64_t>(*value);
  }
  return std::nullopt;
}

std::string Container::text(std::string_view key) const {
  const auto at = metadata.find(key);
  if (at == metadata.end()) return {};
  const auto* value = std::get_if<std::string>(&at->second);
  return value != nullptr ? *value : std::string();
}

Status check_tensors(const Source& source, const std::vector<Tensor>& tensors, bool shared_allowed) {
  std::vector<const Tensor*> order(tensors.size());
  std::transform(tensors.begin(), tensors.end(), order.begin(), [](const Tensor& tensor) { return &tensor; });

  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) { return a->name < b->name; });
  const auto twice = std::adjacent_find(order.begin(), order.end(),
                                        [](const Tensor* a, const Tensor* b) { return a->name == b->name; });
  if (twice != order.end()) {
    return source.damaged("it has two tensors called " + support::quoted((*twice)->name) + ".");
  }

  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return a->data != b->data ? a->data < b->data : a->bytes > b->bytes;
  });
  // One set of bytes posing as many tensors would make a small file a huge model. What counts is the room
  // that the numbers take once they are read: with a stride of zero a single one fills a matrix.
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Tensor& tensor = *order[i];
    const auto sum = checked_add(total, dense_bytes(tensor.type, tensor.shape).value_or(UINT64_MAX));
    if (!sum || *sum / kMaximumSharing > source.bytes.size()) {
      return source.damaged("its tensors together claim more than " + std::to_string(kMaximumSharing) +
                            " times the " + std::to_string(source.bytes.size()) + " bytes of the file.");
    }
    total = *sum;
    if (i == 0) continue;
    const Tensor& before = *order[i - 1];
    const bool identical = before.data == tensor.data && before.bytes == tensor.bytes;
    if (tensor.data < before.data + before.bytes && !(shared_allowed && identical)) {
      return source.damaged("the tensors " + support::quoted(before.name) + " and " +
                            support::quoted(tensor.name) + " occupy the same bytes.");
    }
  }
  return {};
}

}  // namespace roost::formats
