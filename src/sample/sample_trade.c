/*
 * sample_trade.c
 *	  Decisions and what follows from them: risk checks, rejections, orders,
 *	  fills, positions and outcomes.
 */
#include "base/trk.h"

#include "sample/sample_book.h"
#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_private.h"
#include "sample/sample_trade.h"

static const char *const reject_reasons[] = {
	"max_position_weight", "sector_concentration", "stale_quote", "daily_loss_limit",
	"insufficient_cash", "earnings_blackout"
};

/* Record one position at current prices. */
void
trk_sample_record_position(TrkSampleDesk *sample, TrkSampleAgent *agent, int index)
{
	const TrkSamplePosition *p = &agent->positions[index];
	const TrkSampleSymbol *s = &agent->symbols[index];
	int64		value = p->quantity * s->price;

	trk_sample_begin_event(sample, agent, "position.snapshot.recorded", s->name);
	trk_sample_add_text(sample, "portfolio_kind", agent->environment);
	trk_sample_add_name(sample, "position_id");
	trk_sample_put(&sample->payload, "\"");
	trk_sample_put(&sample->payload, agent->name);
	trk_sample_put(&sample->payload, ":");
	trk_sample_put(&sample->payload, s->name);
	trk_sample_put(&sample->payload, "\"");
	trk_sample_add_text(sample, "symbol", s->name);
	trk_sample_add_text(sample, "currency", agent->currency);
	trk_sample_add_int(sample, "quantity", p->quantity);
	trk_sample_add_decimal(sample, "average_price",
						   trk_sample_ratio(p->cost, p->quantity, 100) / TRK_SAMPLE_COST_UNIT, 4);
	trk_sample_add_money(sample, "market_price", s->price);
	trk_sample_add_money(sample, "market_value", value);
	trk_sample_add_money(sample, "cost_basis", trk_sample_cents(p->cost));
	trk_sample_add_money(sample, "unrealized_pnl", value - trk_sample_cents(p->cost));
	trk_sample_add_money(sample, "realized_pnl", trk_sample_cents(p->realized));
	trk_sample_end_event(sample);
}

/* Record the whole book at current prices. */
void
trk_sample_record_portfolio(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		total = trk_sample_equity(agent);
	int			held = 0;

	for (int i = 0; i < agent->n_symbols; i++)
		held += agent->positions[i].quantity > 0;
	trk_sample_begin_event(sample, agent, "portfolio.snapshot.recorded", NULL);
	trk_sample_add_text(sample, "portfolio_kind", agent->environment);
	trk_sample_add_text(sample, "currency", agent->currency);
	trk_sample_add_money(sample, "cash", agent->cash);
	trk_sample_add_money(sample, "equity", total);
	trk_sample_add_money(sample, "market_value", total - agent->cash);
	trk_sample_add_int(sample, "position_count", held);
	trk_sample_add_text(sample, "session_date", sample->session_date);
	trk_sample_end_event(sample);
}

/* Record one fill, after it was booked. */
void
trk_sample_record_fill(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
					   const char *decision, const char *intent)
{
	const char *symbol = agent->symbols[trade->index].name;
	int64		fees = trade->quantity / 50;
	int64		realized;
	const char *effect = trk_sample_book_fill(agent, trade, fees, &realized);

	trk_sample_begin_event(sample, agent, "paper.fill.recorded", symbol);
	trk_sample_add_id(sample, "fill_id", "fill-", 16);
	trk_sample_add_text(sample, "order_intent_id", intent);
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_text(sample, "symbol", symbol);
	trk_sample_add_text(sample, "side", trade->buy ? "buy" : "sell");
	trk_sample_add_int(sample, "quantity", trade->quantity);
	trk_sample_add_money(sample, "price", trade->price);
	trk_sample_add_money(sample, "fees", fees);
	trk_sample_add_text(sample, "portfolio_kind", agent->environment);
	trk_sample_add_text(sample, "currency", agent->currency);
	trk_sample_add_text(sample, "fill_source", agent->fill_source);
	trk_sample_add_text(sample, "open_close_effect", effect);
	if (agent->names_session)
		trk_sample_add_text(sample, "session_date", sample->session_date);
	if (!trade->buy)
		trk_sample_add_money(sample, "realized_pnl", trk_sample_cents(realized));
	trk_sample_end_event(sample);
}

