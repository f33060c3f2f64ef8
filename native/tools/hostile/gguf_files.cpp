// GGUF files whose counts, keys, tensors or vocabulary lie.
#include "corpus.h"
#include "formats/test_files.h"

namespace roost::hostile {
namespace {

using namespace test_files;
using namespace std::string_literals;

using Change = void (*)(Gguf&);

std::string changed(Change change) {
  Gguf gguf = tiny_gguf();
  change(gguf);
  return gguf.finish();
}

std::string begin(std::uint32_t version, std::uint64_t tensors, std::uint64_t keys, const std::string& rest) {
  return Bytes().text("GGUF").u32(version).u64(tensors).u64(keys).text(rest).str();
}

// One key of this type and value, in a file that claims one key more behind it.
std::string key(std::uint32_t type, const std::string& value) {
  return begin(3, 0, 1, Bytes().long_text("a.key").u32(type).text(value).str());
}

void set(Gguf& gguf, const std::string& name, std::string value) {
  for (auto& [key, old] : gguf.keys) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  gguf.keys.emplace_back(name, std::move(value));
}

std::string number(std::uint64_t value) {
  return Bytes().u32(4).u32(value).str();
}

std::string words(const std::vector<std::string>& list) {
  Bytes bytes;
  bytes.u32(9).u32(8).u64(list.size());
  for (const std::string& word : list) bytes.long_text(word);
  return bytes.str();
}

void add_counts(Corpus& corpus) {
  for (const auto& [what, value] :
       {std::pair("100001", std::uint64_t{100'001}), std::pair("2-40", std::uint64_t{1} << 40),
        std::pair("2-59", std::uint64_t{1} << 59), std::pair("2-63", std::uint64_t{1} << 63),
        std::pair("2-64-less-1", UINT64_MAX)}) {
    corpus.add("gguf-tensors-"s + what + ".gguf", "model_damaged", begin(3, value, 0, std::string(64, '\0')));
    corpus.add("gguf-keys-"s + what + ".gguf", "model_damaged", begin(3, 0, value, std::string(64, '\0')));
    corpus.add("gguf-key-length-"s + what + ".gguf", "model_damaged",
               begin(3, 0, 1, Bytes().u64(value).text(std::string(64, 'k')).str()));
    corpus.add("gguf-text-length-"s + what + ".gguf", "model_damaged|model_truncated",
               key(8, Bytes().u64(value).text("x").str()));
    for (const auto& [item, type] :
         {std::pair("bytes", 0u), std::pair("numbers", 10u), std::pair("texts", 8u)}) {
      corpus.add("gguf-list-of-"s + item + "-" + what + ".gguf", "model_truncated",
                 key(9, Bytes().u32(type).u64(value).text("1234").str()));
    }
  }
  corpus.add("gguf-counts-without-room.gguf", "model_truncated", begin(3, 1000, 1000, ""));
  corpus.add("gguf-texts-in-a-hole.gguf", "model_damaged|model_truncated",
             key(9, Bytes().u32(8).u64(std::uint64_t{1} << 40).str()), std::uint64_t{300} << 20);
  corpus.add("gguf-bytes-in-a-hole.gguf", "model_damaged|model_truncated",
             key(9, Bytes().u32(0).u64(std::uint64_t{1} << 40).str()), (std::uint64_t{1} << 40) + 4096);
  for (const std::uint32_t version : {0u, 1u, 4u, 0x03000000u, 0xffffffffu}) {
    corpus.add("gguf-version-" + std::to_string(version) + ".gguf",
               version == 0 ? "model_damaged" : "model_unsupported", begin(version, 0, 0, ""));
  }
}

void add_keys(Corpus& corpus) {
  const std::pair<const char*, std::string> values[] = {
      {"type-13", key(13, "12345678")},
      {"type-2-32", key(0xffffffffu, "12345678")},
      {"list-of-lists", key(9, Bytes().u32(9).u64(1).u32(9).u64(1).u32(9).u64(1).str())},
      {"list-of-unknown", key(9, Bytes().u32(77).u64(1).text("x").str())},
      {"truth-2", key(7, "\x02")},
      {"empty-name", begin(3, 0, 1, Bytes().long_text("").u32(4).u32(1).str())},
      {"name-not-utf8", begin(3, 0, 1, Bytes().long_text("\xff\xfe").u32(4).u32(1).str())},
      {"name-of-513-bytes", begin(3, 0, 1, Bytes().long_text(std::string(513, 'k')).u32(4).u32(1).str())},
      {"twice", begin(3, 0, 2, Bytes().long_text("a").u32(4).u32(1).long_text("a").u32(4).u32(2).str())},
      {"list-twice",
       begin(3, 0, 2, Bytes().long_text("a").u32(9).u32(0).u64(0).long_text("a").u32(9).u32(0).u64(0).str())},
      {"text-of-two-megabytes", key(8, Bytes().long_text(std::string(2 << 20, 't')).str())},
  };
  for (const auto& [what, file] : values) corpus.add("gguf-key-"s + what + ".gguf", "model_damaged", file);
  for (const std::uint64_t alignment : {0, 1, 4, 7, 24, 33, 131072}) {
    Gguf gguf = tiny_gguf();
    gguf.whole("general.alignment", alignment);
    corpus.add("gguf-alignment-" + std::to_string(alignment) + ".gguf", "model_damaged", gguf.finish());
  }
  corpus.add("gguf-alignment-wide.gguf", "model_damaged", changed([](Gguf& gguf) {
               gguf.keys.emplace_back("general.alignment", Bytes().u32(10).u64(32).str());
             }));
  corpus.add("gguf-alignment-text.gguf", "model_damaged",
             changed([](Gguf& gguf) { gguf.text("general.alignment", "32"); }));
  corpus.add("gguf-alignment-other.gguf", "model_damaged|model_truncated",
             changed([](Gguf& gguf) { gguf.whole("general.alignment", 4096); }));
}

void add_lying_tensors(Corpus& corpus) {
  const struct {
    const char* what;
    const char* answer;
    Change change;
  } changes[] = {
      {"no-dimension", "model_damaged", [](Gguf& g) { g.tensors[1].ne = {}; }},
      {"five-dimensions", "model_damaged",
       [](Gguf& g) {
         g.tensors[1].ne = {32, 1, 1, 1, 1};
       }},
      {"zero", "model_damaged", [](Gguf& g) { g.tensors[1].ne = {0}; }},
      {"negative", "model_damaged|model_truncated", [](Gguf& g) { g.tensors[1].ne = {UINT64_MAX}; }},
      {"2-62", "model_damaged|model_truncated", [](Gguf& g) { g.tensors[1].ne = {std::uint64_t{1} << 62}; }},
      {"product-overflows", "model_damaged",
       [](Gguf& g) {
         g.tensors[1].ne = {std::uint64_t{1} << 32, std::uint64_t{1} << 32};
       }},
      {"product-overflows-to-fit", "model_damaged",
       [](Gguf& g) {
         g.tensors[1].ne = {32, std::uint64_t{1} << 59, 32, 1};
       }},
      {"larger-than-file", "model_truncated", [](Gguf& g) { g.tensors[1].ne = {1'000'000}; }},
      {"type-unknown", "model_unsupported", [](Gguf& g) { g.tensors[1].type = 999; }},
      {"type-removed", "model_unsupported", [](Gguf& g) { g.tensors[1].type = 4; }},
      {"type-not-read", "model_unsupported", [](Gguf& g) { g.tensors[1].type = 16; }},
      {"half-a-block", "model_damaged",
       [](Gguf& g) {
         g.tensors[1].ne = {31};
         g.tensors[1].type = 8;
       }},
      {"half-a-wide-block", "model_damaged",
       [](Gguf& g) {
         g.tensors[1].ne = {128};
         g.tensors[1].type = 12;
       }},
      {"wrong-type", "model_damaged|model_truncated",
       [](Gguf& g) {
         g.tensors[0].type = 1;
         g.tensors[0].ne = {64, 40};
       }},
      {"name-twice", "model_damaged", [](Gguf& g) { g.tensors[1].name = g.tensors[0].name; }},
      {"name-empty", "model_damaged", [](Gguf& g) { g.tensors[1].name = ""; }},
      {"name-of-513-bytes", "model_damaged", [](Gguf& g) { g.tensors[1].name = std::string(513, 'n'); }},
      {"name-not-utf8", "model_damaged|model_unsupported",
       [](Gguf& g) { g.tensors[1].name = "\xff\x1b[31m"; }},
      {"count-more", "model_damaged|model_truncated|model_unsupported",
       [](Gguf& g) { g.tensor_count_change = 1; }},
      {"count-less", "model_damaged", [](Gguf& g) { g.tensor_count_change = UINT64_MAX; }},
      {"key-count-more", "model_damaged|model_truncated", [](Gguf& g) { g.key_count_change = 1; }},
      {"key-count-less", "model_damaged|model_truncated|model_unsupported",
       [](Gguf& g) { g.key_count_change = UINT64_MAX; }},
  };
  for (const auto& [what, answer, change] : changes) {
    corpus.add("gguf-tensor-"s + what + ".gguf", answer, changed(change));
  }
  // The offset of a tensor stands behind its type: found by its name.
  const std::string whole = tiny_gguf().finish();
  const std::string name = "blk.0.attn_norm.weight";
  const std::size_t offset = whole.find(name) + name.size() + 4 + 8 + 4;
  for (const auto& [what, answer, value] : {std::tuple("overlapping", "model_damaged", std::uint64_t{0}),
                                            std::tuple("unaligned", "model_damaged", std::uint64_t{33}),
                                            std::tuple("outside", "model_truncated", std::uint64_t{1} << 30),
                                            std::tuple("2-63", "model_truncated", std::uint64_t{1} << 63),
                                            std::tuple("2-64-less-32", "model_truncated", UINT64_MAX - 31)}) {
    std::string file = whole;
    file.replace(offset, 8, Bytes().u64(value).str());
    corpus.add("gguf-offset-"s + what + ".gguf", answer, file);
  }
}

void add_metadata(Corpus& corpus) {
  const struct {
    const char* what;
    const char* answer;
    Change change;
  } changes[] = {
      {"architecture-missing", "model_damaged", [](Gguf& g) { g.keys.erase(g.keys.begin()); }},
      {"architecture-number", "model_damaged", [](Gguf& g) { set(g, "general.architecture", number(7)); }},
      {"architecture-other", "model_unsupported",
       [](Gguf& g) { g.keys[0].second = Bytes().u32(8).long_text("llama").str(); }},
      {"architecture-attention", "model_unsupported",
       [](Gguf& g) { g.keys[0].second = Bytes().u32(8).long_text("rwkv6qwen2").str(); }},
      {"architecture-six", "model_damaged|model_unsupported",
       [](Gguf& g) { g.keys[0].second = Bytes().u32(8).long_text("rwkv6").str(); }},
      {"architecture-escapes", "model_unsupported",
       [](Gguf& g) { g.keys[0].second = Bytes().u32(8).long_text("rwkv7\x1b]0;x\x07\n%s%n").str(); }},
      {"head-size-0", "model_damaged", [](Gguf& g) { set(g, "rwkv7.wkv.head_size", number(0)); }},
      {"head-size-7", "model_damaged", [](Gguf& g) { set(g, "rwkv7.wkv.head_size", number(7)); }},
      {"head-size-2-32", "model_damaged",
       [](Gguf& g) { set(g, "rwkv7.wkv.head_size", number(0xffffffffu)); }},
      {"head-size-text", "model_damaged",
       [](Gguf& g) { set(g, "rwkv7.wkv.head_size", Bytes().u32(8).long_text("16").str()); }},
      {"layers-wrong", "model_damaged", [](Gguf& g) { set(g, "rwkv7.block_count", number(3)); }},
      {"layers-2-32", "model_damaged", [](Gguf& g) { set(g, "rwkv7.block_count", number(0xffffffffu)); }},
      {"width-wrong", "model_damaged", [](Gguf& g) { set(g, "rwkv7.embedding_length", number(64)); }},
      {"rank-wrong", "model_damaged", [](Gguf& g) { set(g, "rwkv7.attention.gate_lora_rank", number(1)); }},
      {"vocabulary-wrong", "model_damaged", [](Gguf& g) { set(g, "rwkv7.vocab_size", number(1)); }},
      {"context-negative", "opens",
       [](Gguf& g) { set(g, "rwkv7.context_length", Bytes().u32(5).u32(0xffffffffu).str()); }},
      {"tokens-too-few", "model_damaged",
       [](Gguf& g) {
         set(g, "tokenizer.ggml.tokens", words({"<s>", "a"}));
         set(g, "tokenizer.ggml.token_type", Bytes().u32(9).u32(5).u64(2).u32(3).u32(1).str());
       }},
      {"tokens-numbers", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.tokens", Bytes().u32(9).u32(4).u64(1).u32(1).str()); }},
      {"tokens-none", "model_damaged",
       [](Gguf& g) {
         set(g, "tokenizer.ggml.tokens", words({}));
         set(g, "tokenizer.ggml.token_type", Bytes().u32(9).u32(5).u64(0).str());
       }},
      {"tokens-without-text", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.tokens", words(std::vector<std::string>(40, ""))); }},
      {"tokens-raw-bytes", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.tokens", words(std::vector<std::string>(40, "\xff"))); }},
      {"tokens-escape-cut", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.tokens", words(std::vector<std::string>(40, "\\x4"))); }},
      {"tokens-escape-unknown", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.tokens", words(std::vector<std::string>(40, "\\u0041"))); }},
      {"types-too-few", "model_damaged",
       [](Gguf& g) { set(g, "tokenizer.ggml.token_type", Bytes().u32(9).u32(5).u64(1).u32(1).str()); }},
      {"types-real", "model_damaged",
       [](Gguf& g) {
         set(g, "tokenizer.ggml.token_type",
             Bytes().u32(9).u32(6).u64(40).text(std::string(160, '\0')).str());
       }},
  };
  for (const auto& [what, answer, change] : changes) {
    corpus.add("gguf-says-"s + what + ".gguf", answer, changed(change));
  }
}

}  // namespace

void add_gguf_files(Corpus& corpus) {
  add_counts(corpus);
  add_keys(corpus);
  add_lying_tensors(corpus);
  add_metadata(corpus);
}

}  // namespace roost::hostile
