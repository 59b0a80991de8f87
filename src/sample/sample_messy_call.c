/*
 * sample_messy_call.c
 *	  Calls of models: failed and made again, beside each other, without start
 *	  or end, with token usage as the providers report it, and with costs that
 *	  are linked in several ways.
 */
#include "base/trk.h"

#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy_call.h"

/* The shapes in which usage is reported. */
typedef enum Usage
{
	USAGE_FLAT,					/* members of the payload */
	USAGE_OPENAI_CHAT,
	USAGE_OPENAI_RESPONSES,
	USAGE_ANTHROPIC,
	USAGE_GOOGLE,
	USAGE_OTEL					/* attributes of OpenTelemetry's conventions */
} Usage;

/* A model, and its prices in thousandths of a USD for a million tokens. */
typedef struct Model
{
	const char *provider;
	const char *name;
	Usage		usage;			/* how its provider reports */
	int			price_in;		/* 0 when nobody knows the prices */
	int			price_out;
	int			price_read;
	int			price_write;
} Model;

static const Model gpt = {"openai", "gpt-5", USAGE_OPENAI_CHAT, 1250, 10000, 125, 0};
static const Model gpt_mini = {"openai", "gpt-5-mini", USAGE_OPENAI_RESPONSES, 250, 2000, 25, 0};
static const Model claude = {"anthropic", "claude-sonnet-4-5", USAGE_ANTHROPIC, 3000, 15000, 300, 3750};
static const Model gemini = {"gcp.gemini", "gemini-2.5-pro", USAGE_GOOGLE, 1250, 10000, 125, 0};
static const Model unknown = {"local", "desk-7b-q4", USAGE_FLAT, 0, 0, 0, 0};

/* By what the events of a call can be paired. */
#define LINK_SPAN		1
#define LINK_CALL_ID	2
#define LINK_REFS		4		/* evidence_refs with the row of a table */

/* A call of a model. */
typedef struct Call
{
	const Model *model;
	Usage		usage;
	int			links;
	char		span[TRK_SAMPLE_ID_SIZE];
	char		id[TRK_SAMPLE_ID_SIZE];
	const char *parent;			/* the span that it is in, or NULL for the run's */
	int			attempt;		/* or 0 when that is not said */
	int64		started;		/* the clock at its start */

	/* tokens; input is what was not cached, and output includes the reasoning */
	int64		input;
	int64		read;
	int64		write;
	int64		output;
	int64		reasoning;
} Call;

/* Make a call of a model with random numbers of tokens. */
static void
make_call(TrkSampleDesk *sample, const TrkSampleAgent *agent, Call *call, const Model *model,
		  int links)
{
	memset(call, 0, sizeof(*call));
	call->model = model;
	call->usage = model->usage;
	call->links = links;
	trk_sample_make_id(sample, call->span, "span_", 32);
	trk_sample_make_id(sample, call->id, "call-", 16);
	call->input = 500 + trk_sample_below(sample, 4000);
	call->read = 2000 + trk_sample_below(sample, 12000);
	call->write = model->price_write > 0 ? 100 + trk_sample_below(sample, 3000) : 0;
	call->output = 200 + trk_sample_below(sample, 1200);
	call->reasoning = trk_sample_below(sample, call->output / 2);
	call->started = agent->clock;
}

/* Return all input tokens, cached or not. */
static int64
total_input(const Call *call)
{
	return call->input + call->read + call->write;
}

/* Add usage whose counts of input include what was read from a cache, as OpenAI has it. */
static void
add_openai_usage(TrkSampleDesk *sample, const Call *call, bool chat)
{
	TrkBuf	   *buf = &sample->payload;

	trk_sample_add_json(sample, "usage", "{");
	trk_sample_put_int(buf, chat ? "prompt_tokens" : "input_tokens", total_input(call));
	trk_sample_put_int(buf, chat ? "completion_tokens" : "output_tokens", call->output);
	trk_sample_put_int(buf, "total_tokens", total_input(call) + call->output);
	trk_sample_add_json(sample, chat ? "prompt_tokens_details" : "input_tokens_details", "{");
	trk_sample_put_int(buf, "cached_tokens", call->read);
	trk_buf_putc(buf, '}');
	trk_sample_add_json(sample, chat ? "completion_tokens_details" : "output_tokens_details", "{");
	trk_sample_put_int(buf, "reasoning_tokens", call->reasoning);
	trk_sample_put(buf, "}}");
}

