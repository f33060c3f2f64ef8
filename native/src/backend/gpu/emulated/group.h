// What runs a kernel's group on the emulated device, and what it finds out while doing so. A region is a loop
// over the lanes; a barrier begins the next epoch. Every element of memory remembers who wrote and read it
// last in this launch, so that two lanes that meet without a barrier between them are found whatever the
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roost::backend::gpu::emulated {

enum class FaultKind : std::uint8_t {
  bounds,         // an element past the end of a buffer, or a buffer past the end of its memory
  race,           // two lanes meet at one element, at least one of them writing, with no barrier between
  uninitialised,  // read before anything was written there
  barrier,        // a barrier or register where not all lanes can reach it
  alignment,
};

// Thrown by kernels, caught by the device.
struct Fault {
  FaultKind kind;
  std::string kernel, buffer;
  std::string sentence;
};

// Mistakes that tests plant in kernels, to see them found.
struct Planted {
  int without_barrier = -1;      // the n-th barrier that a group passes does nothing
  std::string_view shortened{};  // this buffer ends one element early
  std::string_view
      shifted{};  // elements of this buffer are taken one too far; of group memory, where it is read
  bool any() const { return without_barrier >= 0 || !shortened.empty() || !shifted.empty(); }
};

// Who came by last at 4 bytes of device memory. A visit is group, epoch and lane; launches count from 1.
struct Cell {
  std::uint32_t write_launch = 0, read_launch = 0;
  std::uint64_t writer = 0, reader = 0;
  bool written = false;
};

struct Allocation {
  std::unique_ptr<std::byte[]> storage;
  std::byte* bytes = nullptr;  // 256-byte aligned, within storage
  std::uint64_t size = 0;
  std::string name;
  std::vector<Cell> cells;  // one for 4 bytes; empty where nothing is checked
};

// Memory that lives as long as one group, given back in reverse order.
class Arena {
 public:
  Arena() : bytes_(new std::byte[capacity]) {}
  std::byte* take(std::size_t bytes);  // 64-byte aligned
  std::size_t mark() const { return used_; }
  void back_to(std::size_t mark) { used_ = mark; }

 private:
  static constexpr std::size_t capacity = std::size_t{4} << 20;
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t used_ = 0;
};

class Group {
 public:
  static constexpr std::uint32_t no_lane = 0xfff, many_lanes = 0xffe;
  static constexpr std::uint32_t many_groups = 0xffffffff;

  Group(const char* kernel, std::uint32_t lane_count, std::uint32_t launch, std::vector<Allocation*>& memory,
        Arena& group_arena, const Planted& planted)
      : lanes(lane_count),
        arena(group_arena),
        kernel_(kernel),
        launch_(launch),
        memory_(memory),
        planted_(planted) {}

  void start(std::uint32_t group_x, std::uint32_t group_y, std::uint32_t number) {
    x = group_x;
    y = group_y;
    lane = no_lane;
    number_ = number;
    epoch_ = 1;
    barriers_ = 0;
  }

  // Which one runs on this thread; null between launches.
  static Group*& running();

  std::uint32_t x = 0, y = 0;
  const std::uint32_t lanes;
  std::uint32_t lane = no_lane;  // no_lane: outside of regions
  bool by_subgroup = false;      // in EACH_SUBGROUP
  Arena& arena;

  void barrier();
  void enter_region();
  std::uint32_t own_lane(const char* name) const;  // of MINE
  std::uint32_t own_subgroup() const;              // of the TILE words

  // Device memory; throws a Fault. `i` counts elements of `bytes` bytes.
  std::byte* touch(const char* buffer, std::uint64_t address, std::uint64_t extent, std::uint64_t i,
                   std::uint32_t bytes, bool write);
  // Group memory.
  struct GroupCell {
    std::uint32_t write_epoch = 0, read_epoch = 0;
    std::uint16_t writer = 0, reader = 0;
  };
  std::uint64_t touch_group(const char* array, std::uint64_t i, std::uint64_t count, GroupCell* cells,
                            bool write);
  [[noreturn]] void fail(FaultKind kind, const char* buffer, const std::string& what) const;

  const std::vector<const char*>& seen() const { return seen_; }  // buffers and arrays that were touched
  int barriers() const { return barriers_; }                      // passed by this group

 private:
  void note(const char* name);
  std::uint64_t shifted(const char* name, std::uint64_t i, std::uint64_t& count) const;
  std::string who(std::uint32_t of_lane) const;

  const char* kernel_;
  std::uint32_t launch_;
  std::vector<Allocation*>& memory_;
  const Planted& planted_;
  std::uint32_t number_ = 0, epoch_ = 1;
  int barriers_ = 0;
  std::vector<const char*> seen_;
  const char* last_seen_ = nullptr;
};

// The loop of EACH_LANE, and of EACH_SUBGROUP, whose every 32nd lane stands for its subgroup.
class LaneLoop {
 public:
  explicit LaneLoop(Group& group, std::uint32_t step = 1) : group_(group), step_(step) {
    group_.enter_region();
    group_.lane = 0;
    group_.by_subgroup = step > 1;
  }
  ~LaneLoop() {
    group_.lane = Group::no_lane;
    group_.by_subgroup = false;
  }
  LaneLoop(const LaneLoop&) = delete;
  LaneLoop& operator=(const LaneLoop&) = delete;
  bool more() const { return group_.lane < group_.lanes; }
  void next() { group_.lane += step_; }
  std::uint32_t lane() const { return group_.lane; }

 private:
  Group& group_;
  const std::uint32_t step_;
};

}  // namespace roost::backend::gpu::emulated
