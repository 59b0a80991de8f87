-- The report of a window: at_report_markdown() and at_report_html().
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
-- An event of agent alpha of project desk at a time of February 2026.
create function pg_temp.at(n int, day int, clock text, run text, type text, payload jsonb, symbol text default null,
	more jsonb default '{}') returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'idempotency_key', 'report/' || n, 'run_id', run,
		'project', 'desk', 'occurred_at', format('2026-02-%s', to_char(day, 'FM00')) || 'T' || clock || 'Z',
		'symbols', to_jsonb(array_remove(array[symbol], null)), 'payload', payload) || more)
$$;
-- A purchase or a sale, from the decision to its outcome: its events have the numbers
-- from n on, and what all of them have.
create function pg_temp.trade(n int, day int, clock text, run text, side text, symbol text, quantity int, meant text,
	price text, more jsonb default '{}') returns text language sql as $$
	select string_agg(pg_temp.at(n + i::int - 1, day, clock || second, run, type, jsonb_build_object('symbol', symbol,
		'decision_id', 'dec-' || n) || payload, symbol, more), e'\n' order by i)
	from (values
		(1, ':00.1', 'decision.proposed', jsonb_build_object('action', side, 'confidence', 0.72,
			'target_weight', '0.07', 'decision_kind', case side when 'buy' then 'entry' else 'exit' end,
			'rationale', 'relative strength, breakout')),
		(2, ':00.3', 'risk.check.completed', '{"approved": true, "risk_check_kind": "deterministic",
			"risk_gate_version": "gate-7", "requested_weight": "0.07", "requested_notional": "7000"}'),
		(3, ':00.5', 'order.intent.recorded', jsonb_build_object('side', side, 'order_intent_id', 'o-' || n,
			'intended_price', meant, 'intended_quantity', quantity)),
		(4, ':00.95', 'paper.fill.recorded', jsonb_build_object('side', side, 'order_intent_id', 'o-' || n,
			'fill_id', 'f-' || n, 'price', price, 'quantity', quantity, 'fees', '0.50', 'currency', 'USD',
			'portfolio_kind', 'paper')),
		(5, ':01', 'decision.outcome.recorded', '{"outcome_kind": "filled", "followed_plan": true}')
		) e(i, second, type, payload)
$$;
-- What the account of a portfolio is worth.
create function pg_temp.worth(n int, day int, clock text, equity text, currency text default 'USD',
	more jsonb default '{}') returns text language sql as $$
	select pg_temp.at(n, day, clock || ':00', 'run_' || day, 'portfolio.snapshot.recorded', jsonb_build_object(
		'equity', equity, 'cash', '50000', 'currency', currency, 'portfolio_kind', 'paper',
		'session_date', date '2026-02-01' + day - 1), null, more)
$$;
-- A page without what differs from run to run.
create function pg_temp.masked(page text) returns text language sql as $$
	select regexp_replace(regexp_replace(regexp_replace(page, 'written [^;]*;', 'written then;'),
		'silent since ([^,]*), [^\n]*', 'silent since \1, long ago'), 'hashes `[0-9a-f]*', 'hashes `...')
