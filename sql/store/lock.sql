-- Locks by which those who write take turns, held until the transaction ends.
-- Unlike advisory locks nobody can take them but by these functions, which are
-- not for PUBLIC (see grants.sql).

CREATE FUNCTION _at_lock_store() RETURNS void
AS 'MODULE_PATHNAME', 'at_lock_store' LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_lock_store() IS 'internal: those who make or upgrade the store take turns until their transactions end; for the owner of the store';

-- Called as the store's owner, who need not be the extension's: it asks itself who calls.
CREATE FUNCTION _at_lock_load() RETURNS void
AS 'MODULE_PATHNAME', 'at_lock_load' LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_lock_load() IS 'internal: bulk loads, unless agent_tracker.parallel_ingest is on, and those who make partitions take turns until their transactions end; raises 42501 for all but the owner of the store';

CREATE FUNCTION _at_lock_rollups() RETURNS void
AS 'MODULE_PATHNAME', 'at_lock_rollups' LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_lock_rollups() IS 'internal: those who refresh the rollups or drop partitions take turns until their transactions end; for the owner of the store';

-- So does this.
CREATE FUNCTION _at_summarize(index regclass) RETURNS integer
AS 'MODULE_PATHNAME', 'at_summarize' LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_summarize(regclass) IS 'internal: summarizes the new page ranges of a BRIN index as brin_summarize_new_values() does, but not while another session holds a lock against it; returns how many ranges were summarized; raises 42501 for all but the owner of the store';

CREATE FUNCTION _at_lock_scan(baseline text) RETURNS void
AS 'MODULE_PATHNAME', 'at_lock_scan' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_lock_scan(text) IS 'internal: scans of a baseline, named by its project, a slash and its id, take turns until their transactions end; for writers';
SELECT _at_grant_writer('_at_lock_scan');
