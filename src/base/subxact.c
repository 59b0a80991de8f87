/*
 * subxact.c
 *	  Runs a function in a subtransaction, so that its error is returned and
 *	  not raised.
 */
#include "base/trk.h"

#include "base/subxact.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/*
 * Return whether the message of an error comes from the server itself, and
 * not from a function that raised it in its own language.  Other messages may
 * contain values.
 */
bool
trk_is_server_message(const ErrorData *error)
{
	return error->domain != NULL && strcmp(error->domain, PG_TEXTDOMAIN("postgres")) == 0;
}

/*
 * Return whether an error has nothing to do with what was run.  An error about
 * a missing file does have to do with it: functions open files by names that
 * may be values.
 */
static bool
is_foreign(const ErrorData *error)
{
	if (!trk_is_server_message(error))
		return false;
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
			return true;
		default:
			return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
	}
}

/* Run fn(arg) in a subtransaction, which ends with an error or as keep says. */
static ErrorData *
run_in_subtransaction(TrkSubxactFn fn, void *arg, bool keep)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		fn(arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	if (keep && error == NULL)
		ReleaseCurrentSubTransaction();
	else
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/*
 * Run fn(arg) and roll back all it did.  Returns NULL, or the error with
 * which fn ended.  Errors that have nothing to do with fn (cancel, deadlock,
 * lock timeout, disk full) are raised.
 */
ErrorData *
trk_run_in_subxact(TrkSubxactFn fn, void *arg)
{
	ErrorData  *error = run_in_subtransaction(fn, arg, false);

	if (error != NULL && is_foreign(error))
		ReThrowError(error);
	return error;
}

/*
 * Run fn(arg) and keep what it did.  When it fails, roll it back and return
 * the error, whatever it is; the caller raises the errors it does not expect.
 */
ErrorData *
trk_attempt(TrkSubxactFn fn, void *arg)
{
	return run_in_subtransaction(fn, arg, true);
}
