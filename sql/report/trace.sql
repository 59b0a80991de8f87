-- A run as a page for people: what it was, and its steps with what went in and
-- what came out.

CREATE FUNCTION _at_trace_runs(run_id text, project text, tz text, OUT of_project text, OUT agent_id text, OUT environment text,
	OUT run_type text, OUT status text, OUT started text, OUT ended text, OUT duration_ms float8, OUT silent_ms float8,
	OUT build_id text, OUT models text, OUT events bigint, OUT tokens bigint, OUT cost_usd text, OUT net_pnl text,
	OUT ok boolean, OUT flags text, OUT began float8)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 1
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	id @extschema@.at_id := $1::@extschema@.at_id;
BEGIN
	PERFORM @extschema@._at_check_store();
	RETURN QUERY
	SELECT r.project, r.agent_id, r.environment::text, r.run_type, r.status,
		to_char(coalesce(r.started_at, r.first_at) AT TIME ZONE tz, 'FMDD Mon YYYY HH24:MI:SS'),
		to_char(coalesce(r.ended_at, r.last_at) AT TIME ZONE tz, 'FMDD Mon YYYY HH24:MI:SS'),
		r.duration_ms, extract(epoch FROM r.silent)::float8 * 1000, r.build_id, array_to_string(r.models, ', '), r.events, r.tokens,
		round(r.cost_usd, greatest(2, min_scale(round(r.cost_usd, 6))))::text, round(r.net_pnl, 2)::text, @extschema@._at_status_ok(r.status), array_to_string(r.flags, ', '),
		extract(epoch FROM least(r.first_at, r.started_at))::float8 * 1000
	FROM @extschema@.at_run r
	WHERE r.run_id OPERATOR(@extschema@.=) id AND ($2 IS NULL OR r.project = $2)
	ORDER BY r.project, r.first_at, r.agent_id, r.environment;
END
$at$;
COMMENT ON FUNCTION _at_trace_runs(text, text, text) IS 'internal: the runs with this id, of one project or all (null), for at_report_run() and at_trace_markdown(): times as texts in a zone, began in milliseconds since 1970';

CREATE FUNCTION _at_trace_steps(run_id text, project text, OUT depth integer, OUT kind text, OUT name text, OUT status text,
	OUT ok boolean, OUT began float8, OUT ended float8, OUT total_ms float8, OUT self_ms float8, OUT cost_usd text,
	OUT attempt integer, OUT flags text, OUT error text, OUT said text, OUT went_in jsonb, OUT came_out jsonb)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	id @extschema@.at_id := $1::@extschema@.at_id;
	inputs CONSTANT text[] := '{input,inputs,arguments,args,parameters,params,query,prompt,messages,request,arguments_digest,
		prompt_family,prompt_version,prompt_hash,provider,purpose,memory_kind,symbol,side,requested_notional,requested_quantity,
		intended_quantity,intended_price,order_type}';
	outputs CONSTANT text[] := '{output,outputs,result,results,response,completion,content,answer,finish_reason,stop_reason,
		result_count,stale_count,returned_count,action,confidence,target_weight,reason_code,rationale,thesis,approved,reasons,
		rejected_by,quantity,price,outcome_kind,candidate_count,summary}';
