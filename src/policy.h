/*
 * policy.h
 *	  The caller's row security policies, over rows that are yet to be stored,
 *	  changed or deleted.
 *
 * What stores runs its statement as the store's owner, to whom policies do not
 * apply.  So they are evaluated before it, as the caller, over the pending
 * rows, as the server would while it runs the statement as the caller.
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

/* Do policies of this relation apply to the caller? */
extern bool trk_policies_apply(Oid relid);

/*
 * Raise the server's error when a row is not one that the caller may insert.
 * Columns of the relation that the rows do not have are null.
 */
extern void trk_policies_check(Oid relid, const TrkPendingRows *rows);

/*
 * The same for rows that are what an UPDATE would make of others: policies for
 * UPDATE, and for SELECT, as the statement names columns.
 */
extern void trk_policies_check_changed(Oid relid, const TrkPendingRows *rows);

/*
 * Which of these rows, all of whose columns are given, does the caller see, and
 * may he change (ACL_UPDATE_CHR), delete (ACL_DELETE_CHR) or just see them
 * (ACL_SELECT_CHR)?  Sets allowed.
 */
extern void trk_policies_filter(Oid relid, char command, const TrkPendingRows *rows,
								bool *allowed);

#endif							/* TRK_POLICY_H */
