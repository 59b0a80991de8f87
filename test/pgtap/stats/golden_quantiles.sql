-- Quantiles: arrays, samples, merged random splits.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/quantiles.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

create function pg_temp.quantiles(s at_sample) returns jsonb language sql as $$
	select jsonb_object_agg(m || '_' || q, at_quantile(s, q::float8, m))
	from unnest('{cont,disc}'::text[]) m, unnest('{0,0.01,0.05,0.25,0.5,0.75,0.95,0.99,1}'::text[]) q
$$;

select pg_temp.golden_is(
	(select jsonb_object_agg(m || '_' || q, at_quantiles(pg_temp.floats(i -> 'values'), q::float8, m))
	from unnest('{cont,disc}'::text[]) m, unnest('{0,0.01,0.05,0.25,0.5,0.75,0.95,0.99,1}'::text[]) q), c)
from cases order by nr;

create temp table vals as
select nr, v, o from cases, unnest(pg_temp.floats(i -> 'values')) with ordinality u(v, o);

select pg_temp.golden_is(pg_temp.quantiles(s), c, ', one aggregate')
from (select nr, at_collect_sample(v) as s from vals group by nr) x join cases using (nr) order by nr;

select pg_temp.golden_is(pg_temp.quantiles(s), c, ', random splits merged')
from (select nr, at_merge(s) as s from (
		select nr, at_collect_sample(v) as s from vals group by nr, hashtext(o::text) % 5) parts group by nr) x
	join cases using (nr) order by nr;
select * from finish();
