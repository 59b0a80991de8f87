-- Lists of a window of time: calls of tools, errors, blocks by risk, signals of quality.

CREATE TYPE at_tool_call AS (
	started_at timestamptz,
	ended_at timestamptz,
	agent_id text,
	environment at_environment,
	run_id at_id,
	span_id at_id,
	tool_name text,
	status text,
	ok boolean,
	latency_ms float8,
	error_kind text,
	event_id at_id
);
COMMENT ON TYPE at_tool_call IS 'one call of a tool, a row of at_tool_calls()';

CREATE FUNCTION _at_ms(payload jsonb, names text[]) RETURNS float8
LANGUAGE at_plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	name text;
	value numeric;
BEGIN
	FOREACH name IN ARRAY names LOOP
		value := @extschema@.at_decimal(payload -> name);
		IF value >= 0 AND value < 4e11 THEN -- more than ten years is no duration
			RETURN value::float8;
		END IF;
	END LOOP;
	RETURN NULL;
END
$at$;
COMMENT ON FUNCTION _at_ms(jsonb, text[]) IS 'internal: the milliseconds in the first of these members that has some';

CREATE TYPE _at_project_tool_call AS (
	project text,
	call at_tool_call
);
COMMENT ON TYPE _at_project_tool_call IS 'one call of a tool, with its project';

CREATE FUNCTION _at_project_tool_calls(project text, since timestamptz, until timestamptz, agent_id text, environment text)
RETURNS SETOF _at_project_tool_call
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of(_at_project_tool_calls.environment);
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	SELECT c.project, ROW(CASE WHEN c.latency_ms IS NULL THEN c.began_at
			ELSE c.occurred_at - make_interval(secs => c.latency_ms / 1000) END,
		c.occurred_at, c.agent_id, c.environment, c.run_id, c.span_id, c.tool_name, c.status,
		@extschema@._at_status_ok(c.status),
		coalesce(c.latency_ms, extract(epoch FROM c.occurred_at - c.began_at)::float8 * 1000),
		c.error_kind, c.event_id)::@extschema@.at_tool_call
	FROM (SELECT e.project, e.occurred_at, e.agent_id, e.environment, e.run_id, e.span_id, e.event_id,
			coalesce(e.payload ->> 'tool_name', e.payload ->> 'gen_ai.tool.name') AS tool_name,
			e.payload ->> 'status' AS status,
			CASE WHEN jsonb_typeof(e.payload -> 'latency_ms') = 'number' AND e.payload -> 'latency_ms' >= '0'
					AND e.payload -> 'latency_ms' < '400000000000' THEN (e.payload -> 'latency_ms')::float8
				WHEN e.payload ?| '{latency_ms,duration_ms}'
				THEN @extschema@._at_ms(e.payload, '{latency_ms,duration_ms}') END AS latency_ms,
			CASE WHEN e.payload ? 'started_at' THEN @extschema@._at_time_of(e.payload ->> 'started_at') END AS began_at,
			coalesce(e.payload ->> 'error_kind', e.payload ->> 'error_type', e.payload ->> 'error.type') AS error_kind
		FROM @extschema@.at_event e
		WHERE (_at_project_tool_calls.project IS NULL OR e.project = _at_project_tool_calls.project)
			AND (_at_project_tool_calls.since IS NULL OR e.occurred_at >= _at_project_tool_calls.since)
			AND (_at_project_tool_calls.until IS NULL OR e.occurred_at < _at_project_tool_calls.until)
			AND (_at_project_tool_calls.agent_id IS NULL OR e.agent_id = _at_project_tool_calls.agent_id)
			AND (env IS NULL OR e.environment = env)
			AND e.event_type = 'tool.call.completed'
			-- a step that at_record_step() stored, whatever it was
			AND (e.payload ->> 'tool_kind') IS DISTINCT FROM 'step') c;
END
$at$;
COMMENT ON FUNCTION _at_project_tool_calls(text, timestamptz, timestamptz, text, text) IS 'internal: the calls that at_tool_calls() lists, each with its project';

