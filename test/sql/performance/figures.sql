-- Which numbers go together: kinds of periods, portfolios that are not named, the
-- first session, flows that are NULL, periods of a year.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all
set client_min_messages = warning;
create extension if not exists agent_tracker;
set client_min_messages = notice;
select at_create_store();

create function pg_temp.is(n int, agent text, type text, t text, payload jsonb) returns text language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type, 'occurred_at', t || 'Z', 'agent_id', agent,
		'idempotency_key', 'figures/' || n, 'payload', payload))
$$;
create function pg_temp.equity(n int, agent text, t text, equity numeric,
	more jsonb default '{}') returns text language sql as $$
	select pg_temp.is(n, agent, 'portfolio.snapshot.recorded', t, jsonb_build_object('equity', equity, 'currency',
		'USD',
		'portfolio_kind', 'paper') || more)
$$;
create function pg_temp.perf(n int, agent text, day text, kind text, base numeric, pnl numeric,
	more jsonb default '{}')
returns text language sql as $$
	select pg_temp.is(n, agent, 'performance.snapshot.recorded', day || 'T22:00:00',
		jsonb_build_object('session_date', day,
		'period_kind', kind, 'period_start', day, 'period_end', day, 'return_base', base, 'trading_pnl_amount',
			pnl) || more)
$$;
create function pg_temp.flow(n int, agent text, t text, amount numeric,
	more jsonb default '{}') returns text language sql as $$
	select pg_temp.is(n, agent, 'capital.flow.recorded', t, jsonb_build_object('capital_flow_id', 'c' || n,
		'flow_kind', case when amount > 0 then 'deposit' else 'withdrawal' end, 'amount', abs(amount), 'asset', 'USD',
		'currency', 'USD', 'session_date', left(t, 10), 'included_in_trading_pnl', false) || more)
$$;

-- a flow of NULL is none
select at_twr(v, e, f) from (values (1000, 1100, null::numeric), (1100, 1210, null), (1210, 2331, 1000)) x(v, e, f);
select at_twr(v, e, f) from (values (1000, 1100, 0::numeric), (null, 1210, 0), (1210, null, 0), (0, 5, 0)) x(v, e, f);
select at_period_return(1000, 1100, null) as end, at_period_return(1000, 1100, null, true) as start,
	at_period_return(null, 1100) as no_start, at_period_return(1000, null) as no_end;
select at_modified_dietz(1000, 1300, array[200], array[1.5]) as above, at_modified_dietz(1000, 1300, array[200],
	array[-0.5]) as below,
	at_modified_dietz(1000, 1300, array[200], array[1]) as at_start;

-- Daily is daily, however it is written; the last word on a day counts
select pg_temp.ingest(concat_ws(e'\n', pg_temp.perf(1, 'kinds', '2026-03-02', 'daily', 1000, 10),
	pg_temp.perf(2, 'kinds', '2026-03-03', ' Daily', 1010, -500), pg_temp.perf(3, 'kinds', '2026-03-04', 'DAY', 510,
		5),
	pg_temp.perf(4, 'kinds', '2026-03-31', 'Month', 1000, 1)));
select period_kind, period_end, ret, growth from at_period_returns('paper', 'kinds');
select period_kind, count(*) from at_period_returns('paper', 'kinds', period_kind => 'Monthly') group by 1;
select total_return, max_drawdown, periods, periods_per_year from at_current_performance where agent_id = 'kinds';

-- a first session of several snapshots has a result; what an agent says of it is compared with nothing
select pg_temp.ingest(concat_ws(e'\n', pg_temp.equity(11, 'first', '2026-03-02T14:30:00', 100000),
	pg_temp.equity(12, 'first', '2026-03-02T21:00:00', 95000),
	pg_temp.equity(13, 'first', '2026-03-03T21:00:00', 96000)));
select session_date, equity, trading_pnl, ret, source, growth, drawdown from at_daily_performance
	where agent_id = 'first' order by 1;
select equity, last_ret, total_return, max_drawdown from at_current_performance where agent_id = 'first';
select period_end, ret, source from at_period_returns('paper', 'first');
select pg_temp.ingest(pg_temp.perf(14, 'first', '2026-03-02', 'daily', 101000, -6000));
select count(*) from at_reconcile('paper', 'first', everything => true) where "check" in ('equity_change',
	'return_base');

-- a deposit after the close, and one before the opening; what can be chosen
select pg_temp.ingest(concat_ws(e'\n', pg_temp.equity(21, 'late', '2026-03-02T21:00:00', 1000), pg_temp.equity(22,
	'late', '2026-03-03T21:00:00', 1010),
	pg_temp.flow(23, 'late', '2026-03-03T22:00:00', 500), pg_temp.equity(24, 'late', '2026-03-04T21:00:00', 1520),
	pg_temp.perf(25, 'late', '2026-03-03', 'daily', 1000, 10), pg_temp.perf(26, 'late', '2026-03-04', 'daily', 1010,
		10),
	pg_temp.equity(31, 'early', '2026-03-02T21:00:00', 1000), pg_temp.flow(32, 'early', '2026-03-03T13:00:00', 9000),
	pg_temp.equity(33, 'early', '2026-03-03T21:00:00', 10500), pg_temp.flow(34, 'early', '2026-03-04T13:00:00',
		-10500),
	pg_temp.equity(35, 'early', '2026-03-04T21:00:00', 0), pg_temp.flow(36, 'early', '2026-03-05T13:00:00', 5000),
	pg_temp.equity(37, 'early', '2026-03-05T21:00:00', 5100)));
