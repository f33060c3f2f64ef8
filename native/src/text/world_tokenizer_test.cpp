#include "text/world_tokenizer.h"

#include <chrono>
#include <random>
#include <string>

#include "check.h"
#include "fixtures.h"
#include "support/json.h"
#include "text/vocabulary_literal.h"

using namespace roost;
using namespace roost::text;

namespace {

std::vector<std::uint32_t> ids_of(const support::Json* list) {
  std::vector<std::uint32_t> ids;
  if (list != nullptr) {
    for (const auto& item : list->items())
      ids.push_back(static_cast<std::uint32_t>(item.whole().value_or(0)));
  }
  return ids;
}

std::string bytes_from(const support::Json* list) {
  std::string bytes;
  for (const std::uint32_t value : ids_of(list)) bytes += static_cast<char>(value);
  return bytes;
}

// A valid file: the 256 single bytes at their usual ids, then `more`.
std::string vocabulary_file(const std::string& more = "", const char* newline = "\n") {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (int byte = 0; byte < 256; ++byte) {
    text += std::to_string(byte + 1) + " b'\\x" + digits[byte >> 4] + digits[byte & 15] + "' 1" + newline;
  }
  return text + more;
}

std::shared_ptr<const WorldTokenizer> world() {
  const auto path = fixtures::find("rwkv_vocab_v20230424.txt");
  if (!path) return nullptr;
  auto loaded = WorldTokenizer::from_file_text(fixtures::read(*path), "rwkv_vocab_v20230424.txt");
  CHECK(loaded.ok());
  return loaded.ok() ? loaded.value() : nullptr;
}

bool refused(const std::string& file) {
  const auto result = WorldTokenizer::from_file_text(file, "list.txt");
  return !result.ok() && result.failure().code == ErrorCode::vocabulary_damaged &&
         result.failure().message.find("list.txt") != std::string::npos;
}

}  // namespace

TEST("every published World case encodes and decodes as the reference does") {
  const auto tokenizer = world();
  const auto path = fixtures::find("tokenizer-world.json");
  REQUIRE(path.has_value());
  const auto parsed = support::parse_json(fixtures::read(*path), "tokenizer-world.json");
  REQUIRE(parsed.ok());
  if (!tokenizer) return CHECK(true);
  CHECK(tokenizer->is_world());
  CHECK_EQUAL(tokenizer->size(), 65530u);
  CHECK_EQUAL(tokenizer->longest(), 128u);
  std::size_t cases = 0;
  for (const auto& entry : parsed.value().find("cases")->items()) {
    const support::Json* text = entry.find("text");
    const std::string bytes = text != nullptr ? std::string(text->text()) : bytes_from(entry.find("bytes"));
    const auto expected = ids_of(entry.find("ids"));
    const auto encoded = tokenizer->encode(bytes);
    REQUIRE(encoded.ok());
    CHECK(encoded.value() == expected);
    CHECK(tokenizer->decode(expected) == bytes);
    ++cases;
  }
  CHECK_EQUAL(cases, std::size_t{100});
  for (const auto& entry : parsed.value().find("decode_cases")->items()) {
    CHECK(tokenizer->decode(ids_of(entry.find("ids"))) == bytes_from(entry.find("bytes")));
  }
  for (int byte = 0; byte < 256; ++byte) {
    const auto encoded = tokenizer->encode(std::string(1, static_cast<char>(byte)));
    REQUIRE(encoded.ok());
    CHECK(encoded.value() == std::vector<std::uint32_t>{static_cast<std::uint32_t>(byte + 1)});
  }
}

TEST("line ends and a missing last newline do not change the list or its name") {
  const auto path = fixtures::find("rwkv_vocab_v20230424.txt");
  if (!path) return CHECK(true);
  const std::string lf = fixtures::read(*path);
  std::string crlf;
  for (const char c : lf) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  const auto plain = WorldTokenizer::from_file_text(lf, "v");
  const auto windows = WorldTokenizer::from_file_text(crlf, "v");
  const auto cut = WorldTokenizer::from_file_text(std::string_view(crlf).substr(0, crlf.size() - 2), "v");
  REQUIRE(plain.ok() && windows.ok() && cut.ok());
  CHECK(windows.value()->is_world());
  CHECK(cut.value()->is_world());
  CHECK_EQUAL(windows.value()->fingerprint(), plain.value()->fingerprint());
  CHECK_EQUAL(cut.value()->fingerprint(), plain.value()->fingerprint());
}

