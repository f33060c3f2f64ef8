// A model file that loses its bytes while the model runs: an error that names it, and the process goes on.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "check.h"
#include "model/language_model.h"
#include "support/path_text.h"

using namespace roost;
using namespace roost::model;

namespace {

std::filesystem::path copy_of_fixture() {
  const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("roost-lost-file-" + std::to_string(stamp) + ".pth");
  std::filesystem::copy_file(std::string(ROOST_SOURCE_DIR) + "/tests/fixtures/rwkv7-l3-c128-bf16.pth", path);
  return path;
}

Result<std::unique_ptr<LanguageModel>> load(const std::filesystem::path& path, support::FileAccess access) {
  ROOST_ASSIGN(auto file, formats::open_model_file(support::path_to_utf8(path), {}, access));
  return load_language_model(std::move(file), {});
}

Status feed(LanguageModel& model, std::uint32_t slot, std::uint32_t token, std::vector<float>& logits) {
  logits.assign(model.vocabulary(), 0);
  const Sequence sequence{slot, std::span(&token, 1), Logits::last};
  return model.forward(std::span(&sequence, 1), Mode::sequence, logits);
}

}  // namespace

#if !defined(_WIN32)  // there a mapped file can't be cut
TEST("a file that is cut while its model runs ends the run with an error, at every token") {
  const std::filesystem::path path = copy_of_fixture();
  const auto model = load(path, support::FileAccess::mapped);
  REQUIRE(model.ok());
  const std::uint32_t slot = model.value()->acquire_slot().value();
  std::vector<float> logits;
  REQUIRE(feed(*model.value(), slot, 7, logits).ok());
  std::filesystem::resize_file(path, 0);
  for (const std::uint32_t token : {7u, 8u, 250u, 399u}) {
    const Status status = feed(*model.value(), slot, token, logits);
    REQUIRE(!status.ok());
    CHECK(status.failure().code == ErrorCode::model_changed);
    CHECK(status.failure().message.find(path.filename().string()) != std::string::npos);
  }
  std::filesystem::remove(path);
}
#endif

TEST("a model that was read into memory says the same, also when its file is gone") {
  const std::filesystem::path path = copy_of_fixture();
  const auto mapped = load(path, support::FileAccess::mapped);
  const auto kept = load(path, support::FileAccess::read);
  REQUIRE(mapped.ok() && kept.ok());
  std::vector<float> expected, got;
  const std::uint32_t mapped_slot = mapped.value()->acquire_slot().value();
  const std::uint32_t slot = kept.value()->acquire_slot().value();
  REQUIRE(feed(*mapped.value(), mapped_slot, 7, expected).ok());
  REQUIRE(feed(*kept.value(), slot, 7, got).ok());
  CHECK(got == expected);
  CHECK(std::accumulate(got.begin(), got.end(), 0.0) != 0.0);
  REQUIRE(feed(*mapped.value(), mapped_slot, 399, expected).ok());
#if !defined(_WIN32)
  std::filesystem::resize_file(path, 0);
#endif
  REQUIRE(feed(*kept.value(), slot, 399, got).ok());
  CHECK(got == expected);
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

TEST_MAIN()
