#include "formats/pickle.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "formats/byte_reader.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

// Every name a checkpoint may mention, as "module name". Storage classes are tags for an element type.
constexpr std::string_view kOrderedDict = "collections OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils _rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils _rebuild_parameter";
constexpr std::array<std::string_view, 10> kStorageClasses{
    "torch FloatStorage", "torch HalfStorage", "torch BFloat16Storage", "torch DoubleStorage",
    "torch ByteStorage",  "torch CharStorage", "torch ShortStorage",    "torch IntStorage",
    "torch LongStorage",  "torch BoolStorage"};

bool is_storage_class(std::string_view name) {
  return std::find(kStorageClasses.begin(), kStorageClasses.end(), name) != kStorageClasses.end();
}

class PickleReader {
 public:
  PickleReader(const Source& source, std::span<const std::byte> bytes) : source_(source), reader_(bytes) {}

  Result<PickleDocument> read() {
    std::uint8_t first = 0, version = 0;
    if (!reader_.read(first) || !reader_.read(version)) return cut();
    if (first != 0x80 || version < 2 || version > 5)
      return wrong("does not begin as a pickle of protocol 2 to 5");
    while (true) {
      std::uint8_t code = 0;
      if (!reader_.read(code)) return cut();
      if (code == '.') break;
      ROOST_TRY(step(code));
    }
    if (reader_.left() != 0) return wrong("goes on after its end");
    if (stack_.size() != 1 || !marks_.empty()) return wrong("leaves a wrong number of values");
    document_.root = stack_[0];
    ROOST_TRY(refuse_cycles());
    return std::move(document_);
  }

 private:
  Error wrong(const std::string& what) const {
    return source_.damaged("the list of tensors (data.pkl) " + what + " (byte " +
                           std::to_string(reader_.position()) + ").");
  }
  Error cut() const { return source_.truncated("the list of tensors (data.pkl) ends in the middle."); }

  Error unsafe(const std::string& what) const {
    return source_.fail(ErrorCode::model_unsafe, "the file asks Python to " + what +
                                                     ", which no model has a reason to do; nothing was run.");
  }

  Status push(PickleRef ref) {
    if (++pushes_ > kMaximumPicklePushes) return wrong("is far longer than that of any model");
    stack_.push_back(ref);
    return {};
  }

  Status push_new(PickleValue value) {
    if (document_.values.size() >= kMaximumPickleValues)
      return wrong("has far more values than that of any model");
    document_.values.push_back(std::move(value));
    return push(static_cast<PickleRef>(document_.values.size() - 1));
  }

  Status push_integer(std::int64_t number) {
    PickleValue value;
    value.kind = PickleKind::integer;
    value.integer = number;
    return push_new(std::move(value));
  }

  Status push_kind(PickleKind kind, bool truth = false) {
    PickleValue value;
    value.kind = kind;
    value.integer = truth;
    return push_new(std::move(value));
  }

  // Values may not be taken from below the innermost mark.
  bool holds(std::size_t count) const {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    return stack_.size() - floor >= count;
  }

  PickleRef pop() {
    const PickleRef ref = stack_.back();
    stack_.pop_back();
    return ref;
  }

  Result<std::vector<PickleRef>> pop_to_mark() {
    if (marks_.empty()) return wrong("has an instruction without its beginning mark");
    const std::size_t floor = marks_.back();
    marks_.pop_back();
    std::vector<PickleRef> items(stack_.begin() + static_cast<std::ptrdiff_t>(floor), stack_.end());
    stack_.resize(floor);
    return items;
  }

  Status push_tuple(std::vector<PickleRef> items) {
    PickleValue value;
    value.kind = PickleKind::tuple;
    value.items = std::move(items);
    return push_new(std::move(value));
  }

  Status push_short_tuple(std::size_t count) {
    if (!holds(count)) return wrong("takes more values than there are");
    std::vector<PickleRef> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return push_tuple(std::move(items));
  }

