-- Has behaviour changed?  Two-sample tests and distances over counts.

CREATE TYPE at_chi2_result AS (
	statistic float8,
	dof integer,
	p_value float8,
	log10_p float8,
	cramers_v float8,
	cramers_v_corrected float8,
	min_expected float8,
	cells_expected_lt5 bigint,
	statistic_yates float8,
	p_value_yates float8,
	n_baseline bigint,
	n_observed bigint,
	method text,
	pooled integer
);
COMMENT ON TYPE at_chi2_result IS 'test of homogeneity: statistic, degrees of freedom, p and its decimal logarithm, effect (Cramer''s V, and with Bergsma''s correction), smallest expected count, expected counts below 5, Yates''s correction for two categories, observations of each side, method that gave p, rare categories that were pooled into one before all this';

CREATE FUNCTION at_chi2(baseline bigint[], observed bigint[], method text DEFAULT 'pearson', seed bigint DEFAULT 0) RETURNS at_chi2_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2(bigint[], bigint[], text, bigint) IS 'did the shares of categories change: sum (b N2 - o N1)^2 / (N1 N2 (b+o)), categories empty on both sides left out; p 1 for fewer than two categories, null when a side is empty; method pearson, g (statistic and p by the likelihood ratio), fisher (two categories only), mc (9999 random tables of the same margins from this seed, at most 1e8 observations) or auto: Fisher for two categories, else Pearson when all expected counts are at least 1 and four of five at least 5, else the rarest categories are pooled until that is so or two are left; raises 22023 for a negative or null count or other categories, 22003 when a side sums to more than 2^62';

CREATE TYPE at_g_result AS (
	statistic float8,
	dof integer,
	p_value float8,
	log10_p float8,
	n_baseline bigint,
	n_observed bigint
);
COMMENT ON TYPE at_g_result IS 'likelihood-ratio test of homogeneity: statistic, degrees of freedom, p and its decimal logarithm, observations of each side';

CREATE FUNCTION at_g_test(baseline bigint[], observed bigint[]) RETURNS at_g_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_g_test(bigint[], bigint[]) IS 'did the shares of categories change, by the likelihood ratio 2 sum O ln(O/E) in deviance form; p 1 for fewer than two categories, null when a side is empty; raises 22023 for a negative or null count or other categories, 22003 when a side sums to more than 2^62';

CREATE TYPE at_divergence_result AS (
	psi_raw float8,
	psi_smoothed_half float8,
	psi_p_value float8,
	psi_log10_p float8,
	psi_expected float8,
	js_divergence_bits float8,
	js_distance float8,
	kl_baseline_observed float8,
	hellinger float8,
	tvd float8,
	linf float8,
	entropy_baseline_bits float8,
	entropy_observed_bits float8,
	n_baseline bigint,
	n_observed bigint
);
COMMENT ON TYPE at_divergence_result IS 'distances of two distributions over categories: population stability index raw and with half an observation added to each category, its p and what it is expected to be without change, Jensen-Shannon divergence (bits) and distance, Kullback-Leibler divergence (nats), Hellinger distance, total variation (share of decisions that moved), largest change of a share, entropies (bits)';

CREATE FUNCTION at_divergence(baseline bigint[], observed bigint[]) RETURNS at_divergence_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_divergence(bigint[], bigint[]) IS 'how far apart two distributions over categories are; psi_p_value = chi-square tail of psi_smoothed_half/(1/n1+1/n2) with k-1 degrees; raw index and Kullback-Leibler divergence are Infinity when a category is empty on one side; null when a side is empty; raises 22023 for a negative or null count or other categories, 22003 when a side sums to more than 2^62';

CREATE TYPE at_category_result AS (
	category integer,
	baseline_count bigint,
	observed_count bigint,
	baseline_share float8,
	observed_share float8,
	delta float8,
	cohens_h float8,
	adj_residual float8,
	fisher_p float8,
	q_value_bh float8,
	status text
);
COMMENT ON TYPE at_category_result IS 'one category against the rest: its place, counts and shares, change of the share, Cohen''s h, adjusted standardised residual of the observed side, Fisher''s two-sided p, Benjamini-Hochberg q over the categories, status new, lost, kept or empty';

CREATE FUNCTION at_categories(baseline bigint[], observed bigint[]) RETURNS SETOF at_category_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION at_categories(bigint[], bigint[]) IS 'which categories changed: one row each, in order; tests of categories that are empty on both sides are null; raises 22023 for a negative or null count or other categories, 22003 when a side sums to more than 2^62';

