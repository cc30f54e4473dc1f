#ifndef RANGELAB_ONNX_RUNTIME_TABLE_H
#define RANGELAB_ONNX_RUNTIME_TABLE_H

#include "onnx_runtime.h"

// How a function of the table is called. The table is an array of pointers to functions of many
// types; each call says the type of its function, as no header of ONNX Runtime is there to do so.

struct rl_ort_library {
  void (*const *table)(void);
  const char *version;
  char *path;
  void *environment;
  void *memory;
  void *allocator;
};

/// A function of the table by its position and its type.
#define RL_FUNCTION(library, position, result, ...) \
  ((result(*)(__VA_ARGS__))(library)->table[RL_ORT_##position])
/// A function that returns a status, as most do.
#define RL_CALL(library, position, ...) RL_FUNCTION(library, position, rl_ort_status *, __VA_ARGS__)
#define RL_RELEASE(library, kind, object) \
  RL_FUNCTION(library, RELEASE_##kind, void, void *)(object)

#endif
