#include "backend/selftest.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "backend/cpu/isa.h"

namespace roost::backend {
namespace {

// Numbers that are the same on every machine (SplitMix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  float uniform(float low, float high) {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return low + (high - low) * static_cast<float>(z >> 40) * 0x1p-24f;
  }
  std::vector<float> numbers(std::size_t count, float low, float high) {
    std::vector<float> all(count);
    for (float& x : all) x = uniform(low, high);
    return all;
  }

 private:
  std::uint64_t state_;
};

formats::Weight as_weight(const std::vector<float>& numbers, std::uint64_t rows, std::uint64_t columns) {
  formats::Weight weight;
  weight.rows = rows;
  weight.columns = columns;
  weight.row_stride = static_cast<std::int64_t>(columns);
  weight.data = reinterpret_cast<const std::byte*>(numbers.data());
  return weight;
}

// One backend while a case runs on it. Errors are kept and end the case.
class Bench {
 public:
  explicit Bench(Backend& backend) : backend_(backend) {}
  ~Bench() {
    for (const Tensor& tensor : owned_) backend_.release(tensor);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Tensor matrix(std::uint32_t rows, std::uint32_t columns, const std::vector<float>& numbers = {}) {
    auto tensor = keep(backend_.allocate(Use::scratch, rows, columns));
    if (tensor && !numbers.empty()) backend_.write(tensor, numbers);
    return tensor;
  }
  Tensor vector(const std::vector<float>& numbers) {
    return matrix(1, static_cast<std::uint32_t>(numbers.size()), numbers);
  }
  Tensor weight(const formats::Weight& source, DType type, bool by_input = false) {
    if (status_.ok()) status_ = backend_.reserve_weights(backend_.packed_bytes(source, type), 0);
    if (!status_.ok()) return {};
    return keep(by_input ? backend_.load_matrix_by_input(source, type) : backend_.load_matrix(source, type));
  }
  void fill(Tensor to, float value) { backend_.fill(to, value); }
  Tensor table(const formats::Weight& source) { return keep(backend_.load_table(source)); }
  std::vector<float> finish(std::initializer_list<Tensor> outputs) {
    if (status_.ok()) status_ = backend_.submit();
    if (status_.ok()) status_ = backend_.wait();
    std::vector<float> all;
    if (!status_.ok()) return all;
    for (const Tensor& output : outputs) {
      std::vector<float> part(std::size_t{output.rows} * output.columns);
      backend_.read(part, output);
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }
  Backend& operator*() { return backend_; }
  bool good() const { return status_.ok(); }
  const Status& status() const { return status_; }

 private:
  Tensor keep(Result<Tensor> made) {
    if (!made.ok()) {
      if (status_.ok()) status_ = std::move(made).failure();
      return {};
    }
    owned_.push_back(made.value());
    return made.value();
  }
  Backend& backend_;
  std::vector<Tensor> owned_;
  Status status_;
};

struct Case {
  std::string kernel, shape;
  double bound;
  std::string reason;
  std::function<std::vector<float>(Bench&)> run;  // must make the same calls on every backend
  // What the tested backend may add to the bound; absent: nothing.
  std::function<double(const Backend&)> rounding = {};
};

const char* name_of(Epilogue epilogue) {
  switch (epilogue) {
    case Epilogue::none:
      return "";
    case Epilogue::add:
      return " add";
    case Epilogue::tanh:
      return " tanh";
    case Epilogue::sigmoid:
      return " sigmoid";
    case Epilogue::bias_sigmoid:
      return " bias_sigmoid";
    case Epilogue::relu_squared:
      return " relu_squared";
    case Epilogue::decay7:
      return " decay7";
    case Epilogue::decay6:
      return " decay6";
    case Epilogue::silu:
      return " silu";
  }
  return "";
}

Case product_case(DType type, Epilogue epilogue, std::uint32_t rows, std::uint32_t columns,
                  std::uint32_t tokens) {
  Case c;
  c.kernel = "products " + std::string(name_of(type)) + name_of(epilogue);
  c.shape = std::to_string(rows) + "x" + std::to_string(columns) + ", " + std::to_string(tokens) + " tokens";
  if (in_blocks(type)) {
    c.bound = 1e-9;
    c.reason =
        "activations rounded to 1 / 65,278 of their block's range: 2.4e-10 of the squares of even noise";
  } else {
    c.bound = 1e-11;
    c.reason =
        "f32 sums of up to 1,000 terms in another order: about (1000 / 256)^0.5 x 16 roundings of 6e-8";
  }
  c.rounding = [=](const Backend& backend) { return backend.product_error(type, rows, columns, tokens); };
  c.run = [=](Bench& bench) {
    Random random(rows * 1000003u + columns * 1009u + tokens);
    const auto w = random.numbers(std::size_t{rows} * columns, -1, 1);
    const auto x = random.numbers(std::size_t{tokens} * columns, -0.3f, 0.3f);
    const auto bias = random.numbers(rows, -2, 2);
    const auto before = random.numbers(std::size_t{tokens} * rows, -1, 1);
    const Tensor weight = bench.weight(as_weight(w, rows, columns), type);
    const Tensor out = bench.matrix(tokens, rows, before), input = bench.matrix(tokens, columns, x);
    const Tensor added = bench.vector(bias);
    const bool biased =
        epilogue == Epilogue::bias_sigmoid || epilogue == Epilogue::decay7 || epilogue == Epilogue::decay6;
    if (!bench.good()) return std::vector<float>{};
    const Product product[] = {{out, input, weight, epilogue, biased ? added : Tensor{}}};
    (*bench).products(product);
    return bench.finish({out});
  };
  return c;
}

// As behind a squared ReLU: two thirds of x are zero.
Case sparse_case(DType type, std::uint32_t rows, std::uint32_t columns, std::uint32_t tokens) {
  Case c = product_case(type, Epilogue::add, rows, columns, tokens);
  c.kernel = "products of zeros " + std::string(name_of(type));
  c.run = [=](Bench& bench) {
    Random random(rows * 1009u + columns * 13u + tokens);
    const auto w = random.numbers(std::size_t{rows} * columns, -1, 1);
    auto x = random.numbers(std::size_t{tokens} * columns, -0.6f, 0.3f);
    for (float& number : x) number = std::max(number, 0.0f);
    const auto before = random.numbers(std::size_t{tokens} * rows, -1, 1);
    const Tensor weight = bench.weight(as_weight(w, rows, columns), type, true);
    const Tensor out = bench.matrix(tokens, rows, before), input = bench.matrix(tokens, columns, x);
    if (!bench.good()) return std::vector<float>{};
    const Product product[] = {{out, input, weight, Epilogue::add, {}, true}};
    (*bench).products(product);
    return bench.finish({out});
  };
  return c;
}

Case norm_case(std::uint32_t rows, std::uint32_t columns) {
  Case c;
  c.kernel = "layer_norm";
  c.shape = std::to_string(rows) + "x" + std::to_string(columns);
  c.bound = 1e-11;
  c.reason =
      "the mean is a tenth of the numbers' spread: statistics in f32 lose a few units in the last place";
  c.run = [=](Bench& bench) {
    Random random(columns);
    const Tensor x = bench.matrix(rows, columns, random.numbers(std::size_t{rows} * columns, -4, 5));
    const Tensor gain = bench.vector(random.numbers(columns, 0.5f, 1.5f));
    const Tensor bias = bench.vector(random.numbers(columns, -1, 1));
    const Tensor out = bench.matrix(rows, columns);
    if (!bench.good()) return std::vector<float>{};
    (*bench).layer_norm(out, x, gain, bias, 1e-5f);
    return bench.finish({out});
  };
  return c;
}

// Three sequences of uneven length in slots out of order.
constexpr std::uint32_t ragged_first[] = {0, 1, 18, 31};
constexpr std::uint32_t ragged_slot[] = {2, 0, 3};
constexpr std::uint32_t ragged_rows = 31, ragged_slots = 4;

Case mix_case(std::uint32_t columns) {
  Case c;
  c.kernel = "norm_shift_mix";
  c.shape = "1 + 17 + 13 tokens x " + std::to_string(columns) + ", 2 mixes, itself, the one before";
  c.bound = 1e-11;
  c.reason = "a layer norm, then one multiplication and two additions";
  c.run = [=](Bench& bench) {
    Random random(columns + 1);
    const Tensor x =
        bench.matrix(ragged_rows, columns, random.numbers(std::size_t{ragged_rows} * columns, -2, 2));
    const Tensor gain = bench.vector(random.numbers(columns, 0.5f, 1.5f));
    const Tensor bias = bench.vector(random.numbers(columns, -1, 1));
    const Tensor mix_a = bench.vector(random.numbers(columns, 0, 1));
    const Tensor mix_b = bench.vector(random.numbers(columns, 0, 1));
    const Tensor last =
        bench.matrix(ragged_slots, columns, random.numbers(std::size_t{ragged_slots} * columns, -1, 1));
    const Tensor a = bench.matrix(ragged_rows, columns), b = bench.matrix(ragged_rows, columns);
    const Tensor now = bench.matrix(ragged_rows, columns), before = bench.matrix(ragged_rows, columns);
    if (!bench.good()) return std::vector<float>{};
    const Mix mixes[] = {{a, mix_a}, {b, mix_b}, {now, {}, Take::current}, {before, {}, Take::previous}};
    (*bench).norm_shift_mix(mixes, x, gain, bias, 1e-5f, last, {ragged_first, ragged_slot});
    return bench.finish({a, b, now, before, last});
  };
  return c;
}

Case blend_case(std::uint32_t columns) {
  Case c;
  c.kernel = "blend, gated_add";
  c.shape = "31 tokens x " + std::to_string(columns) + ", 2 blends";
  c.bound = 1e-12;
  c.reason = "three roundings";
  c.run = [=](Bench& bench) {
    Random random(columns + 3);
    const auto tokens = [&] {
      return bench.matrix(ragged_rows, columns, random.numbers(std::size_t{ragged_rows} * columns, -1, 1));
    };
    const Tensor a = tokens(), before = tokens(), first = tokens(), second = tokens(), x = tokens();
    const Tensor base = bench.vector(random.numbers(columns, 0, 1)), out = bench.matrix(ragged_rows, columns);
    if (!bench.good()) return std::vector<float>{};
    const Blend blends[] = {{first, first, base}, {out, second, base}};
    (*bench).blend(blends, a, before);
    (*bench).gated_add(x, a, before, 4);
    return bench.finish({first, out, x});
  };
  return c;
}

Case wkv4_case(std::uint32_t width) {
  Case c;
  c.kernel = "wkv4";
  c.shape = "1 + 17 + 13 tokens x " + std::to_string(width);
  c.bound = 1e-11;
  c.reason = "up to 17 dependent steps of a few exponentials, each within 2 units in the last place";
  c.run = [=](Bench& bench) {
    Random random(width);
    const auto tokens = [&](float low, float high) {
      return bench.matrix(ragged_rows, width, random.numbers(std::size_t{ragged_rows} * width, low, high));
    };
    const auto slots = [&](float low, float high) {
      return bench.matrix(ragged_slots, width, random.numbers(std::size_t{ragged_slots} * width, low, high));
    };
    Wkv4 op;
    op.out = bench.matrix(ragged_rows, width);
    op.r = tokens(0, 1);
    // Exponents far apart, as trained models have them: without a running maximum e^100 would overflow.
    op.k = tokens(-40, 100);
    op.v = tokens(-1, 1);
    op.decay = bench.vector(random.numbers(width, -5, -0.001f));
    op.bonus = bench.vector(random.numbers(width, -3, 3));
    op.aa = slots(-1, 1);
    op.bb = slots(0, 1);
    op.pp = slots(-1, 90);
    if (!bench.good()) return std::vector<float>{};
    // A sequence that begins.
    bench.fill(op.aa.row(2), 0);
    bench.fill(op.bb.row(2), 0);
    bench.fill(op.pp.row(2), -1e30f);
    (*bench).wkv4(op, {ragged_first, ragged_slot});
    // Where no sequence has begun yet, pp would dwarf all the rest.
    return bench.finish({op.out, op.aa, op.bb, op.pp.row(0), op.pp.row(3)});
  };
  return c;
}

Case wkv6_case(std::uint32_t heads, std::uint32_t size, bool decay_per_token, bool gated) {
  Case c;
  c.kernel = gated ? "wkv6" : "wkv6 without a gate";
  c.shape = "1 + 17 + 13 tokens x " + std::to_string(heads) + " heads of " + std::to_string(size) +
            (decay_per_token ? "" : ", one decay");
  c.bound = 1e-10;
  c.reason = "up to 17 dependent steps, each an f32 sum over the head, then a group norm";
  c.run = [=](Bench& bench) {
    Random random(heads * 11 + size);
    const std::uint32_t width = heads * size;
    const auto tokens = [&](float low, float high, std::uint32_t rows = ragged_rows) {
      return bench.matrix(rows, width, random.numbers(std::size_t{rows} * width, low, high));
    };
    Wkv6 op;
    op.r = tokens(-1, 1);
    op.k = tokens(-1, 1);
    op.v = tokens(-1, 1);
    if (gated) op.gate = tokens(-1, 1);
    op.decay = tokens(0, 1, decay_per_token ? ragged_rows : 1);
    op.bonus = tokens(-1, 1, 1);
    op.norm_gain = tokens(0.5f, 1.5f, 1);
    op.norm_bias = tokens(-0.5f, 0.5f, 1);
    op.state = bench.matrix(ragged_slots, width * size,
                            random.numbers(std::size_t{ragged_slots} * width * size, -0.5f, 0.5f));
    op.head_size = size;
    op.out = bench.matrix(ragged_rows, width);
    if (!bench.good()) return std::vector<float>{};
    (*bench).wkv6(op, {ragged_first, ragged_slot});
    return bench.finish({op.out, op.state});
  };
  return c;
}

Case wkv7_case(std::uint32_t heads, std::uint32_t size, bool mixes_values) {
  Case c;
  c.kernel = mixes_values ? "wkv7" : "wkv7 first layer";
  c.shape = "1 + 17 + 13 tokens x " + std::to_string(heads) + " heads of " + std::to_string(size);
  c.bound = 1e-10;
  c.reason = "up to 17 dependent steps, each a pair of f32 sums over the head, then a group norm";
  c.run = [=](Bench& bench) {
    Random random(heads * 7 + size);
    const std::uint32_t width = heads * size;
    const auto tokens = [&](float low, float high) {
      return bench.matrix(ragged_rows, width, random.numbers(std::size_t{ragged_rows} * width, low, high));
    };
    const auto channels = [&](float low, float high) {
      return bench.vector(random.numbers(width, low, high));
    };
    Wkv7 op;
    op.r = tokens(-1, 1);
    op.k = tokens(-1, 1);
    op.v = tokens(-1, 1);
    op.decay = tokens(0.5453f, 1);
    op.alpha = tokens(0, 1);
    op.gate = tokens(-1, 1);
    if (mixes_values) {
      op.v_mix = tokens(0, 1);
      op.v_first = tokens(-1, 1);
    }
    op.k_k = channels(0.5f, 1.5f);
    op.k_a = channels(0, 1);
    op.r_k = channels(-0.5f, 0.5f);
    op.norm_gain = channels(0.5f, 1.5f);
    op.norm_bias = channels(-0.5f, 0.5f);
    op.state = bench.matrix(ragged_slots, width * size,
                            random.numbers(std::size_t{ragged_slots} * width * size, -0.5f, 0.5f));
    op.head_size = size;
    op.out = bench.matrix(ragged_rows, width);
    if (!bench.good()) return std::vector<float>{};
    (*bench).wkv7(op, {ragged_first, ragged_slot});
    return bench.finish({op.out, op.state});
  };
  return c;
}

Case embed_case(std::uint32_t columns) {
  Case c;
  c.kernel = "embed, gather";
  c.shape = "31 of 50 rows x " + std::to_string(columns);
  c.bound = 1e-11;
  c.reason = "a layer norm";
  c.run = [=](Bench& bench) {
    Random random(columns + 2);
    const auto rows = random.numbers(std::size_t{50} * columns, -0.01f, 0.01f);
    const Tensor table = bench.table(as_weight(rows, 50, columns));
    const Tensor gain = bench.vector(random.numbers(columns, 0.5f, 1.5f));
    const Tensor bias = bench.vector(random.numbers(columns, -1, 1));
    const Tensor out = bench.matrix(ragged_rows, columns), part = bench.matrix(3, columns);
    std::vector<std::uint32_t> tokens(ragged_rows);
    for (std::uint32_t i = 0; i < ragged_rows; ++i) tokens[i] = i * 37 % 50;
    const std::uint32_t wanted[] = {30, 0, 17};
    if (!bench.good()) return std::vector<float>{};
    (*bench).embed(out, table, tokens, gain, bias, 1e-5f);
    (*bench).gather(part, out, wanted);
    return bench.finish({out, part});
  };
  return c;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
    // Whole tasks and broken ones, one pass over k and several, odd columns where the format allows them.
    const bool blocks = in_blocks(type);
    for (const std::uint32_t tokens : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 31u, 101u}) {
      cases.push_back(product_case(type, Epilogue::none, 130, blocks ? 544 : 541, tokens));
    }
    cases.push_back(product_case(type, Epilogue::none, 16, 32, 1));
    cases.push_back(product_case(type, Epilogue::none, 1, blocks ? 32 : 1, 2));
    cases.push_back(product_case(type, Epilogue::add, 65, blocks ? 288 : 257, 1));
    cases.push_back(product_case(type, Epilogue::add, 65, 992, 13));
  }
  for (const DType type : {DType::f32, DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
    for (const std::uint32_t tokens : {1u, 5u, 33u}) cases.push_back(sparse_case(type, 96, 320, tokens));
  }
  // As large as a backend may want them before it rounds x: see product_error().
  for (const DType type : {DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
    cases.push_back(product_case(type, Epilogue::none, 530, in_blocks(type) ? 544 : 541, 70));
  }
  cases.push_back(product_case(DType::bf16, Epilogue::add, 640, 512, 33));
  cases.push_back(product_case(DType::f16, Epilogue::sigmoid, 512, 512, 33));
  for (const DType type : {DType::f16, DType::bf16, DType::q8, DType::q4, DType::q4m}) {
    cases.push_back(sparse_case(type, 530, 544, 37));
  }
  for (const Epilogue epilogue :
       {Epilogue::tanh, Epilogue::sigmoid, Epilogue::bias_sigmoid, Epilogue::relu_squared, Epilogue::decay7,
        Epilogue::decay6, Epilogue::silu}) {
    cases.push_back(product_case(DType::f32, epilogue, 77, 96, 3));
  }
  for (const std::uint32_t columns : {1u, 63u, 128u, 770u}) cases.push_back(norm_case(9, columns));
  for (const std::uint32_t columns : {15u, 128u}) cases.push_back(mix_case(columns));
  for (const std::uint32_t columns : {15u, 128u}) cases.push_back(blend_case(columns));
  for (const std::uint32_t width : {13u, 128u, 200u}) cases.push_back(wkv4_case(width));
  cases.push_back(wkv6_case(3, 64, true, true));
  cases.push_back(wkv6_case(2, 64, false, true));
  cases.push_back(wkv6_case(2, 48, false, false));
  cases.push_back(wkv6_case(3, 10, true, true));
  cases.push_back(wkv6_case(1, 128, true, true));
  cases.push_back(wkv7_case(3, 64, true));
  cases.push_back(wkv7_case(2, 64, false));
  cases.push_back(wkv7_case(2, 48, true));
  cases.push_back(wkv7_case(3, 10, true));
  cases.push_back(wkv7_case(1, 128, true));
  cases.push_back(embed_case(130));
  return cases;
}

Result<std::vector<KernelCheck>> run_cases(
    const std::function<Result<std::shared_ptr<Backend>>()>& open_tested,
    const std::function<bool(std::size_t)>& wanted) {
  OpenSettings scalar;
  scalar.threads = 1;
  scalar.isa = "scalar";
  std::vector<KernelCheck> checks;
  std::size_t number = 0;
  for (const Case& c : all_cases()) {
    if (wanted && !wanted(number++)) continue;
    // A backend of the processor reserves weights once in its life: it needs one of its own for each case.
    ROOST_ASSIGN(const auto tested, open_tested());
    ROOST_ASSIGN(const auto reference, open_backend(scalar));
    std::vector<float> got, expected;
    {
      Bench bench(*tested);
      got = c.run(bench);
      ROOST_TRY(bench.status());
    }
    {
      Bench bench(*reference);
      expected = c.run(bench);
      ROOST_TRY(bench.status());
    }
    const double rounding = c.rounding ? c.rounding(*tested) : 0;
    KernelCheck check{c.kernel, c.shape, 0, 0, c.bound + rounding, c.reason, false};
    if (rounding > 0) check.reason += "; and x is rounded to 16 bits for a matrix unit";
    judge(got, expected, check);
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace

void judge(const std::vector<float>& got, const std::vector<float>& expected, KernelCheck& check) {
  double errors = 0, squares = 0, largest = 0;
  bool finite = got.size() == expected.size() && !got.empty();
  for (std::size_t i = 0; finite && i < got.size(); ++i) {
    const double e = expected[i], d = static_cast<double>(got[i]) - e;
    finite = std::isfinite(got[i]) && std::isfinite(expected[i]);
    errors += d * d;
    squares += e * e;
    largest = std::max(largest, std::fabs(d));
  }
  if (!finite) {
    check.nmse = check.max_error = HUGE_VAL;
    return;
  }
  const double scale = squares > 0 ? squares : 1;
  check.nmse = errors / scale;
  check.max_error = largest / std::sqrt(scale / static_cast<double>(got.size()));
  check.passed = check.nmse <= check.bound && check.max_error <= 100 * std::sqrt(check.bound);
}

// To open a GPU for each case would take most of the time: all cases share one.
Result<std::vector<KernelCheck>> run_selftest(const OpenSettings& settings) {
  std::shared_ptr<Backend> shared;
  return run_cases(
      [&]() -> Result<std::shared_ptr<Backend>> {
        if (shared) return shared;
        ROOST_ASSIGN(std::shared_ptr<Backend> opened, open_backend(settings));
        if (opened->device().kind != "cpu") shared = opened;
        return opened;
      },
      {});
}

Result<std::vector<KernelCheck>> run_selftest(
    const std::function<Result<std::unique_ptr<Backend>>()>& open_tested,
    const std::function<bool(std::size_t)>& wanted) {
  return run_cases(
      [&]() -> Result<std::shared_ptr<Backend>> {
        ROOST_ASSIGN(std::shared_ptr<Backend> opened, open_tested());
        return opened;
      },
      wanted);
}

std::vector<InstructionSetReport> instruction_sets() {
  std::vector<InstructionSetReport> sets;
  for (cpu::IsaReport& report : cpu::describe_isas()) {
    sets.push_back({std::move(report.name), report.usable, std::move(report.reason)});
  }
  return sets;
}

}  // namespace roost::backend
