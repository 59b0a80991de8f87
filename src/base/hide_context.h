/*
 * hide_context.h
 *	  Keeps the data that a caller passed to us out of error contexts and of
 *	  the server log.
 *
 * Every SQL entry point that is given event data runs between
 * trk_hide_context_begin() and trk_hide_context_end().  Everything raised in
 * between is logged without its statement, and without the outer error
 * contexts: COPY's shows the line, those of SPI and PL/pgSQL show the
 * statement.
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
 * Defines an SQL function that runs like this as a whole; the file then
 * defines its body as the static function NAME_body.
 */
#define TRK_HIDE_CONTEXT_FUNCTION(name) \
	static Datum name##_body(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		TrkHiddenContext hidden; \
		Datum		result; \
\
		trk_hide_context_begin(&hidden); \
		result = name##_body(fcinfo); \
		trk_hide_context_end(&hidden); \
		return result; \
	} \
	extern int	trk_no_semicolon_##name

extern void trk_hide_context_begin(TrkHiddenContext *hidden);
extern void trk_hide_context_end(TrkHiddenContext *hidden);

#endif							/* TRK_HIDE_CONTEXT_H */
