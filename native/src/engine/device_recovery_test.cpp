// What a conversation survives of its device: running out of memory, being lost, being opened again. On the
// emulated device, whose faults the environment asks for.
#include <cstdlib>

#include "check.h"
#include "engine/testing/scripted_model.h"
#include "fixtures.h"
#include "roost/diagnostics.h"
#include "roost/snapshot.h"

using namespace roost;
using engine::testing::generate;
using engine::testing::greedy;

namespace {

constexpr const char* model = "rwkv7-l3-c128-bf16.pth";
using Ids = std::vector<std::uint32_t>;

// Faults of the devices that are opened from now on.
void wish(const char* faults) {
#if defined(_WIN32)
  _putenv_s("ROOST_EMULATED", faults);
#else
  setenv("ROOST_EMULATED", faults, 1);
#endif
}

Result<std::shared_ptr<Engine>> load(const std::string& device = "emulated",
                                     WeightFormat weights = WeightFormat::file) {
  const auto path = fixtures::find(model);
  if (!path) return error(ErrorCode::file_missing, "There is no fixture.");
  LoadOptions options;
  options.needs_vocabulary = false;
  options.threads = 2;
  options.device = device;
  options.weights = weights;
  return load_engine(*path, options);
}

GenerateRequest endless(Ids tokens, std::uint32_t most) {
  GenerateRequest request = greedy(std::move(tokens), most);
  request.stop_at_end_token = false;
  return request;
}

const Ids prompt = {11, 3, 200, 45, 9, 77, 130, 5, 61, 18};

}  // namespace

TEST("a device that is lost while it answers: no error, or a new one does not go on from the last snapshot") {
  wish("");
  std::vector<std::byte> kept;
  Ids expected;
  {
    const auto engine = load();
    REQUIRE(engine.ok());
    auto session = engine.value()->open_session().value();
    REQUIRE(generate(*session, endless(prompt, 4)).ok());
    kept = session->snapshot().value();
    expected = generate(*session, endless({}, 12)).value().tokens;
  }
  // Calls that a load takes, so that the loss comes in the answer: found by trying.
  int lost = 0;
  for (int call = 60; call < 4000 && lost < 4; call += 11) {
    wish(("lose-after=" + std::to_string(call)).c_str());
    const auto engine = load();
    if (!engine.ok()) {
      CHECK(engine.failure().code == ErrorCode::device_failed);
      continue;
    }
    auto opened = engine.value()->open_session();
    if (!opened.ok()) {
      CHECK(opened.failure().code == ErrorCode::device_failed);
      continue;
    }
    auto session = std::move(opened).value();
    const Status restored = session->restore(kept);
    if (!restored.ok()) {
      CHECK(restored.failure().code == ErrorCode::device_failed);
      continue;
    }
    const auto answer = generate(*session, endless({}, 12));
    if (answer.ok()) break;  // the loss comes later than all of this
    ++lost;
    CHECK(answer.failure().code == ErrorCode::device_failed);
    CHECK(answer.failure().message.find("lost") != std::string::npos);
    // Nothing is made of what the device no longer holds.
    CHECK(!session->snapshot().ok());
    CHECK(!engine.value()->open_session().ok());
    // A new one, while the old one still exists.
    wish("");
    const auto again = load();
    REQUIRE(again.ok());
    auto resumed = again.value()->open_session().value();
    REQUIRE(resumed->restore(kept).ok());
    const auto rest = generate(*resumed, endless({}, 12));
    REQUIRE(rest.ok());
    CHECK(rest.value().tokens == expected);
  }
  CHECK(lost >= 2);
  wish("");
}

TEST("a device without room for another session takes down those that it has") {
  wish("");
  Ids expected;
  {
    const auto engine = load();
    auto session = engine.value()->open_session().value();
    expected = generate(*session, endless(prompt, 20)).value().tokens;
  }
  // Room for the model, its working memory and a few states.
  std::uint64_t room = 4'000'000;
  Result<std::shared_ptr<Engine>> engine = error(ErrorCode::internal, "not yet");
  for (; room < 64'000'000; room += 1'000'000) {
    wish(("memory=" + std::to_string(room)).c_str());
    engine = load();
    if (engine.ok()) break;
    CHECK(engine.failure().code == ErrorCode::out_of_memory);
    if (room == 4'000'000) std::printf("     %s\n", engine.failure().message.c_str());
  }
  REQUIRE(engine.ok());
  std::vector<std::unique_ptr<Session>> sessions;
  while (sessions.size() < 4096) {
    auto session = engine.value()->open_session();
    if (!session.ok()) {
      CHECK(session.failure().code == ErrorCode::out_of_memory);
      break;
    }
    sessions.push_back(std::move(session).value());
  }
  REQUIRE(sessions.size() < 4096);
  const auto answer = generate(*sessions.front(), endless(prompt, 20));
  REQUIRE(answer.ok());
  CHECK(answer.value().tokens == expected);
  // What one gives back another can have.
  sessions.pop_back();
  CHECK(engine.value()->open_session().ok());
  wish("");
}

TEST("a model that fits no device is not split over two, or says something else there") {
  wish("");
  Ids expected;
  {
    const auto engine = load();
    auto session = engine.value()->open_session().value();
    expected = generate(*session, endless(prompt, 20)).value().tokens;
  }
  // The least memory that each of the devices must have.
  const auto least = [](const std::string& device) {
    std::uint64_t room = 2'000'000;
    for (; room < 64'000'000; room += 50'000) {
      wish(("memory=" + std::to_string(room)).c_str());
      if (load(device, WeightFormat::f32).ok()) break;
    }
    return room;
  };
  const std::uint64_t alone = least("emulated"), shared = least("emulated+emulated");
  std::printf("     alone %.2f MB, two with %.2f MB each\n", static_cast<double>(alone) / 1e6,
              static_cast<double>(shared) / 1e6);
  CHECK(shared < alone);
  wish(("memory=" + std::to_string(shared)).c_str());
  const auto both = load("emulated+emulated", WeightFormat::f32);
  REQUIRE(both.ok());
  CHECK_EQUAL(both.value()->device(), "emulated");
  auto session = both.value()->open_session().value();
  const auto answer = generate(*session, endless(prompt, 20));
  REQUIRE(answer.ok());
  CHECK(answer.value().tokens == expected);
  wish("");
}

TEST("a device that computes wrongly passes the self-test") {
  for (const char* kernel : {"wkv7", "products_one", "norm_shift_mix", "sum_partials"}) {
    wish((std::string("wrong=") + kernel).c_str());
    const auto test = run_self_test("emulated", 2);
    REQUIRE(test.ok());
    if (test.value().passed) std::fprintf(stderr, "  %s\n", kernel);
    CHECK(!test.value().passed);
  }
  wish("");
  const auto right = run_self_test("emulated", 2);
  REQUIRE(right.ok());
  CHECK(right.value().passed);
}

TEST_MAIN()
