-- Tests over states and over rows.

CREATE AGGREGATE at_collect_sided_counts(category text, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_sided_counts(text, boolean) IS 'how often each category occurs on either side; raises 54000 for more than a million';

CREATE FUNCTION at_categories(counts at_sided_counts) RETURNS SETOF at_named_category_result
AS 'MODULE_PATHNAME', 'at_categories_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION at_categories(at_sided_counts) IS 'which categories changed: one row each, by name';

CREATE FUNCTION at_fisher(baseline at_counts, observed at_counts, category text) RETURNS at_fisher_result
AS 'MODULE_PATHNAME', 'at_fisher_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_fisher(at_counts, at_counts, text) IS 'did the share of one category change: Fishers exact test of it against all others; greater means a larger share on the observed side; nulls are left out';

CREATE FUNCTION at_proportion(baseline at_counts, observed at_counts, category text) RETURNS at_proportion_result
AS 'MODULE_PATHNAME', 'at_proportion_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_proportion(at_counts, at_counts, text) IS 'did the share of one category change: normal test and intervals, as over numbers; nulls are left out; all null when a side is empty';

CREATE FUNCTION _at_sided_counts_add(state at_sided_counts, outcome boolean, is_observed boolean) RETURNS at_sided_counts
AS 'MODULE_PATHNAME', 'at_sided_counts_add_outcome' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_counts_add(at_sided_counts, boolean, boolean) IS 'the state with one more outcome, as category true or false; transition of tests of a share; rows without a side are left out';

CREATE FUNCTION at_fisher(outcomes at_sided_counts) RETURNS at_fisher_result
AS 'MODULE_PATHNAME', 'at_fisher_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_fisher(at_sided_counts) IS 'did the share of category true change: Fishers exact test; greater means a larger share on the observed side';

CREATE AGGREGATE at_fisher(outcome boolean, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	FINALFUNC = at_fisher,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_fisher(boolean, boolean) IS 'did a share change: Fishers exact test, over rows of outcome and side; greater means a larger share on the observed side; nulls are left out';

CREATE FUNCTION at_proportion(outcomes at_sided_counts) RETURNS at_proportion_result
AS 'MODULE_PATHNAME', 'at_proportion_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_proportion(at_sided_counts) IS 'did the share of category true change: normal test and intervals, as over numbers';

CREATE AGGREGATE at_proportion(outcome boolean, is_observed boolean) (
	SFUNC = _at_sided_counts_add,
	STYPE = at_sided_counts,
	FINALFUNC = at_proportion,
	COMBINEFUNC = _at_sided_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_proportion(boolean, boolean) IS 'did a share change: normal test and intervals, over rows of outcome and side; nulls are left out';

CREATE FUNCTION _at_sided_cluster_counts_add(state at_sided_cluster_counts, category text, is_observed boolean, stratum text) RETURNS at_sided_cluster_counts
AS 'MODULE_PATHNAME', 'at_sided_cluster_counts_add_stratum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_sided_cluster_counts_add(at_sided_cluster_counts, text, boolean, text) IS 'the state with one more category of a stratum on a side; transition of at_cmh_test; rows without a side are left out';

CREATE FUNCTION at_cmh_test(baseline at_cluster_counts, observed at_cluster_counts) RETURNS at_cmh_result
AS 'MODULE_PATHNAME', 'at_cmh_test_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cmh_test(at_cluster_counts, at_cluster_counts) IS 'did the shares of categories change within strata: Cochran, Mantel and Haenszel, over the strata (in the place of runs) and categories of both; categories by name; raises 54000 for more than 500 categories or 1e8 pairs of stratum and category';

CREATE FUNCTION at_cmh_test(counts at_sided_cluster_counts) RETURNS at_cmh_result
AS 'MODULE_PATHNAME', 'at_cmh_test_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cmh_test(at_sided_cluster_counts) IS 'did the shares of categories change within strata: Cochran, Mantel and Haenszel; categories by name; raises 54000 for more than 500 categories or 1e8 pairs of stratum and category';

CREATE AGGREGATE at_cmh_test(category text, is_observed boolean, stratum text) (
	SFUNC = _at_sided_cluster_counts_add,
	STYPE = at_sided_cluster_counts,
	FINALFUNC = at_cmh_test,
	COMBINEFUNC = _at_sided_cluster_counts_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_cmh_test(text, boolean, text) IS 'did the shares of categories change within strata such as symbols or regimes: Cochran, Mantel and Haenszel, over rows of category, side and stratum; nulls are left out';

CREATE FUNCTION at_mde(baseline at_counts, observed at_counts, alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8)
RETURNS at_mde_result
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	test @extschema@.at_chi2_result := @extschema@.at_chi2(baseline, observed);
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{alpha,power}', alpha, power);
	IF test.dof > 0 THEN
		RETURN @extschema@.at_mde(test.dof, test.n_baseline, test.n_observed, alpha, power);
	END IF;
	RETURN NULL;
END
$at$;
COMMENT ON FUNCTION at_mde(at_counts, at_counts, float8, float8) IS 'minimum detectable effect of a chi-square test over the categories of both, as over numbers; null for fewer than two categories or an empty side';

CREATE FUNCTION at_ks_test(baseline at_sample, observed at_sample, method text DEFAULT 'auto') RETURNS at_ks_result
AS 'MODULE_PATHNAME', 'at_ks_samples' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_ks_test(at_sample, at_sample, text) IS 'do two samples of numbers come from one distribution: Kolmogorov and Smirnov, two-sided; methods as over arrays; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_mann_whitney(baseline at_sample, observed at_sample) RETURNS at_mann_whitney_result
AS 'MODULE_PATHNAME', 'at_mann_whitney_samples' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_mann_whitney(at_sample, at_sample) IS 'are observed numbers larger or smaller than before: Mann and Whitney with mid-ranks; p 1 when all values are equal; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_cramer_von_mises(baseline at_sample, observed at_sample) RETURNS at_cramer_von_mises_result
AS 'MODULE_PATHNAME', 'at_cramer_von_mises_samples' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_cramer_von_mises(at_sample, at_sample) IS 'do two samples of numbers come from one distribution: Cramer and von Mises; p 1 when all values are equal; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_wasserstein(baseline at_sample, observed at_sample) RETURNS at_wasserstein_result
AS 'MODULE_PATHNAME', 'at_wasserstein_samples' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_wasserstein(at_sample, at_sample) IS 'how far apart two samples of numbers are, in their own unit; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_welch(baseline at_sample, observed at_sample) RETURNS at_welch_result
AS 'MODULE_PATHNAME', 'at_welch_samples' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_welch(at_sample, at_sample) IS 'did a mean change: Welch, with a 95 % interval; t null when nothing varies (p 1 for equal means, else 0) or a side has one value; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_anderson_darling(baseline at_sample, observed at_sample) RETURNS at_anderson_darling_result
AS 'MODULE_PATHNAME', 'at_anderson_darling_samples' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_anderson_darling(at_sample, at_sample) IS 'do two samples of numbers come from one distribution: Anderson and Darling; p 1 when all values are equal; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_welch(baseline at_moments, observed at_moments) RETURNS at_welch_result
AS 'MODULE_PATHNAME', 'at_welch_moments' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_welch(at_moments, at_moments) IS 'did a mean change: Welch, from moments alone; t null when nothing varies (p 1 for equal means, else 0) or a side has one value; null when a side is empty';

CREATE FUNCTION at_psi(baseline at_sample, observed at_sample, bins integer DEFAULT 10) RETURNS at_psi_result
AS 'MODULE_PATHNAME', 'at_psi_samples' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_psi(at_sample, at_sample, integer) IS 'population stability index of numbers in bins between quantiles of the baseline, as over arrays; raises 22023 unless bins is from 2 to 10000; infinite values have their rank; null when a side is empty; raises 54000 for more than 2^28 values';

CREATE FUNCTION at_quantile_shift(baseline at_sample, observed at_sample, q float8[] DEFAULT '{0.5,0.9,0.95,0.99}') RETURNS SETOF at_quantile_shift_result
AS 'MODULE_PATHNAME', 'at_quantile_shift_samples' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 4;
COMMENT ON FUNCTION at_quantile_shift(at_sample, at_sample, float8[]) IS 'by how much quantiles moved: one row each, as over arrays; raises 22023 when q has a null or a number outside 0 to 1';

CREATE FUNCTION at_bin_edges(sample at_sample, bins integer DEFAULT 10) RETURNS float8[]
AS 'MODULE_PATHNAME', 'at_edges_sample' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_bin_edges(at_sample, integer) IS 'edges between bins that hold equal shares of the values: type-7 quantiles, equal ones merged; raises 22023 unless bins is from 2 to 10000';

CREATE FUNCTION at_anderson_darling(baseline float8[], observed float8[]) RETURNS at_anderson_darling_result
AS 'MODULE_PATHNAME', 'at_anderson_darling_arrays' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_anderson_darling(float8[], float8[]) IS 'do two samples of numbers come from one distribution: Anderson and Darling; p 1 when all values are equal; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE AGGREGATE at_anderson_darling(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_anderson_darling,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_anderson_darling(float8, boolean) IS 'do two samples of numbers come from one distribution: Anderson and Darling, over rows of value and side; rows with a null are left out';

CREATE AGGREGATE at_collect_grouped_sample(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_grouped_sample(float8, boolean) IS 'values by side: sample 0 is the baseline, sample 1 the observed one; rows with a null are left out';

CREATE FUNCTION at_psi(samples at_grouped_sample) RETURNS at_psi_result
AS 'MODULE_PATHNAME', 'at_psi_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_psi(at_grouped_sample) IS 'population stability index of numbers in ten bins between quantiles of the baseline; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_psi(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_psi,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_psi(float8, boolean) IS 'population stability index of numbers in ten bins between quantiles of the baseline, over rows of value and side; rows with a null are left out';

CREATE FUNCTION at_quantile_shift(samples at_grouped_sample, q float8[] DEFAULT '{0.5,0.9,0.95,0.99}') RETURNS SETOF at_quantile_shift_result
AS 'MODULE_PATHNAME', 'at_quantile_shift_sides' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 4;
COMMENT ON FUNCTION at_quantile_shift(at_grouped_sample, float8[]) IS 'by how much quantiles moved: one row each; sample 0 is the baseline, sample 1 the observed one; raises 22023 when q has a null or a number outside 0 to 1';

CREATE FUNCTION at_quantile_shift(baseline at_sketch, observed at_sketch, q float8[] DEFAULT '{0.5,0.9,0.95,0.99}') RETURNS SETOF at_quantile_shift_result
AS 'MODULE_PATHNAME', 'at_quantile_shift_sketch' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 4;
COMMENT ON FUNCTION at_quantile_shift(at_sketch, at_sketch, float8[]) IS 'by how much quantiles moved, from sketches: each quantile is within 1 % of the smallest value whose cumulative share is at least q, the intervals are wider by as much; raises 22023 when q has a null or a number outside 0 to 1';
