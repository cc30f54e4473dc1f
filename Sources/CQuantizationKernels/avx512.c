#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#define RL_PATH avx512
#define RL_ROUND_INSTRUCTION 1
#define RL_FUSED_INSTRUCTION 1
#define RL_PERMUTE_INSTRUCTION 1
#include "loops.inc"
#pragma clang attribute pop
#endif
