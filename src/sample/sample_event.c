/*
 * sample_event.c
 *	  The events of a run that move no money: what the agent reads, asks and
 *	  checks, and its results.
 */
#include "base/trk.h"

#include "sample/sample_book.h"
#include "sample/sample_event.h"
#include "sample/sample_json.h"
#include "sample/sample_line.h"
#include "sample/sample_private.h"

static const char *const models[][2] = {
	{"openai", "gpt-5-mini"}, {"anthropic", "claude-sonnet-4-5"},
	{"google", "gemini-2.5-pro"}, {"openai", "gpt-5"}
};

static const char *const purposes[] = {
	"regime_read", "candidate_ranking", "risk_commentary", "exit_review", "thesis_update"
};

static const char *const tools[] = {
	"quotes.latest", "bars.intraday", "news.search", "filings.lookup", "calendar.earnings",
	"portfolio.read"
};

static const char *const memory_kinds[] = {"episodic", "semantic", "playbook", "outcome"};
static const char *const sources[] = {"consolidated_tape", "iex", "vendor_bars", "paper_engine"};
static const char *const claims[] = {
	"earnings", "guidance", "analyst_action", "macro", "flow", "product"
};
static const char *const regimes[] = {
	"trend_continuation", "breakout_retest", "ma_band_range_trade", "overextended_momentum",
	"false_breakout_prone", "wait"
};

static const char *const permissions[] = {
	"eligible_starter", "eligible_scale_add", "range_trade_only", "wait_for_retest",
	"avoid_new_buy", "research_first"
};

static const char *const review_statuses[] = {
	"included_candidate", "included_candidate", "candidate_present", "excluded_cash",
	"excluded_stale", "excluded_candidate_limit", "optimizer_skipped", "model_omitted", "targeted"
};

static const char *const check_families[] = {
	"market_data", "data_contract", "risk_gate", "memory", "source_quality",
	"opportunity_coverage", "cost", "numeric_domain"
};

static const char *const families[] = {
	"market.open_session_stale_bars", "portfolio.rounding_after_cash_check",
	"opportunity.candidate_limit_hidden", "llm.malformed_json",
	"source.truncated_or_missing_evidence", "market.no_bar_sparse_symbol"
};

static const char *const components[] = {
	"market_data", "portfolio", "risk_gate", "research", "memory", "execution"
};

/* Return the phase of the session at the agent's clock: it is regular from 13:30 to 20:00 UTC. */
static const char *
session_state(const TrkSampleAgent *agent)
{
	int64		minute = agent->clock / 60000000 % 1440;

	if (minute < 13 * 60 + 30)
		return "pre_market";
	return minute < 20 * 60 ? "regular" : "after_hours";
}

/* Give the agent a new run without an event. */
void
trk_sample_new_run(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_make_id(sample, agent->run_id, "run_", 32);
	trk_sample_make_id(sample, agent->root_span, "span_", 32);
	agent->sequence = 0;
	agent->errors = 0;
}

/* Start a run under a new id. */
void
trk_sample_start_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type)
{
	trk_sample_new_run(sample, agent);
	trk_sample_begin_event(sample, agent, "agent.run.started", NULL);
	trk_sample_add_text(sample, "run_type", run_type);
	trk_sample_add_text(sample, "trigger", "schedule");
	trk_sample_add_text(sample, "session_date", sample->session_date);
	trk_sample_add_text(sample, "session_state", session_state(agent));
	trk_sample_end_event(sample);
}

/* Complete the run that started at this time, with this status. */
void
trk_sample_end_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type,
				   int64 started, const char *status)
{
	trk_sample_begin_event(sample, agent, "agent.run.completed", NULL);
	trk_sample_add_text(sample, "run_type", run_type);
	trk_sample_add_text(sample, "status", status);
	trk_sample_add_int(sample, "duration_ms", (agent->clock - started) / 1000);
	trk_sample_add_int(sample, "error_count", agent->errors);
	trk_sample_end_event(sample);
}

/* Complete the run that started at this time. */
void
trk_sample_complete_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type,
						int64 started)
{
	trk_sample_end_run(sample, agent, run_type, started,
					   agent->errors > 0 ? "partial" : "succeeded");
}

