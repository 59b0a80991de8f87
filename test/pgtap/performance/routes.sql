-- Two routes to one figure agree: aggregates over rows, functions of arrays, of
-- states and of merged states, and what views and functions over the store say.
-- A table of figures and routes is walked through on random data.  What is
-- promised is 12 digits, as sums and products are rounded in the order in which
-- they are made; counts, periods and what is NULL are the same.

begin;
set local client_min_messages = warning;
set local timezone = 'UTC';
create temp table made as select at_create_store() as store;
select setseed(0.125);

-- series of 1 to 300 returns at distinct times, some of them null, in no order
create temp table point as
select s, o, timestamptz '2024-01-01' + o * interval '1 day' as t, case
	when random() > 0.03 then (random() - 0.45) / 30 * x end as r,
	(random() - 0.45) / 40 as b, o * 3 / n as part
from (values (1, 1, 1), (2, 2, 1), (3, 5, 1), (4, 60, 1), (5, 252, 1), (6, 300, 3)) c(s, n, x), generate_series(1, n) o
order by random();
create temp table state as
select s, array_agg(r order by t) as rs, array_agg(b order by t) as bs, at_collect_moments(r order by t) as moments,
	at_collect_sample(r) as sample,
	at_collect_series(r, t) as series, at_collect_pairs(r, b order by t) as pairs,
	at_collect_drawdown_state(r order by t) as drawdown
from point group by s;
create temp table merged as
select s, at_merge(moments order by part) as moments, at_merge(sample) as sample,
	at_merge(series order by part desc) as series,
	at_merge(pairs order by part desc) as pairs, at_merge(drawdown order by part) as drawdown
from (select s, part, at_collect_moments(r order by t) as moments, at_collect_sample(r) as sample,
	at_collect_series(r, t) as series,
		at_collect_pairs(r, b order by t) as pairs, at_collect_drawdown_state(r order by t) as drawdown
	from point group by s, part) p
group by s;

-- a figure: its function, the state it is of, the arguments, its name in at_performance
create temp table figure as
select * from (values
	('at_volatility', 'moments', ', 365', 'ann_volatility'), ('at_sharpe', 'moments', ', 365, 0.03', 'sharpe'),
	('at_kelly', 'moments', ', 365, 0.03', 'kelly_continuous'), ('at_skewness_pop', 'moments', '', 'skew_pop'),
	('at_skewness_samp', 'moments', '', 'skew_samp'), ('at_kurtosis_excess_pop', 'moments', '', 'kurt_excess_pop'),
	('at_kurtosis_excess_samp', 'moments', '', 'kurt_excess_samp'), ('at_psr', 'moments', ', 365, 0.03', 'psr_zero'),
	('at_value_at_risk_gauss', 'moments', '', 'var_gauss_05'),
	('at_value_at_risk_cornish_fisher', 'moments', '', 'var_cornish_fisher_05'),
	('at_total_return', 'sample', '', 'total_return'), ('at_ann_return', 'sample', ', 365', 'ann_return'),
	('at_downside_deviation', 'sample', ', 365, 0.01', 'downside_deviation_ann'),
	('at_sortino', 'sample', ', 365, 0.01', 'sortino'),
	('at_omega', 'sample', ', 365, 0.01', 'omega'), ('at_tail_ratio', 'sample', '', 'tail_ratio'),
	('at_gain_to_pain', 'sample', '', 'gain_to_pain'), ('at_hit_rate', 'sample', '', 'hit_rate'),
	('at_value_at_risk', 'sample', ', 0.05', 'var_hist_05'), ('at_expected_shortfall', 'sample', ', 0.05', 'cvar_05'),
	('at_max_drawdown', 'series', '', 'max_drawdown'), ('at_calmar', 'series', ', 365', 'calmar'),
	('at_ulcer_index', 'series', '', 'ulcer_index'), ('at_pain_index', 'series', '', 'pain_index'),
	('at_stability', 'series', '', 'stability_r2'),
	('at_beta', 'pairs', '', 'beta'), ('at_alpha', 'pairs', ', 365, 0.03', 'alpha_annual_geometric'),
	('at_information_ratio', 'pairs', ', 365', 'information_ratio'),
	('at_tracking_error', 'pairs', ', 365', 'tracking_error_annual'),
	('at_up_capture', 'pairs', ', 365', 'up_capture'), ('at_down_capture', 'pairs', ', 365', 'down_capture'))
	f(name, state, args, field);
