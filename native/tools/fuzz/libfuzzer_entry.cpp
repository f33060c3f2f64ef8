// For clang's libFuzzer: one program for all targets. The environment says which, since the arguments are
// libFuzzer's: `ROOST_FUZZ_TARGET=gguf roost-fuzz -max_total_time=60 CORPUS`.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "targets.h"

namespace {

const roost::fuzz::Target& chosen() {
  const char* const name = std::getenv("ROOST_FUZZ_TARGET");
  const roost::fuzz::Target* const target = roost::fuzz::find_target(name != nullptr ? name : "");
  if (target != nullptr) return *target;
  std::fputs("ROOST_FUZZ_TARGET must be one of:", stderr);
  for (const roost::fuzz::Target& each : roost::fuzz::targets()) {
    std::fprintf(stderr, " %.*s", static_cast<int>(each.name.size()), each.name.data());
  }
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const roost::fuzz::Target& target = chosen();
  // On the heap and of exactly this size, so that an address sanitizer sees every step outside.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(data),
                                    reinterpret_cast<const std::byte*>(data) + size);
  target.run(copy);
  return 0;
}
