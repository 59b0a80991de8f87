/*
 * test_redact.c
 *	  Redaction of events: keys, digests, names, and the privacy object.
 */
#include "base/trk.h"

#include "redact/redact.h"
#include "tap.h"
#include "base/unicode.h"

#define SHA_EMPTY	"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA_ABC		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define DIGEST_ABC	"{\"chars\":3,\"redacted\":true,\"sha256\":\"" SHA_ABC "\"}"

static TrkArena arena;

static const TrkRedactor client = {TRK_REDACT_CLIENT, false, false};
static const TrkRedactor client_and_secrets = {TRK_REDACT_CLIENT | TRK_REDACT_SECRETS, false, false};
static const TrkRedactor client_full = {TRK_REDACT_CLIENT, true, false};
static const TrkRedactor ordinary = {TRK_REDACT_DEFAULT, false, false};
static const TrkRedactor full = {TRK_REDACT_DEFAULT, true, false};
static const TrkRedactor owner_allows = {TRK_REDACT_DEFAULT, true, true};
static const TrkRedactor contract_only = {TRK_REDACT_CONTRACT, false, false};
static const TrkRedactor content = {TRK_REDACT_DEFAULT | TRK_REDACT_CONTENT, false, false};
static const TrkRedactor none = {0, false, false};

/* Read text that lies in memory of exactly its size. */
static bool
read_text(const char *text, TrkValue *value)
{
	static char *exact = NULL;
	Size		len = strlen(text);

	free(exact);
	exact = malloc(len > 0 ? len : 1);
	memcpy(exact, text, len);
	trk_arena_reset(&arena);
	return trk_json_read(&arena, exact, len, value) == TRK_JSON_OK;
}

/* Is the canonical form of the value this text? */
static bool
writes(TrkValue *value, const char *expected)
{
	TrkBuf		buf;

	trk_buf_init(&buf, &arena, 64);
	trk_json_write(&buf, value, TRK_NUMBERS_AS_SPELLED);
	return buf.len == strlen(expected) && memcmp(buf.data, expected, buf.len) == 0;
}

/* A value under these rules becomes the other. */
static void
becomes(const TrkRedactor *redactor, const char *text, const char *expected)
{
	TrkPrivacy	privacy = {false};
	TrkValue	value;

	if (read_text(text, &value))
	{
		trk_redact_value(redactor, &arena, &value, &privacy);
		ok(writes(&value, expected), "%s", text);
	}
	else
		ok(false, "reading %s", text);
}

/* The digest text of a value is this. */
static void
digests(const char *text, const char *expected)
{
	TrkValue	value;
	TrkBuf		buf;

	if (read_text(text, &value))
	{
		trk_buf_init(&buf, &arena, 1);
		trk_digest_text(&buf, &value);
		ok(buf.len == strlen(expected) && memcmp(buf.data, expected, buf.len) == 0,
		   "digest text of %s", text);
	}
	else
		ok(false, "reading %s", text);
}

/* The privacy object of a redacted event has exactly these flags. */
static void
has_privacy(const TrkRedactor *redactor, const char *text, bool account, bool broker,
			bool output, bool prompt, bool full_io, bool truncated)
{
	TrkEvent	event;
	char		expected[400];
	TrkMember  *member;

#define WORD(b) ((b) ? "true" : "false")
	snprintf(expected, sizeof(expected),
			 "{\"contains_account_identifier\":%s,\"contains_broker_payload\":%s,"
			 "\"contains_output_text\":%s,\"contains_prompt_text\":%s,\"full_io\":%s,"
			 "\"redaction_version\":\"2026-06-07\",\"truncated\":%s}",
			 WORD(account), WORD(broker), WORD(output), WORD(prompt), WORD(full_io),
			 WORD(truncated));
#undef WORD
	memset(&event, 0, sizeof(event));
	if (!read_text(text, &event.root) || event.root.kind != TRK_OBJECT)
	{
		ok(false, "reading %s", text);
		return;
	}
	trk_redact(redactor, &arena, &event);
	member = trk_json_member(&event.root, "privacy");
	ok(member != NULL && writes(&member->value, expected) &&
	   event.privacy.contains_account_identifier == account &&
	   event.privacy.contains_broker_payload == broker &&
	   event.privacy.contains_output_text == output &&
	   event.privacy.contains_prompt_text == prompt &&
	   event.privacy.full_io == full_io && event.privacy.truncated == truncated,
	   "privacy of %s", text);
}

/* A name and what the rules say of it. */
typedef struct KeyCase
{
	const char *key;
	TrkKeyClass key_class;
} KeyCase;

/* Each of the names has its class under these rules. */
static void
have_classes(const KeyCase *keys, int n, uint32 rules)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		TrkKeyClass key_class = trk_key_class(keys[i].key, strlen(keys[i].key), rules);

		ok(key_class == keys[i].key_class, "class of %s under %u: %d", keys[i].key, rules, key_class);
	}
}

