#include "engine/engine.h"

#include <algorithm>
#include <new>
#include <utility>

#include "engine/scheduler.h"
#include "engine/session.h"
#include "engine/vocabulary.h"
#include "support/path_text.h"
#include "support/utf8.h"

namespace roost {
namespace engine {
namespace {

class LoadedEngine final : public Engine {
 public:
  LoadedEngine(std::shared_ptr<const Shared> shared, std::shared_ptr<Scheduler> scheduler)
      : shared_(std::move(shared)), scheduler_(std::move(scheduler)) {}
  ~LoadedEngine() override { scheduler_->close(); }

  const ModelInfo& info() const override { return shared_->parts.info; }
  std::string device() const override { return shared_->device; }
  std::string isa() const override { return shared_->isa; }
  int threads() const override { return shared_->threads; }
  std::uint64_t weight_bytes() const override { return shared_->weight_bytes; }
  std::uint64_t bytes_per_token() const override { return shared_->bytes_per_token; }
  std::uint64_t multiplications_per_token() const override { return shared_->multiplications_per_token; }
  std::string tokenizer_fingerprint() const override { return shared_->tokenizer_fingerprint; }

  Result<std::vector<std::uint32_t>> tokenize(std::string_view text) const override {
    ROOST_TRY(check());
    try {
      return shared_->parts.tokenizer->encode(text);
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "There is not enough memory to read this text.");
    }
  }

  Result<std::string> detokenize(std::span<const std::uint32_t> ids) const override {
    ROOST_TRY(check());
    for (const std::uint32_t id : ids) {
      if (id >= shared_->parts.info.vocab) {
        return error(ErrorCode::tokens_invalid,
                     "Token " + std::to_string(id) + " is outside the model's vocabulary.");
      }
    }
    try {
      return shared_->parts.tokenizer->decode(ids);
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "There is not enough memory for this text.");
    }
  }

  Result<std::unique_ptr<Session>> open_session(std::shared_ptr<const TunedState> initial) override {
    return engine::open_session(shared_, scheduler_, std::move(initial));
  }

  Result<std::shared_ptr<const TunedState>> tuned_state(const std::string& path_utf8) const override {
    if (scheduler_->closed()) return error(ErrorCode::closed, "The engine was closed.");
    ROOST_ASSIGN(TunedState state, read_tuned_state(path_utf8));
    ROOST_TRY(fits(state.info, shared_->parts.info));
    try {
      return std::make_shared<const TunedState>(std::move(state));
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "There is not enough memory for the tuned state.");
    }
  }

  void close() override { scheduler_->close(); }

 private:
  Status check() const {
    if (scheduler_->closed()) return error(ErrorCode::closed, "The engine was closed.");
    if (!shared_->parts.tokenizer) {
      return error(ErrorCode::vocabulary_missing, "The model was loaded without a vocabulary.");
    }
    return {};
  }

  const std::shared_ptr<const Shared> shared_;
  const std::shared_ptr<Scheduler> scheduler_;
};

model::Precision precision_of(WeightFormat format) {
  switch (format) {
    case WeightFormat::file:
      return model::Precision::file;
    case WeightFormat::f32:
      return model::Precision::f32;
    case WeightFormat::f16:
      return model::Precision::f16;
    case WeightFormat::bf16:
      return model::Precision::bf16;
    case WeightFormat::q8:
      return model::Precision::q8;
    case WeightFormat::q4:
      return model::Precision::q4;
  }
  return model::Precision::file;
}

std::uint64_t state_floats(const formats::ModelFile& file) {
  const std::uint64_t width = file.width;
  if (file.generation == "4") return file.layers * width * 5;
  return file.layers * (2 * width + std::uint64_t{file.heads} * file.head_size * file.head_size);
}

}  // namespace

std::string weights_name(WeightFormat format) {
  constexpr const char* names[] = {"file", "f32", "f16", "bf16", "q8", "q4"};
  return names[static_cast<std::size_t>(format)];
}

