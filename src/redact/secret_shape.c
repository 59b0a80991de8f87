/*
 * secret_shape.c
 *	  Matchers for the patterns of the contract, both as its client has them
 *	  and in the stricter form that avoids false matches; and helpers of all
 *	  matchers.
 *
 * Two facts keep them simple.  A run of characters that is followed by \b and
 * holds only word characters matches to its end or not at all; if the run may
 * contain dashes, the last word boundary in it is the end.  And the optional
 * (?:live|test|proj) of the sk patterns consists of characters that the run
 * after it accepts, so it never changes what matches.
 */
#include "base/trk.h"

#include "redact/secret_shape.h"
#include "redact/secret_value.h"

const uint8 trk_char_class[256] = {
	/* control characters */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* blank to / */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00,
	0x00, 0x00, 0x00, 0xc0, 0x00, 0xc4, 0xc0, 0x40,
	/* 0 to ? */
	0xeb, 0xeb, 0xeb, 0xeb, 0xeb, 0xeb, 0xeb, 0xeb,
	0xeb, 0xeb, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00,
	/* @ to _ */
	0x00, 0xf3, 0xf3, 0xf3, 0xf3, 0xf3, 0xf3, 0xd3,
	0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3,
	0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3, 0xd3,
	0xd3, 0xd3, 0xd3, 0x00, 0x00, 0x00, 0x00, 0xc1,
	/* ` to DEL */
	0x00, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xe3, 0xc3,
	0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3,
	0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3,
	0xc3, 0xc3, 0xc3, 0x00, 0x00, 0x00, 0x40, 0x00
};

/* Return the end of the longest run of these classes that begins at i. */
Size
trk_class_run(const TrkShapeScan *scan, Size i, int classes)
{
	while (trk_class_at(scan, i, classes))
		i++;
	return i;
}

/* Return whether a word character of Unicode begins at i. */
static bool
word_at(const TrkShapeScan *scan, Size i)
{
	uint32		cp;

	if (i >= scan->len)
		return false;
	if ((unsigned char) scan->s[i] < 0x80)
		return trk_class_at(scan, i, TRK_C_WORD);
	trk_utf8_decode(scan->s + i, &cp);
	return trk_is_word(cp);
}

/* Return whether a word character of Unicode ends just before i. */
static bool
word_before(const TrkShapeScan *scan, Size i)
{
	if (i == 0)
		return false;
	i--;
	while (i > 0 && ((unsigned char) scan->s[i] & 0xc0) == 0x80)
		i--;
	return word_at(scan, i);
}

/*
 * Return the length of the white space character at i, or 0 when there is
 * none.
 */
static int
space_at(const TrkShapeScan *scan, Size i)
{
	uint32		cp;
	int			n;

	if (i >= scan->len)
		return 0;
	n = trk_utf8_decode(scan->s + i, &cp);
	return trk_is_space(cp) ? n : 0;
}

/* Return the end of the white space that begins at i. */
Size
trk_space_run(const TrkShapeScan *scan, Size i)
{
	int			n;

	while ((n = space_at(scan, i)) > 0)
		i += n;
	return i;
}

/*
 * Return the end of the run from i up to white space or one of two characters,
 * or 0 when it has fewer than min characters.
 */
static Size
run_until(const TrkShapeScan *scan, Size i, char stop1, char stop2, Size min)
{
	Size		chars = 0;

	while (i < scan->len && scan->s[i] != stop1 && scan->s[i] != stop2 &&
		   space_at(scan, i) == 0)
	{
		uint32		cp;

		i += trk_utf8_decode(scan->s + i, &cp);
		chars++;
	}
	return chars >= min ? i : 0;
}

/*
 * Return the length of the character at i if it is a form of the letter
 * outside ASCII, else 0.  Three letters have such forms: U+0130 and U+0131 are
 * i, U+017F is s, U+212A is k.
 */
static int
wide_letter_at(const TrkShapeScan *scan, Size i, char letter)
{
	if (letter == 'i' &&
		(trk_literal_at(scan, i, "\xc4\xb0") || trk_literal_at(scan, i, "\xc4\xb1")))
		return 2;
	if (letter == 's' && trk_literal_at(scan, i, "\xc5\xbf"))
		return 2;
	if (letter == 'k' && trk_literal_at(scan, i, "\xe2\x84\xaa"))
		return 3;
	return 0;
}

/*
 * Return the length of the character at i if it is this letter (given in lower
 * case) in either case, else 0.
 */
static inline int
letter_at(const TrkShapeScan *scan, Size i, char letter)
{
	if (i >= scan->len)
		return 0;
	if ((scan->s[i] | 0x20) == letter)
		return 1;
	return (unsigned char) scan->s[i] < 0x80 ? 0 : wide_letter_at(scan, i, letter);
}

