/*
 * id_column.c
 *	  Sets columns of identifiers (see id_column.h).
 */
#include "base/trk.h"

#include "facts/id_column.h"

#include "store/id.h"
#include "utils/array.h"

/* Return an identifier as a datum. */
static Datum
id_datum(TrkText text, TrkArena *arena)
{
	return PointerGetDatum(trk_id_make(text.s, text.len, arena));
}

/* Set the next column to an identifier, or to NULL when its length is 0. */
void
trk_put_id(TrkComposite *row, TrkText text, TrkArena *arena)
{
	if (text.len == 0)
		trk_put_null(row);
	else
		trk_put(row, id_datum(text, arena));
}

/* Set the next column to an array of identifiers. */
void
trk_put_ids(TrkComposite *row, const TrkText *texts, int n, Oid id_type, TrkArena *arena)
{
	Datum	   *items = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		items[i] = id_datum(texts[i], arena);
	trk_put(row, PointerGetDatum(construct_array(items, n, id_type, -1, false, TYPALIGN_INT)));
}
