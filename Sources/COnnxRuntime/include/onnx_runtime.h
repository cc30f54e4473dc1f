#ifndef RANGELAB_ONNX_RUNTIME_H
#define RANGELAB_ONNX_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

// The part of ONNX Runtime's C interface that RangeLab calls, opened while the program runs.
//
// The library is no dependency of the build: without it everything that needs no network works as
// before. Its interface is a table of functions, to which later versions only append. So the version
// of the table that is asked for here, 12, is answered by every library since 1.12, and a function
// is known by its position (`rl_ort_position`).
//
// Functions that return `rl_ort_status *` return NULL when all went well; otherwise the caller reads
// the status and releases it.

/// The version of the table that positions below belong to.
enum { RL_ORT_API_VERSION = 12 };

/// Positions of functions in the table.
typedef enum {
  RL_ORT_GET_ERROR_CODE = 1,
  RL_ORT_GET_ERROR_MESSAGE = 2,
  RL_ORT_CREATE_ENV = 3,
  RL_ORT_CREATE_SESSION = 7,
  RL_ORT_CREATE_SESSION_FROM_ARRAY = 8,
  RL_ORT_RUN = 9,
  RL_ORT_CREATE_SESSION_OPTIONS = 10,
  RL_ORT_DISABLE_MEM_PATTERN = 17,
  RL_ORT_DISABLE_CPU_MEM_ARENA = 19,
  RL_ORT_SET_SESSION_LOG_SEVERITY_LEVEL = 22,
  RL_ORT_SET_SESSION_GRAPH_OPTIMIZATION_LEVEL = 23,
  RL_ORT_SET_INTRA_OP_NUM_THREADS = 24,
  RL_ORT_SET_INTER_OP_NUM_THREADS = 25,
  RL_ORT_SESSION_GET_INPUT_COUNT = 30,
  RL_ORT_SESSION_GET_OUTPUT_COUNT = 31,
  RL_ORT_SESSION_GET_INPUT_TYPE_INFO = 33,
  RL_ORT_SESSION_GET_OUTPUT_TYPE_INFO = 34,
  RL_ORT_SESSION_GET_INPUT_NAME = 36,
  RL_ORT_SESSION_GET_OUTPUT_NAME = 37,
  RL_ORT_CREATE_TENSOR_WITH_DATA = 49,
  RL_ORT_IS_TENSOR = 50,
  RL_ORT_GET_TENSOR_MUTABLE_DATA = 51,
  RL_ORT_CAST_TYPE_INFO_TO_TENSOR_INFO = 55,
  RL_ORT_GET_TENSOR_ELEMENT_TYPE = 60,
  RL_ORT_GET_DIMENSIONS_COUNT = 61,
  RL_ORT_GET_DIMENSIONS = 62,
  RL_ORT_GET_TENSOR_TYPE_AND_SHAPE = 65,
  RL_ORT_CREATE_CPU_MEMORY_INFO = 69,
  RL_ORT_ALLOCATOR_FREE = 76,
  RL_ORT_GET_ALLOCATOR_WITH_DEFAULT_OPTIONS = 78,
  RL_ORT_RELEASE_STATUS = 93,
  RL_ORT_RELEASE_MEMORY_INFO = 94,
  RL_ORT_RELEASE_SESSION = 95,
  RL_ORT_RELEASE_VALUE = 96,
  RL_ORT_RELEASE_TYPE_INFO = 98,
  RL_ORT_RELEASE_TENSOR_TYPE_AND_SHAPE_INFO = 99,
  RL_ORT_RELEASE_SESSION_OPTIONS = 100,
  RL_ORT_ADD_SESSION_CONFIG_ENTRY = 130,
} rl_ort_position;

typedef struct rl_ort_status rl_ort_status;
typedef struct rl_ort_session rl_ort_session;
typedef struct rl_ort_options rl_ort_options;
typedef struct rl_ort_value rl_ort_value;

/// An opened library: its table and what every call needs.
typedef struct rl_ort_library rl_ort_library;

