-- Every detector of at_find_mistakes() with a case that it finds, of an agent whose
-- name ends with _yes, and one that it just does not, of an agent with _no.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
create extension if not exists agent_tracker;
select at_find_mistakes('p', '2026-01-05', '2026-01-06');
select at_create_store();

-- An event of the day 2026-01-05, a Monday, at a time, or of another day.
create sequence pg_temp.number;
create temp table line (line text);
create function pg_temp.add(agent text, type text, at text, payload jsonb, environment text default 'paper', run text
	default null)
returns void language sql as $$
	insert into line select pg_temp.event(n::int, jsonb_build_object('project', 'p', 'agent_id', agent, 'run_id',
		'run_' || translate(coalesce(run, agent), ':', ''),
		'event_type', type, 'idempotency_key', 'key/' || n, 'environment', environment,
		'occurred_at', case when at like '____-%' then at else '2026-01-05T' || at || 'Z' end, 'payload', payload))
	from nextval('pg_temp.number') n
$$;
create function pg_temp.add_order(agent text, at text, id text, payload jsonb) returns void language sql as $$
	select pg_temp.add(agent, 'order.intent.recorded', at, jsonb_build_object('order_intent_id', id, 'decision_id',
		'd-' || id, 'side', 'buy',
		'symbol', 'AAA', 'intended_quantity', 10, 'intended_price', '100.00') || payload)
$$;
create function pg_temp.add_fill(agent text, at text, id text, payload jsonb, environment text default 'paper')
	returns void language sql as $$
	select pg_temp.add(agent, 'paper.fill.recorded', at, jsonb_build_object('fill_id', 'f-' || id, 'order_intent_id',
		id, 'decision_id', 'd-' || id,
		'side', 'buy', 'symbol', 'AAA', 'quantity', 10, 'price', '100.00', 'currency', 'USD', 'fees', '0.00',
			'open_close_effect', 'open') || payload, environment)
$$;
create function pg_temp.add_cash(agent text, at text, cash text, payload jsonb default '{}') returns void language sql
	as $$
	select pg_temp.add(agent, 'portfolio.snapshot.recorded', at,
		jsonb_build_object('cash', cash, 'equity', '100000.00', 'currency', 'USD', 'portfolio_kind', 'paper') ||
			payload)
$$;
create function pg_temp.add_price(agent text, at text, payload jsonb) returns void language sql as $$
	select pg_temp.add(agent, 'market.snapshot.recorded', at,
		'{"symbol": "AAA", "price": "100.00", "session_state": "regular", "source": "s"}' || payload)
$$;
create function pg_temp.add_decision(agent text, at text, payload jsonb default '{}') returns void language sql as $$
	select pg_temp.add(agent, 'decision.proposed', at,
		'{"action": "hold", "decision_kind": "entry", "symbol": "AAA", "decision_id": "d"}'::jsonb || payload)
$$;

-- trade after a rejection: of the decision, of the order; approved again, another order of the decision
do $$ begin
	perform pg_temp.add(a, 'trade.rejected', '14:00:00',
		'{"reason_code": "cash", "rejected_by": "gate", "decision_id": "d-o1", "order_intent_id": "o1"}')
		from unnest('{reject_yes,reject_again_no,reject_other_no}'::text[]) a;
	perform pg_temp.add('reject_again_no', 'risk.check.completed', '14:00:30',
		'{"approved": true, "risk_check_kind": "deterministic", "decision_id": "d-o1"}');
	perform pg_temp.add_fill('reject_yes', '14:01:00', 'o1', '{}'), pg_temp.add_fill('reject_again_no', '14:01:00',
		'o1', '{}'),
		pg_temp.add_fill('reject_other_no', '14:01:00', 'o2', '{"decision_id": "d-o1"}');
	perform pg_temp.add('check_yes', 'risk.check.completed', '14:00:00',
		'{"approved": false, "risk_check_kind": "deterministic", "decision_id": "d-o1", "reasons": ["cash"]}'),
			pg_temp.add_fill('check_yes', '14:01:00', 'o1', '{}');
	perform pg_temp.add_fill('reject_later_no', '14:01:00', 'o1', '{}'), pg_temp.add('reject_later_no',
		'trade.rejected', '14:02:00',
		'{"reason_code": "cash", "rejected_by": "gate", "decision_id": "d-o1", "order_intent_id": "o1"}');
