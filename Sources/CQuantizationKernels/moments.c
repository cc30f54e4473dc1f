// The one-pass table of moments, keyed by the leading bits of a Float. Scattered additions do not
// vectorize, so there is one version for every instruction set; strips keep the arithmetic, which
// does, apart from them.

#include "CQuantizationKernels.h"

#include <string.h>

enum { SHIFT = 23 - RL_MANTISSA_BITS, STRIP = 64 };

static inline void split(float value, uint32_t *key, uint32_t *rest) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits = bits == 0x80000000u ? 0 : bits; // -0 is +0
  *key = bits >> SHIFT;
  *rest = bits & ((1u << SHIFT) - 1);
}

static inline void add(rl_moments *cell, uint32_t rest) {
  cell->count_and_sum += ((uint64_t)1 << RL_COUNT_SHIFT) + rest;
  cell->sum_of_squares += (uint64_t)(rest * rest);
}

void rl_add_moments(const float *x, int64_t n, rl_moments *cells) {
  int64_t i = 0;
  for (; i + STRIP <= n; i += STRIP) {
    uint32_t key[STRIP], rest[STRIP];
    for (int k = 0; k < STRIP; k++) split(x[i + k], &key[k], &rest[k]);
    for (int k = 0; k < STRIP; k++) add(&cells[key[k]], rest[k]);
  }
  for (; i < n; i++) {
    uint32_t key, rest;
    split(x[i], &key, &rest);
    add(&cells[key], rest);
  }
}