BEGIN
	RETURN QUERY
	WITH step AS MATERIALIZED (
		SELECT * FROM @extschema@.at_run_steps($1, $2)
	), part AS (
		SELECT s.seq, e.payload, u.place,
			-- of calls the values say more
			CASE WHEN s.kind NOT IN ('model', 'tool') THEN e.said END AS said
		FROM step s, unnest(s.event_ids) WITH ORDINALITY u(event_id, place)
			JOIN (SELECT e.event_id, e.payload, @extschema@.at_summary(e) AS said FROM @extschema@.at_event e
				WHERE e.run_id OPERATOR(@extschema@.=) id AND ($2 IS NULL OR e.project = $2) OFFSET 0) e
				ON e.event_id OPERATOR(@extschema@.=) u.event_id
	), said AS (
		SELECT p.seq, min(p.said) AS said,
			-- of a member that several events have, the first went in and the last came out
			jsonb_object_agg(m.key, m.value ORDER BY p.place DESC) FILTER (WHERE m.key = ANY (inputs)) AS went_in,
			jsonb_object_agg(m.key, m.value ORDER BY p.place) FILTER (WHERE m.key = ANY (outputs)) AS came_out,
			string_agg(DISTINCT CASE jsonb_typeof(m.value) WHEN 'string' THEN m.value #>> '{}' ELSE coalesce(m.value ->> 'message', m.value::text) END, '; ')
				FILTER (WHERE m.key IN ('error', 'error_message', 'error_kind') AND m.value <> 'null'
					AND m.value <> '""') AS error
		FROM part p, jsonb_each(CASE jsonb_typeof(p.payload) WHEN 'object' THEN p.payload ELSE '{}' END) m
		GROUP BY p.seq
	)
	SELECT s.depth, s.kind, s.name, s.status, @extschema@._at_status_ok(s.status), extract(epoch FROM s.started_at)::float8 * 1000,
		extract(epoch FROM s.ended_at)::float8 * 1000, s.total_ms, s.self_ms, round(s.self_cost_usd, greatest(2, min_scale(round(s.self_cost_usd, 6))))::text, s.attempt,
		array_to_string(s.flags, ', '), d.error, d.said, d.went_in, d.came_out
	FROM step s LEFT JOIN said d ON d.seq = s.seq
	ORDER BY s.seq;
END
$at$;
COMMENT ON FUNCTION _at_trace_steps(text, text) IS 'internal: the steps of a run with what went in, what came out and errors, as far as the payloads of their events say it, for at_report_run() and at_trace_markdown(); times in milliseconds since 1970';

CREATE FUNCTION _at_trace_errors(run_id text, project text, tz text, OUT at text, OUT severity text, OUT component text,
	OUT error_kind text, OUT message text)
RETURNS SETOF record
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $at$
#variable_conflict use_column
DECLARE
	id @extschema@.at_id := $1::@extschema@.at_id;
BEGIN
	RETURN QUERY
	SELECT to_char(e.occurred_at AT TIME ZONE tz, 'HH24:MI:SS'), e.payload ->> 'severity', e.payload ->> 'component',
		e.payload ->> 'error_kind', e.payload ->> 'message'
	FROM @extschema@.at_event e
	WHERE e.run_id OPERATOR(@extschema@.=) id AND ($2 IS NULL OR e.project = $2) AND e.event_type = 'error.recorded'
	ORDER BY e.occurred_at, e.ingested_at, e.line_no;
END
$at$;
COMMENT ON FUNCTION _at_trace_errors(text, text, text) IS 'internal: events error.recorded of a run, for at_report_run() and at_trace_markdown()';

CREATE FUNCTION at_report_run(run_id text, project text DEFAULT NULL, tz text DEFAULT 'UTC') RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000;
COMMENT ON FUNCTION at_report_run(text, text, text) IS 'a run as one HTML file without scripts and without requests: how it ended, a table of its steps by kind (steps, succeeded, failed, average duration in milliseconds to days, cost in US dollars), a waterfall, its errors, and each step with what went in and what came out as the stored payloads say it; times in the zone tz; of more than 400 steps the waterfall shows, and of more than 1,000 the list, those that failed and the longest, and says so; a run id of several agents, environments or projects (project null) gives all of them; NULL for null; raises 42704 for an unknown run, 22023 for an unknown zone, 42P01 without a store';

CREATE FUNCTION at_trace_markdown(run_id text, project text DEFAULT NULL, tz text DEFAULT 'UTC') RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED COST 100000;
COMMENT ON FUNCTION at_trace_markdown(text, text, text) IS 'what at_report_run() shows, as Markdown that also reads well as text; arguments and errors as there; raises 22P05 where the encoding of the database lacks a character';
