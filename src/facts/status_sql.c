/*
 * status_sql.c
 *	  The SQL function _at_status_ok(): what a status means.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "contract/status_words.h"
#include "fmgr.h"

PG_FUNCTION_INFO_V1(at_status_ok);
/* _at_status_ok(status text): true, false, or NULL when it is undecided */
Datum
at_status_ok(PG_FUNCTION_ARGS)
{
	text	   *status = PG_GETARG_TEXT_PP(0);
	TrkText		word = {VARDATA_ANY(status), VARSIZE_ANY_EXHDR(status)};
	TrkOutcome	outcome = trk_status_outcome(word);

	if (outcome == TRK_OUTCOME_UNDECIDED)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(outcome == TRK_OUTCOME_SUCCEEDED);
}
