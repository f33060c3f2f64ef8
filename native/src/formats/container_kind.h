// What a file is, judged by its content alone.
#pragma once

#include <cstdint>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::formats {

enum class ContainerKind : std::uint8_t {
  zip,
  safetensors,
  gguf,
  shard_index,  // a text that names the files of a divided model: shards.h
};

// Errors: not_a_model, model_unsupported or model_truncated, with a sentence that says what the file is
// instead.
Result<ContainerKind> recognise(const Source& source);

}  // namespace roost::formats
