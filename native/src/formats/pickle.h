// Reads the one kind of pickle that describes tensors. It is not a Python interpreter: a fixed set of
// instructions builds a fixed set of values, the only names it knows are those of torch's tensors, and any
// other name or instruction that could call something ends the reading. Nothing is ever executed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::formats {

// Index of a value in a PickleDocument.
using PickleRef = std::uint32_t;

enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,
  real,  // the number itself is of no interest
  text,
  tuple,
  list,
  dictionary,
  global,   // a name that may be mentioned
  storage,  // items: storage class (global), key (text), device (text), number of elements (integer)
  tensor,   // items: storage, offset, size (tuple), stride (tuple)
};

struct PickleValue {
  PickleKind kind = PickleKind::none;
  bool ordered_dictionary = false;
  std::int64_t integer = 0;
  std::string_view text;  // of texts and globals ("torch.FloatStorage" as "torch FloatStorage"), in the input
  std::vector<PickleRef> items;  // dictionary: key, value, key, value ...
};

struct PickleDocument {
  std::vector<PickleValue> values;
  PickleRef root = 0;
  const PickleValue& operator[](PickleRef ref) const { return values[ref]; }
};

// `bytes` must outlive the document. Errors: model_unsafe names the foreign name or instruction;
// model_truncated when the input ends early; model_damaged for everything that does not fit together.
Result<PickleDocument> read_pickle(const Source& source, std::span<const std::byte> bytes);

}  // namespace roost::formats
