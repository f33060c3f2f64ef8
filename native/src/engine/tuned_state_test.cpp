// Tuned initial states: files of all forms, which way round their squares lie, and whom their snapshots
// belong to.
#include "roost/tuned_state.h"

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "check.h"
#include "engine/snapshot.h"
#include "engine/testing/scripted_model.h"
#include "fixtures.h"
#include "formats/test_files.h"
#include "formats/tuned_state.h"
#include "model/testing/published.h"
#include "roost/convert.h"
#include "roost/diagnostics.h"
#include "roost/snapshot.h"

using namespace roost;
using engine::testing::generate;
using engine::testing::greedy;
using model::testing::expected_of;

namespace {

using Ids = std::vector<std::uint32_t>;

// The published models: 3 layers of 2 heads of size 64, width 128.
constexpr std::size_t layers = 3, heads = 2, side = 64, width = 128, square = side * side;

std::vector<test_files::TestTensor> tensors_of(const std::vector<float>& squares,
                                               std::size_t layer_count = layers) {
  std::vector<test_files::TestTensor> tensors;
  for (std::size_t i = 0; i < layer_count; ++i) {
    test_files::TestTensor tensor;
    tensor.name = "blocks." + std::to_string(i) + ".att.time_state";
    tensor.shape = {heads, side, side};
    tensor.values.assign(squares.begin() + static_cast<std::ptrdiff_t>(i * heads * square),
                         squares.begin() + static_cast<std::ptrdiff_t>((i + 1) * heads * square));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

// Each square of `from` with its sides swapped.
std::vector<float> swapped(const std::vector<float>& from) {
  std::vector<float> to(from.size());
  for (std::size_t base = 0; base < from.size(); base += square) {
    for (std::size_t i = 0; i < square; ++i) to[base + i % side * side + i / side] = from[base + i];
  }
  return to;
}

std::vector<float> some_squares(std::size_t layer_count = layers) {
  std::vector<float> squares(layer_count * heads * square);
  for (std::size_t i = 0; i < squares.size(); ++i) squares[i] = static_cast<float>(i % 977) / 512 - 1;
  return squares;
}

Result<TunedState> read(const std::string& file, const std::string& path = "tuned.pth") {
  return formats::parse_tuned_state(std::as_bytes(std::span(file)), path);
}

bool refused(const std::string& file, ErrorCode code, std::string_view part) {
  const auto result = read(file);
  if (result.ok()) return false;
  std::fprintf(stderr, "  %s\n", result.failure().message.c_str());
  return result.failure().code == code && result.failure().message.find("tuned.pth") != std::string::npos &&
         result.failure().message.find(part) != std::string::npos;
}

std::shared_ptr<const TunedState> tuned(const std::vector<float>& squares) {
  auto state = read(test_files::make_pth(tensors_of(squares)));
  CHECK(state.ok());
  return state.ok() ? std::make_shared<const TunedState>(std::move(state).value()) : nullptr;
}

std::shared_ptr<Engine> load(const std::string& name) {
  const auto path = fixtures::find(name + ".pth");
  if (!path) return nullptr;
  LoadOptions options;
  options.needs_vocabulary = false;
  options.threads = 1;
  auto loaded = load_engine(*path, options);
  return loaded.ok() ? loaded.value() : nullptr;
}

// What a session begun from these squares, as the file has them, says and holds after `tokens`.
void check_begins(const std::string& name, const std::vector<float>& file_squares,
                  const std::vector<float>& expected_kv, const Ids& tokens) {
  const auto engine = load(name);
  REQUIRE(engine != nullptr);
  const auto initial = tuned(file_squares);
  REQUIRE(initial != nullptr);
  auto session = engine->open_session(initial);
  REQUIRE(session.ok());
  CHECK_EQUAL(session.value()->token_count(), 0u);
  CHECK(session.value()->initial_state() == initial->info.fingerprint);
  const auto block = session.value()->snapshot();
  REQUIRE(block.ok());
  const auto content = engine::decode_snapshot(block.value());
  REQUIRE(content.ok());
  std::vector<float> state(content.value().state.size() / sizeof(float));
  std::memcpy(state.data(), content.value().state.data(), content.value().state.size());
  REQUIRE(state.size() == 2 * layers * width + expected_kv.size());
  const auto kv = state.begin() + layers * width;
  CHECK(std::equal(expected_kv.begin(), expected_kv.end(), kv));
  CHECK(std::all_of(state.begin(), kv, [](float v) { return v == 0; }));  // shifts begin at zero

  // The same through the path that knows nothing of tuned states.
  LogitsRequest request;
  request.tokens = tokens;
  request.at = {tokens.size()};
  request.state = state;
  LoadOptions options;
  options.threads = 1;
  const auto direct = compute_logits(*fixtures::find(name + ".pth"), options, request);
  REQUIRE(direct.ok());
  REQUIRE(generate(*session.value(), greedy(tokens, 0)).ok());
  const auto next = session.value()->distribution(1);
  REQUIRE(next.ok());
  const auto& logits = direct.value().logits;
  CHECK_EQUAL(next.value()[0].id,
              static_cast<std::uint32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
}

// A .safetensors model with these squares as tensors of its own behind all others.
std::string carrying(const std::string& model, const std::vector<float>& squares) {
  std::uint64_t size = 0;
  std::memcpy(&size, model.data(), sizeof size);
  std::string header = model.substr(8, size), body = model.substr(8 + size);
  header.resize(header.rfind('}'));
  for (const test_files::TestTensor& tensor : tensors_of(squares)) {
    const std::string bytes = test_files::encode(tensor.values, "F32");
    header += ",\"" + tensor.name + R"(":{"dtype":"F32","shape":[2,64,64],"data_offsets":[)" +
              std::to_string(body.size()) + "," + std::to_string(body.size() + bytes.size()) + "]}";
    body += bytes;
  }
  return test_files::safetensors_of(header + "}", body);
}

std::vector<float> state_of(Session& session) {
  const auto block = session.snapshot();
  const auto content = engine::decode_snapshot(block.value());
  std::vector<float> state(content.value().state.size() / sizeof(float));
  std::memcpy(state.data(), content.value().state.data(), content.value().state.size());
  return state;
}

}  // namespace

TEST("squares are turned for the generations that keep the key first, and left alone for 7") {
  for (const std::string name : {"rwkv5.2-l3-c128-fp32", "rwkv6-l3-c128-bf16", "rwkv7-l3-c128-bf16"}) {
    const auto expected = expected_of(name);
    REQUIRE(expected.sections.contains("state.64.att_kv"));
    // In the order of the expectation files: key first in 5 and 6, value first in 7. Files have the value
    // first.
    const auto& kv = expected.sections.at("state.64.att_kv");
    const bool seven = name.starts_with("rwkv7");
    check_begins(name, seven ? kv : swapped(kv), kv,
                 Ids(expected.tokens.begin() + 64, expected.tokens.end()));
  }
}

TEST("a .pth file, its conversion and any spelling of its names are the same state") {
  const auto squares = some_squares();
  const auto plain = read(test_files::make_pth(tensors_of(squares)));
  REQUIRE(plain.ok());
  CHECK(plain.value().squares == squares);
  CHECK_EQUAL(plain.value().info.layers, 3u);
  CHECK_EQUAL(plain.value().info.heads, 2u);
  CHECK_EQUAL(plain.value().info.head_size, 64u);
  CHECK_EQUAL(plain.value().info.title, "tuned");
  const auto converted = read(test_files::make_safetensors(tensors_of(swapped(squares)), "F32"));
  REQUIRE(converted.ok());
  CHECK(converted.value().squares == squares);
  CHECK_EQUAL(converted.value().info.fingerprint, plain.value().info.fingerprint);
  auto named = tensors_of(squares);
  std::reverse(named.begin(), named.end());
  for (auto& tensor : named) tensor.name = "model." + tensor.name;
  const auto other = read(test_files::make_pth(named));
  REQUIRE(other.ok());
  CHECK_EQUAL(other.value().info.fingerprint, plain.value().info.fingerprint);
  auto changed = squares;
  changed[12345] += 1;
  CHECK(read(test_files::make_pth(tensors_of(changed))).value().info.fingerprint !=
        plain.value().info.fingerprint);
}

TEST("what is no tuned state, or a damaged one, is refused in words") {
  const auto squares = some_squares();
  auto tensors = tensors_of(squares);
  auto more = tensors;
  more.push_back(test_files::tiny_rwkv7().front());
  CHECK(refused(test_files::make_pth(more), ErrorCode::not_a_model, "also holds"));
  CHECK(refused(test_files::make_pth(test_files::tiny_rwkv7()), ErrorCode::not_a_model,
                "no tuned initial state"));
  auto gap = tensors;
  gap.erase(gap.begin() + 1);
  CHECK(refused(test_files::make_pth(gap), ErrorCode::model_damaged, "layer 1"));
  auto far = tensors;
  far[2].name = "blocks.4000000000.att.time_state";
  CHECK(refused(test_files::make_pth(far), ErrorCode::model_damaged, "layer 4000000000"));
  auto oblong = tensors;
  oblong[1].shape = {side, heads, side};
  CHECK(refused(test_files::make_pth(oblong), ErrorCode::model_damaged, "[heads, size, size]"));
  auto infinite = tensors;
  infinite[0].values[7] = std::numeric_limits<float>::infinity();
  CHECK(refused(test_files::make_pth(infinite), ErrorCode::model_damaged, "not finite"));
  const std::string whole = test_files::make_pth(tensors);
  CHECK(!read(whole.substr(0, whole.size() / 2)).ok());
  CHECK(!read("").ok());
  CHECK(!read("GGUF").ok());
}

TEST("a file with any byte changed is refused in words, or holds finite numbers of the size it says") {
  std::mt19937 random(11);
  test_files::TestTensor tensor;
  tensor.name = "blocks.0.att.time_state";
  tensor.shape = {2, 3, 3};
  for (int i = 0; i < 18; ++i) tensor.values.push_back(static_cast<float>(i));
  for (const std::string& whole :
       {test_files::make_pth({tensor}), test_files::make_safetensors({tensor}, "F32")}) {
    int bad = 0;
    for (int round = 0; round < 4000; ++round) {
      std::string file = whole;
      const int changes = 1 + static_cast<int>(random() % 3);
      for (int i = 0; i < changes; ++i) file[random() % file.size()] = static_cast<char>(random());
      if (random() % 8 == 0) file.resize(random() % file.size());
      const auto state = read(file);
      if (!state.ok()) continue;
      const TunedStateInfo& info = state.value().info;
      const auto size = std::uint64_t{info.layers} * info.heads * info.head_size * info.head_size;
      bad += state.value().squares.size() != size;
    }
    CHECK_EQUAL(bad, 0);
  }
}

TEST("a state for another model is refused with both sides named") {
  const auto engine = load("rwkv7-l3-c128-bf16");
  REQUIRE(engine != nullptr);
  auto state = read(test_files::make_pth(tensors_of(some_squares(), 2)));
  REQUIRE(state.ok());
  const auto opened = engine->open_session(std::make_shared<const TunedState>(std::move(state).value()));
  REQUIRE(!opened.ok());
  CHECK(opened.failure().code == ErrorCode::snapshot_mismatch);
  CHECK(opened.failure().message.find("2 layers of 2 heads of size 64") != std::string::npos);
  CHECK(opened.failure().message.find("3 layers of 2 heads of size 64") != std::string::npos);
  ModelInfo four = engine->info();
  four.generation = "4";
  CHECK(fits(tuned(some_squares())->info, engine->info()).ok());
  CHECK(fits(tuned(some_squares())->info, four).failure().message.find("RWKV-4") != std::string::npos);
}

TEST("snapshots are continued on the initial state they stand on, and on no other") {
  const auto engine = load("rwkv7-l3-c128-bf16");
  REQUIRE(engine != nullptr);
  auto other_squares = some_squares();
  other_squares[0] += 1;
  const auto one = tuned(some_squares()), other = tuned(other_squares);
  REQUIRE(one && other);
  auto session = engine->open_session(one).value();
  REQUIRE(generate(*session, greedy({1, 2, 3}, 0)).ok());
  const auto block = session->snapshot().value();
  CHECK(inspect_snapshot(block).value().initial_state == one->info.fingerprint);
  CHECK(verify_snapshot(block, engine->info()).ok());
  CHECK(engine->open_session(one).value()->restore(block).ok());
  for (const auto& wrong : {other, std::shared_ptr<const TunedState>()}) {
    auto stranger = engine->open_session(wrong).value();
    CHECK(stranger->restore(block).failure().code == ErrorCode::snapshot_mismatch);
  }
  const auto plain = engine->open_session().value()->snapshot().value();
  CHECK(session->restore(plain).failure().code == ErrorCode::snapshot_mismatch);
  CHECK(inspect_snapshot(plain).value().initial_state.empty());

  // A fork and a reset stay on it; begin_from() leaves it.
  auto fork = session->fork().value();
  CHECK(fork->initial_state() == one->info.fingerprint);
  CHECK(fork->snapshot().value() == block);
  REQUIRE(fork->reset().ok());
  CHECK_EQUAL(fork->token_count(), 0u);
  REQUIRE(generate(*fork, greedy({1, 2, 3}, 0)).ok());
  CHECK(fork->snapshot().value() == block);
  REQUIRE(fork->begin_from(nullptr).ok());
  CHECK(fork->initial_state().empty());
  CHECK(fork->snapshot().value() == plain);
}

TEST("a model that carries a tuned state begins there: in every session, and again after a reset") {
  const auto folder = std::filesystem::temp_directory_path() / "roost-carried-state";
  std::filesystem::create_directories(folder);
  LoadOptions options;
  options.needs_vocabulary = false;
  options.threads = 1;
  for (const std::string name : {"rwkv6-l3-c128-bf16.safetensors", "rwkv7-l3-c128-bf16.safetensors"}) {
    const auto path = fixtures::find(name);
    if (!path) continue;  // said by find()
    const std::string model = fixtures::read(*path), file = (folder / name).string();
    std::ofstream(file, std::ios::binary) << carrying(model, some_squares());
    const auto with = load_engine(file, options), without = load_engine(*path, options);
    if (!with.ok()) std::fprintf(stderr, "  %s\n", with.failure().message.c_str());
    REQUIRE(with.ok() && without.ok());
    CHECK(with.value()->info().tuned_state && !without.value()->info().tuned_state);
    CHECK(with.value()->info().fingerprint != without.value()->info().fingerprint);
    auto own = with.value()->open_session().value();
    auto chosen = without.value()->open_session(tuned(some_squares())).value();
    CHECK(own->initial_state().empty());
    const std::vector<float> begun = state_of(*own);
    CHECK(begun == state_of(*chosen));
    const Ids prompt{5, 6, 7};
    const auto a = generate(*own, greedy(prompt, 12)), b = generate(*chosen, greedy(prompt, 12));
    REQUIRE(a.ok() && b.ok());
    CHECK(a.value().tokens == b.value().tokens);
    CHECK(state_of(*own) == state_of(*chosen));
    REQUIRE(own->reset().ok());
    CHECK(state_of(*own) == begun);
    auto other_squares = some_squares();
    other_squares[0] += 1;
    REQUIRE(own->begin_from(tuned(other_squares)).ok());
    CHECK(state_of(*own) != begun);
    REQUIRE(own->begin_from(nullptr).ok());
    CHECK(state_of(*own) == begun);

    const auto converted = convert_model(file, (folder / "out.gguf").string(), {});
    REQUIRE(!converted.ok());
    CHECK(converted.failure().code == ErrorCode::model_unsupported);
    CHECK(converted.failure().message.find("tuned initial state") != std::string::npos);

    auto infinite = some_squares();
    infinite[3 * square + 1] = std::numeric_limits<float>::infinity();
    std::ofstream(file, std::ios::binary) << carrying(model, infinite);
    const auto refused_load = load_engine(file, options);
    REQUIRE(!refused_load.ok());
    CHECK(refused_load.failure().code == ErrorCode::model_damaged);
    CHECK(refused_load.failure().message.find("not finite") != std::string::npos);
  }
  std::filesystem::remove_all(folder);
}

TEST_MAIN()
