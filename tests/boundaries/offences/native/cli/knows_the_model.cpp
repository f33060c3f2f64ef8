// Offence: a face sees include/roost only.
#include "model/language_model.h"
#include "roost/session.h"
