// What llama.cpp calls the tensors of generation 6 and 7 in GGUF files, and what the official files call
// them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace roost::formats::gguf_names {

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

inline constexpr Rename kTop[] = {
    {"token_embd.weight", "emb.weight"},           {"token_embd_norm.weight", "blocks.0.ln0.weight"},
    {"token_embd_norm.bias", "blocks.0.ln0.bias"}, {"output_norm.weight", "ln_out.weight"},
    {"output_norm.bias", "ln_out.bias"},           {"output.weight", "head.weight"},
};

inline constexpr Rename kBlock[] = {
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

inline constexpr Rename kBlock7[] = {
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
inline constexpr Rename kBlock6[] = {
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

inline constexpr Fused kFused7{"time_mix_lerp_fused.weight", "att.x_", {"r", "w", "k", "v", "a", "g"}, 6};
inline constexpr Fused kFused6{"time_mix_lerp_fused.weight", "att.time_maa_", {"w", "k", "v", "r", "g"}, 5};

}  // namespace roost::formats::gguf_names
