#include "formats/model_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <new>

#include "formats/blocks.h"
#include "formats/container.h"
#include "formats/container_kind.h"
#include "formats/fingerprint.h"
#include "formats/gguf.h"
#include "formats/model_check.h"
#include "formats/official_names.h"
#include "formats/parse_model.h"
#include "formats/pth.h"
#include "formats/safetensors.h"
#include "formats/shards.h"
#include "support/half.h"
#include "support/mapped_file.h"
#include "support/path_text.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

Result<Container> read_container(const Source& source) {
  ROOST_ASSIGN(const ContainerKind kind, recognise(source));
  switch (kind) {
    case ContainerKind::zip:
      return read_pth(source);
    case ContainerKind::safetensors:
      return read_safetensors(source);
    case ContainerKind::gguf:
      return read_gguf(source);
    case ContainerKind::shard_index:
      return source.unsupported(
          "this is the index of a divided model; its parts can't be reached from here.");
  }
  return source.fail(ErrorCode::internal, "unknown container.");
}

// "...-ctx4096..." as official file names have it; for display only.
std::optional<std::uint32_t> context_in_name(std::string_view stem) {
  const std::size_t at = stem.rfind("-ctx");
  if (at == std::string_view::npos) return std::nullopt;
  std::uint32_t number = 0;
  std::size_t digits = 0;
  for (const char c : stem.substr(at + 4)) {
    if (c < '0' || c > '9' || ++digits > 8) break;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return digits >= 1 && digits <= 8 && number > 0 ? std::optional(number) : std::nullopt;
}

void describe(const std::string& path, const Container& container, ModelFile& model) {
  const std::string stem =
      support::repair_utf8(support::path_to_utf8(support::path_from_utf8(support::repair_utf8(path)).stem()));
  const auto text = [&](std::string_view key) {
    return support::repair_utf8(std::string_view(container.text(key)).substr(0, 1000));
  };
  model.title = text("general.name");
  if (model.title.empty()) model.title = stem;
  model.basename = text("general.basename");
  model.training_context = context_in_name(stem);
  // llama.cpp's converter writes 1048576, meaning "no limit".
  const auto stated = container.whole(container.text("general.architecture") + ".context_length");
  if (!model.training_context && stated && *stated > 0 && *stated < 1'048'576) {
    model.training_context = static_cast<std::uint32_t>(*stated);
  }
  for (const auto& [key, value] : container.metadata) {
    const bool telling = key.starts_with("general.") || key == "tokenizer.chat_template" ||
                         key == "tokenizer.huggingface.json";
    const auto* words = std::get_if<std::string>(&value);
    if (telling && words != nullptr) model.texts.emplace(key, *words);
    if (!key.starts_with("tokenizer.ggml.")) continue;
    if (const auto whole = container.whole(key)) model.token_settings.emplace(key, *whole);
    if (const auto* truth = std::get_if<bool>(&value)) model.token_settings.emplace(key, *truth);
  }
  for (const Tensor& tensor : container.tensors) {
    model.parameters += tensor.count();
    ++model.storage_types[std::string(storage_format(tensor.type).name)];
  }
}

// What follows once the tensors are known, whatever they came in. `source` is the file, or the index of a
// divided one.
Result<std::shared_ptr<ModelFile>> assemble(const Source& source, Container container,
                                            const std::string& path, std::uint64_t file_bytes,
                                            const support::MappedFile* mapped, const OpenHooks& hooks) {
  auto model = std::make_shared<ModelFile>();
  model->path = path;
  model->file_bytes = file_bytes;
  model->container = container.kind;
  ROOST_ASSIGN(const OfficialTensors official, use_official_names(source, container));
  ROOST_ASSIGN(model->generation, detect_generation(source, official));
  ROOST_TRY(check_model(source, container, official, *model));
  describe(path, container, *model);
  model->embedded_vocabulary = std::move(container.vocabulary);
  ROOST_TRY(fingerprint_and_verify(source, container, mapped, hooks, *model));
  return model;
}

using Mapped = std::shared_ptr<const support::MappedFile>;

// Where files are read into memory, that is the first half of the progress and the checksums are the second.
Result<Mapped> open_file(const std::string& path, const OpenHooks& hooks, support::FileAccess access) {
  support::ReadHooks reading;
  reading.cancelled = hooks.cancelled;
  if (hooks.progress) reading.progress = [&hooks](double fraction) { hooks.progress(fraction / 2); };
  return support::MappedFile::open(path, access, reading);
}

OpenHooks second_half(const OpenHooks& hooks) {
  OpenHooks half = hooks;
  if (hooks.progress) half.progress = [&hooks](double fraction) { hooks.progress(0.5 + fraction / 2); };
  return half;
}

// The parts of a divided model: beside the index, under the plain names it gives. They join `opened`.
Result<std::shared_ptr<ModelFile>> open_shards(const std::string& path, const OpenHooks& hooks,
                                               support::FileAccess access, OpenedFiles& opened) {
  const Mapped index_file = opened.files.front();
  const Source source{support::file_label(path), index_file->bytes()};
  ROOST_ASSIGN(const ShardIndex index, read_shard_index(source));
  const std::filesystem::path folder = support::path_from_utf8(path).parent_path();
  std::vector<Source> sources;
  std::uint64_t bytes = 0;
  bool in_memory = false;
  for (const auto& [name, tensors] : index.files) {
    OpenHooks quiet;  // a share of each part would run backwards
    quiet.cancelled = hooks.cancelled;
    auto part = open_file(support::path_to_utf8(folder / support::path_from_utf8(name)), quiet, access);
    if (!part.ok() && part.failure().code == ErrorCode::file_missing) {
      return source.fail(ErrorCode::file_missing,
                         "the part " + support::quoted(name) + " of this model is not beside it.");
    }
    ROOST_ASSIGN(Mapped file, std::move(part));
    sources.push_back({support::file_label(name), file->bytes()});
    bytes += file->bytes().size();
    in_memory |= file->in_memory();
    opened.files.push_back(std::move(file));
  }
  ROOST_ASSIGN(Container container, read_shards(index, sources));
  ROOST_ASSIGN(std::shared_ptr<ModelFile> model,
               assemble(source, std::move(container), path, bytes, nullptr, hooks));
  // The file itself has the same name for every model.
  const std::string folder_name = support::repair_utf8(support::path_to_utf8(folder.filename()));
  if (!folder_name.empty()) model->title = folder_name;
  model->pages_return = !in_memory;
  return model;
}

Result<std::shared_ptr<ModelFile>> open_all(const std::string& path, const OpenHooks& hooks,
                                            support::FileAccess access, OpenedFiles& opened) {
  ROOST_ASSIGN(const Mapped file, open_file(path, hooks, access));
  opened.files.push_back(file);
  const Source source{support::file_label(path), file->bytes()};
  ROOST_ASSIGN(const ContainerKind kind, recognise(source));
  if (kind == ContainerKind::shard_index) return open_shards(path, hooks, access, opened);
  ROOST_ASSIGN(std::shared_ptr<ModelFile> model,
               parse_model(file->bytes(), path, file.get(), file->in_memory() ? second_half(hooks) : hooks));
  model->pages_return = !file->in_memory();
  return model;
}

}  // namespace

