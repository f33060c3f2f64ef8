// CRC-32C by processor instructions; null where this build or this processor lacks them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::support {

using Crc32c = std::uint32_t (*)(std::uint32_t crc, const void* data, std::size_t size);

Crc32c crc32c_accelerated();

}  // namespace roost::support
