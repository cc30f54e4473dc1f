#ifndef RANGELAB_CGSL_SHIM_H
#define RANGELAB_CGSL_SHIM_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_histogram.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_lambert.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_version.h>

#include "xoshiro.h"

// GSL names its algorithms by mutable C globals, which strict concurrency rightly refuses to
// read. These accessors hand out the (never written) pointers instead.
static inline const gsl_min_fminimizer_type *rangelab_gsl_min_brent(void) {
  return gsl_min_fminimizer_brent;
}

static inline const gsl_root_fsolver_type *rangelab_gsl_root_brent(void) {
  return gsl_root_fsolver_brent;
}

static inline const char *rangelab_gsl_version(void) { return gsl_version; }

#endif
