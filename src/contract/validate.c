/*
 * validate.c
 *	  Finds every violation of the contract in an event: first those of the
 *	  envelope in its order, then those of the payload (rules of the event
 *	  type, then fields in document order), then its size.
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "base/unicode.h"
#include "contract/event_build.h"
#include "contract/validate.h"
#include "contract/validate_value.h"

/*
 * Arrays of up to this length are searched for duplicates by comparing all
 * pairs.
 */
#define TRK_FEW_SYMBOLS		16

/* Items that are examined between two checks for interrupts. */
#define TRK_ITEMS_PER_CHECK	4096

/* Return the value of an envelope field; add a finding when it is absent. */
static const TrkValue *
required_field(const TrkEvent *event, TrkEnvelopeField field, TrkFindings *findings)
{
	if (event->env[field] == NULL)
		trk_finding_add(findings, trk_envelope_name(field), TRK_RULE_REQUIRED,
						"%s is missing", trk_envelope_name(field));
	return event->env[field];
}

/*
 * Return whether every byte is a visible ASCII character, so that there is no
 * white space either.
 */
static bool
is_visible_ascii(const char *s, Size len)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	uint64		word;
	uint64		bad = 0;
	Size		i = 0;

	for (; i + 8 <= len; i += 8)
	{
		memcpy(&word, s + i, 8);
		bad |= word | ((word - ones * 0x21) & ~word);
	}
	for (; i < len; i++)
		bad |= (unsigned char) s[i] <= ' ' || (unsigned char) s[i] >= 0x80 ? 0x80 : 0;
	return (bad & (ones * 0x80)) == 0;
}

/*
 * Return whether the value is a string of at least one character without white
 * space.
 */
static bool
is_word(const TrkValue *value)
{
	return value->kind == TRK_STRING && value->len > 0 &&
		(is_visible_ascii(value->u.str, value->len) ||
		 !trk_has_space(value->u.str, value->len));
}

/* Check that an identifier fits in an index entry. */
static void
check_id_length(TrkEnvelopeField field, const TrkValue *value, TrkFindings *findings)
{
	if (value->kind == TRK_STRING && value->len > TRK_MAX_ID_BYTES)
		trk_finding_add(findings, trk_envelope_name(field), TRK_RULE_FORMAT,
						"%s must not be longer than %d bytes",
						trk_envelope_name(field), TRK_MAX_ID_BYTES);
}

/* Check event_id or run_id. */
static void
check_prefixed_id(const TrkEvent *event, TrkEnvelopeField field, const char *prefix,
				  TrkFindings *findings)
{
	const TrkValue *value = required_field(event, field, findings);

	if (value == NULL)
		return;
	if (value->kind != TRK_STRING || !trk_is_prefixed_id(value->u.str, value->len, prefix))
		trk_finding_add(findings, trk_envelope_name(field), TRK_RULE_FORMAT,
						"%s must be \"%s\" followed by letters, digits, \"_\" and \"-\"",
						trk_envelope_name(field), prefix);
	check_id_length(field, value, findings);
}

/*
 * Return whether the value has the form of a project or an agent_id: a string
 * that is not empty and has no white space, "/" or "\".
 */
bool
trk_is_name(const TrkValue *value)
{
	return is_word(value) && memchr(value->u.str, '/', value->len) == NULL &&
		memchr(value->u.str, '\\', value->len) == NULL;
}

/* Check project or agent_id; the reader does not let NUL through. */
static void
check_name(const TrkEvent *event, TrkEnvelopeField field, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, field, findings);

	if (value == NULL)
		return;
	if (!trk_is_name(value))
		trk_finding_add(findings, trk_envelope_name(field), TRK_RULE_FORMAT,
						"%s must be a string that is not empty, without white space, \"/\" and \"\\\"",
						trk_envelope_name(field));
	check_id_length(field, value, findings);
}

/*
 * Check span_id or parent_span_id, which may be anything; as strings they are
 * identifiers.
 */
static void
check_span(const TrkEvent *event, TrkEnvelopeField field, TrkFindings *findings)
{
	if (event->env[field] != NULL)
		check_id_length(field, event->env[field], findings);
}

/* Check schema_version. */
static void
check_schema_version(const TrkEvent *event, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, TRK_ENV_schema_version, findings);

	if (value == NULL)
		return;
	if (value->kind != TRK_STRING || value->len != sizeof(TRK_SCHEMA_VERSION) - 1 ||
		memcmp(value->u.str, TRK_SCHEMA_VERSION, value->len) != 0)
		trk_finding_add(findings, "schema_version", TRK_RULE_CONST,
						"schema_version must be \"%s\"", TRK_SCHEMA_VERSION);
}

