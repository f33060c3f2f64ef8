#include "formats/gguf_writer.h"

#include <cstring>

#include "formats/container.h"

namespace roost::formats {
namespace {

constexpr std::uint32_t kInt32 = 5, kUint32 = 4, kFloat32 = 6, kBool = 7, kString = 8, kList = 9;

// ggml's number of a format.
std::uint32_t number_of(StorageType type) {
  switch (type) {
    case StorageType::f32:
      return 0;
    case StorageType::f16:
      return 1;
    case StorageType::q4_0:
      return 2;
    case StorageType::q4_1:
      return 3;
    case StorageType::q5_0:
      return 6;
    case StorageType::q5_1:
      return 7;
    case StorageType::q8_0:
      return 8;
    case StorageType::q4_k:
      return 12;
    case StorageType::q5_k:
      return 13;
    case StorageType::q6_k:
      return 14;
    case StorageType::bf16:
      return 30;
  }
  return 0;
}

template <class T>
void put(std::string& out, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

void put_text(std::string& out, std::string_view value) {
  put(out, static_cast<std::uint64_t>(value.size()));
  out += value;
}

}  // namespace

void GgufHeader::begin(std::string_view key, std::uint32_t type) {
  put_text(keys_, key);
  put(keys_, type);
  ++key_count_;
}

void GgufHeader::text(std::string_view key, std::string_view value) {
  begin(key, kString);
  put_text(keys_, value);
}

void GgufHeader::whole(std::string_view key, std::uint32_t value) {
  begin(key, kUint32);
  put(keys_, value);
}

void GgufHeader::real(std::string_view key, float value) {
  begin(key, kFloat32);
  put(keys_, value);
}

void GgufHeader::truth(std::string_view key, bool value) {
  begin(key, kBool);
  put(keys_, static_cast<std::uint8_t>(value ? 1 : 0));
}

void GgufHeader::texts(std::string_view key, std::uint64_t count,
                       const std::function<std::string(std::uint64_t)>& item) {
  begin(key, kList);
  put(keys_, kString);
  put(keys_, count);
  for (std::uint64_t i = 0; i < count; ++i) put_text(keys_, item(i));
}

void GgufHeader::wholes(std::string_view key, std::uint64_t count,
                        const std::function<std::int32_t(std::uint64_t)>& item) {
  begin(key, kList);
  put(keys_, kInt32);
  put(keys_, count);
  for (std::uint64_t i = 0; i < count; ++i) put(keys_, item(i));
}

void GgufHeader::tensor(std::string_view name, const std::vector<std::uint64_t>& shape, StorageType type) {
  put_text(tensors_, name);
  put(tensors_, static_cast<std::uint32_t>(shape.size()));
  for (std::size_t i = shape.size(); i-- > 0;) put(tensors_, shape[i]);
  put(tensors_, number_of(type));
  put(tensors_, data_bytes_);
  const std::uint64_t bytes = dense_bytes(type, shape).value_or(0);
  data_bytes_ += (bytes + gguf_alignment - 1) / gguf_alignment * gguf_alignment;
  ++tensor_count_;
}

std::string GgufHeader::bytes() const {
  std::string out = "GGUF";
  put(out, std::uint32_t{3});
  put(out, tensor_count_);
  put(out, key_count_);
  out += keys_;
  out += tensors_;
  out.append((gguf_alignment - out.size() % gguf_alignment) % gguf_alignment, '\0');
  return out;
}

std::string escape_token(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\'':
        out += "\\'";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte >= 0x20 && byte < 0x7f) {
          out += c;
        } else {
          out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
  }
  return out;
}

}  // namespace roost::formats