end $$;

-- prices: 200 s old and 90 s fresh; the bound is 300
do $$ begin
	perform pg_temp.add_price(a, '14:00:00', jsonb_build_object('freshness_seconds', f)), pg_temp.add_decision(a,
		'14:03:20')
	from (values ('price_yes', 101), ('price_no', 100)) v(a, f);
	-- stale when it was taken is the other mistake, in an open session and before a fresher one
	perform pg_temp.add_price(a, '14:00:00', jsonb_build_object('freshness_seconds', f, 'session_state', s))
	from (values ('bars_yes', 301, 'regular'), ('bars_no', 300, 'regular'), ('bars_closed_no', 301, 'after_hours'),
		('bars_fresher_no', 301, 'regular')) v(a, f, s);
	perform pg_temp.add_price('bars_fresher_no', '14:00:01', '{"freshness_seconds": 1}');
	perform pg_temp.add_decision(a, '14:00:02') from unnest('{bars_yes,bars_closed_no,bars_fresher_no}'::text[]) a;
	perform pg_temp.add_decision('bars_no', '14:00:00');
end $$;

-- slippage: 51 and 50 basis points, a market order, a better price
do $$ begin
	perform pg_temp.add_order(a, '14:00:00', 'o1', p), pg_temp.add_fill(a, '14:00:01', 'o1', f || '{"quantity": 4}'),
		pg_temp.add_fill(a, '14:00:02', 'o1', f || '{"quantity": 6, "fill_id": "f2"}')
	from (values ('slippage_yes', '{}'::jsonb, '{"price": "100.51"}'::jsonb), ('slippage_no', '{}',
		'{"price": "100.50"}'),
		('slippage_sell_yes', '{"side": "sell"}', '{"price": "99.49", "side": "sell"}'), ('slippage_market_no',
			'{"order_type": "market"}', '{"price": "103.00"}'),
		('slippage_better_no', '{}', '{"price": "97.00"}'), ('slippage_twice_yes', '{}', '{"price": "100.51"}'),
		('slippage_split_no', '{"symbol": "btc-usd"}', '{"price": "1000.00", "symbol": "btc-usd"}')) v(a, p, f);
	-- recorded twice it is one order; splits are of symbols in any case
	perform pg_temp.add_order('slippage_twice_yes', '14:00:00.5', 'o1', '{}');
	insert into at_split values ('btc-usd', '2026-01-05T14:00:00.5Z', 10);
end $$;

-- loops: five with the same digest and four; ten in a row without one and nine, then another tool
do $$ begin
	perform pg_temp.add(a, 'tool.call.completed', '14:00:' || lpad(i::text, 2, '0'),
		jsonb_build_object('status', 'succeeded', 'tool_name', case when i = other then 'other' else 'quotes' end) || p)
	from (values ('loop_digest_yes', 5, 0, '{"arguments_hash": "sha256:aa"}'::jsonb), ('loop_digest_no', 4, 0,
		'{"arguments_hash": "sha256:aa"}'),
		('loop_redacted_yes', 5, 0, '{"tool_arguments": {"q": "a"}}'), ('loop_plain_yes', 5, 0,
			'{"arguments": {"q": "a"}}'), ('loop_row_yes', 10, 0, '{}'), ('loop_row_no', 9, 0, '{}'),
		('loop_other_no', 12, 6, '{}'), ('loop_step_no', 12, 0, '{"tool_kind": "step"}')) v(a, n, other, p),
			generate_series(1, n) i;
	perform pg_temp.add('loop_differs_no', 'tool.call.completed', '14:00:' || (10 + i),
		jsonb_build_object('status', 'succeeded', 'tool_name', 'quotes', 'arguments_hash', 'sha256:' || i)) from
			generate_series(1, 20) i;
end $$;

