/*
 * sample_messy_step.c
 *	  Tools with statuses of every spelling, spans without an order, signals of
 *	  quality, and work that one agent hands to another.
 */
#include "base/trk.h"

#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy_step.h"

/* Write a call of a tool, in this span and under that one (see TrkSampleEvent). */
static void
call_tool(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *tool, const char *status,
		  const char *span, const char *parent)
{
	agent->clock += 100000 + trk_sample_below(sample, 900000);
	trk_sample_begin_event(sample, agent, "tool.call.completed", NULL);
	sample->event.span = span;
	sample->event.parent = parent;
	trk_sample_add_text(sample, "tool_name", tool);
	trk_sample_add_text(sample, "status", status);
	trk_sample_add_int(sample, "latency_ms", 20 + trk_sample_below(sample, 900));
	trk_sample_end_event(sample);
}

/* Write a call for every way to spell that a tool did its work, or did not; the last has no latency. */
static void
write_tool_statuses(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const char *const statuses[] = {
		"ok", "OK", "success", "succeeded", "completed", "error", "failed", "failure",
		"timeout", "timed_out", "cancelled", "denied"
	};

	for (int i = 0; i < lengthof(statuses); i++)
		call_tool(sample, agent, "quotes.latest", statuses[i], NULL, NULL);
	trk_sample_begin_event(sample, agent, "tool.call.completed", NULL);
	trk_sample_add_text(sample, "tool_name", "calendar.earnings");
	trk_sample_add_text(sample, "status", "ok");
	trk_sample_end_event(sample);
}

/* Write calls of a tool that fails twice and then answers, each time in the same parent span. */
static void
write_tool_retries(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const char *const statuses[] = {"timeout", "failed", "succeeded"};
	char		step[TRK_SAMPLE_ID_SIZE];

	trk_sample_make_id(sample, step, "span_", 32);
	for (int i = 0; i < lengthof(statuses); i++)
		call_tool(sample, agent, "filings.lookup", statuses[i], NULL, step);
}

/*
 * Write calls in four spans within each other below the run's; of the outer two there is no
 * event, so that the tree has to be made from what the inner ones say.
 */
static void
write_deep_spans(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	char		spans[4][TRK_SAMPLE_ID_SIZE];

	for (int i = 0; i < lengthof(spans); i++)
		trk_sample_make_id(sample, spans[i], "span_", 32);
	call_tool(sample, agent, "portfolio.read", "ok", spans[2], spans[1]);
	call_tool(sample, agent, "quotes.latest", "ok", spans[3], spans[2]);
	call_tool(sample, agent, "bars.intraday", "ok", NULL, spans[3]);
}

/* Write calls in two spans each of which is said to be within the other, and one within itself. */
static void
write_span_cycle(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	char		spans[3][TRK_SAMPLE_ID_SIZE];

	for (int i = 0; i < lengthof(spans); i++)
		trk_sample_make_id(sample, spans[i], "span_", 32);
	call_tool(sample, agent, "news.search", "ok", spans[0], spans[1]);
	call_tool(sample, agent, "filings.lookup", "ok", spans[1], spans[0]);
	call_tool(sample, agent, "quotes.latest", "ok", spans[2], spans[2]);
}

/* A signal of quality, and its possible codes: when it is true and when it is false. */
typedef struct Signal
{
	const char *type;
	const char *codes[2];		/* by value */
	int			weight;			/* hundredths */
} Signal;

