#include "backend/gpu/emulated/group.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace roost::backend::gpu::emulated {
namespace {

// group 32 bits, epoch 20 bits, lane 12 bits
std::uint64_t visit(std::uint32_t group, std::uint32_t epoch, std::uint32_t lane) {
  return std::uint64_t{group} << 32 | std::uint64_t{epoch & 0xfffffu} << 12 | lane;
}
std::uint32_t group_of(std::uint64_t visit) {
  return static_cast<std::uint32_t>(visit >> 32);
}
std::uint32_t epoch_of(std::uint64_t visit) {
  return static_cast<std::uint32_t>(visit >> 12) & 0xfffffu;
}
std::uint32_t lane_of(std::uint64_t visit) {
  return static_cast<std::uint32_t>(visit) & 0xfffu;
}

}  // namespace

std::byte* Arena::take(std::size_t bytes) {
  const std::size_t start = (used_ + 63) / 64 * 64;
  if (start + bytes > capacity) throw std::bad_alloc();
  used_ = start + bytes;
  return bytes_.get() + start;
}

Group*& Group::running() {
  thread_local Group* group = nullptr;
  return group;
}

std::string Group::who(std::uint32_t of_lane) const {
  const std::string where = "group (" + std::to_string(x) + ", " + std::to_string(y) + ")";
  if (of_lane == no_lane || of_lane == many_lanes) return where;
  return "lane " + std::to_string(of_lane) + " of " + where;
}

void Group::fail(FaultKind kind, const char* buffer, const std::string& what) const {
  throw Fault{kind, kernel_, buffer,
              "Kernel \"" + std::string(kernel_) + "\", buffer \"" + buffer + "\": " + what + "."};
}

void Group::barrier() {
  if (lane != no_lane) fail(FaultKind::barrier, "", "a barrier inside a region, which lanes pass one by one");
  if (barriers_++ != planted_.without_barrier) ++epoch_;
}

void Group::enter_region() {
  if (lane != no_lane) fail(FaultKind::barrier, "", "a region inside a region");
}

std::uint32_t Group::own_subgroup() const {
  if (!by_subgroup) fail(FaultKind::barrier, "", "a word for whole subgroups where single lanes are at work");
  return lane / 32;
}

std::uint32_t Group::own_lane(const char* name) const {
  if (lane == no_lane || by_subgroup)
    fail(FaultKind::barrier, name, "a lane's register is used where all lanes must do the same");
  return lane;
}

void Group::note(const char* name) {
  if (name == last_seen_) return;
  last_seen_ = name;
  if (std::find(seen_.begin(), seen_.end(), name) == seen_.end()) seen_.push_back(name);
}

std::uint64_t Group::shifted(const char* name, std::uint64_t i, std::uint64_t& count) const {
  if (planted_.shortened == name && count > 0) --count;
  return planted_.shifted == name ? i + 1 : i;
}

std::byte* Group::touch(const char* buffer, std::uint64_t address, std::uint64_t extent, std::uint64_t i,
                        std::uint32_t bytes, bool write) {
  note(buffer);
  std::uint64_t count = extent & 0xffffffffffu;
  if (planted_.any()) i = shifted(buffer, i, count);
  const char* const does = write ? " writes element " : " reads element ";
  if (i >= count) {
    fail(FaultKind::bounds, buffer, who(lane) + does + std::to_string(i) + " of " + std::to_string(count));
  }
  const std::uint64_t id = extent >> 40;
  Allocation* const allocation = id < memory_.size() ? memory_[id] : nullptr;
  if (allocation == nullptr) fail(FaultKind::bounds, buffer, "its memory was given back");
  const std::uint64_t base = reinterpret_cast<std::uintptr_t>(allocation->bytes);
  const std::uint64_t at = address + i * bytes - base;
  if (address < base || at + bytes > allocation->size) {
    fail(FaultKind::bounds, buffer, who(lane) + does + std::to_string(i) + ", outside of its memory");
  }
  if (at % bytes != 0)
    fail(FaultKind::alignment, buffer, who(lane) + does + std::to_string(i) + ", unaligned");

  const std::uint64_t now = visit(number_, epoch_, lane);
  for (std::uint64_t word = at / 4; word < (at + bytes) / 4; ++word) {
    Cell& cell = allocation->cells[word];
    if (cell.write_launch == launch_) {
      const bool other_group = group_of(cell.writer) != number_;
      if (other_group || (epoch_of(cell.writer) == (epoch_ & 0xfffffu) && lane_of(cell.writer) != lane)) {
        fail(FaultKind::race, buffer,
             who(lane) + does + std::to_string(i) + ", which " +
                 (other_group ? "another group" : who(lane_of(cell.writer))) +
                 " wrote with no barrier between");
      }
    }
    if (!write) {
      if (!cell.written) {
        fail(FaultKind::uninitialised, buffer,
             who(lane) + does + std::to_string(i) + ", which nobody has written");
      }
      if (cell.read_launch == launch_ && cell.reader != now) {
        // Two readers are remembered as many: of one epoch, or of several groups.
        if (group_of(cell.reader) != number_) {
          cell.reader = visit(many_groups, 0, many_lanes);
        } else if (epoch_of(cell.reader) == (epoch_ & 0xfffffu)) {
          cell.reader = visit(number_, epoch_, many_lanes);
        } else {
          cell.reader = now;
        }
      } else {
        cell.reader = now;
        cell.read_launch = launch_;
      }
      continue;
    }
    if (cell.read_launch == launch_) {
      const bool other_group = group_of(cell.reader) != number_;
      if (other_group || (epoch_of(cell.reader) == (epoch_ & 0xfffffu) && lane_of(cell.reader) != lane)) {
        fail(FaultKind::race, buffer,
             who(lane) + does + std::to_string(i) + ", which " +
                 (other_group ? "another group" : who(lane_of(cell.reader))) +
                 " read with no barrier between");
      }
    }
    cell.writer = now;
    cell.write_launch = launch_;
    cell.written = true;
  }
  return allocation->bytes + at;
}

std::uint64_t Group::touch_group(const char* array, std::uint64_t i, std::uint64_t count, GroupCell* cells,
                                 bool write) {
  note(array);
  const char* const does = write ? " writes element " : " reads element ";
  if (planted_.any()) {
    // Where an array is only ever read one too far, or only ever written, that is a mistake; both is a
    // detour.
    const std::uint64_t taken = shifted(array, i, count);
    if (!write) i = taken;
  }
  if (i >= count) {
    fail(FaultKind::bounds, array, who(lane) + does + std::to_string(i) + " of " + std::to_string(count));
  }
  GroupCell& cell = cells[i];
  if (cell.write_epoch == epoch_ && cell.writer != lane) {
    fail(FaultKind::race, array,
         who(lane) + does + std::to_string(i) + ", which lane " + std::to_string(cell.writer) +
             " wrote with no barrier between");
  }
  if (write) {
    if (cell.read_epoch == epoch_ && cell.reader != lane) {
      fail(FaultKind::race, array,
           who(lane) + does + std::to_string(i) + ", which other lanes read with no barrier between");
    }
    cell.write_epoch = epoch_;
    cell.writer = static_cast<std::uint16_t>(lane);
    return i;
  }
  if (cell.write_epoch == 0) {
    fail(FaultKind::uninitialised, array,
         who(lane) + does + std::to_string(i) + ", which nobody has written");
  }
  const auto reader = static_cast<std::uint16_t>(lane);
  cell.reader = cell.read_epoch == epoch_ && cell.reader != reader ? many_lanes : reader;
  cell.read_epoch = epoch_;
  return i;
}

}  // namespace roost::backend::gpu::emulated
