#include "seeds.h"

#include <cstring>

#include "engine/snapshot.h"
#include "npy.h"

namespace roost::fuzz {
namespace {

using namespace test_files;
using namespace std::string_view_literals;

// As small as the model check lets a model be: the fewer numbers, the more inputs a second.
constexpr TinySize kLeast{4, 2, 8, 6, 2, 2};

std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::vector<ZipItem> pth_storages() {
  std::string all;
  for (const TestTensor& tensor : tiny_rwkv7(kLeast)) all += encode(tensor.values, "F16");
  return {{"m/data/0", all}};
}

std::vector<std::string> pickle_seeds() {
  Pickle pickle;
  pickle.raw("}(").text("emb.weight").tensor("HalfStorage", "0", 64, 0, {8, 8}, {8, 1});
  pickle.text("list").raw("](").integer(1).raw("K\x02M\x03\x04J\x05\x06\x07\x08N\x88\x89").raw("e");
  pickle.text("tuple").raw(")\x85\x94u");
  Pickle parameter;
  parameter.global("collections", "OrderedDict").raw(")R(").text("w");
  parameter.global("torch._utils", "_rebuild_parameter").raw("(");
  parameter.tensor("BFloat16Storage", "7", 4, 1, {1, 2}, {2, 1});
  parameter.raw("\x88").global("collections", "OrderedDict").raw(")RtRu}").text("_metadata").raw("}sb");
  return {pickle.finish(), parameter.finish()};
}

std::vector<std::string> zip_seeds() {
  const std::vector<TestTensor> tensors = tiny_rwkv7(kLeast);
  PthShape one, wide;
  one.one_storage = true;
  wide.one_storage = true;
  wide.zip.wide_end = true;
  wide.zip.descriptors = true;
  wide.zip.align = 64;
  return {make_pth(tensors), make_pth(tensors, one), make_pth(tensors, wide),
          make_zip({{"a/b", "content"}, {"a/c", "more", 0, 0, 0, 0, 0, 0, {}, true}})};
}

std::vector<std::string> pth_seeds() {
  const std::vector<TestTensor> tensors = tiny_rwkv7(kLeast);
  std::int64_t numbers = 0;
  for (const TestTensor& tensor : tensors) numbers += static_cast<std::int64_t>(tensor.count());
  Pickle plain, wrapped;
  for (Pickle* pickle : {&plain, &wrapped}) {
    if (pickle == &wrapped) pickle->raw("}").text("state_dict");
    pickle->raw("}(");
    std::int64_t offset = 0;
    for (const TestTensor& tensor : tensors) {
      const std::vector<std::int64_t> size(tensor.shape.begin(), tensor.shape.end());
      pickle->text(tensor.name);
      pickle->tensor("HalfStorage", "0", numbers, offset, size, strides_of(tensor.shape));
      offset += static_cast<std::int64_t>(tensor.count());
    }
    pickle->raw("u");
    if (pickle == &wrapped) pickle->raw("s");
  }
  return {plain.finish(), wrapped.finish()};
}

std::vector<std::string> safetensors_seeds() {
  std::vector<TestTensor> tuned = tiny_rwkv7(kLeast);
  for (int layer = 0; layer < 2; ++layer) {
    tuned.push_back(
        {"blocks." + std::to_string(layer) + ".att.time_state", {2, 2, 2}, std::vector<float>(8)});
  }
  return {make_safetensors(tiny_rwkv7(kLeast)), make_safetensors(tiny_rwkv7(kLeast), "F32"),
          make_safetensors(tuned),
          safetensors_of(
              R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}})",
              "1234")};
}

std::vector<std::string> gguf_seeds() {
  Gguf keys;
  keys.text("general.architecture", "rwkv6").whole("general.alignment", 64);
  keys.keys.emplace_back("a.list", test_files::Bytes().u32(9).u32(4).u64(2).u32(1).u32(2).str());
  keys.keys.emplace_back("a.number", test_files::Bytes().u32(6).put(1.5f).str());
  keys.alignment = 64;
  keys.tensors.push_back({"t", {32, 1}, 8, std::string(34, 'q')});
  return {tiny_gguf(kLeast).finish(), keys.finish()};
}

