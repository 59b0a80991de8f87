-- Evidence of events, and the readiness reports made from it.

CREATE TYPE at_evidence;

CREATE FUNCTION _at_evidence_in(cstring) RETURNS at_evidence
AS 'MODULE_PATHNAME', 'at_evidence_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_in(cstring) IS 'input of at_evidence: a JSON object, as its output prints it; raises 22P02';
CREATE FUNCTION _at_evidence_out(at_evidence) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_evidence_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_out(at_evidence) IS 'output of at_evidence: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_evidence_recv(internal) RETURNS at_evidence
AS 'MODULE_PATHNAME', 'at_evidence_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_recv(internal) IS 'binary input of at_evidence, checked; raises 22P03';
CREATE FUNCTION _at_evidence_send(at_evidence) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_bytes_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_send(at_evidence) IS 'binary output of at_evidence';

CREATE TYPE at_evidence (
	INPUT = _at_evidence_in,
	OUTPUT = _at_evidence_out,
	RECEIVE = _at_evidence_recv,
	SEND = _at_evidence_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = main,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_evidence IS 'what one event proves: its type, its environment and the bits of at_evidence_bits(), in about 12 bytes';

CREATE TYPE at_evidence_set;

CREATE FUNCTION _at_evidence_set_in(cstring) RETURNS at_evidence_set
AS 'MODULE_PATHNAME', 'at_evidence_set_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_in(cstring) IS 'input of at_evidence_set: a JSON object, as its output prints it, {} is the empty set; raises 22P02';
CREATE FUNCTION _at_evidence_set_out(at_evidence_set) RETURNS cstring
AS 'MODULE_PATHNAME', 'at_evidence_set_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_out(at_evidence_set) IS 'output of at_evidence_set: a JSON object with the format''s version (v)';
CREATE FUNCTION _at_evidence_set_recv(internal) RETURNS at_evidence_set
AS 'MODULE_PATHNAME', 'at_evidence_set_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_recv(internal) IS 'binary input of at_evidence_set, checked; raises 22P03';
CREATE FUNCTION _at_evidence_set_send(at_evidence_set) RETURNS bytea
AS 'MODULE_PATHNAME', 'at_evidence_set_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_send(at_evidence_set) IS 'binary output of at_evidence_set';

CREATE TYPE at_evidence_set (
	INPUT = _at_evidence_set_in,
	OUTPUT = _at_evidence_set_out,
	RECEIVE = _at_evidence_set_recv,
	SEND = _at_evidence_set_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended,
	CATEGORY = 'U'
);
COMMENT ON TYPE at_evidence_set IS 'the evidence of many events, merged: number of events by type, environments, bits, counts, check ids of failed diagnostics and of those with warnings';

CREATE FUNCTION at_event_evidence(event json) RETURNS at_evidence
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_event_evidence(json) IS 'evidence of an event that is not stored, taken as it is; raises 22023 when it is no JSON object';

CREATE FUNCTION at_explain_evidence(evidence at_evidence) RETURNS text[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_explain_evidence(at_evidence) IS 'names of the bits of an evidence; at_evidence_bits() says what each means';
CREATE FUNCTION at_explain_evidence(evidence at_evidence_set) RETURNS text[]
AS 'MODULE_PATHNAME', 'at_explain_evidence_set' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_explain_evidence(at_evidence_set) IS 'names of the bits of a set; at_evidence_bits() says what each means';

CREATE FUNCTION at_evidence_bits(OUT number integer, OUT name text, OUT report text,
	OUT meaning text, OUT event_types text[], OUT fields text[], OUT test text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 80;
COMMENT ON FUNCTION at_evidence_bits() IS 'every predicate of the readiness reports: its number, name, the report that asks for it first, its meaning, the event types it needs (none: any), the payload fields it looks at, and its test';

CREATE FUNCTION _at_evidence_age(evidence at_evidence) RETURNS integer
AS 'MODULE_PATHNAME', 'at_evidence_age' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_age(at_evidence) IS 'how many of the bits of at_evidence_bits() the release that computed it did not know; 0 when it is up to date';
CREATE FUNCTION _at_evidence_age(evidence at_evidence_set) RETURNS integer
AS 'MODULE_PATHNAME', 'at_evidence_set_age' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_age(at_evidence_set) IS 'the greatest age of the evidence that was merged into the set';

CREATE FUNCTION _at_evidence_set_add(at_evidence_set, at_evidence) RETURNS at_evidence_set
AS 'MODULE_PATHNAME', 'at_evidence_set_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_add(at_evidence_set, at_evidence) IS 'the set with one more event; transition of the readiness aggregates';
CREATE FUNCTION _at_evidence_set_merge(at_evidence_set, at_evidence_set) RETURNS at_evidence_set
AS 'MODULE_PATHNAME', 'at_evidence_set_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_evidence_set_merge(at_evidence_set, at_evidence_set) IS 'both sets merged; associative and commutative';

CREATE AGGREGATE at_collect_evidence(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_collect_evidence(at_evidence) IS 'the evidence of all events, as a set; nulls are left out; the empty set for no rows';

CREATE AGGREGATE at_merge(at_evidence_set) (
	SFUNC = _at_evidence_set_merge,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_merge(at_evidence_set) IS 'union of evidence sets, as of rollups; nulls are left out; the empty set for no rows';

CREATE FUNCTION at_reporting_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_reporting_readiness(at_evidence_set) IS 'report over an evidence set: can this telemetry support reporting: closed trades, net and flow-adjusted results, strategies, prompts, regimes, proof';
CREATE AGGREGATE at_reporting_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_reporting_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_reporting_readiness(at_evidence) IS 'report over events: can this telemetry support reporting: closed trades, net and flow-adjusted results, strategies, prompts, regimes, proof; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_tier_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_tier_readiness(at_evidence_set) IS 'report over an evidence set: which tier the telemetry supports (free, basic, pro), and what each lacks';
CREATE AGGREGATE at_tier_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_tier_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_tier_readiness(at_evidence) IS 'report over events: which tier the telemetry supports (free, basic, pro), and what each lacks; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_decision_flow_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_decision_flow_readiness(at_evidence_set) IS 'report over an evidence set: five checks of the flow of decisions: numeric domain, market data, setup profiles, opportunity coverage, fresh runs';
CREATE AGGREGATE at_decision_flow_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_decision_flow_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_decision_flow_readiness(at_evidence) IS 'report over events: five checks of the flow of decisions: numeric domain, market data, setup profiles, opportunity coverage, fresh runs; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_agentic_security_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_agentic_security_readiness(at_evidence_set) IS 'report over an evidence set: what is known of prompt injection, sensitive information, tool policy, memory provenance and cost budgets';
CREATE AGGREGATE at_agentic_security_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_agentic_security_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_agentic_security_readiness(at_evidence) IS 'report over events: what is known of prompt injection, sensitive information, tool policy, memory provenance and cost budgets; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_proof_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_proof_readiness(at_evidence_set) IS 'report over an evidence set: can it be published as proof: environments, risk gates, replays, sources, versions, privacy, no promises';
CREATE AGGREGATE at_proof_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_proof_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_proof_readiness(at_evidence) IS 'report over events: can it be published as proof: environments, risk gates, replays, sources, versions, privacy, no promises; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_arena_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_arena_readiness(at_evidence_set) IS 'report over an evidence set: can agents be scored against each other: scenarios, regimes, drawdown, survival, replays, epochs, state';
CREATE AGGREGATE at_arena_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_arena_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_arena_readiness(at_evidence) IS 'report over events: can agents be scored against each other: scenarios, regimes, drawdown, survival, replays, epochs, state; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_behavior_readiness(evidence at_evidence_set) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION at_behavior_readiness(at_evidence_set) IS 'report over an evidence set: is behaviour explained: entry regimes, cutting losses, rotation, thresholds, leakage guards';
CREATE AGGREGATE at_behavior_readiness(at_evidence) (
	SFUNC = _at_evidence_set_add,
	STYPE = at_evidence_set,
	INITCOND = '{}',
	FINALFUNC = at_behavior_readiness,
	COMBINEFUNC = _at_evidence_set_merge,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE at_behavior_readiness(at_evidence) IS 'report over events: is behaviour explained: entry regimes, cutting losses, rotation, thresholds, leakage guards; nulls are left out; the report of the empty set for no rows';

CREATE FUNCTION at_readiness_of(evidence at_evidence_set, OUT report text, OUT ready boolean,
	OUT score integer, OUT missing text[], OUT warnings text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 7;
COMMENT ON FUNCTION at_readiness_of(at_evidence_set) IS 'all seven reports on one screen: ready or not, a score from 0 to 100 (the report''s own, or 100 less 12 for each missing item), what is missing, warnings';

CREATE FUNCTION at_readiness_gaps(evidence at_evidence_set, OUT report text, OUT gap text,
	OUT needs_event_type text[], OUT needs_fields text[], OUT hint text) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 30;
COMMENT ON FUNCTION at_readiness_gaps(at_evidence_set) IS 'for each missing item and warning of the seven reports: event types and payload fields that would supply it, and what to do';
