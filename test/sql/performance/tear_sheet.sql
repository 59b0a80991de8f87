-- The figures of a tear sheet: what is not defined, who is not mixed with whom, bad input.
\set VERBOSITY terse
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/data/helper.sql'
\set ECHO none
\i :helper
\set ECHO all

-- Without a store whoever needs one says so.
select * from at_tear_sheet();
select * from at_drawdowns();
select * from at_daily_exposure();
select * from at_trade_groups();
select * from at_trade_excursions();
select at_create_store();
select count(*) from at_tear_sheet();
select count(*) from at_drawdowns();
select count(*) from at_calendar_returns();
select count(*) from at_rolling_performance();
select count(*) from at_agent_correlation();
select count(*) from at_daily_exposure();
select count(*) from at_trade_groups();
select count(*) from at_trade_excursions();

-- Bad input.
select * from at_tear_sheet(environment => 'moon');
select * from at_daily_exposure(environment => 'moon');
select * from at_trade_groups(environment => 'moon');
select * from at_trade_excursions(environment => 'moon');
select * from at_calendar_returns(by => 'day');
select * from at_calendar_returns(by => null);
select * from at_trade_groups(by => 'mood');
select * from at_trade_groups(by => null);
select * from at_rolling_performance(sessions => 1);
select * from at_rolling_performance(sessions => null);
select at_sharpe_test(at_moments_of('{0.01,0.02}'), confidence => 1);
select at_sharpe_test(at_moments_of('{0.01,0.02}'), trials => 0);
select at_sharpe_test(at_moments_of('{0.01,0.02}'), confidence => null);

create sequence pg_temp.nr;
-- An event of a type at a time, of an agent; null members are left out.
create function pg_temp.is(type text, at text, payload jsonb, agent text,
	environment text default 'paper') returns text
	language sql as $$
	select pg_temp.event(n, jsonb_build_object('event_type', type || case when type ~ 'completed|started|proposed'
		then '' else '.recorded' end,
		'occurred_at', at || ':00Z', 'agent_id', agent, 'environment', environment, 'symbols', '[]'::jsonb,
		'idempotency_key', 'k/' || n, 'payload', jsonb_strip_nulls(payload)))
	from (select nextval('pg_temp.nr')::int as n) s
$$;
-- A day with this result, of a base of 1000.
create function pg_temp.perf(agent text, day text, pnl text, payload jsonb default '{}',
	environment text default 'paper') returns text
	language sql as $$
	select pg_temp.is('performance.snapshot', day || 'T21:00', jsonb_build_object('period_kind', 'daily',
		'session_date', day,
		'period_start', day, 'period_end', day, 'return_base', '1000', 'flow_adjusted_equity_change', pnl,
		'portfolio_kind', 'main', 'currency', 'USD') || payload, agent, environment)
$$;
create function pg_temp.book(agent text, day text, equity text, payload jsonb default '{}') returns text language sql
	as $$
	select pg_temp.is('portfolio.snapshot', day || 'T21:00', jsonb_build_object('session_date', day, 'equity', equity,
		'portfolio_kind', 'main', 'currency', 'USD') || payload, agent)
$$;
create function pg_temp.fill(agent text, at text, side text, quantity text, price text,
	payload jsonb default '{}') returns text
	language sql as $$
	select pg_temp.is('paper.fill', at, jsonb_build_object('symbol', 'SPY', 'side', side, 'quantity', quantity,
		'price', price,
		'fees', '0', 'portfolio_kind', 'main', 'currency', 'USD') || payload, agent)
$$;
create function pg_temp.position(agent text, at text, quantity text, price text,
	payload jsonb default '{}') returns text
	language sql as $$
	select pg_temp.is('position.snapshot', at, jsonb_build_object('symbol', 'SPY', 'position_id', 'p1', 'quantity',
		quantity,
		'market_price', price, 'portfolio_kind', 'main', 'currency', 'USD') || payload, agent)
$$;

