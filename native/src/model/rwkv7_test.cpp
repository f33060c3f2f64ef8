// RWKV-7 against published logits, states and continuations (tests/fixtures), and against itself where two
// ways must lead to the same numbers.
#include <algorithm>
#include <atomic>

#include "backend/cpu/isa.h"
#include "model/testing/published_walks.h"

using namespace roost;
using namespace roost::model;
using namespace roost::model::testing;

namespace {

constexpr std::uint32_t kv = layers * 2 * 64 * 64;

constexpr Fixture sevens[] = {{"rwkv7-l3-c128-bf16.pth", "rwkv7-l3-c128-bf16"},
                              {"rwkv7-l3-c128-bf16.safetensors", "rwkv7-l3-c128-bf16"},
                              {"rwkv7-l3-c128-f16.gguf", "rwkv7-l3-c128-f16.gguf"},
                              {"rwkv7-l3-c128-q8_0.gguf", "rwkv7-l3-c128-q8_0.gguf"}};

}  // namespace

TEST(
    "logits, states or argmax differ from the published ones, in any container, mode, chunk size or "
    "instruction set") {
  const std::string best_isa = backend::cpu::available_isas().front();
  for (const Fixture& f : sevens) {
    const Expected expected = expected_of(f.expectations);
    for (const std::string& isa : backend::cpu::available_isas()) {
      const auto model = load(f.model, with(isa, 2));
      REQUIRE(model != nullptr);
      CHECK_EQUAL(model->isa(), isa);
      CHECK_EQUAL(model->vocabulary(), vocabulary);
      CHECK_EQUAL(model->state_floats(), std::uint64_t{2 * layers * width + kv});
      // Decoding knows no chunks; the slower instruction sets are tried with one size, which is odd.
      check_published(*model, f, expected, Mode::recurrent, 64);
      for (const std::size_t chunk : {1, 16, 17, 64, 96}) {
        if (isa == best_isa || chunk == 17) check_published(*model, f, expected, Mode::sequence, chunk);
      }
    }
  }
}

TEST("the greedy continuation leaves the published one within 32 tokens") {
  for (const Fixture& f : sevens) check_greedy(f);
}

TEST("a published state, written and continued, leads elsewhere: its layout is misread") {
  for (const Fixture& f : sevens) check_written_state(f);
}

TEST("sequences of different lengths disturb one another in a batch") {
  const auto model = load(sevens[0].model);
  REQUIRE(model != nullptr);
  check_batch(*model);
}

TEST("prefill of n then decoding of m differs from decoding n + m") {
  for (const Fixture& f : {sevens[0], sevens[3]}) {
    const auto model = load(f.model);
    REQUIRE(model != nullptr);
    // More than one pass holds, so that carried rows cross passes.
    const auto tokens = many_tokens(600, 7);
    const std::uint32_t a = model->acquire_slot().value(), b = model->acquire_slot().value();
    feed(*model, a, std::span(tokens).first(577), Mode::sequence);
    const auto decoded = feed(*model, a, std::span(tokens).subspan(577), Mode::recurrent);
    const auto all = feed(*model, b, tokens, Mode::recurrent);
    // The kernels promise more than a tolerance: the same sums in the same order.
    CHECK(same_bits(decoded, std::span(all).last(decoded.size())));
    CHECK(same_bits(state_of(*model, a), state_of(*model, b)));
  }
}

TEST("the number of threads changes a bit of the logits or of the state") {
  const auto tokens = many_tokens(200, 11);
  for (const Fixture& f : sevens) {
    std::vector<float> logits, state;
    for (const int threads : {1, 2, 3, 7}) {
      const auto model = load(f.model, with("", threads));
      REQUIRE(model != nullptr);
      CHECK_EQUAL(model->threads(), threads);
      const std::uint32_t slot = model->acquire_slot().value();
      auto now = feed(*model, slot, std::span(tokens).first(150), Mode::sequence);
      const auto more = feed(*model, slot, std::span(tokens).subspan(150), Mode::recurrent);
      now.insert(now.end(), more.begin(), more.end());
      const auto state_now = state_of(*model, slot);
      if (threads == 1) {
        logits = now;
        state = state_now;
      }
      CHECK(same_bits(now, logits));
      CHECK(same_bits(state_now, state));
    }
  }
}

TEST("a state saved midway and restored into another model object continues with other bits") {
  const auto tokens = many_tokens(120, 13);
  const auto model = load(sevens[0].model), other = load(sevens[0].model);
  REQUIRE(model != nullptr && other != nullptr);
  const std::uint32_t a = model->acquire_slot().value();
  feed(*model, a, std::span(tokens).first(70), Mode::sequence);
  const auto saved = state_of(*model, a);
  const auto expected = feed(*model, a, std::span(tokens).subspan(70), Mode::recurrent);
  const std::uint32_t b = other->acquire_slot().value();
  REQUIRE(other->write_state(b, saved).ok());
  CHECK(same_bits(feed(*other, b, std::span(tokens).subspan(70), Mode::recurrent), expected));
}

