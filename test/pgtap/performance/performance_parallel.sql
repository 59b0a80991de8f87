-- Vectors of performance under forced parallel plans.
\set ECHO none
\i test/data/golden.sql
\set returns `cat test/data/stats/returns_stats.json`
\set drawdowns `cat test/data/stats/drawdowns.json`
\set benchmark `cat test/data/stats/benchmark_stats.json`
\set trades `cat test/data/stats/trade_stats.json`
\set moments `cat test/data/stats/moments_merge.json`
\set quantiles `cat test/data/stats/quantiles.json`
\set flows `cat test/data/stats/cash_flow_returns.json`
select * from no_plan();
begin;
create temp table cases as
select family, c, c -> 'input' as i, row_number() over () as nr
from (
	values ('returns', :'returns'::jsonb), ('drawdowns', :'drawdowns'), ('benchmark', :'benchmark'),
	('trades', :'trades'),
	('moments', :'moments'), ('quantiles', :'quantiles'), ('flows', :'flows')) f(family, vectors),
		jsonb_array_elements(vectors) c;

-- workers do not read temporary tables
create table part (family text, nr bigint, o bigint, a float8, b float8, p float8, rf float8, mar float8, t timestamptz,
	v numeric, e numeric, f numeric);
insert into part
select family, nr, o, a, b, (i ->> 'periods_per_year')::float8, (i ->> 'risk_free_annual')::float8,
	(i ->> 'mar_annual')::float8,
	timestamptz '2026-01-01 UTC' + o * interval '1 day'
from cases,
	unnest(pg_temp.floats(coalesce(i -> 'returns', i -> 'pnl', i -> 'values', (i -> 'part1') || (i -> 'part2'), '[]')),
		pg_temp.floats(i -> 'benchmark')) with ordinality u(a, b, o)
order by md5(o::text || nr);
insert into part (family, nr, o, v, e, f)
select family, nr, o,
	coalesce(lag((q ->> 'end_equity')::numeric) over (partition by nr order by o), (i ->> 'start_equity')::numeric),
	(q ->> 'end_equity')::numeric, (q ->> 'external_flow')::numeric
from cases, jsonb_array_elements(i -> 'periods') with ordinality p(q, o);
analyze part;

set local max_parallel_workers_per_gather = 2;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local parallel_leader_participation = off;
create temp table plan_of (line text);
do $$
declare
	query text;
	line text;
begin
	foreach query in array '{at_performance(a\,t\,p\,rf\,mar),"at_benchmark(a,b,p,rf)","at_drawdown_summary(a,t)",'
		'"at_trade_summary(a,t)",at_collect_moments(a),at_collect_sample(a),"at_twr(v,e,f)"}'::text[] loop
		for line in execute format('explain select nr, %s from part group by nr', query) loop
			insert into plan_of select query where line like '%Partial%Aggregate%';
		end loop;
	end loop;
end
$$;
select is((select count(*) from plan_of), 7::bigint, 'the plans are parallel');

select pg_temp.golden_is(to_jsonb(s.x), c, ', performance')
from (select nr, at_performance(a, t, p, rf, mar) as x from part where family = 'returns' group by nr) s
	join cases using (nr) order by nr;
select pg_temp.golden_is(to_jsonb(s.x), c, ', drawdowns')
from (select nr, at_drawdown_summary(a, t) as x from part where family = 'drawdowns' group by nr) s
	join cases using (nr) order by nr;
select pg_temp.golden_is(to_jsonb(s.x), c, ', benchmark')
from (select nr, at_benchmark(a, b, p, rf) as x from part where family = 'benchmark' group by nr) s
	join cases using (nr) order by nr;
select pg_temp.golden_is(to_jsonb(s.x), c, ', trades')
from (select nr, at_trade_summary(a, t) as x from part where family = 'trades' group by nr) s join cases using (nr)
	order by nr;
select pg_temp.golden_is(to_jsonb(x), c, ', moments')
from (select nr, at_collect_moments(a) as m from part where family = 'moments' group by nr) s
	join cases using (nr), at_describe(m) x order by nr;
select pg_temp.golden_is((select jsonb_object_agg(m || '_' || q, at_quantile(s, q::float8, m))
	from unnest('{cont,disc}'::text[]) m, unnest('{0,0.01,0.05,0.25,0.5,0.75,0.95,0.99,1}'::text[]) q), c,
		', quantiles')
from (select nr, at_collect_sample(a) as s from part where family = 'quantiles' group by nr) x join cases using (nr)
	order by nr;
select pg_temp.golden_is(
	jsonb_build_object('twr_flow_at_end', x), c || jsonb_build_object('expected', jsonb_build_object(
		'twr_flow_at_end', c #> '{expected,twr_flow_at_end}')), ', flows')
from (select nr, at_twr(v, e, f) as x from part where family = 'flows' group by nr) s join cases using (nr) order by nr;
select * from finish();
rollback;