/* Add usage whose input tokens are only those that were not cached, as Anthropic has it. */
static void
add_anthropic_usage(TrkSampleDesk *sample, const Call *call)
{
	TrkBuf	   *buf = &sample->payload;

	trk_sample_add_json(sample, "usage", "{");
	trk_sample_put_int(buf, "input_tokens", call->input);
	trk_sample_put_int(buf, "cache_read_input_tokens", call->read);
	trk_sample_put_int(buf, "cache_creation_input_tokens", call->write);
	trk_sample_add_json(sample, "cache_creation", "{");
	trk_sample_put_int(buf, "ephemeral_5m_input_tokens", call->write);
	trk_sample_put_int(buf, "ephemeral_1h_input_tokens", 0);
	trk_buf_putc(buf, '}');
	trk_sample_put_int(buf, "output_tokens", call->output);
	trk_buf_putc(buf, '}');
}

/* Add usage as Google has it, whose candidates do not include the reasoning. */
static void
add_google_usage(TrkSampleDesk *sample, const Call *call)
{
	TrkBuf	   *buf = &sample->payload;

	trk_sample_add_json(sample, "usageMetadata", "{");
	trk_sample_put_int(buf, "promptTokenCount", total_input(call));
	trk_sample_put_int(buf, "cachedContentTokenCount", call->read);
	trk_sample_put_int(buf, "candidatesTokenCount", call->output - call->reasoning);
	trk_sample_put_int(buf, "thoughtsTokenCount", call->reasoning);
	trk_sample_put_int(buf, "totalTokenCount", total_input(call) + call->output);
	trk_buf_putc(buf, '}');
}

/* Add usage as members of the payload: under short names, or under OpenTelemetry's. */
static void
add_flat_usage(TrkSampleDesk *sample, const Call *call, bool otel)
{
	trk_sample_add_int(sample, otel ? "gen_ai.usage.input_tokens" : "input_tokens",
					   total_input(call));
	trk_sample_add_int(sample, otel ? "gen_ai.usage.output_tokens" : "output_tokens",
					   call->output);
	trk_sample_add_int(sample, otel ? "gen_ai.usage.cache_read.input_tokens" : "cache_read_tokens",
					   call->read);
	trk_sample_add_int(sample, otel ? "gen_ai.usage.cache_write.input_tokens" : "cache_write_tokens",
					   call->write);
	trk_sample_add_int(sample, otel ? "gen_ai.usage.reasoning.output_tokens" : "reasoning_tokens",
					   call->reasoning);
}

/* Add the usage in the shape that the call has. */
static void
add_usage(TrkSampleDesk *sample, const Call *call)
{
	if (call->usage == USAGE_ANTHROPIC)
		add_anthropic_usage(sample, call);
	else if (call->usage == USAGE_GOOGLE)
		add_google_usage(sample, call);
	else if (call->usage == USAGE_OPENAI_CHAT || call->usage == USAGE_OPENAI_RESPONSES)
		add_openai_usage(sample, call, call->usage == USAGE_OPENAI_CHAT);
	else
		add_flat_usage(sample, call, call->usage == USAGE_OTEL);
}