/* Classes of keys as the client has them, in any case. */
static void
test_client_keys(void)
{
	static const KeyCase keys[] = {
#define TRK_REDACT_KEY(class, name) {name, TRK_KEY_##class},
#include "contract/redactions.def"
		{"PASSWORD", TRK_KEY_SECRET}, {"Apikey", TRK_KEY_SECRET}, {"apiKey", TRK_KEY_SECRET},
		{"to\xe2\x84\xaa" "en", TRK_KEY_SECRET}, {"AP\xc4\xb0_key", TRK_KEY_SECRET},
		{"ap\xc4\xb1_key", TRK_KEY_ORDINARY}, {"pa\xc5\xbf\xc5\xbfword", TRK_KEY_ORDINARY},
		{"RAW_PROMPT", TRK_KEY_PROMPT}, {"\xef\xbc\xa1" "ccount", TRK_KEY_ORDINARY},
		{"my_account", TRK_KEY_ACCOUNT}, {"_Account_ID", TRK_KEY_ACCOUNT},
		{"x_broker_account", TRK_KEY_ACCOUNT}, {"subaccount", TRK_KEY_ORDINARY},
		{"accounts", TRK_KEY_ORDINARY}, {"accountId", TRK_KEY_IDENTITY},
		{"\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad"
		"\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad_account", TRK_KEY_ACCOUNT},
		{"openai_api_key", TRK_KEY_ORDINARY}, {"clientSecret", TRK_KEY_ORDINARY},
		{"prompts", TRK_KEY_ORDINARY}, {"access_token", TRK_KEY_ORDINARY},
		{"", TRK_KEY_ORDINARY}
	};
	int			i;

	have_classes(keys, lengthof(keys), TRK_REDACT_CLIENT);
	for (i = 0; i < TRK_ENVELOPE_FIELDS; i++)
	{
		TrkKeyClass key_class = (TrkKeyClass) trk_key(i)->key_class;

		ok(trk_known_key_class(i, TRK_REDACT_CLIENT) ==
		   trk_key_class(trk_key(i)->name, trk_key(i)->len, TRK_REDACT_CLIENT) &&
		   (key_class == TRK_KEY_ORDINARY || trk_known_key_class(i, TRK_REDACT_CLIENT) == key_class),
		   "class of %s", trk_key(i)->name);
	}
	ok(trk_key_class("clientSecret", 12, TRK_REDACT_CLIENT) == TRK_KEY_ORDINARY &&
	   trk_key_class("token", 5, 0) == TRK_KEY_ORDINARY, "classes depend on the rules");
}

/* Every name of the list has its class, in other spellings too. */
static void
test_listed_names(void)
{
	static const struct
	{
		const char *name;
		uint32		category;
		TrkKeyClass key_class;
		const char *match;
	}			names[] = {
#define TRK_NAME(category, class, match, name) {name, TRK_REDACT_##category, TRK_KEY_##class, #match},
#include "contract/redactions.def"
	};
	int			i;

	for (i = 0; i < lengthof(names); i++)
	{
		char		text[100];
		char	   *p;
		bool		right = true;

		/* as listed, in upper case with dashes, with a prefix, with an index */
		snprintf(text, sizeof(text), "%s", names[i].name);
		right &= trk_key_class(text, strlen(text), names[i].category) == names[i].key_class;
		for (p = text; *p; p++)
			*p = *p == '_' ? '-' : *p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p;
		right &= trk_key_class(text, strlen(text), names[i].category) == names[i].key_class;
		snprintf(text, sizeof(text), names[i].match[0] == 'B' ? "%s.0.content" : "their_%s",
				 names[i].name);
		if (names[i].match[0] != 'W')
			right &= trk_key_class(text, strlen(text), names[i].category) == names[i].key_class;
		ok(right, "name %s", names[i].name);
	}
}

