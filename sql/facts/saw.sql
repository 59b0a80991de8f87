-- What an agent knew, and what changed between two windows.

CREATE FUNCTION _at_saw_event(id text, run_id text, project text, OUT project_of text, OUT agent_of text,
	OUT environment_of at_environment, OUT run_of at_id, OUT at timestamptz, OUT symbol text, OUT event_of at_id)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off -- the planner thinks nothing of the filters of at_event_time
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT e.project, e.agent_id, e.environment, e.run_id, e.occurred_at,
		coalesce(@extschema@.at_known_id(e.payload ->> 'symbol'), CASE cardinality(e.symbols) WHEN 1 THEN e.symbols[1] END),
		e.event_id
	FROM @extschema@.at_event e
	WHERE (_at_saw_event.run_id IS NULL OR e.run_id OPERATOR(@extschema@.=) _at_saw_event.run_id::@extschema@.at_id)
		AND (_at_saw_event.project IS NULL OR e.project = _at_saw_event.project)
		AND CASE WHEN _at_saw_event.id LIKE 'evt\_%' THEN e.event_id OPERATOR(@extschema@.=) _at_saw_event.id::@extschema@.at_id
			ELSE e.event_type = 'decision.proposed' AND e.payload ->> 'decision_id' = _at_saw_event.id END
	ORDER BY e.occurred_at, e.ingested_at, e.line_no, e.key_digest
	LIMIT 1;
END
$at$;
COMMENT ON FUNCTION _at_saw_event(text, text, text) IS 'internal: the event or the first proposal of the decision with this id';

CREATE FUNCTION at_saw(id text, run_id text DEFAULT NULL, project text DEFAULT NULL,
	OUT kind text, OUT what text, OUT value text, OUT source text, OUT age interval, OUT stale boolean, OUT event_id at_id)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	moment record;
	back interval;