-- a route is an expression over v, the row of state, and m, that of merged
create temp table route as
select f.name as figure, r.route
from figure f, lateral (values
	(format('%s(v.%s%s)', name, state, args)), (format('%s(m.%s%s)', name, state, args)),
	(format(
		'(select %s(p.r%s%s) from point p where p.s = v.s)', name, case state when 'series' then ', p.t'
		when 'pairs' then ', p.b' else '' end, args)),
	(format('(select (at_performance(p.r, p.t, 365, 0.03, 0.01, p.b)).%s from point p where p.s = v.s)', field)),
	(case when state = 'pairs' then format('(at_benchmark(v.rs, v.bs, 365, 0.03)).%s', field)
		else format('(at_performance(v.rs, 365, 0.03, 0.01)).%s', field) end),
	(case
		when state = 'pairs' then format(
			'(select (at_benchmark(p.r, p.b, 365, 0.03)).%s from point p where p.s = v.s)', field)
		else format('(at_performance(m.series, 365, 0.03, 0.01)).%s', field) end)) r(route)
union all
select * from (values
	('mean', '(at_performance(v.rs)).mean'), ('mean', '(at_describe(v.moments)).mean'),
		('mean', '(at_describe(m.moments)).mean'),
	('mean', '(at_describe(at_moments_of(v.rs))).mean'),
	('5 % quantile', 'at_value_at_risk(v.sample)'), ('5 % quantile', 'at_quantile(v.sample, 0.05)'),
	('5 % quantile', 'at_quantiles(v.rs, 0.05)'), ('5 % quantile', '(at_quantiles(v.rs, ''{0.5,0.05}''::float8[]))[2]'),
	('5 % quantile', '(select percentile_cont(0.05) within group (order by p.r) from point p where p.s = v.s)'),
	('growth', 'at_wealth(v.drawdown)'), ('growth', 'at_wealth(m.drawdown)'),
	('growth', 'at_wealth(at_drawdown_state_of(v.rs))'),
	('growth', '(select at_wealth(p.r order by p.t) from point p where p.s = v.s)'),
	('growth',
		'(select w from (select p.t, '
			'at_wealth(p.r) over (order by p.t) as w from point p where p.s = v.s) x order by t desc limit 1)'),
	('drawdown', 'at_drawdown(v.drawdown)'), ('drawdown', 'at_drawdown(m.drawdown)'),
	('drawdown', '(at_drawdown_summary(v.rs)).current_drawdown'),
	('drawdown', '(at_drawdown_summary(m.series)).current_drawdown'),
	('drawdown', '(at_drawdown_summary(m.drawdown)).current_drawdown'),
	('drawdown',
		'(select d from (select p.t, '
			'at_drawdown(p.r) over (order by p.t) as d from point p where p.s = v.s) x order by t desc limit 1)'),
	('deepest', 'at_max_drawdown(m.drawdown)'), ('deepest', 'at_max_drawdown(m.series)'),
	('deepest', '(at_drawdown_summary(v.rs)).max_drawdown'),
	('deepest', 'coalesce((select min(e.depth) from unnest(at_drawdown_episodes(v.rs)) e), 0)'),
	('deepest', 'coalesce((select min(e.depth) from unnest(at_drawdown_episodes(m.drawdown)) e), 0)'),
	('deepest',
		'(select least(0, '
			'min(d)) from (select at_drawdown(p.r) over (order by p.t) as d from point p where p.s = v.s) x)'),
	('episodes',
		'(select string_agg(concat_ws('' '', depth, peak_index, trough_index, '
			'recovery_index), '','') from unnest(at_drawdown_episodes(v.rs)))'),
	('episodes',
		'(select string_agg(concat_ws('' '', depth, peak_index, trough_index, '
			'recovery_index), '','') from unnest(at_drawdown_episodes(m.series)))'),
	('episodes',
		'(select string_agg(concat_ws('' '', depth, peak_index, trough_index, '
			'recovery_index), '','') from unnest(at_drawdown_episodes(m.drawdown)))'),
	('trades', 'at_trade_summary(v.rs)'), ('trades', 'at_trade_summary(v.series)'),
	('trades', 'at_trade_summary(m.series)'),
	('trades', '(select at_trade_summary(p.r, p.t) from point p where p.s = v.s)'),
	('trades', '(select at_trade_summary(p.r, null, p.t) from point p where p.s = v.s)'),
	('regression', 'at_benchmark(v.rs, v.bs, 365, 0.03)'), ('regression', 'at_benchmark(v.pairs, 365, 0.03)'),
	('regression', 'at_benchmark(at_pairs_of(v.rs, v.bs), 365, 0.03)'),
	('regression', 'at_benchmark(m.pairs, 365, 0.03)'),
	('all', 'at_performance(v.rs, 365, 0.03, 0.01)'), ('all', 'at_performance(v.series, 365, 0.03, 0.01)'),
	('all', 'at_performance(m.series, 365, 0.03, 0.01)'),
	('all', '(select at_performance(p.r, p.t, 365, 0.03, 0.01) from point p where p.s = v.s)')) e(figure, route);

