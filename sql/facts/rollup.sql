-- Rollups: what happened in each hour, and calls of models and of tools by day.
--
-- They are computed of events by three functions, for any window of whole days or
-- hours.  at_refresh() stores what these return of the days that are stale; the
-- views show what is stored, and call them for the days that are stale now.

CREATE TYPE _at_hour AS (
	project text,
	hour timestamptz,
	agent_id text,
	environment at_environment,
	events bigint,
	runs_started bigint,
	runs_ended bigint,
	runs_failed bigint,
	llm_calls bigint,
	llm_errors bigint,
	unpriced_calls bigint,
	tool_calls bigint,
	tool_errors bigint,
	decisions bigint,
	risk_checks bigint,
	risk_blocks bigint,
	orders bigint,
	fills bigint,
	errors bigint,
	llm_cost_usd numeric,
	cost_usd numeric
);
COMMENT ON TYPE _at_hour IS 'what an agent did in an hour; the columns of at_hourly_rollup, where they are explained';

CREATE TYPE _at_llm_day AS (
	project text,
	day date,
	agent_id text,
	environment at_environment,
	provider text,
	model text,
	calls bigint,
	errors bigint,
	open_calls bigint,
	unpriced_calls bigint,
	tokens_input_uncached bigint,
	tokens_cache_read bigint,
	tokens_cache_write_5m bigint,
	tokens_cache_write_1h bigint,
	tokens_output bigint,
	tokens_reasoning bigint,
	tokens_input_audio bigint,
	tokens_output_audio bigint,
	tokens_image bigint,
	cost_usd numeric,
	latency_ms at_sketch
);
COMMENT ON TYPE _at_llm_day IS 'calls of a language model on a day; the columns of at_llm_daily_rollup, where they are explained';

CREATE TYPE _at_tool_day AS (
	project text,
	day date,
	agent_id text,
	environment at_environment,
	tool_name text,
	calls bigint,
	errors bigint,
	latency_ms at_sketch
);
COMMENT ON TYPE _at_tool_day IS 'calls of a tool on a day; the columns of at_tool_daily_rollup, where they are explained';

CREATE FUNCTION _at_clipped_name(name text) RETURNS text
AS 'MODULE_PATHNAME', 'at_clipped_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_clipped_name(text) IS 'internal: a name as the rollups have it: what is longer than 255 bytes is cut, so that it fits in an index';

-- Computing ------------------------------------------------------------------

