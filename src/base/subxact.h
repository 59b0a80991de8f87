/*
 * subxact.h
 *	  Running something so that its errors can be told and not raised: a
 *	  subtransaction around it.
 *
 * Called by what reads tables and queries of users (readonly.c), and by loads for
 * what may fail because of a known key (load_store.c).
 */
#ifndef TRK_SUBXACT_H
#define TRK_SUBXACT_H

#include "base/trk.h"

typedef void (*TrkSubxactFn) (void *arg);

/*
 * Run fn(arg), and roll back what it did; returns NULL, or the error that it
 * ended with.  What has nothing to do with fn (a cancel, a deadlock, a lock that
 * was not to be had, a full disk) is raised.
 */
extern ErrorData *trk_run_in_subxact(TrkSubxactFn fn, void *arg);

/*
 * Run fn(arg), and keep what it did: NULL.  When it fails, roll that back and
 * return the error, whatever it is; the caller raises what it does not expect.
 */
extern ErrorData *trk_attempt(TrkSubxactFn fn, void *arg);

/* Is a message the server's own, and not what a function raises in its language? */
extern bool trk_is_server_message(const ErrorData *error);

#endif							/* TRK_SUBXACT_H */
