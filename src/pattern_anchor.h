/*
 * pattern_anchor.h
 *	  Where in a text a shape could begin: word starts, and a few other
 *	  characters, sixteen at a time.
 *
 * Called by pattern.c only.
 */
#ifndef TRK_PATTERN_ANCHOR_H
#define TRK_PATTERN_ANCHOR_H

#include "pattern_shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Characters per block, and the fewest bytes of any shape from its anchor on. */
#define TRK_BLOCK			16
#define TRK_MIN_SHAPE		3

#ifdef __SSE2__

/* Load fewer than sixteen bytes, zeros behind them, reading none beyond. */
static inline __m128i
trk_load_short(const char *s, Size len)
{
	uint64		low = 0;
	uint64		high = 0;
	uint32		first;
	uint32		last;

	if (len >= 8)
	{
		memcpy(&low, s, 8);
		memcpy(&high, s + len - 8, 8);
		high = len == 8 ? 0 : high >> (8 * (TRK_BLOCK - len));
	}
	else if (len >= 4)
	{
		memcpy(&first, s, 4);
		memcpy(&last, s + len - 4, 4);
		low = first | (uint64) last << (8 * (len - 4));
	}
	else
	{
		for (; len > 0; len--)
			low = low << 8 | (unsigned char) s[len - 1];
	}
	return _mm_set_epi64x(high, low);
}

/* Bytes from first to first + range. */
static inline __m128i
trk_bytes_in(__m128i x, char first, char range)
{
	__m128i		offset = _mm_sub_epi8(x, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(range)), offset);
}

/* Bytes equal to c. */
static inline __m128i
trk_bytes_equal(__m128i x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

/*
 * The word characters of a block, the others that can be an anchor, and the
 * dashes, as bits.
 */
static inline void
trk_classify_block(__m128i x, uint32 *word, uint32 *other, uint32 *dash)
{
	__m128i		letters = trk_bytes_in(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 'z' - 'a');
	__m128i		digits = trk_bytes_in(x, '0', 9);
	__m128i		colons = _mm_or_si128(trk_bytes_equal(x, ':'), trk_bytes_equal(x, '/'));
	__m128i		rest = _mm_or_si128(trk_bytes_equal(x, '@'), trk_bytes_equal(x, (char) 0xc5));

	*word = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits),
										   trk_bytes_equal(x, '_')));
	*other = _mm_movemask_epi8(_mm_or_si128(colons, rest));
	*dash = _mm_movemask_epi8(trk_bytes_equal(x, '-'));
}

/*
 * Where in the up to sixteen bytes from begin on an anchor could be, as bits:
 * at the first character of a word, at one of the other characters, or at a
 * dash that is followed by another.
 */
static inline uint32
trk_block_anchors(const char *s, Size len, Size begin)
{
	Size		n = len - begin;
	uint32		before = begin > 0 && (trk_char_class[(unsigned char) s[begin - 1]] & TRK_C_WORD);
	uint32		word;
	uint32		other;
	uint32		dash;
	uint32		possible;

	if (n >= TRK_BLOCK || len < TRK_BLOCK)
	{
		trk_classify_block(n >= TRK_BLOCK ? _mm_loadu_si128((const __m128i *) (s + begin)) :
						   trk_load_short(s + begin, n), &word, &other, &dash);
	}
	else
	{
		/* the last sixteen bytes of the text, without those before begin */
		trk_classify_block(_mm_loadu_si128((const __m128i *) (s + len - TRK_BLOCK)),
						   &word, &other, &dash);
		word >>= TRK_BLOCK - n;
		other >>= TRK_BLOCK - n;
		dash >>= TRK_BLOCK - n;
	}
	possible = (word & ~(word << 1 | before)) | other | (dash & (dash >> 1 | 0x8000));
	if (n < TRK_BLOCK + TRK_MIN_SHAPE - 1)
		possible &= ((uint32) 1 << (n - (TRK_MIN_SHAPE - 1))) - 1;
	return possible;
}

#else							/* !__SSE2__ */

/* The same, byte by byte; any character outside of words will do. */
static inline uint32
trk_block_anchors(const char *s, Size len, Size begin)
{
	Size		end = Min(len - (TRK_MIN_SHAPE - 1), begin + TRK_BLOCK);
	uint32		before = begin > 0 ? trk_char_class[(unsigned char) s[begin - 1]] : 0;
	uint32		possible = 0;
	Size		i;

	for (i = begin; i < end; i++)
	{
		uint32		here = trk_char_class[(unsigned char) s[i]];

		possible |= (~(before & here) & TRK_C_WORD) << (i - begin);
		before = here;
	}
	return possible;
}

#endif							/* __SSE2__ */

/* The lowest bit that is set. */
static inline int
trk_lowest_bit(uint32 bits)
{
#ifdef __GNUC__
	return __builtin_ctz(bits);
#else
	int			i = 0;

	while ((bits >> i & 1) == 0)
		i++;
	return i;
#endif
}

StaticAssertDecl(TRK_C_WORD == 1, "the class of word characters is used as one bit");

#endif							/* TRK_PATTERN_ANCHOR_H */
