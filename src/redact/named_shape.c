/*
 * named_shape.c
 *	  Matchers for secrets that are recognized by the name before them:
 *	  assignments in any notation, headers, sentences, options, elements.
 *
 * The anchor is the separator between name and value.
 */
#include "base/trk.h"

#include "redact/named_value.h"
#include "redact/secret_value.h"

#define MAX_GAP			16		/* most characters between name and value without a separator */
#define MAX_TAG			256		/* most bytes at the beginning of an element that are looked at */

/*
 * Match the FIX fields that hold the old or the new password.  The anchor is
 * the sign between field number and value.
 */
static bool
fix_password(TrkShapeScan *scan, Size at, TrkSpan *value)
{
	if (!trk_char_at(scan, at, '=') || at < 4 ||
		!(trk_literal_at(scan, at - 3, "554") || trk_literal_at(scan, at - 3, "925")) ||
		(scan->s[at - 4] != '|' && scan->s[at - 4] != '\001'))
		return false;
	value->start = at + 1;
	value->end = trk_bare_value_end(scan, at + 1);
	return value->end > value->start &&
		!trk_is_placeholder(scan->s + value->start, value->end - value->start);
}

/*
 * Match the name of a secret, a separator (: = => := ->) and a value.  The
 * anchor is the separator.
 */
bool
trk_shape_named_value(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;
	Size		name_end = at;
	Size		value = trk_after_separator(scan, at);
	bool		cookies;

	if (trk_char_at(scan, at, '>'))
	{
		if (at == 0 || scan->s[at - 1] != '-')
			return false;
		name_end--;				/* the other character of the arrow */
	}
	if (fix_password(scan, at, span))
		return true;
	if (!trk_name_before_separator(scan, name_end, &named))
		return false;
	if (named.key_class == TRK_KEY_SECRET && trk_is_header(scan, &named, &cookies) &&
		trk_header_value(scan, value, cookies, span))
		return true;
	return trk_read_named_value(scan, value, span) &&
		(trk_words_of_seed(scan, &named, value, span) || trk_judge_named(scan, &named, span));
}

/* Match "password is ...".  The anchor is "is". */
bool
trk_shape_named_word(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;

	if (!trk_literal_at(scan, at, "is ") || at < 4 || scan->s[at - 1] != ' ' ||
		!trk_class_at(scan, at - 2, TRK_C_WORD) || !trk_read_name(scan, at - 1, &named) ||
		named.key_class == TRK_KEY_ACCOUNT || !trk_read_named_value(scan, at + 3, span))
		return false;
	return trk_words_of_seed(scan, &named, at + 3, span) ||
		(trk_has_digit(scan, span->start, span->end) && trk_judge_named(scan, &named, span));
}

/*
 * Return the end of "api_key" at i, with any or no sign between the two words,
 * or 0.
 */
static Size
api_key_end(const TrkShapeScan *scan, Size i)
{
	Size		end = trk_folded_at(scan, i, "api");

	if (end == 0)
		return 0;
	if (trk_char_at(scan, end, '_') || trk_char_at(scan, end, '-') || trk_blank_at(scan, end))
		end++;
	return trk_folded_at(scan, end, "key");
}

/*
 * Return the end of the last word of a name at i, for names that need no
 * separator; or 0.
 */
static Size
plain_name_end(const TrkShapeScan *scan, Size i)
{
	static const char *const words[] = {"password", "passwd", "passphrase", "secret", "key",
	"mnemonic", "phrase", "identified by"};
	Size		end = api_key_end(scan, i);
	int			w;

	for (w = 0; end == 0 && w < (int) lengthof(words); w++)
		end = trk_folded_at(scan, i, words[w]);
	return end > 0 && !trk_class_at(scan, end, TRK_C_WORD | TRK_C_DASH) ? end : 0;
}

/*
 * Skip what may stand between a name and its value instead of a sign of
 * assignment: blanks, commas and quotation marks, and the word that names the
 * value ("key": "password", "value": ...).  Returns where the value begins, or
 * 0 when there was nothing between.
 */
