/*
 * account_shape.c
 *	  Matchers for users and accounts: passwords of users in URLs and in
 *	  commands, numbers of accounts.
 */
#include "base/trk.h"

#include "redact/named_value.h"
#include "redact/secret_value.h"

#define MAX_USERINFO	256		/* bytes */
#define MAX_COMMAND		512		/* most bytes of a command that are looked at */

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
				 (trk_blank_at(scan, i + 7) || trk_char_at(scan, i + 7, '=')))
			colon = i + 8;
		else
			continue;
		while (colon < limit && (trk_blank_at(scan, colon) || trk_quote_at(scan, colon)))
			colon++;
		while (colon < limit && (unsigned char) scan->s[colon] > ' ' && scan->s[colon] != ':')
			colon++;
		if (!trk_char_at(scan, colon, ':') || !trk_read_named_value(scan, colon + 1, span))
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
	if (begin == 0 || (plural && begin == word + 1 && trk_blank_at(scan, word)))
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
