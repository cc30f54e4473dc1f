#ifndef RANGELAB_QUANTIZATION_KERNELS_H
#define RANGELAB_QUANTIZATION_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

// The loops of RangeLab that touch every element, compiled once per instruction set.
//
// Every path gives the same bits: the lane count (16) and the block length are part of the
// definition, sums run in index order, and nothing is contracted unless the product is exact.

/// What a kernel needs to know of a quantizer. `low` and `high` are qmin - z and qmax - z;
/// `lowest` and `highest` are the outermost reals that are not clipped.
typedef struct {
  float scale;
  float low, high;
  float lowest, highest;
  int32_t zero_point;
} rl_quantizer;

/// A quantizer with a table of levels. `size` is a power of two. `thresholds` has `size` - 1 numbers:
/// the least ratio x / scale of each level but the lowest, then infinities. `levels` and `codes` are in
/// ascending order of the levels, `level_of_code` in the order of the codes.
typedef struct {
  const float *thresholds;
  const float *levels;
  const uint8_t *codes;
  const float *level_of_code;
  int32_t size;
  float scale;
  float lowest, highest;
} rl_levels;

/// How a code is stored.
typedef enum { RL_INT8, RL_UINT8, RL_INT16, RL_UINT16 } rl_code;

/// Sums over one chunk; clipping and rounding apart, as one may be a millionth of the other.
/// `steps_squared` is the sum of (q - z)^2, so that the signal energy after quantization is scale^2
/// times it.
typedef struct {
  double rounded_squared_error;
  double clipped_squared_error;
  double signal;
  double steps_squared;
  double maximum_error;
  int64_t clipped;
} rl_error_sums;

/// What makes the parabola of the squared error of values at a scale: sum c x and sum c^2 over the
/// nearest codes c.
typedef struct {
  double linear, square;
} rl_scale_sums;

/// What a power p of the errors of values at a scale adds up to: sum |x - c s|^p over the nearest codes
/// c, sum c^2, and sum c^2 |x - c s|^(p-2) of values beyond the outermost level.
typedef struct {
  double cost, square, beyond;
} rl_power_sums;

/// Blocks of `size` sorted values each: their ends, and the mean, the variance, the third central moment and
/// the largest distance from the mean. `count` is a multiple of 16.
typedef struct {
  const double *low, *high, *mean, *variance, *third, *half_width;
  int64_t count;
  double size;
} rl_blocks;

/// A power p from 2 to 8 and what its series needs: p (p-1) / 2, p (p-1) (p-2) / 6, the bound of the
/// fourth term, and k such that (1 + t)^(p-2) <= 1 + k t for t up to 1/2.
typedef struct {
  double p, second, third, fourth, growth;
} rl_power;

/// Bounds of what rl_power_sums has: of the cost on both sides, of `beyond` from above; `square` is exact.
typedef struct {
  double least, most, square, beyond;
} rl_power_bounds;

/// Fits of scales to codes, all in Float: of values x in units of `unit`, and c the code of x at a scale
/// with `steps` steps per unit, the sum of x^3 c and that of x^2 c^2.
enum { RL_FITS = 20 };
typedef struct {
  float steps[RL_FITS], mixed[RL_FITS], square[RL_FITS];
} rl_fits;

/// What a row of quantized logits adds up to: the sum of e^(-d s) and that of p d, where d is how many
/// codes a value is below the largest of its row, s the scale and p the value's softmax.
typedef struct {
  double sum, expected;
} rl_row;

/// The magnitudes of sorted values of one sign, ascending with their rank, with what finds a threshold
/// among them. `smallest` points at the first; the next is after it, or before it and negative where
/// `descending`. `running_sums[k]` is the sum of the 16 k smallest. `starts` has the rank of the
/// first magnitude of each of `cells` cells and the number of all; the cell of a magnitude is its bits
/// as a Double, shifted, less `first_cell`. Without an index, `cells` is 0.
typedef struct {
  const float *smallest;
  int64_t count;
  const double *running_sums;
  const int32_t *starts;
  int64_t cells, first_cell;
  int32_t shift;
  bool descending;
} rl_magnitudes;

/// How many magnitudes are below a threshold, and their sum.
typedef struct {
  double count, sum;
} rl_tail;

/// Exact integer moments of the Floats that share sign, exponent and leading mantissa bits: of the
/// remaining low bits r, their number, sum and sum of squares.
typedef struct {
  uint64_t count, sum, sum_of_squares;
} rl_moments;