CREATE FUNCTION _at_hours_of(project text, since timestamptz, until timestamptz, width interval DEFAULT '1 hour',
	agent_id text DEFAULT NULL, environment text DEFAULT NULL) RETURNS SETOF _at_hour
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 500
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	env @extschema@.at_environment := @extschema@._at_environment_of($6);
BEGIN
	RETURN QUERY
	WITH event AS NOT MATERIALIZED (
		SELECT e.project, date_bin($4, e.occurred_at, '2000-01-01') AS hour, e.occurred_at, e.agent_id, e.environment, e.run_id,
			e.event_id, e.event_type, e.symbols, e.payload
		FROM @extschema@.at_event e
		WHERE e.occurred_at >= $2 AND e.occurred_at < $3 AND ($1 IS NULL OR e.project = $1)
			AND ($5 IS NULL OR e.agent_id = $5) AND (env IS NULL OR e.environment = env)
	), counted AS (
		SELECT e.project, e.hour, e.agent_id, e.environment, count(*) AS events,
			count(*) FILTER (WHERE e.event_type = 'agent.run.started') AS runs_started,
			count(*) FILTER (WHERE e.event_type = 'agent.run.completed') AS runs_ended,
			count(*) FILTER (WHERE e.event_type = 'agent.run.completed'
				AND NOT @extschema@._at_status_ok(e.payload ->> 'status')) AS runs_failed,
			count(*) FILTER (WHERE e.event_type = 'decision.proposed') AS decisions,
			count(*) FILTER (WHERE e.event_type = 'risk.check.completed') AS risk_checks,
			count(*) FILTER (WHERE e.event_type = 'order.intent.recorded') AS orders,
			count(*) FILTER (WHERE e.event_type = 'paper.fill.recorded') AS fills,
			count(*) FILTER (WHERE e.event_type = 'error.recorded') AS errors
		FROM event e GROUP BY e.project, e.hour, e.agent_id, e.environment
	), block AS (
		-- as at_risk_blocks() of the day has them, at their first event
		SELECT b.project, date_bin($4, b.at, '2000-01-01') AS hour, b.agent_id, b.environment, count(*) AS risk_blocks
		FROM (SELECT e.project, e.agent_id, e.environment, min(e.occurred_at) AS at
			FROM event e, LATERAL @extschema@._at_risk_block_of(e.payload, e.symbols, e.event_id) b
			WHERE e.event_type IN ('risk.check.completed', 'trade.rejected')
				AND (e.event_type = 'trade.rejected' OR e.payload @> '{"approved": false}')
			GROUP BY e.project, e.agent_id, e.environment, e.run_id, e.occurred_at::date, b.block) b
		GROUP BY 1, 2, 3, 4
	), tool AS (
		SELECT c.project, date_bin($4, (c.call).ended_at, '2000-01-01') AS hour, (c.call).agent_id, (c.call).environment,
			count(*) AS tool_calls, count(*) FILTER (WHERE NOT (c.call).ok) AS tool_errors
		FROM @extschema@._at_project_tool_calls($1, $2, $3, $5, $6) c GROUP BY 1, 2, 3, 4
	), llm AS (
		SELECT c.project, date_bin($4, c.at, '2000-01-01') AS hour, c.agent_id, c.environment,
			count(*) FILTER (WHERE c.is_call) AS llm_calls, count(*) FILTER (WHERE c.failed) AS llm_errors,
			count(*) FILTER (WHERE c.is_call AND c.unpriced) AS unpriced_calls,
			sum(c.cost_usd) FILTER (WHERE c.is_call) AS llm_cost_usd, sum(c.cost_usd) AS cost_usd
		FROM @extschema@._at_call_costs($1, $2, $3, $5, $6) c GROUP BY 1, 2, 3, 4
	)
	SELECT c.project, c.hour, c.agent_id, c.environment, c.events, c.runs_started, c.runs_ended, c.runs_failed,
		coalesce(l.llm_calls, 0), coalesce(l.llm_errors, 0), coalesce(l.unpriced_calls, 0), coalesce(t.tool_calls, 0),
		coalesce(t.tool_errors, 0), c.decisions, c.risk_checks, coalesce(b.risk_blocks, 0), c.orders, c.fills, c.errors,
		l.llm_cost_usd, l.cost_usd
	FROM counted c
		LEFT JOIN block b USING (project, hour, agent_id, environment)
		LEFT JOIN tool t USING (project, hour, agent_id, environment)
		LEFT JOIN llm l USING (project, hour, agent_id, environment);
END
$at$;
COMMENT ON FUNCTION _at_hours_of(text, timestamptz, timestamptz, interval, text, text) IS 'internal: rows of at_hourly computed of the events in since <= t < until, of one project or all (null), by bins of this width (UTC) in place of hours; a window must not cut a bin, nor a day for risk_blocks';

CREATE FUNCTION _at_llm_days_of(project text, since timestamptz, until timestamptz) RETURNS SETOF _at_llm_day
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
BEGIN
	RETURN QUERY
	SELECT c.project, c.at::date, c.agent_id, c.environment, coalesce(c.provider, ''), coalesce(c.model, ''), count(*),
		count(*) FILTER (WHERE c.failed), count(*) FILTER (WHERE c.open), count(*) FILTER (WHERE c.unpriced),
		sum((c.tokens).input_uncached)::bigint, sum((c.tokens).cache_read)::bigint, sum((c.tokens).cache_write_5m)::bigint,
		sum((c.tokens).cache_write_1h)::bigint, sum((c.tokens).output)::bigint, sum((c.tokens).reasoning)::bigint,
		sum((c.tokens).input_audio)::bigint, sum((c.tokens).output_audio)::bigint, sum((c.tokens).image)::bigint,
		sum(c.cost_usd), @extschema@.at_collect_sketch(c.latency_ms)
	FROM @extschema@._at_call_costs($1, $2, $3, NULL, NULL) c
	WHERE c.is_call
	GROUP BY 1, 2, 3, 4, 5, 6;
END
$at$;
COMMENT ON FUNCTION _at_llm_days_of(text, timestamptz, timestamptz) IS 'internal: rows of at_llm_daily computed of the calls that began in since <= t < until, of one project or all (null); a window must not cut a day';

