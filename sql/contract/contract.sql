-- The contract as rows, and event types as JSON Schemas.

CREATE FUNCTION at_event_types(OUT event_type at_event_type, OUT event_group text,
	OUT description text, OUT required_fields text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_event_types' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30;
COMMENT ON FUNCTION at_event_types() IS 'event types of the contract: group (core, reporting, diagnostic), description, and the payload fields that must be there';

CREATE FUNCTION at_event_fields(OUT event_type at_event_type, OUT field text,
	OUT required boolean, OUT nullable boolean, OUT kind text, OUT enumeration text,
	OUT minimum integer, OUT maximum integer, OUT condition text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_event_fields' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 350;
COMMENT ON FUNCTION at_event_fields() IS 'what the contract asks of payload fields: a row with an event type holds for that type, one without for every event that has the field, and where there are both, both hold; bounds are inclusive';

CREATE FUNCTION at_enums(OUT enumeration text, OUT "position" integer, OUT value text,
	OUT description text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_enums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 250;
COMMENT ON FUNCTION at_enums() IS 'values of every enumeration of the contract, in the order of the SQL type at_<enumeration>';

CREATE FUNCTION at_mistake_families(OUT mistake_family at_mistake_family,
	OUT mistake_group text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_mistake_families' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 110;
COMMENT ON FUNCTION at_mistake_families() IS 'mistake families of the contract; others begin with custom. and fit the domain at_mistake_family';

CREATE FUNCTION at_redaction_rules(OUT name text, OUT category text, OUT kind text,
	OUT expression text, OUT effect text, OUT sample text, OUT counter_sample text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_redaction_rules' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 700;
COMMENT ON FUNCTION at_redaction_rules() IS 'redaction rules: category (client or contract, which are a base, secrets, pii, content; any: under all), kind (key, key_suffix and key_prefix are names of members: the whole, its end where a word begins, or before an index; prefix is how a credential begins; pattern is a shape in the notation of Python), what becomes of what they hit, a sample they hit and one they leave alone';

CREATE FUNCTION at_json_schema(event_type at_event_type) RETURNS jsonb
AS 'MODULE_PATHNAME', 'at_json_schema' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION at_json_schema(at_event_type) IS 'JSON Schema (draft 2020-12) of redacted events of one type; it cannot say the size of the canonical form, lengths in bytes, that an integer has no point, or bounds above zero for numbers in strings with an exponent';

CREATE FUNCTION at_selftest(OUT check_name text, OUT ok boolean, OUT detail text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'at_selftest' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 200;
COMMENT ON FUNCTION at_selftest() IS 'does this build keep its own contract: every redaction rule against its samples, every name against the lookups; detail says what is wrong where ok is false';

CREATE FUNCTION _at_environment_of(name text) RETURNS at_environment
AS 'MODULE_PATHNAME', 'at_environment_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_environment_of(text) IS 'the value of at_environment that a text names; raises 22P02 for none, without the text, which the cast would show';

CREATE FUNCTION _at_time_of(value text) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'at_time_of' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _at_time_of(text) IS 'a time that a text spells in any way that the server reads; raises 22007 for none, without the text, which the cast would show';
