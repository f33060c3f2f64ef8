// Sessions over a scripted model: what they say, and where their state stands afterwards.
#include <algorithm>
#include <cstring>
#include <random>
#include <thread>

#include "check.h"
#include "engine/testing/scripted_model.h"
#include "support/hash.h"
#include "support/utf8.h"

using namespace roost;
using namespace roost::engine::testing;

namespace {

using Ids = std::vector<std::uint32_t>;

Ids tokens_of(Engine& engine, const std::string& text) {
  return engine.tokenize(text).value();
}

Ids bytes_of(const std::string& text) {
  Ids ids;
  for (const char c : text) ids.push_back(static_cast<unsigned char>(c) + 1u);
  return ids;
}

std::string text_of(Result<GenerateResult> result) {
  return result.ok() ? result.value().text : result.failure().message;
}

// The snapshot of a session that reads these tokens in the pieces given, and nothing else.
std::vector<std::byte> fresh_read(Engine& engine, const std::vector<Ids>& pieces) {
  auto session = engine.open_session().value();
  for (const Ids& piece : pieces) {
    if (!piece.empty()) CHECK(generate(*session, greedy(piece, 0)).ok());
  }
  return session->snapshot().value();
}

Ids joined(const Ids& a, const Ids& b) {
  Ids all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

Script saying(const Ids& prompt, const Ids& answer) {
  Script script;
  for (std::size_t i = 0; i < answer.size(); ++i) script.wanted[prompt.size() + i] = answer[i];
  return script;
}

}  // namespace

TEST(
    "an answer is the same text whether it is told at once or piece by piece, and the state stands behind "
    "it") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  Run run;
  const Ids prompt = tokens_of(*made.engine, "User: hello there, how are you today?\n\nAssistant:");
  REQUIRE(session->generate(greedy(prompt, 40), run.callbacks()).ok());
  const auto result = run.wait();
  REQUIRE(result.ok());
  CHECK(result.value().reason == FinishReason::max_tokens);
  CHECK_EQUAL(result.value().tokens.size(), std::size_t{40});
  CHECK_EQUAL(run.events.size(), std::size_t{40});
  CHECK(result.value().text.starts_with(run.streamed()));
  CHECK(support::is_valid_utf8(result.value().text));
  CHECK_EQUAL(result.value().resumed_tokens, 0u);
  CHECK_EQUAL(result.value().prompt_tokens_processed, prompt.size());
  CHECK_EQUAL(session->token_count(), prompt.size() + 40);
  CHECK_EQUAL(run.prefill.back().first, prompt.size());
  CHECK_EQUAL(run.prefill.back().second, prompt.size());
  CHECK(std::is_sorted(run.prefill.begin(), run.prefill.end()));
  CHECK(session->snapshot().value() == fresh_read(*made.engine, {prompt, result.value().tokens}));
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST("a stop text ends the answer at every way its bytes fall into tokens, and the state forgets it") {
  // Ways to say "Yes.\n\nUser: hi": the numbers are token ids of the scripted list.
  auto probe = make_scripted();
  const std::string said = "Yes.\n\nUser: hi";
  const Ids longest = tokens_of(*probe.engine, said);
  std::vector<Ids> spellings{longest, bytes_of(said)};
  // Every split: the first part in single bytes, the rest in longest tokens, and the other way round.
  for (std::size_t at = 1; at < said.size(); ++at) {
    spellings.push_back(joined(bytes_of(said.substr(0, at)), tokens_of(*probe.engine, said.substr(at))));
    spellings.push_back(joined(tokens_of(*probe.engine, said.substr(0, at)), bytes_of(said.substr(at))));
    spellings.push_back(
        joined(tokens_of(*probe.engine, said.substr(0, at)), tokens_of(*probe.engine, said.substr(at))));
  }
  const Ids prompt = bytes_of("Q");
  const std::vector<std::vector<std::string>> stops{
      {"\n\nUser:"},        {"\nUser:", "\n\nUser:"},  {"\nUser:"}, {"User"}, {"U", "never"}, {"s"},
      {"Yes.\n\nUser: hi"}, {".\n\nUser: h", "\n\n\n"}};
  for (const Ids& spelling : spellings) {
    for (const auto& stop : stops) {
      auto made = make_scripted(saying(prompt, spelling));
      auto session = made.engine->open_session().value();
      Run run;
      REQUIRE(session->generate(greedy(prompt, 100, stop), run.callbacks()).ok());
      const auto result = run.wait();
      REQUIRE(result.ok());
      // Earliest to be complete, then earliest to begin.
      std::size_t end = std::string::npos, begin = 0;
      for (const std::string& one : stop) {
        const std::size_t at = said.find(one);
        if (at == std::string::npos) continue;
        if (at + one.size() < end || (at + one.size() == end && at < begin)) {
          end = at + one.size();
          begin = at;
        }
      }
      REQUIRE(end != std::string::npos);
      CHECK(result.value().reason == FinishReason::stop_text);
      CHECK_EQUAL(result.value().text, said.substr(0, begin));
      CHECK(result.value().text.starts_with(run.streamed()));
      // The tokens that begin before the stop text, and only those.
      Ids kept;
      std::string bytes;
      for (const std::uint32_t id : spelling) {
        if (bytes.size() >= begin) break;
        kept.push_back(id);
        bytes += scripted_tokens()[id];
      }
      CHECK(result.value().tokens == kept);
      CHECK_EQUAL(result.value().tail, bytes.substr(begin));
      CHECK_EQUAL(session->token_count(), prompt.size() + kept.size());
      std::vector<Ids> pieces{prompt};
      for (const std::uint32_t id : kept) pieces.push_back({id});
      CHECK(session->snapshot().value() == fresh_read(*made.engine, pieces));
      CHECK_EQUAL(made.observed->misuses.load(), 0);
      CHECK_EQUAL(made.observed->slots.load(), 1);  // the checkpoint's slot went back
    }
  }
}

TEST("what only looked like a stop text comes with the result, whatever ends the answer") {
  const Ids prompt = bytes_of("Q");
  const std::string said = "Well\n\nUse";
  Ids answer = bytes_of(said);
  answer.push_back(0);
  for (const std::uint32_t limit : {9u, 100u}) {
    auto made = make_scripted(saying(prompt, answer));
    auto session = made.engine->open_session().value();
    Run run;
    REQUIRE(session->generate(greedy(prompt, limit, {"\n\nUser:"}), run.callbacks()).ok());
    const auto result = run.wait().value();
    CHECK(result.reason == (limit == 9 ? FinishReason::max_tokens : FinishReason::end_token));
    CHECK_EQUAL(result.text, said);
    CHECK_EQUAL(run.streamed(), "Well");
    CHECK_EQUAL(result.tail, "");
    CHECK_EQUAL(result.tokens.size(), std::size_t{9});
  }
}

TEST("an answer cut in the middle of a character goes on with its other half") {
  const Ids prompt = bytes_of("Q");
  const std::string said =
      "a\xe4\xbd\xa0"
      "b";
  auto made = make_scripted(saying(prompt, bytes_of(said)));
  auto session = made.engine->open_session().value();
  const auto first = generate(*session, greedy(prompt, 2)).value();
  CHECK_EQUAL(first.text, "a");
  const auto bytes = session->snapshot().value();
  CHECK_EQUAL(text_of(generate(*session, greedy({}, 3))),
              "\xe4\xbd\xa0"
              "b");
  // The half character travels in the snapshot.
  auto other = made.engine->open_session().value();
  REQUIRE(other->restore(bytes).ok());
  CHECK_EQUAL(text_of(generate(*other, greedy({}, 3))),
              "\xe4\xbd\xa0"
              "b");
  // New text begins afresh.
  REQUIRE(other->restore(bytes).ok());
  const auto after = generate(*other, greedy(bytes_of("R"), 1)).value();
  CHECK(!after.text.starts_with("\xe4"));
}

TEST("a snapshot carries on exactly where the session stood, in another engine too") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  const Ids prompt =
      tokens_of(*made.engine, "A long enough prompt to need more than one chunk of sixteen tokens.");
  REQUIRE(generate(*session, greedy(prompt, 10)).ok());
  const auto bytes = session->snapshot().value();
  const auto uninterrupted = generate(*session, greedy({}, 256)).value();

