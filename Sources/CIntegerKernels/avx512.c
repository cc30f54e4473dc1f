#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "CIntegerKernels.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)

enum { ROWS = 6 };

// As the path of avx2, in vectors of twice the width.
static inline __attribute__((always_inline)) void tile(const uint8_t *x, int64_t depth,
                                                       const int8_t *panel, int rows,
                                                       int32_t *sums, int64_t stride) {
  __m512i found[ROWS][2];
  for (int m = 0; m < rows; m++) found[m][0] = found[m][1] = _mm512_setzero_si512();
  for (int64_t k = 0; k < depth; k += RL_GROUP) {
    __m512i w[2];
    for (int i = 0; i < 2; i++)
      w[i] = _mm512_cvtepi8_epi16(
          _mm256_loadu_si256((const __m256i *)(panel + k * RL_PANEL + 32 * i)));
    for (int m = 0; m < rows; m++) {
      int32_t four;
      memcpy(&four, x + m * depth + k, sizeof four);
      __m512i pairs = _mm512_cvtepu8_epi16(_mm256_set1_epi32(four));
      for (int i = 0; i < 2; i++)
        found[m][i] = _mm512_add_epi32(found[m][i], _mm512_madd_epi16(pairs, w[i]));
    }
  }
  // The even and the odd halves of the sums of 16 outputs.
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  for (int m = 0; m < rows; m++)
    _mm512_storeu_si512(
        sums + m * stride,
        _mm512_add_epi32(_mm512_permutex2var_epi32(found[m][0], even, found[m][1]),
                         _mm512_permutex2var_epi32(found[m][0], odd, found[m][1])));
}

#include "panels.inc"

#define RL_PATH avx512
#define RL_MULTIPLY multiply
#include "loops.inc"
#pragma clang attribute pop
#endif