CREATE FUNCTION _at_tool_days_of(project text, since timestamptz, until timestamptz) RETURNS SETOF _at_tool_day
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
BEGIN
	RETURN QUERY
	SELECT c.project, (c.call).ended_at::date, (c.call).agent_id, (c.call).environment, coalesce(@extschema@._at_clipped_name((c.call).tool_name), ''),
		count(*), count(*) FILTER (WHERE NOT (c.call).ok), @extschema@.at_collect_sketch((c.call).latency_ms)
	FROM @extschema@._at_project_tool_calls($1, $2, $3, NULL, NULL) c
	GROUP BY 1, 2, 3, 4, 5;
END
$at$;
COMMENT ON FUNCTION _at_tool_days_of(text, timestamptz, timestamptz) IS 'internal: rows of at_tool_daily computed of the calls that ended in since <= t < until, of one project or all (null); a window must not cut a day';

-- Stale days -----------------------------------------------------------------

-- A call belongs to the day on which it began, and its completion may come on a
-- later one; so all days with calls of a stale run are stale, and not only those
-- of the events that came.
CREATE FUNCTION _at_stale_days(only_project text DEFAULT NULL, OUT project text, OUT day date) RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	projects text[];
	runs text[];
BEGIN
	RETURN QUERY
	SELECT DISTINCT m.project, m.day FROM @extschema@.at_stale_run m
	WHERE m.day > '-infinity' AND (only_project IS NULL OR m.project = only_project);
	-- few runs go over several days, and without one no event has to be read
	SELECT array_agg(r.project), array_agg(r.run_id::text) INTO projects, runs
	FROM (SELECT m.project, m.run_id, min(m.day) AS first_day, max(m.day) AS last_day
		FROM @extschema@.at_stale_run m
		WHERE m.run_id IS NOT NULL AND (only_project IS NULL OR m.project = only_project)
		GROUP BY m.project, m.run_id) r
	WHERE r.first_day < r.last_day OR EXISTS (SELECT FROM @extschema@.at_run_fact f
		WHERE f.project = r.project AND f.run_id OPERATOR(@extschema@.=) r.run_id
			AND (f.first_at::date < r.first_day OR f.last_at::date > r.last_day));
	IF runs IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT DISTINCT r.project, e.occurred_at::date
	FROM unnest(projects, runs) AS r(project, run_id)
		JOIN @extschema@.at_event e ON e.run_id OPERATOR(@extschema@.=) r.run_id::@extschema@.at_id AND e.project = r.project
	WHERE e.event_type IN ('llm.call.started', 'llm.call.completed', 'cost.usage.recorded');
END
$at$;
COMMENT ON FUNCTION _at_stale_days(text) IS 'internal: the days of which rollups are computed again, of one project or all (null): those that were written since the last at_refresh(), and those on which a run that was written since, and goes over several days, called a model; a day may come twice';

CREATE FUNCTION _at_day_ranges(days date[], OUT since timestamptz, OUT until timestamptz) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 3
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
	SELECT min(d.day)::timestamptz, (max(d.day) + 1)::timestamptz
	FROM (SELECT s.day, s.day - row_number() OVER (ORDER BY s.day)::integer AS island
		FROM (SELECT DISTINCT u.day FROM unnest($1) u(day)) s) d
	GROUP BY d.island
$at$;
COMMENT ON FUNCTION _at_day_ranges(date[]) IS 'internal: these days (UTC) as times, since <= t < until: one row for adjacent days, so that what lies between two days is not read';

CREATE FUNCTION _at_fresh_hours(only_project text DEFAULT NULL, since timestamptz DEFAULT '-infinity',
	until timestamptz DEFAULT 'infinity') RETURNS SETOF _at_hour
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 500
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
DECLARE
	projects text[];
	days date[];
BEGIN
	SELECT array_agg(s.project), array_agg(s.day) INTO projects, days
	FROM @extschema@._at_stale_days($1) s
	WHERE s.day::timestamptz > $2 - interval '1 day' AND s.day::timestamptz < $3;
	IF days IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT h.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_hours_of($1, r.since, r.until) h
	WHERE (h.project, h.hour::date) IN (SELECT * FROM unnest(projects, days));
END
$at$;
COMMENT ON FUNCTION _at_fresh_hours(text, timestamptz, timestamptz) IS 'internal: rows of at_hourly of the days that are stale, of one project or all (null), on days that have a part of since <= t < until';

