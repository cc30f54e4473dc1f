// The instruction set every processor of the architecture has.
#define RL_PATH baseline
#include "loops.inc"
