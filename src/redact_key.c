/*
 * redact_key.c
 *	  What the redaction rules say of a key.
 *
 * Nearly all keys are ordinary, and that is found out from their length, first
 * and last letters alone; the others are brought into lower case and looked up.
 */
#include "trk.h"

#include "redact.h"
#include "unicode.h"

/*
 * The longest rule has fewer characters than this.  Of a longer key only the
 * end is looked at.
 */
#define MAX_RULE_CHARS		32
#define MAX_TAIL_BYTES		(MAX_RULE_CHARS * 4)

/* A key, or the end of one, in lower case: as it is, and with words apart. */
typedef struct TrkFoldedKey
{
	char		plain[MAX_TAIL_BYTES];
	char		snake[MAX_TAIL_BYTES * 2 + 1];
	Size		plain_len;
	Size		snake_len;
	bool		whole;			/* not the end only */
} TrkFoldedKey;

typedef struct TrkEnding
{
	const char *text;
	uint8		len;
} TrkEnding;

/* Endings that make an account key; the names themselves are in the key table. */
#define TRK_ENDING_ACCOUNT(name)	{"_" name, sizeof("_" name) - 1},
#define TRK_ENDING_SECRET(name)
#define TRK_ENDING_BROKER(name)
#define TRK_ENDING_PROMPT(name)
#define TRK_ENDING_OUTPUT(name)
static const TrkEnding account_endings[] = {
#define TRK_REDACT_KEY(class, name) TRK_ENDING_##class(name)
#include "redactions.def"
};

static const TrkEnding secret_endings[] = {
#define TRK_SECRET_SUFFIX(name) {name, sizeof(name) - 1},
#include "redactions.def"
};

static const TrkEnding exact_keys[] = {
#define TRK_REDACT_KEY(class, name) {name, sizeof(name) - 1},
#include "redactions.def"
};

/*
 * Made from the lists at the first use: first letters (low five bits) of the
 * exact keys by length, and last two letters of the endings.
 */
static bool tables_ready = false;
static uint32 first_by_length[MAX_RULE_CHARS];
static uint32 ending_pairs[256];

/* Enter the last two letters of endings. */
static void
add_endings(const TrkEnding *endings, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		const char *end = endings[i].text + endings[i].len;

		Assert(endings[i].len < MAX_RULE_CHARS);
		ending_pairs[(unsigned char) end[-1]] |= (uint32) 1 << (end[-2] & 31);
		ending_pairs[(unsigned char) end[-1] - 'a' + 'A'] |= (uint32) 1 << (end[-2] & 31);
	}
}

/* Fill the tables. */
static void
make_tables(void)
{
	int			i;

	for (i = 0; i < lengthof(exact_keys); i++)
	{
		Assert(exact_keys[i].len < MAX_RULE_CHARS);
		first_by_length[exact_keys[i].len] |= (uint32) 1 << (exact_keys[i].text[0] & 31);
	}
	add_endings(account_endings, lengthof(account_endings));
	add_endings(secret_endings, lengthof(secret_endings));
	tables_ready = true;
}

/* Is there a byte above ASCII? */
static inline bool
has_high_byte(const char *s, Size len)
{
	unsigned char bits = 0;
	Size		i;

	for (i = 0; i < len; i++)
		bits |= (unsigned char) s[i];
	return bits >= 0x80;
}

/* Can a rule apply to this key at all?  Never false when one does. */
static inline bool
may_have_rule(const char *name, Size len)
{
	if (unlikely(!tables_ready))
		make_tables();
	if (len < MAX_RULE_CHARS && (first_by_length[len] >> (name[0] & 31)) & 1)
		return true;
	if (len >= 2 && (ending_pairs[(unsigned char) name[len - 1]] >> (name[len - 2] & 31)) & 1)
		return true;
	return has_high_byte(name, len);
}

