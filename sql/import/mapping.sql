-- Rows of any table as events.

CREATE FUNCTION at_map_rows(mapping json, rows json, identity_key bytea DEFAULT NULL) RETURNS SETOF json
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION at_map_rows(json, json, bytea) IS 'canonical events, redacted and valid, that a mapping makes of rows: an array of objects for a mapping with one source, or an object that has such an array under each source''s name; rows that make no valid event are skipped with a WARNING that names the row, the field and the rule and never a value; under an identity_key of 32 bytes ids that look like secrets become pseudonyms, different ones different, without one [REDACTED]; no rows when another argument is null; raises 22023 for a mapping with mistakes, for rows of another shape and for a key of another length';

CREATE FUNCTION _at_may_act_as(role name) RETURNS boolean
AS 'MODULE_PATHNAME', 'at_may_act_as' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_may_act_as(name) IS 'true when the current role may SET ROLE to this one; false when there is no such role; the policy of at_mapping goes by it';

CREATE FUNCTION at_check_mapping(mapping json, owner name DEFAULT CURRENT_USER,
	OUT path text, OUT rule text, OUT message text) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000 ROWS 3;
COMMENT ON FUNCTION at_check_mapping(json, name) IS 'every mistake of a mapping that shows before it runs: members and types that do not exist, constants that the contract refuses or redaction by the settings would take out, payload fields that an event type needs and nothing gives, and, as role owner, relations and queries that cannot be read or do more than read, and fields that name no column; path in the mapping, rule, and a message that never holds a value; no rows when there is none; reads no row and stores nothing; raises 42704 for an unknown role, 42501 for one that the caller cannot SET ROLE to';
SELECT _at_grant_writer('at_check_mapping');

CREATE FUNCTION at_create_mapping(name text, mapping json, owner name DEFAULT CURRENT_USER)
RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_create_mapping(text, json, name) IS 'keeps a mapping in at_mapping, with the search_path in force, for at_sync_mapping() to read its sources as role owner; raises 22023 when at_check_mapping() finds a mistake, 42710 when the name is taken, 42501 for an owner that the caller cannot SET ROLE to';
SELECT _at_grant_writer('at_create_mapping');

CREATE FUNCTION at_drop_mapping(name text) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION at_drop_mapping(text) IS 'forgets a mapping; the events that it made stay; raises 42704 when there is none of this name, or none of a role that the caller can SET ROLE to';
SELECT _at_grant_writer('at_drop_mapping');

CREATE FUNCTION at_sync_mapping(name text, OUT source text, OUT batch_id bigint, OUT rows bigint,
	OUT accepted bigint, OUT duplicates bigint, OUT conflicts bigint, OUT rejected bigint,
	OUT skipped bigint, OUT warnings text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10000 ROWS 2;
COMMENT ON FUNCTION at_sync_mapping(text) IS 'reads the sources of a mapping as its owner, who cannot write meanwhile, and stores their events; a row per source: rows read, events accepted, known with the same content (duplicates) or other content (conflicts), refused by the contract (rejected; both are in at_reject), rows skipped because they make no event, and the first warnings about these (row number, field and rule, never a value); batch_id is null when there was no event; raises 42704 for an unknown mapping, 42501 when the caller cannot SET ROLE to its owner, and what the server raises when a source cannot be read';
SELECT _at_grant_writer('at_sync_mapping');

CREATE FUNCTION _at_create_store_mapping() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	CREATE TABLE @extschema@.at_mapping (
		name text NOT NULL PRIMARY KEY,
		owner text NOT NULL,
		search_path text NOT NULL,
		mapping json NOT NULL,
		created_at timestamptz NOT NULL,
		synced_at timestamptz,
		batch_id bigint,
		rows bigint,
		accepted bigint,
		duplicates bigint,
		conflicts bigint,
		rejected bigint,
		skipped bigint
	);
	COMMENT ON TABLE @extschema@.at_mapping IS 'agent_tracker: mappings and how their last sync went; a role sees all of them, and writes those whose owner it can SET ROLE to';
	COMMENT ON COLUMN @extschema@.at_mapping.name IS 'name';
	COMMENT ON COLUMN @extschema@.at_mapping.owner IS 'name of the role as which the sources are read; a role that is renamed or dropped does not take it along';
	COMMENT ON COLUMN @extschema@.at_mapping.search_path IS 'where names without a schema are looked up';
	COMMENT ON COLUMN @extschema@.at_mapping.mapping IS 'the mapping; at_check_mapping() lets no secret into it';
	COMMENT ON COLUMN @extschema@.at_mapping.created_at IS 'when it was made';
	COMMENT ON COLUMN @extschema@.at_mapping.synced_at IS 'when its last sync began; null before the first';
	COMMENT ON COLUMN @extschema@.at_mapping.batch_id IS 'load of the last sync in at_ingest_batch; null when it had no event';
	COMMENT ON COLUMN @extschema@.at_mapping.rows IS 'rows that the last sync read';
	COMMENT ON COLUMN @extschema@.at_mapping.accepted IS 'events that it stored';
	COMMENT ON COLUMN @extschema@.at_mapping.duplicates IS 'events that were stored before, with the same content';
	COMMENT ON COLUMN @extschema@.at_mapping.conflicts IS 'events whose key was used before for other content';
	COMMENT ON COLUMN @extschema@.at_mapping.rejected IS 'events that the contract refused';
	COMMENT ON COLUMN @extschema@.at_mapping.skipped IS 'rows that made no event';

	-- who may write a mapping may have its sources read as its owner
	ALTER TABLE @extschema@.at_mapping ENABLE ROW LEVEL SECURITY;
	CREATE POLICY at_mapping_read ON @extschema@.at_mapping FOR SELECT USING (true);
	CREATE POLICY at_mapping_write ON @extschema@.at_mapping
		USING (@extschema@._at_may_act_as(owner::name))
		WITH CHECK (@extschema@._at_may_act_as(owner::name));

	CREATE VIEW @extschema@.at_mapping_status WITH (security_invoker = on) AS
		SELECT m.name, m.owner, m.mapping ->> 'project' AS project,
			m.mapping ->> 'agent_id' AS agent_id,
			json_array_length(m.mapping -> 'sources') AS sources, m.mapping, m.created_at,
			m.synced_at, m.batch_id, m.rows, m.accepted, m.duplicates, m.conflicts, m.rejected,
			m.skipped
		FROM @extschema@.at_mapping m;
	COMMENT ON VIEW @extschema@.at_mapping_status IS 'agent_tracker: mappings, and how their last sync went';
END
$at$;
COMMENT ON FUNCTION _at_create_store_mapping() IS 'makes the store''s table at_mapping and view at_mapping_status; at_create_store() calls it';