/* Write a whole run. */
void
trk_sample_write_run(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *run_type,
					 TrkSampleBody body)
{
	int64		started = agent->clock;

	trk_sample_start_run(sample, agent, run_type);
	body(sample, agent);
	trk_sample_complete_run(sample, agent, run_type, started);
}

/* The agent reads its memory. */
void
trk_sample_read_memory(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol)
{
	trk_sample_begin_event(sample, agent, "memory.read.completed", symbol);
	trk_sample_add_text(sample, "memory_kind", trk_sample_pick(sample, memory_kinds));
	trk_sample_add_text(sample, "purpose", trk_sample_pick(sample, purposes));
	trk_sample_add_int(sample, "result_count", trk_sample_below(sample, 12));
	trk_sample_add_int(sample, "stale_count", trk_sample_below(sample, 2));
	trk_sample_add_number(sample, "freshness_seconds", 30 + trk_sample_below(sample, 86400), 1);
	trk_sample_end_event(sample);
}

/* The agent looks at a price, which takes a step before. */
void
trk_sample_see_price(TrkSampleDesk *sample, TrkSampleAgent *agent, TrkSampleSymbol *s)
{
	int64		spread = 1 + trk_sample_below(sample, 4);

	trk_sample_step_price(sample, s);
	trk_sample_begin_event(sample, agent, "market.snapshot.recorded", s->name);
	trk_sample_add_text(sample, "source", trk_sample_pick(sample, sources));
	trk_sample_add_text(sample, "symbol", s->name);
	trk_sample_add_money(sample, "price", s->price);
	trk_sample_add_money(sample, "bid", s->price - spread);
	trk_sample_add_money(sample, "ask", s->price + spread);
	trk_sample_add_int(sample, "volume", 1000 + trk_sample_below(sample, 4000000));
	trk_sample_add_text(sample, "session_state", session_state(agent));
	trk_sample_add_number(sample, "freshness_seconds", trk_sample_below(sample, 9000), 3);
	trk_sample_add_decimal(sample, "session_return_pct",
						   trk_sample_ratio(s->price - s->open, s->open, 1000000), 4);
	trk_sample_end_event(sample);
}

/* The agent takes a claim from a source. */
void
trk_sample_claim_source(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol)
{
	trk_sample_begin_event(sample, agent, "source.claim.recorded", symbol);
	trk_sample_add_text(sample, "claim_type", trk_sample_pick(sample, claims));
	trk_sample_add_text(sample, "summary", trk_sample_pick_phrase(sample));
	trk_sample_add_name(sample, "source_refs");
	trk_sample_put(&sample->payload, "[\"news:");
	trk_sample_put_hex(sample, &sample->payload, 16);
	trk_sample_put(&sample->payload, "\"]");
	trk_sample_add_number(sample, "source_confidence", 40 + trk_sample_below(sample, 60), 2);
	trk_sample_end_event(sample);
}

/* The agent calls a tool. */
void
trk_sample_call_tool(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol)
{
	bool		good = !trk_sample_chance(sample, 2500);
	int64		slower = sample->shifted && agent == &sample->desk[0] ? 500 : 0;

	trk_sample_begin_event(sample, agent, "tool.call.completed", symbol);
	trk_sample_add_text(sample, "tool_name", trk_sample_pick(sample, tools));
	trk_sample_add_text(sample, "status", good ? "succeeded" : "failed");
	trk_sample_add_int(sample, "latency_ms", 20 + trk_sample_below(sample, 1800) + slower);
	trk_sample_add_int(sample, "result_bytes", good ? 200 + trk_sample_below(sample, 30000) : 0);
	if (!good)
		trk_sample_add_text(sample, "error_kind", "upstream_timeout");
	trk_sample_end_event(sample);
}

