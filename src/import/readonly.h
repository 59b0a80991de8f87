/*
 * readonly.h
 *	  Runs what users wrote so that it changes nothing: as a role of their
 *	  choice, in a read-only subtransaction that is always rolled back.
 *
 * Called by what reads the sources of mappings, and by table_reader.c.
 *
 * Read-only applies within functions too, and cannot be switched off from
 * inside, because the server refuses that in a subtransaction.  What it does
 * not prevent (large objects on PostgreSQL 15, settings, NOTIFY) is undone by
 * the rollback, except for advisory locks of the session.  Functions in
 * untrusted languages can have effects outside the database; those who grant
 * EXECUTE on them are responsible for that.
 */
#ifndef TRK_READONLY_H
#define TRK_READONLY_H

#include "base/arena.h"

typedef void (*TrkReadOnlyFn) (void *arg);

/* Return whether the calling role may SET ROLE to this one. */
extern bool trk_may_act_as(Oid role);

/*
 * Run fn(arg) as role with this search_path, temporary tables last, and with
 * settings on which texts of values depend at fixed values: time zone UTC,
 * dates in ISO, shortest floats.  Whatever shall outlive it must be in memory,
 * and its files with a resource owner, from before.  Returns NULL, or the
 * error that fn ended with.  What has nothing to do with fn is raised (see
 * subxact.h).
 */
extern ErrorData *trk_read_only(Oid role, const char *search_path, TrkReadOnlyFn fn,
								void *arg);

/*
 * Return what may be shown of such an error.  The message is shown where the
 * server builds it from names; otherwise only the SQLSTATE is, because
 * messages may hold values.  If what was run looks like a secret, names may be
 * parts of it.  Once it was running, names may be values of rows
 * ('x'::regclass), except for errors about what is refused.
 */
extern const char *trk_read_only_reason(const ErrorData *error, TrkText what, bool running);

#endif							/* TRK_READONLY_H */
