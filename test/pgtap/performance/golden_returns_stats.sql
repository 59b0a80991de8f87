-- Figures of period returns: arrays, shuffled rows, merged random splits.
\set ECHO none
\i test/data/golden.sql
\set data `cat test/data/stats/returns_stats.json`
select * from no_plan();
create temp table cases as select c, c -> 'input' as i, row_number() over () as nr from jsonb_array_elements(:'data') c;

select pg_temp.golden_is(to_jsonb(p), c)
from cases, at_performance(pg_temp.floats(i -> 'returns'), (i ->> 'periods_per_year')::float8,
	(i ->> 'risk_free_annual')::float8, (i ->> 'mar_annual')::float8) p
order by nr;

create temp table points as
select nr, r, timestamptz '2026-01-01 UTC' + t * interval '1 day' as t, (i ->> 'periods_per_year')::float8 as p,
	(i ->> 'risk_free_annual')::float8 as rf, (i ->> 'mar_annual')::float8 as mar
from cases, unnest(pg_temp.floats(i -> 'returns')) with ordinality u(r, t)
order by md5(t::text || nr);

select pg_temp.golden_is(to_jsonb(s.p), c, ', rows shuffled')
from (select nr, at_performance(r, t, p, rf, mar) as p from points group by nr) s join cases using (nr)
order by nr;

select pg_temp.golden_is(to_jsonb(p), c, ', random splits merged')
from (select nr, at_merge(s) as s from (
		select nr, at_collect_series(r, t) as s from points group by nr, hashtext(t::text) % 3) parts
	group by nr) merged join cases using (nr),
	at_performance(s, periods_per_year => (i ->> 'periods_per_year')::float8,
		risk_free_annual => (i ->> 'risk_free_annual')::float8, mar_annual => (i ->> 'mar_annual')::float8) p
order by nr;

-- Each by itself.
select pg_temp.golden_is(to_jsonb(f), c || jsonb_build_object('expected', (
		select jsonb_object_agg(k, v) from jsonb_each(c -> 'expected') e(k, v)
		where to_jsonb(f) ? k)), ', one by one')
from (select nr, at_total_return(r) as total_return, at_ann_return(r, p) as ann_return,
		at_volatility(r, p) as ann_volatility, at_sharpe(r, p, rf) as sharpe,
		at_downside_deviation(r, p, mar) as downside_deviation_ann, at_sortino(r, p, mar) as sortino,
		at_omega(r, p, mar) as omega, at_max_drawdown(r, t) as max_drawdown, at_calmar(r, t, p) as calmar,
		at_value_at_risk(r) as var_hist_05, at_expected_shortfall(r) as cvar_05,
		at_value_at_risk_gauss(r) as var_gauss_05,
		at_value_at_risk_cornish_fisher(r) as var_cornish_fisher_05, at_tail_ratio(r) as tail_ratio,
		at_skewness_pop(r) as skew_pop, at_kurtosis_excess_pop(r) as kurt_excess_pop,
		at_skewness_samp(r) as skew_samp, at_kurtosis_excess_samp(r) as kurt_excess_samp,
		at_psr(r, p, rf) as psr_zero, at_stability(r, t) as stability_r2,
		at_ulcer_index(r, t) as ulcer_index, at_pain_index(r, t) as pain_index,
		at_hit_rate(r) as hit_rate, at_gain_to_pain(r) as gain_to_pain,
		at_kelly(r, p, rf) as kelly_continuous
	from points group by nr) f join cases using (nr)
order by nr;
select * from finish();