std::vector<std::string> state_seeds() {
  std::vector<TestTensor> tensors;
  for (int layer = 0; layer < 2; ++layer) {
    TestTensor tensor{"blocks." + std::to_string(layer) + ".att.time_state", {2, 2, 2}, {}};
    for (int i = 0; i < 8; ++i) tensor.values.push_back(static_cast<float>(i) / 4);
    tensors.push_back(tensor);
  }
  return {make_pth(tensors), make_safetensors(tensors), make_safetensors(tensors, "F32")};
}

std::vector<std::string> json_seeds() {
  return {R"({"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00"],"b":{"c":{}}})",
          R"({"w":{"dtype":"BF16","shape":[8,8],"data_offsets":[0,128]},"__metadata__":{}})",
          "[[[[[[[[]]]]]]],9007199254740992]"};
}

std::vector<std::string> snapshot_seeds() {
  std::vector<std::string> seeds;
  for (const bool logits : {true, false}) {
    engine::SnapshotContent content;
    SnapshotHeader& header = content.header;
    header.model_fingerprint = std::string(64, 'a');
    header.tokenizer_fingerprint = std::string(64, 'b');
    header.generation = "7";
    header.weights = "bf16";
    header.device = "cpu";
    header.layers = 1;
    header.width = 2;
    header.heads = 1;
    header.head_size = 2;
    header.vocab = 3;
    header.token_count = 5;
    header.state_floats = 8;
    header.has_logits = logits;
    content.pending = "\xe4\xbd";
    auto builder = engine::begin_snapshot(content);
    if (!builder.ok()) continue;
    engine::seal_snapshot(builder.value().block);
    seeds.push_back(as_text(builder.value().block));
  }
  return seeds;
}

std::vector<std::string> vocabulary_seeds() {
  return {
      "1 '\\x00' 1\n2 'a' 1\n3 b'\\xe4\\xbd' 2\n4 \"it's\" 4\n7 '\\u4f60\\U0001f600' 7\n8 'ab' 2\r\n9 "
      "'\\n\\t\\\\' 3",
      "1 'a' 1\n2 'aa' 2\n3 'aaaaaaaa' 8\n4 'b' 1\n5 ' ' 1\n6 '\\n' 1\n10 '1' 1\n11 \"'\" 1\n"};
}

std::vector<std::string> tokens_seeds() {
  return {"a\nb\n\\x00\n\\xe4\\xbd\nab\nabc\n\\n\n\\\\x\nit's", "\\\\\n\\n\nx\n0\n1\ne"};
}

std::vector<std::string> bpe_seeds() {
  const std::string rules =
      R"("normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},)";
  const std::string marks =
      R"("added_tokens":[{"id":0,"content":"<|endoftext|>","special":true},{"id":9,"content":"  ","normalized":true}],)";
  const std::string model =
      R"("model":{"type":"BPE","vocab":{"<|endoftext|>":0,"a":1,"b":2,"ab":3,"\u0120":4,"\u0120a":5,"abb":6,"\"":7,":":8},)";
  return {"{" + marks + rules + model + R"("merges":["a b","\u0120 a","ab b"]}})",
          "{" + marks + rules + model + R"("merges":[["a","b"],["ab","b"]]}})"};
}

std::vector<std::string> index_seeds() {
  return {R"({"metadata":{"total_size":8},"weight_map":{"a.weight":"m-00001-of-00002.safetensors",)"
          R"("b":"m-00002-of-00002.safetensors","c":"m-00002-of-00002.safetensors"}})"};
}

std::vector<std::string> npy_seeds() {
  const float numbers[] = {1, -2, 3, 4, 5, 6};
  const std::uint64_t shape[] = {2, 3};
  std::string wide = as_text(cli::format_npy(std::span(numbers).first(2), std::span(shape).first(1)));
  wide.replace(wide.find("<f4"), 3, "<f8");
  wide.replace(wide.find("(2,)"), 4, "(1,)");
  return {as_text(cli::format_npy(numbers, shape)), wide};
}

