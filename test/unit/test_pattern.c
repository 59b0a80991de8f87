/*
 * test_pattern.c
 *	  The scanner for secret shapes.
 */
#include "trk.h"

#include <time.h>

#include "pattern.h"
#include "tap.h"

#define ALL_RULES	(TRK_RULES_DEFAULT | TRK_RULES_PII)
#define LONG_TEXT	1000000
#define MAX_SECONDS	20			/* under sanitizers; a quadratic search takes hours */

static TrkArena arena;

/* Redact text that lies in memory of exactly its size. */
static bool
redact_bytes(const char *s, Size len, uint32 rules, const TrkCustomMatch *custom,
			 const char **out, Size *out_len)
{
	static char *exact = NULL;

	free(exact);
	exact = malloc(len > 0 ? len : 1);
	memcpy(exact, s, len);
	trk_arena_reset(&arena);
	*out = exact;
	*out_len = len;
	return trk_pattern_redact(&arena, exact, len, rules, custom, out, out_len);
}

/* Does the text become the other, and does matches() agree? */
static void
becomes(uint32 rules, const char *text, const char *expected)
{
	Size		len = strlen(text);
	const char *out;
	Size		out_len;
	bool		changed = redact_bytes(text, len, rules, NULL, &out, &out_len);

	ok(out_len == strlen(expected) && memcmp(out, expected, out_len) == 0 &&
	   changed == (strcmp(text, expected) != 0) &&
	   changed == trk_pattern_matches(text, len, rules, NULL) &&
	   !trk_pattern_matches(out, out_len, rules, NULL),
	   "rules %u: %s", rules, text);
}

/* The text stays as it is. */
static void
stays(uint32 rules, const char *text)
{
	becomes(rules, text, text);
}

/* Is this text in the other? */
static bool
contains(const char *s, Size len, const char *text)
{
	Size		n = strlen(text);
	Size		i;

	for (i = 0; i + n <= len; i++)
	{
		if (memcmp(s + i, text, n) == 0)
			return true;
	}
	return false;
}

/*
 * A sample of one category loses what is secret in it.  Where a name tells, the
 * name and what stands around the value stay.
 */
static void
loses_secret(uint32 rules, const char *sample, bool whole)
{
	const char *out;
	Size		out_len;

	ok(redact_bytes(sample, strlen(sample), rules, NULL, &out, &out_len) &&
	   contains(out, out_len, "[REDACTED]") &&
	   (whole ? out_len == TRK_REPLACEMENT_LEN : !contains(out, out_len, "EXAMPLE")) &&
	   !trk_pattern_matches(out, out_len, rules, NULL), "rules %u: sample %s", rules, sample);
}

/* Every pattern matches its sample, the client's as a whole, and not its counter sample. */
static void
test_samples(void)
{
	static const struct
	{
		const char *name;
		uint32		category;
		const char *sample;
		const char *counter;
	}			samples[] = {
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	{#ident, TRK_RULES_##category, sample, counter},
#include "redactions.def"
	};
	int			i;

	ok(trk_pattern_count() == lengthof(samples), "number of patterns");
	for (i = 0; i < lengthof(samples); i++)
	{
		Size		len = strlen(samples[i].sample);
		bool		whole = (samples[i].category & TRK_RULES_BASE) != 0;
		Size		start;
		Size		end;

		ok(trk_pattern_find(i, samples[i].sample, len, 0, &start, &end) && end > start &&
		   (!whole || (start == 0 && end == len)), "sample of %s", samples[i].name);
		ok(!trk_pattern_find(i, samples[i].counter, strlen(samples[i].counter), 0, &start, &end),
		   "counter sample of %s", samples[i].name);
		ok(!trk_pattern_find(i, samples[i].sample, len, 1, &start, &end) || start >= 1,
		   "no match of %s before from", samples[i].name);
		if (samples[i].category & TRK_RULES_CLIENT)
			loses_secret(TRK_RULES_CLIENT, samples[i].sample, true);
		if (samples[i].category & TRK_RULES_CONTRACT)
			loses_secret(TRK_RULES_CONTRACT, samples[i].sample, true);
		if ((samples[i].category & TRK_RULES_BASE) == 0)
			loses_secret(samples[i].category, samples[i].sample, false);
	}
	ok(!trk_pattern_find(-1, "x", 1, 0, NULL, NULL) &&
	   !trk_pattern_find(trk_pattern_count(), "x", 1, 0, NULL, NULL), "no such pattern");
	stays(ALL_RULES, "");
	stays(ALL_RULES, "[REDACTED]");
	stays(ALL_RULES, "[REDACTED][REDACTED] [REDACTED]_2");
}

/* Every prefix is found in its sample, in any surroundings, and not in its counter sample. */
static void
test_tokens(void)
{
	static const struct
	{
		const char *sample;
		const char *counter;
	}			tokens[] = {
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) {sample, counter},
#include "redactions.def"
	};
	int			i;

	for (i = 0; i < lengthof(tokens); i++)
	{
		char		text[300];

		becomes(TRK_RULES_SECRETS, tokens[i].sample, "[REDACTED]");
		stays(TRK_RULES_SECRETS, tokens[i].counter);
		snprintf(text, sizeof(text), "(%s)", tokens[i].sample);
		becomes(TRK_RULES_SECRETS, text, "([REDACTED])");
		snprintf(text, sizeof(text), "x\\n%s \xe4\xb8\xad%s", tokens[i].sample, tokens[i].sample);
		becomes(TRK_RULES_SECRETS, text, "x\\n[REDACTED] \xe4\xb8\xad[REDACTED]");
		snprintf(text, sizeof(text), "x%s", tokens[i].sample);
		stays(TRK_RULES_CLIENT | TRK_RULES_PII, text);
		stays(TRK_RULES_SECRETS, text);
	}
}