/* Is the character at i upper case and the beginning of a word in camel case? */
static bool
begins_word(const char *s, Size len, Size i)
{
	bool		upper = s[i] >= 'A' && s[i] <= 'Z';

	if (!upper || i == 0)
		return false;
	if ((s[i - 1] >= 'a' && s[i - 1] <= 'z') || (s[i - 1] >= '0' && s[i - 1] <= '9'))
		return true;
	return s[i - 1] >= 'A' && s[i - 1] <= 'Z' &&
		i + 1 < len && s[i + 1] >= 'a' && s[i + 1] <= 'z';
}

/* Bring a key into lower case, the last characters only when it is long. */
static void
fold_key(TrkFoldedKey *key, const char *s, Size len)
{
	Size		i = 0;
	Size		chars;

	if (len > MAX_RULE_CHARS)
	{
		for (i = len, chars = 0; i > 0 && chars < MAX_RULE_CHARS; chars++)
		{
			i--;
			while (i > 0 && ((unsigned char) s[i] & 0xc0) == 0x80)
				i--;
		}
	}
	key->whole = i == 0;
	key->plain_len = key->snake_len = 0;
	key->snake[key->snake_len++] = '_';
	while (i < len)
	{
		uint32		cp;
		int			n;

		if ((s[i] >= 'a' && s[i] <= 'z') || s[i] == '_')
		{
			/* what nearly all keys consist of */
			key->plain[key->plain_len++] = s[i];
			key->snake[key->snake_len++] = s[i++];
			continue;
		}
		if (begins_word(s, len, i))
			key->snake[key->snake_len++] = '_';
		i += trk_utf8_decode(s + i, &cp);
		n = trk_utf8_encode(trk_to_lower(cp), key->plain + key->plain_len);
		memcpy(key->snake + key->snake_len, key->plain + key->plain_len, n);
		key->plain_len += n;
		key->snake_len += n;
	}
}

/* Does the text end in one of these? */
static bool
has_ending(const char *s, Size len, const TrkEnding *endings, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		Size		ending_len = endings[i].len;

		if (len >= ending_len && s[len - 1] == endings[i].text[ending_len - 1] &&
			memcmp(s + len - ending_len, endings[i].text, ending_len) == 0)
			return true;
	}
	return false;
}

/* The class of a key that may have one. */
static TrkKeyClass
look_up_key(const char *name, Size len, uint32 rules)
{
	TrkFoldedKey key;

	fold_key(&key, name, len);
	if (rules & TRK_RULES_CONTRACT)
	{
		int			index = key.whole ? trk_key_lookup(key.plain, key.plain_len) : -1;

		if (index >= 0)
			return (TrkKeyClass) trk_key(index)->key_class;
		if (has_ending(key.plain, key.plain_len, account_endings, lengthof(account_endings)))
			return TRK_KEY_ACCOUNT;
	}
	if ((rules & TRK_RULES_SECRETS) &&
		has_ending(key.snake, key.snake_len, secret_endings, lengthof(secret_endings)))
		return TRK_KEY_SECRET_TEXT;
	return TRK_KEY_ORDINARY;
}

/* Does a name of identities end so? */
static TrkKeyClass
identity_class(const char *name, Size len)
{
	static const TrkEnding plain[] = {{"event_id", 8}, {"event_ids", 9}, {"run_id", 6}, {"run_ids", 7}};
	static const TrkEnding others[] = {{"_id", 3}, {"_ids", 4}, {"_ref", 4}, {"_refs", 5},
	{"idempotency_key", 15}, {"symbol", 6}, {"symbols", 7}, {"symbols_missing", 15}, {"asset", 5}};

	if (has_ending(name, len, plain, lengthof(plain)))
		return TRK_KEY_PLAIN_IDENTITY;
	return has_ending(name, len, others, lengthof(others)) ? TRK_KEY_IDENTITY : TRK_KEY_ORDINARY;
}

/* What the redaction rules say of a key, in any case. */
TrkKeyClass
trk_key_class(const char *name, Size len, uint32 rules)
{
	TrkKeyClass key_class = TRK_KEY_ORDINARY;

	if (len != 0 && may_have_rule(name, len))
		key_class = look_up_key(name, len, rules);
	return key_class == TRK_KEY_ORDINARY ? identity_class(name, len) : key_class;
}
