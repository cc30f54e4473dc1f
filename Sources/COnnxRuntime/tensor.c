#include <stdlib.h>

#include "table.h"

/// Reads the element type and the shape of a description of a tensor.
static rl_ort_status *read_info(const rl_ort_library *library, const void *info, int32_t *type,
                                int64_t **shape, size_t *axes) {
  int element = 0;
  rl_ort_status *status =
      RL_CALL(library, GET_TENSOR_ELEMENT_TYPE, const void *, int *)(info, &element);
  if (status) return status;
  size_t count = 0;
  status = RL_CALL(library, GET_DIMENSIONS_COUNT, const void *, size_t *)(info, &count);
  if (status) return status;
  int64_t *sizes = NULL;
  if (count > 0) {
    sizes = calloc(count, sizeof *sizes);
    if (!sizes) abort();
    status = RL_CALL(library, GET_DIMENSIONS, const void *, int64_t *, size_t)(info, sizes, count);
    if (status) {
      free(sizes);
      return status;
    }
  }
  *type = element;
  *shape = sizes;
  *axes = count;
  return NULL;
}

rl_ort_status *rl_ort_port_type(const rl_ort_library *library, const rl_ort_session *session,
                                rl_ort_side side, size_t index, int32_t *type, int64_t **shape,
                                size_t *axes) {
  *type = 0;
  *shape = NULL;
  *axes = 0;
  void *info = NULL;
  rl_ort_status *status =
      side == RL_ORT_INPUT
          ? RL_CALL(library, SESSION_GET_INPUT_TYPE_INFO, const rl_ort_session *, size_t, void **)(
                session, index, &info)
          : RL_CALL(library, SESSION_GET_OUTPUT_TYPE_INFO, const rl_ort_session *, size_t, void **)(
                session, index, &info);
  if (status) return status;
  // Part of `info`, so it is not released by itself; NULL for a sequence or a map.
  const void *tensor = NULL;
  status =
      RL_CALL(library, CAST_TYPE_INFO_TO_TENSOR_INFO, const void *, const void **)(info, &tensor);
  if (!status && tensor) status = read_info(library, tensor, type, shape, axes);
  RL_RELEASE(library, TYPE_INFO, info);
  return status;
}

rl_ort_status *rl_ort_create_tensor(const rl_ort_library *library, void *bytes, size_t count,
                                    const int64_t *shape, size_t axes, int32_t type,
                                    rl_ort_value **value) {
  return RL_CALL(library, CREATE_TENSOR_WITH_DATA, const void *, void *, size_t, const int64_t *,
                 size_t, int, rl_ort_value **)(library->memory, bytes, count, shape, axes, type,
                                               value);
}

rl_ort_status *rl_ort_read_tensor(const rl_ort_library *library, rl_ort_value *value, int32_t *type,
                                  int64_t **shape, size_t *axes, void **bytes) {
  *type = 0;
  *shape = NULL;
  *axes = 0;
  *bytes = NULL;
  int is_tensor = 0;
  rl_ort_status *status =
      RL_CALL(library, IS_TENSOR, const rl_ort_value *, int *)(value, &is_tensor);
  if (status || !is_tensor) return status;
  void *info = NULL;
  status = RL_CALL(library, GET_TENSOR_TYPE_AND_SHAPE, const rl_ort_value *, void **)(value, &info);
  if (status) return status;
  status = read_info(library, info, type, shape, axes);
  RL_RELEASE(library, TENSOR_TYPE_AND_SHAPE_INFO, info);
  // Texts (8) are objects of C++, not bytes.
  if (status || *type == 8) return status;
  status = RL_CALL(library, GET_TENSOR_MUTABLE_DATA, rl_ort_value *, void **)(value, bytes);
  if (status) {
    free(*shape);
    *shape = NULL;
  }
  return status;
}

void rl_ort_release_value(const rl_ort_library *library, rl_ort_value *value) {
  RL_RELEASE(library, VALUE, value);
}
