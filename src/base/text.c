/*
 * text.c
 *	  Strips, converts to lower or upper case and searches texts in UTF-8, in
 *	  the same way as the client of the contract.
 */
#include "base/trk.h"

#include "base/text.h"
#include "base/unicode.h"

/*
 * Return the text without white space at its ends.  The result points into s.
 */
TrkText
trk_text_strip(const char *s, Size len)
{
	TrkText		text;
	uint32		cp;
	Size		n;

	while (len > 0)
	{
		n = trk_utf8_decode(s, &cp);
		if (!trk_is_space(cp))
			break;
		s += n;
		len -= n;
	}
	while (len > 0)
	{
		for (n = 1; n < len && (s[len - n] & 0xc0) == 0x80;)
			n++;
		trk_utf8_decode(s + len - n, &cp);
		if (!trk_is_space(cp))
			break;
		len -= n;
	}
	text.s = s;
	text.len = len;
	return text;
}

/* Convert a text to lower case by the simple case mapping of Unicode. */
TrkText
trk_text_lower(TrkArena *arena, TrkText text)
{
	TrkText		lower;
	TrkBuf		buf;
	Size		i = 0;

	trk_buf_init(&buf, arena, text.len + 4);
	while (i < text.len)
	{
		uint32		cp;

		i += trk_utf8_decode(text.s + i, &cp);
		trk_buf_reserve(&buf, 4);
		buf.len += trk_utf8_encode(trk_to_lower(cp), buf.data + buf.len);
	}
	lower.s = buf.data;
	lower.len = buf.len;
	return lower;
}

/*
 * Convert a text to upper case by the full case mapping of Unicode, by which
 * the text may grow.
 */
TrkText
trk_text_upper(TrkArena *arena, TrkText text)
{
	TrkText		result;
	TrkBuf		buf;
	Size		i = 0;

	trk_buf_init(&buf, arena, text.len + 4);
	while (i < text.len)
	{
		uint32		upper[TRK_UPPER_MAX];
		uint32		cp;
		int			n;
		int			j;

		i += trk_utf8_decode(text.s + i, &cp);
		n = trk_to_upper(cp, upper);
		trk_buf_reserve(&buf, 4 * TRK_UPPER_MAX);
		for (j = 0; j < n; j++)
			buf.len += trk_utf8_encode(upper[j], buf.data + buf.len);
	}
	result.s = buf.data;
	result.len = buf.len;
	return result;
}

/*
 * Return whether the text contains this part.  Every text contains the empty
 * part.
 */
bool
trk_text_has(TrkText text, TrkText part)
{
	const char *p = text.s;
	const char *end = text.s + text.len;

	if (part.len == 0)
		return true;
	while ((Size) (end - p) >= part.len)
	{
		p = memchr(p, part.s[0], end - p - part.len + 1);
		if (p == NULL)
			return false;
		if (memcmp(p, part.s, part.len) == 0)
			return true;
		p++;
	}
	return false;
}
