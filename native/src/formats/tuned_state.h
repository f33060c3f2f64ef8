// Files of initial states: blocks.<i>.att.time_state [heads, size, size] for every layer, and nothing else.
#pragma once

#include <span>
#include <string>

#include "roost/tuned_state.h"

namespace roost::formats {

// `path` names the file in messages and gives the title. Never throws. Errors: as inspect_tuned_state.
Result<TunedState> parse_tuned_state(std::span<const std::byte> bytes, const std::string& path);

}  // namespace roost::formats