$$;
\set ECHO all
create extension if not exists agent_tracker;
select at_report_markdown('desk');
select at_create_store();
-- An empty store has a page, too.
\pset format unaligned
\pset tuples_only on
select pg_temp.masked(at_report_markdown('desk', since => '2026-02-02', until => '2026-02-03'));
-- Two sessions: what the second one saw, decided and lost.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.at(1, 2, '14:00:00', 'run_2', 'agent.run.started', '{"run_type": "decision_cycle"}'),
	pg_temp.at(2, 2, '14:00:01', 'run_2', 'llm.call.started', '{"provider": "openai", "model": "gpt-5",
		"purpose": "thesis", "prompt_version": "2026-05-14.1"}'),
	pg_temp.worth(3, 2, '14:30', '100000'),
	pg_temp.worth(4, 2, '20:00', '100200'),
	pg_temp.at(5, 2, '20:01:00', 'run_2', 'agent.run.completed', '{"run_type": "decision_cycle",
		"status": "succeeded"}'),
	pg_temp.at(10, 3, '15:00:00', 'run_3', 'agent.run.started', '{"run_type": "decision_cycle"}'),
	pg_temp.at(11, 3, '15:51:50', 'run_3', 'market.snapshot.recorded', '{"symbol": "TSLA", "price": "251.96",
		"source": "vendor_bars", "freshness_seconds": 660}', 'TSLA'),
	pg_temp.at(12, 3, '15:51:52', 'run_3', 'tool.call.completed', '{"tool_name": "news.search", "status": "failed",
		"latency_ms": 900}'),
	pg_temp.at(13, 3, '15:51:53', 'run_3', 'memory.read.completed', '{"purpose": "thesis", "memory_kind": "playbook",
		"result_count": 2, "stale_count": 0, "freshness_seconds": 7200}'),
	pg_temp.at(14, 3, '15:51:54', 'run_3', 'llm.call.started', '{"provider": "openai", "model": "gpt-5",
		"purpose": "thesis", "prompt_version": "2026-05-14.2"}', null, '{"span_id": "span_1"}'),
	pg_temp.at(15, 3, '15:51:58', 'run_3', 'llm.call.completed', '{"provider": "openai", "model": "gpt-5",
		"purpose": "thesis",
		"status": "succeeded", "usage": {"input_tokens": 1000, "output_tokens": 500}}', null, '{"span_id": "span_1"}'),
	pg_temp.worth(16, 3, '15:30', '100210'),
	pg_temp.trade(20, 3, '15:52', 'run_3', 'buy', 'TSLA', 28, '250.90', '251.40'),
	pg_temp.worth(25, 3, '16:30', '100000'),
	pg_temp.trade(30, 3, '16:47', 'run_3', 'sell', 'TSLA', 28, '242.70', '242.62'),
	pg_temp.trade(40, 3, '17:00', 'run_3', 'buy', 'AAPL', 10, '190.00', '190.00'),
	pg_temp.at(50, 3, '17:05:00', 'run_3', 'trade.rejected', '{"decision_id": "dec-50",
		"reason_code": "insufficient_cash", "rejected_by": "risk_gate", "requested_notional": "8000"}', 'NVDA'),
	pg_temp.at(51, 3, '17:10:00', 'run_3', 'error.recorded', '{"component": "market_data", "error_kind": "timeout",
		"severity": "warning", "message": "quotes | did not answer within 2000 ms"}'),
	pg_temp.trade(60, 3, '18:00', 'run_3', 'sell', 'AAPL', 10, '191.00', '191.00'),
	pg_temp.at(65, 3, '18:30:00', 'run_3', 'capital.flow.recorded', '{"flow_kind": "deposit", "amount": "500",
		"asset": "USD",
		"currency": "USD", "capital_flow_id": "c-1", "session_date": "2026-02-03", "included_in_trading_pnl": false}'),
	'a line that is no event',
	pg_temp.worth(66, 3, '20:00', '100460.50'),
	pg_temp.at(67, 3, '20:01:00', 'run_3', 'performance.snapshot.recorded', '{"period_kind": "daily",
		"period_start": "2026-02-03",
		"period_end": "2026-02-03", "session_date": "2026-02-03", "trading_pnl_amount": "-170", "return_base": "100200",
			"currency": "USD", "portfolio_kind": "paper"}'),
	pg_temp.at(68, 3, '20:02:00', 'run_3', 'agent.run.completed', '{"run_type": "decision_cycle",
		"status": "succeeded"}')));