-- prompts: another hash of the same version, of another version, of a journal's versions
do $$ begin
	perform pg_temp.add(a, 'llm.call.started', t, jsonb_build_object('provider', 'p', 'model', 'm', 'prompt_family',
		'entry', 'prompt_version', v, 'prompt_hash', h) || p)
	from (values ('prompt_yes', '2026-01-02T14:00:00Z', 'v1', 'sha256:a', '{}'::jsonb), ('prompt_yes', '14:00:00',
		'v1', 'sha256:b', '{}'), ('prompt_yes', '14:00:01', 'v1', 'sha256:b', '{}'),
		('prompt_no', '14:00:00', 'v1', 'sha256:a', '{}'), ('prompt_no', '14:00:01', 'v2', 'sha256:b', '{}'),
		('prompt_row_no', '14:00:00', 'v1', 'sha256:a', '{"evidence_refs": [{"table": "prompt_versions", "id": "1"}]}'),
		('prompt_row_no', '14:00:01', 'v1', 'sha256:b',
			'{"evidence_refs": [{"table": "prompt_versions", "id": "2"}]}')) v(a, t, v, h, p);
end $$;

-- cost: a purpose that says nothing; the call has one; a use that names the mistake itself; replay
do $$ begin
	perform pg_temp.add(a, 'cost.usage.recorded', '14:00:00',
		'{"provider": "x", "usage_kind": "search_query", "quantity": 1, "purpose": "thesis"}' || p, e)
	from (values ('purpose_yes', '{"purpose": "none"}'::jsonb, 'paper'), ('purpose_no', '{}', 'paper'),
		('purpose_zero_no', '{"purpose": "none", "quantity": 0}', 'paper'),
		('purpose_said_no', '{"purpose": "none", "mistake_family": "cost.api_without_purpose"}', 'paper'),
		('replay_yes', '{}', 'replay'), ('replay_no', '{"quantity": 0}', 'replay'), ('replay_row_no',
			'{"evidence_refs": [{"table": "search_usage_events", "id": "1"}]}', 'replay')) v(a, p, e);
	perform pg_temp.add(a, 'llm.call.started', '14:00:00', '{"provider": "x", "model": "m"}' || p), pg_temp.add(a,
		'llm.call.completed', '14:00:01', '{"provider": "x", "model": "m", "status": "succeeded"}' || p),
		pg_temp.add(a, 'cost.usage.recorded', '14:00:02',
			'{"provider": "x", "model": "m", "usage_kind": "llm_tokens", "quantity": 9, "cost_usd": "0.1"}')
	from (values ('purpose_call_yes', '{"purpose": "unknown"}'::jsonb), ('purpose_call_no', '{"purpose": "ranking"}'))
		v(a, p);
end $$;

-- bars that cannot be
do $$ begin
	perform pg_temp.add_price(a, '14:00:00', p)
	from (values ('finite_yes', '{"nan_count": 1}'::jsonb), ('finite_no',
		'{"nan_count": 0, "non_finite_count": null}'), ('ohlc_count_yes', '{"invalid_ohlc_relation_count": 2}'),
		('ohlc_yes', '{"open": "10", "high": "10.5", "low": "9", "close": "10.51"}'), ('ohlc_low_yes',
			'{"low": "9.01", "close": "9"}'),
		('ohlc_no', '{"open": "10", "high": "10.5", "low": "9", "close": "10.5"}')) v(a, p);
end $$;

-- a closed session taken for stale data
do $$ begin
	perform pg_temp.add_price(a, '21:00:00', jsonb_build_object('session_state', s)), pg_temp.add(a,
		'opportunity.candidate.reviewed', '21:00:01',
		jsonb_build_object('candidate_id', 'c', 'board_id', 'b', 'symbol', 'AAA', 'review_status', r))
	from (values ('closed_yes', 'closed', 'excluded_stale'), ('closed_no', 'regular', 'excluded_stale'),
		('closed_other_no', 'closed', 'excluded_cash')) v(a, s, r);
end $$;

-- returns without a sign: twenty snapshots, a fall of 51 and 50 basis points, one return below zero
do $$ begin
	perform pg_temp.add_price(a, '14:00:' || (10 + i), jsonb_build_object('session_return_pct', case when i = low then
		'-0.01' else '0.00' end,
		'price', case when i = 1 then '100.00' else price end))
	from (values ('clamp_yes', 20, '99.49', 0), ('clamp_no', 20, '99.50', 0), ('clamp_few_no', 19, '99.00', 0),
		('clamp_sign_no', 20, '99.00', 7)) v(a, n, price, low),
		generate_series(1, n) i;
