// For clang's libFuzzer: one program for all targets. The environment says which, since the arguments are
// libFuzzer's: `ROOST_FUZZ_TARGET=gguf roost-fuzz -max_total_time=60 CORPUS`.
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
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

// libFuzzer's own limit is one of time on the clock, which says little on a busy machine and nothing where a
// process is stopped for a while. This one counts the processor's: no input may take two seconds of it.
volatile std::sig_atomic_t inputs = 0, inputs_at_tick = -1, ticks = 0, inside = 0;

void tick(int) {
  ticks = inside != 0 && inputs == inputs_at_tick ? ticks + 1 : 0;
  inputs_at_tick = inputs;
  if (ticks < 2) return;
  static constexpr char words[] = "an input takes more than two seconds of processor time\n";
  (void)!write(2, words, sizeof words - 1);
  std::abort();
}

void count_processor_time() {
  struct sigaction action {};
  action.sa_handler = tick;
  action.sa_flags = SA_RESTART;
  sigaction(SIGVTALRM, &action, nullptr);
  const itimerval every_second{{1, 0}, {1, 0}};
  setitimer(ITIMER_VIRTUAL, &every_second, nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  count_processor_time();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const roost::fuzz::Target& target = chosen();
  inputs = (inputs + 1) & 0x3fffffff;
  // On the heap and of exactly this size, so that an address sanitizer sees every step outside.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(data),
                                    reinterpret_cast<const std::byte*>(data) + size);
  inside = 1;
  target.run(copy);
  inside = 0;
  return 0;
}
