-- One screen about one thing, and the newest events.

CREATE FUNCTION _at_redacted_paths(payload jsonb) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 5
SET search_path = pg_catalog, pg_temp
AS $at$
	WITH RECURSIVE part(path, value, depth) AS (
		SELECT ''::text, payload, 0
		UNION ALL
		SELECT CASE WHEN p.path = '' THEN m.name ELSE p.path || '.' || m.name END, m.value, p.depth + 1
		FROM part p CROSS JOIN LATERAL (
			SELECT o.key, o.value FROM jsonb_each(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END) o
			UNION ALL
			SELECT (a.place - 1)::text, a.value FROM jsonb_array_elements(CASE jsonb_typeof(p.value) WHEN 'array' THEN p.value ELSE '[]' END)
				WITH ORDINALITY a(value, place)
		) m(name, value)
		WHERE p.depth < 64 AND NOT (jsonb_typeof(p.value) = 'object' AND p.value -> 'redacted' = 'true' AND p.value ? 'sha256')
	)
	SELECT path FROM part
	WHERE CASE jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' ~ '\[REDACTED\]'
		WHEN 'object' THEN value -> 'redacted' = 'true' AND value ? 'sha256' ELSE false END
	ORDER BY path
$at$;
COMMENT ON FUNCTION _at_redacted_paths(jsonb) IS 'internal: where in a payload something was redacted: a digest, or a text with [REDACTED]; names between points, places in arrays from 0';

CREATE FUNCTION _at_explain_run(run_id at_id, project text) RETURNS SETOF text
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 5
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT regexp_replace(concat_ws(', ', format('Run %s of %s, %s, %s: %s', r.run_id, r.project, r.agent_id, r.environment, coalesce(r.status, 'no word of its end')),
		CASE WHEN r.duration_ms IS NOT NULL THEN round((r.duration_ms / 1000)::numeric, 3)::float8 || ' s' END,
		format('%s events, %s steps', r.events, r.steps),
		CASE WHEN r.llm_calls > 0 THEN r.llm_calls || ' model calls' END, CASE WHEN r.tool_calls > 0 THEN r.tool_calls || ' tool calls' END,
		CASE WHEN r.errors > 0 THEN r.errors || ' errors' END, CASE WHEN r.risk_blocks > 0 THEN r.risk_blocks || ' blocked' END,
		CASE WHEN r.fills > 0 THEN r.fills || ' fills' END,
		CASE WHEN r.cost_usd > 0 THEN 'cost ' || trim_scale(round(r.cost_usd, 6)) || ' USD' END,
		CASE WHEN r.unpriced_calls > 0 THEN r.unpriced_calls || ' calls without a price' END,
		CASE WHEN r.net_pnl IS NOT NULL THEN 'net P&L ' || trim_scale(round(r.net_pnl, 8)) END,
		nullif(array_to_string(r.flags, ', '), '')), '\m1 (event|step|model call|tool call|error|fill|call)s\M', '1 \1', 'g')
	FROM @extschema@.at_run r
	WHERE r.run_id OPERATOR(@extschema@.=) _at_explain_run.run_id AND (_at_explain_run.project IS NULL OR r.project = _at_explain_run.project)
	ORDER BY r.project, r.agent_id, r.environment;
END
$at$;
COMMENT ON FUNCTION _at_explain_run(at_id, text) IS 'internal: a run in one line, of each project, agent and environment that has one of this id';

CREATE FUNCTION _at_explain_after(run_id at_id, project text, after timestamptz, but at_id, tz text, max_rows bigint)
RETURNS SETOF text
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT format('  %s  %s', to_char(e.occurred_at AT TIME ZONE tz, 'YYYY-MM-DD HH24:MI:SS.MS'), @extschema@.at_summary(e))
	FROM @extschema@.at_event e
	WHERE e.run_id OPERATOR(@extschema@.=) _at_explain_after.run_id
		AND (_at_explain_after.project IS NULL OR e.project = _at_explain_after.project)
		AND (after IS NULL OR e.occurred_at >= after) AND (but IS NULL OR e.event_id OPERATOR(@extschema@.<>) but)
	ORDER BY e.occurred_at, e.ingested_at, e.line_no, e.key_digest
	LIMIT max_rows;
END
$at$;
COMMENT ON FUNCTION _at_explain_after(at_id, text, timestamptz, at_id, text, bigint) IS 'internal: the first events of a run from a time on (null: from its begin), but one, a line each';

