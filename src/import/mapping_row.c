/*
 * mapping_row.c
 *	  Makes the event of a row of a source (see mapping.h).
 *
 * Ids that a row does not give are digests of the source's name and the row's
 * key, so that the same row makes the same event whenever it is read.
 */
#include "base/trk.h"

#include "contract/event_build.h"
#include "import/mapping.h"
#include "ingest/symbols.h"
#include "base/text.h"

/* Names in the payload that are looked up. */
#define TRK_SYMBOL_FIELD	"symbol"

/* A row that is being converted. */
typedef struct TrkMapRow
{
	const TrkMapContext *context;
	const TrkMapSource *source;
	TrkArena   *arena;
	TrkFindings *findings;
	TrkMapWork	work;
	const TrkValue *row;
	TrkText		key;			/* key of the row */
	TrkText		type;			/* type of the event */
	TrkText		project;		/* likewise */
	TrkText		agent_id;
	TrkText		environment;
	TrkValue	env[TRK_ENVELOPE_FIELDS];
	bool		given[TRK_ENVELOPE_FIELDS];
} TrkMapRow;

/* Set an envelope field, and note that it is given. */
static void
trk_give(TrkMapRow *row, TrkEnvelopeField field, TrkValue value)
{
	row->env[field] = value;
	row->given[field] = true;
}

/* Convert a value to text; a nested value becomes a finding. */
static TrkMapResult
scalar_text(TrkMapRow *row, TrkValue *value, const char *label, TrkText *text)
{
	if (value->kind == TRK_ARRAY || value->kind == TRK_OBJECT)
	{
		trk_finding_add(row->findings, label, TRK_RULE_TYPE,
						"%s must be a text, a number or a boolean", label);
		return TRK_MAP_BAD;
	}
	(void) trk_map_convert(&row->work, TRK_MAP_TEXT, value, label, value);
	*text = (TrkText) {value->u.str, value->len};
	return TRK_MAP_PRESENT;
}

/* Return the value at a path as text. */
static TrkMapResult
find_text(TrkMapRow *row, const TrkMapPath *path, const char *label, TrkText *text)
{
	TrkValue	value;
	TrkMapResult result = trk_map_find(&row->work, row->row, path, &value);

	return result != TRK_MAP_PRESENT ? result : scalar_text(row, &value, label, text);
}

/* Return an envelope field as text: the constant, or the value of the row. */
static TrkMapResult
part_text(TrkMapRow *row, TrkEnvelopeField field, TrkText *text)
{
	const TrkMapPart *part = &row->source->parts[field];
	TrkValue	constant = part->constant;

	if (!part->given)
		return TRK_MAP_ABSENT;
	if (part->is_constant)
		return scalar_text(row, &constant, trk_envelope_name(field), text);
	return find_text(row, &part->path, trk_envelope_name(field), text);
}

/* Append a JSON array of texts. */
static void
write_texts(TrkBuf *buf, TrkArena *arena, const TrkText *texts, uint32 n)
{
	trk_buf_init(buf, arena, 128);
	for (uint32 i = 0; i < n; i++)
	{
		trk_buf_putc(buf, i == 0 ? '[' : ',');
		trk_json_write_string(buf, texts[i].s, texts[i].len);
	}
	trk_buf_putc(buf, ']');
}

/* Make an id that is a digest of texts. */
static TrkText
texts_id(TrkArena *arena, const char *prefix, const TrkText *texts, uint32 n)
{
	TrkBuf		buf;

	write_texts(&buf, arena, texts, n);
	return trk_digest_id(arena, prefix, buf.data, buf.len);
}

/* Compute the key of a row that has none: a digest of the whole row. */
static TrkText
whole_row_key(TrkMapRow *row)
{
	TrkBuf		buf;

	trk_buf_init(&buf, row->arena, 1024);
	trk_buf_putc(&buf, '[');
	trk_json_write(&buf, row->row, TRK_NUMBERS_AS_SPELLED);
	trk_buf_putc(&buf, ']');
	return trk_digest_id(row->arena, "row_", buf.data, buf.len);
}

/* Read the declared key fields; all of them must have a value. */
static bool
declared_key(TrkMapRow *row)
{
	uint32		n = row->source->nkeys;
	TrkText    *texts = trk_alloc_array(row->arena, TrkText, n);
	TrkBuf		buf;

	for (uint32 i = 0; i < n; i++)
	{
		TrkMapResult result = find_text(row, &row->source->keys[i], "key", &texts[i]);

		if (result == TRK_MAP_ABSENT)
			trk_finding_add(row->findings, "key", TRK_RULE_REQUIRED,
							"a field of the key is missing");
		if (result != TRK_MAP_PRESENT)
			return false;
	}
	row->key = texts[0];
	if (n == 1)
		return true;
	write_texts(&buf, row->arena, texts, n);
	row->key = (TrkText) {buf.data, buf.len};
	return true;
}

