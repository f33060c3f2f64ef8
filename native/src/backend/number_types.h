// The few words that a backend's interface and its kernels share. Kept apart from backend.h so that files
// compiled for one instruction set include nothing of the standard library that could be merged into the rest
// of the program.
#pragma once

#include <cstdint>

namespace roost::backend {

// The last three are blocks of 32 numbers along a row with one f16 scale, and the values of GGUF's Q8_0, Q4_0
// and Q4_1. q8: scale times an int8. q4: scale * (q - 8) with q from 0 to 15. q4m: scale * q + an f16
// minimum.
enum class DType : std::uint8_t { f32, f16, bf16, q8, q4, q4m };

constexpr bool in_blocks(DType type) {
  return type == DType::q8 || type == DType::q4 || type == DType::q4m;
}

// What happens to each element z of a product before it is stored. `bias` is a vector over the output
// columns.
enum class Epilogue : std::uint8_t {
  none,          // z
  add,           // out + z: accumulates onto what is there
  tanh,          // tanh z
  sigmoid,       // 1 / (1 + exp -z)
  bias_sigmoid,  // sigmoid(bias + z)
  relu_squared,  // max(z, 0)^2
  decay7,        // exp(-0.606531 sigmoid(bias + z)): generation 7's decay, in (0.5452, 1)
  decay6,        // exp(-exp(bias + z)): generation 6's decay, in (0, 1)
  silu,          // z sigmoid(z)
};

}  // namespace roost::backend
