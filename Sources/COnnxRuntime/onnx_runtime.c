// dladdr is an extension of glibc.
#define _GNU_SOURCE
#include "onnx_runtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

typedef const struct {
  const void *(*get_api)(uint32_t version);
  const char *(*get_version)(void);
} api_base;

/// A text for the caller to free. NULL means success, so a lack of memory must not look like it.
static char *text(const char *format, const char *detail) {
  size_t size = strlen(format) + strlen(detail) + 1;
  char *result = malloc(size);
  if (!result) abort();
  snprintf(result, size, format, detail);
  return result;
}

char *rl_ort_open(const char *path, rl_ort_library **library) {
  // Local: two versions in one process must not find each other's symbols.
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    return text("%s", reason ? reason : "the loader refuses it");
  }
  // POSIX lets a function pointer pass through void *; ISO C has no such cast.
  void *symbol = dlsym(handle, "OrtGetApiBase");
  if (!symbol) {
    dlclose(handle);
    return text("%s", "it has no OrtGetApiBase, so it is no ONNX Runtime");
  }
  api_base *base = ((api_base *(*)(void))symbol)();
  const char *version = base ? base->get_version() : "unknown";
  const void *table = base ? base->get_api(RL_ORT_API_VERSION) : NULL;
  if (!table) return text("version %s is too old; expected 1.12 or later", version);

  rl_ort_library *made = calloc(1, sizeof *made);
  if (!made) abort();
  made->table = table;
  made->version = version;
  Dl_info info;
  made->path = strdup(dladdr(symbol, &info) && info.dli_fname ? info.dli_fname : path);
  // 4: nothing is logged but what ends the program. Errors come as a status; the log would repeat
  // them on standard error, with names from the model file that could disturb a terminal.
  rl_ort_status *status =
      RL_CALL(made, CREATE_ENV, int, const char *, void **)(4, "rangelab", &made->environment);
  // 0: memory of the device, as RangeLab makes it itself; 0: the default kind.
  if (!status)
    status = RL_CALL(made, CREATE_CPU_MEMORY_INFO, int, int, void **)(0, 0, &made->memory);
  if (!status)
    status = RL_CALL(made, GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, void **)(&made->allocator);
  if (status) {
    char *reason = text("%s", rl_ort_message(made, status));
    rl_ort_release_status(made, status);
    free(made->path);
    free(made);
    return reason;
  }
  *library = made;
  return NULL;
}

const char *rl_ort_version(const rl_ort_library *library) { return library->version; }

const char *rl_ort_path(const rl_ort_library *library) { return library->path; }

int32_t rl_ort_code(const rl_ort_library *library, const rl_ort_status *status) {
  return RL_FUNCTION(library, GET_ERROR_CODE, int, const rl_ort_status *)(status);
}

const char *rl_ort_message(const rl_ort_library *library, const rl_ort_status *status) {
  return RL_FUNCTION(library, GET_ERROR_MESSAGE, const char *, const rl_ort_status *)(status);
}

void rl_ort_release_status(const rl_ort_library *library, rl_ort_status *status) {
  RL_RELEASE(library, STATUS, status);
}