TEST("a fork shares its state with its origin, or slots lose theirs when the pool grows") {
  const auto model = load(sevens[0].model);
  REQUIRE(model != nullptr);
  const auto tokens = many_tokens(30, 17), more = many_tokens(10, 18);
  const std::uint32_t origin = model->acquire_slot().value();
  feed(*model, origin, tokens, Mode::sequence);
  const auto before = state_of(*model, origin);
  std::vector<std::uint32_t> slots;
  for (int i = 0; i < 20; ++i) {
    const auto slot = model->acquire_slot();
    REQUIRE(slot.ok());
    const auto zero = state_of(*model, slot.value());
    CHECK(std::all_of(zero.begin(), zero.end(), [](float x) { return x == 0; }));
    model->copy_slot(slot.value(), origin);
    slots.push_back(slot.value());
  }
  CHECK(same_bits(state_of(*model, origin), before));
  const auto forked = feed(*model, slots[19], more, Mode::recurrent);
  CHECK(same_bits(state_of(*model, origin), before));
  CHECK(same_bits(state_of(*model, slots[0]), before));
  CHECK(same_bits(feed(*model, origin, more, Mode::recurrent), forked));
  // A slot that is used again begins at zero.
  model->release_slot(slots[3]);
  const std::uint32_t again = model->acquire_slot().value();
  const auto zero = state_of(*model, again);
  CHECK(std::all_of(zero.begin(), zero.end(), [](float x) { return x == 0; }));
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    dot += static_cast<double>(a[k]) * b[k];
    aa += static_cast<double>(a[k]) * a[k];
    bb += static_cast<double>(b[k]) * b[k];
  }
  return dot / std::sqrt(aa * bb);
}

TEST("widened weights change the numbers, or rounded ones change them by more than their format explains") {
  const Expected expected = expected_of(sevens[0].expectations);
  const auto run = [&](Precision precision) {
    const auto model = load(sevens[0].model, with("", 2, precision));
    if (model == nullptr) return std::vector<float>{};
    return feed(*model, model->acquire_slot().value(), expected.tokens, Mode::sequence);
  };
  const auto stored = run(Precision::file), wide = run(Precision::f32), half = run(Precision::f16),
             eight = run(Precision::q8);
  REQUIRE(!stored.empty() && eight.size() == stored.size());
  CHECK(same_bits(run(Precision::bf16), stored));
  CHECK(same_bits(wide, stored));
  // f16 keeps these bf16 weights to within 3e-8.
  CHECK(excess(half, stored) <= logit_tolerance);
  int agree = 0;
  for (std::size_t i = 0; i < 96; ++i) {
    const auto a = row_of(stored, i), b = row_of(eight, i);
    CHECK(cosine(a, b) >= 0.95);
    agree += argmax(a) == argmax(b);
  }
  CHECK(agree >= 85);
  const auto four = run(Precision::q4);
  REQUIRE(four.size() == stored.size());
  // A step of 4 bits is 17 times one of 8, and random weights pass on all of that noise.
  CHECK(cosine(stored, four) >= 0.92);
  const auto bytes = [&](Precision precision) {
    return load(sevens[0].model, with("", 1, precision))->weight_bytes();
  };
  CHECK(bytes(Precision::q4) < bytes(Precision::q8) && bytes(Precision::q8) < bytes(Precision::file));
}

TEST("a wrong token or batch is accepted, or changes a state before it is refused") {
  const auto model = load(sevens[0].model);
  REQUIRE(model != nullptr);
  const std::uint32_t slot = model->acquire_slot().value();
  feed(*model, slot, many_tokens(10, 19), Mode::sequence);
  const auto before = state_of(*model, slot);
  std::vector<float> logits(vocabulary);
  const std::uint32_t outside[] = {1, 2, vocabulary}, inside[] = {1, 2};
  const auto refused = [&](std::initializer_list<Sequence> batch, ErrorCode code) {
    const Status status = model->forward(std::span(batch.begin(), batch.size()), Mode::sequence, logits);
    CHECK(!status.ok() && status.failure().code == code && !status.failure().message.empty());
  };
  refused({{slot, outside, Logits::last}}, ErrorCode::tokens_invalid);
  refused({{slot, {}, Logits::last}}, ErrorCode::tokens_invalid);
  refused({{slot, inside, Logits::last}, {slot, inside, Logits::none}}, ErrorCode::internal);
  refused({{slot + 1, inside, Logits::last}}, ErrorCode::internal);
  refused({{slot, inside, Logits::all}}, ErrorCode::internal);
  CHECK(same_bits(state_of(*model, slot), before));
  CHECK(model->forward({}, Mode::sequence, {}).ok());
}

