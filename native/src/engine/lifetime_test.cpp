// Closing, cancelling and destroying at awkward moments. Meant to be run under the sanitizers as well.
#include <random>
#include <thread>

#include "check.h"
#include "engine/testing/scripted_model.h"

using namespace roost;
using namespace roost::engine::testing;

namespace {

Script slow(int microseconds = 100) {
  Script script;
  script.per_token = std::chrono::microseconds(microseconds);
  return script;
}

constexpr std::uint32_t endless = 1u << 30;

}  // namespace

TEST("closing during generation answers every session once, frees the model and refuses what follows") {
  auto made = make_scripted(slow());
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Run>> runs;
  for (int i = 0; i < 4; ++i) {
    sessions.push_back(made.engine->open_session().value());
    runs.push_back(std::make_unique<Run>());
    REQUIRE(sessions.back()->generate(greedy({70, 71, 72}, endless), runs.back()->callbacks()).ok());
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  made.engine->close();
  CHECK(!made.observed->alive.load());
  for (auto& run : runs) {
    REQUIRE(run->finished());
    CHECK(run->wait().value().reason == FinishReason::cancelled);
    CHECK_EQUAL(run->answers.load(), 1);
  }
  made.engine->close();
  CHECK(made.engine->open_session().failure().code == ErrorCode::closed);
  CHECK(made.engine->tokenize("x").failure().code == ErrorCode::closed);
  Run late;
  CHECK(sessions[0]->generate(greedy({1}, 1), late.callbacks()).failure().code == ErrorCode::closed);
  CHECK(sessions[0]->snapshot().failure().code == ErrorCode::closed);
  CHECK(sessions[0]->fork().failure().code == ErrorCode::closed);
  CHECK_EQUAL(late.answers.load(), 0);
  sessions[0]->cancel();
}

TEST("a session that is destroyed while it generates waits for its last callback") {
  auto made = make_scripted(slow());
  for (int round = 0; round < 20; ++round) {
    auto run = std::make_unique<Run>();
    auto session = made.engine->open_session().value();
    REQUIRE(session->generate(greedy({70, 71}, endless), run->callbacks()).ok());
    if (round % 2) std::this_thread::sleep_for(std::chrono::microseconds(200 * round));
    session.reset();
    CHECK_EQUAL(run->answers.load(), 1);  // what it refers to may go now
  }
  auto probe = made.engine->open_session().value();
  REQUIRE(probe->reset().ok());
  CHECK_EQUAL(made.observed->slots.load(), 1);
}

TEST("the engine may go before its sessions, and the sessions before the engine") {
  for (const bool engine_first : {true, false}) {
    auto made = make_scripted(slow());
    Run run;
    auto session = made.engine->open_session().value();
    REQUIRE(session->generate(greedy({70}, endless), run.callbacks()).ok());
    if (engine_first) {
      made.engine.reset();
      CHECK(run.finished());
      CHECK(session->snapshot().failure().code == ErrorCode::closed);
      session.reset();
    } else {
      session.reset();
      CHECK(run.finished());
      made.engine.reset();
    }
    CHECK(!made.observed->alive.load());
  }
}

TEST("callbacks may use, close and destroy everything") {
  {
    auto made = make_scripted();
    auto session = made.engine->open_session().value();
    std::atomic<bool> snapshotted{false}, accepted{false}, done{false};
    Run again;
    GenerateCallbacks calls;
    calls.on_done = [&](Result<GenerateResult>) {
      snapshotted = session->snapshot().ok();
      accepted = session->generate(greedy({}, 3), again.callbacks()).ok();
      done = true;
    };
    REQUIRE(session->generate(greedy({70}, 3), std::move(calls)).ok());
    while (!done) std::this_thread::yield();
    REQUIRE(accepted.load());
    CHECK(again.wait().ok());
    CHECK(snapshotted.load());
  }
  {
    auto made = make_scripted();
    auto session = made.engine->open_session().value();
    Run run;
    Session* raw = session.get();
    REQUIRE(raw->generate(greedy({70}, endless), run.callbacks([&](const TokenEvent&) {
                 if (run.events.size() == 3) session.reset();
               }))
                .ok());
    CHECK(run.wait().value().reason == FinishReason::cancelled);
    made.engine->close();
    CHECK_EQUAL(made.observed->slots.load(), 0);
  }
  {
    auto made = make_scripted();
    auto observed = made.observed;
    auto session = made.engine->open_session().value();
    auto run = std::make_shared<Run>();
    // The last owner of the engine is a callback of its own thread.
    auto owner = std::make_shared<std::shared_ptr<Engine>>(std::move(made.engine));
    REQUIRE(session
                ->generate(greedy({70}, endless), run->callbacks([owner, run](const TokenEvent&) {
                  if (run->events.size() == 3) owner->reset();
                }))
                .ok());
    CHECK(run->wait().value().reason == FinishReason::cancelled);
    session.reset();
    for (int i = 0; i < 2000 && observed->alive; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(!observed->alive.load());
  }
  {
    auto made = make_scripted();
    auto session = made.engine->open_session().value();
    Run run;
    REQUIRE(session->generate(greedy({70}, 5), run.callbacks([](const TokenEvent&) { throw 1; })).ok());
    CHECK(run.wait().ok());
  }
}

TEST("closing from many threads while many others work ends all of them") {
  std::mt19937 random(8);
  for (int round = 0; round < 15; ++round) {
    auto made = make_scripted(slow(20));
    std::vector<std::thread> threads;
    std::atomic<int> finished{0}, answered_wrongly{0};
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&made, &finished, &answered_wrongly, i] {
        for (int turn = 0; turn < 200; ++turn) {
          auto opened = made.engine->open_session();
          if (!opened.ok()) break;
          auto session = std::move(opened).value();
          Run run;
          if (session->generate(greedy({70, static_cast<std::uint32_t>(71 + i)}, 5), run.callbacks()).ok()) {
            if (turn % 3 == 0) session->cancel();
            (void)run.wait();
            if (run.answers != 1) ++answered_wrongly;
          }
          auto bytes = session->snapshot();
          if (bytes.ok()) (void)session->restore(bytes.value());
          auto fork = session->fork();
        }
        ++finished;
      });
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    std::thread other([&made] { made.engine->close(); });
    made.engine->close();
    other.join();
    for (std::thread& thread : threads) thread.join();
    CHECK_EQUAL(finished.load(), 4);
    CHECK_EQUAL(answered_wrongly.load(), 0);
    CHECK(!made.observed->alive.load());
    CHECK_EQUAL(made.observed->misuses.load(), 0);
  }
}

TEST("what a session holds goes back when it goes") {
  auto made = make_scripted();
  for (int round = 0; round < 100; ++round) {
    auto session = made.engine->open_session().value();
    REQUIRE(generate(*session, greedy({70, 71}, 3, {"never"})).ok());
    auto fork = session->fork().value();
  }
  auto last = made.engine->open_session().value();
  REQUIRE(last->reset().ok());
  CHECK_EQUAL(made.observed->slots.load(), 1);
  CHECK_EQUAL(made.observed->misuses.load(), 0);
}

TEST_MAIN()
