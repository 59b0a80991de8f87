-- Statistics of values and of period returns: states, figures, aggregates.
--
-- Rates are annual (0.03 is three percent) and become rates per period
-- geometrically; returns are simple (0.01 is one percent) per period.  A figure
-- that is not defined is NULL, never infinite.

CREATE TYPE at_moments;

CREATE FUNCTION _at_moments_in(cstring) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_in(cstring) IS 'input of at_moments: a JSON object, as its output prints it, {} is the empty state; raises 22P02';
CREATE FUNCTION _at_moments_out(at_moments) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_moments_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_out(at_moments) IS 'output of at_moments: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_moments_recv(internal) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_recv(internal) IS 'binary input of at_moments, checked; raises 22P03';
CREATE FUNCTION _at_moments_send(at_moments) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_moments_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_send(at_moments) IS 'binary output of at_moments';

CREATE TYPE at_moments (
	INPUT = _at_moments_in,
	OUTPUT = _at_moments_out,
	RECEIVE = _at_moments_recv,
	SEND = _at_moments_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_moments IS 'count, mean, second to fourth moment, least and greatest of float8 values; NaN and infinities are counted and left out; merges in any order';

CREATE TYPE at_sample;

CREATE FUNCTION _at_sample_in(cstring) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_in(cstring) IS 'input of at_sample: a JSON object, as its output prints it, {} is the empty state; raises 22P02';
CREATE FUNCTION _at_sample_out(at_sample) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_sample_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_out(at_sample) IS 'output of at_sample: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_sample_recv(internal) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_recv(internal) IS 'binary input of at_sample, checked; raises 22P03';
CREATE FUNCTION _at_sample_send(at_sample) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_sample_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_send(at_sample) IS 'binary output of at_sample';

CREATE TYPE at_sample (
	INPUT = _at_sample_in,
	OUTPUT = _at_sample_out,
	RECEIVE = _at_sample_recv,
	SEND = _at_sample_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_sample IS 'float8 values in order with their multiplicities; NaN is counted and left out; merges in any order; at most agent_tracker.max_sample_values distinct values';

CREATE TYPE at_drawdown_state;

CREATE FUNCTION _at_drawdown_state_in(cstring) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME', 'at_drawdown_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_in(cstring) IS 'input of at_drawdown_state: a JSON object, as its output prints it, {} is the empty state; raises 22P02';
CREATE FUNCTION _at_drawdown_state_out(at_drawdown_state) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_drawdown_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_out(at_drawdown_state) IS 'output of at_drawdown_state: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_drawdown_state_recv(internal) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME', 'at_drawdown_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_recv(internal) IS 'binary input of at_drawdown_state, checked; raises 22P03';
CREATE FUNCTION _at_drawdown_state_send(at_drawdown_state) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_drawdown_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_send(at_drawdown_state) IS 'binary output of at_drawdown_state';

CREATE TYPE at_drawdown_state (
	INPUT = _at_drawdown_state_in,
	OUTPUT = _at_drawdown_state_out,
	RECEIVE = _at_drawdown_state_recv,
	SEND = _at_drawdown_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_drawdown_state IS 'wealth along ordered returns, from high to high: what drawdowns are made from; segments merge in their order';

CREATE TYPE at_series;

CREATE FUNCTION _at_series_in(cstring) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_in(cstring) IS 'input of at_series: a JSON object, as its output prints it, {} is the empty state; raises 22P02';
CREATE FUNCTION _at_series_out(at_series) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_series_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_out(at_series) IS 'output of at_series: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_series_recv(internal) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_recv(internal) IS 'binary input of at_series, checked; raises 22P03';
CREATE FUNCTION _at_series_send(at_series) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_series_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_send(at_series) IS 'binary output of at_series';

CREATE TYPE at_series (
	INPUT = _at_series_in,
	OUTPUT = _at_series_out,
	RECEIVE = _at_series_recv,
	SEND = _at_series_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_series IS 'returns with their times, and perhaps a benchmark''s; merges in any order';

CREATE TYPE at_pairs;

CREATE FUNCTION _at_pairs_in(cstring) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_in(cstring) IS 'input of at_pairs: a JSON object, as its output prints it, {} is the empty state; raises 22P02';
CREATE FUNCTION _at_pairs_out(at_pairs) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_pairs_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_out(at_pairs) IS 'output of at_pairs: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_pairs_recv(internal) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_recv(internal) IS 'binary input of at_pairs, checked; raises 22P03';
CREATE FUNCTION _at_pairs_send(at_pairs) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_pairs_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_send(at_pairs) IS 'binary output of at_pairs';

CREATE TYPE at_pairs (
	INPUT = _at_pairs_in,
	OUTPUT = _at_pairs_out,
	RECEIVE = _at_pairs_recv,
	SEND = _at_pairs_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_pairs IS 'moments of returns and of a benchmark''s returns of the same periods; merges in any order';

CREATE TYPE at_moment_figures AS (
	count bigint,
	mean float8,
	min float8,
	max float8,
	var_pop float8,
	var_samp float8,
	skew_pop float8,
	kurt_excess_pop float8,
	skew_samp float8,
	kurt_excess_samp float8,
	nan bigint,
	pos_inf bigint,
	neg_inf bigint
);
COMMENT ON TYPE at_moment_figures IS 'what at_describe gives: count of finite values, mean, extremes, variance (divisor n and n - 1), skewness (g1, G1), excess kurtosis (g2, G2), counts of what was left out';

CREATE TYPE at_performance_figures AS (
	total_return float8,
	ann_return float8,
	mean float8,
	sd float8,
	ann_volatility float8,
	sharpe float8,
	downside_deviation_ann float8,
	sortino float8,
	omega float8,
	max_drawdown float8,
	calmar float8,
	var_hist_05 float8,
	cvar_05 float8,
	cvar_05_empyrical float8,
	var_gauss_05 float8,
	var_cornish_fisher_05 float8,
	tail_ratio float8,
	skew_pop float8,
	kurt_excess_pop float8,
	skew_samp float8,
	kurt_excess_samp float8,
	psr_zero float8,
	stability_r2 float8,
	ulcer_index float8,
	pain_index float8,
	best float8,
	worst float8,
	hit_rate float8,
	gain_to_pain float8,
	kelly_continuous float8,
	n bigint,
	non_finite bigint,
	duplicate_t bigint,
	beta float8,
	alpha_per_period float8,
	alpha_annual_arithmetic float8,
	alpha_annual_geometric float8,
	correlation float8,
	r_squared float8,
	tracking_error_annual float8,
	information_ratio float8,
	active_return_annual_geometric float8,
	up_capture float8,
	down_capture float8,
	batting_average float8,
	treynor float8,
	benchmark_n bigint
);
COMMENT ON TYPE at_performance_figures IS 'what at_performance gives: figures of period returns (fractions; 05 is the 5 % tail), n of returns, of NaN and infinities left out, of returns at the time of the one before; against the benchmark where there is one, with the number of pairs';

CREATE TYPE at_benchmark_figures AS (
	beta float8,
	alpha_per_period float8,
	alpha_annual_arithmetic float8,
	alpha_annual_geometric float8,
	correlation float8,
	r_squared float8,
	tracking_error_annual float8,
	information_ratio float8,
	active_return_annual_geometric float8,
	up_capture float8,
	down_capture float8,
	batting_average float8,
	treynor float8,
	n bigint,
	non_finite bigint
);
COMMENT ON TYPE at_benchmark_figures IS 'what at_benchmark gives: regression on the benchmark''s excess returns, tracking error, information ratio, capture ratios, n of pairs, and of pairs left out because a value was not finite';

CREATE TYPE at_drawdown_episode AS (
	depth float8,
	peak_index bigint,
	trough_index bigint,
	recovery_index bigint,
	underwater_periods bigint,
	fall_periods bigint,
	recovery_periods bigint,
	peak_t timestamptz,
	trough_t timestamptz,
	recovery_t timestamptz
);
COMMENT ON TYPE at_drawdown_episode IS 'a drawdown: depth (negative fraction), periods by number (the start is 0) and, where known, by time; recovery is NULL while it is open';

CREATE TYPE at_drawdown_figures AS (
	max_drawdown float8,
	n_episodes bigint,
	current_drawdown float8,
	time_underwater float8,
	longest_underwater_periods bigint,
	average_depth float8,
	episodes at_drawdown_episode[],
	n bigint,
	non_finite bigint,
	duplicate_t bigint
);
COMMENT ON TYPE at_drawdown_figures IS 'what at_drawdown_summary gives: drawdowns as negative fractions, the share of periods below a high, the three deepest episodes, counts';

CREATE FUNCTION _at_moments_add(at_moments, float8) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_add(at_moments, float8) IS 'the moments with one more value; transition function';
CREATE FUNCTION _at_moments_add(at_moments, float8, float8) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_add(at_moments, float8, float8) IS 'the same, for an aggregate with periods_per_year; raises 22023 when they differ between rows';
CREATE FUNCTION _at_moments_add(at_moments, float8, float8, float8) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_add(at_moments, float8, float8, float8) IS 'the same, for an aggregate with periods_per_year and a rate; raises 22023 when they differ between rows';
CREATE FUNCTION _at_moments_merge(at_moments, at_moments) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_merge(at_moments, at_moments) IS 'the moments of both; associative and commutative up to rounding';
CREATE FUNCTION _at_moments_final(at_moments) RETURNS at_moments
AS 'MODULE_PATHNAME', 'at_moments_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_moments_final(at_moments) IS 'the moments with all values taken in; final function';
CREATE AGGREGATE at_collect_moments(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_moments_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_moments(float8) IS 'moments of all values; nulls are left out; the empty state for no rows';
CREATE AGGREGATE at_merge(at_moments) (
	SFUNC = _at_moments_merge,
	STYPE = at_moments,
	INITCOND = '{}',
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_moments) IS 'moments of all states, as of rollups; nulls are left out; the empty state for no rows';
CREATE FUNCTION at_moments_of("values" float8[]) RETURNS at_moments
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_moments_of(float8[]) IS 'moments of an array''s values; nulls are left out';
CREATE FUNCTION at_describe(moments at_moments) RETURNS at_moment_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_moments) IS 'count, mean, extremes, variance, skewness and excess kurtosis (population and sample)';

CREATE FUNCTION at_volatility(moments at_moments, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_volatility(at_moments, float8) IS 'volatility of a year: sample standard deviation times the root of periods_per_year; NULL for fewer than two returns';
CREATE FUNCTION _at_volatility_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_volatility' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_volatility_final(at_moments) IS 'final function of the aggregates at_volatility';
CREATE AGGREGATE at_volatility(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_volatility_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_volatility(float8) IS 'volatility of a year: sample standard deviation times the root of periods_per_year; NULL for fewer than two returns';
CREATE AGGREGATE at_volatility(float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_volatility_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_volatility(float8, float8) IS 'volatility of a year: sample standard deviation times the root of periods_per_year; NULL for fewer than two returns; further arguments: periods_per_year';

CREATE FUNCTION at_sharpe(moments at_moments, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_sharpe(at_moments, float8, float8) IS 'Sharpe ratio of a year (Sharpe, 1994): (mean - risk-free rate per period) / sample sd * sqrt(periods_per_year); NULL when the sd is zero';
CREATE FUNCTION _at_sharpe_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_sharpe' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sharpe_final(at_moments) IS 'final function of the aggregates at_sharpe';
CREATE AGGREGATE at_sharpe(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_sharpe_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sharpe(float8) IS 'Sharpe ratio of a year (Sharpe, 1994): (mean - risk-free rate per period) / sample sd * sqrt(periods_per_year); NULL when the sd is zero';
CREATE AGGREGATE at_sharpe(float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_sharpe_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sharpe(float8, float8) IS 'Sharpe ratio of a year (Sharpe, 1994): (mean - risk-free rate per period) / sample sd * sqrt(periods_per_year); NULL when the sd is zero; further arguments: periods_per_year';
CREATE AGGREGATE at_sharpe(float8, float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_sharpe_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sharpe(float8, float8, float8) IS 'Sharpe ratio of a year (Sharpe, 1994): (mean - risk-free rate per period) / sample sd * sqrt(periods_per_year); NULL when the sd is zero; further arguments: periods_per_year, risk_free_annual';

CREATE FUNCTION at_kelly(moments at_moments, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_kelly(at_moments, float8, float8) IS 'Kelly fraction of a continuous process: (mean - risk-free rate per period) / sample variance; NULL when it is zero';
CREATE FUNCTION _at_kelly_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_kelly' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_kelly_final(at_moments) IS 'final function of the aggregates at_kelly';
CREATE AGGREGATE at_kelly(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_kelly_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_kelly(float8) IS 'Kelly fraction of a continuous process: (mean - risk-free rate per period) / sample variance; NULL when it is zero';
CREATE AGGREGATE at_kelly(float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_kelly_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_kelly(float8, float8) IS 'Kelly fraction of a continuous process: (mean - risk-free rate per period) / sample variance; NULL when it is zero; further arguments: periods_per_year';
CREATE AGGREGATE at_kelly(float8, float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_kelly_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_kelly(float8, float8, float8) IS 'Kelly fraction of a continuous process: (mean - risk-free rate per period) / sample variance; NULL when it is zero; further arguments: periods_per_year, risk_free_annual';

CREATE FUNCTION at_skewness_pop(moments at_moments) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_skewness_pop(at_moments) IS 'population skewness g1 = m3 / m2^1.5; NULL for constants';
CREATE FUNCTION _at_skewness_pop_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_skewness_pop' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_skewness_pop_final(at_moments) IS 'final function of the aggregates at_skewness_pop';
CREATE AGGREGATE at_skewness_pop(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_skewness_pop_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_skewness_pop(float8) IS 'population skewness g1 = m3 / m2^1.5; NULL for constants';

CREATE FUNCTION at_skewness_samp(moments at_moments) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_skewness_samp(at_moments) IS 'sample skewness G1 = g1 sqrt(n (n - 1)) / (n - 2) (Joanes and Gill, 1998); NULL for constants and fewer than three values';
CREATE FUNCTION _at_skewness_samp_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_skewness_samp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_skewness_samp_final(at_moments) IS 'final function of the aggregates at_skewness_samp';
CREATE AGGREGATE at_skewness_samp(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_skewness_samp_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_skewness_samp(float8) IS 'sample skewness G1 = g1 sqrt(n (n - 1)) / (n - 2) (Joanes and Gill, 1998); NULL for constants and fewer than three values';

CREATE FUNCTION at_kurtosis_excess_pop(moments at_moments) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_kurtosis_excess_pop(at_moments) IS 'population excess kurtosis g2 = m4 / m2^2 - 3; NULL for constants';
CREATE FUNCTION _at_kurtosis_excess_pop_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_kurtosis_excess_pop' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_kurtosis_excess_pop_final(at_moments) IS 'final function of the aggregates at_kurtosis_excess_pop';
CREATE AGGREGATE at_kurtosis_excess_pop(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_kurtosis_excess_pop_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_kurtosis_excess_pop(float8) IS 'population excess kurtosis g2 = m4 / m2^2 - 3; NULL for constants';

CREATE FUNCTION at_kurtosis_excess_samp(moments at_moments) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_kurtosis_excess_samp(at_moments) IS 'sample excess kurtosis G2 = (n - 1) / ((n - 2) (n - 3)) ((n + 1) g2 + 6) (Joanes and Gill, 1998); NULL for constants and fewer than four values';
CREATE FUNCTION _at_kurtosis_excess_samp_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_kurtosis_excess_samp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_kurtosis_excess_samp_final(at_moments) IS 'final function of the aggregates at_kurtosis_excess_samp';
CREATE AGGREGATE at_kurtosis_excess_samp(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_kurtosis_excess_samp_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_kurtosis_excess_samp(float8) IS 'sample excess kurtosis G2 = (n - 1) / ((n - 2) (n - 3)) ((n + 1) g2 + 6) (Joanes and Gill, 1998); NULL for constants and fewer than four values';

CREATE FUNCTION at_psr(moments at_moments, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0, benchmark_sharpe float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_psr(at_moments, float8, float8, float8) IS 'probabilistic Sharpe ratio (Bailey and Lopez de Prado, 2012): the probability that the true Sharpe ratio per period is above benchmark_sharpe (per period): Phi((SR - benchmark_sharpe) sqrt(n - 1) / sqrt(1 - g1 SR + (g2 + 2) / 4 SR^2)); NULL when the sd is zero';
CREATE FUNCTION _at_psr_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_psr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_psr_final(at_moments) IS 'final function of the aggregates at_psr';
CREATE AGGREGATE at_psr(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_psr_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_psr(float8) IS 'probabilistic Sharpe ratio against zero';
CREATE AGGREGATE at_psr(float8, float8, float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_psr_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_psr(float8, float8, float8) IS 'probabilistic Sharpe ratio against zero; further arguments: periods_per_year, risk_free_annual';

CREATE FUNCTION at_value_at_risk_gauss(moments at_moments, share float8 DEFAULT 0.05) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_value_at_risk_gauss(at_moments, float8) IS 'value at risk of a normal distribution, as a return: mean + z * sample sd, z the quantile of share';
CREATE FUNCTION _at_var_gauss_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_value_at_risk_gauss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_var_gauss_final(at_moments) IS 'final function of the aggregate at_value_at_risk_gauss';
CREATE AGGREGATE at_value_at_risk_gauss(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_var_gauss_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_value_at_risk_gauss(float8) IS 'value at risk of a normal distribution at 5 %, as a return';
CREATE FUNCTION at_value_at_risk_cornish_fisher(moments at_moments, share float8 DEFAULT 0.05) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_value_at_risk_cornish_fisher(at_moments, float8) IS 'value at risk with skewness and kurtosis (Cornish and Fisher, 1938), as a return: mean + h sd of population moments, h = z + (z^2 - 1) g1 / 6 + (z^3 - 3 z) g2 / 24 - (2 z^3 - 5 z) g1^2 / 36, z the normal quantile of share; NULL for constants';
CREATE FUNCTION _at_var_cornish_fisher_final(at_moments) RETURNS float8
AS 'MODULE_PATHNAME', 'at_value_at_risk_cornish_fisher' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_var_cornish_fisher_final(at_moments) IS 'final function of the aggregate at_value_at_risk_cornish_fisher';
CREATE AGGREGATE at_value_at_risk_cornish_fisher(float8) (
	SFUNC = _at_moments_add,
	STYPE = at_moments,
	INITCOND = '{}',
	FINALFUNC = _at_var_cornish_fisher_final,
	COMBINEFUNC = _at_moments_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_value_at_risk_cornish_fisher(float8) IS 'value at risk with skewness and kurtosis at 5 %, as a return';

CREATE FUNCTION _at_sample_add(at_sample, float8) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_add(at_sample, float8) IS 'the sample with one more value; transition function; raises 54000 beyond agent_tracker.max_sample_values';
CREATE FUNCTION _at_sample_add(at_sample, float8, float8) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_add(at_sample, float8, float8) IS 'the same, for an aggregate with one argument; raises 22023 when it differs between rows';
CREATE FUNCTION _at_sample_add(at_sample, float8, float8, float8) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_add(at_sample, float8, float8, float8) IS 'the same, for an aggregate with two arguments; raises 22023 when they differ between rows';
CREATE FUNCTION _at_sample_merge(at_sample, at_sample) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_merge(at_sample, at_sample) IS 'the values of both; associative and commutative; raises 54000 beyond agent_tracker.max_sample_values';
CREATE FUNCTION _at_sample_final(at_sample) RETURNS at_sample
AS 'MODULE_PATHNAME', 'at_sample_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sample_final(at_sample) IS 'the sample in its stored form; final function';
CREATE AGGREGATE at_collect_sample(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_sample_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_sample(float8) IS 'sample of all values; nulls are left out; the empty state for no rows';
CREATE AGGREGATE at_merge(at_sample) (
	SFUNC = _at_sample_merge,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_sample_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_sample) IS 'sample of all states, as of rollups; nulls are left out; the empty state for no rows';
CREATE FUNCTION at_sample_of("values" float8[]) RETURNS at_sample
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_sample_of(float8[]) IS 'sample of an array''s values; nulls are left out';
CREATE FUNCTION at_quantile(sample at_sample, q float8, method text DEFAULT 'cont') RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_quantile(at_sample, float8, text) IS 'quantile of 0 <= q <= 1: cont interpolates (type 7 of Hyndman and Fan, as percentile_cont), disc is the least value whose cumulative share is at least q; NULL of nothing; raises 22023';
CREATE FUNCTION at_quantiles("values" float8[], q float8, method text DEFAULT 'cont') RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_quantiles(float8[], float8, text) IS 'quantile of an array''s values, as at_quantile; nulls are left out';
CREATE FUNCTION at_quantiles("values" float8[], q float8[], method text DEFAULT 'cont') RETURNS float8[]
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{method}', method);
	IF "values" IS NULL OR q IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT array_agg(@extschema@.at_quantile(s.sample, u.share, method) ORDER BY u.place)
		FROM @extschema@.at_sample_of("values") AS s(sample), unnest(q) WITH ORDINALITY AS u(share, place));
END
$at$;
COMMENT ON FUNCTION at_quantiles(float8[], float8[], text) IS 'quantiles of an array''s values, one for each q, as at_quantile; nulls are left out';

CREATE FUNCTION at_total_return(sample at_sample) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_total_return(at_sample) IS 'growth over all periods: prod(1 + r) - 1; NULL with a return below -1';
CREATE FUNCTION _at_total_return_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_total_return' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_total_return_final(at_sample) IS 'final function of the aggregates at_total_return';
CREATE AGGREGATE at_total_return(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_total_return_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_total_return(float8) IS 'growth over all periods: prod(1 + r) - 1; NULL with a return below -1';

CREATE FUNCTION at_ann_return(sample at_sample, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_ann_return(at_sample, float8) IS 'growth of a year: prod(1 + r)^(periods_per_year / n) - 1; NULL with a return below -1';
CREATE FUNCTION _at_ann_return_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_ann_return' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_ann_return_final(at_sample) IS 'final function of the aggregates at_ann_return';
CREATE AGGREGATE at_ann_return(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_ann_return_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_ann_return(float8) IS 'growth of a year: prod(1 + r)^(periods_per_year / n) - 1; NULL with a return below -1';
CREATE AGGREGATE at_ann_return(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_ann_return_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_ann_return(float8, float8) IS 'growth of a year: prod(1 + r)^(periods_per_year / n) - 1; NULL with a return below -1; further arguments: periods_per_year';

CREATE FUNCTION at_downside_deviation(sample at_sample, periods_per_year float8 DEFAULT 252, mar_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_downside_deviation(at_sample, float8, float8) IS 'downside deviation of a year: root of sum min(r - mar, 0)^2 / n (all periods) times the root of periods_per_year';
CREATE FUNCTION _at_downside_deviation_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_downside_deviation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_downside_deviation_final(at_sample) IS 'final function of the aggregates at_downside_deviation';
CREATE AGGREGATE at_downside_deviation(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_downside_deviation_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_downside_deviation(float8) IS 'downside deviation of a year: root of sum min(r - mar, 0)^2 / n (all periods) times the root of periods_per_year';
CREATE AGGREGATE at_downside_deviation(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_downside_deviation_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_downside_deviation(float8, float8) IS 'downside deviation of a year: root of sum min(r - mar, 0)^2 / n (all periods) times the root of periods_per_year; further arguments: periods_per_year';
CREATE AGGREGATE at_downside_deviation(float8, float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_downside_deviation_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_downside_deviation(float8, float8, float8) IS 'downside deviation of a year: root of sum min(r - mar, 0)^2 / n (all periods) times the root of periods_per_year; further arguments: periods_per_year, mar_annual';

CREATE FUNCTION at_sortino(sample at_sample, periods_per_year float8 DEFAULT 252, mar_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_sortino(at_sample, float8, float8) IS 'Sortino ratio of a year (Sortino and Price, 1994): (mean - mar) sqrt(periods_per_year) / downside deviation per period, of which the divisor is all periods; NULL without losses and for fewer than two returns';
CREATE FUNCTION _at_sortino_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_sortino' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_sortino_final(at_sample) IS 'final function of the aggregates at_sortino';
CREATE AGGREGATE at_sortino(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_sortino_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sortino(float8) IS 'Sortino ratio of a year (Sortino and Price, 1994): (mean - mar) sqrt(periods_per_year) / downside deviation per period, of which the divisor is all periods; NULL without losses and for fewer than two returns';
CREATE AGGREGATE at_sortino(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_sortino_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sortino(float8, float8) IS 'Sortino ratio of a year (Sortino and Price, 1994): (mean - mar) sqrt(periods_per_year) / downside deviation per period, of which the divisor is all periods; NULL without losses and for fewer than two returns; further arguments: periods_per_year';
CREATE AGGREGATE at_sortino(float8, float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_sortino_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_sortino(float8, float8, float8) IS 'Sortino ratio of a year (Sortino and Price, 1994): (mean - mar) sqrt(periods_per_year) / downside deviation per period, of which the divisor is all periods; NULL without losses and for fewer than two returns; further arguments: periods_per_year, mar_annual';

CREATE FUNCTION at_omega(sample at_sample, periods_per_year float8 DEFAULT 252, mar_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_omega(at_sample, float8, float8) IS 'Omega (Keating and Shadwick, 2002): sum of gains over mar per period by sum of shortfalls below it; NULL without shortfalls';
CREATE FUNCTION _at_omega_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_omega' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_omega_final(at_sample) IS 'final function of the aggregates at_omega';
CREATE AGGREGATE at_omega(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_omega_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_omega(float8) IS 'Omega (Keating and Shadwick, 2002): sum of gains over mar per period by sum of shortfalls below it; NULL without shortfalls';
CREATE AGGREGATE at_omega(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_omega_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_omega(float8, float8) IS 'Omega (Keating and Shadwick, 2002): sum of gains over mar per period by sum of shortfalls below it; NULL without shortfalls; further arguments: periods_per_year';
CREATE AGGREGATE at_omega(float8, float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_omega_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_omega(float8, float8, float8) IS 'Omega (Keating and Shadwick, 2002): sum of gains over mar per period by sum of shortfalls below it; NULL without shortfalls; further arguments: periods_per_year, mar_annual';

CREATE FUNCTION at_tail_ratio(sample at_sample) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_tail_ratio(at_sample) IS 'the 95th percentile by the 5th, both without sign; NULL when that is zero';
CREATE FUNCTION _at_tail_ratio_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_tail_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_tail_ratio_final(at_sample) IS 'final function of the aggregates at_tail_ratio';
CREATE AGGREGATE at_tail_ratio(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_tail_ratio_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_tail_ratio(float8) IS 'the 95th percentile by the 5th, both without sign; NULL when that is zero';

CREATE FUNCTION at_gain_to_pain(sample at_sample) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_gain_to_pain(at_sample) IS 'sum of returns by the sum of the negative ones without sign; NULL without losses';
CREATE FUNCTION _at_gain_to_pain_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_gain_to_pain' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_gain_to_pain_final(at_sample) IS 'final function of the aggregates at_gain_to_pain';
CREATE AGGREGATE at_gain_to_pain(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_gain_to_pain_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_gain_to_pain(float8) IS 'sum of returns by the sum of the negative ones without sign; NULL without losses';

CREATE FUNCTION at_hit_rate(sample at_sample) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_hit_rate(at_sample) IS 'share of returns above zero';
CREATE FUNCTION _at_hit_rate_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_hit_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_hit_rate_final(at_sample) IS 'final function of the aggregates at_hit_rate';
CREATE AGGREGATE at_hit_rate(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_hit_rate_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_hit_rate(float8) IS 'share of returns above zero';

CREATE FUNCTION at_value_at_risk(sample at_sample, share float8 DEFAULT 0.05) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_value_at_risk(at_sample, float8) IS 'historical value at risk: the quantile (type 7) of share, as a return';
CREATE FUNCTION _at_var_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_value_at_risk' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_var_final(at_sample) IS 'final function of the aggregates at_value_at_risk';
CREATE AGGREGATE at_value_at_risk(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_var_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_value_at_risk(float8) IS 'historical value at risk: the quantile (type 7) of share, as a return';
CREATE AGGREGATE at_value_at_risk(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_var_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_value_at_risk(float8, float8) IS 'historical value at risk: the quantile (type 7) of share, as a return; further arguments: share';

CREATE FUNCTION at_expected_shortfall(sample at_sample, share float8 DEFAULT 0.05) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_expected_shortfall(at_sample, float8) IS 'expected shortfall: mean of the worst share of returns with a fractional weight at the boundary (Acerbi and Tasche, 2002), as a return';
CREATE FUNCTION _at_cvar_final(at_sample) RETURNS float8
AS 'MODULE_PATHNAME', 'at_expected_shortfall' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cvar_final(at_sample) IS 'final function of the aggregates at_expected_shortfall';
CREATE AGGREGATE at_expected_shortfall(float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_cvar_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_expected_shortfall(float8) IS 'expected shortfall: mean of the worst share of returns with a fractional weight at the boundary (Acerbi and Tasche, 2002), as a return';
CREATE AGGREGATE at_expected_shortfall(float8, float8) (
	SFUNC = _at_sample_add,
	STYPE = at_sample,
	INITCOND = '{}',
	FINALFUNC = _at_cvar_final,
	COMBINEFUNC = _at_sample_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_expected_shortfall(float8, float8) IS 'expected shortfall: mean of the worst share of returns with a fractional weight at the boundary (Acerbi and Tasche, 2002), as a return; further arguments: share';

CREATE FUNCTION _at_drawdown_state_add(at_drawdown_state, float8) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME', 'at_drawdown_state_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_add(at_drawdown_state, float8) IS 'the drawdown state with one more return; transition function';
CREATE FUNCTION _at_drawdown_state_append(at_drawdown_state, at_drawdown_state) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME', 'at_drawdown_state_append' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_append(at_drawdown_state, at_drawdown_state) IS 'the first drawdown state followed by the second; associative, not commutative';
CREATE FUNCTION _at_drawdown_state_final(at_drawdown_state) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME', 'at_drawdown_state_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_state_final(at_drawdown_state) IS 'the drawdown state in its stored form; final function';
CREATE AGGREGATE at_collect_drawdown_state(float8) (
	SFUNC = _at_drawdown_state_add,
	STYPE = at_drawdown_state,
	INITCOND = '{}',
	FINALFUNC = _at_drawdown_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_drawdown_state(float8) IS 'drawdown state along returns, which need an ORDER BY in the call; nulls are left out; the empty state for no rows';
CREATE AGGREGATE at_merge(at_drawdown_state) (
	SFUNC = _at_drawdown_state_append,
	STYPE = at_drawdown_state,
	INITCOND = '{}',
	FINALFUNC = _at_drawdown_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_drawdown_state) IS 'drawdown state along adjacent segments, which need an ORDER BY in the call; nulls are left out; the empty state for no rows';
CREATE FUNCTION at_drawdown_state_of(returns float8[]) RETURNS at_drawdown_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_state_of(float8[]) IS 'drawdown state along an array''s returns; nulls are left out';
CREATE FUNCTION at_wealth(state at_drawdown_state) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_wealth(at_drawdown_state) IS 'what one has become: the product of 1 + r; NULL with a return below -1; final function';
CREATE AGGREGATE at_wealth(float8) (
	SFUNC = _at_drawdown_state_add,
	STYPE = at_drawdown_state,
	INITCOND = '{}',
	FINALFUNC = at_wealth,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_wealth(float8) IS 'what one has become: the product of 1 + r; NULL with a return below -1; returns need an ORDER BY, as of a window, in which it is cheap for each row';
CREATE FUNCTION at_drawdown(state at_drawdown_state) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown(at_drawdown_state) IS 'the drawdown at the end, zero or a negative fraction; NULL without returns or with one below -1; final function';
CREATE AGGREGATE at_drawdown(float8) (
	SFUNC = _at_drawdown_state_add,
	STYPE = at_drawdown_state,
	INITCOND = '{}',
	FINALFUNC = at_drawdown,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_drawdown(float8) IS 'the drawdown at the end, zero or a negative fraction; NULL without returns or with one below -1; returns need an ORDER BY, as of a window, in which it is cheap for each row';
CREATE FUNCTION at_max_drawdown(state at_drawdown_state) RETURNS float8
AS 'MODULE_PATHNAME', 'at_max_drawdown_of_state' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_max_drawdown(at_drawdown_state) IS 'the deepest drawdown along the returns, zero or a negative fraction; NULL without returns or with one below -1';
CREATE FUNCTION at_drawdown_summary(state at_drawdown_state) RETURNS at_drawdown_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_summary(at_drawdown_state) IS 'drawdowns along the returns; the start counts as a high; those below 1e-12 are none; NULL figures with a return below -1';
CREATE FUNCTION at_drawdown_summary(returns float8[]) RETURNS at_drawdown_figures
AS 'MODULE_PATHNAME', 'at_drawdown_summary_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_summary(float8[]) IS 'drawdowns along an array''s returns; nulls are left out; the start counts as a high';
CREATE FUNCTION at_drawdown_episodes(state at_drawdown_state) RETURNS at_drawdown_episode[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_episodes(at_drawdown_state) IS 'all drawdowns along the returns, in order, for unnest';
CREATE FUNCTION at_drawdown_episodes(returns float8[]) RETURNS at_drawdown_episode[]
AS 'MODULE_PATHNAME', 'at_drawdown_episodes_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_episodes(float8[]) IS 'all drawdowns along an array''s returns, in order, for unnest; nulls are left out';

CREATE FUNCTION _at_series_add(at_series, float8, timestamptz) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add(at_series, float8, timestamptz) IS 'the series with one more return; transition function';
CREATE FUNCTION _at_series_add(at_series, float8, timestamptz, float8) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add(at_series, float8, timestamptz, float8) IS 'the same, for an aggregate with periods_per_year; raises 22023 when they differ between rows';
CREATE FUNCTION _at_series_add(at_series, float8, timestamptz, float8, float8) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add(at_series, float8, timestamptz, float8, float8) IS 'the same, with risk_free_annual';
CREATE FUNCTION _at_series_add(at_series, float8, timestamptz, float8, float8, float8) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add(at_series, float8, timestamptz, float8, float8, float8) IS 'the same, with mar_annual';
CREATE FUNCTION _at_series_add_benchmark(at_series, float8, timestamptz, float8, float8, float8, float8) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_add_benchmark' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_add_benchmark(at_series, float8, timestamptz, float8, float8, float8, float8) IS 'the same, with the benchmark''s return, which may be null';
CREATE FUNCTION _at_series_merge(at_series, at_series) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_merge(at_series, at_series) IS 'the points of both; associative and commutative';
CREATE FUNCTION _at_series_final(at_series) RETURNS at_series
AS 'MODULE_PATHNAME', 'at_series_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_series_final(at_series) IS 'the series in order of time; final function';
CREATE AGGREGATE at_collect_series(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_series_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_series(float8, timestamptz) IS 'returns with their times; nulls are left out; the empty state for no rows';
CREATE AGGREGATE at_merge(at_series) (
	SFUNC = _at_series_merge,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_series_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_series) IS 'the points of all states, as of rollups; nulls are left out; the empty state for no rows';
CREATE FUNCTION at_performance(returns float8[], periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0, mar_annual float8 DEFAULT 0) RETURNS at_performance_figures
AS 'MODULE_PATHNAME', 'at_performance_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_performance(float8[], float8, float8, float8) IS 'figures of period returns in the array''s order; nulls are left out; raises 22023 for periods and rates that cannot be';
CREATE FUNCTION at_performance(series at_series, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0, mar_annual float8 DEFAULT 0) RETURNS at_performance_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_performance(at_series, float8, float8, float8) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t';
CREATE FUNCTION _at_performance_final(at_series) RETURNS at_performance_figures
AS 'MODULE_PATHNAME', 'at_performance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_performance_final(at_series) IS 'final function of the aggregates at_performance';
CREATE AGGREGATE at_performance(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_performance_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_performance(float8, timestamptz) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t';
CREATE AGGREGATE at_performance(float8, timestamptz, float8) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_performance_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_performance(float8, timestamptz, float8) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t; further arguments: periods_per_year';
CREATE AGGREGATE at_performance(float8, timestamptz, float8, float8) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_performance_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_performance(float8, timestamptz, float8, float8) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t; further arguments: periods_per_year, risk_free_annual';
CREATE AGGREGATE at_performance(float8, timestamptz, float8, float8, float8) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_performance_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_performance(float8, timestamptz, float8, float8, float8) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t; further arguments: periods_per_year, risk_free_annual, mar_annual';

CREATE AGGREGATE at_performance(float8, timestamptz, float8, float8, float8, float8) (
	SFUNC = _at_series_add_benchmark,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_performance_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_performance(float8, timestamptz, float8, float8, float8, float8) IS 'figures of period returns in order of time: growth, Sharpe, Sortino, drawdown, value at risk and more; formulas are those of the functions of each name; returns at one time are all counted, and reported as duplicate_t; further arguments: periods_per_year, risk_free_annual, mar_annual, benchmark (the benchmark''s return of the period)';
CREATE FUNCTION at_drawdown_summary(series at_series) RETURNS at_drawdown_figures
AS 'MODULE_PATHNAME', 'at_drawdown_summary_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_summary(at_series) IS 'drawdowns along returns in order of time; the start counts as a high; those below 1e-12 are none';
CREATE FUNCTION _at_drawdown_summary_final(at_series) RETURNS at_drawdown_figures
AS 'MODULE_PATHNAME', 'at_drawdown_summary_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_summary_final(at_series) IS 'final function of the aggregates at_drawdown_summary';
CREATE AGGREGATE at_drawdown_summary(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_drawdown_summary_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_drawdown_summary(float8, timestamptz) IS 'drawdowns along returns in order of time; the start counts as a high; those below 1e-12 are none';

CREATE FUNCTION at_drawdown_episodes(series at_series) RETURNS at_drawdown_episode[]
AS 'MODULE_PATHNAME', 'at_drawdown_episodes_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_drawdown_episodes(at_series) IS 'all drawdowns along returns in order of time, for unnest';
CREATE FUNCTION _at_drawdown_episodes_final(at_series) RETURNS at_drawdown_episode[]
AS 'MODULE_PATHNAME', 'at_drawdown_episodes_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_drawdown_episodes_final(at_series) IS 'final function of the aggregates at_drawdown_episodes';
CREATE AGGREGATE at_drawdown_episodes(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_drawdown_episodes_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_drawdown_episodes(float8, timestamptz) IS 'all drawdowns along returns in order of time, for unnest';

CREATE FUNCTION at_max_drawdown(series at_series) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_max_drawdown(at_series) IS 'greatest drawdown, a negative fraction: the least of w / max(1, w so far) - 1 with w = prod(1 + r), so that the start counts as a high; NULL with a return below -1';
CREATE FUNCTION _at_max_drawdown_final(at_series) RETURNS float8
AS 'MODULE_PATHNAME', 'at_max_drawdown' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_max_drawdown_final(at_series) IS 'final function of the aggregates at_max_drawdown';
CREATE AGGREGATE at_max_drawdown(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_max_drawdown_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_max_drawdown(float8, timestamptz) IS 'greatest drawdown, a negative fraction: the least of w / max(1, w so far) - 1 with w = prod(1 + r), so that the start counts as a high; NULL with a return below -1';

CREATE FUNCTION at_calmar(series at_series, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_calmar(at_series, float8) IS 'Calmar ratio (Young, 1991): growth of a year by the greatest drawdown without sign; NULL without a drawdown';
CREATE FUNCTION _at_calmar_final(at_series) RETURNS float8
AS 'MODULE_PATHNAME', 'at_calmar' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_calmar_final(at_series) IS 'final function of the aggregates at_calmar';
CREATE AGGREGATE at_calmar(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_calmar_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_calmar(float8, timestamptz) IS 'Calmar ratio (Young, 1991): growth of a year by the greatest drawdown without sign; NULL without a drawdown';
CREATE AGGREGATE at_calmar(float8, timestamptz, float8) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_calmar_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_calmar(float8, timestamptz, float8) IS 'Calmar ratio (Young, 1991): growth of a year by the greatest drawdown without sign; NULL without a drawdown; further arguments: periods_per_year';

CREATE FUNCTION at_ulcer_index(series at_series) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_ulcer_index(at_series) IS 'ulcer index (Martin, 1987): root of the mean squared drawdown over all periods';
CREATE FUNCTION _at_ulcer_index_final(at_series) RETURNS float8
AS 'MODULE_PATHNAME', 'at_ulcer_index' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_ulcer_index_final(at_series) IS 'final function of the aggregates at_ulcer_index';
CREATE AGGREGATE at_ulcer_index(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_ulcer_index_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_ulcer_index(float8, timestamptz) IS 'ulcer index (Martin, 1987): root of the mean squared drawdown over all periods';

CREATE FUNCTION at_pain_index(series at_series) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_pain_index(at_series) IS 'pain index: mean drawdown over all periods, without sign';
CREATE FUNCTION _at_pain_index_final(at_series) RETURNS float8
AS 'MODULE_PATHNAME', 'at_pain_index' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pain_index_final(at_series) IS 'final function of the aggregates at_pain_index';
CREATE AGGREGATE at_pain_index(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_pain_index_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_pain_index(float8, timestamptz) IS 'pain index: mean drawdown over all periods, without sign';

CREATE FUNCTION at_stability(series at_series) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_stability(at_series) IS 'R squared of cumulative log growth on the number of the period; NULL unless all returns are above -1';
CREATE FUNCTION _at_stability_final(at_series) RETURNS float8
AS 'MODULE_PATHNAME', 'at_stability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_stability_final(at_series) IS 'final function of the aggregates at_stability';
CREATE AGGREGATE at_stability(float8, timestamptz) (
	SFUNC = _at_series_add,
	STYPE = at_series,
	INITCOND = '{}',
	FINALFUNC = _at_stability_final,
	COMBINEFUNC = _at_series_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_stability(float8, timestamptz) IS 'R squared of cumulative log growth on the number of the period; NULL unless all returns are above -1';

CREATE FUNCTION _at_pairs_add(at_pairs, float8, float8) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_add(at_pairs, float8, float8) IS 'the pairs with one more return and benchmark''s return; transition function';
CREATE FUNCTION _at_pairs_add(at_pairs, float8, float8, float8) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_add(at_pairs, float8, float8, float8) IS 'the same, for an aggregate with periods_per_year; raises 22023 when they differ between rows';
CREATE FUNCTION _at_pairs_add(at_pairs, float8, float8, float8, float8) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_add(at_pairs, float8, float8, float8, float8) IS 'the same, with risk_free_annual';
CREATE FUNCTION _at_pairs_merge(at_pairs, at_pairs) RETURNS at_pairs
AS 'MODULE_PATHNAME', 'at_pairs_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_pairs_merge(at_pairs, at_pairs) IS 'both; associative and commutative up to rounding';
CREATE AGGREGATE at_collect_pairs(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_pairs(float8, float8) IS 'returns and a benchmark''s returns; pairs with a null are left out; the empty state for no rows';
CREATE AGGREGATE at_merge(at_pairs) (
	SFUNC = _at_pairs_merge,
	STYPE = at_pairs,
	INITCOND = '{}',
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_pairs) IS 'all states, as of rollups; nulls are left out; the empty state for no rows';
CREATE FUNCTION at_pairs_of(returns float8[], benchmark float8[]) RETURNS at_pairs
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_pairs_of(float8[], float8[]) IS 'pairs of two arrays of the same length; pairs with a null are left out; raises 2202E';
CREATE FUNCTION at_benchmark(returns float8[], benchmark float8[], periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0) RETURNS at_benchmark_figures
AS 'MODULE_PATHNAME', 'at_benchmark_of' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_benchmark(float8[], float8[], float8, float8) IS 'figures of returns against a benchmark''s of the same periods; pairs with a null are left out; raises 2202E, 22023';
CREATE FUNCTION at_benchmark(pairs at_pairs, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0) RETURNS at_benchmark_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_benchmark(at_pairs, float8, float8) IS 'figures of returns (first) against a benchmark''s (second) of the same periods';
CREATE FUNCTION _at_benchmark_final(at_pairs) RETURNS at_benchmark_figures
AS 'MODULE_PATHNAME', 'at_benchmark' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_benchmark_final(at_pairs) IS 'final function of the aggregates at_benchmark';
CREATE AGGREGATE at_benchmark(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_benchmark_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_benchmark(float8, float8) IS 'figures of returns (first) against a benchmark''s (second) of the same periods';
CREATE AGGREGATE at_benchmark(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_benchmark_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_benchmark(float8, float8, float8) IS 'figures of returns (first) against a benchmark''s (second) of the same periods; further arguments: periods_per_year';
CREATE AGGREGATE at_benchmark(float8, float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_benchmark_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_benchmark(float8, float8, float8, float8) IS 'figures of returns (first) against a benchmark''s (second) of the same periods; further arguments: periods_per_year, risk_free_annual';

CREATE FUNCTION at_beta(pairs at_pairs) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_beta(at_pairs) IS 'beta: covariance with the benchmark by the benchmark''s variance; NULL when that is zero';
CREATE FUNCTION _at_beta_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_beta' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_beta_final(at_pairs) IS 'final function of the aggregates at_beta';
CREATE AGGREGATE at_beta(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_beta_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_beta(float8, float8) IS 'beta: covariance with the benchmark by the benchmark''s variance; NULL when that is zero';

CREATE FUNCTION at_alpha(pairs at_pairs, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_alpha(at_pairs, float8, float8) IS 'alpha of a year (Jensen, 1968): intercept of the regression of excess returns, (1 + a)^periods_per_year - 1';
CREATE FUNCTION _at_alpha_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_alpha' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_alpha_final(at_pairs) IS 'final function of the aggregates at_alpha';
CREATE AGGREGATE at_alpha(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_alpha_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_alpha(float8, float8) IS 'alpha of a year (Jensen, 1968): intercept of the regression of excess returns, (1 + a)^periods_per_year - 1';
CREATE AGGREGATE at_alpha(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_alpha_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_alpha(float8, float8, float8) IS 'alpha of a year (Jensen, 1968): intercept of the regression of excess returns, (1 + a)^periods_per_year - 1; further arguments: periods_per_year';
CREATE AGGREGATE at_alpha(float8, float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_alpha_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_alpha(float8, float8, float8, float8) IS 'alpha of a year (Jensen, 1968): intercept of the regression of excess returns, (1 + a)^periods_per_year - 1; further arguments: periods_per_year, risk_free_annual';

CREATE FUNCTION at_information_ratio(pairs at_pairs, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_information_ratio(at_pairs, float8) IS 'information ratio of a year: mean(r - b) * periods_per_year by tracking error; NULL when that is zero';
CREATE FUNCTION _at_information_ratio_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_information_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_information_ratio_final(at_pairs) IS 'final function of the aggregates at_information_ratio';
CREATE AGGREGATE at_information_ratio(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_information_ratio_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_information_ratio(float8, float8) IS 'information ratio of a year: mean(r - b) * periods_per_year by tracking error; NULL when that is zero';
CREATE AGGREGATE at_information_ratio(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_information_ratio_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_information_ratio(float8, float8, float8) IS 'information ratio of a year: mean(r - b) * periods_per_year by tracking error; NULL when that is zero; further arguments: periods_per_year';

CREATE FUNCTION at_tracking_error(pairs at_pairs, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_tracking_error(at_pairs, float8) IS 'tracking error of a year: sample sd of r - b times the root of periods_per_year';
CREATE FUNCTION _at_tracking_error_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_tracking_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_tracking_error_final(at_pairs) IS 'final function of the aggregates at_tracking_error';
CREATE AGGREGATE at_tracking_error(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_tracking_error_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_tracking_error(float8, float8) IS 'tracking error of a year: sample sd of r - b times the root of periods_per_year';
CREATE AGGREGATE at_tracking_error(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_tracking_error_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_tracking_error(float8, float8, float8) IS 'tracking error of a year: sample sd of r - b times the root of periods_per_year; further arguments: periods_per_year';

CREATE FUNCTION at_up_capture(pairs at_pairs, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_up_capture(at_pairs, float8) IS 'growth of a year over periods with a positive benchmark, by the benchmark''s own over the same';
CREATE FUNCTION _at_up_capture_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_up_capture' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_up_capture_final(at_pairs) IS 'final function of the aggregates at_up_capture';
CREATE AGGREGATE at_up_capture(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_up_capture_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_up_capture(float8, float8) IS 'growth of a year over periods with a positive benchmark, by the benchmark''s own over the same';
CREATE AGGREGATE at_up_capture(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_up_capture_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_up_capture(float8, float8, float8) IS 'growth of a year over periods with a positive benchmark, by the benchmark''s own over the same; further arguments: periods_per_year';

CREATE FUNCTION at_down_capture(pairs at_pairs, periods_per_year float8 DEFAULT 252) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_down_capture(at_pairs, float8) IS 'growth of a year over periods with a negative benchmark, by the benchmark''s own over the same';
CREATE FUNCTION _at_down_capture_final(at_pairs) RETURNS float8
AS 'MODULE_PATHNAME', 'at_down_capture' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_down_capture_final(at_pairs) IS 'final function of the aggregates at_down_capture';
CREATE AGGREGATE at_down_capture(float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_down_capture_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_down_capture(float8, float8) IS 'growth of a year over periods with a negative benchmark, by the benchmark''s own over the same';
CREATE AGGREGATE at_down_capture(float8, float8, float8) (
	SFUNC = _at_pairs_add,
	STYPE = at_pairs,
	INITCOND = '{}',
	FINALFUNC = _at_down_capture_final,
	COMBINEFUNC = _at_pairs_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_down_capture(float8, float8, float8) IS 'growth of a year over periods with a negative benchmark, by the benchmark''s own over the same; further arguments: periods_per_year';
