#include "npy.h"

#include <cstring>
#include <random>

#include "arguments.h"
#include "check.h"
#include "files.h"

using namespace roost;
using namespace roost::cli;

namespace {

std::string text_of(const std::vector<std::byte>& bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string with_header(const std::string& dictionary, std::size_t data_bytes, char version = 1) {
  std::string header = dictionary + "\n";
  std::string text = std::string("\x93NUMPY") + version + '\0';
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  if (version > 1) text += std::string(2, '\0');
  return text + header + std::string(data_bytes, '\0');
}

}  // namespace

TEST("an array written is an array read, in NumPy's own layout") {
  const std::vector<float> values{1.5f, -2, 3, 4, 5, 6};
  const std::uint64_t shape[] = {2, 3};
  const std::string bytes = text_of(format_npy(values, shape));
  CHECK_EQUAL(bytes.find("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"), std::size_t{10});
  CHECK_EQUAL((bytes.size() - 24) % 64, std::size_t{0});
  const auto read = parse_npy(bytes, "a.npy");
  REQUIRE(read.ok());
  CHECK((read.value().shape == std::vector<std::uint64_t>{2, 3}));
  CHECK(read.value().values == values);
  const std::uint64_t flat[] = {6};
  CHECK(text_of(format_npy(values, flat)).find("'shape': (6,), }") != std::string::npos);
}

TEST("what NumPy writes in other forms is understood") {
  CHECK(parse_npy(with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4), "a").ok());
  CHECK(parse_npy(with_header("{\"shape\": (0, 3), \"descr\": \"<f4\", \"fortran_order\": False}", 0), "a")
            .ok());
  CHECK(parse_npy(with_header("{'descr': '<f8', 'fortran_order': True, 'shape': (2,)}", 16), "a").ok());
  CHECK(parse_npy(with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,2)}", 8, 2), "a").ok());
}

TEST("hostile files are refused by name") {
  const auto refused = [](const std::string& bytes) {
    const auto result = parse_npy(bytes, "bad.npy");
    return !result.ok() && result.failure().message.find("bad.npy") != std::string::npos;
  };
  const std::string start = "{'descr': '<f4', 'fortran_order': False, 'shape': ";
  CHECK(refused(""));
  CHECK(refused("\x93NUMPY"));
  CHECK(refused("PK\x03\x04 a zip archive"));
  CHECK(refused(with_header(start + "(2,), }", 4)));
  CHECK(refused(with_header(start + "(2,), }", 12)));
  CHECK(refused(with_header(start + "(4611686018427387904, 4), }", 16)));
  CHECK(refused(with_header(start + "(18446744073709551616,), }", 16)));
  CHECK(refused(with_header(start + "(-1,), }", 4)));
  CHECK(refused(with_header(start + "(1,1,1,1,1,1,1,1,1), }", 4)));
  CHECK(refused(with_header(start + "(1,)", 4)));
  CHECK(refused(with_header(start + "(1,), 'extra': 1}", 4)));
  CHECK(refused(with_header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 8)));
  CHECK(refused(with_header("{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", 4)));
  CHECK(refused(with_header("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}", 16)));
  CHECK(refused(with_header("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 4)));
  CHECK(refused(with_header("__import__('os')", 4)));
  CHECK(refused(with_header(start + "(1,)}", 4, 9)));
  std::mt19937 random(1);
  const std::vector<float> values(32, 1.0f);
  const std::uint64_t shape[] = {4, 8};
  const std::string good = text_of(format_npy(values, shape));
  for (int round = 0; round < 1000; ++round) {
    std::string bytes = good.substr(0, random() % 3 ? good.size() : random() % good.size());
    for (int i = 0; i < 3 && !bytes.empty(); ++i)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto result = parse_npy(bytes, "bad.npy");
    CHECK(!result.ok() || result.value().values.size() <= bytes.size() / 4);
  }
}

TEST("token lists are read from arguments and texts, and nothing else is taken for one") {
  CHECK((read_tokens("1,2,300").value() == std::vector<std::uint32_t>{1, 2, 300}));
  CHECK((parse_tokens(" [1, 2]\n", "t").value() == std::vector<std::uint32_t>{1, 2}));
  CHECK((parse_tokens("{\"tokens\": [7]}", "t").value() == std::vector<std::uint32_t>{7}));
  CHECK((parse_tokens("1 2\n3,4", "t").value() == std::vector<std::uint32_t>{1, 2, 3, 4}));
  CHECK(parse_tokens("", "t").value().empty());
  for (const char* bad :
       {"[1.5]", "[-1]", "{}", "{\"tokens\": 1}", "1,a", "99999999999", "[4294967296]", "[1"}) {
    const auto result = parse_tokens(bad, "t");
    CHECK(!result.ok() && result.failure().code == ErrorCode::tokens_invalid);
  }
  CHECK(read_tokens("no-such-file").failure().code == ErrorCode::file_missing);
}

TEST("wrong usage is found before anything is done") {
  const std::string_view options[] = {"count"};
  const std::string_view flags[] = {"fast"};
  const auto parse = [&](std::vector<std::string> words) { return Arguments::parse(words, options, flags); };
  CHECK(!parse({"--unknown"}).ok());
  CHECK(!parse({"--count"}).ok());
  CHECK(!parse({"--fast=1"}).ok());
  const auto good = parse({"name", "--count", "-3", "--fast", "--", "--count"});
  REQUIRE(good.ok());
  CHECK((good.value().names() == std::vector<std::string>{"name", "--count"}));
  CHECK(!good.value().whole("count", 0, 0, 9).ok());
  CHECK_NEAR(good.value().number("count", 0).value(), -3, 0);
  CHECK(parse({"--count=4"}).value().whole("count", 0, 0, 9).value() == 4);
  CHECK(!parse({"--count=4x"}).value().number("count", 0).ok());
  CHECK(!parse({"--count="}).value().whole("count", 0, 0, 9).ok());
}

TEST_MAIN()
