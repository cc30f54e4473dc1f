// The one-pass table of moments, keyed by the leading bits of a Float. Scattered additions do not
// vectorize, so there is one version for every instruction set.

#include "CQuantizationKernels.h"

#include <stddef.h>
#include <string.h>

int64_t rl_add_moments(const float *x, int64_t n, rl_moments *const *pages) {
  enum { SHIFT = 23 - RL_MANTISSA_BITS };
  const uint32_t low = (1u << SHIFT) - 1, cell_mask = (1u << RL_MANTISSA_BITS) - 1;
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits = bits == 0x80000000u ? 0 : bits; // -0 is +0
    rl_moments *page = pages[bits >> 23];
    if (page == NULL) return i;
    rl_moments *cell = page + (bits >> SHIFT & cell_mask);
    uint64_t rest = bits & low;
    cell->count += 1;
    cell->sum += rest;
    cell->sum_of_squares += rest * rest;
  }
  return n;
}
