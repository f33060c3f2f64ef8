// SHA-256 by processor instructions. A function is null where this build or this processor lacks them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::support {

using Sha256Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

extern const std::uint32_t sha256_round_constants[64];

Sha256Compress sha256_accelerated();
const char* sha256_accelerated_name();

}  // namespace roost::support
