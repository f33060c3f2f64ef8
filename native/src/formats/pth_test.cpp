// .pth: what a checkpoint may look like, and the archives and pickles that only pretend to be one.
#include "formats/pth.h"

#include "check.h"
#include "formats/test_files.h"

using namespace test_files;

namespace {

std::string with_pickle(const std::string& pickle) {
  return make_zip({{"model/data.pkl", pickle}, {"model/data/0", std::string(4096, '\1')}});
}

std::vector<float> all_values(const roost::formats::ModelFile& model) {
  std::vector<float> values;
  for (const auto& [name, weight] : model.weights) {
    std::vector<float> row(weight.columns);
    for (std::uint64_t i = 0; i < weight.rows; ++i) {
      read_row(weight, i, row.data());
      values.insert(values.end(), row.begin(), row.end());
    }
  }
  return values;
}

}  // namespace

TEST(".pth: one storage per tensor, one for all, padded, aligned, 64-bit archive: the same weights") {
  const std::string plain = make_pth(tiny_rwkv7());
  const auto expected = parse(plain);
  REQUIRE(expected.ok());
  const std::vector<float> values = all_values(*expected.value());
  CHECK_EQUAL(expected.value()->layers, 2u);

  PthShape one, descriptors, wide, aligned;
  one.one_storage = true;
  descriptors.zip.descriptors = true;
  wide.zip.wide_end = true;
  aligned.zip.align = 64;
  aligned.zip.descriptors = true;
  for (const PthShape& shape : {one, descriptors, wide, aligned}) {
    const std::string file = make_pth(tiny_rwkv7(), shape);
    const auto model = parse(file);
    REQUIRE(model.ok());
    CHECK(all_values(*model.value()) == values);
    CHECK_EQUAL(model.value()->fingerprint, expected.value()->fingerprint);
  }
}

TEST(".pth: a transposed save, with strides, reads as the matrix it is") {
  const auto expected_file = make_pth(tiny_rwkv7());
  const auto expected = parse(expected_file);
  // Each matrix is stored column by column and described by strides.
  std::vector<TestTensor> turned = tiny_rwkv7();
  for (TestTensor& tensor : turned) {
    if (tensor.shape.size() != 2) continue;
    std::vector<float> values(tensor.values.size());
    for (std::uint64_t row = 0; row < tensor.shape[0]; ++row) {
      for (std::uint64_t column = 0; column < tensor.shape[1]; ++column) {
        values[column * tensor.shape[0] + row] = tensor.values[row * tensor.shape[1] + column];
      }
    }
    tensor.values = values;
  }
  PthShape shape;
  shape.tensor = [](Pickle& pickle, const TestTensor& tensor, std::size_t i) {
    std::vector<std::int64_t> size(tensor.shape.begin(), tensor.shape.end());
    std::vector<std::int64_t> strides = strides_of(tensor.shape);
    if (tensor.shape.size() == 2) strides = {1, static_cast<std::int64_t>(tensor.shape[0])};
    pickle.tensor("FloatStorage", std::to_string(i), static_cast<std::int64_t>(tensor.count()), 0, size,
                  strides);
  };
  const std::string file = make_pth(turned, shape);
  const auto model = parse(file);
  REQUIRE(expected.ok() && model.ok());
  CHECK(all_values(*model.value()) == all_values(*expected.value()));
}

TEST(".pth: wrapped, prefixed and mixed forms of the table open too") {
  for (const char* prefix : {"model.", "_forward_module.", "module."}) {
    std::vector<TestTensor> tensors = tiny_rwkv7();
    for (TestTensor& tensor : tensors) tensor.name = prefix + tensor.name;
    CHECK_EQUAL(outcome(make_pth(tensors)), "opened");
  }
  PthShape half;
  half.storage_class = "BFloat16Storage";
  half.type = "BF16";
  CHECK_EQUAL(outcome(make_pth(tiny_rwkv7(), half)), "opened");
}

