-- Every case of test/data/stats/weighted_testing.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/weighted_testing.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select jsonb_object_agg(method, to_jsonb(at_p_adjust_weighted(pg_temp.floats(c.input -> 'p'),
		pg_temp.floats(c.input -> 'weights'), method)))
	from unnest(array['bh', 'by', 'holm', 'bonferroni']) as method
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
