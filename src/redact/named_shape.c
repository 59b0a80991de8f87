/*
 * named_shape.c
 *	  Matchers for secrets that are recognized by the name before them:
 *	  assignments in any notation, headers, options, elements, URLs, accounts.
 *
 * The anchor is the separator between name and value.  The name is read
 * backwards from the anchor, and redact_key.c decides what class of secret it
 * names, as it does for members of events.  Both name and value are read up to
 * a fixed length, so a scan takes linear time.
 */
#include "base/trk.h"

#include "redact/secret_shape.h"
#include "redact/redact_key.h"
#include "redact/secret_value.h"

#define MAX_NAME		64		/* bytes */
#define MAX_BLANKS		8		/* most blanks between name, separator and value */
#define MAX_QUOTED		8192	/* bytes; a longer quoted text is not taken as a value */
#define MAX_USERINFO	256		/* bytes */
#define MIN_COOKIE		8		/* bytes of name=value */
#define MAX_GAP			16		/* most characters between name and value without a separator */
#define MAX_COMMAND		512		/* most bytes of a command that are looked at */
#define MAX_TAG			256		/* most bytes at the beginning of an element that are looked at */
#define MIN_LIST_WORDS	12		/* fewest words of a wallet's seed phrase */
#define MAX_LIST_WORDS	24

/* A name before a separator. */
typedef struct TrkNamed
{
	Size		begin;
	Size		end;
	TrkKeyClass key_class;
} TrkNamed;

/* Return whether there is a blank or a tab at i. */
static inline bool
blank_at(const TrkShapeScan *scan, Size i)
{
	return trk_char_at(scan, i, ' ') || trk_char_at(scan, i, '\t');
}

/* Return whether there is a quotation mark at i. */
static inline bool
quote_at(const TrkShapeScan *scan, Size i)
{
	return i < scan->len && memchr("\"'`", scan->s[i], 3) != NULL;
}

/* Return whether the character at i can be part of a name. */
static inline bool
name_char_at(const TrkShapeScan *scan, Size i)
{
	return trk_class_at(scan, i, TRK_C_WORD | TRK_C_DASH) || trk_char_at(scan, i, '.');
}

/*
 * Return the position before the blanks that end at i; at most MAX_BLANKS are
 * skipped.
 */
static Size
blanks_before(const TrkShapeScan *scan, Size i)
{
	Size		least = i > MAX_BLANKS ? i - MAX_BLANKS : 0;

	while (i > least && blank_at(scan, i - 1))
		i--;
	return i;
}

/*
 * Look up the class of a name.  Returns false unless it is a class of secrets
 * or of accounts.
 */
static bool
classify(const TrkShapeScan *scan, TrkNamed *named)
{
	named->key_class = trk_key_class(scan->s + named->begin, named->end - named->begin,
									 TRK_REDACT_DEFAULT);
	return named->key_class == TRK_KEY_SECRET || named->key_class == TRK_KEY_TOKEN ||
		named->key_class == TRK_KEY_UNSURE || named->key_class == TRK_KEY_ACCOUNT;
}

/* Return the position at which the name that ends at end begins. */
static Size
name_before(const TrkShapeScan *scan, Size end)
{
	Size		least = end > MAX_NAME ? end - MAX_NAME : 0;
	Size		i = end;

	while (i > least && name_char_at(scan, i - 1))
		i--;
	/*
	 * an escaped line break or tab (
	 * , \r, \t) is not part of a name
	 */
	if (i > 0 && scan->s[i - 1] == '\\' && i < end && memchr("nrt", scan->s[i], 3) != NULL)
		i++;
	return i;
}

/*
 * Read the name that ends at end.  Some names have a blank in them (private
 * key: ...), so if the last word alone is not the name of a secret, or is
 * ambiguous, it is looked up together with the word before.
 */