TEST("ln0 is applied again where the file has it folded into the embedding") {
  const auto file = open_fixture(sevens[0].model);
  const auto plain = load(sevens[0].model);
  REQUIRE(file != nullptr && plain != nullptr);
  // The same model as another exporter would write it: normalised rows, no ln0.
  auto folded = std::make_shared<formats::ModelFile>(*file);
  formats::Weight& table = folded->weights.at("emb.weight");
  std::vector<float> rows(vocabulary * width), gain(width), bias(width);
  formats::read_row(file->weights.at("blocks.0.ln0.weight"), 0, gain.data());
  formats::read_row(file->weights.at("blocks.0.ln0.bias"), 0, bias.data());
  for (std::size_t token = 0; token < vocabulary; ++token) {
    float* const row = rows.data() + token * width;
    formats::read_row(file->weights.at("emb.weight"), token, row);
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < width; ++i) mean += row[i] / static_cast<double>(width);
    for (std::size_t i = 0; i < width; ++i)
      variance += (row[i] - mean) * (row[i] - mean) / static_cast<double>(width);
    for (std::size_t i = 0; i < width; ++i) {
      row[i] = static_cast<float>((row[i] - mean) / std::sqrt(variance + 1e-5) * gain[i] + bias[i]);
    }
  }
  table.type = formats::StorageType::f32;
  table.data = reinterpret_cast<const std::byte*>(rows.data());
  folded->weights.erase("blocks.0.ln0.weight");
  folded->weights.erase("blocks.0.ln0.bias");
  folded->ln0_in_embedding = true;
  folded->mapping = nullptr;  // of memory that is ours no page may be dropped; `file` keeps the rest
  auto model = load_language_model(folded, {});
  REQUIRE(model.ok());
  const auto tokens = many_tokens(20, 23);
  const auto expected = feed(*plain, plain->acquire_slot().value(), tokens, Mode::sequence);
  const auto got = feed(*model.value(), model.value()->acquire_slot().value(), tokens, Mode::sequence);
  CHECK(excess(got, expected) <= logit_tolerance);
}

TEST("a model of an unknown generation is loaded, or refused without naming it") {
  formats::ModelFile file;
  file.path = "newer.pth";
  file.generation = "8";
  const auto model = load_language_model(std::make_shared<const formats::ModelFile>(file), {});
  REQUIRE(!model.ok());
  CHECK(model.failure().code == ErrorCode::model_unsupported);
  CHECK(model.failure().message.find("RWKV-8") != std::string::npos);
  CHECK(model.failure().message.find("newer.pth") != std::string::npos);
}

TEST("a missing tensor is read instead of named") {
  const auto file = open_fixture(sevens[0].model);
  REQUIRE(file != nullptr);
  auto without = std::make_shared<formats::ModelFile>(*file);
  without->weights.erase("blocks.1.att.v2");
  const auto model = load_language_model(without, {});
  REQUIRE(!model.ok());
  CHECK(model.failure().code == ErrorCode::model_damaged);
  CHECK(model.failure().message.find("blocks.1.att.v2") != std::string::npos);
}

TEST("loading can't be cancelled, or its progress runs backwards or stops short") {
  const auto file = open_fixture(sevens[0].model);
  REQUIRE(file != nullptr);
  LoadSettings settings;
  double last = 0;
  bool forward = true;
  settings.progress = [&](double fraction) {
    forward = forward && fraction >= last && fraction <= 1;
    last = fraction;
  };
  CHECK(load_language_model(file, settings).ok());
  CHECK(forward);
  CHECK_EQUAL(last, 1.0);
  int asked = 0;
  settings.cancelled = [&] { return ++asked > 5; };
  const auto model = load_language_model(file, settings);
  CHECK(!model.ok() && model.failure().code == ErrorCode::cancelled);
  CHECK_EQUAL(asked, 6);
}

TEST("the sizes that benchmarks are computed from are not those of the file") {
  const auto model = load(sevens[0].model);
  REQUIRE(model != nullptr);
  // bf16: head and, per layer, 12 C^2 and the low-rank factors; some 4 % of vectors and padding come on top.
  const double head = 400.0 * 128 * 2, block = 12.0 * 128 * 128 * 2;
  const double least = head + 3 * block, bytes = static_cast<double>(model->weight_bytes());
  CHECK(bytes > least);
  CHECK(bytes < 1.7e6);
  CHECK_EQUAL(model->bytes_per_token(), model->weight_bytes() + 128 * 2 + 2 * 4 * model->state_floats());
  CHECK(measure_read_bandwidth(1) > 1e8);
}

TEST_MAIN()
