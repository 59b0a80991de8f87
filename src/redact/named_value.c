/*
 * named_value.c
 *	  Reads the name of a secret before a place in a text, and the value after
 *	  it (see named_value.h).
 *
 * The name is read backwards, and redact_key.c decides what class of secret it
 * names, as it does for members of events.
 */
#include "base/trk.h"

#include "redact/named_value.h"
#include "redact/secret_value.h"

#define MIN_LIST_WORDS	12		/* fewest words of a wallet's seed phrase */
#define MAX_LIST_WORDS	24

/*
 * Return the position before the blanks that end at i; at most TRK_NAMED_MAX_BLANKS are
 * skipped.
 */
static Size
blanks_before(const TrkShapeScan *scan, Size i)
{
	Size		least = i > TRK_NAMED_MAX_BLANKS ? i - TRK_NAMED_MAX_BLANKS : 0;

	while (i > least && trk_blank_at(scan, i - 1))
		i--;
	return i;
}

/*
 * Look up the class of a name.  Returns false unless it is a class of secrets
 * or of accounts.
 */
bool
trk_classify_name(const TrkShapeScan *scan, TrkNamed *named)
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
	Size		least = end > TRK_NAMED_MAX_NAME ? end - TRK_NAMED_MAX_NAME : 0;
	Size		i = end;

	while (i > least && trk_name_char_at(scan, i - 1))
		i--;
	/* an escaped line break or tab (\n, \r, \t) is not part of a name */
	if (i > 0 && scan->s[i - 1] == '\\' && i < end && memchr("nrt", scan->s[i], 3) != NULL)
		i++;
	return i;
}

/*
 * Read the name that ends at end.  Some names have a blank in them (private
 * key: ...), so if the last word alone is not the name of a secret, or is
 * ambiguous, it is looked up together with the word before.
 */
bool
trk_read_name(const TrkShapeScan *scan, Size end, TrkNamed *named)
{
	TrkNamed	two;

	named->end = end;
	named->begin = name_before(scan, end);
	if (named->begin == end)
		return false;
	if (trk_classify_name(scan, named) && named->key_class != TRK_KEY_UNSURE)
		return true;
	if (named->begin > 1 && scan->s[named->begin - 1] == ' ' &&
		trk_class_at(scan, named->begin - 2, TRK_C_ALNUM))
	{
		two.end = end;
		two.begin = name_before(scan, named->begin - 1);
		if (trk_classify_name(scan, &two) && two.key_class == TRK_KEY_SECRET)
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
bool
trk_name_before_separator(const TrkShapeScan *scan, Size at, TrkNamed *named)
{
	Size		end = blanks_before(scan, at);

	if (end > 0 && trk_quote_at(scan, end - 1))
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
		while (end > 0 && (trk_quote_at(scan, end - 1) || scan->s[end - 1] == '\\'))
			end--;
	}
	return end > 0 && trk_class_at(scan, end - 1, TRK_C_WORD) && trk_read_name(scan, end, named);
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
	if (next >= scan->len || (unsigned char) scan->s[next] <= ' ' || trk_quote_at(scan, next))
		return true;
	while (trk_class_at(scan, next, TRK_C_WORD | TRK_C_DASH) && next - i < TRK_NAMED_MAX_NAME)
		next++;
	return trk_char_at(scan, next, '=') || trk_char_at(scan, next, ':');
}

/*
 * Return the end of a value without quotation marks that begins at i.  All
 * values that begin within it have the same end, so the end is cached.
 */
Size
trk_bare_value_end(TrkShapeScan *scan, Size i)
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
bool
trk_read_named_value(TrkShapeScan *scan, Size i, TrkSpan *value)
{
	Size		begin = i + entity_at(scan, i);
	Size		slashes = 0;
	Size		limit;
	Size		end;

	i = begin;
	if (i + 1 < scan->len && memchr("bru", scan->s[i], 3) != NULL && trk_quote_at(scan, i + 1))
		i++;					/* a Python string with a prefix such as b'...' */
	while (trk_char_at(scan, i, '\\') && slashes < 8)
	{
		i++;
		slashes++;
	}
	if (!trk_quote_at(scan, i))
	{
		value->start = begin;
		value->end = trk_bare_value_end(scan, begin);
		return value->end > begin;
	}
	value->start = i + 1;
	limit = Min(scan->len, i + TRK_NAMED_MAX_QUOTED);
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
	value->end = trk_bare_value_end(scan, value->start);
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
const char *
trk_name_ending(const TrkShapeScan *scan, const TrkNamed *named, const char *const *words)
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

	return trk_name_ending(scan, named, words) != NULL;
}

/*
 * Return whether this is the name of a password.  Any text may be a password.
 */
static bool
is_password(const TrkShapeScan *scan, const TrkNamed *named)
{
	static const char *const words[] = {"password", "passwords", "passwd", "pwd", "passphrase",
	"passcode", "_pass", NULL};

	return trk_name_ending(scan, named, words) != NULL;
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
bool
trk_judge_named(const TrkShapeScan *scan, const TrkNamed *named, TrkSpan *value)
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
bool
trk_words_of_seed(const TrkShapeScan *scan, const TrkNamed *named, Size i, TrkSpan *value)
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
Size
trk_after_separator(const TrkShapeScan *scan, Size at)
{
	Size		i = at + 1;
	Size		limit;

	while (i < at + 3 && (trk_char_at(scan, i, '=') || trk_char_at(scan, i, '>')))
		i++;
	limit = i + TRK_NAMED_MAX_BLANKS;
	while (i < limit && trk_blank_at(scan, i))
		i++;
	return i;
}
