#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "CIntegerKernels.h"

#pragma clang attribute push(                                                           \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma"))), \
    apply_to = function)

enum { ROWS = 8, PANELS = 2 };

// Four products of bytes and their sum in one instruction, without saturation.
static inline __attribute__((always_inline)) void tile(const uint8_t *x, int64_t depth,
                                                       const int8_t *panel, int rows, int panels,
                                                       int32_t *sums, int64_t stride) {
  __m512i found[ROWS][PANELS];
  for (int m = 0; m < rows; m++)
    for (int p = 0; p < panels; p++) found[m][p] = _mm512_setzero_si512();
  for (int64_t k = 0; k < depth; k += RL_GROUP) {
    __m512i w[PANELS];
    for (int p = 0; p < panels; p++)
      w[p] = _mm512_loadu_si512(panel + (p * depth + k) * RL_PANEL);
    for (int m = 0; m < rows; m++) {
      int32_t four;
      memcpy(&four, x + m * depth + k, sizeof four);
      for (int p = 0; p < panels; p++)
        found[m][p] = _mm512_dpbusd_epi32(found[m][p], _mm512_set1_epi32(four), w[p]);
    }
  }
  for (int m = 0; m < rows; m++)
    for (int p = 0; p < panels; p++)
      _mm512_storeu_si512(sums + m * stride + p * RL_PANEL, found[m][p]);
}

static void multiply(const uint8_t *x, int64_t rows, int64_t depth, const int8_t *panels,
                     int64_t panel_count, int32_t *sums) {
  int64_t stride = panel_count * RL_PANEL;
  for (int64_t p = 0; p < panel_count; p += PANELS) {
    const int8_t *panel = panels + p * depth * RL_PANEL;
    int32_t *to = sums + p * RL_PANEL;
    int64_t m = 0;
    if (p + PANELS <= panel_count) {
      for (; m + ROWS <= rows; m += ROWS)
        tile(x + m * depth, depth, panel, ROWS, PANELS, to + m * stride, stride);
      for (; m < rows; m++)
        tile(x + m * depth, depth, panel, 1, PANELS, to + m * stride, stride);
    } else {
      for (; m + ROWS <= rows; m += ROWS)
        tile(x + m * depth, depth, panel, ROWS, 1, to + m * stride, stride);
      for (; m < rows; m++) tile(x + m * depth, depth, panel, 1, 1, to + m * stride, stride);
    }
  }
}

#define RL_PATH vnni
#define RL_MULTIPLY multiply
#include "loops.inc"
#pragma clang attribute pop
#endif