select * from pg_temp.ingest(concat_ws(e'\n',
	-- one session
	pg_temp.perf('one', '2026-01-05', '10'),
	-- constant returns
	pg_temp.perf('constant', '2026-01-05', '5'), pg_temp.perf('constant', '2026-01-06', '5'), pg_temp.perf('constant',
		'2026-01-07', '5'),
	-- flat days only
	pg_temp.perf('flat', '2026-01-05', '0'), pg_temp.perf('flat', '2026-01-06', '0'),
	-- down 10 %, 20 %, up 50 %, down 5 % and not back; two weeks in between
	pg_temp.perf('falls', '2026-01-05', '-100'), pg_temp.perf('falls', '2026-01-06', '-200'), pg_temp.perf('falls',
		'2026-01-21', '500'),
	pg_temp.perf('falls', '2026-02-02', '-50'), pg_temp.perf('falls', '2026-02-03', '0'),
	-- more than everything
	pg_temp.perf('ruined', '2026-01-05', '-1500'), pg_temp.perf('ruined', '2026-01-06', '100'),
	-- just a year and a day of history, and a day too little
	pg_temp.perf('year', '2025-01-31', '10'), pg_temp.perf('year', '2025-10-31', '20'), pg_temp.perf('year',
		'2025-12-31', '30'),
	pg_temp.perf('year', '2026-01-01', '40'), pg_temp.perf('year', '2026-01-30', '50'),
	pg_temp.perf('short', '2025-02-01', '10'), pg_temp.perf('short', '2026-01-30', '50'),
	-- two currencies, two environments
	pg_temp.perf('two', '2026-01-05', '10'), pg_temp.perf('two', '2026-01-05', '-20', '{"currency": "EUR"}'),
	pg_temp.perf('two', '2026-01-06', '30', '{}', 'shadow'),
	-- a result without its amount
	pg_temp.perf('percent', '2026-01-05', null, '{"trading_pnl_pct": "1.5"}'), pg_temp.perf('percent', '2026-01-06',
		'-10'),
	-- equity that falls below zero and comes back
	pg_temp.book('negative', '2026-01-05', '1000'), pg_temp.book('negative', '2026-01-06', '-500'),
		pg_temp.book('negative', '2026-01-07', '250'),
	pg_temp.book('negative', '2026-01-08', '500'),
	-- one snapshot, from which nothing follows yet
	pg_temp.book('lonely', '2026-01-05', '1000'),
	-- fills alone
	pg_temp.fill('fills', '2026-01-05T15:00', 'buy', '2', '100'), pg_temp.fill('fills', '2026-01-05T16:00', 'sell',
		'2', '101'),
	-- periods that name no portfolio and no currency, of an agent with one
	pg_temp.perf('nameless', '2026-01-05', '10', '{"portfolio_kind": null, "currency": null}'),
	pg_temp.book('nameless', '2026-01-05', '1000'), pg_temp.book('nameless', '2026-01-06', '1010'),
	pg_temp.fill('nameless', '2026-01-06T15:00', 'buy', '5', '100'), pg_temp.fill('nameless', '2026-01-06T16:00',
		'sell', '5', '102')));

\pset null -
select agent_id as agent, environment as env, currency as cur, periods as n, total_return as total, return_mtd as mtd,
	return_ytd as ytd,
	return_3m as m3, return_1y as y1, round(cagr::numeric, 9) as cagr, best_ret as best, worst_ret as worst,
		best_month_ret as best_month, worst_month
from at_tear_sheet();
select agent_id as agent, currency as cur, max_drawdown as depth, drawdown as now, drawdowns as n,
	longest_drawdown_sessions as sessions,
	longest_drawdown_days as days, average_drawdown_days as mean_days, trading_pnl as pnl, max_drawdown_amount
		as fall, recovery_factor as recovery
from at_tear_sheet();
-- an error says what it is worth of two returns, ratios of a year are shown of no fewer than agent_tracker.min_periods
select agent_id as agent, currency as cur, ann_volatility as vol, sharpe, sortino, round(sharpe_period::numeric, 9)
	as ratio,
	round(sharpe_error::numeric, 9) as error, round(psr::numeric, 9) as psr, round(min_track_record::numeric, 6)
		as track
from at_tear_sheet() where periods > 1;
set agent_tracker.min_periods = 2;
select agent_id as agent, round(ann_volatility::numeric, 9) as vol, round(sharpe::numeric, 9) as sharpe,
	round(sortino::numeric, 9) as sortino
from at_tear_sheet() where periods > 1 and currency = 'USD';
reset agent_tracker.min_periods;
select agent_id as agent, portfolio_kind as kind, currency as cur, periods as n, mean_equity as equity, bought, sold,
	turnover, trades,
	trades_per_session as per_session, win_rate, profit_factor as factor, holding_winners as winners, long_pnl,
		short_pnl
from at_tear_sheet() where agent_id in ('fills', 'nameless', 'negative');

select agent_id as agent, currency as cur, started, trough, recovered, depth, amount, sessions, days
	from at_drawdowns();
-- In a window growth begins again.
select agent_id as agent, started, trough, recovered, depth, amount, sessions, days
from at_drawdowns('paper', 'falls', since_session => '2026-01-06', until_session => '2026-02-03');
select agent_id as agent, currency as cur, first_day, periods as n, ret, pnl, benchmark_ret
	from at_calendar_returns('paper', by => 'year');
select first_day, periods as n, ret, pnl from at_calendar_returns('paper', 'falls', 'paper', '2026-01-06',
	'2026-02-03');
select session_date, total_return as total, round(ann_volatility::numeric, 6) as vol, round(sharpe::numeric, 6)
	as sharpe, sortino, beta
