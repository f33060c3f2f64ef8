// What the words of a kernel mean on the emulated device: plain C++, run group by group. Compiled twice:
// ROOST_EMULATED_CHECKS is 1 where every access is checked, 0 where kernels run as fast as they can. See
// words.h.
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "backend/gpu/emulated/group.h"
#include "backend/gpu/words_host.h"
#include "support/half.h"

#undef KERNELS_BEGIN
#undef KERNELS_END
#undef IN
#undef OUT
#undef IN_LIST
#undef OUT_LIST

#if ROOST_EMULATED_CHECKS
#define KERNELS_BEGIN namespace roost::backend::gpu::checked {
#else
#define KERNELS_BEGIN namespace roost::backend::gpu::unchecked {
#endif
#define KERNELS_END }
#define FUNCTION inline
#define CONSTANT_MEMBER(T, name) static constexpr T name
#define UNROLL
#define UNROLL_BY(n)

KERNELS_BEGIN

using emulated::Group;

#if ROOST_EMULATED_CHECKS

// One element of device memory that is read or written.
template <class T>
class Element {
 public:
  Element(const char* name, U64 address, U64 extent, U64 i)
      : name_(name), address_(address), extent_(extent), i_(i) {}
  Element(const Element&) = default;
  operator T() const {
    T value;
    std::memcpy(&value, Group::running()->touch(name_, address_, extent_, i_, sizeof(T), false), sizeof(T));
    return value;
  }
  const Element& operator=(T value) const {
    std::memcpy(Group::running()->touch(name_, address_, extent_, i_, sizeof(T), true), &value, sizeof(T));
    return *this;
  }
  const Element& operator=(const Element& other) const { return *this = static_cast<T>(other); }
  const Element& operator+=(T value) const { return *this = static_cast<T>(*this) + value; }

 private:
  const char* name_;
  U64 address_, extent_, i_;
};

template <class T, class Name>
struct Read {
  U64 address, extent;
  T operator[](U64 i) const { return Element<T>(Name::text, address, extent, i); }
};
template <class T, class Name>
struct Write {
  U64 address, extent;
  Element<T> operator[](U64 i) const { return Element<T>(Name::text, address, extent, i); }
};

template <class T>
class GroupArray {
 public:
  GroupArray(Group& group, const char* name, U64 count)
      : group_(group), name_(name), count_(count), mark_(group.arena.mark()) {
    values_ = reinterpret_cast<T*>(group.arena.take(count * sizeof(T)));
    cells_ = reinterpret_cast<Group::GroupCell*>(group.arena.take(count * sizeof(Group::GroupCell)));
    for (U64 i = 0; i < count; ++i) {
      new (values_ + i) T();
      new (cells_ + i) Group::GroupCell();
    }
  }
  ~GroupArray() { group_.arena.back_to(mark_); }
  GroupArray(const GroupArray&) = delete;
  GroupArray& operator=(const GroupArray&) = delete;

  class Item {
   public:
    Item(GroupArray& array, U64 i) : array_(array), i_(i) {}
    Item(const Item&) = default;
    operator T() const { return array_.values_[array_.touch(i_, false)]; }
    const Item& operator=(T value) const {
      array_.values_[array_.touch(i_, true)] = value;
      return *this;
    }
    const Item& operator=(const Item& other) const { return *this = static_cast<T>(other); }
    const Item& operator+=(T value) const { return *this = static_cast<T>(*this) + value; }

   private:
    GroupArray& array_;
    U64 i_;
  };
  Item operator[](U64 i) { return Item(*this, i); }

 private:
  U64 touch(U64 i, bool write) { return group_.touch_group(name_, i, count_, cells_, write); }

  Group& group_;
  const char* name_;
  U64 count_;
  std::size_t mark_;
  T* values_;
  Group::GroupCell* cells_;
};

#else

template <class T, class Name>
struct Read {
  U64 address, extent;
  const T& operator[](U64 i) const { return reinterpret_cast<const T*>(address)[i]; }
};
template <class T, class Name>
struct Write {
  U64 address, extent;
  T& operator[](U64 i) const { return reinterpret_cast<T*>(address)[i]; }
};

template <class T>
class GroupArray {
 public:
  GroupArray(Group& group, const char*, U64 count) : group_(group), mark_(group.arena.mark()) {
    values_ = reinterpret_cast<T*>(group.arena.take(count * sizeof(T)));
  }
  ~GroupArray() { group_.arena.back_to(mark_); }
  GroupArray(const GroupArray&) = delete;
  GroupArray& operator=(const GroupArray&) = delete;
  T& operator[](U64 i) { return values_[i]; }

 private:
  Group& group_;
  std::size_t mark_;
  T* values_;
};

#endif

