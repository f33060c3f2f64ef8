#include "random_model.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/half.h"
#include "support/json.h"
#include "support/path_text.h"

namespace roost::tools {
namespace {

constexpr std::size_t kAlignment = 32;
constexpr std::size_t kQ8Block = 32, kQ8Bytes = 34;

// Uniform numbers from a counter-based generator (splitmix64), one stream per tensor.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view name) : state_(seed * 0x9e3779b97f4a7c15u) {
    for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  float between(float low, float high) {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    bits ^= bits >> 31;
    return low + (high - low) * static_cast<float>(bits >> 40) * 0x1p-24f;
  }

 private:
  std::uint64_t state_;
};

// One tensor as official files have it, with the range its values are drawn from.
struct Planned {
  std::string name;
  std::vector<std::uint64_t> shape;
  float low, high;
  std::uint64_t count() const {
    std::uint64_t n = 1;
    for (const std::uint64_t size : shape) n *= size;
    return n;
  }
};

// Uniform with standard deviation `deviation` around `mean`.
Planned spread(std::string name, std::vector<std::uint64_t> shape, float deviation, float mean = 0.0f) {
  const float reach = deviation * std::sqrt(3.0f);
  return {std::move(name), std::move(shape), mean - reach, mean + reach};
}

// Every matrix keeps the variance of what enters it, so nothing grows with depth but the residual sum, which
// the norms take back.
std::vector<Planned> plan(const RandomModel& model) {
  const std::uint64_t c = model.width, f = model.ffn, v = model.vocabulary;
  const auto inverse_root = [](std::uint64_t n) { return 1.0f / std::sqrt(static_cast<float>(n)); };
  std::vector<Planned> tensors;
  tensors.push_back(spread("emb.weight", {v, c}, 1.0f));
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    const std::string block = "blocks." + std::to_string(layer) + ".";
    const auto norm = [&](const std::string& name) {
      tensors.push_back(spread(block + name + ".weight", {c}, 0.05f, 1.0f));
      tensors.push_back(spread(block + name + ".bias", {c}, 0.05f));
    };
    norm("ln1");
    norm("ln2");
    if (layer == 0) norm("ln0");
    for (const char* mix : {"x_r", "x_w", "x_k", "x_v", "x_a", "x_g"}) {
      tensors.push_back({block + "att." + mix, {1, 1, c}, 0.0f, 1.0f});
    }
    tensors.push_back({block + "att.w0", {1, 1, c}, -5.0f, 1.0f});
    tensors.push_back(spread(block + "att.a0", {1, 1, c}, 0.5f));
    tensors.push_back(spread(block + "att.v0", {1, 1, c}, 0.5f, 1.0f));
    static constexpr char letters[] = {'w', 'a', 'v', 'g'};
    for (std::size_t i = 0; i < 4; ++i) {
      const std::uint64_t rank = model.ranks[i];
      const std::string stem = block + "att." + letters[i];
      tensors.push_back(spread(stem + "1", {c, rank}, inverse_root(c)));
      tensors.push_back(
          spread(stem + "2", {rank, c}, (letters[i] == 'g' ? 2.0f : 0.5f) * inverse_root(rank)));
    }
    tensors.push_back(spread(block + "att.k_k", {1, 1, c}, 0.05f, 0.85f));
    tensors.push_back(spread(block + "att.k_a", {1, 1, c}, 0.05f, 1.0f));
    tensors.push_back(spread(block + "att.r_k", {c / model.head_size, model.head_size}, 0.1f));
    for (const char* matrix : {"receptance", "key", "value", "output"}) {
      tensors.push_back(spread(block + "att." + matrix + ".weight", {c, c}, inverse_root(c)));
    }
    norm("att.ln_x");
    tensors.push_back({block + "ffn.x_k", {1, 1, c}, 0.0f, 1.0f});
    tensors.push_back(spread(block + "ffn.key.weight", {f, c}, inverse_root(c)));
    tensors.push_back(spread(block + "ffn.value.weight", {c, f}, inverse_root(f)));
  }
  tensors.push_back(spread("ln_out.weight", {c}, 0.05f, 1.0f));
  tensors.push_back(spread("ln_out.bias", {c}, 0.05f));
  tensors.push_back(spread("head.weight", {v, c}, 2.0f * inverse_root(c)));
  return tensors;
}

// --- the file
// ------------------------------------------------------------------------------------------------------