static Size
after_plain_name(const TrkShapeScan *scan, Size end, bool *listed)
{
	Size		limit = Min(scan->len, end + MAX_GAP);
	Size		i = end;
	bool		lines = false;

	*listed = false;
	for (; i < limit && memchr(" \t\n,;|(\"'`\\", scan->s[i], 11) != NULL; i++)
	{
		*listed |= memchr(",;|", scan->s[i], 3) != NULL;
		lines |= scan->s[i] == '\n';
	}
	if (i > end && trk_folded_at(scan, i, "value") > 0)
	{
		i += 5;
		while (i < limit && memchr(" \t:=\"'`\\", scan->s[i], 8) != NULL)
			i++;
	}
	else if (i > end && i < scan->len && memchr("bru", scan->s[i], 3) != NULL &&
			 trk_quote_at(scan, i + 1))
		i += 2;
	else if (lines)
		return 0;
	return i == end || i >= scan->len ? 0 : i;
}

/*
 * Match the name of a secret and a value that looks like a secret, without a
 * sign of assignment: ("api_key", "..."), PASSWORD '...'.  The anchor is the
 * last word of the name.  Names also occur in lists, so a value after a comma
 * must look random.
 */
bool
trk_shape_named_plain(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		end = plain_name_end(scan, at);
	TrkNamed	named;
	bool		listed;
	bool		quoted;

	if (end == 0 || (span->start = after_plain_name(scan, end, &listed)) == 0)
		return false;
	named.begin = at;
	named.end = end;
	if ((scan->s[at] | 0x20) != 'i' &&
		!(trk_read_name(scan, end, &named) && named.key_class == TRK_KEY_SECRET))
		return false;
	if (trk_words_of_seed(scan, &named, span->start, span))
		return true;
	span->end = trk_bare_value_end(scan, span->start);
	quoted = trk_quote_at(scan, span->start - 1) &&
		trk_char_at(scan, span->end, scan->s[span->start - 1]);
	return quoted && !listed ?
		trk_looks_like_secret(scan->s + span->start, span->end - span->start, false) :
		trk_looks_random(scan->s + span->start, span->end - span->start);
}

/* Match "--password ...".  The anchor is the two dashes. */
bool
trk_shape_named_option(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;
	Size		i = at + 2;

	if (!trk_literal_at(scan, at, "--") || !trk_class_at(scan, i, TRK_C_ALNUM))
		return false;
	named.begin = i;
	while (i < at + TRK_NAMED_MAX_NAME && trk_class_at(scan, i, TRK_C_WORD | TRK_C_DASH))
		i++;
	named.end = i;
	if (!trk_blank_at(scan, i) || !trk_classify_name(scan, &named))
		return false;
	while (i < named.end + TRK_NAMED_MAX_BLANKS && trk_blank_at(scan, i))
		i++;
	return !trk_char_at(scan, i, '-') && trk_read_named_value(scan, i, span) && trk_judge_named(scan, &named, span);
}

/*
 * Read the name of the XML or HTML element whose tag ends at the anchor, with
 * or without attributes.
 */
static bool
element_before(const TrkShapeScan *scan, Size at, TrkNamed *named)
{
	Size		least = at > MAX_TAG ? at - MAX_TAG : 0;
	Size		i = at;

	if (at == 0 || !(trk_class_at(scan, at - 1, TRK_C_WORD) || trk_quote_at(scan, at - 1)))
		return false;
	while (i > least && scan->s[i - 1] != '<' && scan->s[i - 1] != '>')
		i--;
	if (i == 0 || scan->s[i - 1] != '<')
		return false;
	named->begin = i;
	while (trk_name_char_at(scan, i) || trk_char_at(scan, i, ':'))
		i++;
	named->end = i;
	return (i == at || trk_blank_at(scan, i)) && trk_classify_name(scan, named);
}

/* Match "<password>...</".  The anchor is the end of the tag. */
bool
trk_shape_named_element(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;
	Size		limit = Min(scan->len, at + TRK_NAMED_MAX_QUOTED);

	if (!trk_char_at(scan, at, '>') || !element_before(scan, at, &named))
		return false;
	span->start = at + 1;
	for (span->end = span->start; span->end < limit && scan->s[span->end] != '<'; span->end++)
		;
	return trk_judge_named(scan, &named, span);
}