/* Classes of names under the default rules. */
static void
test_keys(void)
{
	static const KeyCase keys[] = {
		{"a_very_long_key_that_goes_on_and_on_until_its_api_key", TRK_KEY_SECRET},
		{"openaiApiKey", TRK_KEY_SECRET}, {"clientSecret", TRK_KEY_SECRET}, {"dbPassword", TRK_KEY_SECRET},
		{"SecretKey", TRK_KEY_SECRET}, {"X-MBX-APIKEY", TRK_KEY_SECRET}, {"OpenAIAPIKey", TRK_KEY_UNSURE},
		{"password_hash", TRK_KEY_SECRET}, {"api_key_2", TRK_KEY_SECRET}, {"SecretString", TRK_KEY_SECRET},
		{"private key", TRK_KEY_SECRET}, {"config.db.password", TRK_KEY_SECRET},
		{"accessToken", TRK_KEY_TOKEN}, {"APIToken", TRK_KEY_TOKEN}, {"ACCESS_TOKEN", TRK_KEY_TOKEN},
		{"token", TRK_KEY_TOKEN}, {"tokens", TRK_KEY_TOKEN}, {"token_value", TRK_KEY_TOKEN},
		{"maxTokens", TRK_KEY_ORDINARY}, {"base_token", TRK_KEY_ORDINARY}, {"nextPageToken", TRK_KEY_ORDINARY},
		{"token_usage", TRK_KEY_ORDINARY}, {"mytoken", TRK_KEY_ORDINARY}, {"secret_sauce", TRK_KEY_ORDINARY},
		{"key", TRK_KEY_UNSURE}, {"polygonKey", TRK_KEY_UNSURE}, {"hmac", TRK_KEY_UNSURE},
		{"cache_key", TRK_KEY_ORDINARY}, {"primaryKey", TRK_KEY_ORDINARY}, {"keyboard", TRK_KEY_ORDINARY},
		{"accountId", TRK_KEY_ACCOUNT}, {"brokerAccountID", TRK_KEY_ACCOUNT}, {"accounts", TRK_KEY_ACCOUNT},
		{"account_currency", TRK_KEY_ORDINARY}, {"account_type", TRK_KEY_ORDINARY},
		{"rawBrokerPayload", TRK_KEY_BROKER}, {"broker_status", TRK_KEY_ORDINARY},
		{"system_prompt", TRK_KEY_PROMPT}, {"chatHistory", TRK_KEY_PROMPT}, {"prompt_version", TRK_KEY_ORDINARY},
		{"gen_ai.prompt.0.content", TRK_KEY_PROMPT}, {"gen_ai.prompt.name", TRK_KEY_ORDINARY},
		{"completionText", TRK_KEY_OUTPUT}, {"ai.response.text", TRK_KEY_OUTPUT},
		{"response_time", TRK_KEY_ORDINARY}, {"output_type", TRK_KEY_ORDINARY},
		{"my_input", TRK_KEY_ORDINARY}, {"prompt_tokens", TRK_KEY_TOKEN},
		{"idempotency_key", TRK_KEY_IDENTITY}, {"trade_id", TRK_KEY_IDENTITY}, {"symbols", TRK_KEY_IDENTITY},
		{"run_id", TRK_KEY_PLAIN_IDENTITY}, {"parentEventId", TRK_KEY_PLAIN_IDENTITY},
		{"paid", TRK_KEY_ORDINARY}, {"summary", TRK_KEY_ORDINARY}, {"", TRK_KEY_ORDINARY},
		{"_", TRK_KEY_ORDINARY}, {"___token___", TRK_KEY_TOKEN}, {"\xc3\xa9_token", TRK_KEY_TOKEN}
	};
	int			i;

	have_classes(keys, lengthof(keys), TRK_REDACT_DEFAULT);
	for (i = 0; i < TRK_ENVELOPE_FIELDS; i++)
		ok(trk_known_key_class(i, TRK_REDACT_DEFAULT) ==
		   trk_key_class(trk_key(i)->name, trk_key(i)->len, TRK_REDACT_DEFAULT),
		   "class of %s", trk_key(i)->name);
	ok(trk_key_class("summary", 7, TRK_REDACT_CONTENT) == TRK_KEY_CONTENT &&
	   trk_key_class("openai_api_key", 14, TRK_REDACT_CONTRACT) == TRK_KEY_ORDINARY &&
	   trk_key_class("openai_api_key", 14, TRK_REDACT_CLIENT | TRK_REDACT_SECRETS) == TRK_KEY_SECRET &&
	   trk_key_class("accountId", 9, TRK_REDACT_CLIENT | TRK_REDACT_SECRETS) == TRK_KEY_IDENTITY,
	   "classes depend on the rules");
}

/* The notation digests are made over. */
static void
test_digest_text(void)
{
	digests("\"it's\"", "it's");
	digests("null", "None");
	digests("[true, false,null]", "[True, False, None]");
	digests("{\"b\":1, \"a\":{}, \"b\":[]}", "{'b': [], 'a': {}}");
	digests("-0", "0");
	digests("123456789012345678901234567890", "123456789012345678901234567890");
	digests("[-0.0, 0e5, 1.0, 1.50, 100e-2]", "[-0.0, 0.0, 1.0, 1.5, 1.0]");
	digests("[1e-4, 0.00001, 1E15, 1e16, 1e22]", "[0.0001, 1e-05, 1000000000000000.0, 1e+16, 1e+22]");
	digests("[0.1, 123456.789e-3, -2.5e-7, 1.5e300]", "[0.1, 123.456789, -2.5e-07, 1.5e+300]");
	digests("[1e999, -1e999, 1e-999, 5e-324]", "[inf, -inf, 0.0, 5e-324]");
	digests("[9007199254740993.0, 40492533854262500.0]", "[9007199254740992.0, 4.04925338542625e+16]");
	digests("[6.5185151242703555e91, 2.2250738585072014e-308]", "[6.518515124270356e+91, 2.2250738585072014e-308]");
	digests("[\"it's\", \"say \\\"x\\\"\", \"'\\\"\"]", "[\"it's\", 'say \"x\"', '\\'\"']");
	digests("[\"\\\\ \\n\\r\\t\\u0001\\u007f\\u00a0\\u00ad\"]", "['\\\\ \\n\\r\\t\\x01\\x7f\\xa0\\xad']");
	digests("[\"\\u2028\\ufeff\\ue000\\udb40\\udc01\\u00e9\\ud83d\\ude00\"]",
			"['\\u2028\\ufeff\\ue000\\U000e0001\xc3\xa9\xf0\x9f\x98\x80']");
}

