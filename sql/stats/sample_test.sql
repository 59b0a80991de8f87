-- Has behaviour changed?  Two-sample tests over numbers.

CREATE TYPE at_ks_result AS (
	d float8,
	d_plus float8,
	d_minus float8,
	location float8,
	has_ties boolean,
	p_exact float8,
	p_exact_ignoring_ties float8,
	p_asymptotic float8,
	p_value float8,
	log10_p float8,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_ks_result IS 'two-sample Kolmogorov-Smirnov: largest distance of the shares below a value, the same with the baseline''s or the observed share larger, the value where it is, whether values repeat, p exact given the ties, p exact as if there were none (null when more than 5e7 lattice points), Kolmogorov''s limit, the best of these and its decimal logarithm, sizes, NaN left out';

CREATE FUNCTION at_ks_test(baseline float8[], observed float8[], method text DEFAULT 'auto') RETURNS at_ks_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_ks_test(float8[], float8[], text) IS 'do two samples of numbers come from one distribution: Kolmogorov and Smirnov, two-sided, exact where affordable; method auto (exact given the ties when that takes at most 5e7 steps, else by the limit law), exact (at most 1e9 steps, else raises 54000) or asymptotic; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_mann_whitney_result AS (
	u_baseline float8,
	u_observed float8,
	auc_observed_greater float8,
	cliffs_delta float8,
	z float8,
	p_two_sided float8,
	log10_p float8,
	p_two_sided_no_cc float8,
	p_observed_greater float8,
	p_observed_less float8,
	p_exact_two_sided float8,
	p_exact_observed_greater float8,
	p_exact_observed_less float8,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_mann_whitney_result IS 'Mann-Whitney: pairs in which a side is greater (ties count half), share of pairs in which the observed value is greater, Cliff''s delta, z of the baseline, p by the normal law with tie-corrected variance and continuity correction (two-sided, its decimal logarithm, without correction, one-sided), exact given the ties when the sizes'' product is at most 2500, sizes, NaN left out';

CREATE FUNCTION at_mann_whitney(baseline float8[], observed float8[]) RETURNS at_mann_whitney_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_mann_whitney(float8[], float8[]) IS 'are observed numbers larger or smaller than before: Mann and Whitney with mid-ranks; p 1 when all values are equal; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_cramer_von_mises_result AS (
	t float8,
	t_normalised float8,
	p_limit float8,
	log10_p float8,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_cramer_von_mises_result IS 'two-sample Cramer-von Mises: nm/(n + m)^2 times the sum of (F - G)^2 over all values, F and G the shares up to and with the value (Anderson, 1962); the same on the scale of its limit law by the mean and the variance that it has given the ties (null when they leave it only one value), p by that law and its decimal logarithm, sizes, NaN left out';

CREATE FUNCTION at_cramer_von_mises(baseline float8[], observed float8[]) RETURNS at_cramer_von_mises_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_cramer_von_mises(float8[], float8[]) IS 'do two samples of numbers come from one distribution: Cramer and von Mises; p 1 when all values are equal; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_wasserstein_result AS (
	w1 float8,
	w1_over_robust_scale float8,
	energy_distance float8,
	median_shift float8,
	iqr_baseline float8,
	nonfinite boolean,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_wasserstein_result IS 'distances in the unit of the values: Wasserstein-1, the same over the baseline''s interquartile range / 1.349 (null when that is 0), energy distance (square root of units), shift of the median, interquartile range of the baseline, whether values are infinite (distances are then null), sizes, NaN left out';

CREATE FUNCTION at_wasserstein(baseline float8[], observed float8[]) RETURNS at_wasserstein_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_wasserstein(float8[], float8[]) IS 'how far apart two samples of numbers are, in their own unit; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_welch_result AS (
	t float8,
	df float8,
	p_value float8,
	log10_p float8,
	mean_diff float8,
	mean_diff_lo float8,
	mean_diff_hi float8,
	hedges_g float8,
	nonfinite boolean,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_welch_result IS 'Welch''s t of the means, observed less baseline: t, degrees of freedom, two-sided p and its decimal logarithm, difference of means (unit of the values) with 95 % interval, Hedges'' g, whether values are infinite (all is then null), sizes, NaN left out';

CREATE FUNCTION at_welch(baseline float8[], observed float8[]) RETURNS at_welch_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_welch(float8[], float8[]) IS 'did a mean change: Welch, with a 95 % interval; t null when nothing varies (p 1 for equal means, else 0) or a side has one value; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_psi_result AS (
	edges float8[],
	baseline_counts bigint[],
	observed_counts bigint[],
	psi float8,
	psi_p_value float8,
	psi_log10_p float8,
	psi_expected float8,
	js_divergence_bits float8,
	n_baseline bigint,
	n_observed bigint,
	nan_count bigint
);
COMMENT ON TYPE at_psi_result IS 'population stability index of numbers: edges between bins (quantiles of the baseline, equal ones merged), counts of the bins that are not empty on both sides, index with half an observation added to each, its p and decimal logarithm, what it is expected to be without change, Jensen-Shannon divergence (bits), sizes, NaN left out';

