-- Identities: names for ids that look like secrets, and the store's key of
-- these names.

CREATE FUNCTION at_known_id(id text) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_known_id(text) IS 'the id, or NULL when [REDACTED] without a pseudonym''s letters is in it: what it was is lost, and many may have become the same text; whatever compares ids of events goes by it';

CREATE FUNCTION _at_write_identity_key() RETURNS void
AS 'MODULE_PATHNAME', 'at_write_identity_key' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION _at_write_identity_key() IS 'internal: makes the store''s random key of pseudonyms when there is none, as the store''s owner; _at_create_store_identity() calls it';

CREATE FUNCTION _at_create_store_identity() RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	owner name;
	grantee text;
BEGIN
	-- to_regclass() may not know yet of one made meanwhile
	IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = 'at_identity_key'
			AND c.relnamespace = '@extschema@'::regnamespace) THEN
		CREATE TABLE @extschema@.at_identity_key (
			one boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
			key bytea NOT NULL CHECK (octet_length(key) = 32)
		);
		COMMENT ON TABLE @extschema@.at_identity_key IS 'agent_tracker: one row, the secret key of pseudonyms, by which an id that looks like a secret is stored; grant nothing on it to anybody';
		COMMENT ON COLUMN @extschema@.at_identity_key.one IS 'true: there is one row';
		COMMENT ON COLUMN @extschema@.at_identity_key.key IS 'key of HMAC-SHA-256; whoever reads it can test which id a pseudonym stands for; with another one, ids get other names';
		-- default privileges may have given it to readers of other tables
		FOR grantee IN SELECT DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
			FROM pg_class c, aclexplode(c.relacl) x
			WHERE c.oid = '@extschema@.at_identity_key'::regclass AND x.grantee <> c.relowner LOOP
			EXECUTE format('REVOKE ALL ON @extschema@.at_identity_key FROM %s', grantee);
		END LOOP;
		-- whoever calls it: the key is its store's owner's
		SELECT pg_get_userbyid(c.relowner) INTO owner FROM pg_class c
		WHERE c.oid = '@extschema@.at_event'::regclass AND NOT pg_get_userbyid(c.relowner) = CURRENT_USER;
		IF owner IS NOT NULL THEN
			EXECUTE format('ALTER TABLE @extschema@.at_identity_key OWNER TO %I', owner);
		END IF;
	END IF;
	PERFORM @extschema@._at_write_identity_key();
END
$at$;
COMMENT ON FUNCTION _at_create_store_identity() IS 'makes the store''s table at_identity_key and its random key, where they are missing; at_create_store() and at_upgrade_store() call it';
