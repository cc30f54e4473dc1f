#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>

#include "CIntegerKernels.h"

#pragma clang attribute push(                                                                 \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,amx-tile,amx-int8"))), \
    apply_to = function)

// Tiles of 16 rows of 64 bytes: 0 to 3 are sums, 4 and 5 activations, 6 and 7 weights.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_shapes;

static void configure(int upper, int lower) {
  tile_shapes shapes = {.palette = 1};
  const int rows[8] = {upper, upper, lower, lower, upper, lower, 16, 16};
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = (uint8_t)rows[i];
    shapes.row_bytes[i] = 64;
  }
  _tile_loadconfig(&shapes);
}

// Sums of 32 rows and 32 outputs, or of fewer: four products for each four loads.
static inline __attribute__((always_inline)) void tile(const uint8_t *x, int64_t depth,
                                                       const int8_t *panel, int two_rows,
                                                       int two_panels, int32_t *sums,
                                                       int64_t stride) {
  _tile_zero(0);
  if (two_panels) _tile_zero(1);
  if (two_rows) _tile_zero(2);
  if (two_rows && two_panels) _tile_zero(3);
  for (int64_t k = 0; k < depth; k += RL_DEPTH) {
    _tile_loadd(4, x + k, (size_t)depth);
    _tile_loadd(6, panel + k * RL_PANEL, 64);
    _tile_dpbusd(0, 4, 6);
    if (two_panels) {
      _tile_loadd(7, panel + (depth + k) * RL_PANEL, 64);
      _tile_dpbusd(1, 4, 7);
    }
    if (two_rows) {
      _tile_loadd(5, x + 16 * depth + k, (size_t)depth);
      _tile_dpbusd(2, 5, 6);
      if (two_panels) _tile_dpbusd(3, 5, 7);
    }
  }
  size_t bytes = (size_t)stride * sizeof *sums;
  _tile_stored(0, sums, bytes);
  if (two_panels) _tile_stored(1, sums + RL_PANEL, bytes);
  if (two_rows) _tile_stored(2, sums + 16 * stride, bytes);
  if (two_rows && two_panels) _tile_stored(3, sums + 16 * stride + RL_PANEL, bytes);
}

static void multiply(const uint8_t *x, int64_t rows, int64_t depth, const int8_t *panels,
                     int64_t panel_count, int32_t *sums) {
  int64_t stride = panel_count * RL_PANEL, whole = rows / 32 * 32, rest = rows - whole;
  if (whole > 0) {
    configure(16, 16);
    for (int64_t p = 0; p < panel_count; p += 2)
      for (int64_t m = 0; m < whole; m += 32) {
        const int8_t *panel = panels + p * depth * RL_PANEL;
        int32_t *to = sums + m * stride + p * RL_PANEL;
        if (p + 2 <= panel_count)
          tile(x + m * depth, depth, panel, 1, 1, to, stride);
        else
          tile(x + m * depth, depth, panel, 1, 0, to, stride);
      }
  }
  if (rest > 0) {
    configure(rest < 16 ? (int)rest : 16, rest > 16 ? (int)rest - 16 : 1);
    for (int64_t p = 0; p < panel_count; p++) {
      const int8_t *panel = panels + p * depth * RL_PANEL;
      int32_t *to = sums + whole * stride + p * RL_PANEL;
      if (rest > 16)
        tile(x + whole * depth, depth, panel, 1, 0, to, stride);
      else
        tile(x + whole * depth, depth, panel, 0, 0, to, stride);
    }
  }
  _tile_release();
}

#define RL_PATH amx
#define RL_MULTIPLY multiply
#include "loops.inc"
#pragma clang attribute pop
#endif
