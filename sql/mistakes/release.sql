-- Mistakes of runs and builds as a whole.

CREATE FUNCTION _at_recorded_until(project text) RETURNS timestamptz
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	RETURN least(now(), greatest((SELECT max(a.last_at) FROM @extschema@.at_agent_fact a WHERE a.project = $1),
		(SELECT max(r.last_at) FROM @extschema@._at_fresh_runs() r WHERE r.project = $1)));
END
$at$;
COMMENT ON FUNCTION _at_recorded_until(text) IS 'internal: the time until which a project recorded events, at most now: what is not there by then did not happen';

CREATE FUNCTION _at_mistake_open_run(project text, since timestamptz, until timestamptz, agent_id text,
	run_end interval, run_end_factor float8) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH open AS MATERIALIZED (
		SELECT r.agent_id, r.environment, r.run_id, r.run_type, r.started_at, r.last_at
		FROM @extschema@.at_run_row r
		WHERE r.project = $1 AND r.started_at >= $2 AND r.started_at < $3 AND ($4 IS NULL OR r.agent_id = $4) AND r.status = 'open'
	), usual AS MATERIALIZED (
		SELECT r.run_type, percentile_disc(0.95) WITHIN GROUP (ORDER BY r.duration_ms) AS p95
		FROM @extschema@.at_run_row r
		WHERE EXISTS (SELECT FROM open) AND r.project = $1 AND r.started_at >= $2 - interval '7 days' AND r.started_at < $3
			AND r.run_type IN (SELECT o.run_type FROM open o) AND r.duration_ms >= 0
		GROUP BY r.run_type
	)
	SELECT CASE o.environment WHEN 'shadow' THEN 'shadow.stale_running_state' ELSE 'orchestration.timeout_no_terminal_state' END,
		o.agent_id, o.environment, o.run_id, o.started_at,
		ARRAY(SELECT e.event_id FROM @extschema@.at_event e WHERE e.run_id OPERATOR(@extschema@.=) o.run_id AND e.project = $1 AND e.agent_id = o.agent_id
			AND e.environment = o.environment AND e.event_type = 'agent.run.started' AND e.occurred_at = o.started_at LIMIT 1),
		jsonb_strip_nulls(jsonb_build_object('run_type', o.run_type, 'bound_seconds', round(extract(epoch FROM b.bound)::numeric, 3),
			'p95_seconds', round((u.p95 / 1000)::numeric, 3), 'last_at', o.last_at))
	FROM open o LEFT JOIN usual u ON u.run_type = o.run_type,
		LATERAL (SELECT greatest(run_end, make_interval(secs => least(run_end_factor * coalesce(u.p95, 0) / 1000, 1e9))) AS bound) b
	WHERE o.last_at + b.bound <= (SELECT @extschema@._at_recorded_until($1));
END
$at$;
COMMENT ON FUNCTION _at_mistake_open_run(text, timestamptz, timestamptz, text, interval, float8) IS 'internal: orchestration.timeout_no_terminal_state, of shadow agents shadow.stale_running_state: runs that started in the window, have not completed, and were silent for run_end and for run_end_factor times the 95th percentile of the durations of their type in the seven days before, while the project went on; runs without a start are not judged';

CREATE FUNCTION _at_mistake_cadence(project text, since timestamptz, until timestamptz, agent_id text,
	cadence_share float8, cadence_runs integer) RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH counted AS (
		SELECT r.agent_id, r.run_type, r.started_at::date AS day, count(*) AS runs
		FROM @extschema@.at_run_row r
		WHERE r.project = $1 AND r.started_at >= $2 AND r.started_at < $3 AND r.environment = 'shadow' AND r.run_type IS NOT NULL
			-- of whole days
			AND r.started_at::date >= $2 AND r.started_at::date + 1 <= $3 AND r.started_at::date + 1 <= now()
		GROUP BY r.agent_id, r.run_type, r.started_at::date
	), compared AS (
		SELECT c.*, max(c.runs) OVER kind AS most, first_value(c.agent_id) OVER (kind ORDER BY c.runs DESC, c.agent_id COLLATE "C") AS busiest
		FROM counted c WINDOW kind AS (PARTITION BY c.run_type, c.day)
	)
	SELECT 'shadow.unfair_cadence', c.agent_id, 'shadow'::@extschema@.at_environment, NULL::@extschema@.at_id, c.day::timestamptz, '{}'::@extschema@.at_id[],
		jsonb_build_object('run_type', c.run_type, 'runs', c.runs, 'most', c.most, 'most_of', c.busiest)
	FROM compared c
	WHERE c.most - c.runs >= cadence_runs AND c.most - c.runs > cadence_share * c.most AND ($4 IS NULL OR c.agent_id = $4);
END
$at$;
COMMENT ON FUNCTION _at_mistake_cadence(text, timestamptz, timestamptz, text, float8, integer) IS 'internal: shadow.unfair_cadence: for whole days (UTC) of the window that are over, and each run_type, shadow agents with fewer runs than the one with most, by more than cadence_share of these and by at least cadence_runs; an agent without any run of the type is not compared; the time is the beginning of the day';

CREATE FUNCTION _at_mistake_release(project text, since timestamptz, until timestamptz, agent_id text, fresh_run interval)
RETURNS SETOF _at_found
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH build AS MATERIALIZED (
		SELECT DISTINCT ON (e.agent_id, e.environment, e.payload ->> 'build_id')
			e.agent_id, e.environment, e.run_id, e.occurred_at, e.event_id, e.payload ->> 'build_id' AS build_id
		FROM @extschema@.at_event e
		WHERE e.project = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND ($4 IS NULL OR e.agent_id = $4)
			AND e.event_type = 'agent.build.recorded' AND @extschema@.at_known_id(e.payload ->> 'build_id') IS NOT NULL
			AND (e.payload ->> 'mistake_family') IS DISTINCT FROM 'release.fresh_run_missing'
		ORDER BY e.agent_id, e.environment, e.payload ->> 'build_id', e.occurred_at
	)
	SELECT 'release.fresh_run_missing', b.agent_id, b.environment, b.run_id, b.occurred_at, ARRAY[b.event_id],
		jsonb_build_object('build_id', b.build_id, 'within', fresh_run::text)
	FROM build b
	WHERE NOT EXISTS (SELECT FROM @extschema@.at_event e
			WHERE e.project = $1 AND e.occurred_at < b.occurred_at AND e.occurred_at >= b.occurred_at - interval '90 days'
			AND e.event_type = 'agent.build.recorded' AND e.agent_id = b.agent_id AND e.environment = b.environment AND e.payload ->> 'build_id' = b.build_id)
		AND NOT EXISTS (SELECT FROM @extschema@.at_run_row r
			WHERE r.project = $1 AND r.started_at > b.occurred_at - interval '1 day' AND r.started_at < b.occurred_at + fresh_run
			AND r.agent_id = b.agent_id AND r.environment = b.environment
			AND r.ended_at >= b.occurred_at AND r.ended_at <= b.occurred_at + fresh_run AND @extschema@._at_status_ok(r.status))
		AND b.occurred_at + fresh_run <= (SELECT @extschema@._at_recorded_until($1));
END
$at$;
COMMENT ON FUNCTION _at_mistake_release(text, timestamptz, timestamptz, text, interval) IS 'internal: release.fresh_run_missing: the first record of a build_id of an agent in the window, not recorded in the 90 days before, after which no run of the agent ended well within fresh_run, while the project went on';
