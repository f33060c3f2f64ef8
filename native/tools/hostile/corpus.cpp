#include "corpus.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "formats/test_files.h"

namespace roost::hostile {

using namespace test_files;
using namespace std::string_literals;

void Corpus::add(std::string name, std::string answer, std::string content, std::uint64_t length) {
  const auto twice = [&](const HostileFile& file) { return file.name == name; };
  if (std::any_of(files_.begin(), files_.end(), twice)) {
    std::fprintf(stderr, "the corpus has two files called %s\n", name.c_str());
    std::abort();
  }
  files_.push_back({std::move(name), std::move(content), std::move(answer), length});
}

void add_cut_files(Corpus& corpus) {
  const std::vector<TestTensor> tensors = tiny_rwkv7();
  const struct {
    const char* ending;
    std::string whole;
    const char* answer;
  } containers[] = {{"pth", make_pth(tensors), "model_truncated"},
                    {"safetensors", make_safetensors(tensors), "model_truncated|not_a_model"},
                    {"gguf", tiny_gguf().finish(), "model_truncated"}};
  for (const auto& [ending, whole, answer] : containers) {
    for (const int percent : {2, 20, 50, 80, 99}) {
      corpus.add("cut-" + std::to_string(percent) + "-percent." + ending, answer,
                 whole.substr(0, whole.size() * static_cast<std::size_t>(percent) / 100));
    }
    for (const std::size_t missing : {1, 8, 21, 64}) {
      corpus.add("cut-last-" + std::to_string(missing) + "." + ending, answer,
                 whole.substr(0, whole.size() - missing));
    }
    for (const std::size_t kept : {4, 8, 12}) {
      corpus.add("cut-to-" + std::to_string(kept) + "." + ending, std::string(answer) + "|not_a_model",
                 whole.substr(0, kept));
    }
    // Where a download was interrupted that had reserved its room. Only a checksum could tell; .pth has some.
    corpus.add("zeros-behind-half."s + ending, std::string(answer) + "|model_damaged|opens",
               whole.substr(0, whole.size() / 2), whole.size());
    corpus.add("zeros-before-half."s + ending, "not_a_model|model_damaged|model_truncated",
               std::string(whole.size() / 2, '\0') + whole.substr(whole.size() / 2));
    corpus.add("bytes-behind-end."s + ending, std::string(ending) == "gguf" ? "opens" : "model_damaged",
               whole + std::string(100, 'x'));
    corpus.add("byte-before-start."s + ending, "not_a_model|model_damaged|model_truncated", "\n" + whole);
    corpus.add("twice."s + ending, std::string(ending) == "gguf" ? "opens" : "model_damaged", whole + whole);
  }
  const std::pair<const char*, std::string> others[] = {
      {"empty.pth", ""},
      {"one-byte.gguf", "G"},
      {"page.html.pth", "<!DOCTYPE html>\n<html><head><title>404</title></head></html>"},
      {"page-late.safetensors", "\n\n\n   <html lang=\"en\"><body>Sign in</body></html>"},
      {"pointer.pth",
       "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 3\n"},
      {"error.gguf", "{\"error\":\"Repository not found\"}"},
      {"text.gguf", "Goose\n"},
      {"pickle.pth", "\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00."s},
      {"program.exe.pth", "MZ\x90\x00\x03\x00"s},
      {"program.pth",
       "\x7f"
       "ELF\x02\x01\x01\x00"s},
      {"shell.pth", "#!/bin/sh\nrm -rf /\n"},
      {"gzip.pth", "\x1f\x8b\x08\x00\x00\x00\x00\x00"s},
      {"seven.pth", "7z\xbc\xaf\x27\x1c\x00\x04"s},
      {"tape.pth", std::string(257, 'a') + "ustar\x00"s},
      {"zstandard.safetensors", "\x28\xb5\x2f\xfd\x04\x00"s},
      {"picture.gguf", "\x89PNG\r\n\x1a\n"s},
      {"document.pth", "%PDF-1.7\n%\xe2\xe3\xcf\xd3"s},
      {"array.npy.pth", "\x93NUMPY\x01\x00"s},
      {"database.pth", "SQLite format 3\x00"s},
      {"noise.safetensors", "\x01\x02\x03\xff\xfe\xfd\xfc\xfb\xfa\xf9"s},
      {"wide-text.pth", "\xff\xfeh\0i\0"s},
  };
  for (const auto& [name, content] : others) corpus.add("other-"s + name, "not_a_model", content);
  corpus.add("other-zeros.safetensors", "not_a_model", "\0"s, std::uint64_t{1} << 32);
  corpus.add("other-legacy.pth", "model_unsupported",
             "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02"s);
  corpus.add("other-ggml.bin", "model_unsupported", "fmgg\x65\x00\x00\x00"s);
  corpus.add("other-big-endian.gguf", "model_unsupported", "FUGG\x00\x00\x00\x03"s);
}

std::vector<HostileFile> hostile_corpus() {
  Corpus corpus;
  add_cut_files(corpus);
  add_archives(corpus);
  add_pickles(corpus);
  add_tables(corpus);
  add_gguf_files(corpus);
  add_wrong_models(corpus);
  return corpus.take();
}

}  // namespace roost::hostile
