/*
 * mapping_read.c
 *	  Reads a mapping document, with a finding for each mistake (see
 *	  mapping.h).
 */
#include "base/trk.h"

#include "import/mapping.h"
#include "base/text.h"
#include "base/unicode.h"

/* The longest name that the path of a finding shows. */
#define TRK_SHOWN_NAME		64

/*
 * If a path would be longer than this, the path of the enclosing value is
 * used.
 */
#define TRK_SHOWN_PATH		200

/* A document that is being read. */
typedef struct TrkMapReader
{
	TrkArena   *arena;
	TrkFindings *findings;
	bool		live;			/* a source must have a relation or a query */
	bool		alone;			/* there is only one source */
} TrkMapReader;

const char *const trk_map_type_names[TRK_MAP_TYPES] = {
	NULL, "text", "bool", "int", "float", "list", "json", "number_string"
};

/* The envelope fields that a source can give. */
static const TrkEnvelopeField map_parts[] = {
	TRK_ENV_project, TRK_ENV_agent_id, TRK_ENV_environment, TRK_ENV_event_type, TRK_ENV_run_id, TRK_ENV_occurred_at, TRK_ENV_event_id,
	TRK_ENV_idempotency_key, TRK_ENV_symbols, TRK_ENV_span_id, TRK_ENV_parent_span_id
};

const TrkEnvelopeField trk_map_common[TRK_MAP_COMMON] = {
	TRK_ENV_project, TRK_ENV_agent_id, TRK_ENV_environment
};

/* The members of a document, of a source, of a field. */
static const char *const document_members[] = {
	"project", "agent_id", "environment", "sources", NULL
};
static const char *const source_members[] = {
	"name", "relation", "query", "project", "agent_id", "environment", "event_type", "run_id", "occurred_at", "event_id",
	"idempotency_key", "symbols", "span_id", "parent_span_id", "key",
	"payload_defaults", "fields", NULL
};
static const char *const field_members[] = {
	"path", "type", "default", "required", NULL
};
static const char *const part_members[] = {"field", "value", NULL};

/* Add a finding, unless there are enough of them. */
#define TRK_MAP_FINDING(reader, at, rule, ...) \
	do { \
		if ((reader)->findings->count < TRK_MAX_MAPPING_FINDINGS) \
			trk_finding_add((reader)->findings, at, rule, __VA_ARGS__); \
	} while (0)

/* Return whether a name is short and plain enough to be shown. */
static bool
trk_shows(const char *name, Size len)
{
	if (len == 0 || len > TRK_SHOWN_NAME)
		return false;
	for (Size i = 0; i < len; i++)
	{
		unsigned char c = (unsigned char) name[i];

		if (!((unsigned) (c | 0x20) - 'a' < 26 || (unsigned) c - '0' < 10 || c == '_'))
			return false;
	}
	return !trk_pattern_matches(name, len, TRK_REDACT_DEFAULT, NULL);
}

/*
 * Return the path base.name; if the name cannot be shown, the number of the
 * member replaces it.
 */
const char *
trk_map_place(TrkArena *arena, const char *base, const char *name, Size len, uint32 number)
{
	TrkBuf		buf;

	if (strlen(base) > TRK_SHOWN_PATH)
		return base;
	if (!trk_shows(name, len))
		return trk_map_item(arena, base, number);
	trk_buf_init(&buf, arena, strlen(base) + len + 2);
	trk_buf_append(&buf, base, strlen(base));
	if (buf.len > 0)
		trk_buf_putc(&buf, '.');
	trk_buf_append(&buf, name, len);
	trk_buf_putc(&buf, '\0');
	return buf.data;
}

/* base[number] */
const char *
trk_map_item(TrkArena *arena, const char *base, uint32 number)
{
	Size		size = strlen(base) + 16;
	char	   *s;

	if (size > TRK_SHOWN_PATH + 16)
		return base;
	s = trk_alloc(arena, size);
	snprintf(s, size, "%s[%u]", base, number);
	return s;
}

/* Return the path of a member whose name is a fixed one. */
static const char *
trk_at(const TrkMapReader *reader, const char *base, const char *name)
{
	return trk_map_place(reader->arena, base, name, strlen(name), 0);
}

/*
 * Check that the value is an object and that all its members have one of these
 * names.
 */
