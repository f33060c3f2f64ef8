// Everything open_model_file() does once the bytes are there; tests and fuzzers enter here.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "formats/model_file.h"
#include "roost/result.h"

namespace roost::support {
class MappedFile;
}

namespace roost::formats {

// `path` names the file in messages and gives the title; `bytes` must outlive the result. `mapped` may be
// null. Never throws.
Result<std::shared_ptr<ModelFile>> parse_model(std::span<const std::byte> bytes, const std::string& path,
                                               const support::MappedFile* mapped,
                                               const OpenHooks& hooks = {});

}  // namespace roost::formats