static bool
read_name(const TrkShapeScan *scan, Size end, TrkNamed *named)
{
	TrkNamed	two;

	named->end = end;
	named->begin = name_before(scan, end);
	if (named->begin == end)
		return false;
	if (classify(scan, named) && named->key_class != TRK_KEY_UNSURE)
		return true;
	if (named->begin > 1 && scan->s[named->begin - 1] == ' ' &&
		trk_class_at(scan, named->begin - 2, TRK_C_ALNUM))
	{
		two.end = end;
		two.begin = name_before(scan, named->begin - 1);
		if (classify(scan, &two) && two.key_class == TRK_KEY_SECRET)
		{
			*named = two;
			return true;
		}
		if (two.key_class == TRK_KEY_ORDINARY)
			return false;		/* "public key" is not secret, although "key" alone may be */
	}
	return named->key_class == TRK_KEY_UNSURE;
}

/*
 * Return the length of a quotation mark written as an HTML entity that ends at
 * end.
 */
static Size
entity_before(const TrkShapeScan *scan, Size end)
{
	if (end >= 6 && trk_literal_at(scan, end - 6, "&quot;"))
		return 6;
	return end >= 5 && (trk_literal_at(scan, end - 5, "&#34;") ||
						trk_literal_at(scan, end - 5, "&#39;")) ? 5 : 0;
}

/*
 * Return the length of a quotation mark written as an HTML entity that begins
 * at i.
 */
static Size
entity_at(const TrkShapeScan *scan, Size i)
{
	if (trk_literal_at(scan, i, "&quot;"))
		return 6;
	return trk_literal_at(scan, i, "&#34;") || trk_literal_at(scan, i, "&#39;") ? 5 : 0;
}

/* Read the name before a separator, with or without quotation marks. */
static bool
name_before_separator(const TrkShapeScan *scan, Size at, TrkNamed *named)
{
	Size		end = blanks_before(scan, at);

	if (end > 0 && quote_at(scan, end - 1))
	{
		end--;
		while (end > 0 && scan->s[end - 1] == '\\')
			end--;
	}
	else if (end > 0 && scan->s[end - 1] == ';')
		end -= entity_before(scan, end);
	else if (end > 0 && scan->s[end - 1] == ']')
	{
		/* headers["Authorization"] = */
		end--;
		while (end > 0 && (quote_at(scan, end - 1) || scan->s[end - 1] == '\\'))
			end--;
	}
	return end > 0 && trk_class_at(scan, end - 1, TRK_C_WORD) && read_name(scan, end, named);
}

/*
 * Return whether a character outside ASCII that is not a letter begins at i.
 */
static bool
sign_at(const TrkShapeScan *scan, Size i)
{
	uint32		cp;

	if ((unsigned char) scan->s[i] < 0xc0)
		return false;
	trk_utf8_decode(scan->s + i, &cp);
	return !trk_is_word(cp);
}

/*
 * Return whether a value without quotation marks ends at i.  Passwords can
 * contain commas, semicolons and equals signs, so these end the value only if
 * something else begins after them.
 */
static bool
value_ends(const TrkShapeScan *scan, Size i, Size begin)
{
	unsigned char c = scan->s[i];
	Size		next = i + 1;

	if (c >= 0x80)
		return sign_at(scan, i);
	if (c <= ' ' || memchr("\"'`<>|&)}]", c, 10) != NULL)
		return true;
	if (c == '\\')
		return next < scan->len && memchr("nrt\"'", scan->s[next], 5) != NULL;
	if (c == '=')
		return i > begin && trk_class_at(scan, next, TRK_C_ALNUM);
	if (c != ',' && c != ';')
		return false;
	if (next >= scan->len || (unsigned char) scan->s[next] <= ' ' || quote_at(scan, next))
		return true;
	while (trk_class_at(scan, next, TRK_C_WORD | TRK_C_DASH) && next - i < MAX_NAME)
		next++;
	return trk_char_at(scan, next, '=') || trk_char_at(scan, next, ':');
}

/*
 * Return the end of a value without quotation marks that begins at i.  All
 * values that begin within it have the same end, so the end is cached.
 */
