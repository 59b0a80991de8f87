-- Every case of test/data/stats/repeated_looks.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/repeated_looks.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs(to_jsonb(at_repeated_p((input ->> 'p')::float8, pg_temp.floats(input -> 'information'),
	(input ->> 'look')::int, (input ->> 'shape')::float8)),
	expected, tolerance), null, name)
from golden;

select * from finish();
rollback;
