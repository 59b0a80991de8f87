-- Many tests, and values in order.

CREATE FUNCTION at_p_adjust(p float8[], method text DEFAULT 'bh') RETURNS float8[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_p_adjust(float8[], text) IS 'adjusted p-values in the order of p: bh (Benjamini-Hochberg), by (Benjamini-Yekutieli), holm, bonferroni; nulls stay null and do not count; raises 22023 for an unknown method or a number that is no probability';

CREATE TYPE at_detector_result AS (
	detections jsonb,
	up float8,
	down float8,
	skipped bigint
);
COMMENT ON TYPE at_detector_result IS 'alarms of a detector as [index from 0, up or down], its sums after the last value, and values left out because they are null, not finite or beyond 1e150';

CREATE FUNCTION at_page_hinkley("values" float8[], min_instances integer DEFAULT 30, delta float8 DEFAULT 0.005, threshold float8 DEFAULT 50, alpha float8 DEFAULT 1) RETURNS at_detector_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley(float8[], integer, float8, float8, float8) IS 'Page''s and Hinkley''s test, both sides, over values in order: sums of deviations from the running mean beyond delta, an alarm when one reaches the threshold (both in the unit of the values), then from the start; alpha is what a sum keeps at each step; indexes leave nulls out; values that are not finite or beyond 1e150 are left out; raises 22023 for parameters out of range';

CREATE FUNCTION at_cusum("values" float8[], warmup integer DEFAULT 30, slack float8 DEFAULT 0.5, threshold float8 DEFAULT 5) RETURNS at_detector_result
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum(float8[], integer, float8, float8) IS 'tabular CUSUM, both sides, over values in order: mean and standard deviation are those of the first warmup values, slack and threshold in standard deviations; after an alarm a new warm-up; indexes leave nulls out; values that are not finite or beyond 1e150 are left out; raises 22023 for parameters out of range';

CREATE TYPE at_page_hinkley_state;

CREATE FUNCTION at_page_hinkley_state_in(cstring) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_in(cstring) IS 'input of at_page_hinkley_state: a JSON object, as its output prints it, {} is the empty state with default parameters; raises 22P02';
CREATE FUNCTION at_page_hinkley_state_out(at_page_hinkley_state) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_out(at_page_hinkley_state) IS 'output of at_page_hinkley_state: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION at_page_hinkley_state_recv(internal) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_recv(internal) IS 'binary input of at_page_hinkley_state, checked; raises 22P03';
CREATE FUNCTION at_page_hinkley_state_send(at_page_hinkley_state) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_send(at_page_hinkley_state) IS 'binary output of at_page_hinkley_state';

CREATE TYPE at_page_hinkley_state (
	INPUT = at_page_hinkley_state_in,
	OUTPUT = at_page_hinkley_state_out,
	RECEIVE = at_page_hinkley_state_recv,
	SEND = at_page_hinkley_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_page_hinkley_state IS 'Page''s and Hinkley''s test after some values in order: parameters, sums, places of alarms; goes on where it stopped (at_page_hinkley_push); cannot be merged';

CREATE FUNCTION at_page_hinkley_state_of(min_instances integer DEFAULT 30, delta float8 DEFAULT 0.005, threshold float8 DEFAULT 50, alpha float8 DEFAULT 1) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_state_of(integer, float8, float8, float8) IS 'a state that has seen nothing yet, with these parameters; raises 22023 for parameters out of range';

CREATE FUNCTION at_page_hinkley_push(state at_page_hinkley_state, value float8) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_push(at_page_hinkley_state, float8) IS 'the state after one more value; a null state is one with default parameters, a null value is counted as left out';

CREATE FUNCTION at_page_hinkley_push(state at_page_hinkley_state, "values" float8[]) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME', 'at_page_hinkley_push_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_push(at_page_hinkley_state, float8[]) IS 'the state after more values in order';

CREATE FUNCTION at_page_hinkley_add(state at_page_hinkley_state, value float8, min_instances integer, delta float8, threshold float8, alpha float8) RETURNS at_page_hinkley_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_page_hinkley_add(at_page_hinkley_state, float8, integer, float8, float8, float8) IS 'the state after one more value; transition of at_collect_page_hinkley; raises 22023 for parameters out of range or other than the state''s';

CREATE FUNCTION at_describe(state at_page_hinkley_state) RETURNS at_detector_result
AS 'MODULE_PATHNAME', 'at_describe_page_hinkley' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_page_hinkley_state) IS 'alarms so far as [index from 0, up or down], sums, and values left out';

CREATE AGGREGATE at_collect_page_hinkley(value float8, min_instances integer, delta float8, threshold float8, alpha float8) (
	SFUNC = at_page_hinkley_add,
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

CREATE FUNCTION at_cusum_state_in(cstring) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_in(cstring) IS 'input of at_cusum_state: a JSON object, as its output prints it, {} is the empty state with default parameters; raises 22P02';
CREATE FUNCTION at_cusum_state_out(at_cusum_state) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_out(at_cusum_state) IS 'output of at_cusum_state: a JSON object with the format''s version (v); numbers read back the same';
CREATE FUNCTION at_cusum_state_recv(internal) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_recv(internal) IS 'binary input of at_cusum_state, checked; raises 22P03';
CREATE FUNCTION at_cusum_state_send(at_cusum_state) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_send(at_cusum_state) IS 'binary output of at_cusum_state';

CREATE TYPE at_cusum_state (
	INPUT = at_cusum_state_in,
	OUTPUT = at_cusum_state_out,
	RECEIVE = at_cusum_state_recv,
	SEND = at_cusum_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_cusum_state IS 'the tabular CUSUM after some values in order: parameters, sums, places of alarms; goes on where it stopped (at_cusum_push); cannot be merged';

CREATE FUNCTION at_cusum_state_of(warmup integer DEFAULT 30, slack float8 DEFAULT 0.5, threshold float8 DEFAULT 5) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_state_of(integer, float8, float8) IS 'a state that has seen nothing yet, with these parameters; raises 22023 for parameters out of range';

CREATE FUNCTION at_cusum_push(state at_cusum_state, value float8) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_push(at_cusum_state, float8) IS 'the state after one more value; a null state is one with default parameters, a null value is counted as left out';

CREATE FUNCTION at_cusum_push(state at_cusum_state, "values" float8[]) RETURNS at_cusum_state
AS 'MODULE_PATHNAME', 'at_cusum_push_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_push(at_cusum_state, float8[]) IS 'the state after more values in order';

CREATE FUNCTION at_cusum_add(state at_cusum_state, value float8, warmup integer, slack float8, threshold float8) RETURNS at_cusum_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION at_cusum_add(at_cusum_state, float8, integer, float8, float8) IS 'the state after one more value; transition of at_collect_cusum; raises 22023 for parameters out of range or other than the state''s';

CREATE FUNCTION at_describe(state at_cusum_state) RETURNS at_detector_result
AS 'MODULE_PATHNAME', 'at_describe_cusum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_describe(at_cusum_state) IS 'alarms so far as [index from 0, up or down], sums, and values left out';

CREATE AGGREGATE at_collect_cusum(value float8, warmup integer, slack float8, threshold float8) (
	SFUNC = at_cusum_add,
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
