#pragma once
// What glibc's allocator can do beside malloc and free, which Swift's Glibc does not show. Sources: mallopt(3),
// malloc_trim(3).
#include <malloc.h>

// At most so many arenas, and blocks from `mapped` bytes on in mappings of their own, always: by itself that bound grows
// with what is freed, and large blocks then leave holes between small ones.
static inline void cmalloc_bound(int arenas, int mapped) {
  mallopt(M_ARENA_MAX, arenas);
  mallopt(M_MMAP_THRESHOLD, mapped);
  mallopt(M_TRIM_THRESHOLD, 4 * mapped);
}