end $$;

-- session dates: two days off, one; over a weekend; a closed position of two dates
do $$ begin
	perform pg_temp.add(a, 'capital.flow.recorded', t, jsonb_build_object('capital_flow_id', 'c', 'asset', 'USD',
		'currency', 'USD', 'flow_kind', 'dividend', 'amount', '1',
		'included_in_trading_pnl', false, 'session_date', d))
	from (values ('date_yes', '14:00:00', '2026-01-07'), ('date_no', '23:00:00', '2026-01-06'), ('date_monday_yes',
		'01:00:00', '2026-01-01'), ('date_monday_no', '01:00:00', '2026-01-02')) v(a, t, d);
	perform pg_temp.add_fill(a, '14:00:00', 'o1',
		'{"open_close_effect": "close", "position_id": "x", "session_date": "2026-01-05", "side": "sell"}', 'shadow')
		from unnest('{date_close_yes,date_close_at_once_yes,date_close_no,date_close_late_no}'::text[]) a;
	-- the first snapshot counts, not those after it
	perform pg_temp.add(a, 'position.snapshot.recorded', t, jsonb_build_object('symbol', 'AAA', 'position_id',
		'x', 'quantity', 0, 'session_date', d, 'portfolio_kind', 'shadow'), 'shadow')
	from (values ('date_close_yes', '14:00:01', '2026-01-06'), ('date_close_yes', '14:00:02', '2026-01-06'),
		('date_close_at_once_yes', '14:00:00', '2026-01-06'), ('date_close_no', '14:00:01', '2026-01-05'),
		('date_close_no', '14:00:02', '2026-01-06'), ('date_close_late_no', '20:00:01', '2026-01-06')) v(a, t, d);
end $$;

-- fills and orders: none of the fill's, the decision's, older; import; an agent without orders
do $$ begin
	perform pg_temp.add_order(a, '14:00:00', 'o1', '{}')
	from unnest('{intent_yes,intent_null_yes,intent_no,intent_decision_no,intent_old_no,intent_import_no}'::text[]) a;
	perform pg_temp.add_order('intent_old_no', '2025-12-01T14:00:00Z', 'o0', '{}');
	perform pg_temp.add_fill(a, '14:30:00', o, p)
	from (values ('intent_yes', 'o2', '{}'::jsonb), ('intent_null_yes', null, '{"decision_id": "d-x"}'), ('intent_no',
		'o1', '{}'), ('intent_decision_no', null, '{"decision_id": "d-o1"}'),
		('intent_old_no', 'o0', '{}'), ('intent_import_no', 'o2', '{"fill_source": "manual_import"}'),
			('intent_none_no', 'o2', '{}')) v(a, o, p);
	-- orders of the day before the fill, which does not have its first moment
	perform pg_temp.add_order(a, t, 'o' || n, '{}')
	from (values ('intent_day_no', '2026-01-04T14:30:00Z', 1), ('intent_day_yes', '2026-01-04T14:30:00Z', 1),
		('intent_day_yes', '2026-01-04T14:30:01Z', 2), ('intent_day_yes', '14:30:00', 3),
		('intent_day_yes', '14:30:01', 4)) v(a, t, n);
	perform pg_temp.add_fill(a, '14:30:00', 'o9', '{}') from unnest('{intent_day_no,intent_day_yes}'::text[]) a;
end $$;

