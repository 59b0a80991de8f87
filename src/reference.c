/*
 * reference.c
 *	  A row to its events, by the lines of reference.def.
 */
#include "trk.h"

#include "redact.h"
#include "reference_rules.h"
#include "reference_value.h"
#include "sha256.h"

/* Hex digits of a hash that make an id. */
#define ID_DIGITS		32

/* The environment of the shadow tables. */
#define SHADOW			"shadow"

/* A member of a payload that is not there. */
#define NO_VALUE		UINT8_MAX

/* Members of an event, in canonical order. */
typedef enum RootMember
{
	ROOT_AGENT_ID,
	ROOT_ENVIRONMENT,
	ROOT_EVENT_ID,
	ROOT_EVENT_TYPE,
	ROOT_IDEMPOTENCY_KEY,
	ROOT_OCCURRED_AT,
	ROOT_PARENT_SPAN_ID,
	ROOT_PAYLOAD,
	ROOT_PRIVACY,
	ROOT_PROJECT,
	ROOT_RECEIVED_AT,
	ROOT_RUN_ID,
	ROOT_SCHEMA_VERSION,
	ROOT_SDK,
	ROOT_SPAN_ID,
	ROOT_SYMBOLS,
	ROOT_MEMBERS
} RootMember;

static const char *const root_names[ROOT_MEMBERS] = {
	"agent_id", "environment", "event_id", "event_type", "idempotency_key", "occurred_at",
	"parent_span_id", "payload", "privacy", "project", "received_at", "run_id",
	"schema_version", "sdk", "span_id", "symbols"
};

/* A row on its way. */
typedef struct RowMapping
{
	TrkArena   *arena;
	const TrkReferenceExport *export;
	const TrkReferenceTable *table;
	TrkText		environment;
	TrkText		row_id;
	TrkText		id_prefix;		/* of the text that event ids are hashes of */
	TrkText		run_id;			/* of a row that is a run of its own, once made */
	TrkText		symbol;			/* in upper case, or empty */
	const TrkValue *cells[TRK_REF_COLUMNS]; /* by number of the column; or NULL */
	TrkReferenceEventFn event;
	TrkReferenceWarnFn warn;
	void	   *state;

	/* the event at hand */
	TrkMember  *fields;			/* by slot */
	TrkText		event_run_id;
	TrkText		subject;
	TrkText		lower_subject;
	bool		too_deep;
} RowMapping;

static const TrkValue null_value = {.kind = TRK_NULL};

/* A string that is not copied. */
static TrkValue
string_of(TrkText text)
{
	TrkValue	value;

	trk_json_set_string(&value, text.s, text.len);
	return value;
}

/* Set a member whose name needs no escapes. */
static void
set_member(TrkMember *member, const char *name, TrkValue value)
{
	member->name = name;
	member->name_len = strlen(name);
	member->name_flags = TRK_F_ASCII | TRK_F_PLAIN;
	member->key = TRK_KEY_UNSEEN;
	member->value = value;
}

/* An object of members in canonical order. */
static TrkValue
object_of(TrkMember *members, uint32 n)
{
	TrkValue	value = {.kind = TRK_OBJECT, .flags = TRK_F_SORTED, .len = n};

	value.u.members = members;
	return value;
}

/* An array of one item, or of none. */
static TrkValue
array_of(TrkArena *arena, const TrkValue *item)
{
	TrkValue	value = {.kind = TRK_ARRAY, .len = item != NULL ? 1 : 0};

	if (item != NULL)
	{
		value.u.items = trk_alloc_array(arena, TrkValue, 1);
		value.u.items[0] = *item;
	}
	return value;
}

/* A prefix and the first hex digits of a hash. */
static TrkText
id_of(TrkArena *arena, const char *prefix, const char *hashed, Size len)
{
	Size		n = strlen(prefix);
	char	   *s = trk_alloc(arena, n + ID_DIGITS);
	TrkText		id = {s, n + ID_DIGITS};
	uint8		digest[32];

	trk_sha256(hashed, len, digest);
	memcpy(s, prefix, n);
	trk_hex(digest, ID_DIGITS / 2, s + n);
	return id;
}