select pg_temp.masked(at_report_markdown('desk', 'alpha', '2026-02-03', '2026-02-04'));
-- Of the whole project, with an agent in two currencies, which are never added up, and one without a trade.
select accepted, rejected from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.worth(101, 2, '20:10', '1000', 'EUR', '{"agent_id": "beta"}'), pg_temp.worth(102, 3, '20:10', '990', 'EUR',
		'{"agent_id": "beta"}'),
	pg_temp.worth(103, 2, '20:11', '1000', 'USD', '{"agent_id": "beta"}'), pg_temp.worth(104, 3, '20:11', '1010', 'USD',
		'{"agent_id": "beta"}'),
	pg_temp.at(105, 3, '12:00:00', 'run_g', 'agent.run.started', '{"run_type": "watch"}', null,
		'{"agent_id": "gamma"}'),
	pg_temp.at(106, 3, '12:00:00', 'run_s', 'agent.run.started', '{"run_type": "watch"}', null,
		'{"agent_id": "gamma", "environment": "shadow"}')));
select line from regexp_split_to_table(at_report_markdown('desk', since => '2026-02-03', until => '2026-02-04'),
	e'\n') line
where line ~ '^# |^The worst|USD|EUR|not shown' and line !~ '^  - ';
select line from regexp_split_to_table(at_report_markdown('desk', 'beta', '2026-02-03', '2026-02-04',
	'America/New_York'), e'\n') line
where line ~ '^# |^desk|\| \*\*|EUR$|USD$';
-- Without performance and without a trade; without a start or an end of the window.
select line from regexp_split_to_table(at_report_markdown('desk', 'gamma', until => '2026-02-04'), e'\n') line
where line ~ '^# |^desk|^No ' limit 8;
select line from regexp_split_to_table(at_report_markdown('desk', 'gamma', environment => 'shadow'), e'\n') line
	where line ~ '^# |^desk' ;
-- Silent for longer than the default window: that in which it last traded.
select line from regexp_split_to_table(pg_temp.masked(at_report_markdown('desk', 'alpha')), e'\n') line
where line ~ '^# |^desk|silent|^The worst';
-- Ten years, and for ever.
select line from regexp_split_to_table(at_report_markdown('desk', 'alpha', '2016-02-03', '2026-02-04'), e'\n') line
where line ~ '^# |^desk|^\| 2026 ';
select line from regexp_split_to_table(at_report_markdown('desk', 'alpha', '-infinity', '2026-02-04'), e'\n') line
	where line ~ '^desk';
-- An empty window; one before anything happened.
select line from regexp_split_to_table(at_report_markdown('desk', 'alpha', '2026-02-04', '2026-02-04'), e'\n') line
	where line ~ '^# |^No ' limit 3;
select line from regexp_split_to_table(at_report_markdown('desk', 'alpha', '2020-02-04', '2020-02-05'), e'\n') line
	where line ~ '^# |^No ' limit 3;
-- What makes no sense.
select at_report_markdown('desk', since => '2026-02-04', until => '2026-02-03');
select at_report_markdown('desk', tz => 'Mars/Olympus');
select at_report_markdown('desk', tz => null);
select at_report_markdown(null);
select at_report_markdown('nobody');
select at_report_markdown('desk', 'nobody');
select at_report_markdown('desk', environment => 'nowhere');
-- What the page of HTML has: the policy, nothing that asks for anything, no script, ASCII.
select html ~ 'default-src ''none''' as policy,
	html !~* '<script|<link|<img|<iframe|src=|href=|url\(|@import' as asks_for_nothing,
	html !~ '[^[:ascii:]]' as ascii, (select count(*) from regexp_matches(html, '<h1>', 'g')) as titles,
	(select count(*) from regexp_matches(html, '<svg', 'g')) as pictures
