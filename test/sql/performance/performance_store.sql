-- How the stored agents did: period returns, views, reconciling, bad input.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all

-- Without a store whoever needs one says so.
select * from at_period_returns();
select * from at_reconcile('paper');
select at_create_store();
select count(*) from at_current_performance;
select count(*) from at_period_returns();
select count(*) from at_reconcile('paper');
select * from at_period_returns(environment => 'moon');
select * from at_period_returns(origin => 'dream');
select * from at_reconcile(null);
select * from at_reconcile('paper', environment => 'moon');

-- Every column of the views says what it means.
select c.relname, a.attname from _at_store_relations() r join pg_class c on c.relname = r.name
	join pg_attribute a on a.attrelid = c.oid
where r.name ~ '^at_(capital|portfolio|equity|performance|period|daily|rolling|position|time|pnl|epoch)'
	and a.attnum > 0 and col_description(c.oid, a.attnum) is null;
select name, c.reloptions from _at_store_relations() r join pg_class c on c.relname = r.name
	where r.kind = 'view' and not 'security_invoker=on' = any (coalesce(c.reloptions, '{}'));

create sequence pg_temp.nr;
-- An event of a type at a time, of an agent; null members are left out.
create function pg_temp.is(
	type text, at text, payload jsonb, agent text default 'alpha', environment text default 'paper') returns text
	language sql as $$
	select pg_temp.event(n,
		jsonb_build_object(
			'event_type', type || case when type ~ 'completed|started' then ''
			else '.recorded' end, 'occurred_at', at || ':00Z', 'agent_id', agent,
		'environment', environment, 'symbols', '[]'::jsonb, 'idempotency_key', 'k/' || n, 'payload',
		jsonb_strip_nulls(payload)))
	from (select nextval('pg_temp.nr')::int as n) s
$$;
create function pg_temp.perf(day text, payload jsonb, agent text default 'alpha', at text default '21:00') returns text
	language sql as $$
	select pg_temp.is('performance.snapshot', day || 'T' || at,
		jsonb_build_object('period_kind', 'daily', 'session_date', day, 'period_start', day, 'period_end', day)
		|| payload, agent)
$$;
create function pg_temp.book(
	day text, equity jsonb, agent text default 'alpha', at text default '21:00',
	payload jsonb default '{"portfolio_kind": "main", "currency": "USD"}') returns text
	language sql as $$
	select pg_temp.is(
		'portfolio.snapshot', day || 'T' || at, jsonb_build_object('session_date', day, 'equity', equity) || payload,
		agent)
$$;
create function pg_temp.flow(
	day text, kind text, amount text, payload jsonb default '{}', agent text default 'alpha') returns text
	language sql as $$
	select pg_temp.is('capital.flow', day || 'T15:00',
		jsonb_build_object('capital_flow_id', day || kind, 'asset', 'USD', 'currency', 'USD', 'session_date', day,
		'flow_kind', kind, 'amount', amount, 'included_in_trading_pnl', false) || payload, agent)
$$;
create function pg_temp.fill(
	at text, side text, quantity text, price text, payload jsonb default '{}', agent text default 'alpha') returns text
	language sql as $$
	select pg_temp.is('paper.fill', at,
		jsonb_build_object('symbol', 'SPY', 'side', side, 'quantity', quantity, 'price', price) || payload, agent)
$$;
create function pg_temp.position(
	at text, quantity text, payload jsonb default '{}', agent text default 'alpha') returns text
	language sql as $$
	select pg_temp.is('position.snapshot', at,
		jsonb_build_object('portfolio_kind', 'main', 'position_id', 'p1', 'symbol', 'SPY', 'quantity', quantity)
		|| payload, agent)
$$;
create view pg_temp.returns as select agent_id, origin, period_kind, period_start, period_end, ret, source, pnl, base,
	external_flow as flow, growth, drawdown, overlapping as over, snapshots as n, rejected
	from at_period_returns();

