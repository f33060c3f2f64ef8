#include "formats/container_kind.h"

#include <algorithm>
#include <string>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::uint64_t offset;
  std::string_view bytes;
  ErrorCode code;
  const char* sentence;
};

// First match wins.
constexpr Signature kSignatures[] = {
    {0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, ErrorCode::model_unsupported,
     "it was saved in the form PyTorch used before version 1.6; save it again with a newer PyTorch, or "
     "convert it "
     "to .safetensors."},
    {0, "\x80\x02"sv, ErrorCode::not_a_model, "this is a bare Python pickle, not a checkpoint."},
    {0, "\x80\x03"sv, ErrorCode::not_a_model, "this is a bare Python pickle, not a checkpoint."},
    {0, "\x80\x04"sv, ErrorCode::not_a_model, "this is a bare Python pickle, not a checkpoint."},
    {0, "\x80\x05"sv, ErrorCode::not_a_model, "this is a bare Python pickle, not a checkpoint."},
    {0, "version https://git-lfs.github.com/spec/"sv, ErrorCode::not_a_model,
     "this is only a Git LFS pointer, a few lines that stand for the model; the model itself was not "
     "downloaded."},
    {0, "PK\x05\x06"sv, ErrorCode::not_a_model, "this is an empty ZIP archive."},
    {0, "PK\x07\x08"sv, ErrorCode::not_a_model, "this is one part of a divided ZIP archive."},
    {0, "7z\xbc\xaf\x27\x1c"sv, ErrorCode::not_a_model, "this is a 7-Zip archive; unpack it first."},
    {0, "Rar!\x1a\x07"sv, ErrorCode::not_a_model, "this is a RAR archive; unpack it first."},
    {0, "\x1f\x8b"sv, ErrorCode::not_a_model, "this is a gzip archive; unpack it first."},
    {0, "BZh"sv, ErrorCode::not_a_model, "this is a bzip2 archive; unpack it first."},
    {0,
     "\xfd"
     "7zXZ\x00"sv,
     ErrorCode::not_a_model, "this is an xz archive; unpack it first."},
    {0, "\x28\xb5\x2f\xfd"sv, ErrorCode::not_a_model, "this is a Zstandard archive; unpack it first."},
    {257, "ustar"sv, ErrorCode::not_a_model, "this is a tar archive; unpack it first."},
    {0, "fmgg"sv, ErrorCode::model_unsupported,
     "this is a model in rwkv.cpp's .bin form, which is not supported; use the .pth, .safetensors or .gguf "
     "file of "
     "the same model."},
    {0, "tjgg"sv, ErrorCode::model_unsupported,
     "this is a model in an old ggml form that GGUF has replaced."},
    {0, "lmgg"sv, ErrorCode::model_unsupported,
     "this is a model in an old ggml form that GGUF has replaced."},
    {0, "FUGG"sv, ErrorCode::model_unsupported, "this is a GGUF file with reversed byte order."},
    {0, "%PDF-"sv, ErrorCode::not_a_model, "this is a PDF document."},
    {0, "\x89PNG"sv, ErrorCode::not_a_model, "this is a picture (PNG)."},
    {0, "\xff\xd8\xff"sv, ErrorCode::not_a_model, "this is a picture (JPEG)."},
    {0,
     "\x7f"
     "ELF"sv,
     ErrorCode::not_a_model, "this is a program."},
    {0, "MZ"sv, ErrorCode::not_a_model, "this is a Windows program."},
    {0, "\x93NUMPY"sv, ErrorCode::not_a_model, "this is a single NumPy array."},
    {0, "\x89HDF\r\n\x1a\n"sv, ErrorCode::model_unsupported, "this is an HDF5 file, which is not supported."},
    {0, "SQLite format 3\x00"sv, ErrorCode::not_a_model, "this is an SQLite database."},
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_text(std::string_view head) {
  while (!head.empty()) {
    const int length = support::utf8_character(head);
    if (length == 0) break;  // a character that the sample cuts
    if (length < 0) return false;
    const auto c = static_cast<unsigned char>(head[0]);
    if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') return false;
    head.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

Error describe_text(const Source& source, std::string_view head) {
  std::string_view body = head;
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  const std::size_t begin = body.find_first_not_of(" \t\r\n\f");
  body = begin == std::string_view::npos ? std::string_view() : body.substr(begin);
  const std::string start = lower(body.substr(0, 64));
  if (start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")) {
    return source.fail(
        ErrorCode::not_a_model,
        "this is a web page, not a model; the address it was downloaded from probably leads to a "
        "page about the file.");
  }
  if (start.starts_with("<"))
    return source.fail(ErrorCode::not_a_model, "this is an XML document, not a model.");
  if (start.starts_with("{") || start.starts_with("[")) {
    return source.fail(ErrorCode::not_a_model, "this is a JSON text, not a model.");
  }
  return source.fail(ErrorCode::not_a_model, "this is a text, not a model.");
}

}  // namespace

Result<ContainerKind> recognise(const Source& source) {
  const std::string_view all(reinterpret_cast<const char*>(source.bytes.data()), source.bytes.size());
  if (all.empty()) return source.fail(ErrorCode::not_a_model, "the file is empty.");
  if (all.starts_with("GGUF")) return ContainerKind::gguf;
  if (all.starts_with("PK\x03\x04")) return ContainerKind::zip;
  for (const Signature& signature : kSignatures) {
    if (all.size() >= signature.offset && all.substr(signature.offset).starts_with(signature.bytes)) {
      return source.fail(signature.code, signature.sentence);
    }
  }
  const std::string_view head = all.substr(0, 4096);
  // The index's own table may begin anywhere behind its metadata; nothing else that is JSON has one of this
  // name.
  if (is_text(head) && all.find_first_not_of(" \t\r\n") != all.npos &&
      all[all.find_first_not_of(" \t\r\n")] == '{' && head.find("\"weight_map\"") != all.npos) {
    return ContainerKind::shard_index;
  }
  if (is_text(head)) return describe_text(source, head);

  // safetensors has no signature but its structure: a length and a JSON object.
  ByteReader reader(source.bytes);
  std::uint64_t header = 0;
  if (reader.read(header) && reader.left() > 0 && all[8] == '{') return ContainerKind::safetensors;
  if (std::all_of(head.begin(), head.end(), [](char c) { return c == '\0'; })) {
    return source.fail(ErrorCode::not_a_model,
                       "the file begins with nothing but zeros; its download was probably interrupted.");
  }
  return source.fail(ErrorCode::not_a_model,
                     "this is none of the forms a model comes in (.pth, .safetensors, .gguf).");
}

}  // namespace roost::formats