/* The contract's patterns, as its client has them. */
static void
test_client(void)
{
	const uint32 rules = TRK_RULES_CLIENT;

	/* lengths at the bound, and word boundaries of Unicode */
	becomes(rules, "a ellzaf_trk_0123456789ab!", "a [REDACTED]!");
	stays(rules, "ellzaf_trk_0123456789a");
	stays(rules, "ellzaf_trk_0123456789ab_");
	stays(rules, "ellzaf_trk_0123456789ab\xc3\xa9");
	stays(rules, "\xe4\xb8\xad" "ellzaf_trk_0123456789ab");
	becomes(rules, "\xe2\x82\xac" "ellzaf_trk_0123456789ab\xcc\x81", "\xe2\x82\xac[REDACTED]\xcc\x81");

	/* white space of Unicode, case, and the letters that fold into ASCII */
	becomes(rules, "BEARER\xe2\x80\x83" "0123456789.~", "[REDACTED]");
	becomes(rules, "bearer 0123456789\xc5\xbf\xe2\x84\xaa-", "[REDACTED]");
	stays(rules, "bearer\xe2\x80\x8b" "0123456789ab");
	becomes(rules, "\xc5\xbf" "ecret\x1c=\xc2\xa0" "abc\xc3\xa9" "fg,", "[REDACTED],");
	becomes(rules, "to\xe2\x84\xaa" "en:123456;x", "[REDACTED];x");
	becomes(rules, "AP\xc4\xb1-KEY=123456 x", "[REDACTED] x");
	becomes(rules, "ap\xc4\xb0key: :=:=:=", "[REDACTED]");
	stays(rules, "token: 12345");
	stays(rules, "mytoken: 123456");
	stays(rules, "tokens: 123456");

	/* dashes: the last word boundary ends the match */
	becomes(rules, "sk-test-0123456789--", "[REDACTED]--");
	becomes(rules, "sk-0123456789ab\xc3\xa9 sk-0123456789a-b\xc3\xa9",
			"sk-0123456789ab\xc3\xa9 [REDACTED]b\xc3\xa9");
	becomes(rules, "sk-0123456789ab--\xc3\xa9", "[REDACTED]\xc3\xa9");
	becomes(rules, "sk_live_0123_4567-", "[REDACTED]-");
	becomes(rules, "xoxp-0123456789-_ xoxp-0123456789-", "[REDACTED]_ [REDACTED]-");
	stays(rules, "xoxp-012345678- xoxc-0123456789");

	/* accounts and orders */
	becomes(rules, "Account-12345678 ACCT12345678 broker_1234567\xe2\x84\xaa",
			"[REDACTED] [REDACTED] [REDACTED]");
	stays(rules, "account-1234567 accounts_payable brokerage account__12345678");
	becomes(rules, "ord_0123456789", "[REDACTED]");
	stays(rules, "order_012345678 ord_0123456789_ ORD_0123456789");

	/* paths */
	becomes(rules, "see /home/x/y z, \"/Users/a\"'/var/folders/b'",
			"see [REDACTED] z, \"[REDACTED]\"'[REDACTED]'");
	becomes(rules, "file://home/x", "file:/[REDACTED]");
	stays(rules, "/home/ /users/x /home");
	becomes(rules, "xc:\\a\\b 1:\\a d:\\", "x[REDACTED] 1:\\a d:\\");
}

/* What one replacement leaves may match again. */
static void
test_rounds(void)
{
	becomes(TRK_RULES_CLIENT, "token = C:\\x", "[REDACTED]");
	becomes(TRK_RULES_CLIENT, "a token = token = token=C:\\x b", "a [REDACTED] b");
	becomes(TRK_RULES_CLIENT, "/home/token = token = secret", "[REDACTED] = [REDACTED]");
	becomes(TRK_RULES_CLIENT, "token = token =\ttoken : short", "token = token =\ttoken : short");
	becomes(TRK_RULES_CLIENT, "x,token = token =\ttoken : longer;",
			"x,[REDACTED];");
}

