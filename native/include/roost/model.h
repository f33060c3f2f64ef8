// A model file and a loaded model, as the two faces (command line, addon) see them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "roost/result.h"

namespace roost {

struct ModelInfo {
  std::string path;
  std::string generation;  // "4", "5.0", "5.1", "5.2", "6", "7"
  std::string format;      // "pth", "safetensors", "gguf"
  std::uint32_t layers = 0, width = 0, ffn = 0, heads = 0, head_size = 0, vocab = 0;
  std::uint64_t parameters = 0;
  std::map<std::string, std::uint64_t> dtypes;  // "BF16" -> number of tensors
  std::uint64_t file_bytes = 0;
  std::uint64_t state_bytes = 0;
  std::string fingerprint;  // hex; identifies the weights
  std::string tokenizer;    // "embedded", "world", "neox"
  std::string title;
  std::string basename;       // general.basename of GGUF, for choosing a chat template
  std::string chat_template;  // tokenizer.chat_template of GGUF, valid UTF-8, at most 16 KiB of it
  std::optional<std::uint32_t> training_context;
  // The file carries a tuned initial state: what a session begins from where no other one is asked for.
  bool tuned_state = false;
  // Bytes of the weights in memory by WeightFormat: "file", "q8", "q4". Beside them stand the states and some
  // working memory. Empty where the file was not asked for it, or is of no generation that runs.
  std::map<std::string, std::uint64_t> weight_memory;
  // What each number format of the file's matrices is held as: "Q6_K" -> "q8".
  std::map<std::string, std::string> held_as;
};

// Parses and checks the file; computes nothing. Fills in everything. Errors as formats::open_model_file.
Result<ModelInfo> inspect_model(const std::string& path_utf8);

enum class WeightFormat : std::uint8_t { file, f32, f16, bf16, q8, q4 };

struct LoadOptions {
  // "cpu", "emulated", "cuda" (the card with most memory), "cuda:1", "metal" ...: a kind of list_devices().
  std::string device;  // empty: "cpu"
  WeightFormat weights = WeightFormat::file;
  int threads = 0;  // 0: as many as the machine has physical cores
  std::string isa;  // of the processor: a name of list_instruction_sets(). Empty: ROOST_ISA, else the best
  std::string vocabulary;  // "", "world", "neox" or a path. Empty: what the file carries, else beside it,
                           // else vocabulary_folders
  std::vector<std::string> vocabulary_folders;  // searched for vocabulary files, in order
  // Reads the whole file into memory first, so that it may vanish afterwards. Done without being asked where
  // the file lies on a network or a removable disk.
  bool read_into_memory = false;
  bool needs_vocabulary = true;  // false: load without one; text calls then fail with vocabulary_missing
  std::function<void(double fraction)> progress;  // called from the loading thread, must not throw
  std::function<bool()> cancelled;                // polled
};

class Engine;  // session.h
// Loads the model and starts its scheduler. Blocking: call it from a thread of its own.
Result<std::shared_ptr<Engine>> load_engine(const std::string& path_utf8, const LoadOptions& options);

struct DeviceReport {
  std::string kind;  // "cpu", "emulated", "cuda", "metal"
  bool usable = false;
  std::string name;
  std::uint64_t memory_bytes = 0;
  std::string reason;  // why not, when it is not usable
  std::string driver;  // its version; empty where the device has none, or does not tell
};
std::vector<DeviceReport> list_devices();  // never empty

}  // namespace roost
