// Snapshot files and blocks: everything a reader may know without loading a model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "roost/model.h"
#include "roost/result.h"

namespace roost {

struct SnapshotHeader {
  std::uint32_t format_version = 0;
  std::string model_fingerprint;      // hex SHA-256 of the weights
  std::string tokenizer_fingerprint;  // hex, may be empty
  std::string generation;
  std::string weights;  // precision the state was computed with: "file" (as stored), "f32", "bf16", "q8" ...
  std::string device;   // kind of device that computed it: "cpu"
  std::uint32_t layers = 0, width = 0, heads = 0, head_size = 0, vocab = 0;
  std::uint64_t token_count = 0;
  // Hex; names everything read so far. h(0) is 32 zero bytes, h(n) = SHA-256(h(n-1), token n as u32
  // little-endian), so that it can be carried on from any point.
  std::string prefix_hash;
  // Hex fingerprint of the tuned initial state that the tokens were read on; empty: the zero state.
  std::string initial_state;
  bool has_logits = false;
  std::uint64_t state_floats = 0;
  std::string checksum;  // hex, over header and payload: CRC-32C, in format version 1 SHA-256
};

// Errors: snapshot_damaged.
Result<SnapshotHeader> inspect_snapshot(std::span<const std::byte> bytes);
// Ok when `info` could continue from it; snapshot_damaged or snapshot_mismatch with the first difference
// otherwise.
Status verify_snapshot(std::span<const std::byte> bytes, const ModelInfo& info);

}  // namespace roost