CREATE FUNCTION _at_fresh_llm_days(only_project text DEFAULT NULL, since timestamptz DEFAULT '-infinity',
	until timestamptz DEFAULT 'infinity') RETURNS SETOF _at_llm_day
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
DECLARE
	projects text[];
	days date[];
BEGIN
	SELECT array_agg(s.project), array_agg(s.day) INTO projects, days
	FROM @extschema@._at_stale_days($1) s
	WHERE s.day::timestamptz > $2 - interval '1 day' AND s.day::timestamptz < $3;
	IF days IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT d.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_llm_days_of($1, r.since, r.until) d
	WHERE (d.project, d.day) IN (SELECT * FROM unnest(projects, days));
END
$at$;
COMMENT ON FUNCTION _at_fresh_llm_days(text, timestamptz, timestamptz) IS 'internal: rows of at_llm_daily of the days that are stale, of one project or all (null), on days that have a part of since <= t < until';

CREATE FUNCTION _at_fresh_tool_days(only_project text DEFAULT NULL, since timestamptz DEFAULT '-infinity',
	until timestamptz DEFAULT 'infinity') RETURNS SETOF _at_tool_day
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
DECLARE
	projects text[];
	days date[];
BEGIN
	SELECT array_agg(s.project), array_agg(s.day) INTO projects, days
	FROM @extschema@._at_stale_days($1) s
	WHERE s.day::timestamptz > $2 - interval '1 day' AND s.day::timestamptz < $3;
	IF days IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT d.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_tool_days_of($1, r.since, r.until) d
	WHERE (d.project, d.day) IN (SELECT * FROM unnest(projects, days));
END
$at$;
COMMENT ON FUNCTION _at_fresh_tool_days(text, timestamptz, timestamptz) IS 'internal: rows of at_tool_daily of the days that are stale, of one project or all (null), on days that have a part of since <= t < until';

-- Storing --------------------------------------------------------------------

CREATE FUNCTION _at_write_hours_and_days() RETURNS bigint
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off
AS $at$
DECLARE
	projects text[];
	days date[];
	written bigint;
	n bigint;
BEGIN
	-- once: what comes meanwhile is left to the next refresh by all three
	SELECT array_agg(s.project), array_agg(s.day) INTO projects, days FROM @extschema@._at_stale_days() s;
	DELETE FROM @extschema@.at_hourly_rollup h USING unnest(projects, days) AS s(project, day)
	WHERE h.project = s.project AND h.hour >= s.day::timestamptz AND h.hour < (s.day + 1)::timestamptz AND h.dropped = 0;
	INSERT INTO @extschema@.at_hourly_rollup (project, hour, agent_id, environment, events, runs_started, runs_ended,
		runs_failed, llm_calls, llm_errors, unpriced_calls, tool_calls, tool_errors, decisions, risk_checks, risk_blocks,
		orders, fills, errors, llm_cost_usd, cost_usd)
	SELECT h.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_hours_of(NULL, r.since, r.until) h
	WHERE (h.project, h.hour::date) IN (SELECT * FROM unnest(projects, days));
	GET DIAGNOSTICS written = ROW_COUNT;

	DELETE FROM @extschema@.at_llm_daily_rollup d USING unnest(projects, days) AS s(project, day)
	WHERE d.project = s.project AND d.day = s.day AND d.dropped = 0;
	INSERT INTO @extschema@.at_llm_daily_rollup (project, day, agent_id, environment, provider, model, calls, errors,
		open_calls, unpriced_calls, tokens_input_uncached, tokens_cache_read, tokens_cache_write_5m, tokens_cache_write_1h,
		tokens_output, tokens_reasoning, tokens_input_audio, tokens_output_audio, tokens_image, cost_usd, latency_ms)
	SELECT d.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_llm_days_of(NULL, r.since, r.until) d
	WHERE (d.project, d.day) IN (SELECT * FROM unnest(projects, days));
	GET DIAGNOSTICS n = ROW_COUNT;
	written := written + n;

	DELETE FROM @extschema@.at_tool_daily_rollup d USING unnest(projects, days) AS s(project, day)
	WHERE d.project = s.project AND d.day = s.day AND d.dropped = 0;
	INSERT INTO @extschema@.at_tool_daily_rollup (project, day, agent_id, environment, tool_name, calls, errors, latency_ms)
	SELECT d.*
	FROM @extschema@._at_day_ranges(days) r, LATERAL @extschema@._at_tool_days_of(NULL, r.since, r.until) d
	WHERE (d.project, d.day) IN (SELECT * FROM unnest(projects, days));
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN written + n;
END
$at$;
COMMENT ON FUNCTION _at_write_hours_and_days() IS 'internal: computes the stale days of at_hourly_rollup, at_llm_daily_rollup and at_tool_daily_rollup again, for at_refresh(), as the store''s owner, who has the lock of refreshes; returns how many rows were written';

