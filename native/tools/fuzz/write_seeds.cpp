// roost-fuzz-seeds FOLDER: writes tiny valid files to begin fuzzing from, one folder per target.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "formats/test_files.h"

int main(int argc, char** argv) {
  using namespace test_files;
  if (argc != 2) {
    std::fputs("usage: roost-fuzz-seeds FOLDER\n", stderr);
    return 2;
  }
  const auto put = [&](const std::string& target, const std::string& name, const std::string& content) {
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / target;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary) << content;
  };
  std::vector<TestTensor> tensors = tiny_rwkv7();
  PthShape one, wide;
  one.one_storage = true;
  wide.zip.wide_end = true;
  wide.zip.descriptors = true;
  wide.zip.align = 64;
  for (const char* target : {"pth", "zip"}) {
    put(target, "plain", make_pth(tensors));
    put(target, "one-storage", make_pth(tensors, one));
    put(target, "wide", make_pth(tensors, wide));
  }
  put("safetensors", "tiny", make_safetensors(tensors));
  put("gguf", "tiny", tiny_gguf().finish());
  Pickle pickle;
  pickle.raw("}(").text("emb.weight").tensor("HalfStorage", "0", 64, 0, {8, 8}, {8, 1});
  pickle.text("list").raw("](").integer(1).raw("K\x02M\x03\x04J\x05\x06\x07\x08N\x88\x89").raw("e");
  pickle.text("tuple").raw(")\x85\x94u");
  put("pickle", "tiny", pickle.finish());
  put("json", "tiny", R"({"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00"],"b":{"c":{}}})");
  return 0;
}