/*
 * Return the end of the lower-case word at i, compared without regard to case,
 * or 0 when it is not there.
 */
Size
trk_folded_word(const TrkShapeScan *scan, Size i, const char *word)
{
	for (; *word; word++)
	{
		int			n = letter_at(scan, i, *word);

		if (n == 0)
			return 0;
		i += n;
	}
	return i;
}

/*
 * Return the end of the run of these classes, compared without regard to case,
 * or 0 when it has fewer than min characters.  The classes must include the
 * letters.
 */
static Size
folded_run(const TrkShapeScan *scan, Size i, int classes, Size min)
{
	Size		chars = 0;

	for (;; chars++)
	{
		int			n;

		if (trk_class_at(scan, i, classes))
			n = 1;
		else if (i >= scan->len || (unsigned char) scan->s[i] < 0x80)
			break;
		else if ((n = letter_at(scan, i, 'i')) == 0 &&
				 (n = letter_at(scan, i, 's')) == 0 &&
				 (n = letter_at(scan, i, 'k')) == 0)
			break;
		i += n;
	}
	return chars >= min ? i : 0;
}

/*
 * Match a run of letters and digits from i that is long enough and ends at a
 * word boundary.
 */
static bool
closed_run(const TrkShapeScan *scan, Size i, Size min, TrkSpan *span)
{
	span->end = trk_class_run(scan, i, TRK_C_ALNUM);
	return span->end - i >= min && !word_at(scan, span->end);
}

/*
 * Match a run of these classes, which include dashes, from i up to its last
 * word boundary, if that is long enough.
 */
static bool
dashed_run(const TrkShapeScan *scan, Size i, int classes, Size min, TrkSpan *span)
{
	Size		end = trk_class_run(scan, i, classes);
	bool		after = word_at(scan, end);

	for (; end >= i + min; end--)
	{
		bool		before = scan->s[end - 1] != '-';

		if (before != after)
		{
			span->end = end;
			return true;
		}
		after = before;
	}
	return false;
}

/* Return whether there is a digit between begin and end. */
bool
trk_has_digit(const TrkShapeScan *scan, Size begin, Size end)
{
	for (; begin < end; begin++)
	{
		if (trk_class_at(scan, begin, TRK_C_DIGIT))
			return true;
	}
	return false;
}

/* Set the start of the match to the anchor. */
static bool
starts_at(Size at, TrkSpan *span)
{
	span->start = at;
	return true;
}

/* Match ellzaf_trk_ and a key. */
bool
trk_shape_ellzaf_key(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_literal_at(scan, at, "ellzaf_trk_") && !word_before(scan, at) &&
		closed_run(scan, at + 11, 12, span) && starts_at(at, span);
}

/* Match Bearer and a token. */
bool
trk_shape_client_bearer(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		word_end = trk_folded_at(scan, at, "bearer");
	Size		token;

	if (word_end == 0 || space_at(scan, word_end) == 0 || word_before(scan, at))
		return false;
	token = trk_space_run(scan, word_end);
	span->end = folded_run(scan, token, TRK_C_BEARER, 12);
	return span->end > 0 && starts_at(at, span);
}

/*
 * Match the name of a secret and a sign of assignment.  Returns where the
 * value begins, or 0.
 */
static Size
assignment_head(const TrkShapeScan *scan, Size at)
{
	Size		i = trk_folded_at(scan, at, "api");

	if (i > 0)
	{
		if (trk_char_at(scan, i, '_') || trk_char_at(scan, i, '-'))
			i++;
		i = trk_folded_at(scan, i, "key");
	}
	else if ((i = trk_folded_at(scan, at, "secret")) == 0 &&
			 (i = trk_folded_at(scan, at, "password")) == 0)
		i = trk_folded_at(scan, at, "token");
	if (i == 0)
		return 0;
	i = trk_space_run(scan, i);
	if (!trk_char_at(scan, i, ':') && !trk_char_at(scan, i, '='))
		return 0;
	return trk_space_run(scan, i + 1);
}

/*
 * Match the name of a secret, a sign of assignment and a value.  A value that
 * is too short may itself be the name in a later assignment ("token = token =
 * value").  Replacing the inner one makes the value of the outer one long
 * enough in the next round, and so on outwards.  If scan->chained is set, the
 * whole chain is matched at once.
 */
