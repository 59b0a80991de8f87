-- Runs: facts of runs as a whole, and the views over them.

CREATE FUNCTION _at_status_ok(status text) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_status_ok' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_status_ok(text) IS 'whether a status of a run, call or step says that it succeeded; null when it says neither';

CREATE TYPE at_run_session AS (
	session_id text,
	first_at timestamptz,
	last_at timestamptz,
	events bigint,
	llm_calls bigint,
	tokens bigint,
	cost_usd numeric
);
COMMENT ON TYPE at_run_session IS 'what a run did in one session: its id as payloads say it (session_id, conversation_id, thread_id), and what was counted of the events that name it';

CREATE TYPE _at_run_facts AS (
	project text,
	agent_id text,
	environment at_environment,
	run_id at_id,
	run_type text,
	status text,
	started_at timestamptz,
	ended_at timestamptz,
	first_at timestamptz,
	last_at timestamptz,
	reported_ms float8,
	build_id text,
	models text[],
	events bigint,
	steps bigint,
	llm_calls bigint,
	tool_calls bigint,
	errors bigint,
	decisions bigint,
	risk_blocks bigint,
	fills bigint,
	tokens bigint,
	cost_usd numeric,
	unpriced_calls bigint,
	currency text,
	parent_run_id text,
	parent_agent_id text,
	sessions at_run_session[],
	follows_up boolean,
	flags text[]
);
COMMENT ON TYPE _at_run_facts IS 'what the events of a run say of it as a whole; the columns of at_run_fact, where they are explained';

CREATE FUNCTION _at_facts_of_runs(projects text[], runs text[], since timestamptz DEFAULT '-infinity',
	until timestamptz DEFAULT 'infinity') RETURNS SETOF _at_run_facts
AS 'MODULE_PATHNAME', 'at_facts_of_runs' LANGUAGE C STABLE PARALLEL RESTRICTED COST 10000 ROWS 100;
COMMENT ON FUNCTION _at_facts_of_runs(text[], text[], timestamptz, timestamptz) IS 'internal: facts of these runs from their events with since <= occurred_at < until: one row for each agent and environment that used the run''s id; reads with the caller''s rights';

-- A run of which retention dropped events is the sum of what was known of these
-- and of what is stored.
CREATE FUNCTION _at_merged_run(dropped _at_run_facts, stored _at_run_facts) RETURNS _at_run_facts
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT dropped.project, dropped.agent_id, dropped.environment, dropped.run_id,
		coalesce(dropped.run_type, stored.run_type),
		-- the later completion counts, and a run that is complete is not open
		CASE WHEN stored.ended_at IS NOT NULL THEN stored.status
			WHEN dropped.ended_at IS NOT NULL THEN dropped.status
			ELSE coalesce(dropped.status, stored.status) END,
		least(dropped.started_at, stored.started_at), greatest(dropped.ended_at, stored.ended_at),
		least(dropped.first_at, stored.first_at), greatest(dropped.last_at, stored.last_at),
		CASE WHEN stored.ended_at IS NOT NULL THEN stored.reported_ms ELSE dropped.reported_ms END,
		coalesce(stored.build_id, dropped.build_id),
		ARRAY(SELECT m FROM unnest(dropped.models || stored.models) m GROUP BY m ORDER BY m COLLATE "C"),
		dropped.events + stored.events, dropped.steps + stored.steps, dropped.llm_calls + stored.llm_calls,
		dropped.tool_calls + stored.tool_calls, dropped.errors + stored.errors,
		dropped.decisions + stored.decisions, dropped.risk_blocks + stored.risk_blocks,
		dropped.fills + stored.fills,
		CASE WHEN dropped.tokens IS NULL THEN stored.tokens ELSE dropped.tokens + coalesce(stored.tokens, 0) END,
		CASE WHEN dropped.cost_usd IS NULL THEN stored.cost_usd ELSE dropped.cost_usd + coalesce(stored.cost_usd, 0) END,
		dropped.unpriced_calls + stored.unpriced_calls,
		CASE WHEN dropped.fills = 0 THEN stored.currency WHEN stored.fills = 0 THEN dropped.currency
			WHEN dropped.currency = stored.currency THEN stored.currency END,
		coalesce(dropped.parent_run_id, stored.parent_run_id), coalesce(dropped.parent_agent_id, stored.parent_agent_id),
		(SELECT array_agg(ROW(s.session_id, s.first_at, s.last_at, s.events, s.llm_calls, s.tokens, s.cost_usd)::@extschema@.at_run_session
				ORDER BY s.first_at, s.session_id COLLATE "C")
			FROM (SELECT x.session_id, min(x.first_at) AS first_at, max(x.last_at) AS last_at, sum(x.events)::bigint AS events,
					sum(x.llm_calls)::bigint AS llm_calls, sum(x.tokens)::bigint AS tokens, sum(x.cost_usd) AS cost_usd
				FROM unnest(dropped.sessions || stored.sessions) x GROUP BY x.session_id) s),
		dropped.follows_up OR stored.follows_up,
		ARRAY(SELECT x.flag FROM (
				SELECT f AS flag FROM unnest(dropped.flags || stored.flags) f
				WHERE f NOT IN ('no_run_events', 'no_start', 'partial')
				UNION SELECT 'no_run_events' WHERE dropped.started_at IS NULL AND stored.started_at IS NULL
					AND dropped.ended_at IS NULL AND stored.ended_at IS NULL
				UNION SELECT 'no_start' WHERE dropped.started_at IS NULL AND stored.started_at IS NULL
					AND NOT (dropped.ended_at IS NULL AND stored.ended_at IS NULL)
				UNION SELECT 'started_twice' WHERE dropped.started_at IS NOT NULL AND stored.started_at IS NOT NULL
				UNION SELECT 'completed_twice' WHERE dropped.ended_at IS NOT NULL AND stored.ended_at IS NOT NULL
				UNION SELECT 'several_currencies' WHERE dropped.fills > 0 AND stored.fills > 0
					AND dropped.currency IS DISTINCT FROM stored.currency
				UNION SELECT 'partial') x
			ORDER BY x.flag COLLATE "C")
