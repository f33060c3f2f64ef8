// What every model file becomes, whatever container it came in: named weights in one orientation, checked,
// still mapped. `formats` knows nothing of devices or text processing; it guarantees that every range below
// lies inside the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "roost/result.h"
#include "support/mapped_file.h"

namespace roost::formats {

// How numbers lie in the file. Block types (all but the first three; see blocks.h) are contiguous along a
// row.
enum class StorageType : std::uint8_t { f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k };

struct StorageFormat {
  StorageType type;
  std::string_view name;  // "BF16"
  std::uint32_t block;    // elements that are stored together
  std::uint32_t bytes;    // bytes of a block
};

const StorageFormat& storage_format(StorageType type);

// A weight as logical rows x columns. A matrix is always presented as [out, in], so y = W x, whatever the
// file's own order: the official low-rank factors (stored [in, out]) arrive here with strides swapped. A
// vector is 1 x n.
struct Weight {
  StorageType type = StorageType::f32;
  std::uint64_t rows = 1;
  std::uint64_t columns = 0;
  std::int64_t row_stride = 0;      // in elements; for block types in elements too, always == columns
  std::int64_t column_stride = 1;   // in elements; 1 for block types
  const std::byte* data = nullptr;  // first element, inside the mapping; may be unaligned
  std::uint64_t count() const { return rows * columns; }
};

// Widens one logical row to f32; `out` holds `columns` floats. Exact for every type but block types, where it
// is the format's own definition of the value.
void read_row(const Weight& weight, std::uint64_t row, float* out);

// A vocabulary carried by the file: entry i is the bytes of token i; empty where the id must never be
// produced from text (end of text, padding, control).
struct EmbeddedVocabulary {
  std::vector<std::string> tokens;
};

// The files behind a model: one, or the parts of a divided one (shards.h).
struct OpenedFiles {
  std::vector<std::shared_ptr<const support::MappedFile>> files;
};

struct ModelFile {
  std::string path;
  std::string container;   // "pth", "safetensors", "gguf"
  std::string generation;  // "4", "5.0", "5.1", "5.2", "6", "7"
  std::uint32_t layers = 0, width = 0, ffn = 0, heads = 0, head_size = 0, vocabulary = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t parameters = 0;
  std::map<std::string, std::uint64_t>
      storage_types;     // "BF16" -> number of tensors, as named by the container
  std::string title;     // general.name of GGUF, else the file's stem
  std::string basename;  // general.basename of GGUF, else empty
  std::optional<std::uint32_t> training_context;
  // GGUF: the texts of its metadata that describe the model (general.*) and how to talk to it
  // (tokenizer.chat_template), as the file has them.
  std::map<std::string, std::string, std::less<>> texts;
  // GGUF: tokenizer.ggml.eot_token_id, tokenizer.ggml.add_bos_token and the like, for files made from this
  // one.
  std::map<std::string, std::variant<std::uint64_t, bool>, std::less<>> token_settings;
  std::optional<EmbeddedVocabulary> embedded_vocabulary;
  std::string fingerprint;   // lower-case hex SHA-256 that identifies the weights: fingerprint.h defines it
  bool tuned_state = false;  // a state other than zeros belongs to the weights (rwkv-reference 3.5)
  bool ln0_in_embedding = false;  // some exports fold ln0 into the embedding and carry no ln0
  // GGUF of generation 6 may hold att.output and ffn.value of layer i divided by 2^(i / n): this n, else 0.
  // The sums only come out right when x is halved after every n-th layer, or the weights are multiplied back.
  std::uint32_t rescale_every_layers = 0;

  // Official names (rwkv-reference 1.x without "model." prefixes): "emb.weight", "blocks.0.att.w1",
  // "head.weight". Layer-0 v0, v1, v2 of generation 7 are left out: they are never used. Generation 6 has one
  // three-dimensional weight, att.time_maa_w2; it is presented as five matrices [width, rank] named
  // att.time_maa_w2.w, .k, .v, .r and .g. att.time_decay, time_first and time_faaaa of generation 5 and 6 and
  // att.r_k of 7 are [heads, head_size] where they have two dimensions. Where `tuned_state` is set, every
  // layer has the state before the first token as well: att.time_state.<head>, each [value, key].
  std::map<std::string, Weight, std::less<>> weights;
  const Weight* find(std::string_view name) const;

  std::shared_ptr<const OpenedFiles> mapping;  // keeps the bytes alive; null where they are the caller's
  // Whether pages that are dropped come back: true of a mapped file, false of one that was read into memory.
  bool pages_return = false;
  // Ok while the file on disk is still the one that was opened (size, modification time, inode). Error:
  // model_changed.
  Result<void> unchanged() const;
  // Ok while everything that was read from the weights so far is what the file held. Cheap enough for every
  // token; ask after reading, since a file can lose its bytes at any time. Error: model_changed.
  Result<void> intact() const;
};

// For large files: opening reads every byte once, for checksums and the fingerprint, which takes as long as
// the disk does. Both are called on the thread that opens, neither may throw.
struct OpenHooks {
  std::function<void(double fraction)> progress;  // from 0 to 1, of the bytes to read
  std::function<bool()> cancelled;                // polled every few milliseconds
};

// Detects the container by content, parses, checks names and shapes against each other. Executes nothing,
// allocates nothing sized by an unchecked number. Errors: file_missing, file_unreadable, not_a_model,
// model_unsafe, model_unsupported, model_truncated, model_damaged, model_changed (while it was read),
// out_of_memory, cancelled; each names the file and what is wrong with it.
// A path to the index of a divided .safetensors opens the files it names, in the same folder.
Result<std::shared_ptr<const ModelFile>> open_model_file(
    const std::string& path_utf8, const OpenHooks& hooks = {},
    support::FileAccess access = support::FileAccess::automatic);

}  // namespace roost::formats