Result<std::shared_ptr<ModelFile>> parse_model(std::span<const std::byte> bytes, const std::string& path,
                                               const support::MappedFile* mapped, const OpenHooks& hooks) {
  try {
    const Source source{support::file_label(path), bytes};
    ROOST_ASSIGN(Container container, read_container(source));
    return assemble(source, std::move(container), path, bytes.size(), mapped, hooks);
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(path) + ": not enough memory to read its table of contents.");
  } catch (const std::exception&) {
    return error(ErrorCode::internal,
                 support::file_label(path) + ": reading it failed in an unforeseen way.");
  }
}

Result<std::shared_ptr<const ModelFile>> open_model_file(const std::string& path_utf8, const OpenHooks& hooks,
                                                         support::FileAccess access) {
  try {
    auto opened = std::make_shared<OpenedFiles>();
    auto model = open_all(path_utf8, hooks, access, *opened);
    // A file that lost its bytes while it was parsed seems damaged, but the reason is another one.
    for (const Mapped& file : opened->files) ROOST_TRY(file->intact());
    if (!model.ok()) return std::move(model).failure();
    for (const Mapped& file : opened->files) ROOST_TRY(file->unchanged());
    model.value()->mapping = std::move(opened);
    return std::shared_ptr<const ModelFile>(std::move(model).value());
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(path_utf8) + ": not enough memory to open it.");
  } catch (const std::exception&) {
    return error(ErrorCode::internal,
                 support::file_label(path_utf8) + ": opening it failed in an unforeseen way.");
  }
}

const Weight* ModelFile::find(std::string_view name) const {
  const auto at = weights.find(name);
  return at != weights.end() ? &at->second : nullptr;
}

Result<void> ModelFile::unchanged() const {
  if (mapping == nullptr) return {};
  for (const Mapped& file : mapping->files) ROOST_TRY(file->unchanged());
  return {};
}

Result<void> ModelFile::intact() const {
  if (mapping == nullptr) return {};
  for (const Mapped& file : mapping->files) ROOST_TRY(file->intact());
  return {};
}

namespace {

template <class Stored, class Widen>
void widen_row(const Weight& weight, std::uint64_t row, float* out, Widen widen) {
  const std::byte* at = weight.data + static_cast<std::int64_t>(row) * weight.row_stride *
                                          static_cast<std::int64_t>(sizeof(Stored));
  const std::int64_t step = weight.column_stride * static_cast<std::int64_t>(sizeof(Stored));
  for (std::uint64_t column = 0; column < weight.columns; ++column) {
    Stored stored;
    std::memcpy(&stored, at + static_cast<std::int64_t>(column) * step, sizeof stored);
    out[column] = widen(stored);
  }
}

}  // namespace

void read_row(const Weight& weight, std::uint64_t row, float* out) {
  switch (weight.type) {
    case StorageType::f32:
      return widen_row<float>(weight, row, out, [](float value) { return value; });
    case StorageType::f16:
      return widen_row<std::uint16_t>(weight, row, out, support::f16_to_f32);
    case StorageType::bf16:
      return widen_row<std::uint16_t>(weight, row, out, support::bf16_to_f32);
    default: {
      const StorageFormat& format = storage_format(weight.type);
      decode_blocks(weight.type, weight.data + row * (weight.columns / format.block) * format.bytes,
                    weight.columns, out);
    }
  }
}

}  // namespace roost::formats
