/*
 * json_items.h
 *	  Splits the text of a JSON array or object into the texts of its items, so
 *	  that they can be read one by one.
 *
 * Called by functions that take many things in one json argument.  The text
 * must be known to be JSON; for other texts the items are not JSON either.
 */
#ifndef TRK_JSON_ITEMS_H
#define TRK_JSON_ITEMS_H

#include "base/arena.h"

typedef struct TrkJsonItems
{
	const char *p;				/* the next item, or the closing bracket */
	const char *end;
	char		kind;			/* '[' or '{'; otherwise the text is a single item */
} TrkJsonItems;

extern void trk_json_items(TrkJsonItems *items, const char *s, Size len);

/*
 * Return the text of the next item in *item, and in an object the literal of
 * its name in *name.  Returns false after the last item.
 */
extern bool trk_json_next(TrkJsonItems *items, TrkText *name, TrkText *item);

#endif							/* TRK_JSON_ITEMS_H */
