/*
 * readonly.c
 *	  Runs a function as another role in a read-only subtransaction that is
 *	  always rolled back.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "access/xact.h"
#include "base/subxact.h"
#include "json/encoding.h"
#include "redact/pattern.h"
#include "import/readonly.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* Settings on which the text of a value depends. */
static const char *const pinned[][2] = {
	{"timezone", "UTC"},
	{"datestyle", "ISO, YMD"},
	{"intervalstyle", "postgres"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"xmlbinary", "base64"},
	{"lc_monetary", "C"},
};

/* Return whether the calling role may SET ROLE to this one. */
bool
trk_may_act_as(Oid role)
{
	return trk_can_set_role(GetUserId(), role);
}

/* Set a parameter until the subtransaction ends. */
static void
pin(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
}

/*
 * Drop all privileges except the role's, and forbid writes (called in the
 * subtransaction).
 */
static void
restrict_to(Oid role, const char *search_path)
{
	Oid			user;
	int			context;

	for (int i = 0; i < lengthof(pinned); i++)
		pin(pinned[i][0], pinned[i][1]);

	/*
	 * temporary tables come last, so that none can take the place of another object
	 */
	pin("search_path", *search_path == '\0' ? "pg_temp" :
		psprintf("%s, pg_temp", search_path));
	XactReadOnly = true;
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
}

/* The function that is run, and its conditions. */
typedef struct TrkReadOnly
{
	Oid			role;
	const char *search_path;
	TrkReadOnlyFn fn;
	void	   *arg;
} TrkReadOnly;

/*
 * Run the function with the role's privileges only and without writes (called
 * in the subtransaction).
 */
static void
run_restricted(void *arg)
{
	TrkReadOnly *run = arg;

	restrict_to(run->role, run->search_path);
	run->fn(run->arg);
}

/*
 * Run fn(arg) as a role and with this search_path, to which temporary tables
 * are appended last.  Settings on which the texts of values depend are fixed:
 * time zone UTC, ISO dates, shortest floats.  What has to outlive fn must be
 * in memory, and its files under a resource owner, that existed before.
 * Returns NULL, or the error with which fn ended.  Errors that have nothing
 * to do with fn are raised, see trk_run_in_subxact().
 */
ErrorData *
trk_read_only(Oid role, const char *search_path, TrkReadOnlyFn fn, void *arg)
{
	TrkReadOnly run = {role, search_path, fn, arg};

	return trk_run_in_subxact(run_restricted, &run);
}

/* Remove secret shapes from a message of the server. */
static const char *
tidy_message(const char *message)
{
	TrkText		text = trk_to_utf8(message, strlen(message));
	TrkValue	value;
	TrkArena	arena;

	if (!trk_utf8_valid(text.s, text.len))
		return "its error message is not valid UTF-8";
	trk_arena_init(&arena, CurrentMemoryContext, 1024);
	(void) trk_pattern_redact(&arena, text.s, text.len, TRK_REDACT_DEFAULT, NULL, &text.s,
							  &text.len);
	trk_json_set_string(&value, text.s, text.len);
	text = trk_server_string(&value);
	return pnstrdup(text.s, text.len);
}

/*
 * Return what may be shown of such an error.  The message is shown where the
 * server builds it from names; otherwise only the SQLSTATE is, because
 * messages may hold values.  If what was run looks like a secret, names may
 * be parts of it.  Once it was running, names may be values of rows
 * ('x'::regclass), except for errors about what is refused.
 */
const char *
trk_read_only_reason(const ErrorData *error, TrkText what, bool running)
{
	int			position = Max(error->cursorpos, error->internalpos);

	if (error->sqlerrcode == ERRCODE_SYNTAX_ERROR && !running)
		return position > 0 ? psprintf("syntax error at character %d", position) :
			"syntax error";
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION:
		case ERRCODE_INVALID_TRANSACTION_STATE:
		case ERRCODE_FEATURE_NOT_SUPPORTED:
		case ERRCODE_INVALID_SCHEMA_NAME:
			if (trk_is_server_message(error) &&
				(!running || error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE ||
				 ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INVALID_TRANSACTION_STATE) &&
				!trk_pattern_matches(what.s, what.len, TRK_REDACT_DEFAULT, NULL))
				return tidy_message(error->message);
			/* FALLTHROUGH */
		default:
			return psprintf("it failed with SQLSTATE %s", unpack_sql_state(error->sqlerrcode));
	}
}
