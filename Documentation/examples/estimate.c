/* Ranges of a tensor in C: choose, read, quantize, and what an error looks like.
 *
 *   cc estimate.c -I include -L lib -lrangelab -Wl,-rpath,'$ORIGIN/lib' -o estimate
 */
#include <rangelab.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program with what the library says. */
static void check(rangelab_status status) {
  if (status == RANGELAB_OK) return;
  fprintf(stderr, "rangelab: %s\n", rangelab_last_error());
  exit(1);
}

int main(void) {
  /* Two channels of four values; the second has an outlier. */
  const float values[] = {0.1f, -0.4f, 0.25f, 0.9f, -0.7f, 0.05f, 0.3f, 9.0f};
  const int64_t shape[] = {2, 4};
  const rangelab_tensor tensor = {values, shape, 2};

  char format[64];
  check(rangelab_format_name("affine", NULL, 4, format, sizeof format)); /* "uint4-affine" */
  rangelab_options options = {0};
  options.format = format;
  options.granularity = "channel:0";
  options.find_optimum = 1;

  rangelab_quantizers *quantizers;
  check(rangelab_estimate(&tensor, "mse", &options, &quantizers));
  rangelab_quantizers_view view;
  rangelab_quantizers_read(quantizers, &view);
  for (int64_t lane = 0; lane < view.lanes; lane++)
    printf("channel %d: scale %.9g, zero point %d\n", (int)lane, view.scales[lane],
           view.zero_points[lane]);
  printf("mse %.6g = clipping %.6g + rounding %.6g, regret %.6g\n", view.errors->mse,
         view.errors->clipping, view.errors->rounding, view.errors->regret);

  uint8_t codes[8];
  check(rangelab_quantize(&tensor, quantizers, 0, codes));
  printf("codes");
  for (int i = 0; i < 8; i++) printf(" %d", codes[i]);
  printf("\n");
  rangelab_quantizers_free(quantizers);

  /* Where a call fails, there is a line about it. */
  if (rangelab_estimate(&tensor, "msee", &options, &quantizers) != RANGELAB_OK)
    printf("refused: %.25s\n", rangelab_last_error());
  return 0;
}