/* The agent calls a model: start, end, and what it cost. */
void
trk_sample_call_model(TrkSampleDesk *sample, TrkSampleAgent *agent, const char *symbol)
{
	const char *const *model = trk_sample_pick(sample, models);
	const char *purpose = trk_sample_pick(sample, purposes);
	int64		in = 900 + trk_sample_below(sample, 9000);
	int64		out = 80 + trk_sample_below(sample, 1200);

	trk_sample_begin_event(sample, agent, "llm.call.started", symbol);
	trk_sample_add_text(sample, "provider", model[0]);
	trk_sample_add_text(sample, "model", model[1]);
	trk_sample_add_text(sample, "purpose", purpose);
	trk_sample_add_text(sample, "prompt_version", "2026-05-14.2");
	trk_sample_end_event(sample);

	agent->clock += 400000 + trk_sample_below(sample, 6000000);
	trk_sample_begin_event(sample, agent, "llm.call.completed", symbol);
	trk_sample_add_text(sample, "provider", model[0]);
	trk_sample_add_text(sample, "model", model[1]);
	trk_sample_add_text(sample, "purpose", purpose);
	trk_sample_add_text(sample, "status", trk_sample_chance(sample, 1500) ? "failed" : "succeeded");
	trk_sample_add_int(sample, "input_tokens", in);
	trk_sample_add_int(sample, "output_tokens", out);
	trk_sample_add_text(sample, "finish_reason", "stop");
	trk_sample_end_event(sample);

	trk_sample_begin_event(sample, agent, "cost.usage.recorded", NULL);
	trk_sample_add_text(sample, "usage_kind", "llm_tokens");
	trk_sample_add_text(sample, "provider", model[0]);
	trk_sample_add_text(sample, "model", model[1]);
	trk_sample_add_int(sample, "quantity", in + out);
	trk_sample_add_decimal(sample, "cost_usd", in * 3 + out * 15, 6);
	trk_sample_end_event(sample);
}

/* Record a board of candidates and the review of each. */
void
trk_sample_review_board(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	char		board[TRK_SAMPLE_ID_SIZE];
	int			reviewed = 3 + (int) trk_sample_below(sample, 5);
	int			first = (int) trk_sample_below(sample, TRK_SAMPLE_SYMBOLS);

	trk_sample_make_id(sample, board, "board-", 16);
	trk_sample_begin_event(sample, agent, "opportunity.board.recorded", NULL);
	trk_sample_add_text(sample, "board_id", board);
	trk_sample_add_text(sample, "scope", "intraday_universe");
	trk_sample_add_int(sample, "full_universe_count", TRK_SAMPLE_SYMBOLS);
	trk_sample_add_int(sample, "candidate_count", reviewed);
	trk_sample_add_int(sample, "reviewed_count", reviewed);
	trk_sample_add_int(sample, "excluded_count", TRK_SAMPLE_SYMBOLS - reviewed);
	trk_sample_add_bool(sample, "selection_summary_present", true);
	trk_sample_end_event(sample);

	for (int i = 0; i < reviewed; i++)
	{
		TrkSampleSymbol *s = &sample->symbols[(first + i) % TRK_SAMPLE_SYMBOLS];

		trk_sample_begin_event(sample, agent, "opportunity.candidate.reviewed", s->name);
		trk_sample_add_text(sample, "board_id", board);
		trk_sample_add_id(sample, "candidate_id", "cand-", 16);
		trk_sample_add_text(sample, "symbol", s->name);
		trk_sample_add_int(sample, "rank", i + 1);
		trk_sample_add_text(sample, "review_status", trk_sample_pick(sample, review_statuses));
		trk_sample_add_decimal(sample, "u_enter_r", trk_sample_around_zero(sample, 4000), 4);
		trk_sample_add_number(sample, "trend_quality_score", trk_sample_below(sample, 1001), 1);
		if (i < 2)
			trk_sample_add_list(sample, "primary_reasons", trk_sample_pick_phrase(sample));
		trk_sample_end_event(sample);
	}
}

/* The agent judges the regime of a symbol. */
void
trk_sample_profile_setup(TrkSampleDesk *sample, TrkSampleAgent *agent, const TrkSampleSymbol *s)
{
	trk_sample_begin_event(sample, agent, "setup.profile.recorded", s->name);
	trk_sample_add_id(sample, "setup_profile_id", "setup-", 16);
	trk_sample_add_text(sample, "symbol", s->name);
	trk_sample_add_text(sample, "primary_regime", trk_sample_pick(sample, regimes));
	trk_sample_add_text(sample, "entry_permission", trk_sample_pick(sample, permissions));
	trk_sample_add_text(sample, "profile_shape_status", "canonical");
	trk_sample_add_decimal(sample, "atr_pct", 80 + trk_sample_below(sample, 600), 2);
	trk_sample_add_number(sample, "falling_knife_score", trk_sample_below(sample, 1001), 1);
	trk_sample_add_number(sample, "recommended_starter_cap_pct",
						  100 + trk_sample_below(sample, 300), 2);
	trk_sample_end_event(sample);
}

