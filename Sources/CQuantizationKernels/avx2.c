#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define RL_PATH avx2
#define RL_ROUND_INSTRUCTION 1
#define RL_FUSED_INSTRUCTION 1
#include "loops.inc"
#pragma clang attribute pop
#endif
