#include "roost/convert.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <span>
#include <utility>

#include "engine/engine.h"
#include "engine/vocabulary.h"
#include "formats/gguf_export.h"
#include "formats/limits.h"
#include "support/new_file.h"
#include "support/path_text.h"

namespace roost {
namespace {

using formats::ModelFile;
using File = std::shared_ptr<const ModelFile>;

// Shares of the whole, for progress: reading the original, writing, reading back, and the two models of the
// comparison, of which each is loaded and then asked.
constexpr double reading_end = 0.1, writing_end = 0.5, checking_end = 0.6, original_end = 0.8;
constexpr double loading_share = 0.7;

constexpr std::size_t compared_tokens = 64, tokens_at_once = 8;

Error cancelled_by_caller() {
  return error(ErrorCode::cancelled, "The conversion was cancelled.");
}

class Steps {
 public:
  explicit Steps(const ConvertOptions& options) : options_(options) {}
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }
  void at(double fraction) const {
    if (options_.progress) options_.progress(std::clamp(fraction, 0.0, 1.0));
  }
  std::function<void(double)> between(double begin, double end) const {
    return [this, begin, end](double fraction) { at(begin + (end - begin) * fraction); };
  }
  std::function<bool()> poll() const {
    return [this] { return cancelled(); };
  }

 private:
  const ConvertOptions& options_;
};

// The vocabulary that the new file carries: what the original does, else what it is read with. Empty where
// none is known. llama.cpp wants the World list in files of generation 6 and 7; nobody else's model fails to
// be converted because its vocabulary is not there.
Result<formats::ExportVocabulary> vocabulary_of(const ModelFile& file, const ConvertOptions& options) {
  formats::ExportVocabulary vocabulary;
  const std::string kind = engine::tokenizer_kind(file);
  const bool chosen = !options.vocabulary.empty();
  if (!chosen && file.embedded_vocabulary) {
    vocabulary.tokens = file.embedded_vocabulary->tokens;
    return vocabulary;
  }
  if (!chosen && kind == "unknown") return vocabulary;
  auto found = engine::find_vocabulary_text(file, options.vocabulary, options.vocabulary_folders);
  const bool needed = chosen || (kind == "world" && (file.generation == "6" || file.generation == "7"));
  if (!found.ok() && found.failure().code == ErrorCode::vocabulary_missing && !needed) return vocabulary;
  ROOST_ASSIGN(engine::FoundVocabulary source, std::move(found));
  if (!source.json.empty()) {
    if (source.json.size() <= formats::kMaximumTokenizerBytes) vocabulary.json = std::move(source.json);
    return vocabulary;
  }
  vocabulary.tokens.reserve(source.list->size());
  for (std::uint32_t id = 0; id < source.list->size(); ++id) {
    vocabulary.tokens.emplace_back(source.list->bytes_of(id));
  }
  return vocabulary;
}

Result<File> open(const std::string& path, const Steps& steps, double begin, double end) {
  formats::OpenHooks hooks;
  hooks.progress = steps.between(begin, end);
  hooks.cancelled = steps.poll();
  return formats::open_model_file(path, hooks);
}

// Ids from all over the vocabulary, with some of them repeated: recurrence is part of what is compared.
std::vector<std::uint32_t> tokens_to_compare(std::uint32_t vocabulary) {
  std::vector<std::uint32_t> tokens;
  std::uint64_t state = 0x9e3779b97f4a7c15u;
  for (std::size_t i = 0; i < compared_tokens; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto drawn = static_cast<std::uint32_t>((state >> 33) % vocabulary);
    tokens.push_back(i % 4 == 3 ? tokens[i / 2] : drawn);
  }
  return tokens;
}

// Logits behind every one of these tokens, [tokens, vocabulary].
Result<std::vector<float>> answers_of(const File& file, const ConvertOptions& options, const Steps& steps,
                                      double begin, double end) {
  LoadOptions load;
  load.threads = options.threads;
  const double loaded = begin + (end - begin) * loading_share;
  load.progress = steps.between(begin, loaded);
  load.cancelled = steps.poll();
  ROOST_ASSIGN(const auto model, engine::load_model(file, load));
  const std::vector<std::uint32_t> tokens = tokens_to_compare(model->vocabulary());
  ROOST_ASSIGN(const std::uint32_t slot, model->acquire_slot());
  std::vector<float> logits(tokens.size() * model->vocabulary());
  // In pieces, so that a large model on a slow machine can still be interrupted.
  for (std::size_t first = 0; first < tokens.size(); first += tokens_at_once) {
    if (steps.cancelled()) return cancelled_by_caller();
    const auto piece = std::span(tokens).subspan(first, tokens_at_once);
    const model::Sequence sequence{slot, piece, model::Logits::all};
    ROOST_TRY(model->forward(
        std::span(&sequence, 1), model::Mode::sequence,
        std::span(logits).subspan(first * model->vocabulary(), piece.size() * model->vocabulary())));
    steps.at(loaded + (end - loaded) * static_cast<double>(first + piece.size()) / compared_tokens);
  }
  return logits;
}

// Kullback-Leibler divergence of the second distribution from the first, in nats; infinite where one of them
// is none.
double divergence(std::span<const float> p_logits, std::span<const float> q_logits) {
  const auto log_of_sum = [](std::span<const float> logits) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits) sum += std::exp(logit - largest);
    return largest + std::log(sum);
  };
  const double p_sum = log_of_sum(p_logits), q_sum = log_of_sum(q_logits);
  double total = 0;
  for (std::size_t i = 0; i < p_logits.size(); ++i) {
    const double p_log = p_logits[i] - p_sum, q_log = q_logits[i] - q_sum;
    total += std::exp(p_log) * (p_log - q_log);
  }
  return std::isfinite(total) ? std::max(total, 0.0) : HUGE_VAL;
}