TEST("a pickle that would run something is refused, and the sentence names it") {
  CHECK_REFUSED(with_pickle(Pickle().global("os", "system").raw("(").text("echo owned").raw("tR").finish()),
                "model_unsafe", "os.system");
  CHECK_REFUSED(with_pickle(Pickle().global("posix", "system").finish()), "model_unsafe", "posix.system");
  CHECK_REFUSED(with_pickle(Pickle().global("builtins", "eval").finish()), "model_unsafe", "builtins.eval");
  CHECK_REFUSED(with_pickle(Pickle().global("torch", "load").finish()), "model_unsafe", "torch.load");
  CHECK_REFUSED(with_pickle(Pickle().global("torch._utils", "_rebuild_tensor_v2 ").finish()), "model_unsafe",
                "_rebuild_tensor_v2 ");
  CHECK_REFUSED(with_pickle(Pickle().text("os").text("system").raw("\x93").finish()), "model_unsafe",
                "os.system");
  // The same name smuggled in with a line that hides its end from a careless message.
  CHECK_REFUSED(with_pickle(Pickle().global("os\x1b[2J", "system").finish()), "model_unsafe",
                "os\\x1b[2J.system");
}

TEST("instructions that create, call or look up anything else are refused") {
  for (const char* code : {"i", "o", "\x81", "\x92"}) {
    CHECK_REFUSED(with_pickle(Pickle().global("collections", "OrderedDict").raw(")").raw(code).finish()),
                  "model_unsafe", "arbitrary class");
  }
  for (const char* code : {"P", "\x82", "\x83", "\x84"}) {
    CHECK_REFUSED(with_pickle(Pickle().raw(code).raw("\x01\x01\x01\x01").finish()), "model_unsafe",
                  "not in the file");
  }
  CHECK_REFUSED(with_pickle(Pickle().text("print(1)").raw(")R").finish()), "model_unsafe", "call");
  CHECK_REFUSED(with_pickle(Pickle().global("torch", "FloatStorage").raw(")R").finish()), "model_unsafe",
                "torch FloatStorage");
  CHECK_REFUSED(with_pickle(Pickle().raw("}").raw("}b").finish()), "model_unsafe", "change an object");
  CHECK_REFUSED(with_pickle(Pickle().text("module").raw("Q").finish()), "model_unsafe", "no tensor storage");
}

TEST("a pickle that confuses kinds of values or its stack is refused") {
  const std::pair<std::string, const char*> cases[] = {
      {Pickle().raw("]").text("k").raw("}s").finish(), "no dictionary"},
      {Pickle().raw("}]a").finish(), "no list"},
      {Pickle().raw("}").raw("s").finish(), "more values than there are"},
      {Pickle().raw("}u").finish(), "beginning mark"},
      {Pickle().raw("(}(").text("a").raw("u").finish(), "no dictionary"},
      {Pickle().raw("}(").text("a").raw("u").finish(), "no dictionary"},
      {Pickle().raw("h\x05").finish(), "never remembered"},
      {Pickle().raw("q\x05").finish(), "not there"},
      {Pickle().raw("}}").finish(), "wrong number of values"},
      {Pickle().raw("}(").finish(), "wrong number of values"},
      {Pickle().raw("}.}").finish(), "goes on after its end"},
      {Pickle().raw("}q\x01").raw("X\x01").raw(std::string(3, '\0')).raw("ah\x01s").finish(),
       "contains itself"},
      {Pickle().raw("]q\x01").raw("]h\x01").raw("aa").finish(), "contains itself"},
      {Pickle().raw(std::string(40, '(')).finish(), "nested"},
      {Pickle().raw("\xff").finish(), "instruction 255"},
      {Pickle().raw("\x8a\x09").raw(std::string(9, '\1')).finish(), "64 bits"},
      {Pickle().raw("X\x02").raw(std::string(3, '\0')).raw("\xff\xfe").finish(), "UTF-8"},
      {Pickle().raw("(").text("a").raw("t").raw("}").raw("N").raw("u").finish(), "beginning mark"},
  };
  for (const auto& [pickle, part] : cases) CHECK_REFUSED(with_pickle(pickle), "model_damaged", part);
  CHECK_REFUSED(with_pickle("\x80\x02X\xff\xff\xff\x7f"), "model_truncated", "ends in the middle");
  CHECK_REFUSED(with_pickle("\x80\x02}"), "model_truncated", "ends in the middle");
  CHECK_REFUSED(with_pickle("\x80\x09}."), "model_damaged", "protocol");
  CHECK_REFUSED(with_pickle(Pickle().raw("N").finish()), "not_a_model", "no table of tensors");
}

