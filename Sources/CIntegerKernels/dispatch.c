#include "CIntegerKernels.h"

#include <stddef.h>

extern const rl_integer_kernels rl_integer_kernels_baseline;
#if defined(__x86_64__)
extern const rl_integer_kernels rl_integer_kernels_avx2;
extern const rl_integer_kernels rl_integer_kernels_avx512;
extern const rl_integer_kernels rl_integer_kernels_vnni;
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
extern const rl_integer_kernels rl_integer_kernels_amx;

// Whether the processor has tiles and the kernel lets this process use them: the state is so large that
// Linux wants to be asked (Documentation/arch/x86/xstate.rst).
static int has_tiles(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  const unsigned tile_and_int8 = 1u << 24 | 1u << 25;
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  return (d & tile_and_int8) == tile_and_int8 &&
         syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#endif

const rl_integer_kernels *rl_integer_kernels_available(int32_t index) {
  const rl_integer_kernels *found[6] = {&rl_integer_kernels_baseline};
  int32_t count = 1;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    found[count++] = &rl_integer_kernels_avx2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    found[count++] = &rl_integer_kernels_avx512;
    if (__builtin_cpu_supports("avx512vnni")) {
      found[count++] = &rl_integer_kernels_vnni;
#if defined(__linux__)
      if (has_tiles()) found[count++] = &rl_integer_kernels_amx;
#endif
    }
  }
#endif
  return index >= 0 && index < count ? found[index] : NULL;
}
