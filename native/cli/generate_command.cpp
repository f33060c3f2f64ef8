// roost-engine generate: text as it comes, or a JSON line per token.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>

#include "arguments.h"
#include "commands.h"
#include "files.h"
#include "roost/session.h"
#include "support/json.h"

namespace roost::cli {
namespace {

using support::JsonWriter;

constexpr std::uint64_t snapshot_limit = std::uint64_t{4} << 30;

Error usage(const std::string& what) {
  return error(ErrorCode::invalid_argument, what);
}

const char* name_of_reason(FinishReason reason) {
  constexpr const char* names[] = {"stop_text", "end_token", "max_tokens", "cancelled"};
  return names[static_cast<std::size_t>(reason)];
}

// What the callbacks of all sessions share with the thread that waits for them. One lock: lines never mix.
struct Desk {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t answered = 0;
  bool broken = false;  // nobody reads standard output any more
};

struct Answer {
  std::unique_ptr<Session> session;
  std::size_t streamed = 0;  // bytes of text written so far
  std::optional<Result<GenerateResult>> result;
};

double rate(double count, double seconds) {
  return seconds > 0 ? count / seconds : 0;
}

// The fields that one sequence and a whole batch have in common.
void write_figures(JsonWriter& json, std::uint64_t prompt, std::uint64_t resumed, std::uint64_t tokens,
                   double prefill_seconds, double decode_seconds, double first_seconds) {
  json.member("prompt_tokens_processed", prompt)
      .member("resumed_tokens", resumed)
      .member("tokens", tokens)
      .member("prefill_tok_s", rate(static_cast<double>(prompt), prefill_seconds))
      .member("decode_tok_s", rate(static_cast<double>(tokens), decode_seconds))
      .member("first_token_ms", first_seconds * 1e3);
}

void write_result(JsonWriter& json, const GenerateResult& result) {
  json.member("reason", name_of_reason(result.reason));
  write_figures(json, result.prompt_tokens_processed, result.resumed_tokens, result.tokens.size(),
                result.prefill_seconds, result.decode_seconds, result.first_token_seconds);
  json.member("seed", result.seed).member("text", result.text).member("tail", result.tail);
  json.key("ids").begin_array();
  for (const std::uint32_t id : result.tokens) json.value(id);
  json.end_array();
}

std::string last_line(const std::vector<Answer>& answers) {
  JsonWriter json;
  json.begin_object();
  if (answers.size() == 1) {
    write_result(json, answers[0].result->value());
  } else {
    std::uint64_t prompt = 0, resumed = 0, tokens = 0;
    double prefill = 0, decode = 0, first = 0;
    for (const Answer& answer : answers) {
      const GenerateResult& result = answer.result->value();
      prompt += result.prompt_tokens_processed;
      resumed += result.resumed_tokens;
      tokens += result.tokens.size();
      prefill = std::max(prefill, result.prefill_seconds);
      decode = std::max(decode, result.decode_seconds);
      first = std::max(first, result.first_token_seconds);
    }
    json.member("reason", name_of_reason(answers[0].result->value().reason));
    write_figures(json, prompt, resumed, tokens, prefill, decode, first);
    json.key("sequences").begin_array();
    for (const Answer& answer : answers) {
      json.begin_object();
      write_result(json, answer.result->value());
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  return json.text() + "\n";
}

class Printer {
 public:
  Printer(Desk& desk, std::vector<Answer>& answers, bool lines)
      : desk_(desk), answers_(answers), lines_(lines) {}

  GenerateCallbacks callbacks(std::size_t index) {
    GenerateCallbacks calls;
    calls.on_token = [this, index](const TokenEvent& event) { token(index, event); };
    calls.on_done = [this, index](Result<GenerateResult> result) {
      const std::lock_guard lock(desk_.mutex);
      answers_[index].result = std::move(result);
      ++desk_.answered;
      desk_.changed.notify_all();
    };
    return calls;
  }

 private:
  void token(std::size_t index, const TokenEvent& event) {
    const std::lock_guard lock(desk_.mutex);
    Answer& answer = answers_[index];
    answer.streamed += event.text.size();
    bool good = true;
    if (lines_) {
      JsonWriter json;
      json.begin_object();
      if (answers_.size() > 1) json.member("sequence", index);
      json.member("id", event.id).member("text", event.text).member("logprob", event.logprob).end_object();
      good = print(json.text() + "\n");
    } else if (answers_.size() == 1) {
      good = print(event.text);
    }
    if (!good) {
      desk_.broken = true;
      desk_.changed.notify_all();
    }
  }

  Desk& desk_;
  std::vector<Answer>& answers_;
  const bool lines_;
};

}  // namespace

Outcome generate_command(std::span<const std::string> words) {
  std::vector<std::string_view> options = load_option_names();
  for (const std::string_view name : sampling_option_names()) options.push_back(name);
  for (const char* name :
       {"prompt", "tokens", "max-tokens", "stop", "state", "snapshot-in", "snapshot-out", "batch"}) {
    options.emplace_back(name);
  }
  const std::string_view flags[] = {"json", "ignore-end"};
  ROOST_ASSIGN(const Arguments arguments, Arguments::parse(words, options, flags));
  const bool has_text = arguments.has("prompt"), has_tokens = arguments.has("tokens");
  if (arguments.names().size() != 1 || (has_text && has_tokens) ||
      (!has_text && !has_tokens && !arguments.has("snapshot-in"))) {
    return usage("Usage: roost-engine generate MODEL --prompt TEXT|--tokens FILE [options]");
  }
  GenerateRequest request;
  ROOST_ASSIGN(request.sampler, sampling_options(arguments));
  ROOST_ASSIGN(const std::uint64_t limit, arguments.whole("max-tokens", request.max_tokens, 0, 1u << 30));
  request.max_tokens = static_cast<std::uint32_t>(limit);
  request.stop = arguments.all("stop");
  request.stop_at_end_token = !arguments.has("ignore-end");
  ROOST_ASSIGN(const std::uint64_t batch, arguments.whole("batch", 1, 1, 256));
  ROOST_ASSIGN(LoadOptions load, load_options(arguments));
  load.needs_vocabulary = has_text || !request.stop.empty();
  if (has_tokens) {
    ROOST_ASSIGN(request.tokens, read_tokens(arguments.text("tokens")));
  }
  std::string snapshot;
  if (arguments.has("snapshot-in")) {
    ROOST_ASSIGN(snapshot, read_file(arguments.text("snapshot-in"), snapshot_limit));
  }
  ROOST_ASSIGN(const std::shared_ptr<Engine> engine, load_engine(arguments.names()[0], load));
  std::shared_ptr<const TunedState> initial;
  if (arguments.has("state")) {
    ROOST_ASSIGN(initial, engine->tuned_state(arguments.text("state")));
  }
  if (has_text) {
    ROOST_ASSIGN(request.tokens, engine->tokenize(arguments.text("prompt")));
  }
  if (request.tokens.empty() && snapshot.empty()) {
    return error(ErrorCode::tokens_invalid, "The prompt is empty: there is nothing to continue from.");
  }

  // The desk and the answers outlive the sessions, whose callbacks write to them.
  Desk desk;
  std::vector<Answer> answers(static_cast<std::size_t>(batch));
  Printer printer(desk, answers, arguments.has("json"));
  for (Answer& answer : answers) {
    ROOST_ASSIGN(answer.session, engine->open_session(initial));
    if (!snapshot.empty()) {
      const Status restored =
          answer.session->restore(std::as_bytes(std::span(snapshot.data(), snapshot.size())));
      if (!restored.ok()) {
        return error(restored.failure().code,
                     arguments.text("snapshot-in") + ": " + restored.failure().message);
      }
    }
  }
  Status started;
  std::size_t running = 0;
  for (; running < answers.size() && started.ok(); ++running) {
    GenerateRequest own = request;
    if (own.sampler.seed != 0) own.sampler.seed += running;  // each its own text, reproducibly
    started = answers[running].session->generate(std::move(own), printer.callbacks(running));
    if (!started.ok()) break;
  }
  {
    std::unique_lock lock(desk.mutex);
    desk.changed.wait(lock, [&] { return desk.answered == running || desk.broken || !started.ok(); });
  }
  if (desk.broken || !started.ok()) {
    for (Answer& answer : answers) answer.session.reset();  // cancels, and waits
    if (!started.ok()) return started.failure();
    return error(ErrorCode::write_failed, "Standard output can't be written.");
  }
  for (const Answer& answer : answers) {
    if (!answer.result->ok()) return answer.result->failure();
  }

  std::string rest;
  if (arguments.has("json")) {
    rest = last_line(answers);
  } else if (answers.size() == 1) {
    rest = answers[0].result->value().text.substr(answers[0].streamed) + "\n";
  } else {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      rest += "--- " + std::to_string(i + 1) + " ---\n" + answers[i].result->value().text + "\n";
    }
  }
  if (arguments.has("snapshot-out")) {
    ROOST_ASSIGN(const std::vector<std::byte> bytes, answers[0].session->snapshot());
    ROOST_TRY(write_file(arguments.text("snapshot-out"), bytes));
  }
  if (!print(rest)) return error(ErrorCode::write_failed, "Standard output can't be written.");
  return done;
}

}  // namespace roost::cli
