// Every kernel: the one file that a device's compiler is given.
#pragma once

#include "backend/gpu/kernels/norm.gpu.h"
