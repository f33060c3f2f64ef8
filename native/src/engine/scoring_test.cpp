// What the model itself says about tokens, and many sessions at once over few passes of the weights.
#include <atomic>
#include <chrono>
#include <cmath>
#include <deque>

#include "check.h"
#include "engine/testing/scripted_model.h"
#include "fixtures.h"
#include "model/testing/published.h"

using namespace roost;
using namespace roost::engine::testing;

namespace {

using Ids = std::vector<std::uint32_t>;
using model::testing::expected_of;

constexpr const char* published = "rwkv7-l3-c128-bf16";

std::shared_ptr<Engine> load_published() {
  const auto path = fixtures::find(std::string(published) + ".pth");
  if (!path) return nullptr;
  LoadOptions options;
  options.needs_vocabulary = false;
  options.threads = 1;
  auto loaded = load_engine(*path, options);
  return loaded.ok() ? loaded.value() : nullptr;
}

// softmax in the test's own words.
double probability(const std::vector<float>& logits, std::uint32_t id) {
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - logits[id]);
  return 1 / sum;
}

GenerateRequest scoring(Ids tokens, std::uint32_t alternatives = 0) {
  GenerateRequest request = greedy(std::move(tokens), 0);
  request.score_prompt = true;
  request.alternatives = alternatives;
  return request;
}