-- The fallbacks, in order: the change without flows, the trading result, the
-- percentage as the last resort; and nothing to go by.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.perf('2026-01-05',
		'{"flow_adjusted_equity_change": "9.75", "trading_pnl_amount": "8", "return_base": 1000, '
			'"trading_pnl_pct": "0.98"}'),
	pg_temp.perf('2026-01-06', '{"trading_pnl_amount": 8, "return_base": "1000", "trading_pnl_pct": "0.98"}'),
	pg_temp.perf('2026-01-07', '{"flow_adjusted_equity_change": "9.75", "trading_pnl_pct": "0.98"}'),
	pg_temp.perf('2026-01-08', '{"flow_adjusted_equity_change": 5, "return_base": 0, "trading_pnl_pct": -1}'),
	pg_temp.perf('2026-01-09', '{"flow_adjusted_equity_change": 5, "return_base": 0}'),
	pg_temp.perf('2026-01-12', '{"raw_equity_change": 1}')));
select * from pg_temp.returns;
-- The last snapshot of a period counts, whatever came in last; one kind of
-- period makes a chain; periods that overlap say so.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.perf('2026-01-05', '{"flow_adjusted_equity_change": "10", "return_base": 1000}', 'beta', '22:00'),
	pg_temp.perf('2026-01-05', '{"flow_adjusted_equity_change": "99", "return_base": 1000}', 'beta', '20:00'),
	pg_temp.perf('2026-01-06', '{"flow_adjusted_equity_change": "20", "return_base": 1000}', 'beta'),
	pg_temp.perf('2026-01-05',
		'{"period_kind": "weekly", "period_end": "2026-01-09", "flow_adjusted_equity_change": "30", '
			'"return_base": 1000}',
		'beta'),
	pg_temp.perf('2026-01-07',
		'{"period_kind": "weekly", "period_end": "2026-01-13", "flow_adjusted_equity_change": "30", '
			'"return_base": 1000}',
		'beta'),
	pg_temp.perf('2026-01-12',
		'{"period_kind": "weekly", "period_end": "2026-01-16", "flow_adjusted_equity_change": "30", '
			'"return_base": 1000}',
		'beta')));
select * from pg_temp.returns where agent_id = 'beta';
select period_kind, period_end, ret, overlapping from at_period_returns('paper', 'beta', period_kind => 'weekly');
select period_end, ret
	from at_period_returns('paper', 'beta', since_session => '2026-01-06', until_session => '2026-01-07');

-- Equity and flows: what comes in is no profit, with a sign or without, what is
-- recorded twice counts once; dividends belong to the result when they are
-- included in it; equity of zero or less is no base.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.book('2026-01-05', '"1000"', 'gamma'), pg_temp.book('2026-01-06', '"1111"', 'gamma', '15:00'),
	pg_temp.book('2026-01-06', '"1110.00"', 'gamma'),
	pg_temp.book('2026-01-06', 'null', 'gamma', '22:00'), pg_temp.book('2026-01-06', '"n/a"', 'gamma', '22:30'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'gamma'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'gamma'),
	pg_temp.book('2026-01-08', '850', 'gamma'), pg_temp.flow('2026-01-07', 'withdrawal', '-200', agent => 'gamma'),
	pg_temp.flow('2026-01-08', 'transfer_out', '50', agent => 'gamma'),
	pg_temp.flow('2026-01-08', 'dividend', '10', '{"included_in_trading_pnl": true}', 'gamma'),
	pg_temp.flow('2026-01-08', 'conversion', '-3', '{"included_in_trading_pnl": true}', 'gamma'),
	pg_temp.book('2026-01-09', '0', 'gamma'), pg_temp.book('2026-01-12', '500', 'gamma'),
	pg_temp.flow('2026-01-12', 'deposit', '500', agent => 'gamma'),
	pg_temp.book('2026-01-13', '-20', 'gamma'), pg_temp.book('2026-01-14', '100', 'gamma')));
select session_date, flow_kind, amount, external, events from at_capital_flow where agent_id = 'gamma' order by 1, 2;
select * from pg_temp.returns where agent_id = 'gamma';
select session_date, equity, external_flow, other_flow, trades, ret, source from at_daily_performance
	where agent_id = 'gamma' order by 1;
