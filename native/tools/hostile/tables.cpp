// safetensors whose table lies, JSON that would exhaust a reader, and the index of a divided model.
#include "corpus.h"
#include "formats/test_files.h"

namespace roost::hostile {
namespace {

using namespace test_files;
using namespace std::string_literals;

// One tensor of 8 bytes, described by this.
std::string entry(const std::string& description) {
  return safetensors_of("{\"t\":" + description + "}", "12345678");
}

std::string described(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return entry("{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}");
}

std::string header(const std::string& text) {
  return safetensors_of(text, "");
}

std::string claimed(std::uint64_t length) {
  return Bytes()
      .u64(length)
      .text("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}12345678")
      .str();
}

void add_lengths(Corpus& corpus) {
  for (const auto& [what, value] :
       {std::pair("100-megabytes-and-1", std::uint64_t{100'000'001}),
        std::pair("4-gigabytes", std::uint64_t{1} << 32), std::pair("2-62", std::uint64_t{1} << 62),
        std::pair("2-63-less-1", (std::uint64_t{1} << 63) - 1), std::pair("2-63", std::uint64_t{1} << 63),
        std::pair("2-64-less-8", UINT64_MAX - 7), std::pair("2-64-less-1", UINT64_MAX)}) {
    corpus.add("table-length-"s + what + ".safetensors", "model_damaged", claimed(value));
  }
  corpus.add("table-length-of-the-file.safetensors", "model_truncated", claimed(claimed(0).size()));
  corpus.add("table-length-1.safetensors", "model_damaged", claimed(1));
  corpus.add("table-length-0.safetensors", "model_damaged", claimed(0));
  corpus.add("table-of-a-hole.safetensors", "model_damaged", Bytes().u64(99'000'000).text("{").str(),
             std::uint64_t{1} << 40);
}

void add_entries(Corpus& corpus) {
  const std::pair<const char*, std::string> damaged[] = {
      {"end-outside", described("\"F32\"", "[2]", "[0,16]")},
      {"end-before-begin", described("\"F32\"", "[2]", "[8,0]")},
      {"begin-outside", described("\"F32\"", "[2]", "[8,16]")},
      {"gap", described("\"F32\"", "[1]", "[4,8]")},
      {"too-few-bytes", described("\"F32\"", "[3]", "[0,8]")},
      {"too-many-bytes", described("\"F32\"", "[1]", "[0,8]")},
      {"shape-overflows", described("\"F32\"", "[4294967296,4294967296]", "[0,8]")},
      {"shape-overflows-to-fit", described("\"F32\"", "[2,4611686018427387904,2]", "[0,8]")},
      {"shape-zero", described("\"F32\"", "[0]", "[0,8]")},
      {"shape-negative", described("\"F32\"", "[-2]", "[0,8]")},
      {"shape-fraction", described("\"F32\"", "[2.0]", "[0,8]")},
      {"shape-exponent", described("\"F32\"", "[2e0]", "[0,8]")},
      {"shape-text", described("\"F32\"", "[\"2\"]", "[0,8]")},
      {"shape-2-53-and-1", described("\"F32\"", "[9007199254740993]", "[0,8]")},
      {"shape-2-64", described("\"F32\"", "[18446744073709551616]", "[0,8]")},
      {"shape-nested", described("\"F32\"", "[[2]]", "[0,8]")},
      {"shape-nine", described("\"F32\"", "[2,1,1,1,1,1,1,1,1]", "[0,8]")},
      {"shape-million", described(
                            "\"F32\"",
                            "[2" +
                                [] {
                                  std::string ones;
                                  for (int i = 0; i < 1'000'000; ++i) ones += ",1";
                                  return ones;
                                }() +
                                "]",
                            "[0,8]")},
      {"offsets-three", described("\"F32\"", "[2]", "[0,4,8]")},
      {"offsets-one", described("\"F32\"", "[2]", "[8]")},
      {"offsets-text", described("\"F32\"", "[2]", "\"0-8\"")},
      {"offsets-negative", described("\"F32\"", "[2]", "[-8,0]")},
      {"offsets-2-63", described("\"F32\"", "[2]", "[0,9223372036854775808]")},
      {"type-number", described("32", "[2]", "[0,8]")},
      {"type-missing", entry("{\"shape\":[2],\"data_offsets\":[0,8]}")},
      {"field-added", entry("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"strides\":[1]}")},
      {"entry-list", entry("[0,8]")},
      {"entry-null", entry("null")},
      {"metadata-number", header("{\"__metadata__\":{\"a\":1}}")},
      {"metadata-list", header("{\"__metadata__\":[]}")},
      {"metadata-nested", header("{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}")},
      {"name-empty",
       safetensors_of("{\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "12345678")},
      {"name-of-600-bytes", safetensors_of("{\"" + std::string(600, 'n') +
                                               "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                                           "12345678")},
      {"same-bytes", safetensors_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                    "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                                    "12345678")},
      {"overlapping", safetensors_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                     "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                                     "123456789012")},
      {"name-twice", safetensors_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                                    "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                                    "12345678")},
      {"name-twice-by-escape",
       safetensors_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                      "\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                      "12345678")},
      {"field-twice", entry("{\"dtype\":\"F32\",\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}")},
  };
  for (const auto& [what, file] : damaged)
    corpus.add("table-"s + what + ".safetensors", "model_damaged", file);
  for (const char* type : {"F64", "I64", "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "f32", ""}) {
    corpus.add("table-type-"s + type + ".safetensors", "model_unsupported",
               described("\""s + type + "\"", "[2]", "[0,8]"));
  }
  corpus.add("table-empty.safetensors", "model_damaged|not_a_model", header("{}"));
  corpus.add("table-only-metadata.safetensors", "model_damaged|not_a_model", header("{\"__metadata__\":{}}"));
}

void add_json(Corpus& corpus) {
  std::string many = "{\"a\":[0";
  for (int i = 0; i < 1'300'000; ++i) many += ",0";
  std::string keys = "{";
  for (int i = 0; i < 200'000; ++i) keys += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":{}";
  std::string fractions = "{\"a\":[0";
  for (int i = 0; i < 1'000'000; ++i) fractions += ",1e-9";
  const std::pair<const char*, std::string> texts[] = {
      {"33-deep", "{\"a\":" + std::string(33, '[') + std::string(33, ']') + "}"},
      {"million-deep", "{\"a\":" + std::string(1'000'000, '[')},
      {"million-objects-deep",
       [] {
         std::string text;
         for (int i = 0; i < 300'000; ++i) text += "{\"a\":";
         return text;
       }()},
      {"million-values", many + "]}"},
      {"million-fractions", fractions + "]}"},
      {"many-keys", keys + "}"},
      {"not-a-number", "{\"a\":NaN}"},
      {"infinity", "{\"a\":Infinity}"},
      {"number-out-of-range", "{\"a\":1e999}"},
      {"number-of-a-megabyte", "{\"a\":" + std::string(1 << 20, '9') + "}"},
      {"leading-zero", "{\"a\":01}"},
      {"plus", "{\"a\":+1}"},
      {"comment", "{/* */\"a\":1}"},
      {"comma-at-the-end", "{\"a\":1,}"},
      {"single-quotes", "{'a':1}"},
      {"no-quotes", "{a:1}"},
      {"half-a-pair", "{\"\\ud800\":1}"},
      {"pair-turned", "{\"\\udc00\\ud800\":1}"},
      {"escape-unknown", "{\"\\x41\":1}"},
      {"escape-cut", "{\"\\u00"},
      {"control-character", "{\"a\nb\":1}"},
      {"zero-in-name", "{\"a\0b\":1}"s},
      {"not-utf8", "{\"\xff\":1}"},
      {"overlong", "{\"\xc0\x80\":1}"},
      {"unterminated", "{\"a\":\"b"},
      {"goes-on", "{} {}"},
      {"only-brace", "{"},
      {"byte-mark", "\xef\xbb\xbf{}"},
      {"spaces-first", "  {}"},
      {"list", "[]"},
  };
  for (const auto& [what, text] : texts) {
    corpus.add("json-"s + what + ".safetensors", "model_damaged|not_a_model", header(text));
  }
}

void add_indices(Corpus& corpus) {
  const auto index = [](const std::string& map) { return "{\"metadata\":{},\"weight_map\":" + map + "}"; };
  for (const auto& [what, name] :
       {std::pair("parent", "../a.safetensors"), std::pair("root", "/etc/a.safetensors"),
        std::pair("below", "sub/a.safetensors"), std::pair("address", "https://x/a.safetensors"),
        std::pair("backslash", "..\\\\a.safetensors"), std::pair("hidden", ".a.safetensors"),
        std::pair("device", "/dev/zero"), std::pair("other-kind", "a.pth"),
        std::pair("zero", "a\\u0000.safetensors")}) {
    corpus.add("index-"s + what + ".index.json", "model_unsafe", index("{\"emb.weight\":\""s + name + "\"}"));
  }
  corpus.add("index-part-missing.index.json", "file_missing",
             index("{\"emb.weight\":\"never-there.safetensors\"}"));
  corpus.add("index-empty.index.json", "model_damaged", index("{}"));
  corpus.add("index-list.index.json", "model_damaged", index("[\"a.safetensors\"]"));
  corpus.add("index-number.index.json", "model_damaged", index("{\"emb.weight\":1}"));
  corpus.add("index-cut.index.json", "model_damaged",
             index("{\"emb.weight\":\"a.safetensors\"").substr(0, 50));
  std::string many = "{";
  for (int i = 0; i < 5'000; ++i) {
    many += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"" + std::to_string(i) + ".safetensors\"";
  }
  corpus.add("index-5000-parts.index.json", "model_damaged", index(many + "}"));
}

}  // namespace

void add_tables(Corpus& corpus) {
  add_lengths(corpus);
  add_entries(corpus);
  add_json(corpus);
  add_indices(corpus);
}

}  // namespace roost::hostile
