-- Who may call what is not said beside a function.  Whatever may write is for the
-- extension's owner, who may pass it on; at_grant() does.

DO $at$
BEGIN
	SET LOCAL search_path = pg_catalog, pg_temp;
	PERFORM @extschema@._at_grant_owner(p.oid::regprocedure)
	FROM pg_proc p
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
			AND d.refclassid = 'pg_extension'::regclass
		JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'agent_tracker'
	WHERE p.provolatile = 'v';
END
$at$;

-- These run as the owner of the store, who need not be that of the extension, and
-- ask themselves who calls.
GRANT EXECUTE ON FUNCTION @extschema@._at_lock_load(), @extschema@._at_summarize(regclass) TO PUBLIC;

GRANT SELECT, INSERT ON @extschema@.at_inbox TO @extowner@ WITH GRANT OPTION;
