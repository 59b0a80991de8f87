/*
 * journal_field.c
 *	  Reads the columns of a row, and makes the fields of a payload.
 */
#include "base/trk.h"

#include "import/journal_map.h"

const TrkValue trk_journal_null = {.kind = TRK_NULL};

/* Warn about a field that cannot be read. */
void
trk_journal_warn(const TrkRowMapping *map, const char *field, const char *rule, const char *taken)
{
	TrkBuf		buf;

	trk_buf_init(&buf, map->arena, 128);
	trk_journal_append_text(&buf, map->table_name);
	trk_journal_append(&buf, " row: ");
	trk_journal_append(&buf, field);
	trk_journal_append(&buf, ": ");
	trk_journal_append(&buf, rule);
	trk_journal_append(&buf, ": cannot be read; ");
	trk_journal_append(&buf, taken);
	trk_journal_append(&buf, " was taken");
	trk_buf_putc(&buf, '\0');
	map->warn(map->state, buf.data, true);
}

/* Make an array of one item, or an empty one. */
TrkValue
trk_journal_array(TrkArena *arena, const TrkValue *item)
{
	TrkValue	value = {.kind = TRK_ARRAY, .len = item != NULL ? 1 : 0};

	if (item != NULL)
	{
		value.u.items = trk_alloc_array(arena, TrkValue, 1);
		value.u.items[0] = *item;
	}
	return value;
}

/* Return the value of a column, or of a member of the object in it. */
const TrkValue *
trk_journal_cell(const TrkRowMapping *map, const TrkJournalColumn *column)
{
	const TrkValue *value = map->cells[column->column];
	const TrkMember *member;
	TrkValue   *object;

	if (value == NULL)
		return &trk_journal_null;
	if (column->member == NULL)
		return value;
	object = trk_alloc(map->arena, sizeof(TrkValue));
	if (!trk_journal_json(map->arena, value, object) || object->kind != TRK_OBJECT)
		return &trk_journal_null;
	member = trk_json_member(object, column->member);
	return member != NULL ? &member->value : &trk_journal_null;
}

/*
 * Return the value of the first of a rule's columns that is set, or of the
 * last.
 */
const TrkValue *
trk_journal_value(const TrkRowMapping *map, const TrkJournalLine *line)
{
	const TrkValue *value = &trk_journal_null;
	int			i;

	for (i = 0; i < line->ncolumns; i++)
	{
		value = trk_journal_cell(map, &line->column[i]);
		if (trk_json_truthy(value))
			break;
	}
	return value;
}

/* Return that value as text, or the default of the rule. */
TrkText
trk_journal_line_text(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		text = trk_journal_text(map->arena, map->export->redactor, trk_journal_value(map, line));

	if (text.len == 0 && line->text != NULL)
		text = trk_text_literal(line->text);
	return text;
}

/* Return the row's id followed by the text of the rule. */
static TrkText
row_id_and(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		id;
	TrkBuf		buf;

	id = trk_journal_key(map);
	if (*line->text == '\0')
		return id;
	trk_buf_init(&buf, map->arena, id.len + line->value.len);
	trk_journal_append_text(&buf, id);
	trk_journal_append(&buf, line->text);
	id.s = buf.data;
	id.len = buf.len;
	return id;
}

/* Return a field of one of the text kinds; empty when there is none. */
static TrkText
text_field(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		text = {"", 0};

	switch ((TrkPutKind) line->kind)
	{
		case TRK_PUT_LOWER_TEXT:
			text = trk_journal_scanned(map->arena, map->export->redactor, trk_journal_line_text(map, line));
			return trk_text_lower(map->arena, text);
		case TRK_PUT_SLUG:
			return trk_journal_slug(map->arena, map->export->redactor, trk_journal_line_text(map, line));
		case TRK_PUT_SUBJECT_SLUG:
			return trk_journal_slug(map->arena, map->export->redactor, map->subject);
		case TRK_PUT_ROW_ID:
			return row_id_and(map, line);
		case TRK_PUT_TEXT_HASH:
			text = trk_journal_line_text(map, line);
			return text.len > 0 ? trk_journal_hash(map->arena, text) : text;
		case TRK_PUT_JSON_HASH:
			text = trk_journal_canonical(map->arena, trk_journal_value(map, line));
			if (text.len > 2 || (text.s[0] != '{' && text.s[0] != '"'))
				return trk_journal_hash(map->arena, text);
			text.len = 0;
			return text;
		default:
			return trk_journal_line_text(map, line);
	}
}