bool
trk_shape_client_assignment(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		value;

	if (at < scan->assignment_mark)
		return false;
	value = assignment_head(scan, at);
	if (value == 0 || word_before(scan, at))
		return false;
	span->end = run_until(scan, value, ',', ';', 6);
	while (span->end == 0 && scan->chained)
	{
		scan->assignment_mark = value;
		value = assignment_head(scan, value);
		if (value == 0)
			return false;
		span->end = run_until(scan, value, ',', ';', 6);
	}
	return span->end > 0 && starts_at(at, span);
}

/* Match sk- and a key. */
bool
trk_shape_client_sk_dash(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_literal_at(scan, at, "sk-") && !word_before(scan, at) &&
		dashed_run(scan, at + 3, TRK_C_WORD | TRK_C_DASH, 12, span) &&
		starts_at(at, span);
}

/* Match sk_ and a key. */
bool
trk_shape_client_sk_underscore(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_literal_at(scan, at, "sk_") && !word_before(scan, at) &&
		dashed_run(scan, at + 3, TRK_C_WORD | TRK_C_DASH, 12, span) &&
		starts_at(at, span);
}

/* Match a classic token of GitHub. */
bool
trk_shape_github_classic(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_literal_at(scan, at, "ghp_") && !word_before(scan, at) &&
		closed_run(scan, at + 4, 20, span) && starts_at(at, span);
}

/* Match a token of Slack. */
bool
trk_shape_slack(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_literal_at(scan, at, "xox") && at + 3 < scan->len &&
		memchr("baprs", scan->s[at + 3], 5) != NULL &&
		trk_char_at(scan, at + 4, '-') && !word_before(scan, at) &&
		dashed_run(scan, at + 5, TRK_C_ALNUM | TRK_C_DASH, 10, span) &&
		starts_at(at, span);
}

/* Match the name of an account and its number, whatever is before it. */
static bool
account_at(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i;

	if ((scan->s[at] | 0x20) == 'b')
		i = trk_folded_at(scan, at, "broker");
	else if ((i = trk_folded_at(scan, at, "account")) == 0)
		i = trk_folded_at(scan, at, "acct");
	if (i == 0)
		return false;
	if (trk_char_at(scan, i, '_') || trk_char_at(scan, i, '-'))
		i++;
	span->end = folded_run(scan, i, TRK_C_ALNUM, 8);
	return span->end > 0 && !word_at(scan, span->end) && starts_at(at, span);
}

/* Match the name of an account and its number. */
bool
trk_shape_client_account(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return !word_before(scan, at) && account_at(scan, at, span);
}

/* Match the number of an order, whatever is before it. */
static bool
order_at(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i;

	if (trk_literal_at(scan, at, "order_"))
		i = at + 6;
	else if (trk_literal_at(scan, at, "ord_"))
		i = at + 4;
	else
		return false;
	return closed_run(scan, i, 10, span) && starts_at(at, span);
}

/* Match the number of an order. */
bool
trk_shape_client_order(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return !word_before(scan, at) && order_at(scan, at, span);
}

/* Match a path below a home directory. */
bool
trk_shape_client_unix_path(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i;

	if (trk_literal_at(scan, at, "/Users/"))
		i = at + 7;
	else if (trk_literal_at(scan, at, "/home/"))
		i = at + 6;
	else if (trk_literal_at(scan, at, "/var/folders/"))
		i = at + 13;
	else
		return false;
	span->end = run_until(scan, i, '"', '\'', 1);
	return span->end > 0 && starts_at(at, span);
}

/* Match a path on a drive.  The anchor is its colon. */
bool
trk_shape_client_windows_path(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	if (!trk_literal_at(scan, at, ":\\") || at == 0 ||
		!trk_class_at(scan, at - 1, TRK_C_ALNUM) ||
		trk_class_at(scan, at - 1, TRK_C_DIGIT))
		return false;
	span->end = run_until(scan, at + 2, '"', '\'', 1);
	return span->end > 0 && starts_at(at - 1, span);
}

/* Characters from which on a token without a digit is not taken for a word. */
#define MIN_WORDLESS_TOKEN	24

/* Match Bearer and a token that is not a word. */
bool
trk_shape_bearer(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_shape_client_bearer(scan, at, span) &&
		(trk_has_digit(scan, at, span->end) ||
		 span->end - trk_space_run(scan, at + 6) >= MIN_WORDLESS_TOKEN);
}

/*
 * Return the end of the value of an assignment.  All values that begin within
 * it have the same end, so the end is cached.
 */
static Size
assigned_end(TrkShapeScan *scan, Size value)
{
	if (value < scan->assigned.begin || value >= scan->assigned.end)
	{
		scan->assigned.begin = value;
		scan->assigned.end = run_until(scan, value, ',', ';', 0);
	}
	return scan->assigned.end;
}