static bool
read_object(TrkMapReader *reader, const TrkValue *value, const char *at,
			const char *const *names)
{
	if (value->kind != TRK_OBJECT)
	{
		TRK_MAP_FINDING(reader, at, TRK_RULE_TYPE, "an object belongs here");
		return false;
	}
	for (uint32 i = 0; i < value->len; i++)
	{
		const TrkMember *member = &value->u.members[i];
		const char *const *name = names;

		while (*name != NULL &&
			   !trk_text_equal(trk_text_literal(*name),
							   (TrkText) {member->name, member->name_len}))
			name++;
		if (*name == NULL)
			TRK_MAP_FINDING(reader, trk_map_place(reader->arena, at, member->name,
												  member->name_len, i),
							TRK_RULE_MEMBER, "a mapping has no such member here");
	}
	return true;
}

/* Return a member's value, or NULL. */
static const TrkValue *
trk_get(const TrkValue *object, const char *name)
{
	const TrkMember *member = trk_json_member(object, name);

	return member == NULL ? NULL : &member->value;
}

/*
 * Return a text that is not blank; otherwise add a finding and return an empty
 * text.
 */
static TrkText
read_text(TrkMapReader *reader, const TrkValue *object, const char *base,
		  const char *name, bool required)
{
	const TrkValue *value = trk_get(object, name);
	TrkText		text = {"", 0};

	if (value == NULL && !required)
		return text;
	if (value == NULL)
		TRK_MAP_FINDING(reader, trk_at(reader, base, name), TRK_RULE_REQUIRED,
						"%s is missing", name);
	else if (value->kind != TRK_STRING || trk_is_blank(value->u.str, value->len))
		TRK_MAP_FINDING(reader, trk_at(reader, base, name), TRK_RULE_NONEMPTY,
						"%s must be a text that is not blank", name);
	else
	{
		text.s = value->u.str;
		text.len = value->len;
	}
	return text;
}

/* Split a text with dots into steps. */
static uint32
split_path(TrkArena *arena, const char *s, Size len, TrkText **steps)
{
	uint32		n = 1;
	Size		begin = 0;

	for (Size i = 0; i < len; i++)
		n += s[i] == '.';
	*steps = trk_alloc_array(arena, TrkText, n);
	n = 0;
	for (Size i = 0; i <= len; i++)
		if (i == len || s[i] == '.')
		{
			(*steps)[n++] = (TrkText) {s + begin, i - begin};
			begin = i + 1;
		}
	return n;
}

/* Read a path: a text, or an array of texts. */
static void
read_path(TrkMapReader *reader, const TrkValue *value, const char *at, TrkMapPath *path)
{
	TrkText    *steps = NULL;
	uint32		n = 0;
	bool		good = true;

	if (value->kind == TRK_STRING)
		n = split_path(reader->arena, value->u.str, value->len, &steps);
	else if (value->kind == TRK_ARRAY)
	{
		n = value->len;
		steps = trk_alloc_array(reader->arena, TrkText, n);
		for (uint32 i = 0; i < n && good; i++)
		{
			good = value->u.items[i].kind == TRK_STRING;
			steps[i] = (TrkText) {value->u.items[i].u.str, value->u.items[i].len};
		}
	}
	for (uint32 i = 0; i < n && good; i++)
		good = steps[i].len > 0;
	if (!good || n == 0 || n > TRK_MAX_DEPTH)
	{
		TRK_MAP_FINDING(reader, at, TRK_RULE_PATH,
						"a path is a text of steps with dots between them, or an array of steps; no step is empty, and there are at most %d",
						TRK_MAX_DEPTH);
		n = 0;
	}
	path->nsteps = n;
	path->steps = steps;
}

/* Read {"field": path} or {"value": constant}. */
static void
read_part_object(TrkMapReader *reader, const TrkValue *value, const char *at,
				 TrkMapPart *part)
{
	const TrkValue *field = trk_get(value, "field");
	const TrkValue *constant = trk_get(value, "value");

	if (!read_object(reader, value, at, part_members))
		return;
	if ((field == NULL) == (constant == NULL))
		TRK_MAP_FINDING(reader, at, TRK_RULE_TYPE,
						"an object here has either \"field\", a path, or \"value\", a constant");
	else if (field != NULL)
		read_path(reader, field, trk_at(reader, at, "field"), &part->path);
	else if (constant->kind == TRK_NULL ||
			 (constant->kind == TRK_STRING && trk_is_blank(constant->u.str, constant->len)))
		TRK_MAP_FINDING(reader, trk_at(reader, at, "value"), TRK_RULE_NONEMPTY,
						"a constant is neither null nor blank");
	else
	{
		part->is_constant = true;
		part->constant = *constant;
	}
}

