// Tables of moments as a whole.

#include "CQuantizationKernels.h"

#include <string.h>

void rl_merge_moments(const uint64_t *theirs, const rl_moments *their_moved, uint64_t *words,
                      rl_moments *moved) {
  for (int64_t cell = 0; cell < RL_MOMENT_CELLS; cell++) {
    uint64_t word = theirs[cell];
    if (word == 0) continue;
    moved[cell].count += their_moved[cell].count;
    moved[cell].sum += their_moved[cell].sum;
    moved[cell].sum_of_squares += their_moved[cell].sum_of_squares;
    if (words[cell] == 0)
      words[cell] = word;
    else
      rl_move_moments(word, &moved[cell]);
  }
}

int64_t rl_collect_marked(const float *x, int64_t n, const uint64_t *marks, float *found) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    uint32_t cell = (bits & 0x7fffffff) >> (23 - RL_MANTISSA_BITS);
    // Written in any case: a branch would be a guess where a few in a hundred are marked.
    found[count] = x[i];
    count += marks[cell >> 6] >> (cell & 63) & 1;
  }
  return count;
}
