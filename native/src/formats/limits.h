// Every limit that the parsers of model files keep, in one place. A number in a file is compared with one of
// these, or with the bytes that are left, before anything of its size is made. docs/fuzzing.md says why each
// is what it is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::formats {

// Any container.
inline constexpr std::size_t kMaximumNameBytes = 512;  // of a tensor, a key, an archive entry
inline constexpr std::uint64_t kMaximumTensors = 100'000;
inline constexpr std::size_t kMaximumDimensions = 8;  // GGUF: 4
// All numbers of a model together may take this many times the bytes of its file: tensors may share storage,
// but not pose as a model that is larger than what was downloaded.
inline constexpr std::uint64_t kMaximumSharing = 2;

// What remains of a model: compared before any memory is asked for.
inline constexpr std::uint32_t kMaximumLayers = 10'000;
inline constexpr std::uint64_t kMaximumSize = 0x7fffffff;  // width, vocabulary, ranks

// ZIP and pickle (.pth).
inline constexpr std::uint64_t kMaximumEntries = kMaximumTensors + 100;
inline constexpr std::uint64_t kMaximumPickleBytes = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMaximumByteOrderBytes = 16;  // "little"
inline constexpr std::size_t kMaximumPickleMarks = 32;       // nesting
// A model of 61 layers needs some 30,000 values and 60,000 pushes. These bound the memory at about 100 MB.
inline constexpr std::size_t kMaximumPickleValues = 500'000;
inline constexpr std::size_t kMaximumPicklePushes = 2'000'000;
inline constexpr std::size_t kMaximumPickleMemo = 500'000;

// safetensors, and the index of a divided one.
inline constexpr std::uint64_t kMaximumTableBytes = 100'000'000;
inline constexpr std::uint64_t kMaximumTableValues = 9 * kMaximumTensors;  // of a tensor of two dimensions: 8
inline constexpr std::uint64_t kMaximumShardIndexBytes = std::uint64_t{32} << 20;
inline constexpr std::size_t kMaximumShards = 512;
inline constexpr std::size_t kMaximumShardNameBytes = 200;

// GGUF.
inline constexpr std::uint64_t kMaximumHeaderBytes = std::uint64_t{256} << 20;  // keys and tensor table
inline constexpr std::uint64_t kMaximumKeys = 100'000;
inline constexpr std::uint64_t kMaximumTextBytes = std::uint64_t{1} << 20;       // one text
inline constexpr std::uint64_t kMaximumTokenizerBytes = std::uint64_t{8} << 20;  // a whole tokenizer.json
inline constexpr std::uint64_t kMaximumTextsBytes = std::uint64_t{16} << 20;     // all that are no list
inline constexpr std::uint64_t kMaximumTokenBytes = std::uint64_t{32} << 20;     // the texts of one list
inline constexpr std::uint64_t kMaximumTokens = std::uint64_t{1} << 20;

}  // namespace roost::formats