  auto later = make_scripted();
  auto restored = later.engine->open_session().value();
  REQUIRE(restored->restore(bytes).ok());
  CHECK_EQUAL(restored->token_count(), prompt.size() + 10);
  CHECK(restored->snapshot().value() == bytes);
  const auto resumed = generate(*restored, greedy({}, 256)).value();
  CHECK(resumed.tokens == uninterrupted.tokens);
  CHECK_EQUAL(resumed.text, uninterrupted.text);
  CHECK_EQUAL(resumed.resumed_tokens, prompt.size() + 10);
  CHECK_EQUAL(resumed.prompt_tokens_processed, 0u);
  CHECK(restored->snapshot().value() == session->snapshot().value());
}

// Conversations were stored before there was a second version; the blob of a database may lie at any address.
TEST("a snapshot of format version 1, at an odd address, is carried on as well") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  REQUIRE(generate(*session, greedy(bytes_of("a prompt"), 10)).ok());
  const auto now = session->snapshot().value();
  std::vector<std::byte> old(now.size() + 1);
  const std::span<std::byte> block = std::span(old).subspan(1);
  std::copy(now.begin(), now.end(), block.begin());
  block[8] = std::byte{1};
  support::Sha256 hash;
  hash.update(block.first(24));
  hash.update(block.subspan(56));
  const auto sum = hash.finish();
  std::memcpy(block.data() + 24, sum.data(), sum.size());
  const auto uninterrupted = generate(*session, greedy({}, 50)).value();

  auto restored = made.engine->open_session().value();
  REQUIRE(restored->restore(block).ok());
  CHECK(restored->snapshot().value() == now);
  CHECK(generate(*restored, greedy({}, 50)).value().tokens == uninterrupted.tokens);
}

