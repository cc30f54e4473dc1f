#ifndef RANGELAB_COPENSSL_SHIM_H
#define RANGELAB_COPENSSL_SHIM_H

#include <openssl/evp.h>

#endif
