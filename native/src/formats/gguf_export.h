// A model of any container as a GGUF file: which tensors it has, under which names, in which number formats,
// and their bytes. Generation 6 and 7 get the keys, names and layouts of llama.cpp, which loads them. Nobody
// else has GGUF files of generation 4 and 5; theirs are of the architectures "rwkv4" and "rwkv5", hold the
// official tensor names, and are read by Roost alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/model_file.h"
#include "roost/result.h"
#include "support/thread_pool.h"

namespace roost::formats {

// The types a whole model can be written in, as people write them: "f32", "f16", "bf16", "q8_0", "q5_1",
// "q5_0", "q4_1", "q4_0".
std::optional<StorageType> exported_type(std::string_view name);

struct ExportTensor {
  std::string name;
  std::vector<std::uint64_t> shape;  // outermost first
  StorageType type = StorageType::f32;
  std::vector<const Weight*> parts;  // their rows, one part after the other
};

struct ExportPlan {
  std::string architecture;
  std::string header;                 // padded; the tensors' data follow, each padded to gguf_alignment
  std::vector<ExportTensor> tensors;  // `parts` point into the model file
  std::uint64_t file_bytes = 0;
};

// What the new file reads text with: the one or the other, or neither.
struct ExportVocabulary {
  std::vector<std::string> tokens;  // as EmbeddedVocabulary
  std::string json;                 // a whole tokenizer.json, at most kMaximumTokenizerBytes of it
  bool empty() const { return tokens.empty() && json.empty(); }
};

// In a quantised file the embedding and the head are at least q8_0, the low-rank factors f16, vectors f32;
// rows that are no whole blocks become f16. Errors: model_unsupported (a generation or variant that GGUF has
// no place for).
Result<ExportPlan> plan_export(const ModelFile& model, StorageType type, const ExportVocabulary& vocabulary);

// Hands the bytes of one tensor to `put`, in order, in pieces of a few MiB that all threads of `pool` encode.
// Blocks that the source has in the same format already are copied, not rounded again. Errors: what `put`
// returns; model_damaged (a number that is not finite); model_unsupported (one too large for f16);
// out_of_memory.
Status write_tensor(const ExportTensor& tensor, const std::string& label, support::ThreadPool& pool,
                    const std::function<Status(std::span<const std::byte>)>& put);

}  // namespace roost::formats
