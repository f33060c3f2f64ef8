// From a parsed model file to a model that runs.
#include <string>

#include "backend/backend.h"
#include "formats/container.h"
#include "model/inventory.h"
#include "model/language_model.h"
#include "model/rwkv4.h"
#include "model/rwkv5.h"
#include "model/rwkv6.h"
#include "model/rwkv7.h"
#include "support/path_text.h"

namespace roost::model {
namespace {

std::unique_ptr<Rwkv> make_model(std::shared_ptr<const formats::ModelFile> file,
                                 std::unique_ptr<backend::Backend> device, const LoadSettings& settings) {
  const std::string& generation = file->generation;
  if (generation == "4") return std::make_unique<Rwkv4>(std::move(file), std::move(device));
  if (generation == "6") return std::make_unique<Rwkv6>(std::move(file), std::move(device));
  if (generation == "7") return std::make_unique<Rwkv7>(std::move(file), std::move(device));
  const float epsilon = settings.group_norm_epsilon.value_or(usual_group_norm_epsilon(*file));
  return std::make_unique<Rwkv5>(std::move(file), std::move(device), epsilon);
}

}  // namespace

float usual_group_norm_epsilon(const formats::ModelFile& file) {
  return file.vocabulary == 256 ? 1e-5f : 64e-5f;
}

Status check_generation(const formats::ModelFile& file) {
  for (const char* known : {"4", "5.0", "5.1", "5.2", "6", "7"}) {
    if (file.generation == known) return {};
  }
  return error(ErrorCode::model_unsupported,
               support::file_label(file.path) + " is an RWKV-" + file.generation +
                   " model; this version runs models of the generations 4 to 7.");
}

Result<std::unique_ptr<LanguageModel>> load_language_model(std::shared_ptr<const formats::ModelFile> file,
                                                           const LoadSettings& settings) {
  ROOST_TRY(check_generation(*file));
  backend::OpenSettings open;
  open.device = settings.device;
  open.threads = settings.threads;
  open.isa = settings.isa;
  ROOST_ASSIGN(std::unique_ptr<backend::Backend> device, backend::open_backend(open));
  std::unique_ptr<Rwkv> model = make_model(std::move(file), std::move(device), settings);
  ROOST_TRY(model->load(settings));
  return std::unique_ptr<LanguageModel>(std::move(model));
}

Result<std::uint64_t> weight_memory(std::shared_ptr<const formats::ModelFile> file, Precision precision) {
  ROOST_TRY(check_generation(*file));
  backend::OpenSettings open;
  open.threads = 1;
  ROOST_ASSIGN(std::unique_ptr<backend::Backend> device, backend::open_backend(open));
  return make_model(std::move(file), std::move(device), {})->weight_memory(precision);
}

std::map<std::string, std::string> formats_in_memory(const formats::ModelFile& file) {
  std::map<std::string, std::string> formats;
  for (const auto& [name, weight] : file.weights) {
    const bool matrix =
        weight.rows > 1 && name != "emb.weight" && name.find(".time_state.") == std::string::npos;
    if (!matrix) continue;  // vectors and states are f32, the embedding stays in the file
    formats.emplace(formats::storage_format(weight.type).name, backend::name_of(held_as(weight.type)));
  }
  return formats;
}

double measure_read_bandwidth(int threads, const std::string& device) {
  backend::OpenSettings settings;
  settings.device = device;
  settings.threads = threads;
  auto opened = backend::open_backend(settings);
  return opened.ok() ? opened.value()->measure_read_bandwidth() : 0;
}

ArithmeticPeak measure_arithmetic(int threads) {
  backend::OpenSettings settings;
  settings.threads = threads;
  auto opened = backend::open_backend(settings);
  if (!opened.ok()) return {};
  const backend::Arithmetic peak = opened.value()->measure_arithmetic();
  return {peak.of_floats, peak.of_bytes};
}

}  // namespace roost::model