/// Opens a library by its path, or by its name through the loader. Returns NULL, or a text that says
/// why it cannot be used, which the caller frees. What is opened stays open: the library has threads
/// and static objects of its own, which do not survive a close.
char *rl_ort_open(const char *path, rl_ort_library **library);

/// The version of a library, such as "1.32.0".
const char *rl_ort_version(const rl_ort_library *library);
/// The file that the loader took.
const char *rl_ort_path(const rl_ort_library *library);

int32_t rl_ort_code(const rl_ort_library *library, const rl_ort_status *status);
const char *rl_ort_message(const rl_ort_library *library, const rl_ort_status *status);
void rl_ort_release_status(const rl_ort_library *library, rl_ort_status *status);

/// Options of a session with one thread between operators and no log. `level` is 0, 1, 2
/// or 99.
rl_ort_status *rl_ort_create_options(const rl_ort_library *library, int32_t threads, int32_t level,
                                     rl_ort_options **options);
/// Has memory returned after every run, and planned by no earlier run.
rl_ort_status *rl_ort_disable_arena(const rl_ort_library *library, rl_ort_options *options);
rl_ort_status *rl_ort_add_entry(const rl_ort_library *library, rl_ort_options *options,
                                const char *key, const char *value);
void rl_ort_release_options(const rl_ort_library *library, rl_ort_options *options);

/// A session of a model in a file; its external data are looked up beside it.
rl_ort_status *rl_ort_create_session(const rl_ort_library *library, const char *path,
                                     const rl_ort_options *options, rl_ort_session **session);
/// A session of a model in memory, which is not needed after the call.
rl_ort_status *rl_ort_create_session_from_array(const rl_ort_library *library, const void *bytes,
                                                size_t count, const rl_ort_options *options,
                                                rl_ort_session **session);
void rl_ort_release_session(const rl_ort_library *library, rl_ort_session *session);

/// Which end of a model a port belongs to.
typedef enum { RL_ORT_INPUT, RL_ORT_OUTPUT } rl_ort_side;

rl_ort_status *rl_ort_port_count(const rl_ort_library *library, const rl_ort_session *session,
                                 rl_ort_side side, size_t *count);
/// The name of an input or output, to be given to `rl_ort_free_name`.
rl_ort_status *rl_ort_port_name(const rl_ort_library *library, const rl_ort_session *session,
                                rl_ort_side side, size_t index, char **name);
void rl_ort_free_name(const rl_ort_library *library, char *name);
/// The element type and the shape of an input or output; -1 is a dynamic axis. What is no tensor has
/// type 0 and no axes. `shape` is for the caller to free; it may be NULL when there are no axes.
rl_ort_status *rl_ort_port_type(const rl_ort_library *library, const rl_ort_session *session,
                                rl_ort_side side, size_t index, int32_t *type, int64_t **shape,
                                size_t *axes);

/// A tensor over memory of the caller, which must stay until it is released.
rl_ort_status *rl_ort_create_tensor(const rl_ort_library *library, void *bytes, size_t count,
                                    const int64_t *shape, size_t axes, int32_t type,
                                    rl_ort_value **value);
/// The element type, shape and memory of a tensor. What is no tensor has type 0 and no memory.
/// `shape` is for the caller to free; the memory is that of the value.
rl_ort_status *rl_ort_read_tensor(const rl_ort_library *library, rl_ort_value *value, int32_t *type,
                                  int64_t **shape, size_t *axes, void **bytes);
void rl_ort_release_value(const rl_ort_library *library, rl_ort_value *value);

/// Runs a session; it may run on several threads at once. `outputs` has NULL where ONNX Runtime is to
/// make the value.
rl_ort_status *rl_ort_run(const rl_ort_library *library, rl_ort_session *session,
                          const char *const *input_names, rl_ort_value *const *inputs,
                          size_t input_count, const char *const *output_names, size_t output_count,
                          rl_ort_value **outputs);

#endif
