#include "formats/gguf.h"

#include <algorithm>
#include <array>
#include <optional>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using support::quoted;

enum ValueType : std::uint32_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kText,
  kArray,
  kU64,
  kI64,
  kF64,
};

constexpr std::array<std::uint8_t, 13> kValueBytes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

// Token types that are never text.
constexpr std::int32_t kControlToken = 3, kUnusedToken = 5;

// The number formats of ggml by their number; those with a StorageType are the ones we read.
struct TensorFormat {
  std::uint32_t number;
  const char* name;
  std::optional<StorageType> type;
};
constexpr TensorFormat kTensorFormats[] = {
    {0, "F32", StorageType::f32},    {1, "F16", StorageType::f16},    {2, "Q4_0", StorageType::q4_0},
    {3, "Q4_1", StorageType::q4_1},  {6, "Q5_0", StorageType::q5_0},  {7, "Q5_1", StorageType::q5_1},
    {8, "Q8_0", StorageType::q8_0},  {9, "Q8_1", std::nullopt},       {10, "Q2_K", std::nullopt},
    {11, "Q3_K", std::nullopt},      {12, "Q4_K", StorageType::q4_k}, {13, "Q5_K", StorageType::q5_k},
    {14, "Q6_K", StorageType::q6_k}, {15, "Q8_K", std::nullopt},      {16, "IQ2_XXS", std::nullopt},
    {17, "IQ2_XS", std::nullopt},    {18, "IQ3_XXS", std::nullopt},   {19, "IQ1_S", std::nullopt},
    {20, "IQ4_NL", std::nullopt},    {21, "IQ3_S", std::nullopt},     {22, "IQ2_S", std::nullopt},
    {23, "IQ4_XS", std::nullopt},    {24, "I8", std::nullopt},        {25, "I16", std::nullopt},
    {26, "I32", std::nullopt},       {27, "I64", std::nullopt},       {28, "F64", std::nullopt},
    {29, "IQ1_M", std::nullopt},     {30, "BF16", StorageType::bf16}, {34, "TQ1_0", std::nullopt},
    {35, "TQ2_0", std::nullopt},     {39, "MXFP4", std::nullopt},
};

// An array in the metadata: validated, its items still in the file.
struct ArrayValue {
  std::uint32_t type = 0;
  std::uint64_t count = 0;
  ByteReader items;
};

class GgufReader {
 public:
  explicit GgufReader(const Source& source)
      : source_(source),
        reader_(source.bytes.first(std::min<std::size_t>(source.bytes.size(), kMaximumHeaderBytes))) {}

  Result<Container> read() {
    std::uint32_t magic = 0, version = 0;
    std::uint64_t tensors = 0, keys = 0;
    if (!reader_.read(magic) || !reader_.read(version)) return cut();
    if (version == 1 || version > 3) {
      if ((version & 0xffffu) == 0)
        return source_.unsupported("its numbers are stored in reversed byte order.");
      return source_.unsupported("it is GGUF version " + std::to_string(version) +
                                 "; versions 2 and 3 are supported.");
    }
    if (version == 0) return source_.damaged("it is GGUF version 0, which does not exist.");
    if (!reader_.read(tensors) || !reader_.read(keys)) return cut();
    // The smallest tensor entry has 33 bytes, the smallest key 14.
    if (tensors > kMaximumTensors || keys > kMaximumKeys) {
      return source_.damaged("it claims " + std::to_string(tensors) + " tensors and " + std::to_string(keys) +
                             " keys.");
    }
    if (tensors * 33 + keys * 14 > reader_.left()) return cut();
    container_.kind = "gguf";
    for (std::uint64_t i = 0; i < keys; ++i) ROOST_TRY(read_key());
    ROOST_TRY(read_alignment());
    for (std::uint64_t i = 0; i < tensors; ++i) ROOST_TRY(read_tensor());
    ROOST_TRY(place_tensors());
    ROOST_TRY(check_tensors(source_, container_.tensors, false));
    ROOST_TRY(read_vocabulary());
    return std::move(container_);
  }

 private:
  // The header is read from at most 256 MiB of the file; whoever needs more is not cut short but wrong.
  Error cut() const {
    if (source_.bytes.size() > kMaximumHeaderBytes)
      return source_.damaged("its header is larger than 256 MiB.");
    return source_.truncated("its header ends in the middle: the file is cut short.");
  }

  Status read_text(std::string_view& out, std::uint64_t limit) {
    std::uint64_t size = 0;
    if (!reader_.read(size)) return cut();
    if (size > limit) {
      return source_.damaged("it has a text of " + std::to_string(size) + " bytes where at most " +
                             std::to_string(limit) + " are expected.");
    }
    if (!reader_.take(size, out)) return cut();
    return {};
  }

