/*
 * trace_read.h
 *	  Reads a run for its page.  Called by trace_sql.c and report_sql.c.
 */
#ifndef TRK_TRACE_READ_H
#define TRK_TRACE_READ_H

#include "base/trk.h"

#include "report/trace.h"

/*
 * Read a run with the rights of the caller, within SPI: values are the texts of its
 * run id, its project or NULL, and the zone; schema is quoted.  Raises 42704 when
 * there is no such run.
 */
extern void trk_trace_read(TrkTrace *trace, TrkArena *arena, const char *schema, const Datum *values, const char *nulls);

#endif							/* TRK_TRACE_READ_H */