select time, equity, external_flow, ret, growth, drawdown, close from at_equity_curve where agent_id = 'gamma'
	order by 1;

-- Currencies are not mixed: two books, flows of each; an account that names no
-- currency takes flows of one currency, of two it has no return.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.book('2026-01-05', '1000', 'delta'), pg_temp.book('2026-01-06', '1110', 'delta'),
	pg_temp.book('2026-01-05', '2000', 'delta', payload => '{"portfolio_kind": "main", "currency": "EUR"}'),
	pg_temp.book('2026-01-06', '2000', 'delta', payload => '{"portfolio_kind": "main", "currency": "EUR"}'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'delta'),
	pg_temp.book('2026-01-05', '1000', 'epsilon', payload => '{"portfolio_kind": "main"}'),
	pg_temp.book('2026-01-06', '1110', 'epsilon', payload => '{"portfolio_kind": "main"}'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'epsilon'),
	pg_temp.book('2026-01-07', '1200', 'epsilon', payload => '{"portfolio_kind": "main"}'),
	pg_temp.flow('2026-01-07', 'deposit', '50', '{"currency": "EUR"}', 'epsilon'),
	pg_temp.flow('2026-01-07', 'transfer_in', '40', agent => 'epsilon'),
	-- the same agent elsewhere
	pg_temp.is('portfolio.snapshot', '2026-01-05T21:00', '{"portfolio_kind": "main", "currency": "USD", "equity": 5}',
		'delta', 'shadow'),
	pg_temp.is('portfolio.snapshot', '2026-01-06T21:00', '{"portfolio_kind": "main", "currency": "USD", "equity": 6}',
		'delta', 'shadow')));
select agent_id, environment, currency, period_end, ret, source, external_flow from at_period_returns('paper')
	where agent_id in ('delta', 'epsilon') order by 1, 2, 3, 4;
select agent_id, environment, currency, unnamed, equity, last_ret, periods from at_current_performance
	where agent_id in ('delta', 'epsilon') order by 1, 2, 3;

-- Numbers of 40 digits stay exact; what no float8 holds gives no return and
-- stops nothing; nor does a loss of everything, or of more.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.perf('2026-01-05',
		'{"flow_adjusted_equity_change": "1234567890123456789012345678901234567890.01", '
			'"return_base": "12345678901234567890123456789012345678900.1"}',
		'zeta'),
	pg_temp.perf('2026-01-06', '{"flow_adjusted_equity_change": "1e600", "return_base": "1"}', 'zeta'),
	pg_temp.perf('2026-01-07', '{"flow_adjusted_equity_change": "1e600", "return_base": "1e601"}', 'zeta'),
	pg_temp.perf('2026-01-08', '{"flow_adjusted_equity_change": "-1", "return_base": "1"}', 'zeta'),
	pg_temp.perf('2026-01-09', '{"flow_adjusted_equity_change": "1", "return_base": "1"}', 'zeta'),
	pg_temp.perf('2026-01-12', '{"flow_adjusted_equity_change": "-3", "return_base": "1"}', 'zeta')));
select period_end, ret, source, growth, drawdown from at_period_returns('paper', 'zeta');
select total_return, last_ret, drawdown, max_drawdown, sharpe, periods from at_current_performance
	where agent_id = 'zeta';

-- Positions, time in the market, P&L by what one may ask for.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill('2026-01-05T15:00', 'buy', '10', '100', '{"setup": "gap", "strategy_id": "s1", "fees": 1}', 'eta'),
	pg_temp.fill('2026-01-06T15:00', 'sell', '4', '110', '{"fees": 1}', 'eta'),
	pg_temp.fill('2026-01-07T15:00', 'sell', '6', '90', agent => 'eta'),
	pg_temp.fill('2026-02-02T15:00', 'short', '5', '100', '{"symbol": "QQQ"}', 'eta'),
	pg_temp.fill('2026-02-03T15:00', 'cover', '5', '90', '{"symbol": "QQQ"}', 'eta'),
	pg_temp.position('2026-01-05T21:00', '10', '{"market_price": 101}', 'eta'),
	pg_temp.position(
		'2026-01-06T21:00', '6', '{"market_price": 109, "unrealized_pnl": "54", "realized_pnl": "40"}', 'eta'),
	pg_temp.position('2026-01-08T21:00', '-2', '{"position_id": "p2", "symbol": "IWM", "market_value": "-400"}', 'eta'),
	pg_temp.book('2026-01-09', '2000', 'eta')));
