// RWKV-7 models of any size with random weights: for measuring and for trying other engines on the same file.
// They say nothing sensible, but their logits are well scaled (standard deviation about 2) and stay so over
// long texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "roost/result.h"

namespace roost::tools {

enum class RandomType : std::uint8_t { f32, f16, bf16, q8_0 };

struct RandomModel {
  std::uint32_t layers = 12;
  std::uint32_t width = 768;
  std::uint32_t vocabulary = 65536;
  std::uint32_t ffn = 0;  // 0: four times the width
  std::uint32_t head_size = 64;
  std::array<std::uint32_t, 4> ranks{};  // of w, a, v, g; 0: as the released model of this width has it
  RandomType type = RandomType::bf16;  // of the matrices; GGUF keeps vectors in f32, safetensors has one type
  std::uint64_t seed = 1;
  bool with_vocabulary = true;  // GGUF: 256 single bytes and made-up words
};

// Writes a .safetensors (official names) or .gguf (names and keys of llama.cpp), chosen by the ending of
// `path`, in one pass with little memory. Equal seeds give equal weights in both. The file appears under its
// name when it is whole. Errors: invalid_argument (sizes that no such model can have), file_exists,
// disk_full, write_failed.
Status write_random_model(const std::string& path_utf8, RandomModel model);

}  // namespace roost::tools