  template <class T>
  Status read_scalar(MetadataValue& value) {
    T number{};
    if (!reader_.read(number)) return cut();
    if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<double>(number);
    } else if constexpr (std::is_signed_v<T>) {
      value = static_cast<std::int64_t>(number);
    } else {
      value = static_cast<std::uint64_t>(number);
    }
    return {};
  }

  Status read_key() {
    std::string_view key;
    std::uint32_t type = 0;
    ROOST_TRY(read_text(key, kMaximumNameBytes));
    if (!reader_.read(type)) return cut();
    if (key.empty() || !support::is_valid_utf8(key)) return source_.damaged("it has a key that is no text.");
    if (container_.metadata.contains(key) || arrays_.contains(key)) {
      return source_.damaged("it has the key " + quoted(key) + " twice.");
    }
    if (type == kArray) return read_array(key);
    MetadataValue value;
    switch (type) {
      case kU8:
        ROOST_TRY(read_scalar<std::uint8_t>(value));
        break;
      case kI8:
        ROOST_TRY(read_scalar<std::int8_t>(value));
        break;
      case kU16:
        ROOST_TRY(read_scalar<std::uint16_t>(value));
        break;
      case kI16:
        ROOST_TRY(read_scalar<std::int16_t>(value));
        break;
      case kU32:
        ROOST_TRY(read_scalar<std::uint32_t>(value));
        break;
      case kI32:
        ROOST_TRY(read_scalar<std::int32_t>(value));
        break;
      case kF32:
        ROOST_TRY(read_scalar<float>(value));
        break;
      case kU64:
        ROOST_TRY(read_scalar<std::uint64_t>(value));
        break;
      case kI64:
        ROOST_TRY(read_scalar<std::int64_t>(value));
        break;
      case kF64:
        ROOST_TRY(read_scalar<double>(value));
        break;
      case kBool: {
        std::uint8_t truth = 0;
        if (!reader_.read(truth)) return cut();
        if (truth > 1) return source_.damaged("the key " + quoted(key) + " is neither true nor false.");
        value = truth == 1;
        break;
      }
      case kText: {
        std::string_view text;
        ROOST_TRY(read_text(
            text, key == "tokenizer.huggingface.json" ? kMaximumTokenizerBytes : kMaximumTextBytes));
        texts_ += text.size();
        if (texts_ > kMaximumTextsBytes) return source_.damaged("its texts are longer than 16 MiB together.");
        value = std::string(text);
        break;
      }
      default:
        return source_.damaged("the key " + quoted(key) + " has the unknown type " + std::to_string(type) +
                               ".");
    }
    if (key == "general.alignment" && type != kU32) {
      return source_.damaged("the key \"general.alignment\" is no 32-bit number.");
    }
    container_.metadata.emplace(std::string(key), std::move(value));
    return {};
  }

  Status read_array(std::string_view key) {
    ArrayValue array;
    if (!reader_.read(array.type) || !reader_.read(array.count)) return cut();
    if (array.type == kArray || array.type >= kValueBytes.size()) {
      return source_.damaged("the key " + quoted(key) + " is a list of items of type " +
                             std::to_string(array.type) + ", which is not allowed.");
    }
    array.items = reader_;
    if (array.type == kText) {
      std::uint64_t total = 0;
      for (std::uint64_t i = 0; i < array.count; ++i) {
        std::string_view text;
        ROOST_TRY(read_text(text, kMaximumTextBytes));
        total += text.size();
        if (total > kMaximumTokenBytes) {
          return source_.damaged("the texts of the key " + quoted(key) + " are longer than 32 MiB together.");
        }
      }
    } else {
      const auto bytes = checked_multiply(array.count, kValueBytes[array.type]);
      if (!bytes || !reader_.skip(*bytes)) return cut();
    }
    arrays_.emplace(std::string(key), array);
    return {};
  }

  Status read_alignment() {
    if (!container_.metadata.contains("general.alignment")) return {};
    alignment_ = container_.whole("general.alignment").value_or(0);
    if (alignment_ < 8 || alignment_ > 65536 || (alignment_ & (alignment_ - 1)) != 0) {
      return source_.damaged("its alignment is " + std::to_string(alignment_) +
                             ", not a power of two from 8 to 65536.");
    }
    return {};
  }

  Status read_tensor() {
    std::string_view name;
    std::uint32_t dimensions = 0, format = 0;
    std::uint64_t offset = 0;
    ROOST_TRY(read_text(name, kMaximumNameBytes));
    if (!reader_.read(dimensions)) return cut();
    if (name.empty() || dimensions < 1 || dimensions > 4) {
      return source_.damaged("the tensor " + quoted(name) + " has " + std::to_string(dimensions) +
                             " dimensions.");
    }
    Tensor tensor;
    tensor.name = name;
    tensor.shape.resize(dimensions);
    // The file lists the contiguous dimension first.
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      if (!reader_.read(tensor.shape[dimensions - 1 - i])) return cut();
    }
    if (!reader_.read(format) || !reader_.read(offset)) return cut();
    const auto known = std::find_if(std::begin(kTensorFormats), std::end(kTensorFormats),
                                    [&](const TensorFormat& entry) { return entry.number == format; });
    if (known == std::end(kTensorFormats) || !known->type) {
      const std::string type_name =
          known == std::end(kTensorFormats) ? "" : std::string(" (") + known->name + ")";
      return source_.unsupported(
          "the tensor " + quoted(name) + " has the number format " + std::to_string(format) + type_name +
          "; F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K are supported.");
    }
    tensor.type = *known->type;
    const auto bytes = dense_bytes(tensor.type, tensor.shape);
    if (!bytes) {
      return source_.damaged("the tensor " + quoted(name) + " of type " + known->name +
                             " can't have the shape " + describe_shape(tensor.shape) + ".");
    }
    if (offset % alignment_ != 0) {
      return source_.damaged("the tensor " + quoted(name) + " begins at " + std::to_string(offset) +
                             ", which is no multiple of " + std::to_string(alignment_) + ".");
    }
    tensor.bytes = *bytes;
    tensor.strides = dense_strides(tensor.shape);
    container_.tensors.push_back(std::move(tensor));
    offsets_.push_back(offset);
    return {};
  }

  Status place_tensors() {
    const std::uint64_t size = source_.bytes.size();
    const std::uint64_t padding = (alignment_ - reader_.position() % alignment_) % alignment_;
    const std::uint64_t begin = std::min(reader_.position() + padding, size);
    for (std::size_t i = 0; i < container_.tensors.size(); ++i) {
      Tensor& tensor = container_.tensors[i];
      const auto end = checked_add(offsets_[i], tensor.bytes);
      if (!end || *end > size - begin) {
        return source_.truncated("the tensor " + quoted(tensor.name) + " needs " +
                                 std::to_string(tensor.bytes) + " bytes at " + std::to_string(offsets_[i]) +
                                 ", but the data has only " + std::to_string(size - begin) +
                                 ": the file is cut short.");
      }
      tensor.data = source_.bytes.data() + begin + offsets_[i];
    }
    return {};
  }

  Status read_vocabulary() {
    const auto tokens = arrays_.find("tokenizer.ggml.tokens");
    if (container_.text("tokenizer.ggml.model") != "rwkv" || tokens == arrays_.end()) return {};
    if (tokens->second.type != kText || tokens->second.count > kMaximumTokens) {
      return source_.damaged("its list of tokens is no list of texts.");
    }
    // Token types are optional: without them only id 0 is reserved.
    ByteReader types;
    if (const auto at = arrays_.find("tokenizer.ggml.token_type"); at != arrays_.end()) {
      if ((at->second.type != kI32 && at->second.type != kU32) || at->second.count != tokens->second.count) {
        return source_.damaged("its list of token types does not fit its list of tokens.");
      }
      types = at->second.items;
    }
    EmbeddedVocabulary vocabulary;
    ByteReader items = tokens->second.items;
    for (std::uint64_t id = 0; id < tokens->second.count; ++id) {
      std::uint64_t size = 0;
      std::string_view body;
      if (!items.read(size) || !items.take(size, body)) return cut();  // can't be: read_array() walked it
      std::int32_t type = 0;
      types.read(type);
      if (id == 0 || type == kControlToken || type == kUnusedToken) {
        vocabulary.tokens.emplace_back();
        continue;
      }
      std::optional<std::string> token = unescape_token(body);
      if (!token || token->empty()) {
        return source_.damaged("its token " + std::to_string(id) + " is " + quoted(body) +
                               ", which is no escaped text of at least one byte.");
      }
      vocabulary.tokens.push_back(std::move(*token));
    }
    container_.vocabulary = std::move(vocabulary);
    return {};
  }

  const Source& source_;
  ByteReader reader_;
  Container container_;
  std::map<std::string, ArrayValue, std::less<>> arrays_;
  std::vector<std::uint64_t> offsets_;
  std::uint64_t alignment_ = 32;
  std::uint64_t texts_ = 0;  // bytes of the texts kept in the metadata
};

}  // namespace

std::optional<std::string> unescape_token(std::string_view body) {
  const auto hex = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c < 0x20 || c > 0x7e) return std::nullopt;
    if (c != '\\') {
      out += c;
      continue;
    }
    if (++i == body.size()) return std::nullopt;
    switch (body[i]) {
      case '\\':
      case '\'':
      case '"':
        out += body[i];
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'x': {
        const int high = i + 2 < body.size() ? hex(body[i + 1]) : -1;
        const int low = i + 2 < body.size() ? hex(body[i + 2]) : -1;
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return out;
}

Result<Container> read_gguf(const Source& source) {
  return GgufReader(source).read();
}

}  // namespace roost::formats