CREATE FUNCTION _at_write_kept_hours_and_days(since timestamptz, until timestamptz) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
BEGIN
	-- a day may be dropped twice, when events of it came after it was dropped
	UPDATE @extschema@.at_hourly_rollup h
	SET dropped = 1 + (SELECT max(x.dropped) FROM @extschema@.at_hourly_rollup x
		WHERE (x.project, x.hour, x.agent_id, x.environment) = (h.project, h.hour, h.agent_id, h.environment))
	WHERE h.hour >= $1 AND h.hour < $2 AND h.dropped = 0;
	UPDATE @extschema@.at_llm_daily_rollup d
	SET dropped = 1 + (SELECT max(x.dropped) FROM @extschema@.at_llm_daily_rollup x
		WHERE (x.project, x.day, x.agent_id, x.environment, x.provider, x.model)
			= (d.project, d.day, d.agent_id, d.environment, d.provider, d.model))
	WHERE d.day >= $1::date AND d.day < $2::date AND d.dropped = 0;
	UPDATE @extschema@.at_tool_daily_rollup d
	SET dropped = 1 + (SELECT max(x.dropped) FROM @extschema@.at_tool_daily_rollup x
		WHERE (x.project, x.day, x.agent_id, x.environment, x.tool_name)
			= (d.project, d.day, d.agent_id, d.environment, d.tool_name))
	WHERE d.day >= $1::date AND d.day < $2::date AND d.dropped = 0;
END
$at$;
COMMENT ON FUNCTION _at_write_kept_hours_and_days(timestamptz, timestamptz) IS 'internal: keeps rollups of a partition that is about to be dropped from being computed again; for _at_keep_facts(), as the store''s owner';

CREATE FUNCTION _at_check_hours_and_days(sample integer, OUT fact text, OUT project text, OUT agent_id text,
	OUT environment text, OUT run_id text, OUT day date, OUT field text, OUT stored text, OUT computed text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH day AS MATERIALIZED (
		-- not what is stale, nor what a run touches of which retention dropped events
		SELECT d.project, d.day
		FROM (SELECT DISTINCT h.project, h.hour::date AS day FROM @extschema@.at_hourly_rollup h WHERE h.dropped = 0
			UNION SELECT e.project, e.day FROM @extschema@.at_evidence_daily e) d
		WHERE (d.project, d.day) NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days() s)
			AND NOT EXISTS (SELECT FROM @extschema@.at_run_fact f WHERE f.project = d.project AND 'partial' = ANY (f.flags)
				AND f.first_at < (d.day + 1)::timestamptz AND f.last_at >= d.day::timestamptz)
		ORDER BY random() LIMIT $1
	), stored AS (
		SELECT 'hourly' AS fact, h.project, h.hour::date AS day, h.agent_id, h.environment::text, h.hour::text AS key,
			to_jsonb(h) - 'dropped' AS facts
		FROM @extschema@.at_hourly_rollup h
		WHERE h.dropped = 0 AND (h.project, h.hour::date) IN (SELECT d.project, d.day FROM day d)
		UNION ALL
		SELECT 'llm_daily', l.project, l.day, l.agent_id, l.environment::text, ROW(l.provider, l.model)::text,
			to_jsonb(l) - 'dropped'
		FROM @extschema@.at_llm_daily_rollup l
		WHERE l.dropped = 0 AND (l.project, l.day) IN (SELECT d.project, d.day FROM day d)
		UNION ALL
		SELECT 'tool_daily', t.project, t.day, t.agent_id, t.environment::text, t.tool_name, to_jsonb(t) - 'dropped'
		FROM @extschema@.at_tool_daily_rollup t
		WHERE t.dropped = 0 AND (t.project, t.day) IN (SELECT d.project, d.day FROM day d)
	), computed AS (
		SELECT 'hourly' AS fact, h.project, h.hour::date AS day, h.agent_id, h.environment::text, h.hour::text AS key,
			to_jsonb(h) AS facts
		FROM day d, LATERAL @extschema@._at_hours_of(d.project, d.day::timestamptz, (d.day + 1)::timestamptz) h
		UNION ALL
		SELECT 'llm_daily', l.project, l.day, l.agent_id, l.environment::text, ROW(l.provider, l.model)::text, to_jsonb(l)
		FROM day d, LATERAL @extschema@._at_llm_days_of(d.project, d.day::timestamptz, (d.day + 1)::timestamptz) l
		UNION ALL
		SELECT 'tool_daily', t.project, t.day, t.agent_id, t.environment::text, t.tool_name, to_jsonb(t)
		FROM day d, LATERAL @extschema@._at_tool_days_of(d.project, d.day::timestamptz, (d.day + 1)::timestamptz) t
	)
	SELECT fact, project, agent_id, environment, NULL::text, day, x.field, x.stored, x.computed
	FROM stored s FULL JOIN computed c USING (fact, project, day, agent_id, environment, key),
		LATERAL (SELECT coalesce(a.key, b.key) AS field, a.value AS stored, b.value AS computed
			FROM jsonb_each_text(s.facts) a FULL JOIN jsonb_each_text(c.facts) b ON a.key = b.key) x
	WHERE x.stored IS DISTINCT FROM x.computed;
