-- Every case of test/data/stats/proportions.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/proportions.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(r) from at_proportion((c.input ->> 'x1')::bigint, (c.input ->> 'n1')::bigint,
		(c.input ->> 'x2')::bigint, (c.input ->> 'n2')::bigint) r
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