/* Begin an event of a call, with what it can be paired by. */
static void
begin_call_event(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *type, const Call *call,
				 int links)
{
	trk_sample_begin_event(sample, agent, type, NULL);
	sample->event.span = links & LINK_SPAN ? call->span : "";
	sample->event.parent = call->parent;
	trk_sample_add_text(sample, "provider", call->model->provider);
	trk_sample_add_text(sample, "model", call->model->name);
	if (links & LINK_CALL_ID)
		trk_sample_add_text(sample, "call_id", call->id);
	if (links & LINK_REFS)
	{
		trk_sample_add_json(sample, "evidence_refs", "[{\"table\":\"llm_runs\"");
		trk_sample_put_text(&sample->payload, "id", call->id);
		trk_sample_put(&sample->payload, "}]");
	}
	if (call->attempt > 0)
		trk_sample_add_int(sample, "attempt", call->attempt);
}

/* Begin the start of a call; further members may follow. */
static void
begin_start(TrkSampleDesk *sample, TrkSampleAgent *agent, Call *call)
{
	begin_call_event(sample, agent, "llm.call.started", call, call->links);
	call->started = agent->clock;
	trk_sample_add_text(sample, "purpose", "thesis_update");
}

/* Start a call. */
static void
start_call(TrkSampleDesk *sample, TrkSampleAgent *agent, Call *call)
{
	begin_start(sample, agent, call);
	trk_sample_end_event(sample);
}

/* Begin the completion of a call that took a while; further members may follow. */
static void
begin_completion(TrkSampleDesk *sample, TrkSampleAgent *agent, const Call *call,
				 const char *status)
{
	int64		latency;

	agent->clock += 600000 + trk_sample_below(sample, 4000000);
	begin_call_event(sample, agent, "llm.call.completed", call, call->links);
	latency = (agent->clock - call->started) / 1000;
	trk_sample_add_text(sample, "purpose", "thesis_update");
	trk_sample_add_text(sample, "status", status);
	trk_sample_add_int(sample, "latency_ms", latency);
	trk_sample_add_int(sample, "ttft_ms", latency / (3 + trk_sample_below(sample, 6)));
}

/* Complete a call that succeeded. */
static void
complete_call(TrkSampleDesk *sample, TrkSampleAgent *agent, const Call *call)
{
	begin_completion(sample, agent, call, "succeeded");
	add_usage(sample, call);
	trk_sample_add_text(sample, "finish_reason", "stop");
	trk_sample_end_event(sample);
}

/* Complete a call that failed, of which no usage is reported. */
static void
fail_call(TrkSampleDesk *sample, TrkSampleAgent *agent, const Call *call, const char *error_kind)
{
	begin_completion(sample, agent, call, "failed");
	trk_sample_add_text(sample, "error_kind", error_kind);
	trk_sample_end_event(sample);
}

/* Add what the call cost by its model's prices. */
static void
add_cost(TrkSampleDesk *sample, const Call *call)
{
	const Model *model = call->model;

	if (model->price_in > 0)
		trk_sample_add_decimal(sample, "cost_usd",
							   call->input * model->price_in + call->read * model->price_read +
							   call->write * model->price_write + call->output * model->price_out, 9);
}

/* Record what a call cost, linked to it in these ways. */
static void
record_cost(TrkSampleDesk *sample, TrkSampleAgent *agent, const Call *call, int links)
{
	begin_call_event(sample, agent, "cost.usage.recorded", call, links);
	trk_sample_add_text(sample, "usage_kind", "llm_tokens");
	trk_sample_add_int(sample, "quantity", total_input(call) + call->output);
	add_cost(sample, call);
	trk_sample_end_event(sample);
}

/* Write a call as it should be: start, completion and cost, paired by the span. */
static void
call_model(TrkSampleDesk *sample, TrkSampleAgent *agent, const Model *model, Usage usage)
{
	Call		call;

	make_call(sample, agent, &call, model, LINK_SPAN);
	call.usage = usage;
	start_call(sample, agent, &call);
	complete_call(sample, agent, &call);
	record_cost(sample, agent, &call, LINK_SPAN);
}

/*
 * Write a call that fails so often before it succeeds or is given up.  All attempts
 * are in the same parent span.
 */
