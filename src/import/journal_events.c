/*
 * journal_events.c
 *	  Arguments of a journal export, and warnings about its rows and events,
 *	  for the functions that run in the server.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "store/identity_key.h"
#include "import/journal_events.h"

/* The most bytes of a row id that a message shows. */
#define SHOWN_ID_BYTES	128

/* Set up the policy of pure functions. */
void
trk_journal_pure(FunctionCallInfo fcinfo, int key, TrkPolicy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->redactor.rules = TRK_REDACT_DEFAULT;
	policy->max_event_bytes = TRK_MAX_ROW_EVENT_BYTES;
	trk_identity_key_argument(fcinfo, key, &policy->redactor);
}

/*
 * Return an argument in UTF-8.  NULL is replaced by otherwise; if that is
 * empty or NULL too, it is an ERROR.
 */
static TrkText
text_argument(FunctionCallInfo fcinfo, int n, const char *name, const char *otherwise)
{
	if (PG_ARGISNULL(n) && otherwise != NULL && *otherwise != '\0')
		return trk_checked_utf8(otherwise, strlen(otherwise));
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name),
				 otherwise == NULL ? 0 :
				 errhint("Pass the argument %s, or set agent_tracker.%s.", name, name)));
	return trk_checked_text_arg(PG_GETARG_TEXT_PP(n));
}

/*
 * Return an argument that is a project or an agent, with a check of its form.
 */
static TrkText
name_argument(FunctionCallInfo fcinfo, int n, TrkEnvelopeField field, const char *otherwise)
{
	TrkText		text = text_argument(fcinfo, n, trk_envelope_name(field), otherwise);
	TrkValue	value;

	trk_json_set_string(&value, text.s, text.len);
	if (!trk_is_name(&value) || text.len > TRK_MAX_ID_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be empty, have white space, \"/\" or \"\\\", or be longer than %d bytes",
						trk_envelope_name(field), TRK_MAX_ID_BYTES)));
	return text;
}

/*
 * Read three text arguments from first on, which name an export: project,
 * agent_id, environment.  A value that no event may have is an ERROR.  NULL
 * is an ERROR too, unless settings is true: then it stands for the setting of
 * that name, or for the environment paper.  Texts point to the arguments or
 * into the current memory context.
 */
void
trk_journal_args(FunctionCallInfo fcinfo, int first, bool settings,
				 TrkJournalExport *export)
{
	static const char version[] = AGENT_TRACKER_VERSION;
	const char *environment = *trk_setting_environment == '\0' ? "paper" : trk_setting_environment;

	export->project = name_argument(fcinfo, first, TRK_ENV_project,
									settings ? trk_setting_project : NULL);
	export->agent_id = name_argument(fcinfo, first + 1, TRK_ENV_agent_id,
									 settings ? trk_setting_agent_id : NULL);
	export->environment = text_argument(fcinfo, first + 2, trk_envelope_name(TRK_ENV_environment),
										settings ? environment : NULL);
	if (trk_enum_lookup(TRK_ENUM_environment, export->environment.s, export->environment.len) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown environment"),
				 errhint("SELECT value FROM at_enums() WHERE enumeration = 'environment' lists them.")));
	export->sdk_version.s = version;
	export->sdk_version.len = sizeof(version) - 1;
}

/* Replace every character outside ASCII. */
static TrkText
ascii_only(TrkArena *arena, TrkText text)
{
	char	   *copy = trk_alloc(arena, text.len);
	Size		n = 0;

	for (Size i = 0; i < text.len; i++)
	{
		if ((text.s[i] & 0xc0) == 0x80)
			continue;
		copy[n++] = (text.s[i] & 0x80) != 0 ? '?' : text.s[i];
	}
	text.s = copy;
	text.len = n;
	return text;
}

/*
 * Prepare a text of a row (its id, the name of a table) for a report: secret
 * shapes are replaced, by pseudonyms where there is a key.  If the encoding
 * of the database cannot represent the text, every character that is not
 * ASCII becomes '?'.
 */
TrkText
trk_journal_shown(TrkArena *arena, const TrkRedactor *redactor, TrkText text)
{
	const char *s;
	Size		len;

	if (trk_redact_identity(redactor, arena, TRK_IDENTITY, text.s, text.len, &s, &len))
	{
		text.s = s;
		text.len = len;
	}
	if (!trk_server_can_hold(text.s, text.len))
		text = ascii_only(arena, text);
	return text;
}

/* Append a C string. */
static void
append(TrkBuf *buf, const char *s)
{
	trk_buf_append(buf, s, strlen(s));
}

/* Append a row id, cut when it is long. */
static void
append_id(TrkBuf *buf, TrkText id)
{
	Size		len = id.len;

	if (len > SHOWN_ID_BYTES)
		for (len = SHOWN_ID_BYTES; len > 0 && (id.s[len] & 0xc0) == 0x80;)
			len--;
	trk_buf_append(buf, id.s, len);
	if (len < id.len)
		append(buf, "...");
}

/*
 * Make the message about an event that was dropped: table, row id, event
 * type, and path and rule of each finding.
 */
const char *
trk_journal_dropped(TrkArena *arena, const TrkRedactor *redactor, int table,
					TrkText row_id, const TrkEvent *event, const TrkFindings *findings)
{
	TrkBuf		buf;

	trk_buf_init(&buf, arena, 256);
	append(&buf, trk_journal_table(table)->name);
	append(&buf, " row ");
	append_id(&buf, trk_journal_shown(arena, redactor, row_id));
	append(&buf, ": ");
	append(&buf, event->type >= 0 ? trk_event_type_name(event->type) : "event");
	append(&buf, " dropped: ");
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
	{
		if (f != findings->first)
			append(&buf, ", ");
		append(&buf, *f->path == '\0' ? "event" : f->path);
		append(&buf, " ");
		append(&buf, trk_rule_name(f->rule));
	}
	trk_buf_putc(&buf, '\0');
	return buf.data;
}

/*
 * Raise a message in UTF-8 as a WARNING, unless too many were raised before.
 */
void
trk_raise_warning(TrkWarnings *warnings, const char *message)
{
	TrkValue	value;

	if (++warnings->count > TRK_MAX_WARNINGS)
		return;
	trk_json_set_string(&value, message, strlen(message));
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg_internal("%s", pnstrdup(trk_server_string(&value).s,
											trk_server_string(&value).len))));
}

/* Raise a WARNING with the number of messages that were not raised. */
void
trk_raise_rest(const TrkWarnings *warnings)
{
	if (warnings->count > TRK_MAX_WARNINGS)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("%llu more warnings of this call are not shown",
						(unsigned long long) (warnings->count - TRK_MAX_WARNINGS))));
}
