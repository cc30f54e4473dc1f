#include "CQuantizationKernels.h"

#include <stddef.h>

extern const rl_kernels rl_kernels_baseline;
#if defined(__x86_64__)
extern const rl_kernels rl_kernels_avx2;
extern const rl_kernels rl_kernels_avx512;
#endif

const rl_kernels *rl_kernels_available(int32_t index) {
  const rl_kernels *found[4] = {&rl_kernels_baseline};
  int32_t count = 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found[count++] = &rl_kernels_avx2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    found[count++] = &rl_kernels_avx512;
#endif
  return index >= 0 && index < count ? found[index] : NULL;
}
