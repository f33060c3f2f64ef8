#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "fixtures.h"
#include "support/json.h"
#include "support/utf8.h"
#include "text/stop_sequences.h"
#include "text/utf8_stream.h"

using namespace roost;
using namespace roost::text;

namespace {

// Output and held bytes of a stream that is cut into the given pieces.
struct Outcome {
  std::string text;
  bool matched = false;
  std::uint64_t end = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const std::vector<std::string>& stops, const std::vector<std::string>& pieces) {
  StopSequences stream(stops);
  Outcome outcome;
  for (const std::string& piece : pieces) {
    outcome.text += stream.push(piece);
    if (stream.matched()) break;
  }
  outcome.matched = stream.matched();
  if (!outcome.matched) outcome.text += stream.release();
  outcome.end = stream.held_from();
  return outcome;
}

}  // namespace

TEST("characters come whole, whatever bytes they arrive in") {
  const std::string text = "h\xc3\xa9 \xe4\xbd\xa0\xf0\x9f\x98\x80!";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      Utf8Stream stream;
      std::string out;
      for (const std::string& piece :
           {text.substr(0, first), text.substr(first, second - first), text.substr(second)}) {
        const std::string part = stream.push(piece);
        CHECK(support::is_valid_utf8(part));
        out += part;
      }
      CHECK_EQUAL(out, text);
      CHECK(stream.pending().empty());
    }
  }
}

TEST("characters spelled with single-byte tokens come whole") {
  const auto path = fixtures::find("tokenizer-world.json");
  REQUIRE(path.has_value());
  const auto parsed = support::parse_json(fixtures::read(*path), "tokenizer-world.json");
  REQUIRE(parsed.ok());
  for (const auto& entry : parsed.value().find("byte_split_cases")->items()) {
    Utf8Stream stream;
    std::string out;
    for (const auto& id : entry.find("ids")->items()) {
      const auto whole = id.whole().value_or(0);
      REQUIRE(whole >= 1 && whole <= 256);
      out += stream.push(std::string(1, static_cast<char>(whole - 1)));
    }
    CHECK_EQUAL(out, entry.find("text")->text());
  }
}

TEST("a byte that can never become valid is replaced at once and stalls nothing") {
  Utf8Stream stream;
  CHECK_EQUAL(stream.push("a\xff"), "a\xef\xbf\xbd");
  CHECK_EQUAL(stream.push("b"), "b");
  CHECK_EQUAL(stream.push("\xe4\xbd"), "");
  CHECK_EQUAL(stream.push("c"),
              "\xef\xbf\xbd\xef\xbf\xbd"
              "c");
  CHECK_EQUAL(stream.push("\xf0\x9f"), "");
  CHECK_EQUAL(stream.pending().size(), std::size_t{2});
  CHECK_EQUAL(stream.finish(), "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK_EQUAL(stream.push("d"), "d");
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    Utf8Stream pieces;
    std::string out;
    for (const char byte : bytes) out += pieces.push(std::string(1, byte));
    CHECK(pieces.pending().size() <= 3);
    out += pieces.finish();
    CHECK_EQUAL(out, support::repair_utf8(bytes));
  }
}

TEST("a stop text never leaks, at whatever bytes the stream is cut") {
  const std::vector<std::string> stops{"\n\nUser:", "\nUser:", "\xe2\x9c\xbf"};
  struct Example {
    std::string stream, expected;
    bool matched;
  };
  for (const Example& example :
       std::vector<Example>{{"Yes.\n\nUser: more", "Yes.", true},
                            {"Yes.\nUser: more", "Yes.", true},
                            {"Yes.\n\n\nUser:", "Yes.\n", true},
                            {"Yes.\n\nUse it.\n\nNow", "Yes.\n\nUse it.\n\nNow", false},
                            {"\xe2\x9c\xbd\xe2\x9c\xbf", "\xe2\x9c\xbd", true},
                            {"\n\nUser:", "", true},
                            {"ends with half a stop\n\nUser", "ends with half a stop\n\nUser", false}}) {
    const std::string& all = example.stream;
    for (std::size_t first = 0; first <= all.size(); ++first) {
      for (std::size_t second = first; second <= all.size(); ++second) {
        const Outcome outcome =
            run(stops, {all.substr(0, first), all.substr(first, second - first), all.substr(second)});
        CHECK_EQUAL(outcome.text, example.expected);
        CHECK_EQUAL(outcome.matched, example.matched);
        CHECK_EQUAL(outcome.end, example.expected.size());
      }
    }
  }
}

TEST("nothing is given out that may still become a stop text, and nothing else is held") {
  StopSequences stream({"abab", "abc"});
  CHECK_EQUAL(stream.push("xab"), "x");
  CHECK_EQUAL(stream.held_from(), 1u);
  CHECK_EQUAL(stream.push("a"), "");
  CHECK_EQUAL(stream.push("a"), "aba");  // only the last a can begin one
  CHECK_EQUAL(stream.held_from(), 4u);
  CHECK_EQUAL(stream.push("b"), "");
  CHECK_EQUAL(stream.push("c"), "");
  CHECK(stream.matched());
  CHECK_EQUAL(stream.held_from(), 4u);
  CHECK_EQUAL(stream.push("more"), "");
  CHECK_EQUAL(stream.release(), "");
}

TEST("random streams stop where a plain search says they do") {
  std::mt19937 random(5);
  const auto word = [&random](std::size_t longest) {
    std::string out(1 + random() % longest, 'a');
    for (char& c : out) c = static_cast<char>('a' + random() % 2);
    return out;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> stops;
    for (std::size_t i = 0; i < 1 + random() % 3; ++i) stops.push_back(word(5));
    const std::string all = word(30);
    Outcome expected{all, false, all.size()};
    for (std::size_t end = 1; end <= all.size() && !expected.matched; ++end) {
      for (const std::string& stop : stops) {
        if (end < stop.size() || all.compare(end - stop.size(), stop.size(), stop) != 0) continue;
        if (!expected.matched || end - stop.size() < expected.end) {
          expected = {all.substr(0, end - stop.size()), true, end - stop.size()};
        }
      }
    }
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t size = 1 + random() % 4;
      pieces.push_back(all.substr(at, size));
      at += size;
    }
    CHECK(run(stops, pieces) == expected);
  }
}

TEST_MAIN()
