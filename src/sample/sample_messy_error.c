/*
 * sample_messy_error.c
 *	  Errors of every kind with their causes, in every state of their handling,
 *	  and the same error in several runs.
 */
#include "base/trk.h"

#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy_error.h"

/* A kind of error, with what the contract has to say about it. */
typedef struct Kind
{
	const char *kind;
	const char *message;
	const char *component;
	const char *severity;
	const char *money_impact;
} Kind;

static const Kind kinds[] = {
	{"upstream_timeout", "quote service did not answer within 2150 ms", "market_data", "warning", "none"},
	{"rate_limit", "model endpoint refused request 1183 of this minute", "orchestration", "warning", "none"},
	{"session_expired", "broker session ended after 3600 s", "broker_runner", "error", "blocked"},
	{"schema_failed", "answer is no valid JSON at line 3, column 17", "decision_flow", "error", "none"},
	{"tool_failed", "tool news.search returned status 503", "research", "warning", "none"},
	{"model_refused", "model declined to answer", "decision_flow", "warning", "possible"},
	{"retrieval_empty", "no document matched the filing query", "source_collection", "info", "none"},
	{"orchestration_failed", "step 4 was reached twice", "orchestration", "error", "unknown"},
	{"data_quality", "5 bars of the last 30 are stale", "data_contract", "warning", "possible"},
	{"budget_exceeded", "daily budget of 2000000 units is used up", "cost", "error", "blocked"},
	{"broker_rejected", "buying power is 1204.50 less than needed", "execution", "error", "submitted"},
	{"internal", "unexpected state 7 in the allocator", "allocation", "critical", "filled"}
};

/* Every state of an error's handling. */
static const char *const resolutions[] = {
	"open", "queued", "retrying", "resolved", "superseded", "exhausted", "ignored",
	"false_positive"
};

/* Begin an error of a kind; further members may follow. */
static void
begin_error(TrkSampleDesk *sample, TrkSampleAgent *agent, const Kind *kind)
{
	agent->errors++;
	trk_sample_begin_event(sample, agent, "error.recorded", NULL);
	trk_sample_add_text(sample, "error_kind", kind->kind);
	trk_sample_add_text(sample, "severity", kind->severity);
	trk_sample_add_text(sample, "component", kind->component);
	trk_sample_add_text(sample, "money_impact", kind->money_impact);
}

/*
 * Add a stack trace.  It has a secret where private material is asked for, as
 * traces have that print arguments.
 */
static void
add_stack(TrkSampleDesk *sample)
{
	trk_sample_add_json(sample, "stack", "\"Traceback (most recent call last):\\n"
						"  File \\\"allocator.py\\\", line 211, in rebalance\\n"
						"    weights = solve(targets)\\n");
	if (sample->options.private_share > 0)
	{
		trk_sample_put(&sample->payload, "    client = Broker(api_key=");
		trk_sample_put_hex(sample, &sample->payload, 32);
		trk_sample_put(&sample->payload, ")\\n");
	}
	trk_sample_put(&sample->payload, "StateError: unexpected state 7\"");
}

/* Write an error of each kind; their handling goes through its states. */
static void
write_error_kinds(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < lengthof(kinds); i++)
	{
		begin_error(sample, agent, &kinds[i]);
		trk_sample_add_text(sample, "message", kinds[i].message);
		trk_sample_add_text(sample, "resolution_status", resolutions[i % lengthof(resolutions)]);
		if (strcmp(kinds[i].kind, "internal") == 0)
			add_stack(sample);
		trk_sample_end_event(sample);
	}
}

/*
 * Write an error whose cause is in it, three deep, and three errors of which each
 * names the event that was its cause.
 */
static void
write_error_causes(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	char		cause[TRK_SAMPLE_ID_SIZE] = "";

	begin_error(sample, agent, &kinds[7]);
	trk_sample_add_text(sample, "message", "the cycle was given up");
	trk_sample_add_json(sample, "cause", "{\"error_kind\":\"tool_failed\","
						"\"message\":\"tool quotes.latest returned status 504\","
						"\"cause\":{\"error_kind\":\"upstream_timeout\","
						"\"message\":\"no answer within 2150 ms\"}}");
	trk_sample_end_event(sample);
	for (int i = 0; i < 3; i++)
	{
		static const int chain[] = {0, 4, 7};

		begin_error(sample, agent, &kinds[chain[i]]);
		trk_sample_add_text(sample, "message", kinds[chain[i]].message);
		if (i > 0)
		{
			trk_sample_add_list(sample, "linked_event_ids", cause);
			trk_sample_add_text(sample, "caused_by", cause);
		}
		trk_sample_end_event(sample);
		memcpy(cause, sample->event.event_id, sizeof(cause));
	}
}

/* Write a run that ends like this, after an error that others have with other numbers. */
static void
fail_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *status)
{
	int64		started = agent->clock;

	trk_sample_start_run(sample, agent, "failing_run");
	begin_error(sample, agent, &kinds[0]);
	trk_sample_add_json(sample, "message", "\"order ");
	trk_sample_put_padded(&sample->payload, 10000 + trk_sample_below(sample, 90000), 1);
	trk_sample_put(&sample->payload, " was not acknowledged within ");
	trk_sample_put_padded(&sample->payload, 1000 + trk_sample_below(sample, 4000), 1);
	trk_sample_put(&sample->payload, " ms (request ");
	trk_sample_put_hex(sample, &sample->payload, 16);
	trk_sample_put(&sample->payload, ")\"");
	trk_sample_add_text(sample, "resolution_status", "open");
	trk_sample_end_event(sample);
	trk_sample_end_run(sample, agent, "failing_run", started, status);
}

/* Write the run with errors of every kind, and a run for each way to fail. */
void
trk_sample_write_messy_errors(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const char *const statuses[] = {
		"abandoned", "cancelled", "failed", "partial", "postcondition_failed", "schema_failed"
	};

	trk_sample_write_run(sample, agent, "error_kinds", write_error_kinds);
	trk_sample_write_run(sample, agent, "error_causes", write_error_causes);
	for (int i = 0; i < lengthof(statuses); i++)
		fail_run(sample, agent, statuses[i]);
}
