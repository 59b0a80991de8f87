-- How an agent behaved, in all dimensions at once, and how two behaviours differ.

CREATE TYPE at_behavior;

CREATE FUNCTION _at_behavior_in(cstring) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_in(cstring) IS 'input of at_behavior: hex digits, as its output prints them; raises 22P02';
CREATE FUNCTION _at_behavior_out(at_behavior) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_behavior_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_out(at_behavior) IS 'output of at_behavior: hex digits of its bytes, the first of which is the format''s version; texts in them are in the database''s encoding';
CREATE FUNCTION _at_behavior_recv(internal) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_recv(internal) IS 'binary input of at_behavior, checked; raises 22P03';
CREATE FUNCTION _at_behavior_send(at_behavior) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_behavior_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_send(at_behavior) IS 'binary output of at_behavior: its bytes, which are the same for the same events in any order';

CREATE TYPE at_behavior (
	INPUT = _at_behavior_in,
	OUTPUT = _at_behavior_out,
	RECEIVE = _at_behavior_recv,
	SEND = _at_behavior_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_behavior IS 'how an agent behaved over some events: for each dimension of at_drift_dimensions() the counts of categories or numbers by run, what was missing, and events that show it; merging is exact in any order';

CREATE FUNCTION _at_behavior_add(state at_behavior, event_type at_event_type, payload jsonb, run_id at_id, event_id at_id) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _at_behavior_add(at_behavior, at_event_type, jsonb, at_id, at_id) IS 'the state with one more event; transition of at_collect_behavior; an event with a null is left out';

CREATE FUNCTION _at_behavior_add(state at_behavior, event_type at_event_type, payload jsonb, run_id at_id, event_id at_id, max_values bigint, max_categories bigint) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _at_behavior_add(at_behavior, at_event_type, jsonb, at_id, at_id, bigint, bigint) IS 'the same with bounds; raises 22023 for bounds that are out of range or not those of the state, 22004 for null';

CREATE FUNCTION _at_behavior_add(state at_behavior, event_type at_event_type, payload jsonb, run_id at_id, event_id at_id, max_values bigint, max_categories bigint, units float8) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _at_behavior_add(at_behavior, at_event_type, jsonb, at_id, at_id, bigint, bigint, float8) IS 'the same with the units that one unit of the order of a fill has become by splits since; null is 1; raises 22023 unless it is above zero';

CREATE FUNCTION _at_behavior_merge(state at_behavior, other at_behavior) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_behavior_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_merge(at_behavior, at_behavior) IS 'both states merged; exact, associative and commutative; raises 22023 when their bounds differ';

CREATE AGGREGATE at_merge(state at_behavior) (
	SFUNC = _at_behavior_merge,
	STYPE = at_behavior,
	COMBINEFUNC = _at_behavior_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_behavior) IS 'union of behaviours';

CREATE AGGREGATE at_collect_behavior(event_type at_event_type, payload jsonb, run_id at_id, event_id at_id) (
	SFUNC = _at_behavior_add,
	STYPE = at_behavior,
	COMBINEFUNC = _at_behavior_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_behavior(at_event_type, jsonb, at_id, at_id) IS 'how an agent behaved, over columns of at_event, in one pass; up to 100000 numbers of a dimension are kept exactly, more to 1 % of their value; a dimension of more than 10000 categories keeps only its counts; diagnostics that at_record_drift() and at_record_mistakes() recorded do not count';

CREATE AGGREGATE at_collect_behavior(event_type at_event_type, payload jsonb, run_id at_id, event_id at_id, max_values bigint, max_categories bigint) (
	SFUNC = _at_behavior_add,
	STYPE = at_behavior,
	COMBINEFUNC = _at_behavior_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_behavior(at_event_type, jsonb, at_id, at_id, bigint, bigint) IS 'the same with other bounds on exact numbers and on categories of a dimension, which are the same for all rows';

CREATE AGGREGATE _at_collect_behavior(event_type at_event_type, payload jsonb, run_id at_id, event_id at_id, max_values bigint, max_categories bigint, units float8) (
	SFUNC = _at_behavior_add,
	STYPE = at_behavior,
	COMBINEFUNC = _at_behavior_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE _at_collect_behavior(at_event_type, jsonb, at_id, at_id, bigint, bigint, float8) IS 'the same with prices of fills in units of their orders, as _at_fills_over_splits() finds them; null: no split in between';

CREATE FUNCTION _at_restrict(behavior at_behavior, dimensions text[]) RETURNS at_behavior
AS 'MODULE_PATHNAME', 'at_restrict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_restrict(at_behavior, text[]) IS 'only these dimensions of a behaviour; raises 22023 for a name that is none';

CREATE FUNCTION _at_behavior_size(behavior at_behavior, OUT events bigint, OUT runs bigint, OUT dimensions bigint)
AS 'MODULE_PATHNAME', 'at_behavior_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_behavior_size(at_behavior) IS 'how many events, runs and dimensions a behaviour is made of';

CREATE FUNCTION at_drift_dimensions(OUT dimension text, OUT event_type text, OUT kind text, OUT field text, OUT other text, OUT thinned text, OUT is_primary boolean, OUT meaning text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 115;
COMMENT ON FUNCTION at_drift_dimensions() IS 'the dimensions in which behaviour is described: name, event type, kind (category; flag; labels; number; product and ratio of field and other; slippage: field against the intended price of the order that other names, in basis points, positive is worse; run_count: events in a run; run_sum: sum of field over a run by other; run_events: all events of the type in a run, not compared), payload fields, what sampling does to it (no, by value, yes: counts are thinned), whether a scan looks there first unless it is told otherwise, meaning';

CREATE TYPE at_behavior_result AS (
	dimension text,
	kind text,
	n bigint,
	missing bigint,
	rejected bigint,
	runs bigint,
	categories bigint,
	mean float8,
	min float8,
	p50 float8,
	p90 float8,
	p95 float8,
	p99 float8,
	max float8,
	coarse boolean,
	too_many boolean
);
COMMENT ON TYPE at_behavior_result IS 'what is known of a dimension: values, values that are absent, null or not of the kind, those of them that are not null, runs it was seen in, distinct categories, mean, least value, quantiles (type 7) and greatest value in the unit of the values, whether numbers are known to 1 % only, whether there were too many categories or cells to keep more than counts';

CREATE FUNCTION at_describe(behavior at_behavior) RETURNS SETOF at_behavior_result
AS 'MODULE_PATHNAME', 'at_describe_behavior' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION at_describe(at_behavior) IS 'the dimensions of a behaviour with counts and quantiles, by name';

CREATE TYPE at_behavior_share AS (
	dimension text,
	category text,
	count bigint,
	share float8,
	runs bigint,
	examples text[]
);
COMMENT ON TYPE at_behavior_share IS 'a category of a dimension: how often it was seen, its share of the values (of labels: of the events), runs it was seen in, ids of up to three events that have it (those least by their bytes)';

CREATE FUNCTION at_shares(behavior at_behavior) RETURNS SETOF at_behavior_share
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION at_shares(at_behavior) IS 'the categories of a behaviour, by dimension and name';