select session_date, equity, external_flow, trading_pnl, ret from at_daily_performance
where agent_id = 'late' and equity is not null order by 1;
select * from at_reconcile('paper', 'late');
select timing, array_agg(ret order by period_end) as returns from unnest('{end,start,time,whole}'::text[]) timing,
	at_period_returns('paper', 'early', flow_timing => timing) group by 1 order by 1;
select array_agg(source order by period_end) as sources from at_period_returns('paper', 'early');
select at_period_returns('paper', flow_timing => 'middle');
select at_period_returns('paper', periods_per_year => 0);
set agent_tracker.flow_timing = 'middle';
set agent_tracker.flow_timing = 'whole';
select total_return, periods from at_current_performance where agent_id = 'early';
reset agent_tracker.flow_timing;

-- two portfolios are two rows; what names none belongs to the only one, and to none of two
select pg_temp.ingest(concat_ws(e'\n', pg_temp.equity(41, 'two', '2026-03-02T21:00:00', 1000), pg_temp.equity(42,
	'two', '2026-03-03T21:00:00', 1100),
	pg_temp.equity(43, 'two', '2026-03-02T21:00:01', 100, '{"portfolio_kind": "shadow"}'),
	pg_temp.equity(44, 'two', '2026-03-03T21:00:01', 150, '{"portfolio_kind": "shadow"}'),
	pg_temp.equity(45, 'two', '2026-03-03T21:00:01', 7, '{"portfolio_kind": "shadow", "currency": "EUR"}'),
	pg_temp.perf(46, 'two', '2026-03-03', 'daily', 1000, 20),
	pg_temp.perf(47, 'two', '2026-03-03', 'daily', 100, 40, '{"portfolio_kind": "shadow", "currency": "USD"}'),
	pg_temp.equity(51, 'one', '2026-03-02T21:00:00', 1000), pg_temp.equity(52, 'one', '2026-03-03T21:00:00', 1100),
	pg_temp.perf(53, 'one', '2026-03-03', 'daily', 1000, 30),
	pg_temp.is(54, 'one', 'paper.fill.recorded', '2026-03-03T15:00:00',
		'{"symbol": "X", "side": "buy", "quantity": 1, "price": 1}'),
	pg_temp.is(55, 'one', 'paper.fill.recorded', '2026-03-03T16:00:00',
		'{"symbol": "X", "side": "sell", "quantity": 1, "price": 3}')));
select agent_id, portfolio_kind, currency, unnamed, equity, last_ret, total_return, trades, net_pnl
from at_current_performance where agent_id in ('one', 'two') order by 1, 2, 3;
-- a portfolio's own numbers hide none of another
select portfolio_kind, currency, origin, ret from at_period_returns('paper', 'two') where ret is not null
	order by 1, 2, 3;

-- agents that trade every day
select pg_temp.ingest(string_agg(pg_temp.equity(100 + i, 'always',
	(timestamp '2026-03-02 23:59' + i * interval '1 day')::text, 1000 + i % 7)
	|| e'\n' || pg_temp.equity(200 + i, 'sundays', (timestamp '2026-03-02 23:59' + i * interval '1 day')::text,
		1000 + i % 7), e'\n'))
from generate_series(0, 60) i where true;
delete from at_event where agent_id = 'sundays' and extract(isodow from occurred_at) = 6;
select agent_id, periods, periods_per_year, round(sharpe::numeric, 6) as sharpe from at_current_performance
	where agent_id in ('always', 'sundays') order by 1;
select agent_id, max(periods_per_year) as p, round(at_sharpe(ret, 365)::numeric, 6) as at_365
	from at_period_returns('paper') r
where agent_id in ('always', 'sundays') group by 1 order by 1;
set agent_tracker.periods_per_year = 100;
select distinct agent_id, periods_per_year from at_rolling_sharpe where agent_id in ('always', 'sundays') order by 1;
select distinct periods_per_year from at_period_returns('paper', 'always', periods_per_year => 12);
reset agent_tracker.periods_per_year;

-- one exit in five pieces is one trade
select pg_temp.ingest(string_agg(pg_temp.is(300 + n, 'pieces', 'paper.fill.recorded', t,
	jsonb_build_object('symbol', 'X', 'side', side,
	'quantity', q, 'price', p, 'currency', 'USD', 'fill_id', 'p' || n, 'session_date', '2026-03-03')), e'\n'))
from (select 1 as n, '2026-03-02T23:10:00' as t, 'buy' as side, 5 as q, 100 as p
	union all select 1 + i, '2026-03-02T23:20:00', 'sell', 1, 99 from generate_series(1, 5) i
	union all values (7, '2026-03-02T23:30:00', 'buy', 5, 100), (8, '2026-03-02T23:50:00', 'sell', 8, 103), (9,
		'2026-03-02T23:55:00', 'buy', 1, 102)) f;
select direction, quantity, lots, net_pnl, session_date from at_round_trip where agent_id = 'pieces' order by exit_at;
select trades, wins, losses, win_rate, expectancy, net_pnl, lots from at_pnl_by_symbol where agent_id = 'pieces';
select (f).n, (f).wins, (f).max_loss_streak from (select at_trade_summary(net_pnl::float8, exit_at) as f
	from at_round_trip
	where agent_id = 'pieces') s;
select session_date, trades, net_pnl from at_daily_performance where agent_id = 'pieces';
select iso_weekday, weekday, trades from at_pnl_by_weekday where agent_id = 'pieces';
select trades, win_rate, streak, net_pnl from at_current_performance where agent_id = 'pieces';
set agent_tracker.count_trades = lots;
select trades, wins, losses, win_rate, expectancy, net_pnl, lots from at_pnl_by_symbol where agent_id = 'pieces';
select trades, streak from at_current_performance where agent_id = 'pieces';
reset agent_tracker.count_trades;

select at_drop_store();
