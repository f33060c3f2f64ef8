// Writing model files in another number format, for JavaScript.
#pragma once

#include <napi.h>

namespace roost::addon {

void export_conversion(Napi::Env env, Napi::Object exports);

}  // namespace roost::addon
