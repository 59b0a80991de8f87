/*
 * journal_rules.c
 *	  Resolves the rules of journal.def at first use: names of columns and
 *	  fields become numbers, and conditions get the line where execution
 *	  continues.
 */
#include "base/trk.h"

#include "contract/event_build.h"
#include "import/journal_rules.h"

/* The field that every event has in addition to those of its rules. */
#define EVIDENCE_FIELD		"evidence_refs"

/*
 * Slots of the hash table of column names; a power of two, several times the
 * number of columns.
 */
#define COLUMN_SLOTS		512

/* The deepest nesting of conditions. */
#define NESTED_CONDITIONS	8

#define TRK_JOURNAL_TABLE(name, order, event, required)	{.op = TRK_JOURNAL_OP_TABLE, .text = #name},
#define TRK_JOURNAL_LINE(what, ...)	{.op = TRK_JOURNAL_OP_##what, __VA_ARGS__},
TrkJournalLine trk_journal_lines[] = {
#include "import/journal.def"
};

#define LINES	((int) lengthof(trk_journal_lines))

static const TrkJournalTable tables[TRK_JOURNAL_TABLES] = {
#define TRK_JOURNAL_TABLE(name, order, event, required)	{#name, order, TRK_EVENT_##event, required},
#include "import/journal.def"
};

int			trk_journal_table_line[TRK_JOURNAL_TABLES];

/*
 * The fields of all events, sorted for each event.  There are at most as many
 * as lines and events.
 */
TrkMember	trk_journal_fields[2 * lengthof(trk_journal_lines)];

/* Column names by number, and the hash table of their numbers plus one. */
static TrkText columns[TRK_JOURNAL_COLUMNS];
static int	ncolumns;
static uint8 column_slots[COLUMN_SLOTS];

/* The columns that the rules of each table read. */
static const char *table_columns[TRK_JOURNAL_TABLES][TRK_JOURNAL_TABLE_COLUMNS + 1];

StaticAssertDecl(TRK_JOURNAL_COLUMNS < 256 && TRK_JOURNAL_COLUMNS * 2 < COLUMN_SLOTS,
				 "column numbers fit their table");

static bool prepared = false;

/* Hash a name by its length and its ends. */
static inline uint32
hash_name(const char *name, Size len)
{
	uint32		first = 0;
	uint32		last = 0;

	if (len >= 4)
	{
		memcpy(&first, name, 4);
		memcpy(&last, name + len - 4, 4);
	}
	else if (len > 0)
		first = (unsigned char) name[0] | (unsigned char) name[len - 1] << 8 |
			(unsigned char) name[len / 2] << 16;
	first = (first ^ (uint32) len * 0x9e3779b1) * 0x85ebca6b;
	first = (first ^ (first >> 15) ^ last) * 0xc2b2ae35;
	return first >> 16;
}

/* Return the slot of a name: its own, or the free one where it belongs. */
static inline uint8 *
column_slot(const char *name, Size len)
{
	uint32		i = hash_name(name, len) % COLUMN_SLOTS;

	while (column_slots[i] != 0)
	{
		const TrkText *column = &columns[column_slots[i] - 1];

		if (column->len == len && memcmp(column->s, name, len) == 0)
			break;
		i = (i + 1) % COLUMN_SLOTS;
	}
	return &column_slots[i];
}

/* Return the number of a column, or -1. */
int
trk_journal_column(const char *name, Size len)
{
	return *column_slot(name, len) - 1;
}

/*
 * Raise the ERROR for rules that do not fit in the tables above.  It is seen
 * only by a developer who extends journal.def.
 */
static void
too_many(void)
{
	ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					errmsg("journal.def does not fit its tables")));
}

/* Add a column to those that a table reads. */
static void
note_column(int table, const char *name)
{
	const char **list = table_columns[table];
	int			n = 0;

	while (list[n] != NULL && strcmp(list[n], name) != 0)
		n++;
	if (n == TRK_JOURNAL_TABLE_COLUMNS)
		too_many();
	list[n] = name;
}