  Status push_text(std::uint64_t size) {
    PickleValue value;
    value.kind = PickleKind::text;
    if (!reader_.take(size, value.text)) return cut();
    if (!support::is_valid_utf8(value.text)) return wrong("has a text that is not UTF-8");
    return push_new(std::move(value));
  }

  // The value refers to our own spelling of the name, "module name".
  Status push_global(std::string_view module, std::string_view name) {
    const auto matches = [&](std::string_view known) {
      const std::size_t space = known.find(' ');
      return known.substr(0, space) == module && known.substr(space + 1) == name;
    };
    PickleValue value;
    value.kind = PickleKind::global;
    for (const std::string_view known : {kOrderedDict, kRebuildTensor, kRebuildParameter}) {
      if (matches(known)) value.text = known;
    }
    for (const std::string_view known : kStorageClasses) {
      if (matches(known)) value.text = known;
    }
    if (value.text.empty()) {
      return unsafe("use " + support::quoted(std::string(module) + "." + std::string(name)));
    }
    return push_new(std::move(value));
  }

  bool take_line(std::string_view& line) {
    const std::uint64_t limit = std::min<std::uint64_t>(reader_.left(), kMaximumNameBytes + 1);
    ByteReader ahead = reader_;
    std::string_view rest;
    ahead.take(limit, rest);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return false;
    line = rest.substr(0, end);
    return reader_.skip(end + 1);
  }

  Status read_long() {
    std::uint8_t size = 0;
    std::span<const std::byte> bytes;
    if (!reader_.read(size)) return cut();
    if (size > 8) return wrong("has a whole number of more than 64 bits");
    if (!reader_.take(size, bytes)) return cut();
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    // Two's complement of `size` bytes.
    if (size > 0 && size < 8 && (std::to_integer<unsigned>(bytes[size - 1u]) & 0x80u) != 0) {
      number |= ~std::uint64_t{0} << (8 * size);
    }
    return push_integer(static_cast<std::int64_t>(number));
  }

  Status remember(std::uint32_t index) {
    if (!holds(1)) return wrong("remembers a value that is not there");
    if (memo_.size() >= kMaximumPickleMemo) return wrong("remembers far more values than that of any model");
    memo_[index] = stack_.back();
    return {};
  }

  Status recall(std::uint32_t index) {
    const auto at = memo_.find(index);
    if (at == memo_.end()) return wrong("recalls a value that was never remembered");
    return push(at->second);
  }

  Status add_to_dictionary(PickleRef target, const std::vector<PickleRef>& items) {
    PickleValue& dictionary = document_.values[target];
    if (dictionary.kind != PickleKind::dictionary || items.size() % 2 != 0) {
      return wrong("sets an entry of something that is no dictionary");
    }
    for (std::size_t i = 0; i < items.size(); i += 2) {
      const PickleKind key = document_[items[i]].kind;
      if (key != PickleKind::text && key != PickleKind::integer)
        return wrong("has a dictionary key that is no text");
    }
    dictionary.items.insert(dictionary.items.end(), items.begin(), items.end());
    return {};
  }

  Status add_to_list(PickleRef target, const std::vector<PickleRef>& items) {
    PickleValue& list = document_.values[target];
    if (list.kind != PickleKind::list) return wrong("appends to something that is no list");
    list.items.insert(list.items.end(), items.begin(), items.end());
    return {};
  }

  // ('storage', class, key, device, number of elements)
  Status make_storage() {
    if (!holds(1)) return wrong("takes more values than there are");
    const PickleValue& id = document_[pop()];
    const bool good =
        id.kind == PickleKind::tuple && id.items.size() == 5 &&
        document_[id.items[0]].kind == PickleKind::text && document_[id.items[0]].text == "storage" &&
        document_[id.items[1]].kind == PickleKind::global && is_storage_class(document_[id.items[1]].text) &&
        document_[id.items[2]].kind == PickleKind::text && document_[id.items[3]].kind == PickleKind::text &&
        document_[id.items[4]].kind == PickleKind::integer;
    if (!good) return unsafe("resolve a reference that is no tensor storage");
    PickleValue storage;
    storage.kind = PickleKind::storage;
    storage.items = {id.items[1], id.items[2], id.items[3], id.items[4]};
    return push_new(std::move(storage));
  }

