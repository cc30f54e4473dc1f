// Tables of moments as a whole.

#include "CQuantizationKernels.h"

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
