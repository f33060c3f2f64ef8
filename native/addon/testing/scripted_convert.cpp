// The conversion of the scripted engine: nothing is written; the name of the original says what happens.
// "convert_ms=N" takes so long, in 50 steps, each reporting progress and polling for cancellation;
// "convert_error" fails with disk_full at half the way.
#include <chrono>
#include <cstdlib>
#include <thread>

#include "roost/convert.h"

namespace roost {

Result<ConvertReport> convert_model(const std::string& from_utf8, const std::string& to_utf8,
                                    const ConvertOptions& options) {
  constexpr int steps = 50;
  const std::string word = "convert_ms=";
  const std::size_t at = from_utf8.find(word);
  const long ms = at == std::string::npos ? 0 : std::atol(from_utf8.c_str() + at + word.size());
  for (int step = 1; step <= steps; ++step) {
    if (options.cancelled && options.cancelled())
      return error(ErrorCode::cancelled, "The conversion was cancelled.");
    if (step * 2 > steps && from_utf8.find("convert_error") != std::string::npos)
      return error(ErrorCode::disk_full, to_utf8 + " needs 5 MB, the disk has 1 MB left.");
    std::this_thread::sleep_for(std::chrono::microseconds(ms * 1000 / steps));
    if (options.progress) options.progress(static_cast<double>(step) / steps);
  }
  ConvertReport report;
  report.type = options.type;
  report.bytes = 1000;
  return report;
}

}  // namespace roost