CREATE FUNCTION at_tool_calls(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_tool_call
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN QUERY SELECT (c.call).* FROM @extschema@._at_project_tool_calls(project, since, until, agent_id, environment) c;
END
$at$;
COMMENT ON FUNCTION at_tool_calls(text, timestamptz, timestamptz, text, text) IS 'calls of tools that ended with since <= time < until, of one project, agent and environment or all (null); latency_ms is the payload''s (latency_ms, duration_ms), else ended_at minus the payload''s started_at; started_at is ended_at minus latency_ms; ok by at_status_words(), null when undecided; steps that at_record_step() stored (tool_kind step) are no calls of tools; raises 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_error AS (
	first_at timestamptz,
	last_at timestamptz,
	agent_id text,
	failure_type text,
	error_kind text,
	component text,
	message text,
	stack text,
	severity text,
	resolution_status text,
	span_id at_id,
	runs bigint,
	count bigint,
	cause_event_id at_id,
	fingerprint text
);
COMMENT ON TYPE at_error IS 'errors of an agent that are the same error, a row of at_errors()';

CREATE FUNCTION _at_error_causes(payload jsonb, OUT place integer, OUT event_id text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT r.place, r.event_id
	FROM (SELECT 1 AS place, $1 ->> 'cause_event_id' AS event_id
		UNION ALL SELECT 2, CASE jsonb_typeof($1 -> 'caused_by') WHEN 'string' THEN $1 ->> 'caused_by' END
		UNION ALL SELECT 2, c.item FROM jsonb_array_elements_text(
			CASE jsonb_typeof($1 -> 'caused_by') WHEN 'array' THEN $1 -> 'caused_by' ELSE '[]' END) c(item)
		UNION ALL SELECT 4, CASE jsonb_typeof($1 -> 'evidence_refs') WHEN 'string' THEN $1 ->> 'evidence_refs' END
		UNION ALL SELECT 4, CASE jsonb_typeof(c.item) WHEN 'string' THEN c.item #>> '{}' ELSE c.item ->> 'event_id' END
		FROM jsonb_array_elements(
			CASE jsonb_typeof($1 -> 'evidence_refs') WHEN 'array' THEN $1 -> 'evidence_refs' ELSE '[]' END) c(item)) r
	WHERE r.event_id LIKE 'evt\_%'
$at$;
COMMENT ON FUNCTION _at_error_causes(jsonb) IS 'internal: the events that the payload of an error names as its cause, the lowest place first';

CREATE FUNCTION at_errors(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_error
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of(at_errors.environment);
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	WITH RECURSIVE error AS MATERIALIZED (
		SELECT e.project, e.agent_id, e.environment, e.run_id, e.event_id, e.occurred_at AS at, e.span_id, e.parent_span_id,
			e.payload, f.fingerprint, row_number() OVER later AS place, count(*) OVER same AS n,
			min(e.occurred_at) OVER same AS first_at
		FROM @extschema@.at_event e, LATERAL (SELECT @extschema@._at_error_fingerprint(e.payload ->> 'error_kind',
			e.payload ->> 'component', e.payload ->> 'message') AS fingerprint) f
		WHERE (at_errors.project IS NULL OR e.project = at_errors.project)
			AND (at_errors.since IS NULL OR e.occurred_at >= at_errors.since)
			AND (at_errors.until IS NULL OR e.occurred_at < at_errors.until)
			AND (at_errors.agent_id IS NULL OR e.agent_id = at_errors.agent_id)
			AND (env IS NULL OR e.environment = env)
			AND e.event_type = 'error.recorded'
		WINDOW same AS (PARTITION BY e.project, e.agent_id, f.fingerprint),
			later AS (PARTITION BY e.project, e.agent_id, f.fingerprint
				ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC)
	), run AS (
		SELECT x.project, x.agent_id, x.fingerprint, count(DISTINCT (x.run_id::text, x.environment)) AS runs
		FROM error x GROUP BY x.project, x.agent_id, x.fingerprint
	), pool AS MATERIALIZED (
		-- what may have caused them: errors of a week before, when any error names what caused it
		SELECT e.project, e.agent_id, e.environment, e.run_id::text AS run_id, e.event_id::text AS event_id, e.occurred_at AS at,
			e.span_id::text AS span_id, e.parent_span_id::text AS parent_span_id, e.payload
		FROM @extschema@.at_event e
		WHERE (at_errors.project IS NULL OR e.project = at_errors.project)
			AND (at_errors.since IS NULL OR e.occurred_at >= at_errors.since - interval '7 days')
			AND (at_errors.until IS NULL OR e.occurred_at < at_errors.until)
			AND e.event_type = 'error.recorded'
			AND EXISTS (SELECT FROM error x WHERE x.parent_span_id IS NOT NULL
				OR x.payload ?| '{cause_event_id,caused_by,evidence_refs}')
	), named AS MATERIALIZED (
		-- materialized: once for each error, not for each pair
		SELECT p.project, p.run_id, p.event_id, r.event_id AS cause, r.place
		FROM pool p, LATERAL @extschema@._at_error_causes(p.payload) r
	), edge AS MATERIALIZED (
		SELECT DISTINCT ON (l.event_id, l.project) l.project, l.event_id, l.cause
		FROM (SELECT p.project, p.event_id, p.cause, p.place, c.at
				FROM named p JOIN pool c ON c.event_id = p.cause AND c.project = p.project
				WHERE c.event_id <> p.event_id
					-- of another run only what is named as evidence
					AND (p.place = 4 OR c.run_id = p.run_id)
			UNION ALL
			SELECT p.project, p.event_id, c.event_id, 3, c.at
			FROM pool p JOIN pool c ON c.project = p.project AND c.run_id = p.run_id AND c.agent_id = p.agent_id
				AND c.environment = p.environment AND c.span_id = p.parent_span_id AND c.event_id <> p.event_id) l
		ORDER BY l.event_id, l.project, l.place, l.at
	), walk AS (
		SELECT x.project, x.event_id::text AS event_id, e.cause, ARRAY[x.event_id::text, e.cause] AS path
		FROM error x JOIN edge e ON e.event_id = x.event_id::text AND e.project = x.project
		WHERE x.place = 1
		UNION ALL
		SELECT w.project, w.event_id, e.cause, w.path || e.cause
		FROM walk w JOIN edge e ON e.event_id = w.cause AND e.project = w.project
		WHERE e.cause <> ALL (w.path) AND cardinality(w.path) < 32
	), root AS (
		SELECT DISTINCT ON (w.event_id, w.project) w.project, w.event_id, w.cause
		FROM walk w ORDER BY w.event_id, w.project, cardinality(w.path) DESC
	)
	SELECT x.first_at, x.at, x.agent_id, @extschema@._at_failure_type(x.payload ->> 'error_kind'),
		x.payload ->> 'error_kind', x.payload ->> 'component', x.payload ->> 'message',
		coalesce(s.stack, s.stack_trace, s.traceback),
		x.payload ->> 'severity', x.payload ->> 'resolution_status', x.span_id, r.runs, x.n, c.cause::@extschema@.at_id, x.fingerprint
	FROM error x
		JOIN run r ON r.project = x.project AND r.agent_id = x.agent_id AND r.fingerprint = x.fingerprint
		LEFT JOIN root c ON c.event_id = x.event_id::text AND c.project = x.project,
		LATERAL (SELECT CASE jsonb_typeof(x.payload -> 'stack') WHEN 'string' THEN x.payload ->> 'stack' END AS stack,
			CASE jsonb_typeof(x.payload -> 'stack_trace') WHEN 'string' THEN x.payload ->> 'stack_trace' END AS stack_trace,
			CASE jsonb_typeof(x.payload -> 'traceback') WHEN 'string' THEN x.payload ->> 'traceback' END AS traceback) s
	WHERE x.place = 1
	ORDER BY x.at DESC, x.agent_id, x.fingerprint;
END
$at$;
COMMENT ON FUNCTION at_errors(text, timestamptz, timestamptz, text, text) IS 'errors with since <= time < until, of one project, agent and environment or all (null), the last one first: one row for each agent and fingerprint, which is the same for errors of one kind and component whose messages differ in digits, ids, hex and quoted parts only; count says how many, runs in how many runs; message, stack (as it was redacted), severity, resolution_status and span_id are those of the last; failure_type by words of error_kind: timeout, rate_limit, access, connection, validation, data, resource, order, risk, cost, tool, model, other; cause_event_id is the first error of the chain that led to the last: that of its run which it names (cause_event_id, caused_by) or that recorded the span around it, of any run when evidence_refs name it, within seven days; raises 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_risk_block AS (
	occurred_at timestamptz,
	agent_id text,
	environment at_environment,
	run_id at_id,
	symbol text,
	reasons text[],
	rejected_by text,
	notional numeric,
	decision_id text,
	price numeric,
	price_1h_later numeric
);
COMMENT ON TYPE at_risk_block IS 'something that a risk check or a gate rejected, a row of at_risk_blocks()';

CREATE FUNCTION _at_snapshot_price(payload jsonb) RETURNS numeric
AS 'MODULE_PATHNAME', 'at_snapshot_price' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_snapshot_price(jsonb) IS 'internal: the price in a market snapshot: price, current_price, market_price, last_price, last, mid, close, else the middle of bid and ask';

CREATE FUNCTION _at_risk_block_of(payload jsonb, symbols text[], event_id at_id, OUT decision_id text, OUT symbol text,
	OUT block text)
LANGUAGE at_plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	decision_id := @extschema@.at_known_id($1 ->> 'decision_id');
	symbol := coalesce(@extschema@.at_known_id($1 ->> 'symbol'),
		CASE cardinality($2) WHEN 1 THEN @extschema@.at_known_id($2[1]) END);
	block := coalesce('d' || decision_id, 'o' || @extschema@.at_known_id($1 ->> 'order_intent_id'), 's' || symbol,
		'e' || $3::text);
END
$at$;
COMMENT ON FUNCTION _at_risk_block_of(jsonb, text[], at_id) IS 'internal: of an event that rejects something the decision and the symbol, and what it shares with the other events of the same block in its run';

CREATE FUNCTION at_risk_blocks(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_risk_block
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off -- it is not known how many rows there are
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of(at_risk_blocks.environment);
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	WITH rejection AS (
		SELECT e.project, e.agent_id, e.environment, e.run_id::text AS run_id, e.occurred_at AS at, e.event_type, e.payload,
			d.decision_id, d.symbol, row_number() OVER () AS n, d.block
		FROM @extschema@.at_event e, LATERAL @extschema@._at_risk_block_of(e.payload, e.symbols, e.event_id) d
		WHERE (at_risk_blocks.project IS NULL OR e.project = at_risk_blocks.project)
			AND (at_risk_blocks.since IS NULL OR e.occurred_at >= at_risk_blocks.since)
			AND (at_risk_blocks.until IS NULL OR e.occurred_at < at_risk_blocks.until)
			AND (at_risk_blocks.agent_id IS NULL OR e.agent_id = at_risk_blocks.agent_id)
			AND (env IS NULL OR e.environment = env)
			AND e.event_type IN ('risk.check.completed', 'trade.rejected')
			AND (e.event_type = 'trade.rejected' OR e.payload @> '{"approved": false}')
	), reason AS (
		SELECT DISTINCT ON (r.project, r.agent_id, r.environment, r.run_id, r.block, w.reason)
			r.project, r.agent_id, r.environment, r.run_id, r.block, w.reason, r.at, r.n, w.place
		FROM rejection r, LATERAL (
			SELECT r.payload ->> 'reason_code' AS reason, 0::bigint AS place WHERE r.event_type = 'trade.rejected'
			UNION ALL SELECT t.item, t.place FROM jsonb_array_elements_text(CASE jsonb_typeof(r.payload -> 'reasons')
				WHEN 'array' THEN r.payload -> 'reasons' ELSE '[]' END) WITH ORDINALITY t(item, place)
			WHERE r.event_type = 'risk.check.completed') w
		WHERE w.reason IS NOT NULL
		ORDER BY r.project, r.agent_id, r.environment, r.run_id, r.block, w.reason, r.at, r.n, w.place
	), reasons AS (
		SELECT r.project, r.agent_id, r.environment, r.run_id, r.block, array_agg(r.reason ORDER BY r.at, r.n, r.place) AS reasons
		FROM reason r GROUP BY r.project, r.agent_id, r.environment, r.run_id, r.block
	), block AS MATERIALIZED (
		SELECT r.project, r.agent_id, r.environment, r.run_id, r.block, min(r.at) AS at, min(r.decision_id) AS decision_id,
			(array_agg(r.symbol ORDER BY r.at) FILTER (WHERE r.symbol IS NOT NULL))[1] AS symbol,
			coalesce((array_agg(r.payload ->> 'rejected_by' ORDER BY r.at)
					FILTER (WHERE r.payload ->> 'rejected_by' IS NOT NULL))[1],
				(array_agg(r.payload ->> 'risk_check_kind' ORDER BY r.at)
					FILTER (WHERE r.payload ->> 'risk_check_kind' IS NOT NULL))[1]) AS rejected_by,
			max(coalesce(@extschema@.at_decimal(r.payload -> 'requested_notional'),
				@extschema@.at_decimal(r.payload -> 'notional'))) AS notional
		FROM rejection r GROUP BY r.project, r.agent_id, r.environment, r.run_id, r.block
	), price AS MATERIALIZED (
		SELECT e.project, e.agent_id, e.environment, e.run_id::text AS run_id, e.occurred_at AS at, upper(e.payload ->> 'symbol') AS symbol,
			@extschema@._at_snapshot_price(e.payload) AS price
		FROM @extschema@.at_event e
		WHERE (at_risk_blocks.project IS NULL OR e.project = at_risk_blocks.project)
			AND e.occurred_at >= (SELECT min(b.at) FROM block b) - interval '1 hour'
			AND e.occurred_at <= (SELECT max(b.at) FROM block b) + interval '1 hour'
			AND e.event_type = 'market.snapshot.recorded'
			AND upper(e.payload ->> 'symbol') IN (SELECT upper(b.symbol) FROM block b)
	), seen AS (
		-- the last price before each block in its run: prices and blocks in one order
		SELECT s.project, s.agent_id, s.environment, s.run_id, s.block,
			first_value(s.price) OVER (PARTITION BY s.project, s.agent_id, s.environment, s.run_id, s.symbol, s.island
				ORDER BY s.at, s.block NULLS FIRST) AS price
		FROM (SELECT x.*, count(x.price) OVER (PARTITION BY x.project, x.agent_id, x.environment, x.run_id, x.symbol
				ORDER BY x.at, x.block NULLS FIRST) AS island
			FROM (SELECT p.project, p.agent_id, p.environment, p.run_id, p.symbol, p.at, p.price, NULL::text AS block
				FROM price p WHERE p.price IS NOT NULL
				UNION ALL SELECT b.project, b.agent_id, b.environment, b.run_id, upper(b.symbol), b.at, NULL, b.block FROM block b) x) s
	), later AS (
		-- the last price of any agent in the second half of the hour after it
		SELECT s.project, s.agent_id, s.environment, s.run_id, s.block,
			CASE WHEN first_value(s.at) OVER island >= s.at - interval '30 minutes' THEN first_value(s.price) OVER island END AS price
		FROM (SELECT x.*, count(x.price) OVER (PARTITION BY x.project, x.symbol ORDER BY x.at, x.block NULLS FIRST) AS island
			FROM (SELECT p.project, p.agent_id, p.environment, p.run_id, p.symbol, p.at, p.price, NULL::text AS block
				FROM price p WHERE p.price IS NOT NULL
				UNION ALL SELECT b.project, b.agent_id, b.environment, b.run_id, upper(b.symbol), b.at + interval '1 hour', NULL, b.block
				FROM block b) x) s
		WINDOW island AS (PARTITION BY s.project, s.symbol, s.island ORDER BY s.at, s.block NULLS FIRST)
	)
	SELECT b.at, b.agent_id, b.environment, b.run_id::@extschema@.at_id, b.symbol, coalesce(r.reasons, '{}'), b.rejected_by, b.notional,
		b.decision_id, s.price, l.price
	FROM block b
		LEFT JOIN reasons r ON (r.project, r.agent_id, r.environment, r.run_id, r.block) = (b.project, b.agent_id, b.environment, b.run_id, b.block)
		LEFT JOIN seen s ON (s.project, s.agent_id, s.environment, s.run_id, s.block) = (b.project, b.agent_id, b.environment, b.run_id, b.block)
		LEFT JOIN later l ON (l.project, l.agent_id, l.environment, l.run_id, l.block) = (b.project, b.agent_id, b.environment, b.run_id, b.block)
	ORDER BY b.at, b.run_id, b.block;
END
$at$;
COMMENT ON FUNCTION at_risk_blocks(text, timestamptz, timestamptz, text, text) IS 'what risk checks (approved false) and gates (trade.rejected) turned down with since <= time < until, of one project, agent and environment or all (null); events of one decision, else of one order, else of one symbol in a run are one block; reasons are those of the checks and reason_code of the rejections, each once; rejected_by is the rejection''s, else risk_check_kind; price is the last of the symbol in the run before the block, at most an hour before the first of all listed blocks; price_1h_later the last in the project between 30 and 60 minutes after it; raises 22P02 for an unknown environment, 42P01 without a store';

CREATE TYPE at_quality_signal AS (
	occurred_at timestamptz,
	agent_id text,
	run_id at_id,
	span_id at_id,
	signal_type text,
	code text,
	value numeric,
	weight numeric,
	event_id at_id
);
COMMENT ON TYPE at_quality_signal IS 'one signal of quality, a row of at_quality_signals()';

CREATE FUNCTION at_quality_signals(project text DEFAULT NULL, since timestamptz DEFAULT NULL,
	until timestamptz DEFAULT NULL, agent_id text DEFAULT NULL, environment text DEFAULT NULL)
RETURNS SETOF at_quality_signal
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of(at_quality_signals.environment);
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	SELECT e.occurred_at, e.agent_id, e.run_id, e.span_id, e.payload ->> 'signal_type', e.payload ->> 'code',
		coalesce(@extschema@.at_decimal(e.payload -> 'value'),
			CASE e.payload -> 'value' WHEN 'true' THEN 1 WHEN 'false' THEN 0 END),
		@extschema@.at_decimal(e.payload -> 'weight'), e.event_id
	FROM @extschema@.at_event e
	WHERE (at_quality_signals.project IS NULL OR e.project = at_quality_signals.project)
		AND (at_quality_signals.since IS NULL OR e.occurred_at >= at_quality_signals.since)
		AND (at_quality_signals.until IS NULL OR e.occurred_at < at_quality_signals.until)
		AND (at_quality_signals.agent_id IS NULL OR e.agent_id = at_quality_signals.agent_id)
		AND (env IS NULL OR e.environment = env)
		AND jsonb_typeof(e.payload -> 'signal_type') = 'string'
	ORDER BY e.occurred_at, e.ingested_at, e.line_no, e.key_digest;
END
$at$;
COMMENT ON FUNCTION at_quality_signals(text, timestamptz, timestamptz, text, text) IS 'signals of quality with since <= time < until, of one project, agent and environment or all (null): events of any type whose payload has a text signal_type, with its code, value (a number; true is 1, false 0) and weight; the contract has no event of its own for them, a check (diagnostic.check.completed) or feedback of an operator can carry them; raises 22P02 for an unknown environment, 42P01 without a store';
