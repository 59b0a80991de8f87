-- Moments: two parts merged, the aggregate, random splits.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/moments_merge.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(d), c)
from cases, lateral (select at_merge(m) as m
	from (values (at_moments_of(pg_temp.floats(i -> 'part1'))), (at_moments_of(pg_temp.floats(i -> 'part2')))) v(m)) s,
	at_describe(s.m) d
order by nr;

create temp table vals as
select nr, v, o
	from cases, unnest(pg_temp.floats(i -> 'part1') || pg_temp.floats(i -> 'part2')) with ordinality u(v, o);

select pg_temp.golden_is(to_jsonb(d), c, ', one aggregate')
from (select nr, at_collect_moments(v) as m from vals group by nr) s join cases using (nr), at_describe(m) d
order by nr;

select pg_temp.golden_is(to_jsonb(d), c, ', random splits merged')
from (select nr, at_merge(m) as m from (
		select nr, at_collect_moments(v) as m from vals group by nr, hashtext(o::text) % 5) parts group by nr) s
	join cases using (nr), at_describe(m) d
order by nr;
select * from finish();