/* Check idempotency_key. */
static void
check_idempotency_key(const TrkEvent *event, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, TRK_ENV_idempotency_key, findings);

	if (value != NULL && !is_word(value))
		trk_finding_add(findings, "idempotency_key", TRK_RULE_FORMAT,
						"idempotency_key must be a string that is not empty, without white space");
}

/*
 * Check event_type or environment, which were looked up when the event was
 * bound.
 */
static void
check_envelope_enum(const TrkEvent *event, TrkEnvelopeField field, TrkEnumId id,
					int index, TrkFindings *findings)
{
	if (required_field(event, field, findings) != NULL && index < 0)
		trk_add_enum_finding(findings, trk_envelope_name(field), id);
}

/*
 * Add the finding for a time that the contract does not accept.  If it has
 * another offset, the instant is known, and the message says how the sender
 * has to write it.
 */
static void
refuse_time(const TrkValue *value, TrkFindings *findings)
{
	static const char rule[] = "occurred_at must be an ISO 8601 date and time with a UTC offset of zero";
	char		utc[TRK_ISOTIME_MAX];
	int			len = 0;
	int64		usecs;

	if (value->kind == TRK_STRING && trk_isotime_in_utc(value->u.str, value->len, &usecs))
		len = trk_isotime_write(usecs, utc);
	if (len > 0)
		trk_finding_add(findings, "occurred_at", TRK_RULE_TIMESTAMP, "%s; in UTC this is %.*s", rule, len, utc);
	else
		trk_finding_add(findings, "occurred_at", TRK_RULE_TIMESTAMP, "%s", rule);
}

/* Check occurred_at. */
static void
check_occurred_at(TrkEvent *event, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, TRK_ENV_occurred_at, findings);

	if (value == NULL)
		return;
	if (value->kind != TRK_STRING ||
		!trk_isotime_parse(value->u.str, value->len, &event->occurred_at))
		refuse_time(value, findings);
}

/* qsort() comparator: strings in any order that puts equal ones together. */
static int
compare_strings(const void *a, const void *b)
{
	const TrkValue *x = *(const TrkValue *const *) a;
	const TrkValue *y = *(const TrkValue *const *) b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->u.str, y->u.str, x->len);
}

/* Return whether two of many strings are equal. */
static bool
many_have_duplicates(const TrkValue *list, TrkArena *arena)
{
	const TrkValue **sorted = trk_alloc_array(arena, const TrkValue *, list->len);
	uint32		i;

	for (i = 0; i < list->len; i++)
		sorted[i] = &list->u.items[i];
	qsort(sorted, list->len, sizeof(*sorted), compare_strings);
	for (i = 1; i < list->len; i++)
		if (compare_strings(&sorted[i - 1], &sorted[i]) == 0)
			return true;
	return false;
}

/* Return whether two strings of an array are equal. */
static bool
has_duplicates(const TrkValue *list, TrkArena *arena)
{
	uint32		i;
	uint32		j;

	if (list->len > TRK_FEW_SYMBOLS)
		return many_have_duplicates(list, arena);
	for (i = 1; i < list->len; i++)
		for (j = 0; j < i; j++)
		{
			const TrkValue *a = &list->u.items[i];
			const TrkValue *b = &list->u.items[j];

			if (a->len == b->len && memcmp(a->u.str, b->u.str, a->len) == 0)
				return true;
		}
	return false;
}

/* Return whether the value is an array of strings, none of which is empty. */
static bool
is_list_of_strings(const TrkValue *value)
{
	uint32		i;

	if (value->kind != TRK_ARRAY)
		return false;
	for (i = 0; i < value->len; i++)
	{
		if (i % TRK_ITEMS_PER_CHECK == TRK_ITEMS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (value->u.items[i].kind != TRK_STRING || value->u.items[i].len == 0)
			return false;
	}
	return true;
}

/* Check symbols. */
static void
check_symbols(const TrkEvent *event, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, TRK_ENV_symbols, findings);

	if (value == NULL)
		return;
	if (!is_list_of_strings(value) || has_duplicates(value, findings->arena))
		trk_finding_add(findings, "symbols", TRK_RULE_SYMBOLS,
						"symbols must be an array of distinct strings that are not empty");
}

/* Check that the payload is an object. */
static void
check_payload_type(const TrkEvent *event, TrkFindings *findings)
{
	const TrkValue *value = required_field(event, TRK_ENV_payload, findings);

	if (value != NULL && value->kind != TRK_OBJECT)
		trk_finding_add(findings, "payload", TRK_RULE_TYPE, "payload must be an object");
}

