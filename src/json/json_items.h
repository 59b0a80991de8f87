/*
 * json_items.h
 *	  The items of a JSON array, or the members of an object, as pieces of its
 *	  text, so that they can be read one by one.
 *
 * Called by what takes many things in one json argument.  Reads text that is
 * known to be JSON; of other text it returns pieces that are none.
 */
#ifndef TRK_JSON_ITEMS_H
#define TRK_JSON_ITEMS_H

#include "base/arena.h"

typedef struct TrkJsonItems
{
	const char *p;				/* the next piece, or the closing bracket */
	const char *end;
	char		kind;			/* '[' or '{'; otherwise the text is one item */
} TrkJsonItems;

extern void trk_json_items(TrkJsonItems *items, const char *s, Size len);

/*
 * The next item; of an object also the literal of its name.  False after the
 * last.
 */
extern bool trk_json_next(TrkJsonItems *items, TrkText *name, TrkText *item);

#endif							/* TRK_JSON_ITEMS_H */
