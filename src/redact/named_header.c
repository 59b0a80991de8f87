/*
 * named_header.c
 *	  The values of the headers Authorization and Cookie: a scheme with its
 *	  credentials or parameters, and pairs of cookies.
 */
#include "base/trk.h"

#include "redact/named_value.h"
#include "redact/secret_value.h"

#define MIN_COOKIE		8		/* bytes of name=value */

/*
 * Return whether this is the name of a header, whose value may have several
 * words.
 */
bool
trk_is_header(const TrkShapeScan *scan, const TrkNamed *named, bool *cookies)
{
	static const char *const words[] = {"cookie", "authorization", NULL};
	const char *ending = trk_name_ending(scan, named, words);

	*cookies = ending == words[0];
	return ending != NULL;
}

/*
 * Return the end of the line, or of the string that contains a header.  All
 * headers that begin within it have the same end, so the end is cached.
 */
static Size
line_end(TrkShapeScan *scan, Size i)
{
	TrkStretch *line = &scan->line;

	if (i >= line->begin && i < line->end)
		return line->end;
	line->begin = i;
	while (i < scan->len && scan->s[i] != '\n' && scan->s[i] != '\r' && !trk_quote_at(scan, i) &&
		   !(scan->s[i] == '\\' && i + 1 < scan->len &&
			 memchr("nr\"'", scan->s[i + 1], 4) != NULL))
		i++;
	line->end = i;
	return i;
}

/* Return the end of the word at i. */
static Size
word_end(const TrkShapeScan *scan, Size i, Size limit)
{
	while (i < limit && !trk_blank_at(scan, i))
		i++;
	return i;
}

/* Match the cookies at i: pairs name=value up to the end of the line. */
static bool
cookies_at(const TrkShapeScan *scan, Size i, Size limit, TrkSpan *span)
{
	Size		end = word_end(scan, i, Min(limit, i + TRK_SECRET_LOOK));

	span->start = i;
	span->end = limit;
	return end - i >= MIN_COOKIE && memchr(scan->s + i, '=', end - i) != NULL &&
		!trk_is_placeholder(scan->s + i, end - i);
}

/*
 * Return the end of a parameter's value at i, with or without quotation marks.
 */
static Size
parameter_value_end(const TrkShapeScan *scan, Size i)
{
	char		quote;

	while (trk_char_at(scan, i, '\\'))
		i++;
	if (!trk_quote_at(scan, i))
	{
		while (i < scan->len && (unsigned char) scan->s[i] > ' ' &&
			   memchr("\"'`,\\", scan->s[i], 5) == NULL)
			i++;
		return i;
	}
	quote = scan->s[i++];
	while (i < scan->len && scan->s[i] != quote && (unsigned char) scan->s[i] >= ' ')
		i++;
	return Min(i + 1, scan->len);
}

/*
 * Return the end of the parameters at i, pairs name=value separated by commas;
 * i when there are none.
 */
static Size
parameters_end(const TrkShapeScan *scan, Size i)
{
	Size		end = i;

	for (;;)
	{
		Size		name_end = trk_class_run(scan, i, TRK_C_WORD | TRK_C_DASH);

		if (name_end == i || !trk_char_at(scan, name_end, '='))
			return end;
		end = parameter_value_end(scan, name_end + 1);
		if (!trk_char_at(scan, end, ','))
			return end;
		for (i = end + 1; trk_blank_at(scan, i); i++)
			;
	}
}

/*
 * Match the value of an Authorization header: a secret, or a scheme followed
 * by a secret or (as for Digest) by parameters.
 */
static bool
authorization_at(const TrkShapeScan *scan, Size i, Size limit, TrkSpan *span)
{
	Size		look = Min(limit, i + TRK_SECRET_LOOK);
	Size		end = word_end(scan, i, look);
	Size		parameters;

	span->start = i;
	if (trk_looks_like_secret(scan->s + i, end - i, false))
	{
		span->end = word_end(scan, end, limit);
		return true;
	}
	if (end == i || end == look)
		return false;
	while (end < look && trk_blank_at(scan, end))
		end++;
	span->start = end;
	span->end = word_end(scan, end, limit);
	parameters = parameters_end(scan, span->start);
	if (parameters > span->end)
	{
		span->end = parameters;
		return trk_has_digit(scan, span->start, Min(span->end, span->start + TRK_SECRET_LOOK));
	}
	return trk_looks_like_secret(scan->s + span->start, span->end - span->start, false);
}

/* Match the value of the Authorization or Cookie header at i. */
bool
trk_header_value(TrkShapeScan *scan, Size i, bool cookies, TrkSpan *span)
{
	while (i < scan->len && (trk_quote_at(scan, i) || scan->s[i] == '\\'))
		i++;
	return cookies ? cookies_at(scan, i, line_end(scan, i), span) :
		authorization_at(scan, i, line_end(scan, i), span);
}
