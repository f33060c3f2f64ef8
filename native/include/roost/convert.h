// From any model file that can be read to GGUF, in a number format of the caller's choice.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "roost/result.h"

namespace roost {

struct ConvertOptions {
  // "f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1" or "q4_0": of the large matrices. Vectors stay f32;
  // in the quantised types low-rank factors are f16, the embedding and the head at least q8_0.
  std::string type = "f16";
  int threads = 0;  // 0: as many as the machine has physical cores
  // As LoadOptions. The file carries the vocabulary it finds; generation 6 and 7 of the World family need it,
  // because llama.cpp wants it there.
  std::string vocabulary;
  std::vector<std::string> vocabulary_folders;
  std::function<void(double fraction)> progress;  // from 0 to 1, on the calling thread; must not throw
  std::function<bool()> cancelled;                // polled
};

struct ConvertReport {
  std::string architecture;                     // general.architecture: "rwkv7"
  std::string type;                             // as asked for
  std::uint64_t bytes = 0;                      // of the new file
  std::map<std::string, std::uint64_t> dtypes;  // "Q8_0" -> number of tensors
  bool has_vocabulary = false;                  // the new file carries one
  // The result was opened, and its logits behind some 60 tokens compared with those of the original: mean and
  // largest Kullback-Leibler divergence in nats, and how often the likeliest token is the same. Both models
  // must fit into memory for it, one after the other; `compared` is 0 where they do not.
  std::uint32_t compared = 0;  // positions
  std::uint32_t same_best = 0;
  double mean_divergence = 0, largest_divergence = 0;
  double seconds = 0;
};

// Writes `to`, which must end in .gguf and must not exist; it appears there whole or not at all. Blocking:
// call it from a thread of its own. Errors: invalid_argument, file_exists, disk_full, write_failed, busy,
// cancelled, vocabulary_missing, model_unsupported, numeric_fault (the result does not answer like the
// original), and those of inspect_model.
Result<ConvertReport> convert_model(const std::string& from_utf8, const std::string& to_utf8,
                                    const ConvertOptions& options);

}  // namespace roost