TEST("a snapshot of another model is refused and changes nothing") {
  auto made = make_scripted();
  auto other = make_scripted({}, 16, "cd34");
  auto session = made.engine->open_session().value();
  REQUIRE(generate(*session, greedy(bytes_of("hi"), 3)).ok());
  const auto before = session->snapshot().value();
  auto foreign = other.engine->open_session().value();
  REQUIRE(generate(*foreign, greedy(bytes_of("hi"), 3)).ok());
  const Status refused = session->restore(foreign->snapshot().value());
  REQUIRE(!refused.ok());
  CHECK(refused.failure().code == ErrorCode::snapshot_mismatch);
  auto damaged = before;
  damaged[damaged.size() - 1] ^= std::byte{1};
  CHECK(session->restore(damaged).failure().code == ErrorCode::snapshot_damaged);
  CHECK(session->snapshot().value() == before);
}

TEST("a fork goes its own way and disturbs nobody") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  REQUIRE(generate(*session, greedy(bytes_of("What is"), 5)).ok());
  const auto before = session->snapshot().value();
  auto fork = session->fork().value();
  CHECK(fork->snapshot().value() == before);
  REQUIRE(generate(*fork, greedy(bytes_of(" else"), 5)).ok());
  CHECK(session->snapshot().value() == before);
  fork.reset();
  CHECK(session->snapshot().value() == before);
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST("no state leaks from one session into the next") {
  auto made = make_scripted();
  const auto alone = fresh_read(*made.engine, {bytes_of("secret?")});
  {
    auto other = made.engine->open_session().value();
    REQUIRE(generate(*other, greedy(bytes_of("a quite different conversation"), 20)).ok());
  }
  CHECK(fresh_read(*made.engine, {bytes_of("secret?")}) == alone);
  auto session = made.engine->open_session().value();
  REQUIRE(generate(*session, greedy(bytes_of("another one"), 5)).ok());
  REQUIRE(session->reset().ok());
  CHECK_EQUAL(session->token_count(), 0u);
  REQUIRE(generate(*session, greedy(bytes_of("secret?"), 0)).ok());
  CHECK(session->snapshot().value() == alone);
}

