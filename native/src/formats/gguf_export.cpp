#include "formats/gguf_export.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "formats/blocks.h"
#include "formats/container.h"
#include "formats/gguf_names.h"
#include "formats/gguf_writer.h"
#include "support/half.h"
#include "support/path_text.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

// What a tensor is for; decides its number format.
enum class Part : std::uint8_t { matrix, edge, low_rank, vector };

struct TypeName {
  std::string_view name;
  StorageType type;
  std::uint32_t file_type;  // general.file_type
};
constexpr TypeName kTypes[] = {
    {"f32", StorageType::f32, 0},   {"f16", StorageType::f16, 1},   {"bf16", StorageType::bf16, 32},
    {"q8_0", StorageType::q8_0, 7}, {"q5_1", StorageType::q5_1, 9}, {"q5_0", StorageType::q5_0, 8},
    {"q4_1", StorageType::q4_1, 3}, {"q4_0", StorageType::q4_0, 2},
};

std::uint32_t file_type_of(StorageType type) {
  for (const TypeName& known : kTypes) {
    if (known.type == type) return known.file_type;
  }
  return 0;
}

// llama.cpp's converter writes this for "no limit".
constexpr std::uint32_t kNoLimit = 1'048'576;

StorageType type_for(StorageType wanted, Part part, std::uint64_t columns) {
  if (part == Part::vector || wanted == StorageType::f32) return StorageType::f32;
  if (storage_format(wanted).block == 1) return wanted;
  if (part == Part::low_rank || columns % 32 != 0) return StorageType::f16;
  return part == Part::edge ? StorageType::q8_0 : wanted;
}

class Planner {
 public:
  Planner(const ModelFile& model, StorageType type) : model_(model), type_(type) {}

  Result<ExportPlan> plan(const ExportVocabulary& vocabulary) {
    const std::string label = support::file_label(model_.path);
    if (model_.ln0_in_embedding) {
      return error(ErrorCode::model_unsupported,
                   label + ": its first norm is folded into the embedding, which GGUF has no place for.");
    }
    if (model_.tuned_state) {
      return error(ErrorCode::model_unsupported,
                   label + ": it carries a tuned initial state, which GGUF has no place for.");
    }
    const bool six = model_.generation == "6", seven = model_.generation == "7";
    plan_.architecture = "rwkv" + model_.generation.substr(0, 1);
    if (six || seven) {
      ROOST_TRY(place_as_llama(seven));
    } else {
      place_officially();
    }
    if (!missing_.empty())
      return error(ErrorCode::model_damaged,
                   label + ": it lacks the tensor " + support::quoted(missing_) + ".");
    write_keys(six, seven);
    write_vocabulary(vocabulary);
    for (const ExportTensor& tensor : plan_.tensors) header_.tensor(tensor.name, tensor.shape, tensor.type);
    plan_.header = header_.bytes();
    plan_.file_bytes = plan_.header.size() + header_.data_bytes();
    return std::move(plan_);
  }

 private:
  const Weight* find(const std::string& official) {
    const Weight* const weight = model_.find(official);
    if (weight == nullptr && missing_.empty()) missing_ = official;
    return weight;
  }

  void add(std::string name, const std::string& official, Part part) {
    const Weight* const weight = find(official);
    if (weight == nullptr) return;
    ExportTensor tensor;
    tensor.name = std::move(name);
    tensor.parts = {weight};
    tensor.type = type_for(type_, part, weight->columns);
    if (part == Part::vector && weight->rows == 1) {
      tensor.shape = {weight->columns};
    } else {
      tensor.shape = {weight->rows, weight->columns};
    }
    plan_.tensors.push_back(std::move(tensor));
  }

  // Several of equal shape as one, along a new outermost dimension.
  void add_fused(std::string name, const std::vector<std::string>& officials,
                 const std::vector<std::uint64_t>& shape, Part part) {
    ExportTensor tensor;
    tensor.name = std::move(name);
    tensor.shape = shape;
    tensor.type = type_for(type_, part, shape.back());
    for (const std::string& official : officials) {
      const Weight* const weight = find(official);
      if (weight == nullptr) return;
      tensor.parts.push_back(weight);
    }
    plan_.tensors.push_back(std::move(tensor));
  }

