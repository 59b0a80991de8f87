-- Returns with flows: the whole account, and its parts as aggregates.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/cash_flow_returns.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(f), c)
from cases, at_flow_returns((i ->> 'start_equity')::numeric, i -> 'periods', (i ->> 'days_per_period')::float8) f
order by nr;

create temp table periods as
select nr, o, (e ->> 'end_equity')::numeric as e, (e ->> 'external_flow')::numeric as f,
	coalesce(
		lag((e ->> 'end_equity')::numeric) over (partition by nr order by o), (i ->> 'start_equity')::numeric) as v,
	date '2026-01-01' + (o * (i ->> 'days_per_period')::int)::int as day
from cases, jsonb_array_elements(i -> 'periods') with ordinality p(e, o);

select pg_temp.golden_is(to_jsonb(s), c || jsonb_build_object('expected', jsonb_build_object(
		'twr_flow_at_end', c #> '{expected,twr_flow_at_end}', 'mwr_annual_xirr', c #> '{expected,mwr_annual_xirr}')),
			', aggregates')
from (select nr, at_twr(v, e, f) as twr_flow_at_end,
		(select at_xirr(day, amount) from (
			select day, -f as amount from periods q where q.nr = p.nr
			union all select date '2026-01-01', -v from periods q where q.nr = p.nr and o = 1
			union all (
				select day, e from periods q where q.nr = p.nr order by o desc limit 1)) flows) as mwr_annual_xirr
	from periods p group by nr) s join cases using (nr)
order by nr;
select * from finish();
