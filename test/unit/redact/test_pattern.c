/*
 * test_pattern.c
 *	  The scanner for secret shapes.
 */
#include "base/trk.h"

#include <time.h>

#include "redact/pattern.h"
#include "tap.h"

#define ALL_RULES	(TRK_REDACT_DEFAULT | TRK_REDACT_PII)
#define LONG_TEXT	1000000
#define MAX_RATIO	10			/* of the times for that and for a quarter of it */
#define MAX_SECONDS	20			/* under sanitizers; a quadratic search takes hours */

#define WORDS	"abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "

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
	{#ident, TRK_REDACT_##category, sample, counter},
#include "contract/redactions.def"
	};
	int			i;

	ok(trk_pattern_count() == lengthof(samples), "number of patterns");
	for (i = 0; i < lengthof(samples); i++)
	{
		Size		len = strlen(samples[i].sample);
		bool		whole = (samples[i].category & TRK_REDACT_BASE) != 0;
		Size		start;
		Size		end;

		ok(trk_pattern_find(i, samples[i].sample, len, 0, &start, &end) && end > start &&
		   (!whole || (start == 0 && end == len)), "sample of %s", samples[i].name);
		ok(!trk_pattern_find(i, samples[i].counter, strlen(samples[i].counter), 0, &start, &end),
		   "counter sample of %s", samples[i].name);
		ok(!trk_pattern_find(i, samples[i].sample, len, 1, &start, &end) || start >= 1,
		   "no match of %s before from", samples[i].name);
		if (samples[i].category & TRK_REDACT_CLIENT)
			loses_secret(TRK_REDACT_CLIENT, samples[i].sample, true);
		if (samples[i].category & TRK_REDACT_CONTRACT)
			loses_secret(TRK_REDACT_CONTRACT, samples[i].sample, true);
		if ((samples[i].category & TRK_REDACT_BASE) == 0)
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
#include "contract/redactions.def"
	};
	int			i;

	for (i = 0; i < lengthof(tokens); i++)
	{
		char		text[300];

		becomes(TRK_REDACT_SECRETS, tokens[i].sample, "[REDACTED]");
		stays(TRK_REDACT_SECRETS, tokens[i].counter);
		snprintf(text, sizeof(text), "(%s)", tokens[i].sample);
		becomes(TRK_REDACT_SECRETS, text, "([REDACTED])");
		snprintf(text, sizeof(text), "x\\n%s \xe4\xb8\xad%s", tokens[i].sample, tokens[i].sample);
		becomes(TRK_REDACT_SECRETS, text, "x\\n[REDACTED] \xe4\xb8\xad[REDACTED]");
		snprintf(text, sizeof(text), "x%s", tokens[i].sample);
		stays(TRK_REDACT_CLIENT | TRK_REDACT_PII, text);
		stays(TRK_REDACT_SECRETS, text);
	}
}

/* The contract's patterns, as its client has them. */
static void
test_client(void)
{
	const uint32 rules = TRK_REDACT_CLIENT;

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
	becomes(TRK_REDACT_CLIENT, "token = C:\\x", "[REDACTED]");
	becomes(TRK_REDACT_CLIENT, "a token = token = token=C:\\x b", "a [REDACTED] b");
	becomes(TRK_REDACT_CLIENT, "/home/token = token = secret", "[REDACTED] = [REDACTED]");
	becomes(TRK_REDACT_CLIENT, "token = token =\ttoken : short", "token = token =\ttoken : short");
	becomes(TRK_REDACT_CLIENT, "x,token = token =\ttoken : longer;",
			"x,[REDACTED];");
}