ModelInfo describe(const formats::ModelFile& file) {
  ModelInfo info;
  info.path = file.path;
  info.generation = file.generation;
  info.format = file.container;
  info.layers = file.layers;
  info.width = file.width;
  info.ffn = file.ffn;
  info.heads = file.heads;
  info.head_size = file.head_size;
  info.vocab = file.vocabulary;
  info.parameters = file.parameters;
  info.dtypes = file.storage_types;
  info.file_bytes = file.file_bytes;
  info.state_bytes = state_floats(file) * sizeof(float);
  info.fingerprint = file.fingerprint;
  info.tokenizer = tokenizer_kind(file);
  info.title = file.title;
  info.basename = file.basename;
  const auto chat_template = file.texts.find("tokenizer.chat_template");
  if (chat_template != file.texts.end()) {
    info.chat_template = support::repair_utf8(std::string_view(chat_template->second).substr(0, 16384));
  }
  info.training_context = file.training_context;
  info.tuned_state = file.tuned_state;
  return info;
}

Result<std::shared_ptr<Engine>> make_engine(std::unique_ptr<model::LanguageModel> model, Assembly assembly) {
  auto shared = std::make_shared<Shared>();
  shared->device = model->device();
  shared->isa = model->isa();
  shared->threads = model->threads();
  shared->weight_bytes = model->weight_bytes();
  shared->bytes_per_token = model->bytes_per_token();
  shared->multiplications_per_token = model->multiplications_per_token();
  if (assembly.tokenizer) {
    shared->tokenizer_fingerprint = assembly.tokenizer->fingerprint();
    shared->rules = rules_of(*assembly.tokenizer, assembly.info.vocab);
  }
  const std::uint32_t chunk = assembly.chunk != 0 ? assembly.chunk : prompt_chunk(assembly.info.parameters);
  shared->parts = std::move(assembly);
  ROOST_ASSIGN(std::shared_ptr<Scheduler> scheduler, Scheduler::start(std::move(model), chunk));
  return std::shared_ptr<Engine>(std::make_shared<LoadedEngine>(std::move(shared), std::move(scheduler)));
}

Result<std::unique_ptr<model::LanguageModel>> load_model(std::shared_ptr<const formats::ModelFile> file,
                                                         const LoadOptions& options) {
  model::LoadSettings settings;
  settings.precision = precision_of(options.weights);
  if (!options.device.empty()) settings.device = options.device;
  settings.threads = options.threads;
  settings.isa = options.isa;
  settings.progress = options.progress;
  settings.cancelled = options.cancelled;
  return model::load_language_model(std::move(file), settings);
}

}  // namespace engine

Result<ModelInfo> inspect_model(const std::string& path_utf8) {
  try {
    // Only looked at: a copy of all of it would be made for nothing.
    ROOST_ASSIGN(const auto file, formats::open_model_file(path_utf8, {}, support::FileAccess::mapped));
    ModelInfo info = engine::describe(*file);
    info.held_as = model::formats_in_memory(*file);
    for (const WeightFormat format : {WeightFormat::file, WeightFormat::q8, WeightFormat::q4}) {
      const auto bytes = model::weight_memory(file, engine::precision_of(format));
      if (bytes.ok()) info.weight_memory[engine::weights_name(format)] = bytes.value();
    }
    return info;
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(path_utf8) + ": not enough memory to read the file.");
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, support::file_label(path_utf8) + ": " + fault.what() + ".");
  }
}

Result<std::shared_ptr<Engine>> load_engine(const std::string& path_utf8, const LoadOptions& options) {
  try {
    formats::OpenHooks hooks;
    hooks.cancelled = options.cancelled;
    ROOST_ASSIGN(const auto file,
                 formats::open_model_file(
                     path_utf8, hooks,
                     options.read_into_memory ? support::FileAccess::read : support::FileAccess::automatic));
    // First: nobody should look for the vocabulary of a model that does not run.
    ROOST_TRY(model::check_generation(*file));
    engine::Assembly assembly;
    assembly.info = engine::describe(*file);
    assembly.weights = engine::weights_name(options.weights);
    assembly.file = file;
    // Before the weights are read: what is missing should be said in the first second.
    auto vocabulary = engine::find_vocabulary(*file, options.vocabulary, options.vocabulary_folders);
    if (vocabulary.ok()) {
      assembly.tokenizer = std::move(vocabulary).value();
    } else if (options.needs_vocabulary) {
      return std::move(vocabulary).failure();
    }
    ROOST_ASSIGN(auto model, engine::load_model(file, options));
    return engine::make_engine(std::move(model), std::move(assembly));
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(path_utf8) + ": not enough memory to load the model.");
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, support::file_label(path_utf8) + ": " + fault.what() + ".");
  }
}

}  // namespace roost