  // Applies one of the three known names to a tuple of arguments.
  Status reduce() {
    if (!holds(2)) return wrong("takes more values than there are");
    const PickleRef arguments_ref = pop();
    const PickleRef callee_ref = pop();
    const PickleValue& callee = document_[callee_ref];
    const PickleValue& arguments = document_[arguments_ref];
    if (callee.kind != PickleKind::global) return unsafe("call something that is no known name");
    if (arguments.kind != PickleKind::tuple) return wrong("has arguments that are no tuple");
    const auto kind_of = [&](std::size_t i) { return document_[arguments.items[i]].kind; };
    if (callee.text == kOrderedDict) {
      if (!arguments.items.empty()) return wrong("makes a dictionary from arguments");
      PickleValue dictionary;
      dictionary.kind = PickleKind::dictionary;
      dictionary.ordered_dictionary = true;
      return push_new(std::move(dictionary));
    }
    if (callee.text == kRebuildTensor) {
      const std::size_t count = arguments.items.size();
      if ((count != 6 && count != 7) || kind_of(0) != PickleKind::storage ||
          kind_of(1) != PickleKind::integer || kind_of(2) != PickleKind::tuple ||
          kind_of(3) != PickleKind::tuple || kind_of(4) != PickleKind::boolean ||
          (kind_of(5) != PickleKind::dictionary && kind_of(5) != PickleKind::none)) {
        return wrong("describes a tensor by unexpected arguments");
      }
      PickleValue tensor;
      tensor.kind = PickleKind::tensor;
      tensor.items.assign(arguments.items.begin(), arguments.items.begin() + 4);
      return push_new(std::move(tensor));
    }
    if (callee.text == kRebuildParameter) {
      if (arguments.items.size() != 3 || kind_of(0) != PickleKind::tensor) {
        return wrong("describes a parameter by unexpected arguments");
      }
      return push(arguments.items[0]);
    }
    return unsafe("call " + support::quoted(callee.text));
  }

  // Sets attributes; torch attaches `_metadata` to its dictionaries, which says nothing about weights.
  Status build() {
    if (!holds(2)) return wrong("takes more values than there are");
    const PickleValue& state = document_[pop()];
    const PickleValue& target = document_[stack_.back()];
    const bool known = target.kind == PickleKind::dictionary && target.ordered_dictionary &&
                       state.kind == PickleKind::dictionary && state.items.size() == 2 &&
                       document_[state.items[0]].text == "_metadata";
    if (!known) return unsafe("change an object in a way that is not known");
    return {};
  }

  template <class Index>
  Status remember_at() {
    Index index = 0;
    if (!reader_.read(index)) return cut();
    return remember(index);
  }

  template <class Index>
  Status recall_at() {
    Index index = 0;
    if (!reader_.read(index)) return cut();
    return recall(index);
  }

  template <class Number>
  Status integer_of() {
    Number number = 0;
    if (!reader_.read(number)) return cut();
    return push_integer(number);
  }

  template <class Size>
  Status text_of() {
    Size size = 0;
    if (!reader_.read(size)) return cut();
    return push_text(size);
  }