$at$;
COMMENT ON FUNCTION _at_merged_run(_at_run_facts, _at_run_facts) IS 'internal: facts of a run of which retention dropped events, from what was known of those and from those that are stored';

CREATE FUNCTION _at_fresh_runs() RETURNS SETOF _at_run_facts
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
DECLARE
	projects text[];
	runs text[];
BEGIN
	PERFORM @extschema@._at_check_store();
	SELECT array_agg(s.project), array_agg(s.run_id) INTO projects, runs
	FROM (SELECT DISTINCT m.project, m.run_id::text AS run_id FROM @extschema@.at_stale_run m
		WHERE m.run_id IS NOT NULL ORDER BY m.project, m.run_id::text) s;
	IF runs IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT m.*
	FROM @extschema@._at_facts_of_runs(projects, runs) r
		LEFT JOIN @extschema@.at_run_partial p ON p.project = r.project AND p.run_id OPERATOR(@extschema@.=) r.run_id
			AND p.agent_id = r.agent_id AND p.environment = r.environment,
		LATERAL (SELECT (r).* WHERE p.run_id IS NULL
			UNION ALL SELECT x.* FROM @extschema@._at_merged_run(p.facts, r) x WHERE p.run_id IS NOT NULL) m;
	-- of a run that retention dropped as a whole there is what was known of it
	RETURN QUERY
	SELECT (p.facts).*
	FROM @extschema@.at_run_partial p
	WHERE (p.project, p.run_id::text) IN (SELECT * FROM unnest(projects, runs))
		AND NOT EXISTS (SELECT FROM @extschema@.at_event e WHERE e.run_id OPERATOR(@extschema@.=) p.run_id AND e.project = p.project
			AND e.agent_id = p.agent_id AND e.environment = p.environment);
END
$at$;
COMMENT ON FUNCTION _at_fresh_runs() IS 'facts of the runs that were written since the last at_refresh(), each computed whole; of a run of which retention dropped events, together with what was known of them; raises 42P01 without a store';

CREATE FUNCTION _at_write_runs() RETURNS bigint
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
DECLARE
	written bigint;