BEGIN
	PERFORM @extschema@._at_check_store();
	IF at_saw.id IS NULL THEN
		RETURN;
	END IF;
	SELECT * INTO moment FROM @extschema@._at_saw_event(at_saw.id, at_saw.run_id, at_saw.project);
	IF moment.at IS NULL THEN
		RETURN;
	END IF;
	-- what the run had recorded by then
	RETURN QUERY
	SELECT s.kind, s.what, s.value, s.source, s.age, s.stale, s.event_id
	FROM (SELECT DISTINCT ON (k.kind, k.what) k.kind, k.what, k.value, k.source,
			moment.at - e.occurred_at + make_interval(secs => coalesce(f.freshness, 0)) AS age,
			CASE k.kind WHEN 'price' THEN extract(epoch FROM moment.at - e.occurred_at) + coalesce(f.freshness, 0) > 300
				WHEN 'memory' THEN coalesce(@extschema@.at_decimal(e.payload -> 'stale_count') > 0, false) END AS stale,
			e.event_id, k.place
		FROM @extschema@.at_event e,
			LATERAL (SELECT CASE WHEN x.freshness < 1e9 THEN x.freshness::float8 END AS freshness
				FROM (SELECT @extschema@.at_decimal(e.payload -> 'freshness_seconds') AS freshness) x) f,
			LATERAL (
				SELECT 1, 'price', e.payload ->> 'symbol', @extschema@._at_snapshot_price(e.payload)::text, e.payload ->> 'source'
				WHERE e.event_type = 'market.snapshot.recorded' AND @extschema@._at_snapshot_price(e.payload) IS NOT NULL
				UNION ALL SELECT 2, 'regime', coalesce(e.payload ->> 'symbol', e.payload ->> 'snapshot_scope', 'market'),
					e.payload ->> 'primary_regime', e.payload ->> 'source'
				WHERE e.event_type = 'market.snapshot.recorded' AND e.payload ? 'primary_regime'
				UNION ALL SELECT 3, 'setup', e.payload ->> 'symbol', e.payload ->> 'primary_regime', e.payload ->> 'entry_permission'
				WHERE e.event_type = 'setup.profile.recorded'
				UNION ALL SELECT 4, 'memory', e.payload ->> 'memory_kind', e.payload ->> 'result_count', e.payload ->> 'purpose'
				WHERE e.event_type = 'memory.read.completed'
				UNION ALL SELECT 5, 'claim', coalesce(e.payload ->> 'symbol', e.symbols[1], '') || ' ' || (e.payload ->> 'claim_type'),
					coalesce(e.payload ->> 'summary', e.payload ->> 'score'),
					CASE jsonb_typeof(e.payload -> 'source_refs') WHEN 'array' THEN e.payload -> 'source_refs' ->> 0 END
				WHERE e.event_type = 'source.claim.recorded'
				UNION ALL SELECT 6, 'model', coalesce(e.payload ->> 'purpose', ''),
					coalesce(e.payload ->> 'response_model', e.payload ->> 'model'), e.payload ->> 'provider'
				WHERE e.event_type IN ('llm.call.started', 'llm.call.completed')
				UNION ALL SELECT 7, 'prompt', coalesce(e.payload ->> 'purpose', e.payload ->> 'prompt_family', ''),
					coalesce(e.payload ->> 'prompt_version', e.payload ->> 'prompt_version_id'), e.payload ->> 'prompt_hash'
				WHERE e.event_type IN ('llm.call.started', 'llm.call.completed') AND e.payload ?| '{prompt_version,prompt_version_id}'
				UNION ALL SELECT 8, 'tool', e.payload ->> 'tool_name', e.payload ->> 'status', e.payload ->> 'error_kind'
				WHERE e.event_type = 'tool.call.completed' AND (e.payload ->> 'tool_kind') IS DISTINCT FROM 'step'
				UNION ALL SELECT 11, 'risk gate', 'version', e.payload ->> 'risk_gate_version', e.event_type::text
				WHERE e.payload ? 'risk_gate_version'
			) k(place, kind, what, value, source)
		WHERE e.run_id OPERATOR(@extschema@.=) moment.run_of AND e.project = moment.project_of
			AND e.agent_id = moment.agent_of AND e.environment = moment.environment_of
			AND e.occurred_at <= moment.at AND e.event_id OPERATOR(@extschema@.<>) moment.event_of
		ORDER BY k.kind, k.what, e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC) s
	ORDER BY s.place, s.what;
	-- the portfolio of the agent, of whatever run: by larger and larger steps back
	FOREACH back IN ARRAY '{2 hours,1 day,7 days}'::interval[] LOOP
		RETURN QUERY
		SELECT p.kind, p.what, p.value, p.source, moment.at - p.at, NULL::boolean, p.event_id
		FROM (SELECT DISTINCT ON (k.kind, k.what) k.kind, k.what, k.value, e.payload ->> 'portfolio_kind' AS source,
				e.occurred_at AS at, e.event_id
			FROM @extschema@.at_event e, LATERAL (
				SELECT 'cash', coalesce(e.payload ->> 'currency', ''), e.payload ->> 'cash'
				WHERE e.event_type = 'portfolio.snapshot.recorded' AND e.payload ? 'cash'
				UNION ALL SELECT 'equity', coalesce(e.payload ->> 'currency', ''), e.payload ->> 'equity'
				WHERE e.event_type = 'portfolio.snapshot.recorded' AND e.payload ? 'equity'
				UNION ALL SELECT 'position', e.payload ->> 'symbol', e.payload ->> 'quantity'
				WHERE e.event_type = 'position.snapshot.recorded' AND upper(e.payload ->> 'symbol') = upper(moment.symbol)
				) k(kind, what, value)
			WHERE e.project = moment.project_of AND e.agent_id = moment.agent_of AND e.environment = moment.environment_of
				AND e.event_type IN ('portfolio.snapshot.recorded', 'position.snapshot.recorded')
				AND e.occurred_at <= moment.at AND e.occurred_at > moment.at - back
				AND e.event_id OPERATOR(@extschema@.<>) moment.event_of
			ORDER BY k.kind, k.what, e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC) p
		ORDER BY p.kind, p.what;
		EXIT WHEN FOUND;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_saw(text, text, text) IS 'what was known at the moment of a decision (its decision_id) or an event (evt_...), the newest of each kind and thing at or before it: price (of each symbol), regime, setup, memory, claim, model, prompt, tool, risk gate of the same run, and cash, equity and the position in the symbol of the agent, of at most seven days before; age with freshness_seconds; stale: a price of more than 300 seconds, memory with stale_count above 0, null for what does not get stale; run_id says where to look; without it both are found by their indexes (an event of this minute by reading what was written since the last refresh), and of several the first proposal counts; no rows for an unknown id; raises 42P01 without a store';

