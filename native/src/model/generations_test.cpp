// The generations before 7 against published logits, states and continuations, and against themselves where
// two ways must lead to the same numbers. Most of their files are too many for the repository: see
// fixtures.h.
#include <cmath>
#include <iterator>

#include "backend/cpu/isa.h"
#include "model/testing/published_walks.h"

using namespace roost;
using namespace roost::model;
using namespace roost::model::testing;

namespace {

constexpr Fixture all[] = {{"rwkv4-l3-c128-fp32.pth", "rwkv4-l3-c128-fp32"},
                           {"rwkv5.0-l3-c128-fp32.pth", "rwkv5.0-l3-c128-fp32"},
                           {"rwkv5.1-l3-c128-bf16.pth", "rwkv5.1-l3-c128-bf16"},
                           {"rwkv5.2-l3-c128-fp32.pth", "rwkv5.2-l3-c128-fp32"},
                           {"rwkv6-l3-c128-bf16.pth", "rwkv6-l3-c128-bf16"},
                           {"rwkv6-l3-c128-bf16.safetensors", "rwkv6-l3-c128-bf16"},
                           {"rwkv6-l3-c128-f16.gguf", "rwkv6-l3-c128-f16.gguf"}};

// Those that are here; the others are named once. The one in the repository always is.
const std::vector<Fixture>& present() {
  static const std::vector<Fixture> here = [] {
    std::vector<Fixture> found(std::begin(all), std::end(all));
    std::erase_if(found, [](const Fixture& f) {
      return !fixtures::find(f.model) || !fixtures::find(std::string(f.expectations) + ".expected.bin");
    });
    return found;
  }();
  CHECK(!here.empty());
  return here;
}

// One file of each generation.
std::vector<Fixture> one_of_each() {
  std::vector<Fixture> here = present();
  std::erase_if(here, [](const Fixture& f) {
    const std::string name = f.model;
    return name.ends_with(".safetensors") || name.ends_with(".gguf");
  });
  return here;
}

// Over all tokens in one mode; `state` receives what is left.
std::vector<float> run(LanguageModel& model, std::span<const std::uint32_t> tokens, Mode mode,
                       std::size_t chunk, std::vector<float>& state) {
  const std::uint32_t slot = model.acquire_slot().value();
  auto logits = feed(model, slot, tokens, mode, chunk);
  state = state_of(model, slot);
  model.release_slot(slot);
  return logits;
}

}  // namespace

TEST("logits, states or argmax of an older generation differ from the published ones") {
  for (const Fixture& f : present()) {
    const Expected expected = expected_of(f.expectations);
    for (const std::string& isa : backend::cpu::available_isas()) {
      const auto model = load(f.model, with(isa, 2));
      REQUIRE(model != nullptr);
      check_published(*model, f, expected, Mode::recurrent, 96);
      for (const std::size_t chunk : {17, 96}) check_published(*model, f, expected, Mode::sequence, chunk);
    }
  }
}

TEST("the greedy continuation of an older generation leaves the published one within 32 tokens") {
  for (const Fixture& f : present()) check_greedy(f);
}

TEST("a published state of an older generation, written and continued, leads elsewhere") {
  for (const Fixture& f : present()) check_written_state(f);
}

TEST("chunk size, mode or the number of threads changes a bit in an older generation") {
  const auto tokens = many_tokens(300, 5);
  for (const Fixture& f : one_of_each()) {
    std::vector<float> logits, state;
    for (const int threads : {1, 3}) {
      const auto model = load(f.model, with("", threads));
      REQUIRE(model != nullptr);
      const struct {
        Mode mode;
        std::size_t chunk;
      } ways[] = {{Mode::sequence, 300}, {Mode::sequence, 17}, {Mode::recurrent, 300}};
      for (const auto way : ways) {
        std::vector<float> state_now;
        const auto now = run(*model, tokens, way.mode, way.chunk, state_now);
        if (logits.empty()) {
          logits = now;
          state = state_now;
        }
        CHECK(same_bits(now, logits));
        CHECK(same_bits(state_now, state));
      }
    }
  }
}

