-- Has behaviour changed: edges of the tests, and the states they are made from.
-- The numbers themselves are in test/pgtap/golden_*.sql.

set extra_float_digits = 0;
\set VERBOSITY terse

-- counts: a side without observations says nothing
select * from at_chi2('{}'::bigint[], '{}');
select * from at_chi2('{0,0}'::bigint[], '{1,2}');
select * from at_g_test('{3}'::bigint[], '{0}');
select * from at_divergence('{0}'::bigint[], '{0}');
select * from at_categories('{}'::bigint[], '{}');
select * from at_chi2_clustered('{}'::bigint[], '{{1,2}}');
select * from at_proportion(0, 0, 1, 2);

-- fewer than two categories: nothing can have changed
select statistic, dof, p_value from at_chi2('{5}'::bigint[], '{7}');
select statistic, dof, p_value from at_chi2('{5,0,0}'::bigint[], '{7,0,0}');
select statistic, p_value from at_g_test('{5,0}'::bigint[], '{7,0}');

-- new and lost categories have no special case
select category, delta, fisher_p, status from at_categories('{70,30,0,0}'::bigint[], '{69,0,31,0}');

-- equal shares, and counts near the limit
select statistic, p_value from at_chi2('{400,300,300}'::bigint[], '{40,30,30}');
select statistic > 0 as moved, p_value < 1e-100 as far
from at_chi2('{2305843009213693952,2305843009213693952}'::bigint[], '{2305843009213693952,2305000000000000000}');
select fisher_p = 1 as same
from at_categories('{2305843009213693952,2305843009213693952}'::bigint[], '{2305843009213693952,2305843009213693952}');
select p_two_sided from at_fisher(0, 0, 0, 0);
select p_two_sided, log10_p from at_fisher(5000, 0, 0, 5000);

-- refused
select at_chi2('{1,2}'::bigint[], '{1}');
select at_chi2('{1,-2}'::bigint[], '{1,2}');
select at_chi2('{1,null}'::bigint[], '{1,2}');
select at_chi2('{{1,2}}'::bigint[], '{{1,2}}');
select at_chi2('{4611686018427387904,1}'::bigint[], '{1,1}');
select at_chi2_clustered('{1,2}'::bigint[], '{1,2}');
select at_chi2_clustered('{{1,2}}'::bigint[], '{{1,2,3}}');
select at_fisher(-1, 0, 0, 0);
select at_proportion(3, 2, 1, 2);
select at_chi2_sf(1, 0.5);
select at_t_sf(1, 0);
select at_binomial_sf(1, 2, 1.5);
select at_ks_distribution(0, 1, 0);
select at_mde(0, 10, 10);
select at_p_adjust('{0.5,1.5}');
select at_p_adjust('{0.5,NaN}');
select at_p_adjust('{0.5}', 'none');
select at_p_adjust('{0.5}', weights => '{1,1}');
select at_p_adjust('{0.5,0.1}', weights => '{1,-1}');
select at_p_adjust('{0.5,0.1}', weights => '{0,0}');
select at_p_adjust('{0.5,0.1}', weights => '{1,Infinity}');
select at_p_adjust('{0.5,0.1}', weights => '{1,null}');
select at_p_adjust('{0.5,2}', weights => '{1,1}');
select at_p_adjust('{0.5}', 'none', '{1}');
select at_p_adjust('{{0.5}}', weights => '{{1}}');
select at_repeated_p(2, '{1}', 1);
select at_repeated_p('NaN', '{1}', 1);
select at_repeated_p(0.5, '{}', 1);
select at_repeated_p(0.5, '{0}', 1);
select at_repeated_p(0.5, '{1,0.5}', 1);
select at_repeated_p(0.5, '{1,Infinity}', 1);
select at_repeated_p(0.5, '{1,null}', 1);
select at_repeated_p(0.5, array_fill(1::float8, array[51]), 1);
select at_repeated_p(0.5, '{1,2}', 0);
select at_repeated_p(0.5, '{1,2}', 3);
select at_repeated_p(0.5, '{1,2}', 1, 0.6);
select at_repeated_p(0.5, '{1,2}', 1, 'NaN');
select _at_test_weights('{t}', '{1,2}', '{0}', '{1}');
select _at_test_weights('{t}', '{1}', '{2}', '{1}');
select _at_test_weights('{t}', '{1}', '{0}', '{0}');
select _at_test_weights('{null}', '{1}', '{0}', '{1}');
select _at_test_weights('{t}', '{1}', '{0}', '{1}', alpha => 0);
select _at_test_weights('{t}', '{1}', '{0}', '{1}', primary_share => 1);
select at_psi('{1}'::float8[], '{2}', 1);
select at_cusum('{1}', 1);
select at_page_hinkley('{1}', threshold => 0);