/*
 * Determine the row's key: the declared fields, else the idempotency key, else
 * the event id, else the whole row.
 */
static bool
take_key(TrkMapRow *row, TrkText idempotency_key, TrkText event_id)
{
	if (row->source->nkeys > 0)
		return declared_key(row);
	if (idempotency_key.len > 0)
		row->key = idempotency_key;
	else if (event_id.len > 0)
		row->key = event_id;
	else
		row->key = whole_row_key(row);
	return true;
}

/* Set event_id and idempotency_key. */
static void
take_identity(TrkMapRow *row)
{
	TrkText		id = {"", 0};
	TrkText		key = {"", 0};
	TrkText		parts[4];
	TrkBuf		buf;

	if (part_text(row, TRK_ENV_event_id, &id) == TRK_MAP_BAD ||
		part_text(row, TRK_ENV_idempotency_key, &key) == TRK_MAP_BAD ||
		!take_key(row, key, id))
		return;
	if (!trk_is_prefixed_id(id.s, id.len, TRK_EVENT_ID_PREFIX))
	{
		/* a text that is not a valid event id is used as the row's key */
		parts[0] = row->source->name;
		parts[1] = id.len > 0 ? id : row->key;
		parts[2] = row->type;
		parts[3] = row->environment;
		id = texts_id(row->arena, TRK_EVENT_ID_PREFIX, parts, 4);
	}
	trk_give(row, TRK_ENV_event_id, trk_string_value(id));
	if (key.len == 0)
	{
		trk_buf_init(&buf, row->arena, 128);
		trk_buf_append(&buf, row->project.s, row->project.len);
		trk_buf_putc(&buf, '/');
		trk_buf_append(&buf, row->environment.s, row->environment.len);
		trk_buf_putc(&buf, '/');
		trk_buf_append(&buf, id.s, id.len);
		key = (TrkText) {buf.data, buf.len};
	}
	trk_give(row, TRK_ENV_idempotency_key, trk_string_value(key));
}

/* Return whether all rows of a source have the same agent and project. */
static bool
one_agent(const TrkMapSource *source)
{
	return source->parts[TRK_ENV_project].is_constant && source->parts[TRK_ENV_agent_id].is_constant;
}

/*
 * Return whether a run's name may be used as it is.  A prefix could hide a
 * secret from redaction, and session 7 of one agent is not that of another
 * one.
 */
static bool
shows_run(const TrkMapRow *row, TrkText run)
{
	const TrkRedactor *redactor = row->context->redactor;

	return one_agent(row->source) && trk_is_prefixed_id(run.s, run.len, "") &&
		!trk_pattern_matches(run.s, run.len, redactor->rules, &redactor->custom);
}

/*
 * Set run_id: the given one; with the prefix, if it lacks that; or a digest of
 * it, if it has characters that no id has, is a secret, or could belong to
 * several agents.  Without one it is a digest of source and key.
 */
static void
take_run(TrkMapRow *row)
{
	TrkText		run;
	TrkText		parts[3];
	TrkBuf		buf;
	TrkMapResult result = part_text(row, TRK_ENV_run_id, &run);

	if (result == TRK_MAP_BAD)
		return;
	if (result == TRK_MAP_ABSENT)
	{
		parts[0] = row->source->name;
		parts[1] = row->key;
		run = texts_id(row->arena, TRK_RUN_ID_PREFIX, parts, 2);
	}
	else if (trk_is_prefixed_id(run.s, run.len, TRK_RUN_ID_PREFIX))
		;						/* redacted later with the whole event */
	else if (shows_run(row, run))
	{
		trk_buf_init(&buf, row->arena, run.len + 4);
		trk_buf_append(&buf, TRK_RUN_ID_PREFIX, strlen(TRK_RUN_ID_PREFIX));
		trk_buf_append(&buf, run.s, run.len);
		run = (TrkText) {buf.data, buf.len};
	}
	else
	{
		parts[0] = row->project;
		parts[1] = row->agent_id;
		parts[2] = run;
		run = texts_id(row->arena, TRK_RUN_ID_PREFIX, parts, 3);
	}
	trk_give(row, TRK_ENV_run_id, trk_string_value(run));
}

/* Set occurred_at, in UTC. */
static void
take_time(TrkMapRow *row)
{
	TrkText		text;
	TrkValue	value;
	TrkMapResult result = part_text(row, TRK_ENV_occurred_at, &text);

	if (result == TRK_MAP_ABSENT)
		trk_finding_add(row->findings, "occurred_at", TRK_RULE_REQUIRED,
						"occurred_at is missing");
	else if (result == TRK_MAP_PRESENT)
	{
		if (trk_map_time(row->arena, text, &value))
			trk_give(row, TRK_ENV_occurred_at, value);
		else
			trk_finding_add(row->findings, "occurred_at", TRK_RULE_TIMESTAMP,
							"occurred_at must be a date and time, or a date");
	}
}

