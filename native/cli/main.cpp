// roost-engine: the engine without the application. Results are JSON on standard output, everything else goes
// to standard error. Exit status: see outcome.h.
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <csignal>
#endif

#include "commands.h"

namespace roost::cli {
namespace {

constexpr const char* help =
    "Usage: roost-engine COMMAND ...\n"
    "  inspect MODEL|STATE                what a model or a tuned initial state holds; nothing is computed\n"
    "  logits MODEL --tokens FILE|1,2,3 [--at 1,2,17] [--out L.npy] [--state-in S.npy] [--state-out S.npy]\n"
    "         [--mode sequence|recurrent] [--chunk N]\n"
    "  generate MODEL --prompt TEXT|--tokens FILE [--max-tokens N] [--temperature T] [--top-p P] [--top-k "
    "K]\n"
    "         [--min-p M] [--presence A] [--frequency B] [--penalty-decay D]\n"
    "         [--penalty-kind occurrence|accumulated] [--seed S] [--stop TEXT]... [--ignore-end]\n"
    "         [--state F.pth] [--snapshot-in F] [--snapshot-out F] [--batch N] [--json]\n"
    "  tokenize [--decode]                text on standard input to token ids, or back\n"
    "  distribution --logits L.npy [--row R] [sampling options] [--history FILE]\n"
    "  snapshot inspect F | snapshot verify F --model MODEL\n"
    "  convert IN OUT.gguf [--weights f32|f16|bf16|q8_0|q5_1|q5_0|q4_1|q4_0] [--threads N] [--vocab ...]\n"
    "  bench MODEL [--prompt 512] [--gen 128] [--batch 1] [--repeat 5]\n"
    "  selftest | devices\n"
    "Common options: --device cpu|emulated|cuda[:N]|metal[:N]  --weights f32|f16|bf16|q8|q4|file  --threads "
    "N\n"
    "                --vocab world|neox|PATH  --access auto|memory (read the whole file before anything "
    "else)\n"
    "Exit status: 0 done, 1 the input is bad, 2 wrong usage, 3 the device or the machine failed.\n";

Outcome dispatch(const std::vector<std::string>& words) {
  struct Command {
    const char* name;
    Outcome (*run)(std::span<const std::string>);
  };
  constexpr Command commands[] = {
      {"inspect", inspect_command},   {"logits", logits_command},     {"generate", generate_command},
      {"tokenize", tokenize_command}, {"snapshot", snapshot_command}, {"distribution", distribution_command},
      {"convert", convert_command},   {"bench", bench_command},       {"selftest", selftest_command},
      {"devices", devices_command},
  };
  if (words.empty()) {
    std::fputs(help, stderr);
    return wrong_usage;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::fputs(help, stdout);
    return done;
  }
  for (const Command& command : commands) {
    if (words[0] == command.name) return command.run(std::span(words).subspan(1));
  }
  return error(ErrorCode::invalid_argument, "There is no command \"" + words[0] + "\"; --help lists them.");
}

// One line, whatever a file name or an argument brought into the message.
void complain(const Error& failure) {
  std::string line = "roost-engine: " + failure.message;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  std::fprintf(stderr, "%s (%.*s)\n", line.c_str(), static_cast<int>(name_of(failure.code).size()),
               name_of(failure.code).data());
}

int run(const std::vector<std::string>& words) {
  try {
    const Outcome outcome = dispatch(words);
    if (outcome.ok()) return outcome.value();
    complain(outcome.failure());
    return status_of(outcome.failure().code);
  } catch (const std::bad_alloc&) {
    complain(error(ErrorCode::out_of_memory, "There is not enough memory."));
  } catch (const std::exception& fault) {
    complain(error(ErrorCode::internal, std::string("An unexpected fault: ") + fault.what()));
  } catch (...) {
    complain(error(ErrorCode::internal, "An unexpected fault."));
  }
  return machine_failed;
}

}  // namespace
}  // namespace roost::cli

#if defined(_WIN32)
int wmain(int count, wchar_t** given) {
  _setmode(_fileno(stdin), _O_BINARY);
  _setmode(_fileno(stdout), _O_BINARY);
  std::vector<std::string> words;
  for (int i = 1; i < count; ++i) {
    const int size = WideCharToMultiByte(CP_UTF8, 0, given[i], -1, nullptr, 0, nullptr, nullptr);
    std::string word(size > 0 ? static_cast<std::size_t>(size) : 1, '\0');
    WideCharToMultiByte(CP_UTF8, 0, given[i], -1, word.data(), size, nullptr, nullptr);
    word.pop_back();
    words.push_back(std::move(word));
  }
  return roost::cli::run(words);
}
#else
int main(int count, char** given) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of ours to report
  return roost::cli::run(std::vector<std::string>(given + (count > 0 ? 1 : 0), given + count));
}
#endif
