-- Decisions and what they led to.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of run d, that many seconds after ten o'clock.
create function pg_temp.at(n int, seconds numeric, type text, payload jsonb, more jsonb default '{}')
returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'decisions/' || n, 'run_id',
		'run_d',
		'occurred_at', to_char(timestamp '2026-02-02 10:00' + seconds * interval '1 second',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		'symbols', '[]'::jsonb, 'payload', payload) || more)
$$;
create function pg_temp.decided(n int, seconds numeric, payload jsonb,
		more jsonb default '{}') returns text language sql as $$
	select pg_temp.at(n, seconds, 'decision.proposed', '{"decision_kind": "entry"}' || payload, more)
$$;
\set ECHO all
create extension if not exists agent_tracker;
select * from at_decisions();
select at_create_store();
select * from at_decisions();
select * from at_recent_decisions;
select * from at_decisions(environment => 'mars');

-- The whole chain.  The price that was seen is the newest at or before the decision:
-- 100.5 at second 2, not the one at second 4; 1.5 seconds before it and 2 seconds old
-- then are 3.5.  Two orders of 10 at 100 and 30 at 102 are 40 at (1000 + 3060) / 40 =
-- 101.5.  Fills of 10 at 101 and 20 at 102.51: 30 at (1010 + 2050.2) / 30 = 102.00666;
-- they cost 10 * 1 + 20 * 0.51 = 20.2 more than the 10 * 100 + 20 * 102 = 3040 that
-- they were meant to: 66.447 basis points, which is worse.  The last fill comes two days
-- later in another run.  One that is sent again under another key counts once.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(1, 1, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "99"}'),
	pg_temp.at(2, 2, 'market.snapshot.recorded', '{"source": "tape", "symbol": "spy", "price": "100.5",
		"freshness_seconds": 2}'),
	pg_temp.at(3, 2.5, 'market.snapshot.recorded', '{"source": "iex", "symbol": "QQQ", "price": "7"}'),
	pg_temp.at(4, 3, 'opportunity.board.recorded', '{"board_id": "b", "scope": "all", "candidate_count": 12}'),
	pg_temp.decided(5, 3.5, '{"decision_id": "dec-1", "action": "buy", "symbol": "SPY", "confidence": "0.7",
		"target_weight": 0.05,
		"reason_code": "breakout"}'),
	pg_temp.at(6, 4, 'market.snapshot.recorded', '{"source": "iex", "symbol": "SPY", "price": "105"}'),
	pg_temp.at(7, 5, 'risk.check.completed', '{"risk_check_kind": "cash", "approved": true, "decision_id": "dec-1"}'),
	pg_temp.at(8, 6, 'order.intent.recorded', '{"order_intent_id": "o1", "decision_id": "dec-1", "symbol": "SPY",
		"side": "buy",
		"intended_quantity": 10, "intended_price": "100"}'),
	pg_temp.at(9, 7, 'order.intent.recorded', '{"order_intent_id": "o2", "decision_id": "dec-1", "symbol": "SPY",
		"side": "buy",
		"intended_quantity": 30, "intended_price": "102"}'),
	pg_temp.at(10, 7.5, 'order.intent.recorded', '{"order_intent_id": "o2", "decision_id": "dec-1", "symbol": "SPY",
		"side": "buy",
		"intended_quantity": 30, "intended_price": "102"}'),
	pg_temp.at(11, 8, 'paper.fill.recorded', '{"fill_id": "f1", "order_intent_id": "o1", "symbol": "SPY",
		"side": "buy", "quantity": 10,
		"price": "101", "currency": "USD"}'),
	pg_temp.at(12, 9, 'paper.fill.recorded', '{"fill_id": "f1", "order_intent_id": "o1", "symbol": "SPY",
		"side": "buy", "quantity": 10,
		"price": "101", "currency": "USD"}'),
	pg_temp.at(13, 10, 'decision.outcome.recorded', '{"decision_id": "dec-1", "outcome_kind": "filled",
		"followed_plan": true}'),
	pg_temp.at(14, 172800, 'paper.fill.recorded', '{"fill_id": "f2", "order_intent_id": "o2", "symbol": "SPY",
		"side": "buy", "quantity": 20,
		"price": "102.51", "currency": "USD"}', '{"run_id": "run_late"}')));
