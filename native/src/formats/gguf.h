// GGUF versions 2 and 3: typed key-value metadata, a table of tensors, aligned data.
#pragma once

#include "formats/container.h"

namespace roost::formats {

// Errors: model_truncated, model_damaged, model_unsupported (version, element types).
Result<Container> read_gguf(const Source& source);

// Undoes the escapes of one entry of `tokenizer.ggml.tokens` of an RWKV model: the body of a Python bytes
// literal. Only what such a literal can hold is accepted: printable ASCII, \\ \' \" \n \r \t and \xNN.
// Nullopt otherwise.
std::optional<std::string> unescape_token(std::string_view body);

}  // namespace roost::formats
