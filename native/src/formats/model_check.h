// Which RWKV a set of tensors is, and whether it is whole.
#pragma once

#include <memory>

#include "formats/container.h"
#include "formats/official_names.h"
#include "roost/result.h"

namespace roost::formats {

// Decides the generation by names and shapes, never by the name of the file. Errors: model_unsupported for
// what is recognised but not run (7a, 7b, 8, adapters, state files, other models).
Result<std::string> detect_generation(const Source& source, const OfficialTensors& official);

// Fills everything of a ModelFile that follows from the tensors: dimensions, weights in their logical
// orientation. Every expected tensor must be there exactly once, with a shape that agrees with all others and
// with the metadata of the container, and nothing else. Errors: model_damaged, model_unsupported.
Status check_model(const Source& source, const Container& container, const OfficialTensors& official,
                   ModelFile& model);

}  // namespace roost::formats