CREATE FUNCTION _at_explain_events(ids at_id[], but at_id, after timestamptz, tz text) RETURNS SETOF text
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_seqscan = off -- the planner thinks nothing of the filters of at_event_time
AS $at$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT format('  %s  %s', to_char(e.occurred_at AT TIME ZONE tz, 'YYYY-MM-DD HH24:MI:SS.MS'), @extschema@.at_summary(e))
	FROM unnest(ids) u(id) CROSS JOIN LATERAL (SELECT * FROM @extschema@.at_event e
		WHERE e.event_id OPERATOR(@extschema@.=) u.id OFFSET 0) e
	WHERE e.event_id OPERATOR(@extschema@.<>) but AND e.occurred_at >= after
	ORDER BY e.occurred_at, e.ingested_at, e.line_no, e.key_digest;
END
$at$;
COMMENT ON FUNCTION _at_explain_events(at_id[], at_id, timestamptz, text) IS 'internal: events with these ids, but one, from a time on, a line each';

CREATE FUNCTION at_explain(id text, project text DEFAULT NULL, tz text DEFAULT 'UTC') RETURNS text
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED COST 10000
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'postgres'
SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	most CONSTANT integer := 8;
	moment record;
	event record;
	decision_events @extschema@.at_id[];
	decision_pnl numeric;
	lines text[];
	part text[];
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{tz}', tz);
	PERFORM @extschema@._at_check_store();
	IF NOT @extschema@._at_is_time_zone(tz) THEN
		RAISE EXCEPTION 'unknown time zone' USING ERRCODE = 'invalid_parameter_value', HINT = 'SELECT name FROM pg_timezone_names lists them.';
	END IF;
	IF at_explain.id IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT * INTO moment FROM @extschema@._at_saw_event(at_explain.id, NULL, at_explain.project);
	IF moment.at IS NULL THEN
		-- neither an event nor a decision: a run
		SELECT array_agg(x) INTO lines FROM @extschema@._at_explain_run(at_explain.id::@extschema@.at_id, at_explain.project) x;
		IF lines IS NULL THEN
			RAISE EXCEPTION 'no event, decision or run has this id' USING ERRCODE = 'undefined_object';
		END IF;
		SELECT array_agg(format('  %s: %s, %s ms%s', s.kind, CASE s.n WHEN 1 THEN '1 step' ELSE s.n || ' steps' END,
				coalesce(round(s.ms)::text, '?'), CASE WHEN s.failed > 0 THEN ', ' || s.failed || ' failed' ELSE '' END) ORDER BY s.kind) INTO part
		FROM (SELECT s.kind, count(*) AS n, sum(s.self_ms) AS ms, count(*) FILTER (WHERE NOT @extschema@._at_status_ok(s.status)) AS failed
			FROM @extschema@.at_run_steps(at_explain.id, at_explain.project) s WHERE s.depth > 0 GROUP BY s.kind) s;
		lines := lines || CASE WHEN part IS NOT NULL THEN 'Steps'::text || part END || 'What happened first'::text
			|| ARRAY(SELECT x FROM @extschema@._at_explain_after(at_explain.id::@extschema@.at_id, at_explain.project, NULL, NULL, tz, most) x)
			|| ARRAY(SELECT 'Errors' WHERE EXISTS (SELECT FROM @extschema@._at_trace_errors(at_explain.id, at_explain.project, tz)))
			|| ARRAY(SELECT format('  %s', concat_ws(' ', x.at, x.component, x.error_kind, left(x.message, 100)))
				FROM @extschema@._at_trace_errors(at_explain.id, at_explain.project, tz) x LIMIT most);
		RETURN array_to_string(lines, E'\n');
	END IF;

	SELECT e.event_type::text AS type, e.payload, @extschema@.at_summary(e) AS said INTO event FROM @extschema@.at_event e
	WHERE e.run_id OPERATOR(@extschema@.=) moment.run_of AND e.project = moment.project_of
		AND e.event_id OPERATOR(@extschema@.=) moment.event_of AND e.occurred_at = moment.at;
	lines := ARRAY[format('%s %s %s', event.type, moment.event_of, to_char(moment.at AT TIME ZONE tz, 'YYYY-MM-DD HH24:MI:SS.MS')), '  ' || event.said]
		|| ARRAY(SELECT x FROM @extschema@._at_explain_run(moment.run_of, moment.project_of) x);

	SELECT array_agg('  ' || concat_ws(' ', s.kind, nullif(s.what, ''), s.value, CASE WHEN s.source > '' THEN '(' || s.source || ')' END,
			s.age::interval(0)::text || ' old', CASE WHEN s.stale THEN 'STALE' END)) INTO part
	FROM (SELECT * FROM @extschema@.at_saw(moment.event_of::text, moment.run_of::text, moment.project_of) LIMIT 16) s;
	lines := lines || 'What was known before'::text || coalesce(part, ARRAY['  nothing of this run or its portfolio']);

	IF event.type = 'decision.proposed' THEN
		SELECT d.event_ids, d.net_pnl INTO decision_events, decision_pnl FROM @extschema@.at_decisions(moment.project_of, moment.at, moment.at + interval '1 microsecond', moment.agent_of) d
		WHERE d.run_id OPERATOR(@extschema@.=) moment.run_of AND moment.event_of OPERATOR(@extschema@.=) ANY (d.event_ids) LIMIT 1;
	END IF;
	IF decision_events IS NOT NULL THEN
		part := ARRAY(SELECT x FROM @extschema@._at_explain_events(decision_events[1:16], moment.event_of, moment.at, tz) x);
		IF decision_pnl IS NOT NULL THEN
			part := part || ('  net P&L of its trades ' || trim_scale(round(decision_pnl, 8)));
		END IF;
	ELSE
		part := ARRAY(SELECT x FROM @extschema@._at_explain_after(moment.run_of, moment.project_of, moment.at, moment.event_of, tz, most) x);
	END IF;
	lines := lines || 'What followed'::text || CASE WHEN part = '{}' THEN ARRAY['  nothing'] ELSE part END;

	part := ARRAY(SELECT '  ' || concat_ws(' ', x.item, nullif(x.arithmetic, ''), CASE WHEN x.arithmetic IS NULL THEN x.usd::text END, nullif(x.note, ''))
		FROM @extschema@.at_explain_cost(moment.event_of::text) x);
	IF part <> '{}' THEN
		lines := lines || 'Cost, USD'::text || part;
	END IF;
	part := ARRAY(SELECT '  ' || left(x, 200) FROM @extschema@._at_redacted_paths(event.payload) x LIMIT most);
	RETURN array_to_string(lines || 'Redacted'::text || CASE WHEN part = '{}' THEN ARRAY['  nothing'] ELSE part END, E'\n');
