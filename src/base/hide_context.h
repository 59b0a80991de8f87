/*
 * hide_context.h
 *	  Keeps what a caller passed to us out of error contexts and the log.
 *
 * Every SQL entry point that is given event data runs between
 * trk_quiet_begin() and trk_quiet_end().  Whatever is raised in between is
 * logged without its statement, and without the contexts outside us: COPY's
 * shows the line, SPI's and PL/pgSQL's show the statement.
 */
#ifndef TRK_QUIET_H
#define TRK_QUIET_H

#include "base/trk.h"

#include "fmgr.h"

typedef struct TrkQuiet
{
	ErrorContextCallback callback;
	ErrorContextCallback *outer;
} TrkQuiet;

/*
 * An SQL function of which all runs so: after this the file defines its
 * body, static, as NAME_quietly.
 */
#define TRK_QUIET_FUNCTION(name) \
	static Datum name##_quietly(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		TrkQuiet	quiet; \
		Datum		result; \
\
		trk_quiet_begin(&quiet); \
		result = name##_quietly(fcinfo); \
		trk_quiet_end(&quiet); \
		return result; \
	} \
	extern int	trk_no_semicolon_##name

extern void trk_quiet_begin(TrkQuiet *quiet);
extern void trk_quiet_end(TrkQuiet *quiet);

#endif							/* TRK_QUIET_H */
