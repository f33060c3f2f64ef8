// The block that holds one session's state. Layout, format version 2, all numbers little-endian:
//
//    0  8  magic "RoostSnp"
//    8  4  format version
//   12  4  header bytes H: offset of the payload, a multiple of 64
//   16  8  all bytes of the block
//   24 32  checksum over everything else, bytes [0, 24) and [56, end): CRC-32C (4) and zeros. In version 1,
//   which
//          is still read and is the same otherwise: SHA-256
//   56     layers, width, heads, head size, vocabulary, flags (4 each); token count, state floats (8 each);
//          prefix hash (32); model fingerprint, tokenizer fingerprint, generation, weights, device, pending
//          bytes, initial state (each a 2-byte length and its bytes; blocks without the last one stand on the
//          zero state); zeros up to H
//    H     state (f32), then logits (f32, vocabulary of them) if flag 1 is set
//
// The checksum is against faults of disks and memory. It keeps nobody from writing a block of his own, and
// SHA-256 kept nobody either; it took thirty times as long as copying the state. A format that changes gets a
// new version; one that is not known is refused, and the transcript read again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "roost/snapshot.h"

namespace roost::engine {

inline constexpr std::uint32_t snapshot_format_version = 2;

struct SnapshotContent {
  SnapshotHeader header;  // checksum and format_version are filled in by encode and decode
  std::array<std::uint8_t, 32> prefix{};
  std::string pending;               // bytes of a character that the tokens read so far began and did not end
  std::span<const std::byte> state;  // header.state_floats f32, inside the block
  std::span<const std::byte> logits;  // vocabulary f32 or none, inside the block
};

// Room for a block with this header and unset payload; fill state and logits in place, then seal it.
// Errors: out_of_memory.
struct SnapshotBuilder {
  std::vector<std::byte> block;
  std::size_t state_offset = 0;
  std::size_t logits_offset = 0;
};
Result<SnapshotBuilder> begin_snapshot(const SnapshotContent& content);
// Writes the checksum that a block of this version has. False when a number of the payload is not finite: no
// reader would take the block then. `block` is at least as long as what builds one begins with.
bool seal_snapshot(std::span<std::byte> block);

// Checks everything that can be checked without a model: layout, checksum, finite numbers. The result points
// into `bytes`. Errors: snapshot_damaged.
Result<SnapshotContent> decode_snapshot(std::span<const std::byte> bytes);

// Ok when a session of this model may continue from it; snapshot_mismatch with the first difference
// otherwise. Empty `weights` or `device`: not compared.
Status compare_snapshot(const SnapshotHeader& header, const ModelInfo& info, const std::string& tokenizer,
                        const std::string& weights, const std::string& device);
// Whether it stands on the same initial state as a session; snapshot_mismatch otherwise.
Status compare_initial_state(const SnapshotHeader& header, const std::string& initial_state);

}  // namespace roost::engine