create function pg_temp.answers(route text) returns table (s int, answer text) language plpgsql as $$
begin
	return query execute format('select v.s, (%s)::text from state v join merged m using (s)', route);
end
$$;
-- number by number, of figures with several, to 12 digits (of what is below one, to 12 decimals)
create function pg_temp.same(a text, b text) returns boolean language sql as $$
	select a is not distinct from b or coalesce(count(*) filter (where nullif(x, '') is distinct from nullif(y, '')
		and not coalesce(
			abs(nullif(x, '')::numeric - nullif(y, '')::numeric) <= 1e-12 * greatest(abs(nullif(y, '')::numeric), 1),
			false)) = 0,
			false)
		and a is not null and b is not null
	from rows from (
		unnest(string_to_array(translate(a, '() ', ',,,'), ',')),
		unnest(string_to_array(translate(b, '() ', ',,,'), ','))) n(x, y)
$$;
create temp table answer as
select r.figure, r.route, a.s, a.answer,
	first_value(a.answer) over (partition by r.figure, a.s order by r.route collate "C") as other
from route r, pg_temp.answers(r.route) a;

select plan(67);
select is(store, 'made the store', 'a store') from made;
select is(string_agg(
	distinct a.route || ' of series ' || a.s || ': ' || coalesce(a.answer, 'null') || ', not '
	|| coalesce(a.other, 'null'), e'\n')
	filter (where not pg_temp.same(a.answer, a.other)), null, a.figure || ' by ' || count(distinct a.route)
		|| ' routes')
from answer a group by a.figure order by a.figure collate "C";
select ok(count(*) filter (where answer is not null) > 1000, 'there are answers') from answer;
select is((
	pg_temp.same('(1,,2.5)', '(1,,2.500000000001)'), pg_temp.same('(1,,2.5)', '(1,,2.50000000001)'),
	pg_temp.same('(1,,2.5)', '(1,0,2.5)'),
	pg_temp.same('1', null), pg_temp.same('1 2', '1')), (true, false, false, false, false), 'differences are seen');

-- Through the store: equity once a session with flows between, reported returns,
-- fills of two accounts.
create function pg_temp.line(n int, type text, agent text, t timestamptz, payload jsonb) returns text language sql as $$
	select jsonb_build_object(
		'schema_version', '2026-06-07', 'event_id', 'evt_' || md5('routes' || n), 'idempotency_key', 'routes/' || n,
		'project', 'p', 'agent_id', agent, 'run_id', 'run_1', 'event_type', type, 'environment', 'paper', 'symbols',
		'[]'::jsonb,
		'occurred_at', to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'privacy', '{}'::jsonb,
		'sdk', '{"name":"test","version":"1","language":"sql"}'::jsonb, 'payload', jsonb_strip_nulls(payload))::text
$$;
create temp table day as
select a, i, date '2024-01-07' + i as day, round((10000 + 800 * random())::numeric, 2) as equity,
	case when i > 0 and random() < 0.4 then round((900 * random() - 300)::numeric, 2) end as flow
