/*
 * fuzz_redact.c
 *	  Redaction, of texts and of whole events.
 *
 * Whatever goes in, no string that comes out matches a shape, redacting once
 * more changes nothing, and a sample of a shape that was planted is gone.
 */
#include "trk.h"

#include "fuzz.h"
#include "redact.h"

typedef struct Sample
{
	const char *text;
	uint32		category;
} Sample;

static const Sample samples[] = {
#define TRK_PATTERN(ident, category, regex, sample, counter) \
	{sample, TRK_RULES_##category},
#include "redactions.def"
};

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
				check_string(rules, member->name, member->name_len);
			if (rules & TRK_RULES_CONTRACT)
				REQUIRE(trk_key_class(member->name, member->name_len,
									  TRK_RULES_CONTRACT) != TRK_KEY_SECRET ||
						fuzz_equal(member->value.u.str, member->value.len,
								   TRK_REPLACEMENT, TRK_REPLACEMENT_LEN));
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
 * Plant a sample as a value and as a name, unless it is in the event; returns
 * it, or NULL.
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

/* Options: categories of rules, and who allows full input and output. */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *s = (const char *) data;
	Size		len = size;
	unsigned int options = fuzz_options(&s, &len);
	uint32		rules = TRK_RULES_DEFAULT ^ (options & 7);
	TrkArena	arena;
	TrkEvent	event;
	TrkRedactor redactor;

	trk_contract_init();
	fuzz_arena_init(&arena);
	memset(&redactor, 0, sizeof(redactor));
	redactor.rules = rules;
	redactor.allow_full_io = (options & 8) != 0;
	redactor.event_decides = (options & 16) != 0;
	if (trk_json_read(&arena, s, len, &event.root) == TRK_JSON_OK &&
		event.root.kind == TRK_OBJECT)
		check_event(&arena, &redactor, &event);
	else if (trk_utf8_valid(s, len))
		check_texts(&arena, s, len, rules);
	trk_arena_free(&arena);
	return 0;
}