-- orders of 1000.00 and cash: less by a cent and just enough, with a fill since; margin; buying power; rounding;
-- rejected; two portfolios; old
do $$ begin
	perform pg_temp.add_cash(a, t, c, p) from (values ('cash_yes', '13:00:00', '999.98', '{}'::jsonb), ('cash_no',
		'13:00:00', '999.99', '{}'), ('cash_spent_yes', '13:00:00', '1999.98', '{}'),
		('cash_margin_no', '13:00:00', '999.98', '{}'), ('cash_margin_no', '12:00:00', '-1.00', '{}'), ('power_yes',
			'13:00:00', '999.98', '{"buying_power_visibility_only": "2000.00"}'),
		('power_no', '13:00:00', '1000.00', '{"buying_power_visibility_only": "2000.00"}'), ('rounding_yes',
			'13:00:00', '950.00', '{}'), ('rounding_no', '13:00:00', '1000.00', '{}'),
		('cash_rejected_no', '13:00:00', '1.00', '{}'), ('cash_two_no', '13:00:00', '1.00', '{}'), ('cash_two_no',
			'13:00:01', '1.00', '{"portfolio_kind": "other"}'),
		('cash_old_no', '2026-01-01T13:00:00Z', '1.00', '{}'), ('cash_flow_no', '13:00:00', '1.00', '{}'),
			('cash_currency_no', '13:00:00', '1.00', '{"currency": "EUR"}'),
		('cash_last_yes', '12:00:00', '5000.00', '{}'), ('cash_last_yes', '13:00:00', '999.98', '{}'),
		('cash_last_no', '12:00:00', '1.00', '{}'), ('cash_last_no', '13:00:00', '1000.00', '{}'),
		('cash_at_once_yes', '13:00:00', '1999.98', '{}'), ('cash_at_once_no', '13:00:00', '1000.00', '{}'))
			v(a, t, c, p);
	-- a fill at the time of the snapshot is in it; one at the time of the order came before
	perform pg_temp.add_fill(a, t, 'o0', '{"fill_source": "manual_import"}')
		from (values ('cash_at_once_yes', '14:00:00'), ('cash_at_once_no', '13:00:00')) v(a, t);
	perform pg_temp.add_fill('cash_spent_yes', '13:10:00', 'o0', '{"fill_source": "manual_import"}');
	perform pg_temp.add('cash_flow_no', 'capital.flow.recorded', '13:30:00',
		'{"capital_flow_id": "c", "asset": "USD", "currency": "USD", "flow_kind": "dividend", "amount": "5000.00",
		"included_in_trading_pnl": false, "session_date": "2026-01-05"}');
	perform pg_temp.add(a, 'risk.check.completed', '13:59:00',
		'{"approved": true, "risk_check_kind": "deterministic", "decision_id": "d-o1", "requested_notional": "940.00"}')
		from unnest('{rounding_yes,rounding_no}'::text[]) a;
	perform pg_temp.add_order(a, '14:00:00', 'o1', '{"currency": "USD"}')
		from unnest('{cash_yes,cash_no,cash_spent_yes,cash_margin_no,power_yes,power_no,rounding_yes,rounding_no,
			cash_rejected_no,cash_two_no,cash_old_no,cash_flow_no,cash_currency_no,
			cash_last_yes,cash_last_no,cash_at_once_yes,cash_at_once_no}'::text[]) a;
	perform pg_temp.add('cash_rejected_no', 'trade.rejected', '14:00:01',
		'{"reason_code": "cash", "rejected_by": "gate", "order_intent_id": "o1"}');
	-- sales of 10 of what is held
	perform pg_temp.add(a, 'position.snapshot.recorded', '13:00:00', jsonb_build_object('symbol', 'AAA',
		'position_id', 'x', 'quantity', q, 'portfolio_kind', 'paper'))
		from (values ('position_yes', 9), ('position_no', 10), ('position_sold_yes', 19), ('position_short_no', 0),
			('position_negative_no', -1), ('position_flow_no', 9), ('position_two_no', 4),
			('position_two_no', 9)) v(a, q);
	perform pg_temp.add('position_flow_no', 'capital.flow.recorded', '13:30:00',
		'{"capital_flow_id": "c", "asset": "AAA", "currency": "USD", "flow_kind": "transfer_in", "amount": "500.00",
		"included_in_trading_pnl": false, "session_date": "2026-01-05"}');
	perform pg_temp.add_fill('position_sold_yes', '13:10:00', 'o0', '{"side": "sell", "fill_source": "manual_import"}');
	perform pg_temp.add_order(a, '14:00:00', 'o1', jsonb_build_object('side', s))
		from (values ('position_yes', 'sell'), ('position_no', 'sell'), ('position_sold_yes', 'sell'),
			('position_short_no', 'short'), ('position_negative_no', 'sell'), ('position_unknown_no', 'sell'),
			('position_flow_no', 'sell'), ('position_two_no', 'sell')) v(a, s);
