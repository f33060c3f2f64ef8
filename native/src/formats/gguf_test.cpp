// .gguf: counts, lengths, types and offsets that lie.
#include "formats/gguf.h"

#include "check.h"
#include "formats/test_files.h"

using namespace test_files;
using roost::formats::unescape_token;

namespace {

// A file with a single further key, given as type and value.
std::string with_key(const std::string& key, const Bytes& value) {
  Gguf gguf = tiny_gguf();
  gguf.keys.emplace_back(key, value.str());
  return gguf.finish();
}

std::string changed(const std::string& key, const Bytes& value) {
  Gguf gguf = tiny_gguf();
  for (auto& entry : gguf.keys) {
    if (entry.first == key) entry.second = value.str();
  }
  return gguf.finish();
}

}  // namespace

TEST(".gguf: the weights come out as those of the official file") {
  const std::string gguf_file = tiny_gguf().finish(), pth_file = make_pth(tiny_rwkv7());
  const auto gguf = parse(gguf_file), pth = parse(pth_file);
  REQUIRE(gguf.ok() && pth.ok());
  int different = 0;
  CHECK_EQUAL(gguf.value()->weights.size(), pth.value()->weights.size());
  for (const auto& [name, weight] : pth.value()->weights) {
    const auto* other = gguf.value()->find(name);
    REQUIRE(other != nullptr && other->rows == weight.rows && other->columns == weight.columns);
    std::vector<float> a(weight.columns), b(weight.columns);
    for (std::uint64_t row = 0; row < weight.rows; ++row) {
      read_row(weight, row, a.data());
      read_row(*other, row, b.data());
      different += a != b;
    }
  }
  CHECK_EQUAL(different, 0);
  CHECK_EQUAL(gguf.value()->title, "Tiny");
  REQUIRE(gguf.value()->embedded_vocabulary);
  CHECK_EQUAL(gguf.value()->embedded_vocabulary->tokens[1], std::string("a\0", 2));
  CHECK(gguf.value()->embedded_vocabulary->tokens[39].empty());
}

TEST(".gguf: a tokenizer.json is carried whole, other texts of its length are not") {
  const std::string list = "{\"x\":\"" + std::string(3u << 20, 'y') + "\"}";
  const auto carrying = parse(tiny_gguf().text("tokenizer.huggingface.json", list).finish());
  REQUIRE(carrying.ok());
  CHECK(carrying.value()->texts.at("tokenizer.huggingface.json") == list);
  CHECK(!parse(tiny_gguf().text("general.description", list).finish()).ok());
  CHECK(!parse(tiny_gguf().text("tokenizer.huggingface.json", list + list + list).finish()).ok());
}

TEST(".gguf: Q8_0 rows that are computed by hand") {
  Gguf gguf = tiny_gguf();
  for (GgufTensor& tensor : gguf.tensors) {
    if (tensor.name != "output.weight") continue;
    tensor.type = 8;
    Bytes content;
    for (unsigned row = 0; row < 40; ++row) {
      content.u16(0x3800);  // 0.5
      for (int i = 0; i < 32; ++i) content.put(static_cast<std::int8_t>(row == 3 ? i * 8 - 128 : 1));
    }
    tensor.content = content.str();
  }
  const std::string file = gguf.finish();
  const auto model = parse(file);
  REQUIRE(model.ok());
  std::vector<float> row(32);
  read_row(*model.value()->find("head.weight"), 3, row.data());
  CHECK_EQUAL(row[0], -64.0f);
  CHECK_EQUAL(row[1], -60.0f);
  CHECK_EQUAL(row[31], 60.0f);
  read_row(*model.value()->find("head.weight"), 39, row.data());
  CHECK_EQUAL(row[31], 0.5f);
}

