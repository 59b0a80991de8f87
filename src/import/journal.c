/*
 * journal.c
 *	  Makes the events of a row of a journal table, by the rules of
 *	  journal.def.
 */
#include "base/trk.h"

#include "import/journal_map.h"
#include "contract/event_build.h"

/* The environment of the shadow tables. */
#define SHADOW			"shadow"

/* Marks a member of a payload that has no value. */
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

/* A member whose name and value need no escapes. */
#define NAMED(text) \
	.name = text, .name_len = sizeof(text) - 1, .name_flags = TRK_F_ASCII | TRK_F_PLAIN, \
	.key = TRK_KEY_UNSEEN
#define PLAIN(text) \
	{.kind = TRK_STRING, .flags = TRK_F_ASCII | TRK_F_PLAIN, .len = sizeof(text) - 1, .u.str = text}

/* The members of an event before any value is known. */
static const TrkMember root_members[ROOT_MEMBERS] = {
	[ROOT_AGENT_ID] = {NAMED("agent_id")},
	[ROOT_ENVIRONMENT] = {NAMED("environment")},
	[ROOT_EVENT_ID] = {NAMED("event_id")},
	[ROOT_EVENT_TYPE] = {NAMED("event_type")},
	[ROOT_IDEMPOTENCY_KEY] = {NAMED("idempotency_key")},
	[ROOT_OCCURRED_AT] = {NAMED("occurred_at")},
	[ROOT_PARENT_SPAN_ID] = {NAMED("parent_span_id")},
	[ROOT_PAYLOAD] = {NAMED("payload")},
	[ROOT_PRIVACY] = {NAMED("privacy")},
	[ROOT_PROJECT] = {NAMED("project")},
	[ROOT_RECEIVED_AT] = {NAMED("received_at")},
	[ROOT_RUN_ID] = {NAMED("run_id")},
	[ROOT_SCHEMA_VERSION] = {NAMED("schema_version"), .value = PLAIN(TRK_SCHEMA_VERSION)},
	[ROOT_SDK] = {NAMED("sdk")},
	[ROOT_SPAN_ID] = {NAMED("span_id")},
	[ROOT_SYMBOLS] = {NAMED("symbols")}
};

/* The members of an item of the evidence. */
static const TrkMember evidence_members[2] = {
	{NAMED("id")},
	{NAMED("table")}
};

/*
 * Make a string value of visible ASCII that needs no escapes; it is not
 * copied.
 */
static TrkValue
plain_of(TrkText text)
{
	TrkValue	value = {.kind = TRK_STRING, .flags = TRK_F_ASCII | TRK_F_PLAIN,
	.len = (uint32) text.len};

	value.u.str = text.s;
	return value;
}

/* Copy constant members, to fill in their values. */
static TrkMember *
copy_members(TrkArena *arena, const TrkMember *members, Size n)
{
	TrkMember  *copy = trk_alloc_array(arena, TrkMember, n);

	memcpy(copy, members, n * sizeof(TrkMember));
	return copy;
}

/* Return the id of a row: the text in its id column, or a hash of the row. */
static TrkText
row_id_of(TrkArena *arena, const TrkRedactor *redactor, const TrkValue *id, const TrkValue *row)
{
	TrkText		text = {"", 0};
	TrkBuf		buf;

	if (id != NULL)
		text = trk_journal_text(arena, redactor, id);
	if (text.len > 0)
		return text;
	text = trk_journal_canonical(arena, row);
	trk_buf_init(&buf, arena, text.len + 2);
	trk_buf_putc(&buf, '[');
	trk_buf_append(&buf, text.s, text.len);
	trk_buf_putc(&buf, ']');
	return trk_digest_id(arena, "row_", buf.data, buf.len);
}

/* Append the beginning of the text whose hashes become ids: table and row. */
static void
append_row(TrkBuf *buf, TrkText table, TrkText id)
{
	trk_journal_append(buf, "[\"");
	trk_journal_append_text(buf, table);
	trk_journal_append(buf, "\",");
	trk_json_write_string(buf, id.s, id.len);
}

