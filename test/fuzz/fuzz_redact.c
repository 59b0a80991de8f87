/*
 * fuzz_redact.c
 *	  Redaction, of texts and of whole events.
 *
 * Whatever goes in, no string that comes out matches a shape, redacting once
 * more changes nothing, and a sample of a shape that was planted is gone.  Names
 * of secrets have no text behind them any more, and accounts and prompts are
 * digests.
 */
#include "base/trk.h"

#include "fuzz.h"
#include "redact/redact.h"
#include "redact/secret_value.h"

typedef struct Sample
{
	const char *text;
	uint32		category;
} Sample;

static const Sample samples[] = {
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	{sample, TRK_REDACT_##category},
#define TRK_TOKEN(prefix, characters, least, most, sample, counter) \
	{sample, TRK_REDACT_SECRETS},
#include "contract/redactions.def"
};

static const uint8 identity_key[TRK_IDENTITY_KEY_LEN] = {1};

/* A key of pseudonyms. */
static const uint8 *
some_key(void *arg)
{
	return identity_key;
}

/* A sample that these rules must find, chosen by the input's bytes. */
static const Sample *
choose_sample(const char *s, Size len, uint32 rules)
{
	uint32		sum = len;
	Size		i;

	for (i = 0; i < len; i++)
		sum = sum * 31 + (uint8) s[i];
	for (i = 0; i < lengthof(samples); i++)
	{
		const Sample *sample = &samples[(sum + i) % lengthof(samples)];

		if (sample->category & rules)
			return sample;
	}
	return NULL;
}

/* Redact a text; what comes out holds nothing that can be found. */
static void
check_text(TrkArena *arena, const char *s, Size len, uint32 rules, const char *planted)
{
	bool		matches = trk_pattern_matches(s, len, rules, NULL);
	const char *out = s;
	Size		out_len = len;
	const char *again;
	Size		again_len;

	REQUIRE(trk_pattern_redact(arena, s, len, rules, NULL, &out, &out_len) == matches);
	REQUIRE(!trk_pattern_matches(out, out_len, rules, NULL));
	REQUIRE(!trk_pattern_redact(arena, out, out_len, rules, NULL, &again, &again_len));
	REQUIRE(trk_utf8_valid(out, out_len));
	if (planted != NULL)
	{
		REQUIRE(matches);
		REQUIRE(!fuzz_contains(out, out_len, planted, strlen(planted)));
	}
}

/* The text alone, and twice with a sample between that is not in it. */
static void
check_texts(TrkArena *arena, const char *s, Size len, uint32 rules)
{
	const Sample *sample = choose_sample(s, len, rules);
	TrkBuf		buf;

	check_text(arena, s, len, rules, NULL);
	if (sample == NULL || fuzz_contains(s, len, sample->text, strlen(sample->text)))
		return;
	trk_buf_init(&buf, arena, 1);
	trk_buf_append(&buf, s, len);
	trk_buf_putc(&buf, '\n');
	trk_buf_append(&buf, sample->text, strlen(sample->text));
	trk_buf_putc(&buf, '\n');
	trk_buf_append(&buf, s, len);
	check_text(arena, buf.data, buf.len, rules, sample->text);
}

/* No shape is left in a string. */
static void
check_string(uint32 rules, const char *s, Size len)
{
	REQUIRE(trk_utf8_valid(s, len));
	REQUIRE(!trk_pattern_matches(s, len, rules, NULL));
}

/* null, true or false? */
static bool
says_nothing(const TrkValue *value)
{
	return value->kind == TRK_NULL || value->kind == TRK_FALSE || value->kind == TRK_TRUE;
}

/* A member is what its name asks for. */
static void
check_member(uint32 rules, const TrkMember *member)
{
	bool		client = (rules & TRK_REDACT_CLIENT) != 0;
	TrkKeyClass key_class = trk_key_class(member->name, member->name_len, rules);
	const TrkValue *value = &member->value;

	if (key_class == TRK_KEY_SECRET)
		REQUIRE((!client && says_nothing(value)) ||
				(value->kind == TRK_STRING &&
				 fuzz_equal(value->u.str, value->len, TRK_REPLACEMENT, TRK_REPLACEMENT_LEN)));
	if (key_class == TRK_KEY_ACCOUNT || key_class == TRK_KEY_BROKER)
		REQUIRE(trk_is_digest(value) || (!client && says_nothing(value)));
	if (key_class == TRK_KEY_TOKEN && value->kind == TRK_STRING)
		REQUIRE(!trk_looks_like_token(value->u.str, value->len));
	if (key_class == TRK_KEY_UNSURE && value->kind == TRK_STRING)
		REQUIRE(!trk_looks_random(value->u.str, value->len));
	if (key_class == TRK_KEY_CONTENT)
		REQUIRE(value->kind != TRK_STRING);
}

/* Nothing is left below a value that the rules would find. */
static void
check_redacted(uint32 rules, const TrkValue *value)
{
	uint32		i;

	if (value->kind == TRK_STRING)
		check_string(rules, value->u.str, value->len);
	else if (value->kind == TRK_ARRAY)
	{
		for (i = 0; i < value->len; i++)
			check_redacted(rules, &value->u.items[i]);
	}
	else if (value->kind == TRK_OBJECT)
	{
		for (i = 0; i < value->len; i++)
		{
			const TrkMember *member = &value->u.members[i];

			if (trk_key_lookup(member->name, member->name_len) < 0)
				check_string(rules | TRK_SCAN_NAME, member->name, member->name_len);
			check_member(rules, member);
			check_redacted(rules, &member->value);
		}
	}
}

/* The canonical form without the privacy object. */
static TrkText
write_without_privacy(TrkArena *arena, TrkValue *root)
{
	TrkMember  *privacy = trk_json_member(root, "privacy");
	TrkValue	kept = privacy->value;
	TrkText		text;
	TrkBuf		buf;

	privacy->value.kind = TRK_NULL;
	trk_buf_init(&buf, arena, 1);
	trk_json_write(&buf, root, TRK_NUMBERS_AS_SPELLED);
	trk_json_member(root, "privacy")->value = kept;
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* Add a member at the end of an object. */
static void
plant(TrkArena *arena, TrkValue *object, const char *name, const char *value)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, (Size) object->len + 1);
	TrkMember  *member = &members[object->len];

	if (object->len > 0)
		memcpy(members, object->u.members, sizeof(TrkMember) * object->len);
	memset(member, 0, sizeof(*member));
	member->name = name;
	member->name_len = strlen(name);
	member->key = -1;
	trk_json_set_string(&member->value, value, strlen(value));
	object->u.members = members;
	object->len++;
	object->flags &= ~TRK_F_SORTED;
}