/* Read an envelope field of a source. */
static void
read_part(TrkMapReader *reader, const TrkValue *object, TrkMapSource *source,
		  TrkEnvelopeField field)
{
	const char *name = trk_envelope_name(field);
	const TrkValue *value = trk_get(object, name);
	TrkMapPart *part = &source->parts[field];
	const char *at = trk_at(reader, source->at, name);

	part->given = value != NULL;
	part->at = at;
	if (value == NULL)
		return;
	if (value->kind == TRK_OBJECT)
		read_part_object(reader, value, at, part);
	else if (field == TRK_ENV_event_type)
	{
		part->is_constant = true;
		part->constant = *value;
	}
	else
		read_path(reader, value, at, &part->path);
	if (part->is_constant && (field == TRK_ENV_event_id || field == TRK_ENV_idempotency_key))
		TRK_MAP_FINDING(reader, at, TRK_RULE_UNIQUE,
						"%s must be a field: a constant would be the same for all rows", name);
}

/* Read the envelope fields of a source. */
static void
read_parts(TrkMapReader *reader, const TrkValue *object, TrkMapSource *source)
{
	static const TrkEnvelopeField required[] = {TRK_ENV_event_type, TRK_ENV_occurred_at};
	const TrkMapPart *type = &source->parts[TRK_ENV_event_type];

	for (int i = 0; i < lengthof(map_parts); i++)
		read_part(reader, object, source, map_parts[i]);
	for (int i = 0; i < lengthof(required); i++)
		if (!source->parts[required[i]].given)
			TRK_MAP_FINDING(reader, trk_at(reader, source->at, trk_envelope_name(required[i])),
							TRK_RULE_REQUIRED, "%s is missing", trk_envelope_name(required[i]));
	source->event_type = !type->is_constant || type->constant.kind != TRK_STRING ? -1 :
		trk_event_type_lookup(type->constant.u.str, type->constant.len);
}

/* Read the fields that form the key of a row. */
static void
read_keys(TrkMapReader *reader, const TrkValue *value, TrkMapSource *source)
{
	const char *at = trk_at(reader, source->at, "key");
	uint32		n = value->kind == TRK_ARRAY ? value->len : 1;
	TrkMapPath *keys = trk_alloc_array(reader->arena, TrkMapPath, Max(n, 1));

	if (n == 0 || n > TRK_MAX_MAPPING_FIELDS)
	{
		TRK_MAP_FINDING(reader, at, TRK_RULE_SIZE, "a key has 1 to %d fields",
						TRK_MAX_MAPPING_FIELDS);
		return;
	}
	if (value->kind != TRK_ARRAY)
		read_path(reader, value, at, &keys[0]);
	else
		for (uint32 i = 0; i < n; i++)
			read_path(reader, &value->u.items[i],
					  trk_map_item(reader->arena, at, i), &keys[i]);
	source->nkeys = n;
	source->keys = keys;
}

/* Read the name of a type. */
static uint8
read_type(TrkMapReader *reader, const TrkValue *value, const char *at)
{
	for (int i = TRK_MAP_GUESS + 1; i < TRK_MAP_TYPES; i++)
		if (value->kind == TRK_STRING &&
			trk_text_equal((TrkText) {value->u.str, value->len},
						   trk_text_literal(trk_map_type_names[i])))
			return (uint8) i;
	TRK_MAP_FINDING(reader, at, TRK_RULE_ENUM,
					"a type is one of text, bool, int, float, list, json, number_string");
	return TRK_MAP_GUESS;
}

/* Read {path, type, default, required}. */
static void
read_field_object(TrkMapReader *reader, const TrkValue *value, TrkMapField *field)
{
	const TrkValue *path = trk_get(value, "path");
	const TrkValue *type = trk_get(value, "type");
	const TrkValue *constant = trk_get(value, "default");
	const TrkValue *required = trk_get(value, "required");

	(void) read_object(reader, value, field->at, field_members);
	if (path == NULL)
		TRK_MAP_FINDING(reader, trk_at(reader, field->at, "path"), TRK_RULE_REQUIRED,
						"path is missing");
	else
		read_path(reader, path, trk_at(reader, field->at, "path"), &field->path);
	if (type != NULL)
		field->type = read_type(reader, type, trk_at(reader, field->at, "type"));
	if (required != NULL && required->kind != TRK_TRUE && required->kind != TRK_FALSE)
		TRK_MAP_FINDING(reader, trk_at(reader, field->at, "required"), TRK_RULE_BOOLEAN,
						"required is true or false");
	field->required = required != NULL && required->kind == TRK_TRUE;
	field->has_default = constant != NULL && constant->kind != TRK_NULL;
	if (field->has_default)
		field->default_value = *constant;
}