// The engine's thread waits in its first step until `count` generations were handed in.
struct Gate {
  explicit Gate(Script& script) {
    script.on_step = [this] {
      while (!open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
  }
  std::atomic<bool> open{false};
};

}  // namespace

TEST("every token of a text gets the probability that the published logits give it") {
  const auto engine = load_published();
  const auto expected = expected_of(published);
  REQUIRE(engine && expected.tokens.size() == 96);
  auto session = engine->open_session().value();
  REQUIRE(generate(*session, greedy({expected.tokens[0]}, 0)).ok());
  const Ids rest(expected.tokens.begin() + 1, expected.tokens.end());
  const auto scored = generate(*session, scoring(rest, 3));
  REQUIRE(scored.ok());
  const auto& logprobs = scored.value().prompt_logprobs;
  const auto& alternatives = scored.value().prompt_alternatives;
  REQUIRE(logprobs.size() == 95 && alternatives.size() == 95);
  for (const std::size_t read : {1, 2, 17, 64}) {
    const auto& logits = expected.sections.at("logits." + std::to_string(read));
    const std::uint32_t next = expected.tokens[read];
    CHECK_NEAR(logprobs[read - 1], std::log(probability(logits, next)), 2e-3);
    REQUIRE(alternatives[read - 1].size() == 3);
    const auto& likeliest = alternatives[read - 1][0];
    CHECK_EQUAL(likeliest.id, expected.argmax[read - 1]);
    CHECK_NEAR(likeliest.probability, probability(logits, likeliest.id), 1e-3);
  }
  CHECK_EQUAL(session->token_count(), 96u);
  const auto next = session->distribution(1);
  REQUIRE(next.ok() && next.value().size() == 1);
  CHECK_EQUAL(next.value()[0].id, expected.argmax[95]);
}

TEST("the distribution is the whole vocabulary's, likeliest first, and reads nothing") {
  const auto engine = load_published();
  const auto expected = expected_of(published);
  REQUIRE(engine && expected.tokens.size() == 96);
  auto session = engine->open_session().value();
  CHECK(session->distribution(5).failure().code == ErrorCode::tokens_invalid);
  REQUIRE(generate(*session, greedy(Ids(expected.tokens.begin(), expected.tokens.begin() + 17), 0)).ok());
  const auto before = session->snapshot().value();
  const auto all = session->distribution(100'000);
  REQUIRE(all.ok());
  CHECK_EQUAL(all.value().size(), std::size_t{400});
  const auto& logits = expected.sections.at("logits.17");
  double sum = 0;
  for (std::size_t i = 0; i < all.value().size(); ++i) {
    const auto& one = all.value()[i];
    sum += one.probability;
    if (i > 0) CHECK(one.probability <= all.value()[i - 1].probability);
    CHECK_NEAR(one.probability, probability(logits, one.id), 1e-3);
  }
  CHECK_NEAR(sum, 1, 1e-5);
  CHECK(session->snapshot().value() == before);
}

TEST("candidates carry the bytes of their tokens, and what can never be drawn is none") {
  Script script;
  script.wanted[1] = 266;  // the one that is a lone byte and a letter
  auto made = make_scripted(std::move(script));
  auto session = made.engine->open_session().value();
  REQUIRE(generate(*session, greedy({1}, 0)).ok());
  const auto list = session->distribution(1000);
  REQUIRE(list.ok());
  CHECK_EQUAL(list.value()[0].id, 266u);
  CHECK_EQUAL(list.value()[0].bytes, scripted_tokens()[266]);
  CHECK_EQUAL(list.value().size(), scripted_tokens().size());  // the reserved rest of the 320 is left out
}

TEST("what can't be scored is refused, and leaves the session as it was") {
  auto made = make_scripted();
  auto session = made.engine->open_session().value();
  const auto code = [&](GenerateRequest request) {
    return generate(*session, std::move(request)).failure().code;
  };
  CHECK(code(scoring({1, 2})) == ErrorCode::tokens_invalid);  // nothing comes before the first
  REQUIRE(generate(*session, greedy({1}, 0)).ok());
  CHECK(code(scoring({})) == ErrorCode::tokens_invalid);
  CHECK(code(scoring({scripted_vocabulary})) == ErrorCode::tokens_invalid);
  CHECK(code(scoring({1}, 33)) == ErrorCode::invalid_argument);
  CHECK(code(scoring(Ids(40'000, 1), 32)) == ErrorCode::invalid_argument);
  CHECK_EQUAL(session->token_count(), 1u);
}

TEST("logits that are no numbers fail the scoring and not the sessions beside it") {
  Script script;
  script.nan_after = 40;
  Gate gate(script);
  auto made = make_scripted(std::move(script));
  auto sick = made.engine->open_session().value(), well = made.engine->open_session().value();
  gate.open = true;
  REQUIRE(generate(*sick, greedy(Ids(39, 1), 0)).ok());
  REQUIRE(generate(*well, greedy({1}, 0)).ok());
  gate.open = false;
  Run first, second;
  REQUIRE(sick->generate(scoring({1, 2, 3}), first.callbacks()).ok());
  REQUIRE(well->generate(scoring({1, 2, 3}), second.callbacks()).ok());
  gate.open = true;
  CHECK(first.wait().failure().code == ErrorCode::numeric_fault);
  CHECK(second.wait().ok());
}

TEST("scores are the same alone and together, and together they share the passes over the weights") {
  constexpr int count = 16;
  std::vector<Ids> texts;
  for (std::uint32_t i = 0; i < count; ++i) texts.push_back({i + 1, 2 * i + 3, 70, 71, i + 5});
  std::vector<std::vector<float>> alone;
  {
    auto made = make_scripted();
    auto question = made.engine->open_session().value();
    REQUIRE(generate(*question, greedy({5, 6, 7}, 0)).ok());
    for (const Ids& text : texts) {
      auto session = question->fork().value();
      alone.push_back(generate(*session, scoring(text)).value().prompt_logprobs);
    }
  }
  Script script;
  Gate gate(script);
  auto made = make_scripted(std::move(script), 256);
  gate.open = true;
  auto question = made.engine->open_session().value();
  REQUIRE(generate(*question, greedy({5, 6, 7}, 0)).ok());
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < count; ++i) sessions.push_back(question->fork().value());
  auto blocker = made.engine->open_session().value();
  const int before = made.observed->steps;
  gate.open = false;
  Run blocking;
  REQUIRE(blocker->generate(greedy({1}, 0), blocking.callbacks()).ok());
  while (made.observed->steps == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::deque<Run> runs(count);
  for (int i = 0; i < count; ++i) REQUIRE(sessions[i]->generate(scoring(texts[i]), runs[i].callbacks()).ok());
  gate.open = true;
  for (int i = 0; i < count; ++i) CHECK(runs[i].wait().value().prompt_logprobs == alone[i]);
  CHECK_EQUAL(made.observed->widest.load(), count);
  CHECK_EQUAL(made.observed->steps.load(), before + 2);  // one for the blocker, one for all of them
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST("forked sessions that write at once are advanced in one batch, and each as if it were alone") {
  constexpr int count = 8, words = 30;
  Script script;
  Gate gate(script);
  auto made = make_scripted(std::move(script));
  gate.open = true;
  auto question = made.engine->open_session().value();
  REQUIRE(generate(*question, greedy({5, 6, 7}, 0)).ok());
  const auto drawing = [](std::uint64_t seed) {
    GenerateRequest request = greedy({}, words);
    request.sampler.temperature = 1;
    request.sampler.top_p = 1;
    request.sampler.seed = seed;
    return request;
  };
  std::vector<Ids> alone;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    auto session = question->fork().value();
    alone.push_back(generate(*session, drawing(seed)).value().tokens);
  }
  CHECK(alone[0] != alone[1]);
  auto blocker = made.engine->open_session().value();
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < count; ++i) sessions.push_back(question->fork().value());
  const int before = made.observed->steps;
  gate.open = false;
  Run blocking;
  REQUIRE(blocker->generate(greedy({1}, 0), blocking.callbacks()).ok());
  while (made.observed->steps == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::deque<Run> runs(count);
  for (int i = 0; i < count; ++i) {
    REQUIRE(sessions[i]->generate(drawing(static_cast<std::uint64_t>(i) + 1), runs[i].callbacks()).ok());
  }
  gate.open = true;
  for (int i = 0; i < count; ++i) CHECK(runs[i].wait().value().tokens == alone[i]);
  CHECK_EQUAL(made.observed->widest.load(), count);
  CHECK_EQUAL(made.observed->steps.load(), before + 1 + words);  // as many as one of them takes
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST_MAIN()