TEST("sessions that run together say what they say alone, and share their steps") {
  constexpr int count = 6;
  std::vector<Ids> prompts;
  std::vector<std::string> alone;
  for (int i = 0; i < count; ++i) {
    prompts.push_back(
        bytes_of(std::string(static_cast<std::size_t>(1 + i * 23), static_cast<char>('a' + i))));
    auto made = make_scripted();
    auto session = made.engine->open_session().value();
    alone.push_back(generate(*session, greedy(prompts.back(), 60)).value().text);
  }
  Script slow;
  slow.per_token = std::chrono::microseconds(50);
  auto made = make_scripted(slow);
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Run>> runs;
  for (int i = 0; i < count; ++i) {
    sessions.push_back(made.engine->open_session().value());
    runs.push_back(std::make_unique<Run>());
    REQUIRE(sessions.back()
                ->generate(greedy(prompts[static_cast<std::size_t>(i)], 60), runs.back()->callbacks())
                .ok());
  }
  for (int i = 0; i < count; ++i) {
    CHECK_EQUAL(text_of(runs[static_cast<std::size_t>(i)]->wait()), alone[static_cast<std::size_t>(i)]);
  }
  CHECK_EQUAL(made.observed->widest.load(), count);
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST("a long prompt does not starve one who is writing, and two prompts take turns") {
  Script slow;
  slow.per_token = std::chrono::microseconds(20);
  auto made = make_scripted(slow);
  auto writer = made.engine->open_session().value();
  auto reader = made.engine->open_session().value();
  auto second = made.engine->open_session().value();
  Run writing, reading, reading_too;
  std::atomic<int> written{0};
  REQUIRE(
      writer->generate(greedy(bytes_of("x"), 400), writing.callbacks([&](const TokenEvent&) { ++written; }))
          .ok());
  while (written < 5) std::this_thread::yield();
  const int before = written;
  std::atomic<int> at_end{0};
  auto calls = reading.callbacks();
  calls.on_prefill = [&](std::uint64_t done, std::uint64_t total) {
    if (done == total) at_end = written.load();
  };
  REQUIRE(reader->generate(greedy(Ids(16 * 40, 66), 1), std::move(calls)).ok());
  REQUIRE(second->generate(greedy(Ids(16 * 40, 67), 1), reading_too.callbacks()).ok());
  CHECK(reading.wait().ok());
  CHECK(reading_too.wait().ok());
  // One token for each chunk of either prompt.
  CHECK(at_end - before >= 40);
  writer->cancel();
  CHECK(writing.wait().ok());
  CHECK_EQUAL(made.observed->longest.load(), 16);
}

TEST("stopping at any moment leaves a state that a fresh read of the same tokens reaches") {
  const Ids prompt = bytes_of("a prompt of some fifty tokens, read in chunks of sixteen");
  std::mt19937 random(4);
  for (int round = 0; round < 50; ++round) {
    auto made = make_scripted();
    auto session = made.engine->open_session().value();
    Run run;
    const int stop_at = round;
    std::atomic<int> seen{0};
    REQUIRE(session
                ->generate(greedy(prompt, 60, {"\n\nUser:", "ab"}), run.callbacks([&](const TokenEvent&) {
                  if (++seen == stop_at) session->cancel();
                }))
                .ok());
    if (stop_at == 0) session->cancel();
    const auto result = run.wait().value();
    CHECK(result.reason == FinishReason::cancelled || result.reason == FinishReason::stop_text ||
          result.reason == FinishReason::max_tokens);
    if (result.reason == FinishReason::cancelled && stop_at > 0) {
      CHECK_EQUAL(result.tokens.size(), static_cast<std::size_t>(stop_at));
    }
    CHECK(result.text.starts_with(run.streamed()));
    const Ids read(prompt.begin(),
                   prompt.begin() + static_cast<std::ptrdiff_t>(result.prompt_tokens_processed));
    CHECK_EQUAL(session->token_count(), read.size() + result.tokens.size());
    if (session->token_count() > 0) {
      std::vector<Ids> pieces{read};
      for (const std::uint32_t id : result.tokens) pieces.push_back({id});
      auto fresh = made.engine->open_session().value();
      for (const Ids& piece : pieces) CHECK(generate(*fresh, greedy(piece, 0)).ok());
      CHECK(generate(*session, greedy({}, 20)).value().tokens ==
            generate(*fresh, greedy({}, 20)).value().tokens);
    }
  }
}

TEST("a fault of the device or of the numbers ends the answer, and the session can be restored") {
  for (const int kind : {0, 1, 2}) {
    Script script;
    if (kind == 0) script.fail_at_step = 6;
    if (kind == 1) script.nan_after = 12;
    if (kind == 2) script.throw_at_step = 6;
    auto made = make_scripted(script);
    auto session = made.engine->open_session().value();
    auto bystander = made.engine->open_session().value();
    REQUIRE(generate(*session, greedy(bytes_of("hello"), 2)).ok());
    const auto good = session->snapshot().value();
    const auto result = generate(*session, greedy({}, 50));
    REQUIRE(!result.ok());
    CHECK(result.failure().code == (kind == 0   ? ErrorCode::device_failed
                                    : kind == 1 ? ErrorCode::numeric_fault
                                                : ErrorCode::out_of_memory));
    CHECK(!session->snapshot().ok());
    CHECK(!session->fork().ok());
    CHECK(!generate(*session, greedy({}, 1)).ok());
    REQUIRE(session->restore(good).ok());
    CHECK(session->snapshot().value() == good);
    CHECK(generate(*bystander, greedy(bytes_of("x"), 1)).ok());
    REQUIRE(session->reset().ok());
    CHECK(generate(*session, greedy(bytes_of("x"), 1)).ok());
    CHECK_EQUAL(made.observed->slots.load(), 2);
  }
}

TEST("a request that makes no sense is refused at once") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  const auto refused = [&](GenerateRequest request) {
    Run run;
    const Status status = session->generate(std::move(request), run.callbacks());
    CHECK_EQUAL(run.answers.load(), 0);
    return status.ok() ? ErrorCode::internal : status.failure().code;
  };
  CHECK(refused(greedy({}, 5)) == ErrorCode::tokens_invalid);
  CHECK(refused(greedy({scripted_vocabulary}, 5)) == ErrorCode::tokens_invalid);
  CHECK(refused(greedy({1}, 5, {""})) == ErrorCode::invalid_argument);
  CHECK(refused(greedy({1}, 5, std::vector<std::string>(100, "a"))) == ErrorCode::invalid_argument);
  GenerateRequest hot = greedy({1}, 5);
  hot.sampler.temperature = -1;
  CHECK(refused(std::move(hot)) == ErrorCode::invalid_argument);
  CHECK(made.engine->detokenize(Ids{scripted_vocabulary}).failure().code == ErrorCode::tokens_invalid);
  const auto text = made.engine->detokenize(Ids{0, 73, 319});
  REQUIRE(text.ok());
  CHECK_EQUAL(text.value(), "H");
  CHECK_EQUAL(session->token_count(), 0u);
}

TEST("a busy session answers busy, and is free when its answer arrives") {
  Script slow;
  slow.per_token = std::chrono::microseconds(200);
  auto made = make_scripted(slow);
  auto session = made.engine->open_session().value();
  Run run;
  REQUIRE(session->generate(greedy(bytes_of("x"), 100000), run.callbacks()).ok());
  Run second;
  CHECK(session->generate(greedy({}, 1), second.callbacks()).failure().code == ErrorCode::busy);
  CHECK(session->snapshot().failure().code == ErrorCode::busy);
  CHECK(session->fork().failure().code == ErrorCode::busy);
  CHECK(session->reset().failure().code == ErrorCode::busy);
  session->cancel();
  CHECK(run.wait().ok());
  CHECK(session->snapshot().ok());
  CHECK_EQUAL(second.answers.load(), 0);
}

TEST_MAIN()
