-- PL/pgSQL for the functions below: whatever is raised in one of them, by it or by
-- the server, is logged without the statement and its parameters.  Not trusted:
-- functions in it are ours only.

CREATE FUNCTION _at_plpgsql_call_handler() RETURNS language_handler
AS 'MODULE_PATHNAME', 'at_plpgsql_call_handler' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_plpgsql_call_handler() IS 'runs the functions of language at_plpgsql';

CREATE FUNCTION _at_plpgsql_validator(oid) RETURNS void
AS 'MODULE_PATHNAME', 'at_plpgsql_validator' LANGUAGE C STRICT VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION _at_plpgsql_validator(oid) IS 'checks a function of language at_plpgsql when it is created, as PL/pgSQL does';

CREATE LANGUAGE at_plpgsql HANDLER _at_plpgsql_call_handler VALIDATOR _at_plpgsql_validator;
COMMENT ON LANGUAGE at_plpgsql IS 'agent_tracker: PL/pgSQL whose errors keep the statement and its parameters out of the log; for the extension''s own functions';

-- A function with options is not STRICT: NULL for an option is a mistake and must
-- not look like an answer.
CREATE FUNCTION _at_refuse_nulls(names text[], VARIADIC arguments "any") RETURNS void
AS 'MODULE_PATHNAME', 'at_refuse_nulls' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _at_refuse_nulls(text[], "any") IS 'raises 22004 with the name of the first of these arguments of a function that is null';

-- Who may call a function is said beside it: what a writer of events needs is followed
-- by _at_grant_writer().  Of the others those that are VOLATILE are for the extension's
-- owner alone (grants.sql sees to that), and the rest is for everybody.

CREATE FUNCTION _at_writing_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'SELECT NULL::regprocedure WHERE false';
COMMENT ON FUNCTION _at_writing_functions() IS 'functions that a writer of events needs, written by _at_grant_writer(); not executable by PUBLIC';

CREATE FUNCTION _at_grant_owner(fn regprocedure) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{fn}', fn);
	EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', fn);
	EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO @extowner@ WITH GRANT OPTION', fn);
END
$at$;
COMMENT ON FUNCTION _at_grant_owner(regprocedure) IS 'internal: while the extension is created or updated, takes EXECUTE on a function from PUBLIC; its owner may pass it on';

CREATE FUNCTION _at_grant_writer(name name) RETURNS void
LANGUAGE at_plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $at$
DECLARE
	named regprocedure[] := ARRAY(SELECT p.oid::regprocedure FROM pg_proc p
		WHERE p.pronamespace = '@extschema@'::regnamespace AND p.proname = _at_grant_writer.name);
	listed text[] := ARRAY(SELECT f::text FROM @extschema@._at_writing_functions() f);
	fn regprocedure;
BEGIN
	PERFORM @extschema@._at_refuse_nulls('{name}', name);
	IF named = '{}' THEN
		RAISE undefined_function USING MESSAGE = 'there is no function of this name';
	END IF;
	FOREACH fn IN ARRAY named LOOP
		PERFORM @extschema@._at_grant_owner(fn);
	END LOOP;
	EXECUTE format('CREATE OR REPLACE FUNCTION @extschema@._at_writing_functions() RETURNS SETOF regprocedure
		LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS %L',
		format('SELECT f::regprocedure FROM unnest(%L::text[]) f', listed || named::text[]));
END
$at$;
COMMENT ON FUNCTION _at_grant_writer(name) IS 'internal: while the extension is created or updated, adds the functions of this name to those that a writer needs, and takes EXECUTE on them from PUBLIC';