-- numbers: empty sides, nulls and NaN, infinities, ties, -0
select * from at_ks_test('{}'::float8[], '{1}');
select * from at_mann_whitney('{null,NaN}'::float8[], '{1}');
select * from at_cramer_von_mises('{}'::float8[], '{}');
select * from at_wasserstein('{}'::float8[], '{1}');
select * from at_welch('{}'::float8[], '{1}');
select edges, baseline_counts, psi from at_psi('{}'::float8[], '{1}');
select d, p_value, has_ties, n_baseline, n_observed, nan_count
from at_ks_test('{5,5,NaN}'::float8[], '{5,null,5}');
select p_two_sided, p_exact_two_sided from at_mann_whitney('{5,5}'::float8[], '{5}');
select p_limit from at_cramer_von_mises('{5,5}'::float8[], '{5}');
select w1, w1_over_robust_scale from at_wasserstein('{5,5}'::float8[], '{5}');
select t, p_value from at_welch('{5,5}'::float8[], '{5,5}');
select d, d_plus, d_minus, location from at_ks_test('{-Infinity,0,Infinity}'::float8[], '{0,-0,Infinity}');
select w1, nonfinite from at_wasserstein('{1,2}'::float8[], '{1,Infinity}');
select t, mean_diff, nonfinite from at_welch('{1,2}'::float8[], '{1,Infinity}');
select u_observed from at_mann_whitney('{-Infinity,1}'::float8[], '{Infinity,1}');

select q, baseline, observed, shift, shift_lo, shift_hi, ratio, baseline_lo, baseline_hi
from at_quantile_shift((select array_agg(i) from generate_series(1, 100) as i),
	(select array_agg(2 * i) from generate_series(1, 100) as i), '{0,0.5,0.99}');
select shift, shift_lo, ratio from at_quantile_shift('{0}'::float8[], '{}', '{0.5}');
select at_quantile_shift('{1}'::float8[], '{1}', '{2}');

-- tails: arguments out of the way
select at_chi2_sf(-1, 2), at_chi2_sf('Infinity', 2), at_chi2_sf('NaN', 2);
select at_normal_sf('Infinity'), at_normal_sf('-Infinity'), at_normal_sf(1e10, log10 => true);
select at_kolmogorov_sf(0), at_kolmogorov_sf(-1), at_kolmogorov_sf('Infinity');
select at_anderson_darling_k2_sf(0), at_cramer_von_mises_sf(0);
select round(at_f_sf(3.5, 4, 30)::numeric, 12), round(at_binomial_sf(3, 10, 0.3)::numeric, 12);
select round(noncentrality::numeric, 6), round(share_difference::numeric, 6) from at_mde(1, 100, 100);

-- many tests: nulls stay and do not count
select at_p_adjust('{0.04,null,0.04}'), at_p_adjust('{}'), at_p_adjust('{null}');
select at_p_adjust('{0.04,null,0.04}', weights => '{3,null,1}'), at_p_adjust('{}', weights => '{}'),
	at_p_adjust('{null}', weights => '{0}');
select _at_test_weights('{}', '{}', '{}', '{}'), _at_test_weights('{t,f}', '{1,2}', '{null,null}', '{1,1}');

-- detectors read in order and say what they left out
select * from at_page_hinkley('{1,1,1,NaN,null,9,9,9,9}', 3, 0.1, 5);