static Size
bare_value_end(TrkShapeScan *scan, Size i)
{
	TrkStretch *bare = &scan->bare;

	if (i <= bare->begin || i >= bare->end)
	{
		bare->begin = bare->end = i;
		while (bare->end < scan->len && !value_ends(scan, bare->end, i))
			bare->end++;
		bare->trimmed = bare->end;
		while (bare->trimmed > i + 1 && memchr(".:", scan->s[bare->trimmed - 1], 2) != NULL)
			bare->trimmed--;	/* the period that ends a sentence is not part of the value */
	}
	return bare->end > i ? Max(bare->trimmed, i + 1) : i;
}

/* Read the value that begins at i, without its quotation marks. */
static bool
read_value(TrkShapeScan *scan, Size i, TrkSpan *value)
{
	Size		begin = i + entity_at(scan, i);
	Size		slashes = 0;
	Size		limit;
	Size		end;

	i = begin;
	if (i + 1 < scan->len && memchr("bru", scan->s[i], 3) != NULL && quote_at(scan, i + 1))
		i++;					/* a Python string with a prefix such as b'...' */
	while (trk_char_at(scan, i, '\\') && slashes < 8)
	{
		i++;
		slashes++;
	}
	if (!quote_at(scan, i))
	{
		value->start = begin;
		value->end = bare_value_end(scan, begin);
		return value->end > begin;
	}
	value->start = i + 1;
	limit = Min(scan->len, i + MAX_QUOTED);
	for (end = i + 1; end < limit; end++)
	{
		Size		before = 0;

		if (scan->s[end] != scan->s[i])
			continue;
		while (before < end - value->start && scan->s[end - 1 - before] == '\\')
			before++;
		if (slashes == 0 ? before % 2 == 0 : before == slashes)
		{
			value->end = end - (slashes == 0 ? 0 : before);
			return value->end > value->start;
		}
	}
	value->end = bare_value_end(scan, value->start);
	return value->end > value->start;
}

/*
 * Return the end of the seed phrase of a wallet that begins at i, or 0 when
 * there is none.
 */
static Size
word_list_end(const TrkShapeScan *scan, Size i)
{
	int			words;
	Size		end = 0;

	for (words = 0; words < MAX_LIST_WORDS; words++)
	{
		Size		begin = i;

		while (i < scan->len && scan->s[i] >= 'a' && scan->s[i] <= 'z')
			i++;
		if (i - begin < 3 || i - begin > 8)
			break;
		end = i;
		if (!trk_char_at(scan, i, ' '))
		{
			words++;
			break;
		}
		i++;
	}
	return words >= MIN_LIST_WORDS ? end : 0;
}

/*
 * Return the first of these words with which the name ends, or NULL; the list
 * ends with NULL.
 */
static const char *
name_ending(const TrkShapeScan *scan, const TrkNamed *named, const char *const *words)
{
	for (; *words != NULL; words++)
	{
		Size		n = strlen(*words);

		if (named->end - named->begin >= n &&
			trk_folded_at(scan, named->end - n, *words) == named->end)
			return *words;
	}
	return NULL;
}

/*
 * Return whether this is the name of a wallet's seed, which may be written as
 * a list of words.
 */
static bool
is_seed(const TrkShapeScan *scan, const TrkNamed *named)
{
	static const char *const words[] = {"mnemonic", "phrase", "seed", "words", NULL};

	return name_ending(scan, named, words) != NULL;
}

/*
 * Return whether this is the name of a password.  Any text may be a password.
 */
static bool
is_password(const TrkShapeScan *scan, const TrkNamed *named)
{
	static const char *const words[] = {"password", "passwords", "passwd", "pwd", "passphrase",
	"passcode", "_pass", NULL};

	return name_ending(scan, named, words) != NULL;
}

/*
 * Return whether the value looks like the number of an account: letters,
 * digits and dashes, with some digits, and not a decimal number.
 */
