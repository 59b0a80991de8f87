/*
 * behavior_io.h
 *	  The stored form of at_behavior.  Called by behavior_sql.c and
 *	  scan_sql.c.
 */
#ifndef TRK_BEHAVIOR_IO_H
#define TRK_BEHAVIOR_IO_H

#include "drift/behavior.h"

#define TRK_BEHAVIOR_FORMAT	1

extern const TrkAggType trk_behavior_type;

/* Return a state argument for reading, sorted. */
extern TrkBehavior *trk_behavior_arg(FunctionCallInfo fcinfo, int arg);

/* Sort a state and append its stored form. */
extern void trk_behavior_write(TrkBehavior *behavior, StringInfo out);

/*
 * Read bytes, which may be corrupt, into an empty state; return false when
 * they are not valid.
 */
extern bool trk_behavior_read(TrkBehavior *behavior, const char *bytes, Size size);

#endif							/* TRK_BEHAVIOR_IO_H */
