/*
 * unicode.c
 *	  The character properties of unicode.h: ASCII by comparison, other
 *	  characters by binary search in generated ranges.
 */
#include "base/trk.h"

#include "base/unicode.h"

/* An inclusive range of code points. */
typedef struct TrkRange
{
	uint32		first;
	uint32		last;
} TrkRange;

/* A range of characters whose lower or upper case has the same distance. */
typedef struct TrkCaseRange
{
	uint32		first;
	uint32		last;
	uint8		step;			/* 1: all characters of the range, 2: every other one */
	int32		delta;
} TrkCaseRange;

/* A character whose upper case has several characters. */
typedef struct TrkLongUpper
{
	uint32		cp;
	uint32		upper[TRK_UPPER_MAX];	/* padded with zeros */
} TrkLongUpper;

#include "base/unicode_tables.h"

/* Return whether cp is in one of n sorted ranges. */
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

/* Return whether cp is a letter, a number or an underscore. */
bool
trk_is_word(uint32 cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') ||
			cp == '_';
	return in_ranges(cp, trk_word_ranges, lengthof(trk_word_ranges));
}

/*
 * Return whether cp is white space, including the information separators
 * U+001C to U+001F.
 */
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

/* Return whether the client's notation shows cp as itself. */
bool
trk_is_printable(uint32 cp)
{
	if (cp < 0x80)
		return cp >= ' ' && cp < 0x7f;
	return in_ranges(cp, trk_printable_ranges, lengthof(trk_printable_ranges));
}

/* Map the case of cp by n sorted ranges. */
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

/* Return the lower case of cp by the simple mapping. */
uint32
trk_to_lower(uint32 cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	return map_case(cp, trk_lower_ranges, lengthof(trk_lower_ranges));
}

/*
 * Set the upper case of cp by the full mapping; return how many characters it
 * has.
 */
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

/* Return whether every character is white space. */
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

/* Return whether any character is white space. */
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
