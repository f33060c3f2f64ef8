// Published models of 3 layers, width 128 and 400 tokens with what they must compute, and ways to run them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>

#include "check.h"
#include "fixtures.h"
#include "model/language_model.h"
#include "support/json.h"

namespace roost::model::testing {

constexpr std::uint32_t vocabulary = 400, layers = 3, width = 128;

inline std::string text_of(const std::string& name) {
  const auto path = fixtures::find(name);
  return path ? fixtures::read(*path) : std::string();
}

struct Expected {
  std::vector<std::uint32_t> tokens, argmax, greedy;
  std::map<std::string, std::vector<float>> sections;
};

inline Expected expected_of(const std::string& name) {
  Expected expected;
  const auto json = support::parse_json(text_of(name + ".expected.json"), name);
  const std::string bytes = text_of(name + ".expected.bin");
  CHECK(json.ok() && !bytes.empty());
  if (!json.ok()) return expected;
  const auto ids = [&](std::string_view key) {
    std::vector<std::uint32_t> all;
    for (const auto& item : json.value().find(key)->items())
      all.push_back(static_cast<std::uint32_t>(*item.whole()));
    return all;
  };
  expected.tokens = ids("tokens");
  expected.argmax = ids("argmax");
  expected.greedy = ids("greedy");
  for (const auto& section : json.value().find("sections")->items()) {
    const std::uint64_t offset = *section.find("offset")->whole(), size = *section.find("bytes")->whole();
    if (offset + size > bytes.size()) continue;
    std::vector<float> numbers(size / 4);
    std::memcpy(numbers.data(), bytes.data() + offset, size);
    expected.sections[std::string(section.find("name")->text())] = std::move(numbers);
  }
  return expected;
}

inline std::shared_ptr<const formats::ModelFile> open_fixture(const std::string& name) {
  const auto path = fixtures::find(name);
  CHECK(path.has_value());
  if (!path) return nullptr;
  auto file = formats::open_model_file(*path);
  if (!file.ok()) std::fprintf(stderr, "  %s\n", file.failure().message.c_str());
  CHECK(file.ok());
  return file.ok() ? file.value() : nullptr;
}

inline std::unique_ptr<LanguageModel> load(const std::string& name, const LoadSettings& settings = {}) {
  const auto file = open_fixture(name);
  if (file == nullptr) return nullptr;
  auto model = load_language_model(file, settings);
  if (!model.ok()) std::fprintf(stderr, "  %s\n", model.failure().message.c_str());
  CHECK(model.ok());
  return model.ok() ? std::move(model).value() : nullptr;
}

inline LoadSettings with(const std::string& isa, int threads, Precision precision = Precision::file) {
  LoadSettings settings;
  settings.isa = isa;
  settings.threads = threads;
  settings.precision = precision;
  return settings;
}

inline std::vector<float> feed(LanguageModel& model, std::uint32_t slot,
                               std::span<const std::uint32_t> tokens, Mode mode,
                               std::size_t chunk = SIZE_MAX) {
  std::vector<float> logits(tokens.size() * model.vocabulary());
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t count = std::min(chunk, tokens.size() - done);
    const Sequence sequence[] = {{slot, tokens.subspan(done, count), Logits::all}};
    const std::span<float> part(logits.data() + done * model.vocabulary(), count * model.vocabulary());
    CHECK(model.forward(sequence, mode, part).ok());
    done += count;
  }
  return logits;
}

inline std::vector<float> state_of(const LanguageModel& model, std::uint32_t slot) {
  std::vector<float> state(model.state_floats());
  CHECK(model.read_state(slot, state).ok());
  return state;
}

inline bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// Largest of |got - expected| - relative * |expected|.
inline double excess(std::span<const float> got, std::span<const float> expected, double relative = 0) {
  double largest = got.size() == expected.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
    const double d = std::fabs(static_cast<double>(got[i]) - expected[i]) - relative * std::fabs(expected[i]);
    if (!(d <= largest)) largest = d;
  }
  return largest;
}

inline std::uint32_t argmax(std::span<const float> row) {
  return static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

inline std::span<const float> row_of(const std::vector<float>& logits, std::size_t row) {
  return std::span(logits).subspan(row * vocabulary, vocabulary);
}

// The tolerances that the fixtures recommend for f32 activations.
constexpr double logit_tolerance = 1e-3, state_tolerance = 1e-3, state_relative = 1e-4;

inline std::vector<std::uint32_t> many_tokens(std::size_t count, std::uint32_t seed) {
  std::vector<std::uint32_t> tokens(count);
  for (auto& token : tokens) token = (seed = seed * 1664525u + 1013904223u) / 65536u % vocabulary;
  return tokens;
}

// The sections after so many tokens, in the order of LanguageModel's state.
inline std::vector<float> expected_state(const Expected& expected, const std::string& after) {
  std::vector<float> all;
  for (const char* part : {".att_x_prev", ".att_aa", ".att_bb", ".att_pp", ".att_kv", ".ffn_x_prev"}) {
    const auto section = expected.sections.find("state." + after + part);
    if (section == expected.sections.end()) continue;
    all.insert(all.end(), section->second.begin(), section->second.end());
  }
  return all;
}

}  // namespace roost::model::testing