BEGIN
	-- runs that are extended from here on need what was known of their dropped events
	INSERT INTO @extschema@.at_run_dropped (project, agent_id, environment, run_id, facts)
	SELECT p.project, p.agent_id, p.environment, p.run_id, p.facts
	FROM @extschema@.at_run_partial p
	WHERE EXISTS (SELECT FROM @extschema@.at_stale_run m
			WHERE m.project = p.project AND m.run_id OPERATOR(@extschema@.=) p.run_id)
		AND NOT EXISTS (SELECT FROM @extschema@.at_run_dropped d WHERE d.project = p.project
			AND d.run_id OPERATOR(@extschema@.=) p.run_id AND d.agent_id = p.agent_id AND d.environment = p.environment);

	-- one statement, one snapshot; the facts of a run whose events are gone go, too
	WITH fresh AS MATERIALIZED (
		SELECT * FROM @extschema@._at_fresh_runs()
	), gone AS (
		DELETE FROM @extschema@.at_run_fact f
		WHERE EXISTS (SELECT FROM @extschema@.at_stale_run m
				WHERE m.project = f.project AND m.run_id OPERATOR(@extschema@.=) f.run_id)
			AND NOT EXISTS (SELECT FROM fresh r WHERE r.project = f.project AND r.run_id OPERATOR(@extschema@.=) f.run_id
				AND r.agent_id = f.agent_id AND r.environment = f.environment)
	), new AS (
		INSERT INTO @extschema@.at_run_fact AS f
			(project, agent_id, environment, run_id, run_type, status, started_at, ended_at, first_at, last_at,
			reported_ms, build_id, models, events, steps, llm_calls, tool_calls, errors, decisions, risk_blocks,
			fills, tokens, cost_usd, unpriced_calls, currency, parent_run_id, parent_agent_id, sessions, follows_up, flags)
		SELECT r.* FROM fresh r
		ON CONFLICT (project, run_id, agent_id, environment) DO UPDATE
		SET (run_type, status, started_at, ended_at, first_at, last_at,
			reported_ms, build_id, models, events, steps, llm_calls, tool_calls, errors, decisions, risk_blocks,
			fills, tokens, cost_usd, unpriced_calls, currency, parent_run_id, parent_agent_id, sessions, follows_up, flags)
			= (excluded.run_type, excluded.status, excluded.started_at, excluded.ended_at, excluded.first_at,
			excluded.last_at, excluded.reported_ms, excluded.build_id, excluded.models, excluded.events,
			excluded.steps, excluded.llm_calls, excluded.tool_calls, excluded.errors, excluded.decisions,
			excluded.risk_blocks, excluded.fills, excluded.tokens, excluded.cost_usd, excluded.unpriced_calls,
			excluded.currency, excluded.parent_run_id, excluded.parent_agent_id, excluded.sessions,
			excluded.follows_up, excluded.flags)
		RETURNING 1
	)
	SELECT count(*) INTO written FROM new;

	-- what is known of each agent of these projects; a pass over facts of runs
	DELETE FROM @extschema@.at_agent_fact a
	WHERE a.project IN (SELECT m.project FROM @extschema@.at_stale_run m)
		AND NOT EXISTS (SELECT FROM @extschema@.at_run_fact f WHERE f.project = a.project
			AND f.agent_id = a.agent_id AND f.environment = a.environment);
	INSERT INTO @extschema@.at_agent_fact AS a (project, agent_id, environment, first_at, last_at, build_id)
	SELECT f.project, f.agent_id, f.environment, min(f.first_at), max(f.last_at),
		(array_agg(f.build_id ORDER BY f.last_at DESC) FILTER (WHERE f.build_id IS NOT NULL))[1]
	FROM @extschema@.at_run_fact f
	WHERE f.project IN (SELECT m.project FROM @extschema@.at_stale_run m)
	GROUP BY f.project, f.agent_id, f.environment
	ON CONFLICT (project, agent_id, environment) DO UPDATE
	SET first_at = excluded.first_at, last_at = excluded.last_at, build_id = excluded.build_id
	WHERE (a.first_at, a.last_at, a.build_id) IS DISTINCT FROM (excluded.first_at, excluded.last_at, excluded.build_id);

	IF written > 1000 AND written > (SELECT c.reltuples / 10 FROM pg_class c
			WHERE c.oid = '@extschema@.at_run_fact'::regclass::oid) THEN
		-- not waiting: whoever holds such a lock may be waiting for this transaction
		ANALYZE (SKIP_LOCKED) @extschema@.at_run_fact;
	END IF;
	RETURN written;
END
$at$;
COMMENT ON FUNCTION _at_write_runs() IS 'internal: computes the stale runs again, for at_refresh(), as the store''s owner, who has the lock of refreshes; returns how many facts were written';

CREATE FUNCTION _at_write_dropped_runs(since timestamptz, until timestamptz) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	projects text[];
	runs text[];
BEGIN
	-- runs that go on behind the partition: what its events say is kept apart
	SELECT array_agg(f.project), array_agg(f.run_id) INTO projects, runs
	FROM (SELECT DISTINCT f.project, f.run_id::text AS run_id FROM @extschema@.at_run_fact f
		WHERE f.first_at < $2 AND f.last_at >= $1
			AND (f.last_at >= $2 OR EXISTS (SELECT FROM @extschema@.at_run_dropped d
				WHERE d.project = f.project AND d.run_id OPERATOR(@extschema@.=) f.run_id))) f;
	IF runs IS NOT NULL THEN
		INSERT INTO @extschema@.at_run_dropped AS d (project, agent_id, environment, run_id, facts)
		SELECT r.project, r.agent_id, r.environment, r.run_id, r
		FROM @extschema@._at_facts_of_runs(projects, runs, $1, $2) r
		ON CONFLICT (project, run_id, agent_id, environment) DO UPDATE
		SET facts = @extschema@._at_merged_run(d.facts, excluded.facts);
	END IF;
	UPDATE @extschema@.at_run_fact f
	SET flags = ARRAY(SELECT x FROM unnest(f.flags || '{partial}') x ORDER BY x COLLATE "C")
	WHERE f.first_at < $2 AND f.last_at >= $1 AND 'partial' <> ALL (f.flags);
END
$at$;
COMMENT ON FUNCTION _at_write_dropped_runs(timestamptz, timestamptz) IS 'internal: keeps what is known of the events of a partition that is about to be dropped, and flags their runs as partial; for _at_keep_facts(), as the store''s owner';