/* Set span_id or parent_span_id; null when the row has none. */
static void
take_span(TrkMapRow *row, TrkEnvelopeField field)
{
	const TrkValue none = {.kind = TRK_NULL};
	TrkText		text;
	TrkMapResult result = part_text(row, field, &text);

	if (result != TRK_MAP_BAD)
		trk_give(row, field, result == TRK_MAP_ABSENT ? none : trk_string_value(text));
}

/*
 * Convert a list to symbols, see trk_symbols_tidy().  Numbers are accepted
 * too.
 */
TrkMapResult
trk_map_symbols(TrkMapWork *work, const TrkRedactor *redactor, TrkValue *list)
{
	TrkMapResult result = trk_map_convert(work, TRK_MAP_LIST, list, "symbols", list);

	if (result != TRK_MAP_PRESENT)
		return result;
	for (uint32 i = 0; i < list->len; i++)
	{
		TrkValue   *item = &list->u.items[i];

		if (item->kind == TRK_NUMBER)
			trk_json_set_string(item, item->u.str, item->len);
		else if (item->kind != TRK_STRING && item->kind != TRK_NULL)
		{
			trk_finding_add(work->findings, "symbols", TRK_RULE_SYMBOLS, "symbols must be texts");
			return TRK_MAP_BAD;
		}
	}
	work->pseudonyms += trk_symbols_tidy(redactor, work->arena, list);
	return TRK_MAP_PRESENT;
}

/* Make a list of the payload's own symbol. */
static TrkMapResult
payload_symbol(TrkMapRow *row, TrkValue *list)
{
	const TrkMember *member = trk_json_member(&row->env[TRK_ENV_payload], TRK_SYMBOL_FIELD);
	TrkValue   *item;

	if (member == NULL || member->value.kind != TRK_STRING)
		return TRK_MAP_ABSENT;
	item = trk_alloc(row->arena, sizeof(TrkValue));
	*item = member->value;
	*list = (TrkValue) {.kind = TRK_ARRAY, .len = 1, .u.items = item};
	return TRK_MAP_PRESENT;
}

/* Set symbols: a list; if the mapping names none, the payload's symbol. */
static void
take_symbols(TrkMapRow *row)
{
	const TrkMapPart *part = &row->source->parts[TRK_ENV_symbols];
	TrkValue	list = part->constant;
	TrkMapResult result = TRK_MAP_PRESENT;

	if (!part->given)
		result = payload_symbol(row, &list);
	else if (!part->is_constant)
		result = trk_map_find(&row->work, row->row, &part->path, &list);
	if (result == TRK_MAP_PRESENT)
		result = trk_map_symbols(&row->work, row->context->redactor, &list);
	if (result == TRK_MAP_ABSENT)
		list = (TrkValue) {.kind = TRK_ARRAY};
	if (result != TRK_MAP_BAD)
		trk_give(row, TRK_ENV_symbols, list);
}

/* Return whether there is a member of this name. */
static bool
map_has(const TrkValue *object, TrkText name)
{
	for (uint32 i = 0; i < object->len; i++)
		if (trk_text_equal((TrkText) {object->u.members[i].name, object->u.members[i].name_len}, name))
			return true;
	return false;
}

/* Set one field of the payload: the row's value, or the default. */
static TrkMapResult
take_field(TrkMapRow *row, const TrkMapField *field, int event_type, TrkValue *value)
{
	TrkMapType	type = (TrkMapType) field->type;
	TrkMapResult result = trk_map_find(&row->work, row->row, &field->path, value);

	if (type == TRK_MAP_GUESS)
		type = trk_map_guess(event_type, field->field);
	if (result == TRK_MAP_PRESENT)
		result = trk_map_convert(&row->work, type, value, field->label, value);
	if (result != TRK_MAP_ABSENT)
		return result;
	if (field->has_default)
	{
		*value = trk_map_copy(row->arena, &field->default_value);
		return TRK_MAP_PRESENT;
	}
	if (field->required && !map_has(&row->source->payload_defaults, field->name))
		trk_finding_add(row->findings, field->label, TRK_RULE_REQUIRED, "%s is missing",
						field->label);
	return TRK_MAP_ABSENT;
}

