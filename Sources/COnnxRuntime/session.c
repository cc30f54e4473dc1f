#include <stdlib.h>

#include "table.h"

rl_ort_status *rl_ort_create_options(const rl_ort_library *library, int32_t threads, int32_t level,
                                     rl_ort_options **options) {
  rl_ort_options *made = NULL;
  rl_ort_status *status = RL_CALL(library, CREATE_SESSION_OPTIONS, rl_ort_options **)(&made);
  if (status) return status;
  status = RL_CALL(library, SET_INTRA_OP_NUM_THREADS, rl_ort_options *, int)(made, threads);
  if (!status) status = RL_CALL(library, SET_INTER_OP_NUM_THREADS, rl_ort_options *, int)(made, 1);
  if (!status)
    status = RL_CALL(library, SET_SESSION_GRAPH_OPTIMIZATION_LEVEL, rl_ort_options *, int)(made,
                                                                                          level);
  if (!status)
    status = RL_CALL(library, SET_SESSION_LOG_SEVERITY_LEVEL, rl_ort_options *, int)(made, 4);
  if (status) {
    rl_ort_release_options(library, made);
    return status;
  }
  *options = made;
  return NULL;
}

rl_ort_status *rl_ort_disable_arena(const rl_ort_library *library, rl_ort_options *options) {
  rl_ort_status *status = RL_CALL(library, DISABLE_CPU_MEM_ARENA, rl_ort_options *)(options);
  // A pattern is one block as large as the peak of an earlier run, held for the next one.
  return status ? status : RL_CALL(library, DISABLE_MEM_PATTERN, rl_ort_options *)(options);
}

rl_ort_status *rl_ort_add_entry(const rl_ort_library *library, rl_ort_options *options,
                                const char *key, const char *value) {
  return RL_CALL(library, ADD_SESSION_CONFIG_ENTRY, rl_ort_options *, const char *, const char *)(
      options, key, value);
}

void rl_ort_release_options(const rl_ort_library *library, rl_ort_options *options) {
  RL_RELEASE(library, SESSION_OPTIONS, options);
}

rl_ort_status *rl_ort_create_session(const rl_ort_library *library, const char *path,
                                     const rl_ort_options *options, rl_ort_session **session) {
  return RL_CALL(library, CREATE_SESSION, void *, const char *, const rl_ort_options *,
                 rl_ort_session **)(library->environment, path, options, session);
}

rl_ort_status *rl_ort_create_session_from_array(const rl_ort_library *library, const void *bytes,
                                                size_t count, const rl_ort_options *options,
                                                rl_ort_session **session) {
  return RL_CALL(library, CREATE_SESSION_FROM_ARRAY, void *, const void *, size_t,
                 const rl_ort_options *, rl_ort_session **)(library->environment, bytes, count,
                                                            options, session);
}

void rl_ort_release_session(const rl_ort_library *library, rl_ort_session *session) {
  RL_RELEASE(library, SESSION, session);
}

rl_ort_status *rl_ort_port_count(const rl_ort_library *library, const rl_ort_session *session,
                                 rl_ort_side side, size_t *count) {
  return side == RL_ORT_INPUT
             ? RL_CALL(library, SESSION_GET_INPUT_COUNT, const rl_ort_session *, size_t *)(session,
                                                                                          count)
             : RL_CALL(library, SESSION_GET_OUTPUT_COUNT, const rl_ort_session *, size_t *)(
                   session, count);
}

rl_ort_status *rl_ort_port_name(const rl_ort_library *library, const rl_ort_session *session,
                                rl_ort_side side, size_t index, char **name) {
  return side == RL_ORT_INPUT
             ? RL_CALL(library, SESSION_GET_INPUT_NAME, const rl_ort_session *, size_t, void *,
                       char **)(session, index, library->allocator, name)
             : RL_CALL(library, SESSION_GET_OUTPUT_NAME, const rl_ort_session *, size_t, void *,
                       char **)(session, index, library->allocator, name);
}

void rl_ort_free_name(const rl_ort_library *library, char *name) {
  rl_ort_status *status =
      RL_CALL(library, ALLOCATOR_FREE, void *, void *)(library->allocator, name);
  if (status) rl_ort_release_status(library, status);
}

rl_ort_status *rl_ort_run(const rl_ort_library *library, rl_ort_session *session,
                          const char *const *input_names, rl_ort_value *const *inputs,
                          size_t input_count, const char *const *output_names, size_t output_count,
                          rl_ort_value **outputs) {
  // NULL: no options of this run.
  return RL_CALL(library, RUN, rl_ort_session *, const void *, const char *const *,
                 rl_ort_value *const *, size_t, const char *const *, size_t, rl_ort_value **)(
      session, NULL, input_names, inputs, input_count, output_names, output_count, outputs);
}
