#pragma once
// Byte searches that inline into Swift. They load 16 bytes at a time and may read up to 15 bytes behind `end`, so the
// buffer needs padding there (ByteArena has 64 spare bytes). They return `end` when nothing was found.
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

static inline const uint8_t *cbytes_find(const uint8_t *p, const uint8_t *end, uint8_t a) {
  const __m128i needle = _mm_set1_epi8((char)a);
  for (; p < end; p += 16) {
    int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), needle));
    if (hits) {
      p += __builtin_ctz((unsigned)hits);
      return p < end ? p : end;
    }
  }
  return end;
}

static inline const uint8_t *cbytes_find2(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b) {
  const __m128i first = _mm_set1_epi8((char)a), second = _mm_set1_epi8((char)b);
  for (; p < end; p += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second)));
    if (hits) {
      p += __builtin_ctz((unsigned)hits);
      return p < end ? p : end;
    }
  }
  return end;
}

// How many of the bytes equal `a`.
static inline size_t cbytes_count(const uint8_t *p, const uint8_t *end, uint8_t a) {
  const __m128i needle = _mm_set1_epi8((char)a);
  size_t count = 0;
  for (; p + 16 <= end; p += 16) {
    int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), needle));
    count += (size_t)__builtin_popcount((unsigned)hits);
  }
  for (; p < end; p++) count += *p == a;
  return count;
}
// The first quote, brace or bracket.
static inline const uint8_t *cbytes_find_nesting(const uint8_t *p, const uint8_t *end) {
  const __m128i quote = _mm_set1_epi8('"'), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
  const __m128i fold = _mm_set1_epi8(0x20);
  for (; p < end; p += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    // Brackets differ from braces in one bit.
    __m128i folded = _mm_or_si128(bytes, fold);
    __m128i pair = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
    int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), pair));
    if (hits) {
      p += __builtin_ctz((unsigned)hits);
      return p < end ? p : end;
    }
  }
  return end;
}

// Whether `count` bytes are the same; up to 15 more may be read on both sides.
static inline int cbytes_same(const uint8_t *a, const uint8_t *b, size_t count) {
  for (;;) {
    __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)a), _mm_loadu_si128((const __m128i *)b));
    unsigned different = ~(unsigned)_mm_movemask_epi8(same) & 0xffff;
    if (different) return (size_t)__builtin_ctz(different) >= count;
    if (count <= 16) return 1;
    a += 16;
    b += 16;
    count -= 16;
  }
}
#else
static inline const uint8_t *cbytes_find_nesting(const uint8_t *p, const uint8_t *end) {
  while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}') p++;
  return p;
}

static inline int cbytes_same(const uint8_t *a, const uint8_t *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (a[i] != b[i]) return 0;
  }
  return 1;
}

static inline const uint8_t *cbytes_find(const uint8_t *p, const uint8_t *end, uint8_t a) {
  while (p < end && *p != a) p++;
  return p;
}

static inline const uint8_t *cbytes_find2(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b) {
  while (p < end && *p != a && *p != b) p++;
  return p;
}

static inline size_t cbytes_count(const uint8_t *p, const uint8_t *end, uint8_t a) {
  size_t count = 0;
  for (; p < end; p++) count += *p == a;
  return count;
}
#endif

// The last byte that equals `a`, or NULL.
static inline const uint8_t *cbytes_find_last(const uint8_t *p, const uint8_t *end, uint8_t a) {
  while (end > p) {
    if (*--end == a) return end;
  }
  return NULL;
}

// Has the cache line at `p` fetched, so that it is there when it is read soon; never faults.
static inline void cbytes_prefetch(const void *p) { __builtin_prefetch(p, 1, 3); }
