/* RangeLab as a library: ranges for quantization, what they cost, and the least they could cost.
 *
 * A quantizer is a scale (float), an integer zero point and a format of codes:
 *
 *     code  = saturate(round_half_even(x / scale) + zero_point)      (ONNX QuantizeLinear)
 *     value = (code - zero_point) * scale                            (ONNX DequantizeLinear)
 *
 * The numbers that share a scale are a lane. How a tensor is cut into lanes is its granularity, a text:
 * "tensor", "channel:AXIS", "group:SIZE" of the last axis, "group:SIZE@AXIS", "block:ROWSxCOLUMNS".
 * A format is a text too: "int8-narrow", "uint4-affine", "fp8-e4m3", "nf4", "mxfp4", "nvfp4";
 * rangelab_format_name makes it from a scheme, a grid and a number of bits. A rule is the name of an
 * estimator, with those parameters that differ from the defaults: "mse", "percentile[p=99.9]".
 *
 * Threads: all functions may be called from several threads at once. A handle of quantizers never
 * changes; a calibrator guards itself, so batches are observed one after another.
 *
 * Errors: functions that can fail return a rangelab_status. Where it is not RANGELAB_OK,
 * rangelab_last_error is one line about it, outputs are untouched, and no handle has been made.
 *
 * Memory: tensors are read where they lie, without a copy, and only during the call. What a handle
 * points to lives as long as the handle. Results do not depend on the number of threads.
 */
#ifndef RANGELAB_H
#define RANGELAB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ versions and errors */

/* How a call ended. */
typedef enum rangelab_status {
  RANGELAB_OK = 0,
  /* A text, shape, pointer or number that cannot be: unknown rule, axis that is missing, no values. */
  RANGELAB_INVALID_ARGUMENT = 1,
  /* NaN or infinities in a tensor, and they are not skipped. */
  RANGELAB_NOT_FINITE = 2,
  /* The rule has no meaning for these data or this format. */
  RANGELAB_NOT_DEFINED = 3,
  /* A numerical routine failed. */
  RANGELAB_FAILED = 4
} rangelab_status;

/* The version of the library, as "0.1.0". */
const char *rangelab_version(void);

/* What was wrong with the last call of this thread that failed: one line of UTF-8, "" before the first.
 * It is overwritten by the next call of the thread that fails. */
const char *rangelab_last_error(void);

/* ------------------------------------------------------------------ rules and formats */

/* An estimator; texts live as long as the program. */
typedef struct rangelab_estimator_info {
  const char *name;       /* as rules begin: "percentile" */
  const char *family;     /* "statistics", "search" or "distribution" */
  const char *summary;    /* what it picks, one sentence */
  const char *parameters; /* lines "name=default: meaning; a number from 0 to 100"; "" without any */
  const char *reference;  /* where the rule comes from */
} rangelab_estimator_info;

/* The number of estimators. */
size_t rangelab_estimator_count(void);

/* The estimator at an index below rangelab_estimator_count(). */
rangelab_status rangelab_estimator_at(size_t index, rangelab_estimator_info *info);

/* The integers in which codes are stored. */
typedef enum rangelab_code_type {
  RANGELAB_INT8 = 0, RANGELAB_UINT8 = 1, RANGELAB_INT16 = 2, RANGELAB_UINT16 = 3
} rangelab_code_type;

/* A format of codes. */
typedef struct rangelab_format_info {
  int32_t bits;
  rangelab_code_type code_type;
  int32_t minimum_code;
  int32_t maximum_code;
  int32_t has_zero_point; /* 1 if zero points are free, 0 if they are all 0 */
} rangelab_format_info;

/* Writes the text of a format of integers, with a 0 at its end.
 *   scheme    "symmetric" or "affine"
 *   grid      "narrow", "full" or "unsigned" if symmetric, "unsigned" or "signed" if affine, with
 *             "/scale:FORMAT" behind it if scales are stored in fewer bits; NULL for the first
 *   bits      2 to 16
 *   text      room for `size` bytes; 64 suffice */
rangelab_status rangelab_format_name(
    const char *scheme, const char *grid, int32_t bits, char *text, size_t size);

/* What the codes of a format are. */
rangelab_status rangelab_format_describe(const char *format, rangelab_format_info *info);

/* ------------------------------------------------------------------ ranges */

/* A tensor in C order: the last axis changes fastest. */
typedef struct rangelab_tensor {
  const float *values;  /* one for each element of the shape */
  const int64_t *shape; /* the length of each axis; may be NULL if rank is 0 */
  int32_t rank;         /* the number of axes; 0 is one number */
} rangelab_tensor;

/* What is asked. Zero bytes are the defaults of all but the format. */
typedef struct rangelab_options {
  const char *format;      /* "int8-narrow", ... */
  const char *granularity; /* "channel:0", ...; NULL is "tensor" */
  int32_t threads;         /* 0 for one for each processor */
  int32_t skip_nonfinite;  /* 1: NaN and infinities are left out; 0: they are an error */
  int32_t find_optimum;    /* 1: find the certified optimum too, for regret; formats of up to 8 bits */
} rangelab_options;

/* Scales and zero points of the lanes of a tensor, and what they cost: a handle. */
typedef struct rangelab_quantizers rangelab_quantizers;

/* What quantizers cost on a tensor. Errors are in the unit of the values squared; what was not measured
 * is NaN. */