/* Append a C string. */
static void
append(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* See reference.h. */
static TrkText
row_id_of(TrkArena *arena, const TrkValue *id, TrkValue *row)
{
	TrkText		text = {"", 0};
	TrkBuf		buf;

	if (id != NULL)
		text = trk_reference_text(arena, id);
	if (text.len > 0)
		return text;
	trk_buf_init(&buf, arena, 512);
	trk_buf_putc(&buf, '[');
	trk_json_write(&buf, row, TRK_NUMBERS_AS_SPELLED);
	trk_buf_putc(&buf, ']');
	return id_of(arena, "row_", buf.data, buf.len);
}

/* See reference.h. */
TrkText
trk_reference_row_id(TrkArena *arena, TrkValue *row)
{
	const TrkMember *member = trk_json_member(row, "id");

	return row_id_of(arena, member != NULL ? &member->value : NULL, row);
}

/* The run of a row of a table: a hash of both. */
static TrkText
run_id_of(TrkArena *arena, const char *table, TrkText id)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 128);
	append(&buf, "[\"");
	append(&buf, table);
	append(&buf, "\",");
	trk_json_write_string(&buf, id.s, id.len);
	trk_buf_putc(&buf, ']');
	return id_of(arena, "run_", buf.data, buf.len);
}

/* What is in a column, or in a member of an object in it. */
static const TrkValue *
cell_of(const RowMapping *map, const TrkRefColumn *column)
{
	const TrkValue *value = map->cells[column->column];
	const TrkMember *member;
	TrkValue   *object;

	if (value == NULL)
		return &null_value;
	if (column->member == NULL)
		return value;
	object = trk_alloc(map->arena, sizeof(TrkValue));
	if (!trk_reference_json(map->arena, value, object) || object->kind != TRK_OBJECT)
		return &null_value;
	member = trk_json_member(object, column->member);
	return member != NULL ? &member->value : &null_value;
}

/* The first of a line's columns that is set, or the last. */
static const TrkValue *
value_of(const RowMapping *map, const TrkRefLine *line)
{
	const TrkValue *value = &null_value;
	int			i;

	for (i = 0; i < line->ncolumns; i++)
	{
		value = cell_of(map, &line->column[i]);
		if (trk_json_truthy(value))
			break;
	}
	return value;
}

/* The same as text, or what the line says otherwise. */
static TrkText
text_of(const RowMapping *map, const TrkRefLine *line)
{
	TrkText		text = trk_reference_text(map->arena, value_of(map, line));

	if (text.len == 0 && line->text != NULL)
		text = trk_text_literal(line->text);
	return text;
}

/* The time of an event: the first column that is neither null nor "" decides. */
static TrkText
time_of(const RowMapping *map, const TrkRefLine *line)
{
	int			i;

	for (i = 0; i < line->ncolumns; i++)
	{
		const TrkValue *value = map->cells[line->column[i].column];

		if (value != NULL && value->kind != TRK_NULL &&
			(value->kind != TRK_STRING || value->len > 0))
			return trk_reference_time(map->arena, value);
	}
	return trk_reference_time(map->arena, &null_value);
}

/* The run of an event that belongs to another table's row. */
static TrkText
parent_run(const RowMapping *map, const TrkRefLine *line)
{
	TrkText		id = trk_reference_text(map->arena, cell_of(map, &line->column[0]));
	const TrkValue *own = map->cells[TRK_REF_COLUMN_ID];

	if (id.len == 0 && own != NULL)
		id = trk_reference_text(map->arena, own);
	if (id.len == 0)
		id = trk_text_literal("unknown");
	return run_id_of(map->arena, line->text, id);
}

