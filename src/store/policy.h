/*
 * policy.h
 *	  Applies the caller's row security policies to rows that are about to be
 *	  stored, changed or deleted.
 *
 * The statement that stores rows runs as the store's owner, to whom policies
 * do not apply.  So they are evaluated before it, as the caller, over the
 * pending rows, as the server would do if it ran the statement as the caller.
 *
 * Called by everything that stores rows, before any key is looked up, because
 * the answer that a key is known would reveal it.
 */
#ifndef TRK_POLICY_H
#define TRK_POLICY_H

#include "base/trk.h"

/* Pending rows: count times natts values, with the names of their columns. */
typedef struct TrkPendingRows
{
	const char *const *columns;
	int			natts;
	int			count;
	const Datum *values;
	const bool *nulls;
} TrkPendingRows;

/* Return whether policies of this relation apply to the caller. */
extern bool trk_policies_apply(Oid relid);

/*
 * Raise the same error as the server when a row is not one that the caller may
 * insert.  Columns of the relation that the rows do not have are NULL.
 */
extern void trk_policies_check(Oid relid, const TrkPendingRows *rows);

/*
 * Raise the same error for rows that an UPDATE would produce.  The policies
 * for UPDATE apply, and those for SELECT too, because the statement reads
 * columns.
 */
extern void trk_policies_check_changed(Oid relid, const TrkPendingRows *rows);

/*
 * Set allowed[] for the rows that the caller sees and may change
 * (ACL_UPDATE_CHR), delete (ACL_DELETE_CHR) or just see (ACL_SELECT_CHR).  All
 * columns of the rows must be given.
 */
extern void trk_policies_filter(Oid relid, char command, const TrkPendingRows *rows,
								bool *allowed);

#endif							/* TRK_POLICY_H */
