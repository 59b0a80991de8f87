-- One verb brings everything up to date that is derived of events.

CREATE FUNCTION _at_write_facts(OUT days bigint, OUT rows bigint, OUT runs bigint, OUT fills bigint,
	OUT positions bigint, OUT legs bigint)
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	marks tid[];
BEGIN
	-- events of marks that are seen here are seen below; marks that come in between
	-- stay for the next time, when their runs are computed once more
	SELECT array_agg(m.ctid) INTO marks FROM @extschema@.at_stale_run m;
	IF marks IS NULL THEN
		days := 0;
		rows := 0;
		runs := 0;
		fills := 0;
		positions := 0;
		legs := 0;
		RETURN;
	END IF;
	SELECT w.days, w.rows INTO days, rows FROM @extschema@._at_write_rollups() w;
	SELECT w.fills, w.positions, w.legs INTO fills, positions, legs FROM @extschema@._at_write_trades() w;
	runs := @extschema@._at_write_runs();
	DELETE FROM @extschema@.at_stale_run m WHERE m.ctid = ANY (marks);
END
$at$;
COMMENT ON FUNCTION _at_write_facts() IS 'internal: what at_refresh() does, as the store''s owner, who has the lock of refreshes';

CREATE FUNCTION at_refresh(OUT days bigint, OUT rows bigint, OUT runs bigint, OUT fills bigint,
	OUT positions bigint, OUT legs bigint)
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_refresh() IS 'brings everything up to date that is derived of events: rollups of evidence, the trade book, facts of runs; computes what was written since again and nothing else; a fill that came late has its position matched again from there on; returns how many days of projects were stale, how many rollups and runs were written, how many fills were new, how many positions were matched and how many legs were written; views are right without it, and slower; runs as the store''s owner; for him, and for whom he lets execute it';
