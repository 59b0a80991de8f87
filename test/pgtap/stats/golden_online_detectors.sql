-- Every case of test/data/stats/online_detectors.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/online_detectors.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select case c.input ->> 'detector'
		when 'page_hinkley' then (select to_jsonb(r) from at_page_hinkley(pg_temp.floats(c.input -> 'values'),
			(c.input ->> 'min_instances')::int, (c.input ->> 'delta')::float8,
			(c.input ->> 'threshold')::float8, (c.input ->> 'alpha')::float8) r)
		else (select to_jsonb(r) from at_cusum(pg_temp.floats(c.input -> 'values'),
			(c.input ->> 'warmup')::int, (c.input ->> 'slack')::float8,
			(c.input ->> 'threshold')::float8) r)
		end
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
