/*
 * hide_context.c
 *	  Keeps the data that a caller passed to us out of error contexts and of
 *	  the server log.
 */
#include "base/trk.h"

#include "base/hide_context.h"

/* Error context callback: the log shall not show the statement. */
static void
hide_statement(void *arg)
{
	errhidestmt(true);
}

/* From here on, nothing that is raised shows what we were given. */
void
trk_hide_context_begin(TrkHiddenContext *quiet)
{
	quiet->outer = error_context_stack;
	quiet->callback.callback = hide_statement;
	quiet->callback.arg = NULL;
	quiet->callback.previous = NULL;
	error_context_stack = &quiet->callback;
}

/* Back to the caller's contexts.  An ERROR restores them by itself. */
void
trk_hide_context_end(TrkHiddenContext *quiet)
{
	error_context_stack = quiet->outer;
}
