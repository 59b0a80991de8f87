/*
 * mapping_check.c
 *	  Checks a mapping against the contract before any row is read: constants
 *	  that no event may have, payload fields that no row can give, secrets (see
 *	  mapping.h).
 *
 * The contract's own validator decides: an event is made of the constants of
 * each source, and a finding about the event becomes a finding about the place
 * in the document from which the value comes.
 */
#include "base/trk.h"

#include "import/mapping.h"
#include "base/text.h"
#include "contract/event_build.h"
#include "contract/validate.h"

/* The state of a check. */
typedef struct TrkMapCheck
{
	TrkArena   *arena;
	const TrkRedactor *redactor;	/* the redactor of the events that the mapping makes */
	const TrkMapping *mapping;
	TrkFindings *findings;
} TrkMapCheck;

/* Add a finding, unless there are enough of them. */
static void
map_found(TrkMapCheck *check, const char *at, TrkRule rule, const char *message)
{
	if (check->findings->count < TRK_MAX_MAPPING_FINDINGS)
		trk_finding_add(check->findings, at, rule, "%s", message);
}

/* Return the path base.name; both are fixed texts. */
static const char *
check_at(TrkMapCheck *check, const char *base, const char *name)
{
	return trk_map_place(check->arena, base, name, strlen(name), 0);
}

/* Return a constant as it will be in the events of rows. */
static TrkValue
constant_value(TrkMapCheck *check, TrkEnvelopeField field, const TrkMapPart *part)
{
	TrkValue	value = trk_map_copy(check->arena, &part->constant);
	TrkValue	list = value;
	TrkFindings ignored;
	TrkMapWork	work = {.arena = check->arena, .findings = &ignored};

	/* what is not a list of symbols is reported by the validator */
	trk_findings_init(&ignored, check->arena);
	if (field == TRK_ENV_symbols &&
		trk_map_symbols(&work, check->redactor, &list) == TRK_MAP_PRESENT)
		value = list;
	else if (field == TRK_ENV_occurred_at && value.kind == TRK_STRING)
		(void) trk_map_time(check->arena, (TrkText) {value.u.str, value.len}, &value);
	else if (field == TRK_ENV_run_id && (value.kind == TRK_STRING || value.kind == TRK_NUMBER))
		value = trk_literal_value("run_0"); /* every run id becomes a valid one */
	else if ((field == TRK_ENV_project || field == TRK_ENV_agent_id || field == TRK_ENV_environment) &&
			 value.kind == TRK_NUMBER)
		trk_json_set_string(&value, value.u.str, value.len);
	return value;
}

/*
 * Make the envelope of a source's events, with valid values in place of what
 * rows give.
 */
static void
check_envelope(TrkMapCheck *check, const TrkMapSource *source, TrkValue *env, bool *given)
{
	env[TRK_ENV_schema_version] = trk_literal_value(TRK_SCHEMA_VERSION);
	env[TRK_ENV_event_id] = trk_literal_value("evt_0");
	env[TRK_ENV_idempotency_key] = trk_literal_value("0");
	env[TRK_ENV_project] = env[TRK_ENV_agent_id] = trk_literal_value("0");
	env[TRK_ENV_environment] = trk_literal_value("paper");
	env[TRK_ENV_run_id] = trk_literal_value("run_0");
	env[TRK_ENV_event_type] = trk_literal_value(trk_event_type_name(0));
	env[TRK_ENV_occurred_at] = trk_literal_value("2000-01-01T00:00:00Z");
	env[TRK_ENV_symbols] = (TrkValue) {.kind = TRK_ARRAY};
	for (int i = 0; i < TRK_ENVELOPE_FIELDS; i++)
	{
		given[i] = i <= TRK_ENV_payload && i != TRK_ENV_received_at &&
			i != TRK_ENV_span_id && i != TRK_ENV_parent_span_id;
		if (source->parts[i].given && source->parts[i].is_constant)
		{
			env[i] = constant_value(check, (TrkEnvelopeField) i, &source->parts[i]);
			given[i] = true;
		}
	}
}

