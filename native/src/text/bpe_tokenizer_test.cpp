#include "text/bpe_tokenizer.h"

#include <chrono>
#include <cstdio>
#include <random>

#include "check.h"
#include "fixtures.h"
#include "support/json.h"
#include "support/utf8.h"
#include "text/unicode.h"
#include "text/utf8_stream.h"

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

std::shared_ptr<const BpeTokenizer> neox() {
  static const auto tokenizer = []() -> std::shared_ptr<const BpeTokenizer> {
    const auto path = fixtures::find("20B_tokenizer.json");
    if (!path) return nullptr;
    auto loaded = BpeTokenizer::from_json(fixtures::read(*path), "20B_tokenizer.json");
    if (!loaded.ok()) std::fprintf(stderr, "  %s\n", loaded.failure().message.c_str());
    CHECK(loaded.ok());
    return loaded.ok() ? loaded.value() : nullptr;
  }();
  return tokenizer;
}

// A small list: the letters a to d and a blank (written as in such files), and what `more` adds.
std::string list_file(const std::string& merges = R"("a b", "ab c")", const std::string& more = "",
                      const std::string& cutter = R"({"type":"ByteLevel","add_prefix_space":false})") {
  return R"({"added_tokens":[{"id":0,"content":"<end>","special":true,"normalized":false},)"
         R"({"id":9,"content":"  ","special":false,"normalized":true}],"normalizer":{"type":"NFC"},)"
         R"("pre_tokenizer":)" +
         cutter +
         R"(,"model":{"type":"BPE","vocab":{"<end>":0,"a":1,"b":2,"c":3,"d":4,"Ġ":5,"ab":6,"abc":7,"Ġa":8)" +
         more + R"(},"merges":[)" + merges + "]}}";
}

std::shared_ptr<const BpeTokenizer> small(const std::string& merges = R"("a b", "ab c")") {
  auto made = BpeTokenizer::from_json(list_file(merges), "list.json");
  if (!made.ok()) std::fprintf(stderr, "  %s\n", made.failure().message.c_str());
  CHECK(made.ok());
  return made.ok() ? made.value() : nullptr;
}

bool refused(const std::string& file) {
  const auto result = BpeTokenizer::from_json(file, "list.json");
  return !result.ok() && result.failure().code == ErrorCode::vocabulary_damaged &&
         result.failure().message.find("list.json") != std::string::npos;
}

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST("every published GPT-NeoX-20B case encodes and decodes as the reference does") {
  const auto tokenizer = neox();
  const auto path = fixtures::find("tokenizer-20b.json");
  if (!path || !tokenizer) return CHECK(true);
  const auto parsed = support::parse_json(fixtures::read(*path), "tokenizer-20b.json");
  REQUIRE(parsed.ok());
  CHECK_EQUAL(tokenizer->size(), 50277u);
  std::size_t cases = 0;
  for (const auto& entry : parsed.value().find("cases")->items()) {
    const std::string text(entry.find("text")->text());
    const auto expected = ids_of(entry.find("ids"));
    const auto encoded = tokenizer->encode(text);
    REQUIRE(encoded.ok());
    if (encoded.value() != expected) std::fprintf(stderr, "  %s\n", support::printable(text).c_str());
    CHECK(encoded.value() == expected);
    const support::Json* decoded = entry.find("decoded");
    CHECK(tokenizer->decode(expected) == (decoded != nullptr ? std::string(decoded->text()) : text));
    ++cases;
  }
  CHECK_EQUAL(cases, std::size_t{30});
}

TEST("the facts that prompts of Pile models rely on hold") {
  const auto tokenizer = neox();
  if (!tokenizer) return CHECK(true);
  CHECK((tokenizer->encode("\n").value() == Ids{187}));
  CHECK((tokenizer->encode("\n\n").value() == Ids{535}));
  CHECK((tokenizer->encode("<|endoftext|>").value() == Ids{0}));
  CHECK((tokenizer->encode(std::string(30, ' ')).value() == Ids{50254, 50272}));  // 24 and 6 blanks
  CHECK(tokenizer->bytes_of(0).empty());
  CHECK(tokenizer->bytes_of(1).empty());
  CHECK_EQUAL(tokenizer->bytes_of(50276), std::string_view("  "));
  CHECK_EQUAL(tokenizer->reserved_end(), 50304u);
}

TEST("the pair of lowest rank is merged first, and the leftmost of equal ones") {
  CHECK((small()->encode("abcab").value() == Ids{7, 6}));
  const auto late = BpeTokenizer::from_json(list_file(R"("b c", "a b")", R"(,"bc":10)"), "list.json");
  REQUIRE(late.ok());
  CHECK((late.value()->encode("abc").value() == Ids{1, 10}));
  CHECK((late.value()->encode("abab").value() == Ids{6, 6}));
}

TEST("words are cut before they are merged, special marks and runs of blanks before that") {
  const auto tokenizer = BpeTokenizer::from_json(list_file(R"("Ġ a", "a b")"), "list.json");
  REQUIRE(tokenizer.ok());
  CHECK(
      (tokenizer.value()->encode("b ab").value() == Ids{2, 8, 2}));  // the blank goes with the word behind it
  CHECK(
      (tokenizer.value()->encode("b  ab").value() == Ids{2, 9, 6}));  // two of them are a token of their own
  CHECK((tokenizer.value()->encode("a<end>b").value() == Ids{1, 0, 2}));
  CHECK(tokenizer.value()->decode(Ids{1, 0, 9, 8}) == "a   a");
}