/* Check sdk, an object that says which client wrote the event. */
static void
check_sdk(const TrkEvent *event, TrkFindings *findings)
{
	static const char *const paths[] = {"sdk.name", "sdk.version", "sdk.language"};
	const TrkValue *value = required_field(event, TRK_ENV_sdk, findings);
	Size		i;

	if (value == NULL)
		return;
	if (value->kind != TRK_OBJECT)
	{
		trk_finding_add(findings, "sdk", TRK_RULE_TYPE, "sdk must be an object");
		return;
	}
	for (i = 0; i < lengthof(paths); i++)
	{
		const TrkMember *member = trk_json_member(value, paths[i] + strlen("sdk."));

		if (member == NULL || member->value.kind != TRK_STRING || member->value.len == 0)
			trk_finding_add(findings, paths[i], TRK_RULE_REQUIRED,
							"%s must be a string of at least one character", paths[i]);
	}
}

/* Check all fields of the envelope. */
static void
check_envelope(TrkEvent *event, TrkFindings *findings)
{
	check_schema_version(event, findings);
	check_prefixed_id(event, TRK_ENV_event_id, TRK_EVENT_ID_PREFIX, findings);
	check_idempotency_key(event, findings);
	check_name(event, TRK_ENV_project, findings);
	check_name(event, TRK_ENV_agent_id, findings);
	check_prefixed_id(event, TRK_ENV_run_id, TRK_RUN_ID_PREFIX, findings);
	check_span(event, TRK_ENV_span_id, findings);
	check_span(event, TRK_ENV_parent_span_id, findings);
	check_envelope_enum(event, TRK_ENV_event_type, TRK_ENUM_event_type, event->type, findings);
	check_occurred_at(event, findings);
	check_envelope_enum(event, TRK_ENV_environment, TRK_ENUM_environment,
						event->environment, findings);
	check_symbols(event, findings);
	check_payload_type(event, findings);
	check_sdk(event, findings);
}

/* Check one rule of the event's type. */
static void
check_rule(const TrkEvent *event, const TrkEventRule *rule, TrkFindings *findings)
{
	const TrkValue *value = event->field[rule->field];
	const TrkValue *approved = event->field[TRK_FIELD_approved];
	const char *path = trk_fields[rule->field].path;
	bool		must_exist = rule->need == TRK_NEED_REQUIRED;

	if (rule->need == TRK_NEED_UNLESS_APPROVED)
	{
		if (approved == NULL || approved->kind != TRK_FALSE)
			return;
		must_exist = true;
	}
	if (value == NULL)
	{
		if (must_exist)
			trk_finding_add(findings, path, TRK_RULE_REQUIRED, "%s is missing", path);
	}
	else if (rule->need != TRK_NEED_OPTIONAL || value->kind != TRK_NULL)
		trk_check_value(&rule->check, path, value, findings);
}

/* Check what the event's type requires of the payload. */
static void
check_event_rules(const TrkEvent *event, TrkFindings *findings)
{
	const TrkEventRule *rules;
	int			n;
	int			i;

	if (event->type < 0)
		return;
	rules = trk_event_rules(event->type, &n);
	for (i = 0; i < n; i++)
		check_rule(event, &rules[i], findings);
}

/*
 * Return the field of the contract that a member of the payload is, or NULL.
 * In the order of the document members may not have been looked up, when the
 * event was sorted without redaction.
 */
static inline const TrkFieldInfo *
member_field(const TrkMember *member)
{
	int			key = member->key;

	if (unlikely(key == TRK_KEY_UNSEEN))
		key = trk_key_lookup(member->name, member->name_len);
	return key < 0 || trk_key(key)->field < 0 ? NULL : &trk_fields[trk_key(key)->field];
}

/*
 * Check the payload's fields by the rules for every event type, in the order
 * of the document.
 */
static void
check_fields(const TrkMember *members, uint32 n, TrkFindings *findings)
{
	uint32		i;

	for (i = 0; i < n; i++)
	{
		const TrkMember *member = &members[i];
		const TrkFieldInfo *field = member_field(member);

		if (i % TRK_ITEMS_PER_CHECK == TRK_ITEMS_PER_CHECK - 1)
			TRK_CHECK_INTERRUPTS();
		if (field == NULL)
			continue;
		if (member->value.kind != TRK_NULL || !field->check.nullable)
			trk_check_value(&field->check, field->path, &member->value, findings);
	}
}

/* Add a finding for each violation of envelope, payload and size. */
void
trk_validate(TrkEvent *event, Size max_event_bytes, TrkFindings *findings)
{
	const TrkValue *payload = event->env[TRK_ENV_payload];

	check_envelope(event, findings);
	if (payload != NULL && payload->kind == TRK_OBJECT)
	{
		check_event_rules(event, findings);
		check_fields(event->document, payload->len, findings);
	}
	if (trk_json_size(&event->root) > max_event_bytes)
		trk_finding_add(findings, "", TRK_RULE_SIZE,
						"the canonical form of the event must not exceed %zu bytes", max_event_bytes);
}
