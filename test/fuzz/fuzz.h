/*
 * fuzz.h
 *	  What the fuzz targets share: a check that says what broke, an arena in
 *	  which a sanitizer sees the end of every allocation, and options taken from
 *	  the input.
 *
 * Included once by each target.
 */
#ifndef TRK_FUZZ_H
#define TRK_FUZZ_H

#include "base/trk.h"

#include "base/arena.h"

extern int	LLVMFuzzerTestOneInput(const uint8 *data, size_t size);

/* A property that must hold for every input. */
#define REQUIRE(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/*
 * With ordinary chunks, allocations lie side by side and reading beyond one of
 * them stays unseen.  With the smallest chunks nearly each comes from malloc.
 */
static inline void
fuzz_arena_init(TrkArena *arena)
{
	trk_arena_init(arena, NULL, 1);
}

/*
 * The options of an input that begins with a digit or a small letter are that
 * byte's number, 0 to 35, and it is taken off; other inputs (JSON objects,
 * gzip streams) have none.
 */
static inline unsigned int
fuzz_options(const char **data, Size *size)
{
	char		c = *size > 0 ? **data : '{';

	if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z'))
		return 0;
	(*data)++;
	(*size)--;
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Are these the same bytes? */
static inline bool
fuzz_equal(const char *a, Size a_len, const char *b, Size b_len)
{
	return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

/* Does the text hold the other one? */
static inline bool
fuzz_contains(const char *s, Size len, const char *what, Size what_len)
{
	Size		i;

	for (i = 0; i + what_len <= len; i++)
	{
		if (memcmp(s + i, what, what_len) == 0)
			return true;
	}
	return false;
}

#endif							/* TRK_FUZZ_H */