/* Record how a decision ended. */
void
trk_sample_record_outcome(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol,
						  const char *decision, const char *kind)
{
	trk_sample_begin_event(sample, agent, "decision.outcome.recorded", symbol);
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_text(sample, "outcome_kind", kind);
	trk_sample_add_bool(sample, "followed_plan", strcmp(kind, "filled") == 0);
	trk_sample_add_bool(sample, "changed_by_risk_gate", strcmp(kind, "rejected") == 0);
	trk_sample_add_bool(sample, "changed_by_operator", false);
	trk_sample_end_event(sample);
}

/*
 * Ask the risk gate, which refuses what is not possible and some of the rest; a
 * refusal is followed by the rejection.
 */
bool
trk_sample_check_risk(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol,
					  const char *decision, int64 notional, bool possible)
{
	const char *reason = possible ? trk_sample_pick(sample, reject_reasons) : "insufficient_cash";
	bool		approved = possible && !trk_sample_chance(sample, 15000);

	trk_sample_begin_event(sample, agent, "risk.check.completed", symbol);
	trk_sample_add_text(sample, "risk_check_kind", "deterministic");
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_bool(sample, "approved", approved);
	trk_sample_add_money(sample, "requested_notional", notional);
	trk_sample_add_decimal(sample, "requested_weight",
						   trk_sample_ratio(notional, trk_sample_equity(agent), 10000), 4);
	trk_sample_add_text(sample, "risk_gate_version", "gate-7");
	if (!approved)
		trk_sample_add_list(sample, "reasons", reason);
	trk_sample_end_event(sample);
	if (approved)
		return true;

	trk_sample_begin_event(sample, agent, "trade.rejected", symbol);
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_text(sample, "reason_code", reason);
	trk_sample_add_text(sample, "rejected_by", "risk_gate");
	trk_sample_add_money(sample, "requested_notional", notional);
	trk_sample_end_event(sample);
	trk_sample_record_outcome(sample, agent, symbol, decision, "rejected");
	return false;
}

/* Record the order that a decision asks for. */
void
trk_sample_record_intent(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
						 const char *decision, const char *intent)
{
	const char *symbol = agent->symbols[trade->index].name;

	trk_sample_begin_event(sample, agent, "order.intent.recorded", symbol);
	trk_sample_add_text(sample, "order_intent_id", intent);
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_text(sample, "symbol", symbol);
	trk_sample_add_text(sample, "side", trade->buy ? "buy" : "sell");
	trk_sample_add_int(sample, "intended_quantity", trade->quantity);
	trk_sample_add_money(sample, "intended_price", trade->price);
	trk_sample_add_text(sample, "time_in_force", "day");
	trk_sample_end_event(sample);
}

/* Record what became of the action. */
static void
record_action(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
			  const char *intent)
{
	int64		notional = trade->quantity * trade->price;

	trk_sample_begin_event(sample, agent, "action.outcome.recorded",
						   agent->symbols[trade->index].name);
	trk_sample_add_text(sample, "action_id", intent);
	trk_sample_add_text(sample, "action_kind", trade->buy ? "buy" : "sell");
	trk_sample_add_text(sample, "status", "executed");
	trk_sample_add_money(sample, "requested_notional", notional);
	trk_sample_add_money(sample, "executed_notional", notional);
	trk_sample_add_bool(sample, "clipped", false);
	trk_sample_add_bool(sample, "risk_reduction", !trade->buy);
	trk_sample_end_event(sample);
}