std::vector<std::string_view> pickle_words() {
  return {"ctorch._utils\n_rebuild_tensor_v2\n"sv,
          "ctorch._utils\n_rebuild_parameter\n"sv,
          "ccollections\nOrderedDict\n"sv,
          "ctorch\nHalfStorage\n"sv,
          "ctorch\nBFloat16Storage\n"sv,
          "X\x07\x00\x00\x00storage"sv,
          "state_dict"sv,
          "_metadata"sv,
          "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"sv,
          "\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80"sv,
          "\x85"sv,
          "\x86"sv,
          "\x87"sv,
          "\x93"sv,
          "\x94"sv,
          "tQ"sv,
          "tR"sv,
          ")R"sv};
}

std::vector<std::string_view> zip_words() {
  return {"PK\x01\x02"sv, "PK\x03\x04"sv, "PK\x05\x06"sv,   "PK\x06\x06"sv,       "PK\x06\x07"sv,
          "PK\x07\x08"sv, "data.pkl"sv,   "../"sv,          "\x01\x00\x18\x00"sv, "\xff\xff\xff\xff"sv,
          "\xff\xff"sv,   "byteorder"sv,  "constants.pkl"sv};
}

std::vector<std::string_view> safetensors_words() {
  return {
      "\"dtype\":"sv,    "\"shape\":"sv,  "\"data_offsets\":"sv, "\"__metadata__\":"sv,    "\"F32\""sv,
      "\"F16\""sv,       "\"BF16\""sv,    "9007199254740992"sv,  "18446744073709551615"sv, "blocks.0.att."sv,
      "blocks.1.ffn."sv, "time_maa_w1"sv, "time_decay"sv,        "time_faaaa"sv,           "time_mix_k"sv,
      "ln0"sv,           "emb.weight"sv,  "head.weight"sv,       "time_state"sv,           "lora_A"sv};
}

std::vector<std::string_view> gguf_words() {
  return {"general.architecture"sv,
          "general.alignment"sv,
          "rwkv7"sv,
          "rwkv6"sv,
          "rwkv7.block_count"sv,
          "rwkv7.wkv.head_size"sv,
          "rwkv6.rescale_every_n_layers"sv,
          "tokenizer.ggml.model"sv,
          "tokenizer.ggml.tokens"sv,
          "tokenizer.ggml.token_type"sv,
          "token_embd.weight"sv,
          "blk.0.time_mix_lerp_fused.weight"sv,
          "blk.1.time_mix_w1.weight"sv,
          "output_norm.weight"sv,
          "\xff\xff\xff\xff\xff\xff\xff\x7f"sv,
          "\x00\x00\x00\x00\x00\x01\x00\x00"sv};
}

std::vector<std::string_view> json_words() {
  return {"\\ud83d"sv, "\\u0000"sv,          "true"sv,  "false"sv, "null"sv, "1e308"sv,
          "-0"sv,      "9007199254740993"sv, "{\"\":"sv};
}

std::vector<std::string_view> snapshot_words() {
  return {"RoostSnp"sv, "\x00\x00\x80\x7f"sv, "\x00\x00\xc0\x7f"sv, "\xff\xff\xff\xff\xff\xff\xff\x3f"sv,
          "\x40\x00\x00\x00"sv};
}

std::vector<std::string_view> vocabulary_words() {
  return {"\\x"sv, "\\u"sv, "\\U0010ffff"sv, "b'"sv, "\\\\"sv, "\\'"sv, "1048575 "sv, "4294967296"sv};
}

std::vector<std::string_view> bpe_words() {
  return {"\"vocab\":"sv, "\"merges\":"sv, "\"added_tokens\":"sv, "\"special\":true"sv, "\\u0120"sv,
          "\"id\":"sv,    "\"NFC\""sv,     "\"unk_token\":"sv,    "\xcc\x81"sv,         "\xe1\x84\x80"sv};
}

std::vector<std::string_view> npy_words() {
  return {"'descr': "sv, "'<f4'"sv, "'<f8'"sv,     "'fortran_order': "sv,
          "True"sv,      "False"sv, "'shape': "sv, "18446744073709551615"sv};
}

}  // namespace roost::fuzz
