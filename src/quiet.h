/*
 * quiet.h
 *	  Keeps what a caller passed to us out of error contexts and the log.
 *
 * Every SQL entry point that is given event data runs between
 * trk_quiet_begin() and trk_quiet_end().  Whatever is raised in between is
 * logged without its statement, and without the contexts outside us: COPY's
 * shows the line, SPI's and PL/pgSQL's show the statement.
 */
#ifndef TRK_QUIET_H
#define TRK_QUIET_H

#include "trk.h"

typedef struct TrkQuiet
{
	ErrorContextCallback callback;
	ErrorContextCallback *outer;
} TrkQuiet;

extern void trk_quiet_begin(TrkQuiet *quiet);
extern void trk_quiet_end(TrkQuiet *quiet);

#endif							/* TRK_QUIET_H */