std::size_t best_of(std::span<const float> logits) {
  return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// A file that answers further from the original than its number format explains was written wrongly: tensors
// confused with one another are several nats away. The bounds are ten times and more what was measured
// (docs/benchmarks.md).
double divergence_bound(const std::string& type) {
  if (type == "f32" || type == "f16") return 0.01;
  if (type == "bf16") return 0.05;
  if (type == "q8_0") return 0.1;
  return 1.5;
}

Status compare(const File& original, const File& result, const ConvertOptions& options, const Steps& steps,
               ConvertReport& report) {
  auto wanted = answers_of(original, options, steps, checking_end, original_end);
  if (!wanted.ok() && wanted.failure().code == ErrorCode::out_of_memory) return {};
  ROOST_ASSIGN(const std::vector<float> expected, std::move(wanted));
  auto answered = answers_of(result, options, steps, original_end, 0.99);
  if (!answered.ok() && answered.failure().code == ErrorCode::out_of_memory) return {};
  ROOST_ASSIGN(const std::vector<float> got, std::move(answered));

  const std::size_t width = original->vocabulary;
  double sum = 0;
  for (std::size_t row = 0; row < compared_tokens; ++row) {
    const auto p = std::span(expected).subspan(row * width, width),
               q = std::span(got).subspan(row * width, width);
    const double d = divergence(p, q);
    sum += d;
    report.largest_divergence = std::max(report.largest_divergence, d);
    if (best_of(p) == best_of(q)) ++report.same_best;
  }
  report.compared = compared_tokens;
  report.mean_divergence = sum / compared_tokens;
  if (!(report.mean_divergence <= divergence_bound(options.type))) {
    return error(ErrorCode::numeric_fault, "The new file does not answer like " +
                                               support::file_label(original->path) + " (mean divergence " +
                                               std::to_string(report.mean_divergence) +
                                               " nats), so it was not kept.");
  }
  return {};
}

Result<ConvertReport> convert(const std::string& from, const std::string& to, const ConvertOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  const Steps steps(options);
  const auto type = formats::exported_type(options.type);
  if (!type) {
    return error(ErrorCode::invalid_argument,
                 "A file can be written as f32, f16, bf16, q8_0, q5_1, q5_0, q4_1 or q4_0, not as \"" +
                     options.type + "\".");
  }
  if (!to.ends_with(".gguf"))
    return error(ErrorCode::invalid_argument, "The name of the new file must end in .gguf.");
  support::NewFile out;
  ROOST_TRY(out.open(to));  // first: a name that is taken should not cost a minute
  ROOST_ASSIGN(const File original, open(from, steps, 0, reading_end));
  ROOST_TRY(model::check_generation(*original));
  ROOST_ASSIGN(const formats::ExportVocabulary vocabulary, vocabulary_of(*original, options));
  ROOST_ASSIGN(const formats::ExportPlan plan, formats::plan_export(*original, *type, vocabulary));
  ROOST_TRY(out.expect(plan.file_bytes));

  ConvertReport report;
  report.architecture = plan.architecture;
  report.type = options.type;
  report.bytes = plan.file_bytes;
  report.has_vocabulary = !vocabulary.empty();
  ROOST_TRY(out.write(plan.header));
  const std::string label = support::file_label(from);
  support::ThreadPool pool(options.threads);
  for (const formats::ExportTensor& tensor : plan.tensors) {
    ++report.dtypes[std::string(formats::storage_format(tensor.type).name)];
    const auto write = [&](std::span<const std::byte> bytes) -> Status {
      if (steps.cancelled()) return cancelled_by_caller();
      ROOST_TRY(out.write(bytes.data(), bytes.size()));
      steps.at(reading_end + (writing_end - reading_end) * static_cast<double>(out.size()) /
                                 static_cast<double>(plan.file_bytes));
      return {};
    };
    ROOST_TRY(formats::write_tensor(tensor, label, pool, write));
  }
  if (out.size() != plan.file_bytes)
    return error(ErrorCode::internal, "The new file has another size than was planned.");
  ROOST_TRY(original->intact());
  ROOST_TRY(original->unchanged());
  ROOST_TRY(out.finish());

  // What was written is read back, as any model file is, and must answer like the original.
  ROOST_ASSIGN(const File result, open(out.part_path(), steps, writing_end, checking_end));
  if (result->generation != original->generation || result->vocabulary != original->vocabulary) {
    return error(ErrorCode::internal, "The new file does not describe the model it was made from.");
  }
  ROOST_TRY(compare(original, result, options, steps, report));
  if (steps.cancelled()) return cancelled_by_caller();
  ROOST_TRY(out.publish());
  steps.at(1);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

}  // namespace

Result<ConvertReport> convert_model(const std::string& from_utf8, const std::string& to_utf8,
                                    const ConvertOptions& options) {
  try {
    return convert(from_utf8, to_utf8, options);
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory,
                 support::file_label(from_utf8) + ": not enough memory to convert it.");
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, support::file_label(from_utf8) + ": " + fault.what() + ".");
  }
}

}  // namespace roost