static bool
looks_like_account(const TrkShapeScan *scan, TrkSpan *value)
{
	int			digits = 0;
	Size		i;

	for (i = value->start; i < value->end && trk_class_at(scan, i, TRK_C_ALNUM | TRK_C_DASH); i++)
		digits += trk_class_at(scan, i, TRK_C_DIGIT);
	if ((trk_char_at(scan, i, '.') || trk_char_at(scan, i, ',')) &&
		trk_class_at(scan, i + 1, TRK_C_DIGIT))
		return false;
	value->end = i;
	return digits >= 5 && value->end - value->start >= 6;
}

/* Return whether the value looks like what the name announces. */
static bool
judge(const TrkShapeScan *scan, const TrkNamed *named, TrkSpan *value)
{
	const char *s = scan->s + value->start;
	Size		len = value->end - value->start;

	switch (named->key_class)
	{
		case TRK_KEY_SECRET:
			return trk_looks_like_secret(s, len, is_password(scan, named));
		case TRK_KEY_TOKEN:
			return trk_looks_like_token(s, len);
		case TRK_KEY_UNSURE:
			return trk_looks_random(s, len) && !trk_is_placeholder(s, len);
		case TRK_KEY_ACCOUNT:
			return looks_like_account(scan, value);
		default:
			return false;
	}
}

/*
 * Match the words of a seed phrase without quotation marks as the value at i.
 */
static bool
words_of_seed(const TrkShapeScan *scan, const TrkNamed *named, Size i, TrkSpan *value)
{
	Size		end = is_seed(scan, named) ? word_list_end(scan, i) : 0;

	if (end == 0)
		return false;
	value->start = i;
	value->end = end;
	return true;
}

/*
 * Return the position after a separator of one to three characters and the
 * blanks behind it.
 */
static Size
after_separator(const TrkShapeScan *scan, Size at)
{
	Size		i = at + 1;
	Size		limit;

	while (i < at + 3 && (trk_char_at(scan, i, '=') || trk_char_at(scan, i, '>')))
		i++;
	limit = i + MAX_BLANKS;
	while (i < limit && blank_at(scan, i))
		i++;
	return i;
}

/*
 * Return whether this is the name of a header, whose value may have several
 * words.
 */
