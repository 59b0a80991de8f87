-- Special functions of the statistics: upper tails of reference distributions (sf: survival
-- function), or their decimal logarithms.

CREATE FUNCTION at_chi2_sf(x float8, df float8, lambda float8 DEFAULT 0, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_chi2_sf(float8, float8, float8, boolean) IS 'upper tail of the chi-square distribution with df >= 1 degrees of freedom: P(X > x); incomplete gamma function by series and continued fraction; lambda: the noncentrality, from which power is computed, by a Poisson mixture of central tails; log10: its decimal logarithm, which is finite where the tail is too small for a double; raises 22023 when df < 1 or lambda is not from 0 to 1e10';

CREATE FUNCTION at_normal_sf(z float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_normal_sf(float8, boolean) IS 'upper tail of the standard normal distribution: P(Z > z), from the complementary error function; log10: its decimal logarithm, which is finite where the tail is too small for a double';

CREATE FUNCTION at_t_sf(t float8, df float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_t_sf(float8, float8, boolean) IS 'upper tail of the Student''s t distribution with df >= 1 degrees of freedom: P(T > t), one side; incomplete beta function by continued fraction; log10: its decimal logarithm, which is finite where the tail is too small for a double; raises 22023 when df < 1';

CREATE FUNCTION at_f_sf(x float8, df1 float8, df2 float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_f_sf(float8, float8, float8, boolean) IS 'upper tail of the F distribution with df1 and df2 >= 1 degrees of freedom: P(F > x); incomplete beta function by continued fraction; log10: its decimal logarithm, which is finite where the tail is too small for a double; raises 22023 when df1 or df2 < 1';

CREATE FUNCTION at_binomial_sf(k bigint, n bigint, p float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_binomial_sf(bigint, bigint, float8, boolean) IS 'upper tail of the binomial distribution: P(X > k) in n trials of probability p; incomplete beta function; log10: its decimal logarithm, which is finite where the tail is too small for a double; raises 22023 when n < 0 or p is no probability';

CREATE FUNCTION at_hypergeometric_sf(k bigint, drawn bigint, marked bigint, "all" bigint, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_hypergeometric_sf(bigint, bigint, bigint, bigint, boolean) IS 'upper tail of the hypergeometric distribution: P(X > k) of the number of marked ones among those drawn, without putting back, out of all; recurrence from the largest term; by the normal law above 2^40; log10: its decimal logarithm, which is finite where the tail is too small for a double; raises 22023 when a number is out of range';

CREATE FUNCTION at_kolmogorov_sf(x float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_kolmogorov_sf(float8, boolean) IS 'upper tail of the limit law of sqrt(nm/(n+m)) D of Kolmogorov and Smirnov: P(K > x), by its two theta series; log10: its decimal logarithm, which is finite where the tail is too small for a double';

CREATE FUNCTION at_anderson_darling_k2_sf(x float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_anderson_darling_k2_sf(float8, boolean) IS 'upper tail of the limit law of the two-sample Anderson-Darling statistic: P(A > x), by Smirnov''s integrals, for small x by the series of Anderson and Darling (1952); log10: its decimal logarithm, which is finite where the tail is too small for a double';

CREATE FUNCTION at_cramer_von_mises_sf(x float8, log10 boolean DEFAULT false) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cramer_von_mises_sf(float8, boolean) IS 'upper tail of the limit law of the Cramer-von Mises statistic: P(W > x), by Smirnov''s integrals, for small x by the series of Anderson and Darling (1952); log10: its decimal logarithm, which is finite where the tail is too small for a double';

CREATE TYPE at_ks_distribution_result AS (
	d float8,
	p_exact float8,
	log10_p_exact float8,
	p_asymptotic float8,
	log10_p_asymptotic float8
);
COMMENT ON TYPE at_ks_distribution_result IS 'law of the two-sample Kolmogorov-Smirnov statistic at d = h/(n m): exact without ties (null when there are more than 1e9 lattice points to walk), and the limit law';

CREATE FUNCTION at_ks_distribution(n integer, m integer, h bigint) RETURNS at_ks_distribution_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_ks_distribution(integer, integer, bigint) IS 'P(D >= h/(n m)) of samples of n and m values without ties, by counting lattice paths, and Kolmogorov''s limit; raises 22023 when a size is not positive or h is not from 0 to n m';

CREATE TYPE at_mde_result AS (
	noncentrality float8,
	cohens_w float8,
	share_difference float8
);
COMMENT ON TYPE at_mde_result IS 'smallest effects a chi-square test sees with the wanted power: noncentrality, Cohen''s w = sqrt(noncentrality/(n1+n2)), and for df = 1 the difference of two shares around one half (null for more)';

CREATE FUNCTION at_mde(df integer, n1 bigint, n2 bigint, alpha float8 DEFAULT 0.05, power float8 DEFAULT 0.8)
RETURNS at_mde_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_mde(integer, bigint, bigint, float8, float8) IS 'minimum detectable effect of a chi-square test of homogeneity with df degrees of freedom and n1 and n2 observations, at level alpha with this power: noncentral chi-square distribution, by bisection; raises 22023 when an argument is out of range';
