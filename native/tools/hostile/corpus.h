// Files that were made to hurt: every class of attack and of damage that a model file can carry, each with
// the answer it must get. Made by code, the same on every run; `roost-hostile-corpus FOLDER` writes them down
// for a look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roost::hostile {

struct HostileFile {
  std::string name;  // in the folder; tells the class and the case
  std::string content;
  // The error codes that are a right answer, with '|' between them; "opens" where the file is odd but
  // harmless.
  std::string answer;
  std::uint64_t length = 0;  // where larger than the content: a hole to this length behind it
};

class Corpus {
 public:
  // Names are "<class>-<what>.<ending>" and must differ; a second one of the same name is our own mistake.
  void add(std::string name, std::string answer, std::string content, std::uint64_t length = 0);
  std::vector<HostileFile> take() { return std::move(files_); }

 private:
  std::vector<HostileFile> files_;
};

void add_cut_files(Corpus& corpus);     // truncations of all containers, and what was never a model
void add_archives(Corpus& corpus);      // ZIP: directory, local headers, names, 64-bit fields, compression
void add_pickles(Corpus& corpus);       // code, confusion, memory, nesting; tensors that lie
void add_tables(Corpus& corpus);        // safetensors and its JSON, and the index of a divided one
void add_gguf_files(Corpus& corpus);    // counts, keys, alignment, tensors, vocabulary
void add_wrong_models(Corpus& corpus);  // sound containers whose tensors are no RWKV, or a strange one

std::vector<HostileFile> hostile_corpus();  // all of the above

}  // namespace roost::hostile
