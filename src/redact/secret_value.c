/*
 * secret_value.c
 *	  Decides whether a value behind a name is a secret.
 */
#include "base/trk.h"

#include <ctype.h>

#include "base/pseudonym.h"
#include "redact/secret_value.h"

#define MIN_SECRET			6	/* characters, as the contract requires */
#define MIN_TOKEN			8	/* characters of a token with a digit */
#define MIN_WORDLESS		16	/* characters; a longer text without a digit is not a word */
#define MIN_RANDOM_RUN		12	/* letters and digits in sequence */
#define MIN_MIXED_RUN		16	/* the same, with few digits or none */
#define MAX_DATE_DIGITS		8	/* as in 20260105 */

/* Words that describe a secret instead of being one, in lower case. */
static const char *const placeholders[] = {
	"required", "missing", "none", "null", "nil", "undefined", "empty", "unset", "not",
	"invalid", "expired", "wrong", "incorrect", "changed", "reset", "is", "was", "has",
	"must", "should", "cannot", "failed", "failure", "error", "true", "false", "yes", "no",
	"optional", "provided", "unknown", "redacted", "hidden", "masked", "removed", "needed",
	"mismatch", "rotated", "revoked", "updated", "disabled", "enabled", "protected",
	"policy", "string", "rejected", "accepted", "denied", "unauthorized", "forbidden",
	"found", "placeholder", "configured", "present", "absent", "available", "unavailable",
	"valid", "correct", "secret", "password", "token", "default", "generated", "supplied",
	"and", "or", "for", "from", "with", "the", "this", "that", "your", "limit", "usage",
	"count", "counts", "budget", "refresh", "refreshed", "rotation", "authentication",
	"authorization", "sensitive", "confidential", "encrypted", "omitted", "filtered",
	"stripped", "censored", "changeme", "todo", "n/a", "not_set", "not-set", "notset"
};

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
is_letter(char c)
{
	return is_lower(c) || is_upper(c);
}

/* The kinds of characters in a range of text. */
typedef struct TrkMixture
{
	int			digits;
	int			lower;
	int			upper;
	int			others;
} TrkMixture;

static TrkMixture
mixture_of(const char *s, Size len)
{
	TrkMixture	mix = {0};
	Size		i;

	for (i = 0; i < len; i++)
	{
		mix.digits += is_digit(s[i]);
		mix.lower += is_lower(s[i]);
		mix.upper += is_upper(s[i]);
		mix.others += !is_digit(s[i]) && !is_letter(s[i]);
	}
	return mix;
}

/*
 * Return whether the text is a UUID: eight, four, four, four and twelve hex
 * digits.
 */
bool
trk_is_uuid(const char *s, Size len)
{
	Size		i;

	if (len != 36)
		return false;
	for (i = 0; i < len; i++)
	{
		bool		dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !isxdigit((unsigned char) s[i]))
			return false;
	}
	return true;
}

/*
 * Count how often a run of letters and digits changes from letter to digit or
 * back, or to a capital.
 */
static int
changes_in(const char *s, Size len)
{
	int			changes = 0;
	Size		i;

	for (i = 1; i < len; i++)
		changes += is_digit(s[i]) != is_digit(s[i - 1]) ||
			(is_upper(s[i]) && is_lower(s[i - 1]));
	return changes;
}

/*
 * Return whether a run of letters and digits is not a word.  Words have digits
 * at most at their end, and are in one case or begin with a capital; when
 * several are written together, most letters are small.
 */
static bool
is_random_run(const char *s, Size len)
{
	TrkMixture	mix = mixture_of(s, len);

	if (len < MIN_RANDOM_RUN || mix.lower + mix.upper == 0)
		return false;
	if (mix.digits == 0 && (len < MIN_MIXED_RUN || mix.upper * 10 < len * 3 ||
							mix.lower * 10 < len * 3))
		return false;
	return changes_in(s, len) >= 3;
}

