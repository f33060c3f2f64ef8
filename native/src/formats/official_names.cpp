#include "formats/official_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "formats/gguf_names.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

using gguf_names::Fused;
using gguf_names::kBlock;
using gguf_names::kBlock6;
using gguf_names::kBlock7;
using gguf_names::kFused6;
using gguf_names::kFused7;
using gguf_names::kTop;
using gguf_names::Rename;

// --- fla: RWKV7ForCausalLM
// ---------------------------------------------------------------------------------------

constexpr Rename kFlaTop[] = {
    {"model.embeddings.weight", "emb.weight"},
    {"model.norm.weight", "ln_out.weight"},
    {"model.norm.bias", "ln_out.bias"},
    {"lm_head.weight", "head.weight"},
};

constexpr Rename kFlaBlock[] = {
    {"pre_norm.weight", "ln0.weight"},
    {"pre_norm.bias", "ln0.bias"},
    {"attn_norm.weight", "ln1.weight"},
    {"attn_norm.bias", "ln1.bias"},
    {"ffn_norm.weight", "ln2.weight"},
    {"ffn_norm.bias", "ln2.bias"},
    {"attn.x_r", "att.x_r"},
    {"attn.x_w", "att.x_w"},
    {"attn.x_k", "att.x_k"},
    {"attn.x_v", "att.x_v"},
    {"attn.x_a", "att.x_a"},
    {"attn.x_g", "att.x_g"},
    {"attn.k_k", "att.k_k"},
    {"attn.k_a", "att.k_a"},
    {"attn.r_k", "att.r_k"},
    {"attn.r_proj.weight", "att.receptance.weight"},
    {"attn.k_proj.weight", "att.key.weight"},
    {"attn.v_proj.weight", "att.value.weight"},
    {"attn.o_proj.weight", "att.output.weight"},
    {"attn.w_lora.lora.0.weight", "att.w1"},
    {"attn.w_lora.lora.2.weight", "att.w2"},
    {"attn.w_lora.lora.2.bias", "att.w0"},
    {"attn.a_lora.lora.0.weight", "att.a1"},
    {"attn.a_lora.lora.2.weight", "att.a2"},
    {"attn.a_lora.lora.2.bias", "att.a0"},
    {"attn.v_lora.lora.0.weight", "att.v1"},
    {"attn.v_lora.lora.2.weight", "att.v2"},
    {"attn.v_lora.lora.2.bias", "att.v0"},
    {"attn.g_lora.lora.0.weight", "att.g1"},
    {"attn.g_lora.lora.2.weight", "att.g2"},
    {"attn.g_norm.weight", "att.ln_x.weight"},
    {"attn.g_norm.bias", "att.ln_x.bias"},
    {"ffn.x_k", "ffn.x_k"},
    {"ffn.key.weight", "ffn.key.weight"},
    {"ffn.value.weight", "ffn.value.weight"},
};

constexpr Fused kFlaFused{"attn.x_x", "att.x_", {"r", "w", "k", "v", "a", "g"}, 6};

// --- transformers ports of generations 4 to 6
// --------------------------------------------------------------------

constexpr Rename kPortBlock[] = {
    {"pre_ln.", "ln0."},
    {"attention.time_mix_key", "att.time_mix_k"},
    {"attention.time_mix_value", "att.time_mix_v"},
    {"attention.time_mix_receptance", "att.time_mix_r"},
    {"attention.time_mix_gate", "att.time_mix_g"},
    {"feed_forward.time_mix_key", "ffn.time_mix_k"},
    {"feed_forward.time_mix_receptance", "ffn.time_mix_r"},
    {"attention.", "att."},
    {"feed_forward.", "ffn."},
};

// ---------------------------------------------------------------------------------------------------------------

// "<prefix>12.tail" → ("12", "tail").
bool split_block(std::string_view name, std::string_view prefix, std::string_view& layer,
                 std::string_view& tail) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return false;
  layer = name.substr(0, dot);
  tail = name.substr(dot + 1);
  return true;
}

std::string block_name(std::string_view layer, std::string_view tail) {
  return "blocks." + std::string(layer) + "." + std::string(tail);
}

template <std::size_t Count>
std::optional<std::string_view> lookup(const Rename (&table)[Count], std::string_view name) {
  for (const Rename& rename : table) {
    if (rename.from == name) return rename.to;
  }
  return std::nullopt;
}

// Part `index` along the outermost dimension.
Tensor part_of(const Tensor& whole, std::size_t index, std::string name) {
  Tensor part = whole;
  part.name = std::move(name);
  const StorageFormat& format = storage_format(whole.type);
  part.data += whole.strides[0] * index / format.block * format.bytes;
  part.shape.erase(part.shape.begin());
  part.strides.erase(part.strides.begin());
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < part.shape.size(); ++i) last += (part.shape[i] - 1) * part.strides[i];
  part.bytes = (last / format.block + 1) * format.bytes;
  return part;
}

