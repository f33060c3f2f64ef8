// The same model is published under several sets of names. Everything behind this point knows only the
// official ones.
#pragma once

#include <string>
#include <vector>

#include "formats/container.h"
#include "roost/result.h"

namespace roost::formats {

struct OfficialTensor {
  Tensor tensor;  // `name` is the official one; fused tensors have been divided
  // Low-rank factors come as [in, out] in official files and transposed, as [out, in], elsewhere; a tuned
  // state as [head, value, key], and as [head, key, value] where this is set.
  bool low_rank_out_in = false;
};

struct OfficialTensors {
  std::vector<OfficialTensor> tensors;
  bool ln0_may_be_folded = false;  // a family of exports that can leave ln0 out
};

// Names that belong to no family stay as they are: the model check refuses them. Errors: model_unsupported (a
// GGUF architecture that is not plain RWKV), model_damaged (a fused tensor of the wrong shape).
Result<OfficialTensors> use_official_names(const Source& source, const Container& container);

}  // namespace roost::formats
