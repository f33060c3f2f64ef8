// Builds model files byte by byte, for tests: valid ones, and ones that are wrong in a chosen place.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/parse_model.h"
#include "support/half.h"
#include "support/hash.h"

namespace test_files {

// Little-endian bytes in order.
class Bytes {
 public:
  template <class T>
  Bytes& put(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out_.append(raw, sizeof(T));
    return *this;
  }
  Bytes& u8(unsigned value) { return put(static_cast<std::uint8_t>(value)); }
  Bytes& u16(unsigned value) { return put(static_cast<std::uint16_t>(value)); }
  Bytes& u32(std::uint64_t value) { return put(static_cast<std::uint32_t>(value)); }
  Bytes& u64(std::uint64_t value) { return put(value); }
  Bytes& text(std::string_view value) {
    out_ += value;
    return *this;
  }
  Bytes& long_text(std::string_view value) { return u64(value.size()).text(value); }  // as GGUF has it
  Bytes& pad(std::size_t multiple) {
    while (out_.size() % multiple != 0) out_ += '\0';
    return *this;
  }
  std::size_t size() const { return out_.size(); }
  const std::string& str() const { return out_; }

 private:
  std::string out_;
};

struct TestTensor {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::vector<float> values;
  std::uint64_t count() const {
    std::uint64_t n = 1;
    for (const std::uint64_t size : shape) n *= size;
    return n;
  }
};

// Lengths of the tiny models; every rank but that of the gate is `rank`.
struct TinySize {
  std::uint64_t width = 32, heads = 2, ffn = 64, vocabulary = 40, rank = 32, gate_rank = 64;
};

// A whole RWKV-7 of two layers under official names. Values are random, seeded.
inline std::vector<TestTensor> tiny_rwkv7(const TinySize& size = {}) {
  std::vector<TestTensor> tensors;
  std::mt19937 random(1);
  const auto add = [&](std::string name, std::vector<std::uint64_t> shape) {
    TestTensor tensor{std::move(name), std::move(shape), {}};
    for (std::uint64_t i = 0; i < tensor.count(); ++i) {
      tensor.values.push_back(static_cast<float>(static_cast<int>(random() % 512) - 256) / 256.0f);
    }
    tensors.push_back(std::move(tensor));
  };
  const std::uint64_t width = size.width;
  add("emb.weight", {size.vocabulary, width});
  for (int layer = 0; layer < 2; ++layer) {
    const std::string block = "blocks." + std::to_string(layer) + ".";
    if (layer == 0) {
      add(block + "ln0.weight", {width});
      add(block + "ln0.bias", {width});
    }
    for (const char* norm : {"ln1", "ln2", "att.ln_x"}) {
      add(block + norm + ".weight", {width});
      add(block + norm + ".bias", {width});
    }
    for (const char* vector : {"x_r", "x_w", "x_k", "x_v", "x_a", "x_g", "w0", "a0", "v0", "k_k", "k_a"}) {
      add(block + "att." + vector, {1, 1, width});
    }
    for (const char* factor : {"w", "a", "v", "g"}) {
      const std::uint64_t rank = *factor == 'g' ? size.gate_rank : size.rank;
      add(block + "att." + factor + "1", {width, rank});
      add(block + "att." + factor + "2", {rank, width});
    }
    add(block + "att.r_k", {size.heads, width / size.heads});
    for (const char* matrix : {"receptance", "key", "value", "output"})
      add(block + "att." + matrix + ".weight", {width, width});
    add(block + "ffn.x_k", {1, 1, width});
    add(block + "ffn.key.weight", {size.ffn, width});
    add(block + "ffn.value.weight", {width, size.ffn});
  }
  add("ln_out.weight", {width});
  add("ln_out.bias", {width});
  add("head.weight", {size.vocabulary, width});
  return tensors;
}

inline std::string encode(const std::vector<float>& values, std::string_view type) {
  Bytes out;
  for (const float value : values) {
    if (type == "F32") out.put(value);
    if (type == "F16") out.put(roost::support::f32_to_f16(value));
    if (type == "BF16") out.put(roost::support::f32_to_bf16(value));
  }
  return out.str();
}

// --- ZIP
// ---------------------------------------------------------------------------------------------------------

struct ZipItem {
  std::string name;
  std::string content;
  unsigned method = 0;
  unsigned flags = 0;
  std::uint32_t attributes = 0;
  std::int64_t crc_change = 0;  // added to the checksum in both headers
  std::int64_t directory_size_change = 0;
  std::int64_t offset_change = 0;  // added to the local header's offset in the directory
  std::string local_name = {};     // empty: the same
  bool wide = false;               // 64-bit sizes and offset in the directory
};

struct ZipShape {
  bool descriptors = false;  // sizes behind the data, zeros in the local header
  bool wide_end = false;     // 64-bit end record
  std::string behind;        // bytes after the end
  std::string comment;
  std::int64_t entries_change = 0;
  std::int64_t directory_offset_change = 0;
  std::size_t align = 1;  // of the data, by an extra field
};

inline std::string make_zip(const std::vector<ZipItem>& items, const ZipShape& shape = {}) {
  Bytes file, directory;
  for (const ZipItem& item : items) {
    const unsigned flags = item.flags | (shape.descriptors ? 8u : 0u);
    const auto crc = static_cast<std::uint32_t>(
        roost::support::crc32(0, item.content.data(), item.content.size()) + item.crc_change);
    const std::uint64_t offset = file.size();
    const std::uint64_t size = item.content.size();
    const std::uint64_t listed = size + static_cast<std::uint64_t>(item.directory_size_change);
    const std::string& local_name = item.local_name.empty() ? item.name : item.local_name;
    const std::size_t body = offset + 30 + local_name.size();
    const std::size_t padding = shape.align > 1 ? (shape.align - (body + 4) % shape.align) % shape.align : 0;
    file.u32(0x04034b50).u16(20).u16(flags).u16(item.method).u16(0).u16(0);
    file.u32(shape.descriptors ? 0 : crc).u32(shape.descriptors ? 0 : size).u32(shape.descriptors ? 0 : size);
    file.u16(static_cast<unsigned>(local_name.size()))
        .u16(shape.align > 1 ? static_cast<unsigned>(4 + padding) : 0);
    file.text(local_name);
    if (shape.align > 1) file.u16(0x4246).u16(static_cast<unsigned>(padding)).text(std::string(padding, 'Z'));
    file.text(item.content);
    if (shape.descriptors) file.u32(0x08074b50).u32(crc).u32(size).u32(size);

    const std::uint64_t listed_offset = offset + static_cast<std::uint64_t>(item.offset_change);
    directory.u32(0x02014b50).u16(0x0314).u16(20).u16(flags).u16(item.method).u16(0).u16(0).u32(crc);
    directory.u32(item.wide ? 0xffffffffu : listed).u32(item.wide ? 0xffffffffu : listed);
    directory.u16(static_cast<unsigned>(item.name.size())).u16(item.wide ? 28 : 0).u16(0).u16(0).u16(0);
    directory.u32(item.attributes).u32(item.wide ? 0xffffffffu : listed_offset).text(item.name);
    if (item.wide) directory.u16(1).u16(24).u64(listed).u64(listed).u64(listed_offset);
  }
  const std::uint64_t begin = file.size() + static_cast<std::uint64_t>(shape.directory_offset_change);
  const std::uint64_t entries = items.size() + static_cast<std::uint64_t>(shape.entries_change);
  file.text(directory.str());
  if (shape.wide_end) {
    const std::uint64_t record = file.size();
    file.u32(0x06064b50)
        .u64(44)
        .u16(45)
        .u16(45)
        .u32(0)
        .u32(0)
        .u64(entries)
        .u64(entries)
        .u64(directory.size());
    file.u64(begin).u32(0x07064b50).u32(0).u64(record).u32(1);
  }
  file.u32(0x06054b50).u16(0).u16(0);
  file.u16(shape.wide_end ? 0xffffu : static_cast<unsigned>(entries));
  file.u16(shape.wide_end ? 0xffffu : static_cast<unsigned>(entries));
  file.u32(shape.wide_end ? 0xffffffffu : directory.size()).u32(shape.wide_end ? 0xffffffffu : begin);
  file.u16(static_cast<unsigned>(shape.comment.size())).text(shape.comment).text(shape.behind);
  return file.str();
}

// --- pickle
// ------------------------------------------------------------------------------------------------------

class Pickle {
 public:
  Pickle() { out_.u8(0x80).u8(2); }
  Pickle& raw(std::string_view bytes) {
    out_.text(bytes);
    return *this;
  }
  Pickle& text(std::string_view value) {
    out_.u8('X').u32(value.size()).text(value);
    return *this;
  }
  Pickle& integer(std::int64_t value) {
    out_.u8(0x8a).u8(8).put(value);
    return *this;
  }
  Pickle& global(std::string_view module, std::string_view name) {
    out_.u8('c').text(module).u8('\n').text(name).u8('\n');
    return *this;
  }
  Pickle& integers(const std::vector<std::int64_t>& values) {
    out_.u8('(');
    for (const std::int64_t value : values) integer(value);
    out_.u8('t');
    return *this;
  }
  // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())
  Pickle& tensor(std::string_view storage_class, std::string_view key, std::int64_t numel,
                 std::int64_t offset, const std::vector<std::int64_t>& size,
                 const std::vector<std::int64_t>& stride) {
    global("torch._utils", "_rebuild_tensor_v2").raw("((").text("storage").global("torch", storage_class);
    text(key).text("cpu").integer(numel).raw("tQ").integer(offset).integers(size).integers(stride);
    return raw("\x89").global("collections", "OrderedDict").raw(")RtR");
  }
  std::string finish() { return out_.u8('.').str(); }

