/*
 * readonly.h
 *	  Running what users wrote so that it changes nothing: as a role of their
 *	  choice, in a read-only subtransaction that is always rolled back.
 *
 * Called by what reads the sources of mappings, and by table_reader.c.
 *
 * Read-only holds in functions too, and cannot be taken back from inside: the
 * server refuses that in a subtransaction.  What it does not stop (large
 * objects on PostgreSQL 15, settings, NOTIFY), the rollback undoes, but for
 * advisory locks of the session.  What leaves the database, as a function of
 * an untrusted language can make it, is for those who grant such functions.
 */
#ifndef TRK_READONLY_H
#define TRK_READONLY_H

#include "base/arena.h"

typedef void (*TrkReadOnlyFn) (void *arg);

/* May the calling role SET ROLE to this one? */
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
 * What may be told of such an error: the message where the server makes it of
 * names, else the SQLSTATE, for other messages may hold values.  When what was
 * run has the shape of a secret, names may be parts of it; once it was running,
 * names may be values of rows ('x'::regclass), but for those of what is refused.
 */
extern const char *trk_read_only_reason(const ErrorData *error, TrkText what, bool running);

#endif							/* TRK_READONLY_H */