class Output {
 public:
  ~Output() {
    if (file_ != nullptr) std::fclose(file_);
    if (!kept_ && !temporary_.empty()) {
      std::error_code ignored;
      std::filesystem::remove(temporary_, ignored);
    }
  }

  Status open(const std::string& path_utf8) {
    label_ = support::file_label(path_utf8);
    final_ = support::path_from_utf8(path_utf8);
    std::error_code trouble;
    if (std::filesystem::exists(final_, trouble)) {
      return error(ErrorCode::file_exists, label_ + " exists already and is not overwritten.");
    }
    temporary_ = final_;
    temporary_ += ".part";
#if defined(_WIN32)
    file_ = _wfopen(temporary_.c_str(), L"wb");
#else
    file_ = std::fopen(temporary_.c_str(), "wb");
#endif
    return file_ != nullptr ? Status() : failed("opened for writing");
  }

  Status put(const void* data, std::size_t size) {
    if (size > 0 && std::fwrite(data, 1, size, file_) != size) return failed("written");
    position_ += size;
    return {};
  }

  Status put(std::string_view text) {
    return put(text.data(), text.size());
  }

  Status pad() {
    static constexpr char zeros[kAlignment] = {};
    return put(zeros, static_cast<std::size_t>((kAlignment - position_ % kAlignment) % kAlignment));
  }

  Status keep() {
    std::FILE* const file = file_;
    file_ = nullptr;
    if (std::fclose(file) != 0) return failed("written");
    std::error_code trouble;
    std::filesystem::rename(temporary_, final_, trouble);
    if (trouble)
      return error(ErrorCode::write_failed, label_ + " can't be renamed: " + trouble.message() + ".");
    kept_ = true;
    return {};
  }

 private:
  Status failed(const char* what) const {
    const int reason = errno;
    if (reason == ENOSPC)
      return error(ErrorCode::disk_full, label_ + ": there is not enough space on the disk.");
    return error(ErrorCode::write_failed, label_ + " can't be " + what + ": " + std::strerror(reason) + ".");
  }

  std::string label_;
  std::filesystem::path final_, temporary_;
  std::FILE* file_ = nullptr;
  std::uint64_t position_ = 0;
  bool kept_ = false;
};

std::uint64_t bytes_of(RandomType type, std::uint64_t count) {
  switch (type) {
    case RandomType::f32:
      return count * 4;
    case RandomType::q8_0:
      return count / kQ8Block * kQ8Bytes;
    default:
      return count * 2;
  }
}

// Appends values in a number format; `values` is a multiple of 32 for q8_0.
void encode(const std::vector<float>& values, RandomType type, std::string& out) {
  const auto put = [&out](const auto& number) {
    char raw[sizeof number];
    std::memcpy(raw, &number, sizeof number);
    out.append(raw, sizeof number);
  };
  if (type == RandomType::q8_0) {
    for (std::size_t begin = 0; begin < values.size(); begin += kQ8Block) {
      float largest = 0;
      for (std::size_t i = 0; i < kQ8Block; ++i) largest = std::max(largest, std::fabs(values[begin + i]));
      const float scale = largest / 127.0f;
      put(support::f32_to_f16(scale));
      for (std::size_t i = 0; i < kQ8Block; ++i) {
        put(static_cast<std::int8_t>(scale > 0 ? std::lround(values[begin + i] / scale) : 0));
      }
    }
    return;
  }
  for (const float value : values) {
    if (type == RandomType::f32) put(value);
    if (type == RandomType::f16) put(support::f32_to_f16(value));
    if (type == RandomType::bf16) put(support::f32_to_bf16(value));
  }
}

std::vector<float> draw_all(const Planned& tensor, std::uint64_t seed) {
  Random random(seed, tensor.name);
  std::vector<float> values(static_cast<std::size_t>(tensor.count()));
  for (float& value : values) value = random.between(tensor.low, tensor.high);
  return values;
}

// Draws and writes a tensor piece by piece; the pieces are whole blocks.
Status stream(Output& out, const Planned& tensor, RandomType type, std::uint64_t seed) {
  Random random(seed, tensor.name);
  std::vector<float> values;
  std::string bytes;
  for (std::uint64_t left = tensor.count(); left > 0; left -= values.size()) {
    values.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, 1u << 16)));
    for (float& value : values) value = random.between(tensor.low, tensor.high);
    bytes.clear();
    encode(values, type, bytes);
    ROOST_TRY(out.put(bytes));
  }
  return {};
}