/* The contract's patterns with sense: words are no credentials. */
static void
test_contract(void)
{
	const uint32 rules = TRK_REDACT_CONTRACT;

	becomes(rules, "a ellzaf_trk_0123456789ab!", "a [REDACTED]!");
	becomes(rules, "Bearer abcdef1234567890", "[REDACTED]");
	becomes(rules, "Bearer abcdefghijklmnopqrstuvwxyz", "[REDACTED]");
	stays(rules, "bearer example.example, the bearer participation");
	becomes(rules, "token: abc12345, secret: momentum2024", "[REDACTED], [REDACTED]");
	becomes(rules, "secret: abcdefghijklmnop token = abcdefghijklmnop", "[REDACTED] [REDACTED]");
	stays(rules, "token: USDC token: 123456 token: a1b2c3d secret: momentum");
	becomes(rules, "password: hunter apikey: abc123", "[REDACTED] [REDACTED]");
	stays(rules, "password=required, then password: ${PASSWORD} api-key: none");
	stays(rules, "api_key=os.environ[\"X\"] secret = get_secret() token: ********");
	becomes(rules, "password = 'hunter22' x", "[REDACTED] x");
	stays(rules, "password = \"required\" token=\"none\" password: '[REDACTED]'");
	becomes(rules, "token = token = abc12345", "token = [REDACTED]");
	becomes(rules, "sk-test-EXAMPLE-0NLY sk_live_0123_4567abcd", "[REDACTED] [REDACTED]");
	becomes(rules, "sk-lf-14209205-af46-df1d-bc16-88697e150532", "[REDACTED]");
	stays(rules, "sk-hynix-semibehavioror sk-hynix-2024-report sk_hynix_2024q1_results");
	becomes(rules, "account-12345678 broker12345678", "[REDACTED] [REDACTED]");
	stays(rules, "account_currency account_unavailable brokerage account-rebalancer");
	becomes(rules, "order_1234567890", "[REDACTED]");
	stays(rules, "ord_abcdefghij order_cancellation");
	becomes(rules, "run_acct_12345678 evt_broker-9F3K2L1M x_order_1234567890", "run_[REDACTED] evt_[REDACTED] x_[REDACTED]");
	stays(rules, "my_account_balance2024 xacct_12345678 big_order_lifecycle2 a_account_20260105");
	becomes(rules, "/home/x (/Users/y) \"/var/folders/z\"", "[REDACTED] ([REDACTED] \"[REDACTED]\"");
	becomes(rules, "run_-/home/x run_/home/y", "run_-[REDACTED] run_[REDACTED]");
	stays(rules, "https://example.org/home/index.html a/Users/x ./home/x ~/home/x");
	becomes(rules, "c:\\z \\nC:\\x", "[REDACTED] \\n[REDACTED]");
	stays(rules, "xc:\\a d:\\ Reason:\\nPrice");
}

/* Credentials that are known by their form. */
static void
test_secrets(void)
{
	const uint32 rules = TRK_REDACT_SECRETS;

	becomes(rules, "\xc3\xa9" "AKIAIOSFODNN7EXAMPLE\xc3\xa9", "\xc3\xa9[REDACTED]\xc3\xa9");
	stays(rules, "AKIAIOSFODNN7EXAMPLES xAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7");
	becomes(rules, "ghu_EXAMPLE0EXAMPLE0EXAMPLE.", "[REDACTED].");
	stays(rules, "ghu_EXAMPLEEXAMPLEEXAMPLE hf_sentiment_score_2024_daily xai-gpt-rumor");
	becomes(rules, "gsk_AbCdEfGhIjKlMnOpQrSt", "[REDACTED]");
	becomes(rules, "eyJEXAMPLE0.EXAMPLE.EXA-MPLE.rest", "[REDACTED]");
	becomes(rules, "eyJEXAMPLE0.e30. x", "[REDACTED] x");
	stays(rules, "eyJ0.a.b eyJEXAMPLE0.EXAMPLE");
	becomes(rules, "-eyJEXAMPLE-eyJEXAMPLE0.EXAMPLE.EXAMPLE", "-[REDACTED]");
	becomes(rules, "a -----BEGIN RSA PRIVATE KEY-----\nEXAMPLE\n-----END RSA PRIVATE KEY-----\nb",
			"a [REDACTED]\nb");
	becomes(rules, "a -----BEGIN PGP PRIVATE KEY BLOCK-----\nEXAMPLE -----END PUBLIC KEY-----",
			"a [REDACTED]");
	becomes(rules, "-----BEGIN%20PRIVATE%20KEY-----EXAMPLE", "[REDACTED]");
	stays(rules, "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----");
	becomes(rules, "Basic Ym90OlpxMVpxMg==, basic knowledge", "[REDACTED], basic knowledge");
	stays(rules, "Basic materials and Basic ABCDEFGHIJKL");
	becomes(rules, "Bearer%20EXAMPLE0EXAMPLE Bearer=EXAMPLE0EXAMPLE", "[REDACTED] Bearer=[REDACTED]");
	becomes(rules, "sk-proj-EXAMPLE0EXAMPLE.EXAMPLE KEY_sk-EXAMPLE0EXAMPLE", "[REDACTED] KEY_[REDACTED]");
	stays(rules, "sk-learn-extensions xsk-EXAMPLE0EXAMPLE sk_hynix_2024q3_call.pdf");
	becomes(rules, "xoxe.xoxp-1-EXAMPLE0ab xoxd-abcdef0123", "[REDACTED] [REDACTED]");
	becomes(rules, "bot8123456789:AAabcdefghijklmnopqrstuvwxyz01234567/x", "bot[REDACTED]/x");
	becomes(rules, "DU1234567 U12345678 U123456 AU1234567", "[REDACTED] [REDACTED] U123456 AU1234567");
	becomes(rules, "account #123456789, acct no. U1234567; accounts 123",
			"account #[REDACTED], acct no. [REDACTED]; accounts 123");
	stays(rules, "account 123456.78 account: 250000,50 account equity 100000");
}

