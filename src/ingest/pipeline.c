/*
 * pipeline.c
 *	  Processes a line to an event (see pipeline.h).
 */
#include "base/trk.h"

#include "base/compat.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "redact/redaction_settings.h"
#include "json/json_cause.h"
#include "mb/pg_wchar.h"
#include "ingest/pipeline.h"

/* Take the redaction rules and the size limit of events from the settings. */
void
trk_policy_of_settings(TrkPolicy *policy)
{
	trk_setting_redactor(&policy->redactor);
	policy->max_event_bytes = trk_setting_max_event_bytes;
}

/*
 * In a database whose encoding is not UTF-8, add a finding when it cannot
 * represent the event.
 */
static void
check_encoding(TrkArena *arena, const TrkEvent *event, TrkFindings *findings)
{
	TrkBuf		buf;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return;
	trk_buf_init(&buf, arena, 1024);
	trk_json_write(&buf, &event->root, TRK_NUMBERS_AS_SPELLED);
	if (!trk_server_can_hold(buf.data, buf.len))
		trk_finding_add(findings, "", TRK_RULE_JSON,
						"the line has a character that the database encoding %s cannot hold",
						GetDatabaseEncodingName());
}

/*
 * Redact, sort, bind and validate an event whose tree, event->root, is already
 * built.  The root must be an object whose strings are valid UTF-8.
 */
void
trk_judge_tree(const TrkPolicy *policy, TrkArena *arena, TrkEvent *event,
			   TrkFindings *findings)
{
	trk_redact(&policy->redactor, arena, event);
	trk_event_finish(arena, event);
	trk_validate(event, policy->max_event_bytes, findings);
	check_encoding(arena, event, findings);
}

/*
 * Read, redact, sort, bind and validate the event of one line.  Returns false when
 * the line could not be read as an event; everything that is wrong with it is
 * added to findings.
 */
bool
trk_judge(const TrkPolicy *policy, TrkArena *arena, const char *s, Size len,
		  TrkEvent *event, TrkFindings *findings)
{
	Size		place;
	TrkJsonStatus status = trk_json_read_to(arena, s, len, &event->root, &place);
	const char *what;

	if (status != TRK_JSON_OK)
	{
		trk_finding_add_first(findings, "", TRK_RULE_JSON,
							  trk_json_message(arena, status, s, len, place));
		return false;
	}
	if (event->root.kind == TRK_OBJECT)
	{
		trk_judge_tree(policy, arena, event, findings);
		if (findings->count == 0)
			return true;
	}
	what = trk_json_no_event(&event->root);
	if (what != NULL)
		trk_finding_add_first(findings, "", TRK_RULE_OBJECT, what);
	return event->root.kind == TRK_OBJECT;
}

/*
 * Return the event id if it is a string about which there is no finding, else
 * NULL.  Only such an id may be shown in a report.
 */
const TrkValue *
trk_judged_event_id(const TrkEvent *event, const TrkFindings *findings)
{
	const TrkValue *id = event->env[TRK_ENV_event_id];

	if (id == NULL || id->kind != TRK_STRING)
		return NULL;
	for (const TrkFinding *f = findings->first; f != NULL; f = f->next)
		if (strcmp(f->path, "event_id") == 0)
			return NULL;
	return id;
}
