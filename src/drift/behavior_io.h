/*
 * behavior_io.h
 *	  The bytes of at_behavior.
 */
#ifndef TRK_BEHAVIOR_IO_H
#define TRK_BEHAVIOR_IO_H

#include "drift/behavior.h"

#define TRK_BEHAVIOR_FORMAT	1

/* Put a state in order and append its bytes. */
extern void trk_behavior_write(TrkBehavior *behavior, StringInfo out);

/* Read bytes, which are not trusted, into an empty state; false when they are not sound. */
extern bool trk_behavior_read(TrkBehavior *behavior, const char *bytes, Size size);

#endif							/* TRK_BEHAVIOR_IO_H */
