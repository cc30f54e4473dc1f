// Sorting pairs of 32 bits, a leading and a following one in a word.
//
// Leading halves are sorted by digits, as sort.c does with Floats. Where they are equal, which is rare
// or the case of very many, the following halves are sorted.

#include "CQuantizationKernels.h"

#include <string.h>

enum {
  /// A digit: a table of counts that fits the first cache.
  WIDTH = 11,
  SIZE = 1 << WIDTH,
  /// Runs by their first bits are for words that do not fit the second cache.
  LEAST_FOR_RUNS = 1 << 16,
  RUN_BITS = 12,
  MOST_FOR_INSERTION = 32,
};

static void by_insertion(uint64_t *words, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    uint64_t word = words[i];
    int64_t place = i;
    for (; place > 0 && words[place - 1] > word; place--) words[place] = words[place - 1];
    words[place] = word;
  }
}

/// Sorts by the bits from `first` up to `end`, from the last digit on.
static void by_digits(uint64_t *words, uint64_t *room, int64_t n, int first, int end) {
  uint64_t *from = words, *to = room;
  for (int shift = first; shift < end; shift += WIDTH) {
    int64_t next[SIZE] = {0};
    const uint64_t mask = end - shift < WIDTH ? ((uint64_t)1 << (end - shift)) - 1 : SIZE - 1;
    for (int64_t i = 0; i < n; i++) next[from[i] >> shift & mask]++;
    // A digit that all share moves nothing.
    if (next[from[0] >> shift & mask] == n) continue;
    int64_t total = 0;
    for (uint64_t value = 0; value <= mask; value++) {
      int64_t count = next[value];
      next[value] = total;
      total += count;
    }
    for (int64_t i = 0; i < n; i++) to[next[from[i] >> shift & mask]++] = from[i];
    uint64_t *other = from;
    from = to;
    to = other;
  }
  if (from != words) memcpy(words, from, (size_t)n * sizeof *words);
}

/// Sorts words that share the leading bits from `end` on.
static void sort_run(uint64_t *words, uint64_t *room, int64_t n, int end) {
  if (n <= MOST_FOR_INSERTION) return by_insertion(words, n);
  by_digits(words, room, n, 32, end);
  for (int64_t start = 0, i = 1; i <= n; i++) {
    if (i < n && words[i] >> 32 == words[start] >> 32) continue;
    if (i - start > MOST_FOR_INSERTION)
      by_digits(words + start, room, i - start, 0, 32);
    else
      by_insertion(words + start, i - start);
    start = i;
  }
}

void rl_sort_words(uint64_t *words, int64_t n, uint64_t *room) {
  if (n < LEAST_FOR_RUNS) return sort_run(words, room, n, 64);
  const int rest = 64 - RUN_BITS;
  int64_t next[1 << RUN_BITS] = {0};
  for (int64_t i = 0; i < n; i++) next[words[i] >> rest]++;
  int64_t total = 0;
  for (int run = 0; run < 1 << RUN_BITS; run++) {
    int64_t count = next[run];
    next[run] = total;
    total += count;
  }
  for (int64_t i = 0; i < n; i++) room[next[words[i] >> rest]++] = words[i];
  memcpy(words, room, (size_t)n * sizeof *words);
  for (int64_t run = 0, start = 0; run < 1 << RUN_BITS; run++) {
    sort_run(words + start, room, next[run] - start, rest);
    start = next[run];
  }
}