from generate_series(1, 3) a, generate_series(0, 40) i;
create temp table fill as
select n, kind, symbol, timestamptz '2024-02-01' + n * interval '1 hour' as t, side,
	(1 + floor(9 * random()))::numeric as quantity,
	round((90 + 20 * random())::numeric, 2) as price, round(random()::numeric, 2) as fees
from (select row_number() over () as n, kind, symbol,
	(array['buy', 'sell', 'short', 'cover'])[1 + floor(4 * random())::int] as side
	from unnest('{paper,shadow}'::text[]) kind, unnest('{SPY,QQQ}'::text[]) symbol, generate_series(1, 40)
		order by random()) x;
create temp table loaded as select r.* from (select string_agg(l, e'\n') as lines from (
	select pg_temp.line(
		1000 * a + i, 'portfolio.snapshot.recorded', 'e' || a, day + time '21:00',
		jsonb_build_object('portfolio_kind', 'paper',
		'currency', 'USD', 'equity', equity, 'session_date', day)) as l from day
	union all select pg_temp.line(
		10000 + 1000 * a + i, 'capital.flow.recorded', 'e' || a, day + time '10:00',
		jsonb_build_object('capital_flow_id',
		a || '-' || i, 'flow_kind', case when flow > 0 then 'deposit'
			else 'withdrawal' end, 'amount', abs(flow), 'asset', 'USD', 'currency', 'USD',
		'portfolio_kind', 'paper', 'session_date', day, 'included_in_trading_pnl', false)) from day
			where flow is not null
	union all select pg_temp.line(
		20000 + n::int, 'paper.fill.recorded', 't', t,
		jsonb_build_object('fill_id', 'f' || n, 'symbol', symbol, 'side', side,
		'quantity', quantity, 'price', price, 'fees', fees, 'currency', 'USD', 'portfolio_kind', kind)) from fill) x) y,
			at_ingest_jsonl(y.lines) r;
create temp table account as
select a, 'e' || a as agent, (array_agg(equity order by i))[1] as start,
	jsonb_agg(jsonb_build_object('end_equity', equity, 'external_flow', coalesce(flow, 0))
	order by i) filter (where i > 0) as periods from day group by a;