TEST("a pickle that asks for ever more memory is stopped") {
  // Ten million values from ten megabytes, and as many recalls of one value.
  CHECK_REFUSED(with_pickle(Pickle().raw(std::string(10'000'000, '}')).finish()), "model_damaged",
                "far more values");
  std::string recalls = "}q";
  recalls += '\1';
  for (int i = 0; i < 5'000'000; ++i) recalls += "h\1";
  CHECK_REFUSED(with_pickle(Pickle().raw(recalls).finish()), "model_damaged", "far longer");
}

TEST("tensors that reach outside of their storage, or contradict it, are refused") {
  const auto refused = [](std::int64_t numel, std::int64_t offset, const std::vector<std::int64_t>& size,
                          const std::vector<std::int64_t>& stride, const char* part) {
    Pickle pickle;
    pickle.raw("}(").text("t").tensor("FloatStorage", "0", numel, offset, size, stride).raw("u");
    CHECK_REFUSED(with_pickle(pickle.finish()), "model_damaged", part);
  };
  const std::int64_t huge = INT64_MAX;
  refused(1023, 0, {10}, {1}, "1023 elements, but its part of the archive has 4096 bytes");
  refused(huge, 0, {10}, {1}, "bytes");
  refused(-1, 0, {10}, {1}, "bytes");
  refused(1024, 1, {1024}, {1}, "reaches past its storage");
  refused(1024, 0, {32, 33}, {33, 1}, "reaches past its storage");
  refused(1024, 0, {2, 2}, {huge, huge}, "reaches past its storage");
  refused(1024, 0, {huge, huge}, {0, 0}, "reaches past its storage");
  refused(1024, 0, {2048}, {0}, "reaches past its storage");
  refused(1024, huge, {1}, {1}, "reaches past its storage");
  refused(1024, -4, {4}, {1}, "malformed dimensions");
  refused(1024, 0, {4}, {-1}, "malformed dimensions");
  refused(1024, 0, {-4}, {1}, "malformed dimensions");
  refused(1024, 0, {4}, {1, 1}, "malformed dimensions");
  refused(1024, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, "malformed dimensions");
  refused(1024, 0, {0}, {1}, "is empty");

  Pickle missing, doubles, overlap, twice;
  missing.raw("}(").text("t").tensor("FloatStorage", "7", 1024, 0, {4}, {1}).raw("u");
  CHECK_REFUSED(with_pickle(missing.finish()), "model_damaged", "which the archive lacks");
  doubles.raw("}(").text("t").tensor("DoubleStorage", "0", 512, 0, {4}, {1}).raw("u");
  CHECK_REFUSED(with_pickle(doubles.finish()), "model_unsupported", "DoubleStorage");
  overlap.raw("}(").text("a").tensor("FloatStorage", "0", 1024, 0, {8}, {1});
  overlap.text("b").tensor("FloatStorage", "0", 1024, 7, {8}, {1}).raw("u");
  CHECK_REFUSED(with_pickle(overlap.finish()), "model_damaged", "occupy the same bytes");
  twice.raw("}(").text("a").tensor("FloatStorage", "0", 1024, 0, {8}, {1});
  twice.text("a").tensor("FloatStorage", "0", 1024, 8, {8}, {1}).raw("u");
  CHECK_REFUSED(with_pickle(twice.finish()), "model_damaged", "two tensors called \"a\"");
}

// A stride of zero repeats one number along a dimension, so these occupy 4 bytes each and claim 4,096.
TEST("numbers that are repeated by strides count as often as they are read") {
  Pickle pickle;
  pickle.raw("}(");
  for (int i = 0; i < 50; ++i) {
    pickle.text("t" + std::to_string(i)).tensor("FloatStorage", "0", 1024, i, {32, 32}, {0, 0});
  }
  CHECK_REFUSED(with_pickle(pickle.raw("u").finish()), "model_damaged", "together claim");
}

TEST("many tensors that share one set of bytes do not make a small file a huge model") {
  Pickle pickle;
  pickle.raw("}(");
  for (int i = 0; i < 50; ++i) {
    pickle.text("t" + std::to_string(i)).tensor("FloatStorage", "0", 1024, 0, {1024}, {1});
  }
  CHECK_REFUSED(with_pickle(pickle.raw("u").finish()), "model_damaged", "together claim");
}

