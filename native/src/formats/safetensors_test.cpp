// .safetensors: the table must describe the file exactly.
#include "formats/safetensors.h"

#include "check.h"
#include "formats/test_files.h"

using namespace test_files;

namespace {

std::string entry(const std::string& name, const std::string& rest) {
  return "\"" + name + "\":{" + rest + "}";
}

std::string one(const std::string& rest, std::size_t body = 16) {
  return safetensors_of("{" + entry("t", rest) + "}", std::string(body, '\0'));
}

}  // namespace

TEST(".safetensors: a whole model opens, with padding and with metadata") {
  CHECK_EQUAL(outcome(make_safetensors(tiny_rwkv7())), "opened");
  CHECK_EQUAL(outcome(make_safetensors(tiny_rwkv7(), "F32")), "opened");
  const std::string file = make_safetensors(tiny_rwkv7(), "F16");
  std::uint64_t size = 0;
  std::memcpy(&size, file.data(), 8);
  std::string header = file.substr(8, size);
  header.insert(1, "\"__metadata__\":{\"format\":\"pt\"},");
  CHECK_EQUAL(outcome(safetensors_of(header + "     ", file.substr(8 + size))), "opened");
}

TEST(".safetensors: tables that contradict themselves or the file are refused") {
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,12]"), "model_damaged",
                "does not fit the bytes");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]"), "model_damaged",
                "does not fit the bytes");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[4,20]", 20), "model_damaged",
                "begin at 4");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]", 20), "model_damaged",
                "4 bytes behind");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]", 15), "model_truncated",
                "cut short");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,16]"),
                "model_damaged", "does not fit the bytes");
  for (const char* shape : {"[0]", "[-4]", "[4.0]", "[4e0]", "[\"4\"]", "[9007199254740993]", "[[4]]"}) {
    CHECK_REFUSED(one("\"dtype\":\"F32\",\"shape\":" + std::string(shape) + ",\"data_offsets\":[0,16]"),
                  "model_damaged", "positive whole number");
  }
  for (const char* rest :
       {"\"dtype\":\"F32\",\"shape\":[4]", "\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,16]",
        "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0]",
        "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16],\"more\":1",
        "\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,4],\"data_offsets\":[0,16]"}) {
    CHECK_REFUSED(one(rest), "model_damaged", "dtype, shape and data_offsets");
  }
  CHECK_REFUSED(one("\"dtype\":\"I8\",\"shape\":[16],\"data_offsets\":[0,16]"), "model_unsupported",
                "\"I8\"");
  CHECK_REFUSED(one("\"dtype\":\"F32\",\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,16]"),
                "model_damaged", "twice");
  const std::string whole = entry("t", "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]");
  CHECK_REFUSED(safetensors_of("{" + whole + "," + whole + "}", std::string(16, '\0')), "model_damaged",
                "twice");
  const std::string shadow = entry("u", "\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]");
  CHECK_REFUSED(safetensors_of("{" + whole + "," + shadow + "}", std::string(16, '\0')), "model_damaged",
                "begin at 0");
  CHECK_REFUSED(safetensors_of("{\"" + std::string(513, 'n') + "\":{}}", ""), "model_damaged", "512 bytes");
  CHECK_REFUSED(safetensors_of("{\"__metadata__\":{\"a\":1}}", ""), "model_damaged", "__metadata__");
  CHECK_REFUSED(safetensors_of("{}", ""), "not_a_model", "no tensors");
  CHECK_REFUSED(safetensors_of("{\"a\":", ""), "model_damaged", "JSON");
  CHECK_REFUSED(safetensors_of("{" + std::string(100000, '['), ""), "model_damaged", "JSON");
}

TEST(".safetensors: a header length that lies is refused before anything is read or reserved") {
  CHECK_REFUSED(Bytes().u64(UINT64_MAX).text("{\"a\":1}").u8(0xff).str(), "model_damaged",
                "no model needs more");
  CHECK_REFUSED(Bytes().u64(100'000'001).text("{\"a\":1}").u8(0xff).str(), "model_damaged",
                "no model needs more");
  CHECK_REFUSED(Bytes().u64(50'000'000).text("{\"a\":1}").u8(0xff).str(), "model_truncated", "cut short");
}

TEST_MAIN()
