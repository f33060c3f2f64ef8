// A model that is divided into several .safetensors files, with a JSON text beside them that says which
// tensor lies in which: the form in which converted models are published ("model.safetensors.index.json").
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::formats {

struct ShardIndex {
  // File name to the tensors it must hold, sorted. Names are plain: they can't lead out of the folder they
  // are looked for in.
  std::map<std::string, std::vector<std::string>> files;
};

// Errors: model_damaged, and model_unsafe for a name that is more than the name of a file.
Result<ShardIndex> read_shard_index(const Source& source);

// The tensors of all files as one container. `files` holds the contents in the order of the index, labelled
// for messages. Errors: those of read_safetensors(), and model_damaged where a file and the index disagree.
Result<Container> read_shards(const ShardIndex& index, const std::vector<Source>& files);

}  // namespace roost::formats
