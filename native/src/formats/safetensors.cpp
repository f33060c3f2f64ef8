#include "formats/safetensors.h"

#include <algorithm>
#include <optional>

#include "formats/byte_reader.h"
#include "support/json.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

using support::Json;

std::optional<StorageType> element_type(std::string_view name) {
  for (const StorageType type : {StorageType::f32, StorageType::f16, StorageType::bf16}) {
    if (storage_format(type).name == name) return type;
  }
  return std::nullopt;
}

struct Placed {
  Tensor tensor;
  std::uint64_t begin = 0, end = 0;  // within the data section
};

Result<Placed> read_entry(const Source& source, std::string_view name, const Json& entry) {
  const auto damaged = [&](const std::string& what) {
    return source.damaged("the tensor " + quoted(name) + " " + what + ".");
  };
  if (name.empty() || name.size() > kMaximumNameBytes) {
    return source.damaged("it has a tensor whose name does not have 1 to 512 bytes.");
  }
  const Json* dtype = entry.find("dtype");
  const Json* shape = entry.find("shape");
  const Json* offsets = entry.find("data_offsets");
  if (!entry.is(Json::Kind::object) || entry.members().size() != 3 || dtype == nullptr || shape == nullptr ||
      offsets == nullptr || !dtype->is(Json::Kind::string) || !shape->is(Json::Kind::array) ||
      !offsets->is(Json::Kind::array) || offsets->items().size() != 2 ||
      shape->items().size() > kMaximumDimensions) {
    return damaged("is not described by dtype, shape and data_offsets");
  }
  const std::optional<StorageType> type = element_type(dtype->text());
  if (!type) {
    return source.unsupported("the tensor " + quoted(name) + " has the element type " +
                              quoted(dtype->text()) + "; only F32, F16 and BF16 are supported.");
  }
  Placed placed;
  placed.tensor.name = name;
  placed.tensor.type = *type;
  for (const Json& size : shape->items()) {
    if (!size.whole() || *size.whole() == 0)
      return damaged("has a dimension that is no positive whole number");
    placed.tensor.shape.push_back(*size.whole());
  }
  const auto begin = offsets->items()[0].whole();
  const auto end = offsets->items()[1].whole();
  const auto bytes = dense_bytes(*type, placed.tensor.shape);
  if (!begin || !end || *end < *begin || !bytes || *bytes != *end - *begin) {
    return damaged("with shape " + describe_shape(placed.tensor.shape) + " does not fit the bytes it claims");
  }
  placed.begin = *begin;
  placed.end = *end;
  placed.tensor.strides = dense_strides(placed.tensor.shape);
  placed.tensor.bytes = *bytes;
  return placed;
}

}  // namespace

Result<Container> read_safetensors(const Source& source) {
  ByteReader reader(source.bytes);
  std::uint64_t header_size = 0;
  std::string_view header;
  if (!reader.read(header_size)) return source.truncated("it ends within its first eight bytes.");
  if (header_size > kMaximumTableBytes) {
    return source.damaged("its table of tensors would have " + std::to_string(header_size) +
                          " bytes; no model needs more than 100,000,000.");
  }
  if (!reader.take(header_size, header)) {
    return source.truncated("its table of tensors needs " + std::to_string(header_size) +
                            " bytes, but only " + std::to_string(reader.left()) +
                            " follow: the file is cut short.");
  }
  if (!header.starts_with('{')) return source.damaged("its table of tensors does not begin with a brace.");
  ROOST_ASSIGN(const Json table, support::parse_json(header, source.label, ErrorCode::model_damaged,
                                                     {32, kMaximumTableValues}));

  std::vector<Placed> placed;
  for (const Json::Member& member : table.members()) {
    if (member.key == "__metadata__") {
      const bool texts =
          member.value.is(Json::Kind::object) &&
          std::all_of(member.value.members().begin(), member.value.members().end(),
                      [](const Json::Member& entry) { return entry.value.is(Json::Kind::string); });
      if (!texts) return source.damaged("its __metadata__ is no table of texts.");
      continue;
    }
    if (placed.size() >= kMaximumTensors) return source.damaged("it lists more than 100,000 tensors.");
    ROOST_ASSIGN(Placed tensor, read_entry(source, member.key, member.value));
    placed.push_back(std::move(tensor));
  }

  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.begin < b.begin; });
  const std::uint64_t body = reader.left();
  std::uint64_t position = 0;
  for (const Placed& tensor : placed) {
    if (tensor.begin != position) {
      return source.damaged("the bytes of the tensor " + quoted(tensor.tensor.name) + " begin at " +
                            std::to_string(tensor.begin) + ", not where the one before ends (" +
                            std::to_string(position) + ").");
    }
    position = tensor.end;
  }
  if (position > body) {
    return source.truncated("its tensors need " + std::to_string(position) + " bytes, but only " +
                            std::to_string(body) + " are there: the file is cut short.");
  }
  if (position < body) {
    return source.damaged("there are " + std::to_string(body - position) + " bytes behind its last tensor.");
  }

  Container container;
  container.kind = "safetensors";
  std::span<const std::byte> data;
  reader.take(body, data);
  for (Placed& entry : placed) {
    entry.tensor.data = data.data() + entry.begin;
    container.tensors.push_back(std::move(entry.tensor));
  }
  ROOST_TRY(check_tensors(source, container.tensors, false));
  return container;
}

}  // namespace roost::formats