/*
 * Return whether a run of letters and digits has what words and numbers in
 * names do not have.
 */
static bool
is_key_run(const char *s, Size len)
{
	TrkMixture	mix = mixture_of(s, len);
	int			changes = changes_in(s, len);

	if (mix.digits == 0 || mix.lower + mix.upper == 0)
		return mix.digits > MAX_DATE_DIGITS;
	return changes >= 3 || len >= MIN_MIXED_RUN ||
		(len >= MIN_TOKEN && changes >= 2) || (is_digit(s[0]) && mix.digits + 3 <= len);
}

/*
 * Return whether is_key_run() accepts the run, or it is as long as a token and
 * has a digit, which is enough after a prefix.
 */
static bool
is_token_run(const char *s, Size len)
{
	TrkMixture	mix = mixture_of(s, len);

	return is_key_run(s, len) ||
		(len >= MIN_TOKEN && mix.digits > 0 && mix.lower + mix.upper > 0);
}

/*
 * Return whether is_such() is true for a run of letters and digits in the
 * text.
 */
static bool
has_run(const char *s, Size len, bool (*is_such) (const char *, Size))
{
	Size		i = 0;

	len = Min(len, TRK_SECRET_LOOK);
	while (i < len)
	{
		Size		begin = i;

		while (i < len && (is_letter(s[i]) || is_digit(s[i])))
			i++;
		if (is_such(s + begin, i - begin))
			return true;
		i++;
	}
	return false;
}

/*
 * Return whether a part of the text is one that only keys have, so that it is
 * not a name made of words and numbers.
 */
bool
trk_looks_like_key(const char *s, Size len)
{
	return has_run(s, len, is_key_run);
}

/*
 * Return whether the text is a key, given that the prefix of keys stands
 * before it.
 */
bool
trk_looks_like_prefixed_key(const char *s, Size len)
{
	return has_run(s, len, is_token_run);
}

/*
 * Return whether the text is twelve or more words of lower-case letters, as in
 * the seed phrase of a wallet.
 */
static bool
is_word_list(const char *s, Size len)
{
	int			words = 0;
	Size		i;

	for (i = 0; i < len; i++)
	{
		if (s[i] == ' ')
			continue;
		if (!is_lower(s[i]))
			return false;
		words += i == 0 || s[i - 1] == ' ';
	}
	return words >= 12;
}

/* Return whether the text looks random. */
bool
trk_looks_random(const char *s, Size len)
{
	Size		i = 0;

	len = Min(len, TRK_SECRET_LOOK);
	if (trk_is_uuid(s, len))
		return false;
	while (i < len)
	{
		Size		begin = i;

		while (i < len && (is_letter(s[i]) || is_digit(s[i])))
			i++;
		if (is_random_run(s + begin, i - begin))
			return true;
		i++;
	}
	return is_word_list(s, len);
}

/*
 * Return whether the text is a number, perhaps with a sign, separators and a
 * short unit.
 */
static bool
is_number(const char *s, Size len)
{
	Size		i = len > 0 && (s[0] == '+' || s[0] == '-');
	Size		letters;

	if (i == len || !is_digit(s[i]))
		return false;
	while (i < len && (is_digit(s[i]) || strchr(".,_", s[i]) != NULL))
		i++;
	letters = i;
	while (i < len && (is_letter(s[i]) || s[i] == '%'))
		i++;
	return i == len && i - letters <= 3;
}

/* Return whether the text is a word, an equals sign and a number. */
static bool
is_assigned(const char *s, Size len)
{
	Size		i = 0;

	while (i < len && (is_letter(s[i]) || s[i] == '_'))
		i++;
	return i > 0 && i < len && (s[i] == '=' || s[i] == ':') && is_number(s + i + 1, len - i - 1);
}

/* Return whether the text is a public address: 0x and 40 hex digits. */
static bool
is_address(const char *s, Size len)
{
	Size		i;

	if (len != 42 || s[0] != '0' || s[1] != 'x')
		return false;
	for (i = 2; i < len; i++)
	{
		if (!isxdigit((unsigned char) s[i]))
			return false;
	}
	return true;
}

