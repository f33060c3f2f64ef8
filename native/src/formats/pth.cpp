#include "formats/pth.h"

#include <algorithm>
#include <map>
#include <optional>

#include "formats/byte_reader.h"
#include "formats/pickle.h"
#include "formats/zip_directory.h"
#include "support/hash.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

struct Record {
  std::span<const std::byte> bytes;
  std::uint32_t crc = 0;
};
using Records = std::map<std::string_view, Record, std::less<>>;  // name without the root folder

// What an archive is that holds no checkpoint.
Error describe_archive(const Source& source, const ZipDirectory& directory) {
  const auto holds = [&](std::string_view name) {
    return std::any_of(directory.entries.begin(), directory.entries.end(),
                       [&](const ZipEntry& entry) { return entry.name == name; });
  };
  if (holds("[Content_Types].xml")) return source.fail(ErrorCode::not_a_model, "this is an Office document.");
  if (holds("META-INF/container.xml")) return source.fail(ErrorCode::not_a_model, "this is an EPUB book.");
  return source.fail(ErrorCode::not_a_model, "this is a ZIP archive without a PyTorch checkpoint in it.");
}

Result<Records> read_records(const Source& source) {
  ROOST_ASSIGN(const ZipDirectory directory, read_zip_directory(source));
  const auto ends_with_pickle = [](const ZipEntry& entry) {
    const std::size_t slash = entry.name.find('/');
    return slash != std::string_view::npos && entry.name.substr(slash + 1) == "data.pkl";
  };
  const auto first = std::find_if(directory.entries.begin(), directory.entries.end(), ends_with_pickle);
  if (first == directory.entries.end()) return describe_archive(source, directory);
  const std::string_view root = first->name.substr(0, first->name.find('/') + 1);

  ROOST_ASSIGN(const std::vector<std::span<const std::byte>> contents, locate_zip_entries(source, directory));
  Records records;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const ZipEntry& entry = directory.entries[i];
    if (!entry.name.starts_with(root)) {
      return source.damaged("the archive has the entry " + quoted(entry.name) + " outside of its folder " +
                            quoted(root) + ".");
    }
    records[entry.name.substr(root.size())] = {contents[i], entry.crc};
  }
  if (records.contains("constants.pkl")) {
    return source.unsupported(
        "this is a TorchScript program, not a plain checkpoint; save its weights alone.");
  }
  return records;
}

Status check_crc(const Source& source, std::string_view name, const Record& record) {
  if (support::crc32(0, record.bytes.data(), record.bytes.size()) == record.crc) return {};
  return source.damaged("the checksum of its part " + quoted(name) + " does not hold.");
}

// The dictionary of tensors: the root, or one level below under a customary name.
const PickleValue* find_weights(const PickleDocument& document) {
  const PickleValue& root = document[document.root];
  if (root.kind != PickleKind::dictionary) return nullptr;
  for (const std::string_view wrapper : {"state_dict", "model", "module"}) {
    for (std::size_t i = 0; i < root.items.size(); i += 2) {
      const PickleValue& value = document[root.items[i + 1]];
      if (document[root.items[i]].text == wrapper && value.kind == PickleKind::dictionary) return &value;
    }
  }
  return &root;
}

std::optional<StorageType> element_type(std::string_view storage_class) {
  if (storage_class == "torch FloatStorage") return StorageType::f32;
  if (storage_class == "torch HalfStorage") return StorageType::f16;
  if (storage_class == "torch BFloat16Storage") return StorageType::bf16;
  return std::nullopt;
}

bool read_sizes(const PickleDocument& document, PickleRef tuple, std::vector<std::uint64_t>& out) {
  for (const PickleRef item : document[tuple].items) {
    if (document[item].kind != PickleKind::integer || document[item].integer < 0) return false;
    out.push_back(static_cast<std::uint64_t>(document[item].integer));
  }
  return true;
}

