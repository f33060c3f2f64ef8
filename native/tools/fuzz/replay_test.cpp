// The short run of every fuzz target: its seeds, then some thousand changes of them, the same on every run. A
// target aborts where a parser breaks a promise, so what this adds is that none reserves more than its input
// deserves.
#include <cstdio>
#include <string>

#include "allocation_meter.h"
#include "check.h"
#include "mutator.h"
#include "seeds.h"
#include "targets.h"

using namespace roost::fuzz;

namespace {

constexpr int kChanges = 3000;  // of the seeds of a target, together
constexpr std::size_t kBudget = std::size_t{32} << 20;

void replay(std::string_view name) {
  const Target* const target = find_target(name);
  REQUIRE(target != nullptr);
  const std::vector<std::string> seeds = target->seeds();
  REQUIRE(!seeds.empty());
  std::size_t most = 0;
  const auto run = [&](const std::string& input) {
    const std::string exact(input.data(), input.size());
    const allocation_meter::Meter meter;
    target->run({reinterpret_cast<const std::byte*>(exact.data()), exact.size()});
    most = std::max(most, meter.peak());
  };
  run("");
  for (const std::string& seed : seeds) run(seed);
  mutation::Mutator mutator(static_cast<unsigned>(name.size()));
  mutator.words(target->dictionary);
  for (int i = 0; i < kChanges; ++i) run(mutator.change(seeds[static_cast<std::size_t>(i) % seeds.size()]));
  CHECK(most < kBudget);
}

}  // namespace

TEST(
    "the first seed of every container is a model that opens: changes reach what lies behind the first "
    "checks") {
  for (const char* name : {"safetensors", "gguf", "zip"}) {
    CHECK_EQUAL(test_files::outcome(find_target(name)->seeds().front()), "opened");
  }
  std::vector<test_files::ZipItem> items{{"m/data.pkl", pth_seeds().front()}};
  for (const test_files::ZipItem& item : pth_storages()) items.push_back(item);
  CHECK_EQUAL(test_files::outcome(test_files::make_zip(items)), "opened");
}

TEST("replay: pickle") {
  replay("pickle");
}
TEST("replay: zip") {
  replay("zip");
}
TEST("replay: pth") {
  replay("pth");
}
TEST("replay: safetensors") {
  replay("safetensors");
}
TEST("replay: gguf") {
  replay("gguf");
}
TEST("replay: state") {
  replay("state");
}
TEST("replay: json") {
  replay("json");
}
TEST("replay: snapshot") {
  replay("snapshot");
}
TEST("replay: vocabulary") {
  replay("vocabulary");
}
TEST("replay: tokens") {
  replay("tokens");
}
TEST("replay: bpe") {
  replay("bpe");
}
TEST("replay: index") {
  replay("index");
}
TEST("replay: npy") {
  replay("npy");
}

TEST_MAIN()
