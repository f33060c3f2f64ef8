// The list of tensors in a checkpoint: what would run code, what would confuse a reader, what would exhaust
// it.
#include "corpus.h"
#include "formats/test_files.h"

namespace roost::hostile {
namespace {

using namespace test_files;
using namespace std::string_literals;

std::string in_archive(const std::string& pickle) {
  return make_zip({{"model/data.pkl", pickle}, {"model/data/0", std::string(4096, '\1')}});
}

std::string begun(const std::string& body) {
  return in_archive(Pickle().raw(body).finish());
}

void add_code(Corpus& corpus) {
  const std::pair<const char*, std::string> calls[] = {
      {"system", "cos\nsystem\n(X\x04\x00\x00\x00 id;tR"s},
      {"posix", "cposix\nsystem\n(tR"},
      {"eval", "cbuiltins\neval\n(tR"},
      {"exec-2", "c__builtin__\nexec\n(tR"},
      {"getattr", "cbuiltins\ngetattr\n(tR"},
      {"import", "cbuiltins\n__import__\n(tR"},
      {"popen", "csubprocess\nPopen\n(tR"},
      {"runpy", "crunpy\nrun_path\n(tR"},
      {"webbrowser", "cwebbrowser\nopen\n(tR"},
      {"torch-load", "ctorch\nload\n(tR"},
      {"torch-hub", "ctorch.hub\nload\n(tR"},
      {"dotted", "ctorch\nstorage._load_from_bytes\n(tR"},
      {"numpy", "cnumpy.core.multiarray\n_reconstruct\n(tR"},
      {"only-named", "cos\nsystem\n"},
      {"stacked", "\x8c\x02os\x8c\x06system\x93)R"s},
      {"near-miss", "ctorch._utils\n_rebuild_tensor\n"},
      {"case", "ccollections\norderedDict\n"},
      {"space", "ccollections \nOrderedDict\n"},
      {"carriage-return", "ccollections\r\nOrderedDict\r\n"},
      {"empty", "c\n\n"},
      {"inst", "(ios\nsystem\n"},
      {"obj", "(cos\nsystem\no"},
      {"obj-known", "(ccollections\nOrderedDict\no"},
      {"newobj", "ccollections\nOrderedDict\n)\x81"s},
      {"newobj-ex", "ccollections\nOrderedDict\n)}\x92"s},
      {"extension-1", "\x82\x01"s},
      {"extension-2", "\x83\x01\x01"s},
      {"extension-4", "\x84\x01\x01\x01\x01"s},
      {"persistent-text", "Pid\n"},
      {"persistent-number", "K\x01Q"s},
      {"persistent-tuple", "(X\x07\x00\x00\x00storageK\x01K\x02K\x03K\x04tQ"s},
      {"persistent-other-word",
       "(X\x04\x00\x00\x00"
       "filectorch\nFloatStorage\nX\x01\x00\x00\x00"
       "0X\x03\x00\x00\x00"
       "cpuK\x01tQ"s},
      {"reduce-a-number", "K\x01)R"s},
      {"reduce-a-storage-class", "ctorch\nFloatStorage\n)R"},
      {"build-plain", "}}b"},
      {"build-other-state",
       "ccollections\nOrderedDict\n)R}X\x01\x00\x00\x00"
       "aK\x01sb"s},
      {"build-a-class", "ccollections\nOrderedDict\n}b"},
  };
  for (const auto& [what, body] : calls) corpus.add("code-"s + what + ".pth", "model_unsafe", begun(body));
  corpus.add("code-arguments-to-a-dictionary.pth", "model_damaged",
             begun("ccollections\nOrderedDict\nK\x01\x85R"));
  // Behind a table that is whole: what is read last may not be believed either.
  Pickle late;
  late.raw("}(").text("t").tensor("FloatStorage", "0", 1024, 0, {4}, {1}).raw("u");
  corpus.add("code-after-the-table.pth", "model_unsafe", in_archive(late.raw("cos\nsystem\n").finish()));
  corpus.add("code-after-the-end.pth", "model_damaged",
             in_archive(Pickle().raw("}.cos\nsystem\n)R").finish()));
}

void add_confusion(Corpus& corpus) {
  const std::pair<const char*, std::string> bodies[] = {
      {"set-on-list", "]K\x01K\x02s"s},
      {"set-on-tuple", ")K\x01K\x02s"s},
      {"set-on-text",
       "X\x01\x00\x00\x00"
       "aK\x01K\x02s"s},
      {"set-odd-items", "}(K\x01u"s},
      {"set-key-list", "}]K\x01s"s},
      {"set-key-dictionary", "}}K\x01s"s},
      {"append-to-dictionary",
       "}K\x01"
       "a"s},
      {"append-to-none",
       "NK\x01"
       "a"s},
      {"extend-a-tuple",
       ")(K\x01"
       "e"s},
      {"no-mark", "t"},
      {"no-mark-set", "}u"},
      {"empty-stack-tuple", "\x85"s},
      {"empty-stack-reduce", "R"},
      {"empty-stack-build", "b"},
      {"empty-stack-persistent", "Q"},
      {"empty-stack-stacked-name", "\x93"s},
      {"below-the-mark", "K\x01(\x85"s},
      {"mark-left", "}("},
      {"two-values", "}}"},
      {"no-value", ""},
      {"recall-unknown", "h\x07"s},
      {"recall-far", "j\xff\xff\xff\xff"s},
      {"remember-nothing", "q\x00"s},
      {"name-not-text", "K\x01K\x02\x93"s},
      {"name-without-end", "ctorch._utils"},
      {"name-of-kilobytes", "c" + std::string(100'000, 'm') + "\nx\n"},
      {"list-in-itself",
       "]q\x00h\x00"
       "a"s},
      {"dictionary-in-itself", "}q\x00K\x01h\x00s"s},
      {"long-cycle",
       "]q\x00]q\x01h\x00"
       "ah\x00h\x01"
       "a0"s},
      {"pop",
       "K\x01K\x01"
       "0"s},
      {"duplicate", "}2"},
      {"second-protocol", "\x80\x02}"s},
      {"text-not-utf8", "X\x02\x00\x00\x00\xff\xfe"s},
      {"number-of-300-bits", "\x8a\xff"s + std::string(255, '\1') + "0"},
      {"number-of-megabytes", "\x8b\x00\x00\x10\x00"s + std::string(1 << 20, '\1')},
      {"number-as-text", "I" + std::string(100'000, '9') + "\n"},
      {"real-as-text", "F1e999999\n"},
      {"bytes", "B\x01\x00\x00\x00x"s},
      {"byte-array", "\x96\x01\x00\x00\x00\x00\x00\x00\x00x"s},
      {"out-of-band-buffer", "\x97"s},
      {"set-value", "\x8f"s},
  };
  for (const auto& [what, body] : bodies)
    corpus.add("confusion-"s + what + ".pth", "model_damaged", begun(body));
  corpus.add("confusion-no-end.pth", "model_truncated", in_archive("\x80\x02}"s));
  corpus.add("confusion-only-header.pth", "model_truncated", in_archive("\x80\x02"s));
  corpus.add("confusion-empty-list.pth", "model_truncated", in_archive(""));
  for (const char version : {0, 1, 6, 127}) {
    corpus.add("confusion-protocol-" + std::to_string(version) + ".pth", "model_damaged",
               in_archive("\x80"s + version + "}."));
  }
  for (const auto& [what, root] :
       {std::pair("list", "]"), std::pair("none", "N"), std::pair("name", "ctorch\nFloatStorage\n")}) {
    corpus.add("confusion-root-"s + what + ".pth", "not_a_model", begun(root));
  }
  corpus.add("confusion-value-no-tensor.pth", "model_damaged",
             begun("}X\x01\x00\x00\x00"
                   "aK\x01s"s));
  corpus.add("confusion-number-as-key.pth", "model_damaged", begun("}K\x01K\x02s"s));
  corpus.add("confusion-converted.pth", "model_unsupported",
             begun("}X\x09\x00\x00\x00_strategyX\x03\x00\x00\x00"
                   "cpus"s));
}

void add_hunger(Corpus& corpus) {
  // Every length that a text or a frame can claim.
  for (const auto& [what, value] :
       {std::pair("2-31", std::uint64_t{1} << 31), std::pair("2-62", std::uint64_t{1} << 62),
        std::pair("2-63", std::uint64_t{1} << 63), std::pair("2-64", UINT64_MAX)}) {
    corpus.add("hunger-text-"s + what + ".pth", "model_truncated",
               begun("\x8d" + Bytes().u64(value).str() + "x"));
    corpus.add("hunger-frame-"s + what + ".pth", "model_truncated",
               begun("\x95" + Bytes().u64(value).str() + "}"));
  }
  corpus.add("hunger-text-4-gigabytes.pth", "model_truncated", begun("X\xff\xff\xff\xffx"s));
  corpus.add("hunger-33-marks.pth", "model_damaged", begun(std::string(33, '(')));
  corpus.add("hunger-million-marks.pth", "model_damaged", begun(std::string(1'000'000, '(')));
  // Depth that only a recursive reader would feel: tuples in tuples, lists in lists.
  corpus.add("hunger-deep-tuple.pth", "not_a_model", begun(")" + std::string(400'000, '\x85')));
  corpus.add("hunger-deeper-tuple.pth", "model_damaged", begun(")" + std::string(2'000'000, '\x85')));
  corpus.add("hunger-deep-dictionary.pth", "model_damaged", [] {
    std::string body = "}";
    for (int i = 0; i < 100'000; ++i) body += "K\x01}s";
    return begun("}" + body + "h");
  }());
  corpus.add("hunger-many-values.pth", "model_damaged", begun(std::string(4'000'000, '}')));
  std::string memo = "}";
  for (std::uint32_t i = 0; i < 600'000; ++i) memo += "r" + Bytes().u32(i * 7919u).str();
  corpus.add("hunger-memo.pth", "model_damaged", begun(memo));
  std::string recalls = "}q\x01"s;
  for (int i = 0; i < 2'500'000; ++i) recalls += "h\x01";
  corpus.add("hunger-recalls.pth", "model_damaged", begun(recalls));
  // The shape of an exponential: each list holds the one before twice, thirty times.
  std::string doubled = "]q\x00"s;
  for (int i = 0; i < 30; ++i)
    doubled += "0](h"s + static_cast<char>(i) + "h" + static_cast<char>(i) + "eq" + static_cast<char>(i + 1);
  corpus.add("hunger-doubling.pth", "model_damaged", begun(doubled));
  std::string shared = "K\x01\x85q\x00"s;
  for (int i = 0; i < 200; ++i)
    shared += "h"s + static_cast<char>(i) + "\x86"s + "q" + static_cast<char>(i + 1);
  corpus.add("hunger-shared-tuples.pth", "model_damaged|not_a_model", begun(shared));
}

void add_tensors(Corpus& corpus) {
  constexpr std::int64_t huge = INT64_MAX;
  const struct {
    const char* what;
    std::int64_t numel, offset;
    std::vector<std::int64_t> size, stride;
  } lies[] = {
      {"storage-too-short", 1023, 0, {10}, {1}},
      {"storage-huge", huge, 0, {10}, {1}},
      {"storage-2-62", std::int64_t{1} << 62, 0, {10}, {1}},
      {"storage-negative", -1, 0, {10}, {1}},
      {"storage-empty", 0, 0, {1}, {1}},
      {"offset-one-too-far", 1024, 1, {1024}, {1}},
      {"offset-huge", 1024, huge, {1}, {1}},
      {"offset-negative", 1024, -4, {4}, {1}},
      {"shape-too-large", 1024, 0, {32, 33}, {33, 1}},
      {"shape-overflows", 1024, 0, {std::int64_t{1} << 32, std::int64_t{1} << 32}, {1, 1}},
      {"shape-huge", 1024, 0, {huge, huge}, {0, 0}},
      {"shape-negative", 1024, 0, {-4}, {1}},
      {"shape-zero", 1024, 0, {0, 4}, {4, 1}},
      {"stride-huge", 1024, 0, {2, 2}, {huge, huge}},
      {"stride-negative", 1024, 0, {4}, {-1}},
      {"stride-missing", 1024, 0, {4, 4}, {4}},
      {"nine-dimensions", 1024, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}},
  };
  for (const auto& lie : lies) {
    Pickle pickle;
    pickle.raw("}(")
        .text("t")
        .tensor("FloatStorage", "0", lie.numel, lie.offset, lie.size, lie.stride)
        .raw("u");
    corpus.add("tensor-"s + lie.what + ".pth", "model_damaged", in_archive(pickle.finish()));
  }
  for (const char* type : {"DoubleStorage", "LongStorage", "ByteStorage", "BoolStorage"}) {
    Pickle pickle;
    pickle.raw("}(").text("t").tensor(type, "0", 512, 0, {4}, {1}).raw("u");
    corpus.add("tensor-of-"s + type + ".pth", "model_unsupported", in_archive(pickle.finish()));
  }
  Pickle key, path, overlap, twice, shared, repeated, no_name, long_name;
  key.raw("}(").text("t").tensor("FloatStorage", "9", 1024, 0, {4}, {1}).raw("u");
  path.raw("}(").text("t").tensor("FloatStorage", "../../../etc/passwd", 1024, 0, {4}, {1}).raw("u");
  overlap.raw("}(").text("a").tensor("FloatStorage", "0", 1024, 0, {8}, {1});
  overlap.text("b").tensor("FloatStorage", "0", 1024, 7, {8}, {1}).raw("u");
  twice.raw("}(").text("a").tensor("FloatStorage", "0", 1024, 0, {8}, {1});
  twice.text("a").tensor("FloatStorage", "0", 1024, 8, {8}, {1}).raw("u");
  shared.raw("}(");
  repeated.raw("}(");
  for (int i = 0; i < 50; ++i) {
    shared.text("t" + std::to_string(i)).tensor("FloatStorage", "0", 1024, 0, {1024}, {1});
    repeated.text("t" + std::to_string(i)).tensor("FloatStorage", "0", 1024, i, {32, 32}, {0, 0});
  }
  shared.raw("u");
  repeated.raw("u");
  no_name.raw("}(").text("").tensor("FloatStorage", "0", 1024, 0, {8}, {1}).raw("u");
  long_name.raw("}(").text(std::string(513, 'n')).tensor("FloatStorage", "0", 1024, 0, {8}, {1}).raw("u");
  corpus.add("tensor-without-storage.pth", "model_damaged", in_archive(key.finish()));
  corpus.add("tensor-storage-by-path.pth", "model_damaged", in_archive(path.finish()));
  corpus.add("tensor-overlapping.pth", "model_damaged", in_archive(overlap.finish()));
  corpus.add("tensor-twice.pth", "model_damaged", in_archive(twice.finish()));
  corpus.add("tensor-fifty-names-for-one.pth", "model_damaged", in_archive(shared.finish()));
  corpus.add("tensor-fifty-times-repeated.pth", "model_damaged", in_archive(repeated.finish()));
  corpus.add("tensor-without-name.pth", "model_damaged", in_archive(no_name.finish()));
  corpus.add("tensor-name-too-long.pth", "model_damaged", in_archive(long_name.finish()));
}

}  // namespace

void add_pickles(Corpus& corpus) {
  add_code(corpus);
  add_confusion(corpus);
  add_hunger(corpus);
  add_tensors(corpus);
}

}  // namespace roost::hostile
