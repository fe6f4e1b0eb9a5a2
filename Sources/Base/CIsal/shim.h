#pragma once
#include <stdlib.h>
#include <isa-l/igzip_lib.h>

// The state is 80 kB, too large for Swift to hold as a value: it lives on the C heap.
static inline struct inflate_state *cisal_new(void) {
  return (struct inflate_state *)calloc(1, sizeof(struct inflate_state));
}

// Likewise; ready to write gzip.
static inline struct isal_zstream *cisal_new_gzip_writer(void) {
  struct isal_zstream *stream = (struct isal_zstream *)calloc(1, sizeof(struct isal_zstream));
  if (stream) {
    isal_deflate_init(stream);
    stream->gzip_flag = IGZIP_GZIP;
  }
  return stream;
}
