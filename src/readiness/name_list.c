/*
 * name_list.c
 *	  A list of names, as reports and artifacts have it.
 */
#include "base/trk.h"

#include "json/json_document.h"
#include "readiness/name_list.h"

/* Add a name, which must live as long as the list. */
void
trk_names_add_text(TrkNames *names, TrkText name)
{
	if (names->count == names->room)
	{
		names->room = Max(names->room * 2, 16);
		names->items = names->items == NULL ? palloc(sizeof(TrkText) * names->room) :
			repalloc(names->items, sizeof(TrkText) * names->room);
	}
	names->items[names->count++] = name;
}

/* Add a name that is a C string, which must live as long as the list. */
void
trk_names_add(TrkNames *names, const char *name)
{
	TrkText		text = {name, strlen(name)};

	trk_names_add_text(names, text);
}

/* Add the names of another list. */
void
trk_names_add_all(TrkNames *names, const TrkNames *more)
{
	for (int i = 0; i < more->count; i++)
		trk_names_add_text(names, more->items[i]);
}

/* Compare names by their bytes, for qsort(). */
static int
compare_names(const void *a, const void *b)
{
	const TrkText *ta = a;
	const TrkText *tb = b;
	int			cmp = memcmp(ta->s, tb->s, Min(ta->len, tb->len));

	if (cmp != 0)
		return cmp;
	return ta->len < tb->len ? -1 : ta->len > tb->len;
}

/* Sort the names by their bytes, and drop repeated ones. */
void
trk_names_sort(TrkNames *names)
{
	int			kept = 0;

	if (names->count > 1)
		qsort(names->items, names->count, sizeof(TrkText), compare_names);
	for (int i = 0; i < names->count; i++)
		if (kept == 0 || compare_names(&names->items[kept - 1], &names->items[i]) != 0)
			names->items[kept++] = names->items[i];
	names->count = kept;
}

/* Append the names as an array. */
void
trk_names_write(StringInfo doc, const char *key, const TrkNames *names)
{
	trk_doc_open(doc, key, '[');
	for (int i = 0; i < names->count; i++)
		trk_doc_text_len(doc, NULL, names->items[i].s, names->items[i].len);
	appendStringInfoChar(doc, ']');
}
