#include <algorithm>
#include <string_view>

#include "formats/model_check.h"
#include "support/utf8.h"

namespace roost::formats {

Result<std::string> detect_generation(const Source& source, const OfficialTensors& official) {
  const auto any = [&](std::string_view part) {
    return std::any_of(official.tensors.begin(), official.tensors.end(), [&](const OfficialTensor& entry) {
      return entry.tensor.name.find(part) != std::string::npos;
    });
  };
  const auto all = [&](std::string_view part) {
    return std::all_of(official.tensors.begin(), official.tensors.end(), [&](const OfficialTensor& entry) {
      return entry.tensor.name.find(part) != std::string::npos;
    });
  };
  if (official.tensors.empty()) return source.fail(ErrorCode::not_a_model, "it holds no tensors at all.");
  if (all("time_state")) {
    return source.unsupported("this is a tuned initial state for a model, not a model itself.");
  }
  if (any("lora_A") || any("lora_B") || any(".disha") || any(".bone") || any(".miss")) {
    return source.unsupported("this is an adapter (LoRA or alike) for a model, not a model itself.");
  }
  if (any(".att.r_k") || any(".att.x_r")) {
    const struct {
      std::string_view part;
      const char* name;
    } variants[] = {{".qkv.", "RWKV-7b (with DeepEmbed and attention)"},
                    {".ffn.s_emb", "RWKV-7a (with DeepEmbed)"},
                    {".ffn.enn.", "an RWKV-8 release candidate"},
                    {"rosa", "an RWKV-8 experiment (ROSA)"}};
    for (const auto& variant : variants) {
      if (any(variant.part))
        return source.unsupported(std::string("this is ") + variant.name + ", which is not supported.");
    }
    return std::string("7");
  }
  if (any("rosa")) return source.unsupported("this is an RWKV-8 experiment (ROSA), which is not supported.");
  if (any(".att.time_maa")) return std::string("6");
  if (any(".att.ln_x.") && any(".att.time_decay")) {
    const auto decay = std::find_if(
        official.tensors.begin(), official.tensors.end(),
        [](const OfficialTensor& entry) { return entry.tensor.name == "blocks.0.att.time_decay"; });
    if (decay != official.tensors.end() && decay->tensor.shape.size() >= 2 && decay->tensor.shape[1] > 1) {
      return std::string("5.2");
    }
    return std::string(any(".att.gate.weight") ? "5.1" : "5.0");
  }
  if (any(".att.time_mix_k") && any(".att.time_decay")) return std::string("4");
  return source.unsupported("this is a model, but no RWKV (it has a tensor " +
                            support::quoted(official.tensors.front().tensor.name) + ").");
}

}  // namespace roost::formats