/* Values behind a name, in any notation; the name stays. */
static void
test_named(void)
{
	const uint32 rules = TRK_REDACT_SECRETS;

	becomes(rules, "DB_PASSWORD=EXAMPLE0 next", "DB_PASSWORD=[REDACTED] next");
	becomes(rules, "{\"password\": \"EXAMPLE, 0\"}", "{\"password\": \"[REDACTED]\"}");
	becomes(rules, "{\\\"password\\\": \\\"EXAMPLE\\\\\\\"0\\\"} x", "{\\\"password\\\": \\\"[REDACTED]\\\"} x");
	becomes(rules, "\\\\\\\"password\\\\\\\": \\\\\\\"EXAMPLE0\\\\\\\"",
			"\\\\\\\"password\\\\\\\": \\\\\\\"[REDACTED]\\\\\\\"");
	becomes(rules, "password: 'it\\'s EXAMPLE' x", "password: '[REDACTED]' x");
	becomes(rules, "client_secret => \"EXAMPLE0\",", "client_secret => \"[REDACTED]\",");
	becomes(rules, "clientSecret -> EXAMPLE0 x := `EXAMPLE0`", "clientSecret -> [REDACTED] x := `EXAMPLE0`");
	becomes(rules, "CLIENT-SECRET := `EXAMPLE0`", "CLIENT-SECRET := `[REDACTED]`");
	becomes(rules, "secret=\"EXAMPLE0\" open=\"", "secret=\"[REDACTED]\" open=\"");
	becomes(rules, "password: EXAMPLE0, user=x; pwd=b'EXAMPLE0'",
			"password: [REDACTED], user=x; pwd=b'[REDACTED]'");
	becomes(rules, "api_key=EXAMPLE0&limit=5", "api_key=[REDACTED]&limit=5");
	becomes(rules, "headers[\"X-Api-Key\"] = \"EXAMPLE0\"", "headers[\"X-Api-Key\"] = \"[REDACTED]\"");
	becomes(rules, "x\\npassword=EXAMPLE0\\nuser", "x\\npassword=[REDACTED]\\nuser");
	becomes(rules, "private key: 0xabc123abc123", "private key: [REDACTED]");
	becomes(rules, "password=p\xc3\xa4ssw\xc3\xb6rd1\xef\xbc\x8c" "x", "password=[REDACTED]\xef\xbc\x8c" "x");
	stays(rules, "api_key: missing api_key=${API_KEY} secret=get_secret() password: \"\" token: <token>");
	stays(rules, "token: USDC stop_token: </s> tokens: 12345678 max_tokens=4096 next_page_token=abc123def456");
	stays(rules, "key: momentum_20d_v2 idempotency_key=desk/paper/run_1/decision/0001 session: regular");
	becomes(rules, "key=Zq1Zq2Zq3Zq4Zq5 signature=VBSYgDOUporSQnJgakweauCg",
			"key=[REDACTED] signature=[REDACTED]");
	stays(rules, "signature: getAccountBalanceFromBroker key=AAPL_2026-01-05");
	becomes(rules, "account_id: U1234567", "account_id: [REDACTED]");
	becomes(rules, "the password is EXAMPLE0!", "the password is [REDACTED]");
	stays(rules, "the password is required, the key is 4500");
	becomes(rules, "run --password EXAMPLE0 --verbose --api-key=EXAMPLE0",
			"run --password [REDACTED] --verbose --api-key=[REDACTED]");
	stays(rules, "run --password --verbose --token 5");
	becomes(rules, "<password>EXAMPLE0</password><apiKey type=\"x\">EXAMPLE0</apiKey>",
			"<password>[REDACTED]</password><apiKey type=\"x\">[REDACTED]</apiKey>");
	stays(rules, "<password>none</password><password/> a<b>EXAMPLE0</b>");
	stays(rules, "password=[REDACTED] \"password\": \"[REDACTED]#ABCDEFGHIJKLMNOP\"");
}