// Turns the description of one tensor into a range of its record.
Result<Tensor> place_tensor(const Source& source, const PickleDocument& document, const Records& records,
                            std::string_view name, const PickleValue& described) {
  const auto damaged = [&](const std::string& what) {
    return source.damaged("the tensor " + quoted(name) + " " + what + ".");
  };
  const PickleValue& storage = document[described.items[0]];
  const std::string_view storage_class = document[storage.items[0]].text;
  const std::string_view key = document[storage.items[1]].text;
  const std::int64_t numel = document[storage.items[3]].integer;
  const std::int64_t offset = document[described.items[1]].integer;

  Tensor tensor;
  tensor.name = name;
  const std::optional<StorageType> type = element_type(storage_class);
  if (!type) {
    return source.unsupported("the tensor " + quoted(name) + " is a " + std::string(storage_class.substr(6)) +
                              "; only Float, Half and BFloat16 are supported.");
  }
  tensor.type = *type;
  const std::uint64_t item = storage_format(*type).bytes;

  const auto record = records.find("data/" + std::string(key.substr(0, kMaximumNameBytes)));
  if (record == records.end())
    return damaged("refers to the storage " + quoted(key) + ", which the archive lacks");
  const auto storage_bytes =
      numel >= 0 ? checked_multiply(static_cast<std::uint64_t>(numel), item) : std::nullopt;
  if (!storage_bytes || *storage_bytes != record->second.bytes.size()) {
    return damaged("has a storage of " + std::to_string(numel) +
                   " elements, but its part of the archive has " +
                   std::to_string(record->second.bytes.size()) + " bytes");
  }
  if (!read_sizes(document, described.items[2], tensor.shape) ||
      !read_sizes(document, described.items[3], tensor.strides) ||
      tensor.shape.size() != tensor.strides.size() || tensor.shape.size() > kMaximumDimensions ||
      offset < 0) {
    return damaged("has malformed dimensions");
  }
  // Index of the last element and number of elements; both must lie within the storage.
  std::optional<std::uint64_t> last = static_cast<std::uint64_t>(offset);
  std::optional<std::uint64_t> count = 1;
  for (std::size_t i = 0; i < tensor.shape.size() && last && count; ++i) {
    if (tensor.shape[i] == 0) return damaged("is empty: " + describe_shape(tensor.shape));
    const auto reach = checked_multiply(tensor.shape[i] - 1, tensor.strides[i]);
    last = reach ? checked_add(*last, *reach) : std::nullopt;
    count = checked_multiply(*count, tensor.shape[i]);
  }
  if (!last || !count || *last >= static_cast<std::uint64_t>(numel) ||
      *count > static_cast<std::uint64_t>(numel)) {
    return damaged("with shape " + describe_shape(tensor.shape) + " reaches past its storage of " +
                   std::to_string(numel) + " elements");
  }
  tensor.data = record->second.bytes.data() + static_cast<std::uint64_t>(offset) * item;
  tensor.bytes = (*last - static_cast<std::uint64_t>(offset) + 1) * item;
  return tensor;
}

}  // namespace

Result<Container> read_pth(const Source& source) {
  ROOST_ASSIGN(const Records records, read_records(source));
  const Record& pickle = records.at("data.pkl");
  if (pickle.bytes.size() > kMaximumPickleBytes) {
    return source.damaged("its list of tensors has " + std::to_string(pickle.bytes.size()) + " bytes.");
  }
  ROOST_TRY(check_crc(source, "data.pkl", pickle));
  if (const auto order = records.find("byteorder"); order != records.end()) {
    // Before it is summed: it may claim the whole of the file.
    if (order->second.bytes.size() > kMaximumByteOrderBytes) {
      return source.damaged("its note of the byte order has " + std::to_string(order->second.bytes.size()) +
                            " bytes.");
    }
    ROOST_TRY(check_crc(source, "byteorder", order->second));
    const std::string_view text(reinterpret_cast<const char*>(order->second.bytes.data()),
                                order->second.bytes.size());
    if (text != "little") {
      return source.unsupported("its numbers are stored with byte order " + quoted(text) +
                                ", not \"little\".");
    }
  }
  ROOST_ASSIGN(const PickleDocument document, read_pickle(source, pickle.bytes));
  const PickleValue* weights = find_weights(document);
  if (weights == nullptr)
    return source.fail(ErrorCode::not_a_model, "this checkpoint holds no table of tensors.");

  Container container;
  container.kind = "pth";
  if (weights->items.size() / 2 > kMaximumTensors)
    return source.damaged("it lists more than 100,000 tensors.");
  for (std::size_t i = 0; i < weights->items.size(); i += 2) {
    const PickleValue& key = document[weights->items[i]];
    const PickleValue& value = document[weights->items[i + 1]];
    if (key.kind != PickleKind::text || key.text.empty() || key.text.size() > kMaximumNameBytes) {
      return source.damaged("it has a tensor whose name is no text of 1 to 512 bytes.");
    }
    if (key.text == "_strategy" || key.text == "_version" || key.text == "_rescale_layer") {
      return source.unsupported(
          "this file was converted by ChatRWKV for its own use; use the original file of the model.");
    }
    if (value.kind != PickleKind::tensor)
      return source.damaged("its entry " + quoted(key.text) + " is no tensor.");
    ROOST_ASSIGN(Tensor tensor, place_tensor(source, document, records, key.text, value));
    container.tensors.push_back(std::move(tensor));
  }
  ROOST_TRY(check_tensors(source, container.tensors, true));
  for (const auto& [name, record] : records) {
    if (name != "data.pkl" && name != "byteorder") {
      container.checksums.push_back({std::string(name), record.bytes, record.crc});
    }
  }
  return container;
}

}  // namespace roost::formats
