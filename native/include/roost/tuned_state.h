// State-tuned initial states: what a session may begin from instead of the zero state. Made by training
// nothing but the state of one model, and of use with that model only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "roost/model.h"
#include "roost/result.h"

namespace roost {

struct TunedStateInfo {
  std::string title;                            // the file's stem
  std::string format;                           // "pth", "safetensors"
  std::map<std::string, std::uint64_t> dtypes;  // "BF16" -> number of tensors
  std::uint32_t layers = 0, heads = 0, head_size = 0;
  std::uint64_t file_bytes = 0;
  std::string fingerprint;  // hex SHA-256 over sizes and numbers: the same for a .pth and its conversion
};

struct TunedState {
  TunedStateInfo info;
  std::vector<float> squares;  // [layer, head, value, key], as the files have it; all finite
};

// Errors: those of inspect_model; not_a_model for a file that holds something else, also for a model.
Result<TunedStateInfo> inspect_tuned_state(const std::string& path_utf8);
Result<TunedState> read_tuned_state(const std::string& path_utf8);

// Ok when a model of this size could begin from it. Errors: snapshot_mismatch, naming both sides.
Status fits(const TunedStateInfo& state, const ModelInfo& model);

}  // namespace roost
