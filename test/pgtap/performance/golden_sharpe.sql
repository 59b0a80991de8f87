-- How much a Sharpe ratio can be trusted: figures of mpmath with 60 digits (SciPy agrees to 1e-13),
-- from the returns by the formulas in docs/tear_sheet.md.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/sharpe.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr
	from jsonb_array_elements(:'data') c;
create temp table points as
select nr, r, o from cases, unnest(pg_temp.floats(i -> 'returns')) with ordinality u(r, o) order by md5(o::text
	|| nr);

create function pg_temp.tested(m at_moments, i jsonb) returns at_sharpe_figures language sql as $$
	select at_sharpe_test(m, (i ->> 'periods_per_year')::float8, (i ->> 'risk_free_annual')::float8,
		(i ->> 'benchmark_sharpe')::float8, (i ->> 'confidence')::float8, (i ->> 'trials')::float8,
		(i ->> 'trials_variance')::float8)
$$;
select pg_temp.golden_is(to_jsonb(pg_temp.tested(at_moments_of(pg_temp.floats(i -> 'returns')), i)), c)
from cases order by nr;
select pg_temp.golden_is(to_jsonb(pg_temp.tested(m, i)), c, ', merged')
from (select nr, at_merge(m) as m from (select nr, at_collect_moments(r) as m from points group by nr, o % 5) s
	group by nr) s
	join cases using (nr)
order by nr;
-- at_psr is the same probability
select is((select count(*) from cases, at_moments_of(pg_temp.floats(i -> 'returns')) m
	where (pg_temp.tested(m, i)).psr is distinct from at_psr(m, (i ->> 'periods_per_year')::float8,
		(i ->> 'risk_free_annual')::float8, (i ->> 'benchmark_sharpe')::float8)), 0::bigint, 'at_psr');
-- with a confidence of its probability, the track record is the one there is
select ok(bool_and(abs((at_sharpe_test(m, confidence => (t).psr)).min_track_record - (t).n) < 1e-6 * (t).n),
	'the track record of its own confidence') from (select m, at_sharpe_test(m) as t
	from cases, at_moments_of(pg_temp.floats(i -> 'returns')) m where c ->> 'name' ~ 'normal|tails|skew|monthly') s
where (t).psr > 0.6 and (t).psr < 0.9999;
select throws_ok(format('select at_sharpe_test(at_moments_of(''{1,2}''), %s)', argument), '22023')
from unnest('{confidence => 0, confidence => 1, confidence => ''NaN'', trials => 0.9, trials => ''Infinity''}'::text[]
	|| '{trials_variance => -1, benchmark_sharpe => ''NaN''}'
	|| '{periods_per_year => 0, risk_free_annual => -1}') argument;
select is(at_sharpe_test(null), null, 'nothing');
select * from finish();
