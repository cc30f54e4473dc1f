#include "CIntegerKernels.h"

// The instruction set every processor of the architecture has.
static void multiply(const uint8_t *restrict x, int64_t rows, int64_t depth,
                     const int8_t *restrict panels, int64_t panel_count, int32_t *restrict sums) {
  for (int64_t p = 0; p < panel_count; p++) {
    const int8_t *panel = panels + p * depth * RL_PANEL;
    for (int64_t m = 0; m < rows; m++) {
      const uint8_t *row = x + m * depth;
      uint32_t found[RL_PANEL] = {0};
      for (int64_t k = 0; k < depth; k += RL_GROUP) {
        const int8_t *w = panel + k * RL_PANEL;
        for (int n = 0; n < RL_PANEL; n++)
          for (int i = 0; i < RL_GROUP; i++) found[n] += (uint32_t)(row[k + i] * w[4 * n + i]);
      }
      int32_t *to = sums + (m * panel_count + p) * RL_PANEL;
      for (int n = 0; n < RL_PANEL; n++) to[n] = (int32_t)found[n];
    }
  }
}

#define RL_PATH baseline
#define RL_MULTIPLY multiply
#include "loops.inc"
