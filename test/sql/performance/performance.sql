-- States of statistics and figures of returns: I/O, edges, bad input, parallel
-- plans.
\set VERBOSITY terse
set timezone = 'UTC';
set datestyle = 'ISO';

-- What a state prints reads back, in both forms.
create temp table state as
select at_moments_of(array[1, 2.5, 'NaN', 'Infinity', '-Infinity', null]::float8[]) as m,
	at_sample_of(array[3, 1, 2, 1, 1, 1, 'NaN', 'Infinity', null]::float8[]) as s,
	at_drawdown_state_of(array[0.1, -0.05, 0.2]) as g,
	(select at_collect_series(r, timestamptz '2026-01-01' + i * interval '1 day')
		from (values (2, 0.1::float8), (1, 'NaN'), (2, -0.5)) v(i, r)) as t,
	at_pairs_of(array[0.1, 0.2, null], array[0.05, -0.1, 1]) as p;
select * from state;
select at_moments_of('{}'), at_sample_of('{}'), at_drawdown_state_of('{}'), at_pairs_of('{}', '{}');
select m::text::at_moments::text = m::text as m, s::text::at_sample::text = s::text as s,
	g::text::at_drawdown_state::text = g::text as g,
	t::text::at_series::text = t::text as t, p::text::at_pairs::text = p::text as p from state;
create temp table copied (like state);
\copy (select * from state) to 'performance_states.bin' (format binary)
\copy copied from 'performance_states.bin' (format binary)
\! rm -f performance_states.bin
select s.m::text = c.m::text as m, s.s::text = c.s::text as s, s.g::text = c.g::text as g, s.t::text = c.t::text as t,
	s.p::text = c.p::text as p
	from state s, copied c;
select '{}'::at_moments, '{}'::at_sample, '{}'::at_drawdown_state, '{}'::at_series, '{}'::at_pairs;
-- What no state prints is refused.
select '[]'::at_moments;
select '{"v":2}'::at_moments;
select '{"v":1,"n":-1,"nan":0,"pos_inf":0,"neg_inf":0,"mean":0,"mean_rest":0,"m2":0,"m3":0,"m4":0,"min":0,'
	'"max":0}'::at_moments;
select '{"v":1,"n":1,"nan":0,"pos_inf":0,"neg_inf":0,"mean":1e999,"mean_rest":0,"m2":0,"m3":0,"m4":0,"min":0,'
	'"max":0}'::at_moments;
select '{"v":1,"n":1.5,"nan":0,"pos_inf":0,"neg_inf":0,"mean":1,"mean_rest":0,"m2":0,"m3":0,"m4":0,"min":0,'
	'"max":0}'::at_moments;
select '{"v":1,"n":2,"nan":0,"sorted":2,"values":[2,1]}'::at_sample;
select '{"v":1,"n":2,"nan":0,"sorted":1,"values":[[1,0]]}'::at_sample;
select '{"v":1,"n":2,"nan":0,"sorted":2,"values":[1,"NaN"]}'::at_sample;
select '{"v":1,"n":2,"nan":0,"sorted":2,"values":[1,[2,1]]}'::at_sample;
select '{"v":1,"n":2,"nan":0,"sorted":2,"values":[1,2],"more":1}'::at_sample;
select '{"v":1,"n":1,"ruined":0,"special":0,"wealth":1,"highs":[[0,5,1,1]]}'::at_drawdown_state;
select '{"v":1,"points":[[1]]}'::at_series;
select '{"v":1,"points":[[1,2,3,4]]}'::at_series;

-- Bytes of the binary form.
select length(_at_drawdown_state_send(at_drawdown_state_of(array[0.1]))),
	length(_at_moments_send(at_moments_of(array[0.1]))), length(_at_sample_send(at_sample_of(array[1, 1, 1]))),
	length(_at_sample_send(at_sample_of(array[1, 2, 3])));

-- Nothing, one value, constants.
select at_describe(at_collect_moments(x)) from (select 1.0::float8 where false) v(x);
select at_sharpe(x), at_volatility(x), at_skewness_pop(x), at_value_at_risk(x), at_expected_shortfall(x), at_omega(x),
	at_total_return(x), at_max_drawdown(x, now()), at_performance(x, now()) is null as row_null
from (select 1.0::float8 where false) v(x);
select at_sharpe(0.01), at_volatility(0.01), at_total_return(0.01), at_ann_return(0.01, 1), at_value_at_risk(0.01),
	at_expected_shortfall(0.01);