class Names {
 public:
  Names(const Source& source, const Container& container) : source_(source), container_(container) {}

  Result<OfficialTensors> translate() {
    if (container_.kind == "gguf") {
      ROOST_TRY(translate_gguf());
    } else if (any_contains(".attn.") && any_contains("layers.")) {
      ROOST_TRY(translate_fla());
    } else if (any_contains(".attention.") && any_contains("blocks.")) {
      ROOST_TRY(translate_port());
    } else {
      ROOST_TRY(translate_official());
    }
    return std::move(out_);
  }

 private:
  bool any_contains(std::string_view part) const {
    return std::any_of(container_.tensors.begin(), container_.tensors.end(),
                       [&](const Tensor& tensor) { return tensor.name.find(part) != std::string::npos; });
  }

  bool all_start_with(std::string_view prefix) const {
    return std::all_of(container_.tensors.begin(), container_.tensors.end(),
                       [&](const Tensor& tensor) { return tensor.name.starts_with(prefix); });
  }

  // Adds a tensor under its official name; the three-dimensional one of generation 6 becomes five.
  Status add(const Tensor& tensor, std::string name, bool out_in) {
    if (name.starts_with("blocks.") && name.ends_with(".att.time_maa_w2")) {
      static constexpr Fused mixes{"", ".", {"w", "k", "v", "r", "g"}, 5};
      return divide(tensor, name, mixes, out_in);
    }
    Tensor renamed = tensor;
    renamed.name = std::move(name);
    out_.tensors.push_back({std::move(renamed), out_in});
    return {};
  }

  Status divide(const Tensor& tensor, std::string_view stem, const Fused& fused, bool out_in) {
    if (tensor.shape.size() < 2 || tensor.shape[0] != fused.count) {
      return source_.damaged("the tensor " + quoted(tensor.name) + " has the shape " +
                             describe_shape(tensor.shape) + " where " + std::to_string(fused.count) +
                             " parts are expected.");
    }
    for (std::size_t i = 0; i < fused.count; ++i) {
      std::string name = std::string(stem) + std::string(fused.prefix) + std::string(fused.parts[i]);
      out_.tensors.push_back({part_of(tensor, i, std::move(name)), out_in});
    }
    return {};
  }

  Status translate_gguf() {
    const std::string architecture = container_.text("general.architecture");
    const bool seven = architecture == "rwkv7";
    // Written by Roost (gguf_export.h): nobody else has GGUF files of these generations.
    if (architecture == "rwkv4" || architecture == "rwkv5") {
      for (const Tensor& tensor : container_.tensors) ROOST_TRY(add(tensor, tensor.name, true));
      return {};
    }
    if (!seven && architecture != "rwkv6") {
      if (architecture.empty()) return source_.damaged("it does not say of what architecture it is.");
      return source_.unsupported("it holds a model of the architecture " + quoted(architecture) +
                                 "; of GGUF files, rwkv6 and rwkv7 are supported, and rwkv4 and rwkv5 "
                                 "as Roost writes them.");
    }
    const Fused& fused = seven ? kFused7 : kFused6;
    for (const Tensor& tensor : container_.tensors) {
      if (const auto top = lookup(kTop, tensor.name)) {
        ROOST_TRY(add(tensor, std::string(*top), true));
        continue;
      }
      std::string_view layer, tail;
      if (!split_block(tensor.name, "blk.", layer, tail)) {
        ROOST_TRY(add(tensor, tensor.name, true));
        continue;
      }
      if (tail == fused.from) {
        ROOST_TRY(divide(tensor, block_name(layer, ""), fused, true));
        continue;
      }
      auto official = lookup(kBlock, tail);
      if (!official) official = seven ? lookup(kBlock7, tail) : lookup(kBlock6, tail);
      ROOST_TRY(add(tensor, official ? block_name(layer, *official) : tensor.name, true));
    }
    return {};
  }

  Status translate_fla() {
    for (const Tensor& tensor : container_.tensors) {
      std::string_view layer, tail;
      if (const auto top = lookup(kFlaTop, tensor.name)) {
        ROOST_TRY(add(tensor, std::string(*top), true));
      } else if (!split_block(tensor.name, "model.layers.", layer, tail)) {
        ROOST_TRY(add(tensor, tensor.name, true));
      } else if (tail == kFlaFused.from) {
        ROOST_TRY(divide(tensor, block_name(layer, ""), kFlaFused, true));
      } else {
        const auto official = lookup(kFlaBlock, tail);
        ROOST_TRY(add(tensor, official ? block_name(layer, *official) : tensor.name, true));
      }
    }
    return {};
  }