/*
 * Return the run id of a row that is a run of its own: a hash of table and
 * row.
 */
static TrkText
run_id_of(TrkArena *arena, TrkText table, TrkText id)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 128);
	append_row(&buf, table, id);
	trk_buf_putc(&buf, ']');
	return trk_digest_id(arena, TRK_RUN_ID_PREFIX, buf.data, buf.len);
}

/*
 * Return the time of an event: the first of its columns that is neither null
 * nor "".
 */
static TrkText
time_of(const TrkRowMapping *map, const TrkJournalLine *line)
{
	const TrkValue *when = &trk_journal_null;
	TrkText		time;
	bool		readable;
	int			i;

	for (i = 0; i < line->ncolumns; i++)
	{
		const TrkValue *value = map->cells[line->column[i].column];

		if (value != NULL && value->kind != TRK_NULL &&
			(value->kind != TRK_STRING || value->len > 0))
		{
			when = value;
			break;
		}
	}
	time = trk_journal_time(map->arena, when, &readable);
	if (!readable && when != &trk_journal_null)
		trk_journal_warn(map, "occurred_at", "timestamp", "1970-01-01");
	return time;
}

/* Return the run id of an event whose run is the row of another table. */
static TrkText
parent_run(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		id = trk_journal_text(map->arena, map->export->redactor, trk_journal_cell(map, &line->column[0]));
	const TrkValue *own = map->cells[TRK_JOURNAL_COLUMN_ID];

	if (id.len == 0 && own != NULL)
		id = trk_journal_text(map->arena, map->export->redactor, own);
	if (id.len == 0)
		id = trk_text_literal("unknown");
	return run_id_of(map->arena, trk_text_literal(line->text), id);
}

/*
 * Execute the rules of an event; return false when the event does not occur.
 */
static bool
follow_lines(TrkRowMapping *map, const TrkJournalLine *event)
{
	int			i = event->first_line;

	while (i < event->end_line)
	{
		const TrkJournalLine *line = &trk_journal_lines[i++];

		switch ((TrkJournalOp) line->op)
		{
			case TRK_JOURNAL_OP_PUT:
				trk_journal_put(map, line);
				break;
			case TRK_JOURNAL_OP_RUN:
				map->event_run_id = parent_run(map, line);
				break;
			case TRK_JOURNAL_OP_SUBJECT:
				trk_journal_set_subject(map, line);
				break;
			case TRK_JOURNAL_OP_IF:
				if (trk_journal_holds(map, line) == line->flag)
					i = line->next;
				break;
			case TRK_JOURNAL_OP_ELSE:
				i = line->next;
				break;
			case TRK_JOURNAL_OP_SAY:
				map->warn(map->state, line->text, false);
				break;
			case TRK_JOURNAL_OP_DROP:
				return false;
			default:
				break;
		}
	}
	return true;
}

/*
 * Redact an id.  Redaction of the event would not recognize it as an id,
 * because of the name of its member.
 */
static TrkText
known_as(TrkRowMapping *map, TrkText id)
{
	if (trk_redact_identity(map->export->redactor, map->arena, TRK_IDENTITY, id.s, id.len,
							&id.s, &id.len))
		map->pseudonyms += !trk_identity_lost(id.s, id.len);
	return id;
}

/* Make the evidence of an event: the table and the id of the row. */
static TrkValue
evidence_of(TrkRowMapping *map)
{
	TrkMember  *members = copy_members(map->arena, evidence_members, lengthof(evidence_members));
	TrkValue	item;

	members[0].value = trk_journal_string(known_as(map, trk_journal_key(map)));
	members[1].value = plain_of(map->table_name);
	item = trk_sorted_object(members, lengthof(evidence_members));
	return trk_journal_array(map->arena, &item);
}

