-- Every case of test/data/stats/g_test.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/g_test.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(r) from at_g_test(pg_temp.counts(c.input -> 'baseline'), pg_temp.counts(c.input -> 'observed')) r
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