/* Credentials beyond the contract have ASCII edges. */
static void
test_secrets(void)
{
	const uint32 rules = TRK_RULES_SECRETS;

	becomes(rules, "\xc3\xa9" "AKIAIOSFODNN7EXAMPLE\xc3\xa9", "\xc3\xa9[REDACTED]\xc3\xa9");
	stays(rules, "AKIAIOSFODNN7EXAMPLES xAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLe");
	becomes(rules, "ghu_EXAMPLEEXAMPLEEXAMPLE.", "[REDACTED].");
	stays(rules, "ghp_EXAMPLEEXAMPLEEXAMPLE ghu_EXAMPLEEXAMPLEEXAMPLE_");
	becomes(rules, "eyJEXAMPLE0.EXAMPLE.EXA-MPLE.rest", "[REDACTED].rest");
	stays(rules, "eyJ0.a.b eyJEXAMPLE0.e30.");
	becomes(rules, "-eyJEXAMPLE-eyJEXAMPLE0.EXAMPLE.EXAMPLE", "-[REDACTED]");
	becomes(rules, "a -----BEGIN RSA PRIVATE KEY-----\nEXAMPLE\n-----END RSA PRIVATE KEY-----\nb",
			"a [REDACTED]\nb");
	becomes(rules, "a -----BEGIN PGP PRIVATE KEY BLOCK-----\nEXAMPLE -----END PUBLIC KEY-----",
			"a [REDACTED]");
	stays(rules, "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----");
	stays(rules, "password: example");
}

/* Personal data. */
static void
test_pii(void)
{
	const uint32 rules = TRK_RULES_PII;

	becomes(rules, "<some.one+x@mail.example.org>, a@b.co.", "<[REDACTED]>, [REDACTED].");
	stays(rules, "user@host user@host.c @example.org a@b..co");
	becomes(rules, "a@b.c-d.org a@b.co-d", "[REDACTED] [REDACTED]-d");
	becomes(rules, "078-05-1120", "[REDACTED]");
	stays(rules, "078-05-11200 900-12-3456 666-12-3456 123-00-4567 123-45-0000");
	becomes(rules, "4111111111111111 4111-1111-1111-1111 378282246310005",
			"[REDACTED] [REDACTED] [REDACTED]");
	becomes(rules, "12345 4111 1111 1111 1111 17", "12345 [REDACTED] 17");
	stays(rules, "4111111111111112 4111  1111 1111 1111 41111111111111111111 1700000000000");
	becomes(rules, "GB82WEST12345698765432 DE89 3704 0044 0532 0130 00 ABC",
			"[REDACTED] [REDACTED] ABC");
	stays(rules, "GB82WEST12345698765433 gb82west12345698765432");
	becomes(rules, "192.0.2.17:80, 0.0.0.0.", "[REDACTED]:80, [REDACTED].");
	stays(rules, "1.2.3 1.2.3.4.5 01.2.3.4 1.2.3.256 v1.2.3.4");
	becomes(rules, "[2001:db8::17] ::1 fe80::1: 1:2:3:4:5:6:7:8 1::",
			"[[REDACTED]] [REDACTED] [REDACTED]: [REDACTED] [REDACTED]");
	stays(rules, "12:34:56 std::string :: 1:2:3:4:5:6:7:8:9 1::2::3 00:11:22:33:44:55 g::1");
	stays(TRK_RULES_DEFAULT, "someone@example.org 192.0.2.17 4111111111111111");
}

/* Matches a fixed word. */
static bool
match_word(void *arg, const char *s, Size len, Size from, Size *start, Size *end)
{
	const char *word = arg;
	Size		n = strlen(word);

	for (; from + n <= len; from++)
	{
		if (memcmp(s + from, word, n) == 0)
		{
			*start = from;
			*end = from + n;
			return true;
		}
	}
	return false;
}

/* Matches whatever is there. */
static bool
match_rest(void *arg, const char *s, Size len, Size from, Size *start, Size *end)
{
	*start = from;
	*end = len;
	return true;
}

/* Matches a closing bracket and one character: its own replacements again and again. */
static bool
match_after_bracket(void *arg, const char *s, Size len, Size from, Size *start, Size *end)
{
	for (; from + 2 <= len; from++)
	{
		if (s[from] == ']')
		{
			*start = from;
			*end = from + 2;
			return true;
		}
	}
	return false;
}

