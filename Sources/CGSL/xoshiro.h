#ifndef RANGELAB_CGSL_XOSHIRO_H
#define RANGELAB_CGSL_XOSHIRO_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

// A generator for GSL's samplers in which all 64 bits of the seed matter.
//
// Every generator shipped with GSL reduces its seed to 32 bits or fewer (mt19937 masks it and
// maps 0 to 4357), and none offers a second way in. `gsl_rng_type` is public, so a generator of
// our own fits below every gsl_ran_* function: xoshiro256** (Blackman & Vigna, 2018; period
// 2^256 - 1), its state expanded from the seed by SplitMix64. The first state word is a bijection
// of the seed, so two different seeds never share a state.

// gsl_rng_set carries the seed in an unsigned long; where that has 32 bits the promise is void.
_Static_assert(sizeof(unsigned long) == 8, "RangeLab needs a 64-bit unsigned long");

typedef struct {
  uint64_t word[4];
} rangelab_xoshiro_state;

static inline uint64_t rangelab_rotate_left(uint64_t value, int count) {
  return (value << count) | (value >> (64 - count));
}

static inline void rangelab_xoshiro_set(void *opaque, unsigned long seed) {
  rangelab_xoshiro_state *state = (rangelab_xoshiro_state *)opaque;
  uint64_t counter = seed;
  for (int i = 0; i < 4; i++) {
    counter += 0x9E3779B97F4A7C15u;
    uint64_t mixed = counter;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    state->word[i] = mixed ^ (mixed >> 31);
  }
}

static inline unsigned long rangelab_xoshiro_get(void *opaque) {
  uint64_t *s = ((rangelab_xoshiro_state *)opaque)->word;
  uint64_t result = rangelab_rotate_left(s[1] * 5, 7) * 9;
  uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rangelab_rotate_left(s[3], 45);
  return result;
}

// 53 bits, the most a double in [0, 1) can hold evenly.
static inline double rangelab_xoshiro_get_double(void *opaque) {
  return (double)(rangelab_xoshiro_get(opaque) >> 11) * 0x1.0p-53;
}

static inline const gsl_rng_type *rangelab_gsl_rng_xoshiro256ss(void) {
  static const gsl_rng_type type = {
      "xoshiro256**",        UINT64_MAX, 0, sizeof(rangelab_xoshiro_state),
      &rangelab_xoshiro_set, &rangelab_xoshiro_get, &rangelab_xoshiro_get_double};
  return &type;
}

#endif