/// A table of moments has a word for each cell, which packs all three, and moments that have been
/// moved out of it before any could overflow.
enum {
  /// Mantissa bits of a key; a cell's values differ by less than 2^-11 of themselves.
  RL_MANTISSA_BITS = 11,
  /// Cells of a table: one for each sign, exponent and leading mantissa.
  RL_MOMENT_CELLS = 1 << (9 + RL_MANTISSA_BITS),
  /// The bit of a word where the sum begins: r^2 < 2^24, so that of 2^9 values fits below.
  RL_PACKED_SUM = 24 + 9,
  /// The bit of a word where the count begins: r < 2^12. Nine bits later, the last bit of the word
  /// says that it is full.
  RL_PACKED_COUNT = RL_PACKED_SUM + 12 + 9,
};

/// Adds what a word packs to moments.
static inline void rl_move_moments(uint64_t word, rl_moments *moments) {
  moments->count += word >> RL_PACKED_COUNT;
  moments->sum += word >> RL_PACKED_SUM & (((uint64_t)1 << (RL_PACKED_COUNT - RL_PACKED_SUM)) - 1);
  moments->sum_of_squares += word & (((uint64_t)1 << RL_PACKED_SUM) - 1);
}

/// The loops of one instruction set. `measure` sums squares in Float blocks of 16 and is valid
/// where the squares are ordinary Floats; `measure_wide` squares in Double and is valid everywhere.
/// `add_moments` adds finite values to a table of RL_MOMENT_CELLS words, each zero where its cell is
/// empty and nowhere else, and as many moments. `power_blocks` leaves out the blocks that it marks as open.
typedef struct {
  const char *name;
  float (*sum)(const float *x, int64_t n);
  void (*extrema)(const float *x, int64_t n, float *minimum, float *maximum);
  int64_t (*count_nonfinite)(const float *x, int64_t n);
  void (*quantize)(const float *x, int64_t n, const rl_quantizer *q, rl_code type, void *codes);
  void (*dequantize)(const void *codes, rl_code type, int64_t n, const rl_quantizer *q, float *x);
  void (*measure_8)(const float *x, int64_t n, const rl_quantizer *q, rl_error_sums *sums);
  void (*measure_16)(const float *x, int64_t n, const rl_quantizer *q, rl_error_sums *sums);
  void (*measure_wide)(const float *x, int64_t n, const rl_quantizer *q, rl_error_sums *sums);
  void (*histogram)(const float *x, int64_t n, bool absolute, double lower, double upper,
                    int32_t bins, uint64_t *counts);
  double (*widen)(const float *x, int64_t n, double *wide);
  void (*scale_sums)(const double *x, int64_t n, double scale, double low, double high,
                     rl_scale_sums *sums);
  void (*power_sums)(const float *x, int64_t n, double inverse_unit, double scale, double low,
                     double high, double power, rl_power_sums *sums);
  void (*weighted_power_sums)(const double *x, const double *weights, int64_t n, double scale,
                              double low, double high, double power, rl_power_sums *sums);
  void (*power_blocks)(const rl_blocks *blocks, double scale, double low, double high,
                       const rl_power *power, rl_power_bounds *bounds, uint8_t *is_open);
  void (*softmax_rows)(const float *x, const float *weights, const float *peaks, int64_t rows,
                       int64_t length, const rl_quantizer *q, int64_t distances, const double *decay,
                       rl_row *found);
  void (*fit_scales)(const float *x, int64_t n, float unit, float low, float high, rl_fits *fits);
  void (*tails)(const rl_magnitudes *magnitudes, double scale, int64_t codes, rl_tail *below);
  void (*add_moments)(const float *x, int64_t n, uint64_t *words, rl_moments *moved);
  void (*quantize_levels)(const float *x, int64_t n, const rl_levels *q, uint8_t *codes);
  void (*dequantize_levels)(const uint8_t *codes, int64_t n, const rl_levels *q, float *x);
  void (*measure_levels)(const float *x, int64_t n, const rl_levels *q, rl_error_sums *sums);
} rl_kernels;

/// Adds the moments of another table to a table; both of RL_MOMENT_CELLS cells.
void rl_merge_moments(const uint64_t *theirs, const rl_moments *their_moved, uint64_t *words,
                      rl_moments *moved);

/// Copies the values whose magnitude's cell is marked, a bit for each cell, and returns how many they
/// are; `found` has room for one more than that.
int64_t rl_collect_marked(const float *x, int64_t n, const uint64_t *marks, float *found);

/// Sorts words; `room` has room for as many.
void rl_sort_words(uint64_t *words, int64_t n, uint64_t *room);

/// Sorts finite values, -0 as +0: what is sorted is in `sorted`, and `x` is destroyed.
void rl_sort(float *x, int64_t n, float *sorted);

/// The instruction sets this processor can run, slowest first; `index` from 0. NULL ends the list.
const rl_kernels *rl_kernels_available(int32_t index);

#endif