select symbol, quantity, market_value, share, unrealized_pnl, as_of, traded_since from at_current_position
	where agent_id = 'eta' order by 1;
select sessions, sessions_in_market, round(share::numeric, 4) as share, first_session, last_session
	from at_time_in_market where agent_id = 'eta';
-- held overnight, with nothing said of it
select pg_temp.ingest(concat_ws(
	e'\n', pg_temp.fill('2026-01-05T15:00', 'buy', '1', '1', agent => 'iota'), pg_temp.book('2026-01-06', '1', 'iota'),
	pg_temp.book('2026-01-07', '1', 'iota'),
	pg_temp.fill('2026-01-08T15:00', 'sell', '1', '1', agent => 'iota'), pg_temp.book('2026-01-09', '1', 'iota'),
	pg_temp.fill('2026-01-12T15:00', 'short', '1', '1', agent => 'iota'), pg_temp.book('2026-01-13', '1', 'iota')));
select sessions, sessions_in_market from at_time_in_market where agent_id = 'iota';
select symbol, currency, trades, wins, losses, gross_pnl, fees, net_pnl, win_rate, profit_factor, expectancy, best,
	worst
	from at_pnl_by_symbol where agent_id = 'eta' order by 1;
select strategy_id, setup, trades, net_pnl from at_pnl_by_setup where agent_id = 'eta' order by 1, 2;
select iso_weekday, weekday, trades, net_pnl from at_pnl_by_weekday where agent_id = 'eta' order by 1;
select time, trades, net_pnl from at_pnl_by_month where agent_id = 'eta' order by 1;
select currency, unnamed, equity, positions, gross_exposure, net_exposure, leverage, largest_position, largest_weight,
	trades, net_pnl, fees, win_rate, profit_factor, streak
	from at_current_performance where agent_id = 'eta';
-- positions of another portfolio are not weighed by this one's equity
select pg_temp.ingest(concat_ws(
	e'\n',
	pg_temp.position(
		'2026-01-08T21:00', '3',
		'{"portfolio_kind": "alt", "position_id": "a1", "market_value": 9000, "currency": "USD"}', 'kappa'),
	pg_temp.position('2026-01-08T21:00', '4', '{"market_value": 500, "currency": "USD"}', 'kappa'),
	pg_temp.book('2026-01-09', '2000', 'kappa')));
select portfolio_kind, equity, positions, gross_exposure, leverage, largest_weight from at_current_performance
	where agent_id = 'kappa';

-- Rolling Sharpe: as over the last rows.
select pg_temp.ingest(
	string_agg(
	pg_temp.perf(
	(date '2026-03-02' + i)::text,
	jsonb_build_object('return_base', 1000, 'flow_adjusted_equity_change', hashint4(i) % 100 / 10.0), 'theta'),
	e'\n'))
	from generate_series(1, 25) i;
select count(*), count(sharpe_21) as with_21, count(sharpe_63) as with_63,
	bool_and((sharpe is not null) = (periods >= 20)) as from_twenty,
	abs(max(sharpe_21) filter (where periods = 25) / (
		select at_sharpe(ret, 365)
		from (
			select ret from at_period_returns('paper', 'theta') order by period_end desc
			limit 21) l) - 1) < 1e-12 as same
from at_rolling_sharpe where agent_id = 'theta';

