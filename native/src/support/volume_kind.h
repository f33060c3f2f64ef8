// Where a file lies, as far as it decides how to read it.
#pragma once

#include <string>

namespace roost::support {

// True for a network share, a removable disk, and file systems that other programs serve: what can vanish, or
// fail to deliver, while the machine goes on. False where it can't be found out.
bool volume_may_vanish(const std::string& path_utf8);

}  // namespace roost::support