/*
 * Read a decimal, without its sign if the rule says so; return false when
 * there is none.
 */
static bool
decimal_field(const TrkRowMapping *map, const TrkJournalLine *line, TrkValue *value)
{
	bool		readable;

	if (!trk_journal_decimal(map->arena, trk_journal_value(map, line), value, &readable))
		return false;
	if (!readable)
		trk_journal_warn(map, line->field, "number", "0");
	if (line->kind == TRK_PUT_DISTANCE && value->u.str[0] == '-')
	{
		value->u.str++;
		value->len--;
	}
	return true;
}

/* Read a whole number; return false when there is none. */
static bool
count_field(const TrkRowMapping *map, const TrkJournalLine *line, TrkValue *value)
{
	const TrkValue *cell = trk_journal_value(map, line);

	if (line->kind == TRK_PUT_COUNT_OR_NONE && cell->kind == TRK_NULL)
		return false;
	if (line->value.len > 0 && !trk_json_truthy(cell))
		cell = &line->value;
	if (!trk_journal_count(map->arena, cell, value))
		trk_journal_warn(map, line->field, "integer", "0");
	return true;
}

/* Make a value of the length of a list. */
static void
length_field(const TrkRowMapping *map, const TrkJournalLine *line, TrkValue *value)
{
	char		digits[16];
	int			n = snprintf(digits, sizeof(digits), "%u",
							 trk_journal_length(map->arena, trk_journal_value(map, line)));

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
make_field(TrkRowMapping *map, const TrkJournalLine *line, TrkValue *value)
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
			*value = trk_journal_array(map->arena, &line->value);
			return true;
		case TRK_PUT_TEXT_OR_NONE:
		case TRK_PUT_TEXT_HASH:
		case TRK_PUT_JSON_HASH:
			text = text_field(map, line);
			if (text.len == 0)
				return false;
			*value = trk_journal_string(text);
			return true;
		case TRK_PUT_TEXT:
		case TRK_PUT_LOWER_TEXT:
		case TRK_PUT_SLUG:
		case TRK_PUT_SUBJECT_SLUG:
		case TRK_PUT_ROW_ID:
			*value = trk_journal_string(text_field(map, line));
			return true;
		case TRK_PUT_DECIMAL:
		case TRK_PUT_DISTANCE:
			return decimal_field(map, line, value);
		case TRK_PUT_COUNT:
		case TRK_PUT_COUNT_OR_NONE:
			return count_field(map, line, value);
		case TRK_PUT_JSON:
			map->too_deep |= !trk_journal_json(map->arena, trk_journal_value(map, line), value);
			return true;
		case TRK_PUT_LIST:
			map->too_deep |= !trk_journal_list(map->arena, trk_journal_value(map, line), value);
			return true;
		case TRK_PUT_LENGTH:
			length_field(map, line, value);
			return true;
		case TRK_PUT_KEYS:
			trk_journal_keys(map->arena, trk_journal_value(map, line), value);
			return true;
		case TRK_PUT_TRUTH:
			set_truth(value, trk_journal_truth(trk_journal_value(map, line), line->text[0] == 't'));
			return true;
	}
	return false;
}

/* Set the field of a rule, or leave it as it is when there is no value. */
void
trk_journal_put(TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkValue	value;

	if (make_field(map, line, &value))
		map->fields[line->slot].value = value;
}
