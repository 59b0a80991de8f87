/*
 * behavior_io.h
 *	  The bytes of at_conduct.
 */
#ifndef TRK_BEHAVIOR_IO_H
#define TRK_BEHAVIOR_IO_H

#include "drift/behavior.h"

#define TRK_CONDUCT_FORMAT	1

/* Put a state in order and append its bytes. */
extern void trk_conduct_write(TrkConduct *conduct, StringInfo out);

/* Read bytes, which are not trusted, into an empty state; false when they are not sound. */
extern bool trk_conduct_read(TrkConduct *conduct, const char *bytes, Size size);

#endif							/* TRK_BEHAVIOR_IO_H */