CREATE TYPE at_fisher_result AS (
	p_two_sided float8,
	log10_p float8,
	p_less float8,
	p_greater float8,
	odds_ratio_sample float8,
	log_odds_haldane float8,
	log_odds_se float8
);
COMMENT ON TYPE at_fisher_result IS 'Fisher''s exact test: two-sided p and its decimal logarithm, one-sided p for the first cell, sample odds ratio ad/bc (Infinity when only bc is 0, null when undefined), log odds ratio with half an observation in each cell and its standard error';

CREATE FUNCTION at_fisher(a bigint, b bigint, c bigint, d bigint) RETURNS at_fisher_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_fisher(bigint, bigint, bigint, bigint) IS 'Fisher''s exact test of the table [[a, b], [c, d]]; two-sided: all tables no more probable, with a relative slack of 1e-7; p 1 when a margin is 0; above 2^40 observations by the normal law; raises 22023 for a count that is negative or above 2^61';

CREATE FUNCTION at_fisher(baseline bigint[], observed bigint[]) RETURNS at_fisher_result
AS 'MODULE_PATHNAME', 'at_fisher_arrays' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_fisher(bigint[], bigint[]) IS 'Fisher''s exact test of two categories; greater means a larger share of the first on the observed side; raises 22023 unless there are two categories of counts from 0 to 2^61';

CREATE TYPE at_proportion_result AS (
	diff float8,
	z float8,
	p_value float8,
	log10_p float8,
	cohens_h float8,
	wilson1_lo float8,
	wilson1_hi float8,
	wilson2_lo float8,
	wilson2_hi float8,
	newcombe_lo float8,
	newcombe_hi float8
);
COMMENT ON TYPE at_proportion_result IS 'two shares: difference (second less first), pooled z, two-sided p and its decimal logarithm, Cohen''s h, Wilson''s 95 % intervals, Newcombe''s 95 % interval of the difference';

CREATE FUNCTION at_proportion(x1 bigint, n1 bigint, x2 bigint, n2 bigint) RETURNS at_proportion_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_proportion(bigint, bigint, bigint, bigint) IS 'did a share change: x1 of n1 against x2 of n2; z null and p 1 when nothing varies, all null when a side is empty; raises 22023 unless 0 <= x <= n <= 2^62';

CREATE TYPE at_chi2_clustered_result AS (
	statistic float8,
	design_effect float8,
	statistic_corrected float8,
	dof integer,
	p_value float8,
	log10_p float8,
	p_value_naive float8,
	effective_n float8,
	n_baseline bigint,
	n_observed bigint,
	baseline_runs bigint,
	observed_runs bigint
);
COMMENT ON TYPE at_chi2_clustered_result IS 'test of homogeneity for decisions that come in runs: Pearson''s statistic, design effect, statistic over the effect (floored at 1), degrees of freedom, p and its decimal logarithm, p as if decisions were independent, effective number of decisions, decisions and runs of each side';

CREATE FUNCTION at_chi2_clustered(baseline_runs bigint[], observed_runs bigint[]) RETURNS at_chi2_clustered_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2_clustered(bigint[], bigint[]) IS 'did the shares of categories change, with runs as clusters: first-order correction of Rao and Scott; arrays of run by category; runs without a decision do not count; raises 22023 for a negative or null count or other categories, 22003 when a side sums to more than 2^62';

CREATE TYPE at_cmh_result AS (
	statistic float8,
	dof integer,
	p_value float8,
	log10_p float8,
	odds_ratio float8,
	odds_ratio_lo float8,
	odds_ratio_hi float8,
	breslow_day float8,
	tarone float8,
	homogeneity_dof integer,
	homogeneity_p float8,
	homogeneity_log10_p float8,
	strata integer,
	n_baseline bigint,
	n_observed bigint
);
COMMENT ON TYPE at_cmh_result IS 'stratified test: statistic (no correction for continuity), degrees of freedom, p and its decimal logarithm; of two categories the odds ratio common to the strata (observed to baseline, first category to second) with 95 % interval, Breslow and Day''s statistic of odds ratios that differ between strata, the same with Tarone''s correction, its degrees of freedom, p and decimal logarithm; strata with both sides, observations of each side';

CREATE FUNCTION at_cmh_test(baseline bigint[], observed bigint[]) RETURNS at_cmh_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cmh_test(bigint[], bigint[]) IS 'did the shares of categories change within strata such as symbols or regimes (the agent changed, not its market): generalised test of Cochran, Mantel and Haenszel, odds ratio of Mantel and Haenszel with the interval of Robins, Breslow and Greenland; arrays of stratum by category; strata without one of the sides say nothing and are left out; raises 54000 for more than 500 categories; raises 22023 for a negative or null count or other categories or strata, 22003 when a side sums to more than 2^62';
