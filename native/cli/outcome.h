// How a command ends: 0 done, 1 the input is bad, 2 wrong usage, 3 the device or the machine failed.
#pragma once

#include "roost/result.h"

namespace roost::cli {

inline constexpr int done = 0, bad_input = 1, wrong_usage = 2, machine_failed = 3;

constexpr int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return wrong_usage;
    case ErrorCode::cancelled:
    case ErrorCode::out_of_memory:
    case ErrorCode::disk_full:
    case ErrorCode::write_failed:
    case ErrorCode::device_unavailable:
    case ErrorCode::device_failed:
    case ErrorCode::busy:
    case ErrorCode::closed:
    case ErrorCode::internal:
      return machine_failed;
    default:
      return bad_input;
  }
}

// A command's own end: its output is on standard output. A failure becomes one line on standard error.
using Outcome = Result<int>;

}  // namespace roost::cli
