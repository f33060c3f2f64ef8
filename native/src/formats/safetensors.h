// safetensors: a length, a JSON table, the bytes of the tensors one after the other.
#pragma once

#include "formats/container.h"

namespace roost::formats {

// Errors: model_truncated, model_damaged, model_unsupported (element types).
Result<Container> read_safetensors(const Source& source);

}  // namespace roost::formats