// Registers of all lanes. Floats begin as NaN where things are checked.
template <class T, U32 Count = 1>
class Registers {
 public:
  Registers(Group& group, const char* name) : group_(group), name_(name), mark_(group.arena.mark()) {
    values_ = reinterpret_cast<T*>(group.arena.take(std::size_t{group.lanes} * Count * sizeof(T)));
#if ROOST_EMULATED_CHECKS
    for (std::size_t i = 0; i < std::size_t{group.lanes} * Count; ++i)
      std::memset(static_cast<void*>(values_ + i), 0xff, sizeof(T));
#endif
  }
  ~Registers() {
    group_.arena.back_to(mark_);
  }
  Registers(const Registers&) = delete;
  Registers& operator=(const Registers&) = delete;
  decltype(auto) mine() {
#if ROOST_EMULATED_CHECKS
    const U32 lane = group_.own_lane(name_);
#else
    const U32 lane = group_.lane;
#endif
    if constexpr (Count == 1) {
      return (values_[lane]);
    } else {
      return values_ + std::size_t{lane} * Count;
    }
  }
  T& of(U32 lane, U32 which = 0) {
    return values_[std::size_t{lane} * Count + which];
  }
  Group& group() {
    return group_;
  }

 private:
  Group& group_;
  [[maybe_unused]] const char* name_;
  std::size_t mark_;
  T* values_;
};

// The tree of xor shuffles: every lane ends with the same bits.
template <U32 Count, class Combine>
void over_subgroups(Registers<float, Count>& registers, Combine combine) {
  for (U32 first = 0; first < registers.group().lanes; first += 32) {
    for (U32 which = 0; which < Count; ++which) {
      float before[32], after[32];
      for (U32 lane = 0; lane < 32; ++lane) after[lane] = registers.of(first + lane, which);
      for (U32 step = 16; step > 0; step /= 2) {
        std::memcpy(before, after, sizeof before);
        for (U32 lane = 0; lane < 32; ++lane) after[lane] = combine(before[lane], before[lane ^ step]);
      }
      for (U32 lane = 0; lane < 32; ++lane) registers.of(first + lane, which) = after[lane];
    }
  }
}

FUNCTION F2 unpack_f16(U32 word) {
  return {support::f16_to_f32(static_cast<std::uint16_t>(word)),
          support::f16_to_f32(static_cast<std::uint16_t>(word >> 16))};
}
FUNCTION F2 unpack_bf16(U32 word) {
  return {std::bit_cast<float>(word << 16), std::bit_cast<float>(word & 0xffff0000u)};
}
FUNCTION I32 byte_of(U32 word, U32 i) {
  return static_cast<std::int8_t>(word >> (8 * i));
}
FUNCTION float rk_exp(float x) {
  return std::exp(x);
}
FUNCTION float rk_tanh(float x) {
  return std::tanh(x);
}
FUNCTION float rk_sqrt(float x) {
  return std::sqrt(x);
}
FUNCTION float rk_log(float x) {
  return std::log(x);
}
FUNCTION float rk_max(float a, float b) {
  return std::fmax(a, b);
}
FUNCTION float rk_min(float a, float b) {
  return std::fmin(a, b);
}
FUNCTION float as_float(U32 bits) {
  return std::bit_cast<float>(bits);
}
FUNCTION U32 as_bits(float value) {
  return std::bit_cast<U32>(value);
}

// ---- matrix units ----

struct TileF16 {};
struct TileBf16 {};
FUNCTION U32 pack_pair(TileF16, float x, float y) {
  const auto narrow = [](float value) {
    return static_cast<U32>(support::f32_to_f16(std::fmin(std::fmax(value, -65504.0f), 65504.0f)));
  };
  return narrow(x) | narrow(y) << 16;
}
FUNCTION U32 pack_pair(TileBf16, float x, float y) {
  return U32{support::f32_to_bf16(x)} | U32{support::f32_to_bf16(y)} << 16;
}
FUNCTION F2 unpack_pair(TileF16, U32 word) {
  return unpack_f16(word);
}
FUNCTION F2 unpack_pair(TileBf16, U32 word) {
  return unpack_bf16(word);
}

// 32 by 32 sums of every subgroup; NaN at first where things are checked.
class TileSums {
 public:
  explicit TileSums(Group& group) : group_(group), mark_(group.arena.mark()) {
    const std::size_t count = std::size_t{group.lanes} / 32 * side * side;
    values_ = reinterpret_cast<float*>(group.arena.take(count * sizeof(float)));
#if ROOST_EMULATED_CHECKS
    std::memset(static_cast<void*>(values_), 0xff, count * sizeof(float));
#endif
  }
  ~TileSums() {
    group_.arena.back_to(mark_);
  }
  TileSums(const TileSums&) = delete;
  TileSums& operator=(const TileSums&) = delete;