create temp table flowed as
select a, i, day, lag(equity) over (partition by a order by i) as before, equity, flow from day;
create temp table asked as
select * from (values
	-- flows at the end of an interval: what views, functions and aggregates take where nothing is said
	('time-weighted', '(at_flow_returns(v.start, v.periods)).twr_flow_at_end'),
	(
		'time-weighted',
		'(select at_twr(f.before, f.equity, f.flow order by f.i) from flowed f where f.a = v.a and f.i > 0)'),
	('time-weighted',
		'(select at_total_return(at_period_return(f.before, f.equity, coalesce(f.flow, '
			'0))) from flowed f where f.a = v.a and f.i > 0)'),
	('time-weighted',
		'(select at_total_return(r) from unnest((at_flow_returns(v.start, v.periods)).period_returns_flow_at_end) r)'),
	('time-weighted', '(select growth - 1 from at_equity_curve where agent_id = v.agent order by time desc limit 1)'),
	(
		'time-weighted',
		'(select growth - 1 from at_daily_performance where agent_id = v.agent order by time desc limit 1)'),
	('time-weighted', '(select growth - 1 from at_period where agent_id = v.agent order by period_end desc limit 1)'),
	('time-weighted', '(select growth - 1 from at_period_returns(''p'', v.agent) order by period_end desc limit 1)'),
	('time-weighted',
		'(select growth - 1 from at_period_returns(''p'', v.agent, '
			'flow_timing => ''end'') order by period_end desc limit 1)'),
	('time-weighted', '(select at_total_return(ret) from at_period_returns(''p'', v.agent))'),
	('time-weighted', '(select total_return from at_current_performance where agent_id = v.agent)'),
	('flows at the start', '(at_flow_returns(v.start, v.periods)).twr_flow_at_start'),
	('flows at the start',
		'(select at_total_return(at_period_return(f.before, f.equity, coalesce(f.flow, 0), '
			'true)) from flowed f where f.a = v.a and f.i > 0)'),
	(
		'flows at the start',
		'(select at_total_return(ret) from at_period_returns(''p'', v.agent, flow_timing => ''start''))'),
	('money-weighted', '(at_flow_returns(v.start, v.periods)).mwr_annual_xirr'),
	('money-weighted', '(select at_xirr(d, m) from (select f.day as d,
			-coalesce(f.flow, 0) + case f.i when 40 then f.equity when 0 then -f.equity else 0 end as m
		from flowed f where f.a = v.a) x)'),
	('gain', '(at_flow_returns(v.start, v.periods)).net_gain'),
	('gain', '(select sum(pnl) from at_period_returns(''p'', v.agent))'),
	('gain', '(select sum(trading_pnl) from at_daily_performance where agent_id = v.agent)'),
	('gain',
		'(select sum(i.equity - i.previous - i.interval_flow) from at_equity_interval i where i.agent_id = v.agent and '
			'i.previous is not null)'),
	('flows', '(select sum(f.flow) from flowed f where f.a = v.a)'),
	('flows', '(select sum(amount) from at_capital_flow where agent_id = v.agent)'),
	('flows', '(select sum(external_flow) from at_daily_performance where agent_id = v.agent)'),
	('flows', '(select sum(interval_flow) from at_equity_interval where agent_id = v.agent)'),
	('flows', '(select sum(external_flow) from at_period_returns(''p'', v.agent))'),
	('last', '(select last_ret from at_current_performance where agent_id = v.agent)'),
	('last', '(select ret from at_daily_performance where agent_id = v.agent order by time desc limit 1)'),
	('last', '(select ret from at_equity_curve where agent_id = v.agent order by time desc limit 1)'),
	('depth', '(select max_drawdown from at_current_performance where agent_id = v.agent)'),
	('depth', '(select at_max_drawdown(ret, period_end::timestamptz) from at_period_returns(''p'', v.agent))'),
	('depth', '(select least(0, min(drawdown)) from at_daily_performance where agent_id = v.agent)'),
	('depth', '(select least(0, min(drawdown)) from at_equity_curve where agent_id = v.agent)'),
	('ratio', '(select sharpe from at_current_performance where agent_id = v.agent)'),
	('ratio', '(select sharpe from at_rolling_sharpe where agent_id = v.agent order by time desc limit 1)'),
	(
		'ratio',
		'(select (at_performance(ret, period_end::timestamptz, 365)).sharpe from at_period_returns(''p'', v.agent))'),
	('tail', '(select var_05 from at_current_performance where agent_id = v.agent)'),
	('tail', '(select at_value_at_risk(ret) from at_period_returns(''p'', v.agent))')) e(figure, route);
create function pg_temp.asked_of(route text) returns table (s int, answer text) language plpgsql as $$
begin
	return query execute format('select v.a, (%s)::text from account v', route);
end
$$;
create temp table told as
select r.figure, r.route, a.s, a.answer,
	first_value(a.answer) over (partition by r.figure, a.s order by r.route collate "C") as other
from asked r, pg_temp.asked_of(r.route) a;
select is(string_agg(
	t.route || ' of ' || t.s || ': ' || coalesce(t.answer, 'null') || ', not ' || coalesce(t.other, 'null'), e'\n')
	filter (where not pg_temp.same(t.answer, t.other)), null, t.figure || ' by ' || count(distinct t.route)
		|| ' routes')
from told t group by t.figure order by t.figure collate "C";
select is(count(*) filter (where answer is null), 0::bigint, 'and each has an answer') from told;

-- trades: the book, the functions over rows and JSON, and what views make of it; exact
create temp table json_trips as
select at_round_trips((
	select jsonb_agg(
	jsonb_build_object(
	'fill_id', 'f' || n, 'ts', extract(epoch from t), 'symbol', symbol, 'position_id', kind || symbol,
	'side', side, 'quantity', quantity, 'price', price, 'fees', fees) order by n) from fill)) as trips;
