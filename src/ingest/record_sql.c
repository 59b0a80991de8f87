/*
 * record_sql.c
 *	  The SQL functions at_ingest(), at_record() and its typed helpers.
 */
#include "base/trk.h"

#include "base/compat.h"
#include "contract/event_build.h"
#include "json/encoding.h"
#include "base/settings.h"
#include "base/isotime.h"
#include "base/hide_context.h"
#include "base/null_args.h"
#include "ingest/record.h"
#include "ingest/record_args.h"
#include "ingest/sampling.h"
#include "utils/builtins.h"

/* Add a payload field to a draft that is made here. */
static void
own_field(TrkDraft *draft, const char *name, const char *text)
{
	trk_set_plain_member(&draft->fields[draft->nfields++], name,
						 trk_literal_value(text));
}

/*
 * Record that a budget is exhausted, in the run of the event that is refused.
 * The key depends only on the run (and the day), so backends that exhaust the
 * budget at the same time record it once.
 */
static void
announce_budget(const TrkRecord *first, const char *budget, const char *message,
				const char *key_end)
{
	static const TrkEnvelopeField same[] = {TRK_ENV_project, TRK_ENV_agent_id,
	TRK_ENV_run_id, TRK_ENV_environment};
	const char *type = trk_event_type_name(TRK_EVENT_ERROR_RECORDED);
	TrkDraft	draft = {.nfields = 0};
	TrkMember	fields[3];
	TrkRecord	record;
	TrkBuf		key;

	trk_record_follow(&record, first);
	draft.fields = fields;
	own_field(&draft, "error_kind", "telemetry_budget_exhausted");
	own_field(&draft, "message", message);
	own_field(&draft, "budget", budget);
	trk_buf_init(&key, &record.arena, 256);
	for (int i = 0; i < lengthof(same); i++)
	{
		draft.env[same[i]] = *first->event.env[same[i]];
		draft.given[same[i]] = true;
		trk_buf_append(&key, draft.env[same[i]].u.str, draft.env[same[i]].len);
		trk_buf_putc(&key, '/');
	}
	trk_buf_append(&key, key_end, strlen(key_end));
	trk_json_set_string(&draft.env[TRK_ENV_event_type], type, strlen(type));
	draft.given[TRK_ENV_event_type] = true;
	trk_json_set_string(&draft.env[TRK_ENV_idempotency_key], key.data, key.len);
	draft.given[TRK_ENV_idempotency_key] = true;
	trk_draft_complete(&record, &draft);
	trk_record_judge(&record);
	(void) trk_record_store(&record);
}

/* Return the end of the key for an exhausted budget of the day. */
static const char *
day_key_end(TimestampTz now)
{
	int			year,
				month,
				day;

	trk_days_to_date(now / USECS_PER_DAY, &year, &month, &day);
	return psprintf("telemetry_budget_exhausted/%04d-%02d-%02d", year, month, day);
}

/* Return whether the event is in the sample and within the budgets. */
static bool
record_wanted(const TrkRecord *record)
{
	int			announce;
	bool		wanted;

	if (trk_setting_sample_rate < 1.0 && !trk_always_kept(&record->event) &&
		!trk_sample_has(record->identity.key, trk_setting_sample_rate))
		return false;
	wanted = trk_budget_has(&record->event, record->now, &announce);
	if (announce & TRK_BUDGET_RUN)
		announce_budget(record, "run",
						"agent_tracker.max_events_per_run is reached; further events of this run are dropped",
						"telemetry_budget_exhausted/run");
	if (announce & TRK_BUDGET_DAY)
		announce_budget(record, "day",
						"agent_tracker.max_events_per_day is reached; further events of this day are dropped",
						day_key_end(record->now));
	return wanted;
}

/*
 * Record an event made of the arguments.  Returns NULL when it is not stored
 * because of sampling or a budget.
 */
static text *
record_call(FunctionCallInfo fcinfo)
{
	TrkRecord	record;
	TrkDraft	draft;

	trk_record_begin(&record, fcinfo);
	trk_draft_arguments(&record, fcinfo, &draft);
	for (const TrkFinding *f = record.findings.first; f != NULL; f = f->next)
		if (f->rule == TRK_RULE_JSON)
			trk_record_check(&record);	/* this raises, because there is no event to validate */
	trk_draft_complete(&record, &draft);
	trk_record_judge(&record);
	if (!record_wanted(&record))
		return NULL;
	return trk_record_store(&record);
}

TRK_HIDE_CONTEXT_FUNCTION(at_record);
/* at_record(event_type, payload, ...) and at_record_<step>(...) return text */
static Datum
at_record_body(PG_FUNCTION_ARGS)
{
	text	   *id = trk_setting_enabled ? record_call(fcinfo) : NULL;

	if (id == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(id);
}

/*
 * Read an event that was passed as a whole; what is wrong with it is raised as
 * an ERROR.
 */
static void
read_event(TrkRecord *record, TrkText line)
{
	record->line = line;
	if (line.len > (Size) trk_setting_max_line_bytes)
		trk_finding_add(&record->findings, "", TRK_RULE_SIZE,
						"the event is longer than agent_tracker.max_line_bytes (%d)",
						trk_setting_max_line_bytes);
	else
		(void) trk_judge(&record->policy, &record->arena, line.s, line.len,
						 &record->event, &record->findings);
	trk_record_check(record);
	trk_row_identity(&record->arena, &record->event, &record->identity);
}

TRK_HIDE_CONTEXT_FUNCTION(at_ingest);
/* at_ingest(event json) returns text */
static Datum
at_ingest_body(PG_FUNCTION_ARGS)
{
	TrkRecord	record;

	trk_refuse_null_args(fcinfo, 0, 1);
	trk_record_begin(&record, fcinfo);
	read_event(&record, trk_text_arg(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_TEXT_P(trk_record_store(&record));
}