-- Members of an epoch: only fair ones have a place; the penalty counts; what is
-- said twice counts once; an agent's own returns where the event has none.
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is('evaluation.epoch.started', '2026-01-05T10:00',
		'{"epoch_id": "e1", "epoch_kind": "week", "context_hash": "c1", "expected_member_count": 8}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m1", "expected": true, "state": "completed", "compounded_return_pct": "3.5", '
			'"max_drawdown_pct": 1}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m2", "expected": true, "state": "completed", "compounded_return_pct": "4", '
			'"coverage_penalty": "0.75"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T21:00',
		'{"epoch_id": "e1", "member_id": "m1", "expected": true, "state": "failed"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m3", "expected": true, "state": "timeout", "scored": false, '
			'"compounded_return_pct": "9"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m4", "expected": false, "state": "completed", "compounded_return_pct": "9"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m5", "expected": true, "state": "completed", "context_hash": "c2", '
			'"compounded_return_pct": "9"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "m6", "expected": true, "state": "completed", '
			'"mistake_family": "shadow.unfair_cadence", "compounded_return_pct": "9"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "beta", "expected": true, "state": "completed"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e1", "member_id": "nobody", "expected": true, "state": "completed"}'),
	pg_temp.is('evaluation.epoch.member.completed', '2026-01-09T22:00',
		'{"epoch_id": "e0", "member_id": "m1", "expected": true, "state": "completed", "trading_pnl_pct": "1"}')));
select epoch_id, expected_members as expected, fair_members as fair, coverage, place, member_id, score, return_pct,
	return_source, coverage_penalty as penalty, max_drawdown_pct as drawdown, state, unfair
	from at_epoch_leaderboard order by epoch_id, place, member_id;

-- Believing it: days on which everything follows, and days on which it does not.
create function pg_temp.day(day text, equity text, payload jsonb, agent text) returns text language sql as $$
	select pg_temp.book(day, to_jsonb(equity), agent) || e'\n' || pg_temp.perf(day, payload, agent, '21:30')
$$;
create view pg_temp.doubts as select r.agent_id, r."check", session_date, expected, reported, difference,
	cardinality(event_ids) as events, mistake_family, subject, unit
	from at_reconcile('paper') r;
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.day(
		'2026-01-05', '1000', '{"compounded_return_pct": 0, "return_base": 1000, "flow_adjusted_equity_change": 0}',
		'true'),
	pg_temp.day('2026-01-06', '1110',
		'{"raw_equity_change": 110, "flow_adjusted_equity_change": 10, "trading_pnl_amount": 10, "return_base": 1000, '
			'"trading_pnl_pct": "1.00", "compounded_return_pct": "1", "max_drawdown_pct": 0}',
		'true'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'true'),
	pg_temp.day('2026-01-07', '1098.9',
		'{"raw_equity_change": "-11.1", "flow_adjusted_equity_change": "-11.1", "return_base": 1110, '
			'"trading_pnl_pct": "-1.00", "compounded_return_pct": "-0.01", "max_drawdown_pct": "1", "drawdown_pct": 1}',
		'true')));
select "check", count(*), max(abs(difference)) from at_reconcile('paper', 'true', everything => true) group by 1
	order by 1;
select * from pg_temp.doubts where agent_id = 'true';
-- a deposit in the profit; a withdrawal as a loss; the flow in the base; the
-- result of the day before, and its percentage
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.day(
		'2026-01-05', '1000', '{"return_base": 1000, "flow_adjusted_equity_change": 0, "compounded_return_pct": 0}',
		'liar'),
	pg_temp.day('2026-01-06', '1200',
		'{"raw_equity_change": 200, "flow_adjusted_equity_change": 200, "return_base": 1000, "trading_pnl_pct": 20, '
			'"compounded_return_pct": 20}',
		'liar'),
	pg_temp.flow('2026-01-06', 'deposit', '100', agent => 'liar'),
	pg_temp.day('2026-01-07', '1000',
		'{"raw_equity_change": -200, "flow_adjusted_equity_change": -200, "return_base": 1200, '
			'"trading_pnl_pct": "-16.67", "compounded_return_pct": 0}',
		'liar'),
	pg_temp.flow('2026-01-07', 'withdrawal', '200', agent => 'liar'),
	pg_temp.day('2026-01-08', '1150',
		'{"raw_equity_change": 150, "flow_adjusted_equity_change": 50, "return_base": 1100, "trading_pnl_pct": "4.55", '
			'"compounded_return_pct": "4.55"}',
		'liar'),
	pg_temp.flow('2026-01-08', 'deposit', '100', agent => 'liar'),
	pg_temp.day('2026-01-09', '1173',
		'{"flow_adjusted_equity_change": 50, "return_base": 1150, "trading_pnl_pct": "4.55", '
			'"compounded_return_pct": "9.1"}',
		'liar'),
	pg_temp.day('2026-01-12', '1173',
		'{"flow_adjusted_equity_change": 0, "return_base": 1173, "trading_pnl_pct": 0, "compounded_return_pct": "9.1", '
			'"max_drawdown_pct": 3, "fees": 2, "trading_pnl_amount": 5, "net_pnl_amount": 1}',
		'liar')));
