// Large blocks for weights, state and scratch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "support/machine_memory.h"

namespace roost::backend::cpu {

// Zero-filled, page-aligned memory straight from the system, in huge pages where it grants them: reading
// weights is all that decoding does, and small pages cost a tenth of it. Pages that are never touched take no
// memory.
class Block {
 public:
  Block() = default;
  explicit Block(std::size_t bytes);  // empty (data() == nullptr) when the system refuses
  ~Block();
  Block(Block&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Block& operator=(Block&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  unsigned char* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  unsigned char* data_ = nullptr;
  std::size_t size_ = 0;  // as asked for
};

using support::machine_memory;
using support::MachineMemory;

}  // namespace roost::backend::cpu
