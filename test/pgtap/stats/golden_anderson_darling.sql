-- Every case of test/data/stats/anderson_darling.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/anderson_darling.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(at_anderson_darling(v::float8, s::int))
	from jsonb_array_elements(c.input -> 'samples') with ordinality as samples(vs, s),
		jsonb_array_elements_text(vs) as v
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