CREATE FUNCTION at_changes(project text, agent_id text, a tstzrange, b tstzrange,
	OUT kind text, OUT name text, OUT change text, OUT events_a bigint, OUT events_b bigint)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_check_store();
	IF lower(at_changes.a) IS NULL OR upper(at_changes.a) IS NULL OR lower(at_changes.b) IS NULL
			OR upper(at_changes.b) IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	WITH used AS MATERIALIZED (
		SELECT k.kind, k.name, count(*) FILTER (WHERE e.occurred_at <@ at_changes.a) AS n_a,
			count(*) FILTER (WHERE e.occurred_at <@ at_changes.b) AS n_b
		FROM @extschema@.at_event e, LATERAL (
			SELECT 1, 'model', coalesce(nullif(e.payload ->> 'provider', '') || '/', '') || (e.payload ->> 'model')
			WHERE e.event_type IN ('llm.call.started', 'llm.call.completed')
			UNION ALL SELECT 2, 'prompt', coalesce(coalesce(e.payload ->> 'purpose', e.payload ->> 'prompt_family') || ' ', '')
				|| coalesce(e.payload ->> 'prompt_version', e.payload ->> 'prompt_version_id')
			WHERE e.event_type IN ('llm.call.started', 'llm.call.completed')
			UNION ALL SELECT 3, 'build', e.payload ->> 'build_id' WHERE e.payload ? 'build_id'
			UNION ALL SELECT 4, 'config', e.payload ->> 'config_hash' WHERE e.payload ? 'config_hash'
			UNION ALL SELECT 5, 'risk gate', e.payload ->> 'risk_gate_version' WHERE e.payload ? 'risk_gate_version'
			UNION ALL SELECT 6, 'tool', e.payload ->> 'tool_name'
			WHERE e.event_type = 'tool.call.completed' AND (e.payload ->> 'tool_kind') IS DISTINCT FROM 'step'
			UNION ALL SELECT 7, 'source', e.payload ->> 'source' WHERE e.event_type = 'market.snapshot.recorded'
			) k(place, kind, name)
		WHERE e.project = at_changes.project AND e.agent_id = at_changes.agent_id AND k.name IS NOT NULL
			-- one range of time each, so that the index is used
			AND (e.occurred_at >= lower(at_changes.a) AND e.occurred_at <= upper(at_changes.a)
				OR e.occurred_at >= lower(at_changes.b) AND e.occurred_at <= upper(at_changes.b))
		GROUP BY k.kind, k.name
	), in_force AS (
		-- of what is recorded only when it changes, what came before the window holds in it
		SELECT w.place, k.kind, k.name
		FROM (VALUES (1, lower(at_changes.a)), (2, lower(at_changes.b))) w(place, since),
			LATERAL (SELECT e.payload FROM @extschema@.at_event e
				WHERE e.project = at_changes.project AND e.agent_id = at_changes.agent_id
					AND e.event_type = 'agent.build.recorded' AND e.occurred_at < w.since
				ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC LIMIT 1) e,
			LATERAL (VALUES ('build', e.payload ->> 'build_id'), ('config', e.payload ->> 'config_hash'),
				('risk gate', e.payload ->> 'risk_gate_version')) k(kind, name)
		WHERE k.name IS NOT NULL
	), side AS (
		SELECT u.kind, u.name, u.n_a, u.n_b,
			u.n_a > 0 OR EXISTS (SELECT FROM in_force f WHERE f.place = 1 AND f.kind = u.kind AND f.name = u.name) AS in_a,
			u.n_b > 0 OR EXISTS (SELECT FROM in_force f WHERE f.place = 2 AND f.kind = u.kind AND f.name = u.name) AS in_b
		FROM (SELECT u.kind, u.name, u.n_a, u.n_b FROM used u
			UNION ALL SELECT DISTINCT f.kind, f.name, 0::bigint, 0::bigint FROM in_force f
			WHERE NOT EXISTS (SELECT FROM used u WHERE u.kind = f.kind AND u.name = f.name)) u
	)
	SELECT c.kind, c.name, CASE WHEN c.in_b THEN 'new' ELSE 'gone' END, c.n_a, c.n_b
	FROM side c
	WHERE c.in_a <> c.in_b
	ORDER BY array_position('{model,prompt,build,config,risk gate,tool,source}', c.kind), c.in_b, c.name COLLATE "C";