CREATE FUNCTION _at_write_stale(project text, since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
DECLARE
	marked bigint;
BEGIN
	WITH run AS (
		SELECT f.run_id, f.agent_id, greatest(f.first_at, $2)::date AS day
		FROM @extschema@.at_run_fact f
		WHERE f.project = $1 AND f.last_at >= $2 AND f.first_at < $3
		UNION
		SELECT e.run_id, e.agent_id, e.occurred_at::date
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3
		UNION
		-- days of which nothing is left; it is not known what else was
		SELECT NULL, NULL, d.day FROM @extschema@.at_evidence_daily d
		WHERE d.project = $1 AND d.day >= $2::date AND d.day::timestamptz < $3
	), new AS (
		INSERT INTO @extschema@.at_stale_run (project, run_id, agent_id, day)
		SELECT $1, r.run_id, r.agent_id, r.day FROM run r
		RETURNING 1
	)
	SELECT count(*) INTO marked FROM new;
	RETURN marked;
END
$at$;
COMMENT ON FUNCTION _at_write_stale(text, timestamptz, timestamptz) IS 'internal: what at_mark_stale() does, as the store''s owner';

CREATE FUNCTION at_check_facts(sample integer DEFAULT 100, OUT fact text, OUT project text, OUT agent_id text,
	OUT environment text, OUT run_id text, OUT day date, OUT field text, OUT stored text, OUT computed text)
RETURNS SETOF record
-- stable, although the sample is drawn at random: it writes nothing
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	projects text[];
	runs text[];
	share float8;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{sample}', sample);
	IF sample < 1 THEN
		RAISE invalid_parameter_value USING MESSAGE = 'sample must be greater than zero';
	END IF;
	PERFORM @extschema@._at_check_store();
	-- some runs that have facts, and some that have events
	SELECT least(100, 10000.0 * sample / greatest(1, sum(c.reltuples))) INTO share
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
	WHERE i.inhparent = '@extschema@.at_event'::regclass;
	SELECT array_agg(r.project), array_agg(r.run_id) INTO projects, runs
	FROM (
		SELECT f.project, f.run_id::text AS run_id
		FROM (SELECT f.project, f.run_id FROM @extschema@.at_run_fact f WHERE 'partial' <> ALL (f.flags)
			ORDER BY random() LIMIT sample) f
		UNION
		SELECT e.project, e.run_id
		FROM (SELECT e.project, e.run_id::text AS run_id
			FROM @extschema@.at_event e TABLESAMPLE SYSTEM (share) LIMIT sample) e
	) r
	WHERE NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
			WHERE m.project = r.project AND m.run_id::text = r.run_id)
		AND NOT EXISTS (SELECT FROM @extschema@.at_run_fact f WHERE f.project = r.project
			AND f.run_id OPERATOR(@extschema@.=) r.run_id::@extschema@.at_id AND 'partial' = ANY (f.flags));
	RETURN QUERY
	SELECT 'run', coalesce(s.project, c.project), coalesce(s.agent_id, c.agent_id), coalesce(s.environment, c.environment),
		coalesce(s.run_id, c.run_id), NULL::date, x.field, x.stored, x.computed
	FROM (SELECT f.project, f.agent_id, f.environment::text AS environment, f.run_id::text AS run_id, to_jsonb(f) AS facts
			FROM @extschema@.at_run_fact f
			WHERE (f.project, f.run_id::text) IN (SELECT * FROM unnest(projects, runs))) s
		FULL JOIN (SELECT r.project, r.agent_id, r.environment::text AS environment, r.run_id::text AS run_id, to_jsonb(r) AS facts
			FROM @extschema@._at_facts_of_runs(projects, runs) r) c
			ON s.project = c.project AND s.run_id = c.run_id AND s.agent_id = c.agent_id AND s.environment = c.environment,
		LATERAL (SELECT coalesce(a.key, b.key) AS field, a.value AS stored, b.value AS computed
			FROM jsonb_each_text(s.facts) a FULL JOIN jsonb_each_text(c.facts) b ON a.key = b.key) x
	WHERE x.stored IS DISTINCT FROM x.computed;

	RETURN QUERY
	SELECT 'evidence', d.project, d.agent_id, d.environment::text, NULL::text, d.day, 'evidence',
		d.evidence::text, c.evidence::text
	FROM (SELECT * FROM @extschema@.at_evidence_daily d
			WHERE NOT EXISTS (SELECT FROM @extschema@.at_stale_run m WHERE m.project = d.project AND m.day = d.day)
				AND EXISTS (SELECT FROM @extschema@.at_partitions() p
					WHERE d.day::timestamptz >= p.since AND (d.day::timestamptz < p.until OR p.until = 'infinity'))
			ORDER BY random() LIMIT least(sample, 20)) d,
		LATERAL (SELECT @extschema@._at_evidence_between(d.project, d.agent_id, d.environment,
			d.day::timestamptz, (d.day + 1)::timestamptz) AS evidence) c
	WHERE d.evidence::text IS DISTINCT FROM c.evidence::text;

	RETURN QUERY SELECT * FROM @extschema@._at_check_hours_and_days(least(sample, 20));
	RETURN QUERY SELECT * FROM @extschema@._at_check_performance(least(sample, 5));
