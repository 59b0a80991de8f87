-- One event at a time.

CREATE FUNCTION at_ingest(event json) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_ingest(json) IS 'redacts, validates and stores one whole event; returns the id of the stored event, which is that of an earlier one with the same idempotency key; raises 22023 with all violations when it is not valid; when the key was used before for other content, stores a row of at_reject and warns';
SELECT _at_grant_writer('at_ingest');

CREATE FUNCTION at_record(
	event_type at_event_type,
	payload json DEFAULT '{}',
	run_id text DEFAULT NULL,
	project text DEFAULT NULL,
	agent_id text DEFAULT NULL,
	environment text DEFAULT NULL,
	symbols text[] DEFAULT NULL,
	span_id text DEFAULT NULL,
	parent_span_id text DEFAULT NULL,
	occurred_at timestamptz DEFAULT NULL,
	event_id text DEFAULT NULL,
	idempotency_key text DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION at_record(at_event_type, json, text, text, text, text, text[], text, text, timestamptz, text, text) IS 'records an event that is made here: project, agent_id and environment come from the arguments or the settings agent_tracker.*, a missing run_id and parent_span_id come from the settings, too, else run_id is generated (a run of its own for each call), as a missing span_id and event_id are, a missing occurred_at is the clock''s; symbols are trimmed, in upper case (by Unicode''s full mapping) and each once; the idempotency key is <project>/<agent>/<run>/<type>/<event id without evt_> unless given; with a key or an event id the call may be repeated, and returns the id of the event stored first; prompts and outputs are stored as digests; returns the event id, or null when agent_tracker.enabled is off, or agent_tracker.sample_rate or a limit on events leaves the event out; raises 22023 with all violations when it is not valid';
SELECT _at_grant_writer('at_record');

CREATE FUNCTION at_record_step(
	name text,
	kind text DEFAULT 'other',
	status text DEFAULT 'succeeded',
	latency_ms numeric DEFAULT NULL,
	payload json DEFAULT NULL,
	run_id text DEFAULT NULL,
	project text DEFAULT NULL,
	agent_id text DEFAULT NULL,
	environment text DEFAULT NULL,
	symbols text[] DEFAULT NULL,
	span_id text DEFAULT NULL,
	parent_span_id text DEFAULT NULL,
	occurred_at timestamptz DEFAULT NULL,
	event_id text DEFAULT NULL,
	idempotency_key text DEFAULT NULL
) RETURNS text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{status,kind,name}', status, kind, name);
	IF kind NOT IN ('plan', 'retrieve', 'tool', 'model', 'decide', 'risk', 'order', 'respond', 'other') THEN
		RAISE invalid_parameter_value USING
			MESSAGE = 'kind must be plan, retrieve, tool, model, decide, risk, order, respond or other';
	END IF;
	RETURN @extschema@.at_record('tool.call.completed',
		(coalesce(payload::jsonb, '{}') || jsonb_build_object('tool_name', name, 'tool_kind', 'step', 'step_kind', kind,
			'status', status) || CASE WHEN latency_ms IS NULL THEN '{}'
			ELSE jsonb_build_object('latency_ms', latency_ms) END)::json,
		run_id, project, agent_id, environment, symbols, span_id, parent_span_id, occurred_at, event_id, idempotency_key);
END
$at$;
COMMENT ON FUNCTION at_record_step(text, text, text, numeric, json, text, text, text, text, text[], text, text, timestamptz, text, text) IS 'records that a step of a run is over that is of no other type of event, as a tool.call.completed with tool_kind step, which at_run_steps() shows as a step of its kind (plan, retrieve, tool, model, decide, risk, order, respond or other) and at_tool_calls() leaves out; latency_ms says how long it took; payload has the rest of the payload and gives way to the arguments; the envelope and the result are those of at_record(); raises 22004 for a name, kind or status that is null, 22023 for another kind';
SELECT _at_grant_writer('at_record_step');

CREATE FUNCTION at_record_final_action(
	action text,
	reason text DEFAULT NULL,
	payload json DEFAULT NULL,
	run_id text DEFAULT NULL,
	project text DEFAULT NULL,
	agent_id text DEFAULT NULL,
	environment text DEFAULT NULL,
	symbols text[] DEFAULT NULL,
	span_id text DEFAULT NULL,
	parent_span_id text DEFAULT NULL,
	occurred_at timestamptz DEFAULT NULL,
	event_id text DEFAULT NULL,
	idempotency_key text DEFAULT NULL
) RETURNS text
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{action}', action);
	RETURN @extschema@.at_record('decision.proposed',
		(coalesce(payload::jsonb, '{}') || jsonb_build_object('action', action, 'decision_kind', 'final_action')
			|| CASE WHEN reason IS NULL THEN '{}' ELSE jsonb_build_object('reason', reason) END)::json,
		run_id, project, agent_id, environment, symbols, span_id, parent_span_id, occurred_at, event_id, idempotency_key);
END
$at$;
COMMENT ON FUNCTION at_record_final_action(text, text, json, text, text, text, text, text[], text, text, timestamptz, text, text) IS 'records what a run came to in the end: decision.proposed of kind final_action with this action and, unless null, reason; payload has the rest of the payload and gives way to the arguments; the envelope and the result are those of at_record(); raises 22004 for an action that is null';
SELECT _at_grant_writer('at_record_final_action');

CREATE FUNCTION at_set_identity(project text, agent_id text DEFAULT NULL, environment text DEFAULT NULL) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	setting record;
BEGIN
	-- asks without showing the text
	PERFORM @extschema@._at_environment_of(environment);
	FOR setting IN SELECT * FROM (VALUES ('project', project), ('agent_id', agent_id), ('environment', environment)) v(name, value) LOOP
		PERFORM set_config('agent_tracker.' || setting.name, coalesce(setting.value, ''), false);
		IF setting.value IS NULL THEN
			EXECUTE format('ALTER DATABASE %I RESET agent_tracker.%s', current_database(), setting.name);
		ELSE
			EXECUTE format('ALTER DATABASE %I SET agent_tracker.%s = %L', current_database(), setting.name, setting.value);
		END IF;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_set_identity(text, text, text) IS 'sets agent_tracker.project, agent_id and environment for this database, that is for sessions that begin from now on, and for this session; null takes a setting back; for the owner of the database, who need not be a superuser; raises 22P02 for an unknown environment, 42501 for others';
