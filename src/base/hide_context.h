/*
 * hide_context.h
 *	  Keeps what a caller passed to us out of error contexts and the log.
 *
 * Every SQL entry point that is given event data runs between
 * trk_hide_context_begin() and trk_hide_context_end().  Whatever is raised in between is
 * logged without its statement, and without the contexts outside us: COPY's
 * shows the line, SPI's and PL/pgSQL's show the statement.
 */
#ifndef TRK_HIDE_CONTEXT_H
#define TRK_HIDE_CONTEXT_H

#include "base/trk.h"

#include "fmgr.h"

typedef struct TrkHiddenContext
{
	ErrorContextCallback callback;
	ErrorContextCallback *outer;
} TrkHiddenContext;

/*
 * An SQL function of which all runs so: after this the file defines its
 * body, static, as NAME_body.
 */
#define TRK_HIDE_CONTEXT_FUNCTION(name) \
	static Datum name##_body(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		TrkHiddenContext	quiet; \
		Datum		result; \
\
		trk_hide_context_begin(&quiet); \
		result = name##_body(fcinfo); \
		trk_hide_context_end(&quiet); \
		return result; \
	} \
	extern int	trk_no_semicolon_##name

extern void trk_hide_context_begin(TrkHiddenContext *quiet);
extern void trk_hide_context_end(TrkHiddenContext *quiet);

#endif							/* TRK_HIDE_CONTEXT_H */