END
$at$;
COMMENT ON FUNCTION at_changes(text, text, tstzrange, tstzrange) IS 'what an agent used in one of two windows only: models, versions of prompts, builds, configurations, versions of the risk gate, tools, sources of market data; change: new (in b) or gone (only in a), with how many events of each window name it; a build, its configuration and risk gate hold from when they were recorded until the next; no rows for null, nor for a window without both bounds; raises 42P01 without a store';

CREATE FUNCTION at_changes(project text, agent_id text, a date, b date,
	OUT kind text, OUT name text, OUT change text, OUT events_a bigint, OUT events_b bigint)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
	SELECT * FROM @extschema@.at_changes($1, $2, tstzrange($3, $3 + 1), tstzrange($4, $4 + 1))
$at$;
COMMENT ON FUNCTION at_changes(text, text, date, date) IS 'at_changes() of two days, in UTC';

CREATE FUNCTION _at_create_store_recent() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE OR REPLACE VIEW @extschema@.at_recent_llm_calls WITH (security_invoker = on) AS
		SELECT * FROM @extschema@.at_llm_calls(NULL, now() - interval '1 day');
	COMMENT ON VIEW @extschema@.at_recent_llm_calls IS 'agent_tracker: at_llm_calls() of the last day';
	CREATE OR REPLACE VIEW @extschema@.at_recent_tool_calls WITH (security_invoker = on) AS
		SELECT * FROM @extschema@.at_tool_calls(NULL, now() - interval '1 day');
	COMMENT ON VIEW @extschema@.at_recent_tool_calls IS 'agent_tracker: at_tool_calls() of the last day';
	CREATE OR REPLACE VIEW @extschema@.at_recent_decisions WITH (security_invoker = on) AS
		SELECT * FROM @extschema@.at_decisions(NULL, now() - interval '1 day');
	COMMENT ON VIEW @extschema@.at_recent_decisions IS 'agent_tracker: at_decisions() of the last day';
	CREATE OR REPLACE VIEW @extschema@.at_recent_errors WITH (security_invoker = on) AS
		SELECT * FROM @extschema@.at_errors(NULL, now() - interval '1 day');
	COMMENT ON VIEW @extschema@.at_recent_errors IS 'agent_tracker: at_errors() of the last day';
	CREATE OR REPLACE VIEW @extschema@.at_recent_risk_blocks WITH (security_invoker = on) AS
		SELECT * FROM @extschema@.at_risk_blocks(NULL, now() - interval '1 day');
	COMMENT ON VIEW @extschema@.at_recent_risk_blocks IS 'agent_tracker: at_risk_blocks() of the last day';
END
$at$;
COMMENT ON FUNCTION _at_create_store_recent() IS 'makes the views of what happened in the last day; called by at_create_store()';