static bool
is_header(const TrkShapeScan *scan, const TrkNamed *named, bool *cookies)
{
	static const char *const words[] = {"cookie", "authorization", NULL};
	const char *ending = name_ending(scan, named, words);

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
	while (i < scan->len && scan->s[i] != '\n' && scan->s[i] != '\r' && !quote_at(scan, i) &&
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
	while (i < limit && !blank_at(scan, i))
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
	if (!quote_at(scan, i))
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
		for (i = end + 1; blank_at(scan, i); i++)
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
	while (end < look && blank_at(scan, end))
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
static bool
header_value(TrkShapeScan *scan, Size i, bool cookies, TrkSpan *span)
{
	while (i < scan->len && (quote_at(scan, i) || scan->s[i] == '\\'))
		i++;
	return cookies ? cookies_at(scan, i, line_end(scan, i), span) :
		authorization_at(scan, i, line_end(scan, i), span);
}

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
	value->end = bare_value_end(scan, at + 1);
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
	Size		value = after_separator(scan, at);
	bool		cookies;

	if (trk_char_at(scan, at, '>'))
	{
		if (at == 0 || scan->s[at - 1] != '-')
			return false;
		name_end--;				/* the other character of the arrow */
	}
	if (fix_password(scan, at, span))
		return true;
	if (!name_before_separator(scan, name_end, &named))
		return false;
	if (named.key_class == TRK_KEY_SECRET && is_header(scan, &named, &cookies) &&
		header_value(scan, value, cookies, span))
		return true;
	return read_value(scan, value, span) &&
		(words_of_seed(scan, &named, value, span) || judge(scan, &named, span));
}

/* Match "password is ...".  The anchor is "is". */
bool
trk_shape_named_word(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;

	if (!trk_literal_at(scan, at, "is ") || at < 4 || scan->s[at - 1] != ' ' ||
		!trk_class_at(scan, at - 2, TRK_C_WORD) || !read_name(scan, at - 1, &named) ||
		named.key_class == TRK_KEY_ACCOUNT || !read_value(scan, at + 3, span))
		return false;
	return words_of_seed(scan, &named, at + 3, span) ||
		(trk_has_digit(scan, span->start, span->end) && judge(scan, &named, span));
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
	if (trk_char_at(scan, end, '_') || trk_char_at(scan, end, '-') || blank_at(scan, end))
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
			 quote_at(scan, i + 1))
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
		!(read_name(scan, end, &named) && named.key_class == TRK_KEY_SECRET))
		return false;
	if (words_of_seed(scan, &named, span->start, span))
		return true;
	span->end = bare_value_end(scan, span->start);
	quoted = quote_at(scan, span->start - 1) &&
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
	while (i < at + MAX_NAME && trk_class_at(scan, i, TRK_C_WORD | TRK_C_DASH))
		i++;
	named.end = i;
	if (!blank_at(scan, i) || !classify(scan, &named))
		return false;
	while (i < named.end + MAX_BLANKS && blank_at(scan, i))
		i++;
	return !trk_char_at(scan, i, '-') && read_value(scan, i, span) && judge(scan, &named, span);
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

	if (at == 0 || !(trk_class_at(scan, at - 1, TRK_C_WORD) || quote_at(scan, at - 1)))
		return false;
	while (i > least && scan->s[i - 1] != '<' && scan->s[i - 1] != '>')
		i--;
	if (i == 0 || scan->s[i - 1] != '<')
		return false;
	named->begin = i;
	while (name_char_at(scan, i) || trk_char_at(scan, i, ':'))
		i++;
	named->end = i;
	return (i == at || blank_at(scan, i)) && classify(scan, named);
}

/* Match "<password>...</".  The anchor is the end of the tag. */
bool
trk_shape_named_element(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	TrkNamed	named;
	Size		limit = Min(scan->len, at + MAX_QUOTED);

	if (!trk_char_at(scan, at, '>') || !element_before(scan, at, &named))
		return false;
	span->start = at + 1;
	for (span->end = span->start; span->end < limit && scan->s[span->end] != '<'; span->end++)
		;
	return judge(scan, &named, span);
}

/*
 * Match the password in a URL or in a data source name, or all that stands
 * before the host when it looks random.  The anchor is the colon of "://".
 */
bool
trk_shape_url_password(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		begin = at + 3;
	Size		limit = Min(scan->len, begin + MAX_USERINFO);
	const char *colon;
	Size		host = 0;
	Size		i;

	if (!trk_literal_at(scan, at, "://") || at == 0 ||
		!trk_class_at(scan, at - 1, TRK_C_ALNUM))
		return false;
	for (i = begin; i < limit && (unsigned char) scan->s[i] > ' ' &&
		 memchr("/?#\"'<>`", scan->s[i], 8) == NULL; i++)
	{
		if (scan->s[i] == '@')
			host = i;
	}
	if (host == 0)
		return false;
	colon = memchr(scan->s + begin, ':', host - begin);
	span->start = colon == NULL ? begin : colon + 1 - scan->s;
	span->end = host;
	if (span->start == span->end || trk_is_placeholder(scan->s + span->start, host - span->start))
		return false;
	return colon != NULL || trk_looks_random(scan->s + begin, host - begin);
}

/*
 * Match the user and password that are passed to curl.  The anchor is the name
 * of the command.
 */
