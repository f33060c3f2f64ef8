#include "roost/diagnostics.h"

#include <algorithm>
#include <new>
#include <span>

#include "backend/selftest.h"
#include "engine/engine.h"
#include "engine/vocabulary.h"
#include "roost/tokenizer.h"

namespace roost {
namespace {

constexpr std::uint64_t logits_floats_limit = 1u << 24;  // 64 MiB of logits in one step

class ListTokenizer final : public Tokenizer {
 public:
  explicit ListTokenizer(std::shared_ptr<const text::Tokenizer> list) : list_(std::move(list)) {}

  Result<std::vector<std::uint32_t>> encode(std::string_view text) const override {
    try {
      return list_->encode(text);
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "There is not enough memory to read this text.");
    }
  }

  Result<std::string> decode(std::span<const std::uint32_t> ids) const override {
    for (const std::uint32_t id : ids) {
      if (id >= list_->reserved_end()) {
        return error(ErrorCode::tokens_invalid,
                     "Token " + std::to_string(id) + " is outside the vocabulary.");
      }
    }
    try {
      return list_->decode(ids);
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "There is not enough memory for this text.");
    }
  }

 private:
  std::shared_ptr<const text::Tokenizer> list_;
};

Status check(const LogitsRequest& request, std::uint32_t vocabulary) {
  if (request.tokens.empty()) return error(ErrorCode::tokens_invalid, "There is no token to read.");
  for (const std::uint32_t id : request.tokens) {
    if (id >= vocabulary) {
      return error(ErrorCode::tokens_invalid, "Token " + std::to_string(id) +
                                                  " is outside the model's vocabulary of " +
                                                  std::to_string(vocabulary) + ".");
    }
  }
  if (request.chunk == 0) return error(ErrorCode::invalid_argument, "chunk must be at least 1.");
  std::uint64_t before = 0;
  for (const std::uint64_t count : request.at) {
    if (count <= before || count > request.tokens.size()) {
      return error(ErrorCode::invalid_argument, "The counts of tokens must ascend, from 1 to " +
                                                    std::to_string(request.tokens.size()) + ".");
    }
    before = count;
  }
  return {};
}

Result<LogitsAnswer> read_tokens(model::LanguageModel& model, const LogitsRequest& request) {
  const std::size_t vocabulary = model.vocabulary();
  ROOST_ASSIGN(const std::uint32_t slot, model.acquire_slot());
  if (!request.state.empty()) {
    if (request.state.size() != model.state_floats()) {
      return error(ErrorCode::snapshot_mismatch, "The state has " + std::to_string(request.state.size()) +
                                                     " numbers, the model's has " +
                                                     std::to_string(model.state_floats()) + ".");
    }
    ROOST_TRY(model.write_state(slot, request.state));
  }
  LogitsAnswer answer;
  answer.vocabulary = model.vocabulary();
  answer.logits.reserve(request.at.size() * vocabulary);
  std::vector<float> rows;
  std::size_t done = 0, next = 0;
  while (done < request.tokens.size()) {
    std::size_t count = std::min<std::size_t>(request.chunk, request.tokens.size() - done);
    const auto inside = [&] { return next < request.at.size() && request.at[next] < done + count; };
    if (inside() && count * vocabulary > logits_floats_limit) {
      count = static_cast<std::size_t>(request.at[next]) - done;
    }
    const bool every = inside();
    rows.resize((every ? count : 1) * vocabulary);
    const model::Sequence sequence{slot, std::span(request.tokens).subspan(done, count),
                                   every ? model::Logits::all : model::Logits::last};
    ROOST_TRY(model.forward(std::span(&sequence, 1),
                            request.recurrent ? model::Mode::recurrent : model::Mode::sequence, rows));
    for (; next < request.at.size() && request.at[next] <= done + count; ++next) {
      const std::size_t row = every ? static_cast<std::size_t>(request.at[next]) - done - 1 : 0;
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(row * vocabulary);
      answer.logits.insert(answer.logits.end(), begin, begin + static_cast<std::ptrdiff_t>(vocabulary));
    }
    done += count;
  }
  answer.state.resize(model.state_floats());
  ROOST_TRY(model.read_state(slot, answer.state));
  return answer;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const std::string& vocabulary,
                                                        const std::vector<std::string>& folders) {
  try {
    ROOST_ASSIGN(auto list, engine::read_vocabulary(vocabulary, folders));
    return std::shared_ptr<const Tokenizer>(std::make_shared<ListTokenizer>(std::move(list)));
  } catch (const std::exception&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory for the vocabulary.");
  }
}

Result<LogitsAnswer> compute_logits(const std::string& path_utf8, const LoadOptions& options,
                                    const LogitsRequest& request) {
  try {
    ROOST_ASSIGN(auto file, formats::open_model_file(path_utf8));
    ROOST_TRY(check(request, file->vocabulary));
    ROOST_ASSIGN(auto model, engine::load_model(std::move(file), options));
    return read_tokens(*model, request);
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, "There is not enough memory for this.");
  } catch (const std::exception& fault) {
    return error(ErrorCode::internal, std::string("The engine failed: ") + fault.what() + ".");
  }
}

Result<SelfTest> run_self_test(const std::string& device, int threads, const std::string& isa) {
  try {
    backend::OpenSettings settings;
    if (!device.empty()) settings.device = device;
    settings.threads = threads;
    settings.isa = isa;
    SelfTest report;
    {
      ROOST_ASSIGN(const auto opened, backend::open_backend(settings));
      report.device = opened->device().kind;
      report.isa = opened->isa();
    }
    ROOST_ASSIGN(const auto checks, backend::run_selftest(settings));
    report.passed = !checks.empty();
    for (const backend::KernelCheck& check : checks) {
      report.kernels.push_back(
          {check.kernel, check.shape, check.nmse, check.max_error, check.bound, check.passed});
      report.passed = report.passed && check.passed;
    }
    return report;
  } catch (const std::exception& fault) {
    return error(ErrorCode::device_failed,
                 std::string("The self-test could not be run: ") + fault.what() + ".");
  }
}

std::vector<InstructionSet> list_instruction_sets() {
  std::vector<InstructionSet> sets;
  for (backend::InstructionSetReport& report : backend::instruction_sets()) {
    sets.push_back({std::move(report.name), report.usable, std::move(report.reason)});
  }
  return sets;
}

double measure_machine_bandwidth(int threads, const std::string& device) {
  try {
    return model::measure_read_bandwidth(threads, device);
  } catch (const std::exception&) {
    return 0;
  }
}

MachineArithmetic measure_machine_arithmetic(int threads) {
  try {
    const model::ArithmeticPeak peak = model::measure_arithmetic(threads);
    return {peak.of_floats, peak.of_bytes};
  } catch (const std::exception&) {
    return {};
  }
}

std::vector<DeviceReport> list_devices() {
  std::vector<DeviceReport> reports;
  for (const backend::Device& device : backend::devices()) {
    reports.push_back(
        {device.kind, device.usable, device.name, device.memory_bytes, device.reason, device.driver});
  }
  return reports;
}

}  // namespace roost
