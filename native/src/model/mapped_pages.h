// Care for the memory that a mapped model file takes.
#pragma once

#include <cstdint>

namespace roost::model {

// Tells the system that the pages of a mapped file that lie wholly inside this range were read and are not
// needed soon. They stay valid and come back from the file when touched. Only for memory that maps a file.
void drop_mapped_pages(const void* begin, std::uint64_t bytes);

}  // namespace roost::model