TEST("sequences of an older generation disturb one another in a batch") {
  for (const Fixture& f : one_of_each()) {
    const auto model = load(f.model);
    REQUIRE(model != nullptr);
    check_batch(*model);
  }
}

TEST("a fork or a slot that is used again does not begin where it should") {
  const auto tokens = many_tokens(30, 17), more = many_tokens(10, 18);
  for (const Fixture& f : one_of_each()) {
    const auto model = load(f.model);
    REQUIRE(model != nullptr);
    const std::uint32_t origin = model->acquire_slot().value();
    const auto first = feed(*model, origin, tokens, Mode::sequence);
    const auto before = state_of(*model, origin);
    std::vector<std::uint32_t> forks;
    // More than the pool holds at first.
    for (int i = 0; i < 6; ++i) {
      forks.push_back(model->acquire_slot().value());
      model->copy_slot(forks.back(), origin);
    }
    const auto forked = feed(*model, forks[5], more, Mode::recurrent);
    CHECK(same_bits(state_of(*model, origin), before));
    CHECK(same_bits(feed(*model, origin, more, Mode::recurrent), forked));
    model->release_slot(origin);
    const std::uint32_t again = model->acquire_slot().value();
    CHECK(same_bits(feed(*model, again, tokens, Mode::sequence), first));
  }
}

TEST("8-bit weights of an older generation turn its answers into others") {
  for (const Fixture& f : one_of_each()) {
    const Expected expected = expected_of(f.expectations);
    const auto exact = load(f.model), rounded = load(f.model, with("", 2, Precision::q8));
    REQUIRE(exact != nullptr && rounded != nullptr);
    CHECK(rounded->weight_bytes() < exact->weight_bytes());
    const auto a = feed(*exact, exact->acquire_slot().value(), expected.tokens, Mode::sequence);
    const auto b = feed(*rounded, rounded->acquire_slot().value(), expected.tokens, Mode::sequence);
    std::size_t agree = 0;
    for (std::size_t i = 0; i < 96; ++i) agree += argmax(row_of(a, i)) == argmax(row_of(b, i));
    CHECK(agree >= 85);
  }
}

TEST("generation 6: weights that were divided for half precision are not multiplied back exactly") {
  const Fixture& six = all[4];
  const auto& here = present();
  const auto named = [&](const Fixture& f) { return std::string(f.model) == six.model; };
  if (std::none_of(here.begin(), here.end(), named)) return;
  const auto file = open_fixture(six.model);
  const auto plain = load(six.model, with("", 2, Precision::f32));
  REQUIRE(file != nullptr && plain != nullptr);
  // As a converter with a period of 1 would write it: layer i divided by 2^i.
  auto divided = std::make_shared<formats::ModelFile>(*file);
  divided->rescale_every_layers = 1;
  std::vector<std::vector<float>> kept;
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    for (const char* tail : {".att.output.weight", ".ffn.value.weight"}) {
      formats::Weight& weight = divided->weights.at("blocks." + std::to_string(layer) + tail);
      std::vector<float> numbers(weight.count());
      for (std::size_t row = 0; row < weight.rows; ++row) {
        formats::read_row(weight, row, numbers.data() + row * weight.columns);
      }
      for (float& number : numbers) number = std::ldexp(number, -static_cast<int>(layer));
      kept.push_back(std::move(numbers));
      weight.type = formats::StorageType::f32;
      weight.row_stride = static_cast<std::int64_t>(weight.columns);
      weight.column_stride = 1;
      weight.data = reinterpret_cast<const std::byte*>(kept.back().data());
    }
  }
  divided->mapping = nullptr;  // the numbers above are not of the mapping; `file` keeps the rest
  const auto model = load_language_model(divided, with("", 2, Precision::f32));
  REQUIRE(model.ok());
  const auto tokens = many_tokens(50, 29);
  const auto expected = feed(*plain, plain->acquire_slot().value(), tokens, Mode::sequence);
  const auto got = feed(*model.value(), model.value()->acquire_slot().value(), tokens, Mode::sequence);
  CHECK(same_bits(got, expected));
}