static void
retry_call(TrkSampleDesk *sample, TrkSampleAgent *agent, int failures, bool gives_up)
{
	static const char *const kinds[] = {"rate_limit", "overloaded", "timeout"};
	char		step[TRK_SAMPLE_ID_SIZE];

	trk_sample_make_id(sample, step, "span_", 32);
	for (int i = 0; i < failures + !gives_up; i++)
	{
		Call		call;

		make_call(sample, agent, &call, &claude, LINK_SPAN);
		call.parent = step;
		call.attempt = i + 1;
		start_call(sample, agent, &call);
		if (i < failures)
			fail_call(sample, agent, &call, kinds[i % 3]);
		else
		{
			complete_call(sample, agent, &call);
			record_cost(sample, agent, &call, LINK_SPAN);
		}
		agent->clock += TRK_SAMPLE_SECOND << i;
	}
}

/* Write calls that are made again: one failure, two failures, and one that is given up. */
static void
write_llm_retries(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	retry_call(sample, agent, 1, false);
	retry_call(sample, agent, 2, false);
	retry_call(sample, agent, 3, true);
}

/* Write a call in each shape of usage. */
static void
write_usage_shapes(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	call_model(sample, agent, &gpt, USAGE_FLAT);
	call_model(sample, agent, &gpt, USAGE_OPENAI_CHAT);
	call_model(sample, agent, &gpt_mini, USAGE_OPENAI_RESPONSES);
	call_model(sample, agent, &claude, USAGE_ANTHROPIC);
	call_model(sample, agent, &gemini, USAGE_GOOGLE);
	call_model(sample, agent, &claude, USAGE_OTEL);
}

/* Write calls whose start has the usage and the latency, too, as rows of a journal have. */
static void
write_usage_on_start(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const Model *const models[] = {&gpt, &claude};

	for (int i = 0; i < 2; i++)
	{
		Call		call;
		int64		latency = 900 + trk_sample_below(sample, 3000);

		make_call(sample, agent, &call, models[i], LINK_REFS);
		begin_start(sample, agent, &call);
		trk_sample_add_int(sample, "latency_ms", latency);
		add_usage(sample, &call);
		trk_sample_end_event(sample);
		agent->clock += latency * 1000;
		begin_call_event(sample, agent, "llm.call.completed", &call, LINK_REFS);
		trk_sample_add_text(sample, "status", "succeeded");
		trk_sample_add_int(sample, "latency_ms", latency);
		add_usage(sample, &call);
		trk_sample_end_event(sample);
	}
}

/* Write two completions without a start, and two starts without a completion. */
static void
write_orphan_calls(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < 4; i++)
	{
		Call		call;

		make_call(sample, agent, &call, i % 2 == 0 ? &gpt : &gemini, i < 3 ? LINK_SPAN : 0);
		if (i < 2)
			complete_call(sample, agent, &call);
		else
			start_call(sample, agent, &call);
	}
}

/*
 * Write pairs of calls at the same time: A starts, B starts, A ends, B ends, A's cost, B's.
 * They can be paired by spans, by ids, by the rows they come from, or not at all.
 */
static void
write_parallel_calls(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const int links[] = {LINK_SPAN, LINK_CALL_ID, LINK_REFS, 0};

	for (int i = 0; i < lengthof(links); i++)
	{
		Call		calls[2];

		for (int k = 0; k < 2; k++)
		{
			make_call(sample, agent, &calls[k], &gpt, links[i]);
			start_call(sample, agent, &calls[k]);
		}
		for (int k = 0; k < 2; k++)
			complete_call(sample, agent, &calls[k]);
		for (int k = 0; k < 2; k++)
			record_cost(sample, agent, &calls[k], links[i]);
	}
}

/* Record a search that is paid in credits, whose price in USD nobody says. */
static void
record_credits(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_begin_event(sample, agent, "cost.usage.recorded", NULL);
	trk_sample_add_text(sample, "provider", "exa");
	trk_sample_add_text(sample, "usage_kind", "search_query");
	trk_sample_add_int(sample, "quantity", 3);
	trk_sample_add_int(sample, "estimated_credits", 6);
	trk_sample_add_text(sample, "purpose", "thesis");
	trk_sample_end_event(sample);
}

