// A loaded model: weights in the backend's layout, a pool of state slots, and one pure step function over a
// ragged batch. Knows nothing of text, files (beyond what it is loaded from), sampling or threads that wait.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/model_file.h"
#include "roost/result.h"

namespace roost::model {

enum class Precision : std::uint8_t { file, f32, f16, bf16, q8, q4 };

// sequence: all tokens of a sequence go through matrix-matrix products and a scan; recurrent: token by token.
// Both give the same numbers within rounding.
enum class Mode : std::uint8_t { sequence, recurrent };

enum class Logits : std::uint8_t { none, last, all };

struct Sequence {
  std::uint32_t slot;                     // its state is read and updated
  std::span<const std::uint32_t> tokens;  // at least one; every id < vocabulary
  Logits logits = Logits::last;
};

struct LoadSettings {
  Precision precision = Precision::file;
  std::string device = "cpu";
  int threads = 0;  // 0: physical cores
  std::string isa;  // of the processor, for tests; empty: ROOST_ISA if that is set, else the best
  std::optional<float> group_norm_epsilon;  // of ln_x in generation 5; absent: usual_group_norm_epsilon()
  std::function<void(double fraction)> progress;
  std::function<bool()> cancelled;
};

// One token from a row of logits, as roost::Sampler decided on it before.
struct TokenDraw {
  float temperature = 1, top_p = 1, min_p = 0;
  std::uint32_t top_k = 0;
  float uniform = 0;
  std::vector<std::pair<std::uint32_t, float>> adjustments;  // of different tokens
};
struct DrawnToken {
  std::uint32_t token = 0;
  float logprob = 0;
  bool good = false;  // false: a NaN, an infinity, or no token that could be drawn
};

// State of one sequence as flat f32, in sections. Generation 4: att_x_prev, att_aa, att_bb, att_pp,
// ffn_x_prev, each [layer, width]; att_pp begins at -1e30, everything else everywhere at 0, but att_kv at
// what the file says where it has a tuned state. The others: att_x_prev [layer, width], att_kv, ffn_x_prev
// [layer, width], with att_kv [layer, head, key, value] in generation 5 and 6 and [layer, head, value, key]
// in 7.
class LanguageModel {
 public:
  virtual ~LanguageModel() = default;

  virtual std::uint32_t vocabulary() const = 0;
  virtual std::uint64_t state_floats() const = 0;
  virtual std::uint64_t weight_bytes() const = 0;  // resident bytes of the packed weights
  virtual std::uint64_t bytes_per_token()
      const = 0;  // bytes a dense decode step reads: weights plus state, read and written
  virtual std::uint64_t multiplications_per_token() const { return 0; }  // of a prompt's token, in matrices
  virtual std::string device() const = 0;                                // "cpu"
  virtual std::string isa() const = 0;  // "avx512vnni", "avx512", "avx2", "neon", "scalar"
  virtual int threads() const = 0;

  virtual Result<std::uint32_t> acquire_slot() = 0;  // the state before the first token
  virtual void release_slot(std::uint32_t slot) = 0;
  virtual void clear_slot(std::uint32_t slot) = 0;
  virtual void copy_slot(std::uint32_t to, std::uint32_t from) = 0;
  // A new slot that holds what another does.
  virtual Result<std::uint32_t> acquire_copy(std::uint32_t from) {
    auto slot = acquire_slot();
    if (slot.ok()) copy_slot(slot.value(), from);
    return slot;
  }
  virtual Status read_state(std::uint32_t slot,
                            std::span<float> out) const = 0;  // out.size() == state_floats()
  virtual Status write_state(std::uint32_t slot, std::span<const float> in) = 0;

  // Advances every sequence by its own number of tokens. `logits` receives, sequence after sequence, one row
  // of vocabulary() floats for `last`, one per token for `all`, nothing for `none`. Slots must be distinct.
  // Not reentrant: one thread at a time. Errors: tokens_invalid, out_of_memory, device_failed.
  virtual Status forward(std::span<const Sequence> batch, Mode mode, std::span<float> logits) = 0;

  // Where the device can draw a token for each sequence of this batch: forward(), whose logits stay where
  // they are, and draws[i] from the last ones of batch[i].
  virtual bool can_draw(std::span<const Sequence> batch) const { return false; }
  virtual Status forward_and_draw(std::span<const Sequence> batch, std::span<const TokenDraw> draws,
                                  std::span<DrawnToken> drawn) {
    return error(ErrorCode::internal, "This model draws no tokens.");
  }
  // Those that drawn[i] came from, without its adjustments; until the next step.
  virtual Status last_logits(std::size_t i, std::span<float> out) const {
    return error(ErrorCode::internal, "This model keeps no logits.");
  }
};

// Of ln_x in generation 5, by where a model comes from. Its trainers divide by 8 before a norm with 1e-5,
// which is 64e-5 without the division: so for all published models. Those with a vocabulary of the 256 bytes
// come from no trainer of theirs but from rwkv.cpp, which leaves the division out and keeps 1e-5.
float usual_group_norm_epsilon(const formats::ModelFile& file);

// Whether this version runs models of the file's generation. Errors: model_unsupported.
Status check_generation(const formats::ModelFile& file);

// Errors: cancelled, model_unsupported, out_of_memory, device_unavailable.
Result<std::unique_ptr<LanguageModel>> load_language_model(std::shared_ptr<const formats::ModelFile> file,
                                                           const LoadSettings& settings);

// Bytes that the packed weights will take in memory; nothing is loaded. Errors: model_unsupported,
// device_unavailable, model_damaged.
Result<std::uint64_t> weight_memory(std::shared_ptr<const formats::ModelFile> file, Precision precision);

// The number formats of the file's weights by name, and what each is held as in memory where nothing else is
// asked for: "Q6_K" -> "q8".
std::map<std::string, std::string> formats_in_memory(const formats::ModelFile& file);

// Reads a large block with all threads, several times: the machine's own read bandwidth in bytes per second,
// best of runs.
double measure_read_bandwidth(int threads, const std::string& device = "cpu");

// Operations per second on numbers in registers with all threads: of f32, and of bytes (0 where there is no
// such instruction).
struct ArithmeticPeak {
  double of_floats = 0, of_bytes = 0;
};
ArithmeticPeak measure_arithmetic(int threads);

}  // namespace roost::model
