#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "CIntegerKernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

enum { ROWS = 2 };

// Products of pairs in 16 bits by vpmaddwd, which are exact for all codes; vpmaddubsw, which takes bytes,
// saturates. A lane has two inputs of an output, so that halves of a sum lie side by side.
static inline __attribute__((always_inline)) void tile(const uint8_t *x, int64_t depth,
                                                       const int8_t *panel, int rows,
                                                       int32_t *sums, int64_t stride) {
  __m256i found[ROWS][4];
  for (int m = 0; m < rows; m++)
    for (int i = 0; i < 4; i++) found[m][i] = _mm256_setzero_si256();
  for (int64_t k = 0; k < depth; k += RL_GROUP) {
    __m256i w[4];
    for (int i = 0; i < 4; i++)
      w[i] = _mm256_cvtepi8_epi16(
          _mm_loadu_si128((const __m128i *)(panel + k * RL_PANEL + 16 * i)));
    for (int m = 0; m < rows; m++) {
      int32_t four;
      memcpy(&four, x + m * depth + k, sizeof four);
      __m256i pairs = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
      for (int i = 0; i < 4; i++)
        found[m][i] = _mm256_add_epi32(found[m][i], _mm256_madd_epi16(pairs, w[i]));
    }
  }
  for (int m = 0; m < rows; m++)
    for (int i = 0; i < 2; i++) {
      // Outputs 0 1 4 5 2 3 6 7 after the addition of neighbours within halves.
      __m256i both = _mm256_hadd_epi32(found[m][2 * i], found[m][2 * i + 1]);
      _mm256_storeu_si256((__m256i *)(sums + m * stride + 8 * i),
                          _mm256_permute4x64_epi64(both, 0xD8));
    }
}

#include "panels.inc"

#define RL_PATH avx2
#define RL_MULTIPLY multiply
#include "loops.inc"
#pragma clang attribute pop
#endif