Status write_safetensors(Output& out, const RandomModel& model) {
  static constexpr const char* names[] = {"F32", "F16", "BF16"};
  const std::vector<Planned> tensors = plan(model);
  support::JsonWriter table;
  table.begin_object();
  std::uint64_t offset = 0;
  for (const Planned& tensor : tensors) {
    const std::uint64_t end = offset + bytes_of(model.type, tensor.count());
    table.key(tensor.name).begin_object().member("dtype", names[static_cast<std::size_t>(model.type)]);
    table.key("shape").begin_array();
    for (const std::uint64_t size : tensor.shape) table.value(size);
    table.end_array().key("data_offsets").begin_array().value(offset).value(end).end_array().end_object();
    offset = end;
  }
  std::string header = table.end_object().text();
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::uint64_t size = header.size();
  ROOST_TRY(out.put(&size, sizeof size));
  ROOST_TRY(out.put(header));
  for (const Planned& tensor : tensors) ROOST_TRY(stream(out, tensor, model.type, model.seed));
  return {};
}

// --- GGUF
// ----------------------------------------------------------------------------------------------------------

class GgufHeader {
 public:
  void text(std::string_view key, std::string_view value) {
    begin(key, 8);
    put_text(body_, value);
  }
  void whole(std::string_view key, std::uint32_t value) {
    begin(key, 4);
    put(body_, value);
  }
  void real(std::string_view key, float value) {
    begin(key, 6);
    put(body_, value);
  }
  void texts(std::string_view key, std::uint64_t count,
             const std::function<std::string(std::uint64_t)>& item) {
    begin(key, 9);
    put(body_, std::uint32_t{8});
    put(body_, count);
    for (std::uint64_t i = 0; i < count; ++i) put_text(body_, item(i));
  }
  void wholes(std::string_view key, std::uint64_t count,
              const std::function<std::int32_t(std::uint64_t)>& item) {
    begin(key, 9);
    put(body_, std::uint32_t{5});
    put(body_, count);
    for (std::uint64_t i = 0; i < count; ++i) put(body_, item(i));
  }
  // `shape` is outermost first; the file has it the other way round.
  void tensor(std::string_view name, const std::vector<std::uint64_t>& shape, RandomType type) {
    static constexpr std::uint32_t numbers[] = {0, 1, 30, 8};
    put_text(tensors_, name);
    put(tensors_, static_cast<std::uint32_t>(shape.size()));
    std::uint64_t count = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
      put(tensors_, shape[i]);
      count *= shape[i];
    }
    put(tensors_, numbers[static_cast<std::size_t>(type)]);
    put(tensors_, offset_);
    const std::uint64_t size = bytes_of(type, count);
    offset_ += (size + kAlignment - 1) / kAlignment * kAlignment;
    ++tensor_count_;
  }
  std::string finish() const {
    std::string out = "GGUF";
    put(out, std::uint32_t{3});
    put(out, tensor_count_);
    put(out, key_count_);
    return out + body_ + tensors_;
  }

 private:
  template <class T>
  static void put(std::string& out, T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out.append(raw, sizeof(T));
  }
  static void put_text(std::string& out, std::string_view value) {
    put(out, static_cast<std::uint64_t>(value.size()));
    out += value;
  }
  void begin(std::string_view key, std::uint32_t type) {
    put_text(body_, key);
    put(body_, type);
    ++key_count_;
  }

  std::string body_, tensors_;
  std::uint64_t key_count_ = 0, tensor_count_ = 0, offset_ = 0;
};

// Id 0 is reserved, 1 to 256 are the bytes, then come words: aa, ab, ... zz, aaa, ...
std::string token(std::uint64_t id) {
  if (id == 0) return "<s>";
  if (id <= 256) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned>(id - 1);
    if (byte == '\\' || byte == '\'') return std::string("\\") + static_cast<char>(byte);
    if (byte >= 0x20 && byte < 0x7f) return std::string(1, static_cast<char>(byte));
    return std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
  }
  std::string word;
  // Numbers without a zero digit: 27 is the first of two digits.
  for (std::uint64_t number = id - 257 + 27; number > 0; number = (number - 1) / 26) {
    word.insert(word.begin(), static_cast<char>('a' + (number - 1) % 26));
  }
  return word;
}

// How a tensor goes into the file: from which official one, in which shape and format.
struct Placed {
  std::string name;
  std::vector<const Planned*> from;  // six for the fused mixes
  std::vector<std::uint64_t> shape;
  RandomType type;
  bool transposed = false;
};

