/*
 * json_scan.h
 *	  Scans the bytes of JSON text: finds the next one that matters, and checks
 *	  UTF-8.  Called by json.c and json_write.c.
 */
#ifndef TRK_JSON_SCAN_H
#define TRK_JSON_SCAN_H

#include "base/bytes.h"

#include "base/trk.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A 64-bit word all of whose bytes have the same value. */
#define TRK_EACH_BYTE(x)	(UINT64CONST(0x0101010101010101) * (x))
#define TRK_HIGH_BITS		TRK_EACH_BYTE(0x80)

/* Return whether this byte must be escaped in a JSON string. */
static inline bool
trk_is_special(char c)
{
	return (unsigned char) c < 0x20 || c == '"' || c == '\\';
}

/*
 * Return a mask that is zero exactly when no byte of the word must be escaped.
 * Which of its bits are set does not tell the position.
 */
static inline uint64
trk_specials_in_word(uint64 word)
{
	uint64		quote = word ^ TRK_EACH_BYTE('"');
	uint64		backslash = word ^ TRK_EACH_BYTE('\\');
	uint64		control = (word - TRK_EACH_BYTE(0x20)) & ~word;

	quote = (quote - TRK_EACH_BYTE(1)) & ~quote;
	backslash = (backslash - TRK_EACH_BYTE(1)) & ~backslash;
	return (quote | backslash | control) & TRK_HIGH_BITS;
}

/*
 * Return the first byte from p on that must be escaped in a string or, with
 * stop_at_high, is not ASCII; end when there is none.
 */
static pg_attribute_always_inline const char *
trk_json_scan(const char *p, const char *end, bool stop_at_high)
{
#ifdef __SSE2__
	while (end - p >= 16)
	{
		const __m128i last_control = _mm_set1_epi8(0x1f);
		__m128i		x = _mm_loadu_si128((const __m128i *) p);
		__m128i		hit = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
									   _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
		int			mask;

		hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(x, last_control), x));
		if (stop_at_high)
			hit = _mm_or_si128(hit, x);
		mask = _mm_movemask_epi8(hit);
		if (mask != 0)
			return p + __builtin_ctz(mask);
		p += 16;
	}
#endif
	while (end - p >= 8)
	{
		uint64		word = trk_load8(p);

		if (trk_specials_in_word(word) != 0 ||
			(stop_at_high && (word & TRK_HIGH_BITS) != 0))
			break;
		p += 8;
	}
	while (p < end && !trk_is_special(*p) && !(stop_at_high && (*p & 0x80) != 0))
		p++;
	return p;
}

/*
 * Return the length of the multibyte character at p, or 0 when it is cut off
 * or not UTF-8.
 */
static inline int
trk_utf8_sequence(const char *s, const char *end)
{
	const unsigned char *p = (const unsigned char *) s;
	Size		left = end - s;

	if (p[0] < 0xe0)
		return p[0] >= 0xc2 && left >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] < 0xf0)
	{
		if (left < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		if (p[0] == 0xe0 && p[1] < 0xa0)
			return 0;			/* an overlong form */
		return p[0] == 0xed && p[1] >= 0xa0 ? 0 : 3;	/* surrogates are not characters */
	}
	if (p[0] > 0xf4 || left < 4 || (p[1] & 0xc0) != 0x80 ||
		(p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xf0 && p[1] < 0x90)
		return 0;				/* an overlong form */
	return p[0] == 0xf4 && p[1] >= 0x90 ? 0 : 4;	/* beyond U+10FFFF */
}

/*
 * Return the first byte from p on that is not ASCII; end when there is none.
 */
static inline const char *
trk_skip_ascii(const char *p, const char *end)
{
	while (end - p >= 8 && (trk_load8(p) & TRK_HIGH_BITS) == 0)
		p += 8;
	while (p < end && (*p & 0x80) == 0)
		p++;
	return p;
}

#endif							/* TRK_JSON_SCAN_H */
