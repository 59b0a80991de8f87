-- Every case of test/data/stats/chi2_clustered.json.

\i test/data/golden_drift.sql
\set cases `cat test/data/stats/chi2_clustered.json`

begin;
create temp table golden as
select c ->> 'name' as name, c -> 'input' as input, c -> 'expected' as expected,
	c -> 'tolerance' as tolerance
from jsonb_array_elements(:'cases'::jsonb -> 'cases') as c;

select plan(count(*)::int) from golden;

select is(pg_temp.differs((
	select to_jsonb(r) from at_chi2_clustered(pg_temp.table_of(c.input -> 'baseline_runs'),
		pg_temp.table_of(c.input -> 'observed_runs')) r
	), expected, tolerance), null, name)
from golden c;

select * from finish();
rollback;