/* Build the payload: fields, then the defaults of those that have no value. */
static void
take_payload(TrkMapRow *row)
{
	const TrkMapSource *source = row->source;
	const TrkValue *defaults = &source->payload_defaults;
	int			event_type = source->event_type >= 0 ? source->event_type :
	trk_event_type_lookup(row->type.s, row->type.len);
	TrkMember  *members = trk_alloc_array(row->arena, TrkMember,
										  (Size) source->nfields + defaults->len + 1);
	uint32		n = 0;
	uint32		nfields;

	for (uint32 i = 0; i < source->nfields; i++)
	{
		TrkValue	value;

		if (take_field(row, &source->fields[i], event_type, &value) == TRK_MAP_PRESENT)
			trk_set_member(&members[n++], source->fields[i].name, value);
	}
	nfields = n;
	for (uint32 i = 0; i < defaults->len; i++)
	{
		const TrkMember *member = &defaults->u.members[i];
		TrkText		name = {member->name, member->name_len};
		TrkValue	value;
		bool		taken = false;

		for (uint32 j = 0; j < nfields && !taken; j++)
			taken = trk_text_equal((TrkText) {members[j].name, members[j].name_len}, name);
		if (taken)
			continue;
		value = trk_map_copy(row->arena, &member->value);
		trk_set_member(&members[n++], name, value);
	}
	trk_give(row, TRK_ENV_payload, trk_object_value(members, n));
}

/*
 * Build event->root of the envelope fields that are given.  The member sdk
 * names this extension.
 */
void
trk_map_root(TrkArena *arena, const TrkValue *env, const bool *given,
			 const char *sdk_version, TrkEvent *event)
{
	TrkMember  *members = trk_alloc_array(arena, TrkMember, TRK_ENVELOPE_FIELDS);
	TrkValue	sdk = trk_sdk_value(arena, trk_text_literal(sdk_version));
	uint32		n = 0;

	for (int i = 0; i < TRK_ENVELOPE_FIELDS; i++)
	{
		const char *name = trk_envelope_name((TrkEnvelopeField) i);
		const TrkValue *value = i == TRK_ENV_sdk ? &sdk : given[i] ? &env[i] : NULL;

		if (value != NULL)
			trk_set_plain_member(&members[n++], name, *value);
	}
	memset(event, 0, sizeof(TrkEvent));
	event->root = trk_object_value(members, n);
}

/* Set project, agent_id or environment, which every event must have. */
static void
take_common(TrkMapRow *row, TrkEnvelopeField field, TrkText *text)
{
	const char *name = trk_envelope_name(field);

	*text = (TrkText) {"", 0};
	if (part_text(row, field, text) == TRK_MAP_ABSENT)
		trk_finding_add(row->findings, name, TRK_RULE_REQUIRED, "%s is missing", name);
	trk_give(row, field, trk_string_value(*text));
}

/* Set the members that are the same in many events of a mapping. */
static void
take_constants(TrkMapRow *row)
{
	trk_give(row, TRK_ENV_schema_version,
			 trk_literal_value(TRK_SCHEMA_VERSION));
	take_common(row, TRK_ENV_project, &row->project);
	take_common(row, TRK_ENV_agent_id, &row->agent_id);
	take_common(row, TRK_ENV_environment, &row->environment);
	trk_give(row, TRK_ENV_received_at, (TrkValue) {.kind = TRK_NULL});
}

/*
 * Make the event of a row: event->root, for trk_judge_tree().  *row_id
 * identifies the row; it is a value of the row and not redacted.  When
 * something is wrong with the row, findings say what and there is no event.
 * The event shares only the bytes of texts with the row and the mapping.
 */
bool
trk_mapping_row(const TrkMapContext *context, const TrkMapSource *source, TrkArena *arena,
				const TrkValue *value, TrkEvent *event, TrkText *row_id,
				TrkFindings *findings)
{
	TrkMapRow	row = {.context = context, .source = source, .arena = arena,
	.findings = findings, .work = {.arena = arena, .findings = findings}, .row = value};

	if (value->kind != TRK_OBJECT)
	{
		trk_finding_add(findings, "", TRK_RULE_OBJECT, "a row is a JSON object");
		return false;
	}
	if (part_text(&row, TRK_ENV_event_type, &row.type) == TRK_MAP_ABSENT)
		trk_finding_add(findings, "event_type", TRK_RULE_REQUIRED, "event_type is missing");
	if (findings->count > 0)
		return false;
	trk_give(&row, TRK_ENV_event_type, trk_string_value(row.type));
	take_constants(&row);
	take_identity(&row);
	if (findings->count > 0)
		return false;
	take_run(&row);
	take_time(&row);
	take_span(&row, TRK_ENV_span_id);
	take_span(&row, TRK_ENV_parent_span_id);
	take_payload(&row);
	take_symbols(&row);
	if (findings->count > 0)
		return false;
	*row_id = row.key;
	trk_map_root(arena, row.env, row.given, context->sdk_version, event);
	event->identities.pseudonyms = row.work.pseudonyms;
	return true;
}
