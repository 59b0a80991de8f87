/*
 * unicode.h
 *	  The character properties that the contract needs, as generated tables
 *	  (unicode_tables.h): letters and numbers, white space, printable, lower
 *	  and upper case.  Called by redact, validate and the artifacts.
 */
#ifndef TRK_UNICODE_H
#define TRK_UNICODE_H

#include "base/trk.h"

/* Decode one code point of valid UTF-8 at s; return its length. */
static inline int
trk_utf8_decode(const char *s, uint32 *cp)
{
	const unsigned char *p = (const unsigned char *) s;

	if (p[0] < 0x80)
	{
		*cp = p[0];
		return 1;
	}
	if (p[0] < 0xe0)
	{
		*cp = ((uint32) (p[0] & 0x1f) << 6) | (p[1] & 0x3f);
		return 2;
	}
	if (p[0] < 0xf0)
	{
		*cp = ((uint32) (p[0] & 0x0f) << 12) | ((uint32) (p[1] & 0x3f) << 6) | (p[2] & 0x3f);
		return 3;
	}
	*cp = ((uint32) (p[0] & 0x07) << 18) | ((uint32) (p[1] & 0x3f) << 12) |
		((uint32) (p[2] & 0x3f) << 6) | (p[3] & 0x3f);
	return 4;
}

extern int	trk_utf8_encode(uint32 cp, char *out);

extern bool trk_is_word(uint32 cp); /* \w: general categories L* and N*, and '_' */
extern bool trk_is_space(uint32 cp);	/* \s: white space of Unicode, and U+001C to U+001F */
extern bool trk_is_printable(uint32 cp);	/* not C*, not Z* except U+0020 */
extern uint32 trk_to_lower(uint32 cp);	/* simple case mapping */

/* Full mapping to upper case, which turns one character into up to three. */
#define TRK_UPPER_MAX	3
extern int	trk_to_upper(uint32 cp, uint32 upper[TRK_UPPER_MAX]);

/*
 * Return whether every character is white space, which is also true of the
 * empty text.
 */
extern bool trk_is_blank(const char *s, Size len);

/* Return whether any character is white space. */
extern bool trk_has_space(const char *s, Size len);

/* Count the code points in valid UTF-8. */
extern Size trk_utf8_length(const char *s, Size len);

#endif							/* TRK_UNICODE_H */