  Status step(std::uint8_t code) {
    switch (code) {
      case 0x95: {  // FRAME: a hint about what follows
        std::uint64_t size = 0;
        if (!reader_.read(size) || !reader_.need(size)) return cut();
        return {};
      }
      case 'N':
        return push_kind(PickleKind::none);
      case 0x88:
        return push_kind(PickleKind::boolean, true);
      case 0x89:
        return push_kind(PickleKind::boolean, false);
      case 'J':
        return integer_of<std::int32_t>();
      case 'K':
        return integer_of<std::uint8_t>();
      case 'M':
        return integer_of<std::uint16_t>();
      case 0x8a:
        return read_long();
      case 'G':
        return reader_.skip(8) ? push_kind(PickleKind::real) : Status(cut());
      case 'X':
        return text_of<std::uint32_t>();
      case 0x8c:
        return text_of<std::uint8_t>();
      case 0x8d:
        return text_of<std::uint64_t>();
      case ')':
        return push_tuple({});
      case 0x85:
        return push_short_tuple(1);
      case 0x86:
        return push_short_tuple(2);
      case 0x87:
        return push_short_tuple(3);
      case '(':
        if (marks_.size() >= kMaximumPickleMarks) return wrong("is nested more than 32 deep");
        marks_.push_back(stack_.size());
        return {};
      case 't': {
        ROOST_ASSIGN(std::vector<PickleRef> items, pop_to_mark());
        return push_tuple(std::move(items));
      }
      case '}':
        return push_kind(PickleKind::dictionary);
      case ']':
        return push_kind(PickleKind::list);
      case 's': {
        if (!holds(3)) return wrong("takes more values than there are");
        const PickleRef value = pop();
        const PickleRef key = pop();
        return add_to_dictionary(stack_.back(), {key, value});
      }
      case 'u': {
        ROOST_ASSIGN(const std::vector<PickleRef> items, pop_to_mark());
        if (!holds(1)) return wrong("takes more values than there are");
        return add_to_dictionary(stack_.back(), items);
      }
      case 'a': {
        if (!holds(2)) return wrong("takes more values than there are");
        const PickleRef item = pop();
        return add_to_list(stack_.back(), {item});
      }
      case 'e': {
        ROOST_ASSIGN(const std::vector<PickleRef> items, pop_to_mark());
        if (!holds(1)) return wrong("takes more values than there are");
        return add_to_list(stack_.back(), items);
      }
      case 'q':
        return remember_at<std::uint8_t>();
      case 'r':
        return remember_at<std::uint32_t>();
      case 0x94:
        return remember(static_cast<std::uint32_t>(memo_.size()));
      case 'h':
        return recall_at<std::uint8_t>();
      case 'j':
        return recall_at<std::uint32_t>();
      case 'c': {
        std::string_view module, name;
        if (!take_line(module) || !take_line(name)) return wrong("has a name without an end");
        return push_global(module, name);
      }
      case 0x93: {  // the same, from two texts
        if (!holds(2)) return wrong("takes more values than there are");
        const PickleValue& name = document_[pop()];
        const PickleValue& module = document_[pop()];
        if (name.kind != PickleKind::text || module.kind != PickleKind::text)
          return wrong("has a name that is no text");
        return push_global(module.text, name.text);
      }
      case 'Q':
        return make_storage();
      case 'R':
        return reduce();
      case 'b':
        return build();
      case 'i':
      case 'o':
      case 0x81:
      case 0x92:
        return unsafe("create an object of an arbitrary class");
      case 'P':
      case 0x82:
      case 0x83:
      case 0x84:
        return unsafe("look up an object that is not in the file");
      default:
        return wrong("has the instruction " + std::to_string(code) + ", which no checkpoint uses,");
    }
  }

  // A depth-first walk with a stack of its own; a value that is met again while it is still open contains
  // itself.
  Status refuse_cycles() const {
    enum : std::uint8_t { fresh, open, finished };
    std::vector<std::uint8_t> state(document_.values.size(), fresh);
    std::vector<std::pair<PickleRef, std::size_t>> path{{document_.root, 0}};
    state[document_.root] = open;
    while (!path.empty()) {
      auto& [ref, next] = path.back();
      const std::vector<PickleRef>& items = document_[ref].items;
      if (next == items.size()) {
        state[ref] = finished;
        path.pop_back();
        continue;
      }
      const PickleRef item = items[next++];
      if (state[item] == open) return wrong("has a value that contains itself");
      if (state[item] == fresh) {
        state[item] = open;
        path.emplace_back(item, 0);
      }
    }
    return {};
  }

  const Source& source_;
  ByteReader reader_;
  PickleDocument document_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleRef> memo_;
  std::size_t pushes_ = 0;
};

}  // namespace

Result<PickleDocument> read_pickle(const Source& source, std::span<const std::byte> bytes) {
  return PickleReader(source, bytes).read();
}

}  // namespace roost::formats
