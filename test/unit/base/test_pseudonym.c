/*
 * test_pseudonym.c
 *	  Names of identities: the function by published vectors, that they are told
 *	  from what is none, and that nothing takes them for a secret or changes them.
 */
#include "contract/contract.h"
#include "redact/pattern.h"
#include "base/pseudonym.h"
#include "redact/redact.h"
#include "base/sha256.h"
#include "ingest/symbols.h"
#include "tap.h"
#include "base/text.h"

#define ALL_RULES	(TRK_REDACT_CONTRACT | TRK_REDACT_SECRETS | TRK_REDACT_PII | \
					 TRK_REDACT_CLIENT | TRK_REDACT_CONTENT)
#define MANY		1000000

static TrkArena arena;

/* A key of 32 bytes that begins so; a shorter key of HMAC is one with zeros behind it. */
static const uint8 *
key_of(const char *begin, Size len)
{
	static uint8 key[TRK_IDENTITY_KEY_LEN];

	memset(key, 0, sizeof(key));
	memcpy(key, begin, len);
	return key;
}

/* Is the name of a text under a key this, in its form? */
static bool
name_is(const uint8 *key, TrkIdentityForm form, const char *s, Size len, const char *expected)
{
	char		name[TRK_PSEUDONYM_MAX];
	Size		n = trk_pseudonym(key, form, s, len, name);

	return n == strlen(expected) && memcmp(name, expected, n) == 0;
}

