#include "files.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <system_error>

#include "arguments.h"
#include "support/json.h"

namespace roost::cli {
namespace {

constexpr std::uint64_t tokens_file_limit = 256u << 20;

std::filesystem::path path_of(const std::string& text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

Result<std::string> read_stream(std::istream& in, const std::string& name, std::uint64_t limit) {
  std::string content;
  char part[65536];
  while (in.read(part, sizeof part) || in.gcount() > 0) {
    content.append(part, static_cast<std::size_t>(in.gcount()));
    if (content.size() > limit) {
      return error(ErrorCode::file_unreadable,
                   name + " is longer than the " + std::to_string(limit) + " bytes expected at most.");
    }
  }
  if (in.bad()) return error(ErrorCode::file_unreadable, name + " can't be read to its end.");
  return content;
}

Result<std::uint32_t> token_of(std::uint64_t value, const std::string& subject) {
  if (value > 0xffffffffu) {
    return error(ErrorCode::tokens_invalid, subject + ": " + std::to_string(value) + " is no token id.");
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
  try {
    std::error_code trouble;
    const auto kind = std::filesystem::status(path_of(path), trouble).type();
    if (kind == std::filesystem::file_type::not_found) {
      return error(ErrorCode::file_missing, path + ": there is no such file.");
    }
    if (kind == std::filesystem::file_type::directory) {
      return error(ErrorCode::file_unreadable, path + " is a folder.");
    }
    // A pipe ends when its writer does; a device need never end.
    if (kind == std::filesystem::file_type::character || kind == std::filesystem::file_type::block) {
      return error(ErrorCode::file_unreadable, path + " is a device, not a file.");
    }
    std::ifstream file(path_of(path), std::ios::binary);
    if (!file) return error(ErrorCode::file_unreadable, path + " can't be opened.");
    return read_stream(file, path, limit);
  } catch (const std::bad_alloc&) {
    return error(ErrorCode::out_of_memory, path + ": not enough memory to read it.");
  } catch (const std::exception&) {
    return error(ErrorCode::file_unreadable, path + " can't be read.");
  }
}

Result<std::string> read_standard_input(std::uint64_t limit) {
  return read_stream(std::cin, "Standard input", limit);
}

Status write_file(const std::string& path, std::span<const std::byte> bytes) {
  const auto failed = [&path] {
    const bool full = errno == ENOSPC;
    return error(full ? ErrorCode::disk_full : ErrorCode::write_failed,
                 path + (full ? ": the disk is full." : ": the file can't be written."));
  };
  try {
    const std::filesystem::path target = path_of(path);
    std::filesystem::path partial = target;
    partial += ".partial";
    errno = 0;
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    if (file)
      file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (file) file.close();
    std::error_code trouble;
    if (!file) {
      const Error reason = failed();
      file.close();
      std::filesystem::remove(partial, trouble);
      return reason;
    }
    std::filesystem::rename(partial, target, trouble);
    if (trouble) {
      std::error_code ignored;
      std::filesystem::remove(partial, ignored);
      return error(ErrorCode::write_failed, path + ": the file can't be put in place.");
    }
    return {};
  } catch (const std::exception&) {
    return error(ErrorCode::write_failed, path + ": the file can't be written.");
  }
}

bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

Result<std::vector<std::uint32_t>> parse_tokens(std::string_view text, const std::string& subject) {
  std::vector<std::uint32_t> ids;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '[' || text[first] == '{')) {
    const support::JsonLimits limits{32, 64'000'000};
    ROOST_ASSIGN(const support::Json json,
                 support::parse_json(text, subject, ErrorCode::tokens_invalid, limits));
    const support::Json* list = json.is(support::Json::Kind::object) ? json.find("tokens") : &json;
    if (list == nullptr || !list->is(support::Json::Kind::array)) {
      return error(ErrorCode::tokens_invalid, subject + " holds no array of token ids.");
    }
    for (const support::Json& item : list->items()) {
      const auto value = item.whole();
      if (!value) return error(ErrorCode::tokens_invalid, subject + " holds something that is no token id.");
      ROOST_ASSIGN(const std::uint32_t id, token_of(*value, subject));
      ids.push_back(id);
    }
    return ids;
  }
  std::uint64_t value = 0;
  bool inside = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
      inside = true;
      if (value > 0xffffffffu) return token_of(value, subject).failure();
    } else if (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (inside) ids.push_back(static_cast<std::uint32_t>(value));
      value = 0;
      inside = false;
    } else {
      return error(ErrorCode::tokens_invalid, subject + " is no list of token ids.");
    }
  }
  if (inside) ids.push_back(static_cast<std::uint32_t>(value));
  return ids;
}

Result<std::vector<std::uint32_t>> read_tokens(const std::string& spec) {
  if (whole_list(spec)) return parse_tokens(spec, "--tokens");
  ROOST_ASSIGN(const std::string content, read_file(spec, tokens_file_limit));
  return parse_tokens(content, spec);
}

}  // namespace roost::cli