select * from pg_temp.doubts where agent_id = 'liar';
select "check", session_date, difference
	from at_reconcile(
		'paper', 'liar', since_session => '2026-01-09', until_session => '2026-01-10', cent => 30, basis_point => 1);
select "check", session_date, difference from at_reconcile('paper', 'liar', environment => 'shadow');
-- percent that were added; a history from before the store, which is told once;
-- the number of before; transfers that the result took part in
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.perf(
		'2026-01-05', '{"return_base": 1000, "flow_adjusted_equity_change": 100, "compounded_return_pct": 50}',
		'adder'),
	pg_temp.perf(
		'2026-01-06', '{"return_base": 1100, "flow_adjusted_equity_change": 110, "compounded_return_pct": "65"}',
		'adder'),
	pg_temp.perf(
		'2026-01-07', '{"return_base": 1210, "flow_adjusted_equity_change": 121, "compounded_return_pct": "70"}',
		'adder'),
	pg_temp.perf(
		'2026-01-08', '{"return_base": 1331, "flow_adjusted_equity_change": 133.1, "compounded_return_pct": "70"}',
		'adder'),
	pg_temp.day('2026-01-05', '1000', '{"return_base": 1000, "flow_adjusted_equity_change": 0}', 'mover'),
	pg_temp.day('2026-01-06', '1500', '{"return_base": 1000, "flow_adjusted_equity_change": 30}', 'mover'),
	pg_temp.flow('2026-01-06', 'transfer_in', '480', agent => 'mover')));
select * from pg_temp.doubts where agent_id in ('adder', 'mover') order by 1, 3, 2;
-- snapshots of portfolios that say their own result
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.book(
		'2026-01-05', '1000', 'card',
		payload => '{"portfolio_kind": "performance_scorecard", "trading_pnl_amount": 0}'),
	pg_temp.book('2026-01-06', '1200', 'card',
		payload => '{"portfolio_kind": "performance_scorecard", "trading_pnl_amount": 200, '
			'"external_capital_flow": 150}'),
	pg_temp.book('2026-01-07', '1210', 'card',
		payload => '{"portfolio_kind": "performance_scorecard", "trading_pnl_amount": "10.004", '
			'"external_capital_flow": 0}')));
select * from pg_temp.doubts where agent_id = 'card';
-- trades against positions and the day's result: a fill that nobody recorded,
-- P&L that no fill made, fees that nobody paid
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill('2026-01-05T15:00', 'buy', '10', '100', '{"fees": 1}', 'hand'),
	pg_temp.fill('2026-01-05T16:00', 'sell', '10', '110', '{"fees": 1}', 'hand'),
	pg_temp.position('2026-01-05T20:00', '0', '{"realized_pnl": 100}', 'hand'),
	pg_temp.perf('2026-01-05', '{"trading_pnl_amount": 98, "fees": 2}', 'hand'),
	pg_temp.fill('2026-01-06T15:00', 'buy', '10', '100', '{"fees": 1}', 'hand'),
	pg_temp.fill('2026-01-06T16:00', 'sell', '4', '110', agent => 'hand'),
	pg_temp.position('2026-01-06T20:00', '6', '{"realized_pnl": 140, "market_price": 112}', 'hand'),
	pg_temp.perf('2026-01-06', '{"trading_pnl_amount": 111, "fees": 1}', 'hand'),
	pg_temp.fill('2026-01-07T15:00', 'sell', '6', '111', agent => 'hand'),
	pg_temp.position('2026-01-07T20:00', '0', '{"realized_pnl": 216}', 'hand'),
	pg_temp.perf('2026-01-07', '{"trading_pnl_amount": -6, "fees": 3}', 'hand'),
	pg_temp.position('2026-01-08T20:00', '5', '{"realized_pnl": 216, "market_price": 100}', 'hand'),
	pg_temp.perf('2026-01-08', '{"trading_pnl_amount": 500}', 'hand')));
