-- One verb brings everything up to date that is derived of events.  Its parts are
-- functions of the modules that own the tables; C calls them one after the other
-- as the store's owner.

CREATE FUNCTION _at_read_stale() RETURNS tid[]
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	-- locked, so that a transaction with a snapshot from before another's refresh is
	-- told to try again
	RETURN (SELECT coalesce(array_agg(x.ctid), '{}')
		FROM (SELECT m.ctid FROM @extschema@.at_stale_run m FOR UPDATE) x);
END
$at$;
COMMENT ON FUNCTION _at_read_stale() IS 'internal: the rows of at_stale_run that at_refresh() sees as it begins: the events that they stand for are seen by all that follows';

CREATE FUNCTION _at_forget_stale(rows tid[]) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	-- nothing updates these rows, and what would move them waits for this transaction
	DELETE FROM @extschema@.at_stale_run m WHERE m.ctid = ANY ($1);
END
$at$;
COMMENT ON FUNCTION _at_forget_stale(tid[]) IS 'internal: deletes these rows of at_stale_run, after everything was computed for which they stand';

CREATE FUNCTION at_refresh(OUT days bigint, OUT rows bigint, OUT runs bigint, OUT fills bigint,
	OUT positions bigint, OUT legs bigint)
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION at_refresh() IS 'brings everything up to date that is derived of events: rollups of evidence, the trade book, facts of runs; computes what was written since again and nothing else; a fill that came late has its position matched again from there on; returns how many days of projects were stale, how many rows of the rollup and facts of runs were written, how many fills were new, how many positions were matched and how many legs were written; views are right without it, and slower; runs as the store''s owner; for him, and for whom he lets execute it';

CREATE FUNCTION _at_keep_facts(since timestamptz, until timestamptz) RETURNS void
AS 'MODULE_PATHNAME', 'at_keep_facts' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION _at_keep_facts(timestamptz, timestamptz) IS 'internal: keeps what is derived of the events of a partition that is about to be dropped: facts of performance, facts of runs, rollups; after at_refresh(); as the store''s owner; at_drop_before() calls it';

CREATE FUNCTION at_mark_stale(project text, since timestamptz, until timestamptz) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000;
COMMENT ON FUNCTION at_mark_stale(text, timestamptz, timestamptz) IS 'has the runs and days of a project computed again that have events with since <= occurred_at < until, or had some when they were last refreshed; for after DELETE or UPDATE of events by hand (after fills were changed, at_rebuild_trades() is needed, too); returns how many runs and days were marked; raises 22004 for null; runs as the store''s owner; for him, and for whom he lets execute it';