/* Write signals of quality, which the contract knows as self-checks of a family of one's own. */
static void
write_quality_signals(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const Signal signals[] = {
		{"schema_valid", {"missing_field", "full_match"}, 100},
		{"empty_retrieval", {"has_results", "no_results"}, 50},
		{"tool_success", {"bad_status", "first_attempt"}, 80},
		{"tool_failure", {"none", "upstream"}, 80},
		{"retry_occurred", {"none", "rate_limit"}, 30},
		{"latency_threshold", {"within", "above_p95"}, 20},
		{"token_threshold", {"within", "above_budget"}, 20}
	};

	for (int i = 0; i < lengthof(signals); i++)
	{
		bool		value = trk_sample_below(sample, 4) > 0;

		trk_sample_begin_event(sample, agent, "diagnostic.check.completed", NULL);
		trk_sample_add_json(sample, "check_id", "\"signal.");
		trk_sample_put(&sample->payload, signals[i].type);
		trk_buf_putc(&sample->payload, '"');
		trk_sample_add_text(sample, "check_family", "custom");
		trk_sample_add_text(sample, "status", "not_applicable");
		trk_sample_add_text(sample, "severity", "info");
		trk_sample_add_text(sample, "signal_type", signals[i].type);
		trk_sample_add_text(sample, "code", signals[i].codes[value]);
		trk_sample_add_bool(sample, "value", value);
		trk_sample_add_number(sample, "weight", signals[i].weight, 2);
		trk_sample_end_event(sample);
	}
}

/* Write a run whose last event says how it ended; so does its completion. */
static void
write_final_action(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *action,
				   const char *status)
{
	int64		started = agent->clock;

	trk_sample_start_run(sample, agent, "final_action");
	call_tool(sample, agent, "portfolio.read", "succeeded", NULL, NULL);
	trk_sample_begin_event(sample, agent, "action.outcome.recorded", NULL);
	trk_sample_add_id(sample, "action_id", "final-", 16);
	trk_sample_add_text(sample, "action_kind", action);
	trk_sample_add_text(sample, "status", status);
	trk_sample_add_bool(sample, "final", true);
	trk_sample_end_event(sample);

	trk_sample_begin_event(sample, agent, "agent.run.completed", NULL);
	trk_sample_add_text(sample, "run_type", "final_action");
	trk_sample_add_text(sample, "status", "succeeded");
	trk_sample_add_text(sample, "final_action", action);
	trk_sample_add_int(sample, "duration_ms", (agent->clock - started) / 1000);
	trk_sample_end_event(sample);
}

/* Write the runs with such steps, one after the other. */
void
trk_sample_write_messy_steps(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_write_run(sample, agent, "tool_statuses", write_tool_statuses);
	trk_sample_write_run(sample, agent, "tool_retries", write_tool_retries);
	trk_sample_write_run(sample, agent, "deep_spans", write_deep_spans);
	trk_sample_write_run(sample, agent, "span_cycle", write_span_cycle);
	trk_sample_write_run(sample, agent, "quality_signals", write_quality_signals);
	write_final_action(sample, agent, "hold", "skipped");
	write_final_action(sample, agent, "rebalance", "planned");
	write_final_action(sample, agent, "escalate", "deferred");
}

/*
 * Write a run that hands its work to another agent, and the run of that one.  The
 * contract has no event for it: the call of a tool names the other agent, whose
 * run starts within the span of that call and says which run it is from.
 */
void
trk_sample_write_handoff(TrkSampleDesk *sample, TrkSampleAgent *from, TrkSampleAgent *to)
{
	char		tool[sizeof("transfer_to_") + sizeof(to->name)];
	char		span[TRK_SAMPLE_ID_SIZE];
	int64		started = from->clock;

	snprintf(tool, sizeof(tool), "transfer_to_%s", to->name);
	trk_sample_make_id(sample, span, "span_", 32);
	trk_sample_start_run(sample, from, "handoff_source");
	call_tool(sample, from, tool, "succeeded", span, NULL);
	to->clock = from->clock;
	trk_sample_complete_run(sample, from, "handoff_source", started);

	started = to->clock;
	trk_sample_new_run(sample, to);
	trk_sample_begin_event(sample, to, "agent.run.started", NULL);
	sample->event.parent = span;
	trk_sample_add_text(sample, "run_type", "handoff_target");
	trk_sample_add_text(sample, "trigger", "handoff");
	trk_sample_add_text(sample, "parent_run_id", from->run_id);
	trk_sample_add_text(sample, "handoff_from", from->name);
	trk_sample_end_event(sample);
	call_tool(sample, to, "quotes.latest", "succeeded", NULL, NULL);
	trk_sample_complete_run(sample, to, "handoff_target", started);
}