std::vector<Placed> place(const std::vector<Planned>& tensors, const RandomModel& model) {
  std::vector<Placed> placed;
  const auto find = [&](const std::string& name) -> const Planned* {
    return &*std::find_if(tensors.begin(), tensors.end(),
                          [&](const Planned& entry) { return entry.name == name; });
  };
  const auto add = [&](const std::string& name, const std::string& official, RandomType type,
                       bool transposed = false) {
    const Planned* from = find(official);
    std::vector<std::uint64_t> shape = from->shape;
    if (shape.size() == 3) shape = {shape[2]};
    if (transposed) std::swap(shape[0], shape[1]);
    placed.push_back({name, {from}, shape, type, transposed});
  };
  const RandomType f32 = RandomType::f32;
  add("token_embd.weight", "emb.weight", model.type);
  for (std::uint32_t layer = 0; layer < model.layers; ++layer) {
    const std::string from = "blocks." + std::to_string(layer) + ".",
                      to = "blk." + std::to_string(layer) + ".";
    const auto norm = [&](const std::string& name, const std::string& official) {
      add(name + ".weight", from + official + ".weight", f32);
      add(name + ".bias", from + official + ".bias", f32);
    };
    norm(to + "attn_norm", "ln1");
    norm(to + "attn_norm_2", "ln2");
    if (layer == 0) norm("token_embd_norm", "ln0");
    Placed mixes{to + "time_mix_lerp_fused.weight", {}, {6, 1, 1, model.width}, f32, false};
    for (const char* mix : {"r", "w", "k", "v", "a", "g"}) mixes.from.push_back(find(from + "att.x_" + mix));
    placed.push_back(mixes);
    add(to + "time_mix_w0.weight", from + "att.w0", f32);
    add(to + "time_mix_a0.weight", from + "att.a0", f32);
    for (const char* name : {"w1", "w2"})
      add(to + "time_mix_" + name + ".weight", from + "att." + name, f32, true);
    for (const char* name : {"a1", "a2", "g1", "g2"}) {
      add(to + "time_mix_" + name + ".weight", from + "att." + name, model.type, true);
    }
    // llama.cpp wants these in layer 0 too, with the shapes of a; nobody computes with them.
    const std::string v = layer == 0 ? "a" : "v";
    add(to + "time_mix_v0.weight", from + "att." + v + "0", f32);
    add(to + "time_mix_v1.weight", from + "att." + v + "1", model.type, true);
    add(to + "time_mix_v2.weight", from + "att." + v + "2", model.type, true);
    add(to + "time_mix_k_k.weight", from + "att.k_k", f32);
    add(to + "time_mix_k_a.weight", from + "att.k_a", f32);
    add(to + "time_mix_r_k.weight", from + "att.r_k", f32);
    placed.back().shape = {model.width};
    for (const char* name : {"receptance", "key", "value", "output"}) {
      add(to + "time_mix_" + name + ".weight", from + "att." + name + ".weight", model.type);
    }
    norm(to + "time_mix_ln", "att.ln_x");
    add(to + "channel_mix_lerp_k.weight", from + "ffn.x_k", f32);
    add(to + "channel_mix_key.weight", from + "ffn.key.weight", model.type);
    add(to + "channel_mix_value.weight", from + "ffn.value.weight", model.type);
  }
  add("output_norm.weight", "ln_out.weight", f32);
  add("output_norm.bias", "ln_out.bias", f32);
  add("output.weight", "head.weight", model.type);
  return placed;
}