from at_report_html('desk', 'alpha', '2026-02-03', '2026-02-04') html;
select runs > 0 as refreshed from at_refresh();
-- Names that look like markup, turn the text around, or never end, are text.
select accepted from pg_temp.ingest((select string_agg(concat_ws(e'\n',
		pg_temp.trade(1000 * n::int, 3, '15:00', 'run_x' || n, 'buy', name, 10, '100', '100', more),
		pg_temp.trade(1000 * n::int + 10, 3, '16:00', 'run_x' || n, 'sell', name, 10, '90', '90', more),
		pg_temp.at(1000 * n::int + 20, 3, '16:00:00', 'run_x' || n, 'error.recorded', jsonb_build_object('component',
			'market_data', 'error_kind', name,
			'severity', 'error', 'message', name), null, more)), e'\n')
	from unnest(array['</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', u&'\202Eliave',
		repeat('x', 10000),
			'a | b ` # *c*']) with ordinality u(name, n),
		jsonb_build_object('project', 'hostile', 'agent_id', translate(left(name, 200), ' /', '__')) more));
select html ~ '<script|<img' as markup, html ~ '[^[:ascii:]]' as not_ascii, html ~ u&'\202E|8238' as turned,
	length(html) < 60000 as small
from at_report_html('hostile', since => '2026-02-03', until => '2026-02-04') html;
select substr(line, 1, 120) from regexp_split_to_table(at_report_markdown('hostile', since => '2026-02-03',
	until => '2026-02-04'), e'\n') line
where line ~ '^# |^The worst';
-- Of many trades the page says how many it leaves out.
select accepted from pg_temp.ingest((select string_agg(concat_ws(e'\n',
		pg_temp.trade(20000 + 20 * n, 3, to_char(n / 60, 'FM00') || ':' || to_char(n % 60, 'FM00'), 'run_many', 'buy',
			'S' || n, 1, '100', '100', more),
		pg_temp.trade(20010 + 20 * n, 3, to_char(12 + n / 60, 'FM00') || ':' || to_char(n % 60, 'FM00'), 'run_many',
			'sell', 'S' || n, 1, '90',
			(90 + n % 20)::text, more)), e'\n')
	from generate_series(1, 200) n, jsonb_build_object('project', 'many') more));
select line from regexp_split_to_table(at_report_markdown('many', since => '2026-02-03', until => '2026-02-04'),
	e'\n') line