\x on
select * from at_decisions('paper', '2026-02-02', '2026-02-03');
select runs from at_refresh();
select fills, filled_quantity, fill_price, slippage_bps, net_pnl, cardinality(event_ids) from at_decisions('paper',
		'2026-02-02', '2026-02-03');
-- At the end of the window nothing is known of what comes more than a day later, but fills.
select fills, outcome_kind from at_decisions('paper', '2026-02-02 10:00:03Z', '2026-02-02 10:00:04Z');
select count(*) from at_decisions('paper', '2026-02-02 10:00:04Z');
\x off

-- It sells all 30 three days later at 110: 10 of 101 and 20 of 102.51 are 90 + 149.8 = 239.8.
-- The trades are results of both decisions; a sale at less than intended is worse: 10 of
-- 120 are 833.33 basis points.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.decided(20, 259200, '{"decision_id": "dec-2", "action": "sell", "symbol": "SPY",
		"decision_kind": "exit"}', '{"run_id": "run_e"}'),
	pg_temp.at(21, 259201, 'order.intent.recorded', '{"order_intent_id": "o3", "decision_id": "dec-2",
		"symbol": "SPY", "side": "sell",
		"intended_quantity": 30, "intended_price": "120"}', '{"run_id": "run_e"}'),
	pg_temp.at(22, 259202, 'paper.fill.recorded', '{"fill_id": "f3", "order_intent_id": "o3", "decision_id": "dec-2",
		"symbol": "SPY",
		"side": "sell", "quantity": 30, "price": "110", "currency": "USD"}', '{"run_id": "run_e"}')));
select decision_id, fills, slippage_bps, net_pnl, price from at_decisions('paper') order by proposed_at;
select runs from at_refresh();
select decision_id, fills, slippage_bps, net_pnl, price from at_decisions('paper') order by proposed_at;
select decision_id, net_pnl from at_decisions('paper', '2026-02-02', '2026-02-03');
select entry_run_id, exit_run_id, entry_decision_id, exit_decision_id, net_pnl from at_trade order by entry_at;
select entry_run_id, exit_run_id, entry_decision_id, exit_decision_id, net_pnl from at_round_trip;

-- Rejections: any check that rejects decides; the reasons of all, each once.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.decided(30, 0, '{"decision_id": "dec-3", "action": "buy", "symbol": "TSLA"}', '{"run_id": "run_r"}'),
	pg_temp.at(31, 1, 'risk.check.completed', '{"risk_check_kind": "cash", "approved": true, "decision_id": "dec-3"}',
		'{"run_id": "run_r"}'),
	pg_temp.at(32, 2, 'risk.check.completed', '{"risk_check_kind": "limits", "approved": false,
		"decision_id": "dec-3",
		"reasons": ["too_large", "earnings"]}', '{"run_id": "run_r"}'),
	pg_temp.at(33, 3, 'trade.rejected', '{"decision_id": "dec-3", "reason_code": "earnings", "rejected_by": "gate"}',
		'{"run_id": "run_r"}'),
	pg_temp.at(34, 3, 'trade.rejected', '{"decision_id": "dec-3", "reason_code": "closed", "rejected_by": "broker"}',
		'{"run_id": "run_r"}')));
select decision_id, approved, reasons, rejected_by, fills,
		slippage_bps from at_decisions('paper') where run_id = 'run_r';