END
$at$;
COMMENT ON FUNCTION at_explain(text, text, text) IS 'one screen about an event, the first proposal of a decision, or a run, by its id: what it is, its run, what was known before, what followed (of a decision its checks, orders, fills and outcome, else the next events of the run), the arithmetic of what it cost in US dollars, and which values of its payload were redacted; times in the zone tz; project when several have the id; NULL for null; raises 42704 for an unknown id, 22023 for an unknown zone, 42P01 without a store';

CREATE TYPE at_event_line AS (
	occurred_at timestamptz,
	project text,
	agent_id text,
	run_id at_id,
	event_type at_event_type,
	summary text,
	event_id at_id
);
COMMENT ON TYPE at_event_line IS 'an event as one line, a row of at_tail()';

CREATE FUNCTION at_tail(max_rows bigint DEFAULT 20, project text DEFAULT NULL, agent_id text DEFAULT NULL) RETURNS SETOF at_event_line
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $at$
#variable_conflict use_column
DECLARE
	part record;
	hours integer;
	edge timestamptz;
	high timestamptz;
	found_rows bigint := 0;
	new_rows bigint;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{max_rows}', max_rows);
	PERFORM @extschema@._at_check_store();
	IF max_rows < 0 THEN
		RAISE EXCEPTION 'max_rows must not be negative' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- windows from the newest on, each twice as long: there is no order of time among events
	FOR part IN SELECT * FROM @extschema@.at_partitions() p ORDER BY p.since DESC LOOP
		EXIT WHEN found_rows >= max_rows;
		high := part.until;
		hours := 1;
		WHILE high > part.since AND found_rows < max_rows LOOP
			edge := greatest(part.since, CASE WHEN isfinite(high) AND hours < 100000 THEN high - make_interval(hours => hours) END);
			RETURN QUERY
			SELECT e.occurred_at, e.project, e.agent_id, e.run_id, e.event_type, @extschema@.at_summary(e), e.event_id
			FROM @extschema@.at_event e
			WHERE e.occurred_at >= edge AND e.occurred_at < high AND (at_tail.project IS NULL OR e.project = at_tail.project)
				AND (at_tail.agent_id IS NULL OR e.agent_id = at_tail.agent_id)
			ORDER BY e.occurred_at DESC, e.ingested_at DESC, e.line_no DESC, e.key_digest DESC
			LIMIT max_rows - found_rows;
			GET DIAGNOSTICS new_rows = ROW_COUNT;
			found_rows := found_rows + new_rows;
			high := edge;
			hours := hours * 2;
		END LOOP;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_tail(bigint, text, text) IS 'the newest events, newest first, one line each, of one project and agent or all (null); none for null; raises 22023 for negative max_rows, 42P01 without a store';