/* What the client does with values by their keys. */
static void
test_client_values(void)
{
	becomes(&client, "{\"token\":{\"a\":1},\"Password\":null}",
			"{\"Password\":\"[REDACTED]\",\"token\":\"[REDACTED]\"}");
	becomes(&client, "{\"account\":\"abc\"}", "{\"account\":" DIGEST_ABC "}");
	becomes(&client, "[{\"prompt\":\"abc\",\"output\":\"abc\"}]",
			"[{\"output\":" DIGEST_ABC ",\"prompt\":" DIGEST_ABC "}]");
	becomes(&client, "{\"order_payload\":\"\"}",
			"{\"order_payload\":{\"chars\":0,\"redacted\":true,\"sha256\":\"" SHA_EMPTY "\"}}");
	becomes(&client, "{\"order_payload\":" DIGEST_ABC ",\"account\":" DIGEST_ABC "}",
			"{\"account\":" DIGEST_ABC ",\"order_payload\":" DIGEST_ABC "}");
	becomes(&client, "{\"prompt\":\"\xe4\xb8\xad\xf0\x9f\x98\x80\"}",
			"{\"prompt\":{\"chars\":2,\"redacted\":true,\"sha256\":"
			"\"sha256:8bf95415127e424d92b6d2c13ab68f5012f9aae8e16fc468b71baf50edcfabd4\"}}");
	becomes(&client_full, "{\"messages\":[{\"content\":\"see /home/x\",\"password\":1}]}",
			"{\"messages\":[{\"content\":\"see [REDACTED]\",\"password\":\"[REDACTED]\"}]}");
	becomes(&client, "{\"x_token\":\"abc\",\"k\":\"AKIAIOSFODNN7EXAMPLE\"}",
			"{\"k\":\"AKIAIOSFODNN7EXAMPLE\",\"x_token\":\"abc\"}");
	becomes(&client, "{\"output\":300,\"account\":null}",
			"{\"account\":{\"chars\":4,\"redacted\":true,\"sha256\":"
			"\"sha256:dc937b59892604f5a86ac96936cd7ff09e25f18ae6b758e8014a24c7fa039e91\"},"
			"\"output\":{\"chars\":3,\"redacted\":true,\"sha256\":"
			"\"sha256:983bd614bb5afece5ab3b6023f71147cd7b6bc2314f9d27af7422541c6558389\"}}");
	becomes(&client_and_secrets, "{\"x_token\":\"a1b2c3d4e5\",\"k\":\"AKIAIOSFODNN7EXAMPLE\",\"token\":1}",
			"{\"k\":\"[REDACTED]\",\"token\":\"[REDACTED]\",\"x_token\":\"[REDACTED]\"}");
	becomes(&none, "{\"token\":\"/home/x\"}", "{\"token\":\"/home/x\"}");
	becomes(&client, "\"Bearer 0123456789ab\"", "\"[REDACTED]\"");
	becomes(&client, "[1,true,null,\"x\",[]]", "[1,true,null,\"x\",[]]");
}

