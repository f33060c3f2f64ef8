// What compare.mjs asks of an rwkv.cpp that somebody has built: its library has no program that measures.
// Build it beside the library, for instance
//   c++ -O2 -I RWKV_CPP tests/bench/rwkv-cpp-bench.cpp -o rwkv-cpp-bench -L RWKV_CPP/build/lib -lrwkv
//   -Wl,-rpath,...
//
//   rwkv-cpp-bench MODEL.bin THREADS PROMPT GEN     prints {"prefill_tok_s": ..., "decode_tok_s": ...}
//   rwkv-cpp-bench quantise IN.bin OUT.bin Q8_0     rwkv.cpp's own rounding
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "rwkv.h"

namespace {

// The longest piece of a prompt for which rwkv.cpp promises that its graph holds all nodes.
constexpr std::size_t chunk = 64;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int fail(const char* what) {
  std::fprintf(stderr, "rwkv-cpp-bench: %s\n", what);
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count == 5 && std::strcmp(words[1], "quantise") == 0)
    return rwkv_quantize_model_file(words[2], words[3], words[4]) ? 0 : fail("the file was not rounded");
  if (count != 5) return fail("usage: rwkv-cpp-bench MODEL.bin THREADS PROMPT GEN");
  const auto threads = static_cast<std::uint32_t>(std::atoi(words[2]));
  const auto prompt = static_cast<std::size_t>(std::atoi(words[3]));
  const auto gen = static_cast<std::size_t>(std::atoi(words[4]));

  rwkv_context* const model = rwkv_init_from_file(words[1], threads, 0);
  if (model == nullptr) return fail("the model was not loaded");
  std::vector<float> state(rwkv_get_state_len(model)), logits(rwkv_get_logits_len(model));
  std::vector<std::uint32_t> tokens(prompt);
  std::uint32_t seed = 1;
  for (std::uint32_t& token : tokens) {
    seed = seed * 1664525u + 1013904223u;
    token = (seed >> 8) % static_cast<std::uint32_t>(rwkv_get_n_vocab(model));
  }
  const auto read = [&] {
    rwkv_init_state(model, state.data());
    return rwkv_eval_sequence_in_chunks(model, tokens.data(), tokens.size(), chunk, state.data(),
                                        state.data(), logits.data());
  };
  // The first pass builds the graph and touches the memory.
  if (!read()) return fail("the prompt was not read");
  auto start = std::chrono::steady_clock::now();
  if (!read()) return fail("the prompt was not read");
  const double prefill = static_cast<double>(prompt) / seconds_since(start);

  if (!rwkv_eval(model, tokens[0], state.data(), state.data(), logits.data()))
    return fail("a token was not read");
  start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < gen; ++i) {
    if (!rwkv_eval(model, tokens[i % prompt], state.data(), state.data(), logits.data()))
      return fail("a token was not read");
  }
  std::printf("{\"prefill_tok_s\": %f, \"decode_tok_s\": %f}\n", prefill,
              static_cast<double>(gen) / seconds_since(start));
  rwkv_free(model);
  return 0;
}
