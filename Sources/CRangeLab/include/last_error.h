#ifndef RANGELAB_LAST_ERROR_H
#define RANGELAB_LAST_ERROR_H

/* Keeps a copy of a text for `rangelab_last_error` of the calling thread. Not part of rangelab.h. */
void rl_keep_error(const char *message);

#endif