  static Part part_of(std::string_view official) {
    if (official == "emb.weight" || official == "head.weight") return Part::edge;
    for (const std::string_view tail :
         {"att.w1", "att.w2", "att.a1", "att.a2", "att.v1", "att.v2", "att.g1", "att.g2", "att.time_maa_w1",
          "att.time_decay_w1", "att.time_decay_w2"}) {
      if (official.ends_with(tail)) return Part::low_rank;
    }
    for (const std::string_view tail :
         {"receptance.weight", "key.weight", "value.weight", "gate.weight", "output.weight"}) {
      if (official.ends_with(tail)) return Part::matrix;
    }
    return Part::vector;
  }

  // The reader's tables (gguf_names.h), backwards.
  Status place_as_llama(bool seven) {
    for (const gguf_names::Rename& rename : gguf_names::kTop) {
      add(std::string(rename.from), std::string(rename.to), part_of(rename.to));
    }
    const gguf_names::Fused& fused = seven ? gguf_names::kFused7 : gguf_names::kFused6;
    const auto special = std::span<const gguf_names::Rename>(
        seven ? std::span<const gguf_names::Rename>(gguf_names::kBlock7) : gguf_names::kBlock6);
    for (std::uint32_t layer = 0; layer < model_.layers; ++layer) {
      const std::string from = "blocks." + std::to_string(layer) + ".";
      const std::string to = "blk." + std::to_string(layer) + ".";
      const auto each = [&](std::span<const gguf_names::Rename> table) {
        for (const gguf_names::Rename& rename : table) {
          std::string official(rename.to);
          const std::string name = to + std::string(rename.from);
          if (!seven && official == "att.time_maa_w2") {
            add_mixes(name, from);
            continue;
          }
          // Parts of the fused tensor have names of their own only in old files.
          const bool fused_part = official.starts_with(fused.prefix) &&
                                  std::find(fused.parts.begin(), fused.parts.end(),
                                            official.substr(fused.prefix.size())) != fused.parts.end();
          if (fused_part) continue;
          // llama.cpp wants these in the first layer too, in the shapes of a; nobody computes with them.
          if (seven && layer == 0 && official.starts_with("att.v") && official.size() == 6) official[4] = 'a';
          add(name, from + official, part_of(official));
          if (official == "att.r_k" && missing_.empty()) plan_.tensors.back().shape = {model_.width};
        }
      };
      each(gguf_names::kBlock);
      each(special);
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < fused.count; ++i) {
        parts.push_back(from + std::string(fused.prefix) + std::string(fused.parts[i]));
      }
      add_fused(to + std::string(fused.from), parts, {fused.count, 1, 1, model_.width}, Part::vector);
    }
    return {};
  }

  void add_mixes(const std::string& name, const std::string& from) {
    std::vector<std::string> parts;
    for (const char* mix : {"w", "k", "v", "r", "g"}) parts.push_back(from + "att.time_maa_w2." + mix);
    const Weight* const first = find(parts[0]);
    if (first != nullptr) add_fused(name, parts, {5, first->rows, first->columns}, Part::low_rank);
  }

  void place_officially() {
    for (const auto& [name, weight] : model_.weights) add(name, name, part_of(name));
  }

  std::uint32_t rank_of(const char* tail) {
    const std::string layer = model_.layers > 1 ? "blocks.1." : "blocks.0.";
    const Weight* const weight = model_.find(layer + tail);
    return weight != nullptr ? static_cast<std::uint32_t>(weight->rows) : 0;
  }

  void write_keys(bool six, bool seven) {
    const std::string prefix = plan_.architecture + ".";
    header_.text("general.architecture", plan_.architecture);
    header_.text("general.type", "model");
    header_.text("general.name", model_.title);
    for (const auto& [key, words] : model_.texts) {
      if (key == "general.architecture" || key == "general.type" || key == "general.name") continue;
      if (!key.starts_with("general.")) continue;
      header_.text(key, words);
    }
    header_.whole(prefix + "context_length", model_.training_context.value_or(kNoLimit));
    header_.whole(prefix + "embedding_length", model_.width);
    header_.whole(prefix + "block_count", model_.layers);
    header_.whole(prefix + "feed_forward_length", model_.ffn);
    header_.whole(prefix + "vocab_size", model_.vocabulary);
    header_.whole(prefix + "attention.head_count", 0);  // required by llama.cpp, unused
    header_.real(prefix + "attention.layer_norm_epsilon", 1e-5f);
    if (model_.head_size > 0 && model_.generation != "4")
      header_.whole(prefix + "wkv.head_size", model_.head_size);
    if (seven) {
      header_.whole(prefix + "attention.decay_lora_rank", rank_of("att.w1"));
      header_.whole(prefix + "attention.iclr_lora_rank", rank_of("att.a1"));
      const std::uint32_t rank_v = model_.layers > 1 ? rank_of("att.v1") : rank_of("att.a1");
      header_.whole(prefix + "attention.value_residual_mix_lora_rank", rank_v);
      header_.whole(prefix + "attention.gate_lora_rank", rank_of("att.g1"));
    }
    if (six) {
      header_.whole(prefix + "time_mix_extra_dim", rank_of("att.time_maa_w1") / 5);
      header_.whole(prefix + "time_decay_extra_dim", rank_of("att.time_decay_w1"));
      // The weights stay divided as they were (ModelFile::rescale_every_layers).
      header_.whole(prefix + "rescale_every_n_layers", model_.rescale_every_layers);
    }
    header_.whole("general.file_type", file_type_of(type_));
    header_.whole("general.quantization_version", 2);
  }

  void write_vocabulary(const ExportVocabulary& vocabulary) {
    const std::vector<std::string>& tokens = vocabulary.tokens;
    if (tokens.empty()) {
      header_.text("tokenizer.ggml.model", "none");
      if (!vocabulary.json.empty()) header_.text("tokenizer.huggingface.json", vocabulary.json);
      write_chat_template();
      return;
    }
    const auto token_at = [&](std::uint64_t id) {
      return id < tokens.size() ? std::string_view(tokens[static_cast<std::size_t>(id)]) : std::string_view();
    };
    header_.text("tokenizer.ggml.model", "rwkv");
    header_.texts("tokenizer.ggml.tokens", model_.vocabulary, [&](std::uint64_t id) -> std::string {
      if (id == 0) return "<s>";
      const std::string_view bytes = token_at(id);
      return bytes.empty() ? "[PAD" + std::to_string(id) + "]" : escape_token(bytes);
    });
    header_.wholes("tokenizer.ggml.token_type", model_.vocabulary, [&](std::uint64_t id) -> std::int32_t {
      constexpr std::int32_t normal = 1, control = 3, unused = 5;
      if (id == 0) return control;
      return token_at(id).empty() ? unused : normal;
    });
    auto settings = model_.token_settings;
    for (const char* key : {"tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"})
      settings.emplace(key, std::uint64_t{0});
    for (const auto& [key, value] : settings) {
      if (const bool* truth = std::get_if<bool>(&value)) header_.truth(key, *truth);
      const auto* id = std::get_if<std::uint64_t>(&value);
      if (id != nullptr && *id < model_.vocabulary) header_.whole(key, static_cast<std::uint32_t>(*id));
    }
    write_chat_template();
  }

  void write_chat_template() {
    const auto chat = model_.texts.find("tokenizer.chat_template");
    if (chat != model_.texts.end()) header_.text("tokenizer.chat_template", chat->second);
  }

  const ModelFile& model_;
  const StorageType type_;
  GgufHeader header_;
  ExportPlan plan_;
  std::string missing_;
};