 private:
  Bytes out_;
};

struct PthShape {
  std::string storage_class = "FloatStorage";
  std::string type = "F32";
  bool one_storage = false;                                             // all tensors are slices of data/0
  std::function<void(Pickle&, const TestTensor&, std::size_t)> tensor;  // writes a tensor differently
  std::vector<ZipItem> more;
  ZipShape zip;
  std::string root = "model";
};

inline std::vector<std::int64_t> strides_of(const std::vector<std::uint64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= static_cast<std::int64_t>(shape[i]);
  }
  return strides;
}

inline std::string make_pth(const std::vector<TestTensor>& tensors, const PthShape& shape = {}) {
  Pickle pickle;
  std::vector<ZipItem> items(1);
  std::string flat;
  std::int64_t total = 0;
  for (const TestTensor& tensor : tensors) total += static_cast<std::int64_t>(tensor.count());
  pickle.raw("}(");
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const TestTensor& tensor = tensors[i];
    const std::string content = encode(tensor.values, shape.type);
    const std::vector<std::int64_t> size(tensor.shape.begin(), tensor.shape.end());
    const auto count = static_cast<std::int64_t>(tensor.count());
    pickle.text(tensor.name);
    if (shape.tensor) {
      shape.tensor(pickle, tensor, i);
    } else if (shape.one_storage) {
      pickle.tensor(shape.storage_class, "0", total, offset, size, strides_of(tensor.shape));
    } else {
      pickle.tensor(shape.storage_class, std::to_string(i), count, 0, size, strides_of(tensor.shape));
    }
    offset += count;
    flat += content;
    if (!shape.one_storage) items.push_back({shape.root + "/data/" + std::to_string(i), content});
  }
  if (shape.one_storage) items.push_back({shape.root + "/data/0", flat});
  items[0] = {shape.root + "/data.pkl", pickle.raw("u").finish()};
  items.push_back({shape.root + "/version", "3\n"});
  for (const ZipItem& item : shape.more) items.push_back(item);
  return make_zip(items, shape.zip);
}