where line ~ '^# |^Shown are|steps';
select runs > 0 as refreshed from at_refresh();
-- None lost, and one made nothing: the best is the one that won. A fill that came twice, two portfolios of
-- one agent, of which no drawdown is shown, and a window of the last hours of a session.
select accepted, rejected from pg_temp.ingest((select concat_ws(e'\n',
	pg_temp.worth(30001, 2, '20:00', '1000', 'USD', more), pg_temp.worth(30002, 3, '09:00', '1000', 'USD', more),
	pg_temp.worth(30003, 3, '20:00', '990', 'USD', more),
	pg_temp.trade(30010, 3, '10:00', 'run_shop', 'buy', 'NIL', 10, '100', '100', more),
	pg_temp.trade(30020, 3, '11:00', 'run_shop', 'sell', 'NIL', 10, '100.1', '100.1', more),
	pg_temp.at(30030, 3, '12:59:00', 'run_shop', 'market.snapshot.recorded', '{"symbol": "WON", "price": "99.5",
		"source": "vendor_bars"}', 'WON', more),
	pg_temp.at(30031, 3, '13:00:00', 'run_shop', 'decision.proposed', '{"symbol": "WON", "action": "buy",
		"decision_kind": "entry"}', 'WON', more),
	pg_temp.at(30032, 3, '13:00:01', 'run_shop', 'paper.fill.recorded', fill || '{"side": "buy", "price": "100",
		"fill_id": "f-1"}', 'WON', more),
	pg_temp.at(30033, 3, '13:00:02', 'run_shop', 'paper.fill.recorded', fill || '{"side": "buy", "price": "100",
		"fill_id": "f-1"}', 'WON', more),
	pg_temp.at(30034, 3, '14:00:00', 'run_shop', 'paper.fill.recorded', fill || '{"side": "sell", "price": "105",
		"fill_id": "f-2"}', 'WON', more),
	pg_temp.at(30040, 2, '20:00:00', 'run_shop', 'position.snapshot.recorded', position || '{"realized_pnl": "10",
		"session_date": "2026-02-02"}', 'WON', more),
	pg_temp.at(30041, 3, '20:00:00', 'run_shop', 'position.snapshot.recorded', position || '{"realized_pnl": "510",
		"session_date": "2026-02-03"}', 'WON', more),
	pg_temp.at(30050, 3, '20:01:00', 'run_shop', 'portfolio.snapshot.recorded', '{"equity": "50", "cash": "50",
		"currency": "USD", "portfolio_kind": "live", "session_date": "2026-02-03"}', null, more))
	from (values ('{"project": "shop"}'::jsonb, '{"symbol": "WON", "quantity": "100", "currency": "USD",
		"portfolio_kind": "paper"}'::jsonb, '{"symbol": "WON", "position_id": "p-1", "quantity": "0",
		"unrealized_pnl": "0", "currency": "USD", "portfolio_kind": "paper"}'::jsonb)) v(more, fill, position)));
create function pg_temp.scope(since timestamptz, until timestamptz, agent_id text default 'alpha')
	returns _at_report_scope language sql as $$
	select public._at_report_scope_of('shop', agent_id, since, until, 'UTC', null)
$$;
select symbol, net_pnl, decision_id, decided_at from _at_report_worst(pg_temp.scope('2026-02-03', '2026-02-04'));
select shape, said, fill_id from _at_report_marks(pg_temp.scope('2026-02-03', '2026-02-04')) order by x;
select symbol, pnl from _at_report_symbols(pg_temp.scope('2026-02-03 12:00', '2026-02-04'));
select agent_id, pnl, equity, drawdown from _at_report_agents(pg_temp.scope('2026-02-03', '2026-02-04', null));
select agent_id, pnl, equity, drawdown from _at_report_agents(pg_temp.scope('2026-02-03', '2026-02-03 20:01', null));
-- What a decision without an id saw; of a trade without a decision that is not known.
select lead, said from pg_temp.scope('2026-02-03', '2026-02-04') s, _at_report_strip(s, _at_report_worst(s))
	where place = 0;
select place, lead, said from pg_temp.scope('2026-02-03', '2026-02-04') s, lateral (select w.* from
	jsonb_populate_record(_at_report_worst(s), '{"decided_at": null, "run_id": null}') w) w, _at_report_strip(s, w)
	where place < 2;
-- Nothing depends on how the caller has dates and numbers written.
create temp table page as select pg_temp.masked(at_report_html('desk', 'alpha', '2026-02-03', '2026-02-04')) as html;
begin;
set local datestyle = 'German';
set local extra_float_digits = -15;
select pg_temp.masked(at_report_html('desk', 'alpha', '2026-02-03', '2026-02-04')) = html as same from page;
rollback;
-- Windows without an end are those of all there was; others that never begin are refused.
select since, until from pg_temp.scope('-infinity', '2026-01-01');
select since, until < 'infinity' as ends from pg_temp.scope('-infinity', 'infinity');
\set VERBOSITY terse
select at_report_markdown('shop', since => 'infinity');
select at_report_markdown('shop', until => '-infinity');
\set VERBOSITY default
-- Whoever may read only a part gets the page with a word about the rest.
create role regress_at_report;
grant usage on schema public to regress_at_report;
set role regress_at_report;
select at_report_markdown('desk');
reset role;
select at_grant('regress_at_report', 'reader');
set role regress_at_report;
select count(*) from regexp_matches(at_report_markdown('desk', 'alpha', '2026-02-03', '2026-02-04'), 'You may not read',
	'g');
reset role;
revoke select on at_drift_finding, at_trade_leg, at_trade_fill, at_ingest_batch from regress_at_report;
set role regress_at_report;
select line from regexp_split_to_table(at_report_markdown('desk', 'alpha', '2026-02-03', '2026-02-04'), e'\n') line
where line ~ '^#|You may not read';
reset role;
drop owned by regress_at_report;
drop role regress_at_report;
select at_drop_store();