TEST(".gguf: versions and counts") {
  Gguf gguf = tiny_gguf();
  gguf.version = 2;
  CHECK_EQUAL(outcome(gguf.finish()), "opened");
  for (const std::uint32_t version : {1u, 4u, 1000u}) {
    gguf.version = version;
    CHECK_REFUSED(gguf.finish(), "model_unsupported", "version");
  }
  gguf.version = 0x03000000;
  CHECK_REFUSED(gguf.finish(), "model_unsupported", "byte order");
  gguf.version = 3;
  gguf.tensor_count_change = 1u << 30;
  CHECK_REFUSED(gguf.finish(), "model_damaged", "claims");
  gguf.tensor_count_change = UINT64_MAX / 2;
  CHECK_REFUSED(gguf.finish(), "model_damaged", "claims");
  gguf.tensor_count_change = 90'000;
  CHECK_REFUSED(gguf.finish(), "model_truncated", "cut short");
  gguf.tensor_count_change = 0;
  gguf.key_count_change = 99'000;
  CHECK_REFUSED(gguf.finish(), "model_truncated", "cut short");
}

TEST(".gguf: keys and values that lie") {
  CHECK_EQUAL(outcome(with_key("general.extra", Bytes().u32(7).u8(1))), "opened");
  CHECK_REFUSED(with_key("general.name", Bytes().u32(7).u8(1)), "model_damaged", "twice");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(7).u8(2)), "model_damaged", "neither true nor false");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(13).u64(0)), "model_damaged", "unknown type 13");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(8).u64(UINT64_MAX).text("x")), "model_damaged",
                "a text of");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(8).u64(1'000'000).text("x")), "model_truncated",
                "cut short");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(9).u32(9).u64(1).u32(4).u64(1).u32(0)), "model_damaged",
                "not allowed");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(9).u32(99).u64(1)), "model_damaged", "not allowed");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(9).u32(10).u64(UINT64_MAX / 4)), "model_truncated",
                "cut short");
  CHECK_REFUSED(with_key("general.extra", Bytes().u32(9).u32(8).u64(UINT64_MAX)), "model_damaged",
                "a text of");
  CHECK_REFUSED(with_key(std::string(600, 'k'), Bytes().u32(7).u8(1)), "model_damaged", "at most 512");
  CHECK_REFUSED(with_key("\xff", Bytes().u32(7).u8(1)), "model_damaged", "no text");
  for (const unsigned alignment : {0u, 4u, 24u, 131072u}) {
    CHECK_REFUSED(with_key("general.alignment", Bytes().u32(4).u32(alignment)), "model_damaged",
                  "power of two");
  }
  CHECK_REFUSED(with_key("general.alignment", Bytes().u32(10).u64(32)), "model_damaged", "32-bit");
  Gguf aligned = tiny_gguf();
  aligned.whole("general.alignment", 4096);
  aligned.alignment = 4096;
  CHECK_EQUAL(outcome(aligned.finish()), "opened");
}

TEST(".gguf: tensors that lie") {
  const auto with_tensor = [](const std::function<void(GgufTensor&)>& change) {
    Gguf gguf = tiny_gguf();
    change(gguf.tensors.back());
    return gguf.finish();
  };
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.ne = {}; }), "model_damaged", "0 dimensions");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) {
                  t.ne = {32, 40, 1, 1, 1};
                }),
                "model_damaged", "5 dimensions");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.ne = {32, 0}; }), "model_damaged", "can't have the shape");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) {
                  t.ne = {UINT64_MAX, UINT64_MAX};
                }),
                "model_damaged", "can't have");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.ne = {1ull << 40, 1}; }), "model_truncated", "cut short");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.ne = {32, 41}; }), "model_truncated", "cut short");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) {
                  t.ne = {33, 40}, t.type = 8;
                }),
                "model_damaged", "can't have");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.type = 10; }), "model_unsupported", "10 (Q2_K)");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.type = 12; }), "model_damaged",
                "Q4_K can't have the shape");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.type = 77; }), "model_unsupported", "number format 77;");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.name = "token_embd.weight"; }), "model_damaged",
                "two tensors called");
  CHECK_REFUSED(with_tensor([](GgufTensor& t) { t.name = "blk.0.extra.weight"; }), "model_damaged",
                "head.weight");

  // The last tensor is moved onto the first, then to an odd place.
  std::string file = tiny_gguf().finish();
  const std::size_t at = file.find("output.weight") + 13 + 4 + 16 + 4;
  std::uint64_t offset = 0;
  std::memcpy(file.data() + at, &offset, 8);
  CHECK_REFUSED(file, "model_damaged", "occupy the same bytes");
  offset = 8;
  std::memcpy(file.data() + at, &offset, 8);
  CHECK_REFUSED(file, "model_damaged", "no multiple of 32");
  offset = UINT64_MAX - 31;
  std::memcpy(file.data() + at, &offset, 8);
  CHECK_REFUSED(file, "model_truncated", "cut short");
}