/* Make the payload of the fields that have a value. */
static TrkValue
payload_of(const TrkRowMapping *map, const TrkJournalLine *event)
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
	return trk_sorted_object(fields, n);
}

/*
 * Make the event id: evt_ and a hash of table, row, event type and
 * environment.
 */
static TrkText
event_id_of(const TrkRowMapping *map, TrkText type)
{
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, map->id_prefix.len + type.len + map->environment.len + 8);
	trk_journal_append_text(&buf, map->id_prefix);
	trk_journal_append(&buf, ",\"");
	trk_journal_append_text(&buf, type);
	trk_journal_append(&buf, "\",\"");
	trk_journal_append_text(&buf, map->environment);
	trk_journal_append(&buf, "\"]");
	return trk_digest_id(map->arena, TRK_EVENT_ID_PREFIX, buf.data, buf.len);
}

/*
 * Make the idempotency key: <project>/<environment>/<table>/<row id>/<event
 * type>
 */
static TrkText
key_of(const TrkRowMapping *map, TrkText type)
{
	TrkText		key;
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, 192);
	trk_journal_append_text(&buf, map->export->project);
	trk_buf_putc(&buf, '/');
	trk_journal_append_text(&buf, map->environment);
	trk_buf_putc(&buf, '/');
	trk_journal_append_text(&buf, map->table_name);
	trk_buf_putc(&buf, '/');
	trk_buf_append(&buf, map->row_id.u.str, map->row_id.len);
	trk_buf_putc(&buf, '/');
	trk_journal_append_text(&buf, type);
	key.s = buf.data;
	key.len = buf.len;
	return key;
}

/* Make the whole event around a payload. */
static TrkValue
root_of(TrkRowMapping *map, const TrkJournalLine *event, TrkValue payload)
{
	TrkText		type = trk_text_literal(trk_event_type_name(event->kind));
	TrkMember  *root = copy_members(map->arena, root_members, ROOT_MEMBERS);

	root[ROOT_AGENT_ID].value = trk_journal_string(map->export->agent_id);
	root[ROOT_ENVIRONMENT].value = plain_of(map->environment);
	root[ROOT_EVENT_ID].value = plain_of(event_id_of(map, type));
	root[ROOT_EVENT_TYPE].value = plain_of(type);
	root[ROOT_IDEMPOTENCY_KEY].value = trk_journal_string(key_of(map, type));
	root[ROOT_OCCURRED_AT].value = trk_journal_string(time_of(map, event));
	root[ROOT_PAYLOAD].value = payload;
	root[ROOT_PROJECT].value = trk_journal_string(map->export->project);
	root[ROOT_RUN_ID].value = plain_of(map->event_run_id);
	root[ROOT_SDK].value = trk_sdk_value(map->arena, map->export->sdk_version);
	root[ROOT_SYMBOLS].value = trk_journal_array(map->arena, map->symbol.len > 0 ? &map->symbol : NULL);
	return trk_sorted_object(root, ROOT_MEMBERS);
}

/* Warn about a value that is nested deeper than an event may be. */
static void
warn_too_deep(const TrkRowMapping *map)
{
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, 96);
	trk_journal_append_text(&buf, map->table_name);
	trk_journal_append(&buf, " row nested too deeply; event skipped");
	trk_buf_putc(&buf, '\0');
	map->warn(map->state, buf.data, false);
}