end $$;

-- a deposit of 500.00 that the result counts, and one that it does not: with equity, and with fills alone
do $$ begin
	perform pg_temp.add(a, 'portfolio.snapshot.recorded', t, jsonb_build_object('cash', e, 'equity', e, 'currency',
		'USD', 'portfolio_kind', 'paper', 'session_date', left(t, 10)))
		from unnest('{deposit_yes,deposit_no}'::text[]) a, (values ('2026-01-02T21:00:00Z', '10000.00'),
			('2026-01-05T21:00:00Z', '10600.00')) v(t, e);
	perform pg_temp.add(a, 'capital.flow.recorded', '13:00:00',
		'{"capital_flow_id": "c", "asset": "USD", "currency": "USD", "flow_kind": "deposit", "amount": "500.00",
		"included_in_trading_pnl": false, "session_date":
			"2026-01-05"}') from unnest('{deposit_yes,deposit_no,deposit_fills_yes}'::text[]) a;
	perform pg_temp.add(a, 'performance.snapshot.recorded', '21:00:00', jsonb_build_object('session_date',
		'2026-01-05', 'period_kind', 'daily', 'period_start', '2026-01-05',
		'period_end', '2026-01-05', 'currency', 'USD', 'portfolio_kind', 'paper', 'trading_pnl_amount', pnl))
		from (values ('deposit_yes', '600.00'), ('deposit_no', '100.00'), ('deposit_fills_yes', '510.00')) v(a, pnl);
	perform pg_temp.add_fill('deposit_fills_yes', '14:00:00', 'o1', '{"session_date": "2026-01-05"}'),
		pg_temp.add_fill('deposit_fills_yes', '15:00:00', 'o2',
			'{"session_date": "2026-01-05", "side": "sell", "price": "101.00", "open_close_effect": "close"}');
end $$;

-- transferred assets, whose drift the result counts; percentages of the wrong base, of money paid out, added, of
-- the session before
do $$ begin
	perform pg_temp.add('transfer_yes', 'portfolio.snapshot.recorded', t, jsonb_build_object('cash', e, 'equity', e,
		'currency', 'USD', 'portfolio_kind', 'paper', 'session_date', left(t, 10)))
		from (values ('2026-01-02T21:00:00Z', '10000.00'), ('2026-01-05T21:00:00Z', '10600.00')) v(t, e);
	perform pg_temp.add('transfer_yes', 'capital.flow.recorded', '13:00:00',
		'{"capital_flow_id": "c", "asset": "AAA", "currency": "USD", "flow_kind": "transfer_in", "amount": "500.00",
		"included_in_trading_pnl": false, "session_date": "2026-01-05"}');
	perform pg_temp.add(a, 'performance.snapshot.recorded', t || 'T21:00:00Z', jsonb_build_object('session_date', t,
		'period_kind', 'daily', 'period_start', t,
		'period_end', t, 'currency', 'USD', 'portfolio_kind', 'paper') || p)
		from (values ('transfer_yes', '2026-01-05', '{"trading_pnl_amount": "250.00"}'::jsonb),
			('denominator_yes', '2026-01-05',
				'{"return_base": "1000.00", "raw_equity_change": "600.00",
					"flow_adjusted_equity_change": "100.00", "trading_pnl_pct": "6.67"}'),
			('denominator_no', '2026-01-05',
				'{"return_base": "1000.00", "raw_equity_change": "600.00",
					"flow_adjusted_equity_change": "100.00", "trading_pnl_pct": "10.00"}'),
			('withdrawal_yes', '2026-01-05',
				'{"return_base": "1000.00", "raw_equity_change": "-400.00",
					"flow_adjusted_equity_change": "100.00", "trading_pnl_pct": "-40.00"}'),
			('withdrawal_no', '2026-01-05',
				'{"return_base": "1000.00", "raw_equity_change": "-400.00",
					"flow_adjusted_equity_change": "100.00", "trading_pnl_pct": "10.00"}'),
			('added_yes', '2026-01-02',
				'{"return_base": "1000.00", "flow_adjusted_equity_change": "100.00",
					"trading_pnl_pct": "10.00", "compounded_return_pct": "10.00"}'),
			('added_yes', '2026-01-05',
				'{"return_base": "1100.00", "flow_adjusted_equity_change": "110.00",
					"trading_pnl_pct": "10.00", "compounded_return_pct": "20.00"}'),
			('added_no', '2026-01-02',
				'{"return_base": "1000.00", "flow_adjusted_equity_change": "100.00",
					"trading_pnl_pct": "10.00", "compounded_return_pct": "10.00"}'),
			('added_no', '2026-01-05',
				'{"return_base": "1100.00", "flow_adjusted_equity_change": "110.00",
					"trading_pnl_pct": "10.00", "compounded_return_pct": "21.00"}'),
			('fallback_yes', '2026-01-02',
				'{"return_base": "1000.00", "flow_adjusted_equity_change": "100.00", "trading_pnl_pct": "10.00"}'),
			('fallback_yes', '2026-01-05',
				'{"return_base": "1100.00", "flow_adjusted_equity_change": "55.00", "trading_pnl_pct": "10.00"}'))
				v(a, t, p);
