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
