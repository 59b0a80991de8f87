/*
 * record_args.h
 *	  The arguments of at_record() and its typed helpers as parts of an event.
 *
 * Called by record_sql.c.
 */
#ifndef TRK_RECORD_ARGS_H
#define TRK_RECORD_ARGS_H

#include "ingest/record.h"

/*
 * Fill a draft from the arguments of the SQL function that is running.  Which
 * argument is what, it says by its name: an envelope field, or a field of the
 * payload.  A null argument says nothing.  What no event can hold (an infinite
 * number, say) becomes a finding.
 */
extern void trk_draft_arguments(TrkRecord *record, FunctionCallInfo fcinfo,
								TrkDraft *draft);

#endif							/* TRK_RECORD_ARGS_H */
