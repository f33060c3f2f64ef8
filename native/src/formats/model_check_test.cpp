// Names and shapes: every published family of names leads to the same model, and a set of tensors that is not
// exactly one RWKV is refused.
#include "formats/model_check.h"

#include <algorithm>
#include <map>

#include "check.h"
#include "formats/test_files.h"

using namespace test_files;

namespace {

using Change = std::function<void(std::vector<TestTensor>&)>;

std::string changed(const Change& change) {
  std::vector<TestTensor> tensors = tiny_rwkv7();
  change(tensors);
  return make_safetensors(tensors, "F32");
}

TestTensor& find(std::vector<TestTensor>& tensors, const std::string& name) {
  for (TestTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  std::fprintf(stderr, "the test has no tensor %s\n", name.c_str());
  std::abort();
}

void remove(std::vector<TestTensor>& tensors, const std::string& part) {
  std::erase_if(tensors,
                [&](const TestTensor& tensor) { return tensor.name.find(part) != std::string::npos; });
}

void reshape(TestTensor& tensor, const std::vector<std::uint64_t>& shape) {
  tensor.shape = shape;
  tensor.values.resize(tensor.count());
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  if (const std::size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
}

TestTensor extra(const std::string& name, const std::vector<std::uint64_t>& shape) {
  TestTensor tensor{name, shape, {}};
  tensor.values.resize(tensor.count());
  return tensor;
}

void transpose(TestTensor& tensor) {
  std::vector<float> turned;
  for (std::uint64_t column = 0; column < tensor.shape[1]; ++column) {
    for (std::uint64_t row = 0; row < tensor.shape[0]; ++row) {
      turned.push_back(tensor.values[row * tensor.shape[1] + column]);
    }
  }
  tensor.values = turned;
  std::swap(tensor.shape[0], tensor.shape[1]);
}

using Values = std::map<std::string, std::vector<float>>;

Values values_of(const roost::formats::ModelFile& model) {
  Values values;
  for (const auto& [name, weight] : model.weights) {
    std::vector<float>& all = values[name];
    all.resize(weight.count());
    for (std::uint64_t row = 0; row < weight.rows; ++row)
      read_row(weight, row, all.data() + row * weight.columns);
  }
  return values;
}

// The names of a model of an older generation, with the shapes of a width of 32 and 2 heads.
std::vector<TestTensor> older(const std::string& generation) {
  std::vector<TestTensor> tensors{extra("emb.weight", {40, 32}),      extra("head.weight", {40, 32}),
                                  extra("ln_out.weight", {32}),       extra("ln_out.bias", {32}),
                                  extra("blocks.0.ln0.weight", {32}), extra("blocks.0.ln0.bias", {32})};
  for (int layer = 0; layer < 2; ++layer) {
    const std::string block = "blocks." + std::to_string(layer) + ".";
    const auto add = [&](const std::string& tail, const std::vector<std::uint64_t>& shape) {
      tensors.push_back(extra(block + tail, shape));
    };
    for (const char* norm : {"ln1.weight", "ln1.bias", "ln2.weight", "ln2.bias"}) add(norm, {32});
    for (const char* matrix : {"key", "value", "receptance", "output"})
      add("att." + std::string(matrix) + ".weight", {32, 32});
    add("ffn.key.weight", {64, 32});
    add("ffn.value.weight", {32, 64});
    add("ffn.receptance.weight", {32, 32});
    if (generation != "4") {
      add("att.ln_x.weight", {32});
      add("att.ln_x.bias", {32});
    }
    if (generation == "6") {
      for (const char* mix : {"x", "w", "k", "v", "r", "g"})
        add("att.time_maa_" + std::string(mix), {1, 1, 32});
      add("att.time_maa_w1", {32, 5 * 8});
      add("att.time_maa_w2", {5, 8, 32});
      add("att.time_decay", {1, 1, 32});
      add("att.time_decay_w1", {32, 16});
      add("att.time_decay_w2", {16, 32});
      add("att.time_faaaa", {2, 16});
      add("att.gate.weight", {32, 32});
      add("ffn.time_maa_k", {1, 1, 32});
      add("ffn.time_maa_r", {1, 1, 32});
      continue;
    }
    for (const char* mix :
         {"att.time_mix_k", "att.time_mix_v", "att.time_mix_r", "ffn.time_mix_k", "ffn.time_mix_r"}) {
      add(mix, {1, 1, 32});
    }
    if (generation == "4") {
      add("att.time_decay", {32});
      add("att.time_first", {32});
    } else if (generation == "5.2") {
      add("att.time_decay", {2, 16});
      add("att.time_faaaa", {2, 16});
    } else {
      add("att.time_decay", {2});
      add("att.time_first", {2});
    }
    if (generation == "5.1" || generation == "5.2") {
      add("att.time_mix_g", {1, 1, 32});
      add("att.gate.weight", {32, 32});
    }
  }
  float next = 0;
  for (TestTensor& tensor : tensors) {
    for (float& value : tensor.values) value = next += 0.25f;
  }
  return tensors;
}

}  // namespace

TEST("a tensor that is missing, unexpected or of the wrong shape is named") {
  CHECK_EQUAL(outcome(changed([](auto&) {})), "opened");
  for (const char* name :
       {"emb.weight", "head.weight", "ln_out.bias", "blocks.0.ln0.weight", "blocks.1.att.w1",
        "blocks.0.att.r_k", "blocks.1.ffn.value.weight", "blocks.1.ln2.bias"}) {
    CHECK_REFUSED(changed([&](auto& tensors) { remove(tensors, name); }), "model_damaged",
                  std::string(name) + "\" is missing");
  }
  CHECK_REFUSED(changed([](auto& tensors) { tensors.push_back(extra("blocks.1.att.novelty", {4})); }),
                "model_unsupported", "blocks.1.att.novelty");
  CHECK_REFUSED(changed([](auto& tensors) { tensors.push_back(extra("blocks.01.ln1.weight", {32})); }),
                "model_unsupported", "blocks.01.ln1.weight");
  CHECK_REFUSED(changed([](auto& tensors) { tensors.push_back(extra("blocks.3.ln1.weight", {32})); }),
                "model_damaged", "blocks.2.");
  CHECK_REFUSED(changed([](auto& tensors) { tensors.push_back(extra("blocks.99999.ln1.weight", {32})); }),
                "model_damaged", "layer 99999");
  const std::pair<const char*, std::vector<std::uint64_t>> shapes[] = {
      {"emb.weight", {40, 33}},
      {"emb.weight", {40 * 32}},
      {"head.weight", {41, 32}},
      {"blocks.0.att.w1", {32, 31}},
      {"blocks.1.att.g2", {32, 64}},
      {"blocks.0.att.x_r", {1, 1, 31}},
      {"blocks.1.att.r_k", {4, 8}},
      {"blocks.0.att.key.weight", {32}},
      {"blocks.1.ffn.key.weight", {63, 32}},
      {"blocks.0.att.r_k", {3, 16}},
      {"blocks.0.att.r_k", {64, 1}},
      {"blocks.0.ln0.bias", {2, 16}},
      {"blocks.1.att.v1", {33, 32}},
      {"blocks.0.ffn.value.weight", {32, 64, 2}}};
  for (const auto& [name, shape] : shapes) {
    CHECK_REFUSED(changed([&, &changed_name = name, &changed_shape = shape](auto& tensors) {
                    reshape(find(tensors, changed_name), changed_shape);
                  }),
                  "model_damaged", "");
  }
}

TEST("layer-0 v0, v1, v2 may be present, absent or of another rank") {
  const std::string with = changed([](auto&) {});
  const auto expected = parse(with);
  REQUIRE(expected.ok());
  const std::string without = changed([](auto& tensors) {
    for (const char* name : {"v0", "v1", "v2"}) remove(tensors, std::string("blocks.0.att.") + name);
  });
  const std::string other = changed([](auto& tensors) {
    reshape(find(tensors, "blocks.0.att.v1"), {32, 8});
  });
  for (const std::string& file : {without, other}) {
    const auto model = parse(file);
    REQUIRE(model.ok());
    CHECK_EQUAL(model.value()->fingerprint, expected.value()->fingerprint);
  }
}

TEST("generations are told apart by names and shapes, and all their weights are presented") {
  for (const char* generation : {"4", "5.0", "5.1", "5.2", "6"}) {
    const std::vector<TestTensor> tensors = older(generation);
    const std::string file = make_safetensors(tensors, "F32");
    const auto model = parse(file);
    REQUIRE(model.ok());
    CHECK_EQUAL(model.value()->generation, generation);
    CHECK_EQUAL(model.value()->layers, 2u);
    CHECK_EQUAL(model.value()->heads, std::string_view(generation) == "4" ? 0u : 2u);
    CHECK_EQUAL(model.value()->head_size, std::string_view(generation) == "4" ? 0u : 16u);
    const std::size_t divided = std::string_view(generation) == "6" ? 2u * 4 : 0u;
    CHECK_EQUAL(model.value()->weights.size(), tensors.size() + divided);
  }
  // Element [2, 3, 5] of time_maa_w2 [5, D, C] belongs to the third mix, v, and is row 5, column 3 there.
  const std::string file = make_safetensors(older("6"), "F32");
  const auto six = parse(file);
  REQUIRE(six.ok());
  std::vector<TestTensor> tensors = older("6");
  const TestTensor& whole = find(tensors, "blocks.1.att.time_maa_w2");
  const auto* third = six.value()->find("blocks.1.att.time_maa_w2.v");
  REQUIRE(third != nullptr && third->rows == 32 && third->columns == 8);
  std::vector<float> row(8);
  read_row(*third, 5, row.data());
  CHECK_EQUAL(row[3], whole.values[(2 * 8 + 3) * 32 + 5]);
}

TEST("variants that are recognised but not run are refused by name") {
  const std::pair<const char*, const char*> variants[] = {{"blocks.0.ffn.s_emb.weight", "RWKV-7a"},
                                                          {"blocks.0.qkv.qq.weight", "RWKV-7b"},
                                                          {"blocks.0.ffn.enn.weight", "RWKV-8"},
                                                          {"blocks.0.rosa.emb", "RWKV-8"},
                                                          {"blocks.0.att.key.lora_A", "adapter"}};
  for (const auto& [name, part] : variants) {
    const std::string file = changed([added = name](auto& tensors) {
      tensors.push_back(extra(added, {4, 4}));
    });
    CHECK_REFUSED(file, "model_unsupported", part);
  }
  CHECK_REFUSED(make_safetensors({extra("blocks.0.att.time_state", {2, 16, 16})}), "model_unsupported",
                "state");
  CHECK_REFUSED(make_safetensors({extra("model.layers.0.self_attn.q_proj.weight", {8, 8})}),
                "model_unsupported", "no RWKV");
}

TEST("names of the fla library lead to the official model") {
  const std::string official_file = changed([](auto&) {});
  const std::string file = changed([](auto& tensors) {
    for (const char* name : {"v0", "v1", "v2"}) remove(tensors, std::string("blocks.0.att.") + name);
    for (TestTensor& tensor : tensors) {
      std::string& name = tensor.name;
      for (const char rank : {'w', 'a', 'v', 'g'}) {
        const std::string stem = std::string("att.") + rank;
        const bool factor = name.ends_with(stem + "1") || name.ends_with(stem + "2");
        if (factor) transpose(tensor);
        const std::string lora = std::string("attn.") + rank + "_lora.lora.";
        if (name.ends_with(stem + "1"))
          name = name.substr(0, name.size() - stem.size() - 1) + lora + "0.weight";
        if (name.ends_with(stem + "2"))
          name = name.substr(0, name.size() - stem.size() - 1) + lora + "2.weight";
        if (name.ends_with(stem + "0"))
          name = name.substr(0, name.size() - stem.size() - 1) + lora + "2.bias";
      }
      replace(name, "emb.weight", "model.embeddings.weight");
      replace(name, "head.weight", "lm_head.weight");
      replace(name, "ln_out.", "model.norm.");
      replace(name, "blocks.", "model.layers.");
      replace(name, ".ln0.", ".pre_norm.");
      replace(name, ".ln1.", ".attn_norm.");
      replace(name, ".ln2.", ".ffn_norm.");
      replace(name, "att.ln_x.", "attn.g_norm.");
      replace(name, "att.receptance.", "attn.r_proj.");
      replace(name, "att.key.", "attn.k_proj.");
      replace(name, "att.value.", "attn.v_proj.");
      replace(name, "att.output.", "attn.o_proj.");
      replace(name, ".att.", ".attn.");
    }
  });
  const auto official = parse(official_file), renamed = parse(file);
  if (!renamed.ok()) std::fprintf(stderr, "  %s\n", renamed.failure().message.c_str());
  REQUIRE(official.ok() && renamed.ok());
  CHECK(values_of(*official.value()) == values_of(*renamed.value()));
}

TEST("names of the transformers ports lead to the official model; a folded ln0 is noted") {
  const std::string official_file = changed([](auto&) {});
  const auto port = [](std::vector<TestTensor>& tensors) {
    for (TestTensor& tensor : tensors) {
      if (tensor.name == "head.weight") continue;
      tensor.name = "rwkv7." + (tensor.name == "emb.weight" ? "embeddings.weight" : tensor.name);
    }
  };
  const std::string file = changed(port);
  const std::string folded_file = changed([&](auto& tensors) {
    remove(tensors, ".ln0.");
    port(tensors);
  });
  const auto official = parse(official_file), renamed = parse(file), folded = parse(folded_file);
  REQUIRE(official.ok() && renamed.ok() && folded.ok());
  CHECK(values_of(*official.value()) == values_of(*renamed.value()));
  CHECK(!renamed.value()->ln0_in_embedding);
  CHECK(folded.value()->ln0_in_embedding);
  CHECK(folded.value()->find("blocks.0.ln0.weight") == nullptr);

  for (const char* generation : {"4", "5.2", "6"}) {
    std::vector<TestTensor> tensors = older(generation);
    const std::string before = make_safetensors(tensors, "F32");
    for (TestTensor& tensor : tensors) {
      if (tensor.name == "head.weight") continue;
      replace(tensor.name, "emb.weight", "embeddings.weight");
      replace(tensor.name, ".ln0.", ".pre_ln.");
      for (const char* part : {"att", "ffn"}) {
        const std::string stem = std::string(".") + part + ".time_mix_";
        replace(tensor.name, stem + "k", stem + "key");
        if (std::string(part) == "att") replace(tensor.name, stem + "v", stem + "value");
        replace(tensor.name, stem + "r", stem + "receptance");
        replace(tensor.name, stem + "g", stem + "gate");
      }
      replace(tensor.name, ".att.", ".attention.");
      replace(tensor.name, ".ffn.", ".feed_forward.");
      tensor.name = "rwkv." + tensor.name;
    }
    const std::string after = make_safetensors(tensors, "F32");
    const auto expected = parse(before), model = parse(after);
    if (!model.ok()) std::fprintf(stderr, "  %s\n", model.failure().message.c_str());
    REQUIRE(expected.ok() && model.ok());
    CHECK_EQUAL(model.value()->generation, generation);
    CHECK(values_of(*expected.value()) == values_of(*model.value()));
  }
}

// A state for every layer, all numbers different.
std::vector<TestTensor> with_states(std::vector<TestTensor> tensors, std::uint64_t heads,
                                    std::uint64_t side) {
  for (int layer = 0; layer < 2; ++layer) {
    TestTensor state{"blocks." + std::to_string(layer) + ".att.time_state", {heads, side, side}, {}};
    for (std::uint64_t i = 0; i < heads * side * side; ++i)
      state.values.push_back(static_cast<float>(i) + static_cast<float>(layer) / 2);
    tensors.push_back(std::move(state));
  }
  return tensors;
}

TEST("a tuned state in a model is taken by layer, head, value and key, and changes the fingerprint") {
  for (const char* generation : {"5.2", "6", "7"}) {
    const std::vector<TestTensor> plain = generation[0] == '7' ? tiny_rwkv7() : older(generation);
    const std::string bare = make_safetensors(plain, "F32"), tuned = make_pth(with_states(plain, 2, 16));
    const auto without = parse(bare), with = parse(tuned);
    if (!with.ok()) std::fprintf(stderr, "  %s\n", with.failure().message.c_str());
    REQUIRE(without.ok() && with.ok());
    CHECK(!without.value()->tuned_state && with.value()->tuned_state);
    CHECK(without.value()->find("blocks.0.att.time_state.0") == nullptr);
    CHECK(without.value()->fingerprint != with.value()->fingerprint);
    const auto* square = with.value()->find("blocks.1.att.time_state.1");
    REQUIRE(square != nullptr && square->rows == 16 && square->columns == 16);
    std::vector<float> row(16);
    read_row(*square, 3, row.data());
    CHECK_EQUAL(row[5], 16 * 16 + 3 * 16 + 5 + 0.5f);
  }
}

TEST("a tuned state of another size, of some layers only, or of a generation that has none is refused") {
  const auto plain = tiny_rwkv7();
  const auto damaged = [&](const Change& change, const std::string& part) {
    std::vector<TestTensor> tensors = with_states(plain, 2, 16);
    change(tensors);
    CHECK_REFUSED(make_safetensors(tensors, "F32"), "model_damaged", part);
  };
  damaged([](auto& tensors) { tensors.pop_back(); }, "blocks.1.att.time_state");
  damaged([](auto& tensors) { reshape(tensors.back(), {4, 8, 16}); }, "[2, 16, 16]");
  damaged([](auto& tensors) { reshape(tensors.back(), {2, 16}); }, "[2, 16, 16]");
  CHECK_REFUSED(make_safetensors(with_states(older("4"), 2, 16), "F32"), "model_unsupported", "time_state");
  // Squares that lie within one another: summed one by one, they would be read as often as there are heads.
  PthShape woven;
  woven.tensor = [](Pickle& pickle, const TestTensor& tensor, std::size_t i) {
    const std::vector<std::int64_t> size(tensor.shape.begin(), tensor.shape.end());
    const bool state = tensor.name.ends_with("time_state");
    pickle.tensor("FloatStorage", std::to_string(i), static_cast<std::int64_t>(tensor.count()), 0, size,
                  state ? std::vector<std::int64_t>{1, 32, 2} : strides_of(tensor.shape));
  };
  CHECK_REFUSED(make_pth(with_states(plain, 2, 16), woven), "model_unsupported", "order");
}

// What its converter does to an official file: other words, and the factors turned.
std::vector<TestTensor> for_web_rwkv(std::vector<TestTensor> tensors) {
  for (TestTensor& tensor : tensors) {
    for (const char* factor :
         {".w1", ".w2", ".a1", ".a2", ".g1", ".g2", ".v1", ".v2", "maa_w1", "decay_w1", "decay_w2"}) {
      if (tensor.name.ends_with(factor)) transpose(tensor);
    }
    if (tensor.name.ends_with("maa_w2")) {
      std::vector<float> turned;
      const std::uint64_t rank = tensor.shape[1], width = tensor.shape[2];
      for (std::uint64_t mix = 0; mix < 5; ++mix) {
        for (std::uint64_t out = 0; out < width; ++out) {
          for (std::uint64_t in = 0; in < rank; ++in)
            turned.push_back(tensor.values[(mix * rank + in) * width + out]);
        }
      }
      tensor.values = turned;
      tensor.shape = {5, width, rank};
    }
    if (tensor.name.ends_with("time_state")) {
      const std::uint64_t side = tensor.shape[2];
      const std::vector<float> before = tensor.values;
      for (std::uint64_t i = 0; i < before.size(); ++i) {
        const std::uint64_t head = i / (side * side), value = i / side % side, key = i % side;
        tensor.values[(head * side + key) * side + value] = before[i];
      }
    }
    replace(tensor.name, "time_maa", "time_mix");
    replace(tensor.name, "time_faaaa", "time_first");
  }
  return tensors;
}

TEST("names and turned factors of web-rwkv lead to the official model") {
  for (const char* generation : {"4", "5.2", "6", "7"}) {
    const TinySize size{32, 2, 64, 40, 16, 24};
    std::vector<TestTensor> official = generation[0] == '7' ? tiny_rwkv7(size) : older(generation);
    if (generation[0] != '4') official = with_states(std::move(official), 2, 16);
    const std::string before = make_safetensors(official, "F32");
    const std::string after = make_safetensors(for_web_rwkv(official), "F32");
    const auto expected = parse(before), model = parse(after);
    if (!model.ok()) std::fprintf(stderr, "  %s\n", model.failure().message.c_str());
    REQUIRE(expected.ok() && model.ok());
    CHECK_EQUAL(model.value()->generation, generation);
    CHECK(values_of(*expected.value()) == values_of(*model.value()));
  }
}

TEST("the fingerprint changes with every byte of every weight, and with nothing else") {
  const std::string file = changed([](auto&) {});
  const auto original = parse(file);
  REQUIRE(original.ok());
  int unnoticed = 0;
  for (const char* name : {"emb.weight", "blocks.1.att.w0", "blocks.0.ffn.value.weight", "ln_out.bias"}) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{31}}) {
      const std::string other =
          changed([&](auto& tensors) { find(tensors, name).values[place] += 0.00390625f; });
      const auto model = parse(other);
      REQUIRE(model.ok());
      unnoticed += model.value()->fingerprint == original.value()->fingerprint;
    }
  }
  CHECK_EQUAL(unnoticed, 0);
  const std::string reordered = changed([](auto& tensors) { std::reverse(tensors.begin(), tensors.end()); });
  const auto same = parse(reordered);
  REQUIRE(same.ok());
  CHECK_EQUAL(same.value()->fingerprint, original.value()->fingerprint);
}

TEST_MAIN()