/* The row's id, and what a line puts behind it. */
static TrkText
row_id_and(const RowMapping *map, const TrkRefLine *line)
{
	TrkText		id;
	TrkBuf		buf;

	if (*line->text == '\0')
		return map->row_id;
	trk_buf_init(&buf, map->arena, map->row_id.len + line->value.len);
	trk_buf_append(&buf, map->row_id.s, map->row_id.len);
	append(&buf, line->text);
	id.s = buf.data;
	id.len = buf.len;
	return id;
}

/* A field that is text of some kind; empty when there is none to be. */
static TrkText
text_field(const RowMapping *map, const TrkRefLine *line)
{
	TrkText		text = {"", 0};

	switch ((TrkPutKind) line->kind)
	{
		case TRK_PUT_LOWER_TEXT:
			return trk_text_lower(map->arena, text_of(map, line));
		case TRK_PUT_SLUG:
			return trk_reference_slug(map->arena, text_of(map, line));
		case TRK_PUT_SUBJECT_SLUG:
			return trk_reference_slug(map->arena, map->subject);
		case TRK_PUT_ROW_ID:
			return row_id_and(map, line);
		case TRK_PUT_TEXT_HASH:
			text = text_of(map, line);
			return text.len > 0 ? trk_reference_hash(map->arena, text) : text;
		case TRK_PUT_JSON_HASH:
			text = trk_reference_canonical(map->arena, value_of(map, line));
			if (text.len > 2 || (text.s[0] != '{' && text.s[0] != '"'))
				return trk_reference_hash(map->arena, text);
			text.len = 0;
			return text;
		default:
			return text_of(map, line);
	}
}

/* A decimal, perhaps without its sign; false when there is none. */
static bool
decimal_field(const RowMapping *map, const TrkRefLine *line, TrkValue *value)
{
	if (!trk_reference_decimal(map->arena, value_of(map, line), value))
		return false;
	if (line->kind == TRK_PUT_DISTANCE && value->u.str[0] == '-')
	{
		value->u.str++;
		value->len--;
	}
	return true;
}

/* A whole number; false when there is none. */
static bool
count_field(const RowMapping *map, const TrkRefLine *line, TrkValue *value)
{
	const TrkValue *cell = value_of(map, line);

	if (line->kind == TRK_PUT_COUNT_OR_NONE && cell->kind == TRK_NULL)
		return false;
	if (line->value.len > 0 && !trk_json_truthy(cell))
		cell = &line->value;
	trk_reference_count(map->arena, cell, value);
	return true;
}

/* The length of a list as a value. */
static void
length_field(const RowMapping *map, const TrkRefLine *line, TrkValue *value)
{
	char		digits[16];
	int			n = snprintf(digits, sizeof(digits), "%u",
							 trk_reference_length(map->arena, value_of(map, line)));

	value->kind = TRK_NUMBER;
	value->flags = TRK_F_INTEGER;
	value->len = n;
	value->u.str = trk_arena_copy(map->arena, digits, n);
}

/* Set a value to true or false. */
static void
set_truth(TrkValue *value, bool truth)
{
	value->kind = truth ? TRK_TRUE : TRK_FALSE;
	value->flags = 0;
	value->len = 0;
	value->u.str = NULL;
}