end $$;

-- runs without an end, an hour before the last event and a second later; of a type whose runs take half an hour; shadow
do $$ begin
	perform pg_temp.add(a, 'agent.run.started', t, jsonb_build_object('run_type', y), e, a || t)
	from (values ('run_yes', '22:59:59', 'short', 'paper'), ('run_no', '23:00:01', 'short', 'paper'), ('run_long_no',
		'22:00:00', 'long', 'paper'),
		('run_shadow_yes', '12:00:00', 'short', 'shadow'), ('run_ends_no', '12:00:00', 'short', 'paper')) v(a, t, y, e);
	perform pg_temp.add('run_ends_no', 'agent.run.completed', '12:00:09', '{"run_type": "short", "status": "failed"}',
		'paper', 'run_ends_no12:00:00');
	perform pg_temp.add('run_headless_no', 'tool.call.completed', '12:00:00',
		'{"tool_name": "x", "status": "succeeded"}');
	perform pg_temp.add('run_long_no', 'agent.run.started', '10:00:00', '{"run_type": "long"}', 'paper', 'long'),
		pg_temp.add('run_long_no', 'agent.run.completed', '10:30:00', '{"run_type": "long", "status": "succeeded"}',
			'paper', 'long');
	perform pg_temp.add('last', 'error.recorded', '2026-01-05T23:59:59.5Z', '{"error_kind": "x", "message": "x"}',
		'paper');
end $$;

-- cadence: ten runs of one agent, eight and seven of others; of another type
do $$ begin
	perform pg_temp.add(a, k, '12:00:' || (10 + i) || '.' || c, jsonb_build_object('run_type', y, 'status',
		'succeeded'), 'shadow', a || i)
	from (values ('cadence_most_no', 10, 'cycle'), ('cadence_no', 8, 'cycle'), ('cadence_yes', 7, 'cycle'),
		('cadence_other_no', 1, 'night')) v(a, n, y), generate_series(1, n) i,
		(values ('agent.run.started', 0), ('agent.run.completed', 5)) k(k, c);
end $$;

-- builds: no run that succeeds within a day, one, a build that is known; the project goes on for another day
do $$ begin
	perform pg_temp.add(a, 'agent.build.recorded', t, jsonb_build_object('build_id', 'b1', 'config_hash', 'c',
		'risk_gate_version', 'g'))
	from (values ('build_yes', '2026-01-04T14:00:00Z'), ('build_failed_yes', '2026-01-04T14:00:00Z'), ('build_no',
		'2026-01-04T14:00:00Z'), ('build_new_no', '20:00:00'),
		('build_known_no', '2025-12-20T14:00:00Z'), ('build_known_no', '2026-01-04T14:00:00Z')) v(a, t);
	perform pg_temp.add(a, k, t, jsonb_build_object('run_type', 'cycle', 'status', s), 'paper', a || '-cycle')
	from (values ('build_failed_yes', 'failed'), ('build_no', 'succeeded')) v(a, s), (values ('agent.run.started',
		'13:00:00'), ('agent.run.completed', '13:00:01')) k(k, t);
