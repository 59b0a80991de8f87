/*
 * redact_audit.h
 *	  Finds the places where a stored value differs from what redaction makes
 *	  of it now.  It is used to examine stored events after the rules have
 *	  changed.
 *
 * Called by the SQL function over one event.
 */
#ifndef TRK_REDACT_AUDIT_H
#define TRK_REDACT_AUDIT_H

#include "redact/redact.h"

/*
 * Called for each place with its path, written as in findings with redacted
 * names, and with the change that redaction would make there.  It never gets a
 * value.
 */
typedef void (*TrkAuditFn) (void *arg, const char *path, Size path_len, const char *change);

/*
 * Compare a value with what redaction made of a copy of it.  Both have the
 * same members in the same order; some values or names are replaced.
 */
extern void trk_redact_audit(TrkArena *arena, const TrkValue *stored,
							 const TrkValue *redacted, TrkAuditFn fn, void *arg);

#endif							/* TRK_REDACT_AUDIT_H */