/* Make the value of a field; false when the field is to be left out. */
static bool
make_field(RowMapping *map, const TrkRefLine *line, TrkValue *value)
{
	TrkText		text;

	switch ((TrkPutKind) line->kind)
	{
		case TRK_PUT_CONST:
			*value = line->value;
			return true;
		case TRK_PUT_FLAG:
			set_truth(value, line->flag);
			return true;
		case TRK_PUT_ITEM:
			*value = array_of(map->arena, &line->value);
			return true;
		case TRK_PUT_TEXT_OR_NONE:
		case TRK_PUT_TEXT_HASH:
		case TRK_PUT_JSON_HASH:
			text = text_field(map, line);
			if (text.len == 0)
				return false;
			*value = string_of(text);
			return true;
		case TRK_PUT_TEXT:
		case TRK_PUT_LOWER_TEXT:
		case TRK_PUT_SLUG:
		case TRK_PUT_SUBJECT_SLUG:
		case TRK_PUT_ROW_ID:
			*value = string_of(text_field(map, line));
			return true;
		case TRK_PUT_DECIMAL:
		case TRK_PUT_DISTANCE:
			return decimal_field(map, line, value);
		case TRK_PUT_COUNT:
		case TRK_PUT_COUNT_OR_NONE:
			return count_field(map, line, value);
		case TRK_PUT_JSON:
			map->too_deep |= !trk_reference_json(map->arena, value_of(map, line), value);
			return true;
		case TRK_PUT_LIST:
			map->too_deep |= !trk_reference_list(map->arena, value_of(map, line), value);
			return true;
		case TRK_PUT_LENGTH:
			length_field(map, line, value);
			return true;
		case TRK_PUT_KEYS:
			trk_reference_keys(map->arena, value_of(map, line), value);
			return true;
		case TRK_PUT_TRUTH:
			set_truth(value, trk_reference_truth(value_of(map, line), line->text[0] == 't'));
			return true;
	}
	return false;
}

/* Put a field in its place, or leave what is there. */
static void
put_field(RowMapping *map, const TrkRefLine *line)
{
	TrkValue	value;

	if (make_field(map, line, &value))
		map->fields[line->slot].value = value;
}

/* The items of a list, joined by blanks; or text of another column. */
static TrkText
items_text(RowMapping *map, const TrkRefLine *line)
{
	TrkText		text;
	TrkValue	list;
	TrkBuf		buf;
	uint32		i;

	map->too_deep |= !trk_reference_list(map->arena, cell_of(map, &line->column[0]), &list);
	trk_buf_init(&buf, map->arena, 64);
	for (i = 0; i < list.len; i++)
	{
		if (i > 0)
			trk_buf_putc(&buf, ' ');
		trk_digest_text(&buf, &list.u.items[i]);
	}
	text.s = buf.data;
	text.len = buf.len;
	if (list.len > 0)
		return text;
	if (line->ncolumns > 1)
		text = trk_reference_text(map->arena, cell_of(map, &line->column[1]));
	return text.len > 0 ? text : trk_text_literal(line->text);
}

/* Text of the first column, a blank, and the canonical form of the second. */
static TrkText
joined_text(const RowMapping *map, const TrkRefLine *line)
{
	TrkText		first = trk_reference_text(map->arena, cell_of(map, &line->column[0]));
	TrkText		second = trk_reference_canonical(map->arena, cell_of(map, &line->column[1]));
	TrkText		text;
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, first.len + second.len + 1);
	trk_buf_append(&buf, first.s, first.len);
	trk_buf_putc(&buf, ' ');
	trk_buf_append(&buf, second.s, second.len);
	text.s = buf.data;
	text.len = buf.len;
	return text;
}

/* Make the text that conditions look into. */
static void
set_subject(RowMapping *map, const TrkRefLine *line)
{
	switch ((TrkSubjectKind) line->kind)
	{
		case TRK_SUBJECT_TEXT:
			map->subject = text_of(map, line);
			break;
		case TRK_SUBJECT_ITEMS:
			map->subject = items_text(map, line);
			break;
		case TRK_SUBJECT_CANONICAL:
			map->subject = trk_reference_canonical(map->arena, value_of(map, line));
			break;
		case TRK_SUBJECT_TEXT_AND_CANONICAL:
			map->subject = joined_text(map, line);
			break;
	}
	map->lower_subject = trk_text_lower(map->arena, map->subject);
}

