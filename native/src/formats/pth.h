// PyTorch checkpoints: a ZIP archive with a pickle that describes the tensors and one entry per storage.
#pragma once

#include "formats/container.h"

namespace roost::formats {

// Errors: not_a_model (another archive), model_unsafe, model_unsupported, model_truncated, model_damaged.
Result<Container> read_pth(const Source& source);

}  // namespace roost::formats