/* Record the strategy, and the risk that the agent plans with. */
void
trk_sample_set_strategy(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	trk_sample_begin_event(sample, agent, "strategy.context.recorded", NULL);
	trk_sample_add_text(sample, "strategy_id", agent->strategy);
	trk_sample_add_money(sample, "planned_risk_amount", trk_sample_equity(agent) / 200);
	trk_sample_add_decimal(sample, "planned_risk_pct", 5000, 4);
	trk_sample_add_decimal(sample, "planned_reward_risk", 15000 + trk_sample_below(sample, 20000), 4);
	trk_sample_add_text(sample, "session_date", sample->session_date);
	trk_sample_end_event(sample);
}

/* Record an error. */
void
trk_sample_record_error(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	agent->errors++;
	trk_sample_begin_event(sample, agent, "error.recorded", NULL);
	trk_sample_add_text(sample, "error_kind", "upstream_timeout");
	trk_sample_add_text(sample, "message", "quote service did not answer within 2 s");
	trk_sample_add_text(sample, "severity", "error");
	trk_sample_add_text(sample, "component", trk_sample_pick(sample, components));
	trk_sample_add_text(sample, "mistake_family", trk_sample_pick(sample, families));
	trk_sample_add_text(sample, "resolution_status", "retrying");
	trk_sample_add_text(sample, "money_impact", "none");
	trk_sample_end_event(sample);
}

/* The agent checks itself. */
void
trk_sample_run_check(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		family = trk_sample_below(sample, (int64) lengthof(check_families));
	int64		outcome = trk_sample_below(sample, 40);

	trk_sample_begin_event(sample, agent, "diagnostic.check.completed", NULL);
	trk_sample_add_name(sample, "check_id");
	trk_sample_put(&sample->payload, "\"");
	trk_sample_put(&sample->payload, check_families[family]);
	trk_sample_put(&sample->payload, ".");
	trk_sample_put_padded(&sample->payload, trk_sample_below(sample, 6), 2);
	trk_sample_put(&sample->payload, "\"");
	trk_sample_add_text(sample, "check_family", check_families[family]);
	trk_sample_add_text(sample, "status",
						outcome == 0 ? "failed" : outcome < 4 ? "warning" : "passed");
	trk_sample_add_text(sample, "severity",
						outcome == 0 ? "error" : outcome < 4 ? "warning" : "info");
	trk_sample_add_int(sample, "sample_count", 10 + trk_sample_below(sample, 400));
	trk_sample_add_int(sample, "failed_count", outcome == 0 ? 1 + trk_sample_below(sample, 5) : 0);
	trk_sample_add_text(sample, "component", trk_sample_pick(sample, components));
	trk_sample_end_event(sample);
}

/* Record money that comes in or goes out. */
void
trk_sample_record_flow(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	static const char *const kinds[] = {"deposit", "withdrawal", "dividend", "fee"};
	int64		kind = trk_sample_below(sample, 4);
	int64		amount = kind < 2 ? 100000 + trk_sample_below(sample, 400000) :
	100 + trk_sample_below(sample, 5000);

	if (kind % 2 == 1 && agent->cash < 2 * amount)
		kind--;
	if (kind % 2 == 1)
		amount = -amount;
	agent->cash += amount;
	agent->day_flows += amount;
	trk_sample_begin_event(sample, agent, "capital.flow.recorded", NULL);
	trk_sample_add_id(sample, "capital_flow_id", "flow-", 16);
	trk_sample_add_text(sample, "asset", agent->currency);
	trk_sample_add_text(sample, "currency", agent->currency);
	trk_sample_add_text(sample, "flow_kind", kinds[kind]);
	trk_sample_add_money(sample, "amount", amount);
	trk_sample_add_bool(sample, "included_in_trading_pnl", false);
	trk_sample_add_text(sample, "session_date", sample->session_date);
	trk_sample_end_event(sample);
}

