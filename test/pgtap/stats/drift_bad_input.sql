-- What the statistics of drift do with input that is empty, huge, infinite or
-- nonsense: an answer that is defined or an error, never a wrong number.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
select no_plan();

-- one side empty: everything is null but the sizes
create function pg_temp.members_not_null(t jsonb) returns text language sql as $$
	select string_agg(key, ' ' order by key) from jsonb_each(t)
	where value <> 'null'
		and key not in ('n_baseline', 'n_observed', 'nan_count', 'baseline_runs', 'observed_runs', 'method',
		'pooled', 'strata', 'samples', 'n', 'nonfinite', 'edges', 'baseline_counts', 'observed_counts', 'has_ties')
$$;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'chi2 of an empty side')
	from at_chi2('{0,0}'::bigint[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'chi2 of an empty side by ' || m)
from unnest(array['g', 'fisher', 'mc', 'auto']) as m, at_chi2('{1,2}'::bigint[], '{0,0}', m) as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'g of an empty side')
	from at_g_test('{0,0}'::bigint[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'divergence of an empty side')
	from at_divergence('{0,0}'::bigint[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'cmh of empty sides')
	from at_cmh_test('{{0,0},{1,2}}'::bigint[], '{{1,2},{0,0}}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'clustered test of an empty side')
	from at_chi2_clustered('{{0,0}}'::bigint[], '{{1,2}}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'ks of an empty side')
	from at_ks_test('{}'::float8[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'mann_whitney of an empty side')
	from at_mann_whitney('{1,2}'::float8[], '{NaN}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'anderson_darling of an empty side')
	from at_anderson_darling('{}'::float8[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'cramer_von_mises of an empty side')
	from at_cramer_von_mises('{}'::float8[], '{1,2}') as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'welch of an empty side')
	from at_welch(at_moments_of('{}'), at_moments_of('{1,2}')) as t;
select is(pg_temp.members_not_null(to_jsonb(t)), null, 'psi of an empty side')
	from at_psi('{}'::float8[], '{1,2}') as t;

-- fewer than two categories, and both sides constant and equal: nothing differs
select is(array[(at_chi2('{5,0}'::bigint[], '{7,0}', m)).p_value, (at_chi2('{5,0}'::bigint[], '{7,0}', m)).statistic],
	'{1,0}', 'one category by ' || m)
from unnest(array['pearson', 'auto', 'mc', 'fisher']) as m;
select is(array[(at_ks_test(a, b)).p_value, (at_mann_whitney(a, b)).p_two_sided, (at_anderson_darling(a, b)).p_limit,
	(at_cramer_von_mises(a, b)).p_limit, (at_welch(a, b)).p_value],
	'{1,1,1,1,1}', 'p of equal constants')
from (values ('{3,3,3}'::float8[], '{3,3}'::float8[]), ('{-0,-0}', '{0,0}')) as v(a, b);
select is(array[(at_ks_test(a, b)).d, (at_wasserstein(a, b)).w1, (at_wasserstein(a, b)).energy_distance], '{0,0,0}',
	'distances of equal constants')
from (values ('{3,3,3}'::float8[], '{3,3}'::float8[])) as v(a, b);
select is((at_wasserstein('{3,3,3}'::float8[], '{4}')).w1_over_robust_scale, null, 'no scale of a constant baseline');
select is((at_psi('{3,3,3}'::float8[], '{3}')).psi_p_value, 1::float8, 'one bin');

-- new, lost and empty categories
select results_eq($$select status, baseline_share, fisher_p is null
	from at_categories('{0,5,0}'::bigint[], '{5,0,0}')$$,
	$$values ('new', 0::float8, false), ('lost', 1, false), ('empty', 0, true)$$, 'status of categories');
select is((dof, statistic)::text, '(1,0)', 'a category without observations has no degree of freedom')
	from at_chi2('{5,5,0}'::bigint[], '{7,7,0}');

-- infinities have their rank, and no distance; NaN is counted; -0 is 0
select is((d, nan_count, n_observed)::text, '(0.5,1,2)', 'ks with infinities')
	from at_ks_test('{-Infinity,1}'::float8[], '{1,Infinity,NaN}') as t;
select is((w1 is null, nonfinite)::text, '(t,t)', 'no distance to infinity')
	from at_wasserstein('{1,2}'::float8[], '{-Infinity,2}');
select is((t is null, nonfinite)::text, '(t,t)', 'no mean of infinity')
	from at_welch(at_moments_of('{1,Infinity}'), at_moments_of('{1,2}')) as w;
select ok(statistic_ok, 'values near the limits of float8')
from (select w1 between 1e308 and 1.2e308 as statistic_ok from at_wasserstein('{1e308}'::float8[], '{-1e307}')) as t;
select is((t is null, p_value is null)::text, '(t,t)', 'squares that overflow are no test') 
from at_welch(at_moments_of('{1e200,-1e200}'), at_moments_of('{1e200,-2e200}')) as w;
select is(round(t::numeric, 6), round((at_welch('{1,-1}'::float8[], '{1,-2}')).t::numeric, 6), 'of values they are')
from at_welch('{1e200,-1e200}'::float8[], '{1e200,-2e200}') as w;
select is(d, 0::float8, 'minus zero') from at_ks_test('{-0}'::float8[], '{0}');
select is(array[at_chi2_sf('Infinity', 3), at_normal_sf('Infinity'), at_t_sf('Infinity', 3), at_f_sf('Infinity', 1, 1),
	at_kolmogorov_sf('Infinity'),
	at_anderson_darling_k2_sf('Infinity'), at_cramer_von_mises_sf('Infinity')], '{0,0,0,0,0,0,0}', 'tails at infinity');
select is(
	array[at_chi2_sf('NaN', 3), at_normal_sf('NaN'), at_t_sf('NaN', 3), at_f_sf('NaN', 1, 1), at_kolmogorov_sf('NaN'),
	at_anderson_darling_k2_sf('NaN'), at_cramer_von_mises_sf('NaN')], array_fill('NaN'::float8, '{7}'), 'tails at NaN');
select is((skipped, up)::text, '(3,0)', 'detectors leave out what is not finite or too large')
from at_cusum('{1,1,NaN,Infinity,1e300}'::float8[], 2) as t;

-- counts near the limit: exact differences, and errors instead of overflow
select ok(abs(statistic - 2 ^ -61::float8) < 1e-12 * 2 ^ -61::float8, 'a difference of one of 2^62')
from at_chi2('{2305843009213693952,2305843009213693952}'::bigint[], '{2305843009213693953,2305843009213693951}');
select ok(abs(diff * 2 ^ 62 - 1) < 1e-12, 'the same of two shares')
from at_proportion(2305843009213693952, 4611686018427387904, 2305843009213693953, 4611686018427387904);
select ok(js_divergence_bits between 0 and 1e-36, 'their divergence')
from at_divergence('{2305843009213693952,2305843009213693952}'::bigint[], '{2305843009213693953,2305843009213693951}');
select throws_ok($$select at_chi2('{4611686018427387904,1}'::bigint[], '{1,1}')$$, '22003', null, 'chi2 beyond 2^62');
select throws_ok($$select at_chi2('{9223372036854775807,9223372036854775807}'::bigint[], '{1,1}')$$, '22003', null,
	'chi2 far beyond');
select throws_ok($$select at_cmh_test('{{4611686018427387904,1}}'::bigint[], '{{1,1}}')$$, '22003', null,
	'cmh beyond 2^62');
select throws_ok($$select at_cmh_test('{{4611686018427387904,0},{1,0}}'::bigint[], '{{1,1},{1,1}}')$$, '22003', null,
	'cmh of strata that sum beyond');
select throws_ok($$select at_chi2_clustered('{{4611686018427387904,1}}'::bigint[], '{{1,1}}')$$, '22003', null,
	'clustered test beyond 2^62');
select throws_ok($$select at_proportion(1, 4611686018427387905, 1, 1)$$, '22023', null, 'proportion beyond 2^62');
select throws_ok($$select at_fisher(2305843009213693953, 0, 0, 0)$$, '22023', null, 'fisher beyond 2^61');
select throws_ok($$select at_merge(c)
	from (values (at_counts_of('{a}', '{9223372036854775807}')), (at_counts_of('{a}', '{1}'))) as v(c)$$,
	'22003', null, 'counts that overflow');
select throws_ok($$select at_counts_of('{a,a}', '{9223372036854775807,1}')$$, '22003', null,
	'repeated counts that overflow');
select throws_ok($$select at_merge(s)
	from (
		select '{"v":1,"nan":0,"min":1,"max":1,"buckets":[[65472,9223372036854775807]]}'::at_sketch as s
		from generate_series(1, 2)) as v$$,
	'22003', null, 'sketches that overflow');
select throws_ok($$select at_merge(h)
	from (
		select '{"v":1,"nan":0,"edges":[1],"counts":[9223372036854775807,0]}'::at_histogram as h
		from generate_series(1, 2)) as v$$,
	'22003', null, 'histograms that overflow');
select throws_ok($$select at_ks_test(
	'{"v":1,"n":1000000000000,"nan":0,"sorted":1,"values":[[1,1000000000000]]}'::at_sample, at_sample_of('{1}'))$$,
	'54000', null, 'a sample of too many values');
select throws_ok($$select at_chi2('{100000000,1}'::bigint[], '{1,1}', 'mc')$$, '54000', null,
	'random tables of too many observations');
select ok(p_two_sided = 1, 'fisher of the largest table')
	from at_fisher(2305843009213693952, 2305843009213693952, 2305843009213693952, 2305843009213693952);
select ok(abs((at_fisher(1000000, 1000000, 1001000, 999000)).p_two_sided / 0.317 - 1) < 0.01, 'fisher of millions');

-- weights and parameters
select throws_ok($$select at_collect_counts('a', -1::bigint)$$, '22023', null, 'a negative weight');
select throws_ok($$select at_collect_counts('a', 1.5)$$, '42883', null, 'a weight that is no whole number');
select throws_ok($$select at_counts_of('{a}', '{-1}')$$, '22023', null, 'a negative count');
select throws_ok($$select at_cluster_counts_of('{a}', '{r}', '{-1}')$$, '22023', null, 'a negative count of a run');
select throws_ok($$select at_chi2('{1,null}'::bigint[], '{1,2}')$$, '22023', null, 'a count that is null');
select throws_ok($$select at_chi2('{1}'::bigint[], '{1,2}')$$, '22023', null, 'other categories');
select throws_ok($$select at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'fisher')$$, '22023', null,
	'fisher of three categories');
select throws_ok($$select at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'exact')$$, '22023', null,
	'an unknown method of chi2');
select throws_ok($$select at_ks_test('{1}'::float8[], '{1}', 'mc')$$, '22023', null, 'an unknown method of ks');
select throws_ok($$select at_ks_test(
	(select array_agg(i::float8) from generate_series(1, 60000) as i),
	(select array_agg(i + 0.5::float8) from generate_series(20000, 80000) as i), 'exact')$$,
	'54000', null, 'an exact test that would take seconds');
select throws_ok($$select at_fisher('{1,2,3}'::bigint[], '{3,2,1}')$$, '22023', null, 'fisher of arrays of three');
select throws_ok($$select at_cmh_test('{{1,2}}'::bigint[], '{{1,2},{3,4}}')$$, '22023', null, 'other strata');
select throws_ok($$select at_cmh_test(array[array_fill(1::bigint, '{501}')], array[array_fill(1::bigint, '{501}')])$$,
	'54000', null, 'a stratified test of 501 categories');
select throws_ok($$select at_chi2(at_histogram_of('{1}', '{1}'), at_histogram_of('{1}', '{2}'))$$, '22023', null,
	'other edges');
select throws_ok($$select at_histogram_of('{1}', '{2,1}')$$, '22023', null, 'edges that fall');
select throws_ok($$select at_histogram_of('{1}', '{NaN}')$$, '22023', null, 'an edge that is no number');
select throws_ok($$select at_chi2_sf(1, 0.99)$$, '22023', null, 'less than a degree of freedom');
select throws_ok($$select at_t_sf(1, 0)$$, '22023', null, 'no degree of freedom');
select throws_ok($$select at_f_sf(1, 1, -1)$$, '22023', null, 'negative degrees of freedom');
select throws_ok($$select at_mde(0, 10, 10)$$, '22023', null, 'an effect without degrees of freedom');
select throws_ok($$select at_mde(1, 10, 10, 0.9, 0.8)$$, '22023', null, 'less power than level');
select throws_ok($$select at_psi('{1}'::float8[], '{1}', 10001)$$, '22023', null, 'too many bins');
select throws_ok($$select at_p_adjust('{-0.1}')$$, '22023', null, 'a negative probability');
select throws_ok($$select at_cusum_state_of(1)$$, '22023', null, 'a warm-up of one value');
select throws_ok($$select at_page_hinkley_state_of(30, 'NaN')$$, '22023', null, 'a tolerance that is no number');
select throws_ok($$select at_collect_cusum(x, w, 0.5, 5 order by w) from (values (1.0, 30), (2.0, 31)) as v(x, w)$$,
	'22023', null, 'parameters that change');
select throws_ok($$select at_collect_cusum(1, null, 0.5, 5)$$, '22004', null, 'a parameter that is null');

-- categories of a megabyte, a million categories
create temp table large as select repeat(c, 1000000) as category, i % 2 = 0 as is_observed
	from generate_series(1, 8) as i, unnest(array['x', 'y']) as c;
select is((n_baseline, n_observed, p_value)::text, '(8,8,1)', 'categories of a megabyte')
	from (select (at_chi2(category, is_observed)).* from large) as t;
select is((
	select array_agg(length(category))
	from at_categories((select at_collect_sided_counts(category, is_observed) from large))),
	'{1000000,1000000}', 'and their names');
select is(at_collect_counts(category)::text::at_counts::text, at_collect_counts(category)::text, 'and their text')
	from large;
create temp table many as select i from generate_series(1, 1000000) as i;
select is((dof, method)::text, '(999999,pearson)', 'a million categories')
	from (select (at_chi2(i::text, i % 2 = 0)).* from many) as t;
insert into many values (0);
select throws_ok('select at_chi2(i::text, i % 2 = 0) from many', '54000',
	'at_sided_counts has more than 1000000 categories', 'one more');
select throws_ok('select at_merge(c) from (select at_collect_counts(i::text) as c from many group by i % 3) as p',
	'54000', 'at_counts has more than 1000000 categories', 'one more when merged');

select * from finish();
rollback;