/*
 * Plant a sample as a value and, when names are searched for it, as a name,
 * unless it is in the event; returns it, or NULL.
 */
static const char *
plant_sample(TrkArena *arena, TrkValue *root, uint32 rules)
{
	const Sample *sample = choose_sample((const char *) &root->len, sizeof(root->len), rules);
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 1);
	trk_json_write(&buf, root, TRK_NUMBERS_AS_SPELLED);
	if (sample == NULL ||
		fuzz_contains(buf.data, buf.len, sample->text, strlen(sample->text)))
		return NULL;
	if (trk_pattern_matches(sample->text, strlen(sample->text), rules | TRK_SCAN_NAME, NULL))
		plant(arena, root, sample->text, sample->text);
	if (trk_json_member(root, "planted here") == NULL)
		plant(arena, root, "planted here", sample->text);
	return sample->text;
}

/* Redact an event, and what came out once more. */
static void
check_event(TrkArena *arena, const TrkRedactor *redactor, TrkEvent *event)
{
	const char *planted = plant_sample(arena, &event->root, redactor->rules);
	TrkText		first;
	TrkText		second;
	TrkBuf		buf;

	trk_redact(redactor, arena, event);
	check_redacted(redactor->rules, &event->root);
	trk_buf_init(&buf, arena, 1);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	REQUIRE(planted == NULL ||
			!fuzz_contains(buf.data, buf.len, planted, strlen(planted)));
	first = write_without_privacy(arena, &event->root);
	REQUIRE(trk_json_read(arena, buf.data, buf.len, &event->root) == TRK_JSON_OK);
	trk_redact(redactor, arena, event);
	second = write_without_privacy(arena, &event->root);
	REQUIRE(fuzz_equal(first.s, first.len, second.s, second.len));
}

/* Rules by a number from 0 to 11: one base or none, and others. */
static uint32
choose_rules(unsigned int options)
{
	static const uint32 bases[] = {TRK_REDACT_CONTRACT, TRK_REDACT_CLIENT, 0};
	uint32		rules = bases[options % 3];

	if (options / 3 % 2 != 0)
		rules |= TRK_REDACT_PII;
	if (options / 6 % 2 == 0)
		rules |= TRK_REDACT_SECRETS;
	return rules;
}

/*
 * Options: categories of rules, and with each of them: nothing more, free text
 * and pseudonyms, full input and output.
 */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	Size		len = size;
	unsigned int options = fuzz_options(&s, &len);
	uint32		rules = choose_rules(options) | (options / 12 == 1 ? TRK_REDACT_CONTENT : 0);
	TrkArena	arena;
	TrkEvent	event;
	TrkRedactor redactor;

	trk_contract_init();
	fuzz_arena_init(&arena);
	memset(&redactor, 0, sizeof(redactor));
	redactor.rules = rules;
	redactor.allow_full_io = options / 12 == 2;
	redactor.event_decides = (options & 1) != 0;
	redactor.identity_key.fn = options / 12 == 1 ? some_key : NULL;
	if (trk_json_read(&arena, s, len, &event.root) == TRK_JSON_OK &&
		event.root.kind == TRK_OBJECT)
		check_event(&arena, &redactor, &event);
	else if (trk_utf8_valid(s, len))
		check_texts(&arena, s, len, rules);
	trk_arena_free(&arena);
	return 0;
}