/* Record the day's result, which follows from equity and flows. */
void
trk_sample_record_performance(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		now = trk_sample_equity(agent);
	int64		raw = now - agent->day_equity;
	int64		trading = raw - agent->day_flows;
	const TrkSampleSymbol *market = &agent->symbols[0];

	agent->index += trk_sample_ratio(agent->index, agent->day_equity, trading);
	if (agent->index > agent->index_peak)
		agent->index_peak = agent->index;
	trk_sample_begin_event(sample, agent, "performance.snapshot.recorded", NULL);
	trk_sample_add_text(sample, "portfolio_kind", agent->environment);
	trk_sample_add_text(sample, "currency", agent->currency);
	trk_sample_add_text(sample, "period_kind", "daily");
	trk_sample_add_text(sample, "session_date", sample->session_date);
	trk_sample_add_text(sample, "period_start", sample->session_date);
	trk_sample_add_text(sample, "period_end", sample->session_date);
	trk_sample_add_money(sample, "trading_pnl_amount", trading);
	trk_sample_add_money(sample, "raw_equity_change", raw);
	trk_sample_add_money(sample, "flow_adjusted_equity_change", trading);
	trk_sample_add_money(sample, "return_base", agent->day_equity);
	trk_sample_add_decimal(sample, "trading_pnl_pct",
						   trk_sample_ratio(trading, agent->day_equity, 1000000), 4);
	trk_sample_add_decimal(sample, "compounded_return_pct",
						   (agent->index - TRK_SAMPLE_INDEX_UNIT) / 1000, 4);
	trk_sample_add_decimal(sample, "drawdown_pct",
						   trk_sample_ratio(agent->index_peak - agent->index, agent->index_peak,
											1000000), 4);
	trk_sample_add_decimal(sample, "benchmark_return_pct",
						   trk_sample_ratio(market->price - market->open, market->open, 1000000), 4);
	trk_sample_end_event(sample);
}

/* Evaluate the models in an epoch: its start, and each member's result. */
static void
evaluate_models(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	char		epoch[TRK_SAMPLE_ID_SIZE];

	trk_sample_make_id(sample, epoch, "epoch-", 16);
	trk_sample_begin_event(sample, agent, "evaluation.epoch.started", NULL);
	trk_sample_add_text(sample, "epoch_id", epoch);
	trk_sample_add_text(sample, "epoch_kind", "nightly");
	trk_sample_add_id(sample, "context_hash", "", 32);
	trk_sample_add_int(sample, "expected_member_count", 3);
	trk_sample_end_event(sample);
	for (int i = 0; i < 3; i++)
	{
		bool		done = trk_sample_below(sample, 10) > 0;

		trk_sample_begin_event(sample, agent, "evaluation.epoch.member.completed", NULL);
		trk_sample_add_text(sample, "epoch_id", epoch);
		trk_sample_add_text(sample, "member_id", models[i][1]);
		trk_sample_add_bool(sample, "expected", true);
		trk_sample_add_text(sample, "state", done ? "completed" : "timeout");
		trk_sample_add_bool(sample, "scored", done);
		trk_sample_add_decimal(sample, "coverage_penalty", done ? 0 : 2500, 4);
		if (done)
		{
			/* from the generator's state, without taking a number from it */
			int64		move = (int64) ((sample->stream.random >> (20 + 8 * i)) % 30000) - 12000;

			trk_sample_add_decimal(sample, "compounded_return_pct", move, 4);
			trk_sample_add_decimal(sample, "max_drawdown_pct", move < 0 ? 3000 - move : 3000, 4);
		}
		trk_sample_end_event(sample);
	}
}

/* Replay the day against the recorded decisions, and evaluate the models. */
void
trk_sample_run_replay(TrkSampleDesk *sample, TrkSampleAgent *agent)
{
	int64		cases = 20 + trk_sample_below(sample, 60);
	int64		failures = trk_sample_below(sample, 12) == 0 ? 1 + trk_sample_below(sample, 3) : 0;

	trk_sample_begin_event(sample, agent, "replay.result.recorded", NULL);
	trk_sample_add_text(sample, "suite_name", "golden_decisions");
	trk_sample_add_text(sample, "status", failures ? "failed" : "passed");
	trk_sample_add_int(sample, "case_count", cases);
	trk_sample_add_int(sample, "pass_count", cases - failures);
	trk_sample_add_int(sample, "fail_count", failures);
	trk_sample_add_bool(sample, "lookahead_guard_passed", true);
	trk_sample_add_bool(sample, "leakage_guard_passed", true);
	trk_sample_end_event(sample);
	evaluate_models(sample, agent);
}
