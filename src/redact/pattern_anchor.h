/*
 * pattern_anchor.h
 *	  Finds the anchors of a text, which are the places where a shape could
 *	  begin: word starts and a few other characters.  Sixteen bytes are
 *	  examined at a time.  Called by pattern.c only.
 */
#ifndef TRK_PATTERN_ANCHOR_H
#define TRK_PATTERN_ANCHOR_H

#include "redact/secret_shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * Bytes per block, which is the width of an SSE2 register, and the fewest
 * bytes that any shape has from its anchor on.
 */
#define TRK_BLOCK			16
#define TRK_MIN_SHAPE		3

#ifdef __SSE2__

/*
 * Load fewer than sixteen bytes, padded with zeros; no byte behind them is
 * read.
 */
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

/* Compare: which bytes are from first to first + range. */
static inline __m128i
trk_bytes_in(__m128i x, char first, char range)
{
	__m128i		offset = _mm_sub_epi8(x, _mm_set1_epi8(first));

	return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(range)), offset);
}

/* Compare: which bytes are equal to c. */
static inline __m128i
trk_bytes_equal(__m128i x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

/* The classes of the characters of a block, one bit for each character. */
typedef struct TrkBlock
{
	uint32		alnum;			/* letters and digits */
	uint32		word;			/* letters, digits and '_' */
	uint32		other;			/* other characters that can be an anchor */
	uint32		dash;
	uint32		backslash;
} TrkBlock;

static inline void
trk_classify_block(__m128i x, TrkBlock *block)
{
	__m128i		letters = trk_bytes_in(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 'z' - 'a');
	__m128i		digits = trk_bytes_in(x, '0', 9);
	__m128i		signs = _mm_or_si128(trk_bytes_in(x, ':', '@' - ':'), trk_bytes_equal(x, '/'));
	__m128i		rest = _mm_or_si128(trk_bytes_equal(x, '~'), trk_bytes_equal(x, (char) 0xc5));
	__m128i		underscores = trk_bytes_equal(x, '_');
	__m128i		alnum = _mm_or_si128(letters, digits);

	block->alnum = _mm_movemask_epi8(alnum);
	block->word = _mm_movemask_epi8(_mm_or_si128(alnum, underscores));
	block->other = _mm_movemask_epi8(_mm_or_si128(signs, rest));
	block->dash = _mm_movemask_epi8(trk_bytes_equal(x, '-'));
	block->backslash = _mm_movemask_epi8(trk_bytes_equal(x, '\\'));
}

/*
 * Return as bits where an anchor could be in the up to sixteen bytes from
 * begin on: at the first character of a word, after '_' in a word, after a
 * backslash and a letter, at one of the other characters, or at a dash that is
 * followed by a dash.
 */
static inline uint32
trk_block_anchors(const char *s, Size len, Size begin)
{
	Size		n = len - begin;
	uint32		before = begin > 0 && (trk_char_class[(unsigned char) s[begin - 1]] & TRK_C_ALNUM);
	uint32		escaped = (begin > 1 && s[begin - 2] == '\\') |
	(begin > 0 && s[begin - 1] == '\\') << 1;
	TrkBlock	block;
	uint32		possible;

	if (n >= TRK_BLOCK || len < TRK_BLOCK)
	{
		trk_classify_block(n >= TRK_BLOCK ? _mm_loadu_si128((const __m128i *) (s + begin)) :
						   trk_load_short(s + begin, n), &block);
	}
	else
	{
		/*
		 * load the last sixteen bytes of the text and shift out those before begin
		 */
		trk_classify_block(_mm_loadu_si128((const __m128i *) (s + len - TRK_BLOCK)), &block);
		block.alnum >>= TRK_BLOCK - n;
		block.word >>= TRK_BLOCK - n;
		block.other >>= TRK_BLOCK - n;
		block.dash >>= TRK_BLOCK - n;
		block.backslash >>= TRK_BLOCK - n;
	}
	possible = (block.word & (~(block.alnum << 1 | before) | block.backslash << 2 | escaped)) |
		block.other | (block.dash & (block.dash >> 1 | 0x8000));
	if (n < TRK_BLOCK + TRK_MIN_SHAPE - 1)
		possible &= ((uint32) 1 << (n - (TRK_MIN_SHAPE - 1))) - 1;
	return possible;
}

#else							/* !__SSE2__ */

/*
 * Return the same byte by byte, for machines without SSE2.  Here every
 * character outside words is an anchor, which is slower but not wrong.
 */
static inline uint32
trk_block_anchors(const char *s, Size len, Size begin)
{
	Size		end = Min(len - (TRK_MIN_SHAPE - 1), begin + TRK_BLOCK);
	uint32		possible = 0;
	Size		i;

	for (i = begin; i < end; i++)
	{
		bool		within = i > 0 &&
		(trk_char_class[(unsigned char) s[i]] & TRK_C_WORD) != 0 &&
		(trk_char_class[(unsigned char) s[i - 1]] & TRK_C_ALNUM) != 0 &&
		!(i > 1 && s[i - 2] == '\\');

		possible |= (uint32) !within << (i - begin);
	}
	return possible;
}

#endif							/* __SSE2__ */

/* Return the number of the lowest bit that is set. */
static inline int
trk_lowest_bit(uint64 bits)
{
#ifdef __GNUC__
	return __builtin_ctzll(bits);
#else
	int			i = 0;

	while ((bits >> i & 1) == 0)
		i++;
	return i;
#endif
}

#endif							/* TRK_PATTERN_ANCHOR_H */
