#ifndef RANGELAB_INTEGER_KERNELS_H
#define RANGELAB_INTEGER_KERNELS_H

#include <stdint.h>

// The loops of integer layers, compiled once per instruction set. Every path gives the same bits: sums of
// products of whole numbers do not depend on their order, and rounding is the same everywhere.
//
// Activations are unsigned bytes and weights signed ones, whatever the model has: the caller moves codes
// by 128 and zero points with them. Weights lie in panels of 16 outputs; in a panel, for each four inputs,
// the four weights of the first output, of the second, and so on: 64 bytes, as `vpdpbusd` and AMX read them.
// A panel is filled up with zeros to a multiple of 64 inputs, and so is a row of activations.

enum { RL_PANEL = 16, RL_GROUP = 4, RL_DEPTH = 64 };

/// How sums become codes.
typedef struct {
  float low, high;     ///< qmin - z and qmax - z
  int32_t zero_point;  ///< z, as stored
} rl_output_grid;

/// The loops of one instruction set.
typedef struct {
  const char *name;
  /// sums[m][n] = sum over k of x[m][k] w[n][k], modulo 2^32.
  ///
  /// `depth` is the bytes of a row of `x`, a multiple of RL_DEPTH; `x` and `panels` begin with a cache line.
  /// A row of `sums` has RL_PANEL numbers for each panel.
  void (*multiply)(const uint8_t *x, int64_t rows, int64_t depth, const int8_t *panels,
                   int64_t panel_count, int32_t *sums);
  /// sums[i] += w x[i stride] for `n` places, modulo 2^32: one tap of a depthwise convolution.
  void (*add_tap)(const uint8_t *x, int64_t stride, int32_t w, int64_t n, int32_t *sums);
  /// The sum of each row of codes.
  void (*row_sums)(const uint8_t *x, int64_t rows, int64_t columns, int64_t stride, int32_t *sums);
  /// Adds `constant` to sums, and widens the extremes.
  void (*finish)(int32_t *sums, int64_t n, int32_t constant, int32_t *lowest, int32_t *highest);
  /// Adds a number for each column, and `- row zero_points[column]` where there are zero points.
  void (*finish_row)(const int32_t *sums, int64_t n, const int32_t *constants, int32_t row,
                     const int32_t *zero_points, int32_t *found, int32_t *lowest,
                     int32_t *highest);
  /// codes[i] = clamp(round(sums[i] multiplier), low, high) + z, ties to even.
  void (*requantize)(const int32_t *sums, int64_t n, float multiplier, const rl_output_grid *grid,
                     uint8_t *codes);
  /// The same with a multiplier for each place.
  void (*requantize_each)(const int32_t *sums, int64_t n, const float *multipliers,
                          const rl_output_grid *grid, uint8_t *codes);
} rl_integer_kernels;

/// The instruction sets this processor can run, slowest first; `index` from 0. NULL ends the list.
const rl_integer_kernels *rl_integer_kernels_available(int32_t index);

#endif
