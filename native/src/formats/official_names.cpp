#include "formats/official_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

struct Rename {
  std::string_view from, to;
};

// One tensor that holds several: `parts` along its outermost dimension.
struct Fused {
  std::string_view from;
  std::string_view prefix;
  std::array<std::string_view, 6> parts;
  std::size_t count;
};

// --- GGUF
// ------------------------------------------------------------------------------------------------------

constexpr Rename kGgufTop[] = {
    {"token_embd.weight", "emb.weight"},           {"token_embd_norm.weight", "blocks.0.ln0.weight"},
    {"token_embd_norm.bias", "blocks.0.ln0.bias"}, {"output_norm.weight", "ln_out.weight"},
    {"output_norm.bias", "ln_out.bias"},           {"output.weight", "head.weight"},
};

constexpr Rename kGgufBlock[] = {
    {"attn_norm.weight", "ln1.weight"},
    {"attn_norm.bias", "ln1.bias"},
    {"attn_norm_2.weight", "ln2.weight"},
    {"attn_norm_2.bias", "ln2.bias"},
    {"time_mix_receptance.weight", "att.receptance.weight"},
    {"time_mix_key.weight", "att.key.weight"},
    {"time_mix_value.weight", "att.value.weight"},
    {"time_mix_output.weight", "att.output.weight"},
    {"time_mix_ln.weight", "att.ln_x.weight"},
    {"time_mix_ln.bias", "att.ln_x.bias"},
    {"channel_mix_key.weight", "ffn.key.weight"},
    {"channel_mix_value.weight", "ffn.value.weight"},
};

constexpr Rename kGgufBlock7[] = {
    {"time_mix_w0.weight", "att.w0"},         {"time_mix_w1.weight", "att.w1"},
    {"time_mix_w2.weight", "att.w2"},         {"time_mix_a0.weight", "att.a0"},
    {"time_mix_a1.weight", "att.a1"},         {"time_mix_a2.weight", "att.a2"},
    {"time_mix_v0.weight", "att.v0"},         {"time_mix_v1.weight", "att.v1"},
    {"time_mix_v2.weight", "att.v2"},         {"time_mix_g1.weight", "att.g1"},
    {"time_mix_g2.weight", "att.g2"},         {"time_mix_k_k.weight", "att.k_k"},
    {"time_mix_k_a.weight", "att.k_a"},       {"time_mix_r_k.weight", "att.r_k"},
    {"channel_mix_lerp_k.weight", "ffn.x_k"},
};

// w1 and w2 mean something else here than in generation 7.
constexpr Rename kGgufBlock6[] = {
    {"time_mix_gate.weight", "att.gate.weight"},
    {"time_mix_lerp_x.weight", "att.time_maa_x"},
    {"time_mix_lerp_w.weight", "att.time_maa_w"},
    {"time_mix_lerp_k.weight", "att.time_maa_k"},
    {"time_mix_lerp_v.weight", "att.time_maa_v"},
    {"time_mix_lerp_r.weight", "att.time_maa_r"},
    {"time_mix_lerp_g.weight", "att.time_maa_g"},
    {"time_mix_w1.weight", "att.time_maa_w1"},
    {"time_mix_w2.weight", "att.time_maa_w2"},
    {"time_mix_first.weight", "att.time_faaaa"},
    {"time_mix_decay.weight", "att.time_decay"},
    {"time_mix_decay_w1.weight", "att.time_decay_w1"},
    {"time_mix_decay_w2.weight", "att.time_decay_w2"},
    {"channel_mix_lerp_k.weight", "ffn.time_maa_k"},
    {"channel_mix_lerp_r.weight", "ffn.time_maa_r"},
    {"channel_mix_receptance.weight", "ffn.receptance.weight"},
};

constexpr Fused kGgufFused7{"time_mix_lerp_fused.weight", "att.x_", {"r", "w", "k", "v", "a", "g"}, 6};
constexpr Fused kGgufFused6{"time_mix_lerp_fused.weight", "att.time_maa_", {"w", "k", "v", "r", "g"}, 5};

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
    if (!seven && architecture != "rwkv6") {
      if (architecture.empty()) return source_.damaged("it does not say of what architecture it is.");
      return source_.unsupported("it holds a model of the architecture " + quoted(architecture) +
                                 "; of GGUF files, rwkv6 and rwkv7 are supported.");
    }
    const Fused& fused = seven ? kGgufFused7 : kGgufFused6;
    for (const Tensor& tensor : container_.tensors) {
      if (const auto top = lookup(kGgufTop, tensor.name)) {
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
      auto official = lookup(kGgufBlock, tail);
      if (!official) official = seven ? lookup(kGgufBlock7, tail) : lookup(kGgufBlock6, tail);
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
    for (const Tensor& tensor : container_.tensors) {
      std::string_view name = std::string_view(tensor.name).substr(prefix.size());
      if (port && name.starts_with("rwkv7.")) name.remove_prefix(6);
      if (port && name == "embeddings.weight") name = "emb.weight";
      ROOST_TRY(add(tensor, std::string(name), false));
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
