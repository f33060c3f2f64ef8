// Conversions of the fixtures, read back through the public face.
#include "roost/convert.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "check.h"
#include "engine/vocabulary.h"
#include "fixtures.h"
#include "formats/model_file.h"
#include "formats/test_files.h"
#include "roost/diagnostics.h"
#include "support/json.h"

using namespace roost;

namespace {

class Folder {
 public:
  explicit Folder(const char* name) : path_(std::filesystem::temp_directory_path() / name) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

ConvertOptions as(const char* type) {
  ConvertOptions options;
  options.type = type;
  options.threads = 1;
  return options;
}

std::vector<std::uint32_t> tokens_of(const std::string& model) {
  std::vector<std::uint32_t> ids;
  const auto path = fixtures::find(model.substr(0, model.rfind('.')) + ".expected.json");
  if (!path) return ids;
  const auto json = support::parse_json(fixtures::read(*path), model);
  if (!json.ok()) return ids;
  for (const auto& item : json.value().find("tokens")->items())
    ids.push_back(static_cast<std::uint32_t>(*item.whole()));
  return ids;
}

std::vector<float> logits_of(const std::string& path, const std::vector<std::uint32_t>& tokens,
                             WeightFormat weights = WeightFormat::file) {
  LoadOptions load;
  load.needs_vocabulary = false;
  load.threads = 1;
  load.weights = weights;
  LogitsRequest request;
  request.tokens = tokens;
  for (std::uint64_t n = 1; n <= tokens.size(); ++n) request.at.push_back(n);
  auto computed = compute_logits(path, load, request);
  if (!computed.ok()) std::fprintf(stderr, "  %s\n", computed.failure().message.c_str());
  CHECK(computed.ok());
  return computed.ok() ? std::move(computed).value().logits : std::vector<float>();
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return a.size() == b.size() ? ab / std::sqrt(aa * bb) : 0;
}

constexpr const char* every_generation[] = {"rwkv4-l3-c128-fp32.pth",   "rwkv5.0-l3-c128-fp32.pth",
                                            "rwkv5.1-l3-c128-bf16.pth", "rwkv5.2-l3-c128-fp32.pth",
                                            "rwkv6-l3-c128-bf16.pth",   "rwkv7-l3-c128-bf16.pth"};

}  // namespace

TEST("a model of any generation computes other bits after it was written as f32") {
  const Folder folder("roost-convert-f32");
  for (const std::string name : every_generation) {
    const auto path = fixtures::find(name);
    if (!path) continue;  // said by find()
    const std::string out = folder.file(name + ".gguf");
    const auto report = convert_model(*path, out, as("f32"));
    if (!report.ok()) std::fprintf(stderr, "  %s\n", report.failure().message.c_str());
    REQUIRE(report.ok());
    CHECK_EQUAL(report.value().bytes, std::filesystem::file_size(out));
    const auto tokens = tokens_of(name);
    REQUIRE(tokens.size() == 96);
    const auto before = logits_of(*path, tokens), after = logits_of(out, tokens);
    CHECK(!before.empty() && before == after);
  }
}

TEST("a rounded file answers further from the original than its number format explains") {
  // Rounding to 8, 5 and 4 bits moves each weight by about 0.5, 4 and 8 % of a typical one; random weights
  // pass all of it on, trained ones much less.
  const struct {
    const char* type;
    double cosine;
  } types[] = {{"f16", 0.999999}, {"bf16", 0.9999}, {"q8_0", 0.999}, {"q5_1", 0.97},
               {"q5_0", 0.97},    {"q4_1", 0.92},   {"q4_0", 0.92}};
  const Folder folder("roost-convert-rounded");
  for (const std::string name : every_generation) {
    const auto path = fixtures::find(name);
    if (!path) continue;
    const auto tokens = tokens_of(name);
    const auto before = logits_of(*path, tokens);
    for (const auto& type : types) {
      const std::string out = folder.file(name + type.type + ".gguf");
      const auto report = convert_model(*path, out, as(type.type));
      if (!report.ok()) std::fprintf(stderr, "  %s\n", report.failure().message.c_str());
      REQUIRE(report.ok());
      CHECK(report.value().compared > 0);
      const double same = cosine(before, logits_of(out, tokens));
      CHECK(same >= type.cosine);
      if (same < type.cosine) std::fprintf(stderr, "  %s as %s: %f\n", name.c_str(), type.type, same);
    }
  }
}

TEST("weights rounded while they are loaded differ from those rounded into a file of that format") {
  // The same rounding of the same matrices; what a file rounds beyond them is the embedding.
  const Folder folder("roost-convert-load");
  for (const std::string name : {"rwkv7-l3-c128-bf16.pth", "rwkv5.1-l3-c128-bf16.pth"}) {
    const auto path = fixtures::find(name);
    REQUIRE(path.has_value());
    const auto tokens = tokens_of(name);
    const auto exact = logits_of(*path, tokens);
    CHECK(cosine(exact, logits_of(*path, tokens, WeightFormat::q8)) >= 0.999);
    CHECK(cosine(exact, logits_of(*path, tokens, WeightFormat::q4)) >= 0.92);
  }
}

TEST("the vocabulary, the title or the texts of a GGUF file are lost on the way") {
  const Folder folder("roost-convert-vocabulary");
  const auto path = fixtures::find("rwkv7-l3-c128-f16.gguf");
  REQUIRE(path.has_value());
  const std::string out = folder.file("out.gguf");
  const auto report = convert_model(*path, out, as("q4_0"));
  REQUIRE(report.ok());
  CHECK(report.value().has_vocabulary);
  CHECK_EQUAL(report.value().architecture, std::string("rwkv7"));
  const auto before = formats::open_model_file(*path), after = formats::open_model_file(out);
  REQUIRE(before.ok() && after.ok());
  REQUIRE(after.value()->embedded_vocabulary.has_value());
  CHECK(before.value()->embedded_vocabulary->tokens == after.value()->embedded_vocabulary->tokens);
  CHECK_EQUAL(before.value()->title, after.value()->title);
  CHECK_EQUAL(before.value()->basename, after.value()->basename);
  for (const auto& [key, text] : before.value()->texts) {
    CHECK(after.value()->texts.contains(key) && after.value()->texts.at(key) == text);
  }
  CHECK(!before.value()->token_settings.empty());
  CHECK(before.value()->token_settings == after.value()->token_settings);
  CHECK_EQUAL(after.value()->storage_types.at("Q4_0"), std::uint64_t{3 * 6});
}

TEST("a model of another vocabulary than World's needs its tokenizer.json again after it was converted") {
  const Folder folder("roost-convert-json");
  // A list of four tokens stands for GPT-NeoX-20B's, which may not be copied here.
  const std::string json =
      R"({"normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},)"
      R"("model":{"type":"BPE","vocab":{"a":1,"b":2,"ab":3},"merges":["a b"]}})";
  const std::string list = folder.file("list.json"), model = folder.file("model.safetensors");
  std::ofstream(list, std::ios::binary) << json;
  test_files::TinySize size;
  size.width = 128;
  size.ffn = 256;
  size.vocabulary = 4;
  std::ofstream(model, std::ios::binary) << test_files::make_safetensors(test_files::tiny_rwkv7(size), "F32");
  ConvertOptions options = as("f16");
  options.vocabulary = list;
  const std::string once = folder.file("once.gguf"), twice = folder.file("twice.gguf");
  const auto report = convert_model(model, once, options);
  if (!report.ok()) std::fprintf(stderr, "  %s\n", report.failure().message.c_str());
  REQUIRE(report.ok() && report.value().has_vocabulary);
  const auto again = convert_model(once, twice, as("q8_0"));  // and what it carries stays with it
  REQUIRE(again.ok() && again.value().has_vocabulary);
  for (const std::string& path : {once, twice}) {
    const auto file = formats::open_model_file(path);
    REQUIRE(file.ok());
    CHECK_EQUAL(engine::tokenizer_kind(*file.value()), "embedded");
    const auto found = engine::find_vocabulary(*file.value(), "", {});
    REQUIRE(found.ok());
    CHECK(found.value()->encode("abba").value() == (std::vector<std::uint32_t>{3, 2, 1}));
  }
}

