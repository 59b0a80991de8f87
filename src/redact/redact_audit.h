/*
 * redact_audit.h
 *	  Where a value differs from what redaction makes of it.
 *
 * For looking through what is stored after the rules have changed.  Called by
 * the SQL function over one event.
 */
#ifndef TRK_REDACT_AUDIT_H
#define TRK_REDACT_AUDIT_H

#include "redact/redact.h"

/*
 * Told of each place: its path, as findings write it, with the names of members
 * as redaction leaves them, and what redaction would do there.  Never a value.
 */
typedef void (*TrkAuditFn) (void *arg, const char *path, Size path_len, const char *change);

/*
 * Compare a value with what redaction made of a copy of it: the same members in
 * the same order, some of them replaced.
 */
extern void trk_redact_audit(TrkArena *arena, const TrkValue *stored,
							 const TrkValue *redacted, TrkAuditFn fn, void *arg);

#endif							/* TRK_REDACT_AUDIT_H */