/* What happens to values by their names. */
static void
test_values(void)
{
	/* secrets: anything but null and booleans */
	becomes(&ordinary, "{\"password\":null,\"api_key\":true,\"x_secret\":5,\"Client-Secret\":\"a\",\"creds\":[1]}",
			"{\"Client-Secret\":\"[REDACTED]\",\"api_key\":true,\"creds\":\"[REDACTED]\","
			"\"password\":null,\"x_secret\":\"[REDACTED]\"}");
	/* tokens: strings that are no words */
	becomes(&ordinary, "{\"token\":\"USDC\",\"x_token\":\"a1b2c3d4e5\",\"tokens\":{\"a\":1,\"b\":\"Zq1Zq2Zq3Zq4\"}}",
			"{\"token\":\"USDC\",\"tokens\":{\"a\":1,\"b\":\"[REDACTED]\"},\"x_token\":\"[REDACTED]\"}");
	becomes(&ordinary, "{\"token\":{\"a\":{\"b\":[{\"c\":\"Zq1Zq2Zq3Zq4\"},\"USDC\"],\"d\":{\"symbol\":\"ETH\"}}}}",
			"{\"token\":{\"a\":{\"b\":[{\"c\":\"[REDACTED]\"},\"USDC\"],\"d\":{\"symbol\":\"ETH\"}}}}");
	becomes(&ordinary, "{\"tokens\":[\"a1b2c3d4\",\"ETH\",7,null,[\"/home/x\"]],\"token\":12}",
			"{\"token\":12,\"tokens\":[\"[REDACTED]\",\"ETH\",7,null,[\"[REDACTED]\"]]}");
	becomes(&ordinary, "{\"token\":{\"a\":{\"b\":\"Zq1Zq2Zq3Zq4\",\"c\":[[\"Zq1Zq2Zq3Zq4\"],\"x\"]}}}",
			"{\"token\":{\"a\":{\"b\":\"[REDACTED]\",\"c\":[[\"[REDACTED]\"],\"x\"]}}}");
	becomes(&ordinary, "{\"token\":" DIGEST_ABC ",\"keys\":{\"x\":" DIGEST_ABC "}}",
			"{\"keys\":{\"x\":" DIGEST_ABC "},\"token\":" DIGEST_ABC "}");
	/* what looks random */
	becomes(&ordinary, "{\"key\":\"momentum\",\"keys\":[\"a\",{\"b\":\"Zq1Zq2Zq3Zq4Zq5\",\"c\":\"word\"}]}",
			"{\"key\":\"momentum\",\"keys\":[\"a\",{\"b\":\"[REDACTED]\",\"c\":\"word\"}]}");
	becomes(&ordinary, "{\"auth\":{\"user\":\"bob\",\"password\":\"x\"},\"pass\":\"yes\",\"seed\":42}",
			"{\"auth\":{\"password\":\"[REDACTED]\",\"user\":\"bob\"},\"pass\":\"yes\",\"seed\":42}");
	/* accounts and brokers: a digest of anything but null and booleans */
	becomes(&ordinary, "{\"accountId\":\"abc\",\"account\":null,\"my_account\":false,\"orderPayload\":\"abc\"}",
			"{\"account\":null,\"accountId\":" DIGEST_ABC ",\"my_account\":false,\"orderPayload\":" DIGEST_ABC "}");
	becomes(&ordinary, "{\"account\":" DIGEST_ABC ",\"prompt\":" DIGEST_ABC "}",
			"{\"account\":" DIGEST_ABC ",\"prompt\":" DIGEST_ABC "}");
	/* prompts and outputs: texts, not counts */
	becomes(&ordinary, "{\"prompt\":85,\"completion\":0.9,\"output\":true,\"input\":null,\"systemPrompt\":\"abc\"}",
			"{\"completion\":0.9,\"input\":null,\"output\":true,\"prompt\":85,\"systemPrompt\":" DIGEST_ABC "}");
	becomes(&ordinary, "{\"gen_ai.prompt.0.content\":\"abc\",\"gen_ai.prompt.name\":\"abc\"}",
			"{\"gen_ai.prompt.0.content\":" DIGEST_ABC ",\"gen_ai.prompt.name\":\"abc\"}");
	becomes(&full, "{\"messages\":[{\"content\":\"see /home/x\",\"password\":1}]}",
			"{\"messages\":[{\"content\":\"see [REDACTED]\",\"password\":\"[REDACTED]\"}]}");
	becomes(&contract_only, "{\"x_token\":\"a1b2c3d4e5\",\"k\":\"AKIAIOSFODNN7EXAMPLE\",\"password\":\"a\"}",
			"{\"k\":\"AKIAIOSFODNN7EXAMPLE\",\"password\":\"[REDACTED]\",\"x_token\":\"a1b2c3d4e5\"}");
}

/* A name and a value beside each other. */
static void
test_pairs(void)
{
	becomes(&ordinary, "{\"headers\":[[\"x-api-key\",\"EXAMPLE0\"],[\"Host\",\"h\"]]}",
			"{\"headers\":[[\"x-api-key\",\"[REDACTED]\"],[\"Host\",\"h\"]]}");
	becomes(&ordinary, "[[\"api_key\",\"secret_key\"],[\"token\",\"USDC\"],[\"account\",\"x\"],[\"password\",1]]",
			"[[\"api_key\",\"secret_key\"],[\"token\",\"USDC\"],[\"account\",\"x\"],[\"password\",1]]");
	becomes(&ordinary, "[{\"name\":\"X-Api-Key\",\"value\":\"EXAMPLE0\"},{\"name\":\"Host\",\"value\":\"h\"}]",
			"[{\"name\":\"X-Api-Key\",\"value\":\"[REDACTED]\"},{\"name\":\"Host\",\"value\":\"h\"}]");
	becomes(&ordinary, "[{\"value\":\"a\",\"key\":\"DB_PASSWORD\"},{\"key\":\"token\",\"value\":\"USDC\"}]",
			"[{\"key\":\"DB_PASSWORD\",\"value\":\"[REDACTED]\"},{\"key\":\"token\",\"value\":\"USDC\"}]");
	becomes(&ordinary, "{\"name\":\"account_id\",\"value\":\"abc\",\"x\":1}",
			"{\"name\":\"account_id\",\"value\":" DIGEST_ABC ",\"x\":1}");
	becomes(&client, "[{\"name\":\"password\",\"value\":\"a\"},[\"api_key\",\"EXAMPLE0\"]]",
			"[{\"name\":\"password\",\"value\":\"a\"},[\"api_key\",\"EXAMPLE0\"]]");
}

/* Free text. */
static void
test_content(void)
{
	becomes(&content, "{\"summary\":\"abc\",\"rationale\":5,\"message\":null,\"other\":\"a b\"}",
			"{\"message\":null,\"other\":\"a b\",\"rationale\":5,\"summary\":" DIGEST_ABC "}");
	becomes(&content, "{\"content\":[\"abc\",{\"y\":\"one\",\"n\":1,\"text\":\"abc\"}],\"notes\":{\"note\":\"abc\"}}",
			"{\"content\":[" DIGEST_ABC ",{\"n\":1,\"text\":" DIGEST_ABC ",\"y\":\"one\"}],"
			"\"notes\":{\"note\":" DIGEST_ABC "}}");
	becomes(&content, "{\"summary\":" DIGEST_ABC ",\"password\":\"a\"}",
			"{\"password\":\"[REDACTED]\",\"summary\":" DIGEST_ABC "}");
	becomes(&ordinary, "{\"summary\":\"abc\"}", "{\"summary\":\"abc\"}");
}