// Rows of a part, in the part's own encoding, or null where they must be encoded.
const std::byte* rows_in_file(const Weight& weight, StorageType type, std::uint64_t row) {
  const StorageFormat& format = storage_format(type);
  if (weight.type != type || format.block == 1) return nullptr;
  return weight.data + row * (weight.columns / format.block) * format.bytes;
}

// What is wrong with numbers that are to be written as `type`.
enum class Trouble : int { none, not_finite, too_large };

Trouble trouble_of(const float* numbers, std::size_t count, StorageType type) {
  float damage = 0, largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    damage += numbers[i] * 0.0f;
    largest = std::max(largest, std::fabs(numbers[i]));
  }
  if (damage != 0.0f || std::isnan(damage)) return Trouble::not_finite;
  // f16 is also what the scales of blocks are: of q8_0 the largest number over 127, of the others a few times
  // more.
  const float most = type == StorageType::f16         ? 65504.0f
                     : type == StorageType::q8_0      ? 65504.0f * 127
                     : storage_format(type).block > 1 ? 65504.0f
                                                      : HUGE_VALF;
  return largest > most ? Trouble::too_large : Trouble::none;
}

void encode_row(const float* numbers, std::size_t count, StorageType type, std::byte* out) {
  switch (type) {
    case StorageType::f32:
      std::memcpy(out, numbers, count * 4);
      return;
    case StorageType::f16:
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t half = support::f32_to_f16(numbers[i]);
        std::memcpy(out + 2 * i, &half, 2);
      }
      return;
    case StorageType::bf16:
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t brain = support::f32_to_bf16(numbers[i]);
        std::memcpy(out + 2 * i, &brain, 2);
      }
      return;
    default:
      encode_blocks(type, numbers, count, out);
  }
}

}  // namespace

