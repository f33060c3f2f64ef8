// Entry points for coverage-guided fuzzing of the parsers; ROOST_FUZZ_TARGET says which one this program is.
// Whatever the bytes are, the answer is a value or a typed error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "formats/model_file.h"
#include "formats/parse_model.h"
#include "formats/pickle.h"
#include "formats/zip_directory.h"
#include "support/json.h"

namespace {

using namespace roost;
using namespace roost::formats;

void demand(bool condition) {
  if (!condition) std::abort();
}

// Also touches the first and last row of every weight: the ranges a model promises must be there.
[[maybe_unused]] void fuzz_model(std::span<const std::byte> bytes) {
  const auto model = parse_model(bytes, "input", nullptr);
  if (!model.ok()) {
    demand(!model.failure().message.empty() && model.failure().code != ErrorCode::internal);
    return;
  }
  std::vector<float> row;
  for (const auto& [name, weight] : model.value()->weights) {
    demand(weight.count() <= 8 * bytes.size());
    row.resize(weight.columns);
    read_row(weight, 0, row.data());
    read_row(weight, weight.rows - 1, row.data());
  }
}

[[maybe_unused]] void fuzz_pickle(std::span<const std::byte> bytes) {
  const auto document = read_pickle({"input", bytes}, bytes);
  if (!document.ok()) return;
  for (const PickleValue& value : document.value().values) {
    for (const PickleRef item : value.items) demand(item < document.value().values.size());
  }
}

[[maybe_unused]] void fuzz_zip(std::span<const std::byte> bytes) {
  const Source source{"input", bytes};
  const auto directory = read_zip_directory(source);
  if (!directory.ok()) return;
  const auto contents = locate_zip_entries(source, directory.value());
  if (!contents.ok()) return;
  for (const std::span<const std::byte> content : contents.value()) {
    demand(content.data() >= bytes.data() && content.data() + content.size() <= bytes.data() + bytes.size());
  }
}

[[maybe_unused]] void fuzz_json(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  (void)support::parse_json(text, "input");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // On the heap and of exactly this size, so that an address sanitizer sees every step outside.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(data),
                                    reinterpret_cast<const std::byte*>(data) + size);
  ROOST_FUZZ_TARGET(copy);
  return 0;
}
