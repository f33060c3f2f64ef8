#include "formats/shards.h"

#include <algorithm>

#include "formats/limits.h"
#include "formats/safetensors.h"
#include "support/json.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::Json;
using support::quoted;

// One part of a path, of the form every publisher uses, that no system takes for anything but a file in this
// folder.
bool is_plain_file_name(std::string_view name) {
  constexpr std::string_view ending = ".safetensors";
  if (name.size() <= ending.size() || name.size() > kMaximumShardNameBytes || !name.ends_with(ending) ||
      name.front() == '.' || !support::is_valid_utf8(name)) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f && std::string_view("/\\:*?\"<>|").find(c) == std::string_view::npos;
  });
}

}  // namespace

Result<ShardIndex> read_shard_index(const Source& source) {
  if (source.bytes.size() > kMaximumShardIndexBytes) {
    return source.damaged("its list of tensors has " + std::to_string(source.bytes.size()) + " bytes.");
  }
  const std::string_view text(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
  ROOST_ASSIGN(const Json root, support::parse_json(text, source.label, ErrorCode::model_damaged,
                                                    {32, kMaximumTensors + 1000}));
  const Json* const map = root.find("weight_map");
  if (map == nullptr || !map->is(Json::Kind::object) || map->members().empty()) {
    return source.damaged("it has no table \"weight_map\" of tensors and files.");
  }
  if (map->members().size() > kMaximumTensors) return source.damaged("it lists more than 100,000 tensors.");
  ShardIndex index;
  for (const Json::Member& entry : map->members()) {
    if (entry.key.empty() || entry.key.size() > kMaximumNameBytes) {
      return source.damaged("it has a tensor whose name does not have 1 to 512 bytes.");
    }
    if (!entry.value.is(Json::Kind::string)) {
      return source.damaged("it does not name the file of the tensor " + quoted(entry.key) + ".");
    }
    const std::string_view name = entry.value.text();
    if (!is_plain_file_name(name)) {
      return source.fail(ErrorCode::model_unsafe, "it looks for a part of the model in " + quoted(name) +
                                                      ", which is no .safetensors file beside it.");
    }
    index.files[std::string(name)].push_back(entry.key);  // members are sorted by name
    if (index.files.size() > kMaximumShards) {
      return source.damaged("it divides the model into more than " + std::to_string(kMaximumShards) +
                            " files.");
    }
  }
  return index;
}

Result<Container> read_shards(const ShardIndex& index, const std::vector<Source>& files) {
  Container whole;
  whole.kind = "safetensors";
  std::size_t at = 0;
  for (const auto& [name, listed] : index.files) {
    const Source& source = files[at++];
    ROOST_ASSIGN(Container part, read_safetensors(source));
    std::vector<std::string_view> found;
    for (const Tensor& tensor : part.tensors) found.push_back(tensor.name);
    std::sort(found.begin(), found.end());
    // Both are sorted, and names are unique in each: the first difference is one that a file has or lacks.
    for (std::size_t i = 0; i < std::max(found.size(), listed.size()); ++i) {
      if (i < found.size() && i < listed.size() && found[i] == listed[i]) continue;
      const bool lacks = i >= found.size() || (i < listed.size() && listed[i] < found[i]);
      return source.damaged(
          lacks ? "it lacks the tensor " + quoted(listed[i]) + ", which the index places in it."
                : "it holds the tensor " + quoted(found[i]) + ", which the index does not list.");
    }
    if (whole.tensors.size() + part.tensors.size() > kMaximumTensors) {
      return source.damaged("the model has more than 100,000 tensors.");
    }
    std::move(part.tensors.begin(), part.tensors.end(), std::back_inserter(whole.tensors));
  }
  return whole;
}

}  // namespace roost::formats