// --- safetensors
// -------------------------------------------------------------------------------------------------

inline std::string safetensors_of(const std::string& header, const std::string& body) {
  return Bytes().u64(header.size()).text(header).text(body).str();
}

inline std::string make_safetensors(const std::vector<TestTensor>& tensors,
                                    const std::string& type = "BF16") {
  std::string header = "{", body;
  for (const TestTensor& tensor : tensors) {
    const std::string content = encode(tensor.values, type);
    header += (header.size() > 1 ? ",\"" : "\"") + tensor.name + "\":{\"dtype\":\"" + type + "\",\"shape\":[";
    for (std::size_t i = 0; i < tensor.shape.size(); ++i)
      header += (i > 0 ? "," : "") + std::to_string(tensor.shape[i]);
    header += "],\"data_offsets\":[" + std::to_string(body.size()) + "," +
              std::to_string(body.size() + content.size()) + "]}";
    body += content;
  }
  return safetensors_of(header + "}", body);
}

// --- GGUF
// --------------------------------------------------------------------------------------------------------

struct GgufTensor {
  std::string name;
  std::vector<std::uint64_t> ne;  // contiguous dimension first
  std::uint32_t type = 0;
  std::string content;
};

struct Gguf {
  std::uint32_t version = 3;
  std::uint64_t tensor_count_change = 0, key_count_change = 0;
  std::vector<std::pair<std::string, std::string>> keys;  // name, type and value in bytes
  std::vector<GgufTensor> tensors;
  std::uint64_t alignment = 32;