static const uint8 identity_key[TRK_IDENTITY_KEY_LEN] = {1, 2, 3};
static int	identity_key_calls = 0;

/* A key of pseudonyms. */
static const uint8 *
some_key(void *arg)
{
	identity_key_calls++;
	return identity_key;
}

/* Is the text of this member a pseudonym with this prefix and nothing else? */
static bool
is_pseudonym(const TrkValue *root, const char *name, const char *prefix)
{
	TrkMember  *member = trk_json_member(root, name);
	Size		n = strlen(prefix);

	return member != NULL && member->value.kind == TRK_STRING && member->value.len > n &&
		memcmp(member->value.u.str, prefix, n) == 0 &&
		trk_pseudonym_at(member->value.u.str, member->value.len) == member->value.len;
}

/* Identities get pseudonyms when there is a key, and are counted. */
static void
test_identities(void)
{
	static const char *const text = "{\"run_id\":\"AKIAIOSFODNN7EXAMPLE\",\"trade_id\":\"AKIAIOSFODNN7EXAMPLE\","
	"\"project\":\"AKIAIOSFODNN7EXAMPLE\",\"symbols\":[\"AAPL\",\"AKIAIOSFODNN7EXAMPLE\"],"
	"\"payload\":{\"note\":\"AKIAIOSFODNN7EXAMPLE\",\"order_id\":\"a [REDACTED]\"}}";
	TrkRedactor redactor = {TRK_REDACT_DEFAULT, false, false};
	TrkEvent	event;
	TrkMember  *payload;

	redactor.identity_key.fn = some_key;
	memset(&event, 0, sizeof(event));
	ok(read_text(text, &event.root), "read");
	trk_redact(&redactor, &arena, &event);
	ok(is_pseudonym(&event.root, "run_id", "redacted-") &&
	   is_pseudonym(&event.root, "trade_id", "[REDACTED]#") &&
	   is_pseudonym(&event.root, "project", "[REDACTED]#"), "pseudonyms");
	payload = trk_json_member(&event.root, "payload");
	ok(event.identities.pseudonyms == 4 && event.identities.lost == 1 && identity_key_calls == 4,
	   "counts of identities");
	ok(payload != NULL && writes(&payload->value, "{\"note\":\"[REDACTED]\",\"order_id\":\"a [REDACTED]\"}"),
	   "what is no identity gets no pseudonym");
	redactor.identity_key.fn = NULL;
	ok(read_text(text, &event.root), "read");
	trk_redact(&redactor, &arena, &event);
	ok(event.identities.pseudonyms == 0 && event.identities.lost == 5, "without a key they are lost");
	identity_key_calls = 0;
	redactor.identity_key.fn = some_key;
	redactor.rules = TRK_REDACT_CLIENT | TRK_REDACT_SECRETS;
	ok(read_text(text, &event.root), "read");
	trk_redact(&redactor, &arena, &event);
	ok(identity_key_calls == 0 && event.identities.pseudonyms == 0, "the client has no pseudonyms");
}

/* What was redacted is not redacted again. */
static void
test_again(void)
{
	static const char *const texts[] = {
		"{\"password\":\"a\",\"accounts\":[\"abc\"],\"prompt\":\"abc\",\"x\":\"DB_PASSWORD=EXAMPLE0; /home/x\"}",
		"[{\"name\":\"account_id\",\"value\":\"abc\"},[\"x-api-key\",\"EXAMPLE0\"],\"Cookie: a=EXAMPLE0\"]",
		"{\"AKIAIOSFODNN7EXAMPLE\":{\"key\":\"Zq1Zq2Zq3Zq4Zq5\"},\"note\":\"{\\\"token\\\":\\\"a1b2c3d4e5\\\"}\"}",
		"{\"trade_id\":\"sk-EXAMPLE0EXAMPLE\",\"summary\":\"a b\",\"content\":[\"a b\"]}"
	};
	static const TrkRedactor *const redactors[] = {&client, &client_and_secrets, &ordinary, &content};
	int			i;

	for (i = 0; i < lengthof(texts) * lengthof(redactors); i++)
	{
		const TrkRedactor *redactor = redactors[i % lengthof(redactors)];
		const char *text = texts[i / lengthof(redactors)];
		TrkPrivacy	privacy = {false};
		TrkValue	value;
		TrkBuf		buf;
		char		first[2000];

		ok(read_text(text, &value), "read");
		trk_redact_value(redactor, &arena, &value, &privacy);
		trk_buf_init(&buf, &arena, 64);
		trk_json_write(&buf, &value, TRK_NUMBERS_AS_SPELLED);
		snprintf(first, sizeof(first), "%.*s", (int) buf.len, buf.data);
		becomes(redactor, first, first);
	}
}