/* Read one payload field. */
static void
read_field(TrkMapReader *reader, const TrkMember *member, const char *base,
		   uint32 number, TrkMapField *field)
{
	int			key = trk_key_lookup(member->name, member->name_len);

	memset(field, 0, sizeof(TrkMapField));
	field->name = (TrkText) {member->name, member->name_len};
	field->at = trk_map_place(reader->arena, base, member->name, member->name_len, number);
	field->label = trk_map_place(reader->arena, "payload", member->name, member->name_len,
								 number);
	field->field = key < 0 ? -1 : trk_key(key)->field;
	if (trk_is_blank(member->name, member->name_len) ||
		memchr(member->name, '.', member->name_len) != NULL)
		TRK_MAP_FINDING(reader, field->at, TRK_RULE_FORMAT,
						"the name of a payload field is not blank and has no dot");
	if (member->value.kind == TRK_OBJECT)
		read_field_object(reader, &member->value, field);
	else
		read_path(reader, &member->value, field->at, &field->path);
}

/* Read the payload: defaults and fields. */
static void
read_payload(TrkMapReader *reader, const TrkValue *object, TrkMapSource *source)
{
	const TrkValue *defaults = trk_get(object, "payload_defaults");
	const TrkValue *value = trk_get(object, "fields");
	const char *at = trk_at(reader, source->at, "fields");
	TrkMapField *fields;

	source->payload_defaults.kind = TRK_OBJECT;
	if (defaults != NULL && defaults->kind != TRK_OBJECT)
		TRK_MAP_FINDING(reader, trk_at(reader, source->at, "payload_defaults"), TRK_RULE_TYPE,
						"an object belongs here");
	else if (defaults != NULL)
		source->payload_defaults = *defaults;
	if (value == NULL)
		return;
	if (value->kind != TRK_OBJECT)
		TRK_MAP_FINDING(reader, at, TRK_RULE_TYPE, "an object belongs here");
	else if (value->len > TRK_MAX_MAPPING_FIELDS)
		TRK_MAP_FINDING(reader, at, TRK_RULE_SIZE, "a source has at most %d fields",
						TRK_MAX_MAPPING_FIELDS);
	else
	{
		fields = trk_alloc_array(reader->arena, TrkMapField, Max(value->len, 1));
		for (uint32 i = 0; i < value->len; i++)
			read_field(reader, &value->u.members[i], at, i, &fields[i]);
		source->nfields = value->len;
		source->fields = fields;
	}
}

/* Read the name of a source, and its relation or query. */
static void
read_origin(TrkMapReader *reader, const TrkValue *object, TrkMapSource *source)
{
	bool		relation = trk_get(object, "relation") != NULL;
	bool		query = trk_get(object, "query") != NULL;

	source->relation = read_text(reader, object, source->at, "relation", false);
	source->query = read_text(reader, object, source->at, "query", false);
	if (relation && query)
		TRK_MAP_FINDING(reader, source->at, TRK_RULE_SOURCE,
						"a source has either a relation or a query, not both");
	else if (!relation && !query && reader->live)
		TRK_MAP_FINDING(reader, source->at, TRK_RULE_SOURCE,
						"a source needs a relation or a query");

	/*
	 * ids are made of the name, because they would change with the order of sources if they were
	 * made of its position
	 */
	source->name = read_text(reader, object, source->at, "name",
							 !relation && !reader->alone);
	if (source->name.len == 0)
		source->name = relation ? source->relation : (TrkText) {"rows", 4};
}

/* Read one source. */
static void
read_source(TrkMapReader *reader, const TrkValue *value, uint32 number,
			TrkMapSource *source)
{
	const TrkValue *key;

	memset(source, 0, sizeof(TrkMapSource));
	source->at = trk_map_item(reader->arena, "sources", number);
	source->event_type = -1;
	source->payload_defaults.kind = TRK_OBJECT;
	if (!read_object(reader, value, source->at, source_members))
		return;
	read_origin(reader, value, source);
	read_parts(reader, value, source);
	key = trk_get(value, "key");
	if (key != NULL)
		read_keys(reader, key, source);
	read_payload(reader, value, source);
}

