-- Pure functions over one event.

CREATE FUNCTION at_violations(event json, max_event_bytes integer DEFAULT 65536,
	OUT path text, OUT rule text, OUT message text) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20 ROWS 3;
COMMENT ON FUNCTION at_violations(json, integer) IS 'every violation of the contract by an event, after redaction: path of the field (empty for the event as a whole), rule, and a message that never holds a value; no rows when it is valid; max_event_bytes bounds its canonical form in bytes; raises 22004 for null, as no rows would say that it is valid';

CREATE FUNCTION at_is_valid(event json, max_event_bytes integer DEFAULT 65536) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_is_valid(json, integer) IS 'true when at_violations() has no rows; null for null, so that it fits a CHECK constraint or a domain of a column that may be null';

CREATE FUNCTION at_redact(event json, store_full_io boolean DEFAULT false,
	rules text DEFAULT 'contract,secrets', identity_key bytea DEFAULT NULL) RETURNS json
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_redact(json, boolean, text, bytea) IS 'the redacted event in canonical form, its privacy object computed; store_full_io leaves prompts and outputs in (their strings are still scanned); rules is a list of categories: contract or client, and secrets, pii, content; under an identity_key of 32 bytes secret shapes in identifiers become pseudonyms, different ones different, without one [REDACTED]; null when another argument is null; raises 22P02 when the event cannot be read, 22023 for an unknown rule and for a key of another length';

CREATE FUNCTION at_redact_text(content text, rules text DEFAULT 'contract,secrets') RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_redact_text(text, text) IS 'the text with every secret shape replaced by [REDACTED]; rules is a list of categories: contract or client, and secrets, pii, content; raises 22023 for an unknown rule';

CREATE FUNCTION at_has_secret(content text, rules text DEFAULT 'contract,secrets') RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_has_secret(text, text) IS 'true when at_redact_text() would change the text; raises 22023 for an unknown rule';

CREATE FUNCTION at_canonical(value json) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION at_canonical(json) IS 'canonical form of any JSON value: keys sorted by code point, no blanks, short escapes, numbers as they are spelled, the last of duplicate keys; raises 22P02 for what the contract does not take as JSON';

CREATE FUNCTION at_digest(content text) RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION at_digest(text) IS 'sha256: and the 64 hex digits of SHA-256 over the UTF-8 bytes of the text (FIPS 180-4)';
