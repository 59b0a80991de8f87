-- Every test over arrays, over states and over rows is one test; methods; what
-- other programs answer for strata.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
select plan(44);

create temp table decision as
select (array['buy', 'sell', 'hold', null])[1 + (hashint4(i) & 3)] as category, 'symbol-' || (i % 3) as symbol,
	i % 5 < 2 as is_observed, hashint4(i + 5) & 3 = 0 as outcome, (hashint4(i + 7) & 1023) / 16.0::float8 as value
from generate_series(1, 1000) as i;
create temp table side as
select is_observed, array_agg(value) as v, at_collect_sample(value) as sample, at_collect_counts(category) as counts,
	at_collect_counts(outcome::text) as outcomes, at_collect_cluster_counts(category, symbol) as strata
from decision group by 1;
create temp table both_sides as
select b.v as bv, o.v as ov, b.sample as bs, o.sample as os, b.counts as bc, o.counts as oc, b.outcomes as bb,
	o.outcomes as ob,
	b.strata as bt, o.strata as ot,
	(select array_agg(count order by category) from at_describe(b.counts)) as ba,
	(select array_agg(count order by category) from at_describe(o.counts)) as oa
from side as b, side as o where not b.is_observed and o.is_observed;

select is(at_chi2(bc, oc, m, 7)::text, at_chi2(ba, oa, m, 7)::text, 'chi2 over states and arrays by ' || m)
from both_sides, unnest(array['pearson', 'g', 'auto', 'mc']) as m;
select is(at_g_test(bc, oc)::text, at_g_test(ba, oa)::text, 'g') from both_sides;
select is(at_divergence(bc, oc)::text, at_divergence(ba, oa)::text, 'divergence') from both_sides;
select is((select array_agg(to_jsonb(c) - 'category') from at_categories(bc, oc) as c),
	(select array_agg(to_jsonb(c) - 'category') from at_categories(ba, oa) as c), 'categories') from both_sides;
select is((
	select array_agg(c::text)
	from at_categories((select at_collect_sided_counts(category, is_observed) from decision)) as c),
	(select array_agg(c::text) from both_sides, at_categories(bc, oc) as c), 'categories over rows');
select is(
	at_fisher(bb, ob, 'true')::text, (select at_fisher(outcome, is_observed)::text from decision), 'fisher over rows')
	from both_sides;
select is(at_fisher('{5,9}'::bigint[], '{7,3}')::text, at_fisher(7, 3, 5, 9)::text, 'fisher over arrays');
select is(at_fisher(at_counts_of('{a,b}', '{5,9}'), at_counts_of('{a,b}', '{7,3}'), 'a')::text,
	at_fisher(7, 3, 5, 9)::text, 'fisher over states');
select is(
	at_proportion(bb, ob, 'true')::text, (select at_proportion(outcome, is_observed)::text from decision),
	'proportion over rows')
	from both_sides;
select is(at_proportion(at_counts_of('{a,b}', '{5,9}'), at_counts_of('{a,b}', '{7,3}'), 'a')::text,
	at_proportion(5, 14, 7, 10)::text, 'proportion over states');
select is(at_proportion(at_counts_of('{a}', '{5}'), at_counts_of('{a}', '{7}'), 'c')::text,
	at_proportion(0, 5, 0, 7)::text, 'a category that never occurs');
select is(at_mde(bc, oc)::text, at_mde(2, c.n_baseline, c.n_observed)::text, 'mde over states')
	from both_sides, at_chi2(bc, oc) as c;
select is(at_mde(at_counts_of('{a}', '{5}'), at_counts_of('{a}', '{7}')), null, 'no mde of one category');

select is(at_ks_test(bs, os, m)::text, at_ks_test(bv, ov, m)::text, 'ks by ' || m)
	from both_sides, unnest(array['auto', 'exact', 'asymptotic']) as m;
select is(at_mann_whitney(bs, os)::text, at_mann_whitney(bv, ov)::text, 'mann_whitney') from both_sides;
select is(at_anderson_darling(bs, os)::text, at_anderson_darling(bv, ov)::text, 'anderson_darling') from both_sides;
select is(
	at_anderson_darling(bv, ov)::text, (select at_anderson_darling(value, is_observed::int)::text from decision),
	'anderson_darling over rows')
	from both_sides;
select is(at_cramer_von_mises(bs, os)::text, at_cramer_von_mises(bv, ov)::text, 'cramer_von_mises') from both_sides;
select is(at_wasserstein(bs, os)::text, at_wasserstein(bv, ov)::text, 'wasserstein') from both_sides;
select is(at_welch(bs, os)::text, at_welch(bv, ov)::text, 'welch') from both_sides;
select ok(
	abs(m.t - a.t) < 1e-12 and abs(m.p_value - a.p_value) < 1e-12 and m.n_observed = a.n_observed, 'welch of moments')
