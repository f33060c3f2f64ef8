#include "support/json.h"

#include <string>

#include "check.h"

using namespace roost;
using namespace roost::support;

namespace {

bool accepted(std::string_view text) {
  return parse_json(text, "test").ok();
}

}  // namespace

TEST("JSON: a document is read into its values") {
  const auto parsed = parse_json(
      R"( {"b":[1,-2.5e1,true,null,"x\u00e9\ud83d\ude00\n"],"a":{"c":9007199254740992}} )", "test");
  REQUIRE(parsed.ok());
  const Json& root = parsed.value();
  REQUIRE(root.find("b") != nullptr && root.find("a") != nullptr);
  const auto& items = root.find("b")->items();
  REQUIRE(items.size() == 5);
  CHECK_EQUAL(items[0].whole().value_or(99), 1u);
  CHECK_EQUAL(items[1].number().value_or(0), -25.0);
  CHECK(!items[1].whole());
  CHECK(items[2].boolean() == true);
  CHECK(items[3].is(Json::Kind::null));
  CHECK_EQUAL(items[4].text(), "x\xc3\xa9\xf0\x9f\x98\x80\n");
  CHECK_EQUAL(root.find("a")->find("c")->whole().value_or(0), 9007199254740992u);
  CHECK(root.find("missing") == nullptr);
}

TEST("JSON: what a size may not look like is no whole number") {
  for (const char* text : {"-1", "1.0", "1e3", "9007199254740993", "18446744073709551616", "-0"}) {
    const auto parsed = parse_json(text, "test");
    REQUIRE(parsed.ok());
    CHECK(!parsed.value().whole());
  }
}

TEST("JSON: malformed text is refused") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "[1,]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "{a:1}",
                           "[1 2]",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "1e",
                           "NaN",
                           "Infinity",
                           "-",
                           "tru",
                           "nul",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\"\x01\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "1 2",
                           "[]]",
                           "{} x",
                           "1e999",
                           "[1}",
                           "{\"a\":1]"}) {
    CHECK(!accepted(text));
  }
}

TEST("JSON: a key that comes twice is refused at every level") {
  CHECK(!accepted(R"({"a":1,"b":2,"a":3})"));
  CHECK(!accepted(R"([{"x":{"k":1,"\u006b":2}}])"));
  CHECK(accepted(R"({"a":{"a":1}})"));
}

TEST("JSON: depth and number of values are limited, whatever the length of the text") {
  CHECK(accepted(std::string(32, '[') + std::string(32, ']')));
  CHECK(!accepted(std::string(33, '[') + std::string(33, ']')));
  CHECK(!accepted(std::string(3'000'000, '[')));
  std::string many = "[0";
  for (int i = 0; i < 200; ++i) many += ",0";
  many += "]";
  CHECK(!parse_json(many, "test", ErrorCode::invalid_argument, {32, 100}).ok());
}

TEST("JSON: an error names its subject and carries the code the caller chose") {
  const auto parsed = parse_json("{", "model.safetensors", ErrorCode::model_damaged);
  REQUIRE(!parsed.ok());
  CHECK(parsed.failure().code == ErrorCode::model_damaged);
  CHECK(parsed.failure().message.find("model.safetensors") != std::string::npos);
}

TEST("JSON: what the writer makes reads back") {
  JsonWriter writer;
  writer.begin_object()
      .member("text", "a\"b\\c\n\x01\xc3\xa9")
      .member("broken", std::string("x\xffy"))
      .member("third", 1.0 / 3.0)
      .member("tenth", 0.1f)
      .member("big", std::uint64_t{18446744073709551615u})
      .member("negative", -7)
      .member("yes", true)
      .member("infinite", 1e308 * 10);
  writer.key("list").begin_array().value(1).value(2).begin_array().end_array().null().end_array();
  writer.key("empty").begin_object().end_object().end_object();
  CHECK_EQUAL(writer.text(),
              "{\"text\":\"a\\\"b\\\\c\\n\\u0001\xc3\xa9\",\"broken\":\"x\xef\xbf\xbdy\",\"third\":0."
              "3333333333333333,"
              "\"tenth\":0.1,\"big\":18446744073709551615,\"negative\":-7,\"yes\":true,\"infinite\":null,"
              "\"list\":[1,2,[],null],\"empty\":{}}");
  const auto parsed = parse_json(writer.text(), "test");
  REQUIRE(parsed.ok());
  CHECK_EQUAL(parsed.value().find("third")->number().value_or(0), 1.0 / 3.0);
  CHECK_EQUAL(parsed.value().find("text")->text(), "a\"b\\c\n\x01\xc3\xa9");
}

TEST_MAIN()