TEST("a list from a model file and the same list from a text file read text alike") {
  const auto from_file = WorldTokenizer::from_file_text(vocabulary_file("257 'ab' 2\n300 'abc' 3\n"), "v");
  REQUIRE(from_file.ok());
  CHECK(!from_file.value()->is_world());
  std::vector<std::string> tokens(302);
  for (int byte = 0; byte < 256; ++byte) tokens[static_cast<std::size_t>(byte) + 1] = static_cast<char>(byte);
  tokens[257] = "ab";
  tokens[300] = "abc";
  const auto from_list = WorldTokenizer::from_tokens(tokens, "v");
  REQUIRE(from_list.ok());
  CHECK_EQUAL(from_list.value()->fingerprint(), from_file.value()->fingerprint());
  const auto ids = from_list.value()->encode("abcabab\xff");
  REQUIRE(ids.ok());
  CHECK((ids.value() == std::vector<std::uint32_t>{300, 257, 257, 256}));
  CHECK(from_list.value()->bytes_of(0).empty());
  CHECK(from_list.value()->bytes_of(301).empty());
  CHECK(from_list.value()->bytes_of(4000000000u).empty());
}

TEST("a text that needs a byte the list lacks is refused, not shortened") {
  const std::vector<std::string> tokens{"", "a"};
  const auto tokenizer = WorldTokenizer::from_tokens(tokens, "v");
  REQUIRE(tokenizer.ok());
  const auto ids = tokenizer.value()->encode("aab");
  REQUIRE(!ids.ok());
  CHECK(ids.failure().code == ErrorCode::tokens_invalid);
}

TEST("literals mean what Python says they mean") {
  CHECK(parse_vocabulary_literal("'a b'") == "a b");
  CHECK(parse_vocabulary_literal("\"it's\"") == "it's");
  CHECK(parse_vocabulary_literal("'\\x80'") == "\xc2\x80");  // a code point in text ...
  CHECK(parse_vocabulary_literal("b'\\x80'") == "\x80");     // ... and a byte in bytes
  CHECK(parse_vocabulary_literal("'\\u4f60'") == "\xe4\xbd\xa0");
  CHECK(parse_vocabulary_literal("'\\\\\\n\\r\\t\\'\\\"'") == "\\\n\r\t'\"");
  CHECK(parse_vocabulary_literal("'\xe4\xbd\xa0'") == "\xe4\xbd\xa0");
  for (const char* wrong :
       {"", "'", "a", "'a", "'a\"", "'''", "'\\'", "'\\x8'", "'\\xg0'", "'\\q'", "'\\ud800'", "b'\\u4f60'",
        "b'\xe4\xbd\xa0'", "'\xff'", "'\t'", "u'a'", "b", "b'"}) {
    CHECK(!parse_vocabulary_literal(wrong).has_value());
  }
}

TEST("a damaged list is refused with its line, and never read past") {
  CHECK(refused(""));
  CHECK(refused("<!DOCTYPE html>\n"));
  CHECK(refused("1\n"));
  CHECK(refused("1 'a'\n"));
  CHECK(refused("1 'a' 2\n"));
  CHECK(refused("1 'a' -1\n"));
  CHECK(refused("1 '' 0\n"));
  CHECK(refused("0 'a' 1\n"));
  CHECK(refused("99999999999 'a' 1\n"));
  CHECK(refused("4000000000 'a' 1\n"));
  CHECK(refused("1 'a' 1\n1 'b' 1\n"));
  CHECK(refused("2 'a' 1\n1 'b' 1\n"));
  CHECK(refused("1 'a' 1\n2 'a' 1\n"));
  CHECK(refused("1 'a' 1\n\n2 'b' 1\n"));
  CHECK(refused(vocabulary_file("257 ' ' 1\n")));  // the space is token 33 already
  std::mt19937 random(7);
  const std::string good = vocabulary_file("257 'ab' 2\n", "\r\n");
  for (int round = 0; round < 300; ++round) {
    std::string file = good;
    for (int change = 0; change < 3; ++change) file[random() % file.size()] = static_cast<char>(random());
    const auto result = WorldTokenizer::from_file_text(file, "list.txt");
    CHECK(result.ok() || result.failure().code == ErrorCode::vocabulary_damaged);
  }
}

TEST("random bytes survive encoding and decoding, in time that grows with their number") {
  const auto tokenizer = world();
  if (!tokenizer) return CHECK(true);
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    std::string bytes(random() % 3000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(round % 2 ? random() : "ab \n\xe4"[random() % 5]);
    const auto ids = tokenizer->encode(bytes);
    REQUIRE(ids.ok());
    CHECK(tokenizer->decode(ids.value()) == bytes);
  }
  // The worst case: every match runs 127 bytes deep and then falls back.
  std::string spaces(1 << 20, ' ');
  for (std::size_t i = 127; i < spaces.size(); i += 128) spaces[i] = 'x';
  const auto begin = std::chrono::steady_clock::now();
  const auto ids = tokenizer->encode(spaces);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  REQUIRE(ids.ok());
  CHECK(seconds < 5.0);
  std::fprintf(stderr, "     1 MiB of spaces: %.1f ms\n", seconds * 1e3);
}

TEST_MAIN()
