/*
 * sample.c
 *	  Runs and trading days of a desk of agents.
 *
 * Prices walk at random; fills agree with the intents they execute, positions
 * with fills, cash and equity with both, performance with equity and flows.
 */
#include "base/trk.h"

#include "base/isotime.h"
#include "sample/sample_book.h"
#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy.h"
#include "sample/sample_mistake.h"
#include "sample/sample_trade.h"

/* Decision cycles of a day: every half hour from 13:30 UTC. */
#define CYCLES_PER_DAY	13

/* An agent gets a new build every so many trading days. */
#define BUILD_DAYS		5

/* Where the day's hours begin, and how long one slot of them is. */
#define DAY_BEGIN		(13 * 3600 * TRK_SAMPLE_SECOND)
#define SLOT			(1800 * TRK_SAMPLE_SECOND)

/* Before this slot, at 17:00 UTC, comes the middle of the messy part. */
#define MESSY_SLOT		8

/* A usual line is shorter; buffers grow where one is not. */
#define LINE_SIZE		4096

/* Return one of the symbols that the agent trades. */
static TrkSampleSymbol *
pick_symbol(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	return &agent->symbols[trk_sample_below(sample, agent->n_symbols)];
}

/* Write one cycle of looking, thinking and trading. */
static void
write_decision_cycle(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		started = agent->clock;
	int			rounds = 1 + (int) trk_sample_below(sample, 3);

	trk_sample_start_run(sample, agent, "decision_cycle");
	trk_sample_set_strategy(sample, agent);
	trk_sample_read_memory(sample, agent, NULL);
	for (int i = 0; i < 4; i++)
		trk_sample_see_price(sample, agent, pick_symbol(sample, agent));
	trk_sample_call_tool(sample, agent, NULL);
	if (trk_sample_chance(sample, 4000))
		trk_sample_record_error(sample, agent);
	trk_sample_review_board(sample, agent);
	for (int i = 0; i < rounds; i++)
	{
		const char *symbol = pick_symbol(sample, agent)->name;

		trk_sample_call_tool(sample, agent, symbol);
		if (trk_sample_below(sample, 2) == 0)
			trk_sample_claim_source(sample, agent, symbol);
		trk_sample_call_model(sample, agent, symbol);
		trk_sample_decide(sample, agent);
	}
	trk_sample_run_check(sample, agent);
	trk_sample_record_portfolio(sample, agent);
	trk_sample_complete_run(sample, agent, "decision_cycle", started);
}

/* Record the build that the agent runs with from now on. */
static void
record_build(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	agent->build++;
	trk_sample_begin_event(sample, agent, "agent.build.recorded", NULL);
	trk_sample_add_name(sample, "build_id");
	trk_sample_put(&sample->payload, "\"build-");
	trk_sample_put_padded(&sample->payload, agent->build, 4);
	trk_buf_putc(&sample->payload, '"');
	trk_sample_add_id(sample, "config_hash", "", 32);
	trk_sample_add_text(sample, "risk_gate_version", "gate-7");
	trk_sample_end_event(sample);
}

/* Write the research before the bell. */
static void
write_pre_market(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	if (sample->day_number % BUILD_DAYS == 0)
		record_build(sample, agent);
	for (int i = 0; i < 6; i++)
	{
		const char *symbol = pick_symbol(sample, agent)->name;

		trk_sample_read_memory(sample, agent, symbol);
		trk_sample_call_tool(sample, agent, symbol);
		trk_sample_claim_source(sample, agent, symbol);
	}
	trk_sample_call_model(sample, agent, NULL);
	for (int i = 0; i < 3; i++)
		trk_sample_run_check(sample, agent);
}

/* Write books and replays after the close. */
static void
write_end_of_day(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	if (trk_sample_chance(sample, 20000))
		trk_sample_record_flow(sample, agent);
	for (int i = 0; i < agent->n_symbols; i++)
		if (agent->positions[i].quantity > 0)
			trk_sample_record_position(sample, agent, i);
	trk_sample_record_portfolio(sample, agent);
	trk_sample_record_performance(sample, agent);
	trk_sample_run_replay(sample, agent);
	for (int i = 0; i < 4; i++)
		trk_sample_run_check(sample, agent);
}

/* Let the agent do what is due in a slot of the day. */
static void
run_slot(TrkSampleDesk *sample, TrkSampleAgent *agent, int slot)
{
	if (slot == 0)
		trk_sample_write_run(sample, agent, "pre_market_research", write_pre_market);
	else if (slot <= CYCLES_PER_DAY)
		write_decision_cycle(sample, agent);
	else if (slot == CYCLES_PER_DAY + 2)
		trk_sample_write_run(sample, agent, "end_of_day", write_end_of_day);
}

/* Let the day's prices open, from the books of the last close. */
static void
open_day(TrkSampleDesk *sample)
{
	TrkSampleAgent *desk = sample->desk;
	TrkBuf	   *date = &sample->line;

	date->len = 0;
	trk_sample_put_date(date, sample->day);
	memcpy(sample->session_date, date->data, date->len);
	for (int i = 0; i < sample->options.agents; i++)
	{
		desk[i].day_equity = trk_sample_equity(&desk[i]);
		desk[i].day_flows = 0;
	}
	for (int i = 0; i < TRK_SAMPLE_SYMBOLS; i++)
	{
		trk_sample_step_price(sample, &sample->symbols[i]);
		sample->symbols[i].open = sample->symbols[i].price;
	}
}