END
$at$;
COMMENT ON FUNCTION _at_check_hours_and_days(integer) IS 'internal: the rows of at_check_facts() about rollups of hours and days: up to so many days of projects, drawn at random';

CREATE FUNCTION _at_create_store_rollups() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_hourly_rollup (
		project text NOT NULL,
		hour timestamptz NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		events bigint NOT NULL,
		runs_started bigint NOT NULL,
		runs_ended bigint NOT NULL,
		runs_failed bigint NOT NULL,
		llm_calls bigint NOT NULL,
		llm_errors bigint NOT NULL,
		unpriced_calls bigint NOT NULL,
		tool_calls bigint NOT NULL,
		tool_errors bigint NOT NULL,
		decisions bigint NOT NULL,
		risk_checks bigint NOT NULL,
		risk_blocks bigint NOT NULL,
		orders bigint NOT NULL,
		fills bigint NOT NULL,
		errors bigint NOT NULL,
		llm_cost_usd numeric,
		cost_usd numeric,
		dropped integer NOT NULL DEFAULT 0,
		PRIMARY KEY (project, hour, agent_id, environment, dropped)
	);
	COMMENT ON TABLE @extschema@.at_hourly_rollup IS 'agent_tracker: what each agent did in each hour, as of the last at_refresh(); at_hourly shows it with what came since; it stays when at_drop_before() drops the events';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.hour IS 'the hour that begins at this time (UTC)';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.events IS 'number of events';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.runs_started IS 'events agent.run.started';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.runs_ended IS 'events agent.run.completed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.runs_failed IS 'of these those whose status says that the run failed (at_status_words())';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.llm_calls IS 'calls of language models that began in the hour, each once, as at_llm_calls() lists them';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.llm_errors IS 'of these those that failed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.unpriced_calls IS 'of these those whose cost is neither reported nor can be computed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.tool_calls IS 'calls of tools that ended in the hour, as at_tool_calls() lists them';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.tool_errors IS 'of these those that failed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.decisions IS 'events decision.proposed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.risk_checks IS 'events risk.check.completed';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.risk_blocks IS 'what checks and gates turned down, as at_risk_blocks() of the day (UTC) lists it, at the first event of each';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.orders IS 'events order.intent.recorded';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.fills IS 'events paper.fill.recorded';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.errors IS 'events error.recorded';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.llm_cost_usd IS 'what the calls of models cost in US dollars, as far as it is known; null: it is of none';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.cost_usd IS 'the same with metered use that belongs to no call';
	COMMENT ON COLUMN @extschema@.at_hourly_rollup.dropped IS '0: computed again when its day is stale; else at_drop_before() dropped its events, and what came later has a row of its own';

	CREATE TABLE @extschema@.at_llm_daily_rollup (
		project text NOT NULL,
		day date NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		provider text NOT NULL,
		model text NOT NULL,
		calls bigint NOT NULL,
		errors bigint NOT NULL,
		open_calls bigint NOT NULL,
		unpriced_calls bigint NOT NULL,
		tokens_input_uncached bigint,
		tokens_cache_read bigint,
		tokens_cache_write_5m bigint,
		tokens_cache_write_1h bigint,
		tokens_output bigint,
		tokens_reasoning bigint,
		tokens_input_audio bigint,
		tokens_output_audio bigint,
		tokens_image bigint,
		cost_usd numeric,
		latency_ms @extschema@.at_sketch NOT NULL,
		dropped integer NOT NULL DEFAULT 0,
		PRIMARY KEY (project, day, agent_id, environment, provider, model, dropped)
	);
	COMMENT ON TABLE @extschema@.at_llm_daily_rollup IS 'agent_tracker: calls of language models by the day on which they began, as of the last at_refresh(); at_llm_daily shows it with what came since; it stays when at_drop_before() drops the events';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.day IS 'day in UTC';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.provider IS 'provider, cut to 255 bytes; empty: none is named';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.model IS 'model that answered, else the one that was asked for, cut to 255 bytes; empty: none is named';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.calls IS 'calls, each once, as at_llm_calls() lists them';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.errors IS 'of these those that failed';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.open_calls IS 'of these those without a completion';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.unpriced_calls IS 'of these those whose cost is neither reported nor can be computed';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_input_uncached IS 'input tokens that came from no cache; null, here and of the other kinds: no call says';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_cache_read IS 'input tokens read from a cache';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_cache_write_5m IS 'input tokens written to a cache for five minutes';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_cache_write_1h IS 'input tokens written to a cache for an hour';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_output IS 'output tokens';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_reasoning IS 'output tokens of reasoning';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_input_audio IS 'input tokens of audio';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_output_audio IS 'output tokens of audio';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.tokens_image IS 'input tokens of images';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.cost_usd IS 'what the calls cost in US dollars, as far as it is known; null: it is of none';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.latency_ms IS 'sketch of latencies in milliseconds, of calls that have one';
	COMMENT ON COLUMN @extschema@.at_llm_daily_rollup.dropped IS '0: computed again when its day is stale; else at_drop_before() dropped its events, and what came later has a row of its own';

	CREATE TABLE @extschema@.at_tool_daily_rollup (
		project text NOT NULL,
		day date NOT NULL,
		agent_id text NOT NULL,
		environment @extschema@.at_environment NOT NULL,
		tool_name text NOT NULL,
		calls bigint NOT NULL,
		errors bigint NOT NULL,
		latency_ms @extschema@.at_sketch NOT NULL,
		dropped integer NOT NULL DEFAULT 0,
		PRIMARY KEY (project, day, agent_id, environment, tool_name, dropped)
	);
	COMMENT ON TABLE @extschema@.at_tool_daily_rollup IS 'agent_tracker: calls of tools by the day on which they ended, as of the last at_refresh(); at_tool_daily shows it with what came since; it stays when at_drop_before() drops the events';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.project IS 'project';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.day IS 'day in UTC';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.agent_id IS 'agent';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.environment IS 'environment';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.tool_name IS 'tool, cut to 255 bytes; empty: none is named';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.calls IS 'calls, as at_tool_calls() lists them';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.errors IS 'of these those that failed';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.latency_ms IS 'sketch of latencies in milliseconds, of calls that have one';
	COMMENT ON COLUMN @extschema@.at_tool_daily_rollup.dropped IS '0: computed again when its day is stale; else at_drop_before() dropped its events, and what came later has a row of its own';

	-- for who names no project
	CREATE INDEX at_hourly_rollup_hour ON @extschema@.at_hourly_rollup (hour);
	CREATE INDEX at_llm_daily_rollup_day ON @extschema@.at_llm_daily_rollup (day);
	CREATE INDEX at_tool_daily_rollup_day ON @extschema@.at_tool_daily_rollup (day);

	PERFORM @extschema@._at_create_store_rollup_views();