/*
 * Match the name of a secret, a sign of assignment and a value that looks like
 * a secret.
 */
bool
trk_shape_assignment(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		value = assignment_head(scan, at);
	char		first = scan->s[at] | 0x20;
	Size		len;

	if (value == 0 || word_before(scan, at))
		return false;
	span->end = assigned_end(scan, value);
	len = span->end - value;
	if (trk_utf8_length(scan->s + value, Min(len, 24)) < 6)
		return false;
	for (; len > 0 && memchr("\"'`\\", scan->s[value], 4) != NULL; len--)
		value++;
	for (; len > 0 && memchr("\"'`\\", scan->s[value + len - 1], 4) != NULL; len--)
		;
	return (first == 't' ? trk_looks_like_token(scan->s + value, len) :
			trk_looks_like_secret(scan->s + value, len, first == 'p')) && starts_at(at, span);
}

/*
 * Return whether the match is a key and not a name made of words and numbers
 * (sk_hynix_2024q1).  In the name of a member it must look random.
 */
static bool
is_key(const TrkShapeScan *scan, const TrkSpan *span)
{
	const char *key = scan->s + span->start + 3;
	Size		len = span->end - span->start - 3;

	return scan->name ? trk_looks_random(key, len) : trk_looks_like_prefixed_key(key, len);
}

/*
 * Match sk- or sk_ and a key with a digit.  If this fails, every later start
 * within the same run of characters fails too, because it has the same last
 * word boundary; so the run is marked.
 */
static bool
sk_matches(TrkShapeScan *scan, Size at, TrkShapeFn client, TrkSpan *span)
{
	Size		key = at + 3;

	if (at < scan->sk_mark || !trk_literal_at(scan, at, "sk") || word_before(scan, at))
		return false;
	if (client(scan, at, span) && is_key(scan, span))
		return true;
	scan->sk_mark = trk_class_run(scan, Min(key, scan->len), TRK_C_WORD | TRK_C_DASH);
	return false;
}

/* Match sk- and a key with a digit. */
bool
trk_shape_sk_dash(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_char_at(scan, at + 2, '-') && sk_matches(scan, at, trk_shape_client_sk_dash, span);
}

/* Match sk_ and a key with a digit. */
bool
trk_shape_sk_underscore(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return trk_char_at(scan, at + 2, '_') &&
		sk_matches(scan, at, trk_shape_client_sk_underscore, span);
}

/*
 * Return whether the text ends in at least as many digits as a date has, and
 * they are not a date of our times.
 */
static bool
ends_in_number(const char *s, Size len)
{
	Size		digits = 0;

	while (digits < len && s[len - digits - 1] >= '0' && s[len - digits - 1] <= '9')
		digits++;
	return digits > 8 || (digits == 8 && memcmp(s + len - 8, "20", 2) != 0);
}

/*
 * Return whether the match of an account or an order has a number.  One digit
 * is enough, but after an underscore (run_acct_...) it must not be a name made
 * of words and numbers (my_account_balance2024), and in the name of a member
 * it must look random.
 */
static bool
is_numbered(const TrkShapeScan *scan, const TrkSpan *span)
{
	const char *s = scan->s + span->start;
	Size		len = span->end - span->start;

	if (scan->name)
		return trk_looks_random(s, len);
	if (word_before(scan, span->start))
		return ends_in_number(s, len) || trk_looks_like_key(s, len);
	return trk_has_digit(scan, span->start, span->end);
}

/* Return whether a name, or a part of one after an underscore, begins here. */
static bool
part_begins(const TrkShapeScan *scan, Size at)
{
	return !word_before(scan, at) || trk_char_at(scan, at - 1, '_');
}

/*
 * Match the name of an account and its number, with the stricter conditions.
 */
bool
trk_shape_account(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return part_begins(scan, at) && account_at(scan, at, span) && is_numbered(scan, span);
}

/* Match the number of an order, with the stricter conditions. */
bool
trk_shape_order(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return part_begins(scan, at) && order_at(scan, at, span) && is_numbered(scan, span);
}

/* Match a path below a home directory that is not part of a longer path. */
bool
trk_shape_unix_path(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return (at == 0 || (!trk_class_at(scan, at - 1, TRK_C_ALNUM) &&
						memchr(".~%", scan->s[at - 1], 3) == NULL)) &&
		trk_shape_client_unix_path(scan, at, span);
}

/*
 * Match a path on a drive, with the stricter conditions.  The anchor is its
 * colon.
 */
bool
trk_shape_windows_path(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	return at > 0 && trk_loose_edge(scan, at - 1) &&
		trk_shape_client_windows_path(scan, at, span);
}
