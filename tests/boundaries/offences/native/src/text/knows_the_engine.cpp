// Offence: text processing knows no engine.
#include "engine/scheduler.h"
