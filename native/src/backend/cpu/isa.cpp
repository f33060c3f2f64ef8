#include "backend/cpu/isa.h"

#include <array>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) || defined(_M_X64)
#define ROOST_X86 1
#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__linux__)
#include <fstream>
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif
#endif

namespace roost::backend::cpu {
namespace {

#ifdef ROOST_X86

std::array<unsigned, 4> cpuid(unsigned leaf, unsigned subleaf = 0) {
  std::array<unsigned, 4> r{};  // eax, ebx, ecx, edx
#if defined(_MSC_VER)
  int raw[4];
  __cpuidex(raw, static_cast<int>(leaf), static_cast<int>(subleaf));
  for (int i = 0; i < 4; ++i) r[static_cast<std::size_t>(i)] = static_cast<unsigned>(raw[i]);
#else
  __cpuid_count(leaf, subleaf, r[0], r[1], r[2], r[3]);
#endif
  return r;
}

// Register sets the operating system saves; 0 without XSAVE.
std::uint64_t saved_registers() {
  if ((cpuid(1)[2] & (1u << 27)) == 0) return 0;
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
#endif
}

bool has(unsigned word, std::initializer_list<int> bits) {
  for (const int bit : bits) {
    if ((word & (1u << bit)) == 0) return false;
  }
  return true;
}

bool processor_has_avx2() {
  if (cpuid(0)[0] < 7 || (saved_registers() & 0x6) != 0x6) return false;
  // Leaf 1 ecx: FMA 12, AVX 28, F16C 29. Leaf 7 ebx: AVX2 5.
  return has(cpuid(1)[2], {12, 28, 29}) && has(cpuid(7)[1], {5});
}

bool processor_has_avx512() {
  // Leaf 7 ebx: F 16, DQ 17, BW 30, VL 31. The system must save masks and the upper halves too.
  return processor_has_avx2() && (saved_registers() & 0xe6) == 0xe6 && has(cpuid(7)[1], {16, 17, 30, 31});
}

bool processor_has_vnni() {
  return processor_has_avx512() && has(cpuid(7)[2], {11});
}  // leaf 7 ecx

#endif

#ifndef ROOST_X86
bool processor_has_dot_products() {
#if defined(__APPLE__)
  return true;  // every processor of theirs that macOS runs on
#elif defined(__linux__) && defined(__aarch64__)
  constexpr unsigned long dot_products = 1ul << 20;  // HWCAP_ASIMDDP
  return (getauxval(AT_HWCAP) & dot_products) != 0;
#else
  return false;
#endif
}
#endif

struct Choice {
  const char* name;
  const Kernels* kernels;
  bool runs_here;
  const char* needs;  // of the processor and its system
};

std::vector<Choice> choices() {
  std::vector<Choice> all;
#ifdef ROOST_X86
  all.push_back({"avx512vnni", avx512vnni_kernels(), processor_has_vnni(), "AVX-512 with VNNI"});
  all.push_back({"avx512", avx512_kernels(), processor_has_avx512(), "AVX-512 (F, BW, DQ, VL)"});
  all.push_back({"avx2", avx2_kernels(), processor_has_avx2(), "AVX2, FMA and F16C"});
#else
  all.push_back({"neondot", neondot_kernels(), processor_has_dot_products(), "dot products of bytes"});
  all.push_back({"neon", neon_kernels(), true, "NEON"});
#endif
  all.push_back({"scalar", scalar_kernels(), true, ""});
  return all;
}

}  // namespace

std::vector<std::string> available_isas() {
  std::vector<std::string> names;
  for (const Choice& choice : choices()) {
    if (choice.kernels != nullptr && choice.runs_here) names.emplace_back(choice.kernels->isa);
  }
  return names;
}

std::vector<IsaReport> describe_isas() {
  std::vector<IsaReport> reports;
  for (const Choice& choice : choices()) {
    IsaReport report{choice.name, choice.kernels != nullptr && choice.runs_here, {}};
    if (choice.kernels == nullptr) {
      report.reason = "This build holds no kernels for it.";
    } else if (!choice.runs_here) {
      report.reason = std::string("This processor, or its system, lacks ") + choice.needs + ".";
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

Result<const Kernels*> choose_kernels(std::string_view wanted) {
  if (wanted.empty()) {
    if (const char* forced = std::getenv("ROOST_ISA"); forced != nullptr) wanted = forced;
  }
  for (const Choice& choice : choices()) {
    if (choice.kernels == nullptr || !choice.runs_here) continue;
    if (wanted.empty() || wanted == choice.kernels->isa) return choice.kernels;
  }
  std::string names;
  for (const std::string& name : available_isas()) names += (names.empty() ? "" : ", ") + name;
  return error(ErrorCode::device_unavailable, "This processor can't run the instruction set \"" +
                                                  std::string(wanted) + "\"; it has " + names + ".");
}

std::string processor_name() {
#ifdef ROOST_X86
  if (cpuid(0x80000000)[0] >= 0x80000004) {
    char name[49] = {};
    for (unsigned leaf = 0; leaf < 3; ++leaf) {
      const auto part = cpuid(0x80000002 + leaf);
      std::memcpy(name + leaf * 16, part.data(), 16);
    }
    std::string_view trimmed(name);
    while (trimmed.starts_with(' ')) trimmed.remove_prefix(1);
    while (trimmed.ends_with(' ')) trimmed.remove_suffix(1);
    return std::string(trimmed);
  }
#elif defined(__APPLE__)
  char name[128] = {};
  std::size_t size = sizeof name - 1;
  if (sysctlbyname("machdep.cpu.brand_string", name, &size, nullptr, 0) == 0) return name;
#elif defined(__linux__)
  // Boards name themselves here; server processors mostly do not.
  std::ifstream model("/sys/firmware/devicetree/base/model");
  std::string name;
  if (std::getline(model, name, '\0') && !name.empty()) return name;
#endif
  return "processor";
}

}  // namespace roost::backend::cpu