from both_sides, at_welch(at_moments_of(bv), at_moments_of(ov)) as m, at_welch(bv, ov) as a;
select is(at_psi(bs, os, 7)::text, at_psi(bv, ov, 7)::text, 'psi') from both_sides;
select is(at_psi(bv, ov)::text, (select at_psi(value, is_observed)::text from decision), 'psi over rows')
	from both_sides;
select is(at_bin_edges(bs, 5), at_bin_edges(bv, 5), 'edges') from both_sides;
select is(
	(select array_agg(s::text) from at_quantile_shift(bs, os) as s),
	(select array_agg(s::text) from at_quantile_shift(bv, ov) as s), 'quantile_shift')
	from both_sides;
select is((
	select array_agg(s::text)
	from at_quantile_shift((select at_collect_grouped_sample(value, is_observed) from decision)) as s),
	(select array_agg(s::text) from both_sides, at_quantile_shift(bv, ov) as s), 'quantile_shift over rows');

select ok(bool_and(
	abs(s.shift - e.shift) <= 0.01 * (e.baseline + e.observed) + 0.07 and s.shift_lo <= e.shift_lo + 0.07
	and s.shift_hi >= e.shift_hi - 0.07),
	'quantile_shift of sketches, within a bucket') from both_sides, at_quantile_shift(bv, ov) as e
join lateral at_quantile_shift(at_sketch_of(bv), at_sketch_of(ov)) as s using (q);
select is((shift, shift_lo, ratio)::text, '(,,)', 'of empty sketches')
	from at_quantile_shift(at_sketch_of('{}'), at_sketch_of('{1}'), '{0.5}');

-- methods: Fisher for two categories, rare ones pooled, random tables
select is(p_value, (at_fisher(3, 1, 1, 3)).p_two_sided, 'auto of two categories is Fisher''s test')
from at_chi2('{3,1}'::bigint[], '{1,3}', 'auto');
select is(
	t::text,
	(select (statistic, dof, p_value, log10_p, cramers_v, cramers_v_corrected, min_expected, cells_expected_lt5,
		statistic_yates, p_value_yates, n_baseline, n_observed, method, 3)::text
	from at_chi2('{100,100,100,100,6}'::bigint[], '{110,95,90,105,6}')), 'auto pools three of three rare categories')
from at_chi2('{100,100,100,100,3,2,1}'::bigint[], '{110,95,90,105,1,2,3}', 'auto') as t;
select is((t.method, t.pooled)::text, '(fisher,3)', 'auto pools until two are left')
from at_chi2('{50,3,1,0}'::bigint[], '{55,1,2,1}', 'auto') as t;
select is((t.method, t.pooled, t.p_value)::text, '(mc,0,1)', 'one category is no test')
from at_chi2('{50,0}'::bigint[], '{55,0}', 'mc') as t;
select ok(abs(p_value - 34.0 / 70) < 0.02, 'random tables of the lady tasting tea')
	from at_chi2('{3,1}'::bigint[], '{1,3}', 'mc', 1);
select ok(abs(m.p_value - p.p_value) < 0.02, 'random tables where Pearson''s law holds')
from at_chi2('{100,200,300}'::bigint[], '{120,190,290}', 'mc', 2) as m,
	at_chi2('{100,200,300}'::bigint[], '{120,190,290}') as p;
select is((at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'mc', 5)).p_value,
	(at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'mc', 5)).p_value, 'a seed gives the same p');
select isnt((at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'mc', 5)).p_value,
	(at_chi2('{1,2,3}'::bigint[], '{3,2,1}', 'mc', 6)).p_value, 'another seed another');
select is(
	(at_chi2('{1,2,3}'::bigint[], '{9,2,1}', 'g')).p_value, (at_g_test('{1,2,3}'::bigint[], '{9,2,1}')).p_value,
	'g is g');

-- strata: admissions to six departments of Berkeley by sex (1973), of which R
-- says M^2 1.5246 without correction and 1/0.9046968 [1/1.0603298, 1/0.7719074],
-- and the literature a Breslow-Day statistic of 18.83
select is(
	format('%s %s %s %s %s %s', round(statistic::numeric, 4), round(p_value::numeric, 4), round(odds_ratio::numeric, 5),
		round(odds_ratio_lo::numeric, 5), round(odds_ratio_hi::numeric, 5), round(breslow_day::numeric, 4)),
	'1.5246 0.2169 1.10534 0.94310 1.29549 18.8255', 'admissions')
from at_cmh_test('{{512,313},{353,207},{120,205},{138,279},{53,138},{22,351}}'::bigint[],
	'{{89,19},{17,8},{202,391},{131,244},{94,299},{24,317}}');
select is(round(odds_ratio::numeric, 12) || ' ' || strata || ' ' || coalesce(homogeneity_dof::text, 'none'),
	'3.000000000000 1 none', 'one stratum')
from at_cmh_test('{{10,30},{0,0}}'::bigint[], '{{30,30},{5,5}}');

select * from finish();
rollback;
