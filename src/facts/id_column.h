/*
 * id_column.h
 *	  Columns of identifiers (at_id) in rows that base/composite makes.  Called
 *	  by the files of the SQL functions of this module.
 */
#ifndef TRK_ID_COLUMN_H
#define TRK_ID_COLUMN_H

#include "base/composite.h"

/* Set the next column to an identifier in the arena; one of length 0 is NULL. */
extern void trk_put_id(TrkComposite *row, TrkText text, TrkArena *arena);

/*
 * Set the next column to an array of identifiers, which are made in the arena;
 * id_type is the type at_id.
 */
extern void trk_put_ids(TrkComposite *row, const TrkText *texts, int n, Oid id_type, TrkArena *arena);

#endif							/* TRK_ID_COLUMN_H */
