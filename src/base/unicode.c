/*
 * unicode.c
 *	  The character properties of unicode.h: ASCII by comparison, the rest by
 *	  binary search in generated ranges.
 */
#include "base/trk.h"

#include "base/unicode.h"

/* An inclusive range of code points. */
typedef struct TrkRange
{
	uint32		first;
	uint32		last;
} TrkRange;

/* Characters whose lower or upper case is the same distance away. */
typedef struct TrkCaseRange
{
	uint32		first;
	uint32		last;
	uint8		step;			/* 1: all of them, 2: every other */
	int32		delta;
} TrkCaseRange;

/* A character whose upper case is several. */
typedef struct TrkLongUpper
{
	uint32		cp;
	uint32		upper[TRK_UPPER_MAX];	/* zeros after the last */
} TrkLongUpper;

#include "base/unicode_tables.h"

/* Is cp in one of n sorted ranges? */
static bool
in_ranges(uint32 cp, const TrkRange *ranges, int n)
{
	int			low = 0;
	int			high = n - 1;

	while (low <= high)
	{
		int			mid = (low + high) / 2;

		if (cp < ranges[mid].first)
			high = mid - 1;
		else if (cp > ranges[mid].last)
			low = mid + 1;
		else
			return true;
	}
	return false;
}

/* Write one code point as UTF-8; returns its length. */
int
trk_utf8_encode(uint32 cp, char *out)
{
	if (cp < 0x80)
	{
		out[0] = (char) cp;
		return 1;
	}
	if (cp < 0x800)
	{
		out[0] = (char) (0xc0 | (cp >> 6));
		out[1] = (char) (0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000)
	{
		out[0] = (char) (0xe0 | (cp >> 12));
		out[1] = (char) (0x80 | ((cp >> 6) & 0x3f));
		out[2] = (char) (0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char) (0xf0 | (cp >> 18));
	out[1] = (char) (0x80 | ((cp >> 12) & 0x3f));
	out[2] = (char) (0x80 | ((cp >> 6) & 0x3f));
	out[3] = (char) (0x80 | (cp & 0x3f));
	return 4;
}

/* Letter, number or underscore. */
bool
trk_is_word(uint32 cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') ||
			cp == '_';
	return in_ranges(cp, trk_word_ranges, lengthof(trk_word_ranges));
}

/* White space, the information separators U+001C to U+001F among it. */
bool
trk_is_space(uint32 cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r') || (cp >= 0x1c && cp <= 0x1f);
	if (cp < 0x2000)
		return cp == 0x85 || cp == 0xa0 || cp == 0x1680;
	return cp <= 0x200a || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
		cp == 0x205f || cp == 0x3000;
}

/* Shown as itself in the client's notation. */
bool
trk_is_printable(uint32 cp)
{
	if (cp < 0x80)
		return cp >= ' ' && cp < 0x7f;
	return in_ranges(cp, trk_printable_ranges, lengthof(trk_printable_ranges));
}

/* Map cp by n sorted ranges. */
static uint32
map_case(uint32 cp, const TrkCaseRange *ranges, int n)
{
	int			low = 0;
	int			high = n - 1;

	while (low <= high)
	{
		int			mid = (low + high) / 2;
		const TrkCaseRange *range = &ranges[mid];

		if (cp < range->first)
			high = mid - 1;
		else if (cp > range->last)
			low = mid + 1;
		else
			return (cp - range->first) % range->step == 0 ? cp + range->delta : cp;
	}
	return cp;
}

/* Lower case by the simple mapping. */
uint32
trk_to_lower(uint32 cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	return map_case(cp, trk_lower_ranges, lengthof(trk_lower_ranges));
}

/* Upper case by the full mapping; returns how many characters it has. */
int
trk_to_upper(uint32 cp, uint32 upper[TRK_UPPER_MAX])
{
	int			n = 0;

	upper[0] = cp;
	if (cp < 0x80)
	{
		if (cp >= 'a' && cp <= 'z')
			upper[0] = cp - ('a' - 'A');
		return 1;
	}
	for (int i = 0; i < lengthof(trk_long_uppers); i++)
		if (trk_long_uppers[i].cp == cp)
		{
			for (; n < TRK_UPPER_MAX && trk_long_uppers[i].upper[n] != 0; n++)
				upper[n] = trk_long_uppers[i].upper[n];
			return n;
		}
	upper[0] = map_case(cp, trk_upper_ranges, lengthof(trk_upper_ranges));
	return 1;
}

/* Is every character white space? */
bool
trk_is_blank(const char *s, Size len)
{
	Size		i = 0;

	while (i < len)
	{
		uint32		cp;

		i += trk_utf8_decode(s + i, &cp);
		if (!trk_is_space(cp))
			return false;
	}
	return true;
}

/* Is any character white space? */
bool
trk_has_space(const char *s, Size len)
{
	Size		i = 0;

	while (i < len)
	{
		uint32		cp;

		i += trk_utf8_decode(s + i, &cp);
		if (trk_is_space(cp))
			return true;
	}
	return false;
}

/* Count the bytes that begin a character. */
Size
trk_utf8_length(const char *s, Size len)
{
	Size		n = 0;
	Size		i;

	for (i = 0; i < len; i++)
		n += ((unsigned char) s[i] & 0xc0) != 0x80;
	return n;
}