from at_rolling_performance('paper', 'constant', sessions => 2);
-- A pair in two environments is none; two common sessions say nothing.
select environment, agent_a, currency_a, agent_b, currency_b, n, correlation from at_agent_correlation('paper')
where agent_a in ('constant', 'two') and agent_b in ('falls', 'flat', 'one', 'two');

-- Exposure: a short, a position in two currencies at once, one that is forgotten, and one that names no currency.
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.book('held', '2026-01-05', '1000'), pg_temp.book('held', '2026-01-06', '0'), pg_temp.book('held',
		'2026-01-07', '2000'),
	pg_temp.position('held', '2026-01-06T20:00', '3', '100'), pg_temp.position('held', '2026-01-06T20:00', '-2', '50',
		'{"symbol": "QQQ", "position_id": "p2", "multiplier": 10}'),
	pg_temp.position('held', '2026-01-06T20:00', '4', '10',
		'{"currency": "EUR", "symbol": "SAP", "position_id": "p3"}'),
	pg_temp.position('held', '2026-01-07T20:00', '0', '110'),
	pg_temp.position('held', '2026-01-08T20:00', '4', '11',
		'{"currency": null, "symbol": "SAP", "position_id": "p3"}'),
	pg_temp.fill('held', '2026-01-07T15:00', 'sell', '3', '110'), pg_temp.fill('held', '2026-01-07T15:01', 'buy', '1',
		'90')));
select currency as cur, session_date as day, equity, long_exposure as long, short_exposure as short, gross_exposure
	as gross, net_exposure as net, leverage,
	positions as n, carried, top_symbols as top, top_values as values, bought, sold, turnover
from at_daily_exposure('paper', 'held');
select session_date, positions from at_daily_exposure('paper', 'held', 'paper', '2026-01-06', '2026-01-07');

-- Trades: closed in two parts by two decisions, one of which was proposed again; a short that is half closed.
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.fill('trader', '2026-01-05T15:00', 'buy', '4', '100', '{"setup": "gap"}'),
	pg_temp.fill('trader', '2026-01-05T16:00', 'sell', '1', '104', '{"decision_id": "d-1"}'),
	pg_temp.fill('trader', '2026-01-06T16:00', 'sell', '3', '102', '{"decision_id": "d-2", "fees": "1"}'),
	pg_temp.fill('trader', '2026-01-06T17:00', 'short', '2', '50', '{"symbol": "QQQ"}'),
	pg_temp.fill('trader', '2026-01-06T18:00', 'cover', '1', '55', '{"symbol": "QQQ", "decision_id": "d-3"}'),
	pg_temp.is('decision.proposed', '2026-01-05T15:59',
		'{"decision_id": "d-1", "symbol": "SPY", "action": "sell", "confidence": 0.5, "rationale": "x",
		"decision_kind": "exit", "reason_code": "target"}', 'trader'),
	pg_temp.is('decision.proposed', '2026-01-06T15:58',
		'{"decision_id": "d-2", "symbol": "SPY", "action": "sell", "confidence": 0.5, "rationale": "x",
		"decision_kind": "exit", "reason_code": "target"}', 'trader'),
	pg_temp.is('decision.proposed', '2026-01-06T15:59',
		'{"decision_id": "d-2", "symbol": "SPY", "action": "sell", "confidence": 0.5, "rationale": "x",
		"decision_kind": "exit"}', 'trader'),
	-- of another agent
	pg_temp.is('decision.proposed', '2026-01-06T17:59',
		'{"decision_id": "d-3", "symbol": "QQQ", "action": "buy", "confidence": 0.5, "rationale": "x",
		"decision_kind": "exit", "reason_code": "panic"}', 'other')));
select v.by, g.name, g.trades as n, g.wins, g.losses, g.net_pnl as net, g.pnl_share as share, g.profit_factor
	as factor, g.expectancy, g.lots,
	g.holding_winners as winners
from unnest('{symbol,setup,strategy,direction,exit_reason,session,month}'::text[]) with ordinality v(by, place),
	at_trade_groups('paper', 'trader', by => v.by) g
order by v.place, g.name;
select name, trades, net_pnl from at_trade_groups('paper', 'trader', 'paper', '2026-01-06', '2026-01-07');
set agent_tracker.count_trades = lots;
select name, trades, wins, net_pnl, holding from at_trade_groups('paper', 'trader', by => 'direction');
reset agent_tracker.count_trades;

