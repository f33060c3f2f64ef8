// One number that stands for the weights of a model.
//
// Definition (version 1). The fingerprint is the SHA-256 of this text, as lower-case hex:
//
//   roost-weights-1\n
//   <generation> <layers> <width> <ffn> <heads> <head_size> <vocabulary> <ln0_in_embedding>
//   <rescale_every_layers>\n and for each weight, in the order of their official names compared byte by byte:
//   <name> <type> <rows> <columns> <row_stride> <column_stride> <digest>\n
//
// with numbers in decimal, strides in elements, type one of F32 F16 BF16 Q8_0, and digest the lower-case hex
// SHA-256 of the concatenated (binary) SHA-256 digests of the blocks of 4 MiB, the last one shorter, into
// which the bytes from the weight's first to its last element are divided. Dividing lets all cores work on
// one large tensor.
//
// So it changes with every bit of every weight that is used, and does not depend on the container, its
// metadata, its vocabulary or the file's name: a .pth and a .safetensors with equal tensors have the same
// one.
#pragma once

#include <string>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::support {
class MappedFile;
}

namespace roost::formats {

// Sets model.fingerprint and sums the checksummed ranges of the container, in one pass over the file in the
// order of its bytes, with several threads when it is large. `mapped` may be null; it only serves to read
// ahead. Errors: model_damaged when a checksum does not hold, cancelled.
Status fingerprint_and_verify(const Source& source, const Container& container,
                              const support::MappedFile* mapped, const OpenHooks& hooks, ModelFile& model);

}  // namespace roost::formats
