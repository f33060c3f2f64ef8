// roost-make-model: writes a model with random weights. See usage().
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "random_model.h"
#include "support/path_text.h"

namespace {

using roost::tools::RandomModel;
using roost::tools::RandomType;

int usage() {
  std::fputs(
      "usage: roost-make-model OUT.{gguf|safetensors} [--layers 12] [--width 768] [--vocab 65536] [--ffn "
      "4*width]\n"
      "                        [--type f32|f16|bf16|q8_0] [--ranks w,a,v,g] [--head-size 64] [--seed 1]\n"
      "                        [--no-vocabulary]\n"
      "Writes an RWKV-7 model with random, well-scaled weights. The defaults are the shape of the released "
      "0.1B.\n",
      stderr);
  return 2;
}

template <class Number>
bool parse(std::string_view text, Number& out) {
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), out);
  return trouble == std::errc() && end == text.data() + text.size();
}

bool parse_ranks(std::string_view text, RandomModel& model) {
  for (std::size_t i = 0; i < model.ranks.size(); ++i) {
    const std::size_t comma = text.find(',');
    if ((comma == std::string_view::npos) != (i == 3) || !parse(text.substr(0, comma), model.ranks[i]))
      return false;
    if (model.ranks[i] == 0) return false;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return true;
}

bool parse_type(std::string_view text, RandomType& type) {
  if (text == "f32")
    type = RandomType::f32;
  else if (text == "f16")
    type = RandomType::f16;
  else if (text == "bf16")
    type = RandomType::bf16;
  else if (text == "q8_0")
    type = RandomType::q8_0;
  else
    return false;
  return true;
}

int run(const std::vector<std::string>& arguments) {
  std::string path;
  RandomModel model;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (!name.starts_with("--")) {
      if (!path.empty()) return usage();
      path = name;
      continue;
    }
    if (name == "--no-vocabulary") {
      model.with_vocabulary = false;
      continue;
    }
    if (++i == arguments.size()) return usage();
    const std::string& value = arguments[i];
    const bool good = name == "--layers"      ? parse(value, model.layers)
                      : name == "--width"     ? parse(value, model.width)
                      : name == "--vocab"     ? parse(value, model.vocabulary)
                      : name == "--ffn"       ? parse(value, model.ffn)
                      : name == "--head-size" ? parse(value, model.head_size)
                      : name == "--seed"      ? parse(value, model.seed)
                      : name == "--ranks"     ? parse_ranks(value, model)
                      : name == "--type"      ? parse_type(value, model.type)
                                              : false;
    if (!good) {
      std::fprintf(stderr, "roost-make-model: %s %s is not understood.\n", name.c_str(), value.c_str());
      return usage();
    }
  }
  if (path.empty()) return usage();
  const roost::Status written = roost::tools::write_random_model(path, model);
  if (written.ok()) return 0;
  std::fprintf(stderr, "roost-make-model: %s\n", written.failure().message.c_str());
  const roost::ErrorCode code = written.failure().code;
  if (code == roost::ErrorCode::invalid_argument) return 2;
  return code == roost::ErrorCode::file_exists ? 1 : 3;
}

}  // namespace

#if defined(_WIN32)
int wmain(int argc, wchar_t** argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.push_back(roost::support::path_to_utf8(argv[i]));
  return run(arguments);
}
#else
int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception&) {
    std::fputs("roost-make-model: not enough memory.\n", stderr);
    return 3;
  }
}
#endif