select "check", session_date, expected, reported from at_reconcile('paper', 'hand', everything => true) order by 2, 1;
select * from pg_temp.doubts where agent_id = 'hand';
-- two portfolios with one symbol, and two currencies; ids of fills that are
-- those of a symbol; a fill after midnight that names its session
select pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill('2026-01-05T15:00', 'buy', '10', '100', '{"portfolio_kind": "main"}', 'twin'),
	pg_temp.fill('2026-01-05T15:00', 'buy', '5', '100', '{"portfolio_kind": "alt", "currency": "EUR"}', 'twin'),
	pg_temp.fill('2026-01-05T16:00', 'sell', '4', '110', '{"portfolio_kind": "main"}', 'twin'),
	pg_temp.fill('2026-01-05T16:00', 'sell', '2', '80', '{"portfolio_kind": "alt", "currency": "EUR"}', 'twin'),
	pg_temp.position('2026-01-05T20:00', '6', '{"realized_pnl": 40}', 'twin'),
	pg_temp.position(
		'2026-01-05T20:00', '3', '{"portfolio_kind": "alt", "realized_pnl": -40, "currency": "EUR"}', 'twin'),
	pg_temp.fill('2026-01-05T15:00', 'buy', '10', '100', '{"fill_id": "1"}', 'ids'),
	pg_temp.fill('2026-01-05T15:01', 'buy', '5', '100', '{"fill_id": "1", "symbol": "QQQ"}', 'ids'),
	pg_temp.fill('2026-01-05T15:02', 'buy', '10', '100', '{"fill_id": "1"}', 'ids'),
	pg_temp.position('2026-01-05T20:00', '10', '{"market_value": 1010}', 'ids'),
	pg_temp.position('2026-01-05T20:00', '5', '{"position_id": "p2", "symbol": "QQQ", "market_value": 520}', 'ids'),
	pg_temp.perf('2026-01-05', '{"trading_pnl_amount": 30, "fees": 0}', 'ids'),
	pg_temp.fill('2026-01-06T15:00', 'buy', '10', '100', '{"fees": 1}', 'night'),
	pg_temp.fill('2026-01-07T00:30', 'sell', '10', '101', '{"fees": 1, "session_date": "2026-01-06"}', 'night'),
	pg_temp.perf('2026-01-06', '{"trading_pnl_amount": 8, "fees": 2}', 'night'),
	pg_temp.perf('2026-01-07', '{"trading_pnl_amount": 0, "fees": 0}', 'night')));
select agent_id, "check", session_date, portfolio_kind, expected, reported, difference
	from at_reconcile('paper', everything => true) where agent_id in ('twin', 'ids', 'night') order by 1, 3, 2, 4, 5;

-- Readers read; others do not.
create role regress_at_reader;
select at_grant('regress_at_reader', 'reader');
set role regress_at_reader;
select count(*) > 0 as performance, (select count(*) from at_period_returns()) > 0 as returns,
	(select count(*) from at_reconcile('paper')) > 0 as doubts
	from at_current_performance;
reset role;
create role regress_at_stranger;
set role regress_at_stranger;
\set VERBOSITY sqlstate
select count(*) from at_period_returns();
select count(*) from at_reconcile('paper');
\set VERBOSITY terse
reset role;
select at_drop_store();
select count(*) from pg_class where relname ~ '^at_' and relkind in ('r', 'v', 'p') and relname <> 'at_inbox';
drop owned by regress_at_reader, regress_at_stranger;
drop role regress_at_reader, regress_at_stranger;