  void clear() {
    float* const own = mine();
    for (U32 i = 0; i < side * side; ++i) own[i] = 0;
  }
  template <class Kind, class A, class B>
  void add(Kind kind, A& a, U64 a_at, B& b, U64 b_at, U64 pitch) {
#if ROOST_EMULATED_CHECKS
    if (a_at % 8 != 0 || b_at % 8 != 0 || pitch % 4 != 0)
      group_.fail(emulated::FaultKind::alignment, "", "TILE_ADD of an unaligned place");
#endif
    float* const own = mine();
    float left[side][depth], right[side][depth];
    for (U32 row = 0; row < side; ++row) {
      for (U32 k = 0; k < depth; k += 2) {
        const F2 one = unpack_pair(kind, static_cast<U32>(a[a_at + row * pitch + k / 2]));
        const F2 other = unpack_pair(kind, static_cast<U32>(b[b_at + row * pitch + k / 2]));
        left[row][k] = one.x;
        left[row][k + 1] = one.y;
        right[row][k] = other.x;
        right[row][k + 1] = other.y;
      }
    }
    for (U32 row = 0; row < side; ++row) {
      for (U32 column = 0; column < side; ++column) {
        float sum = own[row * side + column];
        for (U32 k = 0; k < depth; ++k) sum += left[row][k] * right[column][k];
        own[row * side + column] = sum;
      }
    }
  }
  template <class To>
  void store(U32 quarter, To& to, U64 at) {
    const float* const own = mine() + quarter / 2 * 16 * side + quarter % 2 * 16;
    for (U32 row = 0; row < 16; ++row) {
      for (U32 column = 0; column < 16; ++column) to[at + row * 16 + column] = own[row * side + column];
    }
  }

 private:
  static constexpr U32 side = 32, depth = 16;
  float* mine() {
#if ROOST_EMULATED_CHECKS
    const U32 subgroup = group_.own_subgroup();
#else
    const U32 subgroup = group_.lane / 32;
#endif
    return values_ + std::size_t{subgroup} * side * side;
  }

  Group& group_;
  std::size_t mark_;
  float* values_;
};

template <class V>
F4 load4(V view, U64 i) {
#if ROOST_EMULATED_CHECKS
  if ((view.address / 4 + i) % 4 != 0)
    Group::running()->fail(emulated::FaultKind::alignment, "", "LOAD4 of an unaligned address");
#endif
  return {view[i], view[i + 1], view[i + 2], view[i + 3]};
}

KERNELS_END

#define ROOST_NAMED(name)                      \
  struct name##_buffer {                       \
    static constexpr const char* text = #name; \
  }
#define IN(T, name)  \
  ROOST_NAMED(name); \
  Read<T, name##_buffer> name
#define OUT(T, name) \
  ROOST_NAMED(name); \
  Write<T, name##_buffer> name
#define IN_LIST(T, name, n) \
  ROOST_NAMED(name);        \
  Read<T, name##_buffer> name[n]
#define OUT_LIST(T, name, n) \
  ROOST_NAMED(name);         \
  Write<T, name##_buffer> name[n]

#define CONTEXT [[maybe_unused]] Group& group_
#define HERE group_
#define KERNEL(name, Args) inline void name([[maybe_unused]] Group& group_, const Args& args)
#define GROUP_X group_.x
#define GROUP_Y group_.y
#define GROUP_ARRAY(T, name, n) GroupArray<T> name(group_, #name, n)
#define GROUP_REF(T) GroupArray<T>&
#define EACH_LANE(i)                                                                           \
  for (::roost::backend::gpu::emulated::LaneLoop lanes_(group_); lanes_.more(); lanes_.next()) \
    if ([[maybe_unused]] const U32 i = lanes_.lane(); true)
#define BARRIER() group_.barrier()
#define PER_LANE(T, name) Registers<T> name(group_, #name)
#define PER_LANE_ARRAY(T, name, n) Registers<T, n> name(group_, #name)
#define LANE_REF(T) Registers<T>&
#define LANE_ARRAY_REF(T, name, n) Registers<T, n>& name
#define ARGS_REF(Args) const Args&
#define MINE(name) (name).mine()
#define SUBGROUP_SUM(name) over_subgroups(name, [](float a, float b) { return a + b; })
#define SUBGROUP_SUMS(name, n) SUBGROUP_SUM(name)
#define LOCAL_REF(T, name, n) T(&name)[n]
#define SUBGROUP_MAX(name) over_subgroups(name, [](float a, float b) { return rk_max(a, b); })
#define STREAM(view, i) ((view)[i])
#define LOAD4(view, i) load4(view, i)
#define EACH_SUBGROUP(s)                                                                           \
  for (::roost::backend::gpu::emulated::LaneLoop lanes_(group_, 32); lanes_.more(); lanes_.next()) \
    if ([[maybe_unused]] const U32 s = lanes_.lane() / 32; true)
#define TILE_SUMS(name) TileSums name(group_)
#define TILE_REF TileSums&
#define TILE_CLEAR(name) (name).clear()
#define TILE_ADD(name, kind, a, a_at, b, b_at, pitch) (name).add(kind, a, a_at, b, b_at, pitch)
#define TILE_STORE(name, quarter, array, at) (name).store(quarter, array, at)