/* The letters of a digest that begins with these hex digits. */
static const char *
letters_of(const char *hex)
{
	static char name[] = "[REDACTED]#................";
	int			i;

	for (i = 0; i < TRK_PSEUDONYM_LETTERS; i++)
		name[11 + i] = 'A' + (hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
	return name;
}

/* The vectors of RFC 4231 whose key fits, and some of Python's hmac. */
static void
test_vectors(void)
{
	char		jefe[] = "what do ya want for nothing?";
	char		key[32];
	char		data[200];
	int			i;

	memset(key, 0x0b, 20);
	ok(name_is(key_of(key, 20), TRK_IDENTITY, "Hi There", 8, letters_of("b0344c61d8db3853")),
	   "RFC 4231 test case 1");
	ok(name_is(key_of("Jefe", 4), TRK_IDENTITY, jefe, strlen(jefe), letters_of("5bdcc146bf60754e")),
	   "RFC 4231 test case 2");
	memset(key, 0xaa, 20);
	memset(data, 0xdd, 50);
	ok(name_is(key_of(key, 20), TRK_IDENTITY, data, 50, letters_of("773ea91e36800e46")),
	   "RFC 4231 test case 3");
	for (i = 0; i < 25; i++)
		key[i] = (char) (i + 1);
	memset(data, 0xcd, 50);
	ok(name_is(key_of(key, 25), TRK_IDENTITY, data, 50, letters_of("82558a389a443c0e")),
	   "RFC 4231 test case 4");
	for (i = 0; i < 32; i++)
		key[i] = (char) i;
	ok(name_is(key_of(key, 32), TRK_IDENTITY, "", 0, "[REDACTED]#NDILECAJGNIAPEFP"),
	   "a text of nothing");
	ok(name_is(key_of(key, 32), TRK_IDENTITY, "order_0000000001", 16, "[REDACTED]#PGGLFGACNOOHFCHH"),
	   "a key of 32 bytes");
	ok(name_is(key_of(key, 32), TRK_PLAIN_IDENTITY, "order_0000000001", 16, "redacted-PGGLFGACNOOHFCHH"),
	   "the form without brackets");
	memset(key, 0xff, 32);
	memset(data, 'x', 200);
	ok(name_is(key_of(key, 32), TRK_IDENTITY, data, 200, "[REDACTED]#EODPCAPFHALKFJDJ"),
	   "a long text under a key of ones");
	ok(name_is(NULL, TRK_IDENTITY, "a", 1, "[REDACTED]") &&
	   name_is(NULL, TRK_PLAIN_IDENTITY, "a", 1, "[REDACTED]") &&
	   name_is(key_of("k", 1), TRK_NO_IDENTITY, "a", 1, "[REDACTED]"),
	   "without a key, and for what is no identity");
}

/* Is the name that begins a text so long, and is the text lost as an id? */
static void
told(const char *s, Size at, bool lost)
{
	ok(trk_pseudonym_at(s, strlen(s)) == at && trk_identity_lost(s, strlen(s)) == lost,
	   "%s is %s", s, lost ? "lost" : at > 0 ? "a name" : "an id");
}

/* What is a name, and what says nothing. */
static void
test_told(void)
{
	told("", 0, false);
	told("[", 0, false);
	told("[REDACTED", 0, false);
	told("[REDACTED]", 0, true);
	told("[REDACTED]#", 0, true);
	told("[REDACTED]#ABCDEFGHIJKLMNO", 0, true);
	told("[REDACTED]#ABCDEFGHIJKLMNOP", 27, false);
	told("[REDACTED]#ABCDEFGHIJKLMNOPQ", 27, false);
	told("[REDACTED]#abcdefghijklmnop", 0, true);
	told("[REDACTED]#ABCDEFGHIJKLMNOQ", 0, true);
	told("[REDACTED]#ABCDEFGHIJKLMNOP/[REDACTED]", 27, true);
	told("[REDACTED]#ABCDEFGHIJKLMNOP/[REDACTED]#PONMLKJIHGFEDCBA", 27, false);
	told("a/[REDACTED]/b", 0, true);
	told("[[REDACTED]]", 0, true);
	told("redacted-ABCDEFGHIJKLMNOP", 25, false);
	told("redacted-ABCDEFGHIJKLMNO", 0, false);
	told("redacted-", 0, false);
	told("order_0000000001", 0, false);
}

/* One of many texts. */
static Size
text_of(int n, char text[32])
{
	return (Size) snprintf(text, 32, "order_%010d", n);
}

/* Does any rule find something in a text? */
static bool
matches(const char *s, Size len)
{
	return trk_pattern_matches(s, len, ALL_RULES, NULL);
}

/*
 * A million names: nothing takes one for a secret, alone or within a text;
 * upper case leaves the first form; each is seen whole.
 */
static void
test_many(void)
{
	const uint8 *key = key_of("a key of this test", 18);
	bool		left_alone = true;
	bool		same_case = true;
	bool		seen = true;
	int			n;

	for (n = 0; n < MANY; n++)
	{
		char		text[32];
		Size		len = text_of(n, text);
		char		name[TRK_PSEUDONYM_MAX + 16];
		TrkText		upper;
		Size		size;

		size = trk_pseudonym(key, TRK_IDENTITY, text, len, name);
		left_alone = left_alone && !matches(name, size);
		seen = seen && trk_pseudonym_at(name, size) == size && !trk_identity_lost(name, size);
		trk_arena_reset(&arena);
		upper = trk_text_upper(&arena, (TrkText) {name, size});
		same_case = same_case && upper.len == size && memcmp(upper.s, name, size) == 0;
		memcpy(name, "run_", 4);
		size = 4 + trk_pseudonym(key, TRK_PLAIN_IDENTITY, text, len, name + 4);
		left_alone = left_alone && !matches(name, size) && !matches(name + 4, size - 4);
		seen = seen && trk_pseudonym_at(name + 4, size - 4) == size - 4;
	}
	ok(left_alone, "a million names of both forms are no secrets by any rule");
	ok(same_case, "upper case leaves them as they are");
	ok(seen, "each is seen whole, and is no lost id");
}

/* Order of names. */
static int
name_cmp(const void *a, const void *b)
{
	return memcmp(a, b, TRK_PSEUDONYM_LETTERS);
}

/* Different texts have different names; of 64 bits a million have, all but surely. */
static void
test_different(void)
{
	const uint8 *key = key_of("another key of this test", 24);
	char	   *names = malloc((Size) MANY * TRK_PSEUDONYM_LETTERS);
	bool		different = true;
	char		name[TRK_PSEUDONYM_MAX];
	char		again[TRK_PSEUDONYM_MAX];
	char		text[32];
	int			n;

	for (n = 0; n < MANY; n++)
	{
		(void) trk_pseudonym(key, TRK_IDENTITY, text, text_of(n, text), name);
		memcpy(names + (Size) n * TRK_PSEUDONYM_LETTERS, name + 11, TRK_PSEUDONYM_LETTERS);
	}
	qsort(names, MANY, TRK_PSEUDONYM_LETTERS, name_cmp);
	for (n = 1; n < MANY; n++)
		different = different && name_cmp(names + (Size) (n - 1) * TRK_PSEUDONYM_LETTERS,
										  names + (Size) n * TRK_PSEUDONYM_LETTERS) != 0;
	free(names);
	ok(different, "different texts have different names");
	(void) trk_pseudonym(key, TRK_IDENTITY, text, text_of(7, text), name);
	(void) trk_pseudonym(key, TRK_IDENTITY, text, text_of(7, text), again);
	ok(memcmp(name, again, 27) == 0, "equal texts have equal names");
	(void) trk_pseudonym(key_of("a key", 5), TRK_IDENTITY, text, text_of(7, text), again);
	ok(memcmp(name, again, 27) != 0, "under another key they have others");
}

/* A key of the test, and how often it was asked for. */
static int	asked = 0;

static const uint8 *
test_key(void *arg)
{
	asked++;
	return arg;
}

/* Redact an identity by rules; the result ends with a zero, too. */
static TrkText
redacted(uint32 rules, bool has_key, TrkIdentityForm form, const char *s)
{
	TrkRedactor redactor = {.rules = rules};
	TrkText		text = {s, strlen(s)};
	char	   *copy;

	if (has_key)
		redactor.identity_key = (TrkIdentityKey) {test_key, unconstify(uint8 *, key_of("k", 1))};
	(void) trk_redact_identity(&redactor, &arena, form, text.s, text.len, &text.s, &text.len);
	copy = trk_alloc(&arena, text.len + 1);
	memcpy(copy, text.s, text.len);
	copy[text.len] = '\0';
	text.s = copy;
	return text;
}

/* A redacted text that begins and ends so around a name, or is this. */
static bool
is_name_in(TrkText text, const char *begin, const char *end)
{
	Size		n = strlen(begin);
	Size		m = strlen(end);
	Size		name;

	if (text.len < n + m || memcmp(text.s, begin, n) != 0 ||
		memcmp(text.s + text.len - m, end, m) != 0)
		return false;
	name = trk_pseudonym_at(text.s + n, text.len - n);
	return name > 0 && name == text.len - n - m;
}

/* What redaction makes of identities. */
static void
test_redacted(void)
{
	const uint32 rules = TRK_REDACT_DEFAULT;
	TrkText		once;
	TrkText		twice;

	once = redacted(rules, true, TRK_IDENTITY, "plain-7");
	ok(trk_text_equal(once, trk_text_literal("plain-7")) && asked == 0,
	   "what is no shape stays, and no key is asked for");
	once = redacted(rules, true, TRK_IDENTITY, "order_0000000001");
	ok(is_name_in(once, "", "") && asked == 1, "a shape becomes a name");
	twice = redacted(rules, true, TRK_IDENTITY, "p/order_0000000001/q");
	ok(is_name_in(twice, "p/", "/q") && memcmp(twice.s + 2, once.s, once.len) == 0,
	   "which is the same within a longer text");
	twice = redacted(rules, true, TRK_PLAIN_IDENTITY, "run_x-order_0000000001");
	ok(is_name_in(twice, "run_x-", "") && memcmp(twice.s + 15, once.s + 11, 16) == 0,
	   "and has the same letters in the other form");
	twice = redacted(rules, true, TRK_IDENTITY, once.s);
	ok(trk_text_equal(once, twice), "a name is not redacted again");
	once = redacted(rules, false, TRK_IDENTITY, "order_0000000001");
	ok(trk_text_equal(once, trk_text_literal("[REDACTED]")), "without a key nothing is told");
	asked = 0;
	once = redacted(rules | TRK_REDACT_CLIENT, true, TRK_IDENTITY, "order_0000000001");
	ok(trk_text_equal(once, trk_text_literal("[REDACTED]")) && asked == 0,
	   "nor by the client's rules, which ask for no key");
}

/* The strings of a list of symbols in JSON, tidied; how many had a shape. */
static TrkValue
tidied(const char *json, uint32 *names)
{
	TrkRedactor redactor = {
		.rules = TRK_REDACT_DEFAULT,
		.identity_key = {test_key, unconstify(uint8 *, key_of("k", 1))}
	};
	TrkValue	list;

	if (trk_json_read(&arena, json, strlen(json), &list) != TRK_JSON_OK)
		abort();
	*names = trk_symbols_tidy(&redactor, &arena, &list);
	return list;
}

/* Symbols are told apart, and the same one is one. */
static void
test_symbols(void)
{
	uint32		names;
	TrkValue	list = tidied("[\"order_0000000001\", \"order_0000000002\", \" spy \", \"order_0000000001\"]",
							  &names);

	ok(list.len == 3 && names == 3, "two symbols with a shape and a plain one");
	ok(list.len == 3 && trk_pseudonym_at(list.u.items[0].u.str, list.u.items[0].len) == 27 &&
	   trk_pseudonym_at(list.u.items[1].u.str, list.u.items[1].len) == 27, "are names in upper case");
}

int
main(void)
{
	trk_contract_init();
	trk_arena_init(&arena, NULL, 64 * 1024);
	test_vectors();
	test_told();
	test_redacted();
	test_symbols();
	test_different();
	test_many();
	trk_arena_free(&arena);
	return done_testing();
}