-- strata: the market's mix moved, the agent did not; then the agent did
select round(statistic::numeric, 6) as statistic, dof, strata
from at_cmh_test('{{80,20},{10,40}}'::bigint[], '{{40,10},{20,80}}');
select round(p_value::numeric, 9) as p_value, round(odds_ratio::numeric, 6) as odds_ratio
from at_cmh_test('{{80,20},{10,40}}'::bigint[], '{{20,30},{5,95}}');
select * from at_cmh_test('{}'::bigint[], '{}');

-- states: text and binary are lossless, order and splits do not matter
create temp table decision as
select (array['buy', 'sell', 'hold', 'né "x"', ''])[1 + i % 5] as category, 'run-' || i % 40 as run_id,
	i % 3 = 0 as is_observed, case when i % 50 = 0 then null else (i * 7919 % 1000) / 8.0 end as value,
	i % 7 as day
from generate_series(1, 2000) as i;
update decision set category = null where value = 1;
insert into decision values ('buy', 'run-1', true, 'NaN', 3), ('buy', 'run-1', false, 'Infinity', 3);

select at_collect_counts(category) from decision;
select * from at_describe((select at_collect_counts(category) from decision));
select _at_null_count(at_collect_counts(category)) from decision;

create temp table state (counts at_counts, clusters at_cluster_counts, sides at_sided_counts,
	sided_clusters at_sided_cluster_counts, sketch at_sketch, grouped at_grouped_sample,
	histogram at_histogram);
insert into state
select at_collect_counts(category), at_collect_cluster_counts(category, run_id),
	_at_sided_counts_add(null, 'x', true), _at_sided_cluster_counts_add(null, 'x', 'r', false),
	at_collect_sketch(value), at_collect_grouped_sample(value, is_observed::int),
	at_collect_histogram(value, '{1,10.5,10.5,50,Infinity}')
from decision;
select counts::text::at_counts::text = counts::text as counts,
	clusters::text::at_cluster_counts::text = clusters::text as clusters,
	sides::text::at_sided_counts::text = sides::text as sides,
	sided_clusters::text::at_sided_cluster_counts::text = sided_clusters::text as sided_clusters,
	sketch::text::at_sketch::text = sketch::text as sketch,
	grouped::text::at_grouped_sample::text = grouped::text as grouped,
	histogram::text::at_histogram::text = histogram::text as histogram
from state;
create temp table state_copy (like state);
\copy state to 'build/regress/results/drift.state' with (format binary)
\copy state_copy from 'build/regress/results/drift.state' with (format binary)
select a::text = b::text as binary_is_lossless from state a, state_copy b;

-- merged in any split
select bool_and(a.merged::text = b.whole::text) as counts
from (select at_merge(s) as merged from (select at_collect_counts(category) as s
	from decision group by day) as parts) as a,
	(select at_collect_counts(category) as whole from decision) as b;
select bool_and(a.merged::text = b.whole::text) as clusters
from (select at_merge(s) as merged from (select at_collect_cluster_counts(category, run_id) as s
	from decision group by day) as parts) as a,
	(select at_collect_cluster_counts(category, run_id) as whole from decision) as b;
select bool_and(a.merged::text = b.whole::text) as sketch
from (select at_merge(s) as merged from (select at_collect_sketch(value) as s
	from decision group by day) as parts) as a,
	(select at_collect_sketch(value order by value desc) as whole from decision) as b;
select bool_and(a.merged::text = b.whole::text) as grouped
from (select at_merge(s) as merged from (select at_collect_grouped_sample(value, day) as s
	from decision group by run_id) as parts) as a,
	(select at_collect_grouped_sample(value, day order by run_id, value) as whole from decision) as b;

-- a test over rows, over states and over arrays is one test
select (select at_chi2(category, is_observed) from decision) =
	at_chi2((select at_collect_counts(category) from decision where not is_observed),
		(select at_collect_counts(category) from decision where is_observed)) as chi2,
	(select at_chi2_clustered(category, run_id, is_observed) from decision) =
	at_chi2_clustered((select at_collect_cluster_counts(category, run_id) from decision where not is_observed),
		(select at_collect_cluster_counts(category, run_id) from decision where is_observed)) as clustered,
	(select at_ks_test(value, is_observed) from decision) =
	at_ks_test((select array_agg(value) from decision where not is_observed),
		(select array_agg(value) from decision where is_observed)) as ks;