/* Make the payload that a row without any value would have. */
static TrkValue
check_payload(TrkMapCheck *check, const TrkMapSource *source)
{
	const TrkValue *defaults = &source->payload_defaults;
	TrkMember  *members = trk_alloc_array(check->arena, TrkMember,
										  (Size) source->nfields + defaults->len + 1);
	uint32		n = 0;
	TrkValue	payload = {.kind = TRK_OBJECT, .u.members = members};

	for (uint32 i = 0; i < source->nfields; i++)
		if (source->fields[i].has_default)
		{
			TrkValue	value = trk_map_copy(check->arena, &source->fields[i].default_value);

			trk_set_member(&members[n++], source->fields[i].name, value);
		}
	payload.len = n;
	for (uint32 i = 0; i < defaults->len; i++)
	{
		const TrkMember *member = &defaults->u.members[i];
		TrkText		name = {member->name, member->name_len};
		TrkValue	value = trk_map_copy(check->arena, &member->value);
		bool		taken = false;

		for (uint32 j = 0; j < payload.len && !taken; j++)
			taken = trk_text_equal((TrkText) {members[j].name, members[j].name_len}, name);
		if (!taken)
			trk_set_member(&members[n++], name, value);
	}
	payload.len = n;
	return payload;
}

/* Return the field of a source that gives this payload field, or NULL. */
static const TrkMapField *
field_named(const TrkMapSource *source, const char *name)
{
	for (uint32 i = 0; i < source->nfields; i++)
		if (trk_text_equal(source->fields[i].name, trk_text_literal(name)))
			return &source->fields[i];
	return NULL;
}

/* What was found in the payload of the event of constants. */
static void
payload_found(TrkMapCheck *check, const TrkMapSource *source, const TrkFinding *found,
			  const char *name)
{
	const TrkMapField *field = field_named(source, name);
	const char *base;

	if (found->rule == TRK_RULE_REQUIRED && field != NULL)
		return;					/* rows have it */
	if (found->rule == TRK_RULE_REQUIRED)
		trk_finding_add(check->findings,
						check_at(check, check_at(check, source->at, "fields"), name),
						TRK_RULE_REQUIRED,
						"events of this type need %s, and neither fields nor payload_defaults give it",
						found->path);
	else
	{
		base = field != NULL && field->has_default ?
			check_at(check, field->at, "default") :
			check_at(check, check_at(check, source->at, "payload_defaults"), name);
		map_found(check, base, found->rule, found->message);
	}
}

/*
 * Report a finding about the event of constants at the place from which the
 * value comes.
 */
static void
constant_found(TrkMapCheck *check, const TrkMapSource *source, const TrkFinding *found)
{
	if (strncmp(found->path, "payload.", 8) == 0)
	{
		payload_found(check, source, found, found->path + 8);
		return;
	}
	for (int i = 0; i < TRK_MAP_COMMON; i++)
		if (strcmp(found->path, trk_envelope_name(trk_map_common[i])) == 0)
		{
			map_found(check, source->parts[trk_map_common[i]].at, found->rule, found->message);
			return;
		}
	map_found(check, *found->path == '\0' ?
			  check_at(check, source->at, "payload_defaults") :
			  check_at(check, source->at, found->path),
			  found->rule, found->message);
}

/* Check the constants of a source by the contract. */
static void
check_constants(TrkMapCheck *check, const TrkMapSource *source)
{
	TrkValue	env[TRK_ENVELOPE_FIELDS];
	bool		given[TRK_ENVELOPE_FIELDS];
	TrkFindings found;
	TrkEvent	event;

	memset(env, 0, sizeof(env));
	check_envelope(check, source, env, given);
	env[TRK_ENV_payload] = check_payload(check, source);
	trk_map_root(check->arena, env, given, "0", &event);
	trk_redact(check->redactor, check->arena, &event);
	trk_event_finish(check->arena, &event);
	trk_findings_init(&found, check->arena);
	trk_validate(&event, TRK_MAX_ROW_EVENT_BYTES, &found);
	for (const TrkFinding *f = found.first; f != NULL; f = f->next)
	{
		/*
		 * nothing is known of the fields when the event type is a field of the row
		 */
		if (source->event_type < 0 && f->rule == TRK_RULE_REQUIRED)
			continue;
		constant_found(check, source, f);
	}
}

