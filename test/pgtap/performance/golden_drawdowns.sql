-- Drawdowns: arrays, rows in order and shuffled, every split into two segments.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/drawdowns.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(d), c)
from cases, at_drawdown_summary(pg_temp.floats(i -> 'returns')) d
order by nr;

create temp table points as
select nr, r, o, timestamptz '2026-01-01 UTC' + o * interval '1 day' as t
from cases, unnest(pg_temp.floats(i -> 'returns')) with ordinality u(r, o)
order by md5(o::text || nr);

select pg_temp.golden_is(to_jsonb(s.d), c, ', rows shuffled')
from (select nr, at_drawdown_summary(r, t) as d from points group by nr) s join cases using (nr)
order by nr;

select pg_temp.golden_is(to_jsonb(d), c, ', growth in order')
from (select nr, at_collect_drawdown_state(r order by o) as g from points group by nr) s join cases using (nr),
	at_drawdown_summary(g) d
order by nr;

select pg_temp.golden_is(to_jsonb(d), c, ', adjacent segments')
from (select nr, at_merge(g order by part) as g from (
		select nr, o / 7 as part, at_collect_drawdown_state(r order by o) as g from points group by nr, o / 7) parts
	group by nr) s join cases using (nr), at_drawdown_summary(g) d
order by nr;

select is((select string_agg(format('%s at %s%s', c ->> 'name', k, x), '; ')
	from cases, pg_temp.floats(i -> 'returns') r, generate_series(0, least(array_length(r, 1), 60)) k,
		lateral (select at_merge(g order by part) as g
			from (values (1, at_drawdown_state_of(r[:k])), (2, at_drawdown_state_of(r[k + 1:]))) v(part, g)) s,
		at_drawdown_summary(s.g) d,
		pg_temp.golden_differences(to_jsonb(d), c -> 'expected', c -> 'tolerance') x),
	null, 'every split into two segments');
select * from finish();