TEST("text is brought to form C as the standard's examples have it") {
  const auto same = [](const char* from, const char* to) { return normalise_nfc(from) == to; };
  CHECK(same("e\xcc\x81", "\xc3\xa9"));                                 // e + acute
  CHECK(same("\xe2\x84\xab", "\xc3\x85"));                              // the Angstrom sign is a letter
  CHECK(same("q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87"));                // marks by class
  CHECK(same("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81"));  // Hangul
  CHECK(same("\xea\xb0\x80\xe1\x86\xa8", "\xea\xb0\x81"));
  CHECK(same("\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc"));  // excluded from composition
  CHECK(same("a\xcc\x84\xcc\x81", "\xc4\x81\xcc\x81"));     // the second mark finds no partner
  CHECK(same("\xcc\x81\xcc\x81", "\xcc\x81\xcc\x81"));      // marks without a base
  CHECK(same("ascii", "ascii"));
  CHECK(same("\xff\xcc\x81\xc3", "\xff\xcc\x81\xc3"));  // bytes that are no characters stay where they are
}

TEST("any text comes back in form C, and bytes that are none as U+FFFD") {
  const auto tokenizer = neox();
  if (!tokenizer) return CHECK(true);
  std::mt19937 random(20260101);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    const std::size_t length = random() % 60;
    while (bytes.size() < length) {
      if (random() % 3 == 0) {
        bytes += static_cast<char>(random());
      } else {
        support::append_utf8(bytes, static_cast<std::uint32_t>(random() % 0x3000));
      }
    }
    const auto ids = tokenizer->encode(bytes);
    REQUIRE(ids.ok());
    const std::string text = normalise_nfc(support::repair_utf8(bytes));
    CHECK(tokenizer->decode(ids.value()) == text);
    // The same text however it arrives: whole characters, one token at a time.
    Utf8Stream stream;
    std::string streamed;
    for (const std::uint32_t id : ids.value()) streamed += stream.push(tokenizer->bytes_of(id));
    CHECK(streamed + stream.finish() == text);
  }
}

// A method that looks for the best pair anew after every merge would take minutes here.
TEST("one word of a megabyte takes no longer than many words") {
  const auto tokenizer = neox();
  if (!tokenizer) return CHECK(true);
  std::mt19937 random(1);
  std::string word, marks = "a";
  while (word.size() < 1u << 20) word += static_cast<char>('a' + random() % 26);
  for (int i = 0; i < 200'000; ++i) support::append_utf8(marks, 0x300 + random() % 0x40);
  for (const std::string& text : {word, std::string(1u << 20, 'a'), std::string(1u << 20, '\n'), marks}) {
    const auto begun = std::chrono::steady_clock::now();
    const auto ids = tokenizer->encode(text);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    REQUIRE(ids.ok());
    CHECK(tokenizer->decode(ids.value()) == normalise_nfc(text));
    std::fprintf(stderr, "  %zu bytes: %.2f s\n", text.size(), seconds);
    CHECK(seconds < 30);
  }
}

TEST("lists that are no byte-level BPE are refused in words") {
  CHECK(small() != nullptr);
  CHECK(refused("{"));
  CHECK(refused("{}"));
  CHECK(refused(R"({"model":{"type":"Unigram","vocab":{}}})"));
  CHECK(refused(list_file(R"("a b", "x y")")));                   // a merge of no token
  CHECK(refused(list_file(R"("a b", "ab d")")));                  // its result is no token
  CHECK(refused(list_file("\"ab\"")));                            // no pair
  CHECK(refused(list_file("", R"(,"ab2":6)")));                   // an id twice
  CHECK(refused(list_file("", R"(,"x":99999999)")));              // an id past all lists
  CHECK(refused(list_file("", R"(,"\u4e2d":10)")));               // no byte-level text
  CHECK(refused(list_file("", "", R"({"type":"Whitespace"})")));  // another rule for words
  CHECK(refused(list_file("", "", R"({"type":"ByteLevel","add_prefix_space":true})")));
  const auto lacking = small();
  CHECK(lacking->encode("ax").failure().code == ErrorCode::tokens_invalid);  // no token for this byte
}

TEST("a list with any byte changed is refused in words, or still reads any text") {
  std::mt19937 random(7);
  const std::string whole = list_file();
  int read = 0, bad = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string file = whole;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int i = 0; i < changes; ++i) file[random() % file.size()] = static_cast<char>(random());
    if (random() % 8 == 0) file.resize(random() % file.size());
    const auto made = BpeTokenizer::from_json(file, "list.json");
    if (!made.ok()) {
      bad += made.failure().code != ErrorCode::vocabulary_damaged;
      continue;
    }
    ++read;
    const auto ids = made.value()->encode("ab  cd<end> abc abab");
    if (!ids.ok()) continue;
    for (const std::uint32_t id : ids.value()) bad += id >= made.value()->size();
  }
  CHECK_EQUAL(bad, 0);
  CHECK(read > 10);  // changes in the names of marks and the like
}

TEST("lists that give other tokens have other fingerprints") {
  const auto first = small(), other = small(R"("ab c", "a b")");
  const auto same = small();
  CHECK_EQUAL(first->fingerprint(), same->fingerprint());
  CHECK_EQUAL(first->fingerprint().size(), std::size_t{64});
  CHECK(first->fingerprint() != other->fingerprint());
}

TEST_MAIN()
