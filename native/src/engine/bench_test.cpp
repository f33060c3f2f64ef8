// The measurement itself: what it runs, what it counts, and that it can be ended.
#include <atomic>

#include "check.h"
#include "engine/testing/scripted_model.h"
#include "roost/diagnostics.h"

using namespace roost;
using namespace roost::engine::testing;

namespace {

Script slow(int microseconds) {
  Script script;
  script.per_token = std::chrono::microseconds(microseconds);
  return script;
}

// The engine's thread gives slots back when it comes to it.
bool gives_slots_back(const Made& made) {
  for (int i = 0; i < 2000 && made.observed->slots.load() != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return made.observed->slots.load() == 0;
}

}  // namespace

TEST("a measurement counts the tokens of one session for a batch, or leaves sessions behind") {
  auto made = make_scripted(slow(500));
  BenchRequest request;
  request.prompt = 40;
  request.gen = 20;
  request.batch = 4;
  request.repeat = 3;
  std::vector<std::uint32_t> told;
  BenchHooks hooks;
  hooks.after_run = [&told](std::uint32_t run, const BenchFigures& so_far) {
    CHECK_EQUAL(so_far.decode_tok_s.runs.size(), run);
    told.push_back(run);
  };
  const auto figures = run_bench(*made.engine, request, hooks);
  REQUIRE(figures.ok());
  CHECK(told == (std::vector<std::uint32_t>{1, 2, 3}));
  CHECK_EQUAL(made.observed->widest.load(), 4);
  CHECK(gives_slots_back(made));
  CHECK(figures.value().snapshot_bytes > 0);
  // The scripted model takes half a millisecond a token at least, so it cannot give more than 2000 a second
  // for each session.
  const double decode = figures.value().decode_tok_s.median();
  CHECK(decode > 0 && decode <= 4 * 2000);
  CHECK(figures.value().decode_tok_s.least() <= decode && decode <= figures.value().decode_tok_s.most());
}

TEST("the end token ends a measurement early") {
  Script script;
  for (std::uint64_t place = 0; place < 64; ++place) script.wanted[place] = 0;
  auto made = make_scripted(std::move(script));
  BenchRequest request{16, 10, 1, 1};
  CHECK(run_bench(*made.engine, request).ok());
  // One step for the prompt (its chunk is 16), one for each token.
  CHECK(made.observed->steps.load() >= 10);
}

TEST("a measurement of nothing divides by nothing") {
  auto made = make_scripted();
  for (const BenchRequest& empty : {BenchRequest{0, 1, 1, 1}, BenchRequest{1, 0, 1, 1},
                                    BenchRequest{1, 1, 0, 1}, BenchRequest{1, 1, 1, 0}}) {
    CHECK(run_bench(*made.engine, empty).failure().code == ErrorCode::invalid_argument);
  }
}

TEST("cancelling a measurement is not heard, or keeps the sessions") {
  auto made = make_scripted(slow(1000));
  std::atomic<int> asked{0};
  BenchHooks hooks;
  hooks.cancelled = [&asked] { return ++asked > 2; };
  BenchRequest request{1u << 16, 1u << 16, 2, 1};
  const auto figures = run_bench(*made.engine, request, hooks);
  CHECK(figures.failure().code == ErrorCode::cancelled);
  CHECK(gives_slots_back(made));
}

TEST("a closed engine is measured") {
  auto made = make_scripted();
  made.engine->close();
  CHECK(run_bench(*made.engine, BenchRequest{}).failure().code == ErrorCode::closed);
}

TEST_MAIN()
