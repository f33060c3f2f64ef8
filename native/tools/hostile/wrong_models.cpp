// Sound containers around sets of tensors that are no RWKV, not a whole one, or a strange one.
#include <cmath>

#include "corpus.h"
#include "formats/test_files.h"

namespace roost::hostile {
namespace {

using namespace test_files;
using namespace std::string_literals;

using Tensors = std::vector<TestTensor>;
using Change = void (*)(Tensors&);

TestTensor& find(Tensors& tensors, const std::string& name) {
  for (TestTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  return tensors.front();
}

void reshape(Tensors& tensors, const std::string& name, std::vector<std::uint64_t> shape) {
  TestTensor& tensor = find(tensors, name);
  tensor.shape = std::move(shape);
  tensor.values.resize(static_cast<std::size_t>(tensor.count()));
}

void remove(Tensors& tensors, const std::string& part) {
  std::erase_if(tensors,
                [&](const TestTensor& tensor) { return tensor.name.find(part) != std::string::npos; });
}

void add(Tensors& tensors, std::string name, std::vector<std::uint64_t> shape) {
  TestTensor tensor{std::move(name), std::move(shape), {}};
  tensor.values.resize(static_cast<std::size_t>(tensor.count()));
  tensors.push_back(std::move(tensor));
}

void fill(Tensors& tensors, const std::string& part, float value) {
  for (TestTensor& tensor : tensors) {
    if (tensor.name.find(part) != std::string::npos) tensor.values.assign(tensor.values.size(), value);
  }
}

}  // namespace

void add_wrong_models(Corpus& corpus) {
  const struct {
    const char* what;
    const char* answer;
    Change change;
  } changes[] = {
      {"embedding-missing", "model_damaged", [](Tensors& t) { remove(t, "emb.weight"); }},
      {"head-missing", "model_damaged", [](Tensors& t) { remove(t, "head.weight"); }},
      {"one-tensor-missing", "model_damaged", [](Tensors& t) { remove(t, "blocks.1.att.k_a"); }},
      {"layer-0-missing", "model_damaged", [](Tensors& t) { remove(t, "blocks.0."); }},
      {"all-layers-missing", "model_damaged|model_unsupported", [](Tensors& t) { remove(t, "blocks."); }},
      {"layer-far-away", "model_damaged", [](Tensors& t) { add(t, "blocks.99999.att.x_r", {32}); }},
      {"layer-farther", "model_damaged|model_unsupported",
       [](Tensors& t) { add(t, "blocks.4294967296.att.x_r", {32}); }},
      {"layer-negative", "model_damaged|model_unsupported",
       [](Tensors& t) { add(t, "blocks.-1.att.x_r", {32}); }},
      {"layer-with-zero", "model_damaged|model_unsupported",
       [](Tensors& t) { add(t, "blocks.01.att.x_r", {32}); }},
      {"layer-without-number", "model_damaged|model_unsupported",
       [](Tensors& t) { add(t, "blocks..att.x_r", {32}); }},
      {"gap-between-layers", "model_damaged",
       [](Tensors& t) {
         for (TestTensor& tensor : t) {
           if (tensor.name.starts_with("blocks.1.")) tensor.name.replace(7, 1, "2");
         }
       }},
      {"tensor-added", "model_unsupported", [](Tensors& t) { add(t, "blocks.0.att.backdoor", {4}); }},
      {"tensor-with-escapes", "model_unsupported",
       [](Tensors& t) { add(t, "\\u001b[2J\\u001b]0;owned\\u0007", {4}); }},
      {"tensor-with-format", "model_unsupported", [](Tensors& t) { add(t, "%s%s%s%n", {4}); }},
      {"tensor-turned-text", "model_unsupported", [](Tensors& t) { add(t, "\u202egpj.evil", {4}); }},
      {"embedding-one-dimension", "model_damaged", [](Tensors& t) { reshape(t, "emb.weight", {1280}); }},
      {"embedding-three-dimensions", "model_damaged",
       [](Tensors& t) {
         reshape(t, "emb.weight", {40, 32, 1});
       }},
      {"embedding-turned", "model_damaged",
       [](Tensors& t) {
         reshape(t, "emb.weight", {32, 40});
       }},
      {"head-of-other-vocabulary", "model_damaged",
       [](Tensors& t) {
         reshape(t, "head.weight", {41, 32});
       }},
      {"width-one", "model_damaged",
       [](Tensors& t) {
         reshape(t, "emb.weight", {40, 1});
       }},
      {"square-not-square", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.att.key.weight", {32, 31});
       }},
      {"square-one-dimension", "model_damaged",
       [](Tensors& t) { reshape(t, "blocks.1.att.key.weight", {1024}); }},
      {"vector-too-long", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.att.x_r", {1, 1, 33});
       }},
      {"vector-square", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.att.x_r", {8, 4});
       }},
      {"vector-single", "model_damaged", [](Tensors& t) { reshape(t, "ln_out.bias", {1}); }},
      {"heads-do-not-divide", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.0.att.r_k", {3, 11});
       }},
      {"heads-more-than-width", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.0.att.r_k", {64, 1});
       }},
      {"heads-differ-by-layer", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.att.r_k", {4, 8});
       }},
      {"rank-differs-within", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.0.att.g1", {32, 16});
       }},
      {"rank-differs-by-layer", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.att.g1", {32, 16});
         reshape(t, "blocks.1.att.g2", {16, 32});
       }},
      {"feed-forward-differs", "model_damaged",
       [](Tensors& t) {
         reshape(t, "blocks.1.ffn.key.weight", {48, 32});
       }},
      {"name-in-capitals", "model_damaged|model_unsupported",
       [](Tensors& t) { find(t, "blocks.1.att.k_k").name = "blocks.1.att.K_K"; }},
      {"two-names-for-one", "model_damaged|model_unsupported",
       [](Tensors& t) {
         add(t, "module.emb.weight", {40, 32});
       }},
      {"adapter", "model_unsupported",
       [](Tensors& t) {
         add(t, "blocks.0.att.key.lora_A", {4, 32});
       }},
      {"deep-embedding", "model_unsupported",
       [](Tensors& t) {
         add(t, "blocks.0.ffn.s_emb.weight", {40, 32});
       }},
      {"rosa", "model_unsupported", [](Tensors& t) { add(t, "blocks.0.rosa.emb", {4}); }},
      {"state-of-one-layer", "model_damaged",
       [](Tensors& t) {
         add(t, "blocks.0.att.time_state", {2, 16, 16});
       }},
      {"state-of-a-wide-head", "model_damaged",
       [](Tensors& t) {
         add(t, "blocks.0.att.time_state", {1, 32, 32});
       }},
      {"states", "opens",
       [](Tensors& t) {
         add(t, "blocks.0.att.time_state", {2, 16, 16});
         add(t, "blocks.1.att.time_state", {2, 16, 16});
       }},
      {"only-states", "model_unsupported",
       [](Tensors& t) {
         t.clear();
         add(t, "blocks.0.att.time_state", {2, 16, 16});
       }},
      {"another-architecture", "model_unsupported",
       [](Tensors& t) {
         t.clear();
         add(t, "model.layers.0.self_attn.q_proj.weight", {8, 8});
       }},
      {"one-number", "model_unsupported",
       [](Tensors& t) {
         t.clear();
         add(t, "x", {});
       }},
      // Odd, and to be opened all the same: what they compute is for the sampler's checks, not for the
      // parser's.
      {"nan-everywhere", "opens", [](Tensors& t) { fill(t, "", NAN); }},
      {"nan-in-one", "opens", [](Tensors& t) { find(t, "blocks.1.att.w0").values[3] = NAN; }},
      {"infinite-norm", "opens", [](Tensors& t) { fill(t, "ln_out.weight", INFINITY); }},
      {"negative-infinity", "opens", [](Tensors& t) { fill(t, "head.weight", -INFINITY); }},
      {"all-zero", "opens", [](Tensors& t) { fill(t, "", 0.0f); }},
      {"subnormal", "opens", [](Tensors& t) { fill(t, "", 1e-40f); }},
      {"largest", "opens", [](Tensors& t) { fill(t, "", 3e38f); }},
      {"dummies-of-other-shape", "opens",
       [](Tensors& t) {
         reshape(t, "blocks.0.att.v1", {5, 7});
         reshape(t, "blocks.0.att.v0", {1});
       }},
      {"dummies-missing", "opens",
       [](Tensors& t) {
         remove(t, "blocks.0.att.v");
         add(t, "blocks.0.att.value.weight", {32, 32});
       }},
      {"single-layer", "opens", [](Tensors& t) { remove(t, "blocks.1."); }},
  };
  for (const auto& [what, answer, change] : changes) {
    Tensors tensors = tiny_rwkv7();
    change(tensors);
    corpus.add("model-"s + what + ".safetensors", answer, make_safetensors(tensors, "F32"));
  }
  // Two names for the same bytes: how a head that is the embedding is saved.
  PthShape tied;
  tied.tensor = [](Pickle& pickle, const TestTensor& tensor, std::size_t i) {
    const std::vector<std::int64_t> size(tensor.shape.begin(), tensor.shape.end());
    const auto count = static_cast<std::int64_t>(tensor.count());
    pickle.tensor("FloatStorage", tensor.name == "head.weight" ? "0" : std::to_string(i), count, 0, size,
                  strides_of(tensor.shape));
  };
  corpus.add("model-tied-head.pth", "opens", make_pth(tiny_rwkv7(), tied));
}

}  // namespace roost::hostile
