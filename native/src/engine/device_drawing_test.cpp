// Answers whose tokens the device draws: on the emulated one, against the processor.
#include "check.h"
#include "engine/testing/scripted_model.h"
#include "fixtures.h"
#include "roost/snapshot.h"

using namespace roost;
using engine::testing::generate;
using engine::testing::greedy;
using engine::testing::Run;

namespace {

using Ids = std::vector<std::uint32_t>;

std::shared_ptr<Engine> load(const std::string& device) {
  const auto path = fixtures::find("rwkv7-l3-c128-f16.gguf");
  if (!path) return nullptr;
  LoadOptions options;
  options.threads = 2;
  options.device = device;
  auto loaded = load_engine(*path, options);
  if (!loaded.ok()) std::fprintf(stderr, "  %s\n", loaded.failure().message.c_str());
  return loaded.ok() ? loaded.value() : nullptr;
}

GenerateRequest endless(Ids tokens, std::uint32_t most) {
  GenerateRequest request = greedy(std::move(tokens), most);
  request.stop_at_end_token = false;
  return request;
}

const Ids prompt = {11, 3, 200, 45, 9, 77, 130, 5, 61, 18};

// The next tokens by probability, as the session says; it must hold the logits itself by then.
Ids likely(Session& session) {
  Ids ids;
  const auto list = session.distribution(5);
  CHECK(list.ok());
  if (!list.ok()) return ids;
  for (const TokenProbability& one : list.value()) ids.push_back(one.id);
  return ids;
}

}  // namespace

TEST(
    "likeliest tokens, penalties and biases are others when the device draws, or what comes next is unknown "
    "then") {
  const auto here = load("cpu"), there = load("emulated");
  REQUIRE(here != nullptr && there != nullptr);
  std::vector<GenerateRequest> requests = {endless(prompt, 40), endless(prompt, 40), endless(prompt, 1)};
  requests[1].sampler.presence = 0.7f;
  requests[1].sampler.frequency = 0.4f;
  requests[1].sampler.logit_bias = {{5, -100.0f}, {7, 1.5f}};
  for (const GenerateRequest& request : requests) {
    auto one = here->open_session().value(), other = there->open_session().value();
    const auto expected = generate(*one, request), got = generate(*other, request);
    REQUIRE(expected.ok() && got.ok());
    CHECK(got.value().tokens == expected.value().tokens);
    CHECK_EQUAL(got.value().text, expected.value().text);
    CHECK(likely(*other) == likely(*one));
    // On from there, and from what was kept of it.
    const auto kept = other->snapshot();
    REQUIRE(kept.ok());
    const auto rest = generate(*one, endless({}, 12));
    auto again = there->open_session().value();
    REQUIRE(again->restore(kept.value()).ok());
    for (Session* session : {other.get(), again.get()}) {
      const auto more = generate(*session, endless({}, 12));
      REQUIRE(more.ok() && rest.ok());
      CHECK(more.value().tokens == rest.value().tokens);
    }
  }
}

TEST("a stop text that is found late leads back to a state without its logits") {
  const auto here = load("cpu"), there = load("emulated");
  REQUIRE(here != nullptr && there != nullptr);
  // Stop texts out of the answer itself, so that they come: of several tokens, and within one.
  auto probe = here->open_session().value();
  const auto whole = generate(*probe, endless(prompt, 60));
  REQUIRE(whole.ok() && whole.value().text.size() > 30);
  const std::string& text = whole.value().text;
  for (std::size_t at = 8; at + 6 < text.size(); at += 9) {
    if ((text[at] & 0xc0) == 0x80) continue;
    auto request = endless(prompt, 60);
    request.stop = {text.substr(at, 6)};
    auto one = here->open_session().value(), other = there->open_session().value();
    const auto expected = generate(*one, request), got = generate(*other, request);
    REQUIRE(expected.ok() && got.ok());
    CHECK(got.value().tokens == expected.value().tokens);
    CHECK_EQUAL(got.value().text, expected.value().text);
    CHECK_EQUAL(got.value().tail, expected.value().tail);
    CHECK(got.value().reason == expected.value().reason);
    CHECK(likely(*other) == likely(*one));
  }
}

TEST("answers together draw one another's tokens, or the seed does not decide") {
  const auto engine = load("emulated");
  REQUIRE(engine != nullptr);
  const auto request_of = [](std::uint32_t i) {
    auto request = endless(Ids(prompt.begin(), prompt.begin() + 4 + i), 30 + 5 * i);
    request.sampler.temperature = 0.8f + 0.1f * static_cast<float>(i);
    request.sampler.top_p = 0.9f;
    request.sampler.top_k = i % 2 == 0 ? 0 : 20;
    request.sampler.presence = 0.3f;
    request.sampler.seed = 40 + i;
    return request;
  };
  std::vector<Ids> alone;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto session = engine->open_session().value();
    alone.push_back(generate(*session, request_of(i)).value().tokens);
  }
  CHECK(alone[0] != alone[1]);
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Run>> runs;
  for (std::uint32_t i = 0; i < 5; ++i) {
    sessions.push_back(engine->open_session().value());
    runs.push_back(std::make_unique<Run>());
    REQUIRE(sessions.back()->generate(request_of(i), runs.back()->callbacks()).ok());
  }
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto answer = runs[i]->wait();
    REQUIRE(answer.ok());
    CHECK(answer.value().tokens == alone[i]);
  }
}

TEST_MAIN()
