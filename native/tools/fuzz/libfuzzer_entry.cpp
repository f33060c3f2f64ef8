// One program per target for clang's libFuzzer; ROOST_FUZZ_TARGET names the target.
#include <cstdint>
#include <vector>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const roost::fuzz::Target& target = *roost::fuzz::find_target(ROOST_FUZZ_TARGET);
  // On the heap and of exactly this size, so that an address sanitizer sees every step outside.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(data),
                                    reinterpret_cast<const std::byte*>(data) + size);
  target.run(copy);
  return 0;
}
