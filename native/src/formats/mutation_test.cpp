// Files that were cut, or changed in random places, end in a model or a typed error: never in a crash, an
// abort, an exception or a large reservation. The seeds are fixed; what once failed here is found again by
// its number.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <random>
#include <string>

#include "check.h"
#include "formats/test_files.h"

namespace {

std::atomic<std::size_t> in_use{0}, most{0};

void* counted(std::size_t size) {
  // The size stands before the block, in a space that keeps the alignment.
  auto* block = static_cast<std::size_t*>(std::malloc(size + 2 * sizeof(std::max_align_t)));
  if (block == nullptr) throw std::bad_alloc();
  *block = size;
  const std::size_t now = in_use.fetch_add(size) + size;
  std::size_t before = most.load();
  while (before < now && !most.compare_exchange_weak(before, now)) {
  }
  return reinterpret_cast<char*>(block) + 2 * sizeof(std::max_align_t);
}

void release(void* pointer) noexcept {
  if (pointer == nullptr) return;
  auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(pointer) - 2 * sizeof(std::max_align_t));
  in_use.fetch_sub(*block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* pointer) noexcept {
  release(pointer);
}
void operator delete[](void* pointer) noexcept {
  release(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
  release(pointer);
}
void operator delete[](void* pointer, std::size_t) noexcept {
  release(pointer);
}

using namespace test_files;

namespace {

// The budget of a refusal: far below what a model needs, far above what a table of contents needs.
constexpr std::size_t kBudget = std::size_t{32} << 20;

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(ROOST_SOURCE_DIR) + "/tests/fixtures/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Parses and, where that succeeds, reads every weight: its ranges must lie inside the file.
struct Tally {
  int opened = 0, refused = 0, untyped = 0;
  std::size_t most = 0;

  void run(const std::string& bytes) {
    // A copy of exactly this size on the heap, so that an address sanitizer sees every step outside.
    const std::string file(bytes.data(), bytes.size());
    const std::size_t before = in_use.load();
    ::most.store(before);
    {
      const auto model = parse(file);
      if (model.ok()) {
        ++opened;
        std::vector<float> row;
        float sum = 0;
        for (const auto& [name, weight] : model.value()->weights) {
          row.resize(weight.columns);
          read_row(weight, 0, row.data());
          read_row(weight, weight.rows - 1, row.data());
          sum += row[0];
        }
        untyped += !model.value()->fingerprint.size();
        volatile float kept = sum;
        (void)kept;
      } else {
        ++refused;
        const auto& failure = model.failure();
        const bool typed = failure.code == roost::ErrorCode::model_damaged ||
                           failure.code == roost::ErrorCode::model_truncated ||
                           failure.code == roost::ErrorCode::model_unsafe ||
                           failure.code == roost::ErrorCode::model_unsupported ||
                           failure.code == roost::ErrorCode::not_a_model;
        if (!typed || !failure.message.starts_with("hostile.bin: ") || failure.message.size() > 1000) {
          std::fprintf(stderr, "  %s %s\n", std::string(roost::name_of(failure.code)).c_str(),
                       failure.message.c_str());
          ++untyped;
        }
      }
    }
    most = std::max(most, ::most.load() - before);
  }
};

void cut_everywhere(const std::string& whole) {
  Tally tally;
  for (std::size_t part = 0; part < 64; ++part) tally.run(whole.substr(0, whole.size() * part / 64));
  // The last bytes one by one: the end records of archives, the last tensor.
  for (std::size_t missing = 1; missing < 120; ++missing) tally.run(whole.substr(0, whole.size() - missing));
  CHECK_EQUAL(tally.opened, 0);
  CHECK_EQUAL(tally.untyped, 0);
  CHECK(tally.most < kBudget);
}

// Changes one to eight bytes, mostly where the structure is.
void mutate(const std::string& whole, std::size_t structure, bool structure_at_end, unsigned seed,
            int count) {
  std::mt19937 random(seed);
  Tally tally;
  for (int i = 0; i < count; ++i) {
    std::string file = whole;
    const int changes = 1 + static_cast<int>(random() % 8);
    for (int change = 0; change < changes; ++change) {
      std::size_t place = random() % file.size();
      if (random() % 8 != 0) place = random() % structure;
      if (structure_at_end && random() % 2 == 0) place = file.size() - 1 - place;
      static constexpr unsigned char kinds[] = {0x00, 0xff, 0x7f, 0x80, 0x01};
      switch (random() % 4) {
        case 0:
          file[place] = static_cast<char>(file[place] ^ (1 << random() % 8));
          break;
        case 1:
          file[place] = static_cast<char>(random());
          break;
        case 2:
          file[place] = static_cast<char>(kinds[random() % 5]);
          break;
        default:
          file[place] = file[random() % structure];
      }
    }
    tally.run(file);
  }
  CHECK_EQUAL(tally.untyped, 0);
  CHECK(tally.refused > count / 10);
  CHECK(tally.most < kBudget);
}

// As mutate(), on a pickle whose archive is then made anew: otherwise the checksum hides the reader from the
// changes.
void mutate_pickle(unsigned seed, int count) {
  const std::vector<TestTensor> tensors = tiny_rwkv7();
  Pickle pickle;
  pickle.raw("}(");
  std::vector<ZipItem> items(1);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::vector<std::int64_t> size(tensors[i].shape.begin(), tensors[i].shape.end());
    pickle.text(tensors[i].name);
    pickle.tensor("HalfStorage", std::to_string(i), static_cast<std::int64_t>(tensors[i].count()), 0, size,
                  strides_of(tensors[i].shape));
    items.push_back({"m/data/" + std::to_string(i), encode(tensors[i].values, "F16")});
  }
  const std::string whole = pickle.raw("u").finish();
  std::mt19937 random(seed);
  Tally tally;
  for (int i = 0; i < count; ++i) {
    std::string changed = whole;
    for (unsigned change = 0; change < 1 + random() % 4; ++change) {
      const std::size_t place = random() % changed.size();
      switch (random() % 4) {
        case 0:
          changed[place] = static_cast<char>(random());
          break;
        case 1:
          changed.erase(place, 1 + random() % 4);
          break;
        case 2:
          changed.insert(place, changed.substr(random() % changed.size(), 1 + random() % 16));
          break;
        default: {
          static constexpr char codes[] = "(.RQtu}]sqhrjcXKMJNbae\x85\x86\x87\x88\x89\x8a\x93\x94\x95";
          changed[place] = codes[random() % (sizeof codes - 1)];
        }
      }
    }
    items[0] = {"m/data.pkl", changed};
    tally.run(make_zip(items));
  }
  CHECK_EQUAL(tally.untyped, 0);
  CHECK(tally.refused > count / 2);
  CHECK(tally.most < kBudget);
}

}  // namespace

TEST("a .pth that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-bf16.pth"));
}
TEST("a .safetensors that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-bf16.safetensors"));
}
TEST("a .gguf that was cut anywhere is refused") {
  cut_everywhere(fixture("rwkv7-l3-c128-q8_0.gguf"));
}

TEST("2,000 damaged archives") {
  mutate(make_pth(tiny_rwkv7()), 8000, true, 11, 2000);
}
TEST("2,000 damaged pickles in sound archives") {
  mutate_pickle(12, 2000);
}
TEST("2,000 damaged .safetensors") {
  mutate(make_safetensors(tiny_rwkv7()), 5500, false, 13, 2000);
}
TEST("2,000 damaged .gguf") {
  mutate(tiny_gguf().finish(), 5000, false, 14, 2000);
}
TEST("200 damaged copies of each fixture") {
  mutate(fixture("rwkv7-l3-c128-bf16.pth"), 12000, true, 15, 200);
  mutate(fixture("rwkv7-l3-c128-bf16.safetensors"), 9000, false, 16, 200);
  mutate(fixture("rwkv7-l3-c128-f16.gguf"), 12000, false, 17, 200);
}

TEST_MAIN()