/* Does the subject have all parts of a word that are joined by '&'? */
static bool
subject_has(const RowMapping *map, TrkText word)
{
	for (;;)
	{
		const char *amp = memchr(word.s, '&', word.len);
		TrkText		part = {word.s, amp != NULL ? (Size) (amp - word.s) : word.len};

		if (!trk_text_has(map->lower_subject, part))
			return false;
		if (amp == NULL)
			return true;
		word.s += part.len + 1;
		word.len -= part.len + 1;
	}
}

/* Does the subject have one of the words? */
static bool
subject_mentions(const RowMapping *map, const TrkRefLine *line)
{
	int			i;

	for (i = 0; i < line->nwords; i++)
		if (subject_has(map, line->word[i]))
			return true;
	return false;
}

/* Is a text one of the words? */
static bool
is_word(const TrkRefLine *line, TrkText text)
{
	int			i;

	for (i = 0; i < line->nwords; i++)
		if (trk_text_equal(text, line->word[i]))
			return true;
	return false;
}

/* Has the column a list with items? */
static bool
has_items(RowMapping *map, const TrkRefLine *line)
{
	TrkValue	list;

	map->too_deep |= !trk_reference_list(map->arena, value_of(map, line), &list);
	return list.len > 0;
}

/* Has the column a count above zero? */
static bool
is_counted(const RowMapping *map, const TrkRefLine *line)
{
	TrkValue	count;

	trk_reference_count(map->arena, value_of(map, line), &count);
	return trk_json_truthy(&count);
}

/* Does a condition hold? */
static bool
holds(RowMapping *map, const TrkRefLine *line)
{
	switch ((TrkIfKind) line->kind)
	{
		case TRK_IF_IS:
			return is_word(line, text_of(map, line));
		case TRK_IF_IS_LOWER:
			return is_word(line, trk_text_lower(map->arena, text_of(map, line)));
		case TRK_IF_SET:
			return trk_json_truthy(value_of(map, line));
		case TRK_IF_NAMED:
			return trk_reference_text(map->arena, value_of(map, line)).len > 0;
		case TRK_IF_GIVEN:
			return value_of(map, line)->kind != TRK_NULL;
		case TRK_IF_TRUE:
			return trk_reference_truth(value_of(map, line), false);
		case TRK_IF_LISTED:
			return has_items(map, line);
		case TRK_IF_COUNTED:
			return is_counted(map, line);
		case TRK_IF_POSITIVE:
			return trk_reference_sign(value_of(map, line)) > 0;
		case TRK_IF_NEGATIVE:
			return trk_reference_sign(value_of(map, line)) < 0;
		case TRK_IF_NONZERO:
			return trk_reference_sign(value_of(map, line)) != 0;
		case TRK_IF_MENTIONS:
			return subject_mentions(map, line);
	}
	return false;
}

/*
 * Follow the lines of an event; false when it does not occur.
 */
static bool
follow_lines(RowMapping *map, const TrkRefLine *event)
{
	int			i = event->first_line;

	while (i < event->end_line)
	{
		const TrkRefLine *line = &trk_ref_lines[i++];

		switch ((TrkRefOp) line->op)
		{
			case TRK_REF_OP_PUT:
				put_field(map, line);
				break;
			case TRK_REF_OP_RUN:
				map->event_run_id = parent_run(map, line);
				break;
			case TRK_REF_OP_SUBJECT:
				set_subject(map, line);
				break;
			case TRK_REF_OP_IF:
				if (holds(map, line) == line->flag)
					i = line->next;
				break;
			case TRK_REF_OP_ELSE:
				i = line->next;
				break;
			case TRK_REF_OP_SAY:
				map->warn(map->state, line->text);
				break;
			case TRK_REF_OP_DROP:
				return false;
			default:
				break;
		}
	}
	return true;
}

/* The table and the id of the row, as the evidence of an event. */
static TrkValue
evidence_of(const RowMapping *map)
{
	TrkMember  *members = trk_alloc_array(map->arena, TrkMember, 2);
	TrkValue	item;

	set_member(&members[0], "id", string_of(map->row_id));
	set_member(&members[1], "table", string_of(trk_text_literal(map->table->name)));
	item = object_of(members, 2);
	return array_of(map->arena, &item);
}

