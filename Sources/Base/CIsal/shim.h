#pragma once
#include <stdlib.h>
#include <isa-l/igzip_lib.h>

// The state is 80 kB, too large for Swift to hold as a value: it lives on the C heap.
static inline struct inflate_state *cisal_new(void) {
  return (struct inflate_state *)calloc(1, sizeof(struct inflate_state));
}