TEST("archives that are ambiguous or lead elsewhere are refused") {
  const auto with = [](const ZipItem& item) {
    PthShape shape;
    shape.more = {item};
    return make_pth(tiny_rwkv7(), shape);
  };
  for (const char* name :
       {"model/../x", "/model/x", "model/a:b", "model\\x", "model//x", "model/./x", "model/x/"}) {
    CHECK_REFUSED(with({name, "x"}), "model_unsafe", "no checkpoint has");
  }
  CHECK_REFUSED(with({std::string("model/a\0b", 9), "x"}), "model_unsafe", "a\\x00b");
  CHECK_REFUSED(with({"model/link", "x", 0, 0, 0xa1ff0000u}), "model_unsafe", "is a link");
  CHECK_REFUSED(with({"model/packed", "x", 8}), "model_unsupported", "compressed");
  CHECK_REFUSED(with({"model/secret", "x", 0, 1}), "model_unsupported", "encrypted");
  CHECK_REFUSED(with({"model/odd", "x", 0, 64}), "model_damaged", "contradicts itself");
  CHECK_REFUSED(with({"other/data/9", "x"}), "model_damaged", "outside of its folder");
  CHECK_REFUSED(with({"model/version", "3\n"}), "model_damaged", "two entries called");
  CHECK_REFUSED(with({"model/constants.pkl", "x"}), "model_unsupported", "TorchScript");
  CHECK_REFUSED(with({"model/byteorder", "big"}), "model_unsupported", "byte order");
  ZipItem bad_crc{"model/extra", "x"}, longer{"model/extra", "x"}, moved{"model/extra", "x"},
      renamed{"model/extra", "x"};
  bad_crc.crc_change = 1;
  CHECK_REFUSED(with(bad_crc), "model_damaged", "checksum");
  longer.directory_size_change = 5;
  CHECK_REFUSED(with(longer), "model_damaged", "contradicts the directory");
  moved.offset_change = -10;
  CHECK_REFUSED(with(moved), "model_damaged", "does not begin where the directory says");
  renamed.local_name = "model/0xtra";
  CHECK_REFUSED(with(renamed), "model_damaged", "contradicts the directory");

  // A size that only the directory gives, and that covers the entry behind it.
  PthShape overlapping;
  overlapping.zip.descriptors = true;
  overlapping.more = {{"model/first", "x"}, {"model/second", "y"}};
  overlapping.more[0].directory_size_change = 40;
  CHECK_REFUSED(make_pth(tiny_rwkv7(), overlapping), "model_damaged", "overlap");
  overlapping.more[0].directory_size_change = 1'000'000;
  CHECK_REFUSED(make_pth(tiny_rwkv7(), overlapping), "model_damaged", "reaches past");

  PthShape shape;
  shape.zip.behind = "more";
  CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged", "behind the end");
  shape.zip = {};
  shape.zip.comment = "hello";
  CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged", "behind the end");
  for (const bool wide : {false, true}) {
    shape.zip = {};
    shape.zip.wide_end = wide;
    shape.zip.entries_change = 1;
    CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged", "directory");
    shape.zip.entries_change = wide ? INT64_MAX : -1;
    CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged",
                  wide ? "claims" : "longer than its entries");
    shape.zip.entries_change = 0;
    shape.zip.directory_offset_change = -1;
    CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged", "does not lie where");
  }
}

TEST("64-bit sizes in the directory are honoured and checked") {
  PthShape shape;
  ZipItem item{"model/extra", "some bytes"};
  item.wide = true;
  shape.more = {item};
  CHECK_EQUAL(outcome(make_pth(tiny_rwkv7(), shape)), "opened");
  shape.more[0].offset_change = INT64_MAX - 1000;
  CHECK_REFUSED(make_pth(tiny_rwkv7(), shape), "model_damaged", "does not begin where");
}

TEST("archives of other kinds are called what they are") {
  CHECK_REFUSED(make_zip({{"[Content_Types].xml", "x"}}), "not_a_model", "Office");
  CHECK_REFUSED(make_zip({{"META-INF/container.xml", "x"}}), "not_a_model", "EPUB");
  CHECK_REFUSED(make_zip({{"photos/", ""}, {"photos/a.jpg", "x", 8}}), "not_a_model",
                "without a PyTorch checkpoint");
  Pickle converted;
  converted.raw("}(").text("_strategy").text("cpu fp32").raw("u");
  CHECK_REFUSED(with_pickle(converted.finish()), "model_unsupported", "ChatRWKV");
}

TEST_MAIN()