/* The payload: the fields that have a value. */
static TrkValue
payload_of(const RowMapping *map, const TrkRefLine *event)
{
	TrkMember  *fields = map->fields;
	uint32		n = 0;
	int			i;

	for (i = 0; i < event->nfields; i++)
	{
		if (fields[i].value.kind == NO_VALUE || fields[i].value.kind == TRK_NULL)
			continue;
		if (n < (uint32) i)
			fields[n] = fields[i];
		n++;
	}
	return object_of(fields, n);
}

/* The client that writes the event. */
static TrkValue
sdk_of(const RowMapping *map)
{
	TrkMember  *members = trk_alloc_array(map->arena, TrkMember, 3);

	set_member(&members[0], "language", string_of(trk_text_literal("c")));
	set_member(&members[1], "name", string_of(trk_text_literal("agent_tracker")));
	set_member(&members[2], "version", string_of(map->export->sdk_version));
	return object_of(members, 3);
}

/* evt_ and a hash of table, row, event type and environment. */
static TrkText
event_id_of(const RowMapping *map, const char *type)
{
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, map->id_prefix.len + strlen(type) + map->environment.len + 8);
	trk_buf_append(&buf, map->id_prefix.s, map->id_prefix.len);
	append(&buf, ",\"");
	append(&buf, type);
	append(&buf, "\",");
	trk_json_write_string(&buf, map->environment.s, map->environment.len);
	trk_buf_putc(&buf, ']');
	return id_of(map->arena, "evt_", buf.data, buf.len);
}

/* <project>/<environment>/<table>/<row id>/<event type> */
static TrkText
key_of(const RowMapping *map, const char *type)
{
	const TrkText parts[] = {map->export->project, map->environment,
		trk_text_literal(map->table->name), map->row_id, trk_text_literal(type)};
	TrkText		key;
	TrkBuf		buf;
	Size		i;

	trk_buf_init(&buf, map->arena, 192);
	for (i = 0; i < lengthof(parts); i++)
	{
		if (i > 0)
			trk_buf_putc(&buf, '/');
		trk_buf_append(&buf, parts[i].s, parts[i].len);
	}
	key.s = buf.data;
	key.len = buf.len;
	return key;
}

/* The whole event around a payload. */
static TrkValue
root_of(RowMapping *map, const TrkRefLine *event, TrkValue payload)
{
	const char *type = trk_event_type_name(event->kind);
	TrkMember  *root = trk_alloc_array(map->arena, TrkMember, ROOT_MEMBERS);
	TrkValue	symbol = string_of(map->symbol);
	int			i;

	for (i = 0; i < ROOT_MEMBERS; i++)
		set_member(&root[i], root_names[i], null_value);
	root[ROOT_AGENT_ID].value = string_of(map->export->agent_id);
	root[ROOT_ENVIRONMENT].value = string_of(map->environment);
	root[ROOT_EVENT_ID].value = string_of(event_id_of(map, type));
	root[ROOT_EVENT_TYPE].value = string_of(trk_text_literal(type));
	root[ROOT_IDEMPOTENCY_KEY].value = string_of(key_of(map, type));
	root[ROOT_OCCURRED_AT].value = string_of(time_of(map, event));
	root[ROOT_PAYLOAD].value = payload;
	root[ROOT_PROJECT].value = string_of(map->export->project);
	root[ROOT_RUN_ID].value = string_of(map->event_run_id);
	root[ROOT_SCHEMA_VERSION].value = string_of(trk_text_literal(TRK_SCHEMA_VERSION));
	root[ROOT_SDK].value = sdk_of(map);
	root[ROOT_SYMBOLS].value = array_of(map->arena, map->symbol.len > 0 ? &symbol : NULL);
	return object_of(root, ROOT_MEMBERS);
}