Status write_gguf(Output& out, const RandomModel& model) {
  static constexpr std::uint32_t file_types[] = {0, 1, 32, 7};
  const std::vector<Planned> tensors = plan(model);
  const std::vector<Placed> placed = place(tensors, model);
  GgufHeader header;
  header.text("general.architecture", "rwkv7");
  header.text("general.type", "model");
  header.text("general.name",
              "Random RWKV-7 L" + std::to_string(model.layers) + " C" + std::to_string(model.width));
  header.whole("rwkv7.context_length", 1048576);
  header.whole("rwkv7.embedding_length", model.width);
  header.whole("rwkv7.block_count", model.layers);
  header.real("rwkv7.attention.layer_norm_epsilon", 1e-5f);
  header.whole("rwkv7.wkv.head_size", model.head_size);
  header.whole("rwkv7.attention.decay_lora_rank", model.ranks[0]);
  header.whole("rwkv7.attention.iclr_lora_rank", model.ranks[1]);
  header.whole("rwkv7.attention.value_residual_mix_lora_rank", model.ranks[2]);
  header.whole("rwkv7.attention.gate_lora_rank", model.ranks[3]);
  header.whole("rwkv7.feed_forward_length", model.ffn);
  header.whole("general.file_type", file_types[static_cast<std::size_t>(model.type)]);
  header.whole("rwkv7.attention.head_count", 0);
  header.whole("general.quantization_version", 2);
  if (model.with_vocabulary) {
    header.text("tokenizer.ggml.model", "rwkv");
    header.texts("tokenizer.ggml.tokens", model.vocabulary, token);
    header.wholes("tokenizer.ggml.token_type", model.vocabulary,
                  [](std::uint64_t id) { return id == 0 ? 3 : 1; });
    header.whole("tokenizer.ggml.bos_token_id", 0);
    header.whole("tokenizer.ggml.eos_token_id", 0);
  }
  for (const Placed& entry : placed) header.tensor(entry.name, entry.shape, entry.type);
  ROOST_TRY(out.put(header.finish()));
  ROOST_TRY(out.pad());
  for (const Placed& entry : placed) {
    if (!entry.transposed) {
      for (const Planned* from : entry.from) ROOST_TRY(stream(out, *from, entry.type, model.seed));
    } else {
      const std::vector<float> values = draw_all(*entry.from[0], model.seed);
      const std::size_t rows = static_cast<std::size_t>(entry.shape[1]), columns = values.size() / rows;
      std::vector<float> turned(values.size());
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
          turned[column * rows + row] = values[row * columns + column];
        }
      }
      std::string bytes;
      encode(turned, entry.type, bytes);
      ROOST_TRY(out.put(bytes));
    }
    ROOST_TRY(out.pad());
  }
  return {};
}

Status complete(RandomModel& model, bool gguf) {
  const auto wrong = [](const std::string& what) { return error(ErrorCode::invalid_argument, what); };
  if (model.ffn == 0) model.ffn = model.width * 4;
  // Ranks of the released models by width.
  const std::array<std::uint32_t, 4> released =
      model.width <= 1024   ? std::array<std::uint32_t, 4>{64, 64, 32, 128}
      : model.width <= 2048 ? std::array<std::uint32_t, 4>{96, 96, 64, 256}
      : model.width <= 2560 ? std::array<std::uint32_t, 4>{96, 96, 64, 320}
                            : std::array<std::uint32_t, 4>{128, 128, 96, 480};
  for (std::size_t i = 0; i < 4; ++i) {
    if (model.ranks[i] == 0) model.ranks[i] = released[i];
    if (model.ranks[i] > 65536) return wrong("--ranks: at most 65536.");
  }
  if (model.layers < 1 || model.layers > 1000) return wrong("--layers must be from 1 to 1000.");
  if (model.head_size < 1 || model.width < 32 || model.width > 65536 || model.width % model.head_size != 0) {
    return wrong("--width must be from 32 to 65536 and a multiple of the head size " +
                 std::to_string(model.head_size) + ".");
  }
  if (model.ffn < 1 || model.ffn > 1u << 20) return wrong("--ffn must be from 1 to 1048576.");
  if (model.vocabulary < 1 || model.vocabulary > 1u << 20) return wrong("--vocab must be from 1 to 1048576.");
  if (gguf && model.with_vocabulary && model.vocabulary < 257) {
    return wrong(
        "--vocab must be at least 257 for a model that carries its vocabulary; or give --no-vocabulary.");
  }
  if (model.type == RandomType::q8_0) {
    if (!gguf) return wrong("--type q8_0 is for .gguf files only.");
    bool whole_blocks = model.width % kQ8Block == 0 && model.ffn % kQ8Block == 0;
    for (const std::uint32_t rank : model.ranks) whole_blocks = whole_blocks && rank % kQ8Block == 0;
    if (!whole_blocks)
      return wrong("--type q8_0 needs a width, feed-forward width and ranks that are multiples of 32.");
  }
  return {};
}

}  // namespace

Status write_random_model(const std::string& path_utf8, RandomModel model) {
  const bool gguf = path_utf8.ends_with(".gguf");
  if (!gguf && !path_utf8.ends_with(".safetensors")) {
    return error(ErrorCode::invalid_argument, "The output must end in .gguf or .safetensors.");
  }
  ROOST_TRY(complete(model, gguf));
  Output out;
  ROOST_TRY(out.open(path_utf8));
  ROOST_TRY(gguf ? write_gguf(out, model) : write_safetensors(out, model));
  return out.keep();
}

}  // namespace roost::tools