/* A name and a value without a sign of assignment: what looks like nothing else. */
static void
test_plain(void)
{
	const uint32 rules = TRK_REDACT_SECRETS;

	becomes(rules, "login me password Zq1Zq2Zq3Zq4Zq5, x", "login me password [REDACTED], x");
	becomes(rules, "CREATE USER x PASSWORD 'EXAMPLE0'", "CREATE USER x PASSWORD '[REDACTED]'");
	becomes(rules, "IDENTIFIED BY 'EXAMPLE0'", "IDENTIFIED BY '[REDACTED]'");
	becomes(rules, "(\"x-api-key\", \"Zq1Zq2Zq3Zq4Zq5\")", "(\"x-api-key\", \"[REDACTED]\")");
	becomes(rules, "(b'api_key', b'Zq1Zq2Zq3Zq4Zq5')", "(b'api_key', b'[REDACTED]')");
	becomes(rules, "{\"name\":\"password\",\"value\":\"Zq1Zq2Zq3Zq4Zq5\"}",
			"{\"name\":\"password\",\"value\":\"[REDACTED]\"}");
	becomes(rules, "<add key=\"ApiKey\" value=\"Zq1Zq2Zq3Zq4Zq5\"/>", "<add key=\"ApiKey\" value=\"[REDACTED]\"/>");
	becomes(rules, "- name: API_KEY\n  value: Zq1Zq2Zq3Zq4Zq5", "- name: API_KEY\n  value: [REDACTED]");
	becomes(rules, "api_key\tZq1Zq2Zq3Zq4Zq5 | secret | Zq1Zq2Zq3Zq4Zq5 |",
			"api_key\t[REDACTED] | secret | [REDACTED] |");
	becomes(rules, "wallet mnemonic " WORDS "about", "wallet mnemonic [REDACTED]");
	becomes(rules, "private key 346593d51dfe80e57dfc9dafe093ba3e", "private key [REDACTED]");
	stays(rules, "password reset 2026-01-05T10:30:00Z, missing 'api_key', 'secret_key2'");
	stays(rules, "public key 02a1633cafcc01ebfb6d78e39f687a1f public key: 02a1633cafcc01ebfb6d78e39f687a1f");
	stays(rules, "password\nZq1Zq2Zq3Zq4Zq5 the secret, token 0x2260fac5e5542a773aa44fbcfedf7c193bc2c599");
	stays(ALL_RULES, "token: 0x2260fac5e5542a773aa44fbcfedf7c193bc2c599");
	becomes(rules, "{&quot;password&quot;:&quot;EXAMPLE0&quot;}", "{&quot;password&quot;:&quot;[REDACTED]&quot;}");
	becomes(rules, "35=A|553=me|554=EXAMPLE|925=EXAMPLE0|10=1", "35=A|553=me|554=[REDACTED]|925=[REDACTED]|10=1");
	stays(rules, "554=EXAMPLE x554=EXAMPLE0 |1554=EXAMPLE0");
	becomes(rules, "account PA3YBW4452EE, account id 61e69015-8549-4bfd-b9c3-01e75843f47d.",
			"account [REDACTED], account id [REDACTED].");
	stays(rules, "account EQUITY100 plan, 5 accounts 123456 trades, account 2026-01-05 statement");
	stays(rules, "ark-innovation-etf-holdings-20260105 fal-en-angels-2026-01-05-20260106");
}