/* Make one event of a row, when it occurs. */
static void
map_event(TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkEvent	event = {.type = -1, .environment = -1};
	int			i;

	map->fields = trk_alloc_array(map->arena, TrkMember, line->nfields);
	memcpy(map->fields, &trk_journal_fields[line->first_field], line->nfields * sizeof(TrkMember));
	for (i = 0; i < line->nfields; i++)
		map->fields[i].value.kind = NO_VALUE;
	map->too_deep = false;
	map->pseudonyms = map->symbol_pseudonyms;
	map->event_run_id.len = 0;
	map->subject = map->lower_subject = trk_text_literal("");
	if (!follow_lines(map, line))
		return;
	if (map->too_deep)
	{
		warn_too_deep(map);
		return;
	}
	if (map->event_run_id.len == 0)
	{
		if (map->run_id.len == 0)
			map->run_id = run_id_of(map->arena, map->table_name, trk_journal_key(map));
		map->event_run_id = map->run_id;
	}
	map->fields[line->evidence_slot].value = evidence_of(map);
	event.root = root_of(map, line, payload_of(map, line));
	event.identities = (TrkIdentityCounts) {.pseudonyms = map->pseudonyms};
	map->event(map->state, &event, trk_journal_key(map));
}

/* Find the columns among the members of a row. */
static void
bind_cells(TrkRowMapping *map, const TrkValue *row)
{
	uint32		i;

	memset(map->cells, 0, sizeof(map->cells));
	for (i = 0; i < row->len; i++)
	{
		const TrkMember *member = &row->u.members[i];
		int			column = trk_journal_column(member->name, member->name_len);

		if (column >= 0)
			map->cells[column] = &member->value;
	}
}

/*
 * Return the text whose hashes become the ids of a row's events, up to the
 * event type.
 */
static TrkText
id_prefix_of(const TrkRowMapping *map)
{
	TrkText		prefix;
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, 128);
	append_row(&buf, map->table_name, trk_journal_key(map));
	prefix.s = buf.data;
	prefix.len = buf.len;
	return prefix;
}

/* Prepare what all events of a row have in common. */
static void
begin_row(TrkRowMapping *map, const TrkValue *row)
{
	const TrkValue *symbol;
	TrkText		text;

	bind_cells(map, row);
	map->table_name = trk_text_literal(map->table->name);
	map->row_id = trk_journal_string(row_id_of(map->arena, map->export->redactor,
											   map->cells[TRK_JOURNAL_COLUMN_ID], row));
	map->id_prefix = id_prefix_of(map);
	map->run_id.len = 0;
	map->symbol.len = 0;
	map->pseudonyms = 0;
	symbol = map->cells[TRK_JOURNAL_COLUMN_SYMBOL];
	if (symbol != NULL)
	{
		text = known_as(map, trk_journal_text(map->arena, map->export->redactor, symbol));
		map->symbol = trk_journal_string(trk_text_upper(map->arena, text));
	}
	map->symbol_pseudonyms = map->pseudonyms;
	map->environment = map->export->environment;
}

/*
 * Make the events of a row, which is a JSON object, in order.  Returns the id
 * of the row.  All memory is the arena's.
 */
TrkText
trk_journal_row(TrkArena *arena, const TrkJournalExport *export, int table,
				const TrkValue *row, TrkJournalEventFn event, TrkJournalWarnFn warn,
				void *state)
{
	TrkRowMapping map;
	const TrkJournalLine *first;
	int			i;

	trk_journal_prepare();
	map.arena = arena;
	map.export = export;
	map.table = trk_journal_table(table);
	map.event = event;
	map.warn = warn;
	map.state = state;
	begin_row(&map, row);
	first = &trk_journal_lines[trk_journal_table_line[table]];
	for (i = first->first_line; i < first->end_line; i++)
	{
		const TrkJournalLine *line = &trk_journal_lines[i];

		if (line->op == TRK_JOURNAL_OP_SHADOW)
			map.environment = trk_text_literal(SHADOW);
		else if (line->op == TRK_JOURNAL_OP_NEEDS &&
				 trk_journal_text(arena, export->redactor, trk_journal_value(&map, line)).len == 0)
		{
			warn(state, line->text, false);
			break;
		}
		else if (line->op == TRK_JOURNAL_OP_EVENT)
		{
			map_event(&map, line);
			i = line->end_line - 1;
		}
	}
	return trk_journal_key(&map);
}