/*
 * Write costs that are linked to their call by the span, by the call's id, by nothing,
 * that are on the completion itself, and that are credits.
 */
static void
write_cost_links(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const int links[] = {LINK_SPAN, LINK_CALL_ID, 0};
	Call		call;

	for (int i = 0; i < lengthof(links); i++)
	{
		make_call(sample, agent, &call, &gpt, LINK_SPAN | LINK_CALL_ID);
		start_call(sample, agent, &call);
		complete_call(sample, agent, &call);
		record_cost(sample, agent, &call, links[i]);
	}
	make_call(sample, agent, &call, &claude, LINK_SPAN);
	start_call(sample, agent, &call);
	begin_completion(sample, agent, &call, "succeeded");
	add_usage(sample, &call);
	add_cost(sample, &call);
	trk_sample_end_event(sample);
	record_credits(sample, agent);
}

/* Write calls of a model that no list of prices has. */
static void
write_unknown_models(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	call_model(sample, agent, &unknown, USAGE_FLAT);
	call_model(sample, agent, &unknown, USAGE_FLAT);
}

/* Write calls that say in which conversation they are, and for whom. */
static void
write_session_calls(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < 3; i++)
	{
		Call		call;

		make_call(sample, agent, &call, &gpt_mini, LINK_SPAN);
		start_call(sample, agent, &call);
		begin_completion(sample, agent, &call, "succeeded");
		if (i != 1)
			trk_sample_add_id(sample, "session_id", "sess-", 16);
		if (i != 0)
			trk_sample_add_id(sample, "conversation_id", "conv-", 16);
		trk_sample_add_text(sample, "user_id", i == 0 ? "user-17" : "user-23");
		add_usage(sample, &call);
		trk_sample_end_event(sample);
	}
}

/* Write the runs with such calls, one after the other. */
void
trk_sample_write_messy_calls(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_write_run(sample, agent, "llm_retries", write_llm_retries);
	trk_sample_write_run(sample, agent, "usage_shapes", write_usage_shapes);
	trk_sample_write_run(sample, agent, "usage_on_start", write_usage_on_start);
	trk_sample_write_run(sample, agent, "orphan_calls", write_orphan_calls);
	trk_sample_write_run(sample, agent, "parallel_calls", write_parallel_calls);
	trk_sample_write_run(sample, agent, "cost_links", write_cost_links);
	trk_sample_write_run(sample, agent, "unknown_models", write_unknown_models);
	trk_sample_write_run(sample, agent, "session_calls", write_session_calls);
}

/* Write versions of prompts as a journal has them. */
void
trk_sample_write_prompt_versions(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const char *const families[] = {"allocation", "exit_review", "research"};

	for (int i = 0; i < lengthof(families); i++)
	{
		trk_sample_new_run(sample, agent);
		trk_sample_begin_event(sample, agent, "llm.call.started", NULL);
		sample->event.span = sample->event.parent = "";
		trk_sample_add_json(sample, "evidence_refs", "[{\"table\":\"prompt_versions\",\"id\":\"");
		trk_sample_put_padded(&sample->payload, sample->day_number * lengthof(families) + i + 1, 1);
		trk_sample_put(&sample->payload, "\"}]");
		trk_sample_add_text(sample, "provider", "openai");
		trk_sample_add_text(sample, "model", "gpt-5");
		trk_sample_add_text(sample, "prompt_family", families[i]);
		trk_sample_add_json(sample, "prompt_version", "\"v");
		trk_sample_put_padded(&sample->payload, sample->day_number + 1, 1);
		trk_buf_putc(&sample->payload, '"');
		trk_sample_add_id(sample, "prompt_hash", "sha256:", 64);
		trk_sample_add_text(sample, "component", "research");
		trk_sample_add_text(sample, "severity", "info");
		trk_sample_end_event(sample);
	}
}
