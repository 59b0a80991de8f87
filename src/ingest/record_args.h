/*
 * record_args.h
 *	  Turns the SQL arguments of at_record() and its typed helpers into parts
 *	  of an event.  Called by record_sql.c.
 */
#ifndef TRK_RECORD_ARGS_H
#define TRK_RECORD_ARGS_H

#include "ingest/record.h"

/*
 * Fill a draft from the arguments of the running SQL function.  The name of an
 * argument says whether it is an envelope field or a payload field.  A NULL
 * argument is left out.  A value that no event can hold, such as an infinite
 * number, becomes a finding.
 */
extern void trk_draft_arguments(TrkRecord *record, FunctionCallInfo fcinfo,
								TrkDraft *draft);

#endif							/* TRK_RECORD_ARGS_H */