/* Return a price that is up to ticks cents worse than that of the trade. */
static int64
worse_price(TrkSampleDesk *sample, const TrkSampleTrade *trade, int64 ticks)
{
	int64		slip = trk_sample_below(sample, ticks + 1);

	return trade->price + (trade->buy ? slip : -slip);
}

/* Execute an approved decision in one or two fills. */
static void
execute(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
		const char *decision)
{
	TrkSampleTrade part = *trade;
	char		intent[TRK_SAMPLE_ID_SIZE];

	if (trade->quantity > 20 && trk_sample_below(sample, 3) == 0)
		part.quantity = trade->quantity / 3;
	trk_sample_make_id(sample, intent, "intent-", 16);
	trk_sample_record_intent(sample, agent, trade, decision, intent);
	part.price = worse_price(sample, trade, 2);
	trk_sample_record_fill(sample, agent, &part, decision, intent);
	if (part.quantity < trade->quantity)
	{
		part.quantity = trade->quantity - part.quantity;
		part.price = worse_price(sample, trade, 4);
		trk_sample_record_fill(sample, agent, &part, decision, intent);
	}
	trk_sample_record_position(sample, agent, trade->index);
	trk_sample_record_outcome(sample, agent, agent->symbols[trade->index].name, decision, "filled");
	if (trk_sample_below(sample, 3) == 0)
		record_action(sample, agent, trade, intent);
}

/* Record the proposal of a trade, or of holding if the agent will not act. */
void
trk_sample_propose(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleTrade *trade,
				   bool act, const char *decision)
{
	const char *symbol = agent->symbols[trade->index].name;
	int64		weight = 0;

	if (act && trade->buy)
		weight = trk_sample_ratio(trade->quantity * trade->price, trk_sample_equity(agent), 10000);
	trk_sample_begin_event(sample, agent, "decision.proposed", symbol);
	trk_sample_add_text(sample, "decision_id", decision);
	trk_sample_add_text(sample, "decision_kind", trade->buy ? "entry" : "exit");
	trk_sample_add_text(sample, "action", !act ? "hold" : trade->buy ? "buy" : "sell");
	trk_sample_add_text(sample, "symbol", symbol);
	trk_sample_add_number(sample, "confidence", 35 + trk_sample_below(sample, 60), 2);
	trk_sample_add_decimal(sample, "target_weight", weight, 4);
	trk_sample_add_text(sample, "rationale", trk_sample_pick_phrase(sample));
	trk_sample_end_event(sample);
}

/* Decide about one symbol, with all that follows from it. */
void
trk_sample_decide(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int			index = (int) trk_sample_below(sample, agent->n_symbols);
	TrkSampleSymbol *s = &agent->symbols[index];
	int64		held = agent->positions[index].quantity;
	bool		buy = held == 0 || trk_sample_below(sample, 5) < 2;
	bool		shifted = sample->shifted && agent == &sample->desk[0];
	bool		act = trk_sample_below(sample, 10) < (shifted ? 3 : 6);
	TrkSampleTrade trade = {.index = index, .buy = buy};
	char		decision[TRK_SAMPLE_ID_SIZE];

	trade.quantity = 1 + trk_sample_equity(agent) / (12 + trk_sample_below(sample, 20)) / s->price;
	trk_sample_see_price(sample, agent, s);
	trk_sample_profile_setup(sample, agent, s);
	trade.price = s->price;
	if (!buy && (trade.quantity >= held || trk_sample_below(sample, 3) == 0))
		trade.quantity = held;
	trk_sample_make_id(sample, decision, "dec-", 16);
	trk_sample_propose(sample, agent, &trade, act, decision);
	if (!act || strcmp(agent->environment, "live_observe") == 0)
		trk_sample_record_outcome(sample, agent, s->name, decision, act ? "no_order" : "deferred");
	else if (trk_sample_check_risk(sample, agent, s->name, decision, trade.quantity * s->price,
								   !buy || agent->cash > trade.quantity * (s->price + 10)))
		execute(sample, agent, &trade, decision);
}
