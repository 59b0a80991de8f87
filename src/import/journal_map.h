/*
 * journal_map.h
 *	  A row on its way to events: what is in its columns, the fields and the
 *	  conditions of the lines of journal.def.
 *
 * Called by journal.c; journal_field.c and journal_when.c are behind it.
 */
#ifndef TRK_JOURNAL_MAP_H
#define TRK_JOURNAL_MAP_H

#include "import/journal_rules.h"
#include "import/journal_value.h"

/* A row on its way. */
typedef struct TrkRowMapping
{
	TrkArena   *arena;
	const TrkJournalExport *export;
	const TrkJournalTable *table;
	TrkText		environment;
	TrkText		table_name;
	TrkValue	row_id;
	TrkText		id_prefix;		/* of the text that event ids are hashes of */
	TrkText		run_id;			/* of a row that is a run of its own, once made */
	TrkValue	symbol;			/* in upper case, or empty */
	uint32		symbol_pseudonyms;	/* it is known by one: 1 */
	const TrkValue *cells[TRK_JOURNAL_COLUMNS]; /* by number of the column; or NULL */
	TrkJournalEventFn event;
	TrkJournalWarnFn warn;
	void	   *state;

	/* the event at hand */
	TrkMember  *fields;			/* by slot */
	TrkText		event_run_id;
	TrkText		subject;
	TrkText		lower_subject;
	bool		too_deep;
	uint32		pseudonyms;		/* made so far, of ids that the event has */
} TrkRowMapping;

extern const TrkValue trk_journal_null;

/* What is in a column, or in a member of an object in it. */
extern const TrkValue *trk_journal_cell(const TrkRowMapping *map, const TrkJournalColumn *column);

/* The first of a line's columns that is set, or the last. */
extern const TrkValue *trk_journal_value(const TrkRowMapping *map, const TrkJournalLine *line);

/* The same as text, or what the line says otherwise. */
extern TrkText trk_journal_line_text(const TrkRowMapping *map, const TrkJournalLine *line);

/* Put a field in its place, or leave what is there. */
extern void trk_journal_put(TrkRowMapping *map, const TrkJournalLine *line);

/* Warn that a field of the row breaks a rule, and of what was taken for it. */
extern void trk_journal_warn(const TrkRowMapping *map, const char *field, const char *rule,
						 const char *taken);

/* Make the text that conditions look into. */
extern void trk_journal_set_subject(TrkRowMapping *map, const TrkJournalLine *line);

/* Does a condition hold? */
extern bool trk_journal_holds(TrkRowMapping *map, const TrkJournalLine *line);

/* An array of one item, or of none. */
extern TrkValue trk_journal_array(TrkArena *arena, const TrkValue *item);

/* A string that is not copied. */
static inline TrkValue
trk_journal_string(TrkText text)
{
	TrkValue	value;

	trk_json_set_string(&value, text.s, text.len);
	return value;
}

/* The row's id. */
static inline TrkText
trk_journal_key(const TrkRowMapping *map)
{
	TrkText		id = {map->row_id.u.str, map->row_id.len};

	return id;
}

/* Append a C string. */
static inline void
trk_journal_append(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append a text. */
static inline void
trk_journal_append_text(TrkBuf *buf, TrkText text)
{
	trk_buf_append(buf, text.s, text.len);
}

#endif							/* TRK_JOURNAL_MAP_H */