END
$at$;
COMMENT ON FUNCTION _at_create_store_rollups() IS 'makes the part of the store that keeps rollups of hours and days; called by at_create_store()';

CREATE FUNCTION _at_create_store_rollup_views() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE OR REPLACE VIEW @extschema@.at_hourly WITH (security_invoker = on) AS
		SELECT h.hour, h.project, h.agent_id, h.environment, h.events, h.runs_started, h.runs_ended, h.runs_failed,
			h.llm_calls, h.llm_errors, h.unpriced_calls, h.tool_calls, h.tool_errors, h.decisions, h.risk_checks,
			h.risk_blocks, h.orders, h.fills, h.errors, h.llm_cost_usd, h.cost_usd
		FROM @extschema@.at_hourly_rollup h
		WHERE h.dropped > 0 OR (h.project, (h.hour AT TIME ZONE 'UTC')::date)
			NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days() s)
		UNION ALL
		SELECT h.hour, h.project, h.agent_id, h.environment, h.events, h.runs_started, h.runs_ended, h.runs_failed,
			h.llm_calls, h.llm_errors, h.unpriced_calls, h.tool_calls, h.tool_errors, h.decisions, h.risk_checks,
			h.risk_blocks, h.orders, h.fills, h.errors, h.llm_cost_usd, h.cost_usd
		FROM @extschema@._at_fresh_hours() h;
	COMMENT ON VIEW @extschema@.at_hourly IS 'agent_tracker: what each agent did in each hour (UTC) in which it sent an event: numbers of events, runs, calls, decisions, risk checks and blocks, orders, fills and errors, and known cost in US dollars (llm_cost_usd of calls of models, cost_usd with metered use of no call); hours of dropped events to which others came later have two rows; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_llm_daily WITH (security_invoker = on) AS
		SELECT d.day, d.project, d.agent_id, d.environment, nullif(d.provider, '') AS provider, nullif(d.model, '') AS model,
			d.calls, d.errors, d.open_calls, d.unpriced_calls, d.tokens_input_uncached, d.tokens_cache_read,
			d.tokens_cache_write_5m, d.tokens_cache_write_1h, d.tokens_output, d.tokens_reasoning, d.tokens_input_audio,
			d.tokens_output_audio, d.tokens_image, d.cost_usd, d.latency_ms, q.ms[1] AS latency_p50_ms,
			q.ms[2] AS latency_p95_ms, q.ms[3] AS latency_p99_ms
		FROM (SELECT x.* FROM @extschema@.at_llm_daily_rollup x
				WHERE x.dropped > 0 OR (x.project, x.day) NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days() s)
				UNION ALL
				SELECT x.*, 0 FROM @extschema@._at_fresh_llm_days() x) d,
			LATERAL (SELECT @extschema@.at_quantiles(d.latency_ms, '{0.5,0.95,0.99}') AS ms) q;
	COMMENT ON VIEW @extschema@.at_llm_daily IS 'agent_tracker: calls of language models by the day (UTC) on which they began, agent, provider and model (that answered, else that was asked for): calls, failed, without a completion, unpriced; tokens by kind (null: no call says), known cost in US dollars, and latencies in milliseconds as a sketch, of which at_quantiles(at_merge(latency_ms), ...) has percentiles over many rows, and the percentiles of this one; days of dropped events to which others came later have two rows; always up to date';

	CREATE OR REPLACE VIEW @extschema@.at_tool_daily WITH (security_invoker = on) AS
		SELECT d.day, d.project, d.agent_id, d.environment, nullif(d.tool_name, '') AS tool_name, d.calls, d.errors, d.latency_ms,
			q.ms[1] AS latency_p50_ms, q.ms[2] AS latency_p95_ms, q.ms[3] AS latency_p99_ms
		FROM (SELECT x.* FROM @extschema@.at_tool_daily_rollup x
				WHERE x.dropped > 0 OR (x.project, x.day) NOT IN (SELECT s.project, s.day FROM @extschema@._at_stale_days() s)
				UNION ALL
				SELECT x.*, 0 FROM @extschema@._at_fresh_tool_days() x) d,
			LATERAL (SELECT @extschema@.at_quantiles(d.latency_ms, '{0.5,0.95,0.99}') AS ms) q;
	COMMENT ON VIEW @extschema@.at_tool_daily IS 'agent_tracker: calls of tools by the day (UTC) on which they ended, agent and tool: calls, failed, and latencies in milliseconds as a sketch, of which at_quantiles(at_merge(latency_ms), ...) has percentiles over many rows, and the percentiles of this one; days of dropped events to which others came later have two rows; always up to date';
END
$at$;
COMMENT ON FUNCTION _at_create_store_rollup_views() IS 'makes the views over rollups of hours and days, or replaces them by those of this release';