/* Headers, URLs, commands and wallets. */
static void
test_notations(void)
{
	const uint32 rules = TRK_REDACT_SECRETS;

	becomes(rules, "Authorization: Token EXAMPLE0", "Authorization: Token [REDACTED]");
	becomes(rules, "Authorization: EXAMPLE0", "Authorization: [REDACTED]");
	stays(rules, "Authorization: required, authorization failed");
	becomes(rules, "'Authorization': 'Digest username=\"u\", response=\"0f\"', 'x': 1",
			"'Authorization': 'Digest [REDACTED]', 'x': 1");
	becomes(rules, "Authorization: Digest username=u, response=0f\nHost: h",
			"Authorization: Digest [REDACTED]\nHost: h");
	becomes(rules, "Cookie: a=EXAMPLE; b=0\nHost: h", "Cookie: [REDACTED]\nHost: h");
	becomes(rules, "\"Set-Cookie\": \"sid=EXAMPLE0; Path=/\", \"x\": 1", "\"Set-Cookie\": \"[REDACTED]\", \"x\": 1");
	stays(rules, "Cookie: none, cookie policy");
	becomes(rules, "postgres://bot:EXAMPLE0@h:5432/d", "postgres://bot:[REDACTED]@h:5432/d");
	becomes(rules, "redis://:EXAMPLE0@h mongodb+srv://u:p@ss@h/x",
			"redis://:[REDACTED]@h mongodb+srv://u:[REDACTED]@h/x");
	becomes(rules, "https://0a1b2c3d4e5f6a7b@sentry.example/5", "https://[REDACTED]@sentry.example/5");
	stays(rules, "https://user@host/x postgres://${USER}:${PASS}@h https://host/@x:y");
	becomes(rules, "curl -u bot:EXAMPLE0 https://h", "curl -u bot:[REDACTED] https://h");
	becomes(rules, "curl -s --user 'bot:EXAMPLE0' https://h", "curl -s --user 'bot:[REDACTED]' https://h");
	stays(rules, "curl -u bot https://h");
	becomes(rules, "seed: " WORDS "about.", "seed: [REDACTED].");
	becomes(rules, "{\"mnemonic\": \"" WORDS "about\"}", "{\"mnemonic\": \"[REDACTED]\"}");
	becomes(rules, "my seed phrase is " WORDS "about", "my seed phrase is [REDACTED]");
	stays(rules, "seed: 42 and a seed: " "of what is to be in a long row of words to come as it is");
}

/* Personal data. */
static void
test_pii(void)
{
	const uint32 rules = TRK_REDACT_PII;

	becomes(rules, "<some.one+x@mail.example.org>, a@b.co.", "<[REDACTED]>, [REDACTED].");
	stays(rules, "user@host user@host.c @example.org a@b..co AAPL@NASDAQ.NMS");
	becomes(rules, "a@b.c-d.org a@b.co-d", "[REDACTED] [REDACTED]-d");
	becomes(rules, "078-05-1120", "[REDACTED]");
	stays(rules, "078-05-11200 900-12-3456 666-12-3456 123-00-4567 123-45-0000");
	becomes(rules, "4111111111111111; 4111-1111-1111-1111, 378282246310005.",
			"[REDACTED]; [REDACTED], [REDACTED].");
	becomes(rules, "card 4111 1111 1111 1111", "card [REDACTED]");
	stays(rules, "12345 4111 1111 1111 1111 17");
	stays(rules, "4111111111111112 4111  1111 1111 1111 41111111111111111111 1700000000000");
	becomes(rules, "GB82WEST12345698765432 DE89 3704 0044 0532 0130 00 ABC",
			"[REDACTED] [REDACTED] ABC");
	becomes(rules, "gb82west12345698765432", "[REDACTED]");
	stays(rules, "GB82WEST12345698765433");
	becomes(rules, "+1 415 555 0123, +442071838750. (415) 555-0123; 415-555-0123",
			"[REDACTED], [REDACTED]. [REDACTED]; [REDACTED]");
	stays(rules, "+1.5 415 +12345 2026-01-05 1234567890 100-200-3000 +4.25%");
	becomes(rules, "192.0.2.17:80, 0.0.0.0.", "[REDACTED]:80, [REDACTED].");
	stays(rules, "1.2.3 1.2.3.4.5 01.2.3.4 1.2.3.256 v1.2.3.4 version 1.2.3.4 Chrome/120.0.0.0");
	becomes(rules, "[2001:db8::17] fe80::1ff:fe23: 1:2:3:4:5:6:7:8",
			"[[REDACTED]] [REDACTED]: [REDACTED]");
	stays(rules, "12:34:56 std::string :: 1:2:3:4:5:6:7:8:9 1::2::3 00:11:22:33:44:55 ::1 1:: f::4");
	stays(TRK_REDACT_DEFAULT, "someone@example.org 192.0.2.17 4111111111111111");
}

