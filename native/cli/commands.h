// One function per command of roost-engine. `words` is everything behind the command's name.
#pragma once

#include <span>
#include <string>

#include "outcome.h"

namespace roost::cli {

Outcome inspect_command(std::span<const std::string> words);
Outcome logits_command(std::span<const std::string> words);
Outcome generate_command(std::span<const std::string> words);
Outcome tokenize_command(std::span<const std::string> words);
Outcome distribution_command(std::span<const std::string> words);
Outcome snapshot_command(std::span<const std::string> words);
Outcome convert_command(std::span<const std::string> words);
Outcome bench_command(std::span<const std::string> words);
Outcome selftest_command(std::span<const std::string> words);
Outcome devices_command(std::span<const std::string> words);

}  // namespace roost::cli