std::optional<StorageType> exported_type(std::string_view name) {
  for (const TypeName& known : kTypes) {
    if (known.name == name) return known.type;
  }
  return std::nullopt;
}

Result<ExportPlan> plan_export(const ModelFile& model, StorageType type, const ExportVocabulary& vocabulary) {
  return Planner(model, type).plan(vocabulary);
}

Status write_tensor(const ExportTensor& tensor, const std::string& label, support::ThreadPool& pool,
                    const std::function<Status(std::span<const std::byte>)>& put) {
  constexpr std::uint64_t piece_numbers = std::uint64_t{1} << 20;
  const StorageFormat& format = storage_format(tensor.type);
  std::vector<std::byte> bytes;
  std::uint64_t written = 0;
  for (const Weight* part : tensor.parts) {
    const auto columns = static_cast<std::size_t>(part->columns);
    const std::size_t row_bytes = columns / format.block * format.bytes;
    const std::uint64_t rows_at_once = std::max<std::uint64_t>(1, piece_numbers / part->columns);
    for (std::uint64_t first = 0; first < part->rows; first += rows_at_once) {
      const auto rows = static_cast<std::size_t>(std::min(rows_at_once, part->rows - first));
      std::span<const std::byte> piece;
      if (const std::byte* ready = rows_in_file(*part, tensor.type, first); ready != nullptr) {
        piece = {ready, rows * row_bytes};
      } else {
        bytes.resize(rows * row_bytes);
        std::atomic<int> worst{0};
        const bool good = pool.parallel_for(rows, 1, [&](std::size_t begin, std::size_t end, int) {
          std::vector<float> numbers(columns);
          for (std::size_t row = begin; row < end; ++row) {
            read_row(*part, first + row, numbers.data());
            const Trouble trouble = trouble_of(numbers.data(), columns, tensor.type);
            if (trouble != Trouble::none) worst = static_cast<int>(trouble);
            encode_row(numbers.data(), columns, tensor.type, bytes.data() + row * row_bytes);
          }
        });
        if (!good) return error(ErrorCode::out_of_memory, label + ": not enough memory to convert it.");
        if (worst == static_cast<int>(Trouble::not_finite)) {
          return error(ErrorCode::model_damaged, label + ": the tensor " + support::quoted(tensor.name) +
                                                     " holds a number that is not finite.");
        }
        if (worst == static_cast<int>(Trouble::too_large)) {
          return error(ErrorCode::model_unsupported, label + ": the tensor " + support::quoted(tensor.name) +
                                                         " holds a number too large for " +
                                                         std::string(format.name) + "; choose bf16.");
        }
        piece = bytes;
      }
      ROOST_TRY(put(piece));
      written += piece.size();
    }
  }
  static constexpr std::byte zeros[gguf_alignment] = {};
  return put({zeros, static_cast<std::size_t>((gguf_alignment - written % gguf_alignment) % gguf_alignment)});
}

}  // namespace roost::formats
