/*
 * subxact.h
 *	  Runs a function in a subtransaction, so that its error is returned and
 *	  not raised.
 *
 * Called by what reads tables and queries of users (readonly.c), and by loads
 * for inserts that may fail because of a known key (load_store.c).
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

/*
 * Return whether the message of an error comes from the server itself, and not
 * from a function that raised it in its own language.  Other messages may
 * contain values.
 */
extern bool trk_is_server_message(const ErrorData *error);

#endif							/* TRK_SUBXACT_H */
