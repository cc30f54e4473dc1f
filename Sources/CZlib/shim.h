#ifndef RANGELAB_CZLIB_SHIM_H
#define RANGELAB_CZLIB_SHIM_H

#include <zlib.h>

// `inflateInit2` is a macro that Swift cannot see.
static inline int rangelab_inflate_init_raw(z_streamp stream) {
  return inflateInit2(stream, -MAX_WBITS);
}

#endif