select at_sharpe(0.01), at_volatility(0.01), at_skewness_pop(0.01), at_kelly(0.01) from generate_series(1, 1000);
select at_quantile('{}', 0.5), at_quantiles('{}', 0.5), at_quantiles(array[null]::float8[], 0.5),
	at_quantiles(array[3, 1, 2], array[0, 0.5, 1]);
select at_quantiles(array[1, 2, 'Infinity', '-Infinity', 'NaN']::float8[], array[0, 0.25, 0.9, 1]);

-- A loss of everything, of more; what is not finite is counted and left out.
select total_return, ann_return, max_drawdown, calmar, stability_r2, n, non_finite
	from at_performance(array[0.1, -1, 0.5]);
select total_return, ann_return, max_drawdown, ulcer_index, mean, n, non_finite
	from at_performance(array[0.1, -1.5, 0.5]);
select total_return, best, worst, n, non_finite from at_performance(array[0.1, 'NaN', 'Infinity', '-Infinity', 0.1]);
select max_drawdown, n_episodes, n, non_finite from at_drawdown_summary(array[-0.5, 'NaN', -1.5]);
select max_drawdown, current_drawdown, n_episodes, n from at_drawdown_summary(array[-1, 0.5]);
select total_return, sd from at_performance(array[1e308, 1e308]);

-- Order is by time; returns at one time are reported.
select (p).total_return, (p).max_drawdown, (p).n, (p).duplicate_t
from (select at_performance(r, t) as p
	from (
		values (0.1::float8, '2026-01-03'::timestamptz), (-0.2, '2026-01-01'), (0.3, '2026-01-02'), (0.1, '2026-01-03'),
		(null, '2026-01-04'), (0.1, null)) v(r, t)) s;
select e.* from (
	select at_drawdown_episodes(r, timestamptz '2026-01-01' + i * interval '1 day') as l
	from unnest(array[0.1, -0.2, 0.1, 0.5, -0.1, -0.1]) with ordinality u(r, i)) s,
	unnest(l) e;
select * from unnest(at_drawdown_episodes(array[-0.2, 0.1, -0.15, 0.6, -0.05, 0.02]));
select (p).benchmark_n, (p).n, (p).beta, (p).batting_average
from (select at_performance(r, t, 252, 0, 0, b) as p
	from (
		values (0.1::float8, '2026-01-03'::timestamptz, 0.05::float8), (-0.2, '2026-01-01', -0.1),
		(0.3, '2026-01-02', null)) v(r, t, b)) s;

-- Arguments: the same for all rows, and possible.
select at_sharpe(r, p) from (values (0.1::float8, 252::float8), (0.2, 12)) v(r, p);
select at_sharpe(r, 0) from (values (0.1::float8), (0.2)) v(r);
select at_sharpe(r, 252, -1) from (values (0.1::float8), (0.2)) v(r);
select at_performance(array[0.1], periods_per_year => 'NaN');
select at_quantiles(array[1], 1.5), 1;
select at_quantiles(array[1], 0.5, 'other');
select at_value_at_risk(at_sample_of(array[1, 2]), share => -0.1);
select at_benchmark(array[1, 2], array[1]);
select at_moments_of(array[[1, 2], [3, 4]]);
select at_sharpe(
	at_moments_of(array[0.01, -0.01, 0.02]), periods_per_year => 12, risk_free_annual => 0.03) = at_sharpe(r, 12,
	0.03) as same
	from unnest(array[0.01, -0.01, 0.02]) r;
set agent_tracker.max_sample_values = 100;
select at_value_at_risk(x) from generate_series(1, 1000) x;
select at_value_at_risk(x % 50) from generate_series(1, 1000) x;
reset agent_tracker.max_sample_values;

-- Parallel plans give what serial ones give.
create table performance_rows as
select i, ((hashint4(i) % 2000) / 100000.0)::float8 as r, ((hashint4(-i) % 2000) / 100000.0)::float8 as b,
	timestamptz '2026-01-01' + i * interval '1 minute' as t from generate_series(1, 20000) i;
analyze performance_rows;
create temp view figures as
select at_collect_moments(r)::text as m, at_collect_sample(r)::text as s, md5(at_collect_series(r, t)::text) as t,
	at_sharpe(r, 252, 0.02) as sharpe, at_sortino(r, 252, 0.02) as sortino,
	at_performance(r, t, 252, 0.02, 0, b)::text as p,
	at_benchmark(r, b, 252, 0.02) as b
from performance_rows;
set max_parallel_workers_per_gather = 0;
create temp table serial as select * from figures;
set max_parallel_workers_per_gather = 2;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
set parallel_leader_participation = off;
explain (costs off) select at_sharpe(r, 252, 0.02), at_expected_shortfall(r), at_performance(r, t), at_benchmark(r, b)
	from performance_rows;