/* An identity is replaced by a pseudonym of it. */
static void
pseudonym_is(TrkIdentityForm form, const uint8 *key, const char *text, const char *prefix)
{
	TrkReplacer replacer = {form, key};
	const char *s;
	Size		len;

	trk_arena_reset(&arena);
	ok(trk_pattern_replace(&arena, text, strlen(text), TRK_REDACT_DEFAULT, NULL, &replacer, &s, &len) &&
	   len >= strlen(prefix) && memcmp(s, prefix, strlen(prefix)) == 0 &&
	   len == strlen(prefix) + (key != NULL ? TRK_PSEUDONYM_LETTERS : 0) &&
	   (key == NULL || trk_pseudonym_at(s, len) == len) &&
	   !trk_pattern_matches(s, len, TRK_REDACT_DEFAULT, NULL), "pseudonym of %s", text);
}

/* Pseudonyms, in both forms. */
static void
test_pseudonyms(void)
{
	static const uint8 key[TRK_IDENTITY_KEY_LEN] = {7};

	pseudonym_is(TRK_IDENTITY, key, "AKIAIOSFODNN7EXAMPLE", "[REDACTED]#");
	pseudonym_is(TRK_PLAIN_IDENTITY, key, "AKIAIOSFODNN7EXAMPLE", "redacted-");
	pseudonym_is(TRK_IDENTITY, NULL, "AKIAIOSFODNN7EXAMPLE", "[REDACTED]");
	pseudonym_is(TRK_NO_IDENTITY, NULL, "AKIAIOSFODNN7EXAMPLE", "[REDACTED]");
	stays(ALL_RULES, "[REDACTED]#ABCDEFGHIJKLMNOP redacted-ABCDEFGHIJKLMNOP");
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
	bool		changed = redact_bytes(text, strlen(text), TRK_REDACT_DEFAULT, &custom, &out, &out_len);

	ok(out_len == strlen(expected) && memcmp(out, expected, out_len) == 0 &&
	   changed == trk_pattern_matches(text, strlen(text), TRK_REDACT_DEFAULT, &custom) &&
	   !trk_pattern_matches(out, out_len, TRK_REDACT_DEFAULT, &custom),
	   "own pattern in %s", text);
}

/* Own patterns come last, and always end. */
static void
test_custom(void)
{
	custom_becomes(match_word, "blue", "a blue bluebird", "a [REDACTED] [REDACTED]bird");
	custom_becomes(match_word, "blue", "no colour", "no colour");
	custom_becomes(match_word, "x", "token: x", "token: [REDACTED]");
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

	ok(trk_rules_parse("contract,secrets", &rules) && rules == TRK_REDACT_DEFAULT, "default rules");
	ok(trk_rules_parse(" pii , contract ", &rules) &&
	   rules == (TRK_REDACT_PII | TRK_REDACT_CONTRACT), "blanks in rules");
	ok(trk_rules_parse("client,secrets,content", &rules) &&
	   rules == (TRK_REDACT_CLIENT | TRK_REDACT_SECRETS | TRK_REDACT_CONTENT), "the client's rules");
	rules = 42;
	ok(!trk_rules_parse("client,contract", &rules) && !trk_rules_parse("contract,pii,client", &rules) &&
	   rules == 42, "one base only");
	ok(!trk_rules_parse("", &rules) && !trk_rules_parse("contract,", &rules) &&
	   !trk_rules_parse("Contract", &rules) && !trk_rules_parse("contract pii", &rules) &&
	   !trk_rules_parse("all", &rules) && rules == 42, "unknown rules");
}

