#include "engine/timeline.h"

#include "support/hash.h"

namespace roost::engine {

void Position::advance(std::span<const std::uint32_t> ids) {
  for (const std::uint32_t id : ids) {
    support::Sha256 hash;
    hash.update(prefix.data(), prefix.size());
    const unsigned char bytes[4] = {static_cast<unsigned char>(id), static_cast<unsigned char>(id >> 8),
                                    static_cast<unsigned char>(id >> 16),
                                    static_cast<unsigned char>(id >> 24)};
    hash.update(bytes, sizeof bytes);
    prefix = hash.finish();
  }
  tokens += ids.size();
}

}  // namespace roost::engine
