// ZIP archives that lie about themselves.
#include "corpus.h"
#include "formats/test_files.h"

namespace roost::hostile {
namespace {

using namespace test_files;
using namespace std::string_literals;

std::string sound(const PthShape& shape) {
  return make_pth(tiny_rwkv7(), shape);
}

// The sound checkpoint with one more entry.
std::string with(const ZipItem& item) {
  PthShape shape;
  shape.more = {item};
  return sound(shape);
}

// Overwrites what stands at the `which`-th place of a signature, some bytes behind it.
std::string patched(std::string file, const std::string& signature, std::size_t behind,
                    const std::string& bytes, bool last = false) {
  const std::size_t at = last ? file.rfind(signature) : file.find(signature);
  return at == std::string::npos ? file : file.replace(at + behind, bytes.size(), bytes);
}

const std::string kLocal = "PK\x03\x04"s, kEntry = "PK\x01\x02"s, kEnd = "PK\x05\x06"s,
                  kWideEnd = "PK\x06\x06"s, kWideLocator = "PK\x06\x07"s;
const std::string kFull16 = "\xff\xff"s, kFull32 = "\xff\xff\xff\xff"s;

std::string u64(std::uint64_t value) {
  return Bytes().u64(value).str();
}
std::string u32(std::uint64_t value) {
  return Bytes().u32(value).str();
}

void add_names(Corpus& corpus) {
  const std::pair<const char*, std::string> names[] = {
      {"parent", "model/../../.ssh/authorized_keys"},
      {"parent-in-the-middle", "model/a/../b"},
      {"root", "/etc/passwd"},
      {"backslash", "model\\..\\..\\start.bat"},
      {"drive", "C:/start.bat"},
      {"stream", "model/a:b"},
      {"dot", "model/./a"},
      {"double-slash", "model//a"},
      {"folder", "model/a/"},
      {"zero", "model/a\0b"s},
      {"not-utf8", "model/\xff\xfe"},
      {"overlong", "model/\xc0\xaf"},
      {"empty", ""},
  };
  for (const auto& [what, name] : names)
    corpus.add("zip-name-"s + what + ".pth", "model_unsafe", with({name, "x"}));
  corpus.add("zip-name-of-600-bytes.pth", "model_damaged", with({"model/" + std::string(600, 'n'), "x"}));
  corpus.add("zip-name-twice.pth", "model_damaged", with({"model/data/0", "x"}));
  corpus.add("zip-second-list.pth", "model_damaged", with({"model/data.pkl", "x"}));
  corpus.add("zip-second-folder.pth", "model_damaged", with({"other/data/0", "x"}));
  corpus.add("zip-name-differs-locally.pth", "model_damaged",
             with({"model/a", "x", 0, 0, 0, 0, 0, 0, "model/b"}));
  corpus.add("zip-link.pth", "model_unsafe", with({"model/link", "/etc/passwd", 0, 0, 0xa1ff0000u}));
}

void add_entries(Corpus& corpus) {
  corpus.add("zip-compressed.pth", "model_unsupported", with({"model/a", "x", 8}));
  corpus.add("zip-unknown-method.pth", "model_unsupported", with({"model/a", "x", 99}));
  corpus.add("zip-encrypted.pth", "model_unsupported", with({"model/a", "x", 0, 1}));
  corpus.add("zip-strong-encryption.pth", "model_damaged", with({"model/a", "x", 0, 0x40}));
  corpus.add("zip-masked-headers.pth", "model_damaged", with({"model/a", "x", 0, 0x2000}));
  // A few bytes that would become four gigabytes, and as many again by 64-bit fields.
  std::string bomb = with({"model/bomb", "packed", 8});
  corpus.add("zip-bomb.pth", "model_unsupported|model_damaged",
             patched(bomb, kEntry, 24, u32(0xfffffffe), true));
  corpus.add("zip-bomb-stored.pth", "model_damaged",
             patched(with({"model/bomb", "x"}), kEntry, 24, u32(0xfffffffe), true));
  corpus.add("zip-wrong-checksum-of-list.pth", "model_damaged", [] {
    std::string file = sound({});
    file[file.find("emb.weight")] = 'E';
    return file;
  }());
  corpus.add("zip-wrong-checksum-of-weights.pth", "model_damaged", [] {
    std::string file = sound({});
    file[file.find("model/data/0") + 40] ^= 1;
    return file;
  }());
  corpus.add("zip-checksum-differs-locally.pth", "model_damaged", patched(sound({}), kLocal, 14, u32(1)));
  corpus.add("zip-size-differs-locally.pth", "model_damaged", patched(sound({}), kLocal, 22, u32(1)));
  corpus.add("zip-method-differs-locally.pth", "model_damaged", patched(sound({}), kLocal, 8, "\x08\x00"s));
  corpus.add("zip-flags-differ-locally.pth", "model_damaged", patched(sound({}), kLocal, 6, "\x00\x08"s));
  corpus.add("zip-local-name-too-long.pth", "model_damaged", patched(sound({}), kLocal, 26, kFull16));
  corpus.add("zip-local-extra-too-long.pth", "model_damaged", patched(sound({}), kLocal, 28, kFull16));
  corpus.add("zip-no-local-header.pth", "model_damaged|not_a_model",
             patched(sound({}), kLocal, 0, "PK\x03\x05"s));
  corpus.add("zip-entry-longer.pth", "model_damaged", with({"model/a", "x", 0, 0, 0, 0, 1000}));
  corpus.add("zip-entry-shorter.pth", "model_damaged", with({"model/a", "four", 0, 0, 0, 0, -2}));
  corpus.add("zip-entry-elsewhere.pth", "model_damaged", with({"model/a", "x", 0, 0, 0, 0, 0, 1}));
  corpus.add("zip-entry-behind-the-file.pth", "model_damaged",
             with({"model/a", "x", 0, 0, 0, 0, 0, 1 << 30}));
  corpus.add(
      "zip-entries-share-a-header.pth", "model_damaged",
      make_zip({{"model/data.pkl", "\x80\x02}."s}, {"model/a", "x"}, {"model/a", "x", 0, 0, 0, 0, 0, -38}}));
  // One entry lies inside the data of another: read twice, a small file is a large one.
  {
    const std::string inner = make_zip({{"model/b", "inside"}});
    const std::string body = inner.substr(0, inner.find(kEntry));
    std::string file =
        make_zip({{"model/data.pkl", "\x80\x02}."s}, {"model/a", body}, {"model/b", "inside"}});
    const std::size_t offset = file.find(body);
    corpus.add("zip-entries-overlap.pth", "model_damaged", patched(file, kEntry, 42, u32(offset), true));
  }
}

void add_ends(Corpus& corpus) {
  PthShape shape;
  for (const int change : {-1, 1, 1000}) {
    shape = {};
    shape.zip.entries_change = change;
    corpus.add("zip-entry-count-" + std::to_string(change) + ".pth", "model_damaged", sound(shape));
    shape = {};
    shape.zip.directory_offset_change = change;
    corpus.add("zip-directory-moved-" + std::to_string(change) + ".pth", "model_damaged", sound(shape));
  }
  corpus.add("zip-65535-entries-claimed.pth", "model_damaged",
             patched(patched(sound({}), kEnd, 8, kFull16, true), kEnd, 10, kFull16, true));
  corpus.add("zip-directory-at-the-end-of-32-bits.pth", "model_damaged",
             patched(sound({}), kEnd, 16, kFull32, true));
  corpus.add("zip-directory-of-4-gigabytes.pth", "model_damaged",
             patched(sound({}), kEnd, 12, kFull32, true));
  corpus.add("zip-second-disk.pth", "model_damaged", patched(sound({}), kEnd, 4, "\x01\x00"s, true));
  corpus.add("zip-comment-claimed.pth", "model_damaged", patched(sound({}), kEnd, 20, "\x10\x00"s, true));
  shape = {};
  shape.zip.comment = "a comment";
  corpus.add("zip-comment.pth", "model_damaged|model_truncated", sound(shape));
  shape.zip.comment = sound({}).substr(sound({}).rfind(kEnd));
  corpus.add("zip-end-within-comment.pth", "model_damaged", sound(shape));
  corpus.add("zip-directory-ends-early.pth", "model_damaged", patched(sound({}), kEntry, 28, kFull16, true));
  corpus.add("zip-directory-extra-too-long.pth", "model_damaged",
             patched(sound({}), kEntry, 30, kFull16, true));
  corpus.add("zip-directory-signature.pth", "model_damaged", patched(sound({}), kEntry, 0, "PK\x01\x03"s));
  corpus.add("zip-two-archives.pth", "model_damaged", sound({}) + make_zip({{"other/data.pkl", "x"}}));
  corpus.add("zip-bytes-in-front.pth", "model_damaged|not_a_model", "PK\x03\x04 in front"s + sound({}));
  corpus.add("zip-of-zip.pth", "not_a_model", make_zip({{"model.pth", sound({})}}));
  corpus.add("zip-document.docx.pth", "not_a_model", make_zip({{"[Content_Types].xml", "<x/>"}}));
  corpus.add("zip-book.epub.pth", "not_a_model",
             make_zip({{"mimetype", "x"}, {"META-INF/container.xml", "<x/>"}}));
  corpus.add("zip-empty.pth", "not_a_model", make_zip({}));
  corpus.add("zip-program.pth", "model_unsupported", with({"model/constants.pkl", "\x80\x02)."s}));
  corpus.add("zip-big-endian.pth", "model_unsupported", with({"model/byteorder", "big"}));
  corpus.add("zip-byte-order-of-a-megabyte.pth", "model_damaged",
             with({"model/byteorder", std::string(1 << 20, 'b')}));
  std::vector<ZipItem> many{{"model/data.pkl", "\x80\x02}."s}};
  for (int i = 0; i < 60'000; ++i) many.push_back({"model/data/" + std::to_string(i), ""});
  corpus.add("zip-60000-empty-entries.pth", "not_a_model", make_zip(many));
}

void add_wide_fields(Corpus& corpus) {
  PthShape shape;
  shape.zip.wide_end = true;
  const std::string whole = sound(shape);
  for (const auto& [what, value] :
       {std::pair("0", std::uint64_t{0}), std::pair("2-62", std::uint64_t{1} << 62),
        std::pair("2-63", std::uint64_t{1} << 63), std::pair("2-64", UINT64_MAX)}) {
    corpus.add("zip64-entries-"s + what + ".pth", "model_damaged",
               patched(patched(whole, kWideEnd, 24, u64(value)), kWideEnd, 32, u64(value)));
    corpus.add("zip64-directory-size-"s + what + ".pth", "model_damaged",
               patched(whole, kWideEnd, 40, u64(value)));
    corpus.add("zip64-directory-offset-"s + what + ".pth", "model_damaged",
               patched(whole, kWideEnd, 48, u64(value)));
    corpus.add("zip64-record-"s + what + ".pth", "model_damaged",
               patched(whole, kWideLocator, 8, u64(value)));
    corpus.add("zip64-record-size-"s + what + ".pth", "model_damaged",
               patched(whole, kWideEnd, 4, u64(value)));
  }
  corpus.add("zip64-entries-disagree.pth", "model_damaged", patched(whole, kWideEnd, 24, u64(1)));
  corpus.add("zip64-narrow-end-disagrees.pth", "model_damaged", patched(whole, kEnd, 16, u32(7), true));
  corpus.add("zip64-without-record.pth", "model_damaged", patched(whole, kWideEnd, 0, "PK\x06\x08"s));
  const std::string wide = with({"model/a", "content", 0, 0, 0, 0, 0, 0, {}, true});
  corpus.add("zip64-entry.pth", "opens", wide);
  const std::size_t extra = wide.rfind("\x01\x00\x18\x00"s);
  for (const auto& [what, value] :
       {std::pair("2-62", std::uint64_t{1} << 62), std::pair("2-63", std::uint64_t{1} << 63),
        std::pair("2-64", UINT64_MAX)}) {
    for (const auto& [field, behind] :
         {std::pair("size", 4), std::pair("packed", 12), std::pair("offset", 20)}) {
      std::string file = wide;
      file.replace(extra + static_cast<std::size_t>(behind), 8, u64(value));
      corpus.add("zip64-entry-"s + field + "-" + what + ".pth", "model_damaged", file);
    }
  }
  std::string file = wide;
  corpus.add("zip64-extra-missing.pth", "model_damaged", file.replace(extra, 2, "\x02\x00"s));
  file = wide;
  corpus.add("zip64-extra-cut.pth", "model_damaged", file.replace(extra + 2, 2, "\x08\x00"s));
}

}  // namespace

void add_archives(Corpus& corpus) {
  add_names(corpus);
  add_entries(corpus);
  add_ends(corpus);
  add_wide_fields(corpus);
}

}  // namespace roost::hostile