/* Redact with a pattern of the administrator's. */
static void
custom_becomes(TrkCustomMatchFn fn, const char *word, const char *text, const char *expected)
{
	TrkCustomMatch custom = {fn, (void *) word};
	const char *out;
	Size		out_len;
	bool		changed = redact_bytes(text, strlen(text), TRK_RULES_DEFAULT, &custom, &out, &out_len);

	ok(out_len == strlen(expected) && memcmp(out, expected, out_len) == 0 &&
	   changed == trk_pattern_matches(text, strlen(text), TRK_RULES_DEFAULT, &custom) &&
	   !trk_pattern_matches(out, out_len, TRK_RULES_DEFAULT, &custom),
	   "own pattern in %s", text);
}

/* Own patterns come last, and always end. */
static void
test_custom(void)
{
	custom_becomes(match_word, "blue", "a blue bluebird", "a [REDACTED] [REDACTED]bird");
	custom_becomes(match_word, "blue", "no colour", "no colour");
	custom_becomes(match_word, "x", "token: x", "[REDACTED]");
	custom_becomes(match_word, "blue", "/home/blue blue", "[REDACTED] [REDACTED]");
	custom_becomes(match_word, "RED", "[REDACTED] RED", "[REDACTED] [REDACTED]");
	custom_becomes(match_word, "[REDACTED]", "[REDACTED]", "[REDACTED]");
	custom_becomes(match_rest, "", "anything", "[REDACTED]");
	custom_becomes(match_word, "] ", "/home/a b", "[REDACTED[REDACTED]b");
	custom_becomes(match_after_bracket, "", "a]bc", "a[REDACTED[REDACTED]");
	custom_becomes(match_after_bracket, "", "a]bcdefghijklmnopqrstuvwxyz", "[REDACTED]");
	custom_becomes(match_word, "D][R", "/home/a\"/home/b", "[REDACTED]\"[REDACTED]");
	custom_becomes(match_word, "a", "aa aa", "[REDACTED][REDACTED] [REDACTED][REDACTED]");
}

/* Names of categories. */
static void
test_rules(void)
{
	uint32		rules = 0;

	ok(trk_rules_parse("contract,secrets", &rules) && rules == TRK_RULES_DEFAULT, "default rules");
	ok(trk_rules_parse(" pii , contract ", &rules) &&
	   rules == (TRK_RULES_PII | TRK_RULES_CONTRACT), "blanks in rules");
	rules = 42;
	ok(!trk_rules_parse("", &rules) && !trk_rules_parse("contract,", &rules) &&
	   !trk_rules_parse("Contract", &rules) && !trk_rules_parse("contract pii", &rules) &&
	   !trk_rules_parse("all", &rules) && rules == 42, "unknown rules");
}

/* A long text made of one piece is redacted in reasonable time. */
static void
ends_soon(const char *piece, const char *tail)
{
	Size		n = strlen(piece);
	Size		len = LONG_TEXT / n * n;
	char	   *text = malloc(len + strlen(tail));
	clock_t		begin = clock();
	const char *out;
	Size		out_len;
	Size		i;

	for (i = 0; i < len; i += n)
		memcpy(text + i, piece, n);
	memcpy(text + len, tail, strlen(tail));
	redact_bytes(text, len + strlen(tail), ALL_RULES, NULL, &out, &out_len);
	ok((double) (clock() - begin) / CLOCKS_PER_SEC < MAX_SECONDS &&
	   !trk_pattern_matches(out, out_len, ALL_RULES, NULL), "a long row of %s", piece);
	free(text);
}

/* No text takes more than linear time. */
static void
test_long(void)
{
	ends_soon("a", "");
	ends_soon("7", "");
	ends_soon("4444 ", "");
	ends_soon("AB12 ", "");
	ends_soon("sk-", "\xc3\xa9");
	ends_soon("-sk_", "\xc3\xa9");
	ends_soon("Bearer ", "");
	ends_soon("eyJ.", "");
	ends_soon("eyJEXAMPLE-", "");
	ends_soon("eyJEXAMPLE0.", ".x");
	ends_soon("-", "");
	ends_soon("-----BEGIN ", "");
	ends_soon("-----END ", "-----BEGIN PRIVATE KEY-----");
	ends_soon("token = ", "");
	ends_soon("token = ", "C:\\x");
	ends_soon("token   ", "= value");
	ends_soon("account-", "");
	ends_soon("/home/x ", "");
	ends_soon("a.", "@a.b");
	ends_soon("a@b.", "");
	ends_soon("a:", "");
	ends_soon("1.2.3.", "");
	ends_soon("\xc5\xbf" "ecret ", "");
}

/* Run all tests. */
int
main(void)
{
	trk_arena_init(&arena, NULL, 65536);
	test_samples();
	test_tokens();
	test_client();
	test_rounds();
	test_secrets();
	test_pii();
	test_custom();
	test_rules();
	test_long();
	trk_arena_free(&arena);
	return done_testing();
}
