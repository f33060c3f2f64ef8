#include "formats/fingerprint.h"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "support/hash.h"
#include "support/mapped_file.h"
#include "support/thread_pool.h"
#include "support/utf8.h"

namespace roost::formats {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{4} << 20;
constexpr std::uint64_t kReadAhead = std::uint64_t{32} << 20;
// Below this much work, starting threads costs more than it gains.
constexpr std::uint64_t kSmall = std::uint64_t{16} << 20;

std::span<const std::byte> bytes_of(const Weight& weight) {
  const StorageFormat& format = storage_format(weight.type);
  const std::uint64_t last = (weight.rows - 1) * static_cast<std::uint64_t>(weight.row_stride) +
                             (weight.columns - 1) * static_cast<std::uint64_t>(weight.column_stride);
  return {weight.data, static_cast<std::size_t>((last / format.block + 1) * format.bytes)};
}

// A block of something that is summed, and where its result goes.
struct Task {
  std::span<const std::byte> bytes;
  std::size_t result = 0;  // index into the digests or the partial checksums
  bool digest = false;
};

struct Plan {
  std::vector<Task> tasks;
  std::vector<support::Sha256Digest> digests;
  std::vector<std::uint32_t> checksums;
  std::uint64_t bytes = 0;

  // Adds the blocks of a range; returns the index of the first result.
  std::size_t add(std::span<const std::byte> range, bool digest) {
    const std::size_t first = digest ? digests.size() : checksums.size();
    std::size_t next = first;
    for (std::uint64_t at = 0; at < range.size(); at += kBlock) {
      const std::uint64_t size = std::min<std::uint64_t>(kBlock, range.size() - at);
      tasks.push_back(
          {range.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(size)), next++, digest});
    }
    digest ? digests.resize(next) : checksums.resize(next);
    bytes += range.size();
    return first;
  }
};

std::size_t blocks_in(std::uint64_t size) {
  return static_cast<std::size_t>((size + kBlock - 1) / kBlock);
}

// Tasks are taken in the order of the file, so that what the disk delivers is used by both sums at once.
// False when it was cancelled.
bool work_off(const Source& source, const support::MappedFile* mapped, const OpenHooks& hooks, Plan& plan) {
  std::sort(plan.tasks.begin(), plan.tasks.end(),
            [](const Task& a, const Task& b) { return a.bytes.data() < b.bytes.data(); });
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> cancelled{false};
  // Worker 0 is the calling thread.
  const auto work = [&](int worker) {
    for (std::size_t i = next.fetch_add(1); i < plan.tasks.size() && !cancelled; i = next.fetch_add(1)) {
      const Task& task = plan.tasks[i];
      if (worker == 0 && hooks.cancelled && hooks.cancelled()) cancelled = true;
      if (worker == 0 && hooks.progress) {
        hooks.progress(static_cast<double>(done.load()) / static_cast<double>(plan.bytes));
      }
      if (mapped != nullptr && plan.bytes > kSmall) {
        const auto offset = static_cast<std::uint64_t>(task.bytes.data() - source.bytes.data());
        mapped->prefetch(offset + kReadAhead, kBlock);
      }
      if (task.digest) {
        plan.digests[task.result] = support::sha256(task.bytes);
      } else {
        plan.checksums[task.result] = support::crc32(0, task.bytes.data(), task.bytes.size());
      }
      // A file that is only looked at must not take as much memory as it is large.
      if (mapped != nullptr && plan.bytes > kSmall) {
        mapped->release(static_cast<std::uint64_t>(task.bytes.data() - source.bytes.data()),
                        task.bytes.size());
      }
      done.fetch_add(task.bytes.size());
    }
  };
  if (plan.bytes <= kSmall) {
    work(0);
  } else {
    support::ThreadPool pool(std::min(support::physical_cores(), 8));
    pool.run_on_all(work);
  }
  if (hooks.progress && !cancelled) hooks.progress(1.0);
  return !cancelled;
}

}  // namespace

Status fingerprint_and_verify(const Source& source, const Container& container,
                              const support::MappedFile* mapped, const OpenHooks& hooks, ModelFile& model) {
  Plan plan;
  std::vector<std::size_t> first_digest, first_checksum;
  for (const auto& [name, weight] : model.weights) first_digest.push_back(plan.add(bytes_of(weight), true));
  for (const ChecksummedRange& range : container.checksums)
    first_checksum.push_back(plan.add(range.bytes, false));
  if (!work_off(source, mapped, hooks, plan)) {
    return source.fail(ErrorCode::cancelled, "opening it was cancelled.");
  }

  for (std::size_t i = 0; i < container.checksums.size(); ++i) {
    const ChecksummedRange& range = container.checksums[i];
    std::uint32_t crc = 0;
    for (std::size_t block = 0; block < blocks_in(range.bytes.size()); ++block) {
      const std::uint64_t size = std::min<std::uint64_t>(kBlock, range.bytes.size() - block * kBlock);
      crc = support::crc32_combine(crc, plan.checksums[first_checksum[i] + block], size);
    }
    if (crc != range.crc) {
      return source.damaged("the checksum of its part " + support::quoted(range.name) +
                            " does not hold; download the file again.");
    }
  }

  support::Sha256 whole;
  whole.update("roost-weights-1\n");
  const auto line = [&](std::initializer_list<std::string> words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    whole.update(text + "\n");
  };
  line({model.generation, std::to_string(model.layers), std::to_string(model.width),
        std::to_string(model.ffn), std::to_string(model.heads), std::to_string(model.head_size),
        std::to_string(model.vocabulary), std::to_string(model.ln0_in_embedding),
        std::to_string(model.rescale_every_layers)});
  std::size_t index = 0;
  for (const auto& [name, weight] : model.weights) {
    support::Sha256 digest;
    const std::size_t first = first_digest[index++];
    for (std::size_t block = 0; block < blocks_in(bytes_of(weight).size()); ++block) {
      digest.update(plan.digests[first + block].data(), plan.digests[first + block].size());
    }
    line({name, std::string(storage_format(weight.type).name), std::to_string(weight.rows),
          std::to_string(weight.columns), std::to_string(weight.row_stride),
          std::to_string(weight.column_stride), support::to_hex(digest.finish())});
  }
  model.fingerprint = support::to_hex(whole.finish());
  return {};
}

}  // namespace roost::formats