/* Only exact digest objects pass for one. */
static void
test_is_digest(void)
{
	static const struct
	{
		const char *text;
		bool		digest;
	}			values[] = {
		{DIGEST_ABC, true},
		{"{\"sha256\":\"" SHA_ABC "\",\"chars\":-3,\"redacted\":true}", true},
		{"{\"sha256\":\"" SHA_ABC "\",\"chars\":3.0,\"redacted\":true}", false},
		{"{\"sha256\":\"" SHA_ABC "\",\"chars\":3,\"redacted\":1}", false},
		{"{\"sha256\":\"" SHA_ABC "0\",\"chars\":3,\"redacted\":true}", false},
		{"{\"sha256\":\"SHA256:ba\",\"chars\":3,\"redacted\":true}", false},
		{"{\"sha256\":\"" SHA_ABC "\",\"redacted\":true}", false},
		{"{\"sha256\":\"" SHA_ABC "\",\"chars\":3,\"redacted\":true,\"text\":\"x\"}", false},
		{"{\"sha256\":\"" SHA_ABC "\",\"chars\":3,\"Redacted\":true}", false},
		{"\"" SHA_ABC "\"", false}
	};
	TrkValue	value;
	int			i;

	for (i = 0; i < lengthof(values); i++)
		ok(read_text(values[i].text, &value) && trk_is_digest(&value) == values[i].digest,
		   "digest object %s", values[i].text);
}

/* Names that hold a secret are replaced, and stay distinct. */
static void
test_names(void)
{
	becomes(&client, "{\"/home/x\":1}", "{\"[REDACTED]\":1}");
	becomes(&client, "{\"/home/x\":1,\"/home/y\":{\"C:\\\\z\":[]},\"a\":2}",
			"{\"[REDACTED]\":1,\"[REDACTED]_2\":{\"[REDACTED]\":[]},\"a\":2}");
	becomes(&client, "{\"/home/x\":1,\"/home/y\":2,\"[REDACTED]\":3,\"[REDACTED]_3\":4}",
			"{\"[REDACTED]\":3,\"[REDACTED]_2\":1,\"[REDACTED]_3\":4,\"[REDACTED]_4\":2}");
	becomes(&client, "{\"/home/x\":1,\"[REDACTED]_1\":2,\"[REDACTED]_02\":3,\"/home/z\":4,"
			"\"[REDACTED]_99999999999999999999\":5,\"[REDACTED]_\":6}",
			"{\"[REDACTED]\":1,\"[REDACTED]_\":6,\"[REDACTED]_02\":3,\"[REDACTED]_1\":2,"
			"\"[REDACTED]_2\":4,\"[REDACTED]_99999999999999999999\":5}");
	becomes(&client, "{\"acct_12345678\":1,\"sk_hynix_2024q1\":2}", "{\"[REDACTED]\":1,\"[REDACTED]_2\":2}");
	becomes(&ordinary, "{\"acct_12345678\":1,\"sk_hynix_2024q1\":2,\"order_12345678901\":3,\"sk-Zq1Zq2Zq3Zq4\":4}",
			"{\"[REDACTED]\":4,\"acct_12345678\":1,\"order_12345678901\":3,\"sk_hynix_2024q1\":2}");
	becomes(&ordinary, "{\"acct_Zq1Zq2Zq3Zq4\":1,\"order_Zq1Zq2Zq3Zq4\":2,\"account_drawdown30d\":3}",
			"{\"[REDACTED]\":1,\"[REDACTED]_2\":2,\"account_drawdown30d\":3}");
	becomes(&ordinary, "{\"/home/x\":1,\"DB_PASSWORD=EXAMPLE0\":2}", "{\"[REDACTED]\":1,\"[REDACTED]_2\":2}");
	becomes(&ordinary, "{\"acct_12345678_account\":\"abc\",\"AKIAIOSFODNN7EXAMPLE\":0}",
			"{\"[REDACTED]\":0,\"acct_12345678_account\":" DIGEST_ABC "}");
	becomes(&client, "{\"AKIAIOSFODNN7EXAMPLE\":0}", "{\"AKIAIOSFODNN7EXAMPLE\":0}");
}