TEST("generation 5: the group norm's epsilon is not the one that was asked for") {
  // The one that lies in the repository.
  const Expected expected = expected_of(all[2].expectations);
  LoadSettings settings;
  settings.group_norm_epsilon = 1;
  const auto model = load(all[2].model, settings);
  REQUIRE(model != nullptr);
  const auto logits = feed(*model, model->acquire_slot().value(), expected.tokens, Mode::sequence);
  CHECK(excess(row_of(logits, 95), expected.sections.at("logits.96")) > 10 * logit_tolerance);
}

TEST("generation 5: a model takes another origin's epsilon of the group norm") {
  const Expected expected = expected_of(all[2].expectations);
  const auto official = open_fixture(all[2].model);
  REQUIRE(official != nullptr);
  CHECK_EQUAL(usual_group_norm_epsilon(*official), 64e-5f);
  auto other = *official;
  for (const std::uint32_t vocabulary : {128u, 2176u, 20096u, 50277u, 65536u}) {  // published ones
    other.vocabulary = vocabulary;
    CHECK_EQUAL(usual_group_norm_epsilon(other), 64e-5f);
  }
  other.vocabulary = 256;  // rwkv.cpp's own tiny models
  CHECK_EQUAL(usual_group_norm_epsilon(other), 1e-5f);
  // What is asked for counts more, and the two are far enough apart to be told from each other.
  LoadSettings settings;
  settings.group_norm_epsilon = 1e-5f;
  const auto model = load(all[2].model, settings);
  const auto usual = load(all[2].model);
  REQUIRE(model != nullptr && usual != nullptr);
  const auto wrong = feed(*model, model->acquire_slot().value(), expected.tokens, Mode::sequence);
  const auto right = feed(*usual, usual->acquire_slot().value(), expected.tokens, Mode::sequence);
  const auto& published = expected.sections.at("logits.96");
  CHECK(excess(row_of(wrong, 95), published) > 2 * logit_tolerance);
  CHECK(excess(row_of(right, 95), published) <= logit_tolerance);
}

TEST("generation 5: a bonus by its other name is read with the wrong meaning") {
  const auto file = open_fixture(all[2].model);
  const auto plain = load(all[2].model);
  REQUIRE(file != nullptr && plain != nullptr);
  auto renamed = std::make_shared<formats::ModelFile>(*file);
  std::vector<std::vector<float>> kept;
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    const std::string att = "blocks." + std::to_string(layer) + ".att.";
    const bool raw = file->find(att + "time_faaaa") != nullptr;
    const formats::Weight& from = *file->find(att + (raw ? "time_faaaa" : "time_first"));
    std::vector<float> numbers(from.count());
    formats::read_row(from, 0, numbers.data());
    // time_faaaa is the bonus itself, time_first its logarithm.
    bool expressible = true;
    for (float& number : numbers) {
      expressible = expressible && (!raw || number > 0);
      number = raw ? std::log(number) : std::exp(number);
    }
    if (!expressible) continue;
    kept.push_back(std::move(numbers));
    formats::Weight to = from;
    to.type = formats::StorageType::f32;
    to.data = reinterpret_cast<const std::byte*>(kept.back().data());
    renamed->weights.erase(att + (raw ? "time_faaaa" : "time_first"));
    renamed->weights.emplace(att + (raw ? "time_first" : "time_faaaa"), to);
  }
  CHECK(!kept.empty());
  const auto model = load_language_model(renamed, {});
  REQUIRE(model.ok());
  const auto tokens = many_tokens(20, 31);
  const auto expected = feed(*plain, plain->acquire_slot().value(), tokens, Mode::sequence);
  const auto got = feed(*model.value(), model.value()->acquire_slot().value(), tokens, Mode::sequence);
  CHECK(excess(got, expected) <= logit_tolerance);
}

TEST_MAIN()
