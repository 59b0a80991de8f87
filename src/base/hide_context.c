/*
 * hide_context.c
 *	  Keeps the data that a caller passed to us out of error contexts and of
 *	  the server log.
 */
#include "base/trk.h"

#include "base/hide_context.h"

/* Error context callback: keep the statement out of the server log. */
static void
hide_statement(void *arg)
{
	errhidestmt(true);
}

/*
 * From here to trk_hide_context_end(), errors and messages do not show the
 * data of the caller.
 */
void
trk_hide_context_begin(TrkHiddenContext *hidden)
{
	hidden->outer = error_context_stack;
	hidden->callback.callback = hide_statement;
	hidden->callback.arg = NULL;
	hidden->callback.previous = NULL;
	error_context_stack = &hidden->callback;
}

/*
 * Restore the caller's error contexts.  After an ERROR the server does that
 * itself.
 */
void
trk_hide_context_end(TrkHiddenContext *hidden)
{
	error_context_stack = hidden->outer;
}
