#include "CIntegerKernels.h"
int rangelab_integer_placeholder(void) { return 0; }