TEST("a conversion that can't be done, or is given up, leaves a file or destroys one") {
  const Folder folder("roost-convert-refused");
  const auto path = fixtures::find("rwkv7-l3-c128-bf16.pth");
  REQUIRE(path.has_value());
  const auto code_of = [&](const std::string& from, const std::string& to, const ConvertOptions& options) {
    const auto report = convert_model(from, to, options);
    return report.ok() ? std::string("converted") : std::string(name_of(report.failure().code));
  };
  CHECK_EQUAL(code_of(*path, folder.file("a.gguf"), as("q3_k")), std::string("invalid_argument"));
  CHECK_EQUAL(code_of(*path, folder.file("a.bin"), as("f16")), std::string("invalid_argument"));
  CHECK_EQUAL(code_of(folder.file("none.pth"), folder.file("a.gguf"), as("f16")),
              std::string("file_missing"));

  const std::string half = folder.file("half.safetensors");
  const std::string whole = fixtures::read(*fixtures::find("rwkv7-l3-c128-bf16.safetensors"));
  std::ofstream(half, std::ios::binary) << whole.substr(0, whole.size() / 2);
  CHECK_EQUAL(code_of(half, folder.file("a.gguf"), as("f16")), std::string("model_truncated"));
  std::filesystem::remove(half);

  // At any moment: from the first poll to the last.
  for (const int patience : {0, 1, 5, 40, 100}) {
    int polls = 0;
    ConvertOptions options = as("q8_0");
    options.cancelled = [&] { return polls++ >= patience; };
    CHECK_EQUAL(code_of(*path, folder.file("a.gguf"), options), std::string("cancelled"));
    CHECK_EQUAL(folder.files(), std::size_t{0});
  }

  const std::string taken = folder.file("taken.gguf");
  std::ofstream(taken) << "mine";
  CHECK_EQUAL(code_of(*path, taken, as("f16")), std::string("file_exists"));
  CHECK_EQUAL(fixtures::read(taken), std::string("mine"));
}

TEST("progress runs backwards, does not end at 1, or is not reported") {
  const Folder folder("roost-convert-progress");
  const auto path = fixtures::find("rwkv7-l3-c128-bf16.pth");
  REQUIRE(path.has_value());
  std::vector<double> seen;
  ConvertOptions options = as("f16");
  options.progress = [&](double fraction) { seen.push_back(fraction); };
  REQUIRE(convert_model(*path, folder.file("a.gguf"), options).ok());
  REQUIRE(seen.size() > 10);
  for (std::size_t i = 1; i < seen.size(); ++i) CHECK(seen[i] >= seen[i - 1]);
  CHECK_EQUAL(seen.back(), 1.0);
}

TEST_MAIN()
