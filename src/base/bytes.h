/*
 * bytes.h
 *	  Loads of a few bytes, and comparisons of short texts without a call of
 *	  the C library.  May be called by every module.
 */
#ifndef TRK_BYTES_H
#define TRK_BYTES_H

#include "base/trk.h"

/* Load four bytes in the machine's byte order. */
static inline uint32
trk_load4(const char *s)
{
	uint32		word;

	memcpy(&word, s, 4);
	return word;
}

/* Load eight bytes in the machine's byte order. */
static inline uint64
trk_load8(const char *s)
{
	uint64		word;

	memcpy(&word, s, 8);
	return word;
}

/*
 * Return whether these bytes are equal.  Names are short, so their two ends
 * (which may overlap) are compared as words, and only the bytes between them
 * by memcmp().
 */
static inline bool
trk_same_bytes(const char *a, const char *b, Size len)
{
	if (len >= 8)
	{
		if (((trk_load8(a) ^ trk_load8(b)) |
			 (trk_load8(a + len - 8) ^ trk_load8(b + len - 8))) != 0)
			return false;
		return len <= 16 || memcmp(a + 8, b + 8, len - 16) == 0;
	}
	if (len >= 4)
		return ((trk_load4(a) ^ trk_load4(b)) |
				(trk_load4(a + len - 4) ^ trk_load4(b + len - 4))) == 0;
	return len == 0 ||
		(a[0] == b[0] && a[len / 2] == b[len / 2] && a[len - 1] == b[len - 1]);
}

#endif							/* TRK_BYTES_H */