/* Copy a name out of a list's text, with a terminator. */
static const char *
own_name(const char *s, Size len)
{
	static char names[16 * TRK_JOURNAL_COLUMNS + 4096];
	static Size used = 0;
	char	   *name = names + used;

	if (sizeof(names) - used < len + 1)
		too_many();
	memcpy(name, s, len);
	name[len] = '\0';
	used += len + 1;
	return name;
}

/* Return the number of a column, which is added if it is new. */
static int
add_column(const char *name, Size len)
{
	uint8	   *slot = column_slot(name, len);

	if (*slot == 0)
	{
		if (ncolumns == TRK_JOURNAL_COLUMNS)
			too_many();
		columns[ncolumns].s = own_name(name, len);
		columns[ncolumns].len = len;
		*slot = ++ncolumns;
	}
	return *slot - 1;
}

/* Return the length of the item of a list that begins at s. */
static Size
part_length(const char *s, char separator)
{
	const char *end = strchr(s, separator);

	return end != NULL ? (Size) (end - s) : strlen(s);
}

/* Parse the list of columns of a rule. */
static void
prepare_columns(int table, TrkJournalLine *line)
{
	const char *s = line->columns;

	if (s == NULL || *s == '\0')
		return;
	for (;;)
	{
		Size		len = part_length(s, '|');
		Size		name_len = Min(len, part_length(s, '.'));
		TrkJournalColumn *column = &line->column[line->ncolumns++];

		if (line->ncolumns > TRK_JOURNAL_LINE_COLUMNS)
			too_many();
		column->column = add_column(s, name_len);
		column->member = name_len < len ? own_name(s + name_len + 1, len - name_len - 1) : NULL;
		note_column(table, columns[column->column].s);
		if (s[len] == '\0')
			return;
		s += len + 1;
	}
}

/* Parse the list of words of a condition. */
static void
prepare_words(TrkJournalLine *line)
{
	const char *s = line->words;

	if (s == NULL || *s == '\0')
		return;
	for (;;)
	{
		Size		len = part_length(s, ',');

		if (line->nwords == TRK_JOURNAL_LINE_WORDS)
			too_many();
		line->word[line->nwords].s = s;
		line->word[line->nwords++].len = len;
		if (s[len] == '\0')
			return;
		s += len + 1;
	}
}

/* Set where execution continues when a condition of an event does not hold. */
static void
prepare_jumps(const TrkJournalLine *event)
{
	int			open_if[NESTED_CONDITIONS];
	int			elses[NESTED_CONDITIONS];
	int			depth = 0;
	int			i;
	int			j;

	for (i = event->first_line; i < event->end_line; i++)
	{
		TrkJournalLine *line = &trk_journal_lines[i];

		if (line->op == TRK_JOURNAL_OP_IF && line->joined)
			open_if[depth - 1] = i;
		else if (line->op == TRK_JOURNAL_OP_IF)
		{
			if (depth == NESTED_CONDITIONS)
				too_many();
			open_if[depth] = i;
			elses[depth++] = -1;
		}
		else if (line->op == TRK_JOURNAL_OP_ELSE)
		{
			trk_journal_lines[open_if[depth - 1]].next = i + 1;
			open_if[depth - 1] = -1;
			line->next = elses[depth - 1];	/* the branches form a chain until the END is found */
			elses[depth - 1] = i;
		}
		else if (line->op == TRK_JOURNAL_OP_END)
		{
			depth--;
			if (open_if[depth] >= 0)
				trk_journal_lines[open_if[depth]].next = i + 1;
			while (elses[depth] >= 0)
			{
				j = elses[depth];
				elses[depth] = trk_journal_lines[j].next;
				trk_journal_lines[j].next = i + 1;
			}
		}
	}
	Assert(depth == 0);
}

/* Find a field among an event's by name; where it belongs when it is not there. */
static int
find_field(const TrkJournalLine *event, const char *name)
{
	int			i = 0;

	while (i < event->nfields && strcmp(trk_journal_fields[event->first_field + i].name, name) < 0)
		i++;
	return i;
}

