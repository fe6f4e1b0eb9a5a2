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
#else
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
