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

Status Timeline::fetch_logits(const model::LanguageModel& model) {
  if (!logits_row) return {};
  const std::size_t row = *logits_row;
  logits_row.reset();
  position.logits.resize(model.vocabulary());
  return model.last_logits(row, position.logits);
}

}  // namespace roost::engine
