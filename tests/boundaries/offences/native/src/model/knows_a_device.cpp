// Offence: the model may not see a device.
#include "backend/backend.h"
#include "backend/cpu/kernels.h"
