/*
 * sample_messy_trade.c
 *	  Sessions, orders and decisions that are hard to follow.  Their books are
 *	  as coherent as those of the desk.
 */
#include "base/trk.h"

#include "sample/sample_book.h"
#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_messy_trade.h"
#include "sample/sample_private.h"
#include "sample/sample_trade.h"

/* The symbols, by number, that are left to orders in parts and to late fills. */
#define PARTIAL_SYMBOL	0
#define LATE_SYMBOL		1

/* Decisions of a night, and the time between them. */
#define NIGHT_DECISIONS	4
#define NIGHT_STEP		(80 * 60 * TRK_SAMPLE_SECOND)

/* Decide about one symbol after looking at another. */
static void
look_and_decide(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_see_price(sample, agent,
						 &agent->symbols[trk_sample_below(sample, agent->n_symbols)]);
	trk_sample_decide(sample, agent);
}

/*
 * Write the book, and what it earned since its last close.  Others move the prices
 * between that close and the next session.
 */
static void
close_book(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < agent->n_symbols; i++)
		if (agent->positions[i].quantity > 0)
			trk_sample_record_position(sample, agent, i);
	trk_sample_record_portfolio(sample, agent);
	trk_sample_record_performance(sample, agent);
	agent->day_equity = trk_sample_equity(agent);
}

/* Write a session of three decisions. */
static void
write_session(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_set_strategy(sample, agent);
	for (int i = 0; i < 3; i++)
		look_and_decide(sample, agent);
	close_book(sample, agent);
}

/* Write the session of one book of an agent. */
void
trk_sample_write_session(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type)
{
	trk_sample_write_run(sample, agent, run_type, write_session);
}

/* Write a night of decisions, each long after the last. */
static void
write_night(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		begin = agent->clock;

	trk_sample_set_strategy(sample, agent);
	for (int i = 0; i < NIGHT_DECISIONS; i++)
	{
		agent->clock = begin + i * NIGHT_STEP;
		look_and_decide(sample, agent);
	}
	close_book(sample, agent);
}

/* Write a session from the evening until after midnight. */
void
trk_sample_write_night(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	agent->clock = sample->day * TRK_SAMPLE_DAY + 22 * 3600 * TRK_SAMPLE_SECOND;
	trk_sample_write_run(sample, agent, "night_session", write_night);
}

/*
 * Choose a trade of one symbol: sell all where there is enough of it, else buy.
 * So it goes on for any number of days.
 */
static void
choose_trade(const TrkSampleAgent *agent, int index, TrkSampleTrade *trade)
{
	int64		held = agent->positions[index].quantity;

	trade->index = index;
	trade->buy = held < 40;
	trade->quantity = trade->buy ? 60 : held;
	trade->price = agent->symbols[index].price;
}

/* Record an action of which a part was executed. */
static void
record_clipped(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
			   const char *intent, int64 executed)
{
	trk_sample_begin_event(sample, agent, "action.outcome.recorded",
						   agent->symbols[trade->index].name);
	trk_sample_add_text(sample, "action_id", intent);
	trk_sample_add_text(sample, "action_kind", trade->buy ? "buy" : "sell");
	trk_sample_add_text(sample, "status", "clipped");
	trk_sample_add_money(sample, "requested_notional", trade->quantity * trade->price);
	trk_sample_add_money(sample, "executed_notional", executed * trade->price);
	trk_sample_add_bool(sample, "clipped", true);
	trk_sample_add_bool(sample, "risk_reduction", !trade->buy);
	trk_sample_end_event(sample);
}

/* Write an order of which two fills are a part, and the rest of which is cancelled. */
static void
write_partial_fills(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	TrkSampleTrade trade;
	TrkSampleTrade part;
	char		decision[TRK_SAMPLE_ID_SIZE];
	char		intent[TRK_SAMPLE_ID_SIZE];
	int64		executed;

	choose_trade(agent, PARTIAL_SYMBOL, &trade);
	trk_sample_make_id(sample, decision, "dec-", 16);
	trk_sample_make_id(sample, intent, "intent-", 16);
	trk_sample_propose(sample, agent, &trade, true, decision);
	trk_sample_record_intent(sample, agent, &trade, decision, intent);
	part = trade;
	part.quantity = trade.quantity / 3;
	trk_sample_record_fill(sample, agent, &part, decision, intent);
	executed = part.quantity;
	part.quantity = trade.quantity / 4;
	trk_sample_record_fill(sample, agent, &part, decision, intent);
	executed += part.quantity;
	trk_sample_record_position(sample, agent, PARTIAL_SYMBOL);
	record_clipped(sample, agent, &trade, intent, executed);
	trk_sample_record_outcome(sample, agent, agent->symbols[PARTIAL_SYMBOL].name, decision,
							  "cancelled");
}