TEST(".gguf: metadata that contradicts the tensors") {
  const std::pair<const char*, unsigned> wrong[] = {
      {"rwkv7.embedding_length", 64}, {"rwkv7.block_count", 3}, {"rwkv7.feed_forward_length", 128}};
  for (const auto& [key, value] : wrong) {
    CHECK_REFUSED(changed(key, Bytes().u32(4).u32(value)), "model_damaged", key);
  }
  for (const unsigned size : {0u, 5u, 64u}) {
    CHECK_REFUSED(changed("rwkv7.wkv.head_size", Bytes().u32(4).u32(size)), "model_damaged", "head size");
  }
  CHECK_REFUSED(changed("general.architecture", Bytes().u32(8).long_text("llama")), "model_unsupported",
                "\"llama\"");
  CHECK_REFUSED(changed("general.architecture", Bytes().u32(8).long_text("arwkv7")), "model_unsupported",
                "\"arwkv7\"");
  CHECK_REFUSED(changed("general.architecture", Bytes().u32(4).u32(7)), "model_damaged", "architecture");
  CHECK_REFUSED(with_key("rwkv7.attention.gate_lora_rank", Bytes().u32(4).u32(32)), "model_damaged",
                "gate_lora_rank");
  CHECK_EQUAL(outcome(with_key("rwkv7.attention.gate_lora_rank", Bytes().u32(4).u32(64))), "opened");
}

TEST(".gguf: the vocabulary must fit the model and its own syntax") {
  const auto tokens = [](unsigned count, const std::string& last) {
    Bytes list;
    list.u32(9).u32(8).u64(count);
    for (unsigned i = 0; i < count; ++i) list.long_text(i + 1 == count ? last : "t");
    return list;
  };
  const auto without_types = [&](unsigned count, const std::string& last) {
    Gguf gguf = tiny_gguf();
    gguf.keys.pop_back();
    gguf.keys.back().second = tokens(count, last).str();
    return gguf.finish();
  };
  CHECK_EQUAL(outcome(without_types(40, "end")), "opened");
  CHECK_REFUSED(without_types(39, "end"), "model_damaged", "39 tokens, but its embedding has 40 rows");
  CHECK_REFUSED(without_types(40, ""), "model_damaged", "token 39");
  CHECK_REFUSED(without_types(40, "\\q"), "model_damaged", "token 39");
  CHECK_REFUSED(changed("tokenizer.ggml.token_type", Bytes().u32(9).u32(5).u64(1).u32(1)), "model_damaged",
                "token types");
  CHECK_REFUSED(changed("tokenizer.ggml.tokens", Bytes().u32(9).u32(0).u64(4).u32(1)), "model_damaged",
                "no list of texts");
}

TEST(".gguf: tokens are the bodies of Python bytes literals") {
  CHECK(unescape_token("a'b\"c") == "a'b\"c");
  CHECK(unescape_token("\\'\\\"\\\\\\n\\r\\t") == "'\"\\\n\r\t");
  CHECK(unescape_token("\\xe4\\xbd\\xa0\\x00z") == std::string("\xe4\xbd\xa0\0z", 5));
  CHECK(unescape_token("") == "");
  for (const char* wrong : {"\\", "\\x", "\\x1", "\\xg0", "\\u1234", "\\a", "\n", "\x7f", "\xe4"}) {
    CHECK(!unescape_token(wrong));
  }
}

TEST_MAIN()