typedef struct rangelab_errors {
  int64_t elements;         /* values measured */
  int64_t skipped;          /* values left out, as they are not finite */
  double mse;               /* mean of (x - x^)^2, the sum of the next two */
  double clipping;          /* the part of values beyond the outermost level */
  double rounding;          /* the part of all other values */
  double clipped_fraction;  /* the share of values beyond the outermost level */
  double sqnr;              /* 10 log10(sum x^2 / sum (x - x^)^2), in decibels */
  double maximum_error;     /* largest |x - x^| */
  double cosine;            /* of the angle between x and x^ */
  double optimal_mse;       /* of the certified optimum: the least that any ranges have */
  double lower_bound;       /* proven: no ranges have less */
  double regret;            /* mse / optimal_mse - 1; 0 within the certificate */
} rangelab_errors;

/* What a handle of quantizers holds; the pointers live as long as the handle. */
typedef struct rangelab_quantizers_view {
  int64_t lanes;              /* the number of scales and of zero points */
  const float *scales;        /* real units for a step, normal and above zero */
  const int32_t *zero_points; /* the code of real zero */
  const int64_t *lane_shape;  /* scales as an array: without axes for "tensor", one for "channel" */
  int32_t lane_rank;
  int32_t degenerate_lanes;   /* lanes in which nothing can be told from zero; their scale is 1 */
  const char *format;
  const char *granularity;
  const rangelab_errors *errors; /* on the tensor they were chosen on; NULL if they were given */
} rangelab_quantizers_view;

/* Chooses quantizers for a tensor by a rule, and measures them on it. */
rangelab_status rangelab_estimate(
    const rangelab_tensor *tensor, const char *rule, const rangelab_options *options,
    rangelab_quantizers **quantizers);

/* The certified optimum of a tensor, for formats of up to 8 bits: no quantizers have an error below
 * `lower_bound`. */
rangelab_status rangelab_optimum(
    const rangelab_tensor *tensor, const rangelab_options *options,
    rangelab_quantizers **quantizers);

/* Quantizers with scales and zero points that are there already.
 *   shape, rank   of the tensor that they are for
 *   scales        one for each lane; each must be one that the format can store
 *   zero_points   one for each lane; NULL where the format has none
 *   unit          the scale of the tensor that scales of nvfp4 are multiples of; else 0 */
rangelab_status rangelab_quantizers_create(
    const int64_t *shape, int32_t rank, const rangelab_options *options, const float *scales,
    const int32_t *zero_points, int64_t lanes, float unit, rangelab_quantizers **quantizers);

/* What a handle holds. */
void rangelab_quantizers_read(
    const rangelab_quantizers *quantizers, rangelab_quantizers_view *view);

/* Ends the life of a handle; NULL is allowed. */
void rangelab_quantizers_free(rangelab_quantizers *quantizers);

/* ------------------------------------------------------------------ codes */

/* What quantizers cost on any tensor with their lanes. Of the options only threads, skip_nonfinite and
 * find_optimum count, and options may be NULL. */
rangelab_status rangelab_measure(
    const rangelab_tensor *tensor, const rangelab_quantizers *quantizers,
    const rangelab_options *options, rangelab_errors *errors);

/* Writes the code of every value, as integers of the code type of the format. NaN and infinities get the
 * zero point. */
rangelab_status rangelab_quantize(
    const rangelab_tensor *tensor, const rangelab_quantizers *quantizers, int32_t threads,
    void *codes);

/* Writes the value of every code: (code - zero point) * scale, or the level of a code times the scale.
 *   shape, rank   of the codes */
rangelab_status rangelab_dequantize(
    const void *codes, const int64_t *shape, int32_t rank, const rangelab_quantizers *quantizers,
    int32_t threads, float *values);

/* Writes what is left of every value after quantization; `values` may be the tensor itself. */
rangelab_status rangelab_fake_quantize(
    const rangelab_tensor *tensor, const rangelab_quantizers *quantizers, int32_t threads,
    float *values);

/* ------------------------------------------------------------------ batches */

/* Observes the batches of a tensor, and answers any rule about all of them: a handle. */
typedef struct rangelab_calibrator rangelab_calibrator;

/* A calibrator that has observed nothing.
 *   granularity     every batch must have the same lanes; NULL is "tensor"
 *   rules           those that will be asked; only the statistics they use are kept, and errors are not
 *                   measured. Without any, the batches are kept, so that every rule can be asked
 *   skip_nonfinite  1: NaN and infinities are left out; 0: they are an error */
rangelab_status rangelab_calibrator_create(
    const char *granularity, const char *const *rules, size_t rule_count, int32_t skip_nonfinite,
    rangelab_calibrator **calibrator);

/* A calibrator that has observed the same batches; what is observed later is each one's own. */
rangelab_status rangelab_calibrator_copy(
    rangelab_calibrator *calibrator, rangelab_calibrator **copy);

/* Adds a batch; if it fails, nothing is observed. */
rangelab_status rangelab_calibrator_observe(
    rangelab_calibrator *calibrator, const rangelab_tensor *batch);

/* Chooses quantizers for the batches observed so far; more batches may follow. Of the options format, threads
 * and find_optimum count. Errors are measured where the batches are kept. */
rangelab_status rangelab_calibrator_estimate(
    rangelab_calibrator *calibrator, const char *rule, const rangelab_options *options,
    rangelab_quantizers **quantizers);

/* Ends the life of a calibrator; NULL is allowed. */
void rangelab_calibrator_free(rangelab_calibrator *calibrator);

#ifdef __cplusplus
}
#endif

#endif
