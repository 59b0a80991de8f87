-- Every case of these files of test/data/stats: a function is run on the input of
-- each case, and its result is held against what is expected.

\i test/data/golden_drift.sql

begin;

-- The cases of a file by a call, an expression over c.input.
create function pg_temp.golden(file text, cases jsonb, call text) returns setof text language plpgsql as $$
declare
	c record;
	difference text;
begin
	for c in select x ->> 'name' as name, x -> 'input' as input, x -> 'expected' as expected,
		x -> 'tolerance' as tolerance
			from jsonb_array_elements(cases -> 'cases') x loop
		execute format('select pg_temp.differs(%s, c.expected, c.tolerance) from (select $1 as input, $2 as expected, '
			'$3 as tolerance) c',
			call)
			into difference using c.input, c.expected, c.tolerance;
		return next is(difference, null, format('%s: %s', file, c.name));
	end loop;
end
$$;

select * from no_plan();

\set cases `cat test/data/stats/anderson_darling.json`
select pg_temp.golden('anderson_darling', :'cases', $$(
		select to_jsonb(at_anderson_darling(v::float8, s::int))
		from jsonb_array_elements(c.input -> 'samples') with ordinality as samples(vs, s),
		jsonb_array_elements_text(vs) as v
		)$$);

\set cases `cat test/data/stats/category_tests.json`
select pg_temp.golden('category_tests', :'cases', $$(
		select jsonb_build_object('rows', jsonb_agg(to_jsonb(r) order by r.category))
		from at_categories(pg_temp.counts(c.input -> 'baseline'), pg_temp.counts(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/chi2_clustered.json`
select pg_temp.golden('chi2_clustered', :'cases', $$(
		select to_jsonb(r) from at_chi2_clustered(pg_temp.table_of(c.input -> 'baseline_runs'),
		pg_temp.table_of(c.input -> 'observed_runs')) r
		)$$);

\set cases `cat test/data/stats/chi2_contingency.json`
select pg_temp.golden('chi2_contingency', :'cases', $$(
		select to_jsonb(r) from at_chi2(pg_temp.counts(c.input -> 'baseline'), pg_temp.counts(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/cramer_von_mises.json`
select pg_temp.golden('cramer_von_mises', :'cases', $$(
		select to_jsonb(r)
		from at_cramer_von_mises(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/divergences.json`
select pg_temp.golden('divergences', :'cases', $$(
		select to_jsonb(r)
		from at_divergence(pg_temp.counts(c.input -> 'baseline'), pg_temp.counts(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/fisher_2x2.json`
select pg_temp.golden('fisher_2x2', :'cases', $$(
		select to_jsonb(r) from at_fisher((c.input ->> 'a')::bigint, (c.input ->> 'b')::bigint,
		(c.input ->> 'c')::bigint, (c.input ->> 'd')::bigint) r
		)$$);

\set cases `cat test/data/stats/g_test.json`
select pg_temp.golden('g_test', :'cases', $$(
		select to_jsonb(r)
		from at_g_test(pg_temp.counts(c.input -> 'baseline'), pg_temp.counts(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/ks_distribution.json`
select pg_temp.golden('ks_distribution', :'cases', $$(
		select to_jsonb(r) from at_ks_distribution((c.input ->> 'n')::int, (c.input ->> 'm')::int,
		(c.input ->> 'h')::bigint) r
		)$$);

\set cases `cat test/data/stats/ks_two_sample.json`
select pg_temp.golden('ks_two_sample', :'cases', $$(
		select to_jsonb(r)
		from at_ks_test(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/mann_whitney.json`
select pg_temp.golden('mann_whitney', :'cases', $$(
		select to_jsonb(r)
		from at_mann_whitney(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/multiple_testing.json`
select pg_temp.golden('multiple_testing', :'cases', $$(
		select jsonb_object_agg(method, to_jsonb(at_p_adjust(pg_temp.floats(c.input -> 'p'), method)))
		from unnest(array['bh', 'by', 'holm', 'bonferroni']) as method
		)$$);

\set cases `cat test/data/stats/online_detectors.json`
select pg_temp.golden('online_detectors', :'cases', $$(
		select case c.input ->> 'detector'
		when 'page_hinkley' then (select to_jsonb(r) from at_page_hinkley(pg_temp.floats(c.input -> 'values'),
		(c.input ->> 'min_instances')::int, (c.input ->> 'delta')::float8,
		(c.input ->> 'threshold')::float8, (c.input ->> 'alpha')::float8) r)
		else (select to_jsonb(r) from at_cusum(pg_temp.floats(c.input -> 'values'),
		(c.input ->> 'warmup')::int, (c.input ->> 'slack')::float8,
		(c.input ->> 'threshold')::float8) r)
		end
		)$$);

\set cases `cat test/data/stats/proportions.json`
select pg_temp.golden('proportions', :'cases', $$(
		select to_jsonb(r) from at_proportion((c.input ->> 'x1')::bigint, (c.input ->> 'n1')::bigint,
		(c.input ->> 'x2')::bigint, (c.input ->> 'n2')::bigint) r
		)$$);

\set cases `cat test/data/stats/psi_numeric.json`
select pg_temp.golden('psi_numeric', :'cases', $$(
		select to_jsonb(r) from at_psi(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed'),
		(c.input ->> 'bins')::int) r
		)$$);

\set cases `cat test/data/stats/wasserstein.json`
select pg_temp.golden('wasserstein', :'cases', $$(
		select to_jsonb(r)
		from at_wasserstein(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
		)$$);

\set cases `cat test/data/stats/weighted_testing.json`
select pg_temp.golden('weighted_testing', :'cases', $$(
		select jsonb_object_agg(method, to_jsonb(at_p_adjust(pg_temp.floats(c.input -> 'p'),
		method, pg_temp.floats(c.input -> 'weights'))))
		from unnest(array['bh', 'by', 'holm', 'bonferroni']) as method
		)$$);

\set cases `cat test/data/stats/welch_t.json`
select pg_temp.golden('welch_t', :'cases', $$(
		select to_jsonb(r) from at_welch(pg_temp.floats(c.input -> 'baseline'), pg_temp.floats(c.input -> 'observed')) r
		)$$);

select * from finish();
rollback;