/* Add a field to an event, unless it is there. */
static void
add_field(TrkJournalLine *event, const char *name)
{
	TrkMember  *fields = &trk_journal_fields[event->first_field];
	int			i = find_field(event, name);

	if (i < event->nfields && strcmp(fields[i].name, name) == 0)
		return;
	if (event->first_field + event->nfields == lengthof(trk_journal_fields))
		too_many();
	memmove(&fields[i + 1], &fields[i], (event->nfields - i) * sizeof(TrkMember));
	event->nfields++;
	trk_set_plain_name(&fields[i], name, strlen(name));
}

/* Collect the fields of an event, and set their slots in its rules. */
static void
prepare_fields(TrkJournalLine *event, int first_field)
{
	int			i;

	event->first_field = first_field;
	add_field(event, EVIDENCE_FIELD);
	for (i = event->first_line; i < event->end_line; i++)
		if (trk_journal_lines[i].op == TRK_JOURNAL_OP_PUT)
			add_field(event, trk_journal_lines[i].field);
	for (i = event->first_line; i < event->end_line; i++)
		if (trk_journal_lines[i].op == TRK_JOURNAL_OP_PUT)
			trk_journal_lines[i].slot = find_field(event, trk_journal_lines[i].field);
	event->evidence_slot = find_field(event, EVIDENCE_FIELD);
}

/* Return the line after the last one that belongs to a table or an event. */
static int
end_of(int i)
{
	bool		of_table = trk_journal_lines[i].op == TRK_JOURNAL_OP_TABLE;

	for (i++; i < LINES; i++)
		if (trk_journal_lines[i].op == TRK_JOURNAL_OP_TABLE ||
			(!of_table && trk_journal_lines[i].op == TRK_JOURNAL_OP_EVENT))
			break;
	return i;
}

/* Resolve the parts of one line that do not depend on other lines. */
static void
prepare_line(int table, int i)
{
	TrkJournalLine *line = &trk_journal_lines[i];

	if (line->op == TRK_JOURNAL_OP_TABLE || line->op == TRK_JOURNAL_OP_EVENT)
	{
		line->first_line = i + 1;
		line->end_line = end_of(i);
	}
	if (line->text != NULL)
		trk_json_set_string(&line->value, line->text, strlen(line->text));
	prepare_columns(table, line);
	prepare_words(line);
}

/*
 * Resolve the rules of the tables (columns, jumps), if that has not been done
 * in this backend.
 */
void
trk_journal_prepare(void)
{
	int			nfields = 0;
	int			table = -1;
	int			i;

	if (likely(prepared))
		return;
	(void) add_column("id", 2);
	(void) add_column("symbol", 6);
	for (i = 0; i < LINES; i++)
	{
		if (trk_journal_lines[i].op == TRK_JOURNAL_OP_TABLE)
		{
			trk_journal_table_line[++table] = i;
			note_column(table, columns[TRK_JOURNAL_COLUMN_ID].s);
			note_column(table, columns[TRK_JOURNAL_COLUMN_SYMBOL].s);
		}
		prepare_line(table, i);
	}
	for (i = 0; i < LINES; i++)
		if (trk_journal_lines[i].op == TRK_JOURNAL_OP_EVENT)
		{
			prepare_jumps(&trk_journal_lines[i]);
			prepare_fields(&trk_journal_lines[i], nfields);
			nfields += trk_journal_lines[i].nfields;
		}
	prepared = true;
}

/* Return the description of a table by its number. */
const TrkJournalTable *
trk_journal_table(int table)
{
	return &tables[table];
}

/* Return the number of the table with this name, or -1. */
int
trk_journal_find(const char *name, Size len)
{
	int			i;

	for (i = 0; i < TRK_JOURNAL_TABLES; i++)
		if (strlen(tables[i].name) == len && memcmp(tables[i].name, name, len) == 0)
			return i;
	return -1;
}

/*
 * Return the columns that the rules of a table read, "id" first, terminated
 * by NULL.  Other columns of a live table need not be read, except when a row
 * has no id: then its id is a hash of all columns.
 */
const char *const *
trk_journal_columns(int table)
{
	trk_journal_prepare();
	return table_columns[table];
}
