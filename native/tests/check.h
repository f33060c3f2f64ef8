// The whole test framework of the native side: TEST("what would fail") { CHECK(...); } and a main().
// Kept to one header because nothing that a fresh machine surely has offers one.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace check {

struct Case {
  const char* name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

inline int& assertions() {
  static int count = 0;
  return count;
}

struct Register {
  Register(const char* name, void (*run)()) { cases().push_back({name, run}); }
};

inline void report(bool good, const char* file, int line, const std::string& what) {
  ++assertions();
  if (!good) {
    ++failures();
    std::fprintf(stderr, "  %s:%d: %s\n", file, line, what.c_str());
  }
}

template <class A, class B>
std::string describe(const char* a_text, const A& a, const char* b_text, const B& b) {
  std::ostringstream out;
  out << a_text << " == " << b_text;
  if constexpr (requires { out << a << b; }) out << "  (" << a << " vs " << b << ")";
  return out.str();
}

// Runs every case whose name contains argv[1] (all without it). A program in which nothing was asserted has
// failed.
inline int run_all(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  int passed = 0, failed = 0;
  for (const Case& c : cases()) {
    if (std::string_view(c.name).find(wanted) == std::string_view::npos) continue;
    const int before = failures();
    const int asserted = assertions();
    c.run();
    if (assertions() == asserted) report(false, c.name, 0, "asserted nothing");
    const bool good = failures() == before;
    std::fprintf(stderr, "%s %s\n", good ? "ok  " : "FAIL", c.name);
    (good ? passed : failed)++;
  }
  std::fprintf(stderr, "%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace check

#define CHECK_JOIN2(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN2(a, b)
#define TEST(name)                                                                                       \
  static void CHECK_JOIN(test_case_, __LINE__)();                                                        \
  static const ::check::Register CHECK_JOIN(test_register_, __LINE__)(name,                              \
                                                                      CHECK_JOIN(test_case_, __LINE__)); \
  static void CHECK_JOIN(test_case_, __LINE__)()

#define CHECK(condition) ::check::report(static_cast<bool>(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(a, b)                                                                                 \
  do {                                                                                                    \
    const auto& check_a = (a);                                                                            \
    const auto& check_b = (b);                                                                            \
    ::check::report(check_a == check_b, __FILE__, __LINE__, ::check::describe(#a, check_a, #b, check_b)); \
  } while (false)
#define CHECK_NEAR(a, b, tolerance)                                                  \
  do {                                                                               \
    const double check_a = static_cast<double>(a), check_b = static_cast<double>(b); \
    ::check::report(std::fabs(check_a - check_b) <= (tolerance), __FILE__, __LINE__, \
                    ::check::describe(#a, check_a, #b, check_b));                    \
  } while (false)
// For what the rest of the case needs: reports and leaves the case.
#define REQUIRE(condition)                                       \
  do {                                                           \
    const bool check_good = static_cast<bool>(condition);        \
    ::check::report(check_good, __FILE__, __LINE__, #condition); \
    if (!check_good) return;                                     \
  } while (false)

#define TEST_MAIN() \
  int main(int argc, char** argv) { return ::check::run_all(argc, argv); }