/* Return whether redaction would change this value under this name. */
static bool
is_private(TrkMapCheck *check, TrkText name, const TrkValue *value)
{
	TrkMember	member;
	TrkValue	copy = trk_map_copy(check->arena, value);
	TrkValue	object = {.kind = TRK_OBJECT, .len = 1, .u.members = &member};
	TrkPrivacy	privacy = {0};
	TrkBuf		before;
	TrkBuf		after;

	trk_set_member(&member, name, copy);
	trk_buf_init(&before, check->arena, 256);
	trk_json_write(&before, &object, TRK_NUMBERS_AS_SPELLED);
	copy = trk_map_copy(check->arena, value);
	object = (TrkValue) {.kind = TRK_OBJECT, .len = 1, .u.members = &member};
	trk_set_member(&member, name, copy);
	trk_redact_value(check->redactor, check->arena, &object, &privacy);
	trk_buf_init(&after, check->arena, 256);
	trk_json_write(&after, &object, TRK_NUMBERS_AS_SPELLED);
	return before.len != after.len || memcmp(before.data, after.data, before.len) != 0;
}

/*
 * Check a constant for private data, because everybody who may see mappings
 * sees it.
 */
static void
check_private(TrkMapCheck *check, TrkText name, const TrkValue *value, const char *at)
{
	if (is_private(check, name, value))
		map_found(check, at, TRK_RULE_SECRET,
				  "a constant must not be something that redaction would take out: mappings are shown to readers");
}

/* Check the constants of a source for private data. */
static void
check_source_private(TrkMapCheck *check, const TrkMapSource *source)
{
	const char *at = check_at(check, source->at, "payload_defaults");

	for (uint32 i = 0; i < source->payload_defaults.len; i++)
	{
		const TrkMember *member = &source->payload_defaults.u.members[i];

		check_private(check, (TrkText) {member->name, member->name_len}, &member->value,
					  trk_map_place(check->arena, at, member->name, member->name_len, i));
	}
	for (uint32 i = 0; i < source->nfields; i++)
		if (source->fields[i].has_default)
			check_private(check, source->fields[i].name, &source->fields[i].default_value,
						  check_at(check, source->fields[i].at, "default"));
}

/*
 * Search texts anywhere in the document, including names of members, for
 * secret shapes.
 */
static void
check_texts(TrkMapCheck *check, const TrkValue *value, const char *at)
{
	if (value->kind == TRK_STRING &&
		trk_pattern_matches(value->u.str, value->len, check->redactor->rules,
							&check->redactor->custom))
		map_found(check, at, TRK_RULE_SECRET,
				  "a text has the shape of a secret: mappings are shown to readers");
	for (uint32 i = 0; value->kind == TRK_ARRAY && i < value->len; i++)
		check_texts(check, &value->u.items[i], trk_map_item(check->arena, at, i));
	for (uint32 i = 0; value->kind == TRK_OBJECT && i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		const char *place = trk_map_place(check->arena, at, member->name, member->name_len, i);

		if (trk_pattern_matches(member->name, member->name_len, check->redactor->rules,
								&check->redactor->custom))
			map_found(check, place, TRK_RULE_SECRET,
					  "a name has the shape of a secret: mappings are shown to readers");
		check_texts(check, &member->value, place);
	}
}

/* Check the constants of a mapping. */
void
trk_mapping_check(TrkArena *arena, const TrkRedactor *redactor, const TrkMapping *mapping,
				  const TrkValue *document, TrkFindings *findings)
{
	TrkMapCheck check = {arena, redactor, mapping, findings};
	TrkMapSource none = {.at = "sources", .event_type = -1,
	.payload_defaults = {.kind = TRK_OBJECT}};

	check_texts(&check, document, "");
	for (int i = 0; i < TRK_MAP_COMMON; i++)
		none.parts[trk_map_common[i]] = mapping->common[i];
	if (mapping->nsources == 0)
		check_constants(&check, &none);
	for (uint32 i = 0; i < mapping->nsources; i++)
	{
		check_constants(&check, &mapping->sources[i]);
		check_source_private(&check, &mapping->sources[i]);
	}
}
