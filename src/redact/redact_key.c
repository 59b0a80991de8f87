/*
 * redact_key.c
 *	  Looks up what the redaction rules say about a name.
 *
 * A name is first brought into one spelling: lower case, words separated by
 * '_', dots unchanged.  Then the whole name is looked up, and after it its
 * ends, longest first, each from the beginning of a word.  Nearly all names
 * have no rule; their last three letters alone are enough to decide that.
 */
#include "base/trk.h"

#include "redact/redact_key.h"
#include "base/unicode.h"

/*
 * Bounds of the length of a rule: at least the first, less than the second.
 * Only the end of a longer name is looked up.
 */
#define MIN_RULE_CHARS		2
#define MAX_RULE_CHARS		48
#define MAX_TAIL_BYTES		(MAX_RULE_CHARS * 4)

#define NAME_SLOTS			2048	/* a power of two, several times the number of rules */

typedef enum TrkNameMatch
{
	MATCH_WHOLE,
	MATCH_END,
	MATCH_BEGIN
} TrkNameMatch;

typedef struct TrkNameRule
{
	const char *name;
	uint8		len;
	uint8		category;		/* TRK_REDACT_* */
	uint8		key_class;
	uint8		match;
} TrkNameRule;

static const TrkNameRule name_rules[] = {
#define TRK_NAME(category, class, match, name) \
	{name, sizeof(name) - 1, TRK_REDACT_##category, TRK_KEY_##class, MATCH_##match},
#include "contract/redactions.def"
};

StaticAssertDecl(lengthof(name_rules) < NAME_SLOTS / 3, "the hash table of names is too small");

typedef struct TrkEnding
{
	const char *text;
	uint8		len;
} TrkEnding;

/*
 * Name endings that the client treats as an account key; whole names are in
 * the key table.
 */
#define TRK_ENDING_ACCOUNT(name)	{"_" name, sizeof("_" name) - 1},
#define TRK_ENDING_SECRET(name)
#define TRK_ENDING_BROKER(name)
#define TRK_ENDING_PROMPT(name)
#define TRK_ENDING_OUTPUT(name)
static const TrkEnding account_endings[] = {
#define TRK_REDACT_KEY(class, name) TRK_ENDING_##class(name)
#include "contract/redactions.def"
};

static const TrkEnding client_keys[] = {
#define TRK_REDACT_KEY(class, name) {name, sizeof(name) - 1},
#include "contract/redactions.def"
};

/*
 * Words at the end of a name after which it still names a secret:
 * password_hash, token_value.
 */
static const TrkEnding qualifiers[] = {
	{"_value", 6}, {"_string", 7}, {"_hash", 5}, {"_confirm", 8}, {"_confirmation", 13},
	{"_header", 7}, {"_plain", 6}, {"_plaintext", 10}, {"_base64", 7}, {"_b64", 4},
	{"_encoded", 8}, {"_encrypted", 10}, {"_raw", 4}, {"_pem", 4}, {"_hex", 4}, {"_text", 5}
};

/* A name in the one spelling, and in lower case as the client compares it. */
typedef struct TrkFoldedKey
{
	char		plain[MAX_TAIL_BYTES];
	char		snake[MAX_TAIL_BYTES * 2 + 1];
	Size		plain_len;
	Size		snake_len;
	bool		whole;			/* false: only the end of the name is here */
} TrkFoldedKey;

/*
 * Tables built from the lists at first use: the rules by a hash of their
 * names, and the set of last three letters (the low five bits of each) that
 * any rule has.
 */
static bool tables_ready = false;
static int16 name_slots[NAME_SLOTS];	/* the number of a rule plus 1, or 0 */
static uint32 last_letters[1024];

/* Hash a name by FNV-1a (Fowler, Noll and Vo). */
static uint32
hash_of(const char *s, Size len)
{
	uint32		hash = 2166136261u;
	Size		i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) s[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* Return the last three letters of the name as an index into the set. */
static inline uint32
last_three(const char *s, Size len)
{
	return (s[len - 3] & 31) << 10 | (s[len - 2] & 31) << 5 | (s[len - 1] & 31);
}

/*
 * Add the last letters of a rule to the set; for a rule of two letters, with
 * every letter before them.
 */
static void
add_last_letters(const char *s, Size len)
{
	char		tail[3];
	int			c;

	if (len >= 3 && s[len - 3] != '_')
	{
		last_letters[last_three(s, len) >> 5] |= (uint32) 1 << (s[len - 1] & 31);
		return;
	}
	memcpy(tail + 1, s + len - 2, 2);
	for (c = 0; c < 32; c++)
	{
		tail[0] = (char) c;
		last_letters[last_three(tail, 3) >> 5] |= (uint32) 1 << (tail[2] & 31);
	}
}

/* Build the tables. */
static void
make_tables(void)
{
	int			i;

	for (i = 0; i < (int) lengthof(name_rules); i++)
	{
		uint32		slot = hash_of(name_rules[i].name, name_rules[i].len);

		while (name_slots[slot & (NAME_SLOTS - 1)] != 0)
			slot++;
		name_slots[slot & (NAME_SLOTS - 1)] = (int16) (i + 1);
		add_last_letters(name_rules[i].name, name_rules[i].len);
	}
	for (i = 0; i < (int) lengthof(client_keys); i++)
		add_last_letters(client_keys[i].text, client_keys[i].len);
	for (i = 0; i < (int) lengthof(qualifiers); i++)
		add_last_letters(qualifiers[i].text, qualifiers[i].len);
	tables_ready = true;
}

/*
 * Return whether a rule may apply to this name.  It never returns false when
 * one does.
 */
static inline bool
may_have_rule(const char *name, Size len)
{
	unsigned char bits = 0;
	char		last = name[len - 1];
	Size		i;

	if (unlikely(!tables_ready))
		make_tables();
	if (len < 3 || (last >= '0' && last <= '9') || last == '_' || last == '-' ||
		(last_letters[last_three(name, len) >> 5] >> (last & 31)) & 1)
		return true;
	for (i = 0; i < len; i++)
	{
		bits |= (unsigned char) name[i];
		if (name[i] == '.')
			return true;
	}
	return bits >= 0x80;
}

/*
 * Return whether the character at i is upper case and begins a word in camel
 * case.
 */
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

/*
 * Return the beginning of the last characters, which are as many as a rule can
 * have.
 */
static Size
tail_begin(const char *s, Size len)
{
	Size		i = len;
	int			chars;

	for (chars = 0; i > 0 && chars < MAX_RULE_CHARS; chars++)
	{
		i--;
		while (i > 0 && ((unsigned char) s[i] & 0xc0) == 0x80)
			i--;
	}
	return i;
}

/*
 * Append a word separator, unless there is one already or the name is still
 * empty.
 */
static void
add_separator(TrkFoldedKey *key)
{
	if (key->snake_len > 0 && key->snake[key->snake_len - 1] != '_' &&
		key->snake[key->snake_len - 1] != '.')
		key->snake[key->snake_len++] = '_';
}

/*
 * Bring a name into the one spelling; of a long name only the last characters.
 */
static void
fold_key(TrkFoldedKey *key, const char *s, Size len)
{
	Size		i = len > MAX_RULE_CHARS ? tail_begin(s, len) : 0;

	key->whole = i == 0;
	key->plain_len = key->snake_len = 0;
	while (i < len)
	{
		uint32		cp;
		int			n;

		if (s[i] >= 'a' && s[i] <= 'z')
		{
			/* the case of nearly all characters */
			key->plain[key->plain_len++] = s[i];
			key->snake[key->snake_len++] = s[i++];
			continue;
		}
		if (s[i] == '_' || s[i] == '-' || s[i] == ' ' || s[i] == '/' || s[i] == ':')
		{
			key->plain[key->plain_len++] = s[i++];
			add_separator(key);
			continue;
		}
		if (begins_word(s, len, i))
			add_separator(key);
		i += trk_utf8_decode(s + i, &cp);
		n = trk_utf8_encode(trk_to_lower(cp), key->plain + key->plain_len);
		memcpy(key->snake + key->snake_len, key->plain + key->plain_len, n);
		key->plain_len += n;
		key->snake_len += n;
	}
	while (key->snake_len > 0 && key->snake[key->snake_len - 1] == '_')
		key->snake_len--;
}

/* Return whether the text ends with one of these endings. */
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

/*
 * Return the rule of these categories with exactly this name and one of two
 * kinds of match.
 */
static const TrkNameRule *
find_rule(const char *s, Size len, uint32 categories, TrkNameMatch match1, TrkNameMatch match2)
{
	uint32		slot = hash_of(s, len);
	int			i;

	for (; (i = name_slots[slot & (NAME_SLOTS - 1)]) != 0; slot++)
	{
		const TrkNameRule *rule = &name_rules[i - 1];

		if (rule->len == len &&
			(rule->category == TRK_REDACT_ANY || (rule->category & categories) != 0) &&
			(rule->match == match1 || rule->match == match2) &&
			memcmp(rule->name, s, len) == 0)
			return rule;
	}
	return NULL;
}

/* Return the rule of the whole name, or else that of its longest end. */
static const TrkNameRule *
find_end_rule(const TrkFoldedKey *key, Size len, uint32 categories)
{
	const TrkNameRule *rule = NULL;
	Size		i;

	if (key->whole)
		rule = find_rule(key->snake, len, categories, MATCH_WHOLE, MATCH_END);
	for (i = 1; rule == NULL && i < len; i++)
	{
		if (key->snake[i - 1] == '_' || key->snake[i - 1] == '.')
			rule = find_rule(key->snake + i, len - i, categories, MATCH_END, MATCH_END);
	}
	return rule;
}

/*
 * Return the rule with which the name begins, as a whole or before an index.
 */
static const TrkNameRule *
find_begin_rule(const TrkFoldedKey *key, uint32 categories)
{
	const TrkNameRule *rule = find_rule(key->snake, key->snake_len, categories, MATCH_BEGIN,
										MATCH_BEGIN);
	Size		i;

	for (i = 1; rule == NULL && i + 1 < key->snake_len; i++)
	{
		if (key->snake[i] == '.' && key->snake[i + 1] >= '0' && key->snake[i + 1] <= '9')
			rule = find_rule(key->snake, i, categories, MATCH_BEGIN, MATCH_BEGIN);
	}
	return rule;
}

/* Return the length of the name without a qualifier or a number at its end. */
static Size
unqualified_len(const TrkFoldedKey *key)
{
	Size		len = key->snake_len;
	int			i;

	while (len > 0 && key->snake[len - 1] >= '0' && key->snake[len - 1] <= '9')
		len--;
	if (len > 0 && len < key->snake_len)
		return key->snake[len - 1] == '_' ? len - 1 : len;
	for (i = 0; i < (int) lengthof(qualifiers); i++)
	{
		if (has_ending(key->snake, len, &qualifiers[i], 1))
			return len - qualifiers[i].len;
	}
	return len;
}

/* Return the class that the rules of these categories give to a name. */
static TrkKeyClass
sense_class(const TrkFoldedKey *key, uint32 categories)
{
	const TrkNameRule *rule = NULL;
	Size		len;

	if (key->whole && memchr(key->snake, '.', key->snake_len) != NULL)
		rule = find_begin_rule(key, categories);
	if (rule == NULL)
		rule = find_end_rule(key, key->snake_len, categories);
	if (rule != NULL)
		return (TrkKeyClass) rule->key_class;
	len = unqualified_len(key);
	if (len == key->snake_len || len == 0)
		return TRK_KEY_ORDINARY;
	rule = find_end_rule(key, len, categories);
	return rule != NULL && (rule->key_class == TRK_KEY_SECRET ||
							rule->key_class == TRK_KEY_TOKEN) ?
		(TrkKeyClass) rule->key_class : TRK_KEY_ORDINARY;
}

/* Return the class that the contract's client gives to a name. */
static TrkKeyClass
client_class(const TrkFoldedKey *key)
{
	int			index = key->whole ? trk_key_lookup(key->plain, key->plain_len) : -1;

	if (index >= 0)
		return (TrkKeyClass) trk_key(index)->key_class;
	return has_ending(key->plain, key->plain_len, account_endings, lengthof(account_endings)) ?
		TRK_KEY_ACCOUNT : TRK_KEY_ORDINARY;
}

/* Look up the class of a name for which may_have_rule() was true. */
static TrkKeyClass
look_up_key(const char *name, Size len, uint32 rules)
{
	TrkKeyClass key_class = TRK_KEY_ORDINARY;
	TrkFoldedKey key;

	fold_key(&key, name, len);
	if (rules & TRK_REDACT_CLIENT)
		key_class = client_class(&key);
	if (key_class == TRK_KEY_ORDINARY)
		key_class = sense_class(&key, rules & ~TRK_REDACT_CLIENT);
	return key_class;
}

/* Return the class of a name in any spelling. */
TrkKeyClass
trk_key_class(const char *name, Size len, uint32 rules)
{
	if (len < MIN_RULE_CHARS || likely(!may_have_rule(name, len)))
		return TRK_KEY_ORDINARY;
	return look_up_key(name, len, rules);
}

/*
 * Return the class of one of the contract's names; each is looked up once and
 * then cached.
 */
TrkKeyClass
trk_known_key_class(int key, uint32 rules)
{
	static uint8 known[TRK_REDACT_ALL + 1][TRK_KNOWN_KEYS]; /* the class plus 1, or 0 */
	uint8	   *entry = &known[rules & TRK_REDACT_ALL][key];

	if (unlikely(*entry == 0))
		*entry = (uint8) (trk_key_class(trk_key(key)->name, trk_key(key)->len, rules) + 1);
	return (TrkKeyClass) (*entry - 1);
}

/* Return the category with this name, or 0 when there is none. */
static uint32
parse_category(const char *s, Size len)
{
	static const struct
	{
		const char *name;
		uint32		rules;
	}			categories[] = {
		{"client", TRK_REDACT_CLIENT},
		{"contract", TRK_REDACT_CONTRACT},
		{"secrets", TRK_REDACT_SECRETS},
		{"pii", TRK_REDACT_PII},
		{"content", TRK_REDACT_CONTENT}
	};
	int			i;

	for (i = 0; i < (int) lengthof(categories); i++)
	{
		if (strlen(categories[i].name) == len && memcmp(categories[i].name, s, len) == 0)
			return categories[i].rules;
	}
	return 0;
}

/* Parse a comma-separated list of categories; blanks around names are ignored. */
bool
trk_rules_parse(const char *s, uint32 *rules)
{
	uint32		result = 0;

	for (;; s++)
	{
		Size		len;
		uint32		category;

		s += strspn(s, " ");
		len = strcspn(s, " ,");
		category = parse_category(s, len);
		if (category == 0)
			return false;
		result |= category;
		s += len;
		s += strspn(s, " ");
		if (*s != ',')
			break;
	}
	if (*s != '\0' ||
		(result & (TRK_REDACT_CLIENT | TRK_REDACT_CONTRACT)) ==
		(TRK_REDACT_CLIENT | TRK_REDACT_CONTRACT))
		return false;
	*rules = result;
	return true;
}
