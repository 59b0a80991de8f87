-- Returns against a benchmark: arrays, rows, merged random splits.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/benchmark_stats.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(b), c)
from cases, at_benchmark(pg_temp.floats(i -> 'returns'), pg_temp.floats(i -> 'benchmark'),
	(i ->> 'periods_per_year')::float8, (i ->> 'risk_free_annual')::float8) b
order by nr;

create temp table pairs as
select nr, r, b, o, (i ->> 'periods_per_year')::float8 as p, (i ->> 'risk_free_annual')::float8 as rf
from cases, unnest(pg_temp.floats(i -> 'returns'), pg_temp.floats(i -> 'benchmark')) with ordinality u(r, b, o)
order by md5(o::text || nr);

select pg_temp.golden_is(to_jsonb(s.b), c, ', rows shuffled')
from (select nr, at_benchmark(r, b, p, rf) as b from pairs group by nr) s join cases using (nr)
order by nr;

select pg_temp.golden_is(to_jsonb(b), c, ', random splits merged')
from (select nr, at_merge(s) as s from (
		select nr, at_collect_pairs(r, b) as s from pairs group by nr, hashtext(o::text) % 3) parts
	group by nr) merged join cases using (nr),
	at_benchmark(s, periods_per_year => (i ->> 'periods_per_year')::float8,
		risk_free_annual => (i ->> 'risk_free_annual')::float8) b
order by nr;

-- In one row with the figures of the returns; n is then the number of returns.
select pg_temp.golden_is(to_jsonb(s.p) || jsonb_build_object('n', (s.p).benchmark_n), c, ', with the performance')
from (select nr, at_performance(r, timestamptz '2026-01-01 UTC' + o * interval '1 day', p, rf, 0, b) as p
	from pairs group by nr) s join cases using (nr)
order by nr;
select * from finish();