/*
 * Return whether every source gives this field itself; false when there is no
 * source.
 */
static bool
sources_give(const TrkValue *document, const char *name)
{
	const TrkValue *sources = trk_get(document, "sources");

	if (sources == NULL || sources->kind != TRK_ARRAY)
		return false;
	for (uint32 i = 0; i < sources->len; i++)
		if (trk_json_member(&sources->u.items[i], name) == NULL)
			return false;
	return sources->len > 0;
}

/*
 * Read a field of all events: a constant, or a path in the rows of every
 * source.
 */
static void
read_common(TrkMapReader *reader, const TrkValue *document, TrkEnvelopeField field,
			TrkMapPart *part)
{
	const char *name = trk_envelope_name(field);
	const TrkValue *value = trk_get(document, name);
	TrkText		text = {"paper", 5};

	part->at = trk_at(reader, "", name);
	part->given = true;
	if (value != NULL && value->kind == TRK_OBJECT)
	{
		read_part_object(reader, value, part->at, part);
		return;
	}
	if (value != NULL || field != TRK_ENV_environment)
		text = read_text(reader, document, "", name, !sources_give(document, name));
	part->given = text.len > 0;
	part->is_constant = true;
	trk_json_set_string(&part->constant, text.s, text.len);
}

/* Copy these fields from the document to a source that does not give them. */
static void
share_common(const TrkMapping *mapping, TrkMapSource *source)
{
	for (int i = 0; i < TRK_MAP_COMMON; i++)
		if (!source->parts[trk_map_common[i]].given)
			source->parts[trk_map_common[i]] = mapping->common[i];
}

/* Return whether rows of both sources could have the same ids. */
static bool
share_ids(const TrkMapSource *a, const TrkMapSource *b)
{
	return a->name.len > 0 && trk_text_equal(a->name, b->name) &&
		(a->event_type == b->event_type || a->event_type < 0 || b->event_type < 0);
}

/* Read the sources. */
static void
read_sources(TrkMapReader *reader, const TrkValue *value, TrkMapping *mapping)
{
	TrkMapSource *sources;

	if (value == NULL)
		TRK_MAP_FINDING(reader, "sources", TRK_RULE_REQUIRED, "sources is missing");
	else if (value->kind != TRK_ARRAY)
		TRK_MAP_FINDING(reader, "sources", TRK_RULE_TYPE, "an array belongs here");
	else if (value->len == 0 || value->len > TRK_MAX_MAPPING_SOURCES)
		TRK_MAP_FINDING(reader, "sources", TRK_RULE_SIZE, "a mapping has 1 to %d sources",
						TRK_MAX_MAPPING_SOURCES);
	else
	{
		sources = trk_alloc_array(reader->arena, TrkMapSource, value->len);
		reader->alone = value->len == 1;
		for (uint32 i = 0; i < value->len; i++)
		{
			read_source(reader, &value->u.items[i], i, &sources[i]);
			share_common(mapping, &sources[i]);
			for (uint32 j = 0; j < i; j++)
				if (share_ids(&sources[i], &sources[j]))
					TRK_MAP_FINDING(reader, trk_at(reader, sources[i].at, "name"),
									TRK_RULE_UNIQUE,
									"another source has the same name and event type: rows of both could get the same ids");
		}
		mapping->nsources = value->len;
		mapping->sources = sources;
	}
}

/*
 * Read a mapping document.  Every mistake that can be found without a
 * database becomes a finding; if there is none, the mapping can be used.  If
 * live is true, each source must name a relation or a query.  The mapping
 * points into the document.
 */
void
trk_mapping_read(TrkArena *arena, const TrkValue *document, bool live,
				 TrkMapping *mapping, TrkFindings *findings)
{
	TrkMapReader reader = {arena, findings, live, false};

	memset(mapping, 0, sizeof(TrkMapping));
	if (!read_object(&reader, document, "", document_members))
		return;
	for (int i = 0; i < TRK_MAP_COMMON; i++)
		read_common(&reader, document, trk_map_common[i], &mapping->common[i]);
	read_sources(&reader, trk_get(document, "sources"), mapping);
}