create temp table sums as
select * from (
	values ('at_trade', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), count(*)] from at_trade)),
	('at_round_trips of rows', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), count(*)]
		from at_round_trips(
			'select ''f'' || n as fill_id, t, kind || symbol as key, side, quantity, price, fees from fill')
			where kind = 'closed')),
	('at_round_trips of the store',
		(select array[sum(gross_pnl), sum(fees), sum(net_pnl), count(*)] from at_round_trips() where kind = 'closed')),
	('at_round_trips of JSON, its legs',
		(
			select array[sum((l ->> 'gross_pnl')::numeric), sum((l ->> 'fees')::numeric),
			sum((l ->> 'net_pnl')::numeric), count(*)]
		from json_trips, jsonb_array_elements(trips -> 'legs') l)),
	('at_round_trips of JSON, its sums',
		(select array[(trips ->> 'gross_pnl')::numeric, (trips ->> 'fees')::numeric, (trips ->> 'net_pnl')::numeric,
		jsonb_array_length(trips -> 'legs')] from json_trips)),
	('at_pnl_by_symbol', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), sum(lots)] from at_pnl_by_symbol)),
	('at_pnl_by_setup', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), sum(lots)] from at_pnl_by_setup)),
	('at_pnl_by_weekday', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), sum(lots)] from at_pnl_by_weekday)),
	('at_pnl_by_month', (select array[sum(gross_pnl), sum(fees), sum(net_pnl), sum(lots)] from at_pnl_by_month)),
	(
		'at_daily_performance',
		(
			select array[sum(gross_pnl), sum(fees), sum(net_pnl), (select count(*) from at_trade)]
			from at_daily_performance))) s(name,
	sums);
-- views over several trades show money with at most eight decimals
create function pg_temp.shown(name text, sums numeric[]) returns numeric[] language sql as $$
	select case when name ~ '^at_(pnl|daily)' then array(select round(x, 5) from unnest(sums) x) else sums end
$$;
select is(pg_temp.shown(v.name, v.sums), pg_temp.shown(v.name, t.sums), 'sums of trades: ' || v.name)
from sums v, sums t where v.name <> 'at_trade' and t.name = 'at_trade' order by v.name;
select is(
	(select array_agg(round(net_pnl, 6) order by portfolio_kind) from at_current_performance where agent_id = 't'),
	(select array_agg(round(n, 6) order by portfolio_kind)
		from (select portfolio_kind, sum(net_pnl) as n from at_trade group by 1) x),
	'at_current_performance: net result');
select is(
	(select sum(fees) from at_trading_cost), (select sum(fees) from at_trade) + (select sum(fees) from at_open_lot),
	'fees of closed and open are all fees');
select is((select array[count(*), count(*) filter (where net_pnl > 0)] from at_round_trip),
	(select array[sum(trades), sum(wins)]::bigint[] from at_pnl_by_symbol),
	'round trips are the trades of at_pnl_by_symbol');
select is((
	select at_trade_summary(net_pnl::float8, exit_at) from at_round_trip
	where portfolio_kind = 'paper' and symbol = 'SPY'),
	(select at_trade_summary(array_agg(net_pnl::float8 order by exit_at)) from at_round_trip
		where portfolio_kind = 'paper' and symbol = 'SPY'),
	'figures of round trips, of rows and of an array');
-- what reports say is compared with what returns are made of
create temp table reported as select r.*
	from (select string_agg(pg_temp.line(30000 + 1000 * a + i, 'performance.snapshot.recorded', 'e' || a,
		day + time '21:30',
		jsonb_build_object('portfolio_kind', 'paper', 'currency', 'USD', 'period_kind', 'daily', 'session_date', day,
		'period_start', day, 'period_end', day, 'return_base', before, 'flow_adjusted_equity_change',
			equity - before - coalesce(flow, 0) + i % 2)),
			e'\n') as lines
	from flowed where i > 0) y, at_ingest_jsonl(y.lines) r;
select is((
	count(*), count(*) filter (where r.expected <> p.pnl or r.reported <> q.pnl or r.difference <> q.pnl - p.pnl)),
	(120::bigint, 0::bigint),
	'at_reconcile expects what at_period_returns has of equity, and quotes what it has of reports')
from at_reconcile('p', everything => true) r
	join at_period_returns('p', origin => 'equity') p on p.agent_id = r.agent_id and p.period_end = r.session_date
	join at_period_returns('p', origin => 'performance') q on q.agent_id = r.agent_id and q.period_end = r.session_date
where r."check" = 'equity_change';
select * from finish();
rollback;
