-- How much a Sharpe ratio can be trusted.

CREATE TYPE at_sharpe_figures AS (
	n bigint,
	sharpe_period float8,
	skew_pop float8,
	kurt_excess_pop float8,
	standard_error float8,
	psr float8,
	min_track_record float8,
	expected_best_sharpe float8,
	deflated_sharpe float8
);
COMMENT ON TYPE at_sharpe_figures IS 'what at_sharpe_test gives, ratios per period and not annualised: number of returns, Sharpe ratio, skewness (g1) and excess kurtosis (g2) of the returns, standard error of the ratio, probability that the true ratio is above the benchmark, number of returns that would make it as sure as confidence says, greatest ratio to expect of trials without skill, probability that the true ratio is above that';

CREATE FUNCTION at_sharpe_test(moments at_moments, periods_per_year float8 DEFAULT 252, risk_free_annual float8 DEFAULT 0,
	benchmark_sharpe float8 DEFAULT 0, confidence float8 DEFAULT 0.95, trials float8 DEFAULT NULL,
	trials_variance float8 DEFAULT NULL) RETURNS at_sharpe_figures
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_sharpe_test(at_moments, float8, float8, float8, float8, float8, float8) IS 'how much the Sharpe ratio of returns can be trusted, with their skewness and kurtosis; SR, benchmark_sharpe and all results are per period: standard_error = sqrt((1 - g1 SR + (g2 + 2) / 4 SR^2) / (n - 1)) (Mertens, 2002); psr = Phi((SR - benchmark_sharpe) / standard_error), as at_psr has it; min_track_record = 1 + (1 - g1 SR + (g2 + 2) / 4 SR^2) (z / (SR - benchmark_sharpe))^2, z the normal quantile of confidence, in returns, NULL unless SR is above the benchmark (Bailey and Lopez de Prado, 2012); expected_best_sharpe = sqrt(trials_variance) ((1 - c) z(1 - 1/trials) + c z(1 - 1/(trials e))), c the Euler-Mascheroni constant, 0 for one trial, NULL where trials, or the variance of the trials'' ratios per period, is NULL; deflated_sharpe = Phi((SR - expected_best_sharpe) / standard_error) (Bailey and Lopez de Prado, 2014); NULL when the deviation is zero and for fewer than two returns; raises 22004, and 22023 for a confidence that is not between 0 and 1, fewer than one trial, a variance below zero, and rates that cannot be';
