-- Who may call what.  Whatever writes is for the extension's owner, who may
-- pass it on; at_grant() does.

CREATE FUNCTION _at_writing_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $at$
	SELECT p.oid::regprocedure
	FROM pg_proc p
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
			AND d.refclassid = 'pg_extension'::regclass
		JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'agent_tracker'
	WHERE p.proname ~ '^_?at_(ingest|ingest_jsonl|redact_name|record|record_.*|sync_journal|inbox_trigger|check_mapping|create_mapping|drop_mapping|sync_mapping|create_behavior_profile|create_baseline|approve_baseline|activate_baseline|deactivate_baseline|new_scan|alert_drift|lock_scan)$'
$at$;
COMMENT ON FUNCTION _at_writing_functions() IS 'functions that a writer of events needs; not executable by PUBLIC';

DO $at$
DECLARE
	fn regprocedure;
BEGIN
	SET LOCAL search_path = pg_catalog, pg_temp;
	FOR fn IN SELECT f FROM @extschema@._at_writing_functions() f
		UNION ALL SELECT p.oid::regprocedure
		FROM pg_proc p
			JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
				AND d.refclassid = 'pg_extension'::regclass
			JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'agent_tracker'
		WHERE p.proname ~ '^_?at_(create_store|create_store_.*|drop_store|drop_before|upgrade_store|grant|create_event_id_index|write_.*|forget_.*|refresh|mark_stale|read_stale|rebuild_evidence|rebuild_trades|upkeep|schedule|unschedule|create_journal_view|delete_behavior_profile|behavior_profile_day|propose_baselines|scan_baselines|schedule_drift|import_prices|reprice|refresh_shipped_prices|lock_store|lock_rollups|plpgsql_.*)$' LOOP
		EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', fn);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO @extowner@ WITH GRANT OPTION', fn);
	END LOOP;
END
$at$;

GRANT SELECT, INSERT ON @extschema@.at_inbox TO @extowner@ WITH GRANT OPTION;