bool
trk_shape_curl_user(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		limit = Min(scan->len, at + MAX_COMMAND);
	Size		i;

	if (!trk_literal_at(scan, at, "curl ") || !trk_loose_edge(scan, at))
		return false;
	for (i = at + 4; i < limit && scan->s[i] != '\n'; i++)
	{
		Size		colon;

		if (scan->s[i] != ' ')
			continue;
		if (trk_literal_at(scan, i, " -u"))
			colon = i + 3;
		else if (trk_literal_at(scan, i, " --user") &&
				 (blank_at(scan, i + 7) || trk_char_at(scan, i + 7, '=')))
			colon = i + 8;
		else
			continue;
		while (colon < limit && (blank_at(scan, colon) || quote_at(scan, colon)))
			colon++;
		while (colon < limit && (unsigned char) scan->s[colon] > ' ' && scan->s[colon] != ':')
			colon++;
		if (!trk_char_at(scan, colon, ':') || !read_value(scan, colon + 1, span))
			continue;
		if (!trk_is_placeholder(scan->s + span->start, span->end - span->start))
			return true;
	}
	return false;
}

/* Return the end of what may stand between "account" and its number. */
static Size
account_number_begin(const TrkShapeScan *scan, Size i)
{
	static const char *const words[] = {"number", "num", "no.", "no", "nr", "id"};
	Size		begin;
	int			w;

	if (trk_char_at(scan, i, ' ') || trk_char_at(scan, i, '_'))
	{
		for (w = 0; w < (int) lengthof(words); w++)
		{
			Size		end = trk_folded_at(scan, i + 1, words[w]);

			if (end > 0 && !trk_class_at(scan, end, TRK_C_ALNUM))
			{
				i = end;
				break;
			}
		}
	}
	begin = i;
	while (i < begin + 3 && i < scan->len && memchr(" #:=", scan->s[i], 4) != NULL)
		i++;
	return i > begin ? i : 0;
}

/*
 * Match an account number with letters at i: a UUID, or eight to fourteen
 * capitals and digits that are not a word followed by a number.
 */
static bool
account_name_at(const TrkShapeScan *scan, Size i, TrkSpan *span)
{
	int			digits = 0;
	bool		mixed = false;	/* a letter after a digit, which words do not have */
	Size		end;

	span->start = i;
	span->end = trk_class_run(scan, i, TRK_C_HEX | TRK_C_DASH);
	if (span->end - i == 36 && trk_is_uuid(scan->s + i, 36) &&
		!trk_class_at(scan, span->end, TRK_C_WORD))
		return true;
	for (end = i; trk_class_at(scan, end, TRK_C_UPPER | TRK_C_DIGIT); end++)
	{
		digits += trk_class_at(scan, end, TRK_C_DIGIT);
		mixed |= digits > 0 && trk_class_at(scan, end, TRK_C_UPPER);
	}
	span->end = end;
	return digits >= (mixed ? 3 : 6) && end - i >= 8 && end - i <= 14 && trk_class_at(scan, i, TRK_C_UPPER) &&
		!trk_class_at(scan, end, TRK_C_WORD | TRK_C_DASH);
}

/* Match "account #123456789". */
bool
trk_shape_account_number(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		word;
	Size		begin;
	Size		digits;
	bool		plural;

	if (scan->len - at < 5)
		return false;
	word = (scan->s[at + 3] | 0x20) == 'o' ? trk_folded_at(scan, at, "account") :
		trk_folded_at(scan, at, "acct");
	if (word == 0 || !trk_loose_edge(scan, at))
		return false;
	plural = trk_char_at(scan, word, 's');
	word += plural;
	begin = account_number_begin(scan, word);
	if (begin == 0 || (plural && begin == word + 1 && blank_at(scan, word)))
		return false;			/* "5 accounts 123456 trades" has no account number */
	for (digits = begin; digits < begin + 3 && trk_class_at(scan, digits, TRK_C_UPPER); digits++)
		;
	if (account_name_at(scan, begin, span))
		return true;
	span->start = begin;
	span->end = trk_class_run(scan, digits, TRK_C_DIGIT);
	if (span->end - digits < 6 || trk_class_at(scan, span->end, TRK_C_WORD))
		return false;
	return !((trk_char_at(scan, span->end, '.') || trk_char_at(scan, span->end, ',')) &&
			 trk_class_at(scan, span->end + 1, TRK_C_DIGIT));
}