-- Without ids: joined by run and symbol to what has none either, before or after it (the
-- check's clock is behind); a proposal of another kind is the same decision, one of the
-- same kind another.  What names an unknown decision is nobody's.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(40, 0.5, 'risk.check.completed', '{"risk_check_kind": "early", "approved": true, "symbol": "KO"}',
		'{"run_id": "run_n"}'),
	pg_temp.decided(41, 1, '{"decision_kind": "target_weight", "action": "proposed", "symbol": "KO",
		"target_weight": 0.1}', '{"run_id": "run_n"}'),
	pg_temp.decided(42, 2, '{"decision_kind": "rebalance_action", "action": "buy", "symbol": "KO"}',
		'{"run_id": "run_n"}'),
	pg_temp.at(43, 3, 'risk.check.completed', '{"risk_check_kind": "cash", "approved": false, "reasons": ["cash"],
		"symbol": "ko"}', '{"run_id": "run_n"}'),
	pg_temp.decided(44, 4, '{"decision_kind": "rebalance_action", "action": "sell", "symbol": "KO"}',
		'{"run_id": "run_n"}'),
	pg_temp.decided(45, 5, '{"action": "hold"}', '{"run_id": "run_n"}'),
	pg_temp.decided(46, 5, '{"action": "hold"}', '{"run_id": "run_n"}'),
	pg_temp.at(47, 6, 'risk.check.completed', '{"risk_check_kind": "x", "approved": false, "reasons": ["x"],
		"symbol": "KO", "decision_id": "?"}', '{"run_id": "run_n"}')));
select symbol, action, decision_kind, target_weight, approved, reasons, rejected_by, cardinality(event_ids) as events
from at_decisions('paper') where run_id = 'run_n' order by proposed_at;

-- Journals: the order names the row of the allocation run, whose run id is a hash of table
-- and row; its own run has the check, and its fill names the order.
select 'run_' || left(encode(sha256('["portfolio_allocation_runs","alloc-7"]'), 'hex'), 32) as run_id \gset
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.decided(50, 0, '{"decision_kind": "target_weight", "action": "proposed", "symbol": "IBM"}',
		jsonb_build_object('run_id', :'run_id')),
	pg_temp.decided(51, 0, '{"decision_kind": "target_weight", "action": "proposed", "symbol": "GE"}',
		jsonb_build_object('run_id', :'run_id')),
	pg_temp.at(52, 60, 'order.intent.recorded', '{"order_intent_id": "j1", "decision_id": "alloc-7", "symbol": "IBM",
		"side": "buy",
		"intended_quantity": "3", "intended_price": "20"}', '{"run_id": "run_j1"}'),
	pg_temp.at(53, 61, 'risk.check.completed', '{"risk_check_kind": "deterministic", "approved": true,
		"symbol": "IBM"}', '{"run_id": "run_j1"}'),
	pg_temp.at(54, 62, 'paper.fill.recorded', '{"fill_id": "j1f", "order_intent_id": "j1", "symbol": "IBM",
		"side": "buy", "qty": "3",
		"price": "20"}', '{"run_id": "run_j2"}')));
select symbol, approved, order_intent_id, intended_quantity, fills, filled_quantity, fill_price, slippage_bps
from at_decisions('paper') where run_id = :'run_id' order by symbol;

-- A decision that is proposed twice is one, with what was said last; the same ids in
-- another project, agent or environment are others.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.decided(60, 0, '{"decision_id": "twice", "action": "buy", "symbol": "T", "confidence": 0.4}',
		'{"run_id": "run_2"}'),
	pg_temp.decided(61, 1, '{"decision_id": "twice", "action": "sell", "symbol": "T"}', '{"run_id": "run_2"}'),
	pg_temp.decided(62, 0, '{"decision_id": "twice", "action": "hold", "symbol": "T"}', '{"run_id": "run_2",
		"project": "other"}'),
	pg_temp.decided(63, 0, '{"decision_id": "twice", "action": "trim", "symbol": "T"}', '{"run_id": "run_2",
		"agent_id": "beta"}'),
	pg_temp.decided(64, 0, '{"decision_id": "twice", "action": "add", "symbol": "T"}', '{"run_id": "run_2",
		"environment": "shadow"}'),
	pg_temp.at(65, 2, 'decision.outcome.recorded', '{"decision_id": "twice", "outcome_kind": "expired"}',
		'{"run_id": "run_2", "agent_id": "beta"}')));