END
$at$;
COMMENT ON FUNCTION at_check_facts(integer) IS 'computes a random sample of facts again and lists what differs from what is stored, nothing when all is well: that many runs that have facts, as many that have events, up to 20 days of agents in the rollup of evidence, up to 20 days of projects in those of hours and days, and all facts of performance, fills and trades of up to five agents; of each difference the field and both values (null: there is none); facts that are stale, and runs and sessions of which retention dropped events, are left out; raises 22004 for null, 22023 for a sample below 1, 42P01 without a store';

CREATE FUNCTION _at_create_store_runs() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_run_fact (
		project text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		run_id @extschema@.at_id NOT NULL,
		run_type text,
		status text,
		started_at timestamptz,
		ended_at timestamptz,
		first_at timestamptz NOT NULL,
		last_at timestamptz NOT NULL,
		reported_ms float8,
		build_id text,
		models text[] NOT NULL,
		events bigint NOT NULL,
		steps bigint NOT NULL,
		llm_calls bigint NOT NULL,
		tool_calls bigint NOT NULL,
		errors bigint NOT NULL,
		decisions bigint NOT NULL,
		risk_blocks bigint NOT NULL,
		fills bigint NOT NULL,
		tokens bigint,
		cost_usd numeric,
		unpriced_calls bigint NOT NULL,
		currency text,
		parent_run_id text,
		parent_agent_id text,
		sessions @extschema@.at_run_session[],
		follows_up boolean NOT NULL,
		flags text[] NOT NULL,
		PRIMARY KEY (project, run_id, agent_id, environment)
	);
	COMMENT ON TABLE @extschema@.at_run_fact IS 'agent_tracker: what is known of each run as a whole, as of the last at_refresh(); at_run shows it with what came since; it stays when at_drop_before() drops the run''s events';
	COMMENT ON COLUMN @extschema@.at_run_fact.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_run_fact.agent_id IS 'agent; a run id that two agents used is one row for each';
	COMMENT ON COLUMN @extschema@.at_run_fact.environment IS 'environment; the same holds for it';
	COMMENT ON COLUMN @extschema@.at_run_fact.run_id IS 'run';
	COMMENT ON COLUMN @extschema@.at_run_fact.run_type IS 'type that its start names, else its completion';
	COMMENT ON COLUMN @extschema@.at_run_fact.status IS 'status of its last completion; open: it started and did not complete; null: it has neither';
	COMMENT ON COLUMN @extschema@.at_run_fact.started_at IS 'time of its first start';
	COMMENT ON COLUMN @extschema@.at_run_fact.ended_at IS 'time of its last completion';
	COMMENT ON COLUMN @extschema@.at_run_fact.first_at IS 'time of its first event of any type';
	COMMENT ON COLUMN @extschema@.at_run_fact.last_at IS 'time of its last event of any type';
	COMMENT ON COLUMN @extschema@.at_run_fact.reported_ms IS 'duration in milliseconds that its completion says (duration_ms or latency_ms)';
	COMMENT ON COLUMN @extschema@.at_run_fact.build_id IS 'build of its last agent.build.recorded';
	COMMENT ON COLUMN @extschema@.at_run_fact.models IS 'models that it called, sorted';
	COMMENT ON COLUMN @extschema@.at_run_fact.events IS 'number of events';
	COMMENT ON COLUMN @extschema@.at_run_fact.steps IS 'number of steps: calls of models and tools, retrievals, plans, decisions, checks, orders';
	COMMENT ON COLUMN @extschema@.at_run_fact.llm_calls IS 'calls of language models, each counted once, complete or not';
	COMMENT ON COLUMN @extschema@.at_run_fact.tool_calls IS 'calls of tools';
	COMMENT ON COLUMN @extschema@.at_run_fact.errors IS 'events error.recorded';
	COMMENT ON COLUMN @extschema@.at_run_fact.decisions IS 'events decision.proposed';
	COMMENT ON COLUMN @extschema@.at_run_fact.risk_blocks IS 'decisions that a check or a gate rejected, and rejections that name no decision';
	COMMENT ON COLUMN @extschema@.at_run_fact.fills IS 'events paper.fill.recorded';
	COMMENT ON COLUMN @extschema@.at_run_fact.tokens IS 'tokens that its calls used, of all kinds; null: none were counted';
	COMMENT ON COLUMN @extschema@.at_run_fact.cost_usd IS 'what its calls and other metered uses cost, in US dollars, as far as it is known; null: it is not';
	COMMENT ON COLUMN @extschema@.at_run_fact.unpriced_calls IS 'calls whose cost is neither reported nor can be computed';
	COMMENT ON COLUMN @extschema@.at_run_fact.currency IS 'currency of its fills, when it is one';
	COMMENT ON COLUMN @extschema@.at_run_fact.parent_run_id IS 'run that handed over to it, as its start says (parent_run_id, handoff_from_run_id)';
	COMMENT ON COLUMN @extschema@.at_run_fact.parent_agent_id IS 'agent that handed over to it, as its start says (parent_agent_id, handoff_from, from_agent)';
	COMMENT ON COLUMN @extschema@.at_run_fact.sessions IS 'what it did in each session that its events name; null: they name none';
	COMMENT ON COLUMN @extschema@.at_run_fact.follows_up IS 'whether it has checks, orders, fills or outcomes of decisions that other runs proposed, or of other runs'' orders';
	COMMENT ON COLUMN @extschema@.at_run_fact.flags IS 'no_run_events, no_start, started_twice, completed_twice, clock (it ended before it started), several_currencies, unpriced, partial (retention dropped some of its events)';

	CREATE INDEX at_run_fact_started ON @extschema@.at_run_fact (project, started_at);
	CREATE INDEX at_run_fact_last ON @extschema@.at_run_fact (last_at);
	-- runs that go on across a moment
	CREATE INDEX at_run_fact_span ON @extschema@.at_run_fact USING gist (tstzrange(first_at, last_at, '[]'));
	CREATE INDEX at_run_fact_follows_up ON @extschema@.at_run_fact (first_at) WHERE follows_up;
	CREATE INDEX at_run_fact_partial ON @extschema@.at_run_fact (project, run_id) WHERE 'partial' = ANY (flags);
	CREATE INDEX at_run_fact_open ON @extschema@.at_run_fact (project) WHERE status = 'open';

	CREATE TABLE @extschema@.at_agent_fact (
		project text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		first_at timestamptz NOT NULL,
		last_at timestamptz NOT NULL,
		build_id text,
		PRIMARY KEY (project, agent_id, environment)
	);
	COMMENT ON TABLE @extschema@.at_agent_fact IS 'agent_tracker: agents that ever sent an event, as of the last at_refresh(); at_agent shows them with what came since';
	COMMENT ON COLUMN @extschema@.at_agent_fact.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_agent_fact.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_agent_fact.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_agent_fact.first_at IS 'time of its first event';
	COMMENT ON COLUMN @extschema@.at_agent_fact.last_at IS 'time of its last event';
	COMMENT ON COLUMN @extschema@.at_agent_fact.build_id IS 'build of the last of its runs that names one';

	CREATE TABLE @extschema@.at_run_dropped (
		project text NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		run_id @extschema@.at_id NOT NULL,
		facts @extschema@._at_run_facts NOT NULL,
		PRIMARY KEY (project, run_id, agent_id, environment)
	);
	COMMENT ON TABLE @extschema@.at_run_dropped IS 'agent_tracker: what was known of the dropped events of runs of which at_drop_before() dropped some and others are stored';
	COMMENT ON COLUMN @extschema@.at_run_dropped.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_run_dropped.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_run_dropped.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_run_dropped.run_id IS 'run';
	COMMENT ON COLUMN @extschema@.at_run_dropped.facts IS 'facts of the dropped events alone';

	PERFORM @extschema@._at_create_store_run_views();
