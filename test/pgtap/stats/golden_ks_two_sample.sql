-- Every case of test/data/stats/ks_two_sample.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/ks_two_sample.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(r) from at_ks_test(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