/* Write an order in one run, and its fill an hour later in another. */
static void
fill_late(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	TrkSampleTrade trade;
	char		decision[TRK_SAMPLE_ID_SIZE];
	char		intent[TRK_SAMPLE_ID_SIZE];
	int64		started = agent->clock;

	choose_trade(agent, LATE_SYMBOL, &trade);
	trk_sample_make_id(sample, decision, "dec-", 16);
	trk_sample_make_id(sample, intent, "intent-", 16);
	trk_sample_start_run(sample, agent, "late_fill_decision");
	trk_sample_propose(sample, agent, &trade, true, decision);
	trk_sample_record_intent(sample, agent, &trade, decision, intent);
	trk_sample_complete_run(sample, agent, "late_fill_decision", started);

	agent->clock += 3600 * TRK_SAMPLE_SECOND;
	started = agent->clock;
	trk_sample_start_run(sample, agent, "late_fill_execution");
	trk_sample_record_fill(sample, agent, &trade, decision, intent);
	trk_sample_record_position(sample, agent, LATE_SYMBOL);
	trk_sample_record_outcome(sample, agent, agent->symbols[LATE_SYMBOL].name, decision, "filled");
	trk_sample_complete_run(sample, agent, "late_fill_execution", started);
}

/* Write orders that are filled in part, or in a later run. */
void
trk_sample_write_messy_orders(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_write_run(sample, agent, "partial_fills", write_partial_fills);
	fill_late(sample, agent);
}

/* Who turns decisions down, why, and how the risk check says so. */
typedef struct Rejection
{
	const char *rejected_by;
	const char *reason_code;
	const char *reasons;		/* JSON */
} Rejection;

static const Rejection rejections[] = {
	{"risk_gate", "max_position_weight", "[\"max_position_weight\",\"sector_concentration\"]"},
	{"operator", "manual_veto", "\"manual veto before the announcement\""},
	{"broker", "insufficient_buying_power", "{\"code\":\"insufficient_buying_power\",\"short_by\":\"1204.50\"}"},
	{"compliance", "restricted_list", "[{\"code\":\"restricted_list\",\"list\":\"grey\"}]"},
	{"model", "low_confidence", "[\"confidence 0.31 is below 0.40\"]"},
	{"budget", "daily_loss_limit", "[\"daily_loss_limit\"]"}
};

/* Write decisions that are turned down, each by another and for another reason. */
static void
reject_decisions(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < lengthof(rejections); i++)
	{
		const Rejection *r = &rejections[i];
		int			index = i % agent->n_symbols;
		const char *symbol = agent->symbols[index].name;
		TrkSampleTrade trade = {index, true, 10, agent->symbols[index].price};
		char		decision[TRK_SAMPLE_ID_SIZE];

		trk_sample_make_id(sample, decision, "dec-", 16);
		trk_sample_propose(sample, agent, &trade, true, decision);
		trk_sample_begin_event(sample, agent, "risk.check.completed", symbol);
		trk_sample_add_text(sample, "risk_check_kind", r->rejected_by);
		trk_sample_add_text(sample, "decision_id", decision);
		trk_sample_add_bool(sample, "approved", false);
		trk_sample_add_json(sample, "reasons", r->reasons);
		trk_sample_end_event(sample);
		trk_sample_begin_event(sample, agent, "trade.rejected", symbol);
		trk_sample_add_text(sample, "decision_id", decision);
		trk_sample_add_text(sample, "reason_code", r->reason_code);
		trk_sample_add_text(sample, "rejected_by", r->rejected_by);
		trk_sample_end_event(sample);
		trk_sample_record_outcome(sample, agent, symbol, decision, "rejected");
	}
}

/* Write decisions without an id, to which nothing can refer. */
static void
write_nameless_decisions(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	for (int i = 0; i < 2; i++)
	{
		const char *symbol = agent->symbols[i].name;

		trk_sample_begin_event(sample, agent, "decision.proposed", symbol);
		trk_sample_add_text(sample, "decision_kind", "review");
		trk_sample_add_text(sample, "action", "hold");
		trk_sample_add_text(sample, "symbol", symbol);
		trk_sample_add_text(sample, "rationale", trk_sample_pick_phrase(sample));
		trk_sample_end_event(sample);
	}
}

/* Write decisions that are rejected for every kind of reason, or have no id. */
void
trk_sample_write_messy_decisions(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_write_run(sample, agent, "rejected_decisions", reject_decisions);
	trk_sample_write_run(sample, agent, "nameless_decisions", write_nameless_decisions);
}