END
$at$;
COMMENT ON FUNCTION _at_create_store_runs() IS 'makes the part of the store that keeps facts of runs; called by at_create_store()';

CREATE FUNCTION _at_create_store_run_views() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE OR REPLACE VIEW @extschema@.at_run_partial WITH (security_invoker = on) AS
		SELECT f.project, f.agent_id, f.environment, f.run_id,
			coalesce(d.facts, ROW(f.project, f.agent_id, f.environment, f.run_id, f.run_type, f.status, f.started_at,
				f.ended_at, f.first_at, f.last_at, f.reported_ms, f.build_id, f.models, f.events, f.steps, f.llm_calls,
				f.tool_calls, f.errors, f.decisions, f.risk_blocks, f.fills, f.tokens, f.cost_usd, f.unpriced_calls,
				f.currency, f.parent_run_id, f.parent_agent_id, f.sessions, f.follows_up, f.flags)::@extschema@._at_run_facts) AS facts
		FROM @extschema@.at_run_fact f
			LEFT JOIN @extschema@.at_run_dropped d ON d.project = f.project AND d.run_id OPERATOR(@extschema@.=) f.run_id
				AND d.agent_id = f.agent_id AND d.environment = f.environment
		WHERE 'partial' = ANY (f.flags);
	COMMENT ON VIEW @extschema@.at_run_partial IS 'agent_tracker: of runs of which retention dropped events, what was known of these';

	CREATE OR REPLACE VIEW @extschema@.at_run_row WITH (security_invoker = on) AS
		WITH fresh AS MATERIALIZED (
			SELECT * FROM @extschema@._at_fresh_runs()
		)
		SELECT r.*, CASE WHEN r.reported_ms IS NOT NULL THEN r.reported_ms
			WHEN r.ended_at >= r.started_at THEN extract(epoch FROM r.ended_at - r.started_at)::float8 * 1000 END AS duration_ms
		FROM (SELECT f.project, f.agent_id, f.environment, f.run_id, f.run_type, f.status, f.started_at,
				f.ended_at, f.first_at, f.last_at, f.reported_ms, f.build_id, f.models, f.events, f.steps, f.llm_calls,
				f.tool_calls, f.errors, f.decisions, f.risk_blocks, f.fills, f.tokens, f.cost_usd, f.unpriced_calls,
				f.currency, f.parent_run_id, f.parent_agent_id, f.sessions, f.follows_up, f.flags
			FROM @extschema@.at_run_fact f
			WHERE NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
				WHERE m.project = f.project AND m.run_id OPERATOR(@extschema@.=) f.run_id)
			UNION ALL
			SELECT r.* FROM fresh r) r;
	COMMENT ON VIEW @extschema@.at_run_row IS 'agent_tracker: facts of runs, of those that were written since the last at_refresh() from their events; at_run shows them';

	CREATE OR REPLACE VIEW @extschema@.at_run WITH (security_invoker = on) AS
		WITH trade AS MATERIALIZED (
			SELECT * FROM @extschema@._at_fresh_trades()
		), point AS MATERIALIZED (
			SELECT DISTINCT t.project, t.agent_id, t.environment, t.portfolio_kind, t.currency, t.position_key, t.since FROM trade t
		)
		SELECT r.project, r.agent_id, r.environment, r.run_id, r.run_type, r.status, r.started_at, r.ended_at,
			r.first_at, r.last_at, r.duration_ms, CASE WHEN r.status = 'open' THEN now() - r.last_at END AS silent,
			r.build_id, r.models, r.events, r.steps, r.llm_calls, r.tool_calls, r.errors, r.decisions, r.risk_blocks,
			r.fills, r.tokens, r.cost_usd, r.unpriced_calls, n.net_pnl, r.flags
		FROM @extschema@.at_run_row r
			-- of the trade book what still holds, and what was matched again
			LEFT JOIN LATERAL (SELECT sum(x.net_pnl) AS net_pnl
				FROM (SELECT l.net_pnl
					FROM @extschema@.at_trade_leg l
					WHERE l.project = r.project AND l.exit_run_id OPERATOR(@extschema@.=) r.run_id
						AND l.agent_id = r.agent_id AND l.environment = r.environment
						AND NOT EXISTS (SELECT FROM point p WHERE p.project = l.project AND p.agent_id = l.agent_id
							AND p.environment = l.environment AND p.portfolio_kind = l.portfolio_kind AND p.currency = l.currency
							AND p.position_key = l.position_key AND l.exit_at >= p.since)
					UNION ALL
					SELECT t.net_pnl FROM trade t
					WHERE t.kind <> 'open' AND t.project = r.project AND t.exit_run_id OPERATOR(@extschema@.=) r.run_id
						AND t.agent_id = r.agent_id AND t.environment = r.environment) x) n
				ON r.fills > 0 AND 'several_currencies' <> ALL (r.flags);
	COMMENT ON VIEW @extschema@.at_run IS 'agent_tracker: one row for each run, agent and environment: when it ran, how it ended, what it did, used and cost; silent is how long an open run has sent nothing; net_pnl is the realized result of what its fills closed, after fees, in their currency (null: they closed nothing, or are in several currencies); always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_agent WITH (security_invoker = on) AS
		WITH fresh AS MATERIALIZED (
			SELECT * FROM @extschema@._at_fresh_runs()
		), known AS (
			SELECT a.project, a.agent_id, a.environment, a.first_at, a.last_at, a.build_id
			FROM @extschema@.at_agent_fact a
			UNION ALL
			SELECT f.project, f.agent_id, f.environment, f.first_at, f.last_at, f.build_id FROM fresh f
		), agent AS (
			SELECT k.project, k.agent_id, k.environment, min(k.first_at) AS first_seen, max(k.last_at) AS last_seen,
				(array_agg(k.build_id ORDER BY k.last_at DESC) FILTER (WHERE k.build_id IS NOT NULL))[1] AS build_id
			FROM known k GROUP BY k.project, k.agent_id, k.environment
		), recent AS (
			SELECT f.project, f.agent_id, f.environment, f.status, f.last_at, f.errors, f.cost_usd
			FROM @extschema@.at_run_fact f
			WHERE (f.last_at >= now() - interval '24 hours' OR f.status = 'open')
				AND NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
					WHERE m.project = f.project AND m.run_id OPERATOR(@extschema@.=) f.run_id)
			UNION ALL
			SELECT f.project, f.agent_id, f.environment, f.status, f.last_at, f.errors, f.cost_usd
			FROM fresh f WHERE f.last_at >= now() - interval '24 hours' OR f.status = 'open'
		), counted AS (
			SELECT r.project, r.agent_id, r.environment, count(*) FILTER (WHERE r.status = 'open') AS open_runs,
				count(*) FILTER (WHERE r.last_at >= now() - interval '24 hours') AS runs_24h,
				sum(r.errors) FILTER (WHERE r.last_at >= now() - interval '24 hours')::bigint AS errors_24h,
				sum(r.cost_usd) FILTER (WHERE r.last_at >= now() - interval '24 hours') AS cost_usd_24h,
				avg(CASE @extschema@._at_status_ok(r.status) WHEN false THEN 1.0 WHEN true THEN 0.0 END)
					FILTER (WHERE r.last_at >= now() - interval '24 hours')::float8 AS error_rate
			FROM recent r GROUP BY r.project, r.agent_id, r.environment
		), account AS (
			-- several portfolios or currencies are not added
			SELECT f.project, f.agent_id, f.environment, min(f.currency) AS currency, min(f.equity) AS equity,
				min(f.drawdown) AS drawdown, min(f.as_of) AS as_of
			FROM @extschema@.at_current_fact f
			GROUP BY f.project, f.agent_id, f.environment HAVING count(*) = 1
		)
		SELECT a.project, a.agent_id, a.environment, a.first_seen, a.last_seen, now() - a.last_seen AS silent,
			coalesce(c.open_runs, 0) AS open_runs, coalesce(c.runs_24h, 0) AS runs_24h,
			coalesce(c.errors_24h, 0) AS errors_24h, coalesce(c.cost_usd_24h, 0) AS cost_usd_24h,
			c.error_rate, a.build_id, m.equity, m.currency, m.drawdown, m.as_of AS equity_as_of
		FROM agent a LEFT JOIN counted c USING (project, agent_id, environment)
			LEFT JOIN account m USING (project, agent_id, environment);
	COMMENT ON VIEW @extschema@.at_agent IS 'agent_tracker: one row for each agent and environment: when it was first and last seen, how long it has been silent, its runs without a completion, and of the last 24 hours its runs, events error.recorded, known cost in US dollars and error_rate, the share of failed runs among those that ended (null: none ended); the build of its last run that names one; equity, its currency, the drawdown from its high and the time of the snapshot that they are of, as of the last at_refresh() (null: none, or several portfolios or currencies; at_current_performance has them all and as they are now); all else is always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_session WITH (security_invoker = on) AS
		SELECT r.project, s.session_id, min(s.first_at) AS first_at, max(s.last_at) AS last_at,
			array_agg(DISTINCT r.agent_id) AS agents, count(*) AS runs, sum(s.events)::bigint AS events,
			sum(s.llm_calls)::bigint AS llm_calls, sum(s.tokens)::bigint AS tokens, sum(s.cost_usd) AS cost_usd
		FROM (SELECT f.project, f.agent_id, f.sessions
			FROM @extschema@.at_run_fact f
			WHERE f.sessions IS NOT NULL AND NOT EXISTS (SELECT FROM @extschema@.at_stale_run m
				WHERE m.project = f.project AND m.run_id OPERATOR(@extschema@.=) f.run_id)
			UNION ALL
			SELECT f.project, f.agent_id, f.sessions FROM @extschema@._at_fresh_runs() f
			WHERE f.sessions IS NOT NULL) r, unnest(r.sessions) s
		GROUP BY r.project, s.session_id;
	COMMENT ON VIEW @extschema@.at_session IS 'agent_tracker: one row for each session, or conversation, that payloads name (session_id, conversation_id, thread_id), over all its runs: agents, runs, the events that name it, calls of language models, tokens, known cost in US dollars; none is invented; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_handoff WITH (security_invoker = on) AS
		WITH run AS MATERIALIZED (
			SELECT r.project, r.agent_id, r.run_id, r.environment, r.first_at, r.cost_usd, r.duration_ms,
				r.parent_run_id, r.parent_agent_id
			FROM @extschema@.at_run_row r
		), shared AS (
			-- a run id that several agents used was handed from each to the next
			SELECT r.*, lag(r.agent_id) OVER (PARTITION BY r.project, r.run_id, r.environment ORDER BY r.first_at, r.agent_id) AS before
			FROM run r
		), handed AS (
			SELECT s.project, coalesce(s.parent_agent_id, p.agent_id, s.before) AS from_agent, s.agent_id AS to_agent,
				s.cost_usd, s.duration_ms
			FROM shared s
				LEFT JOIN (SELECT DISTINCT ON (x.project, x.run_id) x.project, x.run_id::text AS run_id, x.agent_id
					FROM run x ORDER BY x.project, x.run_id, x.first_at) p
					ON p.project = s.project AND p.run_id = s.parent_run_id
			WHERE s.parent_run_id IS NOT NULL OR s.parent_agent_id IS NOT NULL OR s.before IS NOT NULL
		)
		SELECT h.project, h.from_agent, h.to_agent, count(*) AS runs, sum(h.cost_usd) AS cost_usd,
			avg(h.duration_ms) AS latency_ms
		FROM handed h
		WHERE h.from_agent <> h.to_agent
		GROUP BY h.project, h.from_agent, h.to_agent;
	COMMENT ON VIEW @extschema@.at_handoff IS 'agent_tracker: runs that one agent handed to another: by the parent_run_id or parent_agent_id that the start names, or because both used one run id; how many, what they cost in US dollars, and how long they took on average in milliseconds; always up to date';
END
$at$;
COMMENT ON FUNCTION _at_create_store_run_views() IS 'makes the views over facts of runs, or replaces them by those of this release';