CREATE FUNCTION at_psi(baseline float8[], observed float8[], bins integer DEFAULT 10) RETURNS at_psi_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_psi(float8[], float8[], integer) IS 'population stability index of numbers in bins between quantiles of the baseline, right-closed, outer bins open; raises 22023 unless bins is from 2 to 10000; nulls and NaN are left out, infinite values have their rank; null when a side is empty';

CREATE TYPE at_quantile_shift_result AS (
	q float8,
	baseline float8,
	observed float8,
	shift float8,
	shift_lo float8,
	shift_hi float8,
	ratio float8,
	baseline_lo float8,
	baseline_hi float8,
	observed_lo float8,
	observed_hi float8
);
COMMENT ON TYPE at_quantile_shift_result IS 'a quantile on both sides in the unit of the values: interpolated (type 7), shift with 95 % interval, ratio (null unless the baseline is positive), 95 % intervals between order statistics (null where the sample is too small)';

CREATE FUNCTION at_quantile_shift(baseline float8[], observed float8[], q float8[] DEFAULT '{0.5,0.9,0.95,0.99}') RETURNS SETOF at_quantile_shift_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 4;
COMMENT ON FUNCTION at_quantile_shift(float8[], float8[], float8[]) IS 'by how much quantiles moved: one row each; intervals by ranks of the binomial distribution, that of the shift from those of both sides; raises 22023 when q has a null or a number outside 0 to 1; nulls and NaN are left out, infinite values have their rank';

CREATE TYPE at_grouped_sample;

CREATE FUNCTION _at_grouped_sample_in(cstring) RETURNS at_grouped_sample
AS 'MODULE_PATHNAME', 'at_grouped_sample_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_in(cstring) IS 'input of at_grouped_sample: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_grouped_sample_out(at_grouped_sample) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_grouped_sample_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_out(at_grouped_sample) IS 'output of at_grouped_sample: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_grouped_sample_recv(internal) RETURNS at_grouped_sample
AS 'MODULE_PATHNAME', 'at_grouped_sample_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_recv(internal) IS 'binary input of at_grouped_sample, checked; raises 22P03';
CREATE FUNCTION _at_grouped_sample_send(at_grouped_sample) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_grouped_sample_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_send(at_grouped_sample) IS 'binary output of at_grouped_sample';

