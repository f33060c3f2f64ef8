// The block formats of GGUF: groups of 32 or 256 neighbours in a row that share one or more scales. Here is
// what the numbers of a block are, and how numbers become a block. Everything else treats blocks as bytes.
#pragma once

#include <cstddef>

#include "formats/model_file.h"

namespace roost::formats {

// Widens `count` numbers, whole blocks of a block type, to f32: the format's own definition of the value,
// with every operation rounded once, in its order. Reads from any address.
void decode_blocks(StorageType type, const std::byte* from, std::size_t count, float* out);

// The types encode_blocks() knows: q8_0, q4_0, q4_1, q5_0, q5_1.
bool can_encode(StorageType type);

// Rounds `count` numbers, whole blocks, to a block type. Scales (and minima) are those of the least squared
// error among a few candidates, not those that only reach the largest number. A block with a number that is
// not finite gets a scale that is none either, so that damage stays visible.
void encode_blocks(StorageType type, const float* from, std::size_t count, std::byte* out);

}  // namespace roost::formats