/* Seconds that a text of about this length made of one piece takes to be redacted. */
static double
time_to_redact(uint32 rules, const char *piece, const char *tail, Size length)
{
	Size		n = strlen(piece);
	Size		len = length / n * n;
	char	   *text = malloc(len + strlen(tail));
	clock_t		begin;
	const char *out;
	Size		out_len;
	Size		i;

	for (i = 0; i < len; i += n)
		memcpy(text + i, piece, n);
	memcpy(text + len, tail, strlen(tail));
	begin = clock();
	redact_bytes(text, len + strlen(tail), rules, NULL, &out, &out_len);
	begin = clock() - begin;
	if (trk_pattern_matches(out, out_len, rules, NULL))
		begin = MAX_SECONDS * CLOCKS_PER_SEC;
	free(text);
	return (double) begin / CLOCKS_PER_SEC;
}

/*
 * A long text takes as much longer than a short one as it is longer.  What is
 * done in less than a tenth of a second is linear enough.
 */
static void
ends_soon(const char *piece, const char *tail)
{
	static const uint32 rules[] = {ALL_RULES, TRK_REDACT_CLIENT | TRK_REDACT_PII};
	int			i;

	for (i = 0; i < lengthof(rules); i++)
	{
		double		seconds = time_to_redact(rules[i], piece, tail, LONG_TEXT);
		bool		soon = seconds < 0.1;

		if (!soon && seconds < MAX_SECONDS)
			soon = seconds < MAX_RATIO * time_to_redact(rules[i], piece, tail, LONG_TEXT / 4);
		ok(soon, "rules %u: a long row of %s: %.2f s", rules[i], piece, seconds);
	}
}

/* No text takes more than linear time. */
static void
test_long(void)
{
	static const char *const pieces[] = {
		"a", "7", "4444 ", "AB12 ", "Bearer ", "eyJ.", "eyJEXAMPLE-", "-", "-----BEGIN ",
		"-----BEGIN PRIVATE KEY-----", "token = ", "account-", "/home/x ", "a@b.", "a:", "1.2.3.",
		":=:=", "secret:", "secret:secret ", "a_token=", "a_token=a_token:", "password=", "key:",
		"token:\"", "token:\\\"", "token:\\\\\"token:'", "\"", "\\", "\\\"", "\\\\\"token\\\":\\",
		"://", "a://b:", "a://b@", "curl ", "curl -u ", "curl -u a:", "is ", "is is password ",
		"password is ", "<a>", "<token>", "<a b=\"", "<secret a=\">", "0", "@", "a@", "_", "a_",
		"_key:", "\\n\\n\\n", "\\n:", "cookie:", "cookie: ", "cookie: a=", "authorization:",
		"authorization: x ", "authorization: x a=", "authorization: x a=\"", "authorization:x a=1,",
		"sk-", "sk_", "sk-a.", "xoxb-", "xoxe.xoxp-", "fal-", "jina_", "glc_/", "dp.st.", "SG.",
		"discord.com/api/webhooks/", "M_", "MTa-", "5K", "1Q~", "aaa1Q~", ":AA", "12345678:AA",
		"seed: abandon ", "seed is abandon ", "--token ", "--token=", "]:", "']\":", "a.", "a b:",
		"password ", "secret,", "key \"", "api_key,", "mnemonic ", "key value ", "identified by ", "&quot;:", "|554=",
		"account ", "account A1", "account #", "acct_", "order_", "U1234567", "Basic ", "Basic YTpi", "=>", "->",
		"\xc5\xbf" "ecret ", "\xe4\xb8\xad:", "password=\xe4\xb8\xad"
	};
	int			i;

	for (i = 0; i < lengthof(pieces); i++)
		ends_soon(pieces[i], "");
	ends_soon("sk-", "\xc3\xa9");
	ends_soon("-sk_", "\xc3\xa9");
	ends_soon("eyJEXAMPLE0.", ".x");
	ends_soon("-----END ", "-----BEGIN PRIVATE KEY-----");
	ends_soon("token = ", "C:\\x");
	ends_soon("token   ", "= value");
	ends_soon("a.", "@a.b");
	ends_soon("token:token", "::::::::::::");
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
	test_contract();
	test_secrets();
	test_named();
	test_notations();
	test_plain();
	test_pii();
	test_pseudonyms();
	test_custom();
	test_rules();
	test_long();
	trk_arena_free(&arena);
	return done_testing();
}
