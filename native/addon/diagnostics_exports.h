// What the addon says about the machine: devices, instruction sets, self-test, bandwidth of the memory.
#pragma once

#include <napi.h>

namespace roost::addon {

void export_diagnostics(Napi::Env env, Napi::Object exports);

}  // namespace roost::addon
