/*
 * policy.h
 *	  The caller's row security policies for INSERT, over rows that are yet to be
 *	  stored.
 *
 * What stores runs its statement as the store's owner, to whom policies do not
 * apply.  So they are evaluated before it, as the caller, over the pending
 * rows, as the server would while it inserts them.
 *
 * Called by what stores, before any key is looked up: that a row is known
 * tells its key.
 */
#ifndef TRK_POLICY_H
#define TRK_POLICY_H

#include "trk.h"

/* Pending rows: count times natts values, columns by their names. */
typedef struct TrkPendingRows
{
	const char *const *columns;
	int			natts;
	int			count;
	const Datum *values;
	const bool *nulls;
} TrkPendingRows;

/* Do policies for INSERT of this relation apply to the caller? */
extern bool trk_policies_apply(Oid relid);

/*
 * Raise the server's error when a row is not one that the caller may insert.
 * Columns of the relation that the rows do not have are null.
 */
extern void trk_policies_check(Oid relid, const TrkPendingRows *rows);

#endif							/* TRK_POLICY_H */