/* Write one trading day of the whole desk, in the order of time. */
static void
write_trading_day(TrkSampleDesk *sample)
{
	int64		begin = sample->day * TRK_SAMPLE_DAY + DAY_BEGIN;
	int			agents = sample->options.agents;

	open_day(sample);
	if (sample->options.mistakes && sample->day_number == 0)
		trk_sample_write_mistakes(sample);
	if (sample->messy)
		trk_sample_write_messy_morning(sample);
	for (int slot = 0; slot <= CYCLES_PER_DAY + 2; slot++)
	{
		if (sample->messy && slot == MESSY_SLOT)
			trk_sample_write_messy_session(sample);
		for (int i = 0; i < agents && !trk_sample_is_enough(sample); i++)
		{
			sample->desk[i].clock = begin + slot * SLOT + i * (SLOT / agents);
			run_slot(sample, &sample->desk[i], slot);
		}
	}
	if (sample->messy)
		trk_sample_write_messy_night(sample);
}

/* Open the books of an agent of the desk. */
static void
open_agent(TrkSampleDesk *sample, int number)
{
	static const char *const styles[] = {"momentum", "meanrev", "macro", "earnings"};
	static const char *const environments[] = {"paper", "shadow", "live_observe", "paper"};
	static const char *const fills[] = {"paper", "shadow", "manual_import", "paper"};
	TrkSampleAgent *agent = &sample->desk[number];
	int			style = number % 4;

	snprintf(agent->name, sizeof(agent->name), "%s-%d", styles[style], number + 1);
	agent->strategy = styles[style];
	agent->environment = environments[style];
	agent->fill_source = fills[style];
	agent->currency = "USD";
	agent->long_keys = style == 0;
	agent->sdk = style == 1 ?
		"{\"name\":\"agent-tracker-typescript\",\"version\":\"0.5.0\",\"language\":\"typescript\"}" :
		"{\"name\":\"agent-tracker-python\",\"version\":\"0.5.0\",\"language\":\"python\"}";
	agent->symbols = sample->symbols;
	agent->n_symbols = TRK_SAMPLE_SYMBOLS;
	agent->cash = TRK_SAMPLE_START_CASH;
	agent->index = agent->index_peak = TRK_SAMPLE_INDEX_UNIT;
}

/* Set the options of one day of four agents. */
void
trk_sample_set_defaults(TrkSampleOptions *options)
{
	memset(options, 0, sizeof(*options));
	options->start = trk_date_to_days(2026, 1, 5);
	options->days = 1;
	options->lines = PG_INT64_MAX;
	options->agents = 4;
	options->project = "desk";
	options->private_share = TRK_SAMPLE_SHARE / 20;
	options->shift_day = PG_INT64_MAX;
	options->seed = 1;
}

/* Return whether a text may name the project of a sample. */
bool
trk_sample_is_project(const char *s, Size len)
{
	if (len < 1 || len > TRK_SAMPLE_MAX_PROJECT)
		return false;
	for (Size i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
			  (s[i] >= '0' && s[i] <= '9') || s[i] == '.' || s[i] == '_' || s[i] == '-'))
			return false;
	return true;
}

/* Begin a sample. */
TrkSampleDesk *
trk_sample_begin(TrkArena *arena, const TrkSampleOptions *options, TrkSampleWrite write, void *arg)
{
	TrkSampleDesk *sample = trk_alloc(arena, sizeof(TrkSampleDesk));

	Assert(options->agents >= 1 && options->agents <= TRK_SAMPLE_MAX_AGENTS);
	memset(sample, 0, sizeof(TrkSampleDesk));
	sample->options = *options;
	sample->write = write;
	sample->write_arg = arg;
	sample->day = options->start - TRK_SAMPLE_FIRST_DAY;
	sample->stream.random = options->seed;
	trk_buf_init(&sample->payload, arena, LINE_SIZE);
	trk_buf_init(&sample->line, arena, LINE_SIZE);
	trk_buf_init(&sample->bad, arena, LINE_SIZE);
	trk_buf_init(&sample->stream.kept, arena, LINE_SIZE);
	trk_sample_set_prices(sample);
	for (int i = 0; i < options->agents; i++)
		open_agent(sample, i);
	if (options->messy)
		trk_sample_open_messy(sample, arena);
	return sample;
}

/* Write the lines of the next trading day. */
bool
trk_sample_next_day(TrkSampleDesk *sample)
{
	if (sample->day_number >= sample->options.days || trk_sample_is_enough(sample))
		return false;
	while (trk_sample_is_weekend(sample->day))
		sample->day++;
	sample->shifted = sample->options.shift_day != PG_INT64_MAX &&
		sample->day + TRK_SAMPLE_FIRST_DAY >= sample->options.shift_day;
	write_trading_day(sample);
	sample->day++;
	sample->day_number++;
	return true;
}
