// Sorting Floats by their bits.
//
// A digit of eleven bits moves a value as fast as one of eight where its run fits a cache. So many
// values are first moved into runs by their leading bits, then each run is sorted by the rest, from
// the last digit on, between two arrays.

#include "CQuantizationKernels.h"

#include <string.h>

enum {
  LEADING = 10,
  REST = 32 - LEADING,
  /// Fewer values than counts of an eleven-bit digit are cheaper by digits of eight.
  LEAST_FOR_WIDE = 1 << 12,
  LEAST_FOR_RUNS = 1 << 14,
  MOST_FOR_INSERTION = 48,
};

/// The bits of a Float, which may be read as such.
typedef uint32_t __attribute__((may_alias)) bits_t;

/// Bits whose unsigned order is that of the values; -0 is +0.
static inline uint32_t key_of(uint32_t bits) {
  bits = bits == 0x80000000u ? 0 : bits;
  return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

static inline uint32_t bits_of(uint32_t key) {
  return key ^ ((uint32_t)((int32_t)~key >> 31) | 0x80000000u);
}

static void by_insertion(bits_t *keys, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    uint32_t key = keys[i];
    int64_t place = i;
    for (; place > 0 && keys[place - 1] > key; place--) keys[place] = keys[place - 1];
    keys[place] = key;
  }
}

/// Sorts by the last `digits` digits of `width` bits; the result is in one of both arrays.
static bits_t *by_digits(bits_t *from, bits_t *to, int64_t n, int digits, int width) {
  uint32_t table[3 << 11];
  const uint32_t mask = (1u << width) - 1;
  memset(table, 0, sizeof(uint32_t) * (size_t)digits << width);
  for (int64_t i = 0; i < n; i++)
    for (int d = 0; d < digits; d++) table[(uint32_t)d << width | (from[i] >> d * width & mask)]++;
  for (int d = 0; d < digits; d++) {
    uint32_t *next = table + ((size_t)d << width);
    const int shift = d * width;
    // A digit that all share moves nothing.
    if (next[from[0] >> shift & mask] == (uint64_t)n) continue;
    uint32_t total = 0;
    for (uint32_t value = 0; value <= mask; value++) {
      uint32_t count = next[value];
      next[value] = total;
      total += count;
    }
    for (int64_t i = 0; i < n; i++) to[next[from[i] >> shift & mask]++] = from[i];
    bits_t *other = from;
    from = to;
    to = other;
  }
  return from;
}

/// Sorts keys that share the bits before the last ones; `room` is as large.
static void sort_run(bits_t *keys, bits_t *room, int64_t n, int bits) {
  if (n <= MOST_FOR_INSERTION) return by_insertion(keys, n);
  const int width = n < LEAST_FOR_WIDE ? 8 : 11;
  bits_t *sorted = by_digits(keys, room, n, (bits + width - 1) / width, width);
  if (sorted != keys) memcpy(keys, sorted, (size_t)n * sizeof *keys);
}

void rl_sort(float *x, int64_t n, float *sorted) {
  bits_t *values = (bits_t *)x, *keys = (bits_t *)sorted;
  if (n < LEAST_FOR_RUNS) {
    for (int64_t i = 0; i < n; i++) keys[i] = key_of(values[i]);
    sort_run(keys, values, n, 32);
    for (int64_t i = 0; i < n; i++) keys[i] = bits_of(keys[i]);
    return;
  }
  int64_t next[1 << LEADING] = {0};
  for (int64_t i = 0; i < n; i++) next[key_of(values[i]) >> REST]++;
  int64_t total = 0;
  for (int run = 0; run < 1 << LEADING; run++) {
    int64_t count = next[run];
    next[run] = total;
    total += count;
  }
  for (int64_t i = 0; i < n; i++) {
    uint32_t key = key_of(values[i]);
    keys[next[key >> REST]++] = key;
  }
  int64_t start = 0;
  for (int run = 0; run < 1 << LEADING; run++) {
    int64_t end = next[run];
    sort_run(keys + start, values + start, end - start, REST);
    for (int64_t i = start; i < end; i++) keys[i] = bits_of(keys[i]);
    start = end;
  }
}