select at_chi2(category, is_observed) is null as no_rows from decision where false;

-- histograms: the same edges or none
select at_collect_histogram(value, '{10,50,90}') from decision;
select (select at_merge(s)::text from (select at_collect_histogram(value, '{10,50}') as s
	from decision group by day) as parts) = (
		select at_collect_histogram(value, '{10,50}')::text from decision) as merged;
select at_psi(a, b, 4) = at_psi(at_histogram_of(a, at_bin_edges(a, 4)), at_histogram_of(b, at_bin_edges(a, 4))) as psi
from (select array_agg(value) as a from decision where not is_observed) as x,
	(select array_agg(value) as b from decision where is_observed) as y;
select at_bin_edges('{5,5,5}'::float8[]), at_bin_edges('{}'::float8[]), at_histogram_of('{NaN,null,1,5,6}', '{5}');
select at_psi(at_histogram_of('{1}', '{1}'), at_histogram_of('{1}', '{2}'));
select at_histogram_of('{1}', '{2,1}');
select at_histogram_of('{1}', '{NaN}');
select at_collect_histogram(1, null);
select '{"v":1,"nan":0,"edges":[2,1],"counts":[0,0,0]}'::at_histogram;
select '{"v":1,"nan":0,"edges":[1],"counts":[0]}'::at_histogram;

-- bounds of a sketch hold the statistic
select d between d_lo and d_hi as within
from at_ks_test('{1,2,3,4,5.5}'::float8[], '{2,2.01,9}'),
	at_ks_test(at_sketch_of('{1,2,3,4,5.5}'), at_sketch_of('{2,2.01,9}')) as s;
select at_quantiles(at_sketch_of('{}'), '{0.5}') is null as no_values;
select at_quantiles(at_sketch_of('{1}'), '{1.5}');

-- texts that are no states
select '{}'::at_counts;
select '{"v":2,"nulls":[0],"counts":[]}'::at_counts;
select '{"v":1,"nulls":[0],"counts":[["a",-1]]}'::at_counts;
select '{"v":1,"nulls":[0],"counts":[["a",1],["a",1]]}'::at_counts;
select '{"v":1,"nulls":[0],"counts":[["a",1]]}'::at_cluster_counts;
select '{"v":1,"nan":0,"min":0,"max":0,"buckets":[[1,1]]}'::at_sketch;
select '{"v":1,"nan":0,"min":1,"max":1,"buckets":[[65472,1],[65472,1]]}'::at_sketch;
select '{"v":1,"nan":-1,"samples":[]}'::at_grouped_sample;
select '{"v":1,"nan":0,"samples":[[0,"x"]]}'::at_grouped_sample;
select at_counts_of('{a}', '{1,2}');
select _at_counts_add(null, 'a', -1);

-- too many categories is an identifier, not behaviour
select at_collect_counts(i::text) from generate_series(1, 1000001) as i;
select length((at_collect_counts(repeat('x', 1000000)))::text) from generate_series(1, 3);

-- twelve ways in which shares times 1000 against a fixed threshold go wrong
select n, round(p_value::numeric, 4) as p_value
from unnest(array[20, 100, 1000]) as n,
	at_chi2(array[n / 2, n * 3 / 10, n / 5], array[n * 11 / 20, n * 3 / 10, n * 3 / 20]);
select p_value < 1e-6 as seen_at_scale from at_chi2('{50000,30000,20000}'::bigint[], '{51500,30000,18500}');
select status, round(q_value_bh::numeric, 4) as q from at_categories('{700,300,0}'::bigint[], '{690,300,10}');
select round(fisher_p::numeric, 2) as rare_category
	from at_categories('{4000,3000,2000,20}'::bigint[], '{3000,4000,2000,23}')
where category = 4;
select p_value < 1e-6 as four_points_moved from at_chi2('{4900,5000,100}'::bigint[], '{4500,5400,100}');
select p_value from at_chi2('{2,8}'::bigint[], '{25,76}');
select p_value > 1e-3 as stray_event from at_chi2('{100,0}'::bigint[], '{99,1}');