  Gguf& text(const std::string& key, const std::string& value) {
    keys.emplace_back(key, Bytes().u32(8).long_text(value).str());
    return *this;
  }
  Gguf& whole(const std::string& key, std::uint64_t value) {
    keys.emplace_back(key, Bytes().u32(4).u32(value).str());
    return *this;
  }

  std::string finish() const {
    Bytes file;
    file.text("GGUF")
        .u32(version)
        .u64(tensors.size() + tensor_count_change)
        .u64(keys.size() + key_count_change);
    for (const auto& [key, value] : keys) file.long_text(key).text(value);
    Bytes data;
    for (const GgufTensor& tensor : tensors) {
      data.pad(static_cast<std::size_t>(alignment));
      file.long_text(tensor.name).u32(tensor.ne.size());
      for (const std::uint64_t size : tensor.ne) file.u64(size);
      file.u32(tensor.type).u64(data.size());
      data.text(tensor.content);
    }
    if (!tensors.empty()) file.pad(static_cast<std::size_t>(alignment));
    return file.text(data.str()).str();
  }
};

// The tiny model in llama.cpp's form: F32 throughout, low-rank factors transposed, mixes fused.
inline Gguf tiny_gguf(const TinySize& size = {}) {
  Gguf gguf;
  gguf.text("general.architecture", "rwkv7").text("general.name", "Tiny");
  gguf.whole("rwkv7.embedding_length", size.width)
      .whole("rwkv7.block_count", 2)
      .whole("rwkv7.feed_forward_length", size.ffn);
  gguf.whole("rwkv7.wkv.head_size", size.width / size.heads).whole("rwkv7.context_length", 1048576);
  Bytes tokens, types;
  tokens.u32(9).u32(8).u64(size.vocabulary).long_text("<s>");
  types.u32(9).u32(5).u64(size.vocabulary).u32(3);
  for (std::uint64_t id = 1; id < size.vocabulary; ++id) {
    const bool last = id + 1 == size.vocabulary;
    tokens.long_text(last ? "[PAD" + std::to_string(id) + "]"
                          : "a\\x" + std::string(1, "0123456789abcdef"[id / 16]) + "0");
    types.u32(last ? 5 : 1);
  }
  gguf.text("tokenizer.ggml.model", "rwkv");
  gguf.keys.emplace_back("tokenizer.ggml.tokens", tokens.str());
  gguf.keys.emplace_back("tokenizer.ggml.token_type", types.str());

  const std::vector<TestTensor> tensors = tiny_rwkv7(size);
  const auto content = [&](const std::string& name) {
    for (const TestTensor& tensor : tensors) {
      if (tensor.name == name) return tensor;
    }
    return TestTensor{};
  };
  const auto add = [&](const std::string& name, const std::string& official, bool transpose = false) {
    TestTensor tensor = content(official);
    if (transpose) {
      std::vector<float> turned;
      for (std::uint64_t column = 0; column < tensor.shape[1]; ++column) {
        for (std::uint64_t row = 0; row < tensor.shape[0]; ++row) {
          turned.push_back(tensor.values[row * tensor.shape[1] + column]);
        }
      }
      tensor.values = turned;
      std::swap(tensor.shape[0], tensor.shape[1]);
    }
    std::vector<std::uint64_t> ne(tensor.shape.rbegin(), tensor.shape.rend());
    while (ne.size() > 1 && ne.back() == 1) ne.pop_back();
    gguf.tensors.push_back({name, ne, 0, encode(tensor.values, "F32")});
  };
  add("token_embd.weight", "emb.weight");
  for (int layer = 0; layer < 2; ++layer) {
    const std::string from = "blocks." + std::to_string(layer) + ".",
                      to = "blk." + std::to_string(layer) + ".";
    if (layer == 0) {
      add("token_embd_norm.weight", from + "ln0.weight");
      add("token_embd_norm.bias", from + "ln0.bias");
    }
    for (const auto& [official, name] : {std::pair("ln1", "attn_norm"), std::pair("ln2", "attn_norm_2"),
                                         std::pair("att.ln_x", "time_mix_ln")}) {
      add(to + name + ".weight", from + official + ".weight");
      add(to + name + ".bias", from + official + ".bias");
    }
    std::string fused;
    for (const char* mix : {"r", "w", "k", "v", "a", "g"}) {
      fused += encode(content(from + "att.x_" + mix).values, "F32");
    }
    gguf.tensors.push_back({to + "time_mix_lerp_fused.weight", {size.width, 1, 1, 6}, 0, fused});
    for (const char* name : {"w0", "a0", "v0", "k_k", "k_a"})
      add(to + "time_mix_" + name + ".weight", from + "att." + name);
    for (const char* name : {"w1", "w2", "a1", "a2", "v1", "v2", "g1", "g2"}) {
      add(to + "time_mix_" + name + ".weight", from + "att." + name, true);
    }
    TestTensor r_k = content(from + "att.r_k");
    gguf.tensors.push_back({to + "time_mix_r_k.weight", {size.width}, 0, encode(r_k.values, "F32")});
    for (const char* name : {"receptance", "key", "value", "output"}) {
      add(to + "time_mix_" + name + ".weight", from + "att." + name + ".weight");
    }
    add(to + "channel_mix_lerp_k.weight", from + "ffn.x_k");
    add(to + "channel_mix_key.weight", from + "ffn.key.weight");
    add(to + "channel_mix_value.weight", from + "ffn.value.weight");
  }
  add("output_norm.weight", "ln_out.weight");
  add("output_norm.bias", "ln_out.bias");
  add("output.weight", "head.weight");
  return gguf;
}

// ---------------------------------------------------------------------------------------------------------------

// Parses bytes as the file "hostile.bin". The result refers to `file`.
inline roost::Result<std::shared_ptr<roost::formats::ModelFile>> parse(const std::string& file) {
  return roost::formats::parse_model({reinterpret_cast<const std::byte*>(file.data()), file.size()},
                                     "hostile.bin", nullptr);
}

// The error's code and sentence in one line; "opened" when there is none.
inline std::string outcome(const std::string& file) {
  const auto result = parse(file);
  if (result.ok()) return "opened";
  return std::string(roost::name_of(result.failure().code)) + " " + result.failure().message;
}

}  // namespace test_files

// The file is refused with this code, and the sentence names the file and contains this text.
#define CHECK_REFUSED(file, code_name, part)                                                        \
  do {                                                                                              \
    const std::string check_outcome = test_files::outcome(file);                                    \
    ::check::report(check_outcome.starts_with(code_name " hostile.bin: ") &&                        \
                        check_outcome.find(part) != std::string::npos,                              \
                    __FILE__, __LINE__,                                                             \
                    std::string("wanted " code_name " ... ") + (part) + ", got: " + check_outcome); \
  } while (false)