/* Make one event of a row, when it occurs. */
static void
map_event(RowMapping *map, const TrkRefLine *line)
{
	TrkEvent	event;
	int			i;

	map->fields = trk_alloc_array(map->arena, TrkMember, line->nfields);
	memcpy(map->fields, &trk_ref_fields[line->first_field], line->nfields * sizeof(TrkMember));
	for (i = 0; i < line->nfields; i++)
		map->fields[i].value.kind = NO_VALUE;
	map->too_deep = false;
	map->event_run_id.len = 0;
	if (!follow_lines(map, line))
		return;
	if (map->too_deep)
	{
		map->warn(map->state, "row nested too deeply; event skipped");
		return;
	}
	if (map->event_run_id.len == 0)
	{
		if (map->run_id.len == 0)
			map->run_id = run_id_of(map->arena, map->table->name, map->row_id);
		map->event_run_id = map->run_id;
	}
	map->fields[line->evidence_slot].value = evidence_of(map);
	event.root = root_of(map, line, payload_of(map, line));
	map->event(map->state, &event, map->row_id);
}

/* Find the columns among the members of a row. */
static void
bind_cells(RowMapping *map, const TrkValue *row)
{
	uint32		i;

	memset(map->cells, 0, sizeof(map->cells));
	for (i = 0; i < row->len; i++)
	{
		const TrkMember *member = &row->u.members[i];
		int			column = trk_ref_column(member->name, member->name_len);

		if (column >= 0)
			map->cells[column] = &member->value;
	}
}

/* What the ids of a row's events are hashes of, up to the event type. */
static TrkText
id_prefix_of(const RowMapping *map)
{
	TrkText		prefix;
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, 128);
	append(&buf, "[\"");
	append(&buf, map->table->name);
	append(&buf, "\",");
	trk_json_write_string(&buf, map->row_id.s, map->row_id.len);
	prefix.s = buf.data;
	prefix.len = buf.len;
	return prefix;
}

/* What all events of a row have in common. */
static void
begin_row(RowMapping *map, TrkValue *row)
{
	const TrkValue *symbol;

	bind_cells(map, row);
	map->row_id = row_id_of(map->arena, map->cells[TRK_REF_COLUMN_ID], row);
	map->id_prefix = id_prefix_of(map);
	map->run_id.len = 0;
	map->symbol.len = 0;
	symbol = map->cells[TRK_REF_COLUMN_SYMBOL];
	if (symbol != NULL)
		map->symbol = trk_text_upper(map->arena, trk_reference_text(map->arena, symbol));
	map->environment = map->export->environment;
	map->subject = map->lower_subject = trk_text_literal("");
}

/* See reference.h. */
TrkText
trk_reference_row(TrkArena *arena, const TrkReferenceExport *export, int table,
				  TrkValue *row, TrkReferenceEventFn event, TrkReferenceWarnFn warn,
				  void *state)
{
	RowMapping	map;
	const TrkRefLine *first;
	int			i;

	trk_reference_prepare();
	map.arena = arena;
	map.export = export;
	map.table = trk_reference_table(table);
	map.event = event;
	map.warn = warn;
	map.state = state;
	begin_row(&map, row);
	first = &trk_ref_lines[trk_ref_table_line[table]];
	for (i = first->first_line; i < first->end_line; i++)
	{
		const TrkRefLine *line = &trk_ref_lines[i];

		if (line->op == TRK_REF_OP_SHADOW)
			map.environment = trk_text_literal(SHADOW);
		else if (line->op == TRK_REF_OP_NEEDS &&
				 trk_reference_text(arena, value_of(&map, line)).len == 0)
		{
			warn(state, line->text);
			break;
		}
		else if (line->op == TRK_REF_OP_EVENT)
		{
			map_event(&map, line);
			i = line->end_line - 1;
		}
	}
	return map.row_id;
}
