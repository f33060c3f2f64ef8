// NumPy's .npy files (format version 1 to 3), f32 and f64, little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "roost/result.h"

namespace roost::cli {

struct Array {
  std::vector<std::uint64_t> shape;  // row-major; empty for a single number
  std::vector<float> values;
};

// `subject` names the file in messages. Errors: invalid layout or size as file_unreadable.
Result<Array> parse_npy(std::string_view bytes, const std::string& subject);
std::vector<std::byte> format_npy(std::span<const float> values, std::span<const std::uint64_t> shape);

Result<Array> read_npy(const std::string& path);
Status write_npy(const std::string& path, std::span<const float> values,
                 std::span<const std::uint64_t> shape);

}  // namespace roost::cli