end $$;

select accepted, rejected from at_ingest_jsonl((select string_agg(line, e'\n') from line));
select distinct violations from at_reject;

-- what is found: of the agents with _yes, and of no others
create temp table found as select * from at_find_mistakes('p', '2026-01-04', '2026-01-06');
select f.agent_id, f.mistake_family, f.severity, f.environment, f.day, f.occurred_at::time, cardinality(f.event_ids)
	as events, f.numbers
from found f order by f.agent_id collate "C", f.mistake_family, f.numbers::text;
select distinct agent_id from found where agent_id !~ '_yes$';
select distinct agent_id from at_event where agent_id ~ '_yes$' except select agent_id from found order by 1;
-- the first event is the one at fault; every family has a case
select f.agent_id, f.mistake_family from found f where cardinality(f.event_ids) > 0 and not exists (select from
	at_event e
	where e.event_id = f.event_ids[1] and e.agent_id = f.agent_id and (e.occurred_at = f.occurred_at or f.numbers ?
		'check'));
select mistake_family, severity, threshold from at_mistake_detectors() where mistake_family not in (select
	mistake_family from found);
select count(*) as of_no_family from at_mistake_detectors() d
where d.mistake_family !~ '^custom\.[a-z_]+$' and not exists (select from at_mistake_families() f where
	f.mistake_family = d.mistake_family);
select count(*) as as_text from found f where f.mistake_family::at_mistake_family is null;

-- the same after a refresh, and in pieces; one agent
select runs > 0 as refreshed from at_refresh();
create function pg_temp.same(a text, b text) returns table (n bigint) language plpgsql as $$
begin
	return query execute format('select count(*) from ((%1$s except %2$s) union all (%2$s except %1$s)) d', a, b);
end $$;
select * from pg_temp.same('select * from found', $$select * from at_find_mistakes('p', '2026-01-04', '2026-01-06')$$);
select * from pg_temp.same('select * from found', $$select m.* from generate_series(timestamptz '2026-01-04',
	'2026-01-05', '1 day') d,
	at_find_mistakes('p', d, d + interval '1 day') m$$);
select * from pg_temp.same($$select * from found where agent_id = 'cash_yes'$$, $$select * from at_find_mistakes('p',
	'2026-01-04', '2026-01-06', 'cash_yes')$$);
-- thresholds
select agent_id, numbers from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'slippage_no', slippage_bps => 49);
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'price_yes', price_age_seconds => 301);
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'bars_yes', bar_age_seconds => 301,
	price_age_seconds => 1000);
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'loop_row_no', same_tool => 9);
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'run_no', run_end => '59 minutes');
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'cadence_no', cadence_share => 0.19);
select agent_id, numbers from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'date_no', tz => 'UTC') where
	mistake_family = 'pnl.wrong_session_date';
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'date_no', tz => 'Asia/Tokyo') where
	mistake_family = 'pnl.wrong_session_date';
select count(*) from at_find_mistakes('p', '2026-01-05', '2026-01-06', 'date_no', tz => '<+09>-9') where
	mistake_family = 'pnl.wrong_session_date';
-- what is no window or zone
\set SHOW_CONTEXT never
select at_find_mistakes('p', null, '2026-01-06');
select at_find_mistakes('p', '2026-01-06', '2026-01-06');
select at_find_mistakes('p', '-infinity', '2026-01-06');
select at_find_mistakes('p', '2026-01-05', '2026-01-06', tz => 'Mars/Olympus');
select at_find_mistakes('p', '2026-01-05', '2026-01-06', cent => null);
select count(*) from at_find_mistakes('nobody', '2026-01-05', '2026-01-06');

-- quiet on days without mistakes
select rejected from at_ingest_jsonl((select string_agg(line, e'\n') from at_sample_day(days => 10, agents => 6) line));
select * from at_find_mistakes('desk', '2026-01-01', '2026-02-01');
select at_drop_store();
