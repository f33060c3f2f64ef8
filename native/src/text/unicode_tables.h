// What unicode_tables.cpp holds; for unicode.cpp only. All tables ascend by code point.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::text {

struct CodeRange {
  std::uint32_t first, last;
};

struct ClassRange {
  std::uint32_t first, last, combining_class;  // canonical combining class, never 0
};

// One step of a canonical decomposition; `second` is 0 for a single character. `composes`: composition makes
// `code` of the two again.
struct Decomposition {
  std::uint32_t code, first, second, composes;
};

extern const CodeRange letter_ranges[], number_ranges[];
extern const std::size_t letter_ranges_count, number_ranges_count;
extern const ClassRange class_ranges[];
extern const std::size_t class_ranges_count;
extern const Decomposition decompositions[];
extern const std::size_t decompositions_count;

}  // namespace roost::text
