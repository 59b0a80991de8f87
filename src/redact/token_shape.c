/*
 * token_shape.c
 *	  Matchers for credentials that are recognized by their form alone: by
 *	  their prefix, by their parts, or by what they decode to.
 */
#include "base/trk.h"

#include "redact/secret_shape.h"
#include "redact/secret_value.h"

/* The fewest characters after the prefix of a credential without a digit. */
#define MIN_MIXED	20

const TrkToken trk_tokens[] = {
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	{prefix, sizeof(prefix) - 1, TRK_TOKEN_##characters, least, most},
#include "contract/redactions.def"
};

StaticAssertDecl(lengthof(trk_tokens) < 255, "a token's number and 1 is a uint8");

/*
 * The tokens by a hash of the first three bytes of their prefixes, as their
 * number plus 1; built at first use.  Shorter prefixes have a chain of their
 * own.
 */
#define TOKEN_SLOTS		256
#define SHORT_PREFIXES	TOKEN_SLOTS

static bool chains_ready = false;
static uint8 first_token[TOKEN_SLOTS + 1];
static uint8 next_token[lengthof(trk_tokens)];

/* Hash three bytes. */
static inline uint32
slot_of(const char *s)
{
	uint32		head = (uint32) (unsigned char) s[0] | (uint32) (unsigned char) s[1] << 8 |
	(uint32) (unsigned char) s[2] << 16;

	return head * 2654435761u >> 24;
}

/* Build the chains, in the order of the list. */
static void
make_chains(void)
{
	int			i;

	for (i = lengthof(trk_tokens) - 1; i >= 0; i--)
	{
		uint32		slot = trk_tokens[i].prefix_len >= 3 ?
		slot_of(trk_tokens[i].prefix) : SHORT_PREFIXES;

		next_token[i] = first_token[slot];
		first_token[slot] = (uint8) (i + 1);
	}
	chains_ready = true;
}

/* Return the number of tokens in the list. */
int
trk_token_count(void)
{
	return lengthof(trk_tokens);
}

/* Return whether this character can be in such a credential. */
static bool
is_token_char(char c, TrkTokenCharacters characters)
{
	uint8		classes = trk_char_class[(unsigned char) c];

	switch (characters)
	{
		case TRK_TOKEN_ALNUM:
			return (classes & TRK_C_ALNUM) != 0;
		case TRK_TOKEN_HEX:
			return (classes & TRK_C_HEX) != 0;
		case TRK_TOKEN_WORD:
			return (classes & (TRK_C_WORD | TRK_C_DASH)) != 0;
		case TRK_TOKEN_DOTTED:
			return (classes & (TRK_C_WORD | TRK_C_DASH)) != 0 || c == '.';
		case TRK_TOKEN_PATH:
			return (classes & (TRK_C_WORD | TRK_C_DASH)) != 0 || c == '/';
		case TRK_TOKEN_BASE64:
			return (classes & (TRK_C_WORD | TRK_C_DASH)) != 0 || c == '+' || c == '/' || c == '=';
		case TRK_TOKEN_KINDS:
			break;
	}
	return false;
}

/* Return the end of the characters of a credential that begin at i. */
static Size
token_run(const TrkShapeScan *scan, Size i, TrkTokenCharacters characters)
{
	Size		begin = i;

	while (i < scan->len && is_token_char(scan->s[i], characters))
		i++;
	while (i > begin && scan->s[i - 1] == '.')
		i--;					/* the period that ends a sentence is not part of it */
	return i;
}

/*
 * Return whether the text is long and has letters of both cases, so that it is
 * not a word even without a digit.
 */
static bool
is_mixed(const TrkShapeScan *scan, Size begin, Size end)
{
	bool		upper = false;
	bool		lower = false;
	Size		i;

	for (i = begin; i < end; i++)
	{
		upper |= trk_class_at(scan, i, TRK_C_UPPER);
		lower |= scan->s[i] >= 'a' && scan->s[i] <= 'z';
	}
	return upper && lower && end - begin >= MIN_MIXED;
}

/*
 * Return whether this credential begins at the anchor.  If there is no digit
 * from here on, there is none from any later start within the same run of
 * characters; so the run is marked.
 */
static bool
token_matches(TrkShapeScan *scan, Size at, const TrkToken *token, TrkSpan *span)
{
	Size		tail = at + token->prefix_len;

	/* most other prefixes of the chain differ in the first two bytes */
	if (scan->s[at] != token->prefix[0] || scan->s[at + 1] != token->prefix[1] ||
		at < scan->token_marks[token->characters] ||
		!trk_text_at(scan, at, token->prefix, token->prefix_len))
		return false;
	span->start = at;
	span->end = token_run(scan, tail, (TrkTokenCharacters) token->characters);
	if (span->end - tail < token->least || (token->most > 0 && span->end - tail > token->most))
		return false;
	if (token->characters == TRK_TOKEN_HEX && trk_class_at(scan, span->end, TRK_C_ALNUM))
		return false;			/* the beginning of a word, and not a hex number */
	if (trk_looks_like_key(scan->s + tail, span->end - tail) || is_mixed(scan, tail, span->end))
		return true;
	scan->token_marks[token->characters] = span->end;
	return false;
}

/* Return whether a credential of this chain begins at the anchor. */
static bool
chain_matches(TrkShapeScan *scan, Size at, uint32 slot, TrkSpan *span)
{
	uint8		i;

	for (i = first_token[slot]; i != 0; i = next_token[i - 1])
	{
		if (token_matches(scan, at, &trk_tokens[i - 1], span))
			return true;
	}
	return false;
}

/* Match a credential by its prefix. */
bool
trk_shape_token(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	if (unlikely(!chains_ready))
		make_chains();
	return scan->len - at > 3 &&
		(chain_matches(scan, at, slot_of(scan->s + at), span) ||
		 chain_matches(scan, at, SHORT_PREFIXES, span)) && trk_loose_edge(scan, at);
}

/*
 * Match sk- or sk_ and a key with a digit, which may contain dots.  If this
 * fails, every later start within the key fails too; so the key is marked.
 */
bool
trk_shape_sk_loose(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	if (at < scan->sk_loose_mark ||
		!(trk_literal_at(scan, at, "sk-") || trk_literal_at(scan, at, "sk_")) ||
		!trk_loose_edge(scan, at))
		return false;
	span->start = at;
	span->end = token_run(scan, at + 3, TRK_TOKEN_DOTTED);
	if (span->end - at >= 15 &&
		(scan->name ? trk_looks_random(scan->s + at + 3, span->end - at - 3) :
		 trk_looks_like_prefixed_key(scan->s + at + 3, span->end - at - 3)))
		return true;
	scan->sk_loose_mark = span->end;
	return false;
}

/*
 * Match a JSON web token, signed (three parts, the last of which may be empty)
 * or encrypted (five parts).  If this fails, every later start within the
 * first part fails too, because the same parts follow it.
 */
bool
trk_shape_jwt(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	static const int min[] = {8, 2, 0, 1, 1};
	Size		i = at + 3;
	int			part;

	if (at < scan->jwt_mark || !trk_literal_at(scan, at, "eyJ") || !trk_loose_edge(scan, at))
		return false;
	span->start = at;
	for (part = 0; part < (int) lengthof(min); part++)
	{
		Size		end = trk_class_run(scan, i, TRK_C_WORD | TRK_C_DASH);

		if (end - i < min[part])
			break;
		span->end = end;
		if (!trk_char_at(scan, end, '.'))
		{
			part++;
			break;
		}
		i = end + 1;
	}
	if (part >= 3)
		return true;
	scan->jwt_mark = trk_class_run(scan, at, TRK_C_WORD | TRK_C_DASH);
	return false;
}

/*
 * Match a token of Slack of any kind, also one with another prefix before it.
 * If this fails, every later start within the token fails too.
 */
bool
trk_shape_slack_loose(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i = at + 4;

	if (at < scan->slack_mark || !trk_literal_at(scan, at, "xox") || !trk_loose_edge(scan, at) ||
		!trk_class_at(scan, at + 3, TRK_C_ALNUM))
		return false;
	if (trk_literal_at(scan, i, ".xox") && trk_class_at(scan, i + 4, TRK_C_ALNUM))
		i += 5;
	if (!trk_char_at(scan, i, '-'))
		return false;
	span->start = at;
	span->end = ++i;
	while (trk_class_at(scan, span->end, TRK_C_WORD | TRK_C_DASH) ||
		   trk_char_at(scan, span->end, '%'))
		span->end++;
	if (span->end - i >= 10 && trk_has_digit(scan, i, span->end))
		return true;
	scan->slack_mark = span->end;
	return false;
}

/*
 * Return whether the text is the base64 form of a number: of '1' to '9' and
 * another digit.
 */
static bool
encodes_digits(const TrkShapeScan *scan, Size at)
{
	switch (scan->s[at])
	{
		case 'M':
			return memchr("Tjz", scan->s[at + 1], 3) != NULL;
		case 'N':
			return memchr("DTjz", scan->s[at + 1], 4) != NULL;
		case 'O':
			return memchr("DT", scan->s[at + 1], 2) != NULL;
		default:
			return false;
	}
}

/*
 * Match the token of a Discord bot: an id, a time and a code, each in base64.
 */
bool
trk_shape_discord_token(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		end = at;

	if (!encodes_digits(scan, at) || !trk_loose_edge(scan, at))
		return false;
	while (end - at <= 29 && trk_class_at(scan, end, TRK_C_WORD | TRK_C_DASH))
		end++;
	if (end - at < 23 || !trk_char_at(scan, end, '.'))
		return false;
	span->start = at;
	span->end = trk_class_run(scan, end + 1, TRK_C_WORD | TRK_C_DASH);
	if (span->end != end + 7 || !trk_char_at(scan, span->end, '.'))
		return false;
	end = span->end + 1;
	span->end = trk_class_run(scan, end, TRK_C_WORD | TRK_C_DASH);
	return span->end - end >= 27 && trk_has_digit(scan, at, span->end);
}

/* Match the token of a Telegram bot.  The anchor is its colon. */
bool
trk_shape_telegram(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	if (!trk_literal_at(scan, at, ":AA"))
		return false;
	for (span->start = at; span->start > 0 && at - span->start <= 10; span->start--)
	{
		if (!trk_class_at(scan, span->start - 1, TRK_C_DIGIT))
			break;
	}
	span->end = trk_class_run(scan, at + 3, TRK_C_WORD | TRK_C_DASH);
	return at - span->start >= 8 && at - span->start <= 10 && span->end - at >= 33;
}

/* Return whether this character can be in an Azure secret. */
static bool
is_azure_char(const TrkShapeScan *scan, Size i)
{
	return trk_class_at(scan, i, TRK_C_WORD | TRK_C_DASH) || trk_char_at(scan, i, '.') ||
		trk_char_at(scan, i, '~');
}

/*
 * Match an Azure client secret.  The anchor is the '~' after its first five
 * characters.
 */
bool
trk_shape_azure_secret(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i;

	if (!trk_char_at(scan, at, '~') || at < 5 || scan->s[at - 1] != 'Q' ||
		!trk_class_at(scan, at - 2, TRK_C_DIGIT))
		return false;
	span->start = at - 5;
	for (i = span->start; i < at - 2; i++)
	{
		if (!is_azure_char(scan, i))
			return false;
	}
	span->end = at + 1;
	while (is_azure_char(scan, span->end))
		span->end++;
	return span->end - at > 31;
}

/*
 * Match a Bitcoin private key in the wallet import format: 51 or 52 characters
 * of Base58.
 */
bool
trk_shape_wallet_key(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		i;

	if (!trk_class_at(scan, at + 50, TRK_C_ALNUM) || !trk_class_at(scan, at + 25, TRK_C_ALNUM) ||
		!trk_ascii_edge(scan, at))
		return false;
	for (i = at; trk_class_at(scan, i, TRK_C_ALNUM); i++)
	{
		if (memchr("0OIl", scan->s[i], 4) != NULL)
			return false;
	}
	span->start = at;
	span->end = i;
	return (i - at == 51 || i - at == 52) && !trk_class_at(scan, i, TRK_C_WORD) &&
		trk_has_digit(scan, at + 1, i);
}

/*
 * Match "-----", "BEGIN" or "END", and a blank that is plain or URL-encoded.
 * Returns the end, or 0.
 */
static Size
blank_after(const TrkShapeScan *scan, Size i)
{
	if (trk_char_at(scan, i, ' ') || trk_char_at(scan, i, '+'))
		return i + 1;
	return trk_literal_at(scan, i, "%20") ? i + 3 : 0;
}

/*
 * Match "PRIVATE KEY-----" after a short label at i.  Returns the end, or 0.
 */
static Size
private_label_at(const TrkShapeScan *scan, Size i)
{
	char		label[64];
	Size		n = 0;

	while (n < sizeof(label) - 1)
	{
		Size		next = blank_after(scan, i);

		if (next > 0)
			label[n++] = ' ';
		else if (trk_class_at(scan, i, TRK_C_UPPER | TRK_C_DIGIT))
		{
			label[n++] = scan->s[i];
			next = i + 1;
		}
		else
			break;
		i = next;
	}
	if (!trk_literal_at(scan, i, "-----"))
		return 0;
	if (n >= 6 && memcmp(label + n - 6, " BLOCK", 6) == 0)
		n -= 6;
	if (n < 11 || n > 51 || memcmp(label + n - 11, "PRIVATE KEY", 11) != 0)
		return 0;
	return i + 5;
}

/*
 * Match a private key in PEM or PGP armor, up to its end line or the end of
 * the text.
 */
bool
trk_shape_private_key(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	const char *dash;
	Size		i;

	if (!trk_literal_at(scan, at, "-----BEGIN") || (i = blank_after(scan, at + 10)) == 0 ||
		(i = private_label_at(scan, i)) == 0)
		return false;
	span->start = at;
	span->end = scan->len;
	for (; (dash = memchr(scan->s + i, '-', scan->len - i)) != NULL; i++)
	{
		Size		label;

		i = dash - scan->s;
		if (trk_literal_at(scan, i, "-----END") && (label = blank_after(scan, i + 8)) > 0 &&
			private_label_at(scan, label) > 0)
		{
			span->end = private_label_at(scan, label);
			break;
		}
	}
	return true;
}

/* Return the six bits of a base64 character, or -1. */
static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Return whether base64 text decodes to printable characters with a colon
 * among them.
 */
static bool
decodes_to_pair(const char *s, Size len)
{
	bool		colon = false;
	uint32		bits = 0;
	int			nbits = 0;
	Size		i;

	for (i = 0; i < len && s[i] != '='; i++)
	{
		bits = bits << 6 | (uint32) base64_value(s[i]);
		nbits += 6;
		if (nbits >= 8)
		{
			unsigned char c = (unsigned char) (bits >> (nbits - 8));

			nbits -= 8;
			if (c < 0x20 || c == 0x7f)
				return false;
			colon |= c == ':';
		}
	}
	return colon;
}

/* Match Basic and base64 text that decodes to a name and a password. */
bool
trk_shape_basic(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		word = trk_folded_at(scan, at, "basic");
	Size		begin;

	if (word == 0 || !trk_loose_edge(scan, at))
		return false;
	begin = trk_space_run(scan, word);
	if (begin == word)
		return false;
	span->start = at;
	for (span->end = begin; span->end < scan->len; span->end++)
	{
		if (base64_value(scan->s[span->end]) < 0)
			break;
	}
	if (span->end - begin < 8 || !decodes_to_pair(scan->s + begin, Min(span->end - begin, TRK_SECRET_LOOK)))
		return false;
	while (trk_char_at(scan, span->end, '='))
		span->end++;
	return true;
}

/* Match Bearer, separated in any way, and a token that is not a word. */
bool
trk_shape_bearer_loose(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		word = trk_folded_at(scan, at, "bearer");
	Size		begin;

	if (word == 0 || !trk_loose_edge(scan, at))
		return false;
	begin = trk_space_run(scan, word);
	if (trk_char_at(scan, begin, ':') || trk_char_at(scan, begin, '='))
		begin = trk_space_run(scan, begin + 1);
	else if (trk_literal_at(scan, begin, "%20"))
		begin += 3;
	if (begin == word)
		return false;
	while (begin < scan->len && memchr("\"'\\", scan->s[begin], 3) != NULL)
		begin++;
	span->start = at;
	span->end = trk_class_run(scan, begin, TRK_C_BEARER);
	return span->end - begin >= 12 &&
		(trk_has_digit(scan, begin, span->end) || span->end - begin >= 24);
}

/* Match an account of Interactive Brokers. */
bool
trk_shape_ibkr_account(TrkShapeScan *scan, Size at, TrkSpan *span)
{
	Size		begin = at + 1;
	int			least = 7;

	if (trk_char_at(scan, at, 'D') && (trk_char_at(scan, at + 1, 'U') || trk_char_at(scan, at + 1, 'F')))
	{
		begin++;
		least = 6;
	}
	else if (!trk_char_at(scan, at, 'U'))
		return false;
	if (!trk_ascii_edge(scan, at))
		return false;
	span->start = at;
	span->end = trk_class_run(scan, begin, TRK_C_DIGIT);
	return span->end - begin >= least && span->end - begin <= 8 &&
		!trk_class_at(scan, span->end, TRK_C_WORD);
}
