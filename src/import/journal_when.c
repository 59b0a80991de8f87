/*
 * journal_when.c
 *	  Evaluates the conditions of journal.def, and makes the subject in which
 *	  they search.
 */
#include "base/trk.h"

#include "import/journal_map.h"

/* Return an item as text; a string without quotation marks. */
static TrkText
item_text(const TrkRowMapping *map, const TrkValue *item)
{
	TrkText		text = {item->u.str, item->len};

	if (item->kind == TRK_STRING)
		return text;
	if (item->kind == TRK_NULL)
		return trk_text_literal("None");
	return trk_journal_text(map->arena, map->export->redactor, item);
}

/*
 * Return the items of a list, joined by blanks; for an empty list the text of
 * another column.
 */
static TrkText
items_text(TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		text;
	TrkValue	list;
	TrkBuf		buf;
	uint32		i;

	map->too_deep |= !trk_journal_list(map->arena, trk_journal_cell(map, &line->column[0]), &list);
	trk_buf_init(&buf, map->arena, 64);
	for (i = 0; i < list.len; i++)
	{
		if (i > 0)
			trk_buf_putc(&buf, ' ');
		trk_journal_append_text(&buf, item_text(map, &list.u.items[i]));
	}
	text.s = buf.data;
	text.len = buf.len;
	if (list.len > 0)
		return text;
	if (line->ncolumns > 1)
		text = trk_journal_text(map->arena, map->export->redactor, trk_journal_cell(map, &line->column[1]));
	return text.len > 0 ? text : trk_text_literal(line->text);
}

/*
 * Return the text of the first column, a blank, and the canonical form of the
 * second.
 */
static TrkText
joined_text(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkText		first = trk_journal_text(map->arena, map->export->redactor, trk_journal_cell(map, &line->column[0]));
	TrkText		second = trk_journal_canonical(map->arena, trk_journal_cell(map, &line->column[1]));
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
void
trk_journal_set_subject(TrkRowMapping *map, const TrkJournalLine *line)
{
	switch ((TrkSubjectKind) line->kind)
	{
		case TRK_SUBJECT_TEXT:
			map->subject = trk_journal_line_text(map, line);
			break;
		case TRK_SUBJECT_ITEMS:
			map->subject = items_text(map, line);
			break;
		case TRK_SUBJECT_CANONICAL:
			map->subject = trk_journal_canonical(map->arena, trk_journal_value(map, line));
			break;
		case TRK_SUBJECT_TEXT_AND_CANONICAL:
			map->subject = joined_text(map, line);
			break;
	}
	map->lower_subject = trk_text_lower(map->arena, map->subject);
}

/*
 * Return whether the subject contains all parts of a word, which are joined by
 * '&'.
 */
static bool
subject_has(const TrkRowMapping *map, TrkText word)
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

/* Return whether the subject contains one of the words. */
static bool
subject_mentions(const TrkRowMapping *map, const TrkJournalLine *line)
{
	int			i;

	for (i = 0; i < line->nwords; i++)
		if (subject_has(map, line->word[i]))
			return true;
	return false;
}

/* Return whether a text is one of the words. */
static bool
is_word(const TrkJournalLine *line, TrkText text)
{
	int			i;

	for (i = 0; i < line->nwords; i++)
		if (trk_text_equal(text, line->word[i]))
			return true;
	return false;
}

/* Return whether the column has a list with items. */
static bool
has_items(TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkValue	list;

	map->too_deep |= !trk_journal_list(map->arena, trk_journal_value(map, line), &list);
	return list.len > 0;
}

/* Return whether the column has a count above zero. */
static bool
is_counted(const TrkRowMapping *map, const TrkJournalLine *line)
{
	TrkValue	count;

	(void) trk_journal_count(map->arena, trk_journal_value(map, line), &count);
	return trk_json_truthy(&count);
}

/* Return whether a condition holds. */
bool
trk_journal_holds(TrkRowMapping *map, const TrkJournalLine *line)
{
	switch ((TrkIfKind) line->kind)
	{
		case TRK_IF_IS:
			return is_word(line, trk_journal_line_text(map, line));
		case TRK_IF_IS_LOWER:
			return is_word(line, trk_text_lower(map->arena, trk_journal_line_text(map, line)));
		case TRK_IF_SET:
			return trk_json_truthy(trk_journal_value(map, line));
		case TRK_IF_NAMED:
			return trk_journal_text(map->arena, map->export->redactor, trk_journal_value(map, line)).len > 0;
		case TRK_IF_GIVEN:
			return trk_journal_value(map, line)->kind != TRK_NULL;
		case TRK_IF_TRUE:
			return trk_journal_truth(trk_journal_value(map, line), false);
		case TRK_IF_LISTED:
			return has_items(map, line);
		case TRK_IF_COUNTED:
			return is_counted(map, line);
		case TRK_IF_POSITIVE:
			return trk_journal_sign(trk_journal_value(map, line)) > 0;
		case TRK_IF_NEGATIVE:
			return trk_journal_sign(trk_journal_value(map, line)) < 0;
		case TRK_IF_NONZERO:
			return trk_journal_sign(trk_journal_value(map, line)) != 0;
		case TRK_IF_MENTIONS:
			return subject_mentions(map, line);
	}
	return false;
}
