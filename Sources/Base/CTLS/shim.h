#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>

// Macros are not imported into Swift.

static inline int ctls_least_version(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
