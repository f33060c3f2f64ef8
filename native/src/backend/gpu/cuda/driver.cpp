#include "backend/gpu/cuda/driver.h"

#include <cstdlib>
#include <string_view>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace roost::backend::gpu::cuda {
namespace {

#if defined(_WIN32)
constexpr const char* library_name = "nvcuda.dll";
void* open_library(const char* path) {
  // The driver's installer puts it there; no other folder may supply it.
  return reinterpret_cast<void*>(LoadLibraryExA(path, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32));
}
void* find(void* library, const char* symbol) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), symbol));
}
#else
constexpr const char* library_name = "libcuda.so.1";
void* open_library(const char* path) {
  return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}
void* find(void* library, const char* symbol) {
  return dlsym(library, symbol);
}
#endif

// Cards are hidden by this variable, and most often by mistake: quotation marks that a shell or an .env file
// has left in it make it name no card at all.
std::string hidden_cards() {
  const char* const value = std::getenv("CUDA_VISIBLE_DEVICES");
  if (value == nullptr) return {};
  const std::string_view text(value);
  if (text.find_first_of("\"'") != std::string_view::npos) {
    return " CUDA_VISIBLE_DEVICES contains quotation marks, so it names no card: remove them.";
  }
  return " CUDA_VISIBLE_DEVICES is \"" + std::string(text.substr(0, 80)) + "\", which may hide cards.";
}

}  // namespace

std::string Driver::describe(CUresult result) const {
  const char* name = nullptr;
  const char* text = nullptr;
  if (error_name == nullptr || error_name(result, &name) != success || name == nullptr) {
    return "error " + std::to_string(result);
  }
  if (error_text(result, &text) != success || text == nullptr) return name;
  return std::string(name) + ": " + text;
}

Result<Driver> open_driver(const char* path) {
  void* const library = open_library(path);
  if (library == nullptr) {
    return error(ErrorCode::device_unavailable,
                 "No NVIDIA driver is installed: " + std::string(path) + " was not found.");
  }
  Driver driver;
#define ROOST_CUDA_FIND(name, symbol, ...)                                                          \
  driver.name = reinterpret_cast<decltype(driver.name)>(find(library, #symbol));                    \
  if (driver.name == nullptr) {                                                                     \
    return error(ErrorCode::device_unavailable,                                                     \
                 "The NVIDIA driver is too old: it does not have " #symbol ". A newer one helps."); \
  }
  ROOST_CUDA_FUNCTIONS(ROOST_CUDA_FIND)
#undef ROOST_CUDA_FIND
  const CUresult result = driver.init(0);
  if (result == no_device) {
    return error(ErrorCode::device_unavailable,
                 "The NVIDIA driver finds no card that it can use." + hidden_cards());
  }
  if (result != success) {
    return error(ErrorCode::device_unavailable,
                 "The NVIDIA driver does not start (" + driver.describe(result) + ").");
  }
  return driver;
}

const Result<Driver>& system_driver() {
  static const Result<Driver> driver = open_driver(library_name);
  return driver;
}

}  // namespace roost::backend::gpu::cuda