select agent_id, environment, action, confidence, outcome_kind, cardinality(event_ids) as events
from at_decisions() where run_id = 'run_2' order by 1, 2, 3;
select action from at_decisions('other');
select action from at_decisions(agent_id => 'beta', environment => 'paper');

-- The price of another run of the agent counts for an hour.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(70, 36000, 'market.snapshot.recorded', '{"source": "iex", "symbol": "F", "bid": "9", "ask": "10"}',
		'{"run_id": "run_p"}'),
	pg_temp.decided(71, 39600, '{"decision_id": "p1", "action": "buy", "symbol": "F"}', '{"run_id": "run_q"}'),
	pg_temp.decided(72, 39601, '{"decision_id": "p2", "action": "buy", "symbol": "F"}', '{"run_id": "run_q"}'),
	pg_temp.decided(73, 43200, '{"decision_id": "p3", "action": "buy", "symbol": "F"}', '{"run_id": "run_p"}')));
select decision_id, price, price_age_s from at_decisions('paper') where symbol = 'F' order by 1;
-- What the run saw before the window counts, fresh or not.
select decision_id, price, price_age_s from at_decisions('paper', '2026-02-02 21:59Z',
		'2026-02-02 23:00Z') order by 1;
select runs > 0 as refreshed from at_refresh();
select decision_id, price, price_age_s from at_decisions('paper', '2026-02-02 21:59Z',
		'2026-02-02 23:00Z') order by 1;
-- Also when it goes on for days; and its price, when it is the first of a longer run.
select pg_temp.ingest(pg_temp.at(74, 864000, 'tool.call.completed', '{"tool_name": "t", "status": "ok"}',
	'{"run_id": "run_p"}'));
select decision_id, price from at_decisions('paper', '2026-02-02 21:59Z', '2026-02-02 23:00Z') order by 1;
select runs > 0 as refreshed from at_refresh();
select decision_id, price from at_decisions('paper', '2026-02-02 21:59Z', '2026-02-02 23:00Z') order by 1;
-- An outcome of the next day in a run that proposes nothing.
select pg_temp.ingest(pg_temp.at(75, 100000, 'decision.outcome.recorded',
	'{"decision_id": "p3", "outcome_kind": "expired"}', '{"run_id": "run_later"}'));
select decision_id, outcome_kind from at_decisions('paper', '2026-02-02 21:59Z', '2026-02-02 23:00Z') order by 1;
select runs > 0 as refreshed from at_refresh();
select decision_id, outcome_kind from at_decisions('paper', '2026-02-02 21:59Z', '2026-02-02 23:00Z') order by 1;
select run_id from at_run_fact where follows_up order by 1;

-- Many decisions with one id, or without any, take no longer than others.
set statement_timeout = '10s';
select accepted from at_ingest_jsonl((select string_agg(pg_temp.at(1000 + n, n, t, p, jsonb_build_object('run_id',
		'run_' || case when t = 'decision.proposed' then n else 20000 end, 'project', 'many')), e'\n')
	from generate_series(1, 20000) n, lateral (select case n % 2 when 1 then 'decision.proposed'
			else 'decision.outcome.recorded' end as t,
		jsonb_build_object('decision_id', 'same', 'decision_kind', 'k', 'action', 'buy', 'symbol', 'F',
			'outcome_kind', 'filled') as p) e));
select count(*), count(*) filter (where outcome_kind = 'filled' and cardinality(event_ids) = 2) as one_outcome
from at_decisions('many');
select accepted from at_ingest_jsonl((select string_agg(pg_temp.at(30000 + n, n, 'decision.proposed',
		jsonb_build_object('decision_kind', 'k' || n / 2, 'action', 'buy', 'symbol', 'F'),
		'{"project": "kinds"}'), e'\n')
	from generate_series(1, 20000) n));
select count(*) from at_decisions('kinds');
reset statement_timeout;
select at_drop_store();