-- Excursions: prices at the entry, in between, after the exit, of another agent, in lower case; a split.
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is('market.snapshot', '2026-01-05T15:00', '{"symbol": "SPY", "price": "99", "source": "x"}', 'trader'),
	pg_temp.is('market.snapshot', '2026-01-05T15:30', '{"symbol": "spy", "bid": "105", "ask": "106", "source": "x"}',
		'trader'),
	pg_temp.is('market.snapshot', '2026-01-05T15:40', '{"symbol": "SPY", "volume": 7, "source": "x"}', 'trader'),
	pg_temp.is('market.snapshot', '2026-01-05T15:45', '{"symbol": "SPY", "price": "1", "source": "x"}', 'other'),
	pg_temp.is('market.snapshot', '2026-01-06T16:01', '{"symbol": "SPY", "price": "1", "source": "x"}', 'trader')));
select symbol, direction, quantity, entry_price as entry, exit_price as exit, net_pnl as net, snapshots as n, mae,
	mfe, mae_bps, mfe_bps
from at_trade_excursions('paper', 'trader');
insert into at_split (symbol, effective_at, ratio, per) values ('SPY', '2026-01-05T15:10Z', 2, 1);
select symbol, direction, quantity, entry_price as entry, exit_price as exit, net_pnl as net, snapshots as n, mae,
	mfe, mae_bps, mfe_bps
from at_trade_excursions('paper', 'trader') where symbol = 'SPY';
delete from at_split;

-- Cost of models is in US dollars: against a result in another currency, or of several portfolios, it is not held.
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.perf('usd', '2026-01-05', '10'), pg_temp.perf('eur', '2026-01-05', '10', '{"currency": "EUR"}'),
	(select string_agg(pg_temp.is('llm.call.completed', '2026-01-05T15:00',
		'{"provider": "openai", "model": "m", "cost_usd": "2.5", "status": "ok"}', a), e'\n')
		from unnest('{usd,eur,two}'::text[]) a)));
select agent_id as agent, currency as cur, trading_pnl as pnl, model_cost_usd as cost, model_cost_ratio as ratio,
	pnl_after_model_cost as left
from at_tear_sheet() where agent_id in ('usd', 'eur', 'two') and environment = 'paper';
select agent_id as agent, model_cost_usd as cost from at_tear_sheet('paper', 'usd', since_session => '2026-01-06');

-- An epoch: three scored members with returns of agents, one without, one that is not scored.
select * from pg_temp.ingest(concat_ws(e'\n',
	pg_temp.is('evaluation.epoch.started', '2026-01-04T00:00',
		'{"epoch_id": "e", "epoch_kind": "nightly", "expected_member_count": 5, "context_hash": "h"}', 'judge'),
	(select string_agg(pg_temp.is('evaluation.epoch.member.completed', '2026-01-31T00:00',
		jsonb_build_object('epoch_id', 'e', 'member_id', m, 'state', 'completed',
			'expected', true, 'scored', m <> 'flat', 'context_hash', 'h', 'trading_pnl_pct', case when m in ('nobody',
				'falls') then '1' end), 'judge'), e'\n')
		from unnest('{falls,m1,m2,nobody,flat}'::text[]) m),
	pg_temp.perf('m1', '2026-01-05', '10'), pg_temp.perf('m1', '2026-01-06', '-5'), pg_temp.perf('m1', '2026-01-07',
		'20'), pg_temp.perf('m1', '2026-02-07', '20'),
	pg_temp.perf('m2', '2026-01-05', '1'), pg_temp.perf('m2', '2026-01-06', '2'), pg_temp.perf('m2', '2026-01-07',
		'1')));
select place, member_id as member, score, periods as n, round(sharpe_period::numeric, 12) as ratio,
	round(sharpe_error::numeric, 12) as error, trials,
	round(deflated_sharpe::numeric, 12) as deflated
from at_epoch_leaderboard order by member_id;
-- The same from the returns themselves.
with ratio as (
	select agent_id, count(*) as n, avg(ret) / stddev_samp(ret) as ratio, array_agg(ret) as rets
	from at_period_returns('paper', until_session => '2026-01-31') where agent_id in ('falls', 'm1', 'm2') group by 1
)
select r.agent_id, round(r.ratio::numeric, 12) as ratio, round((at_sharpe_test(at_moments_of(r.rets), trials => 4,
	trials_variance => (select var_samp(o.ratio) from ratio o))).deflated_sharpe::numeric, 12) as deflated
from ratio r order by 1;

-- All of it again from stored facts.
create temp table stale as select 'sheet' as which, t::text from at_tear_sheet() t union all select 'exposure',
	t::text from at_daily_exposure() t
	union all select 'drawdowns', t::text from at_drawdowns() t union all select 'excursions', t::text
		from at_trade_excursions() t
	union all select 'groups', t::text from at_trade_groups() t;
select count(*) from at_refresh();
select * from stale except all (select 'sheet' as which, t::text from at_tear_sheet() t union all select 'exposure',
	t::text from at_daily_exposure() t
	union all select 'drawdowns', t::text from at_drawdowns() t union all select 'excursions', t::text
		from at_trade_excursions() t
	union all select 'groups', t::text from at_trade_groups() t);
select at_drop_store();
