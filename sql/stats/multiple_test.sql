-- Many tests, and values in order.

CREATE FUNCTION at_p_adjust(p float8[], method text DEFAULT 'bh') RETURNS float8[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_p_adjust(float8[], text) IS 'adjusted p-values in the order of p: bh (Benjamini-Hochberg), by (Benjamini-Yekutieli), holm, bonferroni; nulls stay null and do not count; raises 22023 for an unknown method or a number that is no probability';

CREATE FUNCTION at_p_adjust_weighted(p float8[], weights float8[], method text DEFAULT 'bh') RETURNS float8[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_p_adjust_weighted(float8[], float8[], text) IS 'the same of p over its weight, weights scaled to a mean of 1 over those that have a p: what has twice the weight needs half the evidence, and the share of false ones (bh, by) or the chance of one (holm, bonferroni) is as without weights, if these were chosen without looking at p (Genovese, Roeder and Wasserman 2006; Holm 1979); a weight of 0 gives 1; raises 22023 for what at_p_adjust() does, and for weights that are null beside a p, negative, or all 0, 2202E for arrays of different lengths';

CREATE FUNCTION at_repeated_p(p float8, information float8[], look integer, shape float8 DEFAULT 0.3) RETURNS float8
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION at_repeated_p(float8, float8[], integer, float8) IS 'a two-sided p of one of several looks (from 1) at growing data as that of all of them, which may be compared with alpha at each: the probability that any look is beyond the bounds that pass through this one, when nothing changed; information is how much there is at each look, in any unit, ascending (two samples of n and m runs: n m / (n + m)); bounds of the normal deviate are proportional to information to the power shape - 0.5: 0.5 is Pocock''s, the same p at all looks, 0 O''Brien''s and Fleming''s, which leaves little for the first look (Wang and Tsiatis 1987); by the joint normal law of tests over growing samples (Armitage, McPherson and Rowe 1969; Jennison and Turnbull 1997), to four digits; raises 22023 for no probability, more than 50 looks, information that is not above 0 or decreases, a look that is none of them, or a shape beyond 0 to 0.5';

CREATE FUNCTION _at_test_weights(is_primary boolean[], dimension bigint[], least_p float8[], stake float8[],
	alpha float8 DEFAULT 0.05, primary_share float8 DEFAULT 0.9) RETURNS float8[]
AS 'MODULE_PATHNAME', 'at_test_weights' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_test_weights(boolean[], bigint[], float8[], float8[], float8, float8) IS 'weights of the tests of a scan, for at_p_adjust_weighted(): primary rows together have primary_share of the level (all, when there are no others), shared by their dimensions (numbers that are the same for rows of one) and within these by their rows; stake is the share of a dimension''s part that a row takes, 1 but for rows that need less; a row whose least possible p (null: no test) is above alpha times its part of the level is left out, the furthest first, and its part goes to the others (Tarone 1990, Gilbert 2005): null; the mean of the rest is 1; nothing here depends on how the two sides differ; raises 22023 for what is out of range, 22004 for nulls but of least_p, 2202E for arrays of different lengths';

CREATE TYPE at_detector_result AS (
	detections jsonb,
	up float8,
	down float8,
	skipped bigint
);
COMMENT ON TYPE at_detector_result IS 'alarms of a detector as [index from 0, up or down], its sums after the last value, and values left out because they are null, not finite or beyond 1e150';

CREATE FUNCTION at_page_hinkley("values" float8[], min_instances integer DEFAULT 30, delta float8 DEFAULT 0.005, threshold float8 DEFAULT 50, alpha float8 DEFAULT 1) RETURNS at_detector_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley(float8[], integer, float8, float8, float8) IS 'Page''s and Hinkley''s test, both sides, over values in order: sums of deviations from the running mean beyond delta, an alarm when one reaches the threshold (both in the unit of the values), then from the start; alpha is what a sum keeps at each step; indexes leave nulls out; values that are not finite or beyond 1e150 are left out; raises 22023 for parameters out of range';

CREATE FUNCTION at_cusum("values" float8[], warmup integer DEFAULT 30, slack float8 DEFAULT 0.5, threshold float8 DEFAULT 5) RETURNS at_detector_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum(float8[], integer, float8, float8) IS 'tabular CUSUM, both sides, over values in order: mean and standard deviation are those of the first warmup values, slack and threshold in standard deviations; after an alarm a new warm-up; indexes leave nulls out; values that are not finite or beyond 1e150 are left out; raises 22023 for parameters out of range';

CREATE TYPE at_page_hinkley_state;

CREATE FUNCTION _at_page_hinkley_state_in(cstring) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME', 'at_page_hinkley_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_page_hinkley_state_in(cstring) IS 'input of at_page_hinkley_state: a JSON object, as its output prints it, {} is the empty state with default parameters; raises 22P02';
CREATE FUNCTION _at_page_hinkley_state_out(at_page_hinkley_state) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_page_hinkley_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_page_hinkley_state_out(at_page_hinkley_state) IS 'output of at_page_hinkley_state: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_page_hinkley_state_recv(internal) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME', 'at_page_hinkley_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_page_hinkley_state_recv(internal) IS 'binary input of at_page_hinkley_state, checked; raises 22P03';
CREATE FUNCTION _at_page_hinkley_state_send(at_page_hinkley_state) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_page_hinkley_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_page_hinkley_state_send(at_page_hinkley_state) IS 'binary output of at_page_hinkley_state';

CREATE TYPE at_page_hinkley_state (
	INPUT = _at_page_hinkley_state_in,
	OUTPUT = _at_page_hinkley_state_out,
	RECEIVE = _at_page_hinkley_state_recv,
	SEND = _at_page_hinkley_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_page_hinkley_state IS 'Page''s and Hinkley''s test after some values in order: parameters, sums, places of alarms; goes on where it stopped (at_page_hinkley_push); cannot be merged';

CREATE FUNCTION at_page_hinkley_state_of(min_instances integer DEFAULT 30, delta float8 DEFAULT 0.005, threshold float8 DEFAULT 50, alpha float8 DEFAULT 1) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_of(integer, float8, float8, float8) IS 'a state that has seen nothing yet, with these parameters; raises 22023 for parameters out of range';

CREATE FUNCTION at_page_hinkley_push(state at_page_hinkley_state, value float8) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_push(at_page_hinkley_state, float8) IS 'the state after one more value; a null state is one with default parameters, a null value is counted as left out';

CREATE FUNCTION at_page_hinkley_push(state at_page_hinkley_state, "values" float8[]) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME', 'at_page_hinkley_push_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_push(at_page_hinkley_state, float8[]) IS 'the state after more values in order';

CREATE FUNCTION _at_page_hinkley_add(state at_page_hinkley_state, value float8, min_instances integer, delta float8, threshold float8, alpha float8) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME', 'at_page_hinkley_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_page_hinkley_add(at_page_hinkley_state, float8, integer, float8, float8, float8) IS 'the state after one more value; transition of at_collect_page_hinkley; raises 22023 for parameters out of range or other than the state''s';

CREATE FUNCTION at_describe(state at_page_hinkley_state) RETURNS at_detector_result
AS 'MODULE_PATHNAME', 'at_describe_page_hinkley' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_page_hinkley_state) IS 'alarms so far as [index from 0, up or down], sums, and values left out';

CREATE AGGREGATE at_collect_page_hinkley(value float8, min_instances integer, delta float8, threshold float8, alpha float8) (
	SFUNC = _at_page_hinkley_add,
	STYPE = at_page_hinkley_state,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_page_hinkley(float8, integer, float8, float8, float8) IS 'the state of Page''s and Hinkley''s test after the values, which need an ORDER BY in the call; parameters are the same for all rows';

CREATE AGGREGATE at_page_hinkley(value float8) (
	SFUNC = at_page_hinkley_push,
	STYPE = at_page_hinkley_state,
	FINALFUNC = at_describe,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_page_hinkley(float8) IS 'alarms of Page''s and Hinkley''s test with default parameters along the values, which need an ORDER BY in the call; null for no rows';

CREATE TYPE at_cusum_state;

CREATE FUNCTION _at_cusum_state_in(cstring) RETURNS at_cusum_state
AS 'MODULE_PATHNAME', 'at_cusum_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cusum_state_in(cstring) IS 'input of at_cusum_state: a JSON object, as its output prints it, {} is the empty state with default parameters; raises 22P02';
CREATE FUNCTION _at_cusum_state_out(at_cusum_state) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_cusum_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cusum_state_out(at_cusum_state) IS 'output of at_cusum_state: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION _at_cusum_state_recv(internal) RETURNS at_cusum_state
AS 'MODULE_PATHNAME', 'at_cusum_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cusum_state_recv(internal) IS 'binary input of at_cusum_state, checked; raises 22P03';
CREATE FUNCTION _at_cusum_state_send(at_cusum_state) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_cusum_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_cusum_state_send(at_cusum_state) IS 'binary output of at_cusum_state';

CREATE TYPE at_cusum_state (
	INPUT = _at_cusum_state_in,
	OUTPUT = _at_cusum_state_out,
	RECEIVE = _at_cusum_state_recv,
	SEND = _at_cusum_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_cusum_state IS 'the tabular CUSUM after some values in order: parameters, sums, places of alarms; goes on where it stopped (at_cusum_push); cannot be merged';

CREATE FUNCTION at_cusum_state_of(warmup integer DEFAULT 30, slack float8 DEFAULT 0.5, threshold float8 DEFAULT 5) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_of(integer, float8, float8) IS 'a state that has seen nothing yet, with these parameters; raises 22023 for parameters out of range';

CREATE FUNCTION at_cusum_push(state at_cusum_state, value float8) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_push(at_cusum_state, float8) IS 'the state after one more value; a null state is one with default parameters, a null value is counted as left out';

CREATE FUNCTION at_cusum_push(state at_cusum_state, "values" float8[]) RETURNS at_cusum_state
AS 'MODULE_PATHNAME', 'at_cusum_push_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_push(at_cusum_state, float8[]) IS 'the state after more values in order';

CREATE FUNCTION _at_cusum_add(state at_cusum_state, value float8, warmup integer, slack float8, threshold float8) RETURNS at_cusum_state
AS 'MODULE_PATHNAME', 'at_cusum_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_cusum_add(at_cusum_state, float8, integer, float8, float8) IS 'the state after one more value; transition of at_collect_cusum; raises 22023 for parameters out of range or other than the state''s';

CREATE FUNCTION at_describe(state at_cusum_state) RETURNS at_detector_result
AS 'MODULE_PATHNAME', 'at_describe_cusum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_cusum_state) IS 'alarms so far as [index from 0, up or down], sums, and values left out';

CREATE AGGREGATE at_collect_cusum(value float8, warmup integer, slack float8, threshold float8) (
	SFUNC = _at_cusum_add,
	STYPE = at_cusum_state,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_cusum(float8, integer, float8, float8) IS 'the state of the tabular CUSUM after the values, which need an ORDER BY in the call; parameters are the same for all rows';

CREATE AGGREGATE at_cusum(value float8) (
	SFUNC = at_cusum_push,
	STYPE = at_cusum_state,
	FINALFUNC = at_describe,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_cusum(float8) IS 'alarms of the tabular CUSUM with default parameters along the values, which need an ORDER BY in the call; null for no rows';
