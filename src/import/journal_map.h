/*
 * journal_map.h
 *	  The state of a row while its events are made, and the functions that
 *	  execute the rules of journal.def.
 *
 * Called by journal.c; implemented in journal_field.c and journal_when.c.
 */
#ifndef TRK_JOURNAL_MAP_H
#define TRK_JOURNAL_MAP_H

#include "import/journal_rules.h"
#include "import/journal_value.h"

/* A row while its events are made. */
typedef struct TrkRowMapping
{
	TrkArena   *arena;
	const TrkJournalExport *export;
	const TrkJournalTable *table;
	TrkText		environment;
	TrkText		table_name;
	TrkValue	row_id;
	TrkText		id_prefix;		/* the text whose hashes become event ids, without the event type */
	TrkText		run_id;			/* of a row that is a run of its own, once it was computed */
	TrkValue	symbol;			/* in upper case, or empty */
	uint32		symbol_pseudonyms;	/* 1 if the symbol was replaced by a pseudonym */
	const TrkValue *cells[TRK_JOURNAL_COLUMNS]; /* the columns by their number; NULL: missing */
	TrkJournalEventFn event;
	TrkJournalWarnFn warn;
	void	   *state;

	/* the current event */
	TrkMember  *fields;			/* fields of the payload by slot */
	TrkText		event_run_id;
	TrkText		subject;
	TrkText		lower_subject;
	bool		too_deep;
	uint32		pseudonyms;		/* number of its ids that were replaced by pseudonyms */
} TrkRowMapping;

extern const TrkValue trk_journal_null;

/* Return the value of a column, or of a member of the object in it. */
extern const TrkValue *trk_journal_cell(const TrkRowMapping *map, const TrkJournalColumn *column);

/*
 * Return the value of the first of a rule's columns that is set, or of the
 * last.
 */
extern const TrkValue *trk_journal_value(const TrkRowMapping *map, const TrkJournalLine *line);

/* Return that value as text, or the default of the rule. */
extern TrkText trk_journal_line_text(const TrkRowMapping *map, const TrkJournalLine *line);

/* Set the field of a rule, or leave it as it is when there is no value. */
extern void trk_journal_put(TrkRowMapping *map, const TrkJournalLine *line);

/*
 * Warn that a field of the row breaks a rule, and which value was used
 * instead.
 */
extern void trk_journal_warn(const TrkRowMapping *map, const char *field, const char *rule,
							 const char *taken);

/* Make the text that conditions look into. */
extern void trk_journal_set_subject(TrkRowMapping *map, const TrkJournalLine *line);

/* Return whether a condition holds. */
extern bool trk_journal_holds(TrkRowMapping *map, const TrkJournalLine *line);

/* Make an array of one item, or an empty one. */
extern TrkValue trk_journal_array(TrkArena *arena, const TrkValue *item);

/* Make a string value; the text is not copied. */
static inline TrkValue
trk_journal_string(TrkText text)
{
	TrkValue	value;

	trk_json_set_string(&value, text.s, text.len);
	return value;
}

/* Return the row's id. */
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
