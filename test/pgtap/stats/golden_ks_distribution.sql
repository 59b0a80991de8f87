-- Every case of test/data/stats/ks_distribution.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/ks_distribution.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(r) from at_ks_distribution((c.input ->> 'n')::int, (c.input ->> 'm')::int,
		(c.input ->> 'h')::bigint) r
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
