// Every file of the hostile corpus is looked at and loaded in a process of its own: none may end it, take it
// more than two seconds, or make it reserve more than the file's own size and a constant; each gets the
// answer that is written beside it, in a sentence that names the file and nothing of the machine.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "allocation_meter.h"
#include "check.h"
#include "corpus.h"
#include "roost/model.h"
#include "roost/session.h"
#include "roost/tuned_state.h"
#include "support/path_text.h"
#include "support/utf8.h"

using namespace roost;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

// What a parser may use besides the file's own size. The tables of a hostile archive or JSON are the largest
// part.
constexpr std::size_t parser_constant = std::size_t{96} << 20;
// Beyond that, address space for the stacks of threads, the allocator's arenas and the program's own growth.
constexpr std::size_t process_constant = std::size_t{192} << 20;
constexpr int seconds_limit = sanitized ? 20 : 2;  // of processor time

struct Folder {
  Folder() {
    const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
    path = std::filesystem::temp_directory_path() / ("roost-hostile-" + std::to_string(stamp));
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

// What became of one file. Sent through a pipe as it is.
struct Report {
  bool ended = false;  // the rest is set
  std::uint64_t peak = 0;
  char code[64] = {};
  char load_code[64] = {};
  char message[2048] = {};
};

void copy(char* to, std::size_t size, std::string_view text) {
  const std::size_t count = std::min(text.size(), size - 1);
  std::memcpy(to, text.data(), count);
  to[count] = '\0';
}

Report look_at(const std::string& path) {
  Report report;
  const allocation_meter::Meter meter;
  const auto info = inspect_model(path);
  copy(report.code, sizeof report.code, info.ok() ? "opens" : name_of(info.failure().code));
  if (!info.ok()) copy(report.message, sizeof report.message, info.failure().message);
  LoadOptions options;
  options.threads = 1;
  options.needs_vocabulary = false;
  const auto engine = load_engine(path, options);
  copy(report.load_code, sizeof report.load_code, engine.ok() ? "opens" : name_of(engine.failure().code));
  (void)read_tuned_state(path);  // the other reader of the same containers
  report.peak = meter.peak();
  report.ended = true;
  return report;
}

#if defined(_WIN32)

Report look_apart(const std::string& path, std::uint64_t, std::string&) {
  return look_at(path);
}

#else

std::uint64_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// `size` is the file's; `trouble` says how the process ended where it did not report.
Report look_apart(const std::string& path, std::uint64_t size, std::string& trouble) {
  Report report;
  int ends[2] = {};
  if (::pipe(ends) != 0) {
    trouble = "no pipe";
    return report;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    const rlimit processor{seconds_limit, seconds_limit + 1};
    ::setrlimit(RLIMIT_CPU, &processor);
    ::alarm(120);  // a wait without work; the machine may be busy with others
    const std::uint64_t before = address_space();
    if (!sanitized && before != 0) {
      // Mapped once, and allowed as much again.
      const rlim_t most = before + 2 * size + parser_constant + process_constant;
      const rlimit space{most, most};
      ::setrlimit(RLIMIT_AS, &space);
    }
    report = look_at(path);
    const bool sent = ::write(ends[1], &report, sizeof report) == static_cast<ssize_t>(sizeof report);
    ::_exit(sent ? 0 : 1);
  }
  ::close(ends[1]);
  std::size_t have = 0;
  while (have < sizeof report) {
    const ssize_t count = ::read(ends[0], reinterpret_cast<char*>(&report) + have, sizeof report - have);
    if (count <= 0) break;
    have += static_cast<std::size_t>(count);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (have < sizeof report) report = Report{};
  if (WIFSIGNALED(status)) trouble = "ended by signal " + std::to_string(WTERMSIG(status));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    trouble = "ended with " + std::to_string(WEXITSTATUS(status));
  return report;
}

#endif

bool allowed(const std::string& answer, std::string_view code) {
  return ("|" + answer + "|").find("|" + std::string(code) + "|") != std::string::npos;
}

// A sentence for a person: about this file, without anything that a terminal or a log would act on, and
// without the folders of this machine.
std::string fault_of_sentence(const std::string& message, const std::string& label, const Folder& folder) {
  if (message.find(label) == std::string::npos) return "does not name the file";
  if (!message.ends_with('.')) return "does not end like a sentence";
  if (message.size() > 1500) return "is too long";
  if (message.find(folder.path.filename().string()) != std::string::npos) return "shows a folder";
  if (!support::is_valid_utf8(message)) return "is not UTF-8";
  const bool plain = std::none_of(message.begin(), message.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return plain ? "" : "holds control characters";
}

void examine(const Folder& folder, const std::string& path, const std::string& answer, std::uint64_t size,
             std::uint64_t& largest) {
  const std::string label = support::file_label(path);
  std::string trouble;
  const Report report = look_apart(path, size, trouble);
  std::string fault = trouble;
  if (fault.empty() && !report.ended) fault = "did not report";
  if (fault.empty() && !allowed(answer, report.code)) {
    fault = std::string("got ") + report.code + " instead of " + answer + ": " + report.message;
  }
  if (fault.empty() && std::strcmp(report.code, report.load_code) != 0) {
    fault = std::string("looked at: ") + report.code + ", loaded: " + report.load_code;
  }
  if (fault.empty() && std::strcmp(report.code, "opens") != 0) {
    if (const std::string wrong = fault_of_sentence(report.message, label, folder); !wrong.empty()) {
      fault = "the sentence " + wrong + ": " + report.message;
    }
  }
  if (fault.empty() && report.peak > size + parser_constant) {
    fault = "reserved " + std::to_string(report.peak >> 20) + " MiB for a file of " + std::to_string(size) +
            " bytes";
  }
  if (report.peak > size) largest = std::max(largest, report.peak - size);
  check::report(fault.empty(), __FILE__, __LINE__, label + " " + fault);
}

}  // namespace

TEST("the whole corpus: no crash, no hang, no large reservation, one clear answer each") {
  const Folder folder;
  const std::vector<hostile::HostileFile> files = hostile::hostile_corpus();
  CHECK(files.size() >= 200);
  std::uint64_t largest = 0;
  for (const hostile::HostileFile& file : files) {
    const std::filesystem::path path = folder.path / file.name;
    std::ofstream(path, std::ios::binary) << file.content;
    if (file.length > file.content.size()) {
      std::error_code no_holes;
      std::filesystem::resize_file(path, file.length, no_holes);
      if (no_holes) {
        std::fprintf(stderr, "  ABSENT %s: this disk has no files of that size\n", file.name.c_str());
        std::filesystem::remove(path);
        continue;
      }
    }
    // A hole takes address space, not memory: what may be reserved is measured by what is in the file.
    examine(folder, support::path_to_utf8(path), file.answer,
            std::max<std::uint64_t>(file.content.size(), file.length), largest);
    std::filesystem::remove(path);
  }
  std::fprintf(stderr, "  %zu files; at most %.1f MiB reserved beyond a file's own size\n", files.size(),
               static_cast<double>(largest) / (1 << 20));
}

#if !defined(_WIN32)
TEST("what is no file: folders, pipes, sockets, devices, links, names that are no text") {
  const Folder folder;
  const auto at = [&](const std::string& name) { return (folder.path / name).string(); };
  std::uint64_t largest = 0;
  std::filesystem::create_directory(at("folder.pth"));
  REQUIRE(::mkfifo(at("pipe.pth").c_str(), 0600) == 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  copy(address.sun_path, sizeof address.sun_path, at("s.pth"));
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  std::filesystem::create_symlink("nowhere", at("dangling.pth"));
  std::filesystem::create_symlink("loop.pth", at("loop.pth"));
  std::filesystem::create_symlink("/dev/zero", at("zero.pth"));
  std::filesystem::create_directory_symlink(folder.path, at("up.pth"));
  const std::pair<const char*, const char*> places[] = {
      {"folder.pth", "file_unreadable"}, {"pipe.pth", "file_unreadable"}, {"dangling.pth", "file_missing"},
      {"loop.pth", "file_unreadable"},   {"zero.pth", "file_unreadable"}, {"up.pth", "file_unreadable"},
      {"folder.pth/x", "file_missing"},  {"absent", "file_missing"},
  };
  for (const auto& [name, answer] : places) examine(folder, at(name), answer, 0, largest);
  if (bound) examine(folder, at("s.pth"), "file_unreadable", 0, largest);
  ::close(socket);
  examine(folder, "/dev/null", "file_unreadable", 0, largest);
  examine(folder, std::string(5000, 'n'), "file_unreadable|file_missing", 0, largest);
  examine(folder, "", "file_missing", 0, largest);
  // An index whose part is a device or a pipe.
  std::ofstream(at("model.index.json")) << R"({"weight_map":{"a":"a.safetensors"}})";
  std::filesystem::create_symlink("/dev/zero", at("a.safetensors"));
  {
    std::string trouble;
    const Report report = look_apart(at("model.index.json"), 0, trouble);
    CHECK_EQUAL(trouble, "");
    CHECK_EQUAL(std::string(report.code), "file_unreadable");
  }
  // A name that is no text: the file is as good as any, and the sentence about it is text all the same.
  const std::string odd = at("\xff\xfe\x1b[31m\n.gguf");
  std::ofstream(odd) << "no model";
  std::string trouble;
  const Report report = look_apart(odd, 8, trouble);
  if (std::filesystem::exists(odd)) {
    CHECK_EQUAL(std::string(report.code), "not_a_model");
    CHECK(support::is_valid_utf8(report.message));
    CHECK(std::string(report.message).find('\x1b') == std::string::npos);
    CHECK(std::string(report.message).find('\n') == std::string::npos);
  }
}

// The other process changes the file as fast as it can; whatever is found is an answer, and this process
// lives.
TEST("a file that grows, shrinks and is replaced while it is opened") {
  const Folder folder;
  const std::string path = (folder.path / "restless.gguf").string();
  const std::string source = std::string(ROOST_SOURCE_DIR) + "/tests/fixtures/rwkv7-l3-c128-f16.gguf";
  std::filesystem::copy_file(source, path);
  const auto size = std::filesystem::file_size(path);
  const pid_t other = ::fork();
  if (other == 0) {
    ::alarm(120);
    for (std::uint64_t i = 0;; ++i) {
      const int outcome = ::truncate(path.c_str(), static_cast<off_t>(i * 7919 % size));
      std::error_code ignored;
      if (i % 5 == 0)
        std::filesystem::copy_file(source, path + ".new", std::filesystem::copy_options::overwrite_existing,
                                   ignored);
      if (i % 5 == 0) std::filesystem::rename(path + ".new", path, ignored);
      if (outcome != 0 && i > 1'000'000) ::_exit(0);
    }
  }
  std::map<std::string, int> answers;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  int looks = 0;
  while (looks < 20 || (std::chrono::steady_clock::now() < until && looks < 400)) {
    ++looks;
    const Report report = look_at(path);
    ++answers[report.code];
    ++answers[report.load_code];
  }
  ::kill(other, SIGKILL);
  ::waitpid(other, nullptr, 0);
  for (const auto& [code, count] : answers) {
    std::fprintf(stderr, "  %s: %d\n", code.c_str(), count);
    CHECK(allowed("opens|model_changed|model_truncated|model_damaged|not_a_model|file_missing", code));
  }
  CHECK(looks >= 20);
}
#endif

TEST_MAIN()