create temp table parallel as select * from figures;
select s.s = p.s as sample, s.t = p.t as series, s.p = p.p as performance,
	abs(s.sharpe / p.sharpe - 1) < 1e-12 as sharpe, s.sortino = p.sortino as sortino,
	abs((s.b).beta - (p.b).beta) < 1e-12 as beta, abs((s.b).up_capture / (p.b).up_capture - 1) < 1e-9 as up_capture
from serial s, parallel p;
-- Rows out of order, in groups, in windows and through a stored state give what rows in order give.
reset max_parallel_workers_per_gather; reset parallel_setup_cost; reset parallel_tuple_cost;
reset min_parallel_table_scan_size; reset parallel_leader_participation;
create temp table shuffled as select * from performance_rows order by hashint4(i);
select (select at_performance(r, t)::text from shuffled) = (
	select at_performance(r, t)::text from performance_rows) as shuffled,
	(select at_performance(at_collect_series(r, t))::text from shuffled) = (
		select at_performance(r, t)::text from performance_rows) as stored;
select count(*), bool_and(g.p::text = s.p::text) as same
from (select i % 3 as part, at_performance(r, t, 252, 0, 0, b) as p from shuffled group by 1) g
	join (
		select i % 3 as part, at_performance(r, t, 252, 0, 0, b) as p from performance_rows group by 1) s using (part);
select max((p).n) as n, bool_and((p).n = i) as counts, max((p).max_drawdown::text) filter (where i = 2000) =
	(select at_max_drawdown(r, t)::text from performance_rows where i <= 2000) as same
from (select i, at_performance(r, t) over (order by t) as p from performance_rows where i <= 2000) w;
-- A few moments at a time.
select count(*) filter (where abs(sharpe / again - 1) > 1e-12 or n <> i) as differ
from (select i, (at_describe(at_collect_moments(r) over w)).count as n, at_sharpe(r) over w as sharpe,
		at_sharpe(at_merge(at_moments_of(array[r])) over w) as again
	from performance_rows where i <= 300 window w as (order by i)) s;
drop table performance_rows cascade;

-- Wealth and drawdown at each period, and of segments.
select r, at_wealth(r) over w as wealth, at_drawdown(r) over w as drawdown
from unnest(
	array[0.1, -0.2, null, 'NaN', 0.25, 0.1, -1, 0.5]::float8[]) with ordinality u(r, i) window w as (order by i);
select at_wealth(g), at_drawdown(g), at_max_drawdown(g)
	from unnest(
		array['{}'::at_drawdown_state, at_drawdown_state_of(array[0.1, -0.5, 0.1]),
		at_drawdown_state_of(array[-1.5])]) g;
-- How often the flows change their sign: after more than one change more than one rate may fit.
select sign_changes, mwr_annual_xirr
	from at_flow_returns(100, '[{"end_equity":230,"external_flow":-130},{"end_equity":132,"external_flow":0}]', 365);
select sign_changes
	from at_flow_returns(1000, '[{"end_equity":0,"external_flow":-2300},{"end_equity":0,"external_flow":1320}]', 365);

-- Large states in grouping sets, moving frames, scans from the start and many
-- groups at once: what was held goes with its group.
create temp table long as select i, i % 4 as part, ((hashint4(i) % 2000) / 100000.0)::float8 as r,
	timestamptz '2026-01-01' + i * interval '1 minute' as t
	from generate_series(1, 8000) i;
select part, count(*), (at_performance(r, t)).n, (at_drawdown_summary(r, t)).n as drawn,
	length(at_collect_series(r, t)::text) > 10000 as long
	from long group by rollup (part) order by part;
select count(*) filter (where n <> least(i, 1001)) as differ
	from (select i, (at_performance(r, t) over (order by i rows 1000 preceding)).n from long where i <= 1500) w;
select sum(n)
	from generate_series(1, 3) g, lateral (select (at_performance(r, t)).n from long where i % 3 = g % 3 or i < 0) s;
select sum(n) from (select (at_performance(r, t)).n from long group by i / 700) s;
select abs((select at_total_return(r) from long) / (
	select (at_performance(at_merge(s))).total_return
	from (select at_collect_series(r, t) as s from long group by part) p) - 1) < 1e-9 as same;
-- Small drawdowns keep their digits; one that is made up for is none.
select max_drawdown, calmar, pain_index from at_performance(array[-2.5e-8], periods_per_year => 1);
select max_drawdown, total_return < 1e-15 as flat from at_performance(array[-2.5e-8, 2.5e-8 / (1 - 2.5e-8), -1e-9]);
