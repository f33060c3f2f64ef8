#pragma once

#include <cstdint>

namespace roost::cli {

// The most memory that this process has had resident, in bytes; 0 where the system does not say.
std::uint64_t peak_memory_bytes();

}  // namespace roost::cli