/* The privacy object. */
static void
test_privacy(void)
{
	has_privacy(&ordinary, "{}", false, false, false, false, false, false);
	has_privacy(&ordinary, "{\"privacy\":7}", false, false, false, false, false, false);
	has_privacy(&ordinary, "{\"privacy\":{\"contains_prompt_text\":true,\"full_io\":true}}",
				false, false, false, false, false, false);
	has_privacy(&client, "{\"privacy\":{\"x\":{\"Account_Id\":1}},\"p\":[{\"broker_payload\":null}]}",
				true, true, false, false, false, false);
	has_privacy(&ordinary, "{\"privacy\":{\"x\":{\"Account_Id\":1}},\"p\":[{\"broker_payload\":null}]}",
				true, false, false, false, false, false);
	has_privacy(&ordinary, "{\"subAccountId\":\"x\",\"p\":[{\"orderPayload\":{}}]}",
				true, true, false, false, false, false);
	has_privacy(&ordinary, "{\"prompt\":\"x\",\"output\":1}",
				false, false, false, false, false, false);
	has_privacy(&client_full, "{\"prompt\":\"x\",\"output\":1}",
				false, false, true, true, true, false);
	has_privacy(&full, "{\"prompt\":\"x\",\"output\":1}",
				false, false, false, true, true, false);
	has_privacy(&full, "{\"prompt\":null,\"output\":{\"text\":\"x\"}}",
				false, false, true, false, true, false);
	has_privacy(&full, "{\"prompt\":" DIGEST_ABC ",\"account\":" DIGEST_ABC "}",
				true, false, false, false, true, false);
	has_privacy(&full, "{\"input\":{\"account\":{\"output\":1}}}",
				true, false, false, true, true, false);
	has_privacy(&owner_allows, "{\"prompt\":\"x\",\"privacy\":{\"full_io\":true}}",
				false, false, false, true, true, false);
	has_privacy(&owner_allows, "{\"prompt\":\"x\",\"privacy\":{\"full_io\":1}}",
				false, false, false, false, false, false);
	has_privacy(&owner_allows, "{\"prompt\":\"x\"}", false, false, false, false, false, false);
}

/* The privacy object keeps whether the event was cut. */
static void
test_truncated(void)
{
	static const char *const no[] = {"null", "false", "0", "-0", "0.00", "0e7", "\"\"", "[]", "{}"};
	static const char *const yes[] = {"true", "1", "-0.5", "0.01e-3", "\"false\"", "[0]", "{\"a\":0}"};
	char		text[80];
	int			i;

	for (i = 0; i < lengthof(no); i++)
	{
		snprintf(text, sizeof(text), "{\"privacy\":{\"truncated\":%s}}", no[i]);
		has_privacy(&ordinary, text, false, false, false, false, false, false);
	}
	for (i = 0; i < lengthof(yes); i++)
	{
		snprintf(text, sizeof(text), "{\"privacy\":{\"truncated\":%s}}", yes[i]);
		has_privacy(&ordinary, text, false, false, false, false, false, true);
	}
	has_privacy(&ordinary, "{\"privacy\":[\"truncated\"],\"truncated\":true}",
				false, false, false, false, false, false);
}

/* A whole event: other members stay in their order, privacy comes at the end. */
static void
test_event(void)
{
	TrkEvent	event;

	memset(&event, 0, sizeof(event));
	ok(read_text("{\"token\":1,\"payload\":{\"note\":\"token: abcdef\"}}", &event.root), "read");
	trk_redact(&client, &arena, &event);
	ok(event.root.len == 3 && memcmp(event.root.u.members[2].name, "privacy", 7) == 0,
	   "privacy is added at the end");
	ok(writes(&event.root.u.members[1].value, "{\"note\":\"[REDACTED]\"}") &&
	   writes(&event.root.u.members[0].value, "\"[REDACTED]\""), "members are redacted in place");
}

/* A few characters of each property; the tables are checked where they are made. */
static void
test_unicode(void)
{
	ok(trk_is_word('_') && trk_is_word(0x4e2d) && trk_is_word(0x0663) && trk_is_word(0x2167) &&
	   !trk_is_word(0x0301) && !trk_is_word(0x20ac) && !trk_is_word('-'), "word characters");
	ok(trk_is_space(0x1c) && trk_is_space(0x85) && trk_is_space(0x2003) && trk_is_space(0x3000) &&
	   !trk_is_space(0x200b) && !trk_is_space(0xfeff), "white space");
	ok(trk_is_printable(' ') && trk_is_printable(0xe9) && trk_is_printable(0x1f600) &&
	   !trk_is_printable(0x7f) && !trk_is_printable(0xa0) && !trk_is_printable(0x10ffff),
	   "printable characters");
	ok(trk_to_lower('Z') == 'z' && trk_to_lower(0x212a) == 'k' && trk_to_lower(0x130) == 'i' &&
	   trk_to_lower(0x100) == 0x101 && trk_to_lower(0x101) == 0x101 &&
	   trk_to_lower(0x10400) == 0x10428 && trk_to_lower(0x1e9e) == 0xdf, "lower case");
	ok(trk_is_blank("", 0) && trk_is_blank(" \t\xe2\x80\x83", 5) && !trk_is_blank(" x", 2) &&
	   trk_has_space("a\xc2\xa0", 3) && !trk_has_space("abc", 3), "blank and space");
	ok(trk_utf8_length("a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80", 10) == 4, "characters");
}

/* Run all tests. */
int
main(void)
{
	trk_contract_init();
	trk_arena_init(&arena, NULL, 65536);
	test_client_keys();
	test_listed_names();
	test_keys();
	test_digest_text();
	test_client_values();
	test_values();
	test_pairs();
	test_content();
	test_identities();
	test_again();
	test_is_digest();
	test_names();
	test_privacy();
	test_truncated();
	test_event();
	test_unicode();
	trk_arena_free(&arena);
	return done_testing();
}
