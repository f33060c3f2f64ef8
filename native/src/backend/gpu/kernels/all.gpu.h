// Every kernel: the one file that a device's compiler is given.
#pragma once

#include "backend/gpu/kernels/norm.gpu.h"
#include "backend/gpu/kernels/products.gpu.h"
#include "backend/gpu/kernels/rows.gpu.h"
#include "backend/gpu/kernels/sample.gpu.h"
#include "backend/gpu/kernels/sparse.gpu.h"
#include "backend/gpu/kernels/tiles.gpu.h"
#include "backend/gpu/kernels/wkv.gpu.h"