  Status translate_port() {
    for (const Tensor& tensor : container_.tensors) {
      std::string_view name = tensor.name;
      if (name.starts_with("rwkv.")) name.remove_prefix(5);
      std::string_view layer, tail;
      if (name == "embeddings.weight") {
        ROOST_TRY(add(tensor, "emb.weight", false));
      } else if (!split_block(name, "blocks.", layer, tail)) {
        ROOST_TRY(add(tensor, std::string(name), false));
      } else {
        std::string official(tail);
        for (const Rename& rename : kPortBlock) {
          if (!tail.starts_with(rename.from)) continue;
          official = std::string(rename.to) + std::string(tail.substr(rename.from.size()));
          break;
        }
        ROOST_TRY(add(tensor, block_name(layer, official), false));
      }
    }
    return {};
  }

  // Whether the low-rank factors of generation 7 come as [rank, width] and [width, rank]: the .st files of
  // web-rwkv have official names and only turn these. Where every rank equals the width nothing tells, and
  // the official order is assumed.
  bool factors_are_turned() const {
    const auto embedding =
        std::find_if(container_.tensors.begin(), container_.tensors.end(),
                     [](const Tensor& tensor) { return tensor.name.ends_with("emb.weight"); });
    if (embedding == container_.tensors.end() || embedding->shape.size() != 2) return false;
    const std::uint64_t width = embedding->shape[1];
    return std::any_of(container_.tensors.begin(), container_.tensors.end(), [&](const Tensor& tensor) {
      const std::string_view name = tensor.name;
      const bool first = name.ends_with(".att.w1") || name.ends_with(".att.a1") || name.ends_with(".att.g1");
      return first && tensor.shape.size() == 2 && tensor.shape[0] != width && tensor.shape[1] == width;
    });
  }

  static bool is_square(const Tensor& tensor) { return tensor.shape.size() == 2 && tensor.shape[1] > 1; }

  bool any_square_bonus() const {
    return std::any_of(container_.tensors.begin(), container_.tensors.end(), [](const Tensor& tensor) {
      return tensor.name.ends_with(".att.time_first") && is_square(tensor);
    });
  }

  // The other names that web-rwkv gives: generation 6 loses its word "maa" and 5 and 6 their "faaaa". A bonus
  // of two dimensions is what tells the latter from the time_first of older files, which is a logarithm.
  static std::string from_web_rwkv(const Tensor& tensor, std::string_view name, bool six) {
    std::string official(name);
    const auto replace = [&](std::string_view from, std::string_view to) {
      if (const std::size_t at = official.find(from); at != std::string::npos)
        official.replace(at, from.size(), to);
    };
    if (six) replace(".time_mix_", ".time_maa_");
    if (six || is_square(tensor)) replace(".att.time_first", ".att.time_faaaa");
    return official;
  }

  // Official names, perhaps behind a prefix that a trainer put before all of them. The transformers port of
  // generation 7 differs only in a prefix (which the head lacks) and the name of the embedding.
  Status translate_official() {
    std::string_view prefix;
    for (const std::string_view known :
         {"_forward_module.model.", "_forward_module.", "module.model.", "module.", "model."}) {
      if (prefix.empty() && !container_.tensors.empty() && all_start_with(known)) prefix = known;
    }
    const bool port = any_contains("rwkv7.");
    out_.ln0_may_be_folded = port;
    const bool converted = container_.kind == "safetensors" && !port;
    const bool six = converted && any_contains(".att.time_mix_w1");
    const bool turned = six || (converted && factors_are_turned());
    // The same conversion turns tuned states; of generation 5 only its name for the bonus tells it.
    const bool states_turned = turned || (converted && any_square_bonus());
    for (const Tensor& tensor : container_.tensors) {
      std::string_view name = std::string_view(tensor.name).substr(prefix.size());
      if (port && name.starts_with("rwkv7.")) name.remove_prefix(6);
      if (port && name == "embeddings.weight") name = "emb.weight";
      const bool out_in = name.ends_with(".att.time_state") ? states_turned : turned;
      ROOST_TRY(add(tensor, converted ? from_web_rwkv(tensor, name, six) : std::string(name), out_in));
    }
    return {};
  }

  const Source& source_;
  const Container& container_;
  OfficialTensors out_;
};

}  // namespace

Result<OfficialTensors> use_official_names(const Source& source, const Container& container) {
  return Names(source, container).translate();
}

}  // namespace roost::formats
