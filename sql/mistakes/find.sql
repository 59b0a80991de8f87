-- All detectors at once, and what they found as events.

CREATE FUNCTION at_find_mistakes(project text, since timestamptz, until timestamptz, agent_id text DEFAULT NULL, tz text DEFAULT NULL,
	price_age_seconds float8 DEFAULT 300, bar_age_seconds float8 DEFAULT 300, slippage_bps numeric DEFAULT 50,
	same_arguments integer DEFAULT 5, same_tool integer DEFAULT 10, clamp_snapshots integer DEFAULT 20, clamp_bps numeric DEFAULT 50,
	cent numeric DEFAULT 0.01, basis_point numeric DEFAULT 0.01, run_end interval DEFAULT '1 hour', run_end_factor float8 DEFAULT 10,
	cadence_share float8 DEFAULT 0.2, cadence_runs integer DEFAULT 2, fresh_run interval DEFAULT '24 hours') RETURNS SETOF at_mistake
LANGUAGE at_plpgsql STABLE PARALLEL RESTRICTED COST 10000 ROWS 20
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $at$
#variable_conflict use_column
BEGIN
	PERFORM @extschema@._at_refuse_nulls(ARRAY['price_age_seconds', 'bar_age_seconds', 'slippage_bps', 'same_arguments', 'same_tool', 'clamp_snapshots',
			'clamp_bps', 'cent', 'basis_point', 'run_end', 'run_end_factor', 'cadence_share', 'cadence_runs', 'fresh_run', 'until', 'since', 'project'],
		price_age_seconds, bar_age_seconds, slippage_bps, same_arguments, same_tool, clamp_snapshots, clamp_bps, cent, basis_point, run_end,
		run_end_factor, cadence_share, cadence_runs, fresh_run, until, since, project);
	PERFORM @extschema@._at_check_store();
	IF NOT (isfinite(since) AND isfinite(until)) OR since >= until THEN
		RAISE invalid_parameter_value USING MESSAGE = 'since must be before until, and both finite';
	ELSIF tz IS NOT NULL AND NOT @extschema@._at_is_time_zone(tz) THEN
		RAISE invalid_parameter_value USING MESSAGE = 'tz must be the name of a time zone';
	END IF;
	RETURN QUERY
	SELECT f.mistake_family, k.severity, f.agent_id, f.environment, f.run_id, f.occurred_at::date, f.occurred_at, f.event_ids, f.numbers, k.would_be_right
	FROM (SELECT * FROM @extschema@._at_mistake_rejected_trade(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_old_price(project, since, until, agent_id, price_age_seconds)
		UNION ALL SELECT * FROM @extschema@._at_mistake_slippage(project, since, until, agent_id, slippage_bps)
		UNION ALL SELECT * FROM @extschema@._at_mistake_tool_loop(project, since, until, agent_id, same_arguments, same_tool)
		UNION ALL SELECT * FROM @extschema@._at_mistake_prompt_hash(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_purpose(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_replay_call(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_bars(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_stale_bars(project, since, until, agent_id, bar_age_seconds)
		UNION ALL SELECT * FROM @extschema@._at_mistake_closed_as_stale(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_clamped(project, since, until, agent_id, clamp_snapshots, clamp_bps)
		UNION ALL SELECT * FROM @extschema@._at_mistake_session_date(project, since, until, agent_id, tz)
		UNION ALL SELECT * FROM @extschema@._at_mistake_fill_intent(project, since, until, agent_id)
		UNION ALL SELECT * FROM @extschema@._at_mistake_order(project, since, until, agent_id, cent)
		UNION ALL SELECT * FROM @extschema@._at_mistake_reconciled(project, since, until, agent_id, cent, basis_point)
		UNION ALL SELECT * FROM @extschema@._at_mistake_open_run(project, since, until, agent_id, run_end, run_end_factor)
		UNION ALL SELECT * FROM @extschema@._at_mistake_cadence(project, since, until, agent_id, cadence_share, cadence_runs)
		UNION ALL SELECT * FROM @extschema@._at_mistake_release(project, since, until, agent_id, fresh_run)) f
		JOIN @extschema@.at_mistake_detectors() k ON k.mistake_family = f.mistake_family
	ORDER BY f.occurred_at, f.mistake_family, f.agent_id, f.environment, f.event_ids[1]::text, f.numbers::text;
END
$at$;
COMMENT ON FUNCTION at_find_mistakes(text, timestamptz, timestamptz, text, text, float8, float8, numeric, integer, integer, integer, numeric, numeric, numeric, interval, float8, float8, integer, interval) IS 'mistakes of a project''s events with since <= occurred_at < until, of one agent or all (null), that the events show, as at_mistake_detectors() defines them, whose thresholds are arguments; an event that lacks what a definition asks for is not judged, nor is one that names the mistake itself; with tz session dates must be those of that time zone; what happened before the window is read as far as a definition needs it; raises 22004 for null, 22023 for an empty or endless window or an unknown zone, 42P01 without a store';

CREATE FUNCTION _at_mistake_key(project text, mistake at_mistake) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO'
AS $at$
	-- what says that it is the same: not the numbers, which other thresholds and late events change
	SELECT encode(substr(sha256(convert_to(jsonb_build_array(project, mistake.mistake_family, mistake.agent_id, mistake.environment,
		coalesce(mistake.event_ids[1]::text, mistake.day::text), mistake.numbers -> 'check', mistake.numbers -> 'subject',
		mistake.numbers -> 'run_type', mistake.numbers -> 'currency')::text, 'UTF8')), 1, 16), 'hex')
$at$;
COMMENT ON FUNCTION _at_mistake_key(text, at_mistake) IS 'internal: 32 hexadecimal digits that are the same for the same mistake: a digest of its project, family, agent, environment, event at fault (else its day), and what of that is compared';

CREATE FUNCTION at_record_mistakes(project text, since timestamptz, until timestamptz, agent_id text DEFAULT NULL, tz text DEFAULT NULL,
	price_age_seconds float8 DEFAULT 300, bar_age_seconds float8 DEFAULT 300, slippage_bps numeric DEFAULT 50,
	same_arguments integer DEFAULT 5, same_tool integer DEFAULT 10, clamp_snapshots integer DEFAULT 20, clamp_bps numeric DEFAULT 50,
	cent numeric DEFAULT 0.01, basis_point numeric DEFAULT 0.01, run_end interval DEFAULT '1 hour', run_end_factor float8 DEFAULT 10,
	cadence_share float8 DEFAULT 0.2, cadence_runs integer DEFAULT 2, fresh_run interval DEFAULT '24 hours',
	OUT mistakes bigint, OUT recorded bigint)
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO'
AS $at$
#variable_conflict use_column
DECLARE
	mistake @extschema@.at_mistake;
	digest text;
	key text;
	told text;
BEGIN
	mistakes := 0;
	recorded := 0;
	FOR mistake IN SELECT * FROM @extschema@.at_find_mistakes(project, since, until, agent_id, tz, price_age_seconds, bar_age_seconds, slippage_bps,
			same_arguments, same_tool, clamp_snapshots, clamp_bps, cent, basis_point, run_end, run_end_factor, cadence_share, cadence_runs, fresh_run) LOOP
		mistakes := mistakes + 1;
		digest := @extschema@._at_mistake_key(project, mistake);
		key := 'agent_tracker.mistake/' || digest;
		CONTINUE WHEN EXISTS (SELECT FROM @extschema@.at_event e WHERE e.project = at_record_mistakes.project
			AND e.key_digest = encode(substr(sha256(convert_to(key, 'UTF8')), 1, 16), 'hex')::uuid AND e.occurred_at = mistake.occurred_at);
		told := @extschema@.at_record('diagnostic.check.completed', jsonb_build_object(
				'check_id', 'agent_tracker.mistake.' || mistake.mistake_family, 'check_family', 'custom', 'status', 'failed',
				'severity', mistake.severity, 'mistake_family', mistake.mistake_family, 'would_be_right', mistake.would_be_right,
				'event_ids', mistake.event_ids::text[], 'mistaken_run_id', mistake.run_id::text, 'numbers', mistake.numbers)::json,
			project => project, agent_id => mistake.agent_id, environment => mistake.environment::text,
			run_id => 'run_mistakes_' || digest, occurred_at => mistake.occurred_at, idempotency_key => key);
		recorded := recorded + (told IS NOT NULL)::integer;
	END LOOP;
END
$at$;
COMMENT ON FUNCTION at_record_mistakes(text, timestamptz, timestamptz, text, text, float8, float8, numeric, integer, integer, integer, numeric, numeric, numeric, interval, float8, float8, integer, interval) IS 'records what at_find_mistakes() finds with the same arguments, each mistake once, however often it is called, as an event diagnostic.check.completed at the time of the mistake: check_id agent_tracker.mistake.<family>, status failed, mistake_family, severity, numbers, event_ids; these events are in no run of at_run, prove nothing in readiness reports, and are no behavior; returns how many were found and how many of them recorded now; for who may read the store and write events; raises what at_find_mistakes() and at_record() do';
SELECT _at_grant_writer('at_record_mistakes');