CREATE TYPE at_grouped_sample (
	INPUT = _at_grouped_sample_in,
	OUTPUT = _at_grouped_sample_out,
	RECEIVE = _at_grouped_sample_recv,
	SEND = _at_grouped_sample_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_grouped_sample IS 'float8 values by the number of the sample they belong to (8 bytes a value); state of the aggregates that compare samples';

CREATE FUNCTION _at_grouped_sample_add(state at_grouped_sample, value float8, sample integer) RETURNS at_grouped_sample
AS 'MODULE_PATHNAME', 'at_grouped_sample_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_add(at_grouped_sample, float8, integer) IS 'the state with one more value; transition of at_anderson_darling; nulls are left out, NaN counted';

CREATE FUNCTION _at_grouped_sample_add(state at_grouped_sample, value float8, is_observed boolean) RETURNS at_grouped_sample
AS 'MODULE_PATHNAME', 'at_grouped_sample_add_side' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_add(at_grouped_sample, float8, boolean) IS 'the state with one more value; transition of the aggregates of two sides; nulls are left out, NaN counted';

CREATE FUNCTION _at_grouped_sample_merge(state at_grouped_sample, other at_grouped_sample) RETURNS at_grouped_sample
AS 'MODULE_PATHNAME', 'at_grouped_sample_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_grouped_sample_merge(at_grouped_sample, at_grouped_sample) IS 'both states merged; associative and commutative';

CREATE AGGREGATE at_collect_grouped_sample(value float8, sample integer) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_grouped_sample(float8, integer) IS 'values by the number of their sample';

CREATE AGGREGATE at_merge(state at_grouped_sample) (
	SFUNC = _at_grouped_sample_merge,
	STYPE = at_grouped_sample,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_grouped_sample) IS 'union of grouped samples';

CREATE TYPE at_anderson_darling_result AS (
	a2 float8,
	standardized float8,
	p_limit float8,
	log10_p float8,
	samples integer,
	n bigint,
	nan_count bigint
);
COMMENT ON TYPE at_anderson_darling_result IS 'k-sample Anderson-Darling: statistic with mid-ranks, the same less its mean over its standard deviation, for two samples p by the limit law and its decimal logarithm (null for more; where values repeat by the distance from the mean in standard deviations that the statistic has given the ties), samples, values, NaN left out';

CREATE FUNCTION at_anderson_darling(samples at_grouped_sample) RETURNS at_anderson_darling_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_anderson_darling(at_grouped_sample) IS 'do samples of numbers come from one distribution: Anderson and Darling for k samples (Scholz and Stephens); p 1 when all values are equal, null for fewer than two samples';

CREATE AGGREGATE at_anderson_darling(value float8, sample integer) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_anderson_darling,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_anderson_darling(float8, integer) IS 'do samples of numbers come from one distribution: Anderson and Darling for k samples, over rows of value and number of its sample; rows with a null are left out';

CREATE FUNCTION at_ks_test(samples at_grouped_sample) RETURNS at_ks_result
AS 'MODULE_PATHNAME', 'at_ks_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_ks_test(at_grouped_sample) IS 'do two samples of numbers come from one distribution: Kolmogorov and Smirnov, two-sided, exact where affordable; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_ks_test(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_ks_test,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_ks_test(float8, boolean) IS 'do two samples of numbers come from one distribution: Kolmogorov and Smirnov, two-sided, exact where affordable, over rows of value and side; rows with a null are left out';

CREATE FUNCTION at_mann_whitney(samples at_grouped_sample) RETURNS at_mann_whitney_result
AS 'MODULE_PATHNAME', 'at_mann_whitney_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_mann_whitney(at_grouped_sample) IS 'are observed numbers larger or smaller than before: Mann and Whitney with mid-ranks; p 1 when all values are equal; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_mann_whitney(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_mann_whitney,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_mann_whitney(float8, boolean) IS 'are observed numbers larger or smaller than before: Mann and Whitney with mid-ranks; p 1 when all values are equal, over rows of value and side; rows with a null are left out';

CREATE FUNCTION at_cramer_von_mises(samples at_grouped_sample) RETURNS at_cramer_von_mises_result
AS 'MODULE_PATHNAME', 'at_cramer_von_mises_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_cramer_von_mises(at_grouped_sample) IS 'do two samples of numbers come from one distribution: Cramer and von Mises; p 1 when all values are equal; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_cramer_von_mises(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_cramer_von_mises,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_cramer_von_mises(float8, boolean) IS 'do two samples of numbers come from one distribution: Cramer and von Mises; p 1 when all values are equal, over rows of value and side; rows with a null are left out';

CREATE FUNCTION at_wasserstein(samples at_grouped_sample) RETURNS at_wasserstein_result
AS 'MODULE_PATHNAME', 'at_wasserstein_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_wasserstein(at_grouped_sample) IS 'how far apart two samples of numbers are, in their own unit; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_wasserstein(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_wasserstein,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_wasserstein(float8, boolean) IS 'how far apart two samples of numbers are, in their own unit, over rows of value and side; rows with a null are left out';

CREATE FUNCTION at_welch(samples at_grouped_sample) RETURNS at_welch_result
AS 'MODULE_PATHNAME', 'at_welch_sides' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_welch(at_grouped_sample) IS 'did a mean change: Welch, with a 95 % interval; t null when nothing varies (p 1 for equal means, else 0) or a side has one value; sample 0 is the baseline, sample 1 the observed one';

CREATE AGGREGATE at_welch(value float8, is_observed boolean) (
	SFUNC = _at_grouped_sample_add,
	STYPE = at_grouped_sample,
	FINALFUNC = at_welch,
	COMBINEFUNC = _at_grouped_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_welch(float8, boolean) IS 'did a mean change: Welch, with a 95 % interval; t null when nothing varies (p 1 for equal means, else 0) or a side has one value, over rows of value and side; rows with a null are left out';