/* Return whether the text can be a token. */
bool
trk_looks_like_token(const char *s, Size len)
{
	TrkMixture	mix;

	len = Min(len, TRK_SECRET_LOOK);
	if (len < MIN_TOKEN || s[0] == '<' || memchr(s, ' ', len) != NULL)
		return false;
	mix = mixture_of(s, len);
	if (mix.digits == 0 && (len < MIN_WORDLESS || mix.others > 0))
		return false;

	/*
	 * token:input=1523 is a number of tokens, and an address identifies a traded token
	 */
	return !is_number(s, len) && !is_assigned(s, len) && !is_address(s, len) &&
		!trk_is_placeholder(s, len);
}

/* Return whether this word, in any case, is one of the placeholders. */
static bool
is_placeholder_word(const char *s, Size len)
{
	int			i;

	for (i = 0; i < (int) lengthof(placeholders); i++)
	{
		const char *word = placeholders[i];
		Size		n = 0;

		while (n < len && word[n] != '\0' && (s[n] | (is_upper(s[n]) ? 0x20 : 0)) == word[n])
			n++;
		if (n == len && word[n] == '\0')
			return true;
	}
	return false;
}

/*
 * Return the end of an identifier, or of several with dots between them;
 * *dotted says whether there were dots.
 */
static Size
identifier_path(const char *s, Size len, bool *dotted)
{
	Size		i = 0;

	*dotted = false;
	while (i < len && (is_letter(s[i]) || s[i] == '_' ||
					   (i > 0 && (is_digit(s[i]) || s[i] == '.'))))
	{
		*dotted |= s[i] == '.';
		i++;
	}
	return i;
}

/*
 * Return whether the text is code that would fetch the secret: get_key(),
 * env["KEY"], config.key.
 */
static bool
is_code(const char *s, Size len)
{
	bool		dotted;
	Size		end = identifier_path(s, len, &dotted);

	if (end > 0 && end < len && (s[end] == '(' || s[end] == '['))
		return true;
	return dotted && end == len && mixture_of(s, len).digits == 0;
}

/* Return whether the text stands for a secret that is not there. */
bool
trk_is_placeholder(const char *s, Size len)
{
	Size		end;
	Size		i;

	len = Min(len, TRK_SECRET_LOOK);
	for (; len > 0 && memchr("\"'`\\", s[0], 4) != NULL; len--)
		s++;
	if (len == 0)
		return true;
	if ((len >= TRK_REPLACEMENT_LEN &&
		 memcmp(s, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN) == 0) || trk_pseudonym_at(s, len) > 0)
		return true;
	if (strchr("<{[(", s[0]) != NULL || (len > 1 && memchr("{($", s[1], 3) != NULL && strchr("$%#@", s[0]) != NULL))
		return true;
	if ((s[0] == '$' || s[0] == '%') && mixture_of(s, len).digits == 0)
		return true;
	for (i = 1; i < len && s[i] == s[0]; i++)
		;
	if (i == len)
		return true;			/* ****, xxxx, .... */
	for (end = len; end > 0 && memchr(".!?:)]}\"'`\\", s[end - 1], 11) != NULL; end--)
		;
	return is_placeholder_word(s, end) || is_code(s, len);
}

/*
 * Return whether a value in a text, behind the name of a secret, is a secret.
 */
bool
trk_looks_like_secret(const char *s, Size len, bool password)
{
	TrkMixture	mix;

	len = Min(len, TRK_SECRET_LOOK);
	if (len < MIN_SECRET)
		return false;
	mix = mixture_of(s, len);
	if (!password && mix.digits == 0 && (len < MIN_WORDLESS || mix.others > 0) &&
		!is_word_list(s, len))
		return false;
	return !trk_is_placeholder(s, len);
}
